/**
 * The two kinds of time in this project, and the only file that converts between them.
 *
 * An `Instant` is a moment: UTC, ISO 8601 with milliseconds, so that string order is time order.
 * A `Day` is a London calendar day, `YYYY-MM-DD`. The protocols count days; diaries and logs hold moments.
 * Mixing the two is how a deadline slips by a day in summer, so they are different types and do not assign to each other.
 */
import { DateTime } from 'luxon';

declare const instantBrand: unique symbol;
declare const dayBrand: unique symbol;

/** UTC moment, always `YYYY-MM-DDTHH:mm:ss.sssZ`. */
export type Instant = string & { readonly [instantBrand]: true };
/** London calendar day, always `YYYY-MM-DD`. */
export type Day = string & { readonly [dayBrand]: true };

export const LONDON = 'Europe/London';

/** Thrown for text that is no date or time. The message names the text and the form that is understood. */
export class NotATime extends Error {
  constructor(text: string, expected: string) {
    super(`"${text}" is not ${expected}.`);
    this.name = 'NotATime';
  }
}

/**
 * Reads an ISO 8601 moment. Without an offset it is London wall-clock time.
 * @example parseInstant('2026-12-18T18:45:00Z') // 2026-12-18T18:45:00.000Z
 */
export function parseInstant(text: string): Instant {
  const parsed = DateTime.fromISO(text, { zone: LONDON });
  if (!parsed.isValid || !text.includes('T')) throw new NotATime(text, 'a moment like 2026-12-18T18:45:00Z');
  return toInstant(parsed);
}

/** Reads a calendar day. @example parseDay('2026-12-18') */
export function parseDay(text: string): Day {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || !DateTime.fromISO(text, { zone: 'utc' }).isValid) {
    throw new NotATime(text, 'a day like 2026-12-18');
  }
  return text as Day;
}

/** The London day on which a moment falls. 23:30 UTC in July is already tomorrow in London. */
export function dayOf(instant: Instant): Day {
  return DateTime.fromISO(instant, { zone: LONDON }).toFormat('yyyy-MM-dd') as Day;
}

/** The moment at which a London wall clock shows `time` (`HH:mm`) on `day`. */
export function instantAt(day: Day, time: string): Instant {
  const parsed = DateTime.fromISO(`${day}T${time}`, { zone: LONDON });
  if (!parsed.isValid) throw new NotATime(`${day} ${time}`, 'a day and a time like 2026-12-18 17:00');
  return toInstant(parsed);
}

/** London wall-clock time of a moment, `HH:mm`. */
export function timeOf(instant: Instant): string {
  return DateTime.fromISO(instant, { zone: LONDON }).toFormat('HH:mm');
}

export function instantFromMilliseconds(milliseconds: number): Instant {
  return new Date(milliseconds).toISOString() as Instant;
}

export function millisecondsOf(instant: Instant): number {
  return Date.parse(instant);
}

/** Elapsed hours, counted in UTC: 24 hours over a clock change are not the same wall-clock time (ledger 0, point 5). */
export function addHours(instant: Instant, hours: number): Instant {
  return instantFromMilliseconds(millisecondsOf(instant) + hours * 3_600_000);
}

export function addMinutes(instant: Instant, minutes: number): Instant {
  return instantFromMilliseconds(millisecondsOf(instant) + minutes * 60_000);
}

/** Calendar months, clamped to the end of the month (ledger 0, point 7). @example addMonths('2027-01-31', 1) // 2027-02-28 */
export function addMonths(day: Day, months: number): Day {
  return DateTime.fromISO(day, { zone: 'utc' }).plus({ months }).toFormat('yyyy-MM-dd') as Day;
}

/** A moment written for a reader: `Fri 18 Dec 2026, 18:45`. */
export function writeInstant(instant: Instant): string {
  return DateTime.fromISO(instant, { zone: LONDON }).setLocale('en-GB').toFormat('ccc d LLL yyyy, HH:mm');
}

/** A day written for a reader: `Thu 24 Dec 2026`. */
export function writeDay(day: Day): string {
  return DateTime.fromISO(day, { zone: 'utc' }).setLocale('en-GB').toFormat('ccc d LLL yyyy');
}

/** A day without its year, where the year stands nearby: `Thu 24 Dec`. */
export function writeShortDay(day: Day): string {
  return DateTime.fromISO(day, { zone: 'utc' }).setLocale('en-GB').toFormat('ccc d LLL');
}

function toInstant(moment: DateTime): Instant {
  return moment.toUTC().toISO({ suppressMilliseconds: false }) as Instant;
}
