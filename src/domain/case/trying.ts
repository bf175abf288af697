/** A step that somebody tries to record: everything that the checks look at. */
import type { Step } from '../protocol/types.ts';
import type { Day, Instant } from '../time/instant.ts';
import type { Deciding } from './deciding.ts';
import type { Meeting } from './meeting.ts';
import type { Reading, Standing } from './reading.ts';
import { recorded } from './recorded.ts';
import type { Answers, Case, Command, FactRecorded } from './types.ts';

export type Recording = Extract<Command, { type: 'record' }>;

export interface Trying extends Deciding {
  readonly case: Case;
  readonly command: Recording;
  readonly step: Step;
  /** As it will be written: absent where the step itself is recorded. */
  readonly part: string | undefined;
  readonly reading: Reading;
  readonly standing: Standing;
  readonly meeting: Meeting | undefined;
}

export function written(
  trying: Trying,
  fact: string,
  at: Instant | Day,
  answers: Answers,
  personal: Answers,
): FactRecorded {
  const child = trying.step.each === undefined ? undefined : trying.command.child;
  return recorded(trying, { fact, at, answers, personal, child });
}
