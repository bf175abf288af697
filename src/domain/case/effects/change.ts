/** A case before and after a change: what every part of what follows from it is worked out from. */
import type { Protocol, StepId } from '../../protocol/types.ts';
import type { Calendar } from '../../time/calendar.ts';
import type { Instant } from '../../time/instant.ts';
import { broughtAbout } from '../in-force.ts';
import type { Reading } from '../reading.ts';
import type { Consequences } from '../steps.ts';
import type { Case, CaseStatus, RecordedFact, StepView } from '../types.ts';

export interface Change {
  readonly calendar: Calendar;
  readonly now: Instant;
  readonly before: Moment | undefined;
  /** Where the case has moved: as it left the pathway, with what moved it. */
  readonly leaving: Moment | undefined;
  readonly after: Moment;
  readonly facts: readonly RecordedFact[];
}

/** A case at one moment, read by the protocol that it was under. */
export interface Moment {
  readonly protocol: Protocol;
  readonly case: Case;
  readonly status: CaseStatus;
  readonly reading: Reading;
}

/** The case when it left the pathway that it was on before, with the fact that moved it. */
export function leftBy(before: Case, after: Case): Case | undefined {
  const left = after.earlier[before.earlier.length];
  if (left === undefined) return undefined;
  const facts = left.facts.length > 0 ? left.facts : after.facts.filter(({ seq }) => seq < left.seq);
  return { ...before, facts, seq: left.seq - 1 };
}

/** Taken up again: what stood before is history, and nobody has been asked anything yet. */
export function isTakenUp({ before, after }: Change): boolean {
  return before !== undefined && (after.case.earlier[before.case.earlier.length]?.facts.length ?? 0) > 0;
}

/** The moment under whose protocol a new fact was recorded. */
export function momentOf({ leaving, after }: Change, { seq }: RecordedFact): Moment {
  return leaving !== undefined && seq <= leaving.case.seq ? leaving : after;
}

/** Of what was said on the pathway that the case has left: up to which event it is read. */
export function asOf({ leaving }: Change, moment: Moment): { readonly asOf?: number } {
  return leaving !== undefined && moment === leaving ? { asOf: leaving.case.seq } : {};
}

export const viewIn = (moment: Moment | undefined, step: StepId): StepView | undefined => moment?.status.steps[step];

export function consequences({ protocol, case: theCase }: Moment, fact: RecordedFact): Consequences | undefined {
  return broughtAbout(protocol, theCase, theCase.facts, fact);
}
