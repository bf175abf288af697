/**
 * Short texts of the protocol data made into clauses that fit after "when": a note that something is done ("Social worker told which
 * team."), a task ("tell the family the date"), a thing ("joint visit"). Plain rules of thumb for the few forms in which authors write
 * them; what they do not fit is put in quotation marks by the caller, and still reads as a sentence.
 */

const words = (list: string): ReadonlySet<string> => new Set(list.split(/\s+/));

const DETERMINERS = words(
  'the a an this that these those your their his her its our my each every both all another no any some nobody somebody everybody what who how whether when why which',
);
const PREPOSITIONS = words(
  'to on in into at by for from of off out with about after before until under over up as through except',
);
const WHETHER = words('that whether if who whom which what when how why');
const FINITE = words(
  'was were is are has have had did does gave gives goes went came comes took takes knows knew agree agrees consents wants carries said says began begins ends stays stayed chose wrote spoke',
);
const ADJECTIVES = words('complete ready open clear');
const IRREGULAR = words(
  'sent told held given taken made met kept left put set read done gone begun written chosen found brought sought built shown known drawn seen spoken rung paid heard dealt lost withdrawn overridden understood',
);
const NOT_PARTICIPLES = words('need indeed exceed proceed feed seed speed');
/** What people do and is not done to them: "the family agreed", but "the date was agreed". */
const BY_PEOPLE = words('agreed decided answered replied responded accepted refused declined met talked helped');
const PEOPLE = words(
  'family parents mother father carer child manager managers worker workers practitioner professional professionals panel team lead chair agency agencies school board mash',
);
const ADVERBS = words('together again further back off down up open');

/** Verb of a task, and what it becomes when the task is done. */
const TASKS: Readonly<Record<string, string>> = {
  accept: 'accepted',
  add: 'added',
  advise: 'advised',
  allocate: 'allocated',
  answer: 'answered',
  arrange: 'arranged',
  ask: 'asked',
  authorise: 'authorised',
  begin: 'begun',
  book: 'booked',
  check: 'checked',
  choose: 'chosen',
  close: 'closed',
  complete: 'completed',
  confirm: 'confirmed',
  consider: 'considered',
  decide: 'decided',
  discuss: 'discussed',
  draft: 'drafted',
  end: 'ended',
  explain: 'explained',
  find: 'found',
  finish: 'finished',
  follow: 'followed',
  give: 'given',
  hold: 'held',
  identify: 'identified',
  inform: 'informed',
  invite: 'invited',
  join: 'joined',
  leave: 'left',
  log: 'logged',
  make: 'made',
  meet: 'met',
  name: 'named',
  note: 'noted',
  notify: 'notified',
  offer: 'offered',
  open: 'opened',
  pass: 'passed',
  pause: 'paused',
  plan: 'planned',
  prepare: 'prepared',
  propose: 'proposed',
  put: 'put',
  record: 'recorded',
  refer: 'referred',
  request: 'requested',
  restart: 'restarted',
  review: 'reviewed',
  ring: 'rung',
  seek: 'sought',
  send: 'sent',
  settle: 'settled',
  share: 'shared',
  sign: 'signed',
  start: 'started',
  stop: 'stopped',
  take: 'taken',
  tell: 'told',
  transfer: 'transferred',
  update: 'updated',
  upload: 'uploaded',
  visit: 'visited',
  write: 'written',
};
/** Also tasks, but with nobody or nothing that could be put in front. */
const OTHER_TASKS = words(
  'agree carry talk speak go help attend try wait work say raise see get keep show support look',
);
/** Also nouns: a task only with its object after it. */
const ALSO_NOUNS = words(
  'answer book check close contact discuss draft end follow help invite log note offer open pause plan record request restart review share sign start support transfer update visit look work try',
);
const TOLD: Readonly<Record<string, string>> = { tell: 'of about', inform: 'of about', notify: 'of about' };

/** After these the person or thing comes first, and where, to whom or what it was about follows the verb. */
const SPLIT_AT: Readonly<Record<string, ReadonlySet<string>>> = Object.fromEntries(
  'give send pass offer share tell ask inform notify invite add put record close open log note upload transfer refer find'
    .split(' ')
    .map((verb) => [verb, words(`to on in into with for that whether if who which what when how ${TOLD[verb] ?? ''}`)]),
);

/**
 * A note that something is done or so, as a clause.
 * @example doneAsClause('Social worker told which team.') // 'the social worker was told which team'
 */
export function doneAsClause(note: string): string | undefined {
  const sentence = note.split(/[.!](?:\s|$)/)[0]?.trim() ?? '';
  if (sentence === '' || sentence.includes('{') || sentence.endsWith('?')) return undefined;
  const parts = sentence.split(/\s+/);
  const bare = parts.map((part) => part.replace(/[,;:]$/, '').toLowerCase());
  const at = (index: number): string => bare[index] ?? '';

  // Nobody says what: "Closed in MOSAIC."
  if (isParticiple(at(0)) && (parts.length === 1 || PREPOSITIONS.has(at(1)) || ADVERBS.has(at(1))))
    return `it was ${at(0)} ${parts.slice(1).join(' ')}`.trim();
  const done = bare.findIndex((word, index) => index > 0 && (isParticiple(word) || ADJECTIVES.has(word)));
  const finite = bare.findIndex((word, index) => index > 0 && FINITE.has(word));
  const asked = bare.findIndex((word, index) => index > done && WHETHER.has(word));
  const passive = done > 0 && (finite < 0 || (asked > done && asked < finite));
  const verb = passive ? done : finite;
  if (verb < 1) return undefined;

  const subject = parts.slice(0, verb);
  const rest = parts.slice(verb).join(' ');
  if (!passive || isActive(at(verb), at(verb + 1), at(verb - 1))) return `${withArticle(subject)} ${rest}`;
  return `${withArticle(subject)} ${isPlural(subject) ? 'were' : 'was'} ${rest}`;
}

/**
 * A task, as a clause that says that it is done.
 * @example taskAsClause('tell the family the date') // 'the family was told the date'
 */
export function taskAsClause(task: string): string | undefined {
  const [verb = '', ...all] = task.replace(/\.$/, '').split(/\s+/);
  const done = Object.hasOwn(TASKS, verb) ? TASKS[verb] : undefined;
  if (done === undefined || !isTask(task)) return undefined;
  const first = all[0]?.toLowerCase() ?? '';
  if (verb === 'decide' && first === 'on') return said(all.slice(1), 'decided on', []);
  if (first === '' || PREPOSITIONS.has(first) || WHETHER.has(first)) return `it was ${[done, ...all].join(' ')}`;
  const joined = all.findIndex((word, index) => word === 'and' && isTask(all.slice(index + 1).join(' ')));
  if (joined > 0 || PRONOUNS.has(first)) return undefined;
  const stop = all.findIndex(
    (word, index) =>
      index > 0 && (SPLIT_AT[verb]?.has(word) === true || ADVERBS.has(word) || isSecond(verb, all, index)),
  );
  return said(stop < 0 ? all : all.slice(0, stop), done, stop < 0 ? [] : all.slice(stop));
}

const PRONOUNS = words('them him her it us');

function said(what: readonly string[], done: string, rest: readonly string[]): string {
  return [...what, isPlural(what) ? 'were' : 'was', done, ...rest].join(' ');
}

/** "tell the family | the date": what somebody is told, given or asked. */
function isSecond(verb: string, all: readonly string[], index: number): boolean {
  const twice = verb === 'tell' || verb === 'give' || verb === 'offer' || verb === 'ask' || verb === 'send';
  const before = all[index - 1]?.toLowerCase() ?? '';
  return twice && DETERMINERS.has(all[index] ?? '') && !PREPOSITIONS.has(before) && before !== 'and';
}

/** Whether a title tells somebody what to do, rather than naming a thing. */
export function isTask(title: string): boolean {
  const [verb = '', next = '', after = ''] = title.split(/\s+/);
  if (next === '' || (!Object.hasOwn(TASKS, verb) && !OTHER_TASKS.has(verb))) return false;
  if (!ALSO_NOUNS.has(verb)) return true;
  if (verb === 'close' || verb === 'help') return DETERMINERS.has(next) || (verb === 'close' && PREPOSITIONS.has(next));
  return (
    (DETERMINERS.has(next) && next !== 'of') || /['’]s$/.test(next) || (/^[A-Z]/.test(next) && /['’]s$/.test(after))
  );
}

/** Whether a title is a sentence by itself: "another agency takes it further". */
export function isSentence(title: string): boolean {
  const parts = title.toLowerCase().split(/\s+/);
  const finite = parts.findIndex((word, index) => index > 0 && FINITE.has(word));
  return finite > 0 && !parts.slice(0, finite).some((word) => WHETHER.has(word));
}

/** Whether a title says that something is done, and names no thing: "step down decided", "closed to Social Care". */
export function isNote(title: string): boolean {
  const parts = title.toLowerCase().split(/\s+/);
  const last = parts.at(-1) ?? '';
  if (parts.length === 1) return false;
  const begins = isParticiple(parts[0] ?? '') && PREPOSITIONS.has(parts[1] ?? '');
  return begins || (!parts.some((word) => WHETHER.has(word)) && (isParticiple(last) || ADJECTIVES.has(last)));
}

/** What is sent by a task: `the step-up request` of `send the step-up request`. */
export function thingSent(task: string): string | undefined {
  if (!/^(?:send|give|share|pass) /.test(task)) return undefined;
  const clause = taskAsClause(task);
  const [, object] = clause === undefined ? [] : (/^(.+?) (?:was|were) /.exec(clause) ?? []);
  return object === 'it' ? undefined : object;
}

/** @example withArticle(['Social', 'worker']) // 'the social worker' */
export function withArticle(noun: readonly string[]): string {
  const parts = lowered(noun);
  const [first = '', second = ''] = parts;
  const proper = noun.length > 1 && noun.every((word) => /^[A-Z]/.test(word)) && !COMMON.test(noun.at(-1) ?? '');
  const numbered = noun.length === 2 && /^\d+$/.test(second);
  const owned = /^[A-Z]\S*(?: [A-Z]\S*)*['’]s /.test(`${parts.join(' ')} `);
  const bare =
    DETERMINERS.has(first) ||
    /^(?:one|two|three|four|five|\d+)$/.test(first) ||
    /^(?:early help|MASH)$/.test(parts.join(' '));
  return proper || numbered || owned || bare ? parts.join(' ') : `the ${parts.join(' ')}`;
}

/** Written with capitals, and yet one of several. */
const COMMON =
  /^(?:Assessment|Plan|Form|Practitioner|Panel|Professional|Meeting|Worker|Group|Report|Review|Order|Manager|Team|Hub|Conference|Discussion)s?$/;

/** Whether `were` follows. The last word before "of", "to" or the like tells; several that are joined are several. */
export function isPlural(noun: readonly string[]): boolean {
  const end = noun.findIndex((word, index) => index > 0 && (PREPOSITIONS.has(word) || WHETHER.has(word)));
  const head = end < 0 ? noun : noun.slice(0, end);
  const last = (head.at(-1) ?? '').toLowerCase();
  if (/s$/.test(last) && !/(?:ss|us|is|['’]s)$/.test(last)) return !/^[A-Z]{2,}$/.test(head.at(-1) ?? '');
  return head.includes('and') && !head.some((word) => /^[A-Z][a-z]/.test(word) && word !== head[0]);
}

/** Without the capital of a sentence, unless its first word is a name: "Early Help", "MOSAIC", "Child and Family Assessment". */
function lowered(parts: readonly string[]): readonly string[] {
  const [first = '', ...rest] = parts;
  const name = /^[A-Z].*[A-Z]/.test(first) || rest.some((word) => /^[A-Z][a-z]/.test(word));
  return name && !DETERMINERS.has(first.toLowerCase()) && !QUALITIES.has(first)
    ? parts
    : [first.charAt(0).toLowerCase() + first.slice(1), ...rest];
}

const QUALITIES = words('New Full First Next Final Former Later Level Whole Needs');

function isParticiple(word: string): boolean {
  return IRREGULAR.has(word) || (/^[a-z-]{2,}ed$/.test(word) && !NOT_PARTICIPLES.has(word));
}

function isActive(verb: string, next: string, head: string): boolean {
  if (verb === 'asked') return next !== '' && !PREPOSITIONS.has(next) && !WHETHER.has(next);
  if (BY_PEOPLE.has(verb) && PEOPLE.has(head)) return true;
  if (verb === 'told' || verb === 'given' || verb === 'offered' || verb === 'sent') return false;
  return !IRREGULAR.has(verb) && DETERMINERS.has(next) && !WHETHER.has(next);
}
