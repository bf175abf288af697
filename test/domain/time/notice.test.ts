import fc from 'fast-check';
import { loadCalendar } from '../../../src/adapters/holidays.ts';
import { earliestMeeting, earliestWithNotice, noticeLatestSend } from '../../../src/domain/time/count-from.ts';
import { dayFromNumber, dayNumber } from '../../../src/domain/time/day-number.ts';
import { instantAt, parseDay, parseInstant } from '../../../src/domain/time/instant.ts';

const calendar = loadCalendar();
const at = parseInstant;
const day = parseDay;

describe('notice of a meeting', () => {
  test('5 working days before Wed 30 Dec 2026, the invite must go by Mon 21 Dec 2026, 17:00', () => {
    expect(noticeLatestSend(day('2026-12-30'), 5, calendar)).toMatchObject({
      due: '2026-12-21',
      dueAt: '2026-12-21T17:00:00.000Z',
    });
  });

  test('5 clear working days is one more', () => {
    const counted = noticeLatestSend(day('2026-12-30'), 5, calendar, { clearDays: true });
    expect(counted.due).toBe('2026-12-18');
    expect(counted.because.map(({ text }) => text).slice(0, 2)).toEqual([
      '5 clear working days before Wed 30 Dec 2026.',
      'Neither the day of sending nor the day of the meeting counts.',
    ]);
  });

  test('sent on a Wednesday, 5 working days lead to the Wednesday after', () => {
    expect(earliestWithNotice(at('2026-11-18T12:00:00Z'), 5, calendar).due).toBe('2026-11-25');
    expect(earliestWithNotice(at('2026-11-18T12:00:00Z'), 5, calendar, { clearDays: true }).due).toBe('2026-11-26');
  });

  test('an invite of Fri 18 Dec 2026, 17:30 counts as sent Mon 21 Dec, and the first Wednesday is 30 Dec', () => {
    const counted = earliestWithNotice(at('2026-12-18T17:30:00Z'), 5, calendar, { weekday: 'Wednesday' });
    expect(counted.due).toBe('2026-12-30');
    const texts = counted.because.map(({ text }) => text);
    expect(texts[0]).toBe('Fri 18 Dec 2026, 17:30 is after 17:00: counts as sent Mon 21 Dec.');
    expect(texts.at(-1)).toBe('The first Wednesday on or after that is Wed 30 Dec 2026.');
  });

  test('both are told: the earliest day, and the first preferred weekday on or after it', () => {
    const found = earliestMeeting(at('2026-12-17T10:00:00Z'), 5, calendar, 'Wednesday');
    expect([found.earliest.due, found.preferred?.due]).toEqual(['2026-12-24', '2026-12-30']);
    expect(earliestMeeting(at('2026-12-17T10:00:00Z'), 5, calendar).preferred).toBeUndefined();
    // WD-23: after 17:00 on the Friday it counts as sent on the Monday.
    const late = earliestMeeting(at('2026-12-18T17:30:00Z'), 5, calendar, 'Wednesday');
    expect([late.earliest.due, late.preferred?.due]).toEqual(['2026-12-30', '2026-12-30']);
  });

  test('at 17:00 it is still sent that day, a second later it is not', () => {
    expect(earliestWithNotice(at('2026-11-18T17:00:00Z'), 1, calendar).due).toBe('2026-11-19');
    expect(earliestWithNotice(at('2026-11-18T17:00:01Z'), 1, calendar).due).toBe('2026-11-20');
  });

  test('sent on a bank holiday it counts as sent on the next working day', () => {
    expect(earliestWithNotice(at('2026-12-25T10:00:00Z'), 1, calendar).due).toBe('2026-12-30');
  });

  test('a weekday that is a bank holiday gives way to the week after, and the reason names it', () => {
    const counted = earliestWithNotice(at('2026-12-14T10:00:00Z'), 5, calendar, { weekday: 'Friday' });
    expect(counted.due).toBe('2027-01-08');
    expect(counted.because.map(({ text }) => text)).toEqual(
      expect.arrayContaining(['Skipped: Christmas Day (Fri 25 Dec).', "Skipped: New Year's Day (Fri 1 Jan)."]),
    );
  });

  test('in calendar days, what would have to go on a day off must go on the working day before', () => {
    expect(noticeLatestSend(day('2026-12-30'), { n: 5, unit: 'days' }, calendar)).toMatchObject({
      due: '2026-12-24',
      dueAt: '2026-12-24T17:00:00.000Z',
    });
    expect(earliestWithNotice(at('2026-12-21T10:00:00Z'), { n: 5, unit: 'days' }, calendar).due).toBe('2026-12-29');
  });

  test('0 hours of notice is any moment before the meeting begins', () => {
    expect(noticeLatestSend(at('2027-01-20T10:00:00Z'), { n: 0, unit: 'hours' }, calendar).dueAt).toBe(
      '2027-01-20T10:00:00.000Z',
    );
  });

  test('both directions agree: what is sent at the latest moment allows that day, and a second later it does not', () => {
    const first = dayNumber(day('2026-01-01'));
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 700 }),
        fc.integer({ min: 0, max: 20 }),
        fc.boolean(),
        (offset, n, clearDays) => {
          const meeting = calendar.firstWorkingDayOnOrAfter(dayFromNumber(first + offset));
          const latest = noticeLatestSend(meeting, n, calendar, { clearDays });
          expect(earliestWithNotice(latest.dueAt, n, calendar, { clearDays }).due).toBe(meeting);
          const late = instantAt(latest.due, '17:01');
          expect(earliestWithNotice(late, n, calendar, { clearDays }).due > meeting).toBe(true);
        },
      ),
    );
  });
});
