/**
 * Finds times for a meeting: inside the limit, on a working day, in the working hours of everybody who must come, and free in their
 * diaries. Microsoft's own search is not open to an application, so it is done here on free/busy data.
 *
 * What rules a time out, and nothing else does: it does not lie wholly in the window; its day is a weekend, a bank holiday or a closure
 * day; its weekday is not the fixed one (`weekday`); it is not in office hours (08:30 to 17:00; times that were given, as a family's, are
 * held against each person's own hours alone); somebody who must come is busy or away, with the buffer on either side, or does not work
 * then. The times that are left are lawful.
 *
 * In which order lawful times are offered:
 * 1. where a child comes (`schoolDay`), times outside the school day before times in it;
 * 2. then those on the weekday that the protocol would rather have (`prefer`) before the others;
 * 3. then the earlier day before the later one;
 * 4. on one day, the time on which more of those who may come are free;
 * 5. then a time with a free room before one without, where a room is wanted (`rooms`);
 * 6. then the earlier time.
 * `mostADay` and `most` are taken from the top. The earliest lawful time (where a child comes and there is one outside the school day:
 * the earliest such) is always among those offered, beyond `mostADay` or in the place of the last one if need be, and says that it is
 * the first: a preference never hides it.
 */
import { type Weekday, weekdayOf } from '../time/day-number.ts';
import type { Day, Instant } from '../time/instant.ts';
import { type Attendee, type Blocker, type Diary, type Proposal, readDiary } from './diary.ts';
import { blockersOf, type Tried } from './in-the-way.ts';
import { type RoomDiary, readRooms } from './rooms.ts';
import { type Tries, triesByDay } from './tries.ts';
import { type Merits, whyThis } from './why.ts';

export interface Slot {
  readonly start: Instant;
  readonly end: Instant;
  /** Plain sentences for the card, without any name. Never empty. */
  readonly why: readonly string[];
  /** The first room that is free, by its id. Absent: none is wanted, or none is free. */
  readonly room?: string;
}

export interface SlotSearch extends Tries {
  readonly people: readonly Attendee[];
  /** Kept free before and after, for everybody who comes. */
  readonly bufferMinutes: number;
  /** Last day of the limit, where there is one. Rules nothing out: the window does. Said of what lies inside it, and of its last day. */
  readonly limit?: Day | undefined;
  /** Rather on this weekday than on another. */
  readonly prefer?: Weekday | undefined;
  /** A child comes: rather outside these hours, London wall clock `HH:mm`. */
  readonly schoolDay?: SchoolDay | undefined;
  /** A room is wanted: these, in this order. */
  readonly rooms?: readonly RoomDiary[] | undefined;
  readonly tentativeBlocks?: boolean | undefined;
  /** Not more than so many slots. */
  readonly most?: number | undefined;
  /** At most so many on one day, and one more where the earliest is not among them, so that a choice of three is three days (story A6). */
  readonly mostADay?: number | undefined;
}

export interface SchoolDay {
  readonly from: string;
  readonly to: string;
}

export interface SlotsFound {
  /** In the order given above. */
  readonly slots: readonly Slot[];
  /** For each day tried in vain: who could not come at which times that were tried, with the weightiest reason of that day. */
  readonly blockers: readonly Blocker[];
}

/** A lawful time, and how it compares with the others. */
interface Lawful extends Merits {
  readonly proposal: Proposal;
  readonly room: string | undefined;
  /** Lower comes first: the school day outweighs the weekday. */
  readonly footing: number;
}

/** @throws BeyondCalendar where the window reaches beyond the known bank holidays */
export function findSlots(search: SlotSearch): SlotsFound {
  const { calendar, prefer, schoolDay } = search;
  const tentativeBlocks = search.tentativeBlocks ?? true;
  const diaries = search.people.map((person) => readDiary(person, search.bufferMinutes, tentativeBlocks));
  const required = diaries.filter((diary) => diary.required);
  const optional = diaries.filter((diary) => !diary.required);
  const rooms = search.rooms && readRooms(search.rooms, tentativeBlocks);
  const lastDay = search.limit && calendar.lastWorkingDayOnOrBefore(search.limit);
  const { most = Infinity, mostADay = Infinity } = search;
  /** With nothing to prefer, the first times are the best ones, and nothing later has to be looked at. */
  const earliestIsBest = prefer === undefined && schoolDay === undefined;
  const anyOnItsDay = optional.length === 0 && rooms === undefined && schoolDay === undefined;

  const lawful: Lawful[] = [];
  const blockers: Blocker[] = [];
  let enough = 0;
  for (const [, proposals] of triesByDay(search)) {
    const before = lawful.length;
    const inVain: Tried[] = [];
    for (const proposal of proposals) {
      if (anyOnItsDay && lawful.length - before >= Math.min(mostADay, most)) break;
      const blocked = blocksOf(proposal, required);
      if (blocked.length === 0) lawful.push(weigh(proposal));
      else inVain.push({ proposal, blocked });
    }
    const found = lawful.length - before;
    if (found === 0) blockers.push(...blockersOf(inVain));
    enough += Math.min(found, mostADay);
    if (earliestIsBest && enough >= most) break;
  }
  const earliest = lawful.toSorted(
    (one, other) => Number(one.inSchool) - Number(other.inSchool) || byStart(one, other),
  )[0];
  const slots = choose(lawful, earliest, most, mostADay).map((each): Slot => {
    const { start, end } = each.proposal;
    const why = whyThis(each, {
      first: each === earliest,
      limited: search.limit !== undefined,
      required: required.length,
      optional: optional.length,
    });
    return { start, end, why, ...(each.room === undefined ? {} : { room: each.room }) };
  });
  return { slots, blockers };

  function weigh(proposal: Proposal): Lawful {
    const weekday = weekdayOf(proposal.day);
    const inSchool = schoolDay !== undefined && proposal.from < schoolDay.to && proposal.to > schoolDay.from;
    const room = rooms?.firstFree(proposal.start, proposal.end);
    const otherDay = prefer !== undefined && weekday !== prefer;
    return {
      proposal,
      room,
      inSchool,
      footing: (inSchool ? 2 : 0) + (otherDay ? 1 : 0),
      missing: optional.filter((diary) => diary.blocks(proposal) !== undefined).length,
      lastDay: proposal.day === lastDay,
      ...(schoolDay ? { outsideSchool: !inSchool } : {}),
      ...(prefer ? { weekday: { is: weekday, rather: prefer } } : {}),
      ...(rooms ? { hasRoom: room !== undefined } : {}),
    };
  }
}

function choose(
  lawful: readonly Lawful[],
  earliest: Lawful | undefined,
  most: number,
  mostADay: number,
): readonly Lawful[] {
  if (earliest === undefined || most < 1) return [];
  const onDay = new Map<Day, number>();
  const chosen: Lawful[] = [];
  const ranked = lawful.toSorted(byRank);
  for (const each of ranked) {
    if (chosen.length >= most) break;
    const so = onDay.get(each.proposal.day) ?? 0;
    if (so >= mostADay) continue;
    onDay.set(each.proposal.day, so + 1);
    chosen.push(each);
  }
  if (chosen.includes(earliest)) return chosen;
  return [...chosen.slice(0, most - 1), earliest].sort(byRank);
}

function byRank(one: Lawful, other: Lawful): number {
  return (
    one.footing - other.footing ||
    (one.proposal.day < other.proposal.day ? -1 : one.proposal.day > other.proposal.day ? 1 : 0) ||
    one.missing - other.missing ||
    Number(one.hasRoom === false) - Number(other.hasRoom === false) ||
    byStart(one, other)
  );
}

function byStart(one: Lawful, other: Lawful): number {
  return one.proposal.opens - other.proposal.opens;
}

function blocksOf(proposal: Proposal, required: readonly Diary[]): Tried['blocked'] {
  return required.flatMap((diary) => {
    const kind = diary.blocks(proposal);
    return kind === undefined ? [] : [{ who: diary.id, kind }];
  });
}
