/** The page's first steps tick by what has happened in the product itself. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { choicesOf } from '../end-to-end/card.ts';
import type { Persona, Seen } from '../end-to-end/person.ts';
import { type Product, startProduct } from '../end-to-end/product.ts';
import { type Cast, cast, MEETINGS, meetingOf, moveBeyond, nameTeam, refer } from '../end-to-end/scenes.ts';

jest.setTimeout(120_000);

interface Progress {
  readonly done: readonly boolean[];
  readonly who: readonly (string | null)[];
  readonly visit: string | null;
  readonly told: readonly string[];
}

describe('The first steps', () => {
  let product: Product;
  let people: Cast;
  let reference: string;

  beforeAll(async () => {
    product = await startProduct({ start: '2026-12-18T10:00:00Z' });
    people = cast(product);
  });
  afterAll(() => product?.stop());

  /** As a visitor goes about it: the newest card in the own chat that has the button. */
  async function press(
    person: Persona,
    button: string,
    answers?: (card: Seen) => Record<string, string>,
  ): Promise<Seen> {
    const card = (await person.chat()).findLast(({ buttons }) => buttons.includes(button));
    if (!card) throw new Error(`${person.name} has no card with [${button}].`);
    const seen = await person.press(card, button, answers?.(card));
    await product.settle();
    return seen;
  }
  const progress = async () => (await (await fetch(`${product.sandbox}/sandbox/guide`)).json()) as Progress;
  const ticks = async () => (await progress()).done.map((done) => (done ? 'done' : 'open')).join(' ');

  test('find nothing done and nobody with news when the product has just started', async () => {
    expect(await ticks()).toBe('open open open open open');
    const tenant = (await (await fetch(`${product.sandbox}/teams/api/tenant`)).json()) as {
      people: { name: string; unread: number }[];
    };
    expect(tenant.people.length).toBeGreaterThan(10);
    expect(tenant.people.filter(({ unread }) => unread > 0)).toEqual([]);
  });

  test('one and two tick when a referral is sent and a team is named', async () => {
    reference = await refer(product, people);
    expect(await ticks()).toBe('done open open open open');
    await nameTeam(product, people, reference);
    expect(await ticks()).toBe('done done open open open');
    expect((await progress()).who[2]).toBe(people.eustonManager.aadObjectId);
  });

  test('three ticks when a worker is named and the joint visit stands in the diaries', async () => {
    const { eustonManager, eustonWorker } = people;
    await press(eustonManager, 'Show free times');
    await press(eustonManager, 'Offer and book', ({ card }) => ({ Time: choicesOf(card, 'Time')[0] ?? '' }));
    await moveBeyond(product, (await meetingOf(eustonManager, reference, MEETINGS.consultation)).end);
    await press(eustonManager, 'Accept and name worker');
    expect(await ticks()).toBe('done done open open open');
    await press(eustonManager, 'Accept and name worker', () => ({ 'Family worker': eustonWorker.name }));
    expect(await ticks()).toBe('done done done open open');
    const visit = await meetingOf(people.socialWorker, reference, MEETINGS.visit);
    expect(visit.sensitivity).toBe('private');
    const { who, visit: start } = await progress();
    expect(who[3]).toBe(people.socialWorker.aadObjectId);
    expect(start).toContain(visit.start.slice(0, 16));
  });

  test('five does not tick while the visit stands where it was, whatever the clock brings', async () => {
    await product.moveClock({ by: '1 working day' });
    expect(await ticks()).toBe('done done done open open');
  });

  test('four ticks when the visit has been moved from the chat', async () => {
    const before = await meetingOf(people.socialWorker, reference, MEETINGS.visit);
    await press(people.socialWorker, 'Move it');
    await press(people.socialWorker, 'Move it', ({ card }) => ({ Time: choicesOf(card, 'Time').at(-1) ?? '' }));
    const after = await meetingOf(people.socialWorker, reference, MEETINGS.visit);
    expect(after.start).not.toBe(before.start);
    expect(await ticks()).toBe('done done done done open');
  });

  test('five does not tick by an answer, and ticks by what the clock brings', async () => {
    await people.socialWorker.say('my cases');
    expect(await ticks()).toBe('done done done done open');
    await product.moveClock({ by: '1 hour' });
    await people.socialWorker.say('my cases');
    expect(await ticks()).toBe('done done done done open');
    const visit = await meetingOf(people.socialWorker, reference, MEETINGS.visit);
    await product.moveClock({ to: new Date(Date.parse(visit.end) + 15 * 60_000).toISOString() });
    expect(await ticks()).toBe('done done done done done');
    expect((await progress()).told).toContain('Amara Okafor');
  });

  test('begin anew without forgetting the tenant', async () => {
    await fetch(`${product.sandbox}/sandbox/guide/restart`, { method: 'POST' });
    expect(await ticks()).toBe('open open open open open');
    await meetingOf(people.socialWorker, reference, MEETINGS.visit);
  });
});
