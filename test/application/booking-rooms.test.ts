/** A meeting that is held in one of the council's rooms: booked with it, moved with it, and online where none is free. */
import type { Protocol } from '../../src/domain/protocol/types.ts';
import { addHours, type Instant } from '../../src/domain/time/instant.ts';
import { nameTeam, press, record, refer } from './story.ts';
import { openWorld, type Shown, type TestWorld } from './world.ts';

const AMARA = 'amara.okafor@camden.example';
const ONE = 'meeting.room.1@camden.example';
const TWO = 'meeting.room.2@camden.example';

let at: TestWorld;
let id = '';
/** Nobody has booked the consultation yet, and it is to be held in a room. */
beforeEach(async () => {
  at = await openWorld({ start: '2026-12-18T10:00:00.000Z' as never });
  const { protocols } = at.world;
  const inRoom = (protocol: Protocol): Protocol => {
    const step = protocol.steps.consultation;
    if (step?.kind !== 'meet') return protocol;
    return { ...protocol, steps: { ...protocol.steps, consultation: { ...step, room: true, online: false } } };
  };
  at.replace({
    protocols: {
      ...protocols,
      all: () => protocols.all().map(inRoom),
      get: (pathway, version) => inRoom(protocols.get(pathway, version)),
    },
  });
  ({
    case: { id },
  } = await refer(at));
  await nameTeam(at, id);
});
afterEach(() => at.close());

/** The first time that all are free, with its room. */
async function offered(): Promise<{ start: Instant; room: string }> {
  const sheet = await at.stepwise.sheet(id);
  const [first] = sheet ? (await at.stepwise.timesFor(sheet, 'consultation', true)).times : [];
  if (!first) throw new Error('No time.');
  return { start: first.start, room: first.room?.mail ?? '' };
}
const book = (answers: Record<string, string>) => press(at, 'Grace', id, record('consultation', 'booking', answers));
const booking = async () => (await at.stepwise.sheet(id))?.status.steps.consultation?.booking;
async function event(): Promise<Shown> {
  const [found] = await at.meetings(AMARA);
  if (!found) throw new Error('It stands in no diary.');
  return found;
}
const roomsOf = ({ attendees }: Shown) =>
  (attendees as { type: string; emailAddress: { address: string } }[]).flatMap(({ type, emailAddress }) =>
    type === 'resource' ? [emailAddress.address] : [],
  );
const asked = async () =>
  (await at.calls()).flatMap(({ method, path }) =>
    method === 'GET'
      ? []
      : [
          `${method} ${path
            .split('/')
            .slice(3, 5)
            .join(' ')
            .replace(/(events) .*/, '$1')}`,
        ],
  );
async function take(room: string, start: Instant): Promise<void> {
  const time = (moment: Instant) => ({ dateTime: moment.slice(0, -1), timeZone: 'UTC' });
  await at.outlook('POST', `/users/${room}/events`, {
    subject: 'Taken',
    showAs: 'busy',
    start: time(start),
    end: time(addHours(start, 1)),
  });
}

test('the room that was seen to be free is booked with the time, in the two calls that any booking costs', async () => {
  await at.calls();
  const { start, room } = await offered();
  expect(room).toBe(ONE);
  await book({ start, room });
  expect((await asked()).filter((call) => /getSchedule|events/.test(call))).toEqual([
    'POST calendar getSchedule',
    'POST events',
  ]);
  expect(roomsOf(await event())).toEqual([ONE]);
  expect(await event()).toMatchObject({ location: { displayName: 'Meeting room 1' }, isOnlineMeeting: false });
  expect(await booking()).toMatchObject({ state: 'booked', room: ONE });
});

test('other people do not cost it its room', async () => {
  await book(await offered());
  const also = [at.id('Kofi')];
  await press(
    at,
    'Grace',
    id,
    record('consultation', 'attendees', { also, without: [] }, { reason: 'He may take it.' }),
  );
  expect(roomsOf(await event())).toEqual([ONE]);
  expect(await booking()).toMatchObject({ room: ONE, also });
});

test('moved to when its room is taken, it gets another one with the same change', async () => {
  const { start, room } = await offered();
  await book({ start, room });
  const later = addHours(start, 2);
  await take(ONE, later);
  await at.calls();
  await book({ start: later });
  expect((await asked()).filter((call) => /getSchedule|events/.test(call))).toEqual([
    'POST calendar getSchedule',
    'PATCH events',
  ]);
  expect(roomsOf(await event())).toEqual([TWO]);
  expect(await event()).toMatchObject({ location: { displayName: 'Meeting room 2' } });
  expect(await booking()).toMatchObject({ state: 'booked', start: later, room: TWO });
});

test('where no room is free it has a Teams link instead, and says so', async () => {
  const { start } = await offered();
  await take(ONE, start);
  await take(TWO, start);
  await book({ start });
  expect(roomsOf(await event())).toEqual([]);
  expect(await event()).toMatchObject({
    isOnlineMeeting: true,
    bodyPreview: expect.stringContaining('No room was free.'),
  });
  expect((await booking())?.room).toBeUndefined();
});

test('moved to when no room is free it keeps its people and gets a Teams link', async () => {
  const { start, room } = await offered();
  await book({ start, room });
  const later = addHours(start, 2);
  await take(ONE, later);
  await take(TWO, later);
  await book({ start: later });
  expect(roomsOf(await event())).toEqual([]);
  expect(await event()).toMatchObject({ isOnlineMeeting: true });
  expect((await at.meetings('grace.adeyemi@camden.example')).length).toBe(1);
});
