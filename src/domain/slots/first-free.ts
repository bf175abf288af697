/** The first offered time on which everybody who must come is free (story A13). */
import type { Calendar } from '../time/calendar.ts';
import { addMinutes, type Instant } from '../time/instant.ts';
import { type Attendee, type Blocker, propose, readDiary } from './diary.ts';
import type { Slot } from './find-slots.ts';

export interface Offer {
  /** In any order; the earliest that suits is taken. */
  readonly offered: readonly Instant[];
  readonly people: readonly Attendee[];
  readonly durationMinutes: number;
  readonly bufferMinutes: number;
  readonly calendar: Calendar;
  /** Whether a tentative entry takes the time. Default: yes, as nothing is asked before it is booked. */
  readonly tentativeBlocks?: boolean | undefined;
}

export interface FirstFree {
  readonly slot: Slot | undefined;
  /** For each offer before the slot (all of them where there is none): who cannot come, and whether busy, away or outside their hours. */
  readonly blockers: readonly Blocker[];
}

/** @throws BeyondCalendar where an offer lies beyond the known bank holidays */
export function firstFree(offer: Offer): FirstFree {
  const { offered, people, durationMinutes, bufferMinutes, calendar } = offer;
  const diaries = people
    .filter(({ required }) => required)
    .map((person) => readDiary(person, bufferMinutes, offer.tentativeBlocks ?? true));
  const blockers: Blocker[] = [];
  for (const start of [...new Set(offered)].sort()) {
    const proposal = propose(start, addMinutes(start, durationMinutes), calendar);
    const blocking = diaries.flatMap((diary): Blocker[] => {
      const kind = diary.blocks(proposal);
      return kind === undefined ? [] : [{ start, end: proposal.end, who: diary.id, kind }];
    });
    if (blocking.length === 0) {
      const who = diaries.length === 2 ? 'you are both free' : 'everybody needed is free';
      return { slot: { start, end: proposal.end, why: [`The first date offered on which ${who}.`] }, blockers };
    }
    blockers.push(...blocking);
  }
  return { slot: undefined, blockers };
}
