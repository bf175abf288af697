/**
 * Which chats and channels there are, and what their ids look like on the wire.
 * They follow from the tenant alone, so an id that the bot has stored stays good over restarts.
 */
import { createHash } from 'node:crypto';
import type { Person, Team, TeamChannel, Tenant } from '../context.ts';

export const BOT = { id: '28:5a7d0c1e-0000-4000-8000-00000000b070', name: 'Stepwise' } as const;

export interface PersonalChat {
  readonly kind: 'personal';
  readonly id: string;
  readonly person: Person;
}

export interface Channel {
  readonly kind: 'channel';
  readonly id: string;
  readonly team: Team;
  readonly channel: TeamChannel;
}

export type Conversation = PersonalChat | Channel;

/** A conversation, and in a channel the post whose thread is meant, if one is. */
export interface Place {
  readonly conversation: Conversation;
  readonly thread: string | null;
}

export const userId = (person: Person) => `29:${person.aadObjectId}`;

/** Teams' ids of chats are long and opaque, and start with `a:`. So do these. */
export function personalChat(tenant: Tenant, person: Person): PersonalChat {
  const digest = createHash('sha256').update(`${tenant.id}/${person.aadObjectId}/${BOT.id}`).digest('base64url');
  return { kind: 'personal', id: `a:1${digest}`, person };
}

/** Takes `29:<object id>` or the bare object id, as Teams does. */
export function findPerson(tenant: Tenant, id: string): Person | undefined {
  const bare = id.startsWith('29:') ? id.slice(3) : id;
  return tenant.people.find((person) => person.aadObjectId === bare);
}

export function channelsOf(team: Team): Channel[] {
  const general: TeamChannel = { id: team.id, name: 'General' };
  return [general, ...team.channels].map((channel) => ({ kind: 'channel', id: channel.id, team, channel }));
}

export function findChannel(tenant: Tenant, id: string): Channel | undefined {
  return tenant.teams.flatMap(channelsOf).find((channel) => channel.id === id);
}

/** Reads `a:…`, `19:…@thread.tacv2` and `19:…@thread.tacv2;messageid=N`. Whether post N exists is the caller's question. */
export function findPlace(tenant: Tenant, id: string): Place | undefined {
  const [base = '', thread] = id.split(';messageid=');
  const chat = tenant.people.map((person) => personalChat(tenant, person)).find((each) => each.id === base);
  const conversation = chat ?? findChannel(tenant, base);
  return conversation && { conversation, thread: conversation.kind === 'channel' ? (thread ?? null) : null };
}

export const threadId = (channel: string, post: string) => `${channel};messageid=${post}`;

export function mayRead(conversation: Conversation, person: Person): boolean {
  return conversation.kind === 'personal'
    ? conversation.person.aadObjectId === person.aadObjectId
    : conversation.team.members.includes(person.aadObjectId);
}

export function membersOf(tenant: Tenant, conversation: Conversation): Person[] {
  return tenant.people.filter((person) => mayRead(conversation, person));
}
