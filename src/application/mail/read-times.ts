/**
 * Days and times out of what a person wrote, only where they can be read in one way: a weekday that does not fit its date, a year of two
 * digits or an hour without minutes says nothing. Each pattern reads every character a fixed number of times.
 */
import { readDay } from '../../domain/case/form.ts';
import { type Day, type Instant, instantAt, writeDay } from '../../domain/time/instant.ts';

const WEEKDAY = '(?:(mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}[.,]? {0,2})?';
const NUMBERS = '\\d{1,2}[./-]\\d{1,2}[./-]\\d{4}|\\d{4}-\\d{2}-\\d{2}';
const NAMED = '\\d{1,2}(?:st|nd|rd|th)? {1,2}[a-z]{3,9},? {1,2}\\d{4}';
const DATE = new RegExp(`^${WEEKDAY}(${NUMBERS}|${NAMED}|\\d{1,2} \\d{1,2} \\d{4})$`, 'i');
const TIME = '(\\d{1,2})(?:[:.](\\d{2}))? {0,2}(am|pm)?';
const MOMENTS = new RegExp(
  `${WEEKDAY}(${NUMBERS}|${NAMED})(?:T|,| at| from| -| –)? {0,2}(?:at )?${TIME}(?![\\d/:.-]\\d)`,
  'gi',
);

/** @example dayIn('Thu 17 December 2026') === '2026-12-17' */
export function dayIn(text: string): Day | undefined {
  const bare = bared(text.slice(0, 80))
    .replace(/\([^()]{0,30}\)$/, '')
    .trim();
  const [, weekday, date] = DATE.exec(bare) ?? [];
  return date === undefined ? undefined : fitting(date, weekday);
}

/**
 * Every moment in it, earliest first, London time.
 * @returns undefined where one that looks like a moment cannot be read in one way: then it is not known which were meant
 */
export function momentsIn(text: string): readonly Instant[] | undefined {
  const found = new Set<Instant>();
  for (const [, weekday, date = '', hour = '', minutes, half] of bared(text.slice(0, 1000)).matchAll(MOMENTS)) {
    const day = fitting(date, weekday);
    const time = clockTime(Number(hour), minutes, half?.toLowerCase());
    if (day === undefined || time === undefined) return undefined;
    found.add(instantAt(day, time));
  }
  return [...found].sort();
}

const bared = (text: string): string => text.replaceAll('\u00a0', ' ').trim();

function fitting(date: string, weekday: string | undefined): Day | undefined {
  const day = readDay(date.replace(',', ''));
  if (day === undefined || weekday === undefined) return day;
  return writeDay(day).toLowerCase().startsWith(weekday.toLowerCase()) ? day : undefined;
}

/** Nobody is visited before seven: "2.30" without am or pm is an afternoon or a slip, and is not read. */
function clockTime(hour: number, minutes: string | undefined, half: string | undefined): string | undefined {
  if (minutes === undefined && half === undefined) return undefined;
  if (half === undefined ? hour < 7 || hour > 23 : hour < 1 || hour > 12) return undefined;
  if (Number(minutes ?? '0') > 59) return undefined;
  const hours = half === undefined ? hour : (hour % 12) + (half === 'pm' ? 12 : 0);
  return `${String(hours).padStart(2, '0')}:${minutes ?? '00'}`;
}
