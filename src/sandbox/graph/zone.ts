/** Graph's dateTimeTimeZone: a wall clock with seven decimals and the name of its zone. */
import { dayOf, type Instant, parseInstant, timeOf } from '../../domain/time/instant.ts';
import { type Call, GraphRefusal, invalid, isObject, preference } from './call.ts';

/** As Windows and IANA name them. A council has no other, and a made-up conversion would be worse than a refusal. */
const UTC = new Set(['utc', 'etc/utc', 'etc/gmt']);
const LONDON = new Set(['europe/london', 'gmt standard time']);

export const WINDOWS_LONDON = 'GMT Standard Time';

export interface DateTimeTimeZone {
  readonly dateTime: string;
  readonly timeZone: string;
}

function checkZone(name: string): string {
  if (UTC.has(name.toLowerCase()) || LONDON.has(name.toLowerCase())) return name;
  throw new GraphRefusal(
    400,
    'TimeZoneNotSupportedException',
    `A valid TimeZone value must be specified. The following TimeZone value is not supported: '${name}'. (This sandbox knows UTC and London.)`,
  );
}

/** The zone that start and end are answered in: `Prefer: outlook.timezone`, or else UTC. */
export const answerZone = (call: Call): string => checkZone(preference(call, 'outlook.timezone') ?? 'UTC');

export function readDateTime(value: unknown, name: string): { instant: Instant; zone: string } {
  if (!isObject(value) || typeof value.dateTime !== 'string') {
    throw invalid(`The property '${name}' needs a dateTime and a timeZone.`, 'ErrorInvalidProperty');
  }
  const zone = checkZone(typeof value.timeZone === 'string' ? value.timeZone : 'UTC');
  const own = /(Z|[+-]\d{2}:?\d{2})$/.test(value.dateTime);
  return {
    instant: readInstant(own || !UTC.has(zone.toLowerCase()) ? value.dateTime : `${value.dateTime}Z`, name),
    zone,
  };
}

/** A moment in a query or property; without an offset it is UTC for Graph's own DateTimeOffset values, see the caller. */
export function readInstant(text: unknown, name: string): Instant {
  try {
    return parseInstant(String(text));
  } catch {
    throw invalid(`The value '${String(text)}' of '${name}' is not a valid date and time.`, 'ErrorInvalidParameter');
  }
}

/** For startDateTime and endDateTime of a calendar view: UTC unless the value carries an offset. */
export function readViewBound(text: string | null, name: string): Instant {
  if (!text) {
    throw invalid(
      'This request requires a time window specified by the query string parameters StartDateTime and EndDateTime.',
      'ErrorInvalidParameter',
    );
  }
  // A plus sign of an offset arrives as a blank when the caller did not encode it.
  const mended = text.replace(/ (\d{2}:\d{2})$/, '+$1');
  return readInstant(/(Z|[+-]\d{2}:\d{2})$/.test(mended) ? mended : `${mended}Z`, name);
}

export function writeDateTime(instant: Instant, zone: string): DateTimeTimeZone {
  const utc = UTC.has(zone.toLowerCase());
  const minute = utc ? instant.slice(0, 16) : `${dayOf(instant)}T${timeOf(instant)}`;
  return { dateTime: `${minute}:${instant.slice(17, 23)}0000`, timeZone: zone };
}

/** Mail shows whole seconds. */
export const toSecond = (instant: Instant): string => `${instant.slice(0, 19)}Z`;
