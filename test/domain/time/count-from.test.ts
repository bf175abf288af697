import { loadCalendar } from '../../../src/adapters/holidays.ts';
import type { Count, Counted } from '../../../src/domain/time/count.ts';
import { countAfter, countBefore, explain, HoursNeedAMoment } from '../../../src/domain/time/count-from.ts';
import { parseDay, parseInstant } from '../../../src/domain/time/instant.ts';

const calendar = loadCalendar();
const at = parseInstant;
const day = parseDay;
const workingDays = (n: number): Count => ({ n, unit: 'working days' });
const texts = ({ because }: Counted) => because.map(({ text }) => text);

describe('working days', () => {
  test('a referral of Fri 18 Dec 2026, 18:45 is answered by Tue 22 Dec 2026, 17:00, and the reasons name the days skipped', () => {
    const counted = countAfter(at('2026-12-18T18:45:00Z'), workingDays(2), calendar);
    expect(counted).toMatchObject({ due: '2026-12-22', dueAt: '2026-12-22T17:00:00.000Z', actBy: '2026-12-22' });
    expect(counted.actByAt).toBe(counted.dueAt);
    expect(texts(counted)).toEqual([
      '2 working days from Fri 18 Dec 2026.',
      'That day does not count.',
      'Skipped: 1 weekend (Sat 19 Dec and Sun 20 Dec).',
    ]);
  });

  test('every day that a count over Christmas passes is named, a substitute by the holiday it stands for', () => {
    const counted = countAfter(at('2026-12-17T16:00:00Z'), workingDays(10), calendar);
    expect(texts(counted)).toEqual([
      '10 working days from Thu 17 Dec 2026.',
      'That day does not count.',
      'Skipped: Christmas Day (Fri 25 Dec).',
      'Skipped: the Boxing Day bank holiday (Mon 28 Dec).',
      "Skipped: New Year's Day (Fri 1 Jan).",
      'Skipped: 3 weekends.',
    ]);
    expect(counted.because.find(({ kind }) => kind === 'skipped')?.day).toBe('2026-12-25');
  });

  test('the reasons make one paragraph for the card, with the rule last', () => {
    const { because } = countAfter(at('2026-12-17T16:00:00Z'), workingDays(10), calendar, {
      anchorIs: 'when the assessment was completed',
    });
    expect(explain([{ kind: 'rule', text: 'Rule CAM-A-18, section 3.', rule: 'CAM-A-18' }, ...because])).toBe(
      '10 working days from Thu 17 Dec 2026, when the assessment was completed. That day does not count. Nor do 3 weekends, ' +
        "Christmas Day (Fri 25 Dec), the Boxing Day bank holiday (Mon 28 Dec) and New Year's Day (Fri 1 Jan). " +
        'Rule CAM-A-18, section 3.',
    );
    expect(explain(countAfter(day('2026-11-20'), workingDays(1), calendar).because)).toBe(
      '1 working day from Fri 20 Nov 2026. That day does not count. Nor does the weekend (Sat 21 Nov and Sun 22 Nov).',
    );
    expect(explain(countAfter(day('2026-11-16'), workingDays(1), calendar).because)).toBe(
      '1 working day from Mon 16 Nov 2026. That day does not count.',
    );
  });

  test.each([
    ['2020-05-07', '2020-05-11', 'Skipped: the Early May bank holiday (VE day, Fri 8 May).'],
    ['2022-06-01', '2022-06-06', 'Skipped: the Spring bank holiday (Thu 2 Jun).'],
    ['2022-06-01', '2022-06-06', 'Skipped: the Platinum Jubilee bank holiday (Fri 3 Jun).'],
    ['2022-09-16', '2022-09-20', 'Skipped: the bank holiday for the State Funeral of Queen Elizabeth II (Mon 19 Sep).'],
    ['2023-05-05', '2023-05-09', 'Skipped: the bank holiday for the coronation of King Charles III (Mon 8 May).'],
    ['2027-12-24', '2027-12-29', 'Skipped: the Christmas Day bank holiday (Mon 27 Dec).'],
    ['2026-04-02', '2026-04-07', 'Skipped: Easter Monday (Mon 6 Apr).'],
  ])('1 working day from %s is %s. %s', (from, due, skipped) => {
    const counted = countAfter(day(from), workingDays(1), calendar);
    expect(counted.due).toBe(due);
    expect(texts(counted)).toContain(skipped);
  });

  test('an event at 23:30 in summer is counted from the London day, which is already tomorrow', () => {
    expect(countAfter(at('2026-07-01T23:30:00Z'), workingDays(1), calendar).due).toBe('2026-07-03');
  });

  test('a deadline in summer ends at 17:00 by the London clock', () => {
    expect(countAfter(day('2026-07-01'), workingDays(1), calendar).dueAt).toBe('2026-07-02T16:00:00.000Z');
  });

  test('where the council counts late events from the next working day, Friday evening gains a day and Friday noon none', () => {
    const switched = { lateCountsAsNextDay: true };
    const evening = countAfter(at('2026-12-18T18:45:00Z'), workingDays(2), calendar, switched);
    expect(evening.due).toBe('2026-12-23');
    expect(texts(evening)[0]).toBe('Fri 18 Dec 2026, 18:45 is after 17:00: counts as Mon 21 Dec.');
    expect(countAfter(at('2026-12-18T17:00:00Z'), workingDays(2), calendar, switched).due).toBe('2026-12-22');
    expect(countAfter(at('2026-12-18T17:00:01Z'), workingDays(2), calendar, switched).due).toBe('2026-12-23');
    expect(countAfter(at('2026-12-19T10:00:00Z'), workingDays(2), calendar, switched).due).toBe('2026-12-23');
    expect(texts(countAfter(day('2026-12-25'), workingDays(1), calendar, switched))[0]).toBe(
      'Fri 25 Dec 2026 is no working day (Christmas Day): counts as Tue 29 Dec.',
    );
  });
});

describe('days, weeks, months and years', () => {
  test('move off a day off where the protocol says so: to the working day after, or to the one before', () => {
    const eight = { n: 8, unit: 'days' } as const;
    const after = countAfter(day('2026-12-17'), eight, calendar, { roll: 'next-working-day' });
    expect(after).toMatchObject({ due: '2026-12-29', actBy: '2026-12-29', dueAt: '2026-12-29T17:00:00.000Z' });
    const before = countAfter(day('2026-12-17'), eight, calendar, { roll: 'previous-working-day' });
    expect(before).toMatchObject({ due: '2026-12-24', actBy: '2026-12-24', dueAt: '2026-12-24T17:00:00.000Z' });
    expect(before.because.map(({ text }) => text).at(-1)).toBe(
      'Fri 25 Dec 2026 is Christmas Day, so it moves to the working day before, Thu 24 Dec 2026.',
    );
    // On a working day nothing moves.
    expect(countAfter(day('2026-12-16'), eight, calendar, { roll: 'previous-working-day' }).due).toBe('2026-12-24');
  });

  test('do not roll, but say by when to act', () => {
    const counted = countAfter(at('2026-12-18T15:00:00Z'), { n: 7, unit: 'days' }, calendar);
    expect(counted).toMatchObject({
      due: '2026-12-25',
      dueAt: '2026-12-25T17:00:00.000Z',
      actBy: '2026-12-24',
      actByAt: '2026-12-24T17:00:00.000Z',
      projected: false,
    });
    expect(texts(counted)).toEqual([
      '7 days from Fri 18 Dec 2026.',
      'That day does not count.',
      'Every day counts, weekends and bank holidays too.',
      'Fri 25 Dec 2026 is Christmas Day, so act by Thu 24 Dec 2026, 17:00.',
    ]);
  });

  test('on a working day act-by is the due day', () => {
    expect(countAfter(day('2026-12-14'), { n: 1, unit: 'weeks' }, calendar)).toMatchObject({
      due: '2026-12-21',
      actBy: '2026-12-21',
    });
  });

  test('months and years are clamped to the end of the month', () => {
    expect(countAfter(day('2026-11-30'), { n: 3, unit: 'months' }, calendar)).toMatchObject({
      due: '2027-02-28',
      actBy: '2027-02-26',
    });
    expect(countAfter(day('2028-02-29'), { n: 1, unit: 'years' }, calendar).due).toBe('2029-02-28');
    expect(countBefore(day('2027-03-31'), { n: 1, unit: 'months' }, calendar).due).toBe('2027-02-28');
  });

  test('a closure day of the council is a reason to act before', () => {
    const closing = loadCalendar({ closures: [{ day: '2026-12-29', name: 'Christmas closure' }] });
    const counted = countAfter(day('2026-12-22'), { n: 1, unit: 'weeks' }, closing);
    expect(counted).toMatchObject({ due: '2026-12-29', actBy: '2026-12-24' });
    expect(texts(counted).at(-1)).toBe(
      'Tue 29 Dec 2026 is a closure day (Christmas closure), so act by Thu 24 Dec 2026, 17:00.',
    );
  });
});

describe('hours', () => {
  test('elapse through the night on which the clocks go back, one hour earlier on the wall clock', () => {
    const counted = countAfter(at('2026-10-24T16:00:00+01:00'), { n: 24, unit: 'hours' }, calendar);
    expect(counted).toMatchObject({
      due: '2026-10-25',
      dueAt: '2026-10-25T15:00:00.000Z',
      actByAt: '2026-10-23T16:00:00.000Z',
    });
    expect(texts(counted)).toEqual([
      '24 hours from Sat 24 Oct 2026, 16:00.',
      'The clocks go back in between; the hours that pass are what counts.',
      'No office hours lie before the limit, Sun 25 Oct 2026, 15:00: act at once.',
    ]);
  });

  test('elapse through the night on which the clocks go forward, one hour later on the wall clock', () => {
    const counted = countAfter(at('2027-03-27T16:00:00Z'), { n: 24, unit: 'hours' }, calendar);
    expect(counted.dueAt).toBe('2027-03-28T16:00:00.000Z');
    expect(texts(counted)).toContain('The clocks go forward in between; the hours that pass are what counts.');
    expect(texts(countBefore(at('2027-03-28T16:00:00Z'), { n: 24, unit: 'hours' }, calendar))).toContain(
      'The clocks go forward in between; the hours that pass are what counts.',
    );
  });

  test('that end when nobody is at work are to be acted on at the last staffed moment before', () => {
    const counted = countAfter(at('2026-11-19T20:00:00Z'), { n: 24, unit: 'hours' }, calendar);
    expect(counted).toMatchObject({
      due: '2026-11-20',
      dueAt: '2026-11-20T20:00:00.000Z',
      actByAt: '2026-11-20T17:00:00.000Z',
    });
    expect(texts(counted).at(-1)).toBe(
      'Nobody is at work at the limit, Fri 20 Nov 2026, 20:00, so act by Fri 20 Nov 2026, 17:00.',
    );
    expect(countAfter(at('2026-11-17T07:00:00Z'), { n: 24, unit: 'hours' }, calendar)).toMatchObject({
      due: '2026-11-18',
      actBy: '2026-11-17',
      actByAt: '2026-11-17T17:00:00.000Z',
    });
  });

  test('roll to the same hour of the working day before, but never to before they began', () => {
    const back = { roll: 'previous-working-day' } as const;
    // Friday 10:00 and 48 hours is Sunday 10:00: Friday 10:00 is when it began, so nothing moves.
    expect(countAfter(at('2026-11-20T10:00:00Z'), { n: 48, unit: 'hours' }, calendar, back).dueAt).toBe(
      '2026-11-22T10:00:00.000Z',
    );
    expect(countAfter(at('2026-11-20T10:00:00Z'), { n: 50, unit: 'hours' }, calendar, back).dueAt).toBe(
      '2026-11-20T12:00:00.000Z',
    );
  });

  test('roll to the same hour of the next working day only where the council says so', () => {
    const asked: Count = { n: 24, unit: 'hours' };
    const rolled = countAfter(at('2026-10-24T16:00:00+01:00'), asked, calendar, { roll: 'next-working-day' });
    expect(rolled).toMatchObject({
      due: '2026-10-26',
      dueAt: '2026-10-26T15:00:00.000Z',
      actByAt: '2026-10-26T15:00:00.000Z',
    });
    const weekday = countAfter(at('2026-11-17T10:00:00Z'), asked, calendar, { roll: 'next-working-day' });
    expect(weekday.dueAt).toBe('2026-11-18T10:00:00.000Z');
    // The Friday before, 15:00 by the London clock in summer, rolls to 15:00 by the London clock in winter.
    const overChange = countAfter(at('2026-10-23T15:00:00+01:00'), asked, calendar, { roll: 'next-working-day' });
    expect(overChange.dueAt).toBe('2026-10-26T15:00:00.000Z');
  });

  test('0 hours before a meeting is before it begins', () => {
    const counted = countBefore(at('2027-01-20T10:00:00Z'), { n: 0, unit: 'hours' }, calendar);
    expect(counted.dueAt).toBe('2027-01-20T10:00:00.000Z');
    expect(texts(counted)).toEqual(['Before it begins: Wed 20 Jan 2027, 10:00.']);
  });

  test('are not counted from a day without a time', () => {
    expect(() => countAfter(day('2026-12-17'), { n: 24, unit: 'hours' }, calendar)).toThrow(HoursNeedAMoment);
  });
});

describe('before', () => {
  test('20 working days before a review of Wed 20 Jan 2027 is Fri 18 Dec 2026', () => {
    const counted = countBefore(at('2027-01-20T10:00:00Z'), workingDays(20), calendar);
    expect(counted.due).toBe('2026-12-18');
    expect(texts(counted)).toEqual([
      '20 working days before Wed 20 Jan 2027.',
      'That day does not count.',
      'Skipped: Christmas Day (Fri 25 Dec).',
      'Skipped: the Boxing Day bank holiday (Mon 28 Dec).',
      "Skipped: New Year's Day (Fri 1 Jan).",
      'Skipped: 5 weekends.',
    ]);
  });
});

describe('bank holidays not yet published', () => {
  const mayChange = 'This date rests on a bank holiday not yet published (may change).';

  test('a date that one was skipped for says so, and the same date of a published year does not', () => {
    const later = countAfter(day('2029-12-20'), workingDays(5), calendar);
    expect(later.projected).toBe(true);
    expect(texts(later)).toContain(mayChange);
    const published = countAfter(day('2028-12-20'), workingDays(5), calendar);
    expect(published.projected).toBe(false);
    expect(texts(published)).not.toContain(mayChange);
  });

  test('a count in that year that passes none says nothing', () => {
    expect(countAfter(day('2029-09-03'), workingDays(5), calendar).projected).toBe(false);
  });

  test('a limit in calendar days on such a day says so, for its act-by hangs on it', () => {
    expect(countAfter(day('2029-12-18'), { n: 1, unit: 'weeks' }, calendar)).toMatchObject({
      due: '2029-12-25',
      actBy: '2029-12-24',
      projected: true,
    });
    expect(countAfter(day('2029-12-17'), { n: 1, unit: 'weeks' }, calendar).projected).toBe(false);
  });
});

test('a count that is no whole number from 0 up is a fault of the data', () => {
  expect(() => countAfter(day('2026-12-17'), workingDays(-1), calendar)).toThrow('A count is a whole number from 0 up');
  expect(() => countAfter(day('2026-12-17'), workingDays(1.5), calendar)).toThrow(RangeError);
});
