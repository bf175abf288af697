/**
 * The activities that Teams sends to a bot, with everything around them. Shapes follow recorded payloads:
 * what an event has and lacks (no names in a channel message's channelData, no text in a pressed Action.Submit) matters to a bot.
 */
import { randomUUID } from 'node:crypto';
import { DateTime } from 'luxon';
import type { Person, SandboxContext, Team } from '../context.ts';
import { BOT, type Channel, type Conversation, personalChat, threadId, userId } from './conversations.ts';
import type { Attachment, JsonObject, Message } from './records.ts';

const LOCALE = 'en-GB';
const ZONE = 'Europe/London';

const clientInfo: JsonObject = { locale: LOCALE, country: 'GB', platform: 'Web', timezone: ZONE, type: 'clientInfo' };

/** Where in Teams something happened: a chat, or a channel and the thread in it. */
export interface Spot {
  readonly person: Person;
  readonly conversation: Conversation;
  readonly thread: string | null;
}

/** What every event of a person has in common. */
function envelope(context: SandboxContext, spot: Spot): JsonObject {
  const now = context.clock.now();
  return {
    timestamp: now,
    localTimestamp: DateTime.fromISO(now, { zone: ZONE }).toISO() ?? now,
    localTimezone: ZONE,
    locale: LOCALE,
    channelId: 'msteams',
    serviceUrl: context.urls.teams,
    from: { id: userId(spot.person), name: spot.person.name, aadObjectId: spot.person.aadObjectId },
    recipient: { id: BOT.id, name: BOT.name },
    conversation: conversationShape(context, spot.conversation, spot.thread),
    channelData: channelData(context, spot.conversation),
  };
}

function conversationShape(context: SandboxContext, conversation: Conversation, thread: string | null): JsonObject {
  if (conversation.kind === 'personal') {
    return { conversationType: 'personal', tenantId: context.tenant.id, id: conversation.id };
  }
  const id = thread === null ? conversation.id : threadId(conversation.id, thread);
  return { isGroup: true, conversationType: 'channel', tenantId: context.tenant.id, id };
}

function channelData(context: SandboxContext, conversation: Conversation): JsonObject {
  const tenant = { id: context.tenant.id };
  if (conversation.kind === 'personal') return { tenant };
  return {
    teamsChannelId: conversation.id,
    teamsTeamId: conversation.team.id,
    channel: { id: conversation.id },
    team: { id: conversation.team.id },
    tenant,
  };
}

/** Teams gives events other than messages an id of this form. */
const eventId = () => `f:${randomUUID()}`;

/** A typed message. In a channel the caller has made sure that the bot is mentioned: without that Teams sends nothing. */
export function messageActivity(
  context: SandboxContext,
  spot: Spot,
  message: Message,
  attachments: readonly Attachment[],
): JsonObject {
  const mention = `<at>${BOT.name}</at>`;
  const mentions: JsonObject[] = message.text.includes(mention)
    ? [{ mentioned: { id: BOT.id, name: BOT.name }, text: mention, type: 'mention' }]
    : [];
  return {
    ...envelope(context, spot),
    type: 'message',
    id: message.id,
    text: message.text,
    textFormat: 'plain',
    ...(attachments.length > 0 && { attachments: attachments as unknown as JsonObject[] }),
    entities: [...mentions, clientInfo],
    ...(spot.thread !== null && spot.thread !== message.id && { replyToId: spot.thread }),
  };
}

/** A pressed Action.Submit: a message with a value and no text. */
export function submitActivity(context: SandboxContext, spot: Spot, on: string, value: JsonObject): JsonObject {
  const common = envelope(context, spot);
  return {
    ...common,
    type: 'message',
    id: eventId(),
    replyToId: on,
    value,
    entities: [clientInfo],
    channelData: { ...(common.channelData as JsonObject), source: { name: 'message' } },
  };
}

export type InvokeName = 'adaptiveCard/action' | 'task/fetch' | 'task/submit' | 'composeExtension/query';

/** @param on id of the message whose card was pressed; null for what starts outside a message */
export function invokeActivity(
  context: SandboxContext,
  spot: Spot,
  name: InvokeName,
  on: string | null,
  value: JsonObject,
): JsonObject {
  const common = envelope(context, spot);
  return {
    ...common,
    type: 'invoke',
    name,
    id: eventId(),
    ...(on !== null && { replyToId: on }),
    value,
    entities: [clientInfo],
    channelData: { ...(common.channelData as JsonObject), source: { name: 'message' } },
  };
}

/** The same invoke as Teams sends it again when it thinks that the first was lost: a new id and a new time. */
export const redelivered = (context: SandboxContext, activity: JsonObject): JsonObject => ({
  ...activity,
  id: eventId(),
  timestamp: context.clock.now(),
});

export function deletionActivity(context: SandboxContext, spot: Spot, message: string): JsonObject {
  const common = envelope(context, spot);
  return {
    ...common,
    type: 'messageDelete',
    id: message,
    channelData: { ...(common.channelData as JsonObject), eventType: 'softDeleteMessage' },
  };
}

/** What arrives when the app is installed for a person: the installation, then the two members of the new chat. */
export function installedForPerson(context: SandboxContext, person: Person): JsonObject[] {
  const spot: Spot = { person, conversation: personalChat(context.tenant, person), thread: null };
  const common = envelope(context, spot);
  const source = { ...(common.channelData as JsonObject), source: { name: 'message' } };
  return [
    {
      ...common,
      type: 'installationUpdate',
      id: eventId(),
      action: 'add',
      entities: [clientInfo],
      channelData: source,
    },
    {
      ...common,
      type: 'conversationUpdate',
      id: eventId(),
      membersAdded: [{ id: BOT.id }, { id: userId(person), aadObjectId: person.aadObjectId }],
    },
  ];
}

/** What arrives when an owner adds the app to a team and picks the channel that it should speak in. */
export function installedInTeam(context: SandboxContext, team: Team, owner: Person, selected: Channel): JsonObject[] {
  const common = envelope(context, { person: owner, conversation: selected, thread: null });
  const data = {
    settings: { selectedChannel: { id: selected.id } },
    channel: { id: selected.id },
    team: { id: team.id, name: team.name, aadGroupId: team.groupId },
    tenant: { id: context.tenant.id },
  };
  const conversation = { ...(common.conversation as JsonObject), name: selected.channel.name };
  return [
    {
      ...common,
      conversation,
      type: 'installationUpdate',
      id: eventId(),
      action: 'add',
      entities: [clientInfo],
      channelData: { ...data, source: { name: 'message' } },
    },
    {
      ...common,
      conversation,
      type: 'conversationUpdate',
      id: eventId(),
      membersAdded: [{ id: BOT.id }],
      channelData: { ...data, eventType: 'teamMemberAdded' },
    },
  ];
}
