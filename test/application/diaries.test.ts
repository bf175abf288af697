/** Meetings that people move, cancel, delete or decline in Outlook: seen, recorded once, and without asking Graph for what did not change. */
import type { CaseSheet } from '../../src/application/sheet.ts';
import { watchState } from '../../src/application/watch-state.ts';
import { writeInstant } from '../../src/domain/time/instant.ts';
import { bookConsultation, nameTeam, press, record, refer } from './story.ts';
import { london, openWorld, type Shown, type TestWorld } from './world.ts';

const GRACE = 'grace.adeyemi@camden.example';
const AMARA = 'amara.okafor@camden.example';

let at: TestWorld;
afterEach(() => at.close());

const sheet = async (id: string) => (await at.stepwise.sheet(id)) as CaseSheet;
const view = async (id: string, step = 'consultation') => (await sheet(id)).status.steps[step];
const booked = async (id: string, step?: string) => {
  const booking = (await view(id, step))?.booking;
  return booking && `${writeInstant(booking.start)} ${booking.state}`;
};
const recorded = async (id: string, part: string, step = 'consultation') =>
  (await sheet(id)).case.facts
    .filter(({ fact }) => fact === `${step}.${part}`)
    .map(({ by, answers }) => ({ by, ...answers }));

const DELTA = 'GET /users/id/calendarView/delta';
const VIEW = 'GET /users/id/calendarView';
const EVENT = 'GET /users/id/events/event';
const SUBSCRIBE = 'POST /subscriptions';
const RENEW = 'PATCH /subscriptions/id';

/** What was asked of calendars and subscriptions since it was last asked. */
const asked = async () =>
  (await at.calls())
    .filter(({ path }) => /calendarView|\/events|^\/subscriptions/.test(path))
    .map(({ method, path }) => {
      const plain = path
        .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'id')
        .replace(/events\/[^/]+/, 'events/event')
        .replace(/[\w.]+(@|%40)camden.example/, 'GRACE');
      return `${method} ${plain}`;
    });

/** A consultation is booked on the calendar of Grace, who organises it. Nothing is asked of Graph any more. */
async function consultation(): Promise<{ readonly id: string; readonly event: string }> {
  const { case: of } = await refer(at);
  await nameTeam(at, of.id);
  await bookConsultation(at, of.id);
  await at.told();
  const event = (await at.meetings(GRACE)).find(({ subject }) => subject.startsWith(of.reference)) as Shown;
  await asked();
  return { id: of.id, event: event.id };
}

const utc = (dateTime: string) => ({ dateTime, timeZone: 'UTC' });
const inOutlook = (event: string, start: string, end: string, mailbox = GRACE) =>
  at.outlook('PATCH', `/users/${mailbox}/events/${event}`, { start: utc(start), end: utc(end) });
const move = (event: string, day: string, time = '14') =>
  inOutlook(event, `${day}T${time}:00:00`, `${day}T${time}:30:00`);

/** As an attendee answers in their own calendar. */
async function answer(mailbox: string, how: 'accept' | 'decline'): Promise<void> {
  const { value } = await at.outlook<{ value: Shown[] }>('GET', `/users/${mailbox}/events?$top=500`);
  const copy = value.find(({ subject, isOrganizer }) => /^CAM-/.test(subject) && isOrganizer === false);
  await at.outlook('POST', `/users/${mailbox}/events/${copy?.id}/${how}`, { sendResponse: true });
}

/** As the organiser's copy shows what an attendee has answered by mail. */
async function respond(event: string, response: 'accepted' | 'declined', when: string, address = AMARA): Promise<void> {
  const { diary } = at.sandbox.graph;
  const stored = diary.events.find(
    ({ subject, isOrganizer, organizer }) => isOrganizer && organizer.address === GRACE && subject.startsWith('CAM-'),
  );
  if (!stored) throw new Error(`${event} is not there.`);
  const attendees = stored.attendees.map((each) =>
    each.address.toLowerCase() === address.toLowerCase() ? { ...each, response, answeredAt: when } : each,
  );
  diary.events.put({ ...stored, attendees, version: at.sandbox.context.state.next() });
}

/** A call from Graph, or from somebody who says so. */
async function call(route: 'notifications' | 'lifecycle', value: readonly unknown[]): Promise<number> {
  const answered = await fetch(`${at.botUrl}/api/graph/${route}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ value }),
  });
  return answered.status;
}

async function lifecycle(lifecycleEvent: string): Promise<void> {
  const [{ id, resource } = { id: '', resource: '' }] = await at.store.subscriptions();
  const clientState = at.world.watching?.clientStates.of(resource);
  expect(await call('lifecycle', [{ subscriptionId: id, clientState, lifecycleEvent }])).toBe(202);
}

const faults = async () => (await watchState(at.world))?.faults;
const live = async () => (await watchState(at.world))?.subscriptions;

describe('told by Graph', () => {
  beforeEach(async () => {
    at = await openWorld({ watching: 'told' });
  });

  test('a meeting that is moved has its new time after one call, and is recorded once', async () => {
    const { id, event } = await consultation();
    expect(await booked(id)).toBe('Fri 18 Dec 2026, 09:00 booked');
    await move(event, '2026-12-18');
    await at.told();
    expect(await asked()).toEqual([DELTA]);
    expect(await booked(id)).toBe('Fri 18 Dec 2026, 14:00 booked');
    await call('notifications', [await notification(), await notification()]);
    await at.told();
    expect(await asked()).toEqual([DELTA]);
    expect(await recorded(id, 'moved')).toEqual([
      {
        ...{ by: 'stepwise', eventId: event },
        ...{ start: '2026-12-18T14:00:00.000Z', end: '2026-12-18T14:30:00.000Z' },
      },
    ]);
  });

  async function notification(): Promise<object> {
    const [{ id, resource } = { id: '', resource: '' }] = await at.store.subscriptions();
    return { subscriptionId: id, clientState: at.world.watching?.clientStates.of(resource), changeType: 'updated' };
  }

  test('moved away, back, and away again: each of the three is recorded', async () => {
    const { id, event } = await consultation();
    for (const [day, time] of [
      ['2026-12-18', '14'],
      ['2026-12-18', '09'],
      ['2026-12-18', '14'],
    ] as const) {
      await move(event, day, time);
      await at.told();
    }
    expect((await recorded(id, 'moved')).map((answers) => 'start' in answers && answers.start)).toEqual([
      '2026-12-18T14:00:00.000Z',
      '2026-12-18T09:00:00.000Z',
      '2026-12-18T14:00:00.000Z',
    ]);
  });

  test('a meeting that its organiser deletes has no time any more: one call for the change, one to be sure', async () => {
    const { id, event } = await consultation();
    await at.outlook('DELETE', `/users/${GRACE}/events/${event}`);
    await at.told();
    expect((await asked()).slice(0, 2)).toEqual([DELTA, EVENT]);
    expect(await recorded(id, 'cancelled')).toEqual([{ by: 'stepwise', eventId: event, how: 'deleted' }]);
    expect(await view(id)).toMatchObject({ state: 'open' });
    expect(await booked(id)).toBeUndefined();
  });

  test('a meeting that still lies there, struck through, was cancelled', async () => {
    const { id, event } = await consultation();
    const { watching } = at.world;
    if (!watching) throw new Error('Nobody looks.');
    const gone = { eventId: event, is: 'gone', answers: [] } as const;
    const feed = { ...watching.feed, event: async () => gone };
    at.replace({
      watching: {
        ...watching,
        feed: {
          ...feed,
          changes: async (...given) => ({ ...(await watching.feed.changes(...given)), events: [gone] }),
        },
      },
    });
    await at.store.hint((await at.store.subscriptions()).map(({ resource }) => resource));
    await at.settle();
    expect(await recorded(id, 'cancelled')).toEqual([{ by: 'stepwise', eventId: event, how: 'cancelled' }]);
  });

  test('a meeting that is moved out of the months that are watched has moved, and is not gone', async () => {
    const { id, event } = await consultation();
    await move(event, '2027-06-01', '09');
    await at.told();
    expect((await asked()).slice(0, 3)).toEqual([DELTA, EVENT, VIEW]);
    expect(await booked(id)).toBe('Tue 1 Jun 2027, 10:00 booked');
    expect(await recorded(id, 'cancelled')).toEqual([]);
    await at.moveTo('2026-12-18', '08:31');
    await move(event, '2027-06-02', '09');
    await at.told();
    expect(await booked(id)).toBe('Wed 2 Jun 2027, 10:00 booked');
  });

  test('our own change of the time comes back as news of ours, and is not recorded again', async () => {
    const { id, event } = await consultation();
    await press(at, 'Grace', id, record('consultation', 'booking', { start: london('2026-12-18', '15:00') }));
    await at.told();
    expect((await asked()).filter((each) => each === DELTA || each.startsWith('PATCH'))).toEqual([
      'PATCH /users/GRACE/events/event',
      DELTA,
    ]);
    expect(await booked(id)).toBe('Fri 18 Dec 2026, 15:00 booked');
    expect((await view(id))?.booking?.eventId).toBe(event);
    expect(await recorded(id, 'moved')).toEqual([]);
  });

  test('a time that is still being asked for is not overruled by what stands in Outlook until then', async () => {
    const { id, event } = await consultation();
    await at.fault({ match: { method: 'PATCH', path: '/users/*/events' }, times: 1, status: 503, retryAfter: 120 });
    await press(at, 'Grace', id, record('consultation', 'booking', { start: london('2026-12-18', '15:00') }));
    expect(await booked(id)).toBe('Fri 18 Dec 2026, 15:00 asked');
    await move(event, '2026-12-18', '11');
    await at.told();
    expect(await booked(id)).toBe('Fri 18 Dec 2026, 15:00 asked');
    await at.moveTo('2026-12-17', '16:25');
    await at.told();
    expect(await booked(id)).toBe('Fri 18 Dec 2026, 15:00 booked');
    expect(await recorded(id, 'moved')).toEqual([]);
  });

  test('somebody who declines is recorded once, a yes takes it back, and a second no counts again', async () => {
    const { id, event } = await consultation();
    const declined = async () =>
      (await view(id))?.booking?.declined?.map(({ person, role }) => ({ person, role })) ?? [];
    const amara = [{ person: at.id('Amara'), role: 'social-worker' }];
    await answer(AMARA, 'decline');
    await at.told();
    expect((await asked()).filter((each) => each.includes('delta'))).toEqual([DELTA]);
    expect(await declined()).toEqual(amara);
    await at.store.hint((await at.store.subscriptions()).map(({ resource }) => resource));
    await at.settle();
    expect(await recorded(id, 'declined')).toEqual([
      {
        ...{ by: 'stepwise', person: at.id('Amara'), role: 'social-worker', eventId: event },
        start: '2026-12-18T09:00:00.000Z',
      },
    ]);
    await respond(event, 'accepted', '2026-12-17T16:30:00Z');
    await at.moveTo('2026-12-17', '16:36');
    expect(await declined()).toEqual([]);
    expect(await recorded(id, 'accepted')).toHaveLength(1);
    await respond(event, 'declined', '2026-12-17T16:40:00Z');
    await at.moveTo('2026-12-17', '16:52');
    expect(await declined()).toEqual(amara);
    expect(await recorded(id, 'declined')).toHaveLength(2);
  });

  test('a yes that nobody doubted is no news, nor is what a mailbox or somebody unknown answers', async () => {
    const { id, event } = await consultation();
    const before = (await sheet(id)).case.seq;
    await answer(AMARA, 'accept');
    await at.told();
    await at.outlook('PATCH', `/users/${GRACE}/events/${event}`, {
      attendees: ['EHstepdown@camden.example', 'somebody@elsewhere.example', AMARA].map((address) => ({
        ...{ type: 'required', emailAddress: { name: 'A', address } },
      })),
    });
    await respond(event, 'declined', '2026-12-17T16:30:00Z', 'EHstepdown@camden.example');
    await respond(event, 'declined', '2026-12-17T16:30:00Z', 'somebody@elsewhere.example');
    await at.told();
    expect((await sheet(id)).case.seq).toBe(before);
  });

  test('moved and declined at once: the no counts for the new time', async () => {
    const { id, event } = await consultation();
    await move(event, '2026-12-18');
    await answer(AMARA, 'decline');
    await at.told();
    expect(await asked()).toContain(DELTA);
    expect((await view(id))?.booking).toMatchObject({
      start: '2026-12-18T14:00:00.000Z',
      declined: [{ person: at.id('Amara') }],
    });
  });

  test('other entries in the same calendar are nobody’s business', async () => {
    const { id } = await consultation();
    const before = (await sheet(id)).case.seq;
    await at.outlook('POST', `/users/${GRACE}/events`, {
      ...{ subject: 'Dentist', start: utc('2026-12-18T15:00:00'), end: utc('2026-12-18T16:00:00') },
    });
    await at.told();
    expect(await asked()).toEqual([DELTA]);
    expect((await sheet(id)).case.seq).toBe(before);
  });

  test('where nothing changes nothing is asked; in office time it is looked every quarter of an hour all the same', async () => {
    await consultation();
    await consultation();
    for (let round = 0; round < 3; round += 1) await at.settle();
    expect(await asked()).toEqual([]);
    await at.moveTo('2026-12-17', '16:34');
    expect(await asked()).toEqual([]);
    await at.moveTo('2026-12-17', '16:36');
    expect(await asked()).toEqual([DELTA]);
    await at.moveTo('2026-12-18', '08:29');
    expect((await asked()).length).toBeLessThanOrEqual(1);
    await at.moveTo('2026-12-18', '08:30');
    expect(await asked()).toEqual([DELTA]);
  });

  test('only the calendar that changed is read', async () => {
    const { event } = await consultation();
    const other = await refer(at, {}, 'Amara');
    await press(at, 'Dawn', other.case.id, record('front-door', 'panel', { why: 'complex-family', short: 'Several.' }));
    await at.told();
    expect((await at.store.readDiaries()).length).toBe(2);
    await asked();
    await at.calls();
    await move(event, '2026-12-18');
    await at.told();
    const paths = (await at.calls())
      .map(({ path }) => path)
      .filter((path) => path.includes('delta') && path.includes('calendar'));
    expect(paths).toEqual([`/users/${at.id('Grace')}/calendarView/delta`]);
  });

  test('a calendar whose cursor has been lost is compared as a whole, and what has gone meanwhile is found', async () => {
    const { id, event } = await consultation();
    const other = await consultation();
    await at.fault({ match: { path: '/users/*/calendarView/delta' }, times: 1, status: 410 });
    await at.outlook('DELETE', `/users/${GRACE}/events/${event}`);
    await at.told();
    expect((await asked()).slice(0, 3)).toEqual([DELTA, DELTA, EVENT]);
    expect(await recorded(id, 'cancelled')).toHaveLength(1);
    expect(await booked(other.id)).toContain('booked');
  });

  test('a subscription is renewed with a day to spare, for as long as there is a meeting to come', async () => {
    const { event } = await consultation();
    await move(event, '2027-01-20');
    await at.told();
    await asked();
    await at.moveTo('2026-12-23', '15:19');
    expect(await asked()).not.toContain(RENEW);
    await at.moveTo('2026-12-23', '15:20');
    expect((await asked()).filter((each) => each === RENEW)).toHaveLength(1);
    await at.moveTo('2027-01-19', '12:00');
    expect((await asked()).filter((each) => each.includes('subscriptions'))).toEqual(Array(4).fill(RENEW));
    expect(await live()).toEqual({ live: 1, missing: 0 });
  });

  test('when the last meeting of somebody is over nobody looks into their calendar any more', async () => {
    const { id } = await consultation();
    await at.moveTo('2026-12-18', '09:20');
    await press(at, 'Grace', id, record('consultation', 'held'));
    await at.told();
    expect(await at.store.subscriptions()).toEqual([]);
    expect(await at.store.readDiaries()).toEqual([]);
    expect(await asked()).toContain('DELETE /subscriptions/id');
    expect(await faults()).toEqual([]);
  });

  test('a subscription that Microsoft removed is made again, and the calendar read for what it missed', async () => {
    const { id, event } = await consultation();
    const [kept] = await at.store.subscriptions();
    await at.outlook('DELETE', `/subscriptions/${kept?.id}`);
    await move(event, '2026-12-18');
    await at.told();
    expect(await booked(id)).toBe('Fri 18 Dec 2026, 09:00 booked');
    await lifecycle('subscriptionRemoved');
    await at.told();
    expect(await asked()).toEqual([SUBSCRIBE, DELTA]);
    expect(await booked(id)).toBe('Fri 18 Dec 2026, 14:00 booked');
    expect((await at.store.subscriptions())[0]?.id).not.toBe(kept?.id);
  });

  test('"missed" is read, "reauthorizationRequired" is answered by a renewal', async () => {
    await consultation();
    await lifecycle('missed');
    await at.told();
    expect(await asked()).toEqual([DELTA]);
    await lifecycle('reauthorizationRequired');
    await at.told();
    expect(await asked()).toEqual([RENEW]);
  });

  test('one that stands already, from just before a crash, is taken over', async () => {
    await consultation();
    const [kept] = await at.store.subscriptions();
    await at.store.forgetSubscription(kept?.resource ?? '');
    await at.settle();
    expect(await asked()).toEqual([SUBSCRIBE, 'GET /subscriptions', RENEW, DELTA]);
    expect(await at.store.subscriptions()).toEqual([kept]);
  });

  test('a call without our word, of a subscription that is not ours or with nonsense in it is answered, counted and passed over', async () => {
    await consultation();
    const [kept] = await at.store.subscriptions();
    const clientState = at.world.watching?.clientStates.of(kept?.resource ?? '');
    const of = { subscriptionId: kept?.id };
    const forged = [
      { ...of, clientState: 'guess' },
      { ...of },
      { clientState, subscriptionId: 'other' },
      'nonsense',
      null,
    ];
    expect(await call('notifications', forged)).toBe(202);
    expect(await call('lifecycle', [{ ...of, clientState: 'guess', lifecycleEvent: 'subscriptionRemoved' }])).toBe(202);
    await at.settle();
    expect(await asked()).toEqual([]);
    expect((await watchState(at.world))?.notifications.ignored).toBe(6);
    expect(await at.store.subscriptions()).toEqual([kept]);
  });

  test('refused subscriptions are asked for ever more seldom; meanwhile each minute is looked, and it is said in words', async () => {
    await at.fault({ match: { method: 'POST', path: '/subscriptions' }, times: 3, status: 403 });
    const { id, event } = await consultation();
    expect(await live()).toEqual({ live: 0, missing: 1 });
    await at.moveTo('2026-12-17', '16:22');
    await move(event, '2026-12-18');
    await at.moveTo('2026-12-17', '16:23');
    expect(await booked(id)).toBe('Fri 18 Dec 2026, 14:00 booked');
    expect(await faults()).toEqual([
      'Microsoft 365 does not tell of changes in 1 calendar; they are read at each poll instead. Check that it reaches PUBLIC_URL.',
    ]);
    await at.moveTo('2026-12-17', '17:30');
    expect((await asked()).filter((each) => each === SUBSCRIBE)).toHaveLength(3);
    expect(await live()).toEqual({ live: 1, missing: 0 });
    expect(await faults()).toEqual([]);
    expect(at.logged.join()).not.toMatch(/grace/i);
  });

  test('a calendar that cannot be read holds nothing else up, is tried again and is said', async () => {
    const { id, event } = await consultation();
    await at.fault({ match: { path: '/users/*/calendarView/delta' }, times: 3, status: 503 });
    await move(event, '2026-12-18');
    await at.told();
    expect(await booked(id)).toBe('Fri 18 Dec 2026, 09:00 booked');
    await at.moveTo('2026-12-17', '16:30');
    expect(await faults()).toEqual([
      expect.stringMatching(/^1 calendar has not been read since Thu 17 Dec 2026, 16:20: /),
    ]);
    await at.moveTo('2026-12-17', '16:45');
    expect(await booked(id)).toBe('Fri 18 Dec 2026, 14:00 booked');
    expect(await faults()).toEqual([]);
    expect(at.logged.join()).not.toMatch(/grace/i);
  });
});

test('one case that cannot be read keeps no other on the same calendar from hearing of its meeting', async () => {
  at = await openWorld({ watching: 'told' });
  const one = await consultation();
  const other = await consultation();
  const { store } = at;
  const events = (id: string) => (id === one.id ? Promise.reject(new TypeError('Ann Lee')) : store.events(id));
  at.replace({ store: { ...store, events } });
  await move(one.event, '2026-12-18');
  await move(other.event, '2026-12-18', '15');
  await at.told();
  expect(await booked(other.id)).toBe('Fri 18 Dec 2026, 15:00 booked');
  expect(at.logged.join()).toContain('"diary-not-read"');
  expect(at.logged.join()).not.toContain('Ann Lee');
  at.replace({ store });
  await at.moveTo('2026-12-17', '16:22');
  expect(await booked(one.id)).toBe('Fri 18 Dec 2026, 14:00 booked');
  expect(await recorded(other.id, 'moved')).toHaveLength(1);
});

test('without a public address each poll looks, at most once a minute, and nothing is subscribed to', async () => {
  at = await openWorld({ watching: 'polled' });
  const { id, event } = await consultation();
  await move(event, '2026-12-18');
  await at.settle();
  expect(await asked()).toEqual([]);
  await at.moveTo('2026-12-17', '16:21');
  expect(await asked()).toEqual([DELTA]);
  expect(await booked(id)).toBe('Fri 18 Dec 2026, 14:00 booked');
});

test('after a weekend without the program all of it is found, also of a meeting whose time has passed meanwhile', async () => {
  at = await openWorld({ watching: 'told', onDisk: true });
  const first = await consultation();
  const second = await consultation();
  await move(second.event, '2026-12-21');
  await at.told();
  const [kept] = await at.store.subscriptions();
  at.replace({ watching: undefined } as never);
  await move(first.event, '2026-12-22');
  await at.outlook('DELETE', `/users/${GRACE}/events/${second.event}`);
  await at.outlook('DELETE', `/subscriptions/${kept?.id}`);
  await at.moveTo('2026-12-21', '10:00');
  await asked();
  await at.restart();
  await at.told();
  expect((await asked()).slice(0, 4)).toEqual(['GET /subscriptions', SUBSCRIBE, DELTA, EVENT]);
  expect(await booked(first.id)).toBe('Tue 22 Dec 2026, 14:00 booked');
  expect(await recorded(second.id, 'cancelled')).toHaveLength(1);
  expect(await faults()).toEqual([]);
});
