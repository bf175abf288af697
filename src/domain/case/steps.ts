/** What the protocol says about a step and its parts, before any case. */
import type {
  Field,
  MeetStep,
  Outcome,
  Page,
  PathwayId,
  Protocol,
  Ref,
  RoleId,
  Step,
  StepId,
  Target,
} from '../protocol/types.ts';
import { documentFields, namingFields } from './asked-besides.ts';
import { own } from './own.ts';
import type { Case } from './types.ts';

export { own } from './own.ts';

/** `request.received` → the step `request` and its part; undefined where no step is called so. */
export function stepOfFact(
  protocol: Protocol,
  fact: string,
): { readonly step: Step; readonly part?: string } | undefined {
  const dot = fact.indexOf('.');
  const step = own(protocol.steps, dot < 0 ? fact : fact.slice(0, dot));
  if (step === undefined) return undefined;
  return dot < 0 ? { step } : { step, part: fact.slice(dot + 1) };
}

export function outcomesOf(step: Step): Readonly<Record<string, Outcome>> {
  return step.kind === 'decide' || step.kind === 'meet' || step.kind === 'resolve' ? step.outcomes : {};
}

/**
 * Whether the program mails it. A send to a role that somebody presses is a telling that happens elsewhere (the invite of the
 * consultation is the offer), so pressing it is sending it.
 */
export function isMailed(step: Step): boolean {
  if (step.kind !== 'send') return false;
  return step.automatic || step.to.some((target) => target.startsWith('mailbox/') || target.startsWith('outside/'));
}

/** Whether a fact of the step with this part completes it, takes that back, or does neither. */
export function effectOfPart(step: Step, part: string | undefined): 'does' | 'undoes' | 'neither' {
  switch (step.kind) {
    case 'send':
      if (part === 'received') return 'does';
      if (part === 'sent') return step.done === 'sent' ? 'does' : 'neither';
      return part === undefined && step.done === 'sent' && !isMailed(step) ? 'does' : 'neither';
    case 'record':
      return part === undefined ? 'does' : 'neither';
    case 'consent':
      if (part === 'refused' || part === 'withdrawn') return 'undoes';
      return part === undefined || CONSENTED.has(part) ? 'does' : 'neither';
    case 'assign':
      return part === undefined || part === 'named' || part === 'none-found' ? 'does' : 'neither';
    case 'decide':
    case 'resolve':
      return part !== undefined && own(step.outcomes, part) ? 'does' : 'neither';
    case 'meet':
      if (part === 'not-held') return 'undoes';
      if (part !== undefined && own(step.outcomes, part)) return 'does';
      return (part === undefined || part === 'held') && Object.keys(step.outcomes).length === 0 ? 'does' : 'neither';
  }
}

const CONSENTED = new Set(['given', 'overridden', 'not-appropriate']);

/** Parts that a step of this kind knows, outcomes included. `''` is the step itself. */
export function partsOf(step: Step): readonly string[] {
  switch (step.kind) {
    case 'send':
      return ['', 'sent', 'received'];
    case 'record':
      return [''];
    case 'consent':
      return ['', 'given', 'refused', 'withdrawn', ...step.mayBe];
    case 'assign':
      return ['', 'named', ...step.mayBe];
    case 'decide':
      return Object.keys(step.outcomes);
    case 'resolve':
      return [...Object.keys(step.outcomes), 'not-agreed'];
    case 'meet':
      return [...(Object.keys(step.outcomes).length ? [] : ['']), ...MEETING, ...Object.keys(step.outcomes)];
  }
}

const MEETING = [
  'booking',
  'booked',
  'moved',
  'kept',
  'cancelled',
  'no-time',
  'declined',
  'accepted',
  'attendees',
  'held',
  'not-held',
];

/** Moments that only a reference may name: they are read off other facts. */
export const READ_MOMENTS: Readonly<Record<Step['kind'], readonly string[]>> = {
  send: [],
  record: [],
  consent: [],
  assign: [],
  decide: [],
  resolve: [],
  meet: ['starts'],
};

/** Every field whose answer a fact of the step can hold, those of the opening's pages included. */
export function fieldsOf(protocol: Protocol, step: Step): Readonly<Record<string, Field>> {
  const asked = [...Object.values(outcomesOf(step)), ...Object.values(step.moments ?? {})].map(
    (outcome) => outcome.asks,
  );
  return Object.assign({}, step.form, ...asked, ...pagesOf(protocol, step.id).map((page) => page.fields));
}

/** Pages of the opening that are recorded as this step. */
export function pagesOf(protocol: Protocol, step: StepId): readonly Page[] {
  return protocol.opening.pages.filter(
    ({ records }) =>
      ('step' in records && records.step === step) || ('form' in records && protocol.opening.sends === step),
  );
}

/** Fields asked for a part of a step. On a case `questionsOf` knows more: it asks what no opening page has asked. */
export function fieldsAsked(
  step: Step,
  part: string | undefined,
  pages: readonly Page[] = [],
): Readonly<Record<string, Field>> {
  const form = asksForm(step, part) ? { ...Object.assign({}, ...pages.map(({ fields }) => fields)), ...step.form } : {};
  return { ...form, ...saidBy(step, part)?.asks };
}

/**
 * Fields asked for a part of a step on this case. A step that the opening's pages would have recorded, on a case that has come here
 * from another pathway, asks their questions itself; the form about each child was filled in when the case was opened.
 */
export function questionsOf(
  protocol: Protocol,
  { facts }: Pick<Case, 'facts'>,
  step: Step,
  part: string | undefined,
): Readonly<Record<string, Field>> {
  // Whoever says that a mail has arrived is not asked again what stood in it.
  if (step.kind === 'send' && part !== undefined) return { ...saidBy(step, part)?.asks };
  const recorded = facts.some(({ fact }) => fact === step.id || fact.startsWith(`${step.id}.`));
  const form = fieldsAsked(
    step,
    part,
    recorded ? [] : pagesOf(protocol, step.id).flatMap((page) => ownPage(page, step)),
  );
  if (!asksForm(step, part)) return form;
  const who = step.kind === 'assign' ? namingFields(protocol, step, Object.values(form)) : [];
  const byId = (fields: readonly Field[]) => Object.fromEntries(fields.map((field) => [field.id, field]));
  return {
    ...byId(who.filter(({ type }) => type !== 'confirm')),
    ...form,
    ...byId([...documentFields(step), ...who.filter(({ type }) => type === 'confirm')]),
  };
}

function ownPage(page: Page, step: Step): readonly Page[] {
  if (page.each === undefined || step.each === 'children') return [page];
  if (!('step' in page.records)) return [];
  const fields = Object.entries(page.fields).map(([id, field]) => [id, { ...field, each: page.each }]);
  return [{ ...page, fields: Object.fromEntries(fields) }];
}

/** The form belongs to completing the step, whichever way it ends; not where nobody was found, or nobody agreed, to describe. */
function asksForm(step: Step, part: string | undefined): boolean {
  if (step.kind === 'consent') return part === undefined || part === 'given';
  if (step.kind === 'send') return part === undefined || effectOfPart(step, part) === 'does';
  return part === 'held' || completes(step, part);
}

/** Whether the step is done by it as it was meant: a naming that found nobody is over, and has named nobody. */
function completes(step: Step, part: string | undefined): boolean {
  // A mail that was sent and then arrives has had its effect once.
  if (step.kind === 'send' && step.done === 'sent' && part === 'received') return false;
  return effectOfPart(step, part) === 'does' && part !== 'none-found';
}

/** The outcome or moment that a fact with this part is: its words, its questions, its effects. */
export function saidBy(step: Step, part: string | undefined): Outcome | undefined {
  const name = part ?? PLAIN_MOMENT[step.kind];
  if (name === undefined) return undefined;
  return own(outcomesOf(step), name) ?? own(step.moments ?? {}, name);
}

/** What a step recorded without a part was. */
const PLAIN_MOMENT: Partial<Readonly<Record<Step['kind'], string>>> = {
  consent: 'given',
  assign: 'named',
  meet: 'held',
};

/** What a fact brings about beyond its step. */
export interface Consequences {
  readonly ends?: string;
  readonly movesTo?: PathwayId;
  readonly starts: readonly PathwayId[];
  readonly lists: Readonly<Record<string, string>>;
  readonly tells: readonly Target[];
  readonly reopens: readonly StepId[];
}

/** Of its outcome or moment, and of the step itself where this completes it. What the outcome says goes before the step. */
export function consequencesOf(step: Step, part: string | undefined): Consequences {
  const said = saidBy(step, part);
  const whole = completes(step, part) ? step : undefined;
  const leads = said?.ends !== undefined || said?.movesTo !== undefined ? said : whole;
  return {
    starts: [...(said?.starts ? [said.starts] : []), ...(whole?.starts ? [whole.starts] : [])],
    lists: { ...whole?.lists, ...said?.lists },
    tells: [...(said?.tells ?? []), ...(whole?.tells ?? [])],
    reopens: [...(whole?.reopens ?? []), ...(said?.reopens ?? [])],
    ...(leads?.ends === undefined ? {} : { ends: leads.ends }),
    ...(leads?.movesTo === undefined ? {} : { movesTo: leads.movesTo }),
  };
}

/** Steps that a step waits for, through conditions. */
export function dependencies(protocol: Protocol, refs: readonly Ref[], seen = new Set<string>()): Set<StepId> {
  const found = new Set<StepId>();
  for (const ref of refs) {
    const head = ref.split('.')[0] ?? '';
    if (own(protocol.steps, head)) found.add(head);
    const condition = own(protocol.conditions, head);
    if (condition && !seen.has(head)) {
      seen.add(head);
      const { all, any, none, window } = condition;
      const members = [...all, ...any, ...none, ...(window ? [window.happened, window.of] : [])];
      for (const step of dependencies(protocol, members, seen)) found.add(step);
    }
  }
  return found;
}

/** The named step, the deciding one, and what lies on the way from one to the other. */
export function between(protocol: Protocol, reopened: StepId, decided: StepId): Set<StepId> {
  const before = ancestors(protocol, decided);
  const found = new Set([reopened, decided]);
  for (const step of before) if (ancestors(protocol, step).has(reopened)) found.add(step);
  return found;
}

function ancestors(protocol: Protocol, step: StepId): Set<StepId> {
  const found = new Set<StepId>();
  const left = [step];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    for (const dependency of dependencies(protocol, protocol.steps[next]?.after ?? [])) {
      if (!found.has(dependency)) left.push(dependency);
      found.add(dependency);
    }
  }
  return found;
}

export const roleOf = (target: Target): RoleId | undefined =>
  target.startsWith('role/') ? target.slice('role/'.length) : undefined;

export const rolesIn = (targets: readonly Target[]): readonly RoleId[] =>
  targets.flatMap((target) => roleOf(target) ?? []);

/** Everybody whom a meeting names by role: who must come, is invited or may come, who organises, chairs and takes the notes. */
export function rolesAt(step: MeetStep): readonly RoleId[] {
  const parts = [step.organiser, step.chair, step.notes].filter((role) => role !== undefined);
  return [...new Set([...rolesIn([...step.with, ...step.invite, ...step.mayCome]), ...parts])];
}
