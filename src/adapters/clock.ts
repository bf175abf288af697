/**
 * What time it is: the machine's, or, in the sandbox, whatever the sandbox says.
 */
import type { Clock } from '../application/ports.ts';
import {
  addMinutes,
  type Instant,
  instantFromMilliseconds,
  millisecondsOf,
  parseInstant,
} from '../domain/time/instant.ts';

export const systemClock: Clock = { now: () => instantFromMilliseconds(Date.now()) };

export interface ExternalClock extends Clock {
  /** What `POST /internal/clock` does. */
  set(now: Instant, ticking: boolean): void;
}

const TIMEOUT_MS = 5_000;

/**
 * A clock that somebody else keeps: read once at the start, and told of each change from then on. While it ticks, it runs on
 * at the pace of `elapsed`; while it stands, it stands.
 * @param url answers `{"now": ISO, "ticking": boolean}`
 * @param elapsed milliseconds, from any beginning
 * @throws Error that says what to start, where nothing answers
 */
export async function externalClock(
  url: string,
  elapsed: () => number = () => performance.now(),
): Promise<ExternalClock> {
  let reading = await ask(url);
  let readAt = elapsed();
  return {
    now: () => (reading.ticking ? addMinutes(reading.now, (elapsed() - readAt) / 60_000) : reading.now),
    set(now, ticking) {
      reading = { now, ticking };
      readAt = elapsed();
    },
  };
}

async function ask(url: string): Promise<{ now: Instant; ticking: boolean }> {
  let answer: unknown;
  try {
    answer = await (await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) })).json();
  } catch {
    throw new Error(
      `The clock at ${url} (CLOCK_URL) does not answer. Start the sandbox first, or unset CLOCK_URL to use this machine's time.`,
    );
  }
  const { now, ticking } = answer as { now?: unknown; ticking?: unknown };
  if (typeof now !== 'string' || typeof ticking !== 'boolean' || Number.isNaN(millisecondsOf(now as Instant))) {
    throw new Error(`The clock at ${url} (CLOCK_URL) does not answer with {"now", "ticking"}.`);
  }
  return { now: parseInstant(now), ticking };
}
