/** A fact as it is written down: by whom, when, out of which press. */
import type { Day, Instant } from '../time/instant.ts';
import type { Deciding } from './deciding.ts';
import type { Answers, ChildId, FactRecorded } from './types.ts';

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
