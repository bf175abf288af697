/** What one process remembers of reading mailboxes, by address. With a restart nothing is lost but waits: everything is looked into again. */
import type { Failing } from '../watching.ts';

export interface MailMemory {
  readonly failing: Map<string, Failing>;
  /** Looked into since this process began: what came before that may have been missed. */
  readonly looked: Set<string>;
  /** Read in part: there were more pages than are read in one go. */
  readonly unfinished: Set<string>;
}

export function newMailMemory(): MailMemory {
  return { failing: new Map(), looked: new Set(), unfinished: new Set() };
}

/** Minutes until the next try, by the number of tries so far; the last one stays. A mailbox is not left alone for long: somebody waits. */
const WAITS = [1, 2, 5, 15, 30];

/** @returns how many minutes to wait after so many tries in vain, or as long as Microsoft 365 asks */
export function mailboxWait(tries: number, retryAfterSeconds?: number): number {
  return Math.max(WAITS[Math.min(tries, WAITS.length) - 1] ?? 30, (retryAfterSeconds ?? 0) / 60);
}
