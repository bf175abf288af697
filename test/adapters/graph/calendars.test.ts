import { graphCalendars, uuidOf } from '../../../src/adapters/graph/calendars.ts';
import type { Invite } from '../../../src/application/ports.ts';
import { addHours, parseInstant } from '../../../src/domain/time/instant.ts';
import { holdAgainstContract, openTenant, PEOPLE, type Shown, type TestTenant } from './tenant.ts';

const ORGANISER = 'worker1@camden.example';
const OTHER = 'worker2@camden.example';
const monday = parseInstant('2027-01-04T00:00:00Z');
const friday = parseInstant('2027-01-08T00:00:00Z');

const visit = (key: string, more: Partial<Invite> = {}): Invite => ({
  key,
  organiser: ORGANISER,
  subject: 'CAM-7K3F Joint visit',
  text: 'The details are in Stepwise.',
  start: parseInstant('2027-01-05T09:30:00Z'),
  end: parseInstant('2027-01-05T10:30:00Z'),
  place: 'Family home (address in the case)',
  online: false,
  required: [{ name: 'Worker 2', address: OTHER }],
  optional: [{ name: 'Worker 3', address: 'worker3@camden.example' }],
  ...more,
});

let tenant: TestTenant;
beforeEach(async () => {
  tenant = await openTenant();
});
afterEach(() => tenant.close());

async function diary(mailbox: string): Promise<readonly Shown[]> {
  const path = `/users/${mailbox}/calendarView?startDateTime=2027-01-01T00:00:00Z&endDateTime=2027-03-01T00:00:00Z&$top=200`;
  return (await tenant.outlook<{ value: Shown[] }>('GET', path)).value;
}

/** Somebody enters something in Outlook. London wall-clock times. */
async function enter(mailbox: string, showAs: string, start: string, end: string, more: object = {}) {
  const at = (dateTime: string) => ({ dateTime, timeZone: 'Europe/London' });
  await tenant.outlook('POST', `/users/${mailbox}/events`, {
    subject: 'Mine',
    showAs,
    start: at(start),
    end: at(end),
    ...more,
  });
}

describe('Diaries', () => {
  test('of twenty-five people are read in two calls', async () => {
    await enter('worker23@camden.example', 'busy', '2027-01-05T09:00', '2027-01-05T10:00');
    const addresses = PEOPLE.slice(0, 25).map(({ mail }) => mail);
    const read = await graphCalendars(tenant.graph).diaries(addresses, monday, friday);
    expect(read.map(({ address }) => address)).toEqual(addresses);
    expect(read.filter(({ busy }) => busy.length > 0).map(({ address }) => address)).toEqual([
      'worker23@camden.example',
    ]);
    const calls = await tenant.calls();
    expect(calls).toHaveLength(2);
    expect(calls.map(({ requestBody }) => (requestBody as { schedules: string[] }).schedules.length)).toEqual([20, 5]);
  });

  test('show who is busy, tentative and away, and count working elsewhere as free', async () => {
    await enter(ORGANISER, 'busy', '2027-01-05T09:00', '2027-01-05T10:00');
    await enter(ORGANISER, 'tentative', '2027-01-05T11:00', '2027-01-05T12:00');
    await enter(ORGANISER, 'oof', '2027-01-06T00:00', '2027-01-07T00:00');
    await enter(ORGANISER, 'workingElsewhere', '2027-01-07T09:00', '2027-01-07T17:00');
    await enter(ORGANISER, 'free', '2027-01-07T10:00', '2027-01-07T11:00');
    const [read] = await graphCalendars(tenant.graph).diaries([ORGANISER], monday, friday);
    expect(read).toEqual({
      address: ORGANISER,
      visible: true,
      busy: [
        { start: '2027-01-05T09:00:00.000Z', end: '2027-01-05T10:00:00.000Z', kind: 'busy' },
        { start: '2027-01-05T11:00:00.000Z', end: '2027-01-05T12:00:00.000Z', kind: 'tentative' },
        { start: '2027-01-06T00:00:00.000Z', end: '2027-01-07T00:00:00.000Z', kind: 'away' },
      ],
      workingHours: { from: '09:00', to: '17:00', days: [1, 2, 3, 4, 5] },
    });
  });

  test('in summer, ten in the morning in London is nine in UTC', async () => {
    await enter(ORGANISER, 'busy', '2027-07-05T10:00', '2027-07-05T11:00');
    const from = parseInstant('2027-07-05T00:00:00Z');
    const [read] = await graphCalendars(tenant.graph).diaries([ORGANISER], from, addHours(from, 24));
    expect(read?.busy[0]?.start).toBe('2027-07-05T09:00:00.000Z');
  });

  test('of somebody whom Graph does not know are not visible, and the others are', async () => {
    await enter(OTHER, 'busy', '2027-01-05T09:00', '2027-01-05T10:00');
    const read = await graphCalendars(tenant.graph).diaries(['nobody@elsewhere.example', OTHER], monday, friday);
    expect(read).toMatchObject([
      { address: 'nobody@elsewhere.example', visible: false, busy: [] },
      { address: OTHER, visible: true, busy: [{ kind: 'busy' }] },
    ]);
  });

  test('of nobody whom Graph knows are not visible', async () => {
    const read = await graphCalendars(tenant.graph).diaries(
      ['a@elsewhere.example', 'b@elsewhere.example'],
      monday,
      friday,
    );
    expect(read.map(({ visible }) => visible)).toEqual([false, false]);
  });

  test('an address written in another case is the same person, asked for once', async () => {
    const read = await graphCalendars(tenant.graph).diaries([OTHER, 'Worker2@Camden.example'], monday, friday);
    expect(read.map(({ address, visible }) => [address, visible])).toEqual([
      [OTHER, true],
      ['Worker2@Camden.example', true],
    ]);
    expect((await tenant.calls())[0]?.requestBody).toMatchObject({ schedules: ['Worker2@Camden.example'] });
  });

  test('over more than sixty-one days are read in parts', async () => {
    await enter(OTHER, 'busy', '2027-01-05T09:00', '2027-01-05T10:00');
    await enter(OTHER, 'busy', '2027-04-01T09:00', '2027-04-01T10:00');
    const [read] = await graphCalendars(tenant.graph).diaries([OTHER], monday, addHours(monday, 100 * 24));
    expect(read?.busy).toHaveLength(2);
    expect(await tenant.calls()).toHaveLength(2);
  });

  test('nobody asked for, nobody asked', async () => {
    expect(await graphCalendars(tenant.graph).diaries([], monday, friday)).toEqual([]);
    expect(await tenant.calls()).toHaveLength(0);
  });

  test('that Graph is too busy to show are asked for again later', async () => {
    await tenant.fault({ match: { method: 'POST' }, status: 429, retryAfter: 5 });
    await expect(graphCalendars(tenant.graph).diaries([OTHER], monday, friday)).rejects.toMatchObject({
      again: true,
      retryAfterSeconds: 5,
    });
  });

  test('that the app has no right to are a fault that says so', async () => {
    await tenant.fault({ match: { method: 'POST' }, status: 403 });
    await expect(graphCalendars(tenant.graph).diaries([OTHER], monday, friday)).rejects.toMatchObject({
      status: 403,
      again: false,
    });
  });
});

describe('A meeting', () => {
  test('stands in everybody’s diary, private, with nothing but what it was given', async () => {
    const { eventId } = await graphCalendars(tenant.graph).book(visit('case/1/joint-visit'));
    const [mine] = await diary(ORGANISER);
    expect(mine).toMatchObject({
      id: eventId,
      subject: 'CAM-7K3F Joint visit',
      sensitivity: 'private',
      showAs: 'busy',
      isOnlineMeeting: false,
      isReminderOn: true,
      transactionId: uuidOf('case/1/joint-visit'),
      start: { dateTime: '2027-01-05T09:30:00.0000000', timeZone: 'UTC' },
      location: { displayName: 'Family home (address in the case)' },
      attendees: [
        { type: 'required', emailAddress: { address: OTHER } },
        { type: 'optional', emailAddress: { address: 'worker3@camden.example' } },
      ],
    });
    expect(await diary(OTHER)).toMatchObject([{ subject: 'CAM-7K3F Joint visit', sensitivity: 'private' }]);
  });

  test('online has a Teams link', async () => {
    await graphCalendars(tenant.graph).book(visit('k', { online: true }));
    const [mine] = await diary(ORGANISER);
    expect(mine).toMatchObject({ isOnlineMeeting: true, onlineMeetingProvider: 'teamsForBusiness' });
  });

  test('shows as busy to others, without its subject', async () => {
    await graphCalendars(tenant.graph).book(visit('k'));
    const [read] = await graphCalendars(tenant.graph).diaries([ORGANISER], monday, friday);
    expect(read?.busy).toEqual([{ start: '2027-01-05T09:30:00.000Z', end: '2027-01-05T10:30:00.000Z', kind: 'busy' }]);
  });

  test('asked for twice is booked once, and invites once', async () => {
    const first = await graphCalendars(tenant.graph).book(visit('k'));
    const again = await graphCalendars(tenant.graph).book(visit('k'));
    expect(again).toEqual(first);
    expect(await diary(ORGANISER)).toHaveLength(1);
    expect(await tenant.folder(OTHER, 'inbox')).toHaveLength(1);
  });

  test('is booked once although the answer was lost', async () => {
    await expect(graphCalendars(tenant.cutAfter(1)).book(visit('k'))).rejects.toMatchObject({ again: true });
    await tenant.fault({ match: { method: 'POST' }, status: 504, after: true });
    await expect(graphCalendars(tenant.graph).book(visit('k'))).rejects.toMatchObject({ again: true });
    const { eventId } = await graphCalendars(tenant.graph).book(visit('k'));
    expect((await diary(ORGANISER)).map(({ id }) => id)).toEqual([eventId]);
    expect(await tenant.folder(OTHER, 'inbox')).toHaveLength(1);
  });

  test('is found where Graph refuses a repeat instead of answering it', async () => {
    const first = await graphCalendars(tenant.graph).book(visit('k'));
    await tenant.fault({ match: { method: 'POST' }, status: 409 });
    expect(await graphCalendars(tenant.graph).book(visit('k'))).toEqual(first);
    await tenant.fault({ match: { method: 'POST' }, status: 409 });
    await expect(graphCalendars(tenant.graph).book(visit('another'))).rejects.toMatchObject({ status: 409 });
  });

  test('cancelled is gone from every diary; cancelled again, or deleted by hand, it stays gone', async () => {
    const calendars = graphCalendars(tenant.graph);
    const { eventId } = await calendars.book(visit('k'));
    await calendars.cancel(ORGANISER, eventId, 'A new time is being arranged.');
    expect(await diary(ORGANISER)).toHaveLength(0);
    const [cancelled] = (await calendars.diaries([OTHER], monday, friday)).map(({ busy }) => busy);
    expect(cancelled).toEqual([]);
    await calendars.cancel(ORGANISER, eventId, 'A new time is being arranged.');

    const second = await calendars.book(visit('k2'));
    await tenant.outlook('DELETE', `/users/${ORGANISER}/events/${second.eventId}`);
    await calendars.cancel(ORGANISER, second.eventId, 'No longer needed.');
    await tenant.fault({ match: { method: 'POST' }, status: 410 });
    await calendars.cancel(ORGANISER, second.eventId, 'No longer needed.');
  });

  test('cannot be cancelled by somebody who only attends', async () => {
    await graphCalendars(tenant.graph).book(visit('k'));
    const [theirs] = await diary(OTHER);
    await expect(graphCalendars(tenant.graph).cancel(OTHER, String(theirs?.id), '')).rejects.toMatchObject({
      status: 400,
      again: false,
    });
  });

  test('moved keeps its Teams link and its people', async () => {
    const calendars = graphCalendars(tenant.graph);
    const { eventId } = await calendars.book(visit('k', { online: true }));
    const before = (await diary(ORGANISER))[0] as { onlineMeeting?: unknown } | undefined;
    const start = parseInstant('2027-01-06T14:00:00Z');
    await calendars.move(ORGANISER, eventId, start, addHours(start, 1));
    const [after] = await diary(ORGANISER);
    expect(after).toMatchObject({
      id: eventId,
      start: { dateTime: '2027-01-06T14:00:00.0000000' },
      end: { dateTime: '2027-01-06T15:00:00.0000000' },
      onlineMeeting: before?.onlineMeeting,
    });
    expect((await diary(OTHER))[0]).toMatchObject({ start: { dateTime: '2027-01-06T14:00:00.0000000' } });
  });

  test('that is gone cannot be moved', async () => {
    const start = parseInstant('2027-01-06T14:00:00Z');
    await expect(graphCalendars(tenant.graph).move(ORGANISER, 'AAkALgAAAA', start, start)).rejects.toMatchObject({
      again: false,
    });
  });

  test('has a transaction id that is a UUID, and each key its own', () => {
    expect(uuidOf('a')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(uuidOf('a')).toBe(uuidOf('a'));
    expect(uuidOf('a')).not.toBe(uuidOf('b'));
  });
});

holdAgainstContract();
