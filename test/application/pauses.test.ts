/** A case that is paused: nobody is chased until its day, every clock runs on, and on the day it comes back. */
import { fact, press, refer } from './story.ts';
import { openWorld, type TestWorld } from './world.ts';

let at: TestWorld;
beforeEach(async () => {
  at = await openWorld();
});
afterEach(() => at.close());

async function paused(until: string) {
  const { case: of } = await refer(at);
  const sheet = await press(
    at,
    'Priya',
    of.id,
    fact('case.paused', { until }, { why: 'The family is away for Christmas.' }),
  );
  return { id: of.id, reference: of.reference, sheet };
}
const chased = (posts: readonly string[]) => posts.filter((line) => /digest|escalation|away/.test(line));
const due = async () => (await at.stepwise.dueFor(at.id('Dawn'))).map(({ step }) => step);

test('no reminder, no line of a digest and no word to a manager until the day; the dates stay as they were', async () => {
  const before = await refer(at);
  const front = before.status.deadlines.find(({ step }) => step === 'front-door');
  const { id } = await paused('2027-01-06');
  await press(at, 'Priya', before.case.id, fact('case.ended', {}, { why: 'Moved.' }));
  expect(await due()).toEqual([]);
  await at.moveTo('2027-01-05', '16:00');
  expect(chased(at.posts())).toEqual([]);
  const now = await at.stepwise.sheet(id);
  expect(now?.status.paused?.until).toBe('2027-01-06');
  expect(now?.status.deadlines.find(({ step }) => step === 'front-door')?.due).toBe(front?.due);
});

test('on the day its steps are in the morning’s digest again, and a card comes back to whoever paused it and owes it', async () => {
  const { id, reference } = await paused('2027-01-06');
  await at.moveTo('2027-01-06', '08:00');
  const yet = at.posts().length;
  await at.moveTo('2027-01-06', '09:00');
  const posts = at.posts().slice(yet);
  expect(posts).toContain('Wed 6 Jan 2027, 08:30 Priya case');
  expect(posts).toContain('Wed 6 Jan 2027, 08:30 Dawn case');
  expect(posts).toContain('Wed 6 Jan 2027, 08:30 #front-door digest');
  expect(at.stands('#front-door', 'digest')?.lines?.join()).toContain(`overdue ${reference}`);
  expect((await at.stepwise.sheet(id))?.status.paused).toBeUndefined();
  // Once: the next morning brings only the digest.
  const then = at.posts().length;
  await at.moveTo('2027-01-07', '09:00');
  expect(
    at
      .posts()
      .slice(then)
      .filter((line) => line.endsWith(' case')),
  ).toEqual([]);
});

test('a day on which nobody works brings it back on the next morning that is staffed', async () => {
  await paused('2026-12-25');
  await at.moveTo('2026-12-29', '08:00');
  expect(at.posts().filter((line) => line.includes('Dec 2026, 08:30 Priya case'))).toEqual([]);
  await at.moveTo('2026-12-29', '09:00');
  expect(at.posts()).toContain('Tue 29 Dec 2026, 08:30 Priya case');
});

test('resumed before, it is reminded of at once, and does not come back a second time', async () => {
  const { id } = await paused('2027-01-06');
  await at.moveTo('2026-12-21', '12:00');
  await press(at, 'Priya', id, fact('case.resumed'));
  expect(await due()).toContain('front-door');
  const yet = at.posts().length;
  await at.moveTo('2027-01-06', '12:00');
  expect(
    at
      .posts()
      .slice(yet)
      .filter((line) => line.includes('6 Jan 2027, 08:30 Priya')),
  ).toEqual([]);
});

test('paused for longer, it comes back on the later day', async () => {
  const { id } = await paused('2026-12-22');
  await press(at, 'Priya', id, fact('case.paused', { until: '2027-01-06' }, { why: 'They come back later.' }));
  await at.moveTo('2027-01-05', '16:00');
  expect(chased(at.posts())).toEqual([]);
  await at.moveTo('2027-01-06', '09:00');
  expect(at.posts()).toContain('Wed 6 Jan 2027, 08:30 Priya case');
});
