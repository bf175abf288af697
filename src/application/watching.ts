/**
 * Noticing what happens in Microsoft 365 behind the program's back. The truth is what is read (delta); a notification is only a hint to
 * read now and not at the next look. So a notification that is lost, late, forged or sent twice costs nothing but time.
 */
import type { PersonId } from '../domain/case/types.ts';
import type { Instant } from '../domain/time/instant.ts';
import type { ClientStates, DiaryFeed, Subscriptions } from './ports.ts';

export interface Watching {
  readonly feed: DiaryFeed;
  readonly clientStates: ClientStates;
  /** Absent where Microsoft cannot call this program: everything is then read at each poll. */
  readonly subscriptions?: Subscriptions;
  readonly memory: WatchMemory;
}

/** What one process remembers. With a restart nothing is lost but counts and waits. */
export interface WatchMemory {
  readonly notifications: { taken: number; ignored: number };
  /** Calendars that could not be read. */
  readonly failing: Map<PersonId, Failing>;
  /** When it is compared with Microsoft's list what subscriptions there are; undefined: at once, null: it has been. */
  checkAt: Instant | undefined | null;
}

export interface Failing {
  readonly tries: number;
  readonly notBefore: Instant;
}

export function newWatchMemory(): WatchMemory {
  return { notifications: { taken: 0, ignored: 0 }, failing: new Map(), checkAt: undefined };
}

/** Minutes until the next try, by the number of tries so far; the last one stays. */
const WAITS = [1, 5, 15, 60, 180];

/** @returns how many minutes to wait after so many tries in vain, or as long as Microsoft 365 asks */
export function waitAfter(tries: number, retryAfterSeconds?: number): number {
  return Math.max(WAITS[Math.min(tries, WAITS.length) - 1] ?? 180, (retryAfterSeconds ?? 0) / 60);
}
