/** Somebody owes a step and is away when it falls due: seen before it is late, whether it stands in the calendar or only answers mails. */
import type { Instant } from '../../src/domain/time/instant.ts';
import { aways } from '../../src/sandbox/graph/away.ts';
import { fact, key, nameTeam, ok, refer } from './story.ts';
import { london, openWorld, type TestWorld } from './world.ts';

let at: TestWorld;
let id: string;
/** The manager of the team in Euston owes the offer of a consultation by Fri 18 Dec 2026, 17:00. */
const OWNER = '5a7d0c1e-0000-4000-8000-000000000106';

beforeEach(async () => {
  at = await openWorld({ start: london('2026-12-16', '09:00') });
  await at.moveTo('2026-12-17', '09:00');
  id = (await refer(at)).case.id;
  await nameTeam(at, id);
});
afterEach(() => at.close());

const cards = () => at.chat.posts().filter(({ card }) => card.about === 'away');
/** When somebody was asked for cover, and until when. */
const asked = () => cards().map(({ at: when, card }) => `${when.slice(5, 16)} until ${card.until}`);

/** Mails are answered by themselves; nothing stands in the calendar. */
function answersMails(from: Instant, to: Instant | null): void {
  const message = 'I am at the hospital.';
  aways(at.sandbox.context).put({ id: OWNER, from, to, message, event: '' });
}

test('an absence that is entered at noon for tomorrow is noticed at 13:00, before tomorrow’s step is late', async () => {
  await at.moveTo('2026-12-17', '12:00');
  await at.away(OWNER, london('2026-12-18', '00:00'), london('2026-12-19', '00:00'));
  await at.moveTo('2026-12-17', '18:00');
  expect(asked()).toEqual(['12-17T13:00 until Fri 18 Dec 2026']);
  expect(cards()[0]?.card.steps).toEqual([expect.stringMatching(/ offer$/)]);
});

test('one that is entered in the afternoon is noticed at 15:30', async () => {
  await at.moveTo('2026-12-17', '15:00');
  await at.away(OWNER, london('2026-12-18', '00:00'), london('2026-12-19', '00:00'));
  await at.moveTo('2026-12-17', '18:00');
  expect(asked()).toEqual(['12-17T15:30 until Fri 18 Dec 2026']);
});

test('who goes home at noon of the day itself is away for what is left of it', async () => {
  await at.moveTo('2026-12-18', '12:00');
  await at.away(OWNER, london('2026-12-18', '12:00'), london('2026-12-18', '18:00'));
  await at.moveTo('2026-12-18', '18:00');
  expect(asked()).toEqual(['12-18T13:00 until Fri 18 Dec 2026']);
});

test('who is away for an hour of the day is not away', async () => {
  await at.away(OWNER, london('2026-12-18', '12:00'), london('2026-12-18', '13:30'));
  await at.moveTo('2026-12-18', '18:00');
  expect(asked()).toEqual([]);
});

describe('a manager who has not answered', () => {
  beforeEach(async () => {
    await at.away(OWNER, london('2026-12-18', '00:00'), london('2026-12-19', '00:00'));
    await at.moveTo('2026-12-17', '18:00');
    expect(asked()).toEqual(['12-17T13:00 until Fri 18 Dec 2026']);
  });

  test('is reminded once, at 13:00 of the day on which it is late', async () => {
    await at.moveTo('2026-12-18', '18:00');
    expect(asked().slice(1)).toEqual(['12-18T13:00 until Fri 18 Dec 2026']);
    expect(cards()[1]?.to).toBe(cards()[0]?.to);
  });

  test('and has decided to leave it as it is, is left in peace', async () => {
    const chief = cards()[0]?.to ?? '';
    ok(await at.stepwise.perform(chief, id, [fact('cover.left', { person: OWNER })], key()));
    await at.moveTo('2026-12-18', '18:00');
    expect(asked()).toHaveLength(1);
  });
});

test('where the manager is away too, hers is asked', async () => {
  const { roles } = at.world.protocols.get('camden/after-assessment').council;
  const own = roles['eh-team-manager']?.reportsTo ?? '';
  const [chief, ...none] = await at.world.directory.holders('camden', own, 'euston');
  expect(none).toEqual([]);
  const above = await at.world.directory.holders('camden', roles[own]?.reportsTo ?? '');
  await at.away(OWNER, london('2026-12-18', '00:00'), london('2026-12-19', '00:00'));
  await at.away(chief?.id ?? '', london('2026-12-17', '09:00'), london('2026-12-18', '00:00'));
  await at.moveTo('2026-12-17', '18:00');
  expect(cards().map(({ to }) => to)).toEqual(above.map(({ id: person }) => person));
  expect(above.length).toBeGreaterThan(0);
  // Back the next morning, she is asked herself.
  await at.moveTo('2026-12-18', '09:00');
  expect(cards().at(-1)?.to).toBe(chief?.id);
});

describe('automatic replies', () => {
  test('for some days count as an absence, where the calendar says nothing', async () => {
    answersMails(london('2026-12-17', '17:00'), london('2026-12-21', '09:00'));
    await at.moveTo('2026-12-17', '18:00');
    expect(asked()).toEqual(['12-17T13:00 until Mon 21 Dec 2026']);
  });

  test('without an end count as far as the step that is due', async () => {
    answersMails(london('2026-12-17', '09:00'), null);
    await at.moveTo('2026-12-17', '18:00');
    expect(asked()).toEqual(['12-17T13:00 until Fri 18 Dec 2026']);
    await at.moveTo('2026-12-18', '12:59');
    expect(asked()).toHaveLength(1);
  });

  test('that are over before the step is due are none', async () => {
    answersMails(london('2026-12-17', '09:00'), london('2026-12-18', '12:00'));
    await at.moveTo('2026-12-18', '18:00');
    expect(asked()).toEqual([]);
  });

  test('are never quoted', async () => {
    answersMails(london('2026-12-17', '09:00'), null);
    await at.moveTo('2026-12-17', '18:00');
    expect(JSON.stringify(cards())).not.toMatch(/hospital/);
    expect(at.logged.join()).not.toMatch(/hospital/);
  });

  test('are asked for in one call a look, for those who owe something within two working days', async () => {
    await at.moveTo('2026-12-17', '12:59');
    await at.calls();
    await at.moveTo('2026-12-17', '13:00');
    const calls = await at.calls();
    expect(calls.filter(({ path }) => path === '/$batch')).toHaveLength(1);
    const mailboxes = calls.filter(({ path }) => path.endsWith('/mailboxSettings'));
    expect(mailboxes).toHaveLength(1);
  });

  test('that may not be read are asked for once; the calendar counts all the same, and the log says it once', async () => {
    await at.calls();
    await at.fault({ match: { path: '/users/*/mailboxSettings' }, status: 403, times: 9 });
    await at.moveTo('2026-12-17', '15:00');
    await at.away(OWNER, london('2026-12-18', '00:00'), london('2026-12-19', '00:00'));
    await at.moveTo('2026-12-17', '18:00');
    expect((await at.calls()).filter(({ path }) => path === '/$batch')).toHaveLength(1);
    expect(asked()).toEqual(['12-17T15:30 until Fri 18 Dec 2026']);
    expect(at.logged.filter((line) => line.includes('automatic-replies-not-read'))).toHaveLength(1);
  });

  test('that Microsoft 365 does not give at the moment are asked for again at the next look', async () => {
    answersMails(london('2026-12-17', '09:00'), null);
    await at.fault({ match: { path: '/users/*/mailboxSettings' }, status: 503, times: 1 });
    await at.moveTo('2026-12-17', '18:00');
    expect(asked()).toEqual(['12-17T15:30 until Fri 18 Dec 2026']);
  });
});
