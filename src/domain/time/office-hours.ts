/**
 * Staffed time: 08:30 to 17:00 London on working days. Nothing but a safety stop is posted outside it (story section 6,
 * sentence 23), and the act-by of an hour limit is the last staffed moment before it (ledger section 0, point 5).
 */
import type { Calendar } from './calendar.ts';
import { type Day, dayOf, type Instant, instantAt, timeOf } from './instant.ts';

export const OPENS = '08:30';
/** A deadline day ends here (ledger section 0, point 2). */
export const CLOSES = '17:00';

/** True from 08:30 up to but not at 17:00 on a working day. */
export function isOfficeTime(instant: Instant, calendar: Calendar): boolean {
  const time = timeOf(instant);
  return time >= OPENS && time < CLOSES && calendar.isWorkingDay(dayOf(instant));
}

/** The moment itself where it is staffed, else 08:30 of the next staffed day. */
export function nextOfficeMoment(instant: Instant, calendar: Calendar): Instant {
  if (isOfficeTime(instant, calendar)) return instant;
  const day = dayOf(instant);
  const opening = instantAt(day, OPENS);
  if (instant < opening && calendar.isWorkingDay(day)) return opening;
  return instantAt(calendar.addWorkingDays(day, 1), OPENS);
}

/** The moment itself where it is staffed, else 17:00 of the last staffed day before it. */
export function lastOfficeMoment(instant: Instant, calendar: Calendar): Instant {
  if (isOfficeTime(instant, calendar)) return instant;
  const day = dayOf(instant);
  const closing = instantAt(day, CLOSES);
  if (instant >= closing && calendar.isWorkingDay(day)) return closing;
  return instantAt(calendar.addWorkingDays(day, -1), CLOSES);
}

/** True where the moment is past 17:00, or its day is no working day: such a sending counts as made on the next working day. */
export function isAfterClose(instant: Instant, calendar: Calendar): boolean {
  const day = dayOf(instant);
  return !calendar.isWorkingDay(day) || instant > instantAt(day, CLOSES);
}

/** The end of a deadline day. */
export function endOf(day: Day): Instant {
  return instantAt(day, CLOSES);
}
