import fc from 'fast-check';
import { loadCalendar } from '../../../src/adapters/holidays.ts';
import { parseDay } from '../../../src/domain/time/instant.ts';
import { parsePhrase, readDate, whenIs } from '../../../src/domain/time/phrase.ts';

const calendar = loadCalendar();
const today = parseDay('2026-11-22');

describe('a date as people type it', () => {
  test.each([
    ['17 Dec', '2026-12-17'],
    ['17th December', '2026-12-17'],
    ['17 December 2026', '2026-12-17'],
    ['Thu 17 Dec 2026', '2026-12-17'],
    ['Thursday, 17 December 2026', '2026-12-17'],
    ['December 17 2026', '2026-12-17'],
    ['17/12/2026', '2026-12-17'],
    ['17-12-2026', '2026-12-17'],
    ['17.12.2026', '2026-12-17'],
    ['2026-12-17', '2026-12-17'],
    ['27 3 2015', '2015-03-27'],
    ['3/4/2027', '2027-04-03'],
    ['1 sept 2027', '2027-09-01'],
    ['29 2 2028', '2028-02-29'],
    ['today', '2026-11-22'],
    ['Tomorrow', '2026-11-23'],
    ['yesterday', '2026-11-21'],
  ])('"%s" on 22 Nov 2026 is %s', (text, day) => {
    expect(readDate(text, today)).toEqual({ understood: true, day });
  });

  test('without a year it is the one nearest to today', () => {
    expect(readDate('5 Jan', today)).toMatchObject({ day: '2027-01-05' });
    expect(readDate('17 Dec', parseDay('2027-01-04'))).toMatchObject({ day: '2026-12-17' });
    expect(readDate('30 Oct', today)).toMatchObject({ day: '2026-10-30' });
  });

  test.each([
    ['', 'Write the date like 17 12 2026 or 17 Dec 2026.'],
    ['soon', 'I cannot read "soon" as a date. Write the date like 17 12 2026 or 17 Dec 2026.'],
    ['31 2 2026', 'There is no 31 February 2026. Write the date like 17 12 2026 or 17 Dec 2026.'],
    ['29 Feb 2027', 'There is no 29 February 2027. Write the date like 17 12 2026 or 17 Dec 2026.'],
    ['12/17/2026', 'There is no month 17. Write the date like 17 12 2026 or 17 Dec 2026.'],
    ['17/12/26', 'Write the year of "17/12/26" in full, like 2026.'],
    ['29 Feb', 'Add the year to "29 Feb", like 17 Dec 2026.'],
    ['Fri 17 Dec 2026', '17 Dec 2026 is a Thursday, not a Friday. Which did you mean?'],
    ['17 De 2026', 'I cannot read "17 De 2026" as a date. Write the date like 17 12 2026 or 17 Dec 2026.'],
    ['Tuesday', 'I cannot read "Tuesday" as a date. Write the date like 17 12 2026 or 17 Dec 2026.'],
    ['constructor', 'I cannot read "constructor" as a date. Write the date like 17 12 2026 or 17 Dec 2026.'],
    ['17 12 0026', 'The year 26 cannot be right. Write the date like 17 12 2026 or 17 Dec 2026.'],
  ])('"%s" is asked about: %s', (text, refusal) => {
    expect(readDate(text, today)).toEqual({ understood: false, refusal });
  });

  test('a date without a year is not guessed where nobody says what day it is', () => {
    expect(readDate('17 Dec')).toMatchObject({ understood: false });
    expect(readDate('today')).toMatchObject({ understood: false });
    expect(readDate('17 Dec 2026')).toMatchObject({ understood: true });
  });
});

describe('a phrase', () => {
  test.each([
    ['10 working days after 2026-12-17', 10, 'working days', 'after', '2026-12-17'],
    ['10 working days from 17 Dec', 10, 'working days', 'after', '2026-12-17'],
    ['ten working days from 17 Dec?', 10, 'working days', 'after', '2026-12-17'],
    ['1 working day before 20 Jan 2027', 1, 'working days', 'before', '2027-01-20'],
    ['  6   Weeks  After  today ', 6, 'weeks', 'after', '2026-11-22'],
    ['a month after 31/1/2027', 1, 'months', 'after', '2027-01-31'],
    ['24 hours after 2026-10-24T16:00:00+01:00', 24, 'hours', 'after', '2026-10-24T15:00:00.000Z'],
    ['2 working days after 2026-12-18T18:45:00Z', 2, 'working days', 'after', '2026-12-18T18:45:00.000Z'],
  ])('"%s"', (text, n, unit, direction, anchor) => {
    expect(parsePhrase(text, today)).toEqual({ understood: true, count: { n, unit }, direction, anchor });
  });

  test.each([
    ['10 fortnights after 2026-12-17', 'Say what to count: working days, days, weeks, months, years or hours.'],
    ['some days after 2026-12-17', '"some" is not a whole number.'],
    ['-3 days after 2026-12-17', '"-3" is not a whole number.'],
    ['24 hours after 2026-12-17', 'Hours need a time of day.'],
    ['10 working days after 2026-02-30', 'There is no 30 February 2026.'],
    ['after 2026-12-17', 'Write it like: 10 working days after 17 Dec 2026.'],
    ['10 working days', 'Write it like: 10 working days after 17 Dec 2026.'],
    ['', 'Write it like: 10 working days after 17 Dec 2026.'],
  ])('"%s" is answered with what to write', (text, refusal) => {
    const answer = parsePhrase(text, today);
    expect(answer.understood).toBe(false);
    expect('refusal' in answer && answer.refusal.startsWith(refusal)).toBe(true);
  });

  test('is counted with its reasons', () => {
    const answer = whenIs('10 working days from 17 Dec', today, calendar);
    expect(answer).toMatchObject({ understood: true, due: '2027-01-05' });
    expect(whenIs('20 working days before 20 Jan 2027', today, calendar)).toMatchObject({ due: '2026-12-18' });
  });

  test('beyond the known bank holidays is refused with the year that is missing', () => {
    const answer = whenIs('10 working days after 2035-12-28', today, calendar);
    expect(answer.understood === false && answer.refusal).toMatch(/Add the bank holidays of 2036 to /);
    expect(whenIs('9999 years after 2026-12-17', today, calendar)).toMatchObject({ understood: false });
    expect(whenIs('9999 hours before 2015-01-02T10:00', today, calendar)).toMatchObject({ understood: false });
  });

  test('whatever is typed, the answer is a date or one sentence, never an error', () => {
    const word = fc.constantFrom(
      '10',
      'working',
      'days',
      'after',
      'before',
      'from',
      '17',
      'Dec',
      '2026',
      '2026-12-17',
      'toString',
      '1/1/1',
      '',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word).map((words) => words.join(' ')),
        ),
        (text) => {
          const answer = whenIs(text, today, calendar);
          expect(answer.understood ? answer.due.length : answer.refusal.length).toBeGreaterThan(0);
        },
      ),
    );
  });
});
