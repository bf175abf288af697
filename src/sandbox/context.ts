/**
 * What every part of the sandbox is given: the tenant's memory, its clock, and who and where everything is.
 * Graph, Teams and the page share one of these and one HTTP server.
 */
import type { Instant } from '../domain/time/instant.ts';
import type { State } from './state.ts';

/** A member of staff. `id` is the Entra object id, the same as `aadObjectId` in an activity. */
export interface Person {
  readonly id: string;
  readonly aadObjectId: string;
  readonly name: string;
  readonly mail: string;
  /** Role id of the council's protocol, e.g. `social-worker`. */
  readonly role: string;
  /** Job title as Entra shows it. */
  readonly title: string;
  /** The team the person works in, in words. Not a Teams team. */
  readonly team: string;
  readonly council: string;
  /** Weekly meetings, London time: `Mon 09:30-11:00`. */
  readonly busy: readonly string[];
}

export interface Group {
  readonly id: string;
  readonly name: string;
  /** Object ids. */
  readonly members: readonly string[];
}

export interface TeamChannel {
  readonly id: string;
  readonly name: string;
}

/** A Teams team. `id` is the thread id (also that of its General channel); `groupId` is Graph's id for the same team. */
export interface Team {
  readonly id: string;
  readonly groupId: string;
  readonly name: string;
  /** Without General, whose id is the team's own. */
  readonly channels: readonly TeamChannel[];
  /** Object ids. */
  readonly members: readonly string[];
}

/** A shared mailbox: has mail and a diary, cannot sign in. */
export interface Mailbox {
  readonly council: string;
  readonly id: string;
  readonly name: string;
  readonly mail: string;
}

export interface Tenant {
  readonly id: string;
  /** Of its mail; the first is its own, the others are the councils'. */
  readonly domains: readonly string[];
  readonly councils: readonly { readonly id: string; readonly name: string }[];
  readonly people: readonly Person[];
  readonly groups: readonly Group[];
  readonly teams: readonly Team[];
  readonly mailboxes: readonly Mailbox[];
}

/** What `POST /clock` takes: exactly one of the two. */
export type ClockMove = { readonly to: string } | { readonly by: string };

export interface ClockReading {
  readonly now: Instant;
  readonly ticking: boolean;
  /** `Thu 17 Dec 2026, 16:20` */
  readonly london: string;
}

export interface SandboxClock {
  now(): Instant;
  /** `Thu 17 Dec 2026, 16:20` */
  london(): string;
  reading(): ClockReading;
  /**
   * Moves time forward, stopping at each moment at which something falls due in the bot, and resolves when all of it has
   * been carried out. Two moves at once queue. Rejects with `ClockRefusal` for a move back or a phrase not understood.
   */
  move(move: ClockMove): Promise<MoveResult>;
}

export interface MoveResult extends ClockReading {
  /** Moments at which the bot was woken, in order, the target included. */
  readonly stops: readonly Instant[];
  readonly carriedOut: number;
  readonly bot: 'reached' | 'not reachable';
}

/** Addresses on loopback. `teams` ends with a slash, as Bot Framework's service addresses do; the others do not. */
export interface Urls {
  /** The page a person opens. */
  readonly page: string;
  /** The bot's `/api/messages`. */
  readonly messages: string;
  readonly graph: string;
  /** What the bot is given as `serviceUrl`. */
  readonly teams: string;
  readonly clock: string;
  /** The bot's own root. */
  readonly bot: string;
}

export interface SandboxContext {
  readonly state: State;
  readonly clock: SandboxClock;
  readonly tenant: Tenant;
  readonly urls: Urls;
  readonly botMessagesUrl: string;
  readonly dataDir: string;
}
