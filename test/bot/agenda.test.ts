/** "agenda", typed: when each panel meets next, and how many wait for it. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { FAMILY, press, record, refer } from '../application/story.ts';
import { wordsOf } from './check-card.ts';
import { openPlay, type Play } from './play.ts';

jest.setTimeout(120_000);

let play: Play;
let reference: string;
beforeAll(async () => {
  play = await openPlay();
  const { case: of } = await refer(play.at);
  reference = of.reference;
  await press(play.at, 'Dawn', of.id, record('front-door', 'panel', { why: 'complex-family', short: 'Two services.' }));
});
afterAll(() => play.close());

test('names each forum with its day, its hour, how many wait, and when its list closes', async () => {
  const words = wordsOf((await play.type('Amara', 'When is the next panel?')).card);
  expect(words).toContain('When they meet next');
  expect(words).toContain('Early Help Panel: ');
  expect(words).toContain('Tue 22 Dec 2026, 10:00. On its list: 1. The list closes Mon 21 Dec 2026, 17:00.');
  expect(words).toContain('Daily Discussion: ');
  expect(words).toContain('Fri 18 Dec 2026, 09:30. Nothing is on its list.');
});

test('says nothing of any family, not even a reference', async () => {
  const words = wordsOf((await play.type('Amara', 'agenda')).card);
  for (const word of [...FAMILY, reference]) expect(words).not.toContain(word);
});

test('after the list has closed, says for which session what comes now is', async () => {
  await play.at.moveTo('2026-12-21', '17:30');
  const words = wordsOf((await play.type('Amara', 'panels')).card);
  expect(words).toContain(
    'Tue 22 Dec 2026, 10:00. On its list: 1. The list is closed: what comes now is for Tue 29 Dec 2026.',
  );
});
