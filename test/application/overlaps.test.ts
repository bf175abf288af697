/** A child who is on an open case already: found by name and birth date, told before anything is sent, passed with a reason. */
import type { Performed } from '../../src/application/sheet.ts';
import { FAMILY, fact, fill, key, ok, press, refer } from './story.ts';
import { openWorld, type TestWorld } from './world.ts';

let at: TestWorld;
beforeEach(async () => {
  at = await openWorld();
});
afterEach(() => at.close());

const again = (by = 'Ben') => fill(at, by, { born: 2015 });
const send = (id: string, by = 'Ben') => at.stepwise.send(at.id(by), id, key());
const refusal = (performed: Performed) => (performed.ok ? undefined : performed.refusal);

test('the person is told on which case the child is, whom to ask, and may not open it', async () => {
  const { case: of } = await refer(at);
  const id = await again();
  expect(await at.stepwise.drafts.overlaps(at.id('Ben'), id)).toEqual([
    {
      caseId: of.id,
      reference: of.reference,
      pathway: of.pathway,
      openedAt: of.openedAt,
      children: ['c1'],
      mayOpen: false,
      askWhom: 'Amara Okafor, social worker',
    },
  ]);
  const own = await again('Amara');
  expect(await at.stepwise.drafts.overlaps(at.id('Amara'), own)).toMatchObject([{ mayOpen: true }]);
});

test('a middle name makes no difference, another birth date or half a draft does', async () => {
  await refer(at);
  const id = await again();
  const ben = at.id('Ben');
  const found = async (answers: Record<string, string>) => {
    await at.stepwise.drafts.save(ben, id, 'child.1', answers);
    return (await at.stepwise.drafts.overlaps(ben, id)).length;
  };
  expect(await found({ name: 'PERPETUA Rose  Quillfeather' })).toBe(1);
  expect(await found({ 'birth-date': '28/3/2015' })).toBe(0);
  expect(await found({ 'birth-date': '27 March 2015' })).toBe(1);
  expect(await found({ 'birth-date': 'in spring' })).toBe(0);
  expect(await found({ 'birth-date': '27 3 2015', name: '' })).toBe(0);
});

test('sending waits until it has been seen and a reason given; both are kept with the case', async () => {
  const { case: of } = await refer(at);
  const id = await again();
  const ben = at.id('Ben');
  const no = refusal(await send(id));
  expect(no?.code).toBe('gate');
  expect(no?.words).toBe(
    `Not sent: a child on it is already on an open case, ${of.reference} (step down after assessment, since Thu 17 Dec 2026). ` +
      'Ask Amara Okafor, social worker. To go on all the same, say why.',
  );
  await at.stepwise.drafts.acceptOverlap(ben, id, [of.reference], '  ');
  expect(refusal(await send(id))?.code).toBe('gate');
  await at.stepwise.drafts.acceptOverlap(ben, id, ['CAM-2222'], 'Another one');
  expect(refusal(await send(id))?.code).toBe('gate');
  await at.stepwise.drafts.acceptOverlap(ben, id, [of.reference], 'Agreed with Amara: the father has his own plan.');
  const sheet = ok(await send(id));
  expect(sheet.case.facts.at(-1)).toMatchObject({
    fact: 'overlap.accepted',
    answers: { references: [of.reference] },
    personal: { why: 'Agreed with Amara: the father has his own plan.' },
  });
  const events = await at.store.events(sheet.case.id);
  expect(new Set(events.map(({ event }) => event.commandKey)).size).toBe(1);
});

test('a case that has ended is in nobody’s way', async () => {
  const { case: of } = await refer(at);
  await press(at, 'Priya', of.id, fact('case.ended', {}, { why: 'The family moved away.' }));
  const id = await again();
  expect(await at.stepwise.drafts.overlaps(at.id('Ben'), id)).toEqual([]);
  expect((await send(id)).ok).toBe(true);
});

test('of two social workers who send the same child at once, one opens a case and the other is told of it', async () => {
  const drafts = [await again('Amara'), await again('Ben')] as const;
  const [one, other] = await Promise.all([send(drafts[0], 'Amara'), send(drafts[1], 'Ben')]);
  const sent = [one, other].filter((performed) => performed.ok);
  const told = [one, other].flatMap((performed) => refusal(performed) ?? []);
  expect(sent).toHaveLength(1);
  expect(told.map(({ code }) => code)).toEqual(['gate']);
  expect(told[0]?.words).toContain(sent[0]?.ok ? sent[0].sheet.case.reference : '?');
  expect(await at.store.caseIds()).toHaveLength(1);
});

test('no name is in what is said, nor in what is logged', async () => {
  await refer(at);
  const id = await again();
  const said = JSON.stringify([
    refusal(await send(id)),
    await at.stepwise.drafts.overlaps(at.id('Ben'), id),
    at.logged,
  ]).toLowerCase();
  for (const word of FAMILY) expect(said).not.toContain(word.toLowerCase());
});

test('cases that were opened before there was an index are found once the program has started again', async () => {
  const { case: of } = await refer(at);
  const { workOutAgain } = await import('../../src/application/rewrite-rows.ts');
  // As the program of before left it: no row of the index, and the rows of the old form.
  const events = await at.store.events(of.id);
  const row = await at.store.caseById(of.id);
  if (!row) throw new Error('There is no such case.');
  await at.store.append({
    ...{ caseId: of.id, expectedSeq: events.length, events: [], row, deadlines: [], outbox: [] },
    children: { named: [], seen: 'any' },
  });
  const id = await again();
  expect(await at.stepwise.drafts.overlaps(at.id('Ben'), id)).toEqual([]);
  await workOutAgain(at.world);
  expect(await at.stepwise.drafts.overlaps(at.id('Ben'), id)).toHaveLength(1);
  expect((await at.stepwise.dueFor(at.id('Dawn'))).map(({ reference }) => reference)).toContain(of.reference);
});
