/** The card that asks for cover can be answered by whoever is asked, before the step is late. */
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { nameTeam, refer } from '../application/story.ts';
import { london } from '../application/world.ts';
import { inputsOf, wordsOf } from './check-card.ts';
import { openPlay, type Play } from './play.ts';

jest.setTimeout(120_000);

let play: Play;
let id: string;
beforeEach(async () => {
  play = await openPlay();
  id = (await refer(play.at)).case.id;
  await nameTeam(play.at, id);
  // The offer is due on Fri 18 Dec 2026.
  await play.at.away(play.at.id('Grace'), london('2026-12-18', '00:00'), london('2026-12-22', '00:00'));
  await play.at.moveTo('2026-12-18', '08:45');
});
afterEach(() => play.close());

test('the manager of a team manager who is away hands her steps over', async () => {
  const card = play.cardOf('Ruth', 'Hand over');
  const [cover] = (inputsOf(card)[0]?.choices ?? []) as { value: string }[];
  const done = (await play.press('Ruth', card, 'Hand over', { cover: cover?.value ?? '' })).card;
  expect(wordsOf(done)).toContain('Done: handed over');
  expect((await play.at.stepwise.sheet(id))?.status.cover).toHaveLength(1);
});

test('or leaves it as it is', async () => {
  const done = (await play.press('Ruth', play.cardOf('Ruth', 'Hand over'), 'Leave as it is')).card;
  expect(wordsOf(done)).toContain('Done: left as it is');
});

test('a colleague who comes by the card arranges nothing', async () => {
  const card = play.cardOf('Ruth', 'Hand over');
  const [cover] = (inputsOf(card)[0]?.choices ?? []) as { value: string }[];
  expect((await play.press('Jo', card, 'Hand over', { cover: cover?.value ?? '' })).said).toContain(
    'A manager arranges cover.',
  );
  expect((await play.at.stepwise.sheet(id))?.status.cover).toEqual([]);
});
