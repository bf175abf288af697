/** Meetings that people move, cancel, delete or decline in Outlook: seen, recorded once, and by as few calls as can be. */

import { AMARA, DELTA, EVENT, GRACE, outlook, utc, VIEW } from './outlook.ts';
import { press, record } from './story.ts';
import { london, openWorld, type TestWorld } from './world.ts';

let at: TestWorld;
afterEach(() => at.close());
const { sheet, view, booked, recorded, asked, consultation, move, answer, respond, call, notification } = outlook(
  () => at,
);

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
    await respond(event, 'tentativelyAccepted', '2026-12-17T16:55:00Z');
    await at.moveTo('2026-12-18', '08:40');
    expect(await declined()).toEqual([]);
  });

  test('a yes that nobody doubted is no news, nor is what a mailbox or somebody unknown answers', async () => {
    const { id, event } = await consultation();
    // But for the invitation itself, which comes to the mailbox.
    const recordedOf = async () => (await sheet(id)).case.facts.filter(({ fact }) => !fact.startsWith('mail.')).length;
    const before = await recordedOf();
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
    expect(await recordedOf()).toBe(before);
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
});
