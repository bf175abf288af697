/** A meeting between its booking and its beginning, in Outlook and on the cards: one event, moved and changed, and told to those concerned. */
import { record as recordSeen } from '../../src/application/perform.ts';
import type { Answers } from '../../src/domain/case/types.ts';
import { accept, bookConsultation, FAMILY, key, nameTeam, press, record, refer } from './story.ts';
import { london, openWorld, type Shown, type TestWorld } from './world.ts';

const AMARA = 'amara.okafor@camden.example';
const JO = 'jo.marsh@camden.example';
/** Of another team, so that she is on the case in no part. */
const LENA = 'lena.hartog@camden.example';

let at: TestWorld;
let id = '';
/** The joint visit stands on Wed 30 Dec 2026, 10:00. Its limit is Tue 5 Jan 2027. */
beforeEach(async () => {
  at = await openWorld({ start: '2026-12-18T10:00:00.000Z' as never });
  ({
    case: { id },
  } = await refer(at));
  await nameTeam(at, id);
  await bookConsultation(at, id);
  await at.moveTo('2026-12-21', '16:00');
  await press(at, 'Grace', id, record('consultation', 'held'));
  await accept(at, id);
  await at.calls();
  at.chat.clear();
});
afterEach(() => at.close());

const visits = async (mailbox: string) =>
  (await at.meetings(mailbox)).filter(({ subject }) => /Joint visit/.test(subject));
const starts = (events: readonly Shown[]) =>
  events.map(({ start }) => (start as { dateTime: string }).dateTime.slice(0, 16));
const booking = async () => (await at.stepwise.sheet(id))?.status.steps['joint-visit']?.booking;
/** What was changed by way of Graph since it was last asked. */
const asked = async () =>
  (await at.calls()).flatMap(({ method, path }) => (method === 'GET' ? [] : [`${method} ${path.split('/')[3]}`]));
/** As somebody who reads the diary writes it down. */
async function seen(part: string, answers: Answers): Promise<void> {
  const eventId = (await booking())?.eventId ?? null;
  const said = { type: 'record', step: 'joint-visit', part, answers: { eventId, ...answers } } as const;
  const done = await recordSeen(at.world, id, said, key());
  if (!done.ok) throw new Error(done.refusal.words);
  await at.settle();
}

test('given another time on a card, the same event is moved by one call, and nobody is invited twice', async () => {
  const [before] = await visits(AMARA);
  await press(at, 'Amara', id, record('joint-visit', 'booking', { start: london('2026-12-31', '14:00') }));
  expect(await asked()).toEqual(['PATCH events']);
  expect(starts(await visits(AMARA))).toEqual(['2026-12-31T14:00']);
  expect(starts(await visits(JO))).toEqual(['2026-12-31T14:00']);
  expect((await visits(AMARA))[0]?.id).toBe(before?.id);
  expect(await booking()).toMatchObject({
    state: 'booked',
    was: [{ start: london('2026-12-30', '10:00'), by: at.id('Amara') }],
  });
  // Cards that stand are edited; nobody gets a message.
  expect(at.posts()).toEqual([]);
});

test('asked whether it took place after the time that stands, and never after the old one', async () => {
  await press(at, 'Amara', id, record('joint-visit', 'booking', { start: london('2026-12-31', '14:00') }));
  await at.moveTo('2026-12-31', '14:00');
  expect(at.posts().filter((line) => /joint-visit$/.test(line))).toEqual([]);
  await at.moveTo('2026-12-31', '16:59');
  expect(at.posts().filter((line) => /Amara joint-visit$/.test(line))).toHaveLength(1);
});

test('another person asked from the card is invited, and nobody else hears of it', async () => {
  const before = (await at.folder(JO, 'inbox')).length;
  const change = (also: readonly string[], reason: string) =>
    press(at, 'Amara', id, record('joint-visit', 'attendees', { also, without: [] }, { reason }));
  await change([at.id('Lena')], 'She knows the family.');
  expect(await asked()).toEqual(['PATCH events']);
  expect(starts(await visits(LENA))).toEqual(['2026-12-30T10:00']);
  await change([], 'She is away then.');
  expect(await visits(LENA)).toEqual([]);
  expect(starts(await visits(JO))).toEqual(['2026-12-30T10:00']);
  expect((await at.folder(JO, 'inbox')).length).toBe(before);
});

test('cancelled on a card: gone from every diary, told without the reason, and the step is open again', async () => {
  const reason = 'Perpetua Quillfeather is ill.';
  await press(at, 'Jo', id, record('joint-visit', 'cancelled', {}, { reason }));
  expect(await visits(AMARA)).toEqual([]);
  expect(await visits(JO)).toEqual([]);
  const told = JSON.stringify(await at.folder(JO, 'inbox'));
  expect(told).toContain('Reason in Stepwise.');
  for (const word of FAMILY) expect(told).not.toContain(word);
  const sheet = await at.stepwise.sheet(id);
  expect(sheet?.status.steps['joint-visit']).toMatchObject({ state: 'open', lost: { by: at.id('Jo') } });
  // Who cancelled it knows; the other one is asked for a new time.
  expect(at.posts()).toEqual(['Mon 21 Dec 2026, 16:00 Amara joint-visit']);
});

test('cancelled while Outlook answers nothing: whatever it made of it, nothing stays in any diary', async () => {
  await press(at, 'Jo', id, record('joint-visit', 'cancelled', {}, { reason: 'Not that day.' }));
  await at.fault({ match: { method: 'POST', path: '/users/*/events' }, status: 504, times: 1, after: true });
  await press(at, 'Amara', id, record('joint-visit', 'booking', { start: london('2026-12-31', '14:00') }));
  await press(at, 'Amara', id, record('joint-visit', 'cancelled', {}, { reason: 'Not that day either.' }));
  await at.moveTo('2026-12-21', '16:30');
  expect([...(await visits(AMARA)), ...(await visits(JO))]).toEqual([]);
  expect(await booking()).toBeUndefined();
  expect(
    (await at.store.outboxOf(id)).filter(({ effect, state }) => effect.kind === 'book' && state !== 'done'),
  ).toEqual([]);
});

test('moved past its limit in Outlook: both are asked, and the team is told once', async () => {
  const times = { start: london('2027-01-07', '10:00'), end: london('2027-01-07', '11:30') };
  await seen('moved', times);
  const first = at.posts();
  expect([...first].sort()).toEqual([
    expect.stringMatching(/^Mon 21 Dec 2026, 16:00 #\S+ joint-visit$/),
    'Mon 21 Dec 2026, 16:00 Amara joint-visit',
    'Mon 21 Dec 2026, 16:00 Jo joint-visit',
  ]);
  await at.settle();
  expect(at.posts()).toEqual(first);
  at.chat.clear();
  await press(at, 'Jo', id, record('joint-visit', 'kept', {}, { reason: 'The family is away until then.' }));
  expect(at.posts()).toEqual([expect.stringMatching(/^Mon 21 Dec 2026, 16:00 #\S+ joint-visit$/)]);
});

test('moved inside its limit in Outlook nobody gets a message, and the time that stands is the one that counts', async () => {
  await seen('moved', { start: london('2027-01-04', '14:00'), end: london('2027-01-04', '15:30') });
  expect(at.posts()).toEqual([]);
  expect(await booking()).toMatchObject({ state: 'booked', start: london('2027-01-04', '14:00') });
  expect(await asked()).toEqual([]);
});

test('what happens at night is told in the morning, if it is still so', async () => {
  await at.moveTo('2026-12-21', '21:00');
  at.chat.clear();
  await seen('moved', { start: london('2027-01-07', '10:00'), end: london('2027-01-07', '11:30') });
  expect(at.posts()).toEqual([]);
  await seen('moved', { start: london('2027-01-04', '10:00'), end: london('2027-01-04', '11:30') });
  await at.moveTo('2026-12-22', '08:31');
  expect(at.posts().filter((line) => line.endsWith('joint-visit'))).toEqual([]);
});

test('a family worker who declines: the social worker, and the manager who could name another, are asked at once', async () => {
  await seen('declined', { person: at.id('Jo'), role: 'family-worker', start: london('2026-12-30', '10:00') });
  expect([...at.posts()].sort()).toEqual([
    'Mon 21 Dec 2026, 16:00 Amara joint-visit',
    'Mon 21 Dec 2026, 16:00 Grace joint-visit',
  ]);
});

test('deleted in Outlook while a card moves it, it is booked anew at the time that was chosen', async () => {
  const [event] = await visits(AMARA);
  await at.outlook('DELETE', `/users/${AMARA}/events/${event?.id}`);
  await press(at, 'Amara', id, record('joint-visit', 'booking', { start: london('2026-12-31', '14:00') }));
  expect(starts(await visits(AMARA))).toEqual(['2026-12-31T14:00']);
  expect(starts(await visits(JO))).toEqual(['2026-12-31T14:00']);
  expect(await booking()).toMatchObject({ state: 'booked', start: london('2026-12-31', '14:00') });
});

test('deleted in Outlook when somebody else is to be asked, the step is open again', async () => {
  const [event] = await visits(AMARA);
  await at.outlook('DELETE', `/users/${AMARA}/events/${event?.id}`);
  await press(
    at,
    'Amara',
    id,
    record('joint-visit', 'attendees', { also: [at.id('Lena')], without: [] }, { reason: 'She knows the family.' }),
  );
  const sheet = await at.stepwise.sheet(id);
  expect(sheet?.status.steps['joint-visit']).toMatchObject({ state: 'open', lost: { answers: { how: 'deleted' } } });
});
