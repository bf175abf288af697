import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import restify from 'restify';
import { loadCalendar } from '../../src/adapters/holidays.ts';
import { type Instant, instantFromMilliseconds, parseInstant } from '../../src/domain/time/instant.ts';
import { type ClockOptions, nextWorkingMoment, openClock, registerClock } from '../../src/sandbox/clock.ts';
import { openState, type State } from '../../src/sandbox/state.ts';
import { listening, post, readAll } from './graph-harness.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const shut = (server: Server) => {
  server.close();
  server.closeAllConnections();
};

/** A bot with things due, each carried out once when it is told of a time at or after it. */
async function botWith(...due: string[]) {
  const open = due.map(parseInstant).sort();
  const told: { now: string; ticking: boolean; carriedOut: number }[] = [];
  let stuck: string | undefined;
  let meanwhile: () => void = () => undefined;
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://here');
    const answer = (body: unknown) => response.end(JSON.stringify(body));
    if (request.method === 'GET' && url.pathname === '/internal/clock/next') {
      const before = url.searchParams.get('before') ?? '';
      const next = stuck ?? open[0];
      return answer({ next: next !== undefined && next <= before ? next : null });
    }
    const { now, ticking } = JSON.parse(await readAll(request)) as { now: Instant; ticking: boolean };
    let carriedOut = 0;
    while (open[0] !== undefined && open[0] <= now) {
      open.shift();
      carriedOut += 1;
    }
    told.push({ now, ticking, carriedOut });
    meanwhile();
    answer({ carriedOut });
  });
  const port = await listening(server);
  closing.push(() => shut(server));
  return {
    url: `http://127.0.0.1:${port}`,
    told,
    /** What goes on while the bot carries out what fell due. */
    whileCarryingOut: (what: () => void) => {
      meanwhile = what;
    },
    stickAt: (moment: string) => {
      stuck = parseInstant(moment);
    },
  };
}

function clockAt(start: string, more: Partial<ClockOptions> = {}, state: State = openState(':memory:')) {
  return openClock({ state, start: parseInstant(start), ticking: false, workingDays: loadCalendar(), ...more });
}

async function served(clock: ReturnType<typeof clockAt>) {
  const server = restify.createServer();
  registerClock(server, clock);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  closing.push(() => shut((server as unknown as { server: Server }).server));
  return `http://127.0.0.1:${server.address().port}/clock`;
}

const by = async (start: string, phrase: string) => (await clockAt(start).move({ by: phrase })).now;

describe('moving the clock', () => {
  test('goes by minutes, hours and days', async () => {
    expect(await by('2026-12-17T16:20:00Z', '30 minutes')).toBe('2026-12-17T16:50:00.000Z');
    expect(await by('2026-12-17T16:20:00Z', '1 hour')).toBe('2026-12-17T17:20:00.000Z');
    expect(await by('2026-12-17T16:20:00Z', '2 hours')).toBe('2026-12-17T18:20:00.000Z');
    expect(await by('2026-12-17T16:20:00Z', '1 day')).toBe('2026-12-18T16:20:00.000Z');
  });

  test('by a working day passes over weekends and bank holidays, to the same time of day', async () => {
    expect(await by('2026-12-18T16:20:00Z', '1 working day')).toBe('2026-12-21T16:20:00.000Z');
    // Fri 25 Dec and Mon 28 Dec 2026 (Boxing Day, substitute) are bank holidays.
    expect(await by('2026-12-24T10:00:00Z', '1 working day')).toBe('2026-12-29T10:00:00.000Z');
    expect(await by('2026-12-23T10:00:00Z', '3 working days')).toBe('2026-12-30T10:00:00.000Z');
  });

  test('by a day keeps to the London clock when summer time begins', async () => {
    expect(await by('2027-03-27T10:00:00Z', '1 day')).toBe('2027-03-28T09:00:00.000Z');
    expect(await by('2027-03-26T10:00:30Z', '1 working day')).toBe('2027-03-30T09:00:30.000Z');
  });

  test('stops at each moment at which something falls due, and carries it out there', async () => {
    const bot = await botWith(
      '2026-12-17T17:00:00Z',
      '2026-12-18T09:00:00Z',
      '2026-12-18T09:00:00Z',
      '2026-12-19T09:00:00Z',
    );
    const clock = clockAt('2026-12-17T16:20:00Z', { botUrl: bot.url });
    const moved = await clock.move({ to: '2026-12-18T12:00:00Z' });
    expect(bot.told.map(({ now, carriedOut }) => [now, carriedOut])).toEqual([
      ['2026-12-17T17:00:00.000Z', 1],
      ['2026-12-18T09:00:00.000Z', 2],
      ['2026-12-18T12:00:00.000Z', 0],
    ]);
    expect(moved).toMatchObject({
      now: '2026-12-18T12:00:00.000Z',
      london: 'Fri 18 Dec 2026, 12:00',
      carriedOut: 3,
      bot: 'reached',
    });
  });

  test('to the next deadline goes just so far, and nowhere when nothing is due', async () => {
    const bot = await botWith('2026-12-21T17:00:00Z');
    const clock = clockAt('2026-12-17T16:20:00Z', { botUrl: bot.url });
    expect((await clock.move({ by: 'next deadline' })).now).toBe('2026-12-21T17:00:00.000Z');
    expect((await clock.move({ by: 'next deadline' })).now).toBe('2026-12-21T17:00:00.000Z');
  });

  test('comes to an end although something stays due for ever', async () => {
    const bot = await botWith();
    bot.stickAt('2026-12-17T17:00:00Z');
    const clock = clockAt('2026-12-17T16:20:00Z', { botUrl: bot.url });
    expect((await clock.move({ by: '1 day' })).now).toBe('2026-12-18T16:20:00.000Z');
    expect(bot.told.map(({ now }) => now)).toEqual([
      '2026-12-17T17:00:00.000Z',
      '2026-12-17T17:00:00.000Z',
      '2026-12-18T16:20:00.000Z',
    ]);
  });

  test('twice at once is done one after the other', async () => {
    const bot = await botWith('2026-12-17T17:00:00Z', '2026-12-17T19:00:00Z');
    const clock = clockAt('2026-12-17T16:20:00Z', { botUrl: bot.url });
    const [one, two] = await Promise.all([clock.move({ by: '1 hour' }), clock.move({ by: '2 hours' })]);
    expect([one.now, two.now]).toEqual(['2026-12-17T17:20:00.000Z', '2026-12-17T19:20:00.000Z']);
    expect(bot.told.map(({ now }) => now)).toEqual([...bot.told.map(({ now }) => now)].sort());
  });

  test('is done without the bot when it cannot be reached', async () => {
    const clock = clockAt('2026-12-17T16:20:00Z', { botUrl: 'http://127.0.0.1:9' });
    expect(await clock.move({ by: '1 hour' })).toMatchObject({ now: '2026-12-17T17:20:00.000Z', bot: 'not reachable' });
  });
});

describe('over HTTP', () => {
  test('the clock tells the time in both ways', async () => {
    const url = await served(clockAt('2026-12-17T16:20:00Z'));
    expect(await (await fetch(url)).json()).toEqual({
      now: '2026-12-17T16:20:00.000Z',
      ticking: false,
      london: 'Thu 17 Dec 2026, 16:20',
    });
    expect((await post(url, { by: '1 working day' })).body.london).toBe('Fri 18 Dec 2026, 16:20');
  });

  test.each([
    ['back', { to: '2026-12-17T16:19:59Z' }, 'Time only goes forward, and it is Thu 17 Dec 2026, 16:20 already.'],
    ['a phrase it does not know', { by: 'a fortnight' }, '"a fortnight" is not understood.'],
    ['nothing forward', { by: '0 days' }, '"0 days" is not understood.'],
    ['a moment that is none', { to: 'tomorrow' }, '"tomorrow" is not a moment.'],
    ['both at once', { to: '2026-12-18T16:20:00Z', by: '1 day' }, 'How far should the clock go?'],
    ['beyond the known bank holidays', { by: '9999 working days' }, 'beyond the known bank holidays'],
  ])('%s is refused, naming what it takes', async (_what, body, sentence) => {
    const url = await served(clockAt('2026-12-17T16:20:00Z'));
    const answer = await post(url, body);
    expect([answer.status, answer.body.error]).toEqual([400, expect.stringContaining(sentence)]);
    expect(answer.body.error).toContain('"next deadline"');
    expect(((await (await fetch(url)).json()) as { now: string }).now).toBe('2026-12-17T16:20:00.000Z');
  });
});

describe('the clock begins', () => {
  const begins = (now: string) => nextWorkingMoment(parseInstant(now), loadCalendar());
  test('now, in working hours', () => expect(begins('2026-12-17T15:59:00Z')).toBe('2026-12-17T15:59:00.000Z'));
  test('the same morning, before they begin', () =>
    expect(begins('2026-12-17T06:00:00Z')).toBe('2026-12-17T09:30:00.000Z'));
  test('the next morning, when the day is nearly over', () =>
    expect(begins('2026-12-17T16:00:00Z')).toBe('2026-12-18T09:30:00.000Z'));
  test('on Monday, at the weekend', () => expect(begins('2026-12-19T12:00:00Z')).toBe('2026-12-21T09:30:00.000Z'));
  test('in London time, in summer', () => expect(begins('2026-07-06T05:00:00Z')).toBe('2026-07-06T08:30:00.000Z'));
});

describe('a clock', () => {
  test('that ticks runs with the machine, but stands while it is moved', async () => {
    let machine = Date.parse('2026-11-22T12:00:00Z');
    const bot = await botWith('2026-12-17T17:00:00Z');
    const clock = clockAt('2026-12-17T16:20:00Z', { ticking: true, machine: () => machine, botUrl: bot.url });
    machine += 60_000;
    expect(clock.now()).toBe('2026-12-17T16:21:00.000Z');
    const seen: string[] = [];
    bot.whileCarryingOut(() => {
      machine += 5_000;
      seen.push(clock.now());
    });
    await clock.move({ by: '1 hour' });
    expect(bot.told.map(({ now }) => now)).toEqual(['2026-12-17T17:00:00.000Z', '2026-12-17T17:21:00.000Z']);
    expect(seen).toEqual(bot.told.map(({ now }) => now));
    machine += 1_000;
    expect(clock.now()).toBe('2026-12-17T17:21:01.000Z');
  });

  test('goes on where it was after a restart, and never back', () => {
    const state = openState(':memory:');
    let machine = Date.parse('2026-11-22T12:00:00Z');
    const options = { ticking: true, machine: () => machine };
    clockAt('2026-12-17T16:20:00Z', options, state);
    machine += 30_000;
    const again = clockAt('2026-12-01T09:00:00Z', options, state);
    expect(again.now()).toBe('2026-12-17T16:20:30.000Z');
    machine -= 3_600_000;
    expect(again.now()).toBe('2026-12-17T16:20:00.000Z');
    expect(instantFromMilliseconds(machine)).toBe('2026-11-22T11:00:30.000Z');
  });
});
