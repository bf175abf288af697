/**
 * Dates and counts as people type them: `10 working days after 2026-12-17`, `10 working days from 17 Dec`, `27 3 2015`.
 * A refusal is a value with one plain sentence, never an exception. Day comes before month, as everywhere in England.
 */
import { BeyondCalendar, type Calendar } from './calendar.ts';
import type { Count, Counted, Unit } from './count.ts';
import { countAfter, countBefore } from './count-from.ts';
import {
  addDays,
  civilDate,
  civilNumber,
  type Day,
  dayFromNumber,
  dayNumber,
  daysInMonth,
  MONTHS,
  WEEKDAYS,
  weekdayOf,
  writeDay,
} from './day-number.ts';
import { type Instant, isDay, NotATime, parseInstant } from './instant.ts';

export interface NotUnderstood {
  readonly understood: false;
  /** One plain sentence for the person who typed it. */
  readonly refusal: string;
}

export interface DateRead {
  readonly understood: true;
  readonly day: Day;
}

export interface Phrase {
  readonly understood: true;
  readonly count: Count;
  readonly direction: 'after' | 'before';
  /** A moment where the phrase names one, else a London day. */
  readonly anchor: Instant | Day;
}

/** Longer text is not read at all: nobody types it, and it keeps every pattern here cheap. */
const LONGEST = 80;
const HOW_TO_WRITE = 'Write the date like 17 12 2026 or 17 Dec 2026.';

const UNITS: Readonly<Record<string, Unit>> = {
  'working day': 'working days',
  'working days': 'working days',
  day: 'days',
  days: 'days',
  'calendar day': 'days',
  'calendar days': 'days',
  week: 'weeks',
  weeks: 'weeks',
  month: 'months',
  months: 'months',
  year: 'years',
  years: 'years',
  hour: 'hours',
  hours: 'hours',
};

const DIRECTIONS: Readonly<Record<string, Phrase['direction']>> = { after: 'after', from: 'after', before: 'before' };

const NUMBER_WORDS: readonly string[] = 'zero one two three four five six seven eight nine ten eleven twelve'.split(
  ' ',
);

/**
 * Reads `<n> <unit> after|from|before <date or ISO moment>`.
 * @param today the London day of the asker, for `today` and for dates without a year; without it such dates are refused
 * @example parsePhrase('10 working days after 2026-12-17')
 */
export function parsePhrase(text: string, today?: Day): Phrase | NotUnderstood {
  const example = 'Write it like: 10 working days after 17 Dec 2026.';
  if (text.length > LONGEST) return refuse(example);
  const words = text.trim().replace(/\?$/, '').split(/\s+/);
  const at = words.findIndex((word) => Object.hasOwn(DIRECTIONS, word.toLowerCase()));
  const direction = at > 0 ? DIRECTIONS[(words[at] as string).toLowerCase()] : undefined;
  if (direction === undefined) return refuse(example);

  const [number = '', ...unitWords] = words.slice(0, at);
  const n = readNumber(number);
  const unitText = unitWords.join(' ').toLowerCase();
  const unit = Object.hasOwn(UNITS, unitText) ? UNITS[unitText] : undefined;
  if (n === undefined) return refuse(`"${number}" is not a whole number. ${example}`);
  if (unit === undefined) {
    return refuse(`Say what to count: working days, days, weeks, months, years or hours. ${example}`);
  }

  const when = words.slice(at + 1).join(' ');
  const anchor = readMoment(when) ?? readDate(when, today);
  if (typeof anchor !== 'string' && !anchor.understood) return anchor;
  const time = typeof anchor === 'string' ? anchor : anchor.day;
  if (unit === 'hours' && isDay(time)) {
    return refuse('Hours need a time of day. Write it like: 24 hours after 2026-12-17T16:00.');
  }
  return { understood: true, count: { n, unit }, direction, anchor: time };
}

/**
 * Reads a phrase and counts it. A date beyond the known bank holidays is a refusal that says what is missing.
 * @example whenIs('10 working days from 17 Dec', today, calendar).due // 2027-01-05
 */
export function whenIs(
  text: string,
  today: Day | undefined,
  calendar: Calendar,
): (Counted & { readonly understood: true }) | NotUnderstood {
  const phrase = parsePhrase(text, today);
  if (!phrase.understood) return phrase;
  try {
    const counted = (phrase.direction === 'after' ? countAfter : countBefore)(phrase.anchor, phrase.count, calendar);
    return { understood: true, ...counted };
  } catch (error) {
    if (error instanceof BeyondCalendar) return refuse(error.message);
    throw error;
  }
}

/**
 * Reads one date: `17 Dec`, `17 December 2026`, `Thu 17 Dec 2026`, `17/12/2026`, `27 3 2015`, `2026-12-17`, `today`, `tomorrow`,
 * `yesterday`. Without a year it is the one nearest to today.
 */
export function readDate(text: string, today?: Day): DateRead | NotUnderstood {
  const typed = text.trim();
  if (typed === '' || typed.length > LONGEST) return refuse(HOW_TO_WRITE);
  const relative = RELATIVE[typed.toLowerCase()];
  if (relative !== undefined && Object.hasOwn(RELATIVE, typed.toLowerCase())) {
    return today === undefined ? refuse(HOW_TO_WRITE) : { understood: true, day: addDays(today, relative) };
  }

  const parts = typed.replace(/,/g, ' ').split(/[\s./-]+/);
  const weekday = WEEKDAYS.findIndex((name) => isStartOf(parts[0] ?? '', name));
  const read = readParts(weekday >= 0 && parts.length > 1 ? parts.slice(1) : parts, typed, today);
  if (read.understood && weekday >= 0 && weekdayOf(read.day) !== WEEKDAYS[weekday]) {
    return refuse(
      `${writeDay(read.day).slice(4)} is a ${weekdayOf(read.day)}, not a ${WEEKDAYS[weekday]}. Which did you mean?`,
    );
  }
  return read;
}

const RELATIVE: Readonly<Record<string, number>> = { today: 0, tomorrow: 1, yesterday: -1 };

function readParts(parts: readonly string[], typed: string, today: Day | undefined): DateRead | NotUnderstood {
  const [one = '', two = '', three] = parts;
  if (parts.length < 2 || parts.length > 3) return refuse(`I cannot read "${typed}" as a date. ${HOW_TO_WRITE}`);
  if (/^\d{4}$/.test(one) && three !== undefined) return real(number(one, 4), month(two), number(three, 2), typed);
  // "December 17 2026" has one meaning only, so it is read too.
  const nameFirst = /^[a-z]/i.test(one);
  const date = number((nameFirst ? two : one).replace(/(?<=\d)(st|nd|rd|th)$/i, ''), 2);
  const monthNumber = month(nameFirst ? one : two);
  if (three === undefined) return nearest(monthNumber, date, typed, today);
  if (/^\d{2}$/.test(three)) return refuse(`Write the year of "${typed}" in full, like 2026.`);
  return real(number(three, 4), monthNumber, date, typed);
}

function real(
  year: number | undefined,
  monthNumber: number | undefined,
  date: number | undefined,
  typed: string,
): DateRead | NotUnderstood {
  if (year === undefined || monthNumber === undefined || date === undefined) {
    return refuse(`I cannot read "${typed}" as a date. ${HOW_TO_WRITE}`);
  }
  if (monthNumber < 1 || monthNumber > 12) return refuse(`There is no month ${monthNumber}. ${HOW_TO_WRITE}`);
  if (year < 1900 || year > 2199) return refuse(`The year ${year} cannot be right. ${HOW_TO_WRITE}`);
  const name = MONTHS[monthNumber - 1];
  if (date < 1 || date > daysInMonth(year, monthNumber))
    return refuse(`There is no ${date} ${name} ${year}. ${HOW_TO_WRITE}`);
  return { understood: true, day: dayFromNumber(civilNumber(year, monthNumber, date)) };
}

function nearest(
  monthNumber: number | undefined,
  date: number | undefined,
  typed: string,
  today: Day | undefined,
): DateRead | NotUnderstood {
  if (today === undefined || (monthNumber === 2 && date === 29))
    return refuse(`Add the year to "${typed}", like 17 Dec 2026.`);
  const { year } = civilDate(dayNumber(today));
  const distance = (read: DateRead) => Math.abs(dayNumber(read.day) - dayNumber(today));
  const first = real(year, monthNumber, date, typed);
  if (!first.understood) return first;
  const others = [real(year + 1, monthNumber, date, typed), real(year - 1, monthNumber, date, typed)];
  // On a tie the later one stands: people ask about what is still to come.
  return others.reduce<DateRead>(
    (best, other) => (other.understood && distance(other) < distance(best) ? other : best),
    first,
  );
}

function readMoment(text: string): Instant | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T/.test(text)) return undefined;
  try {
    return parseInstant(text);
  } catch (error) {
    if (error instanceof NotATime) return undefined;
    throw error;
  }
}

function readNumber(text: string): number | undefined {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  const word = text.toLowerCase();
  if (word === 'a' || word === 'an') return 1;
  const value = NUMBER_WORDS.indexOf(word);
  return value < 0 ? undefined : value;
}

function number(text: string, digits: number): number | undefined {
  return /^\d+$/.test(text) && text.length <= digits ? Number(text) : undefined;
}

function month(text: string): number | undefined {
  const byName = MONTHS.findIndex((name) => isStartOf(text, name));
  return byName >= 0 ? byName + 1 : number(text, 2);
}

/** `Sept`, `sep` and `September` alike, but not two letters that could be several. */
function isStartOf(text: string, name: string): boolean {
  return text.length >= 3 && name.toLowerCase().startsWith(text.toLowerCase());
}

function refuse(refusal: string): NotUnderstood {
  return { understood: false, refusal };
}
