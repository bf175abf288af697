/** Drafts that come from a case: one that has ended is taken up again, or a second case is begun beside it. */
import type { CaseSheet } from '../../src/application/sheet.ts';
import { fact, fill, key, ok, press, refer, upToTheVisit } from './story.ts';
import { london, openWorld, type TestWorld } from './world.ts';

const AGAIN = 'camden/after-step-down';

let at: TestWorld;
beforeEach(async () => {
  at = await openWorld();
});
afterEach(() => at.close());

/** A family of two children that is with Jo, and whose case has ended. */
async function ended(): Promise<CaseSheet> {
  const id = await upToTheVisit(at);
  return press(at, 'Priya', id, fact('case.ended', {}, { why: 'All is done.' }));
}

async function takeUp(by: string, sheet: CaseSheet): Promise<string> {
  const person = at.id(by);
  const { id } = await at.stepwise.drafts.begin(person, AGAIN, { case: sheet.case.id, how: 'take-up' });
  await at.stepwise.drafts.save(person, id, 'step-down', { at: '2026-12-18', from: 'assessment' });
  await at.stepwise.drafts.save(person, id, 'what-happened', {
    team: 'euston',
    what: ['not-engaging'],
    note: 'Nobody opens the door.',
  });
  return id;
}

test('who may take it up again is offered that, and only when it has ended', async () => {
  const open = await refer(at);
  const jo = at.id('Jo');
  expect(await at.stepwise.afterwards(jo, open)).toEqual([]);
  const over = await press(at, 'Priya', open.case.id, fact('case.ended', {}, { why: 'Moved.' }));
  expect((await at.stepwise.afterwards(jo, over)).map(({ id }) => id)).toEqual([AGAIN]);
  expect(await at.stepwise.afterwards(at.id('Amara'), over)).toEqual([]);
});

test('its draft is filled in child by child with what is known, and asks anew what the family agrees to', async () => {
  const sheet = await ended();
  const jo = at.id('Jo');
  const draft = await at.stepwise.drafts.begin(jo, AGAIN, { case: sheet.case.id, how: 'take-up' });
  expect(draft).toMatchObject({ children: 2, page: 'step-down', from: { case: sheet.case.id, how: 'take-up' } });
  expect(draft.pages['child.1']).toEqual({
    name: 'Perpetua Quillfeather',
    'birth-date': '2015-03-27',
    mosaic: '4417720',
  });
  expect(draft.pages['child.2']).toMatchObject({ name: 'Barnaby Quillfeather', mosaic: 'not known, born abroad' });
  expect(draft.pages.agreement).toBeUndefined();
  // Begun again, it is the one in hand, and no other.
  expect(await at.stepwise.drafts.begin(jo, AGAIN, { case: sheet.case.id, how: 'take-up' })).toEqual(draft);
  expect((await at.stepwise.drafts.begin(jo, AGAIN)).id).not.toBe(draft.id);
});

test('to somebody who may not open the case the draft tells nothing of the family', async () => {
  const sheet = await ended();
  const draft = await at.stepwise.drafts.begin(at.id('Lena'), AGAIN, { case: sheet.case.id, how: 'take-up' });
  expect(draft).toMatchObject({ children: 1, pages: {} });
});

test('sent, the same case goes on under its own reference, with its history, and the child is found on it', async () => {
  const sheet = await ended();
  const id = await takeUp('Jo', sheet);
  expect(await at.stepwise.drafts.faults(at.id('Jo'), id)).toEqual({});
  expect(await at.stepwise.drafts.overlaps(at.id('Jo'), id)).toEqual([]);
  const press1 = key();
  const after = ok(await at.stepwise.send(at.id('Jo'), id, press1));
  expect(after.case).toMatchObject({ id: sheet.case.id, reference: sheet.case.reference, pathway: AGAIN });
  expect(after.case.earlier.map(({ pathway }) => pathway)).toEqual([sheet.case.pathway]);
  expect(after.status.ended).toBeUndefined();
  expect(after.status.steps['first-attempt']?.state).toBe('open');
  expect(await at.stepwise.drafts.get(at.id('Jo'), id)).toBeUndefined();
  expect(await at.store.caseById(sheet.case.id)).toMatchObject({ pathway: AGAIN, status: 'open', team: 'euston' });
  await at.settle();
  // The same press again, or another one on the same draft, changes nothing.
  for (const each of [press1, key()])
    expect(await at.stepwise.send(at.id('Jo'), id, each)).toMatchObject({ ok: true, repeated: true });
  expect((await at.store.events(sheet.case.id)).filter(({ event }) => event.type === 'case-moved')).toHaveLength(1);

  const other = await fill(at, 'Ben', { born: 2015 });
  expect(await at.stepwise.drafts.overlaps(at.id('Ben'), other)).toMatchObject([
    { reference: sheet.case.reference, pathway: AGAIN },
  ]);
});

test('a family worker named on it before is named on it again, and sees it among her cases', async () => {
  const sheet = await ended();
  ok(await at.stepwise.send(at.id('Jo'), await takeUp('Jo', sheet), key()));
  const [first] = await at.stepwise.casesOf(at.id('Jo'));
  expect(first).toMatchObject({ reference: sheet.case.reference, pathway: AGAIN, status: 'open' });
  expect(first?.people).toContainEqual({ person: at.id('Jo'), role: 'family-worker' });
});

test('what is missing is named beside its field; who may not open it is told who does', async () => {
  const sheet = await ended();
  const jo = at.id('Jo');
  const { id } = await at.stepwise.drafts.begin(jo, AGAIN, { case: sheet.case.id, how: 'take-up' });
  expect(await at.stepwise.drafts.faults(jo, id, 'step-down')).toEqual({
    'step-down.at': 'Enter the day of the step down.',
    'step-down.from': 'Choose from what it was stepped down.',
  });
  expect(await at.stepwise.send(jo, id, key())).toMatchObject({ ok: false, refusal: { code: 'faults' } });
  const amaras = await takeUp('Amara', sheet);
  expect(await at.stepwise.send(at.id('Amara'), amaras, key())).toMatchObject({
    ok: false,
    refusal: { code: 'not-permitted' },
  });
});

test('a case that was taken up by somebody else meanwhile is not taken up twice', async () => {
  const sheet = await ended();
  const [jos, graces] = [await takeUp('Jo', sheet), await takeUp('Grace', sheet)];
  ok(await at.stepwise.send(at.id('Jo'), jos, key()));
  expect(await at.stepwise.send(at.id('Grace'), graces, key())).toMatchObject({
    ok: false,
    refusal: { code: 'not-open' },
  });
});

test('a linked case: its draft lies before the person who pressed, once, and is sent as a second case', async () => {
  const { case: of } = await refer(at);
  const amara = at.id('Amara');
  const effect = {
    kind: 'begin' as const,
    key: `${of.id}/x/begin/9`,
    step: 'request',
    pathway: 'camden/after-cin-review',
    person: amara,
  };
  const item = (n: number) => ({ key: `${effect.key}${n === 1 ? '' : n}`, caseId: of.id, effect, notBefore: at.now() });
  await at.store.enqueue([item(1), item(2)]);
  await at.settle();
  const begun = at.posts().filter((line) => line.includes('begin '));
  expect(begun).toEqual(['Thu 17 Dec 2026, 16:20 Amara begin camden/after-cin-review']);
  const drafts = await at.stepwise.drafts.of(amara);
  expect(drafts).toHaveLength(1);
  expect(drafts[0]).toMatchObject({
    pathway: 'camden/after-cin-review',
    from: { case: of.id, how: 'starts' },
    children: 2,
  });
  expect(drafts[0]?.pages['child.1']).toMatchObject({ name: 'Perpetua Quillfeather' });
  // The case that it comes from is no overlap of it.
  expect(await at.stepwise.drafts.overlaps(amara, drafts[0]?.id ?? '')).toEqual([]);
});

test('begun in the evening, the draft is there at once and its message comes in the morning', async () => {
  const { case: of } = await refer(at);
  await at.moveTo('2026-12-17', '19:00');
  const amara = at.id('Amara');
  const effect = { kind: 'begin' as const, key: `${of.id}/x/begin/9`, step: 'request', pathway: AGAIN, person: amara };
  await at.store.enqueue([{ key: effect.key, caseId: of.id, effect, notBefore: london('2026-12-17', '19:00') }]);
  await at.settle();
  expect(await at.stepwise.drafts.of(amara)).toHaveLength(1);
  expect(at.posts().filter((line) => line.includes('begin '))).toEqual([]);
  await at.moveTo('2026-12-18', '09:00');
  expect(at.posts().filter((line) => line.includes('begin '))).toEqual([`Fri 18 Dec 2026, 08:30 Amara begin ${AGAIN}`]);
});

test('a case whose family has been erased is not taken up again: it is refused in words, and a new one can be started', async () => {
  const sheet = await ended();
  const id = await takeUp('Jo', sheet);
  await at.store.erase(sheet.case.id);
  const no = await at.stepwise.send(at.id('Jo'), id, key());
  expect(no).toMatchObject({ ok: false, refusal: { code: 'not-open' } });
  expect(no.ok ? '' : no.refusal.words).toContain('has been erased, so nothing about it can be kept on this case');
  // Nothing was written, and nothing typed is lost.
  expect((await at.stepwise.sheet(sheet.case.id))?.status.ended).toBeDefined();
  expect(await at.stepwise.drafts.get(at.id('Jo'), id)).toBeDefined();
  // On the case itself too, whatever would have to be kept of the family.
  const reopened = await at.stepwise.perform(
    at.id('Priya'),
    sheet.case.id,
    [fact('case.reopened', {}, { why: 'By mistake.' })],
    key(),
  );
  expect(reopened).toMatchObject({ ok: false, refusal: { code: 'not-open' } });
});
