/** A referral before it is sent. */
import { writeDay, writeInstant } from '../../src/domain/time/instant.ts';
import { fill, key, OFFERED, ok, PATHWAY, press, record, refer } from './story.ts';
import { openWorld, type TestWorld } from './world.ts';

let at: TestWorld;
beforeEach(async () => {
  at = await openWorld({ onDisk: true });
});
afterEach(() => at.close());

test('sentence 8: a half-filled page that was saved is offered again next day with all that was typed, after a restart too', async () => {
  const amara = at.id('Amara');
  const { drafts } = at.stepwise;
  const draft = await drafts.begin(amara, PATHWAY);
  await drafts.save(amara, draft.id, 'agreement', { who: ['mother'], at: '2026-12-17', how: 'by-phone' }, 'assessment');
  await drafts.save(amara, draft.id, 'child.1', { name: 'Perpetua Quillfeather', 'birth-date': '31 31 31' }, 'child.1');
  await at.restart();
  await at.moveTo('2026-12-18', '09:10');
  const offered = await at.stepwise.drafts.begin(amara, PATHWAY);
  expect(offered).toMatchObject({
    id: draft.id,
    page: 'child.1',
    pages: {
      agreement: { who: ['mother'], at: '2026-12-17', how: 'by-phone' },
      'child.1': { name: 'Perpetua Quillfeather', 'birth-date': '31 31 31' },
    },
  });
});

test('each fault of a page is named beside its field, by the engine, and what was typed is kept', async () => {
  const amara = at.id('Amara');
  const id = await fill(at);
  expect(await at.stepwise.drafts.faults(amara, id)).toEqual({});
  await at.stepwise.drafts.save(amara, id, 'child.2', {
    'birth-date': 'in May',
    mosaic: 'not known',
    'same-as-first': [],
  });
  expect(await at.stepwise.drafts.faults(amara, id, 'child.2')).toEqual({
    'child.c2.birth-date': 'Write it like 27 3 2015.',
    'child.c2.mosaic': 'Enter the number, or say why it is not known.',
    'child.c2.schools': 'Enter the school, or: not at school.',
    'child.c2.support-needed': 'Say what support is needed.',
    'child.c2.reasons': 'Say why.',
  });
  expect(await at.stepwise.drafts.faults(amara, id, 'child.1')).toEqual({});
  expect((await at.stepwise.drafts.get(amara, id))?.pages['child.2']).toMatchObject({ 'birth-date': 'in May' });
  const sent = await at.stepwise.send(amara, id, key());
  expect(sent).toMatchObject({ ok: false, refusal: { code: 'faults' } });
  expect(await at.stepwise.drafts.get(amara, id)).toBeDefined();
});

test('a child that is taken out takes its answers along, and those after it move up', async () => {
  const amara = at.id('Amara');
  const id = await fill(at, 'Amara', { children: 3 });
  await at.stepwise.drafts.save(amara, id, 'child.3', { name: 'Third' });
  const draft = await at.stepwise.drafts.setChildren(amara, id, 2, 2);
  expect(draft.children).toBe(2);
  expect(draft.pages['child.2']).toEqual({ name: 'Third' });
  expect(draft.pages['child.3']).toBeUndefined();
  expect(draft.pages['child.1']?.name).toBe('Perpetua Quillfeather');
});

test('only its owner sees a draft, and each is offered the pathways that they may open', async () => {
  const id = await fill(at);
  expect(await at.stepwise.drafts.get(at.id('Ben'), id)).toBeUndefined();
  await expect(at.stepwise.drafts.save(at.id('Ben'), id, 'plan', {})).rejects.toThrow('There is no draft');
  await at.stepwise.drafts.delete(at.id('Ben'), id);
  expect(await at.stepwise.drafts.get(at.id('Amara'), id)).toBeDefined();
  const offered = async (name: string) => (await at.stepwise.startable(at.id(name))).map(({ id }) => id);
  expect(await offered('Amara')).toContain(PATHWAY);
  expect(await offered('Jo')).toEqual(['camden/after-step-down']);
  expect(await offered('Dawn')).toEqual([]);
  const ben = await fill(at, 'Ben');
  expect(ok(await at.stepwise.send(at.id('Ben'), ben, key())).status.named['social-worker']).toBe(at.id('Ben'));
});

test('the limit is known as soon as the date is typed, also one that is still to come', async () => {
  const amara = at.id('Amara');
  const { drafts } = at.stepwise;
  const { id } = await drafts.begin(amara, PATHWAY);
  expect(await drafts.limit(id)).toBeUndefined();
  const limit = async (typed: string) => {
    await drafts.save(amara, id, 'assessment', { at: typed });
    const counted = await drafts.limit(id);
    return counted && writeDay(counted.due);
  };
  expect(await limit('2026-12-17')).toBe('Tue 5 Jan 2027');
  expect(await limit('21 12 2026')).toBe('Thu 7 Jan 2027');
  expect(await limit('one day')).toBeUndefined();
  expect(await limit('2206-12-17')).toBeUndefined();
});

test('visit times: one a day on which her own diary is free, inside the limit, those that can be kept first', async () => {
  const amara = at.id('Amara');
  const id = await fill(at);
  const offered = await at.stepwise.drafts.freeTimes(amara, id);
  // Until a worker can be named, five working days pass: Tue 29 Dec first. Mondays 09:30 to 11:00 she is in a meeting.
  expect(offered.times.map(({ start }) => writeInstant(start))).toEqual([
    'Tue 29 Dec 2026, 10:00',
    'Wed 30 Dec 2026, 10:00',
    'Thu 31 Dec 2026, 10:00',
    'Mon 4 Jan 2027, 14:00',
    'Tue 5 Jan 2027, 10:00',
    'Fri 18 Dec 2026, 10:00',
    'Mon 21 Dec 2026, 14:00',
    'Tue 22 Dec 2026, 10:00',
    'Wed 23 Dec 2026, 10:00',
    'Thu 24 Dec 2026, 10:00',
  ]);
  expect(offered.limit).toBe('2027-01-05');
  expect(offered.diariesUnread).toBe(false);
});

test('with fewer than three free days, busy ones are offered too, and say so', async () => {
  const id = await fill(at);
  await at.outlook('POST', '/users/amara.okafor@camden.example/events', {
    subject: 'Court',
    showAs: 'busy',
    start: { dateTime: '2026-12-18T00:00:00', timeZone: 'UTC' },
    end: { dateTime: '2027-01-05T00:00:00', timeZone: 'UTC' },
  });
  const offered = await at.stepwise.drafts.freeTimes(at.id('Amara'), id);
  const free = offered.times.filter(({ why }) => !why.join().includes('busy'));
  expect(free.map(({ start }) => writeInstant(start))).toEqual(['Tue 5 Jan 2027, 10:00']);
  expect(offered.times.length).toBeGreaterThanOrEqual(3);
});

test('after the panel, new times are looked for up to the new limit', async () => {
  const sheet = await refer(at);
  await at.settle();
  await press(
    at,
    'Dawn',
    sheet.case.id,
    record('front-door', 'panel', { why: 'complex-family', short: 'Two services.' }),
  );
  const now = await at.stepwise.sheet(sheet.case.id);
  const offered = now && (await at.stepwise.ownTimes(at.id('Amara'), now, 'joint-visit'));
  expect(offered?.limit).toBe('2027-01-12');
  expect(offered?.times.map(({ start }) => writeInstant(start))).toContain('Tue 12 Jan 2027, 10:00');
});

test('a diary that cannot be read is said so, and times are offered all the same', async () => {
  const id = await fill(at);
  await at.fault({ match: { path: '/users/*/calendar/getSchedule' }, status: 503, times: 1 });
  const offered = await at.stepwise.drafts.freeTimes(at.id('Amara'), id);
  expect(offered.diariesUnread).toBe(true);
  expect(offered.times.length).toBeGreaterThan(3);
});

test('two cases never have the same reference: where the random source repeats itself, another is taken', async () => {
  const bytes = [new Uint8Array(16).fill(1), new Uint8Array(16).fill(1), new Uint8Array(16).fill(2)];
  at.replace({ randomBytes: () => bytes.shift() ?? new Uint8Array(16).fill(3) });
  const first = ok(await at.stepwise.send(at.id('Amara'), await fill(at), key()));
  const second = ok(await at.stepwise.send(at.id('Amara'), await fill(at, 'Amara', { times: OFFERED }), key()));
  expect([first.case.reference, second.case.reference]).toEqual(['CAM-3333', 'CAM-4444']);
});
