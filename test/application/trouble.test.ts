/** What is lost, refused or killed on the way: nothing is said that has not happened, and nothing happens twice. */
import type { World } from '../../src/application/world.ts';
import { addHours, type Instant } from '../../src/domain/time/instant.ts';
import {
  accept,
  bookConsultation,
  fact,
  fill,
  key,
  nameTeam,
  ok,
  press,
  record,
  refer,
  upToTheConsultation,
} from './story.ts';
import { openWorld, type Shown, STEP_DOWN, type TestWorld } from './world.ts';

const AMARA = 'amara.okafor@camden.example';
const startOf = ({ start }: Shown) => (start as { dateTime: string }).dateTime.slice(0, 16);

let at: TestWorld;
beforeEach(async () => {
  at = await openWorld({ onDisk: true, start: '2026-12-18T10:00:00.000Z' as never });
});
afterEach(() => at.close());

const recorded = async (id: string, name: string) =>
  ((await at.stepwise.sheet(id))?.case.facts ?? []).filter((each) => each.fact === name);

/** Carries on a minute at a time, as the waits for the next try are. */
async function minutes(count: number): Promise<void> {
  const { clock } = at.sandbox.context;
  await clock.move({ by: `${count} minutes` });
}

test('sentence 9: when the mailbox refuses the referral no card says "sent" until it is, and the sender is told', async () => {
  await at.fault({ match: { method: 'POST', path: '/users/*/messages' }, status: 503, times: 5 });
  const {
    case: { id, reference },
  } = await refer(at);
  await minutes(1);
  expect(await recorded(id, 'request.sent')).toEqual([]);
  expect(at.stands('Amara', 'case')).toMatchObject({ sent: false, unsent: 1 });
  await minutes(2);
  const bells = at.chat.posts().map(({ bell }) => bell);
  expect(bells).toContain(`${reference}: referral not sent yet`);
  expect(at.stands('Amara', 'case')?.sent).toBe(false);
  // The front door knows nothing yet, and its clock does not run.
  expect(at.posts().filter((line) => line.includes('#front-door'))).toEqual([]);
  await minutes(30);
  expect((await recorded(id, 'request.sent')).length).toBe(1);
  expect((await recorded(id, 'request.received')).length).toBe(1);
  expect((await at.folder(STEP_DOWN, 'inbox')).length).toBe(1);
  expect(at.stands('Amara', 'case')).toMatchObject({ sent: true, unsent: 0 });
  expect(at.chat.posts().filter(({ bell }) => bell.endsWith('not sent yet')).length).toBe(1);
});

test('a single hiccup of the mailbox is nobody’s business', async () => {
  await at.fault({ match: { method: 'POST', path: '/users/*/messages' }, status: 429, retryAfter: 40, times: 1 });
  const {
    case: { id },
  } = await refer(at);
  expect(await recorded(id, 'request.sent')).toEqual([]);
  await minutes(2);
  const [sent] = await recorded(id, 'request.sent');
  // Not before Microsoft said.
  expect(sent?.at).toBe('2026-12-18T10:00:40.000Z');
  expect(at.chat.posts().filter(({ bell }) => bell.includes('not sent'))).toEqual([]);
});

test('a mailbox that cannot be read holds nothing else up', async () => {
  await at.fault({ match: { method: 'GET', path: '/users/EHstepdown@camden.example' }, status: 503, times: 1 });
  const {
    case: { id },
  } = await refer(at);
  expect((await recorded(id, 'request.sent')).length).toBe(1);
  expect((await recorded(id, 'request.received')).length).toBe(0);
  await minutes(1);
  expect((await recorded(id, 'request.received')).length).toBe(1);
});

describe('killed after the call, before its answer was written down', () => {
  /** The call is carried out and the process dies: what was claimed stays claimed, and is released by the next start. */
  function dyingAfter(world: World, port: 'mailboxes' | 'calendars' | 'chat', method: string): Partial<World> {
    const real = world[port] as unknown as Record<string, (...all: unknown[]) => Promise<unknown>>;
    const dying = {
      ...real,
      [method]: async (...all: unknown[]) => {
        await real[method]?.(...all);
        throw new Killed();
      },
    };
    const store = {
      ...world.store,
      // A dead process writes nothing.
      retry: async () => {
        throw new Killed();
      },
    };
    return { [port]: dying, store: store as World['store'] };
  }
  class Killed extends Error {}

  const dieAt = async (port: 'mailboxes' | 'calendars' | 'chat', method: string, doing: () => Promise<unknown>) => {
    at.replace(dyingAfter(at.world, port, method));
    await doing();
    await expect(at.settle()).rejects.toThrow(Killed);
    await at.restart();
    await at.settle();
  };

  test('a mail: one mail, one record', async () => {
    const draft = await fill(at);
    let id = '';
    await dieAt('mailboxes', 'send', async () => {
      id = ok(await at.stepwise.send(at.id('Amara'), draft, key())).case.id;
    });
    expect((await at.folder(STEP_DOWN, 'inbox')).length).toBe(1);
    expect((await at.folder('amara.okafor@camden.example', 'drafts')).length).toBe(0);
    expect((await recorded(id, 'request.sent')).length).toBe(1);
    expect((await recorded(id, 'request.received')).length).toBe(1);
  });

  test('a consultation that was asked for: one event, one record', async () => {
    const {
      case: { id },
    } = await refer(at);
    const sheet = await nameTeam(at, id);
    const start = (await at.stepwise.timesFor(sheet, 'consultation', false)).times[0]?.start ?? '';
    await dieAt('calendars', 'book', () =>
      at.stepwise.perform(at.id('Grace'), id, [record('consultation', 'booking', { start })], key()),
    );
    expect((await at.meetings('grace.adeyemi@camden.example')).length).toBe(1);
    expect((await at.meetings('amara.okafor@camden.example')).length).toBe(1);
    expect((await recorded(id, 'consultation.booked')).length).toBe(1);
  });

  test('a visit out of the offered times: the event that stands is the one that is recorded, although it now fills the diaries', async () => {
    const id = await upToTheConsultation(at, '2026-12-21');
    await dieAt('calendars', 'book', () =>
      at.stepwise.perform(
        at.id('Grace'),
        id,
        [
          record('acceptance', 'accepted'),
          record('worker', undefined, { worker: at.id('Jo'), 'c1.course': 'accept', 'c2.course': 'accept' }),
        ],
        key(),
      ),
    );
    const visits = (await at.meetings('jo.marsh@camden.example')).filter(({ subject }) => /Joint visit/.test(subject));
    expect(visits.map(({ start }) => (start as { dateTime: string }).dateTime)).toEqual([
      '2026-12-30T10:00:00.0000000',
    ]);
    const [booked] = await recorded(id, 'joint-visit.booked');
    expect(booked?.answers.start).toBe('2026-12-30T10:00:00.000Z');
    expect((await recorded(id, 'joint-visit.no-time')).length).toBe(0);
  });

  test('a meeting that was moved: the same event, its people told once, one record', async () => {
    const {
      case: { id },
    } = await refer(at);
    await nameTeam(at, id);
    const start = (await bookConsultation(at, id)).status.steps.consultation?.booking?.start as Instant;
    const mails = (await at.folder(AMARA, 'inbox')).length;
    const later = addHours(start, 1);
    await dieAt('calendars', 'move', () =>
      at.stepwise.perform(at.id('Grace'), id, [record('consultation', 'booking', { start: later })], key()),
    );
    expect((await at.meetings(AMARA)).map(startOf)).toEqual([later.slice(0, 16)]);
    expect((await at.meetings('grace.adeyemi@camden.example')).length).toBe(1);
    expect((await at.folder(AMARA, 'inbox')).length).toBe(mails + 1);
    expect((await recorded(id, 'consultation.booked')).length).toBe(2);
    expect((await at.stepwise.sheet(id))?.status.steps.consultation?.booking).toMatchObject({ state: 'booked' });
  });

  test('people changed from a card: whoever came to it is invited once, and nobody else hears of it', async () => {
    const {
      case: { id },
    } = await refer(at);
    await nameTeam(at, id);
    await bookConsultation(at, id);
    const mails = (await at.folder(AMARA, 'inbox')).length;
    const also = [at.id('Kofi')];
    await dieAt('calendars', 'invite', () =>
      at.stepwise.perform(
        at.id('Grace'),
        id,
        [record('consultation', 'attendees', { also, without: [] }, { reason: 'He may take it on.' })],
        key(),
      ),
    );
    expect((await at.meetings('kofi.mensah@camden.example')).length).toBe(1);
    expect((await at.folder('kofi.mensah@camden.example', 'inbox')).length).toBe(1);
    expect((await at.folder(AMARA, 'inbox')).length).toBe(mails);
  });

  test('a card: posted again rather than never, and edited from then on', async () => {
    const {
      case: { id },
    } = await refer(at);
    at.chat.clear();
    await dieAt('chat', 'post', () =>
      at.stepwise.perform(at.id('Dawn'), id, [record('front-door', 'team', { team: 'euston' })], key()),
    );
    const offers = at.posts().filter((line) => line.endsWith('#euston offer'));
    // Teams knows no key by which a post could be found again: this one is at least once.
    expect(offers.length).toBe(2);
    expect(at.posts().filter((line) => line.endsWith('Grace offer')).length).toBe(1);
    expect((await recorded(id, 'front-door-answer.sent')).length).toBe(1);
    expect((await at.folder('grace.adeyemi@camden.example', 'inbox')).length).toBe(1);
  });

  test('between the writing of a press and everything that follows from it: all of it is done after the next start', async () => {
    const draft = await fill(at);
    const sent = ok(await at.stepwise.send(at.id('Amara'), draft, key()));
    await at.restart();
    await at.settle();
    expect((await at.folder(STEP_DOWN, 'inbox')).length).toBe(1);
    expect((await recorded(sent.case.id, 'request.received')).length).toBe(1);
    expect(at.stands('#front-door', 'front-door')?.state).toBe('open');
  });
});

test.each([
  ['throttled', { status: 429, retryAfter: 20 }],
  ['throttled without a wait', { status: 429 }],
  ['too busy', { status: 503 }],
  ['silent', { status: 0 }],
  ['broken after it was done', { status: 500, after: true }],
  ['refusing a repeat after it was done', { status: 409, after: true }],
])('Graph %s: one invite for a booking, and one word of its new time', async (_, trouble) => {
  const {
    case: { id },
  } = await refer(at);
  await nameTeam(at, id);
  const mails = (await at.folder(AMARA, 'inbox')).length;
  await at.fault({ match: { method: 'POST', path: '/users/*/events' }, times: 1, ...trouble });
  const start = (await bookConsultation(at, id)).status.steps.consultation?.booking?.start as Instant;
  await minutes(2);
  expect((await at.meetings(AMARA)).map(startOf)).toEqual([start.slice(0, 16)]);
  expect((await at.folder(AMARA, 'inbox')).length).toBe(mails + 1);

  // A refusal of a repeat is for what has a transaction; a change has none.
  const other = trouble.status === 409 ? { status: 504, after: true } : trouble;
  await at.fault({ match: { method: 'PATCH', path: '/users/*/events/*' }, times: 1, ...other });
  const later = addHours(start, 1);
  await press(at, 'Grace', id, record('consultation', 'booking', { start: later }));
  await minutes(2);
  expect((await at.meetings(AMARA)).map(startOf)).toEqual([later.slice(0, 16)]);
  expect((await at.folder(AMARA, 'inbox')).length).toBe(mails + 2);
  expect((await at.stepwise.sheet(id))?.status.steps.consultation?.booking).toMatchObject({ state: 'booked' });
});

test('Teams that does not answer delays one card and nothing else', async () => {
  const {
    case: { id },
  } = await refer(at);
  at.chat.clear();
  at.chat.fail(1, 'before');
  await nameTeam(at, id);
  expect((await recorded(id, 'front-door-answer.sent')).length).toBe(1);
  expect(at.posts().filter((line) => line.endsWith('offer')).length).toBe(1);
  await minutes(1);
  expect(at.posts().filter((line) => line.endsWith('offer')).length).toBe(2);
});

test('a referral that could not leave yet does not leave any more once the family has changed its mind', async () => {
  await at.fault({ match: { method: 'POST', path: '/users/*/messages' }, status: 503, times: 3 });
  const {
    case: { id },
  } = await refer(at);
  await press(at, 'Amara', id, fact('withdrawn'));
  await at.moveTo('2026-12-22', '12:00');
  expect(await at.folder(STEP_DOWN, 'inbox')).toEqual([]);
  await press(at, 'Priya', id, fact('withdrawn.again', {}, { why: 'The mother rang: they agree again.' }));
  await at.moveTo('2026-12-23', '12:00');
  expect((await at.folder(STEP_DOWN, 'inbox')).length).toBe(1);
});

test('a referral that could not leave yet is dropped when the case is ended', async () => {
  await at.fault({ match: { method: 'POST', path: '/users/*/messages' }, status: 503, times: 3 });
  const {
    case: { id },
  } = await refer(at);
  await press(at, 'Amara', id, fact('withdrawn'));
  await press(at, 'Priya', id, fact('case.ended', {}, { why: 'The family stays with Social Care.' }));
  await at.moveTo('2026-12-23', '12:00');
  expect(await at.folder(STEP_DOWN, 'inbox')).toEqual([]);
  expect(await at.folder('amara.okafor@camden.example', 'drafts')).toEqual([]);
  expect((await at.store.outboxOf(id)).filter(({ state }) => state !== 'done')).toEqual([]);
});

test('another time for it costs two calls as well: the diaries looked into, and the event moved', async () => {
  const {
    case: { id },
  } = await refer(at);
  await nameTeam(at, id);
  const sheet = await bookConsultation(at, id);
  await at.calls();
  const { times } = await at.stepwise.timesFor(sheet, 'consultation', true);
  const start = times.find((each) => each.start !== sheet.status.steps.consultation?.booking?.start)?.start ?? '';
  await press(at, 'Grace', id, record('consultation', 'booking', { start }));
  const asked = (await at.calls()).filter(({ path }) => /events|getSchedule|calendarView/.test(path));
  expect(asked.map(({ method, path }) => `${method} ${path.split('/')[3]}`)).toEqual(['POST calendar', 'PATCH events']);
});

test('a booking costs two calls to Graph: one for the diaries, one for the event', async () => {
  const {
    case: { id },
  } = await refer(at);
  await nameTeam(at, id);
  await at.calls();
  await bookConsultation(at, id);
  const asked = (await at.calls()).map(({ method, path }) => `${method} ${path.split('/').at(-1)}`);
  expect(asked.filter((call) => !/delta|members|users\/[^/]+$/.test(call) && !call.startsWith('GET'))).toEqual([
    'POST getSchedule',
    'POST events',
  ]);
  await at.moveTo('2026-12-21', '16:00');
  await press(at, 'Grace', id, record('consultation', 'held'));
  await at.calls();
  await accept(at, id);
  const visit = (await at.calls()).filter(({ method }) => method === 'POST').map(({ path }) => path.split('/').at(-1));
  // The mail that the family is accepted takes two of its own: a draft, and its sending.
  expect(visit.filter((call) => call !== 'messages' && call !== 'send')).toEqual(['getSchedule', 'events']);
});

test('a Microsoft that says "at once" is given a breath all the same, so that nothing spins', async () => {
  await at.fault({ match: { method: 'POST', path: '/users/*/messages' }, status: 429, retryAfter: 0, times: 3 });
  await refer(at);
  const tries = (await at.calls()).filter(({ method, status }) => method === 'POST' && status === 429);
  expect(tries.length).toBe(1);
});
