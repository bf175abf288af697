/** Whose calendars are read and when; what Graph is asked to tell of; and what is made of its telling, or of its silence. */
import { workOutAgain } from '../../src/application/rewrite-rows.ts';
import { watchState } from '../../src/application/watch-state.ts';
import { newWatchMemory } from '../../src/application/watching.ts';
import { addHours } from '../../src/domain/time/instant.ts';
import { DELTA, EVENT, GRACE, outlook, RENEW, SUBSCRIBE } from './outlook.ts';
import { press, record, refer } from './story.ts';
import { openWorld, type TestWorld } from './world.ts';

let at: TestWorld;
afterEach(() => at.close());
const { sheet, booked, recorded, asked, consultation, move, call, lifecycle, faults, live, kept } = outlook(() => at);

describe('told by Graph', () => {
  beforeEach(async () => {
    at = await openWorld({ watching: 'told' });
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
    expect(await kept()).toEqual([]);
    expect(await at.store.readDiaries()).toEqual([]);
    expect(await asked()).toContain('DELETE /subscriptions/id');
    expect(await faults()).toEqual([]);
  });

  test('a subscription that Microsoft removed is made again, and the calendar read for what it missed', async () => {
    const { id, event } = await consultation();
    const [first] = await kept();
    await at.outlook('DELETE', `/subscriptions/${first?.id}`);
    await move(event, '2026-12-18');
    await at.told();
    expect(await booked(id)).toBe('Fri 18 Dec 2026, 09:00 booked');
    await lifecycle('subscriptionRemoved');
    await at.told();
    expect(await asked()).toEqual([SUBSCRIBE, DELTA]);
    expect(await booked(id)).toBe('Fri 18 Dec 2026, 14:00 booked');
    expect((await kept())[0]?.id).not.toBe(first?.id);
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
    const [first] = await kept();
    await at.store.forgetSubscription(first?.resource ?? '');
    await at.settle();
    expect(await asked()).toEqual([SUBSCRIBE, 'GET /subscriptions', RENEW, DELTA]);
    expect(await kept()).toEqual([first]);
  });

  test('what calls an earlier address of this program, or stands for nothing any more, is removed when the program starts', async () => {
    await consultation();
    const { watching } = at.world;
    const subscriptions = watching?.subscriptions;
    if (!watching || !subscriptions) throw new Error('Nobody is told.');
    const [first] = await kept();
    await subscriptions.create(`/users/${at.id('Jo')}/events`, addHours(at.now(), 24), 'word');
    const all = async () =>
      (await subscriptions.all()).map((each) => ({ ...each, callsHere: each.callsHere && each.id !== first?.id }));
    at.replace({ watching: { ...watching, subscriptions: { ...subscriptions, all }, memory: newWatchMemory() } });
    await asked();
    await at.settle();
    expect(await asked()).toEqual([
      'GET /subscriptions',
      'DELETE /subscriptions/id',
      'DELETE /subscriptions/id',
      SUBSCRIBE,
      DELTA,
    ]);
    const left = (await subscriptions.all()).map(({ resource }) => resource);
    expect(left.filter((resource) => resource.endsWith('/events'))).toEqual([first?.resource]);
  });

  test('a call without our word, of a subscription that is not ours or with nonsense in it is answered, counted and passed over', async () => {
    await consultation();
    const [first] = await kept();
    const clientState = at.world.watching?.clientStates.of(first?.resource ?? '');
    const of = { subscriptionId: first?.id };
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
    expect(await kept()).toEqual([first]);
  });

  test('refused subscriptions are asked for ever more seldom; meanwhile each minute is looked, and it is said in words', async () => {
    // Three times to the calendar, and three times to the mailbox.
    await at.fault({ match: { method: 'POST', path: '/subscriptions' }, times: 6, status: 403 });
    const { id, event } = await consultation();
    expect(await live()).toEqual({ live: 0, missing: 1 });
    await at.moveTo('2026-12-17', '16:22');
    await move(event, '2026-12-18');
    await at.moveTo('2026-12-17', '16:23');
    expect(await booked(id)).toBe('Fri 18 Dec 2026, 14:00 booked');
    expect(await faults()).toEqual([
      'Microsoft 365 does not tell of changes in 1 calendar; they are read at each poll instead. Check that it reaches PUBLIC_URL.',
      'Microsoft 365 does not tell of changes in 1 mailbox; they are read at each poll instead. Check that it reaches PUBLIC_URL.',
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

test('at night without a public address it is looked four times an hour, not sixty', async () => {
  at = await openWorld({ watching: 'polled' });
  await consultation();
  await at.moveTo('2026-12-17', '19:00');
  await asked();
  for (const minute of ['05', '10', '14', '16', '20', '29']) await at.moveTo('2026-12-17', `19:${minute}`);
  expect(await asked()).toEqual([DELTA]);
});

test('meetings that were booked before this version are found when it starts', async () => {
  at = await openWorld({ watching: 'told' });
  const { id, event } = await consultation();
  const row = await at.store.caseById(id);
  const { seq } = (await sheet(id)).case;
  // As an earlier version has left it: the case's log, and no index of what is booked.
  if (row) await at.store.append({ caseId: id, expectedSeq: seq, events: [], row, deadlines: [], outbox: [] });
  expect(await at.store.organisersAfter(at.now())).toEqual([]);
  await workOutAgain(at.world);
  expect(await at.store.bookingsOf(at.id('Grace'), at.now())).toMatchObject([{ caseId: id, eventId: event }]);
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
  const [subscription] = await kept();
  at.replace({ watching: undefined } as never);
  await move(first.event, '2026-12-22');
  await at.outlook('DELETE', `/users/${GRACE}/events/${second.event}`);
  await at.outlook('DELETE', `/subscriptions/${subscription?.id}`);
  await at.moveTo('2026-12-21', '10:00');
  await asked();
  await at.restart();
  await at.told();
  expect((await asked()).slice(0, 4)).toEqual(['GET /subscriptions', SUBSCRIBE, DELTA, EVENT]);
  expect(await booked(first.id)).toBe('Tue 22 Dec 2026, 14:00 booked');
  expect(await recorded(second.id, 'cancelled')).toHaveLength(1);
  expect(await faults()).toEqual([]);
});
