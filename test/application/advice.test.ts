/** It is no step down: the case is over, and whoever referred the family hears it in writing all the same, once (CAM-A-10). */
import { fact, press, record, refer } from './story.ts';
import { openWorld, STEP_DOWN, type TestWorld } from './world.ts';

let at: TestWorld;
beforeEach(async () => {
  at = await openWorld();
});
afterEach(() => at.close());

const AMARA = 'amara.okafor@camden.example';
const heard = async () =>
  (await at.folder(AMARA, 'inbox')).filter(({ subject }) => subject.endsWith('Not a step down'));

test('the mail goes out from the front door’s mailbox, and that it went stands on the case that has ended', async () => {
  const { case: of } = await refer(at);
  const sheet = await press(at, 'Dawn', of.id, record('front-door', 'advice', { advice: 'Ask the school nurse.' }));
  expect(sheet.status.ended).toMatchObject({ how: 'advice-given' });
  const [mail, ...more] = await heard();
  expect(more).toEqual([]);
  expect(mail).toMatchObject({ from: { emailAddress: { address: STEP_DOWN } } });
  expect(JSON.stringify(mail)).not.toContain('school nurse');
  expect((await at.stepwise.sheet(of.id))?.case.facts.at(-1)?.fact).toBe('advice-answer.sent');
  await at.moveTo('2026-12-22', '12:00');
  expect(await heard()).toHaveLength(1);
});

test('a case that a manager ends for another reason sends none', async () => {
  const { case: of } = await refer(at);
  await press(at, 'Priya', of.id, fact('case.ended', {}, { why: 'Moved.' }));
  await at.moveTo('2026-12-22', '12:00');
  expect(await heard()).toEqual([]);
});
