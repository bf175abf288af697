/**
 * What a reference of the protocol data names, in words. Whether it is true on a case is `Reading.truth` (reading.ts):
 * true with a time, false when it can no longer come, unknown until then.
 */
import type { Field, Protocol, Ref, Step } from '../protocol/types.ts';
import { writeCount } from '../time/reasons.ts';
import { doneAsClause, isNote, isPlural, isSentence, isTask, taskAsClause, thingSent, withArticle } from './clauses.ts';
import { fieldsOf, outcomesOf, own, partsOf } from './steps.ts';

/** Facts of any case that a reference may name. */
const UNIVERSAL: Readonly<Record<string, string>> = {
  withdrawn: 'the family withdrew its agreement',
  'withdrawn.again': 'the family agreed again',
  'safeguarding.stopped': 'the case was stopped for safety',
  'case.ended': 'the case was ended',
  'case.paused': 'the case was paused',
  'case.resumed': 'the case was taken up again after a pause',
  'case.reopened': 'the case was opened again',
};

/**
 * A clause that fits after "when": `the referral was received`. Undefined where the reference names nothing, which the loader reports.
 * @param within the step whose own answers a reference `form.field.option` reads
 */
export function explainReference(protocol: Protocol, ref: Ref, within?: Step): string | undefined {
  const [head = '', ...rest] = ref.split('.');
  const [one, two] = rest;
  if (rest.some((part) => part === '')) return undefined;
  switch (head) {
    case 'setting': {
      const setting = own(protocol.council.settings, one ?? '');
      if (rest.length !== 2 || two === undefined || !setting?.options.includes(two)) return undefined;
      return `the council's setting “${spaced(one ?? '')}” is “${spaced(two)}”`;
    }
    case 'list': {
      const list = own(protocol.council.lists, one ?? '');
      if (rest.length !== 2 || two === undefined || !list?.states.includes(two)) return undefined;
      return `the family was on the list “${spaced(one ?? '')}” as “${spaced(two)}”`;
    }
    case 'form': {
      if (rest.length === 0 || (within === undefined && own(protocol.steps, 'form'))) break;
      const fields = within ? fieldsOf(protocol, within) : allFields(protocol);
      return fieldClause(own(fields, one ?? ''), rest.slice(1));
    }
  }
  if (own(protocol.conditions, head) !== undefined)
    return rest.length === 0 ? conditionClause(protocol, head) : undefined;
  const step = own(protocol.steps, head);
  if (step !== undefined) return stepClause(protocol, step, rest);
  const fact = own(protocol.facts, head);
  if (fact !== undefined) {
    if (rest.length === 0) return titleClause(fact.title);
    if (one === 'expected' && rest.length === 1) return fact.expected ? expectedClause(fact.title) : undefined;
    const pages = protocol.opening.pages.filter(({ records }) => 'fact' in records && records.fact === head);
    const fields = Object.assign({}, fact.form, ...pages.map((page) => page.fields));
    return fieldClause(own(fields, one ?? ''), rest.slice(1));
  }
  return own(UNIVERSAL, ref);
}

function stepClause(protocol: Protocol, step: Step, rest: readonly string[]): string | undefined {
  const [part, more] = rest;
  const it = theStep(step);
  if (part === undefined) return doneClause(protocol, step);
  if (step.kind === 'meet' && (part === 'attended' || part === 'absent' || part === 'declined')) {
    if (part === 'declined' && rest.length === 1) return `somebody could not come to ${it}`;
    const role = own(protocol.council.roles, more ?? '');
    return role && rest.length === 2
      ? `the ${role.name} ${part === 'attended' ? 'came to' : part === 'absent' ? 'was not at' : 'declined'} ${it}`
      : undefined;
  }
  const field = own(fieldsOf(protocol, step), part);
  const isPart = partsOf(step).includes(part);
  if (!isPart && field !== undefined) return fieldClause(field, rest.slice(1));
  if (part === 'open' || part === 'opened') return rest.length === 1 ? `it was time ${timeFor(step)}` : undefined;
  if (rest.length > 1) return undefined;
  if (step.kind === 'meet' && part === 'starts') return `${it} begins`;
  if (!isPart || (step.kind === 'meet' && ARRANGING.includes(part))) return undefined;
  if (own(outcomesOf(step), part) !== undefined) return outcomeClause(step, part);
  return momentClause(protocol, step, part, it);
}

/** Moments of a meeting on which no pathway rests. */
const ARRANGING = ['booking', 'kept', 'accepted', 'attendees'];

function momentClause(protocol: Protocol, step: Step, part: string, it: string): string {
  const { was } = verbFor(step);
  switch (step.kind) {
    case 'assign':
      return part === 'none-found'
        ? `no ${roleName(protocol, step.fills)} was found`
        : `the ${roleName(protocol, step.fills)} was named`;
    case 'resolve':
      return part === 'not-agreed' ? `no agreement was reached on ${it}` : `${it} ${was} ${spaced(part)}`;
    case 'send':
      // What was sent or received is the thing, not the task of sending it.
      if (isTask(step.title)) {
        if (part === 'sent') return doneClause(protocol, step);
        return `${thingSent(step.title) ?? it} ${was} ${spaced(part)}`;
      }
      return `${it} ${was} ${spaced(part)}`;
    case 'meet':
      if (part === 'held' && isTask(step.title)) return doneClause(protocol, step);
      return part === 'no-time'
        ? `no shared time was found for ${it}`
        : part === 'not-held'
          ? `${it} did not take place`
          : `${it} ${was} ${spaced(part)}`;
    default:
      return `${it} ${was} ${spaced(part)}`;
  }
}

/** That a step is done. In the words that the case's history has for it, where it has any. */
function doneClause(protocol: Protocol, step: Step): string {
  if (step.kind === 'assign') return `the ${roleName(protocol, step.fills)} was named`;
  // A mail that has to arrive is done then, while its note speaks of the sending.
  const arrives = step.kind === 'send' && step.done === 'received';
  const noted = step.whenDone === undefined || arrives ? undefined : doneAsClause(step.whenDone);
  if (noted !== undefined) return noted;
  const { title } = step;
  const it = theStep(step);
  if (title.endsWith('?')) return `${it} was answered`;
  if (isTask(title)) return taskAsClause(title) ?? `${it} was done`;
  const clause = isSentence(title) || isNote(title) ? doneAsClause(title) : undefined;
  if (clause !== undefined) return clause;
  if (isDoing(title)) return `${it} came to an end`;
  const { was, done } = verbFor(step);
  return `${it} ${was} ${done}`;
}

function verbFor(step: Step): { readonly was: string; readonly done: string } {
  const was = !isThing(step.title) || !isPlural(step.title.split(' ')) ? 'was' : 'were';
  switch (step.kind) {
    case 'send':
      return { was, done: step.done };
    case 'record':
      return { was, done: 'recorded' };
    case 'consent':
      return { was, done: 'given' };
    case 'assign':
      return { was, done: 'named' };
    case 'decide': {
      const given = /\b(answer|view|approval|advice|agreement|yes|consent)\b/.test(step.title);
      return { was, done: /\b(decision|choice)\b/.test(step.title) ? 'made' : given ? 'given' : 'decided' };
    }
    case 'meet':
      return { was, done: 'held' };
    case 'resolve':
      return { was, done: 'settled' };
  }
}

function timeFor(step: Step): string {
  return isTask(step.title) ? `to ${step.title}` : `for ${theStep(step)}`;
}

function roleName(protocol: Protocol, role: string): string {
  return own(protocol.council.roles, role)?.name ?? spaced(role);
}

/** `the panel ended with “Referred to the panel”`, or of a task `the decision was “Advice given”`. */
function outcomeClause(step: Step, part: string): string {
  const said = `“${outcomeWords(step, part)}”`;
  return isThing(step.title) ? `${theStep(step)} ended with ${said}` : `the decision was ${said}`;
}

/** `Referred to panel`: what the card says of an outcome, where it names no one, else the words of its button. */
export function outcomeWords(step: Step, part: string): string {
  const outcome = own(outcomesOf(step), part);
  if (outcome === undefined) return spaced(part);
  const words = outcome.done.includes('{') || outcome.done === '' ? outcome.button : outcome.done;
  return words.replace(/\.$/, '');
}

function fieldClause(field: Field | undefined, rest: readonly string[]): string | undefined {
  if (field === undefined || rest.length > 1) return undefined;
  const [option] = rest;
  if (option === undefined) return `“${field.label}” was answered`;
  const label = field.options.find(({ id }) => id === option)?.label;
  const plain =
    (field.type === 'yes-no' && (option === 'yes' || option === 'no')) ||
    (field.type === 'confirm' && option === 'yes');
  if (label === undefined && !plain) return undefined;
  return `“${field.label}” was answered with “${label ?? option}”`;
}

/** By its name where that says what happened, else by what it consists of. */
function conditionClause(protocol: Protocol, name: string, seen: ReadonlySet<string> = new Set()): string {
  const told = nameTells(protocol, name);
  if (told !== undefined) return told;
  const condition = own(protocol.conditions, name);
  const unnamed = `“${spaced(name)}” came about`;
  if (condition === undefined || seen.has(name)) return unnamed;
  const inside = new Set([...seen, name]);
  const explain = (ref: Ref): string =>
    (own(protocol.conditions, ref) ? conditionClause(protocol, ref, inside) : explainReference(protocol, ref)) ??
    spaced(ref);
  if (condition.window !== undefined) {
    const { happened, within, of } = condition.window;
    return `${explain(happened)}, within ${writeCount(within)} after ${explain(of)}`;
  }
  const [all, any] = [condition.all, condition.any].map((refs) => [...new Set(refs.map(explain))]);
  if (condition.none.length > 0 || !all || !any || all.length + any.length > 3) return unnamed;
  return [...all, ...(any.length > 0 ? [any.join(' or ')] : [])].join(' and ') || unnamed;
}

/** `team-confirmed` says it all; `forms-in` and `ready-to-close` do not. */
export function nameTells(protocol: Protocol, condition: string): string | undefined {
  const parts = condition.split('-');
  const last = parts.at(-1) ?? '';
  if (parts.length < 2 || !isNote(`it ${last}`) || OPAQUE.test(condition)) return undefined;
  const shouted = acronyms(protocol);
  const words = parts.map((part) => (shouted.has(part.toUpperCase()) ? part.toUpperCase() : part)).join(' ');
  return doneAsClause(words.replace(STEPPING, 'step-$1'));
}

const OPAQUE = /^(only|to-be|no|not|all|any|both|one|two|three|four|five|seven|ten)-|-(open|clear|ready|complete)$/;

/** Words that the pathway writes in capitals: a condition called `taf-held` speaks of the TAF. */
function acronyms(protocol: Protocol): ReadonlySet<string> {
  const titles = [...Object.values(protocol.steps), ...Object.values(protocol.facts)].map(({ title }) => title);
  return new Set(titles.join(' ').match(/\b[A-Z]{2,}\b/g) ?? []);
}

const STEPPING = /\bstep (up|down|in|back)\b/g;

/** `assessment completed` and `the assessment was completed` both become `the assessment was completed`. */
function titleClause(title: string): string {
  const note = doneAsClause(title);
  if (note !== undefined) return note;
  const words = title.replace(/\.$/, '');
  if (!isThing(words)) return `“${words}” was recorded`;
  return `${withArticle(words.split(' '))} ${/^(?:the )?(?:day|date) of /.test(words) ? 'came' : 'was recorded'}`;
}

function expectedClause(title: string): string {
  return titleClause(title)
    .replace(/ (?:came|was recorded)$/, ' is expected')
    .replace(/ (?:was|is|has been) (?!expected)/, ' is expected to be ')
    .replace(/ (?:were|are|have been) /, ' are expected to be ');
}

/** `the consultation`: a step's title, which the data writes as inside a sentence. A task, a question or a sentence is quoted. */
export function theStep({ title }: Step): string {
  return isThing(title) ? withArticle(title.split(' ')) : `“${title}”`;
}

function isThing(title: string): boolean {
  return !title.endsWith('?') && !isTask(title) && !isSentence(title) && !isNote(title) && !isDoing(title);
}

/** "settling the team" */
function isDoing(title: string): boolean {
  return /^[a-z]+ing (the|a|an|their|your|who|what|whether)\b/.test(title);
}

export function spaced(id: string): string {
  return id.replaceAll('-', ' ').replace(/\be mail\b/g, 'e-mail');
}

/** A sentence put behind a colon. Only words that are never a name lose their capital: "Early Help" and "MOSAIC" keep it. */
export function lower(text: string): string {
  return /^(The|A|An|This|That|It|You|Your|Their|Both|Each|Every|No)\b/.test(text)
    ? text.charAt(0).toLowerCase() + text.slice(1)
    : text;
}

function allFields(protocol: Protocol): Readonly<Record<string, Field>> {
  return Object.assign({}, ...Object.values(protocol.steps).map((step) => fieldsOf(protocol, step)));
}
