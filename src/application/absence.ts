/** That somebody is away, and until when: all that is ever read of it, never why. */
import { addMinutes, type Day, dayOf, type Instant } from '../domain/time/instant.ts';
import type { AutomaticReply, Busy } from './ports.ts';

/**
 * The last day of the absence that takes up all of the time from one moment to the other.
 * @returns undefined where there is none
 */
export function awayUntil(busy: readonly Busy[], from: Instant, to: Instant): Day | undefined {
  const absence = busy.find(({ kind, start, end }) => kind === 'away' && start <= from && end >= to);
  // One that ends at midnight ends with the day before.
  return absence && dayOf(addMinutes(absence.end, -1));
}

/**
 * An automatic reply as an entry in the diary.
 * @param until one without an end counts up to here, and is asked about again when that is near
 */
export function asBusy({ from, to }: AutomaticReply, until: Instant): Busy {
  return { kind: 'away', start: from, end: to ?? until };
}
