import { loadCalendar } from '../../../src/adapters/holidays.ts';
import { parseInstant } from '../../../src/domain/time/instant.ts';
import { isOfficeTime, lastOfficeMoment, nextOfficeMoment } from '../../../src/domain/time/office-hours.ts';

const calendar = loadCalendar();
const at = parseInstant;

describe('office hours', () => {
  test.each([
    ['a working day at 08:30', '2026-12-24T08:30:00Z', true],
    ['a minute before', '2026-12-24T08:29:59Z', false],
    ['a minute before 17:00', '2026-12-24T16:59:59Z', true],
    ['17:00 itself', '2026-12-24T17:00:00Z', false],
    ['Christmas Day', '2026-12-25T10:00:00Z', false],
    ['a Saturday', '2026-12-19T10:00:00Z', false],
    ['08:30 by the London clock in summer', '2026-07-01T07:30:00Z', true],
    ['17:00 by the London clock in summer', '2026-07-01T16:00:00Z', false],
  ])('%s (%s): %s', (_what, moment, open) => {
    expect(isOfficeTime(at(moment), calendar)).toBe(open);
  });

  test('what falls into the night, a weekend or a bank holiday waits until the next morning that is worked', () => {
    expect(nextOfficeMoment(at('2026-12-24T10:00:00Z'), calendar)).toBe('2026-12-24T10:00:00.000Z');
    expect(nextOfficeMoment(at('2026-12-24T06:00:00Z'), calendar)).toBe('2026-12-24T08:30:00.000Z');
    expect(nextOfficeMoment(at('2026-12-24T17:00:00Z'), calendar)).toBe('2026-12-29T08:30:00.000Z');
    expect(nextOfficeMoment(at('2026-12-26T10:00:00Z'), calendar)).toBe('2026-12-29T08:30:00.000Z');
    expect(nextOfficeMoment(at('2026-10-23T17:00:00Z'), calendar)).toBe('2026-10-26T08:30:00.000Z');
    expect(nextOfficeMoment(at('2027-03-26T18:00:00Z'), calendar)).toBe('2027-03-30T07:30:00.000Z');
  });

  test('the last staffed moment before is 17:00 of the last day worked', () => {
    expect(lastOfficeMoment(at('2026-12-24T10:00:00Z'), calendar)).toBe('2026-12-24T10:00:00.000Z');
    expect(lastOfficeMoment(at('2026-12-24T17:00:00Z'), calendar)).toBe('2026-12-24T17:00:00.000Z');
    expect(lastOfficeMoment(at('2026-12-28T12:00:00Z'), calendar)).toBe('2026-12-24T17:00:00.000Z');
    expect(lastOfficeMoment(at('2026-12-29T08:00:00Z'), calendar)).toBe('2026-12-24T17:00:00.000Z');
  });
});
