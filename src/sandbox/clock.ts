/**
 * The sandbox's time. It runs with the machine's, or stands, and is moved forward on request; on the way it stops at every
 * moment at which something falls due in the bot, so that a reminder of Thursday is sent on Thursday and not on arrival.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Request, Response, Server } from 'restify';
import {
  addHours,
  addMinutes,
  type Day,
  dayOf,
  type Instant,
  instantAt,
  instantFromMilliseconds,
  millisecondsOf,
  parseInstant,
  timeOf,
  writeInstant,
} from '../domain/time/instant.ts';
import type { ClockMove, MoveResult, SandboxClock } from './context.ts';
import { readJsonBody, sendJson, UnreadableBody } from './json.ts';
import type { State } from './state.ts';

/** The part of a working-day calendar that time travel needs. */
export interface WorkingDays {
  isWorkingDay(day: Day): boolean;
  /** The n-th working day after `day`. */
  addWorkingDays(day: Day, n: number): Day;
}

export const ACCEPTED =
  'Say {"to": "2026-12-18T17:00:00Z"} or {"by": "1 hour"}; by takes "30 minutes", "2 hours", "1 day", "1 working day", "3 working days" and "next deadline".';

/** Why the clock was not moved, in a sentence for the person who asked. */
export class ClockRefusal extends Error {
  constructor(why: string) {
    super(`${why} ${ACCEPTED}`);
    this.name = 'ClockRefusal';
  }
}

interface Kept {
  readonly id: 'clock';
  readonly base: Instant;
  /** Machine time, in milliseconds, at which the clock showed `base`. */
  readonly real: number;
}

export interface ClockOptions {
  readonly state: State;
  /** Where a clock begins that was never started before. Default: the next working moment. */
  readonly start?: Instant;
  readonly ticking: boolean;
  /** The bot's root, or undefined when nobody is to be told. */
  readonly botUrl?: string;
  readonly workingDays: WorkingDays;
  /** Resolves when the bot has been told of all that happened so far, before the time moves on. */
  readonly told?: () => Promise<void>;
  /** Machine time in milliseconds. */
  readonly machine?: () => number;
}

/** A day that is asked for by "next deadline" is looked for this far ahead. */
const HORIZON_DAYS = 400;
/** Carrying out what fell due is quick; a bot that takes longer than this is stuck. */
const PATIENCE = 120_000;
/** Telling the bot of what happened takes milliseconds; a bot that does not listen holds no clock up for longer than this. */
const TELLING = 1_000;
/** More stops than this in one move is a bot that never comes to rest. */
const MOST_STOPS = 2_000;

const EARLIEST = '09:00';
const LATEST = '16:00';
const MORNING = '09:30';

/** @returns `now` itself within Mon-Fri 09:00-16:00 London, or else 09:30 of the next working day that is still to come */
export function nextWorkingMoment(now: Instant, { isWorkingDay, addWorkingDays }: WorkingDays): Instant {
  const [day, time] = [dayOf(now), timeOf(now)];
  if (isWorkingDay(day) && time >= EARLIEST && time < LATEST) return now;
  return instantAt(isWorkingDay(day) && time < EARLIEST ? day : addWorkingDays(day, 1), MORNING);
}

/** Stays on the London wall clock: a day over a clock change is 23 or 25 hours. */
function sameTimeOn(day: Day, now: Instant): Instant {
  return `${instantAt(day, timeOf(now)).slice(0, 17)}${now.slice(17)}` as Instant;
}

export function openClock(options: ClockOptions): SandboxClock {
  const { state, ticking, workingDays, botUrl } = options;
  const machine = options.machine ?? Date.now;
  const kept = state.collection<Kept>('clock');
  let moving = false;
  let queue: Promise<unknown> = Promise.resolve();

  const begin = () => options.start ?? nextWorkingMoment(instantFromMilliseconds(machine()), workingDays);
  const keep = (base: Instant): Kept => kept.put({ id: 'clock', base, real: machine() });
  let current = kept.get('clock') ?? keep(begin());

  function now(): Instant {
    // While it is being moved it stands on each stop, so that what the bot does there bears that moment.
    if (!ticking || moving) return current.base;
    return instantFromMilliseconds(millisecondsOf(current.base) + Math.max(0, machine() - current.real));
  }

  const london = () => writeInstant(now());
  const reading = () => ({ now: now(), ticking, london: london() });
  const set = (to: Instant) => {
    current = keep(to);
  };

  /** @returns undefined when the bot does not answer */
  async function askNext(before: Instant): Promise<{ next: Instant | null } | undefined> {
    if (!botUrl) return undefined;
    try {
      const response = await fetch(`${botUrl}/internal/clock/next?before=${encodeURIComponent(before)}`, {
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (!response.ok) return undefined;
      const { next } = (await response.json()) as { next?: unknown };
      return { next: typeof next === 'string' ? parseInstant(next) : null };
    } catch {
      return undefined;
    }
  }

  /** @returns how much was carried out, or undefined when the bot does not answer */
  async function tell(at: Instant): Promise<number | undefined> {
    if (!botUrl) return undefined;
    try {
      const response = await fetch(`${botUrl}/internal/clock`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ now: at, ticking }),
        signal: AbortSignal.timeout(PATIENCE),
      });
      const answer = (await response.json()) as { carriedOut?: unknown };
      return response.ok ? Number(answer.carriedOut ?? 0) : undefined;
    } catch {
      return undefined;
    }
  }

  const addDays = (day: Day, n: number): Day => dayOf(addHours(instantAt(day, '12:00'), 24 * n));

  function targetOf(move: ClockMove): Instant | 'next deadline' {
    const from = now();
    if ('to' in move) {
      let to: Instant;
      try {
        to = parseInstant(move.to);
      } catch {
        throw new ClockRefusal(`"${move.to}" is not a moment.`);
      }
      if (to < from) throw new ClockRefusal(`Time only goes forward, and it is ${writeInstant(from)} already.`);
      return to;
    }
    if (move.by === 'next deadline') return 'next deadline';
    const match = /^(\d{1,4}) (minute|hour|day|working day)s?$/.exec(move.by.trim());
    const count = Number(match?.[1]);
    if (!match || count < 1) throw new ClockRefusal(`"${move.by}" is not understood.`);
    try {
      if (match[2] === 'minute') return addMinutes(from, count);
      if (match[2] === 'hour') return addHours(from, count);
      if (match[2] === 'day') return sameTimeOn(addDays(dayOf(from), count), from);
      return sameTimeOn(workingDays.addWorkingDays(dayOf(from), count), from);
    } catch (fault) {
      // The calendar's own words: it says which years it knows.
      throw new ClockRefusal(fault instanceof Error ? fault.message : String(fault));
    }
  }

  async function carryOut(move: ClockMove): Promise<MoveResult> {
    const stops: Instant[] = [];
    let carriedOut = 0;
    let reached = botUrl !== undefined;
    const wanted = targetOf(move);
    set(now());
    moving = true;
    try {
      if (botUrl) await Promise.race([options.told?.(), pause(TELLING, undefined, { ref: false })]);
      let target: Instant;
      if (wanted === 'next deadline') {
        const answer = await askNext(addHours(now(), 24 * HORIZON_DAYS));
        if (!answer) return { ...reading(), stops, carriedOut, bot: 'not reachable' };
        if (answer.next === null) return { ...reading(), stops, carriedOut, bot: 'reached' };
        target = later(answer.next, now());
      } else {
        target = wanted;
      }
      while (reached && stops.length < MOST_STOPS && now() < target) {
        const answer = await askNext(target);
        if (!answer) reached = false;
        if (!answer?.next || answer.next >= target) break;
        const stop = later(answer.next, now());
        const before = stops.at(-1);
        set(stop);
        const done = await tell(stop);
        if (done === undefined) reached = false;
        else carriedOut += done;
        // Due, asked to be done, and still due: it waits for something else, and asking on would never end.
        if (before === stop && !done) break;
        if (before !== stop) stops.push(stop);
      }
      set(target);
      // What is done here may be followed by more that is due here: until there is nothing left.
      for (let done: number | undefined, times = 0; times < MOST_STOPS; times += 1) {
        done = await tell(target);
        if (done === undefined) reached = false;
        else carriedOut += done;
        if (!done) break;
      }
      if (stops.at(-1) !== target) stops.push(target);
    } finally {
      set(current.base);
      moving = false;
    }
    return { ...reading(), stops: reached ? stops : [], carriedOut, bot: reached ? 'reached' : 'not reachable' };
  }

  function move(to: ClockMove): Promise<MoveResult> {
    const turn = queue.then(() => carryOut(to));
    queue = turn.catch(() => undefined);
    return turn;
  }

  return { now, london, reading, move };
}

const later = (one: Instant, other: Instant): Instant => {
  if (one > other) return one;
  return other;
};

/** `GET /clock` and `POST /clock`. */
export function registerClock(server: Server, clock: SandboxClock): void {
  server.get('/clock', async (_request: Request, response: Response) => sendJson(response, 200, clock.reading()));
  server.post('/clock', async (request: Request, response: Response) => {
    try {
      sendJson(response, 200, await clock.move(readMove(await readJsonBody(request))));
    } catch (fault) {
      if (fault instanceof ClockRefusal) sendJson(response, 400, { error: fault.message });
      else if (fault instanceof UnreadableBody)
        sendJson(response, fault.status, { error: `${fault.message} ${ACCEPTED}` });
      else throw fault;
    }
  });
}

function readMove(body: unknown): ClockMove {
  const { to, by } = (typeof body === 'object' && body !== null ? body : {}) as { to?: unknown; by?: unknown };
  if (typeof to === 'string' && by === undefined) return { to };
  if (typeof by === 'string' && to === undefined) return { by };
  throw new ClockRefusal('How far should the clock go?');
}
