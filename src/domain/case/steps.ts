/** What the protocol says about a step and its parts, before any case. */
import type { Field, Outcome, Page, Protocol, Ref, RoleId, Step, StepId, Target } from '../protocol/types.ts';

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

const MEETING = ['booking', 'booked', 'moved', 'cancelled', 'no-time', 'held', 'not-held'];

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

/** Fields asked for a part of a step. */
export function fieldsAsked(step: Step, part: string | undefined): Readonly<Record<string, Field>> {
  const outcome = part === undefined ? undefined : own(outcomesOf(step), part);
  const moment = own(step.moments ?? {}, part ?? (step.kind === 'meet' ? 'held' : ''));
  // The form belongs to completing the step, whichever way it ends; where nobody was found there is nobody to describe.
  const completes = (effectOfPart(step, part) === 'does' && part !== 'none-found') || part === 'held';
  const form = completes || (step.kind === 'send' && part === undefined) ? step.form : {};
  return { ...form, ...outcome?.asks, ...moment?.asks };
}

export function partsOfOutcome(step: Step, part: string | undefined): Outcome | undefined {
  return part === undefined ? undefined : (own(outcomesOf(step), part) ?? own(step.moments ?? {}, part));
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
      for (const step of dependencies(protocol, [...condition.all, ...condition.any, ...condition.none], seen))
        found.add(step);
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

/** A record's own key, never one of Object.prototype: ids come from data and from cards. */
export function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
