/**
 * Working days: Monday to Friday, less the bank holidays of England and Wales, less the days on which the council itself
 * is closed (ledger section 0, point 3; AMB-54). Answers come from tables made once, so that a count of any length is two look-ups.
 */
import { type Day, dayFromNumber, dayNumber, WEEKDAYS, type Weekday, weekdayIndex, writeDay } from './day-number.ts';

export interface Holiday {
  readonly day: Day;
  /** As GOV.UK lists it, e.g. `Boxing Day (substitute day)`. */
  readonly name: string;
  /** True where the day follows from the rule and no list has been published yet. */
  readonly projected: boolean;
}

export interface Closure {
  readonly day: Day;
  readonly name: string;
}

export interface DayOff {
  readonly day: Day;
  readonly name: string;
  readonly kind: 'bank holiday' | 'closure';
  readonly projected: boolean;
}

/** What lies strictly between two days and was passed over by a count of working days. */
export interface Skipped {
  /** Bank holidays and closure days that fall on a weekday, in order. One on a Saturday or Sunday is part of the weekend. */
  readonly daysOff: readonly DayOff[];
  /** Weekends touched, a lone Saturday or Sunday counting as one. */
  readonly weekends: number;
  /** True where one of `daysOff` is not published yet. */
  readonly projected: boolean;
}

/** Every function throws `BeyondCalendar` for a day, or an answer, outside `from` to `to`. */
export interface Calendar {
  readonly from: Day;
  readonly to: Day;
  isWorkingDay(day: Day): boolean;
  /** The bank holiday or closure on that day, also when it falls on a weekend. */
  holidayOn(day: Day): DayOff | undefined;
  /** The n-th working day after `day`, or before it where n is negative. `day` is day 0, working or not; n = 0 gives it back. */
  addWorkingDays(day: Day, n: number): Day;
  /** Working days after `from` up to and including `to`; where `to` is earlier, minus those from `to` up to the day before `from`. */
  workingDaysBetween(from: Day, to: Day): number;
  lastWorkingDayOnOrBefore(day: Day): Day;
  firstWorkingDayOnOrAfter(day: Day): Day;
  /** The first such weekday on or after `day`, a working day or not. */
  nextWeekday(day: Day, weekday: Weekday): Day;
  /** What lies strictly between the two days, in whichever order they are given. */
  skipped(one: Day, other: Day): Skipped;
}

export interface CalendarData {
  readonly holidays: readonly Holiday[];
  readonly closures: readonly Closure[];
  /** First and last day whose bank holidays are known. */
  readonly from: Day;
  readonly to: Day;
  /** Where a missing year belongs, in words, for the error's remedy. */
  readonly source?: string;
}

/** Thrown for a day whose bank holidays are not known: never a guess. The message has the day, the known range and the remedy. */
export class BeyondCalendar extends Error {
  constructor(what: string, year: string, data: CalendarData) {
    super(
      `${what} lies beyond the known bank holidays, ${writeDay(data.from)} to ${writeDay(data.to)}. ` +
        `Add the bank holidays of ${year} to ${data.source ?? 'the bank-holiday file'}.`,
    );
    this.name = 'BeyondCalendar';
  }
}

const SATURDAY = 5;

export function buildCalendar(data: CalendarData): Calendar {
  const first = dayNumber(data.from);
  const length = dayNumber(data.to) - first + 1;
  const daysOff = new Map<number, DayOff>();
  for (const { day, name } of data.closures) {
    daysOff.set(dayNumber(day), { day, name, kind: 'closure', projected: false });
  }
  // A bank holiday that the council also lists as a closure is called by its public name.
  for (const { day, name, projected } of data.holidays) {
    const closedAnyway = daysOff.get(dayNumber(day)) !== undefined;
    daysOff.set(dayNumber(day), { day, name, kind: 'bank holiday', projected: projected && !closedAnyway });
  }

  /** For each day the working days up to and including it, and for each working day its number. */
  const rank = new Int32Array(length);
  const workingDays = new Int32Array(length);
  let count = 0;
  for (let index = 0; index < length; index += 1) {
    if (weekdayIndex(first + index) < SATURDAY && !daysOff.has(first + index)) {
      workingDays[count] = first + index;
      count += 1;
    }
    rank[index] = count;
  }
  const weekdaysOff = [...daysOff.entries()]
    .filter(([number]) => weekdayIndex(number) < SATURDAY)
    .sort(([one], [other]) => one - other);

  function indexOf(day: Day): number {
    const index = dayNumber(day) - first;
    // A count of thousands of years leads past the four digits of a year, which are then not read right.
    if (day.length !== 10) throw new BeyondCalendar(`The year ${day.split('-')[0]}`, 'that year', data);
    if (!(index >= 0 && index < length)) throw new BeyondCalendar(writeDay(day), day.slice(0, 4), data);
    return index;
  }

  const rankAt = (index: number): number => (index < 0 ? 0 : (rank[index] as number));

  function workingDayAt(position: number, what: () => string): Day {
    const number = position >= 0 && position < count ? workingDays[position] : undefined;
    if (number === undefined) {
      throw new BeyondCalendar(
        what(),
        String(Number((position < 0 ? data.from : data.to).slice(0, 4)) + (position < 0 ? -1 : 1)),
        data,
      );
    }
    return dayFromNumber(number);
  }

  return {
    from: data.from,
    to: data.to,
    isWorkingDay(day) {
      const index = indexOf(day);
      return rankAt(index) !== rankAt(index - 1);
    },
    holidayOn(day) {
      return daysOff.get(first + indexOf(day));
    },
    addWorkingDays(day, n) {
      const index = indexOf(day);
      if (n === 0) return day;
      const what = () =>
        `${Math.abs(n)} working ${Math.abs(n) === 1 ? 'day' : 'days'} ${n > 0 ? 'after' : 'before'} ${writeDay(day)}`;
      return workingDayAt(n > 0 ? rankAt(index) + n - 1 : rankAt(index - 1) + n, what);
    },
    workingDaysBetween(from, to) {
      const start = indexOf(from);
      const end = indexOf(to);
      return end >= start ? rankAt(end) - rankAt(start) : rankAt(end - 1) - rankAt(start - 1);
    },
    lastWorkingDayOnOrBefore(day) {
      return workingDayAt(rankAt(indexOf(day)) - 1, () => `The working day before ${writeDay(day)}`);
    },
    firstWorkingDayOnOrAfter(day) {
      return workingDayAt(rankAt(indexOf(day) - 1), () => `The working day after ${writeDay(day)}`);
    },
    nextWeekday(day, weekday) {
      const number = first + indexOf(day);
      const next = dayFromNumber(number + ((WEEKDAYS.indexOf(weekday) - weekdayIndex(number) + 7) % 7));
      indexOf(next);
      return next;
    },
    skipped(one, other) {
      const start = first + Math.min(indexOf(one), indexOf(other)) + 1;
      const end = first + Math.max(indexOf(one), indexOf(other)) - 1;
      const passed: DayOff[] = [];
      for (let at = firstAtOrAfter(weekdaysOff, start); at < weekdaysOff.length; at += 1) {
        const [number, dayOff] = weekdaysOff[at] as [number, DayOff];
        if (number > end) break;
        passed.push(dayOff);
      }
      return {
        daysOff: passed,
        weekends: weekendsBetween(start, end),
        projected: passed.some((dayOff) => dayOff.projected),
      };
    },
  };
}

/** Weekends that share a day with `start` to `end`, both included. */
function weekendsBetween(start: number, end: number): number {
  if (end < start) return 0;
  const saturdays = Math.floor((end + 5) / 7) - Math.floor((start + 4) / 7); // day 2 (3 Jan 1970) was a Saturday
  return saturdays + (weekdayIndex(start) === SATURDAY + 1 ? 1 : 0);
}

function firstAtOrAfter(entries: readonly (readonly [number, DayOff])[], number: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle] as readonly [number, DayOff])[0] < number) low = middle + 1;
    else high = middle;
  }
  return low;
}
