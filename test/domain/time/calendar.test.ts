import fc from 'fast-check';
import { loadCalendar } from '../../../src/adapters/holidays.ts';
import { BeyondCalendar, buildCalendar } from '../../../src/domain/time/calendar.ts';
import {
  addDays,
  addMonths,
  dayFromNumber,
  dayNumber,
  weekdayOf,
  writeDay,
} from '../../../src/domain/time/day-number.ts';
import { type Day, parseDay } from '../../../src/domain/time/instant.ts';

const calendar = loadCalendar();
const day = parseDay;

describe('working days', () => {
  test('Saturday, Sunday and a bank holiday are none; the day before is one', () => {
    expect(calendar.isWorkingDay(day('2026-12-24'))).toBe(true);
    for (const off of ['2026-12-25', '2026-12-26', '2026-12-27', '2026-12-28', '2027-01-01']) {
      expect(calendar.isWorkingDay(day(off))).toBe(false);
    }
  });

  test('the day counted from is day 0, whether or not anybody works on it', () => {
    expect(calendar.addWorkingDays(day('2026-12-25'), 0)).toBe('2026-12-25');
    expect(calendar.addWorkingDays(day('2026-12-25'), 1)).toBe('2026-12-29');
    expect(calendar.addWorkingDays(day('2026-12-24'), 1)).toBe('2026-12-29');
    expect(calendar.addWorkingDays(day('2026-12-28'), -1)).toBe('2026-12-24');
    expect(calendar.addWorkingDays(day('2026-12-29'), -1)).toBe('2026-12-24');
  });

  test('a holiday is named, also where it says nothing about a weekday', () => {
    expect(calendar.holidayOn(day('2026-12-28'))).toEqual({
      day: '2026-12-28',
      name: 'Boxing Day (substitute day)',
      kind: 'bank holiday',
      projected: false,
    });
    expect(calendar.holidayOn(day('2026-12-24'))).toBeUndefined();
  });

  test('a Tuesday looked for from a Tuesday is that day, from a Wednesday the next week', () => {
    expect(calendar.nextWeekday(day('2026-12-22'), 'Tuesday')).toBe('2026-12-22');
    expect(calendar.nextWeekday(day('2026-12-23'), 'Tuesday')).toBe('2026-12-29');
  });

  test('what lies between is told the same in both directions, a lone Sunday being a weekend', () => {
    const between = calendar.skipped(day('2026-12-17'), day('2027-01-05'));
    expect(between.weekends).toBe(3);
    expect(between.daysOff.map((off) => off.day)).toEqual(['2026-12-25', '2026-12-28', '2027-01-01']);
    expect(calendar.skipped(day('2027-01-05'), day('2026-12-17'))).toEqual(between);
    expect(calendar.skipped(day('2026-12-12'), day('2026-12-14'))).toMatchObject({ weekends: 1, daysOff: [] });
    expect(calendar.skipped(day('2026-12-14'), day('2026-12-15'))).toMatchObject({ weekends: 0, daysOff: [] });
    expect(calendar.skipped(day('2026-12-14'), day('2026-12-14'))).toMatchObject({ weekends: 0, daysOff: [] });
  });

  test('weekends between any two days are those that a walk passes through', () => {
    const first = dayNumber(day('2015-01-01'));
    const arbitrary = fc.integer({ min: 0, max: 7_000 });
    fc.assert(
      fc.property(arbitrary, fc.integer({ min: 0, max: 60 }), (offset, length) => {
        const from = dayFromNumber(first + offset);
        const passed = new Set<Day>();
        for (let step = 1; step < length; step += 1) {
          const at = addDays(from, step);
          if (weekdayOf(at) === 'Saturday') passed.add(at);
          if (weekdayOf(at) === 'Sunday') passed.add(addDays(at, -1));
        }
        expect(calendar.skipped(from, addDays(from, length)).weekends).toBe(passed.size);
      }),
    );
  });

  test('the number of working days between two days leads from the one to the other', () => {
    const from = day('2026-12-17');
    const to = day('2027-01-05');
    expect(calendar.workingDaysBetween(from, to)).toBe(10);
    expect(calendar.addWorkingDays(from, 10)).toBe(to);
    expect(calendar.workingDaysBetween(to, from)).toBe(-10);
    expect(calendar.workingDaysBetween(day('2026-12-25'), day('2026-12-28'))).toBe(0);
  });

  test('the last working day on or before, and the first on or after, are the day itself where it is one', () => {
    expect(calendar.lastWorkingDayOnOrBefore(day('2026-12-24'))).toBe('2026-12-24');
    expect(calendar.lastWorkingDayOnOrBefore(day('2026-12-28'))).toBe('2026-12-24');
    expect(calendar.firstWorkingDayOnOrAfter(day('2026-12-25'))).toBe('2026-12-29');
    expect(calendar.firstWorkingDayOnOrAfter(day('2026-12-29'))).toBe('2026-12-29');
  });
});

describe('a council that closes between Christmas and New Year', () => {
  const closing = loadCalendar({
    closures: ['2026-12-29', '2026-12-30', '2026-12-31'].map((each) => ({ day: each, name: 'Christmas closure' })),
  });

  test('has those days skipped and named, and every other council has not', () => {
    expect(closing.addWorkingDays(day('2026-12-24'), 1)).toBe('2027-01-04');
    expect(calendar.addWorkingDays(day('2026-12-24'), 1)).toBe('2026-12-29');
    expect(closing.holidayOn(day('2026-12-30'))).toMatchObject({ name: 'Christmas closure', kind: 'closure' });
  });
});

describe('beyond the data', () => {
  test('the last working day of 2035 is known, and the first of 2036 is refused with its remedy', () => {
    expect(calendar.addWorkingDays(day('2035-12-28'), 1)).toBe('2035-12-31');
    const refusal =
      '2 working days after Fri 28 Dec 2035 lies beyond the known bank holidays, Thu 1 Jan 2015 to Mon 31 Dec 2035. Add the ' +
      'bank holidays of 2036 to src/protocols/bank-holidays/england-and-wales.yaml, or to the file that HOLIDAYS_FILE names.';
    expect(() => calendar.addWorkingDays(day('2035-12-28'), 2)).toThrow(refusal);
    expect(() => calendar.addWorkingDays(day('2035-12-28'), 2)).toThrow(BeyondCalendar);
  });

  test('a day before the first known year is refused too, by every question', () => {
    const early = day('2014-12-31');
    expect(() => calendar.isWorkingDay(early)).toThrow(/Wed 31 Dec 2014 lies beyond .* Add the bank holidays of 2014 /);
    expect(() => calendar.holidayOn(early)).toThrow(BeyondCalendar);
    expect(() => calendar.nextWeekday(day('2035-12-31'), 'Sunday')).toThrow(BeyondCalendar);
    expect(() => calendar.workingDaysBetween(early, day('2015-01-02'))).toThrow(BeyondCalendar);
    expect(() => calendar.lastWorkingDayOnOrBefore(day('2015-01-01'))).toThrow(BeyondCalendar);
    expect(() => calendar.addWorkingDays(day('2015-01-05'), -3)).toThrow(/Add the bank holidays of 2014 /);
  });
});

describe('a hostile calendar', () => {
  test('without a single working day refuses rather than searching for ever', () => {
    const from = day('2026-01-03');
    const none = buildCalendar({ holidays: [], closures: [], from, to: day('2026-01-04') });
    expect(() => none.addWorkingDays(from, 1)).toThrow(BeyondCalendar);
    expect(() => none.lastWorkingDayOnOrBefore(from)).toThrow(BeyondCalendar);
  });

  test('a closure on a bank holiday keeps the public name and no longer hangs on its being published', () => {
    const easter = day('2030-04-22');
    const calendarOf = (closures: { day: Day; name: string }[]) =>
      buildCalendar({
        holidays: [{ day: easter, name: 'Easter Monday', projected: true }],
        closures,
        from: day('2030-01-01'),
        to: day('2030-12-31'),
      });
    expect(calendarOf([]).skipped(day('2030-04-18'), day('2030-04-24')).projected).toBe(true);
    const closed = calendarOf([{ day: easter, name: 'Closed' }]);
    expect(closed.holidayOn(easter)).toMatchObject({ name: 'Easter Monday', projected: false });
  });
});

describe('days as numbers', () => {
  test('go there and back, and name the weekday, as the platform does in UTC', () => {
    fc.assert(
      fc.property(fc.integer({ min: -80_000, max: 80_000 }), (number) => {
        const utc = new Date(number * 86_400_000);
        const written = dayFromNumber(number);
        expect(written).toBe(utc.toISOString().slice(0, 10));
        expect(dayNumber(written)).toBe(number);
        expect(weekdayOf(written)).toBe(utc.toLocaleDateString('en-GB', { weekday: 'long', timeZone: 'UTC' }));
      }),
    );
  });

  test('months are clamped to the end of the month, leap years included', () => {
    expect(addMonths(day('2027-01-31'), 1)).toBe('2027-02-28');
    expect(addMonths(day('2028-01-31'), 1)).toBe('2028-02-29');
    expect(addMonths(day('2026-11-30'), 3)).toBe('2027-02-28');
    expect(addMonths(day('2027-03-31'), -1)).toBe('2027-02-28');
    expect(addMonths(day('2028-02-29'), 12)).toBe('2029-02-28');
  });

  test('September is written in three letters like every other month', () => {
    expect(writeDay(day('2026-09-01'))).toBe('Tue 1 Sep 2026');
  });
});
