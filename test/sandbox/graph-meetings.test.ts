/** What Exchange does by itself around a meeting: who is mailed, whose copy changes, how a room answers. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AMARA, attendee, type Bench, GRACE, JO, london, NIA, openBench, PRIYA, subscriber } from './graph-harness.ts';

interface Seen {
  id: string;
  iCalUId: string;
  subject: string;
  start: { dateTime: string };
  isCancelled: boolean;
  attendees: { status: { response: string }; emailAddress: { address: string } }[];
}
interface Letter {
  subject: string;
  bodyPreview: string;
  meetingMessageType?: string;
}

const ROOM = 'meeting.room.1@camden.example';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(async () => {
  await bench.finish();
});

const book = (who: string, subject: string, more: Record<string, unknown> = {}): Promise<Seen> =>
  bench.client.api(`/users/${who}/events`).post({
    subject,
    start: london('2027-01-20T10:00:00'),
    end: london('2027-01-20T11:00:00'),
    attendees: [attendee(JO)],
    ...more,
  });
const change = (who: string, event: Seen, to: Record<string, unknown>): Promise<Seen> =>
  bench.client.api(`/users/${who}/events/${event.id}`).patch(to);
const again = (who: string, event: Seen): Promise<Seen> => bench.client.api(`/users/${who}/events/${event.id}`).get();
async function copy(who: string, { iCalUId }: Seen): Promise<Seen | undefined> {
  const { value }: { value: Seen[] } = await bench.client.api(`/users/${who}/events`).top(500).get();
  return value.find((event) => event.iCalUId === iCalUId);
}
async function mails(who: string, about: string, folder = 'inbox'): Promise<string[]> {
  const path = `/users/${who}/mailFolders/${folder}/messages`;
  const { value }: { value: Letter[] } = await bench.client.api(path).top(200).get();
  return value
    .filter(({ subject }) => subject.includes(about))
    .map(({ subject, meetingMessageType }) => `${meetingMessageType}: ${subject}`);
}
const respond = async (who: string, event: Seen, how: string, body: Record<string, unknown> = {}) => {
  const mine = await copy(who, event);
  await bench.client.api(`/users/${who}/events/${mine?.id}/${how}`).post(body);
};
const responses = (event: Seen) =>
  Object.fromEntries(event.attendees.map(({ emailAddress, status }) => [emailAddress.address, status.response]));

describe('who is mailed', () => {
  test('everybody who is invited, and the organiser has what was sent', async () => {
    await book(AMARA, 'CAM-M001', { attendees: [attendee(JO), attendee(NIA)] });
    expect(await mails(JO, 'CAM-M001')).toEqual(['meetingRequest: CAM-M001']);
    expect(await mails(NIA, 'CAM-M001')).toEqual(['meetingRequest: CAM-M001']);
    expect(await mails(AMARA, 'CAM-M001', 'sentitems')).toEqual(['meetingRequest: CAM-M001']);
  });

  test('only those who come or go, where nothing but the list of attendees changes', async () => {
    const event = await book(AMARA, 'CAM-M002', { attendees: [attendee(JO), attendee(NIA)] });
    // Written otherwise, it is still the same address.
    await change(AMARA, event, { attendees: [attendee(JO.toUpperCase()), attendee(GRACE)] });
    expect(await mails(JO, 'CAM-M002')).toHaveLength(1);
    expect(await mails(NIA, 'CAM-M002')).toEqual(
      expect.arrayContaining(['meetingRequest: CAM-M002', 'meetingCancelled: Canceled: CAM-M002']),
    );
    expect(await mails(GRACE, 'CAM-M002')).toEqual(['meetingRequest: CAM-M002']);
    expect((await copy(JO, event))?.attendees.map(({ emailAddress }) => emailAddress.address)).toContain(GRACE);
  });

  test('everybody, where the time changes; and what each had answered is asked again', async () => {
    const event = await book(AMARA, 'CAM-M003', { attendees: [attendee(JO), attendee(NIA)] });
    await respond(JO, event, 'accept');
    expect(responses(await again(AMARA, event))).toEqual({ [JO]: 'accepted', [NIA]: 'none' });
    const moved = await change(AMARA, event, {
      start: { dateTime: '2027-01-21T10:00:00', timeZone: 'GMT Standard Time' },
      end: { dateTime: '2027-01-21T11:00:00', timeZone: 'GMT Standard Time' },
    });
    expect(responses(moved)).toEqual({ [JO]: 'none', [NIA]: 'none' });
    for (const who of [JO, NIA]) {
      expect(await mails(who, 'CAM-M003')).toHaveLength(2);
      expect((await copy(who, event))?.start.dateTime).toBe('2027-01-21T10:00:00.0000000');
    }
  });

  test('the organiser, of a decline and why; not the one who declined, when somebody else is added', async () => {
    const event = await book(AMARA, 'CAM-M004');
    await respond(JO, event, 'decline', { comment: 'In court', sendResponse: true });
    expect(await mails(AMARA, 'CAM-M004')).toEqual(['meetingDeclined: Declined: CAM-M004']);
    await change(AMARA, event, { attendees: [attendee(JO), attendee(NIA)] });
    expect(await copy(JO, event)).toBeUndefined();
    expect(responses(await again(AMARA, event))).toEqual({ [JO]: 'declined', [NIA]: 'none' });
  });

  test('nobody, of an answer that is not to be sent', async () => {
    const event = await book(AMARA, 'CAM-M005');
    await respond(JO, event, 'decline', { sendResponse: false });
    expect(await mails(AMARA, 'CAM-M005')).toEqual([]);
    expect(responses(await again(AMARA, event))).toEqual({ [JO]: 'none' });
  });

  test('everybody, of a cancellation, with the words that go with it', async () => {
    const event = await book(AMARA, 'CAM-M006');
    await bench.client.api(`/users/${AMARA}/events/${event.id}/cancel`).post({ comment: 'The family has moved' });
    expect(await mails(JO, 'CAM-M006')).toContain('meetingCancelled: Canceled: CAM-M006');
    const { value }: { value: Letter[] } = await bench.client
      .api(`/users/${JO}/mailFolders/inbox/messages`)
      .top(200)
      .get();
    expect(value.find(({ subject }) => subject === 'Canceled: CAM-M006')?.bodyPreview).toBe('The family has moved');
    expect(await mails(AMARA, 'Canceled: CAM-M006', 'sentitems')).toHaveLength(1);
  });
});

describe('whose copy changes', () => {
  test('nobody’s, when an attendee proposes another time', async () => {
    const event = await book(AMARA, 'CAM-M007');
    await respond(JO, event, 'tentativelyAccept', {
      proposedNewTime: { start: london('2027-01-25T10:00:00'), end: london('2027-01-25T11:00:00') },
    });
    expect((await again(AMARA, event)).start.dateTime).toBe('2027-01-20T10:00:00.0000000');
    expect((await copy(JO, event))?.start.dateTime).toBe('2027-01-20T10:00:00.0000000');
  });

  test('that of somebody taken off and invited again is a meeting again', async () => {
    const event = await book(AMARA, 'CAM-M008');
    await change(AMARA, event, { attendees: [attendee(NIA)] });
    await change(AMARA, event, { attendees: [attendee(NIA), attendee(JO)] });
    expect(await copy(JO, event)).toMatchObject({ isCancelled: false, subject: 'CAM-M008' });
  });

  test('who else is invited stays hidden where it is to be, after a move too', async () => {
    const event = await book(AMARA, 'CAM-M009', { hideAttendees: true, attendees: [attendee(JO), attendee(NIA)] });
    await change(AMARA, event, { start: london('2027-01-20T12:00:00'), end: london('2027-01-20T13:00:00') });
    expect((await copy(JO, event))?.attendees.map(({ emailAddress }) => emailAddress.address)).toEqual([JO]);
    const { value } = await bench.client.api(`/users/${JO}/mailFolders/inbox/messages`).top(200).get();
    const letters = value.filter(({ subject }: Letter) => subject === 'CAM-M009');
    expect(letters).toHaveLength(2);
    expect(JSON.stringify(letters.map((letter: { toRecipients: unknown }) => letter.toRecipients))).not.toContain(NIA);
  });
});

describe('a room', () => {
  const room = { ...attendee(ROOM), type: 'resource' };

  test('says yes by itself where it is free, and no where it is taken', async () => {
    const at = { start: london('2027-02-10T10:00:00'), end: london('2027-02-10T11:00:00') };
    const first = await book(AMARA, 'CAM-M010', { ...at, attendees: [attendee(JO), room] });
    expect(responses(first)).toEqual({ [JO]: 'none', [ROOM]: 'accepted' });
    const second = await book(PRIYA, 'CAM-M011', { ...at, attendees: [room] });
    expect(responses(second)).toEqual({ [ROOM]: 'declined' });
    expect(await mails(PRIYA, 'CAM-M011')).toEqual(['meetingDeclined: Declined: CAM-M011']);
    expect(await copy(ROOM, second)).toBeUndefined();

    // The first goes elsewhere: the room is asked again for both.
    const later = { start: london('2027-02-10T14:00:00'), end: london('2027-02-10T15:00:00') };
    expect(responses(await change(AMARA, first, later))[ROOM]).toBe('accepted');
    const half = { start: london('2027-02-10T10:30:00'), end: london('2027-02-10T11:30:00') };
    expect(responses(await change(PRIYA, second, half))[ROOM]).toBe('accepted');
  });
});

describe('a subscription to the organiser’s diary', () => {
  const subscribe = (url: string) =>
    bench.client.api('/subscriptions').post({
      changeType: 'created,updated,deleted',
      resource: `/users/${GRACE}/events`,
      notificationUrl: url,
      lifecycleNotificationUrl: url,
      clientState: 'a secret',
      expirationDateTime: '2026-12-20T16:20:00Z',
    });
  const lifecycle = (event: string) =>
    fetch(`${bench.root}/sandbox/subscriptions/lifecycle`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ event, person: GRACE }),
    });

  test('tells of an answer as of a change, and of a meeting that goes', async () => {
    const here = await subscriber();
    const made = await subscribe(here.url);
    const event = await book(GRACE, 'CAM-M012');
    await respond(JO, event, 'decline');
    await bench.client.api(`/users/${GRACE}/events/${event.id}`).delete();
    await bench.sandbox.graph.idle();
    expect(here.told.map(({ changeType }) => changeType)).toEqual(['created', 'updated', 'deleted']);
    await bench.client.api(`/subscriptions/${made.id}`).delete();
    await here.close();
  });

  test('can be made to say that it missed something, wants a new authorisation, or is no more', async () => {
    const here = await subscriber();
    const made = await subscribe(here.url);
    for (const event of ['missed', 'reauthorizationRequired', 'subscriptionRemoved']) {
      expect((await lifecycle(event)).status).toBe(200);
      await bench.sandbox.graph.idle();
    }
    expect(here.told).toMatchObject(
      ['missed', 'reauthorizationRequired', 'subscriptionRemoved'].map((lifecycleEvent) => ({
        lifecycleEvent,
        subscriptionId: made.id,
        clientState: 'a secret',
      })),
    );
    expect((await bench.client.api('/subscriptions').get()).value).toEqual([]);
    expect((await lifecycle('nonsense')).status).toBe(400);
    await here.close();
  });
});
