import { loadCalendar } from '../../../src/adapters/holidays.ts';
import {
  everyNMonths,
  everyNWeeks,
  everyNYears,
  everySoOften,
  nextOfDates,
  nextSession,
} from '../../../src/domain/time/count-from.ts';
import type { RegularCycle, WeeklyCycle } from '../../../src/domain/time/cycles.ts';
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

  test('and says so instead of naming an hour at which nobody closes a list', () => {
    const texts = nextSession({ weekday: 'Tuesday' }, at('2026-12-22T09:00:00Z'), calendar).because.map(
      ({ text }) => text,
    );
    expect(texts).toEqual([
      'Next session after Tue 22 Dec 2026, 09:00; sessions are on Tuesdays.',
      'The session of Tue 22 Dec 2026 took what came before that day.',
      'It takes what came before that day.',
    ]);
  });

  test('held on a bank holiday all the same, it is prepared on the working day before', () => {
    const session = nextSession({ ...panel, bankHoliday: 'keep' }, at('2029-12-19T09:00:00Z'), calendar);
    expect(session).toMatchObject({ due: '2029-12-25', actBy: '2029-12-24' });
  });

  test("a forum of every working day takes it on the next one's list", () => {
    expect(nextSession({ weekday: 'working day' }, at('2026-12-24T10:00:00Z'), calendar).due).toBe('2026-12-29');
    expect(nextSession({ weekday: 'working day' }, at('2026-12-23T10:00:00Z'), calendar).due).toBe('2026-12-24');
  });
});

describe('a forum that meets every so many weeks or months, from a day that the council names', () => {
  const heads: RegularCycle = {
    every: { n: 4, unit: 'weeks' },
    from: day('2026-12-01'),
    cutOff: { n: 1, unit: 'working day', time: '17:00' },
    bankHoliday: 'later',
  };
  const quality: RegularCycle = { every: { n: 2, unit: 'months' }, from: day('2026-10-31'), bankHoliday: 'earlier' };

  test('meets on the first day itself, four weeks later, and so on', () => {
    expect(nextSession(heads, at('2026-11-20T09:00:00Z'), calendar).due).toBe('2026-12-01');
    const second = nextSession(heads, at('2026-12-01T09:00:00Z'), calendar);
    expect(second).toMatchObject({ due: '2026-12-29', cutOffAt: '2026-12-24T17:00:00.000Z' });
    expect(second.because.map(({ text }) => text)).toEqual([
      'Next session after Tue 1 Dec 2026, 09:00; sessions are every 4 weeks from Tue 1 Dec 2026.',
      'The list for Tue 1 Dec 2026 closed Mon 30 Nov 2026, 17:00.',
      'Its list closes Thu 24 Dec 2026, 17:00.',
    ]);
    expect(nextSession(heads, at('2030-03-01T09:00:00Z'), calendar).due).toBe('2030-03-19');
  });

  test('no session is promised before the first day', () => {
    expect(nextSession({ ...heads, from: day('2027-03-02') }, at('2026-12-01T09:00:00Z'), calendar).due).toBe(
      '2027-03-02',
    );
  });

  test('on a bank holiday it is left out, held, or moved, as the council says, and the pattern goes on from the first day', () => {
    // From Tue 27 Nov 2029, the second session falls on Christmas Day.
    const at2029 = at('2029-12-01T09:00:00Z');
    const cycle = (bankHoliday: RegularCycle['bankHoliday']) => ({ ...heads, from: day('2029-11-27'), bankHoliday });
    expect(nextSession(cycle('skip'), at2029, calendar).due).toBe('2030-01-22');
    expect(nextSession(cycle('keep'), at2029, calendar).due).toBe('2029-12-25');
    expect(nextSession(cycle('earlier'), at2029, calendar).due).toBe('2029-12-24');
    expect(nextSession(cycle('later'), at2029, calendar).due).toBe('2029-12-27');
    // Moved to Thu 27 Dec, its list closes on Christmas Eve, after its usual day has been counted as past.
    expect(nextSession(cycle('later'), at('2029-12-24T16:59:00Z'), calendar).due).toBe('2029-12-27');
    expect(nextSession(cycle('later'), at('2029-12-27T09:00:00Z'), calendar).due).toBe('2030-01-22');
  });

  test('each month is counted from the first day: after the end of February comes the 30th of April again', () => {
    const first = { ...quality, from: day('2026-12-31'), every: { n: 2, unit: 'months' } } as const;
    expect(nextSession(first, at('2027-01-05T09:00:00Z'), calendar).due).toBe('2027-02-26');
    expect(nextSession(first, at('2027-03-01T09:00:00Z'), calendar).due).toBe('2027-04-30');
  });

  test('a month whose day is at a weekend meets on the Friday before, or the Monday after where sessions move to later days', () => {
    const session = nextSession(quality, at('2026-10-01T09:00:00Z'), calendar);
    expect(session.due).toBe('2026-10-30');
    expect(session.because.map(({ text }) => text)).toContain(
      'Sat 31 Oct 2026 is at a weekend: the session is on Fri 30 Oct 2026.',
    );
    const later = { ...quality, bankHoliday: 'later' } as const;
    expect(nextSession(later, at('2026-10-01T09:00:00Z'), calendar).due).toBe('2026-11-02');
    expect(nextSession(later, at('2026-11-01T09:00:00Z'), calendar).due).toBe('2026-11-02');
    expect(nextSession({ ...quality, bankHoliday: 'skip' }, at('2026-10-01T09:00:00Z'), calendar).due).toBe(
      '2026-10-30',
    );
  });

  test('on every day of ten years the next session is the first of the pattern whose list is open', () => {
    const walk = (from: string): string => {
      for (
        let planned = '2026-12-01';
        ;
        planned = new Date(Date.parse(planned) + 28 * DAY).toISOString().slice(0, 10)
      ) {
        if (planned > from) return planned;
      }
    };
    const bare: RegularCycle = { every: { n: 4, unit: 'weeks' }, from: day('2026-12-01'), bankHoliday: 'keep' };
    for (let k = 0; k < 365 * 9; k += 1) {
      const from = new Date(Date.parse('2026-11-01') + k * DAY).toISOString().slice(0, 10);
      expect(nextSession(bare, at(`${from}T12:00:00Z`), calendar).due).toBe(walk(from));
    }
  });
});

const DAY = 86_400_000;

describe('a forum whose days the council lists', () => {
  const listed = { dates: ['2027-01-14', '2026-12-28', '2026-12-10'].map(day) };

  test('meets on the first listed day whose list is still open, bank holiday or not, as the council says', () => {
    expect(nextSession(listed, at('2026-12-09T12:00:00Z'), calendar)?.due).toBe('2026-12-10');
    expect(nextSession({ ...listed, bankHoliday: 'keep' }, at('2026-12-10T12:00:00Z'), calendar)).toMatchObject({
      due: '2026-12-28',
      actBy: '2026-12-24',
    });
    expect(nextSession({ ...listed, bankHoliday: 'skip' }, at('2026-12-10T12:00:00Z'), calendar)?.due).toBe(
      '2027-01-14',
    );
    expect(nextSession({ ...listed, bankHoliday: 'later' }, at('2026-12-28T12:00:00Z'), calendar)?.due).toBe(
      '2026-12-29',
    );
  });

  test('has no session when the last listed day has passed', () => {
    expect(nextSession(listed, at('2027-01-14T12:00:00Z'), calendar)).toBeUndefined();
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

  test('a year on, for a review once a year: from 29 February to 28 February', () => {
    expect(everyNYears(day('2028-02-29'), 1, calendar).due).toBe('2029-02-28');
    // 2 Jan 2028 is a Sunday, and the Friday before it is New Year's Eve.
    expect(
      everyNYears(day('2027-01-02'), 1, calendar, 'when it was last held').because.map(({ text }) => text),
    ).toEqual([
      '1 year from Sat 2 Jan 2027, when it was last held.',
      'Sun 2 Jan 2028 is at a weekend, so it moves to the working day before, Fri 31 Dec 2027.',
    ]);
  });

  test('every unit may be asked for', () => {
    const from = at('2026-12-11T10:00:00Z');
    const due = (n: number, unit: 'weeks' | 'months' | 'years' | 'days' | 'working days') =>
      everySoOften(from, { n, unit }, calendar).due;
    expect(due(2, 'weeks')).toBe('2026-12-24');
    expect(due(1, 'months')).toBe('2027-01-11');
    expect(due(1, 'years')).toBe('2027-12-10');
    expect(due(14, 'days')).toBe('2026-12-24');
    expect(due(10, 'working days')).toBe('2026-12-29');
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
