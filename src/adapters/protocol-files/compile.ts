/** The author's form of protocol data, made into the form that the engine reads: defaults filled in, one-or-many made many. */
import type {
  Condition,
  Consequences,
  Council,
  Cycle,
  Due,
  Field,
  FieldType,
  Gate,
  Option,
  Outcome,
  Page,
  Protocol,
  RuleId,
  Step,
} from '../../domain/protocol/types.ts';
import type { Count, Unit } from '../../domain/time/count.ts';
import { parseDay } from '../../domain/time/instant.ts';
import { capital } from '../../domain/wording.ts';
import type {
  AuthorCouncil,
  AuthorCycle,
  AuthorDue,
  AuthorField,
  AuthorGate,
  AuthorOption,
  AuthorOutcome,
  AuthorPage,
  AuthorPathway,
  AuthorStep,
} from './schema.ts';

export type OptionLists = Readonly<Record<string, readonly Option[]>>;

export function compileCouncil(author: AuthorCouncil): Council {
  const { safeguarding } = author;
  return {
    id: author.council,
    name: author.name,
    referencePrefix: author['reference-prefix'],
    rulePrefixes: author['rule-prefixes'].length > 0 ? author['rule-prefixes'] : [author['reference-prefix']],
    services: author.services,
    roles: map(author.roles, (role) =>
      present({
        name: role.name,
        held: role.held,
        service: role.service,
        channel: role.channel,
        reportsTo: role['reports-to'],
        outside: role.outside,
        recordedBy: role['recorded-by'].length > 0 ? role['recorded-by'] : undefined,
      }),
    ),
    teams: author.teams,
    mailboxes: map(author.mailboxes, (mailbox) =>
      present({
        name: mailbox.name,
        address: mailbox.address ?? undefined,
        asPrinted: mailbox['as-printed'],
        watchedBy: mailbox['watched-by'],
        rules: mailbox.rules,
      }),
    ),
    channels: author.channels,
    cycles: map(author.cycles, compileCycle),
    settings: map(author.settings, (setting) => present(setting)),
    lists: map(author.lists, (register) => ({
      ...register,
      moves: register.moves.map((move) => move.split('>') as [string, string]),
    })),
    sources: map(author.sources, (source) => present(source)),
    safeguarding: present({
      emergency: safeguarding.emergency,
      team: safeguarding.team,
      daytime: safeguarding.daytime ?? undefined,
      outOfHours: safeguarding['out-of-hours'] ?? undefined,
      lines: safeguarding.lines,
      tells: safeguarding.tells,
      rules: safeguarding.rules,
    }),
    closureDays: author['closure-days'],
    start: author.start,
    texts: author.texts,
    options: map(author.options, (options) => options.map(compileOption)),
  };
}

function compileCycle(author: AuthorCycle): Cycle {
  return present({
    title: author.title,
    every: howOften(author.every),
    weekday: author.weekday ?? undefined,
    from: author.from ? parseDay(author.from) : undefined,
    dates: Array.isArray(author.dates) ? author.dates.map(parseDay) : [],
    datesOfTeam: Array.isArray(author.dates) ? {} : map(author.dates, (dates) => dates.map(parseDay)),
    time: author.time,
    minutes: author.minutes,
    bankHoliday: author['bank-holiday'],
    cutOffWorkingDays: author['cut-off-working-days'],
    house: author.house,
    takes: author.takes,
    by: author.by,
    rules: author.rules,
  });
}

/** `week`, `4 weeks`, `month`, `2 months`, `working day`, `dates`. */
function howOften(text: string): Cycle['every'] {
  if (text === 'working day' || text === 'dates') return text;
  const [first = '', second] = text.split(' ');
  const unit = (second ?? first).startsWith('week') ? 'weeks' : 'months';
  return { n: second === undefined ? 1 : Number(first), unit };
}

export interface PathwayParts {
  readonly pathway: AuthorPathway;
  readonly steps: Readonly<Record<string, AuthorStep>>;
  readonly pages: readonly AuthorPage[];
}

export function compilePathway({ pathway, steps, pages }: PathwayParts, council: Council): Omit<Protocol, 'version'> {
  const lists = council.options;
  return present({
    council,
    id: pathway.pathway,
    edition: pathway.edition,
    title: pathway.title,
    button: pathway.button,
    offered: pathway.offered,
    direction: pathway.direction,
    source: pathway.source,
    afterwards: pathway.afterwards,
    holder: {
      starts: pathway.holder.starts,
      moves: Object.entries(pathway.holder.moves).map(([to, on]) => ({ to, on })),
      when: pathway.holder.when,
    },
    facts: map(pathway.facts, (fact) => ({ ...fact, form: compileForm(fact.form, lists) })),
    conditions: map(pathway.conditions, compileCondition),
    clocks: map(pathway.clocks, compileDue),
    steps: map(steps, (step, id) => compileStep(step, id, lists)),
    opening: present({
      by: pathway.opening.by,
      sends: pathway.opening.sends,
      button: pathway.opening.button,
      pages: pages.map((page) => compilePage(page, lists)),
    }),
    rules: pathway.rules,
  });
}

function compileCondition({
  all,
  any,
  none,
  happened,
  within,
  of,
  rules,
}: AuthorPathway['conditions'][string]): Condition {
  const window = happened && within && of ? { happened, within: readCount(within), of } : undefined;
  return present({ all, any, none, window, rules });
}

function compileStep(author: AuthorStep, id: string, lists: OptionLists): Step {
  const base = present({
    id,
    title: author.title,
    says: author.says,
    heading: author.heading,
    owed: author.owed,
    whenDone: author['when-done'],
    button: author.button,
    by: author.by,
    after: author.after,
    unless: author.unless,
    each: author.each,
    optional: author.optional,
    repeats: author.repeats,
    due: author.due.map(compileDue),
    gates: author.gates.map(compileGate),
    warns: author.warns,
    form: compileForm(author.form, lists),
    moments: compileOutcomes(author.moments, lists),
    documents: author.documents.map((document) =>
      typeof document === 'string'
        ? { anyOf: [document] }
        : present({ anyOf: document['any-of'], each: document.each }),
    ),
    ...compileConsequences(author),
    post: author.post,
    rules: author.rules,
  });
  switch (author.kind) {
    case 'send':
      return {
        ...base,
        kind: 'send',
        to: author.to,
        copy: author.copy,
        done: author.done,
        automatic: author.automatic,
        subject: author.subject,
        from: author.from,
      };
    case 'record':
      return present({ ...base, kind: 'record' as const, in: author.in });
    case 'consent':
      return {
        ...base,
        kind: 'consent',
        from: author.from,
        consent: author.consent,
        covers: author.covers,
        mayBe: author['may-be'],
      };
    case 'assign':
      return { ...base, kind: 'assign', fills: author.fills, agrees: author.agrees, mayBe: author['may-be'] };
    case 'decide':
      return present({
        ...base,
        kind: 'decide' as const,
        notBy: author['not-by'],
        joint: author.joint,
        standIn: author['stand-in'],
        outcomes: compileOutcomes(author.outcomes, lists),
      });
    case 'meet':
      return present({
        ...base,
        kind: 'meet' as const,
        purposes: author.purposes,
        with: author.with,
        invite: author.invite,
        mayCome: author['may-come'],
        organiser: author.organiser,
        chair: author.chair,
        notes: author.notes,
        minutes: author.minutes,
        bufferMinutes: author['buffer-minutes'],
        place: author.place,
        room: author.room,
        childAttends: author['child-attends'],
        online: author.online,
        preferWeekday: author['prefer-weekday'],
        chooseFrom: author['choose-from'],
        plannedOn: author['planned-on'],
        sessionOf: author['session-of'],
        question: author.question,
        outcomes: compileOutcomes(author.outcomes, lists),
      });
    case 'resolve':
      return {
        ...base,
        kind: 'resolve',
        about: author.about,
        byDialogue: author['by-dialogue'],
        rungs: author.rungs.map((rung) => present(rung)),
        outcomes: compileOutcomes(author.outcomes, lists),
      };
  }
}

function compileOutcomes(
  author: Readonly<Record<string, AuthorOutcome>>,
  lists: OptionLists,
): Readonly<Record<string, Outcome>> {
  return map(author, (outcome) =>
    present({
      button: outcome.button,
      heading: outcome.heading,
      says: outcome.says,
      confirm: outcome.confirm,
      done: outcome.done,
      asks: compileForm(outcome.asks, lists),
      gates: outcome.gates.map(compileGate),
      ...compileConsequences(outcome),
      rules: outcome.rules,
    }),
  );
}

function compileConsequences(author: AuthorOutcome | AuthorStep): Consequences {
  return present({
    tells: author.tells,
    told: author.told && present(author.told),
    ends: author.ends,
    movesTo: author['moves-to'],
    starts: author.starts,
    lists: author.list,
    reopens: author.reopens,
  });
}

function compilePage(author: AuthorPage, lists: OptionLists): Page {
  return present({
    id: author.id,
    title: author.title,
    short: author.short,
    says: author.says,
    each: author.each,
    records: author.records,
    fields: compileForm(author.fields, lists, author.each !== undefined),
    refusal: author.refusal,
    rules: author.rules,
  });
}

function compileGate(author: AuthorGate): Gate {
  return present({
    needs: author.needs,
    forbids: author.forbids,
    atLeast: author['at-least'],
    notBefore: author['not-before'] === undefined ? undefined : compileDue(author['not-before']),
    when: author.when,
    soft: author.soft,
    says: author.says,
    rules: author.rules,
  });
}

export function compileDue(author: AuthorDue): Due {
  if (typeof author === 'string') return { form: 'clock', clock: author, instead: [], rules: [] };
  const base = present({
    rules: author.rules,
    section: author.section,
    anchorIs: author['anchor-is'],
    moment: author.moment,
    late: author.late,
    roll: author.roll,
    instead: author.instead.map((entry) =>
      present({
        when: entry.when,
        count: insteadCount(entry),
        of: entry.of,
        roll: entry.roll,
        rules: entry.rules,
      }),
    ),
  });
  const of = author.of ?? '';
  if (author.within !== undefined) return { ...base, form: 'within', count: readCount(author.within), of };
  if (author.target !== undefined) return { ...base, form: 'target', count: readCount(author.target), of };
  if (author.house !== undefined) return { ...base, form: 'house', count: readCount(author.house), of };
  if (author.notice !== undefined)
    return { ...base, form: 'notice', count: readCount(author.notice), before: author.before ?? '' };
  if (author.every !== undefined) return { ...base, form: 'every', count: readCount(author.every), of };
  if (author.next !== undefined) return { ...base, form: 'next', cycle: author.next, of };
  if (author['at-once'] !== undefined) return { ...base, form: 'at-once', of: author['at-once'] };
  return { ...base, form: 'clock', clock: author.clock ?? '' };
}

function insteadCount(entry: Exclude<AuthorDue, string>['instead'][number]): Count | undefined {
  const text = entry.within ?? entry.target ?? entry.house ?? entry.notice ?? entry.every;
  return text === undefined ? undefined : readCount(text);
}

/** `1 working day` and `10 working days` are both counts of working days. */
export function readCount(text: string): Count {
  const [number = '', ...unit] = text.split(' ');
  const name = unit.join(' ');
  return { n: Number(number), unit: (name.endsWith('s') ? name : `${name}s`) as Unit };
}

function compileForm(
  author: Readonly<Record<string, AuthorField>>,
  lists: OptionLists,
  eachChild = false,
): Readonly<Record<string, Field>> {
  return map(author, (field, id) => compileField(field, id, lists, eachChild));
}

/** Stands for a list of options that the council has not, until the check names it. */
export const MISSING_LIST = '?';

const ALWAYS_PERSONAL: ReadonlySet<FieldType> = new Set(['text', 'long-text', 'birth-date', 'document']);

function compileField(author: AuthorField, id: string, lists: OptionLists, eachChild: boolean): Field {
  const label = author.label ?? sentence(id);
  return present({
    id,
    type: author.type,
    label,
    hint: author.hint,
    error: author.error ?? ask(author.type, label),
    required: author.required,
    each: author.each,
    options:
      typeof author.options === 'string'
        ? (lists[author.options] ?? [{ id: MISSING_LIST, label: author.options }])
        : (author.options ?? []).map(compileOption),
    atLeast: author['at-least'],
    notAfter: author['not-after'] === undefined ? undefined : compileDue(author['not-after']),
    notFuture: author['not-future'],
    orUnknown: author['or-unknown'],
    when: author.when,
    sameAsFirst: author['same-as-first'],
    prefill: author.prefill,
    role: author.role,
    list: author.list,
    personal: author.personal ?? (eachChild || author.each === 'children' || ALWAYS_PERSONAL.has(author.type)),
    rules: author.rules,
  });
}

function ask(type: FieldType, label: string): string {
  const lower = label.charAt(0).toLowerCase() + label.slice(1);
  if (type === 'confirm' || type === 'confirm-all') return `Confirm: ${lower}.`;
  if (type === 'text' || type === 'long-text' || type === 'date' || type === 'birth-date' || type === 'document')
    return `Enter: ${lower}.`;
  return `Choose: ${lower}.`;
}

export function compileOption(author: AuthorOption): Option {
  if (typeof author === 'string') return { id: slug(author), label: author };
  return present({
    id: author.id ?? slug(author.label),
    label: author.label,
    about: author.about,
    refuses: author.refuses,
    rules: author.rules.length > 0 ? (author.rules as readonly RuleId[]) : undefined,
  });
}

/** `By phone` -> `by-phone`. */
export function slug(label: string): string {
  return label
    .toLowerCase()
    .replace(/['’]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

function sentence(id: string): string {
  const words = id.replaceAll('-', ' ');
  return capital(words);
}

function map<From, To>(
  record: Readonly<Record<string, From>>,
  convert: (value: From, key: string) => To,
): Readonly<Record<string, To>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, convert(value, key)]));
}

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Without the keys whose value is undefined, as exactOptionalPropertyTypes wants it and as the hash needs it. */
function present<T extends object>(value: T): Present<T> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Present<T>;
}
