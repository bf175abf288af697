/** A referral that somebody writes in Outlook, through Graph to a case, and the answers that go back into its conversation. */
import { fill, key, ok, PATHWAY } from '../story.ts';
import { london, openWorld, STEP_DOWN, type TestWorld } from '../world.ts';

let it: TestWorld;
beforeAll(async () => {
  it = await openWorld({ start: london('2026-12-18', '18:40'), watching: 'told' });
  await it.settle();
});
afterAll(() => it.close());

async function write(from: string, subject: string, text: string): Promise<void> {
  const root = it.sandbox.context.urls.graph.replace(/\/graph$/, '');
  const answer = await fetch(`${root}/sandbox/mail`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ from: { name: 'Amara Obi', address: from }, to: [STEP_DOWN], subject, text }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

const sent = async () => (await it.folder(STEP_DOWN, 'sentitems')).map(({ subject }) => subject);

test('a referral of Friday evening is asked about, opened on Monday from its arrival, and its sender hears', async () => {
  const { mails, drafts } = it.stepwise;
  const [dawn, amara] = [it.id('Dawn'), it.id('Amara')];
  const from = (await it.world.directory.person(amara))?.mail ?? '';
  await it.moveTo('2026-12-18', '18:45');
  const family = 'Child 1: Wilhelmina Thistlewood, 27/3/2015\nMOSAIC no: 5512345\nOutline plan: Weekly visits.';
  await write(from, 'Step down: Thistlewood', `Assessment completed: 17/12/2026\n${family}`);
  await it.told();
  await it.moveTo('2026-12-21', '09:10');

  const [waiting] = await mails.waiting(dawn);
  const id = waiting?.entry.id ?? '';
  const seen = await mails.read(dawn, id);
  expect(seen?.pathways[0]?.due?.due).toBe(london('2026-12-22', '17:00'));
  const asked = await mails.draftAnswer(dawn, id, { missingFor: PATHWAY });
  if ('refused' in asked) throw new Error(asked.words);
  expect(asked.to).toBe(from.toLowerCase());
  expect((await mails.sendAnswer(dawn, id, asked.text, key())).ok).toBe(true);
  await it.settle();
  expect(await sent()).toEqual(['Your e-mail to: Early Help step-down mailbox']);
  expect((await mails.read(dawn, id))?.answers).toMatchObject([{ by: { id: dawn }, gone: true }]);

  const draft = await mails.begin(dawn, id, PATHWAY);
  if ('refused' in draft) throw new Error(draft.words);
  // What the mail does not say is taken from the story's own referral.
  const other = await drafts.get(amara, await fill(it, 'Amara', { children: 1 }));
  for (const [page, answers] of Object.entries(other?.pages ?? {})) {
    const open = Object.entries(answers).filter(([field]) => draft.pages[page]?.[field] === undefined);
    await drafts.save(dawn, draft.id, page, Object.fromEntries(open));
  }
  const sheet = ok(await it.stepwise.send(dawn, draft.id, key()));
  await it.settle();
  expect(sheet.status.deadlines.find(({ step }) => step === 'front-door')?.due).toBe('2026-12-22');
  // Its own mail was the referral: nothing more comes to the mailbox, and the mail is accounted for.
  expect(await it.folder(STEP_DOWN, 'inbox')).toHaveLength(1);
  expect(await it.store.mails.count('camden', [STEP_DOWN.toLowerCase()], null, it.now())).toMatchObject({
    ...{ in: 1, opened: 1, waiting: 0, unread: 0 },
  });

  const told = await mails.draftAnswer(dawn, id, { opened: true });
  if ('refused' in told) throw new Error(told.words);
  expect((await mails.sendAnswer(dawn, id, told.text, key())).ok).toBe(true);
  await it.settle();
  expect(await sent()).toHaveLength(2);

  // A later mail with the child's number only is proposed for the case, and joined by a person.
  await write('head@larkspur.example', 'Attendance', 'About 5512345: please ring.');
  await it.told();
  const [proposed] = await mails.waiting(dawn);
  expect(proposed?.case).toMatchObject({
    reference: sheet.case.reference,
    confidence: 'possible',
    matchedBy: 'child-id',
  });
  expect((await mails.join(dawn, proposed?.entry.id ?? '', sheet.case.reference, key())).ok).toBe(true);
  expect((await mails.ofCase(amara, sheet)).map(({ entry }) => entry.state)).toEqual(['opened', 'joined']);
});
