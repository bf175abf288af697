/** Not now: what is to be carried out waits for a better moment, and nothing has failed. */
import type { Calendar } from '../domain/time/calendar.ts';
import { dayOf, type Instant, instantAt } from '../domain/time/instant.ts';
import { isOfficeTime, nextOfficeMoment, OPENS } from '../domain/time/office-hours.ts';
import type { CaseSheet } from './sheet.ts';

export class Later extends Error {
  readonly at: Instant;
  constructor(at: Instant) {
    super(`Waits until ${at}.`);
    this.name = 'Later';
    this.at = at;
  }
}

/** @throws Later outside office hours */
export function inOfficeHours(now: Instant, calendar: Calendar): void {
  if (!isOfficeTime(now, calendar)) throw new Later(nextOfficeMoment(now, calendar));
}

/**
 * Nothing leaves the house about a stopped case: it is looked at again each morning, until a manager has said how it goes on.
 * @throws Later while it is stopped
 */
export function unlessStopped({ status, calendar, now }: CaseSheet): void {
  if (status.stopped) throw new Later(instantAt(calendar.addWorkingDays(dayOf(now), 1), OPENS));
}

/**
 * Nobody is chased while a case is paused.
 * @throws Later until the day on which it comes back
 */
export function unlessPaused({ status: { paused } }: CaseSheet): void {
  if (paused) throw new Later(instantAt(paused.until, OPENS));
}
