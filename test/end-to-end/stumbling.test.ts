/** Six families' consultations are booked while Microsoft Graph stumbles in six ways: everybody is invited once, and told once. */
import { jest } from '@jest/globals';
import { inDiaries } from './in-diaries.ts';
import { BOOKINGS, FREE_BUSY, makeGraphStumble, mostInFlight, type Stumble, stumblesLeft } from './outlook.ts';
import { mailsIn } from './person.ts';
import { type GraphCall, type Product, startProduct } from './product.ts';
import { type Cast, cast, MEETINGS, nameTeam, offerOf, refer } from './scenes.ts';

jest.setTimeout(180_000);

/** The last two have made the event by then, and nobody has heard of it. */
const STUMBLES: readonly Stumble[] = [
  { status: 429, retryAfter: 40, times: 2 },
  { status: 429 },
  { status: 503 },
  { status: 'hang' },
  { status: 500, after: true },
  { status: 0, after: true },
];
/** London, inside the limit of Thu 24 Dec 2026. */
const TIMES = ['18 10:00', '18 11:00', '21 15:30', '22 11:00', '22 14:00', '23 10:00'] as const;

/** A diary that takes its time: requests to it pile up. */
const SLOW: Stumble = { status: 'slow', milliseconds: 400, times: 6 };

let product: Product;
let people: Cast;
let references: string[];
/** How often each booking may have been asked for: once, and once for each time that it was hindered. */
const MOST_ASKED = 3;

beforeAll(async () => {
  product = await startProduct();
  people = cast(product);
  references = [];
  for (const _each of TIMES) {
    const reference = await refer(product, people);
    await nameTeam(product, people, reference);
    references.push(reference);
  }
});
afterAll(() => product?.stop());

const cardsAbout = async (reference: string) =>
  (await people.eustonManager.chat()).filter(({ words }) => words.includes(reference)).length;
const subjectOf = (reference: string) => `${reference} ${MEETINGS.consultation}`;

test('Six bookings at one press of each manager, with every one of them hindered: one event each, however often it was asked for.', async () => {
  const before = await Promise.all(references.map(cardsAbout));
  // All at once, so that more is asked of one diary than Exchange allows at a time.
  await makeGraphStumble(product, { match: FREE_BUSY, ...SLOW });
  const times = await Promise.all(
    references.map(async (reference) => {
      const offer = await people.eustonManager.finds(offerOf(reference), undefined, 'Show free times');
      return people.eustonManager.press(offer, 'Show free times');
    }),
  );
  const pages = [];
  for (const page of times) pages.push(await people.eustonManager.press(page, 'Other times'));
  for (const stumble of STUMBLES) await makeGraphStumble(product, { match: BOOKINGS, ...stumble });
  await Promise.all(
    pages.map((page, index) => {
      const [day = '', time = ''] = (TIMES[index] ?? '').split(' ');
      return people.eustonManager.press(page, 'Offer and book', {
        'Another day (optional)': `2026-12-${day}`,
        'Its time (optional)': time,
      });
    }),
  );
  await product.moveClock({ by: '1 hour' });
  expect(await stumblesLeft(product)).toBe(0);

  for (const [index, reference] of references.entries()) {
    const [day, time] = (TIMES[index] ?? '').split(' ');
    const event = await inDiaries(product, subjectOf(reference));
    expect(event).toMatchObject({ organiser: 'Grace Adeyemi', start: `2026-12-${day}T${time}:00.000Z` });
    expect(event.inDiariesOf).toEqual(['Amara Okafor', 'Grace Adeyemi']);
    expect(new Set(event.askedFor.map(({ transactionId }) => transactionId)).size).toBe(1);
    expect(event.askedFor.length).toBeLessThanOrEqual(MOST_ASKED);
    expect(await people.eustonManager.say(`case ${reference}`)).toMatchObject({
      words: expect.stringMatching(
        new RegExp(`consultation, Grace Adeyemi, booked for \\w{3} ${day} Dec 2026, ${time}`),
      ),
    });
  }
  // The card that asked for it says what became of it; nothing else was sent.
  expect(before).toEqual(references.map(() => 1));
});

test('Where Graph said how long to wait, that long was waited; where it did not, the same was asked for again later.', async () => {
  const log = (await product.graphLog()) as readonly (GraphCall & { readonly at: string })[];
  const bookings = log.filter(({ by, method, path }) => by === 'app' && method === 'POST' && path.endsWith('/events'));
  const keyOf = ({ requestBody }: GraphCall) => (requestBody as { readonly transactionId: string }).transactionId;
  const failed = bookings.filter(({ status }) => status !== 201);
  expect(failed.map(({ status }) => status).sort()).toEqual([0, 0, 429, 429, 429, 500, 503]);
  for (const call of failed) {
    const next = bookings.find((each) => each.n > call.n && keyOf(each) === keyOf(call));
    const waited = (Date.parse(next?.at ?? '') - Date.parse(call.at)) / 1000;
    const wanted = Number((call as { responseHeaders?: Record<string, string> }).responseHeaders?.['retry-after'] ?? 1);
    expect(waited).toBeGreaterThanOrEqual(wanted);
  }
});

test('Nobody is told twice: one invitation in the inbox of each who is invited, and no further message in the chat.', async () => {
  const inbox = await mailsIn(product, people.socialWorker.mail);
  for (const reference of references)
    expect(inbox.filter(({ subject }) => subject.includes(subjectOf(reference)))).toHaveLength(1);
  for (const reference of references) {
    const about = (await people.eustonManager.chat()).filter(({ words }) => words.includes(reference));
    const posts = (await people.eustonManager.channel('Euston')).filter(({ words }) => words.includes(reference));
    expect(posts).toHaveLength(1);
    // The one with which it was booked, and the case that was asked for above.
    expect(about).toHaveLength(2);
  }
});

test('Never more than four requests at a time were under way at one mailbox, and none was refused for being one too many.', async () => {
  const { most, refused } = await mostInFlight(product);
  // As many as there may be: they were asked for together, and waited for each other here.
  expect(most).toBe(4);
  expect(refused).toBe(0);
});
