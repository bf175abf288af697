import fc from 'fast-check';
import { DateTime } from 'luxon';
import { loadCalendar } from '../../src/adapters/holidays.ts';
import type { Attendee, BusyTime } from '../../src/domain/slots/diary.ts';
import { findSlots, type SlotSearch } from '../../src/domain/slots/find-slots.ts';
import { firstFree } from '../../src/domain/slots/first-free.ts';
import { addDays } from '../../src/domain/time/day-number.ts';
import {
  type Instant,
  instantAt,
  instantFromMilliseconds,
  millisecondsOf,
  parseDay,
  parseInstant,
  writeInstant,
} from '../../src/domain/time/instant.ts';

const calendar = loadCalendar();
const at = parseInstant;

function person(id: string, ...busy: readonly [from: string, to: string, kind?: BusyTime['kind']][]): Attendee {
  return {
    id,
    required: true,
    busy: busy.map(([from, to, kind]) => ({ start: at(from), end: at(to), kind: kind ?? 'busy' })),
  };
}

const anHour = { durationMinutes: 60, bufferMinutes: 0, calendar };

describe('finding a time', () => {
  test('the earliest comes first, on the half hour, inside office hours', () => {
    const { slots } = findSlots({
      ...anHour,
      people: [
        person('worker', ['2026-12-21T08:00', '2026-12-21T09:45']),
        person('manager', ['2026-12-21T10:30', '2026-12-21T16:30']),
      ],
      window: { from: at('2026-12-21T00:00'), to: at('2026-12-22T17:00') },
      most: 2,
    });
    expect(slots.map(({ start }) => writeInstant(start))).toEqual(['Tue 22 Dec 2026, 08:30', 'Tue 22 Dec 2026, 09:00']);
    expect(slots[0]?.why).toEqual(['The first time you are both free.', 'The last day of the limit.']);
  });

  test('weekends, bank holidays and closure days are passed over', () => {
    const closing = loadCalendar({ closures: [{ day: '2026-12-29', name: 'Christmas closure' }] });
    const search: SlotSearch = {
      ...anHour,
      people: [person('worker')],
      window: { from: at('2026-12-24T16:30'), to: at('2026-12-31T17:00') },
      most: 1,
    };
    expect(findSlots(search).slots[0]?.start).toBe('2026-12-29T08:30:00.000Z');
    expect(findSlots({ ...search, calendar: closing }).slots[0]?.start).toBe('2026-12-30T08:30:00.000Z');
  });

  test('the whole meeting lies inside the limit', () => {
    const search = {
      ...anHour,
      people: [person('worker')],
      window: { from: at('2026-12-22T15:10'), to: at('2026-12-22T16:45') },
    };
    expect(findSlots(search).slots.map(({ start }) => start)).toEqual(['2026-12-22T15:30:00.000Z']);
  });

  test('a buffer keeps the time to travel free on both sides', () => {
    const { slots } = findSlots({
      ...anHour,
      bufferMinutes: 30,
      people: [person('worker', ['2026-12-22T08:30', '2026-12-22T10:00'], ['2026-12-22T12:00', '2026-12-22T17:00'])],
      window: { from: at('2026-12-22T08:00'), to: at('2026-12-22T17:00') },
    });
    expect(slots.map(({ start }) => start)).toEqual(['2026-12-22T10:30:00.000Z']);
  });

  test('a person keeps their own working hours', () => {
    const partTime: Attendee = { ...person('worker'), workingHours: { from: '09:15', to: '14:00', days: [2] } };
    const { slots } = findSlots({
      ...anHour,
      people: [partTime],
      window: { from: at('2026-12-21T00:00'), to: at('2026-12-23T17:00') },
    });
    expect(slots.at(0)?.start).toBe('2026-12-22T09:30:00.000Z');
    expect(slots.at(-1)?.end).toBe('2026-12-22T14:00:00.000Z');
  });

  test('a tentative entry takes the time unless the search says otherwise', () => {
    const search: SlotSearch = {
      ...anHour,
      people: [person('worker', ['2026-12-22T08:30', '2026-12-22T12:00', 'tentative'])],
      window: { from: at('2026-12-22T08:00'), to: at('2026-12-22T17:00') },
      most: 1,
    };
    expect(findSlots(search).slots[0]?.start).toBe('2026-12-22T12:00:00.000Z');
    expect(findSlots({ ...search, tentativeBlocks: false }).slots[0]?.start).toBe('2026-12-22T08:30:00.000Z');
  });

  test('somebody who need not come rules nothing out, and is counted, not named', () => {
    const { slots } = findSlots({
      ...anHour,
      people: [person('worker'), { ...person('trainee', ['2026-12-22T08:30', '2026-12-22T17:00']), required: false }],
      window: { from: at('2026-12-22T08:00'), to: at('2026-12-22T17:00') },
      most: 1,
    });
    expect(slots[0]?.start).toBe('2026-12-22T08:30:00.000Z');
    expect(slots[0]?.why).toContain('1 person who may come cannot.');
    expect(JSON.stringify(slots)).not.toContain('trainee');
  });

  test('three times on three days, on a weekday and at times of the asker’s choosing', () => {
    const choice = findSlots({
      ...anHour,
      people: [person('worker')],
      window: { from: at('2026-12-29T08:00'), to: at('2027-01-05T17:00') },
      most: 3,
      mostADay: 1,
    });
    expect(choice.slots.map(({ start }) => start.slice(0, 10))).toEqual(['2026-12-29', '2026-12-30', '2026-12-31']);
    const wednesday = findSlots({
      ...anHour,
      people: [person('worker')],
      window: { from: at('2026-12-29T08:00'), to: at('2027-01-15T17:00') },
      weekday: 'Wednesday',
      fixedTimes: ['14:00', '10:00'],
      most: 3,
    });
    expect(wednesday.slots.map(({ start }) => writeInstant(start))).toEqual([
      'Wed 30 Dec 2026, 10:00',
      'Wed 30 Dec 2026, 14:00',
      'Wed 6 Jan 2027, 10:00',
    ]);
  });

  test('where a day has none, it says who, and busy or away, with the weightiest of that day', () => {
    const { slots, blockers } = findSlots({
      ...anHour,
      people: [
        person('worker', ['2026-12-22T08:00', '2026-12-22T12:00'], ['2026-12-22T12:00', '2026-12-22T18:00', 'away']),
        person('manager', ['2026-12-22T09:00', '2026-12-22T10:00']),
      ],
      window: { from: at('2026-12-22T08:00'), to: at('2026-12-22T17:00') },
    });
    expect(slots).toEqual([]);
    expect(blockers.map(({ who, kind }) => [who, kind])).toEqual([
      ['worker', 'away'],
      ['manager', 'busy'],
    ]);
  });
});

describe('the first offered date on which both are free', () => {
  const offered = ['2026-12-31T14:00', '2026-12-30T10:00', '2027-01-04T10:00'].map(at);

  test('is the earliest that suits, whatever the order offered', () => {
    const found = firstFree({ ...anHour, offered, people: [person('social worker'), person('family worker')] });
    expect(found).toEqual({
      slot: {
        start: '2026-12-30T10:00:00.000Z',
        end: '2026-12-30T11:00:00.000Z',
        why: ['The first date offered on which you are both free.'],
      },
      blockers: [],
    });
  });

  test('when none fits, each date says who is busy or away, and never with what', () => {
    const found = firstFree({
      ...anHour,
      offered,
      people: [
        person('social worker', ['2027-01-04T09:00', '2027-01-04T12:00']),
        person(
          'family worker',
          ['2026-12-30T00:00', '2026-12-31T00:00', 'away'],
          ['2026-12-31T14:30', '2026-12-31T15:00'],
        ),
      ],
    });
    expect(found.slot).toBeUndefined();
    expect(found.blockers).toEqual([
      { start: '2026-12-30T10:00:00.000Z', end: '2026-12-30T11:00:00.000Z', who: 'family worker', kind: 'away' },
      { start: '2026-12-31T14:00:00.000Z', end: '2026-12-31T15:00:00.000Z', who: 'family worker', kind: 'busy' },
      { start: '2027-01-04T10:00:00.000Z', end: '2027-01-04T11:00:00.000Z', who: 'social worker', kind: 'busy' },
    ]);
  });

  test('an offer on a bank holiday or in the evening suits nobody', () => {
    const found = firstFree({
      ...anHour,
      offered: ['2026-12-28T10:00', '2026-12-29T16:30'].map(at),
      people: [person('worker')],
    });
    expect(found.blockers.map(({ kind }) => kind)).toEqual(['outside-hours', 'outside-hours']);
  });
});

describe('against trying every time one by one', () => {
  const FIVE_MINUTES = 300_000;
  const clockTime = (minutes: number) =>
    `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

  /** Five minutes by five minutes, by the zone library, sharing nothing with the search but the calendar. */
  function suits(start: number, end: number, search: SlotSearch): boolean {
    const buffer = search.bufferMinutes * 60_000;
    const from = DateTime.fromMillis(start, { zone: 'Europe/London' });
    const to = DateTime.fromMillis(end, { zone: 'Europe/London' });
    for (const { required, busy, workingHours } of search.people) {
      if (!required) continue;
      const hours = workingHours ?? { from: '08:30', to: '17:00', days: [1, 2, 3, 4, 5] };
      if (from.toISODate() !== to.toISODate() || !hours.days.includes(from.weekday)) return false;
      if (from.toFormat('HH:mm') < hours.from || to.toFormat('HH:mm') > hours.to) return false;
      for (const entry of busy) {
        if (entry.kind === 'tentative' && search.tentativeBlocks === false) continue;
        const [opens, closes] = [Date.parse(entry.start), Date.parse(entry.end)];
        for (let moment = start - buffer; moment < end + buffer; moment += FIVE_MINUTES) {
          if (moment >= opens && moment < closes) return false;
        }
      }
    }
    return true;
  }

  const fives = (min: number, max: number) => fc.integer({ min: min / 5, max: max / 5 }).map((each) => each * 5);

  const arbitrarySearch = fc
    .record({
      // Ordinary weeks, Christmas, Easter, and the weeks around both clock changes.
      day: fc.constantFrom('2026-11-16', '2026-12-22', '2027-03-25', '2027-03-27', '2026-10-23', '2026-07-01'),
      length: fc.integer({ min: 1, max: 5 }),
      opens: fives(0, 18 * 60),
      closes: fives(7 * 60, 23 * 60),
      durationMinutes: fives(5, 180),
      bufferMinutes: fives(0, 60),
      stepMinutes: fc.constantFrom(15, 30, 45, 60),
      tentativeBlocks: fc.boolean(),
      fixedTimes: fc.option(fc.array(fives(6 * 60, 20 * 60), { minLength: 1, maxLength: 4 }), {
        nil: undefined,
        freq: 4,
      }),
      people: fc.array(
        fc.record({
          required: fc.boolean(),
          hours: fc.option(fc.record({ from: fives(6 * 60, 11 * 60), to: fives(13 * 60, 20 * 60) }), {
            nil: undefined,
          }),
          days: fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 3 }),
          busy: fc.array(
            fc.record({
              after: fives(0, 6 * 1_440),
              length: fc.oneof(fives(0, 180), fives(0, 2 * 1_440)),
              kind: fc.constantFrom<BusyTime['kind']>('busy', 'tentative', 'away'),
            }),
            { maxLength: 8 },
          ),
        }),
        { minLength: 1, maxLength: 4 },
      ),
    })
    .map(({ day, length, opens, closes, people, fixedTimes, ...rest }): SlotSearch => {
      const first = parseDay(day);
      const midnight = millisecondsOf(instantAt(first, '00:00'));
      return {
        ...rest,
        calendar,
        fixedTimes: fixedTimes?.map(clockTime),
        window: { from: instantAt(first, clockTime(opens)), to: instantAt(addDays(first, length), clockTime(closes)) },
        people: people.map(({ required, hours, days, busy }, index) => ({
          id: `person ${index}`,
          required,
          workingHours: hours && { from: clockTime(hours.from), to: clockTime(hours.to), days },
          busy: busy.map(({ after, length: minutes, kind }) => ({
            start: instantFromMilliseconds(midnight + after * 60_000),
            end: instantFromMilliseconds(midnight + (after + minutes) * 60_000),
            kind,
          })),
        })),
      };
    });

  function everyTime(search: SlotSearch): Instant[] {
    const window = search.window as { from: Instant; to: Instant };
    const found: Instant[] = [];
    const last = DateTime.fromISO(window.to, { zone: 'Europe/London' });
    let day = DateTime.fromISO(window.from, { zone: 'Europe/London' }).startOf('day');
    for (; day <= last; day = day.plus({ days: 1 })) {
      if (!calendar.isWorkingDay(parseDay(day.toISODate() as string))) continue;
      for (let minutes = 0; minutes < 1_440; minutes += 5) {
        const fixed = search.fixedTimes?.includes(clockTime(minutes));
        const step = search.stepMinutes ?? 30;
        const onGrid = minutes >= 510 && (minutes - 510) % step === 0 && minutes + search.durationMinutes <= 1_020;
        if (!(fixed ?? onGrid)) continue;
        const start = day.set({ hour: Math.floor(minutes / 60), minute: minutes % 60 }).toMillis();
        const end = start + search.durationMinutes * 60_000;
        if (start < Date.parse(window.from) || end > Date.parse(window.to)) continue;
        if (suits(start, end, search)) found.push(instantFromMilliseconds(start));
      }
    }
    return found;
  }

  test('over some thousand made-up diaries, the same times are found, in order', () => {
    let withSome = 0;
    let withNone = 0;
    fc.assert(
      fc.property(arbitrarySearch, (search) => {
        const { slots, blockers } = findSlots(search);
        const expected = everyTime(search);
        expect(slots.map(({ start }) => start)).toEqual(expected);
        if (expected.length > 0) withSome += 1;
        else withNone += 1;
        for (const { who } of blockers) expect(search.people.find(({ id }) => id === who)?.required).toBe(true);

        const offered = firstFree({ ...search, offered: [...expected].reverse() });
        expect(offered.slot?.start).toBe(expected[0]);
      }),
      { numRuns: 1_500 },
    );
    // Both answers were really met.
    expect(Math.min(withSome, withNone)).toBeGreaterThan(100);
  }, 30_000);
});
