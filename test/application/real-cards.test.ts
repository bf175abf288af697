/** The whole way once more, with the cards that people really see. What they look like is tested with them (test/bot). */
import { createDrawing } from '../../bot/cards/drawing.ts';
import { FAMILY, press, record, upToTheVisit } from './story.ts';
import { openWorld, type TestWorld } from './world.ts';

let at: TestWorld;
beforeEach(async () => {
  at = await openWorld({ drawing: createDrawing({ signingKey: 'a key for these tests' }) });
});
afterEach(() => at.close());

const edits = () => at.chat.sent.filter(({ kind }) => kind === 'edit').length;

test('the whole way in real cards: small enough, without the family in channels and bells, and what is final is left alone', async () => {
  const id = await upToTheVisit(at);
  await at.moveTo('2026-12-30', '12:00');
  let before = edits();
  await press(at, 'Jo', id, record('joint-visit', 'held', { 'who-was-there': ['mother', 'children'] }));
  // The two case cards, and both people's two of the visit: nine more stand in chats and channels, and are final.
  expect(edits() - before).toBe(6);
  before = edits();
  const closed = await press(at, 'Amara', id, record('close', undefined, { at: '2026-12-30' }));
  expect(closed.status.holder).toBe('early-help');
  // At the end all of them say who holds the family now.
  expect(edits() - before).toBeGreaterThan(10);

  for (const { to, card, bell } of at.chat.sent) {
    expect(JSON.stringify(card).length).toBeLessThan(28_000);
    expect(bell.length).toBeLessThanOrEqual(90);
    const open = to.startsWith('19:') ? `${bell} ${JSON.stringify(card)}` : bell;
    for (const word of FAMILY) expect(open).not.toContain(word);
  }
  const people = at.chat.sent.filter(({ to }) => !to.startsWith('19:'));
  expect(people.some(({ card }) => JSON.stringify(card).includes('Perpetua Quillfeather'))).toBe(true);
});
