/**
 * What Exchange allows one app at one mailbox (graph/facts.md 3): four requests at a time, and ten thousand in ten minutes.
 * Always enforced here, so that a program that breaks them is caught on the desk and not at the council. What a person does at the
 * sandbox's page is not the app's, and does not count.
 */
import { GraphRefusal } from './call.ts';

export const AT_A_TIME = 4;
export const IN_TEN_MINUTES = 10_000;
const TEN_MINUTES = 600_000;
/** Seconds to wait that go with the refusal. */
const WAIT_AT_A_TIME = 1;

/** First parts of paths below a user that lead into the mailbox; the others are the directory's. */
const OUTLOOK = new Set([
  ...['calendar', 'calendars', 'calendarview', 'events', 'messages', 'mailfolders', 'mailboxsettings'],
  ...['sendmail', 'findmeetingtimes', 'outlook', 'getmailtips'],
]);

/** @returns the address or id in the path as it is written there; undefined for what is not in a mailbox */
export function mailboxIn(path: string): string | undefined {
  const [users, owner, inside] = path.split('/').filter(Boolean);
  if (users?.toLowerCase() !== 'users' || !owner || !inside) return undefined;
  return OUTLOOK.has(inside.toLowerCase().replace(/\(.*$/, '')) ? decodeURIComponent(owner) : undefined;
}

export interface Limits {
  /**
   * One request begins.
   * @param mailbox owner's id
   * @returns how many are under way with it; `end` is to be called when it has been answered, or its connection has gone
   * @throws GraphRefusal 429, and then nothing is under way
   */
  begin(mailbox: string): { readonly inFlight: number; readonly end: () => void };
  /** The most requests that were ever under way at once, by mailbox, with those that were refused for it. */
  most(): Readonly<Record<string, number>>;
  /** How many were refused, by either limit. */
  refused(): number;
  clear(): void;
}

/** @param machine milliseconds of real time: the limits are of the wire, and do not move with the sandbox's clock */
export function openLimits(machine: () => number = Date.now): Limits {
  const underWay = new Map<string, number>();
  let highest = new Map<string, number>();
  const begun = new Map<string, number[]>();
  let refused = 0;

  const refuse = (limit: string, seconds: number): GraphRefusal => {
    refused += 1;
    return new GraphRefusal(429, 'ApplicationThrottled', `Application is over its ${limit} limit.`, {
      'retry-after': String(seconds),
    });
  };

  return {
    begin(mailbox) {
      const now = machine();
      const since = begun.get(mailbox) ?? [];
      begun.set(mailbox, since);
      while ((since[0] ?? now) <= now - TEN_MINUTES) since.shift();
      const [first] = since;
      if (since.length >= IN_TEN_MINUTES && first !== undefined) {
        throw refuse('MailboxRequests', Math.max(1, Math.ceil((first + TEN_MINUTES - now) / 1000)));
      }
      const here = (underWay.get(mailbox) ?? 0) + 1;
      highest.set(mailbox, Math.max(highest.get(mailbox) ?? 0, here));
      if (here > AT_A_TIME) throw refuse('MailboxConcurrency', WAIT_AT_A_TIME);
      since.push(now);
      underWay.set(mailbox, here);
      let over = false;
      return {
        inFlight: here,
        end() {
          if (over) return;
          over = true;
          underWay.set(mailbox, (underWay.get(mailbox) ?? 1) - 1);
        },
      };
    },
    most: () => Object.fromEntries(highest),
    refused: () => refused,
    clear() {
      highest = new Map(underWay);
      refused = 0;
    },
  };
}
