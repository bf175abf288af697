/** The search for a time on real diaries: whom it looks at, in how many calls, what it offers and what it says where it has nothing to offer. */

import type { CaseSheet } from '../../src/application/sheet.ts';
import { timesFor } from '../../src/application/times.ts';
import type { MeetStep } from '../../src/domain/protocol/types.ts';
import { addHours, dayOf, timeOf, writeInstant } from '../../src/domain/time/instant.ts';
import { nameTeam, press, record, refer } from './story.ts';
import { london, openWorld, type TestWorld } from './world.ts';

const ROOMS = ['meeting.room.1@camden.example', 'meeting.room.2@camden.example'];

let at: TestWorld;
let sheet: CaseSheet;
/** Thu 17 Dec 2026, 16:20: a consultation of Grace, whose team it is, with Amara is owed by Thu 24 Dec. */
beforeEach(async () => {
  at = await openWorld();
  const { case: opened } = await refer(at);
  sheet = await nameTeam(at, opened.id);
  await at.calls();
});
afterEach(() => at.close());

/** The same case, had the protocol asked for something else. */
function withStep(change: Partial<MeetStep>, id = 'consultation'): CaseSheet {
  const step = { ...(sheet.protocol.steps[id] as MeetStep), ...change };
  return { ...sheet, protocol: { ...sheet.protocol, steps: { ...sheet.protocol.steps, [id]: step } } };
}
const search = (of: CaseSheet = sheet, more = false, id = 'consultation') => timesFor(at.world, of, id, more);
/** Of each look into diaries: whose. */
async function looks(): Promise<(readonly string[])[]> {
  const calls = await at.calls();
  expect(calls.every(({ path }) => path.endsWith('/calendar/getSchedule'))).toBe(true);
  return calls.map(({ requestBody }) => (requestBody as { schedules: string[] }).schedules);
}
async function busy(mailbox: string, from: string, to: string): Promise<void> {
  await at.outlook('POST', `/users/${mailbox}/events`, {
    subject: 'Something private',
    start: { dateTime: from, timeZone: 'UTC' },
    end: { dateTime: to, timeZone: 'UTC' },
  });
}

test('a search makes one call, for both who must come', async () => {
  const { times, limit } = await search();
  expect(limit).toBe('2026-12-24');
  expect(times.map(({ start, why }) => [writeInstant(start), ...why])).toEqual([
    ['Fri 18 Dec 2026, 09:00', 'The first time inside the limit on which everybody required is free.'],
    ['Mon 21 Dec 2026, 11:00', 'Everybody required is free.'],
    ['Tue 22 Dec 2026, 10:30', 'Everybody required is free.'],
  ]);
  expect(await looks()).toEqual([['grace.adeyemi@camden.example', 'amara.okafor@camden.example']]);
});

test('a booking takes two calls: one looks into the diaries, one creates the event', async () => {
  const { times } = await search();
  await press(at, 'Grace', sheet.case.id, record('consultation', 'booking', { start: times[0]?.start ?? '' }));
  const changes = (await at.calls()).filter(({ method }) => method !== 'GET');
  expect(changes.map(({ method, path }) => `${method} ${path.split('/').slice(3).join('/')}`)).toEqual([
    'POST calendar/getSchedule',
    'POST events',
  ]);
});

test('a meeting that is moved may overlap the time that it has, and is not offered that one again', async () => {
  const start = london('2026-12-18', '12:00');
  await press(at, 'Grace', sheet.case.id, record('consultation', 'booking', { start }));
  const booked = (await at.stepwise.sheet(sheet.case.id)) as CaseSheet;
  expect(booked.status.steps.consultation?.booking).toMatchObject({ start, state: 'booked' });
  const narrow = { ...booked, now: london('2026-12-18', '11:00') };
  const { times } = await search(narrow, true);
  expect(times.slice(0, 2).map((time) => writeInstant(time.start))).toEqual([
    'Fri 18 Dec 2026, 11:30',
    'Fri 18 Dec 2026, 12:30',
  ]);
});

test('those who may come and the rooms are read in the same call', async () => {
  await search(withStep({ mayCome: ['role/front-door-manager'], room: true }));
  const [asked, ...more] = await looks();
  expect(more).toEqual([]);
  expect(asked).toHaveLength(5);
  expect(asked).toEqual(
    expect.arrayContaining(['grace.adeyemi@camden.example', 'dawn.ellery@camden.example', ...ROOMS]),
  );
});

test('more than twenty diaries take as few calls as there are twenties', async () => {
  const rooms = Array.from({ length: 25 }, (_, n) => ({ name: `Room ${n}`, mail: `room.${n}@camden.example` }));
  at.replace({ directory: { ...at.world.directory, rooms: () => rooms } });
  await search(withStep({ room: true }));
  expect((await looks()).map((asked) => asked.length)).toEqual([20, 7]);
});

test('of a limit that is months away sixty days are read at once, and the rest only where these have no time', async () => {
  const due = { due: '2027-03-31', dueAt: london('2027-03-31', '17:00') } as never;
  const deadlines = sheet.status.deadlines.map((each) =>
    each.step === 'consultation' ? { ...each, ...(due as object) } : each,
  );
  const far = { ...sheet, status: { ...sheet.status, deadlines } } as CaseSheet;
  expect((await search(far)).times).toHaveLength(3);
  expect(await looks()).toHaveLength(1);

  await at.away('Grace Adeyemi', london('2026-12-17', '00:00'), london('2027-03-08', '00:00'));
  await at.calls();
  const { times, blockers } = await search(far);
  expect(times[0] && dayOf(times[0].start)).toBe('2027-03-08');
  expect(times[0]?.why[0]).toBe('The first time inside the limit on which everybody required is free.');
  expect(blockers[0]).toMatchObject({ kind: 'away', whole: true, person: { name: 'Grace Adeyemi' } });
  expect(await looks()).toHaveLength(2);
});

test('before the worker is named no times are offered for half of the people, and no diary is read', async () => {
  const visit = await search(sheet, true, 'joint-visit');
  expect(visit).toMatchObject({ times: [], waitsFor: ['family-worker'], diariesUnread: false });
  expect(await looks()).toEqual([]);
});

test('whoever has no visible diary keeps nobody from a time, and is to be asked', async () => {
  const [amara] = sheet.holders['social-worker'] ?? [];
  const elsewhere = { ...amara, mail: 'amara@elsewhere.example' } as NonNullable<typeof amara>;
  const far = { ...sheet, holders: { ...sheet.holders, 'social-worker': [elsewhere] } };
  const { times, unseen, diariesUnread } = await search(far);
  expect(unseen).toEqual([{ person: elsewhere, role: 'social-worker' }]);
  expect(diariesUnread).toBe(false);
  // Amara's own meeting on Monday from 09:30 is not seen; Grace's diary still counts.
  expect(times.map(({ start }) => writeInstant(start))).toContain('Mon 21 Dec 2026, 09:00');
  expect(await looks()).toHaveLength(1);
});

test('the family and professionals outside are to be asked; of a role that nobody inside holds, that role', async () => {
  const { unseen } = await search(withStep({ with: ['role/eh-team-manager', 'family', 'network'] }));
  expect(unseen).toEqual([{ target: 'family' }, { target: 'network' }]);
  const { council } = sheet.protocol;
  const school = { ...council.roles['social-worker'], name: 'head teacher', held: 'named', outside: true } as const;
  const outside = withStep({ with: ['role/eh-team-manager', 'role/school'] });
  const roles = { ...council.roles, school };
  expect(
    (await search({ ...outside, protocol: { ...outside.protocol, council: { ...council, roles } } })).unseen,
  ).toEqual([{ role: 'school' }]);
});

test('where no diary can be read, times are those of the office hours, and it is said', async () => {
  const nobody = Object.fromEntries(
    Object.entries(sheet.holders).map(([role, people]) => [
      role,
      people.map((each) => ({ ...each, mail: `x.${each.mail}` })),
    ]),
  );
  const { times, unseen, diariesUnread } = await search({ ...sheet, holders: nobody });
  expect(diariesUnread).toBe(true);
  expect(unseen).toBeUndefined();
  expect(times.map(({ start }) => timeOf(start))).toEqual(['08:30', '08:30', '08:30']);
});

test('of one day the time that suits more of those who may come is first, and the earliest of all is offered too', async () => {
  await busy('dawn.ellery@camden.example', '2026-12-18T08:00:00', '2026-12-18T12:00:00');
  const { times } = await search(withStep({ mayCome: ['role/front-door-manager'] }));
  expect(times.slice(0, 2).map(({ start, why }) => [writeInstant(start), ...why])).toEqual([
    ['Fri 18 Dec 2026, 12:00', 'Those who may come are free too.'],
    [
      'Fri 18 Dec 2026, 09:00',
      'The first time inside the limit on which everybody required is free.',
      '1 person who may come cannot.',
    ],
  ]);
});

test('a meeting in a room is offered with the first room that is free, and without one says that it is a Teams link', async () => {
  const inRoom = withStep({ room: true });
  const [first] = (await search(inRoom)).times;
  expect(first).toMatchObject({ room: { name: 'Meeting room 1', mail: ROOMS[0] } });
  expect(first?.why.at(-1)).toBe('Meeting room 1.');

  await busy(ROOMS[0] ?? '', '2026-12-18T08:00:00', '2026-12-18T17:00:00');
  expect((await search(inRoom)).times[0]).toMatchObject({ start: first?.start, room: { name: 'Meeting room 2' } });

  await busy(ROOMS[1] ?? '', '2026-12-18T08:00:00', '2026-12-18T17:00:00');
  const [none] = (await search(inRoom)).times;
  expect(none).toMatchObject({ start: first?.start });
  expect(none?.room).toBeUndefined();
  expect(none?.why).toContain('No room is free: a Teams link instead.');

  at.replace({ directory: { ...at.world.directory, rooms: () => [] } });
  const unlisted = await search(inRoom);
  expect(unlisted).toMatchObject({ noRooms: true });
  expect(JSON.stringify(unlisted.times)).not.toMatch(/room/i);
  expect((await search()).noRooms).toBeUndefined();
});

test('where a child comes, times outside the school day come first: of the council’s setting, else from 09:00 to 15:30', async () => {
  const child = withStep({ childAttends: true });
  const [usual] = (await search(child)).times;
  expect(writeInstant(usual?.start ?? sheet.now)).toBe('Fri 18 Dec 2026, 15:30');
  expect(usual?.why).toContain('Outside school time.');

  const settings = { ...child.case.settings, 'school-day': '10:00-14:00' };
  const [set] = (await search({ ...child, case: { ...child.case, settings } })).times;
  expect(writeInstant(set?.start ?? sheet.now)).toBe('Fri 18 Dec 2026, 09:00');

  await at.away('Grace Adeyemi', london('2026-12-18', '15:00'), london('2026-12-31', '00:00'));
  const { times } = await search(child);
  expect(times.map(({ start, why }) => [writeInstant(start), why.at(-1)])).toEqual([
    ['Fri 18 Dec 2026, 09:00', 'In school time.'],
  ]);
});

test('where nothing fits it is said who is in the way at which times, and never with what', async () => {
  await at.away('Grace Adeyemi', london('2026-12-17', '00:00'), addHours(london('2026-12-31', '00:00'), 0));
  const { times, blockers } = await search();
  expect(times).toEqual([]);
  const monday = blockers.filter(({ start }) => dayOf(start) === '2026-12-21');
  expect(monday.map(({ person, kind, whole }) => [person.name, kind, whole])).toEqual([
    ['Grace Adeyemi', 'away', true],
    ['Amara Okafor', 'busy', false],
  ]);
  expect(monday[1]?.at?.map(({ start, end }) => `${timeOf(start)}-${timeOf(end)}`)).toEqual(['08:30-11:15']);
  expect(JSON.stringify(blockers)).not.toMatch(/Private appointment|Out of office|Something private/);
});
