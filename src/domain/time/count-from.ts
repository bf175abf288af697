/**
 * Counts from an event to a date, each with its reasons (ledger section 0). The day of the event is day 0; working days skip
 * weekends, bank holidays and closures; days, weeks, months and years do not roll but show the last working day on or before
 * (`actBy`); hours elapse in UTC.
 */
import type { Calendar } from './calendar.ts';
import type { Count, Counted, Reason } from './count.ts';
import { everyNMonths, everyNWeeks, everyNYears } from './cycles.ts';
import { addDays, addMonths, type Day, type Weekday, writeDay, writeShortDay } from './day-number.ts';
import { addHours, dayOf, type Instant, instantAt, isDay, londonOffset, timeOf, writeInstant } from './instant.ts';
import { endOf, isAfterClose, lastOfficeMoment } from './office-hours.ts';
import {
  DAY_ZERO,
  EVERY_DAY_COUNTS,
  PROJECTED,
  skippedBetween,
  skippedDay,
  stepBackIsProjected,
  toDayBefore,
  whyNoWorkingDay,
  writeCount,
} from './reasons.ts';

export { everyNMonths, everyNWeeks, everyNYears, nextOfDates, nextSession } from './cycles.ts';
export { explain } from './reasons.ts';

export interface CountOptions {
  /** What happened at the anchor, to follow its date: `when the assessment was completed`. No name of any family. */
  readonly anchorIs?: string | undefined;
  /** AMB-45: an event after 17:00 or on a day off is counted from the next working day. Default: its own date is day 0. */
  readonly lateCountsAsNextDay?: boolean | undefined;
  /**
   * An end on a day off moves to the working day after, or to the one before. Hours (AMB-18) keep their hour of the day, and never
   * move to before the event. Default: no limit moves, and the last working day before it is shown to act by.
   */
  readonly roll?: Roll | undefined;
}

export type Roll = 'next-working-day' | 'previous-working-day';

export interface NoticeOptions {
  readonly anchorIs?: string | undefined;
  /** AMB-53: neither the day of sending nor the day of the meeting counts, which adds one day. Default: the meeting's day counts. */
  readonly clearDays?: boolean | undefined;
}

/** Thrown where hours are asked for from a day without a time of day: a fault of the data, which the validator refuses. */
export class HoursNeedAMoment extends Error {
  constructor(count: Count, day: Day) {
    super(`${writeCount(count)} cannot be counted from ${writeDay(day)}: hours need a time of day.`);
    this.name = 'HoursNeedAMoment';
  }
}

/**
 * On or before the n-th unit after the anchor.
 * @param anchor a moment, or a London day where no time is known
 * @throws BeyondCalendar where the bank holidays are not known that far; HoursNeedAMoment
 * @example countAfter(parseInstant('2026-12-18T18:45:00Z'), {n: 2, unit: 'working days'}, calendar).due // 2026-12-22
 */
export function countAfter(
  anchor: Instant | Day,
  count: Count,
  calendar: Calendar,
  options: CountOptions = {},
): Counted {
  mustBeWhole(count);
  if (count.unit === 'hours') return countHours(anchor, count, 1, calendar, options);
  const start = dayZero(anchor, calendar, options.lateCountsAsNextDay === true);
  const counted = countDays(start, { n: count.n, unit: count.unit }, 1, calendar, options);
  return options.roll === undefined ? counted : rolled(counted, options.roll, calendar);
}

/**
 * A date of a series: so long after the last time, moved to the working day before where it falls on a day off (HER-A-09).
 * @param anchorIs what happened at the anchor, to follow its date: `when it was last held`
 */
export function everySoOften(from: Instant | Day, count: Count, calendar: Calendar, anchorIs?: string): Counted {
  const day = isDay(from) ? from : dayOf(from);
  switch (count.unit) {
    case 'weeks':
      return everyNWeeks(day, count.n, calendar, anchorIs);
    case 'months':
      return everyNMonths(day, count.n, calendar, anchorIs);
    case 'years':
      return everyNYears(day, count.n, calendar, anchorIs);
    default:
      return countAfter(from, count, calendar, { anchorIs, roll: 'previous-working-day' });
  }
}

/**
 * On or before the n-th unit before the anchor. `0 hours` before a meeting means before it begins.
 * @throws BeyondCalendar, HoursNeedAMoment
 * @example countBefore(parseDay('2027-01-20'), {n: 20, unit: 'working days'}, calendar).due // 2026-12-18
 */
export function countBefore(
  anchor: Instant | Day,
  count: Count,
  calendar: Calendar,
  options: Pick<CountOptions, 'anchorIs'> = {},
): Counted {
  mustBeWhole(count);
  if (count.unit === 'hours') return countHours(anchor, count, -1, calendar, options);
  return countDays(dayZero(anchor, calendar, false), { n: count.n, unit: count.unit }, -1, calendar, options);
}

/**
 * The latest moment to send for a meeting already dated: 17:00 on the n-th working day before it (ledger section 0, point 6).
 * @param notice a number means working days
 * @example noticeLatestSend(parseDay('2026-12-30'), 5, calendar).due // 2026-12-21
 */
export function noticeLatestSend(
  meeting: Instant | Day,
  notice: number | Count,
  calendar: Calendar,
  options: NoticeOptions = {},
): Counted {
  const count = typeof notice === 'number' ? ({ n: notice, unit: 'working days' } as const) : notice;
  if (count.unit === 'hours') return countBefore(meeting, count, calendar, options);
  const back = countBefore(meeting, clear(count, options), calendar, options);
  const because = options.clearDays ? sayClear(back.because, count, 'before', meeting) : back.because;
  // In calendar days the n-th day may be a day off, and what is sent then counts as sent later: the day to act by is the limit.
  return back.due === back.actBy ? { ...back, because } : { ...back, due: back.actBy, dueAt: back.actByAt, because };
}

/**
 * The forward form of the notice rule: the first day on which a meeting may be held when its invite goes out at `sentAt`.
 * An invite sent after 17:00 or on a day off counts as sent on the next working day. With a weekday, the first such weekday
 * that is a working day. `due` is that day; nothing is owed by then.
 * @example earliestWithNotice(parseInstant('2026-12-18T17:30:00Z'), 5, calendar, {weekday: 'Wednesday'}).due // 2026-12-30
 */
export function earliestWithNotice(
  sentAt: Instant | Day,
  notice: number | Count,
  calendar: Calendar,
  options: NoticeOptions & { readonly weekday?: Weekday | undefined } = {},
): Counted {
  const count = typeof notice === 'number' ? ({ n: notice, unit: 'working days' } as const) : notice;
  const { day: sent, late, projected: sentIsProjected } = dayZero(sentAt, calendar, true, 'sent');
  const forward = countAfter(sent, clear(count, options), calendar, options);
  const because: Reason[] = [
    ...late,
    ...(options.clearDays ? sayClear(forward.because, count, 'from', sent) : forward.because).filter(
      (reason) => reason.kind !== 'act-by',
    ),
  ];
  let projected = forward.projected || sentIsProjected;
  let day = calendar.firstWorkingDayOnOrAfter(forward.due);
  if (options.weekday !== undefined) {
    day = calendar.nextWeekday(day, options.weekday);
    for (let off = calendar.holidayOn(day); off !== undefined; off = calendar.holidayOn(day)) {
      because.push(skippedDay(off));
      projected ||= off.projected;
      day = addDays(day, 7);
    }
    because.push({ kind: 'earliest', text: `The first ${options.weekday} on or after that is ${writeDay(day)}.`, day });
  } else if (day !== forward.due) {
    because.push({
      kind: 'earliest',
      text: `${writeDay(forward.due)} ${whyNoWorkingDay(forward.due, calendar)}, so it moves to the next working day, ${writeDay(day)}.`,
      day,
    });
  }
  return { due: day, dueAt: endOf(day), actBy: day, actByAt: endOf(day), projected, because };
}

export interface EarliestMeeting {
  /** The first day on which it may be held. */
  readonly earliest: Counted;
  /** The first such day that is the preferred weekday (KNO-U-10); absent where none is preferred. */
  readonly preferred?: Counted;
}

/**
 * The earliest day on which a meeting may be held if its invitation goes at `sentAt`, and the first preferred weekday on or after it.
 * @example earliestMeeting(parseInstant('2026-12-18T17:30:00Z'), 5, calendar, 'Wednesday').preferred?.due // 2026-12-30 (KNO-U-09)
 */
export function earliestMeeting(
  sentAt: Instant | Day,
  notice: number | Count,
  calendar: Calendar,
  preferWeekday?: Weekday,
): EarliestMeeting {
  const earliest = earliestWithNotice(sentAt, notice, calendar);
  if (preferWeekday === undefined) return { earliest };
  return { earliest, preferred: earliestWithNotice(sentAt, notice, calendar, { weekday: preferWeekday }) };
}

function countDays(
  { day: from, late, projected }: DayZero,
  count: DayCount,
  direction: 1 | -1,
  calendar: Calendar,
  options: CountOptions,
): Counted {
  const n = count.n * direction;
  const what = options.anchorIs === undefined ? '' : `, ${options.anchorIs}`;
  // On the day itself: there is nothing to count.
  if (n === 0 && count.unit === 'days')
    return dated(from, projected, calendar, [...late, { kind: 'count', text: `${writeDay(from)}${what}.`, day: from }]);
  const because: Reason[] = [
    ...late,
    {
      kind: 'count',
      text: `${writeCount(count)} ${direction > 0 ? 'from' : 'before'} ${writeDay(from)}${what}.`,
      day: from,
    },
    DAY_ZERO,
  ];
  if (count.unit === 'working days') {
    const due = calendar.addWorkingDays(from, n);
    because.push(...skippedBetween(from, due, calendar));
    return dated(due, projected || calendar.skipped(from, due).projected, calendar, because);
  }
  if (count.unit === 'days' || count.unit === 'weeks') because.push(EVERY_DAY_COUNTS);
  return dated(shift(from, n, count.unit), projected, calendar, because);
}

function shift(from: Day, n: number, unit: Exclude<DayCount['unit'], 'working days'>): Day {
  switch (unit) {
    case 'days':
      return addDays(from, n);
    case 'weeks':
      return addDays(from, n * 7);
    case 'months':
      return addMonths(from, n);
    case 'years':
      return addMonths(from, n * 12);
  }
}

/** Completes a date in day units with its act-by, which differs only where the day is a day off. */
function dated(due: Day, rests: boolean, calendar: Calendar, because: Reason[]): Counted {
  const actBy = calendar.lastWorkingDayOnOrBefore(due);
  const dueAt = endOf(due);
  const projected = rests || stepBackIsProjected(actBy, due, calendar);
  if (projected) because.push(PROJECTED);
  if (actBy === due) return { due, dueAt, actBy, actByAt: dueAt, projected, because };
  because.push({
    kind: 'act-by',
    text: `${writeDay(due)} ${whyNoWorkingDay(due, calendar)}, so act by ${writeDay(actBy)}, 17:00.`,
    day: actBy,
  });
  return { due, dueAt, actBy, actByAt: endOf(actBy), projected, because };
}

function rolled(counted: Counted, roll: Roll, calendar: Calendar): Counted {
  const off = counted.due;
  if (calendar.isWorkingDay(off)) return counted;
  const because = counted.because.filter(({ kind }) => kind !== 'act-by');
  if (roll === 'previous-working-day') {
    // To act by it and to end by it are then the same day.
    const day = counted.actBy;
    return { ...counted, due: day, dueAt: endOf(day), because: [...because, toDayBefore(off, day, calendar)] };
  }
  const day = calendar.firstWorkingDayOnOrAfter(off);
  const text = `${writeDay(off)} ${whyNoWorkingDay(off, calendar)}, so the next working day, ${writeDay(day)}.`;
  const projected = counted.projected || rollIsProjected(off, day, calendar);
  const said = because.some(({ kind }) => kind === 'projected') || !projected ? [] : [PROJECTED];
  const end = endOf(day);
  return {
    due: day,
    dueAt: end,
    actBy: day,
    actByAt: end,
    projected,
    because: [...because, { kind: 'replaced', text, day }, ...said],
  };
}

function rollIsProjected(off: Day, day: Day, calendar: Calendar): boolean {
  return calendar.holidayOn(off)?.projected === true || calendar.skipped(off, day).projected;
}

function countHours(
  anchor: Instant | Day,
  count: Count,
  direction: 1 | -1,
  calendar: Calendar,
  options: CountOptions,
): Counted {
  if (isDay(anchor)) throw new HoursNeedAMoment(count, anchor);
  const what = options.anchorIs === undefined ? '' : `, ${options.anchorIs}`;
  const because: Reason[] = [
    {
      kind: 'count',
      text:
        direction < 0 && count.n === 0
          ? `Before it begins: ${writeInstant(anchor)}.`
          : `${writeCount(count)} ${direction > 0 ? 'from' : 'before'} ${writeInstant(anchor)}${what}.`,
      day: dayOf(anchor),
    },
  ];
  let dueAt = addHours(anchor, count.n * direction);
  const change = londonOffset(dueAt) - londonOffset(anchor);
  if (change !== 0) {
    const forward = change * direction > 0;
    because.push({
      kind: 'clock-change',
      text: `The clocks go ${forward ? 'forward' : 'back'} in between; the hours that pass are what counts.`,
    });
  }
  let projected = false;
  if (options.roll !== undefined && !calendar.isWorkingDay(dayOf(dueAt))) {
    const off = dayOf(dueAt);
    const forward = options.roll === 'next-working-day';
    const day = forward ? calendar.firstWorkingDayOnOrAfter(off) : calendar.lastWorkingDayOnOrBefore(off);
    const moved = instantAt(day, timeOf(dueAt));
    if (forward || moved > anchor) {
      projected = rollIsProjected(off, day, calendar);
      dueAt = moved;
      because.push({
        kind: 'replaced',
        text: `${writeDay(off)} ${whyNoWorkingDay(off, calendar)}, so it moves to the same hour of the ${forward ? 'next working day' : 'working day before'}.`,
        day,
      });
    }
  }
  const due = dayOf(dueAt);
  const actByAt = lastOfficeMoment(dueAt, calendar);
  const actBy = dayOf(actByAt);
  projected ||= stepBackIsProjected(actBy, due, calendar);
  if (projected) because.push(PROJECTED);
  if (actByAt !== dueAt) {
    because.push({
      kind: 'act-by',
      text:
        direction > 0 && actByAt <= anchor
          ? `No office hours lie before the limit, ${writeInstant(dueAt)}: act at once.`
          : `Nobody is at work at the limit, ${writeInstant(dueAt)}, so act by ${writeInstant(actByAt)}.`,
      day: actBy,
    });
  }
  return { due, dueAt, actBy, actByAt, projected, because };
}

interface DayZero {
  readonly day: Day;
  readonly late: readonly Reason[];
  readonly projected: boolean;
}

interface DayCount {
  readonly n: number;
  readonly unit: Exclude<Count['unit'], 'hours'>;
}

/** Day 0 of a count, and why it is not the day of the event where a switch or the notice rule says so. */
function dayZero(anchor: Instant | Day, calendar: Calendar, lateCountsAsNextDay: boolean, verb?: 'sent'): DayZero {
  const own = isDay(anchor) ? anchor : dayOf(anchor);
  if (!lateCountsAsNextDay) return { day: own, late: [], projected: false };
  const working = calendar.isWorkingDay(own);
  if (working && (isDay(anchor) || !isAfterClose(anchor, calendar))) return { day: own, late: [], projected: false };
  const day = calendar.addWorkingDays(own, 1);
  const when = isDay(anchor) ? writeDay(anchor) : writeInstant(anchor);
  const why = working ? 'is after 17:00' : `is no working day (${whyNoWorkingDay(own, calendar).replace('is ', '')})`;
  const text = `${when} ${why}: counts as${verb === undefined ? '' : ` ${verb}`} ${writeShortDay(day)}.`;
  return {
    day,
    late: [{ kind: 'notice', text, day }],
    projected: calendar.holidayOn(own)?.projected === true || calendar.skipped(own, day).projected,
  };
}

function clear(count: Count, options: NoticeOptions): Count {
  if (!options.clearDays || count.unit === 'hours') return count;
  // Weeks are 7 days each (ledger section 0), so a clear fortnight is 15 days; months and years have no clear form.
  if (count.unit === 'weeks') return { n: count.n * 7 + 1, unit: 'days' };
  return count.unit === 'working days' || count.unit === 'days' ? { n: count.n + 1, unit: count.unit } : count;
}

function sayClear(
  because: readonly Reason[],
  count: Count,
  direction: 'before' | 'from',
  anchor: Instant | Day,
): readonly Reason[] {
  const day = isDay(anchor) ? anchor : dayOf(anchor);
  let said = false;
  return because.map((reason) => {
    if (reason.kind === 'count' && !said) {
      said = true;
      return { ...reason, text: `${writeCount(count).replace(' ', ' clear ')} ${direction} ${writeDay(day)}.` };
    }
    return reason.kind === 'day-0'
      ? { ...reason, text: 'Neither the day of sending nor the day of the meeting counts.' }
      : reason;
  });
}

function mustBeWhole({ n, unit }: Count): void {
  if (!Number.isInteger(n) || n < 0) throw new RangeError(`A count is a whole number from 0 up, not ${n} ${unit}.`);
}
