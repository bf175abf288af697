/** The form: its faults, what it keeps, and what comes before it. */
import { jest } from '@jest/globals';
import { standsIn } from './card.ts';
import { mailsIn } from './person.ts';
import { type Product, startProduct } from './product.ts';
import {
  AGREEMENT,
  type Cast,
  cast,
  childAnswers,
  FAMILY,
  FRONT_DOOR,
  REFERENCE,
  refer,
  writeReferral,
} from './scenes.ts';

jest.setTimeout(120_000);

let product: Product;
let people: Cast;

beforeAll(async () => {
  product = await startProduct();
  people = cast(product);
});
afterAll(() => product?.stop());

test('first on the first card, and in front of nothing, stands whom to ring', async () => {
  const start = await people.otherSocialWorker.say('step down');
  expect(start.words.split('\n')[0]).toBe('Is a child in danger now? Ring 999.');
  expect(start.words).toContain('020 7946 0101');
  expect(start.words).toContain('020 7946 0199');
  expect(start.words).toContain('Which point are you at?');
  expect(start.buttons).toContain('Immediate risk');
});

test('When the family has not agreed, no mail, card or invite about them exists in Early Help.', async () => {
  const { otherSocialWorker, frontDoor } = people;
  const before = await frontDoor.channel(FRONT_DOOR);
  const asks = await otherSocialWorker.press(await otherSocialWorker.say('step down'), 'After an assessment');
  const refused = await otherSocialWorker.press(asks, 'Not agreed yet');
  expect(refused.words).toContain('Talk to the family first');
  expect(refused.words).toContain(
    'Early Help may only be contacted with their agreement (CAM-G-04). Nothing has been sent.',
  );
  expect(refused.buttons).not.toContain('Save and continue');
  await product.moveClock({ by: '1 hour' });
  expect(await frontDoor.channel(FRONT_DOOR)).toHaveLength(before.length);
  expect(await mailsIn(product, 'EHstepdown@camden.example')).toHaveLength(0);
  for (const person of Object.values(people)) {
    expect((await person.diary()).map(({ subject }) => subject).filter((subject) => REFERENCE.test(subject))).toEqual(
      [],
    );
  }
  const way = await otherSocialWorker.press(refused, 'They have agreed now');
  expect(way.words).toContain('Has the family agreed?');
});

test('When a page has three faults, all are named at the top and beside their fields, and every typed word is still there.', async () => {
  const { socialWorker } = people;
  let card = await socialWorker.press(await socialWorker.say('step down'), 'After an assessment');
  card = await socialWorker.press(card, 'Save and continue', { 'Who agreed': ['Mother'], How: 'In person' });
  card = await socialWorker.press(card, 'Save and continue', {
    'Date it was, or will be, completed': '2026-12-17',
    'Service in the lead afterwards': 'Early Help',
  });
  const faulty = await socialWorker.press(card, 'Save and continue', {
    Name: 'Robin Ashgrove',
    'Date of birth': 'last spring',
    'MOSAIC number': '',
    Schools: 'Larkhall Primary',
    'Support needed from Early Help': 'Help with mornings.',
  });
  const [top = ''] = faulty.words.split('\n');
  expect(top).toBe('3 things to fix');
  for (const words of ['Write it like 27 3 2015.', 'Enter the number, or say why it is not known.', 'Say why.']) {
    expect(faulty.words.split(words).length - 1).toBeGreaterThanOrEqual(2);
    expect(faulty.words).toContain(`Error: ${words}`);
  }
  for (const field of ['Date of birth', 'MOSAIC number', 'Reasons social care became involved']) {
    expect(faulty.words).toContain(`${field} (needs fixing)`);
  }
  expect(standsIn(faulty.card, 'Name')).toBe('Robin Ashgrove');
  expect(standsIn(faulty.card, 'Date of birth')).toBe('last spring');
  expect(standsIn(faulty.card, 'Schools')).toBe('Larkhall Primary');
  expect(standsIn(faulty.card, 'Support needed')).toBe('Help with mornings.');
});

test('When [Save for later] is pressed on a half-filled page and the bot restarts, "step down" next day offers all that was typed.', async () => {
  const { socialWorker } = people;
  const [child] = FAMILY.children;
  if (!child) throw new Error('The family has no child.');
  const half = { ...childAnswers(child), 'Date of birth': 'some day', 'Reasons social care became involved': '' };
  const page = (await socialWorker.chat()).at(-1);
  if (!page) throw new Error('There is no page.');
  await socialWorker.press(page, 'Save for later', half);

  await product.restart();
  await product.moveClock({ to: '2026-12-18T09:00:00Z' });
  const offer = await socialWorker.say('step down');
  expect(offer.words).toMatch(/You have a draft from Thu 17 Dec 2026, 1\d:20: agreement and 1 child\./);
  const again = await socialWorker.press(offer, 'Carry on');
  for (const [label, typed] of Object.entries(half))
    expect([label, standsIn(again.card, label)]).toEqual([label, typed]);
  await socialWorker.press(await socialWorker.say('step down'), 'Delete draft');
});

test('When the referral arrives Fri 18 Dec 2026, 18:45, every surface says Tue 22 Dec 2026, 17:00, and Why names the days skipped.', async () => {
  await product.moveClock({ to: '2026-12-18T18:45:00Z' });
  const check = await writeReferral(people.socialWorker);
  const sent = await people.socialWorker.press(check, 'Send referral', { [AGREEMENT]: true });
  const reference = REFERENCE.exec(sent.words)?.[0] ?? '';
  await product.settle();
  const { words } = await people.socialWorker.again(sent);
  expect(words).toContain('Tue 22 Dec 2026, 17:00');
  expect(words).toContain('2 working days from Fri 18 Dec 2026');
  expect(words).toContain('That day does not count. Nor does the weekend (Sat 19 Dec and Sun 20 Dec).');

  // Nobody's bell rings at night; the front door finds it in the morning, and the clock has run since the mail came.
  expect((await people.frontDoor.channel(FRONT_DOOR)).some((post) => post.words.includes(reference))).toBe(false);
  await product.moveClock({ to: '2026-12-21T09:00:00Z' });
  const post = await people.frontDoor.finds(`New step down: ${reference}`, FRONT_DOOR);
  expect(post.words).toContain('2 children. Answer the social worker by Tue 22 Dec 2026, 17:00.');
  const due = await people.frontDoor.say('due this week');
  expect(due.words).toContain(reference);
  expect(due.words).toContain('Tue 22 Dec 2026');
  const why = await people.socialWorker.say(`why ${reference}`);
  expect(why.words).toContain('Tue 22 Dec 2026, 17:00');
});

const HOSTILE = '[x](https://example.invalid) **y** <at>All</at>';

test('When a name is `[x](https://example.invalid) **y** <at>All</at>`, every card shows it as typed.', async () => {
  const [child] = FAMILY.children;
  if (!child) throw new Error('The family has no child.');
  const family = { ...FAMILY, children: [{ ...child, name: HOSTILE, schools: HOSTILE }], outline: HOSTILE };
  const reference = await refer(product, people, { family, completed: '2026-12-18' });
  const cards = [
    ...(await people.socialWorker.chat()),
    await people.socialWorker.say(`case ${reference}`),
    ...(await people.frontDoor.chat()),
  ];
  const naming = cards.filter(({ words }) => words.includes('example.invalid'));
  expect(naming.length).toBeGreaterThan(0);
  for (const { card } of naming) expect(markdownWith(card, 'example.invalid')).toEqual([]);
});

/** Texts that a client reads as Markdown, and that hold the words. What is typed must stand in a TextRun or an input. */
function markdownWith(node: unknown, words: string): string[] {
  if (Array.isArray(node)) return node.flatMap((each) => markdownWith(each, words));
  if (typeof node !== 'object' || node === null) return [];
  const { type, text, title, value, label } = node as Record<string, unknown>;
  const read =
    type === 'TextBlock'
      ? [text]
      : type === undefined
        ? [title, value]
        : String(type).startsWith('Action.')
          ? [title]
          : [label];
  return [
    ...read.filter((each): each is string => typeof each === 'string' && each.includes(words)),
    ...Object.values(node).flatMap((each) => markdownWith(each, words)),
  ];
}

test('A file that is dropped into the chat is fetched from where Teams has put it, and kept for the form.', async () => {
  const { otherSocialWorker } = people;
  const kept = await otherSocialWorker.say('', { name: 'assessment.pdf', text: 'x'.repeat(2400) });
  expect(kept.words).toContain("Kept: 'assessment.pdf', 2 kB.");
  expect(kept.words).toContain('Choose it on a form that asks for a document.');
  expect(product.output()).not.toContain('assessment.pdf');
});
