/** A full channel and an empty one, and a mailbox that does not take what it is sent. */
import { jest } from '@jest/globals';
import { mailsIn } from './person.ts';
import { type Product, startProduct } from './product.ts';
import { type Cast, cast, FRONT_DOOR, referenceOn, sendReferral, writeReferral } from './scenes.ts';

jest.setTimeout(180_000);

let product: Product;
let people: Cast;

beforeAll(async () => {
  product = await startProduct();
  people = cast(product);
});
afterAll(() => product?.stop());

async function send(): Promise<string> {
  const check = await writeReferral(people.socialWorker);
  return referenceOn(await sendReferral(people.socialWorker, check));
}

test('When the mailbox refuses the referral, no card says "sent" until it is.', async () => {
  const { socialWorker, frontDoor } = people;
  await product.failGraph({ match: { method: 'POST', path: '/users/*/messages' }, times: 200, status: 503 });
  const reference = await send();
  await product.settle();
  await product.moveClock({ to: '2026-12-17T16:40:00Z' });

  const cards = (await socialWorker.chat()).filter(({ words }) => words.includes(reference));
  expect(cards.length).toBeGreaterThan(0);
  for (const { words } of cards) expect(words).not.toMatch(/(?<!being )\bsent\b/i);
  expect(cards.map(({ words }) => words).join('\n')).toContain(
    'The mailbox did not take it. I keep trying; nothing is lost. If urgent, ring the front door.',
  );
  expect(await mailsIn(product, 'EHstepdown@camden.example')).toHaveLength(0);
  expect((await frontDoor.channel(FRONT_DOOR)).some(({ words }) => words.includes(reference))).toBe(false);

  await fetch(`${product.sandbox}/sandbox/faults`, { method: 'DELETE' });
  await product.moveClock({ to: '2026-12-18T09:00:00Z' });
  expect((await mailsIn(product, 'EHstepdown@camden.example')).map(({ subject }) => subject)).toEqual([
    `${reference} Step down referral`,
  ]);
  const after = (await socialWorker.chat()).filter(({ words }) => words.includes(reference));
  expect(after.map(({ words }) => words).join('\n')).toContain(`Referral sent: ${reference}`);
});

test('When 40 steps are due, the digest is one card under 28 kB, ten lines, right counts; when none is, no card.', async () => {
  const { frontDoor, kentishTownManager } = people;
  // One stands already, due on Mon 21 Dec; these on Tue 22, the last on Wed 23.
  for (let n = 0; n < 14; n += 1) await send();
  await product.settle();
  await product.moveClock({ to: '2026-12-21T09:00:00Z' });
  for (let n = 0; n < 25; n += 1) await send();
  await product.settle();
  await product.moveClock({ to: '2026-12-22T09:00:00Z' });

  const digests = (await frontDoor.channel(FRONT_DOOR)).filter(
    ({ sentAt, headings }) => sentAt.startsWith('2026-12-22') && headings.some((each) => each.startsWith('Due')),
  );
  expect(digests).toHaveLength(1);
  const [digest] = digests;
  expect(digest?.headings[0]).toBe('Due: 1 overdue, 14 today, 25 tomorrow.');
  expect(digest?.words.match(/^(Overdue|Today|Tomorrow): CAM-/gm)).toHaveLength(10);
  expect(digest?.words).toContain('30 more');
  expect(Buffer.byteLength(JSON.stringify(digest?.card))).toBeLessThan(28 * 1024);
  expect(digest?.bell).toBe('1 overdue, 14 today');

  const quiet = (await kentishTownManager.channel('Kentish Town East')).filter(({ sentAt }) => sentAt > '2026-12-18');
  expect(quiet).toEqual([]);
});
