/** What a search for a time may know of a person's diary: free, busy or away, and never with what (story 1, class P). */
import type { Calendar } from '../time/calendar.ts';
import { dayNumber, weekdayIndex } from '../time/day-number.ts';
import { type Day, dayOf, type Instant, millisecondsOf, timeOf } from '../time/instant.ts';
import { CLOSES, OPENS } from '../time/office-hours.ts';

export interface BusyTime {
  readonly start: Instant;
  readonly end: Instant;
  readonly kind: 'busy' | 'tentative' | 'away';
}

export interface WorkingHours {
  /** London wall clock, `HH:mm`. */
  readonly from: string;
  readonly to: string;
  /** 1 is Monday, 7 is Sunday. */
  readonly days: readonly number[];
}

export interface Attendee {
  readonly id: string;
  /** Somebody who is not required never rules a time out. */
  readonly required: boolean;
  readonly busy: readonly BusyTime[];
  /** Absent: 08:30 to 17:00 on every working day. */
  readonly workingHours?: WorkingHours | undefined;
}

export type BlockKind = 'busy' | 'away' | 'outside-hours';

/** A time that does not suit somebody. `who` is the id given for them; a reader is shown the kind and no more. */
export interface Blocker {
  readonly start: Instant;
  readonly end?: Instant;
  readonly who: string;
  readonly kind: BlockKind;
  /** Of a day that was searched: the times that do not suit, neighbouring ones together. `start` is the first of them, `end` the last. */
  readonly at?: readonly { readonly start: Instant; readonly end: Instant }[];
  /** Not one of the times tried that day suits. */
  readonly whole?: boolean;
}

/** A time under test, with what is asked of it for each person worked out once. Milliseconds since 1 Jan 1970 UTC. */
export interface Proposal {
  readonly start: Instant;
  readonly end: Instant;
  readonly opens: number;
  readonly closes: number;
  readonly day: Day;
  readonly from: string;
  /** Wall clock of the end; `24:00` where it runs past midnight, which no working hours reach. */
  readonly to: string;
  readonly weekday: number;
  readonly working: boolean;
}

export interface Diary {
  readonly id: string;
  readonly required: boolean;
  /** Why the person cannot come then, the weightiest reason: away, then busy, then outside their hours. */
  blocks(proposal: Proposal): BlockKind | undefined;
}

export function propose(start: Instant, end: Instant, calendar: Calendar): Proposal {
  const day = dayOf(start);
  return {
    start,
    end,
    opens: millisecondsOf(start),
    closes: millisecondsOf(end),
    day,
    from: timeOf(start),
    to: dayOf(end) === day ? timeOf(end) : '24:00',
    weekday: weekdayIndex(dayNumber(day)) + 1,
    working: calendar.isWorkingDay(day),
  };
}

/** @param bufferMinutes kept free on either side of everything else in the diary, e.g. for travel */
export function readDiary(person: Attendee, bufferMinutes: number, tentativeBlocks: boolean): Diary {
  const taken = (kinds: readonly BusyTime['kind'][]) =>
    union(
      person.busy.filter(({ kind }) => kinds.includes(kind)),
      bufferMinutes * 60_000,
    );
  const away = taken(['away']);
  const busy = taken(tentativeBlocks ? ['busy', 'tentative'] : ['busy']);
  const { from, to, days } = person.workingHours ?? { from: OPENS, to: CLOSES, days: [1, 2, 3, 4, 5] };
  return {
    id: person.id,
    required: person.required,
    blocks(proposal) {
      if (meets(away, proposal)) return 'away';
      if (meets(busy, proposal)) return 'busy';
      const inHours = proposal.working && days.includes(proposal.weekday) && proposal.from >= from && proposal.to <= to;
      return inHours ? undefined : 'outside-hours';
    },
  };
}

export interface Stretch {
  readonly start: number;
  end: number;
}

/** The times widened by the buffer, in order and without overlaps, so that one look-up answers for all of them. */
export function union(times: readonly BusyTime[], buffer: number): readonly Stretch[] {
  const widened = times
    .map(({ start, end }) => ({ start: millisecondsOf(start), end: millisecondsOf(end) }))
    // An entry without length takes no time, with or without a buffer around it.
    .filter(({ start, end }) => end > start)
    .map(({ start, end }): Stretch => ({ start: start - buffer, end: end + buffer }))
    .sort((one, other) => one.start - other.start);
  const merged: Stretch[] = [];
  for (const stretch of widened) {
    const last = merged.at(-1);
    if (last !== undefined && stretch.start <= last.end) last.end = Math.max(last.end, stretch.end);
    else merged.push(stretch);
  }
  return merged;
}

/** @param stretches in order and without overlaps */
export function meets(stretches: readonly Stretch[], { opens, closes }: Pick<Proposal, 'opens' | 'closes'>): boolean {
  let low = 0;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((stretches[middle] as Stretch).end <= opens) low = middle + 1;
    else high = middle;
  }
  const next = stretches[low];
  return next !== undefined && next.start < closes;
}
