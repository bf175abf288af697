/** Several people, several clients, old cards: who wins, and what the others read. */
import { jest } from '@jest/globals';
import { buttonsOf, fill, isObject } from './card.ts';
import { mailsIn } from './person.ts';
import { type Product, startProduct } from './product.ts';
import {
  AGREEMENT,
  type Cast,
  cast,
  FRONT_DOOR,
  NAME_TEAM,
  nameTeam,
  openScreening,
  pastOverlap,
  refer,
  referenceOn,
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

const redeliverNext = (times: number) =>
  fetch(`${product.sandbox}/sandbox/redeliver`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ times }),
  });

test('When X presses an approval that Y has already given, X sees who decided and when, and nothing changes.', async () => {
  const { frontDoor, otherFrontDoor } = people;
  const reference = await refer(product, people);
  const early = await otherFrontDoor.press(await openScreening(people, reference, otherFrontDoor), 'Choose a team');
  await nameTeam(product, people, reference, 'Euston');
  const post = (await frontDoor.finds(reference, FRONT_DOOR)).words;

  const late = await otherFrontDoor.press(early, NAME_TEAM, { Team: 'Kentish Town East' });
  expect(late.words).toContain('Dawn Ellery');
  expect(late.words).toContain('Thu 17 Dec 2026, 16:20');
  expect(late.words).toContain('Your press changed nothing.');
  await product.settle();
  expect((await frontDoor.finds(reference, FRONT_DOOR)).words).toBe(post);
  expect(post).toContain('Euston named.');
});

test('When two managers press different choices at once, one event is recorded and both cards show it.', async () => {
  const { frontDoor, otherFrontDoor, socialWorker } = people;
  const reference = await refer(product, people);
  const [one, other] = [
    await frontDoor.press(await openScreening(people, reference, frontDoor), 'Choose a team'),
    await otherFrontDoor.press(await openScreening(people, reference, otherFrontDoor), 'Give advice'),
  ];
  const [first, second] = await Promise.all([
    frontDoor.press(one, NAME_TEAM, { Team: 'Euston' }),
    otherFrontDoor.press(other, /Send advice|Give advice/, { Advice: 'Please ask the school first.' }),
  ]);
  await product.settle();
  const whole = (await socialWorker.say(`case ${reference}`)).words;
  const named = /team named|Euston named/i.test(whole);
  const outcome = named ? 'Euston named.' : 'Advice given.';
  const winner = named ? 'Dawn Ellery' : 'Tomasz Zielinski';
  for (const card of [first, second]) {
    expect(card.words).toContain(outcome);
    expect(card.words).toMatch(new RegExp(`${winner}|by you`));
  }
  const post = await frontDoor.finds(reference, FRONT_DOOR);
  expect(post.words).toContain(outcome);
  expect(post.words).toContain(winner);
});

test('When one press arrives four times under four ids, there is one event, one mail, one invite and four equal answers.', async () => {
  const { socialWorker } = people;
  const before = (await mailsIn(product, 'EHstepdown@camden.example')).length;
  const check = await pastOverlap(socialWorker, await writeReferral(socialWorker));
  await redeliverNext(4);
  const sent = await socialWorker.press(check, 'Send referral', { [AGREEMENT]: true });
  const reference = referenceOn(sent);
  expect(sent.answers).toHaveLength(4);
  for (const answer of sent.answers) expect(answer).toEqual(sent.answers[0]);
  await product.settle();
  const mails = await mailsIn(product, 'EHstepdown@camden.example');
  expect(mails).toHaveLength(before + 1);
  expect(mails.filter(({ subject }) => subject === `${reference} Step down referral`)).toHaveLength(1);
  const posts = await people.frontDoor.channel(FRONT_DOOR);
  expect(posts.filter(({ words }) => words.includes(reference))).toHaveLength(1);
});

test('When a card of an earlier step is pressed, it says what happened since and becomes the present card.', async () => {
  const { frontDoor, socialWorker } = people;
  const reference = await refer(product, people);
  const post = await frontDoor.finds(reference, FRONT_DOOR, 'Open and decide');
  const detail = await openScreening(people, reference);
  await nameTeam(product, people, reference);
  // The post as it was still stands on somebody's phone.
  const old = await openOld(post);
  expect(old.words).toContain('Euston named.');
  expect(old.buttons).not.toContain('Choose a team');
  const stale = await frontDoor.press(detail, 'Refer to panel');
  expect(stale.words).toContain('Euston named.');
  expect((await socialWorker.say(`case ${reference}`)).words).not.toMatch(/panel, /i);

  async function openOld(card: typeof post) {
    const opened = await frontDoor.press(card, 'Open and decide');
    return opened.words.includes('Sent to your own chat') ? ((await frontDoor.chat()).at(-1) ?? opened) : opened;
  }
});

test('When somebody without the right presses a channel card, only they see why, and the post stays as it was.', async () => {
  const { frontDoor, eustonManager } = people;
  const reference = await refer(product, people);
  const before = await frontDoor.finds(reference, FRONT_DOOR, 'Open and decide');
  const post = await eustonManager.finds(reference, FRONT_DOOR, 'Open and decide');
  const seen = await eustonManager.press(post, 'Open and decide');
  expect(seen.words + seen.notice).toContain('Front-door managers decide this. Ask one of them.');
  expect(seen.words).not.toContain('Ashgrove');
  const after = await frontDoor.again(before);
  expect(after.words).toBe(before.words);
  expect(after.forYouOnly).toBe(false);
});

test('a card whose data somebody has rewritten changes nothing', async () => {
  const { frontDoor, socialWorker } = people;
  const reference = await refer(product, people);
  const page = await frontDoor.press(await openScreening(people, reference), 'Choose a team');
  const button = buttonsOf(page.card).find(({ title }) => NAME_TEAM.test(title));
  if (!button) throw new Error('There is no such button.');
  const data = isObject(button.action.data) ? button.action.data : {};
  const forged = { ...data, v: String(data.v).replace(/^..../, 'AAAA') };
  const response = await fetch(
    `${product.sandbox}/teams/api/messages/${page.message}/${page.in === 'dialog' ? 'dialog/submit' : 'actions'}`,
    {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'x-acting-as': frontDoor.aadObjectId },
      body: JSON.stringify({ verb: button.action.verb ?? '', data: forged, inputs: fill(button, { Team: 'Euston' }) }),
    },
  );
  expect(response.status).toBeLessThan(500);
  await product.settle();
  expect((await socialWorker.say(`case ${reference}`)).words).not.toContain('Euston');
});

test("another social worker cannot open a colleague's case, and learns nothing from trying", async () => {
  const reference = await refer(product, people);
  const answer = await people.otherSocialWorker.say(`case ${reference}`);
  expect(answer.words).not.toContain('Ashgrove');
  expect(answer.buttons).not.toContain('Show my next step');
});
