/** People who are away or busy: said that they are, never why. */
import { jest } from '@jest/globals';
import { choicesOf } from './card.ts';
import { graph } from './person.ts';
import { type Product, startProduct } from './product.ts';
import { acceptFamily, type Cast, cast, MEETINGS, meetingOf, nameTeam, refer } from './scenes.ts';

jest.setTimeout(120_000);

let product: Product;
let people: Cast;

beforeAll(async () => {
  product = await startProduct({ start: '2026-12-17T10:00:00Z' });
  people = cast(product);
});
afterAll(() => product?.stop());

async function sendAway(person: string, from: string, to: string): Promise<void> {
  const answer = await fetch(`${product.sandbox}/sandbox/away`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ person, from, to }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

/** In London's winter, when UTC is the time on the wall. */
async function busy(person: string, subject: string, start: string, end: string): Promise<void> {
  const zone = { timeZone: 'UTC' };
  await graph(product, 'POST', `/users/${product.staff(person).aadObjectId}/events`, {
    subject,
    start: { dateTime: start, ...zone },
    end: { dateTime: end, ...zone },
  });
}

test('When no offered date fits, the card names who is busy or away, and never with what.', async () => {
  const { socialWorker, eustonWorker } = people;
  let offered: readonly string[] = [];
  const reference = await refer(product, people, {
    choose: (times) => {
      const days = ['Wed 30 Dec', 'Thu 31 Dec', 'Mon 4 Jan'];
      offered = days.map((day) => times.find((time) => time.startsWith(day)) ?? '').filter(Boolean);
      return offered;
    },
  });
  expect(offered).toHaveLength(3);
  await nameTeam(product, people, reference);
  await sendAway('Jo Marsh', '2026-12-30T00:00:00Z', '2027-01-01T00:00:00Z');
  await busy('Amara Okafor', 'Dentist for Amara', '2027-01-04T08:00:00', '2027-01-04T18:00:00');
  await acceptFamily(product, people, reference);

  for (const person of [socialWorker, eustonWorker]) {
    const card = await person.finds(`${reference}: no shared time yet`);
    expect(card.words).toContain('Wed 30 Dec: family worker away.');
    expect(card.words).toContain('Thu 31 Dec: family worker away.');
    expect(card.words).toContain('Mon 4 Jan: social worker busy.');
    expect(card.words).toContain('Tue 5 Jan 2027');
    expect(card.words).not.toContain('Dentist');
    expect(card.words).not.toContain('Out of office');
  }
  const card = await socialWorker.finds(`${reference}: no shared time yet`, undefined, 'Other times');
  const times = await socialWorker.press(card, 'Other times');
  const [other = ''] = choicesOf(times.card, 'Time');
  expect(other).toMatch(/^\w{3} \d{1,2} (Dec 2026|Jan 2027), \d\d:\d\d/);
  await socialWorker.press(times, /^Book/, { Time: other });
  await product.settle();
  const visit = await meetingOf(socialWorker, reference, MEETINGS.visit);
  expect(visit.attendees).toContain(eustonWorker.mail);
  expect(visit.start < '2027-01-05T17:00').toBe(true);
});

test('When an owner is away, cover is asked for before the due date, and no card says why they are away.', async () => {
  const { socialWorkManager, otherSocialWorker } = people;
  const now = await product.now();
  const completed = now.slice(0, 10);
  const reference = await refer(product, people, { completed });
  await sendAway('Amara Okafor', '2027-01-04T00:00:00Z', '2027-01-30T00:00:00Z');
  await product.moveClock({ to: '2027-01-04T09:00:00Z' });
  const asks = await socialWorkManager.finds('Amara Okafor is away until', undefined, 'Hand over');
  expect(asks.words).toContain(reference);
  expect(asks.sentAt < '2027-01-05T17:00').toBe(true);
  expect(asks.words).not.toMatch(/out of office|holiday|leave\b(?! as it is)|sick/i);
  const done = await socialWorkManager.press(asks, 'Hand over', { Cover: 'Ben Whitlock' });
  expect(done.words).toContain('Ben Whitlock');
  await product.settle();
  // What was the absent colleague's next step is now hers who covers.
  await nameTeam(product, people, reference);
  const covering = await otherSocialWorker.say(`case ${reference}`);
  expect(covering.buttons).toContain('Show my next step');
});
