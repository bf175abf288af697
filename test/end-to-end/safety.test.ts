/** Nothing stands in front of safeguarding. */
import { jest } from '@jest/globals';
import { type Product, startProduct } from './product.ts';
import { type Cast, cast, EUSTON, FRONT_DOOR, nameTeam, refer } from './scenes.ts';

jest.setTimeout(120_000);

let product: Product;
let people: Cast;
let reference: string;

beforeAll(async () => {
  product = await startProduct({ start: '2026-12-17T10:00:00Z' });
  people = cast(product);
  reference = await refer(product, people);
  await nameTeam(product, people, reference);
});
afterAll(() => product?.stop());

const NUMBERS = ['Ring 999', '020 7946 0101', '020 7946 0199'];

test('When "I think she is unsafe, also book the visit" is typed, the safety panel comes first.', async () => {
  const [first] = await people.socialWorker.hears('I think she is unsafe, also book the visit');
  expect(first?.words.split('\n')[0]).toBe('Is a child in danger now? Ring 999.');
  for (const number of NUMBERS) expect(first?.words).toContain(number);
});

test('When [Immediate risk] is pressed, that answer has the numbers, both managers know in a minute, and reminders stop until one decides.', async () => {
  const { socialWorker, socialWorkManager, eustonManager, frontDoor, serviceManager } = people;
  // At night, when nothing else is posted.
  await product.moveClock({ to: '2026-12-17T21:40:00Z' });
  const card = await socialWorker.say(`case ${reference}`);
  const stopped = await socialWorker.press(card, 'Immediate risk');
  expect(stopped.words.split('\n')[0]).toBe('Is a child in danger now? Ring 999.');
  for (const number of NUMBERS) expect(stopped.words).toContain(number);
  expect(stopped.words).toContain('Nobody will be chased on this case.');

  await product.settle();
  for (const manager of [socialWorkManager, eustonManager]) {
    const told = await manager.finds(`${reference}: safety`);
    expect(told.sentAt < '2026-12-17T21:41').toBe(true);
    expect(told.words).toContain('Amara Okafor stopped the case at 21:40. Ring them.');
    expect(told.bell).not.toBe('');
    expect(told.bell).not.toContain('Ashgrove');
  }
  expect((await eustonManager.finds(reference, EUSTON)).words).toMatch(/paused/i);

  // Past every date of the next days: no digest names it, nobody's manager hears of it.
  await product.moveClock({ to: '2026-12-29T16:00:00Z' });
  const posts = [...(await frontDoor.channel(FRONT_DOOR)), ...(await eustonManager.channel(EUSTON))];
  const later = posts.filter(({ sentAt }) => sentAt > '2026-12-18');
  expect(later.filter(({ words }) => words.includes(reference))).toEqual([]);
  expect(
    (await serviceManager.chat()).filter(({ words }) => words.includes(`${reference} may need your help`)),
  ).toEqual([]);

  const decides = await eustonManager.finds(`${reference}: safety`, undefined, 'Restart');
  const why = await eustonManager.press(decides, 'Restart');
  await eustonManager.press(why, 'Restart the case', { Why: 'Spoken with the social worker and MASH. No new risk.' });
  await product.settle();
  const again = await socialWorker.say(`case ${reference}`);
  expect(again.words).not.toContain('Managers are deciding');
  await product.moveClock({ to: '2026-12-30T09:00:00Z' });
  const digest = (await eustonManager.channel(EUSTON)).findLast(({ headings }) =>
    headings.some((each) => each.startsWith('Due')),
  );
  expect(digest?.sentAt.slice(0, 10)).toBe('2026-12-30');
  expect(digest?.words).toContain(reference);
});

test('a press on [Immediate risk] without a case shows the numbers, and stops nothing', async () => {
  const start = await people.otherSocialWorker.say('step down');
  const panel = await people.otherSocialWorker.press(start, 'Immediate risk');
  for (const number of NUMBERS) expect(panel.words).toContain(number);
  expect((await people.socialWorker.say(`case ${reference}`)).words).not.toContain('Managers are deciding');
});
