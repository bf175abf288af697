/** The times that a search tries, day by day: on working days, on its grid or at given times, wholly inside its window. */
import type { Calendar } from '../time/calendar.ts';
import { addDays, type Weekday, weekdayOf } from '../time/day-number.ts';
import { addMinutes, type Day, dayOf, type Instant, instantAt } from '../time/instant.ts';
import { CLOSES, OPENS } from '../time/office-hours.ts';
import { type Proposal, propose } from './diary.ts';

export interface Tries {
  /** The slot starts at or after `from` and ends at or before `to`. */
  readonly window?: { readonly from: Instant; readonly to: Instant } | undefined;
  /** Only these starts are tried; with a window, only those inside it. One of the two must be given. */
  readonly candidates?: readonly Instant[] | undefined;
  /** Not tried: the time that the meeting has already. */
  readonly except?: Instant | undefined;
  readonly durationMinutes: number;
  readonly calendar: Calendar;
  /** Distance between the starts that are tried, from 08:30 on. Default 30. */
  readonly stepMinutes?: number | undefined;
  /** Only on this weekday. */
  readonly weekday?: Weekday | undefined;
  /** London wall clock, `HH:mm`, instead of steps. */
  readonly fixedTimes?: readonly string[] | undefined;
}

/** @throws BeyondCalendar where the window reaches beyond the known bank holidays */
export function* triesByDay(tries: Tries): Generator<readonly [Day, readonly Proposal[]]> {
  const { window, candidates, calendar, durationMinutes, weekday, except } = tries;
  const inside = ({ start, end }: Proposal) =>
    start !== except && (window === undefined || (start >= window.from && end <= window.to));
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
  const times = tries.fixedTimes
    ? [...new Set(tries.fixedTimes)].sort()
    : steps(tries.stepMinutes ?? 30, durationMinutes);
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
