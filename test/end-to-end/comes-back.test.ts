/** A family that is here already, a case that waits, one whose ending was a mistake, and one that comes back. */
import { jest } from '@jest/globals';
import { standsIn } from './card.ts';
import { type Product, startProduct } from './product.ts';
import {
  AGREEMENT,
  acceptFamily,
  type Cast,
  cast,
  closeCase,
  FAMILY,
  type Family,
  FRONT_DOOR,
  holdVisit,
  nameTeam,
  openDetail,
  refer,
  referenceOn,
  tickMosaic,
  writeReferral,
} from './scenes.ts';

jest.setTimeout(120_000);

let product: Product;
let people: Cast;
let first: string;

/** The younger child of the story's family, with another surname typed in another way, and a child whom nobody knows yet. */
const SIBLINGS: Family = {
  ...FAMILY,
  children: FAMILY.children.map((child, index) =>
    index === 0 ? { ...child, name: 'Somebody Else', born: '2 2 2012' } : { ...child, name: '  wren   ASHGROVE ' },
  ),
};

beforeAll(async () => {
  product = await startProduct({ start: '2026-12-17T16:20:00Z' });
  people = cast(product);
  first = await refer(product, people);
});
afterAll(() => product?.stop());

test('When a child is on an open case already, whoever starts another one is told whom to ask before anything is sent', async () => {
  const check = await writeReferral(people.otherSocialWorker, { family: SIBLINGS });
  expect(check.words).toContain(`Child 2 is already on ${first} (step down after assessment, since Thu 17 Dec 2026).`);
  expect(check.words).toContain('You cannot open it. Ask:');
  expect(check.buttons).not.toContain('Send referral');

  const asked = await people.otherSocialWorker.press(check, 'Go on all the same');
  expect(asked.words).toContain('Error:');
  const again = await people.otherSocialWorker.press(asked, 'Go on all the same', {
    'Why go on all the same': 'A new assessment of the older child.',
  });
  expect(again.words).toContain('You go on all the same: A new assessment of the older child.');
  const sent = await people.otherSocialWorker.press(again, 'Send referral', { [AGREEMENT]: true });
  expect(referenceOn(sent)).not.toBe(first);
});

test('While a manager has paused a case nobody is reminded, and its date does not move', async () => {
  const manager = people.socialWorkManager;
  const page = await manager.press(await manager.say(`case ${first}`), 'Pause');
  const paused = await manager.press(page, 'Pause', { Until: '2027-01-06', Why: 'The family is abroad until then.' });
  expect(paused.words).toContain('Paused until Wed 6 Jan 2027. Nobody is reminded until then; every date runs on.');
  await product.moveClock({ to: '2026-12-23T09:00:00Z' });
  const digests = (await people.frontDoor.channel(FRONT_DOOR)).filter(({ words }) => /overdue|due today/i.test(words));
  expect(digests.map(({ words }) => words).join('\n')).not.toContain(first);
  const card = await people.socialWorker.say(`case ${first}`);
  expect(card.words).toContain('was due Mon 21 Dec 2026, 17:00');
  const on = await manager.press(await manager.say(`case ${first}`), 'Go on now');
  expect(on.words).not.toContain('Paused until');
});

test('An ending that was a mistake is set aside by a manager, with a reason, and the case goes on where it was', async () => {
  const post = await people.frontDoor.finds(first, FRONT_DOOR, /^(Open and decide|Give advice)$/);
  const page = await openDetail(people.frontDoor, post, /^(Open and decide|Give advice)$/);
  const advice = page.buttons.includes('Give advice') ? await people.frontDoor.press(page, 'Give advice') : page;
  await people.frontDoor.press(advice, 'Send advice', { Advice: 'Made up.' });
  await product.settle();
  expect((await people.socialWorker.say(`case ${first}`)).words).toContain('Advice given');

  const manager = people.socialWorkManager;
  const reopening = await manager.press(await manager.say(`case ${first}`), 'Reopen');
  await manager.press(reopening, 'Reopen', { Why: 'The advice was meant for another family.' });
  await product.settle();
  const card = await people.socialWorker.say(`case ${first}`);
  expect(card.words).toContain('Overdue: answer the social worker');
  expect(card.words).toContain('Robin Ashgrove');
});

test('A family that has stepped down is taken up again under its old reference, with what was before', async () => {
  await nameTeam(product, people, first);
  await acceptFamily(product, people, first);
  await holdVisit(product, people, first);
  await tickMosaic(product, people, first);
  await closeCase(product, people, first);

  const worker = people.eustonWorker;
  const ended = await worker.say(`case ${first}`);
  expect(ended.words).toContain('Stepped down');
  let page = await worker.press(ended, 'Take up again');
  page = await worker.press(page, 'Save and continue', {
    'Day of the step down': '2026-12-30',
    'Stepped down': 'After an assessment',
  });
  expect(standsIn(page.card, 'Name')).toBe('Robin Ashgrove');
  page = await worker.press(page, 'Save and continue');
  expect(standsIn(page.card, 'Name')).toBe('Wren Ashgrove');
  page = await worker.press(page, 'Save and continue');
  // The younger child is on the other social worker's case too: asked here as anywhere.
  expect(page.words).toContain('Child 2 is already on CAM-');
  page = await worker.press(page, 'Go on all the same', { 'Why go on all the same': 'Both children are with us.' });
  const taken = await worker.press(page, 'Save and start', {
    'Early Help team': 'Euston',
    'What has happened': ['The family does not engage'],
    'In short': 'Nobody has opened the door twice.',
  });
  expect(taken.words).toContain(`${first}: `);
  await product.settle();
  const card = await worker.say(`case ${first}`);
  expect(card.words).toMatch(/Until \w{3} \d+ \w{3}: step down after assessment\./);
  expect(card.words).toContain('Robin Ashgrove');
});
