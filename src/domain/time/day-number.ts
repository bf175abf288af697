/**
 * London days as whole numbers: day 0 is 1 Jan 1970. All date arithmetic of the domain is done here, in integers,
 * because every way through `Date` or a zone library is slower and, over a clock change, sometimes a day out.
 * The civil-calendar formulas are those of the proleptic Gregorian calendar with the year begun in March.
 */
declare const dayBrand: unique symbol;
/** London calendar day, always `YYYY-MM-DD`. */
export type Day = string & { readonly [dayBrand]: true };

export const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

export interface CivilDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly date: number;
}

const ZERO = 48;

/** Days since 1 Jan 1970. @example dayNumber('1970-01-02') // 1 */
export function dayNumber(day: Day): number {
  return civilNumber(
    digits(day, 0) * 100 + digits(day, 2), // the year is read as two pairs of digits
    digits(day, 5),
    digits(day, 8),
  );
}

export function civilNumber(year: number, month: number, date: number): number {
  const y = month > 2 ? year : year - 1;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + date - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

export function civilDate(number: number): CivilDate {
  const shifted = number + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    date: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  };
}

/** The day with that number, `YYYY-MM-DD`. */
export function dayFromNumber(number: number): Day {
  const { year, month, date } = civilDate(number);
  return `${String(year).padStart(4, '0')}-${pair(month)}-${pair(date)}` as Day;
}

export function daysInMonth(year: number, month: number): number {
  return month === 2
    ? isLeapYear(year)
      ? 29
      : 28
    : month === 4 || month === 6 || month === 9 || month === 11
      ? 30
      : 31;
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** 0 is Monday, 6 is Sunday. */
export function weekdayIndex(number: number): number {
  return (((number + 3) % 7) + 7) % 7;
}

/** @example weekdayOf('2026-12-25') // 'Friday' */
export function weekdayOf(day: Day): Weekday {
  return WEEKDAYS[weekdayIndex(dayNumber(day))] as Weekday;
}

/** Plain calendar days, no rolling (ledger 0, point 4). */
export function addDays(day: Day, days: number): Day {
  return dayFromNumber(dayNumber(day) + days);
}

/** Calendar days from `from` to `to`; negative where `to` is earlier. */
export function daysBetween(from: Day, to: Day): number {
  return dayNumber(to) - dayNumber(from);
}

/** Calendar months, clamped to the end of the month (ledger 0, point 7). @example addMonths('2027-01-31', 1) // 2027-02-28 */
export function addMonths(day: Day, months: number): Day {
  const from = civilDate(dayNumber(day));
  const index = from.year * 12 + (from.month - 1) + months;
  const year = Math.floor(index / 12);
  const month = index - year * 12 + 1;
  return `${String(year).padStart(4, '0')}-${pair(month)}-${pair(Math.min(from.date, daysInMonth(year, month)))}` as Day;
}

/** A day written for a reader: `Thu 24 Dec 2026`. Written here, because the British locale data spells September "Sept". */
export function writeDay(day: Day): string {
  return `${writeShortDay(day)} ${day.slice(0, 4)}`;
}

/** A day without its year, where the year stands nearby: `Thu 24 Dec`. */
export function writeShortDay(day: Day): string {
  const number = dayNumber(day);
  const { month, date } = civilDate(number);
  return `${(WEEKDAYS[weekdayIndex(number)] as Weekday).slice(0, 3)} ${date} ${(MONTHS[month - 1] as string).slice(0, 3)}`;
}

function digits(day: string, at: number): number {
  return (day.charCodeAt(at) - ZERO) * 10 + day.charCodeAt(at + 1) - ZERO;
}

function pair(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
