/** Ladders: which rung decides now. */
import type { ResolveStep } from '../protocol/types.ts';
import type { Reading } from './reading.ts';

/** Index of the rung that decides now: one up for each time it was not agreed. */
export function rungOf(reading: Reading, step: ResolveStep): number {
  return Math.min(reading.factsOf(step.id, 'not-agreed').length, Math.max(0, step.rungs.length - 1));
}
