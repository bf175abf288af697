/**
 * The search for a time held against the plain way: every time of every day tried one by one on thousands of made-up diaries, minute by
 * minute in cells of five, with the zone library. Shares with the search only the list of days off.
 */
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { loadCalendar } from '../../src/adapters/holidays.ts';
import type { Attendee, BusyTime } from '../../src/domain/slots/diary.ts';
import { findSlots, type Slot, type SlotSearch } from '../../src/domain/slots/find-slots.ts';
import { firstFree } from '../../src/domain/slots/first-free.ts';
import { type Day, type Instant, parseDay } from '../../src/domain/time/instant.ts';

const CELL = 300_000;
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'] as const;
/** Ordinary weeks, Christmas, Easter, a closure, and the weeks around both clock changes. */
const FIRST_DAYS = ['2026-11-16', '2026-12-22', '2027-03-25', '2027-03-27', '2026-10-23', '2026-07-01'];
const CLOSED = '2026-07-03';
const calendar = loadCalendar({ closures: [{ day: CLOSED, name: 'Moving house' }] });

const clockTime = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
const iso = (milliseconds: number) => new Date(milliseconds).toISOString() as Instant;

const asked = new Map<string, number>();
/** Milliseconds at which London's clocks show that time, by the zone library. */
function london(day: string, minutes: number): number {
  const key = `${day} ${minutes}`;
  const known = asked.get(key);
  if (known !== undefined) return known;
  const [hour, minute] = [Math.floor(minutes / 60), minutes % 60];
  const found = DateTime.fromISO(day, { zone: 'Europe/London' })
    .plus({ days: Math.floor(hour / 24) })
    .set({ hour: hour % 24, minute })
    .toMillis();
  asked.set(key, found);
  return found;
}
const days = new Map<string, readonly string[]>();
function daysFrom(first: string, count: number): readonly string[] {
  const known = days.get(`${first} ${count}`);
  if (known) return known;
  const found = Array.from(
    { length: count },
    (_, n) => DateTime.fromISO(first).plus({ days: n }).toISODate() as string,
  );
  days.set(`${first} ${count}`, found);
  return found;
}
const weekdays = new Map<string, number>();
function weekdayNumberOf(day: string): number {
  const number = weekdays.get(day) ?? DateTime.fromISO(day).weekday;
  weekdays.set(day, number);
  return number;
}

// ---- made-up diaries ---------------------------------------------------------------------------------------------

const fives = (min: number, max: number) => fc.integer({ min: min / 5, max: max / 5 }).map((each) => each * 5);
const entries = fc.array(
  fc.record({
    after: fives(0, 6 * 1_440),
    length: fc.oneof(fives(0, 180), fives(0, 600), fives(0, 2 * 1_440)),
    kind: fc.constantFrom<BusyTime['kind']>('busy', 'tentative', 'away'),
  }),
  { maxLength: 9 },
);
const arbitrary = fc.record({
  first: fc.constantFrom(...FIRST_DAYS),
  length: fc.integer({ min: 1, max: 5 }),
  opens: fives(0, 18 * 60),
  closes: fives(7 * 60, 23 * 60),
  durationMinutes: fives(5, 180),
  bufferMinutes: fives(0, 60),
  stepMinutes: fc.constantFrom(15, 30, 45, 60),
  tentativeBlocks: fc.boolean(),
  limited: fc.boolean(),
  weekday: fc.option(fc.constantFrom(...WEEKDAYS), { nil: undefined, freq: 5 }),
  prefer: fc.option(fc.constantFrom(...WEEKDAYS), { nil: undefined }),
  school: fc.option(fc.record({ from: fives(8 * 60, 10 * 60), to: fives(14 * 60, 16 * 60) }), { nil: undefined }),
  fixedTimes: fc.option(fc.array(fives(6 * 60, 20 * 60), { minLength: 1, maxLength: 4 }), { nil: undefined, freq: 4 }),
  most: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
  mostADay: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  rooms: fc.option(fc.array(entries, { minLength: 1, maxLength: 3 }), { nil: undefined, freq: 2 }),
  people: fc.array(
    fc.record({
      required: fc.boolean(),
      hours: fc.option(fc.record({ from: fives(6 * 60, 11 * 60), to: fives(13 * 60, 20 * 60) }), { nil: undefined }),
      days: fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 3 }),
      busy: entries,
    }),
    { minLength: 1, maxLength: 4 },
  ),
});
type MadeUp = typeof arbitrary extends fc.Arbitrary<infer Made> ? Made : never;

function searchOf(made: MadeUp): SlotSearch {
  const midnight = london(made.first, 0);
  const last = daysFrom(made.first, made.length + 1).at(-1) as string;
  const busy = (list: MadeUp['people'][number]['busy']) =>
    list.map(({ after, length, kind }) => ({
      start: iso(midnight + after * 60_000),
      end: iso(midnight + (after + length) * 60_000),
      kind,
    }));
  return {
    calendar,
    durationMinutes: made.durationMinutes,
    bufferMinutes: made.bufferMinutes,
    stepMinutes: made.stepMinutes,
    tentativeBlocks: made.tentativeBlocks,
    weekday: made.weekday,
    prefer: made.prefer,
    most: made.most,
    mostADay: made.mostADay,
    limit: made.limited ? parseDay(last) : undefined,
    fixedTimes: made.fixedTimes?.map(clockTime),
    schoolDay: made.school && { from: clockTime(made.school.from), to: clockTime(made.school.to) },
    window: { from: iso(london(made.first, made.opens)), to: iso(london(last, made.closes)) },
    rooms: made.rooms?.map((taken, index) => ({ id: `room ${index}`, busy: busy(taken) })),
    people: made.people.map(
      ({ required, hours, days, busy: taken }, index): Attendee => ({
        id: `person ${index}`,
        required,
        workingHours: hours && { from: clockTime(hours.from), to: clockTime(hours.to), days },
        busy: busy(taken),
      }),
    ),
  };
}

// ---- one by one --------------------------------------------------------------------------------------------------

/** Of one time: who of those required is in the way and how, how many of the others are, which rooms are free. */
interface Judged {
  readonly start: number;
  readonly end: number;
  readonly day: string;
  readonly blocked: ReadonlyMap<string, string>;
  readonly missing: number;
  readonly rooms: readonly string[];
  readonly inSchool: boolean;
  readonly weekday: string;
}

const BEFORE = 1_440 * 60_000;

const cellOf = (at: number, midnight: number) => Math.round((at - midnight + BEFORE) / CELL);

/** What is in a diary, painted into cells of five minutes. */
function paint(busy: readonly BusyTime[], midnight: number, tentativeBlocks: boolean): Uint8Array {
  const cells = new Uint8Array((12 * 1_440) / 5);
  for (const { start, end, kind } of busy) {
    if (kind === 'tentative' && !tentativeBlocks) continue;
    const value = kind === 'away' ? 2 : 1;
    const last = cellOf(Date.parse(end), midnight);
    for (let cell = cellOf(Date.parse(start), midnight); cell < last; cell += 1)
      if ((cells[cell] ?? 0) < value) cells[cell] = value;
  }
  return cells;
}

function everyTime(made: MadeUp, search: SlotSearch): readonly Judged[] {
  const midnight = london(made.first, 0);
  const painted = search.people.map(({ busy }) => paint(busy, midnight, made.tentativeBlocks));
  const roomCells = search.rooms?.map(({ busy }) => paint(busy, midnight, made.tentativeBlocks)) ?? [];
  const worst = (cells: Uint8Array | undefined, from: number, to: number): number => {
    let found = 0;
    const last = cellOf(to, midnight);
    for (let cell = cellOf(from, midnight); cell < last; cell += 1) found = Math.max(found, cells?.[cell] ?? 0);
    return found;
  };
  const window = search.window as { from: Instant; to: Instant };
  const buffer = made.bufferMinutes * 60_000;
  const judged: Judged[] = [];
  for (const day of daysFrom(made.first, made.length + 1)) {
    const weekdayNumber = weekdayNumberOf(day);
    const weekday = WEEKDAYS[weekdayNumber - 1];
    if (weekday === undefined || calendar.holidayOn(day as Day) !== undefined) continue;
    if (made.weekday !== undefined && made.weekday !== weekday) continue;
    const grid: number[] = [];
    for (let minutes = 510; minutes + made.durationMinutes <= 1_020; minutes += made.stepMinutes) grid.push(minutes);
    const minutesTried = made.fixedTimes ? [...new Set(made.fixedTimes)].sort((a, b) => a - b) : grid;
    for (const minutes of minutesTried) {
      const start = london(day, minutes);
      const end = start + made.durationMinutes * 60_000;
      if (start < Date.parse(window.from) || end > Date.parse(window.to)) continue;
      const until = minutes + made.durationMinutes;
      const blocked = new Map<string, string>();
      let missing = 0;
      search.people.forEach(({ id, required }, index) => {
        const of = made.people[index] as MadeUp['people'][number];
        const hours = of.hours ?? { from: 510, to: 1_020 };
        const days = of.hours ? of.days : [1, 2, 3, 4, 5];
        const taken = worst(painted[index], start - buffer, end + buffer);
        const works = days.includes(weekdayNumber) && minutes >= hours.from && until <= hours.to;
        const kind = taken === 2 ? 'away' : taken === 1 ? 'busy' : works ? undefined : 'outside-hours';
        if (kind === undefined) return;
        if (required) blocked.set(id, kind);
        else missing += 1;
      });
      judged.push({
        ...{ start, end, day, blocked, missing, weekday },
        rooms: roomCells.flatMap((cells, index) => (worst(cells, start, end) === 0 ? [`room ${index}`] : [])),
        inSchool: made.school !== undefined && minutes < made.school.to && until > made.school.from,
      });
    }
  }
  return judged;
}

// ---- held against each other -------------------------------------------------------------------------------------

const RUNS = 3_000;
const saysFirst = ({ why }: Slot) => why.some((each) => each.startsWith('The first time'));
const met = { some: 0, none: 0, school: 0, noRoom: 0, forced: 0, few: 0 };

function holdAgainst(made: MadeUp): void {
  const search = searchOf(made);
  const { slots, blockers } = findSlots(search);
  const tried = everyTime(made, search);
  const lawful = tried.filter(({ blocked }) => blocked.size === 0);
  const outside = lawful.filter(({ inSchool }) => !inSchool);
  const [earliest] = outside.length > 0 ? outside : lawful;
  const { most = Infinity, mostADay = Infinity } = made;

  // Nothing unlawful, nothing twice; and a choice is as large as it may be.
  const found = slots.map(({ start }) => lawful.find((each) => iso(each.start) === start));
  expect(found).not.toContain(undefined);
  expect(new Set(found).size).toBe(found.length);
  if (made.most === undefined && made.mostADay === undefined) expect(slots.length).toBe(lawful.length);
  expect(slots.length).toBeLessThanOrEqual(most);
  const perDay = new Map<string, number>();
  for (const each of lawful) perDay.set(each.day, Math.min((perDay.get(each.day) ?? 0) + 1, mostADay));
  const possible = [...perDay.values()].reduce((sum, each) => sum + each, 0);
  expect(slots.length).toBeGreaterThanOrEqual(Math.min(most, possible));

  // The earliest is there, alone says so, and a limit is spoken of only where there is one.
  const first = slots.filter(saysFirst);
  expect(first.map(({ start }) => start)).toEqual(earliest ? [iso(earliest.start)] : []);
  for (const { why } of first) expect(why[0]?.includes('inside the limit')).toBe(made.limited);

  // In the order promised, and what is left out is no better than what is shown, the earliest apart.
  const rank = (each: Judged): readonly (number | string)[] => [
    Number(each.inSchool),
    Number(made.prefer !== undefined && each.weekday !== made.prefer),
    each.day,
    each.missing,
    Number(made.rooms !== undefined && each.rooms.length === 0),
    each.start,
  ];
  const better = (one: Judged, other: Judged): boolean => {
    const [ofOne, ofOther] = [rank(one), rank(other)];
    const at = ofOne.findIndex((value, index) => value !== ofOther[index]);
    return at >= 0 && (ofOne[at] as number) < (ofOther[at] as number);
  };
  const shown = found.filter((each) => each !== undefined);
  for (const [index, each] of shown.entries()) {
    const next = shown[index + 1];
    if (next && !better(each, next)) throw new Error(`${iso(next.start)} comes before ${iso(each.start)}.`);
  }
  const best = lawful.reduce<Judged | undefined>((top, each) => (top && !better(each, top) ? top : each), undefined);
  if (best && most > 1) expect(shown[0]).toBe(best);
  for (const day of new Set(shown.map((each) => each.day))) {
    const own = shown.filter((each) => each.day === day && each !== earliest);
    const left = lawful.filter((each) => each.day === day && each !== earliest && !shown.includes(each));
    const wrong = left.find((other) => own.some((one) => better(other, one)));
    if (wrong) throw new Error(`${iso(wrong.start)} is left out for a worse one.`);
    expect(own.length).toBeLessThanOrEqual(mostADay);
  }

  // What is said of each.
  const said = (each: Judged): Record<string, unknown> => ({
    room: made.rooms && each.rooms[0],
    'No room is free: a Teams link instead.': made.rooms !== undefined && each.rooms.length === 0,
    'In school time.': each.inSchool,
    [`${each.weekday}, as the protocol prefers.`]: each.weekday === made.prefer,
    'who may come cannot': each.missing > 0,
  });
  for (const [index, each] of shown.entries()) {
    const { why, room } = slots[index] as Slot;
    const wrong = Object.entries(said(each)).find(([words, wanted]) =>
      words === 'room' ? room !== wanted : why.some((text) => text.includes(words)) !== wanted,
    );
    if (wrong || why.length === 0)
      throw new Error(`${iso(each.start)}, ${room}: ${why.join(' ')} Wrong: ${wrong?.[0]}`);
  }

  // Where a day has no time, whoever is in the way is named, at exactly the times tried; nobody who is not, and only required people.
  const withSlot = new Set(lawful.map(({ day }) => day));
  const searched = new Set(blockers.map(({ start }) => tried.find((each) => iso(each.start) === start)?.day));
  for (const time of tried) {
    if (withSlot.has(time.day)) {
      expect(searched.has(time.day)).toBe(false);
      continue;
    }
    // After the last time that is shown nothing has to be looked at.
    if (lawful.some(({ day }) => day < time.day) && !searched.has(time.day)) continue;
    const named = blockers.filter(({ at = [] }) =>
      at.some(({ start, end }) => Date.parse(start) <= time.start && time.end <= Date.parse(end)),
    );
    const who = named.map((each) => each.who).sort();
    if (who.join() !== [...time.blocked.keys()].sort().join())
      throw new Error(`${iso(time.start)}: ${who.join()} named, ${[...time.blocked.keys()].join()} in the way.`);
    for (const each of named) {
      const kinds = tried.filter(({ day }) => day === time.day).flatMap(({ blocked }) => blocked.get(each.who) ?? []);
      const weightiest = ['away', 'busy', 'outside-hours'].find((kind) => kinds.includes(kind));
      if (each.kind !== weightiest) throw new Error(`${each.who} is ${weightiest} that day, not ${each.kind}.`);
    }
  }

  // Out of dates that were offered the first that suits is taken.
  const offered = firstFree({ ...search, offered: tried.map(({ start }) => iso(start)).reverse() });
  expect(offered.slot?.start).toBe(lawful[0] && iso(lawful[0].start));

  met[lawful.length > 0 ? 'some' : 'none'] += 1;
  if (shown.some(({ inSchool }) => inSchool)) met.school += 1;
  if (slots.some(({ room }) => made.rooms && room === undefined)) met.noRoom += 1;
  if (earliest && best && earliest !== best) met.forced += 1;
  if (slots.length < lawful.length) met.few += 1;
}

test(`on ${RUNS.toLocaleString('en')} made-up diaries the earliest lawful time is always found, or whoever is in the way of each is named`, () => {
  fc.assert(fc.property(arbitrary, holdAgainst), { numRuns: RUNS, seed: 20_261_217 });
  // Every kind of answer was really met.
  for (const count of Object.values(met)) expect(count).toBeGreaterThan(30);
}, 60_000);

test('the days of the made-up diaries hold what is worth trying: bank holidays, a closure day and both clock changes', () => {
  const all = FIRST_DAYS.flatMap((first) => daysFrom(first, 6));
  const off = all.filter((day) => calendar.holidayOn(day as Day));
  expect(off).toEqual(expect.arrayContaining([CLOSED, '2026-12-25', '2027-03-26', '2027-03-29']));
  const hours = (day: string) => (london(day, 22 * 60) - london(day, 0)) / 3_600_000;
  expect(all.filter((day) => hours(day) !== 22).sort()).toEqual(['2026-10-25', '2027-03-28', '2027-03-28']);
});
