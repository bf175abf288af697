/**
 * Finds times for a meeting, earliest first: inside the limit, on a working day, in the working hours of everybody who must
 * come, and free in their diaries. Microsoft's own search is not open to an application, so it is done here on free/busy data.
 */
import type { Calendar } from '../time/calendar.ts';
import { addDays, type Weekday, weekdayOf } from '../time/day-number.ts';
import { addMinutes, type Day, dayOf, type Instant, instantAt } from '../time/instant.ts';
import { CLOSES, OPENS } from '../time/office-hours.ts';
import { type Attendee, type Blocker, type BlockKind, type Diary, type Proposal, propose, readDiary } from './diary.ts';

export interface Slot {
  readonly start: Instant;
  readonly end: Instant;
  /** Plain sentences for the card, without any name. */
  readonly why: readonly string[];
}

export interface SlotSearch {
  readonly people: readonly Attendee[];
  /** The slot starts at or after `from` and ends at or before `to`. */
  readonly window?: { readonly from: Instant; readonly to: Instant } | undefined;
  /** Only these starts are tried; with a window, only those inside it. One of the two must be given. */
  readonly candidates?: readonly Instant[] | undefined;
  readonly durationMinutes: number;
  /** Kept free before and after, for everybody who must come. */
  readonly bufferMinutes: number;
  readonly calendar: Calendar;
  /** Distance between the starts that are tried, from 08:30 on. Default 30. */
  readonly stepMinutes?: number | undefined;
  readonly weekday?: Weekday | undefined;
  /** London wall clock, `HH:mm`, instead of steps. */
  readonly fixedTimes?: readonly string[] | undefined;
  readonly tentativeBlocks?: boolean | undefined;
  /** Stop after so many slots. */
  readonly most?: number | undefined;
  /** At most so many on one day, so that a choice of three is three days (story A6). */
  readonly mostADay?: number | undefined;
}

export interface SlotsFound {
  /** Earliest first. */
  readonly slots: readonly Slot[];
  /** For each day tried in vain: who could not come at some time that was tried, with the weightiest reason of that day. */
  readonly blockers: readonly Blocker[];
}

const WEIGHT: Readonly<Record<BlockKind, number>> = { away: 3, busy: 2, 'outside-hours': 1 };

/** @throws BeyondCalendar where the window reaches beyond the known bank holidays */
export function findSlots(search: SlotSearch): SlotsFound {
  const { calendar, window } = search;
  const diaries = search.people.map((person) =>
    readDiary(person, search.bufferMinutes, search.tentativeBlocks ?? true),
  );
  const required = diaries.filter((diary) => diary.required);
  const optional = diaries.filter((diary) => !diary.required);
  const lastDay = window && calendar.lastWorkingDayOnOrBefore(dayOf(window.to));

  const slots: Slot[] = [];
  const blockers: Blocker[] = [];
  for (const [day, proposals] of proposalsByDay(search)) {
    let onThisDay = 0;
    const blocking = new Map<string, Blocker>();
    for (const proposal of proposals) {
      if (slots.length >= (search.most ?? Infinity) || onThisDay >= (search.mostADay ?? Infinity)) break;
      if (!recordBlocks(proposal, required, blocking)) {
        slots.push({ start: proposal.start, end: proposal.end, why: whyThis(slots.length === 0, day === lastDay) });
        onThisDay += 1;
      }
    }
    if (onThisDay === 0) blockers.push(...blocking.values());
    if (slots.length >= (search.most ?? Infinity)) break;
  }
  return { slots: slots.map((slot) => withOptional(slot, optional, calendar)), blockers };

  function whyThis(first: boolean, isLastDay: boolean): string[] {
    const free =
      required.length === 2
        ? 'you are both free'
        : required.length > 2
          ? 'everybody needed is free'
          : 'the diary is free';
    return [
      first ? `The first time ${free}.` : `${free.charAt(0).toUpperCase()}${free.slice(1)}.`,
      ...(isLastDay ? ['The last day of the limit.'] : []),
    ];
  }
}

/** Notes everybody whom this time does not suit; false where it suits all. */
function recordBlocks(proposal: Proposal, required: readonly Diary[], blocking: Map<string, Blocker>): boolean {
  let blocked = false;
  for (const diary of required) {
    const kind = diary.blocks(proposal);
    if (kind === undefined) continue;
    blocked = true;
    const before = blocking.get(diary.id);
    blocking.set(diary.id, {
      start: before?.start ?? proposal.start,
      end: proposal.end,
      who: diary.id,
      kind: before && WEIGHT[before.kind] >= WEIGHT[kind] ? before.kind : kind,
    });
  }
  return blocked;
}

function withOptional(slot: Slot, optional: readonly Diary[], calendar: Calendar): Slot {
  const proposal = propose(slot.start, slot.end, calendar);
  const absent = optional.filter((diary) => diary.blocks(proposal) !== undefined).length;
  if (absent === 0) return slot;
  const people = absent === 1 ? '1 person who may come cannot' : `${absent} people who may come cannot`;
  return { ...slot, why: [...slot.why, `${people}.`] };
}

function* proposalsByDay(search: SlotSearch): Generator<readonly [Day, readonly Proposal[]]> {
  const { window, candidates, calendar, durationMinutes, weekday } = search;
  const inside = ({ start, end }: Proposal) => window === undefined || (start >= window.from && end <= window.to);
  const proposed = (start: Instant) => propose(start, addMinutes(start, durationMinutes), calendar);

  if (candidates !== undefined) {
    const byDay = new Map<Day, Proposal[]>();
    for (const start of [...new Set(candidates)].sort()) {
      const proposal = proposed(start);
      if (!inside(proposal) || (weekday !== undefined && weekdayOf(proposal.day) !== weekday)) continue;
      byDay.set(proposal.day, [...(byDay.get(proposal.day) ?? []), proposal]);
    }
    yield* byDay;
    return;
  }
  if (window === undefined) throw new RangeError('A search for a time needs a window or candidates.');
  const times = search.fixedTimes
    ? [...new Set(search.fixedTimes)].sort()
    : steps(search.stepMinutes ?? 30, durationMinutes);
  for (let day = dayOf(window.from); day <= dayOf(window.to); day = addDays(day, 1)) {
    if (!calendar.isWorkingDay(day) || (weekday !== undefined && weekdayOf(day) !== weekday)) continue;
    yield [day, times.map((time) => proposed(instantAt(day, time))).filter(inside)];
  }
}

/** Starts from 08:30 whose meeting ends by 17:00. */
function steps(stepMinutes: number, durationMinutes: number): string[] {
  if (!(stepMinutes > 0)) throw new RangeError(`Steps of ${stepMinutes} minutes lead nowhere.`);
  const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  const times: string[] = [];
  for (let at = minutes(OPENS); at + durationMinutes <= minutes(CLOSES); at += stepMinutes) {
    times.push(`${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`);
  }
  return times;
}
