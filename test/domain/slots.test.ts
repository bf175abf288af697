import { loadCalendar } from '../../src/adapters/holidays.ts';
import type { Attendee, BusyTime } from '../../src/domain/slots/diary.ts';
import { findSlots, type SlotSearch } from '../../src/domain/slots/find-slots.ts';
import { firstFree } from '../../src/domain/slots/first-free.ts';
import { parseDay, parseInstant, timeOf, writeInstant } from '../../src/domain/time/instant.ts';

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
      limit: parseDay('2026-12-22'),
      most: 2,
    });
    expect(slots.map(({ start }) => writeInstant(start))).toEqual(['Tue 22 Dec 2026, 08:30', 'Tue 22 Dec 2026, 09:00']);
    expect(slots[0]?.why).toEqual([
      'The first time inside the limit on which everybody required is free.',
      'The last day of the limit.',
    ]);
    expect(slots[1]?.why).toEqual(['The last day of the limit.']);
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

  test('the time that a meeting has already is not offered again', () => {
    const search: SlotSearch = {
      ...anHour,
      people: [person('worker')],
      window: { from: at('2026-12-22T08:30'), to: at('2026-12-22T10:00') },
      except: at('2026-12-22T08:30'),
    };
    expect(findSlots(search).slots.map(({ start }) => timeOf(start))).toEqual(['09:00']);
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

  test('without a limit none is spoken of, and a time with nothing else for it says that all are free', () => {
    const search: SlotSearch = {
      ...anHour,
      people: [person('worker'), person('manager')],
      window: { from: at('2026-12-22T08:00'), to: at('2026-12-23T17:00') },
      most: 2,
    };
    expect(findSlots(search).slots.map(({ why }) => why)).toEqual([
      ['The first time on which everybody required is free.'],
      ['Everybody required is free.'],
    ]);
    expect(findSlots({ ...search, people: [person('worker')] }).slots.map(({ why }) => why)).toEqual([
      ['The first time on which the diary is free.'],
      ['The diary is free.'],
    ]);
  });

  test('a limit on a day off ends on the working day before', () => {
    const { slots } = findSlots({
      ...anHour,
      people: [person('worker')],
      window: { from: at('2026-12-24T15:00'), to: at('2026-12-25T17:00') },
      limit: parseDay('2026-12-25'),
    });
    expect(slots.at(-1)).toMatchObject({
      start: '2026-12-24T16:00:00.000Z',
      why: ['The last day of the limit.'],
    });
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
    expect(blockers.map(({ who, kind, whole }) => [who, kind, whole])).toEqual([
      ['worker', 'away', true],
      ['manager', 'busy', false],
    ]);
  });

  test('who is in the way only at some times of a day is said with these times', () => {
    const { blockers } = findSlots({
      ...anHour,
      people: [
        person('worker', ['2026-12-22T08:30', '2026-12-22T10:00'], ['2026-12-22T14:00', '2026-12-22T17:00']),
        person('manager', ['2026-12-22T09:00', '2026-12-22T16:00']),
      ],
      window: { from: at('2026-12-22T08:00'), to: at('2026-12-22T17:00') },
    });
    const times = blockers.map(({ who, at: stretches = [] }) => [
      who,
      ...stretches.map(({ start, end }) => `${timeOf(start)} to ${timeOf(end)}`),
    ]);
    // A meeting of an hour that begins at 09:30 or 13:30 would still run into them.
    expect(times).toEqual([
      ['worker', '08:30 to 10:30', '13:30 to 17:00'],
      ['manager', '08:30 to 16:30'],
    ]);
  });
});

describe('what is rather had', () => {
  const week = { from: at('2026-12-14T00:00'), to: at('2026-12-18T17:00') };
  const starts = (search: SlotSearch) => findSlots(search).slots.map(({ start }) => writeInstant(start));
  const optional = (id: string, ...busy: Parameters<typeof person>[1][]): Attendee => ({
    ...person(id, ...busy),
    required: false,
  });

  test('on one day the time on which more of those who may come are free comes first, and the earliest is offered too', () => {
    const search: SlotSearch = {
      ...anHour,
      people: [
        person('worker'),
        optional('school', ['2026-12-14T08:00', '2026-12-14T11:00']),
        optional('nurse', ['2026-12-14T08:00', '2026-12-14T10:00'], ['2026-12-14T12:00', '2026-12-14T17:00']),
      ],
      window: week,
      most: 3,
      mostADay: 1,
    };
    const { slots } = findSlots(search);
    expect(slots.map(({ start, why }) => [writeInstant(start), ...why])).toEqual([
      ['Mon 14 Dec 2026, 11:00', 'Those who may come are free too.'],
      ['Mon 14 Dec 2026, 08:30', 'The first time on which the diary is free.', '2 people who may come cannot.'],
      ['Tue 15 Dec 2026, 08:30', 'Those who may come are free too.'],
    ]);
    // A choice of one is the earliest.
    expect(starts({ ...search, most: 1 })).toEqual(['Mon 14 Dec 2026, 08:30']);
  });

  test('a later day is never offered before an earlier one for the sake of those who may come', () => {
    const away = optional('school', ['2026-12-14T00:00', '2026-12-15T00:00', 'away']);
    expect(starts({ ...anHour, people: [person('worker'), away], window: week, most: 2, mostADay: 1 })).toEqual([
      'Mon 14 Dec 2026, 08:30',
      'Tue 15 Dec 2026, 08:30',
    ]);
  });

  test('the weekday that the protocol prefers comes first, and the earliest of any weekday is offered all the same', () => {
    const search: SlotSearch = {
      ...anHour,
      people: [person('worker')],
      window: { from: at('2026-12-14T00:00'), to: at('2026-12-24T17:00') },
      prefer: 'Wednesday',
      most: 3,
      mostADay: 1,
    };
    expect(findSlots(search).slots.map(({ start, why }) => [writeInstant(start), ...why])).toEqual([
      ['Wed 16 Dec 2026, 08:30', 'Wednesday, as the protocol prefers.'],
      ['Wed 23 Dec 2026, 08:30', 'Wednesday, as the protocol prefers.'],
      ['Mon 14 Dec 2026, 08:30', 'The first time on which the diary is free.', 'A Monday, not a Wednesday.'],
    ]);
  });

  test('where no such weekday suits, the others are offered rather than none; a fixed weekday is never left', () => {
    const noWednesday = person('worker', ['2026-12-16T00:00', '2026-12-17T00:00']);
    const search: SlotSearch = { ...anHour, people: [noWednesday], window: week, most: 1 };
    expect(starts({ ...search, prefer: 'Wednesday' })).toEqual(['Mon 14 Dec 2026, 08:30']);
    expect(starts({ ...search, weekday: 'Wednesday' })).toEqual([]);
  });

  test('where a child comes, times outside school come first, and times in school say so', () => {
    const schoolDay = { from: '09:00', to: '15:30' };
    const search: SlotSearch = { ...anHour, people: [person('worker')], window: week, schoolDay, mostADay: 1, most: 3 };
    expect(findSlots(search).slots.map(({ start, why }) => [writeInstant(start), ...why])).toEqual([
      ['Mon 14 Dec 2026, 15:30', 'The first time on which the diary is free.', 'Outside school time.'],
      ['Tue 15 Dec 2026, 15:30', 'Outside school time.'],
      ['Wed 16 Dec 2026, 15:30', 'Outside school time.'],
    ]);
    // Half an hour fits in before school.
    expect(starts({ ...search, durationMinutes: 30, most: 1 })).toEqual(['Mon 14 Dec 2026, 08:30']);

    const mornings: Attendee = { ...person('worker'), workingHours: { from: '08:30', to: '12:00', days: [1, 2] } };
    expect(
      findSlots({ ...search, people: [mornings] }).slots.map(({ start, why }) => [writeInstant(start), ...why]),
    ).toEqual([
      ['Mon 14 Dec 2026, 08:30', 'The first time on which the diary is free.', 'In school time.'],
      ['Tue 15 Dec 2026, 08:30', 'In school time.'],
    ]);
  });

  test('a slot has the first free room; without one it says so, and a time with a room comes first', () => {
    const [small, large] = [
      { id: 'small', busy: person('', ['2026-12-14T08:30', '2026-12-14T10:00']).busy },
      { id: 'large', busy: person('', ['2026-12-14T08:30', '2026-12-14T09:30']).busy },
    ];
    const search: SlotSearch = {
      ...anHour,
      people: [person('worker')],
      window: { from: at('2026-12-14T08:30'), to: at('2026-12-14T11:00') },
      rooms: [small, large].filter((room) => room !== undefined),
    };
    expect(findSlots(search).slots.map(({ start, room, why }) => [timeOf(start), room, ...why])).toEqual([
      ['09:30', 'large', 'The diary is free.'],
      ['10:00', 'small', 'The diary is free.'],
      ['08:30', undefined, 'The first time on which the diary is free.', 'No room is free: a Teams link instead.'],
      ['09:00', undefined, 'No room is free: a Teams link instead.'],
    ]);
  });

  test('the time to travel keeps nobody out of a room', () => {
    const [slot] = findSlots({
      ...anHour,
      bufferMinutes: 60,
      people: [person('worker')],
      window: { from: at('2026-12-14T10:00'), to: at('2026-12-14T11:00') },
      rooms: [
        {
          id: 'room',
          busy: person('', ['2026-12-14T09:00', '2026-12-14T10:00'], ['2026-12-14T11:00', '2026-12-14T12:00']).busy,
        },
      ],
    }).slots;
    expect(slot?.room).toBe('room');
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
