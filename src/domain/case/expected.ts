/**
 * Dates that were expected when something was recorded: an assessment that is still to be completed. What waits for it does not open
 * by itself, so once the day has come somebody is asked whether it was so (AMB-22).
 */
import type { Protocol, Ref, RoleId } from '../protocol/types.ts';
import type { Day } from '../time/instant.ts';
import { endingOf } from './ending.ts';
import type { Reading } from './reading.ts';
import { explainReference } from './references.ts';
import { own } from './steps.ts';
import { dayOfTime } from './times.ts';

export interface Expected {
  readonly fact: string;
  readonly day: Day;
  /** Who may say that it was so. */
  readonly by: readonly RoleId[];
  /** Number of the event that expects it. */
  readonly seq: number;
}

/** Of those for which some step waits. A day that is only counted from, as that of a review, is asked of nobody. */
export function expectedOn(reading: Reading): readonly Expected[] {
  const { protocol } = reading;
  if (endingOf(reading) !== undefined) return [];
  return Object.entries(protocol.facts).flatMap(([fact, { by, expected }]): Expected[] => {
    if (!expected || !isAwaited(protocol, fact) || reading.truth(fact).is === 'true') return [];
    const last = reading.factsOf(fact, 'expected').at(-1);
    return last === undefined ? [] : [{ fact, day: dayOfTime(last.at), by, seq: last.seq }];
  });
}

/** Whether some step waits for it. */
export function isAwaited(protocol: Protocol, fact: string): boolean {
  const seen = new Set<Ref>();
  const leads = (ref: Ref): boolean => {
    if (ref === fact) return true;
    const condition = own(protocol.conditions, ref);
    if (condition === undefined || seen.has(ref)) return false;
    seen.add(ref);
    return [...condition.all, ...condition.any].some(leads);
  };
  return Object.values(protocol.steps).some(({ after, gates }) =>
    [...after, ...gates.flatMap(({ needs }) => needs)].some(leads),
  );
}

/** Inside a sentence, and fit for a channel: `the assessment was completed`. */
export function expectedWords(protocol: Protocol, fact: string): string {
  return explainReference(protocol, fact) ?? 'it has happened';
}
