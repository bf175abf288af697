/** Reminders by the clock: in working hours, to who owes the step, then to their manager; silent when it is done. */
import { jest } from '@jest/globals';
import type { Persona, Seen } from './person.ts';
import { type Product, startProduct } from './product.ts';
import {
  acceptFamily,
  type Cast,
  cast,
  closeCase,
  EUSTON,
  FRONT_DOOR,
  holdVisit,
  MEETINGS,
  meetingOf,
  nameTeam,
  refer,
  SOCIAL_WORK,
  tickMosaic,
} from './scenes.ts';

jest.setTimeout(120_000);

let product: Product;
let people: Cast;
/** Nobody does anything about this one. */
let neglected: string;
/** This one goes through. */
let reference: string;

beforeAll(async () => {
  product = await startProduct();
  people = cast(product);
  neglected = await refer(product, people);
  reference = await refer(product, people);
});
afterAll(() => product?.stop());

const digestOf = (posts: readonly Seen[], day: string) =>
  posts.find(
    ({ sentAt, headings }) => sentAt.startsWith(day) && headings.some((each) => /^Due|due any more/.test(each)),
  );

test('one working day before, on the day and when overdue the channel is told at 08:30; then the manager', async () => {
  const { frontDoor, headOfService } = people;
  await product.moveClock({ to: '2026-12-18T09:00:00Z' });
  const before = digestOf(await frontDoor.channel(FRONT_DOOR), '2026-12-18T08:30');
  expect(before?.words).toContain(`Tomorrow: ${neglected}: answer the social worker.`);
  expect(before?.words).toContain('Due Mon 21 Dec 2026, 17:00.');
  expect(before?.words).toContain(reference);

  await nameTeam(product, people, reference);
  await product.moveClock({ to: '2026-12-21T09:00:00Z' });
  const onTheDay = digestOf(await frontDoor.channel(FRONT_DOOR), '2026-12-21T08:30');
  expect(onTheDay?.words).toContain(`Today: ${neglected}: answer the social worker.`);
  await product.moveClock({ to: '2026-12-22T09:00:00Z' });
  const late = digestOf(await frontDoor.channel(FRONT_DOOR), '2026-12-22T08:30');
  expect(late?.words).toContain(`Overdue: ${neglected}: answer the social worker. Was due Mon 21 Dec 2026, 17:00.`);
  expect(await headOfService.chat()).not.toContainEqual(
    expect.objectContaining({ words: expect.stringContaining(neglected) }),
  );

  await product.moveClock({ to: '2026-12-23T09:00:00Z' });
  const told = await headOfService.finds(`${neglected} may need your help`);
  expect(told.words).toContain('Overdue: was due Mon 21 Dec 2026, 17:00.');
  expect(told.words).toContain('Today: Social Care');
  expect(told.buttons).toContain('Hand over');
});

test('When a step is done, no reminder of it follows, not even one already queued.', async () => {
  const { frontDoor, eustonManager } = people;
  const said = (await frontDoor.channel(FRONT_DOOR)).filter(({ sentAt }) => sentAt >= '2026-12-21');
  expect(said.some(({ words }) => words.includes(neglected))).toBe(true);
  expect(said.some(({ words }) => words.includes(reference))).toBe(false);
  // The offer was due on Mon 21 Dec and is reminded of; done, it goes from the very card that stands there.
  const standing = digestOf(await eustonManager.channel(EUSTON), '2026-12-23');
  expect(standing?.words).toContain(reference);
  await acceptFamily(product, people, reference);
  const after = (await eustonManager.channel(EUSTON)).filter(({ sentAt }) => sentAt >= '2026-12-30');
  for (const post of after) expect(post.words).not.toMatch(new RegExp(`${reference}: (offer|consultation)`));
});

test('When closing is pressed before the visit, the family stays open and the booked visit is shown.', async () => {
  const { socialWorker } = people;
  const visit = await meetingOf(socialWorker, reference, MEETINGS.visit);
  const due = await socialWorker.say('due this week');
  expect(due.words).toContain(`${reference}: close in MOSAIC.`);
  const card = await socialWorker.press(due, `Open ${reference}`);
  expect(card.words).toContain('The joint visit comes first (CAM-A-08).');
  expect(card.words).toContain(`The joint visit is booked for Thu 31 Dec 2026, ${visit.start.slice(11, 16)}.`);
  expect(card.words).toContain('Today: Social Care');
  expect(card.buttons).not.toContain('Closed in MOSAIC');
  expect((await socialWorker.say(`case ${reference}`)).words).toContain('Today: Social Care');
});

test('When Social Care closes, the holder moves in that event, on every card; the visit alone does not move it.', async () => {
  const { socialWorker, eustonWorker } = people;
  const ofCase = async () =>
    (await eustonWorker.chat()).find(({ headings }) => headings.includes(`${reference}: step down after assessment`));
  await holdVisit(product, people, reference);
  expect((await ofCase())?.words).toContain('Today: Social Care');
  await tickMosaic(product, people, reference);
  expect((await ofCase())?.words).toContain('Today: Social Care');
  const closed = await closeCase(product, people, reference);
  expect(closed.words).toContain('Today: Early Help');
  await product.settle();
  for (const card of [...(await eustonWorker.chat()), ...(await socialWorker.chat())]) {
    if (card.words.includes(reference)) expect(card.words).not.toContain('Today: Social Care');
  }
  expect((await ofCase())?.words).toContain('Today: Early Help (Jo Marsh)');
  const channel = (await people.eustonManager.channel(EUSTON)).filter(({ words }) => words.includes(reference));
  expect(channel.map(({ words }) => words).join('\n')).toMatch(/stepped down/i);
});

test('When it is night, weekend or bank holiday, nothing is posted but a safety stop.', async () => {
  await product.moveClock({ to: '2027-01-08T12:00:00Z' });
  const all: Seen[] = [];
  for (const person of Object.values(people) as Persona[]) all.push(...(await person.chat()));
  for (const [person, channel] of [
    [people.frontDoor, FRONT_DOOR],
    [people.eustonManager, EUSTON],
    [people.socialWorker, SOCIAL_WORK],
  ] as const) {
    all.push(...(await person.channel(channel)));
  }
  expect(all.length).toBeGreaterThan(30);
  const bankHolidays = ['2026-12-25', '2026-12-28', '2027-01-01'];
  const atNight = all.filter(({ sentAt }) => {
    const day = new Date(sentAt).getUTCDay();
    const time = sentAt.slice(11, 16);
    return day === 0 || day === 6 || time < '08:30' || time > '17:00' || bankHolidays.includes(sentAt.slice(0, 10));
  });
  expect(atNight.map(({ sentAt, words }) => [sentAt, words])).toEqual([]);
});
