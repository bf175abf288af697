/**
 * Sessions of standing forums (ledger 7.8): the weekly panel with its cut-off, meetings every so many weeks or months, and dates
 * that a council lists itself.
 */
import type { Calendar } from './calendar.ts';
import type { Count, Counted, Reason } from './count.ts';
import {
  addDays,
  addMonths,
  type Day,
  dayNumber,
  daysBetween,
  type Weekday,
  weekdayIndex,
  writeDay,
} from './day-number.ts';
import { dayOf, type Instant, instantAt, writeInstant } from './instant.ts';
import { endOf } from './office-hours.ts';
import { nameInSentence, PROJECTED, stepBackIsProjected, toDayBefore, writeCount } from './reasons.ts';

export interface CutOff {
  readonly n: number;
  readonly unit: 'working day' | 'working days' | 'day' | 'days';
  /** London wall clock, `HH:mm`. What comes at that minute is too late. */
  readonly time: string;
}

/** What every kind of forum may say of its sessions. */
export interface SessionRules {
  /** Counted back from the session. Without one, a session takes what came before its own day. */
  readonly cutOff?: CutOff | undefined;
  /** A session on a bank holiday or closure day: left out until the next one, held all the same, or moved. AMB-27: `skip`. */
  readonly bankHoliday?: 'skip' | 'keep' | 'earlier' | 'later' | undefined;
}

export interface WeeklyCycle extends SessionRules {
  /** `working day`: a forum that meets on each of them, e.g. the Daily Discussion (CAM-C-02). */
  readonly weekday: Weekday | 'working day';
}

/** Every four weeks, every two months (KNO-P-02, KNO-P-05), from a day on which there is a session. None is promised before it. */
export interface RegularCycle extends SessionRules {
  readonly every: { readonly n: number; readonly unit: 'weeks' | 'months' };
  readonly from: Day;
}

/** Days that the council lists itself (HER-D-03). */
export interface ListedCycle extends SessionRules {
  readonly dates: readonly Day[];
}

export interface Session extends Counted {
  /** What comes at or after this moment goes to the session after. */
  readonly cutOffAt: Instant;
}

/**
 * The first session whose cut-off lies after the anchor (CAM-A-25, AMB-27). `due` is the day of the session.
 * @returns undefined where the listed days are used up
 * @throws BeyondCalendar
 */
export function nextSession(cycle: WeeklyCycle | RegularCycle, anchor: Instant, calendar: Calendar): Session;
export function nextSession(
  cycle: WeeklyCycle | RegularCycle | ListedCycle,
  anchor: Instant,
  calendar: Calendar,
): Session | undefined;
export function nextSession(
  cycle: WeeklyCycle | RegularCycle | ListedCycle,
  anchor: Instant,
  calendar: Calendar,
): Session | undefined {
  const because: Reason[] = [
    { kind: 'anchor', text: `Next session after ${writeInstant(anchor)}; ${howOften(cycle)}.`, day: dayOf(anchor) },
  ];
  let projected = false;
  const today = dayOf(anchor);
  for (const planned of plannedFrom(cycle, today, calendar)) {
    const why = whyNot(planned, cycle, calendar);
    projected ||= calendar.holidayOn(planned)?.projected === true;
    const day = why === undefined ? planned : moved(planned, cycle, calendar);
    if (day === undefined) {
      if (planned >= today)
        because.push({ kind: 'skipped', text: `No session on ${writeDay(planned)}: it ${why}.`, day: planned });
      continue;
    }
    const cutOffAt = cutOffOf(day, cycle.cutOff, calendar);
    if (anchor < cutOffAt) {
      if (why !== undefined)
        because.push({
          kind: 'skipped',
          text: `${writeDay(planned)} ${why}: the session is on ${writeDay(day)}.`,
          day: planned,
        });
      because.push({
        kind: 'notice',
        text: cycle.cutOff ? `Its list closes ${writeInstant(cutOffAt)}.` : 'It takes what came before that day.',
      });
      if (projected) because.push(PROJECTED);
      return onDay(day, { cutOffAt, projected, because }, calendar);
    }
    if (day >= today)
      because.push({
        kind: 'notice',
        text: cycle.cutOff
          ? `The list for ${writeDay(day)} closed ${writeInstant(cutOffAt)}.`
          : `The session of ${writeDay(day)} took what came before that day.`,
        day,
      });
  }
  return undefined;
}

/** A session that is held on a day off all the same is prepared on the last working day before it. */
function onDay(day: Day, rest: Pick<Session, 'cutOffAt' | 'projected' | 'because'>, calendar: Calendar): Session {
  const actBy = calendar.lastWorkingDayOnOrBefore(day);
  return { due: day, dueAt: endOf(day), actBy, actByAt: endOf(actBy), ...rest };
}

function howOften(cycle: WeeklyCycle | RegularCycle | ListedCycle): string {
  if ('dates' in cycle) return 'sessions are on the days that the council has listed';
  if ('every' in cycle) {
    const { n, unit } = cycle.every;
    return `sessions are every ${n === 1 ? unit.slice(0, -1) : `${n} ${unit}`} from ${writeDay(cycle.from)}`;
  }
  return cycle.weekday === 'working day' ? 'one each working day' : `sessions are on ${cycle.weekday}s`;
}

/** How far a session may be moved to a later day: Christmas, with a weekend on either side and a few closure days. */
const MOVED_AT_MOST = 10;

/** Usual days of the sessions, in order, before any is moved; from a little before `today`, as one may be moved past it. */
function* plannedFrom(
  cycle: WeeklyCycle | RegularCycle | ListedCycle,
  today: Day,
  calendar: Calendar,
): Generator<Day, undefined> {
  const since = cycle.bankHoliday === 'later' ? addDays(today, -MOVED_AT_MOST) : today;
  if ('dates' in cycle) {
    yield* [...new Set(cycle.dates)].filter((day) => day >= since).sort();
    return;
  }
  if ('every' in cycle) {
    const { n, unit } = cycle.every;
    const nth = (k: number): Day => (unit === 'weeks' ? addDays(cycle.from, k * n * 7) : addMonths(cycle.from, k * n));
    // Counted from the first day each time: from the 31st, a month of 30 days must not shorten those after it.
    let k = Math.max(0, Math.floor(daysBetween(cycle.from, since) / (n * (unit === 'weeks' ? 7 : 31))) - 1);
    for (; ; k += 1) if (nth(k) >= since) yield nth(k);
  }
  for (let day = firstOn(cycle, since, calendar); ; day = firstOn(cycle, addDays(day, 1), calendar)) yield day;
}

/** Why there is no session on its usual day: `is Christmas Day`. A day at a weekend is nobody's choice, unless it was listed. */
function whyNot(planned: Day, cycle: WeeklyCycle | RegularCycle | ListedCycle, calendar: Calendar): string | undefined {
  if (calendar.isWorkingDay(planned)) return undefined;
  if (isWeekend(planned)) return 'every' in cycle ? 'is at a weekend' : undefined;
  const dayOff = calendar.holidayOn(planned);
  return dayOff && `is ${nameInSentence(dayOff)}`;
}

/**
 * The meeting `weeks` after the last one, moved to the working day before where it falls on a day off (HER-A-09: 42 days).
 * @param anchorIs what happened on that day, to follow its date: `when it was last held`
 * @example everyNWeeks(parseDay('2026-11-13'), 6, calendar).due // 2026-12-24, as Christmas Day is the 42nd day
 */
export function everyNWeeks(from: Day, weeks: number, calendar: Calendar, anchorIs?: string): Counted {
  return regular(from, addDays(from, weeks * 7), { n: weeks, unit: 'weeks' }, calendar, anchorIs);
}

/** The same in calendar months, clamped to the end of the month (KNO-P-02, KNO-P-03). */
export function everyNMonths(from: Day, months: number, calendar: Calendar, anchorIs?: string): Counted {
  return regular(from, addMonths(from, months), { n: months, unit: 'months' }, calendar, anchorIs);
}

/** The same in years (BSC-X-05): from 29 February to 28 February in a year without one. */
export function everyNYears(from: Day, years: number, calendar: Calendar, anchorIs?: string): Counted {
  return regular(from, addMonths(from, years * 12), { n: years, unit: 'years' }, calendar, anchorIs);
}

/** The first listed date after the anchor's day; `undefined` where the council has listed none (HER-D-03). */
export function nextOfDates(dates: readonly Day[], anchor: Instant, calendar: Calendar): Counted | undefined {
  const today = dayOf(anchor);
  const due = dates.filter((day) => day > today).sort()[0];
  if (due === undefined) return undefined;
  const actBy = calendar.lastWorkingDayOnOrBefore(due);
  const because: Reason[] = [{ kind: 'anchor', text: `The first date listed after ${writeDay(today)}.`, day: today }];
  return {
    due,
    dueAt: endOf(due),
    actBy,
    actByAt: endOf(actBy),
    projected: stepBackIsProjected(actBy, due, calendar),
    because,
  };
}

function regular(from: Day, planned: Day, count: Count, calendar: Calendar, anchorIs: string | undefined): Counted {
  const day = calendar.lastWorkingDayOnOrBefore(planned);
  const what = anchorIs === undefined ? '' : `, ${anchorIs}`;
  const because: Reason[] = [{ kind: 'count', text: `${writeCount(count)} from ${writeDay(from)}${what}.`, day: from }];
  if (day !== planned) because.push(toDayBefore(planned, day, calendar));
  const projected = stepBackIsProjected(day, planned, calendar);
  if (projected) because.push(PROJECTED);
  return { due: day, dueAt: endOf(day), actBy: day, actByAt: endOf(day), projected, because };
}

function firstOn(cycle: WeeklyCycle, day: Day, calendar: Calendar): Day {
  return cycle.weekday === 'working day'
    ? calendar.firstWorkingDayOnOrAfter(day)
    : calendar.nextWeekday(day, cycle.weekday);
}

function moved(planned: Day, cycle: WeeklyCycle | RegularCycle | ListedCycle, calendar: Calendar): Day | undefined {
  const mode = cycle.bankHoliday ?? 'skip';
  if (mode === 'later') return calendar.firstWorkingDayOnOrAfter(planned);
  if (mode === 'earlier' || isWeekend(planned)) return calendar.lastWorkingDayOnOrBefore(planned);
  return mode === 'keep' ? planned : undefined;
}

function cutOffOf(session: Day, cutOff: CutOff | undefined, calendar: Calendar): Instant {
  if (cutOff === undefined) return instantAt(session, '00:00');
  const working = cutOff.unit === 'working day' || cutOff.unit === 'working days';
  return instantAt(working ? calendar.addWorkingDays(session, -cutOff.n) : addDays(session, -cutOff.n), cutOff.time);
}

function isWeekend(day: Day): boolean {
  return weekdayIndex(dayNumber(day)) >= 5;
}
