/**
 * What the use cases need from the world. Adapters implement these; tests run the real ones.
 */
import type { PersonId } from '../domain/case/types.ts';
import type { CouncilId, PathwayId, Protocol, RoleId, TeamId } from '../domain/protocol/types.ts';
import type { Calendar } from '../domain/time/calendar.ts';
import type { Instant } from '../domain/time/instant.ts';
import type { Post } from './ports/store.ts';

export * from './ports/files.ts';
export * from './ports/mail.ts';
export * from './ports/mail-book.ts';
export * from './ports/microsoft-365.ts';
export * from './ports/outbox.ts';
export * from './ports/store.ts';

export interface Clock {
  now(): Instant;
}

// ---- protocols and calendar --------------------------------------------------------------------------------------

export interface Protocols {
  /** All pathways at their newest version. */
  all(): readonly Protocol[];
  /** Throws UnknownPathway, naming the ones there are. */
  get(pathway: PathwayId, version?: string): Protocol;
  calendar(council: CouncilId): Calendar;
}

// ---- people ------------------------------------------------------------------------------------------------------

export interface Person {
  readonly id: PersonId;
  readonly name: string;
  readonly mail: string;
}

/** Which Entra groups, Teams channels and mailboxes play which part (env/directory.*.yaml), and who is in them (Graph). */
export interface Directory {
  person(id: PersonId): Promise<Person | undefined>;
  /** Members of the group that plays a role; for a role held by team, of that team's group. */
  holders(council: CouncilId, role: RoleId, team?: TeamId): Promise<readonly Person[]>;
  /** Every role a person's groups give: council, role and, for roles held by team, the team. */
  rolesOf(
    person: PersonId,
  ): Promise<readonly { readonly council: CouncilId; readonly role: RoleId; readonly team?: TeamId }[]>;
  /** Teams channel id behind a channel name of a council; a team's channel by `team/<id>`. */
  channel(council: CouncilId, name: string): { readonly teamId: string; readonly channelId: string } | undefined;
  /** Channel name of a team. */
  teamChannel(council: CouncilId, team: TeamId): string | undefined;
  mailbox(council: CouncilId, name: string): string | undefined;
  /** Rooms that meetings may be held in, in the order in which the council would have them. */
  rooms(council: CouncilId): readonly Room[];
  readonly tenantId: string;
}

/** A room's mailbox: it has a diary, and is invited as a resource. */
export interface Room {
  readonly name: string;
  readonly mail: string;
  readonly seats?: number;
}

// ---- chat --------------------------------------------------------------------------------------------------------

export type AdaptiveCard = Readonly<Record<string, unknown>>;

export interface Chat {
  /** Posts a new message with one card. `bell` is the notification preview: class B, at most 90 characters. */
  post(
    to: { readonly person: PersonId } | { readonly channelId: string; readonly teamId: string },
    card: AdaptiveCard,
    bell: string,
  ): Promise<{ readonly conversationId: string; readonly activityId: string; readonly serviceUrl: string }>;
  edit(post: Post, card: AdaptiveCard): Promise<void>;
}

/** What the dispatcher asks the bot to draw. Pure: card for an audience from the case as it stands. */
export interface Drawn {
  readonly card: AdaptiveCard;
  readonly bell: string;
}

/** Measured, never with a name in it. */
export interface Log {
  info(event: string, details?: Readonly<Record<string, string | number | boolean>>): void;
  warn(event: string, details?: Readonly<Record<string, string | number | boolean>>): void;
  error(event: string, details?: Readonly<Record<string, string | number | boolean>>): void;
}
