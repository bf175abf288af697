import fc from 'fast-check';
import { DateTime } from 'luxon';
import {
  dayOf,
  instantAt,
  instantFromMilliseconds,
  millisecondsOf,
  NotATime,
  parseDay,
  parseInstant,
  timeOf,
  writeInstant,
} from '../../../src/domain/time/instant.ts';

describe('moments and London days', () => {
  test('half past eleven at night in UTC is tomorrow in London, in summer only', () => {
    expect(dayOf(parseInstant('2026-07-01T23:30:00Z'))).toBe('2026-07-02');
    expect(dayOf(parseInstant('2026-12-01T23:30:00Z'))).toBe('2026-12-01');
  });

  test('17:00 in London is 16:00 in UTC in summer and 17:00 in winter', () => {
    expect(instantAt(parseDay('2026-07-01'), '17:00')).toBe('2026-07-01T16:00:00.000Z');
    expect(instantAt(parseDay('2026-12-01'), '17:00')).toBe('2026-12-01T17:00:00.000Z');
  });

  test('midnight after the clocks go forward belongs to the day it begins', () => {
    const midnight = instantAt(parseDay('2027-03-29'), '00:00');
    expect(midnight).toBe('2027-03-28T23:00:00.000Z');
    expect(dayOf(midnight)).toBe('2027-03-29');
  });

  test('a time without an offset is read by the London clock', () => {
    expect(parseInstant('2026-07-01T09:00')).toBe('2026-07-01T08:00:00.000Z');
    expect(parseInstant('2026-12-18T18:45:00+00:00')).toBe('2026-12-18T18:45:00.000Z');
  });

  test('every quarter hour of three years, clock changes among them, is what the zone library says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3 * 366 * 96 }), (quarter) => {
        const milliseconds = Date.UTC(2026, 0, 1) + quarter * 900_000;
        const instant = instantFromMilliseconds(milliseconds);
        const london = DateTime.fromMillis(milliseconds, { zone: 'Europe/London' });
        expect(dayOf(instant)).toBe(london.toISODate());
        expect(timeOf(instant)).toBe(london.toFormat('HH:mm'));
        const back = DateTime.fromISO(`${dayOf(instant)}T${timeOf(instant)}`, { zone: 'Europe/London' });
        expect(millisecondsOf(instantAt(dayOf(instant), timeOf(instant)))).toBe(back.toMillis());
      }),
      { numRuns: 2_000 },
    );
  });

  test('the two days on which clocks change are right at every quarter hour', () => {
    for (const start of [Date.UTC(2027, 2, 27, 22), Date.UTC(2026, 9, 24, 22)]) {
      for (let milliseconds = start; milliseconds < start + 2 * 86_400_000; milliseconds += 900_000) {
        const london = DateTime.fromMillis(milliseconds, { zone: 'Europe/London' });
        expect(timeOf(instantFromMilliseconds(milliseconds))).toBe(london.toFormat('HH:mm'));
        expect(dayOf(instantFromMilliseconds(milliseconds))).toBe(london.toISODate());
      }
    }
  });

  test('a moment is written with weekday, day, month, year and the London time', () => {
    expect(writeInstant(parseInstant('2026-09-18T17:45:00Z'))).toBe('Fri 18 Sep 2026, 18:45');
  });

  test.each(['', '2026-12-18', 'T12:00', '2026-12T10:00', '2026-02-30T10:00Z', '2026-12-18T25:00', 'yesterday'])(
    '"%s" is no moment',
    (text) => {
      expect(() => parseInstant(text)).toThrow(NotATime);
    },
  );

  test.each(['', '2026-02-29', '2026-13-01', '2026-00-10', '2026-1-1', '2026-04-31', '2026-12-18T10:00'])(
    '"%s" is no day',
    (text) => {
      expect(() => parseDay(text)).toThrow(NotATime);
    },
  );

  test('29 February is a day in a leap year', () => {
    expect(parseDay('2028-02-29')).toBe('2028-02-29');
  });
});
