import { openGraph } from '../../../src/adapters/graph/client.ts';
import { graphDiaryFeed } from '../../../src/adapters/graph/diary-feed.ts';
import { tokenSource } from '../../../src/adapters/graph/token.ts';
import { type Instant, parseInstant } from '../../../src/domain/time/instant.ts';
import { holdAgainstContract, openTenant, PEOPLE, type Shown, type TestTenant } from './tenant.ts';

const ORGANISER = PEOPLE[0]?.id ?? '';
const MAIL = 'worker1@camden.example';
const FROM = parseInstant('2026-12-18T00:00:00Z');
const TO = parseInstant('2027-04-01T00:00:00Z');

let tenant: TestTenant;
beforeEach(async () => {
  tenant = await openTenant();
});
afterEach(() => tenant.close());

const feed = () => graphDiaryFeed(tenant.graph);
const utc = (time: string) => ({ dateTime: time, timeZone: 'UTC' });
const events = `/users/${MAIL}/events`;

function book(day = '2027-01-05', subject = 'CAM-7K3F Joint visit'): Promise<Shown> {
  return tenant.outlook('POST', events, {
    subject,
    start: utc(`${day}T10:00:00`),
    end: utc(`${day}T11:00:00`),
    attendees: [{ type: 'required', emailAddress: { name: 'Worker 2', address: 'Worker2@Camden.example' } }],
  });
}

/** Somebody's own copy of the meeting is answered in their own calendar. */
async function answer(how: 'accept' | 'decline'): Promise<void> {
  const { value } = await tenant.outlook<{ value: Shown[] }>('GET', '/users/worker2@camden.example/events');
  await tenant.outlook('POST', `/users/worker2@camden.example/events/${value[0]?.id}/${how}`, { sendResponse: true });
}

async function begun(): Promise<string> {
  return (await feed().changes(ORGANISER, FROM, TO, undefined)).cursor;
}

const calls = async () => (await tenant.calls()).length;

test('the first reading gives all that stands in the window, over as many pages as it takes', async () => {
  const booked: Shown[] = [];
  for (let day = 1; day <= 28; day += 1)
    for (const month of ['01', '02']) booked.push(await book(`2027-${month}-${String(day).padStart(2, '0')}`));
  await book('2027-06-01');
  const { events: read, whole } = await feed().changes(ORGANISER, FROM, TO, undefined);
  expect(whole).toBe(true);
  expect(read.map(({ eventId }) => eventId).sort()).toEqual(booked.map(({ id }) => id).sort());
  expect(await calls()).toBe(2);
});

test('then one call gives what has changed since, in its newest state, and nothing else', async () => {
  const { id } = await book();
  await book('2027-01-06');
  const cursor = await begun();
  const before = await calls();
  await tenant.outlook('PATCH', `${events}/${id}`, {
    start: utc('2027-01-07T09:00:00'),
    end: utc('2027-01-07T10:00:00'),
  });
  await answer('decline');
  const changes = await feed().changes(ORGANISER, FROM, TO, cursor);
  expect(changes).toMatchObject({
    whole: false,
    events: [
      {
        ...{ eventId: id, is: 'there', start: '2027-01-07T09:00:00.000Z', end: '2027-01-07T10:00:00.000Z' },
        answers: [{ address: 'worker2@camden.example', response: 'declined', at: '2026-12-18T18:45:00.000Z' }],
      },
    ],
  });
  expect(await calls()).toBe(before + 1);
  expect((await feed().changes(ORGANISER, FROM, TO, changes.cursor)).events).toEqual([]);
});

test('nobody has answered yet: no answer, and no time of it', async () => {
  await book();
  const { events: read } = await feed().changes(ORGANISER, FROM, TO, undefined);
  expect(read[0]?.answers).toEqual([{ address: 'worker2@camden.example', response: 'none' }]);
});

test('what is deleted or cancelled is gone, and by itself not there', async () => {
  const [one, other] = [await book(), await book('2027-01-06')];
  const cursor = await begun();
  await tenant.outlook('DELETE', `${events}/${one.id}`);
  await tenant.outlook('POST', `${events}/${other.id}/cancel`, { comment: '' });
  const changes = await feed().changes(ORGANISER, FROM, TO, cursor);
  expect(changes.events.map(({ eventId, is }) => [eventId, is])).toEqual([
    [one.id, 'gone'],
    [other.id, 'gone'],
  ]);
  expect(await feed().event(ORGANISER, one.id)).toBeUndefined();
});

test('what has only left the window is called gone as well, and by itself says where it is', async () => {
  const { id } = await book();
  const cursor = await begun();
  await tenant.outlook('PATCH', `${events}/${id}`, {
    start: utc('2027-06-01T09:00:00'),
    end: utc('2027-06-01T10:00:00'),
  });
  expect((await feed().changes(ORGANISER, FROM, TO, cursor)).events).toMatchObject([{ eventId: id, is: 'gone' }]);
  expect(await feed().event(ORGANISER, id)).toMatchObject({ is: 'there', start: '2027-06-01T09:00:00.000Z' });
});

test('an attendee’s copy of a cancelled meeting stands struck through: that is gone too', async () => {
  const { id } = await book();
  await tenant.outlook('POST', `${events}/${id}/cancel`, { comment: '' });
  const { events: read } = await feed().changes(PEOPLE[1]?.id ?? '', FROM, TO, undefined);
  expect(read.map(({ is }) => is)).toEqual(['gone']);
});

test.each([
  ['410, as the directory says it', { status: 410 }],
  ['400 syncStateNotFound, as Outlook says it', { status: 400, code: 'syncStateNotFound' }],
  ['404 resyncRequired', { status: 404, code: 'resyncRequired' }],
])('a cursor that is no longer known (%s) begins anew with everything', async (_, fault) => {
  const { id } = await book();
  const cursor = await begun();
  await tenant.fault({ match: { path: '/users/*/calendarView/delta' }, times: 1, ...fault });
  expect(await feed().changes(ORGANISER, FROM, TO, cursor)).toMatchObject({ whole: true, events: [{ eventId: id }] });
});

test('so does one that Graph cannot read', async () => {
  const cursor = `${await begun()}x`.replace('SbxDelta1', 'SbxDelta0');
  expect((await feed().changes(ORGANISER, FROM, TO, cursor)).whole).toBe(true);
});

test.each([403, 429, 503])('%s is no lost cursor: it is asked again later, from where it was', async (status) => {
  const cursor = await begun();
  await tenant.fault({ match: { path: '/users/*/calendarView/delta' }, times: 1, status });
  const before = await calls();
  await expect(feed().changes(ORGANISER, FROM, TO, cursor)).rejects.toMatchObject({ status });
  expect(await calls()).toBe(before + 1);
});

describe('an answer other than Graph’s own', () => {
  /** Changes what Graph says on its way here. */
  const through = (change: (body: Record<string, unknown>, url: string) => object) =>
    graphDiaryFeed(
      openGraph({
        baseUrl: tenant.baseUrl,
        token: tokenSource(tenant.baseUrl, undefined),
        fetch: async (input, init) => {
          const answer = await fetch(String(input).split('&n=')[0] ?? '', init);
          const text = await answer.text();
          return new Response(JSON.stringify(change(JSON.parse(text), String(input))), { status: answer.status });
        },
      }),
    );

  test('a link that leads to another host is not followed', async () => {
    const elsewhere = through((body) => ({ ...body, '@odata.deltaLink': 'https://elsewhere.example/v1.0/users' }));
    await expect(elsewhere.changes(ORGANISER, FROM, TO, undefined)).rejects.toThrow('does not say where to go on');
  });

  test('pages that go round in a circle come to an end', async () => {
    let round = 0;
    const circle = through((body, url) => {
      round += 1;
      return { ...body, '@odata.nextLink': `${url.split('&n=')[0]}&n=${round % 2}`, '@odata.deltaLink': undefined };
    });
    await expect(circle.changes(ORGANISER, FROM, TO, undefined)).rejects.toThrow('does not say where to go on');
    expect(round).toBeLessThanOrEqual(200);
  });

  test('the same event twice: the last one stands', async () => {
    const { id } = await book();
    const twice = through((body) => {
      const value = body.value as { start: object }[];
      return { ...body, value: [...value, ...value.map((each) => ({ ...each, start: utc('2027-01-05T09:00:00') }))] };
    });
    const { events: read } = await twice.changes(ORGANISER, FROM, TO, undefined);
    expect(read).toMatchObject([{ eventId: id, start: '2027-01-05T09:00:00.000Z' }]);
  });

  test.each([
    ['GMT Standard Time', '2027-07-05T10:00:00.0000000', '2027-07-05T09:00:00.000Z'],
    ['Europe/London', '2027-01-05T10:00:00.0000000', '2027-01-05T10:00:00.000Z'],
    ['America/New_York', '2027-07-05T10:00:00.0000000', '2027-07-05T14:00:00.000Z'],
    ['UTC', '2027-07-05T10:00:00.0000000', '2027-07-05T10:00:00.000Z'],
  ])('times in %s are read as such', async (timeZone, dateTime, expected) => {
    await book();
    const zoned = through((body) => ({
      ...body,
      value: (body.value as object[]).map((each) => ({ ...each, start: { dateTime, timeZone } })),
    }));
    expect((await zoned.changes(ORGANISER, FROM, TO, undefined)).events[0]?.start).toBe(expected as Instant);
  });

  test('a meeting that lies in Deleted Items may still be answered by its id: it is not there', async () => {
    const { id } = await book();
    const deleted = through((body, url) => (url.includes('/calendarView?') ? { ...body, value: [] } : body));
    expect(await feed().event(ORGANISER, id)).toMatchObject({ is: 'there' });
    expect(await deleted.event(ORGANISER, id)).toBeUndefined();
  });
});

holdAgainstContract();
