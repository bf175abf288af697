/** A fact as it is written down: by whom, when, out of which press. */
import type { Day, Instant } from '../time/instant.ts';
import type { Deciding } from './deciding.ts';
import type { Answers, Case, ChildId, FactRecorded, RecordedFact } from './types.ts';

export interface Recorded {
  readonly fact: string;
  readonly at: Instant | Day;
  /** In clear. */
  readonly answers: Answers;
  /** Sealed by the store. */
  readonly personal: Answers;
  readonly child?: ChildId | undefined;
}

export function recorded(
  { actor, now, commandKey }: Deciding,
  { fact, at, answers, personal, child }: Recorded,
): FactRecorded {
  return {
    type: 'fact-recorded',
    recordedAt: now,
    by: actor.person,
    commandKey,
    fact,
    at,
    answers,
    ...(child === undefined ? {} : { child }),
    ...(Object.keys(personal).length > 0 ? { personal } : {}),
  };
}

/** All that was ever recorded of a case, what is history since it was taken up again included. */
export function everRecorded({ earlier, facts }: Case): readonly RecordedFact[] {
  return [...earlier.flatMap((each) => each.facts), ...facts];
}

/** Whether anything was written down because of this press. */
export function pressedBefore(theCase: Case, commandKey: string): boolean {
  return everRecorded(theCase).some((fact) => fact.commandKey === commandKey);
}
