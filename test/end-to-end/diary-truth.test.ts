/** What somebody does to a meeting in Outlook reaches the case: the whole product, by Graph's own notifications. */
import { jest } from '@jest/globals';
import { graph } from './person.ts';
import { type Product, startProduct } from './product.ts';
import { bookConsultation, type Cast, cast, MEETINGS, meetingOf, nameTeam, refer } from './scenes.ts';

jest.setTimeout(120_000);

let product: Product;
let people: Cast;
let reference: string;
let event: string;

beforeAll(async () => {
  product = await startProduct();
  people = cast(product);
  reference = await refer(product, people);
  await nameTeam(product, people, reference);
  await bookConsultation(product, people, reference);
  const booked = await meetingOf(people.eustonManager, reference, MEETINGS.consultation);
  event = `/users/${encodeURIComponent(booked.organiser)}/events/${booked.id}`;
});
afterAll(() => product?.stop());

const metric = async (name: string) => {
  const text = await (await fetch(`${product.bot}/metrics`)).text();
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length),
  );
};
const caseCard = async () => (await people.eustonManager.say(`case ${reference}`)).words;

test('the calendar on which it stands is subscribed to, and that it works is said to whoever runs the program', async () => {
  // And the mailbox of the council.
  expect(await metric('stepwise_subscriptions{state="live"}')).toBe(2);
  expect(await metric('stepwise_seconds_since_diary_read')).toBeLessThan(60);
  expect(await (await fetch(`${product.bot}/readyz`)).json()).toMatchObject({ diaries: 'works', mailboxes: 'works' });
});

test('a meeting that is moved in Outlook has its new time on the case within one minute of the clock, for one call', async () => {
  const before = (await product.graphLog()).length;
  await graph(product, 'PATCH', event, {
    start: { dateTime: '2026-12-18T13:15:00', timeZone: 'UTC' },
    end: { dateTime: '2026-12-18T14:00:00', timeZone: 'UTC' },
  });
  await product.moveClock({ by: '1 minute' });
  const calls = (await product.graphLog())
    .slice(before)
    .filter(({ by, path }) => by === 'app' && /calendarView/.test(path));
  expect(calls.map(({ method, path }) => `${method} ${path.split('/').slice(3).join('/')}`)).toEqual([
    'GET calendarView/delta',
  ]);
  expect(await caseCard()).toContain('Fri 18 Dec 2026, 13:15');
  expect(await metric('stepwise_notifications_total{state="taken"}')).toBeGreaterThan(0);
});

test('ten working days later the calendar is still watched, and moving there took seconds', async () => {
  await graph(product, 'PATCH', event, {
    start: { dateTime: '2027-01-14T13:15:00', timeZone: 'UTC' },
    end: { dateTime: '2027-01-14T14:00:00', timeZone: 'UTC' },
  });
  await product.moveClock({ by: '10 working days' });
  await graph(product, 'PATCH', event, {
    start: { dateTime: '2027-01-15T13:15:00', timeZone: 'UTC' },
    end: { dateTime: '2027-01-15T14:00:00', timeZone: 'UTC' },
  });
  await product.moveClock({ by: '1 minute' });
  expect(await caseCard()).toContain('Fri 15 Jan 2027, 13:15');
});

test('a meeting that is deleted in Outlook leaves the case without a time, and its calendar unwatched', async () => {
  await graph(product, 'DELETE', event);
  await product.moveClock({ by: '1 minute' });
  expect(await caseCard()).not.toContain('Fri 15 Jan 2027, 13:15');
  expect(await metric('stepwise_subscriptions{state="live"}')).toBe(1);
});
