import { loadCalendar } from '../../../src/adapters/holidays.ts';
import { everyNMonths, everyNWeeks, nextOfDates, nextSession } from '../../../src/domain/time/count-from.ts';
import type { WeeklyCycle } from '../../../src/domain/time/cycles.ts';
import { parseDay, parseInstant } from '../../../src/domain/time/instant.ts';

const calendar = loadCalendar();
const at = parseInstant;
const day = parseDay;
const panel: WeeklyCycle = {
  weekday: 'Tuesday',
  cutOff: { n: 1, unit: 'working day', time: '17:00' },
  bankHoliday: 'skip',
};

describe('the weekly panel', () => {
  test('chosen Mon 21 Dec 2026 at 16:59, it is Tue 22 Dec; at 17:00 and 17:01, Tue 29 Dec', () => {
    expect(nextSession(panel, at('2026-12-21T16:59:00Z'), calendar).due).toBe('2026-12-22');
    expect(nextSession(panel, at('2026-12-21T17:00:00Z'), calendar).due).toBe('2026-12-29');
    const late = nextSession(panel, at('2026-12-21T17:01:00Z'), calendar);
    expect(late).toMatchObject({ due: '2026-12-29', cutOffAt: '2026-12-24T17:00:00.000Z' });
    expect(late.because.map(({ text }) => text)).toContain(
      'The list for Tue 22 Dec 2026 closed Mon 21 Dec 2026, 17:00.',
    );
  });

  test('chosen on the day of the panel itself, it is the week after', () => {
    expect(nextSession(panel, at('2026-12-15T09:00:00Z'), calendar).due).toBe('2026-12-22');
  });

  test('in summer the list closes at 17:00 by the London clock', () => {
    expect(nextSession(panel, at('2026-07-06T15:59:00Z'), calendar).due).toBe('2026-07-07');
    expect(nextSession(panel, at('2026-07-06T16:00:00Z'), calendar).due).toBe('2026-07-14');
  });

  test('a Tuesday that is a bank holiday is left out, and the reason names it', () => {
    const session = nextSession(panel, at('2029-12-18T09:00:00Z'), calendar);
    // Christmas Day and New Year's Day are both Tuesdays that winter.
    expect(session).toMatchObject({ due: '2030-01-08', projected: true });
    expect(session.because.map(({ text }) => text)).toContain('No session on Tue 25 Dec 2029: it is Christmas Day.');
  });

  test('after a bank-holiday Monday the list closes on the Friday before', () => {
    expect(nextSession(panel, at('2026-08-28T15:59:00Z'), calendar).due).toBe('2026-09-01');
    expect(nextSession(panel, at('2026-08-28T16:00:00Z'), calendar).due).toBe('2026-09-08');
  });

  test('a council may hold it all the same, or move it', () => {
    const christmas = at('2029-12-19T09:00:00Z');
    const cycle = (bankHoliday: WeeklyCycle['bankHoliday']) => ({ ...panel, bankHoliday });
    expect(nextSession(cycle('keep'), christmas, calendar).due).toBe('2029-12-25');
    expect(nextSession(cycle('earlier'), christmas, calendar).due).toBe('2029-12-24');
    expect(nextSession(cycle('later'), christmas, calendar).due).toBe('2029-12-27');
  });

  test('a session moved to a later day is still ahead when its usual day has passed', () => {
    const moved: WeeklyCycle = {
      weekday: 'Monday',
      cutOff: { n: 0, unit: 'days', time: '09:00' },
      bankHoliday: 'later',
    };
    expect(nextSession(moved, at('2026-12-29T08:00:00Z'), calendar).due).toBe('2026-12-29');
    expect(nextSession(moved, at('2026-12-29T09:00:00Z'), calendar).due).toBe('2027-01-04');
  });

  test('without a cut-off a session takes what came before its own day', () => {
    expect(nextSession({ weekday: 'Tuesday' }, at('2026-12-21T23:59:00Z'), calendar).due).toBe('2026-12-22');
    expect(nextSession({ weekday: 'Tuesday' }, at('2026-12-22T00:00:00Z'), calendar).due).toBe('2026-12-29');
  });

  test("a forum of every working day takes it on the next one's list", () => {
    expect(nextSession({ weekday: 'working day' }, at('2026-12-24T10:00:00Z'), calendar).due).toBe('2026-12-29');
    expect(nextSession({ weekday: 'working day' }, at('2026-12-23T10:00:00Z'), calendar).due).toBe('2026-12-24');
  });
});

describe('regular meetings', () => {
  test('six weeks on Christmas Day move to the working day before', () => {
    const counted = everyNWeeks(day('2026-11-13'), 6, calendar);
    expect(counted).toMatchObject({ due: '2026-12-24', actBy: '2026-12-24' });
    expect(counted.because.map(({ text }) => text)).toEqual([
      '6 weeks from Fri 13 Nov 2026.',
      'Fri 25 Dec 2026 is Christmas Day, so it moves to the working day before, Thu 24 Dec 2026.',
    ]);
    expect(everyNWeeks(day('2026-11-12'), 6, calendar).due).toBe('2026-12-24');
  });

  test('a month from 31 January is the end of February, or the working day before it', () => {
    expect(everyNMonths(day('2027-01-31'), 1, calendar).due).toBe('2027-02-26');
  });

  test('of dates that the council lists, the first after today is next, and none is said to be none', () => {
    const dates = ['2027-02-03', '2026-12-09', '2026-12-16'].map(day);
    expect(nextOfDates(dates, at('2026-12-09T08:00:00Z'), calendar)?.due).toBe('2026-12-16');
    expect(nextOfDates([], at('2026-12-09T08:00:00Z'), calendar)).toBeUndefined();
  });
});
