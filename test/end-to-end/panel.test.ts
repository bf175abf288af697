/** The Early Help Panel: its Tuesdays, the longer limit, the new visit dates, and what the panel decides. */
import { jest } from '@jest/globals';
import { choicesOf } from './card.ts';
import { mailsIn } from './person.ts';
import { type Product, startProduct } from './product.ts';
import {
  type Cast,
  cast,
  FRONT_DOOR,
  MEETINGS,
  meetingOf,
  moveBeyond,
  myStep,
  openDetail,
  refer,
  referToPanel,
  threeDays,
} from './scenes.ts';

jest.setTimeout(120_000);

let product: Product;
let people: Cast;
let early: string;
let late: string;

beforeAll(async () => {
  product = await startProduct();
  people = cast(product);
  early = await refer(product, people);
  late = await refer(product, people);
});
afterAll(() => product?.stop());

test('When panel is chosen Mon 21 Dec 2026 at 16:59, it is Tue 22 Dec; at 17:01, Tue 29 Dec.', async () => {
  await product.moveClock({ to: '2026-12-21T16:59:00Z' });
  await referToPanel(product, people, early);
  expect((await meetingOf(people.frontDoor, early, MEETINGS.panel)).start).toBe('2026-12-22T10:00:00.000Z');

  await product.moveClock({ to: '2026-12-21T17:01:00Z' });
  await referToPanel(product, people, late);
  expect((await meetingOf(people.frontDoor, late, MEETINGS.panel)).start).toBe('2026-12-29T10:00:00.000Z');
});

test('When a family goes to panel, every open card shows the limit Tue 12 Jan 2027, and new visit dates are asked for.', async () => {
  await product.moveClock({ to: '2026-12-22T09:00:00Z' });
  const chat = await people.socialWorker.chat();
  const own = chat.filter(({ words }) => words.includes(early));
  expect(own.length).toBeGreaterThan(0);
  for (const card of own) expect(card.words).not.toContain('Tue 5 Jan 2027');
  const whole = await people.socialWorker.say(`case ${early}`);
  expect(whole.words).toContain('Tue 12 Jan 2027, 17:00');
  expect(whole.words).not.toContain('Tue 5 Jan 2027');
  expect(whole.words).toContain('15 working days from Thu 17 Dec 2026');

  const asks = await myStep(people.socialWorker, early, 'new visit times');
  expect(asks.words).toContain('The panel gives the family 15 working days.');
  const page =
    asks.buttons.includes('Offer new times') && choicesOf(asks.card, 'Times').length > 0
      ? asks
      : await people.socialWorker.press(asks, 'Offer new times');
  const offered = choicesOf(page.card, 'Times');
  const done = await people.socialWorker.press(page, 'Offer new times', { Times: threeDays(offered) });
  expect(done.words).toContain('New visit times');
});

test('the social worker is invited to the panel, in private and by reference only', async () => {
  const panel = await meetingOf(people.socialWorker, early, MEETINGS.panel);
  expect(panel).toMatchObject({ sensitivity: 'private', subject: `${early} Early Help Panel` });
  expect(panel.attendees).toContain(people.socialWorker.mail);
});

test('what the panel decides is recorded by the front door, and the social worker is written to', async () => {
  const panel = await meetingOf(people.frontDoor, early, MEETINGS.panel);
  await moveBeyond(product, panel.end);
  const post = await people.frontDoor.finds(new RegExp(`${early}.*panel`, 'i'), FRONT_DOOR, 'Record the team');
  const page = await openDetail(people.frontDoor, post, 'Record the team');
  await people.frontDoor.press(page, 'Record the team', { Team: 'Families in Focus' });
  await product.settle();

  const told = (await mailsIn(product, people.socialWorker.mail)).filter(({ subject }) => subject.startsWith(early));
  expect(told.map(({ subject }) => subject)).toContain(`${early} Team named by the panel`);
  await people.focusManager.finds(early, 'Families in Focus');
});

test('a panel that did not meet moves to the next Tuesday that is no bank holiday', async () => {
  const panel = await meetingOf(people.frontDoor, late, MEETINGS.panel);
  await moveBeyond(product, panel.end);
  const post = await people.frontDoor.finds(new RegExp(`${late}.*panel`, 'i'), FRONT_DOOR, 'Panel did not meet');
  const answer = await openDetail(people.frontDoor, post, 'Panel did not meet');
  if (answer.buttons.includes('Panel did not meet')) await people.frontDoor.press(answer, 'Panel did not meet');
  await product.settle();
  // The session that was missed stays in the diary, as what has been does.
  const sessions = (await people.frontDoor.diary()).filter(({ subject }) => subject === `${late} Early Help Panel`);
  expect(sessions.map(({ start }) => start)).toEqual(['2026-12-29T10:00:00.000Z', '2027-01-05T10:00:00.000Z']);
});
