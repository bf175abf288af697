/**
 * Sessions of standing forums (ledger 7.8): the weekly panel with its cut-off, meetings every so many weeks or months, and dates
 * that a council lists itself.
 */
import type { Calendar } from './calendar.ts';
import type { Counted, Reason } from './count.ts';
import { addDays, addMonths, type Day, type Weekday, writeDay } from './day-number.ts';
import { dayOf, type Instant, instantAt, writeInstant } from './instant.ts';
import { endOf } from './office-hours.ts';
import { nameInSentence, PROJECTED, stepBackIsProjected, whyNoWorkingDay } from './reasons.ts';

export interface CutOff {
  readonly n: number;
  readonly unit: 'working day' | 'working days' | 'day' | 'days';
  /** London wall clock, `HH:mm`. What comes at that minute is too late. */
  readonly time: string;
}

export interface WeeklyCycle {
  /** `working day`: a forum that meets on each of them, e.g. the Daily Discussion (CAM-C-02). */
  readonly weekday: Weekday | 'working day';
  /** Counted back from the session. Without one, a session takes what came before its own day. */
  readonly cutOff?: CutOff | undefined;
  /** A session on a bank holiday or closure day: left out until next week, held all the same, or moved. AMB-27: `skip`. */
  readonly bankHoliday?: 'skip' | 'keep' | 'earlier' | 'later' | undefined;
}

export interface Session extends Counted {
  /** What comes at or after this moment goes to the session after. */
  readonly cutOffAt: Instant;
}

/**
 * The first session whose cut-off lies after the anchor (CAM-A-25, AMB-27). `due` is the day of the session.
 * @throws BeyondCalendar
 */
export function nextSession(cycle: WeeklyCycle, anchor: Instant, calendar: Calendar): Session {
  const because: Reason[] = [
    {
      kind: 'anchor',
      text: `Next session after ${writeInstant(anchor)}; ${cycle.weekday === 'working day' ? 'one each working day' : `sessions are on ${cycle.weekday}s`}.`,
      day: dayOf(anchor),
    },
  ];
  let projected = false;
  const today = dayOf(anchor);
  // A session that moves to a later day may still lie ahead although its usual day has passed.
  let planned = firstOn(cycle, cycle.bankHoliday === 'later' ? addDays(today, -7) : today, calendar);
  for (;;) {
    const dayOff = calendar.isWorkingDay(planned) ? undefined : calendar.holidayOn(planned);
    projected ||= dayOff?.projected === true;
    const day = dayOff === undefined ? planned : moved(planned, cycle, calendar);
    if (day !== undefined) {
      const cutOffAt = cutOffOf(day, cycle.cutOff, calendar);
      if (anchor < cutOffAt) {
        if (dayOff !== undefined) {
          because.push({
            kind: 'skipped',
            text: `${writeDay(planned)} is ${nameInSentence(dayOff)}: the session is on ${writeDay(day)}.`,
            day: planned,
          });
        }
        because.push({ kind: 'notice', text: `Its list closes ${writeInstant(cutOffAt)}.` });
        if (projected) because.push(PROJECTED);
        const end = endOf(day);
        return { due: day, dueAt: end, actBy: day, actByAt: end, cutOffAt, projected, because };
      }
      if (day >= today) {
        because.push({ kind: 'notice', text: `The list for ${writeDay(day)} closed ${writeInstant(cutOffAt)}.`, day });
      }
    } else if (dayOff !== undefined && planned >= today) {
      because.push({
        kind: 'skipped',
        text: `No session on ${writeDay(planned)}: it is ${nameInSentence(dayOff)}.`,
        day: planned,
      });
    }
    planned = firstOn(cycle, addDays(planned, 1), calendar);
  }
}

/**
 * The meeting `weeks` after the last one, moved to the working day before where it falls on a day off (HER-A-09: 42 days).
 * @example everyNWeeks(parseDay('2026-11-13'), 6, calendar).due // 2026-12-24, as Christmas Day is the 42nd day
 */
export function everyNWeeks(from: Day, weeks: number, calendar: Calendar): Counted {
  return regular(from, addDays(from, weeks * 7), `${weeks} ${weeks === 1 ? 'week' : 'weeks'}`, calendar);
}

/** The same in calendar months, clamped to the end of the month (KNO-P-02, KNO-P-03). */
export function everyNMonths(from: Day, months: number, calendar: Calendar): Counted {
  return regular(from, addMonths(from, months), `${months} ${months === 1 ? 'month' : 'months'}`, calendar);
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

function regular(from: Day, planned: Day, interval: string, calendar: Calendar): Counted {
  const day = calendar.lastWorkingDayOnOrBefore(planned);
  const because: Reason[] = [{ kind: 'count', text: `${interval} from ${writeDay(from)}.`, day: from }];
  if (day !== planned) {
    because.push({
      kind: 'act-by',
      text: `${writeDay(planned)} ${whyNoWorkingDay(planned, calendar)}, so it moves to the working day before, ${writeDay(day)}.`,
      day,
    });
  }
  const projected = stepBackIsProjected(day, planned, calendar);
  if (projected) because.push(PROJECTED);
  return { due: day, dueAt: endOf(day), actBy: day, actByAt: endOf(day), projected, because };
}

function firstOn(cycle: WeeklyCycle, day: Day, calendar: Calendar): Day {
  return cycle.weekday === 'working day'
    ? calendar.firstWorkingDayOnOrAfter(day)
    : calendar.nextWeekday(day, cycle.weekday);
}

function moved(planned: Day, cycle: WeeklyCycle, calendar: Calendar): Day | undefined {
  switch (cycle.bankHoliday ?? 'skip') {
    case 'skip':
      return undefined;
    case 'keep':
      return planned;
    case 'earlier':
      return calendar.lastWorkingDayOnOrBefore(planned);
    case 'later':
      return calendar.firstWorkingDayOnOrAfter(planned);
  }
}

function cutOffOf(session: Day, cutOff: CutOff | undefined, calendar: Calendar): Instant {
  if (cutOff === undefined) return instantAt(session, '00:00');
  const working = cutOff.unit === 'working day' || cutOff.unit === 'working days';
  return instantAt(working ? calendar.addWorkingDays(session, -cutOff.n) : addDays(session, -cutOff.n), cutOff.time);
}
