import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  AMARA,
  attendee,
  type Bench,
  GRACE,
  JO,
  london,
  NIA,
  openBench,
  PRIYA,
  pathOf,
  post,
  refusal,
  utc,
} from './graph-harness.ts';

interface GraphEvent {
  id: string;
  iCalUId: string;
  subject: string;
  isOrganizer: boolean;
  isCancelled: boolean;
  showAs: string;
  start: { dateTime: string; timeZone: string };
  attendees: { status: { response: string; time: string }; emailAddress: { address: string } }[];
  onlineMeeting: { joinUrl: string } | null;
  transactionId?: string;
}
interface Schedule {
  scheduleId: string;
  availabilityView: string;
  scheduleItems: Record<string, unknown>[];
  error?: { responseCode: string };
}

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(async () => {
  await bench.finish();
});

const visit = (more: Record<string, unknown> = {}) => ({
  subject: 'CAM-0001 joint visit',
  body: { contentType: 'HTML', content: '<p>Joint visit</p>' },
  start: utc('2027-01-06T10:00:00'),
  end: utc('2027-01-06T11:00:00'),
  attendees: [attendee(JO)],
  sensitivity: 'private',
  ...more,
});

const dayOf = async (who: string, day: string): Promise<GraphEvent[]> =>
  (
    await bench.client
      .api(`/users/${who}/calendarView`)
      .query({ startDateTime: `${day}T00:00:00Z`, endDateTime: `${day}T23:59:59Z` })
      .get()
  ).value;
const book = (who: string, body: Record<string, unknown>): Promise<GraphEvent> =>
  bench.client.api(`/users/${who}/events`).post(body);
const inboxOf = async (
  who: string,
): Promise<{ subject: string; '@odata.type'?: string; meetingMessageType?: string }[]> =>
  (await bench.client.api(`/users/${who}/mailFolders/inbox/messages`).top(50).get()).value;
const schedules = (body: Record<string, unknown>): Promise<{ value: Schedule[] }> =>
  bench.client.api(`/users/${AMARA}/calendar/getSchedule`).post(body);

describe('a meeting', () => {
  test('sent twice with one transactionId is booked once', async () => {
    const body = visit({ transactionId: 'case-1/joint-visit' });
    const first = await book(AMARA, body);
    const again = await book(AMARA, body);
    expect(again.id).toBe(first.id);
    expect(again.transactionId).toBe('case-1/joint-visit');
    expect((await dayOf(AMARA, '2027-01-06')).filter(({ subject }) => subject === body.subject)).toHaveLength(1);
    expect((await dayOf(JO, '2027-01-06')).filter(({ subject }) => subject === body.subject)).toHaveLength(1);
  });

  test('stands in the diary of each attendee with the same iCalUId, as tentative, and an invitation is in the inbox', async () => {
    const event = await book(PRIYA, visit({ subject: 'CAM-0002 consultation', attendees: [attendee(GRACE)] }));
    const copy = (await dayOf(GRACE, '2027-01-06')).find(({ iCalUId }) => iCalUId === event.iCalUId);
    expect(copy).toMatchObject({ isOrganizer: false, showAs: 'tentative' });
    expect(copy?.id).not.toBe(event.id);
    const invitation = (await inboxOf(GRACE)).find(({ subject }) => subject === 'CAM-0002 consultation');
    expect(invitation).toMatchObject({
      '@odata.type': '#microsoft.graph.eventMessageRequest',
      meetingMessageType: 'meetingRequest',
    });
  });

  test("shows the attendee's answer, and when it was given, on the organizer's copy", async () => {
    const event = await book(AMARA, visit({ subject: 'CAM-0003', attendees: [attendee(NIA), attendee(GRACE)] }));
    const mine = (await dayOf(NIA, '2027-01-06')).find(({ iCalUId }) => iCalUId === event.iCalUId);
    await bench.client.api(`/users/${NIA}/events/${mine?.id}/accept`).post({ comment: 'Yes', sendResponse: true });
    const seen: GraphEvent = await bench.client.api(`/users/${AMARA}/events/${event.id}`).get();
    expect(seen.attendees.map(({ status }) => status)).toEqual([
      { response: 'accepted', time: '2026-12-17T16:20:00.000Z' },
      { response: 'none', time: '0001-01-01T00:00:00Z' },
    ]);
    expect((await inboxOf(AMARA)).map(({ subject }) => subject)).toContain('Accepted: CAM-0003');
    expect((await dayOf(NIA, '2027-01-06')).find(({ iCalUId }) => iCalUId === event.iCalUId)?.showAs).toBe('busy');
  });

  test('that is declined leaves the diary of who declined', async () => {
    const event = await book(AMARA, visit({ subject: 'CAM-0004', attendees: [attendee(NIA)] }));
    const mine = (await dayOf(NIA, '2027-01-06')).find(({ iCalUId }) => iCalUId === event.iCalUId);
    await bench.client.api(`/users/${NIA}/events/${mine?.id}/decline`).post({ comment: 'In court' });
    expect((await dayOf(NIA, '2027-01-06')).some(({ iCalUId }) => iCalUId === event.iCalUId)).toBe(false);
    const seen: GraphEvent = await bench.client.api(`/users/${AMARA}/events/${event.id}`).get();
    expect(seen.attendees[0]?.status.response).toBe('declined');
  });

  test('can be answered with tentativelyAccept and another time', async () => {
    const event = await book(AMARA, visit({ subject: 'CAM-0005', attendees: [attendee(NIA)] }));
    const mine = (await dayOf(NIA, '2027-01-06')).find(({ iCalUId }) => iCalUId === event.iCalUId);
    await bench.client.api(`/users/${NIA}/events/${mine?.id}/tentativelyAccept`).post({
      proposedNewTime: { start: utc('2027-01-07T10:00:00'), end: utc('2027-01-07T11:00:00') },
    });
    const seen = await bench.client.api(`/users/${AMARA}/events/${event.id}`).get();
    expect(seen.attendees[0]).toMatchObject({
      status: { response: 'tentativelyAccepted' },
      proposedNewTime: { start: { dateTime: '2027-01-07T10:00:00.0000000' } },
    });
  });

  test('can be cancelled by its organizer only, and is struck through for the others', async () => {
    const event = await book(AMARA, visit({ subject: 'CAM-0006', attendees: [attendee(NIA)] }));
    const copy = (await dayOf(NIA, '2027-01-06')).find(({ iCalUId }) => iCalUId === event.iCalUId);
    expect(await refusal(bench.client.api(`/users/${NIA}/events/${copy?.id}/cancel`).post({}))).toEqual({
      status: 400,
      code: 'ErrorInvalidRequest',
    });
    await bench.client.api(`/users/${AMARA}/events/${event.id}/cancel`).post({ Comment: 'No longer needed' });
    expect(await refusal(bench.client.api(`/users/${AMARA}/events/${event.id}`).get())).toEqual({
      status: 404,
      code: 'ErrorItemNotFound',
    });
    const left: GraphEvent = await bench.client.api(`/users/${NIA}/events/${copy?.id}`).get();
    expect(left).toMatchObject({ isCancelled: true, showAs: 'free', subject: 'Canceled: CAM-0006' });
  });

  test('moved by its organizer moves for all and asks everybody again', async () => {
    const event = await book(AMARA, visit({ subject: 'CAM-0007', attendees: [attendee(NIA)] }));
    const copy = (await dayOf(NIA, '2027-01-06')).find(({ iCalUId }) => iCalUId === event.iCalUId);
    await bench.client.api(`/users/${NIA}/events/${copy?.id}/accept`).post({});
    const moved: GraphEvent = await bench.client
      .api(`/users/${AMARA}/events/${event.id}`)
      .patch({ start: utc('2027-01-08T10:00:00'), end: utc('2027-01-08T11:00:00') });
    expect(moved.attendees[0]?.status.response).toBe('none');
    const theirs: GraphEvent = await bench.client.api(`/users/${NIA}/events/${copy?.id}`).get();
    expect(theirs).toMatchObject({ showAs: 'tentative', start: { dateTime: '2027-01-08T10:00:00.0000000' } });
  });

  test('gains and loses attendees when its list of them changes', async () => {
    const event = await book(AMARA, visit({ subject: 'CAM-0008', attendees: [attendee(NIA)] }));
    await bench.client.api(`/users/${AMARA}/events/${event.id}`).patch({ attendees: [attendee(GRACE)] });
    const has = async (who: string) =>
      (await dayOf(who, '2027-01-06')).find(({ iCalUId }) => iCalUId === event.iCalUId)?.isCancelled;
    expect([await has(NIA), await has(GRACE)]).toEqual([true, false]);
  });

  test('deleted by its organizer is cancelled for the others', async () => {
    const event = await book(AMARA, visit({ subject: 'CAM-0009', attendees: [attendee(NIA)] }));
    await bench.client.api(`/users/${AMARA}/events/${event.id}`).delete();
    const copy = (await dayOf(NIA, '2027-01-06')).find(({ iCalUId }) => iCalUId === event.iCalUId);
    expect(copy?.isCancelled).toBe(true);
    expect((await inboxOf(NIA)).map(({ subject }) => subject)).toContain('Canceled: CAM-0009');
  });

  test('online has a link to join by, and loses it when a new body leaves the meeting out', async () => {
    const event = await book(AMARA, visit({ isOnlineMeeting: true, onlineMeetingProvider: 'teamsForBusiness' }));
    expect(event.onlineMeeting?.joinUrl).toMatch(/^https:\/\/teams\.microsoft\.com\/l\/meetup-join\//);
    const changed = await bench.client
      .api(`/users/${AMARA}/events/${event.id}`)
      .patch({ body: { contentType: 'text', content: 'New words' } });
    expect(changed.isOnlineMeeting).toBe(false);
  });

  test('is told in UTC with seven decimals, or in the zone that Prefer asks for', async () => {
    const event = await book(
      AMARA,
      visit({ start: london('2027-06-07T10:00:00'), end: london('2027-06-07T11:00:00') }),
    );
    expect(event.start).toEqual({ dateTime: '2027-06-07T09:00:00.0000000', timeZone: 'UTC' });
    const preferred: GraphEvent = await bench.client
      .api(`/users/${AMARA}/events/${event.id}`)
      .header('Prefer', 'outlook.timezone="GMT Standard Time"')
      .get();
    expect(preferred.start).toEqual({ dateTime: '2027-06-07T10:00:00.0000000', timeZone: 'GMT Standard Time' });
  });

  test('in a zone that the sandbox does not know is refused rather than put at a wrong hour', async () => {
    const zone = { dateTime: '2027-01-06T10:00:00', timeZone: 'Mars/Olympus' };
    expect(await refusal(book(AMARA, visit({ start: zone, end: zone })))).toEqual({
      status: 400,
      code: 'TimeZoneNotSupportedException',
    });
  });

  test('changed by somebody who saw an older version is refused', async () => {
    const event = await book(AMARA, visit());
    const etag = (event as unknown as Record<string, string>)['@odata.etag'] ?? '';
    const change = (subject: string) =>
      bench.client.api(`/users/${AMARA}/events/${event.id}`).header('If-Match', etag).patch({ subject });
    await change('one');
    expect((await refusal(change('two'))).status).toBe(412);
  });
});

describe('free and busy', () => {
  test('shows each diary by digits, and everybody’s weekly meetings are private', async () => {
    // Monday 21 Dec: Amara 09:30-11:00, Jo 13:00-16:00.
    const { value } = await schedules({
      schedules: [AMARA, JO],
      startTime: london('2026-12-21T09:00:00'),
      endTime: london('2026-12-21T17:00:00'),
      availabilityViewInterval: 60,
    });
    expect(value.map(({ availabilityView }) => availabilityView)).toEqual(['22000000', '00002220']);
    expect(value[0]?.scheduleItems).toEqual([
      {
        status: 'busy',
        start: { dateTime: '2026-12-21T09:30:00.0000000', timeZone: 'UTC' },
        end: { dateTime: '2026-12-21T11:00:00.0000000', timeZone: 'UTC' },
      },
    ]);
  });

  test('shows the subject of what is not private', async () => {
    await book(
      GRACE,
      visit({
        attendees: [],
        sensitivity: 'normal',
        subject: 'Team meeting',
        start: utc('2027-02-03T10:00:00'),
        end: utc('2027-02-03T11:00:00'),
      }),
    );
    const { value } = await schedules({
      schedules: [GRACE],
      startTime: utc('2027-02-03T09:00:00'),
      endTime: utc('2027-02-03T12:00:00'),
    });
    expect(value[0]?.scheduleItems[0]).toMatchObject({ subject: 'Team meeting', isPrivate: false });
    expect(value[0]?.availabilityView).toBe('002200');
  });

  test('of an address that nobody has is an error in its place, and the others are answered', async () => {
    const { value } = await schedules({
      schedules: ['nobody@camden.example', AMARA],
      startTime: utc('2027-02-03T09:00:00'),
      endTime: utc('2027-02-03T12:00:00'),
    });
    expect(value[0]?.error?.responseCode).toBe('ErrorMailRecipientNotFound');
    expect(value[1]?.error).toBeUndefined();
  });

  test('is asked of twenty at most', async () => {
    const window = { startTime: utc('2027-02-03T09:00:00'), endTime: utc('2027-02-03T12:00:00') };
    const many = (n: number) => Array.from({ length: n }, () => AMARA);
    expect((await schedules({ schedules: many(20), ...window })).value).toHaveLength(20);
    expect((await refusal(schedules({ schedules: many(21), ...window }))).status).toBe(400);
  });

  test('is asked of fewer than 62 days', async () => {
    const ask = (end: string) =>
      refusal(schedules({ schedules: [AMARA], startTime: utc('2027-01-01T00:00:00'), endTime: utc(end) }));
    expect((await ask('2027-03-03T23:00:00')).status).toBe(200);
    expect(await ask('2027-03-04T00:00:00')).toEqual({ status: 400, code: 'ErrorTimeIntervalTooBig' });
  });

  test('of somebody on leave is 3, and their mailbox says since when; called back, they are free again', async () => {
    const away = (from: string | null, until: string | null) =>
      post(`${bench.root}/sandbox/away`, { person: 'Nia Powell', from, to: until });
    const view = async () =>
      (
        await schedules({
          schedules: [NIA],
          startTime: utc('2027-03-08T09:00:00'),
          endTime: utc('2027-03-08T11:00:00'),
          availabilityViewInterval: 60,
        })
      ).value[0]?.availabilityView;
    await away('2027-03-08T10:00:00Z', '2027-03-12T17:00:00Z');
    expect(await view()).toBe('03');
    const settings = await bench.client.api(`/users/${NIA}/mailboxSettings`).get();
    expect(settings.automaticRepliesSetting).toMatchObject({
      status: 'scheduled',
      scheduledEndDateTime: { dateTime: '2027-03-12T17:00:00.0000000', timeZone: 'UTC' },
    });
    await away(null, null);
    expect(await view()).toBe('00');
  });
});

describe('a calendar view', () => {
  test('needs both ends of its window', async () => {
    expect((await refusal(bench.client.api(`/users/${AMARA}/calendarView`).get())).status).toBe(400);
  });

  test('tells in rounds what was booked, moved, moved out and deleted', async () => {
    const range = { startDateTime: '2027-04-01T00:00:00Z', endDateTime: '2027-05-01T00:00:00Z' };
    const round = (path: string) => bench.client.api(path).header('Prefer', 'odata.maxpagesize=1').get();
    const spring = (subject: string, day: string) =>
      book(PRIYA, visit({ subject, attendees: [], start: utc(`${day}T10:00:00`), end: utc(`${day}T11:00:00`) }));
    const [one, two] = [await spring('one', '2027-04-06'), await spring('two', '2027-04-07')];
    const first = await round(`/users/${PRIYA}/calendarView/delta?${new URLSearchParams(range).toString()}`);
    expect(first.value.map(({ id }: GraphEvent) => id)).toEqual([one.id]);
    const second = await round(pathOf(first['@odata.nextLink']));
    expect(second.value.map(({ id }: GraphEvent) => id)).toEqual([two.id]);
    expect(second['@odata.nextLink']).toBeUndefined();

    await bench.client
      .api(`/users/${PRIYA}/events/${one.id}`)
      .patch({ start: utc('2027-06-01T10:00:00'), end: utc('2027-06-01T11:00:00') });
    await bench.client.api(`/users/${PRIYA}/events/${two.id}`).delete();
    const changes = await bench.client.api(pathOf(second['@odata.deltaLink'])).get();
    expect(changes.value.map((item: Record<string, unknown>) => [item.id, item['@removed']])).toEqual([
      [one.id, { reason: 'deleted' }],
      [two.id, { reason: 'deleted' }],
    ]);
    const quiet = await bench.client.api(pathOf(changes['@odata.deltaLink'])).get();
    expect(quiet.value).toEqual([]);
  });

  test('takes no $select with delta, as Graph does not', async () => {
    const path = `/users/${PRIYA}/calendarView/delta?startDateTime=2027-04-01T00:00:00Z&endDateTime=2027-05-01T00:00:00Z&$select=id`;
    expect((await refusal(bench.client.api(path).get())).status).toBe(400);
  });
});
