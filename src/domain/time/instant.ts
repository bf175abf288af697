/**
 * The two kinds of time in this project, and the only file that converts between them.
 *
 * An `Instant` is a moment: UTC, ISO 8601 with milliseconds, so that string order is time order.
 * A `Day` is a London calendar day, `YYYY-MM-DD`. The protocols count days; diaries and logs hold moments.
 * Mixing the two is how a deadline slips by a day in summer, so they are different types and do not assign to each other.
 */
import { DateTime, IANAZone } from 'luxon';
import { type Day, dayFromNumber, dayNumber, daysInMonth, writeDay } from './day-number.ts';

export { addMonths, type Day, writeDay, writeShortDay } from './day-number.ts';

declare const instantBrand: unique symbol;

/** UTC moment, always `YYYY-MM-DDTHH:mm:ss.sssZ`. */
export type Instant = string & { readonly [instantBrand]: true };

export const LONDON = 'Europe/London';

const DAY_MILLISECONDS = 86_400_000;
const MINUTE_MILLISECONDS = 60_000;
const london = IANAZone.create(LONDON);

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
  // A whole calendar date must lead: the reader below would complete a bare time with today's date.
  const parsed = /^\d{4}-\d{2}-\d{2}T\d/.test(text) ? DateTime.fromISO(text, { zone: LONDON }) : undefined;
  if (parsed === undefined || !parsed.isValid) throw new NotATime(text, 'a moment like 2026-12-18T18:45:00Z');
  return toInstant(parsed);
}

/** Reads a calendar day. @example parseDay('2026-12-18') */
export function parseDay(text: string): Day {
  const month = Number(text.slice(5, 7));
  const date = Number(text.slice(8, 10));
  const real =
    /^\d{4}-\d{2}-\d{2}$/.test(text) &&
    month >= 1 &&
    month <= 12 &&
    date >= 1 &&
    date <= daysInMonth(Number(text.slice(0, 4)), month);
  if (!real) throw new NotATime(text, 'a day like 2026-12-18');
  return text as Day;
}

/** Tells the two kinds apart where either may stand. */
export function isDay(time: Instant | Day): time is Day {
  return time.length === 10;
}

/** The London day on which a moment falls. 23:30 UTC in July is already tomorrow in London. */
export function dayOf(instant: Instant): Day {
  return dayFromNumber(Math.floor(londonMilliseconds(instant) / DAY_MILLISECONDS));
}

/**
 * The moment at which a London wall clock shows `time` (`HH:mm`) on `day`. In the hour that is skipped in March it is the
 * moment an hour later on the wall clock; in the hour that comes twice in October it is one of the two.
 */
export function instantAt(day: Day, time: string): Instant {
  if (/^([01]\d|2[0-3]):[0-5]\d$/.test(time)) {
    const number = dayNumber(day);
    const offset = offsetOfUtcDay(number);
    if (offset !== undefined && offset === offsetOfUtcDay(number - 1)) {
      const minutes = Number(time.slice(0, 2)) * 60 + Number(time.slice(3)) - offset;
      return instantFromMilliseconds(number * DAY_MILLISECONDS + minutes * MINUTE_MILLISECONDS);
    }
  }
  const parsed = DateTime.fromISO(`${day}T${time}`, { zone: LONDON });
  if (!parsed.isValid) throw new NotATime(`${day} ${time}`, 'a day and a time like 2026-12-18 17:00');
  return toInstant(parsed);
}

/** London wall-clock time of a moment, `HH:mm`. */
export function timeOf(instant: Instant): string {
  const local = londonMilliseconds(instant);
  const minutes = Math.floor((local - Math.floor(local / DAY_MILLISECONDS) * DAY_MILLISECONDS) / MINUTE_MILLISECONDS);
  const hour = Math.floor(minutes / 60);
  return `${String(hour).padStart(2, '0')}:${String(minutes - hour * 60).padStart(2, '0')}`;
}

/** Minutes by which London clocks are ahead of UTC at that moment: 0 in winter, 60 in summer. */
export function londonOffset(instant: Instant): number {
  return offsetAt(millisecondsOf(instant));
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
  return instantFromMilliseconds(millisecondsOf(instant) + minutes * MINUTE_MILLISECONDS);
}

/** A moment written for a reader: `Fri 18 Dec 2026, 18:45`. */
export function writeInstant(instant: Instant): string {
  return `${writeDay(dayOf(instant))}, ${timeOf(instant)}`;
}

function toInstant(moment: DateTime): Instant {
  return moment.toUTC().toISO({ suppressMilliseconds: false }) as Instant;
}

function londonMilliseconds(instant: Instant): number {
  const milliseconds = millisecondsOf(instant);
  return milliseconds + offsetAt(milliseconds) * MINUTE_MILLISECONDS;
}

function offsetAt(milliseconds: number): number {
  return offsetOfUtcDay(Math.floor(milliseconds / DAY_MILLISECONDS)) ?? london.offset(milliseconds);
}

/**
 * The zone data is asked once for each UTC day, since asking costs a thousand times as much as remembering; `undefined` on
 * the two days a year on which clocks change. A pure function of the zone data, so remembering it changes no answer.
 */
const offsets = new Map<number, number | undefined>();
const REMEMBERED_DAYS = 20_000; // a little over fifty years

function offsetOfUtcDay(number: number): number | undefined {
  if (offsets.has(number)) return offsets.get(number);
  const first = london.offset(number * DAY_MILLISECONDS);
  const last = london.offset((number + 1) * DAY_MILLISECONDS - 1);
  const offset = first === last ? first : undefined;
  if (offsets.size >= REMEMBERED_DAYS) offsets.clear();
  offsets.set(number, offset);
  return offset;
}
