/** Several hands on one case, and one hand that presses several times. */
import type { CaseSheet, Performed } from '../../src/application/sheet.ts';
import { fill, key, nameTeam, ok, record, refer } from './story.ts';
import { openWorld, STEP_DOWN, type TestWorld } from './world.ts';

let at: TestWorld;
beforeEach(async () => {
  at = await openWorld();
});
afterEach(() => at.close());

const facts = (sheet: CaseSheet | undefined, name: string) =>
  sheet?.case.facts.filter(({ fact }) => fact === name) ?? [];

test('sentence 1: a decision that somebody else has taken already says who decided and when, and changes nothing', async () => {
  const {
    case: { id },
  } = await refer(at);
  await nameTeam(at, id, 'euston', 'Dawn');
  const performed = await at.stepwise.perform(
    at.id('Tomasz'),
    id,
    [record('front-door', 'team', { team: 'families-in-focus' })],
    key(),
  );
  if (performed.ok) throw new Error('The second decision was taken.');
  expect(performed.refusal).toMatchObject({
    code: 'already-done',
    words: 'Already done Thu 17 Dec 2026, 16:20. Your press changed nothing.',
    first: { by: at.id('Dawn'), answers: { team: 'euston' } },
  });
  expect(performed.sheet?.status.team).toBe('euston');
});

test('sentence 2: two managers press different choices at once, one event is recorded and both see it', async () => {
  const {
    case: { id },
  } = await refer(at);
  const press = (by: string, team: string) =>
    at.stepwise.perform(at.id(by), id, [record('front-door', 'team', { team })], key());
  const both = await Promise.all([press('Dawn', 'euston'), press('Tomasz', 'families-in-focus')]);
  expect(both.filter(({ ok }) => ok).length).toBe(1);
  const lost = both.find((each): each is Extract<Performed, { ok: false }> => !each.ok);
  expect(lost?.refusal.code).toBe('already-done');
  const recorded = facts(await at.stepwise.sheet(id), 'front-door.team');
  expect(recorded.length).toBe(1);
  for (const each of both) expect(facts(each.sheet, 'front-door.team')).toEqual(recorded);
  expect(lost?.refusal.first).toEqual(recorded[0]);
});

test('sentence 3: one press that arrives four times is one event, one mail and four equal answers', async () => {
  const draft = await fill(at);
  const press = key();
  const sent = await Promise.all(Array.from({ length: 4 }, () => at.stepwise.send(at.id('Amara'), draft, press)));
  const [first] = sent.map(ok);
  expect(sent.map((each) => ok(each).case)).toEqual(Array(4).fill(first?.case));
  expect(sent.filter((each) => each.ok && each.repeated).length).toBe(3);
  await at.settle();
  await at.settle();
  expect((await at.folder(STEP_DOWN, 'inbox')).length).toBe(1);
  expect((await at.stepwise.casesOf(at.id('Amara'))).length).toBe(1);
  expect(await at.stepwise.drafts.of(at.id('Amara'))).toEqual([]);
});

test('sentence 3: one booking that arrives four times is one invitation', async () => {
  const {
    case: { id },
  } = await refer(at);
  await nameTeam(at, id);
  const sheet = (await at.stepwise.sheet(id)) as CaseSheet;
  const start = (await at.stepwise.timesFor(sheet, 'consultation', false)).times[0]?.start ?? '';
  const press = key();
  const booked = await Promise.all(
    Array.from({ length: 4 }, () =>
      at.stepwise.perform(
        at.id('Grace'),
        id,
        [record('offer', undefined), record('consultation', 'booking', { start })],
        press,
      ),
    ),
  );
  expect(new Set(booked.map((each) => ok(each).case.seq)).size).toBe(1);
  await at.settle();
  expect((await at.meetings('amara.okafor@camden.example')).length).toBe(1);
  expect(facts(await at.stepwise.sheet(id), 'offer').length).toBe(1);
});

test('pressed again tomorrow, the same press is answered as it was and does nothing', async () => {
  const draft = await fill(at);
  const press = key();
  const sent = ok(await at.stepwise.send(at.id('Amara'), draft, press));
  await at.settle();
  await at.moveTo('2026-12-18', '12:00');
  const again = await at.stepwise.send(at.id('Amara'), draft, press);
  expect(ok(again).case.reference).toBe(sent.case.reference);
  // Another press on the same old card, by the same person or by another.
  expect(ok(await at.stepwise.send(at.id('Amara'), draft, key())).case.reference).toBe(sent.case.reference);
  expect(await at.stepwise.send(at.id('Ben'), draft, key())).toMatchObject({ ok: false, refusal: { code: 'unknown' } });
  await at.settle();
  expect((await at.folder(STEP_DOWN, 'inbox')).length).toBe(1);
});

test('two different steps recorded at once are both recorded', async () => {
  const {
    case: { id },
  } = await refer(at);
  await nameTeam(at, id);
  const section = record('section-4', undefined, { complete: true, 'next-step': true, at: '2026-12-17' });
  const actions = record('next-actions', undefined, { actions: true, 'passed-to': 'eu', at: '2026-12-17' });
  const both = await Promise.all([
    at.stepwise.perform(at.id('Amara'), id, [section], key()),
    at.stepwise.perform(at.id('Priya'), id, [actions], key()),
  ]);
  expect(both.map(({ ok }) => ok)).toEqual([true, true]);
  const sheet = await at.stepwise.sheet(id);
  expect(facts(sheet, 'section-4').length + facts(sheet, 'next-actions').length).toBe(2);
  expect(await at.store.verifyChains()).toBeUndefined();
});

test('of two commands in one press either both are recorded or neither is', async () => {
  const {
    case: { id },
  } = await refer(at);
  await nameTeam(at, id);
  const before = (await at.stepwise.sheet(id))?.case.seq;
  // The offer alone would be allowed; a consultation in the past is not.
  const performed = await at.stepwise.perform(
    at.id('Grace'),
    id,
    [record('offer', undefined), record('consultation', 'booking', { start: '2026-12-16T10:00:00Z' })],
    key(),
  );
  expect(performed.ok).toBe(false);
  expect((await at.stepwise.sheet(id))?.case.seq).toBe(before);
});

test('a press reads the log of the case once and writes once', async () => {
  const {
    case: { id },
  } = await refer(at);
  const asked: string[] = [];
  const { store } = at;
  const counting = new Proxy(store, {
    get(target, name: keyof typeof store) {
      return (...given: never[]) => {
        asked.push(name);
        return (target[name] as (...all: never[]) => unknown).apply(target, given);
      };
    },
  });
  at.replace({ store: counting });
  ok(await at.stepwise.perform(at.id('Dawn'), id, [record('front-door', 'team', { team: 'euston' })], key()));
  expect(asked).toEqual(['events', 'append', 'outboxOf']);
});
