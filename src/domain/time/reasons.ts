/** The sentences that say why a date is what it is. Plain words, no name of any family; a card, a mail and the audit log share them. */
import { andList } from '../wording.ts';
import type { Calendar, DayOff } from './calendar.ts';
import type { Count, Reason, Unit } from './count.ts';
import { type Day, dayFromNumber, dayNumber, weekdayIndex, writeDay, writeShortDay } from './day-number.ts';

const SUBSTITUTE = ' (substitute day)';

/**
 * A day off as it is called inside a sentence.
 * @example nameInSentence({name: 'Boxing Day (substitute day)', …}) // 'the Boxing Day bank holiday'
 */
export function nameInSentence(dayOff: DayOff): string {
  const { name, kind } = dayOff;
  if (kind === 'closure') return name;
  if (name.endsWith(SUBSTITUTE)) return `the ${name.slice(0, -SUBSTITUTE.length)} bank holiday`;
  if (name.startsWith('Bank holiday ') || name.startsWith('Bank Holiday ')) return `the bank holiday ${name.slice(13)}`;
  return /bank holiday/i.test(name) ? `the ${name}` : name;
}

/** @example 'Christmas Day (Fri 25 Dec)'; a name that ends in brackets shares them: 'the Early May bank holiday (VE day, Fri 8 May)' */
export function nameWithDay(name: string, day: Day): string {
  return name.endsWith(')') ? `${name.slice(0, -1)}, ${writeShortDay(day)})` : `${name} (${writeShortDay(day)})`;
}

/** @example writeCount({n: 1, unit: 'working days'}) // '1 working day' */
export function writeCount({ n, unit }: Count): string {
  return `${n} ${n === 1 ? SINGULAR[unit] : unit}`;
}

const SINGULAR: Readonly<Record<Unit, string>> = {
  'working days': 'working day',
  days: 'day',
  weeks: 'week',
  months: 'month',
  years: 'year',
  hours: 'hour',
};

export const DAY_ZERO: Reason = { kind: 'day-0', text: 'That day does not count.' };

export const PROJECTED: Reason = {
  kind: 'projected',
  text: 'This date rests on a bank holiday not yet published (may change).',
};

export const EVERY_DAY_COUNTS: Reason = {
  kind: 'count',
  text: 'Every day counts, weekends and bank holidays too.',
};

/** One reason for each day off passed over between the two days, then one for the weekends; a single weekend is named. */
export function skippedBetween(one: Day, other: Day, calendar: Calendar): Reason[] {
  const { daysOff, weekends } = calendar.skipped(one, other);
  const reasons = daysOff.map(skippedDay);
  if (weekends === 1) reasons.push(onlyWeekend(one < other ? one : other, one < other ? other : one));
  if (weekends > 1)
    reasons.push({ kind: 'weekends', text: `Skipped: ${weekends} weekends.`, name: `${weekends} weekends` });
  return reasons;
}

function onlyWeekend(after: Day, before: Day): Reason {
  const days: Day[] = [];
  for (let number = dayNumber(after) + 1; number < dayNumber(before); number += 1) {
    if (weekdayIndex(number) >= 5) days.push(dayFromNumber(number));
  }
  const dates = days.map(writeShortDay).join(' and ');
  return { kind: 'weekends', text: `Skipped: 1 weekend (${dates}).`, name: `the weekend (${dates})` };
}

export function skippedDay(dayOff: DayOff): Reason {
  const name = nameInSentence(dayOff);
  return { kind: 'skipped', text: `Skipped: ${nameWithDay(name, dayOff.day)}.`, day: dayOff.day, name };
}

/** Why nobody works on that day: `is Christmas Day`, `is at a weekend`. */
export function whyNoWorkingDay(day: Day, calendar: Calendar): string {
  const dayOff = calendar.holidayOn(day);
  if (weekdayIndex(dayNumber(day)) >= 5) return dayOff ? `is ${nameInSentence(dayOff)}` : 'is at a weekend';
  if (dayOff === undefined) return 'is a working day';
  return dayOff.kind === 'closure' ? `is a closure day (${dayOff.name})` : `is ${nameInSentence(dayOff)}`;
}

/** A limit or meeting on a day off that the protocol moves to the working day before. */
export function toDayBefore(off: Day, day: Day, calendar: Calendar): Reason {
  const text = `${writeDay(off)} ${whyNoWorkingDay(off, calendar)}, so it moves to the working day before, ${writeDay(day)}.`;
  return { kind: 'act-by', text, day };
}

/** True where stepping back from `due` to the last working day on or before it passes a bank holiday that may still move. */
export function stepBackIsProjected(actBy: Day, due: Day, calendar: Calendar): boolean {
  if (actBy === due) return false;
  return calendar.holidayOn(due)?.projected === true || calendar.skipped(actBy, due).projected;
}

/**
 * The reasons as one paragraph, for a card that opens in place: the skipped days are drawn into one sentence and the rule
 * stands last.
 * @example '10 working days from Thu 17 Dec 2026. That day does not count. Nor do 3 weekends, Christmas Day (Fri 25 Dec) and …'
 */
export function explain(because: readonly Reason[]): string {
  const weekends = because.flatMap((reason) => (reason.kind === 'weekends' && reason.name ? [reason.name] : []));
  const daysOff = because.flatMap(({ kind, day, name }) =>
    kind === 'skipped' && day !== undefined && name !== undefined ? [nameWithDay(name, day)] : [],
  );
  const passed = [...weekends, ...daysOff];
  const several = passed.length > 1 || passed[0]?.endsWith('weekends') === true;
  const lead = !because.some((reason) => reason.kind === 'day-0') ? 'Skipped:' : several ? 'Nor do' : 'Nor does';

  const sentences: string[] = [];
  let told = false;
  for (const { kind, name, text } of because) {
    if (kind === 'rule') continue;
    if (name === undefined) sentences.push(text);
    else if (!told) {
      sentences.push(`${lead} ${andList(passed)}.`);
      told = true;
    }
  }
  return [...sentences, ...because.filter(({ kind }) => kind === 'rule').map(({ text }) => text)].join(' ');
}
