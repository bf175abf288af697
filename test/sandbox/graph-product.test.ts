/** The product's own way to Graph, against the sandbox: nothing goes out twice, whatever is lost on the way. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { graphCalendars } from '../../src/adapters/graph/calendars.ts';
import { openGraph } from '../../src/adapters/graph/client.ts';
import { graphMailboxFeed } from '../../src/adapters/graph/mailbox-feed.ts';
import { graphMailboxes } from '../../src/adapters/graph/mailboxes.ts';
import {
  type Calendars,
  type Invite,
  LostCursor,
  type Mail,
  type Mailboxes,
  type MailboxFeed,
} from '../../src/application/ports.ts';
import { instantAt, parseDay } from '../../src/domain/time/instant.ts';
import { AMARA, at, type Bench, JO, openBench, post, STEPDOWN } from './graph-harness.ts';

let bench: Bench;
let calendars: Calendars;
let mailboxes: Mailboxes;
let feed: MailboxFeed;
beforeAll(async () => {
  bench = await openBench();
  const graph = openGraph({ baseUrl: bench.sandbox.context.urls.graph, token: async () => 'sandbox' });
  calendars = graphCalendars(graph);
  mailboxes = graphMailboxes(graph, { messageIdDomain: 'stepwise.example' });
  feed = graphMailboxFeed(graph);
});
afterEach(async () => {
  await fetch(`${bench.root}/sandbox/faults`, { method: 'DELETE' });
});
afterAll(async () => {
  // All of it, refusals too: what the product asks has to be right even where the answer is no.
  await bench.finish({ refusals: true });
});

const mail = (key: string): Mail => ({
  key,
  from: STEPDOWN,
  to: [AMARA],
  copy: [],
  subject: `CAM-0001 ${key}`,
  text: 'A referral has arrived.',
  attachments: [{ name: 'referral.txt', contentType: 'text/plain', bytes: Buffer.from('x') }],
});
const invite = (key: string): Invite => ({
  key,
  organiser: AMARA,
  subject: 'CAM-0001 joint visit',
  text: 'Joint visit',
  start: at('2027-01-06T10:00:00Z'),
  end: at('2027-01-06T11:00:00Z'),
  required: [{ name: 'Jo Marsh', address: JO }],
  optional: [],
  online: true,
});

/** Tries until it succeeds, with what earlier tries noted, as the outbox does. @returns how many tries it took */
async function sendPatiently(what: Mail): Promise<number> {
  let progress: Readonly<Record<string, string>> = {};
  for (let tries = 1; tries < 10; tries += 1) {
    try {
      await mailboxes.send(what, progress, async (noted) => {
        progress = noted;
      });
      return tries;
    } catch {
      // Again, as long as the test allows.
    }
  }
  throw new Error('never sent');
}
const received = async (subject: string): Promise<number> =>
  (await feed.page(AMARA, undefined)).mails.filter((found) => found.subject === subject).length;

test.each([
  ['the draft is made and the answer lost', `/users/*/messages`],
  ['the attachment is made and the answer lost', `/users/*/messages/*/attachments`],
  ['the mail goes out and the answer is lost', `/users/*/messages/*/send`],
])('when %s, one mail arrives', async (what, path) => {
  await post(`${bench.root}/sandbox/faults`, { match: { method: 'POST', path }, times: 1, status: 0, after: true });
  const one = mail(what);
  expect(await sendPatiently(one)).toBe(2);
  expect(await received(one.subject)).toBe(1);
  expect(await sendPatiently(one)).toBe(1);
  expect(await received(one.subject)).toBe(1);
});

test('when a booking is answered with an error after it was made, one meeting stands in both diaries', async () => {
  const path = '/users/*/events';
  await post(`${bench.root}/sandbox/faults`, { match: { method: 'POST', path }, times: 1, status: 504, after: true });
  await expect(calendars.book(invite('case-1/visit'))).rejects.toMatchObject({ status: 504, again: true });
  const { eventId } = await calendars.book(invite('case-1/visit'));
  const busy = async (who: string) =>
    (await calendars.diaries([who], at('2027-01-06T09:00:00Z'), at('2027-01-06T12:00:00Z')))[0]?.busy;
  expect(await busy(AMARA)).toEqual([
    { start: '2027-01-06T10:00:00.000Z', end: '2027-01-06T11:00:00.000Z', kind: 'busy' },
  ]);
  expect(await busy(JO)).toMatchObject([{ kind: 'tentative' }]);
  await calendars.move(AMARA, eventId, at('2027-01-06T11:00:00Z'), at('2027-01-06T12:00:00Z'));
  expect(await busy(JO)).toMatchObject([{ start: '2027-01-06T11:00:00.000Z' }]);
  await calendars.cancel(AMARA, eventId, 'No longer needed');
  await calendars.cancel(AMARA, eventId, 'No longer needed');
  expect(await busy(AMARA)).toEqual([]);
  expect(await busy(JO)).toEqual([]);
});

test('when a move or a change of people is answered with an error after it was made, everybody is told once', async () => {
  const { eventId } = await calendars.book(invite('case-2/visit'));
  const count = async (who: string) => (await feed.page(who, undefined)).mails.length;
  const before = await count(JO);
  const patch = { match: { method: 'PATCH', path: '/users/*/events/*' }, times: 1, status: 500, after: true };
  const [start, end] = [at('2027-01-08T10:00:00Z'), at('2027-01-08T11:00:00Z')];
  await post(`${bench.root}/sandbox/faults`, patch);
  await expect(calendars.move(AMARA, eventId, start, end)).rejects.toMatchObject({ status: 500, again: true });
  // Graph tells everybody at each call, so whoever has lost its answer looks first.
  expect(await calendars.timeOf(AMARA, eventId)).toEqual({ start, end });
  expect(await count(JO)).toBe(before + 1);

  const people = [
    { name: 'Jo Marsh', address: JO },
    { name: 'Step down', address: STEPDOWN },
  ];
  const others = await count(STEPDOWN);
  await post(`${bench.root}/sandbox/faults`, patch);
  await expect(calendars.invite(AMARA, eventId, people, [])).rejects.toMatchObject({ status: 500, again: true });
  expect(await calendars.invite(AMARA, eventId, people, [])).toBe(true);
  expect([(await count(JO)) - before, (await count(STEPDOWN)) - others]).toEqual([1, 1]);

  await calendars.cancel(AMARA, eventId, 'No longer needed');
  expect(await calendars.timeOf(AMARA, eventId)).toBeUndefined();
  expect(await calendars.move(AMARA, eventId, start, end)).toBe(false);
  expect(await calendars.invite(AMARA, eventId, people, [])).toBe(false);
});

test('a meeting at ten stands at ten in London on both sides of both clock changes, and is read back as the same moment', async () => {
  const days: [day: string, utc: string][] = [
    ['2026-10-23', '09:00'],
    ['2026-10-26', '10:00'],
    ['2027-03-26', '10:00'],
    ['2027-03-29', '09:00'],
  ];
  for (const [day, utc] of days) {
    const start = instantAt(parseDay(day), '10:00');
    const end = instantAt(parseDay(day), '11:00');
    const { eventId } = await calendars.book({ ...invite(`clock/${day}`), start, end });
    const shown = await fetch(`${bench.sandbox.context.urls.graph}/v1.0/users/${AMARA}/events/${eventId}`, {
      headers: { Authorization: 'Bearer sandbox', Prefer: 'outlook.timezone="Europe/London", IdType="ImmutableId"' },
    });
    expect(await shown.json()).toMatchObject({
      start: { dateTime: `${day}T10:00:00.0000000` },
      originalStartTimeZone: 'Europe/London',
    });
    const [read] = await calendars.diaries(
      [AMARA],
      instantAt(parseDay(day), '09:30'),
      instantAt(parseDay(day), '12:00'),
    );
    expect(read?.busy.map((busy) => busy.start)).toEqual([`${day}T${utc}:00.000Z`]);
  }
});

test('throttling is passed on with the wait that Graph asks for', async () => {
  await post(`${bench.root}/sandbox/faults`, { match: { path: '/users/' }, times: 1, status: 429, retryAfter: 7 });
  const asked = calendars.diaries([AMARA], at('2027-01-06T09:00:00Z'), at('2027-01-06T12:00:00Z'));
  await expect(asked).rejects.toMatchObject({ status: 429, again: true, retryAfterSeconds: 7 });
});

test('new mail is told once, and a lost place in the list is said', async () => {
  const { cursor } = await feed.page(AMARA, undefined);
  await sendPatiently(mail('news'));
  const news = await feed.page(AMARA, cursor);
  expect(news.mails.map(({ subject }) => subject)).toEqual(['CAM-0001 news']);
  expect((await feed.page(AMARA, news.cursor)).mails).toEqual([]);
  const lost = `${cursor.replace(/=.*/, '')}=forgotten`;
  await expect(feed.page(AMARA, lost)).rejects.toBeInstanceOf(LostCursor);
});
