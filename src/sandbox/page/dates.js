/** London dates and times, written one way everywhere: "Thu 24 Dec 2026, 17:00". */

const ZONE = 'Europe/London';
const format = new Intl.DateTimeFormat('en-GB', {
  timeZone: ZONE,
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const numbers = new Intl.DateTimeFormat('en-GB', {
  timeZone: ZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

const partsOf = (formatter, iso) =>
  Object.fromEntries(formatter.formatToParts(new Date(iso)).map((part) => [part.type, part.value]));

/** @example dayAndTime('2026-12-24T17:00:00Z') // 'Thu 24 Dec 2026, 17:00' */
export const dayAndTime = (iso) => `${day(iso)}, ${time(iso)}`;

/** @example day('2026-12-24T17:00:00Z') // 'Thu 24 Dec 2026' */
export function day(iso) {
  const parts = partsOf(format, iso);
  return `${parts.weekday} ${parts.day} ${parts.month.slice(0, 3)} ${parts.year}`;
}

export function time(iso) {
  const parts = partsOf(format, iso);
  return `${parts.hour}:${parts.minute}`;
}

/** London wall clock for a date-time box. @example wall('2026-12-24T17:00:00Z') // '2026-12-24T17:00' */
export function wall(iso) {
  const { year, month, day: date, hour, minute } = partsOf(numbers, iso);
  return `${year}-${month}-${date}T${hour}:${minute}`;
}

/** The moment at which a London wall clock shows this. */
export function fromWall(text) {
  const asUtc = Date.parse(`${text}Z`);
  const shift = Date.parse(`${wall(new Date(asUtc).toISOString())}Z`) - asUtc;
  return new Date(asUtc - shift).toISOString();
}

/** Wall-clock days, `YYYY-MM-DD`. @example addDays('2026-12-31', 1) // '2027-01-01' */
export const addDays = (date, count) =>
  new Date(Date.parse(`${date}T12:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);

/** The Monday of that week. */
export function mondayOf(date) {
  const weekday = (new Date(`${date}T12:00:00Z`).getUTCDay() + 6) % 7;
  return addDays(date, -weekday);
}
