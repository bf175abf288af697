/** An activity as the Bot Framework delivers it, read into a `Turn`. Everything that comes in passes here, by zod. */
import { z } from 'zod';
import type { ConversationRef } from '../../src/application/ports.ts';
import type { DroppedFile, Surface, Turn } from './turn.ts';

const id = z.string().min(1).max(1000);
const data = z.record(z.string(), z.unknown());

const Activity = z.looseObject({
  type: z.string(),
  name: z.string().nullish(),
  action: z.string().nullish(),
  serviceUrl: z.string().min(1).max(2000),
  from: z.looseObject({ id, aadObjectId: z.string().max(100).nullish() }).nullish(),
  recipient: z.looseObject({ id }).nullish(),
  conversation: z.looseObject({ id, conversationType: z.string().nullish(), tenantId: z.string().nullish() }),
  channelData: z
    .looseObject({
      channel: z.looseObject({ id }).nullish(),
      team: z.looseObject({ id }).nullish(),
      tenant: z.looseObject({ id }).nullish(),
      settings: z.looseObject({ selectedChannel: z.looseObject({ id }).nullish() }).nullish(),
    })
    .nullish(),
  membersAdded: z.array(z.looseObject({ id, aadObjectId: z.string().nullish() })).nullish(),
  entities: z
    .array(
      z.looseObject({
        type: z.string().nullish(),
        text: z.string().nullish(),
        mentioned: z.looseObject({ id }).nullish(),
      }),
    )
    .nullish(),
  // Each is read by itself: one that is like no other must not cost the message.
  attachments: z.array(z.unknown()).nullish(),
  replyToId: z.string().nullish(),
  text: z.string().nullish(),
  value: z.unknown().optional(),
});
type Activity = z.infer<typeof Activity>;

const Execute = z.looseObject({ action: z.looseObject({ verb: z.string().nullish(), data: data.nullish() }) });
const Dialog = z.looseObject({ data: data.nullish() });

/** @returns undefined for something that is no activity of Teams */
export function readActivity(raw: unknown): Turn | undefined {
  const parsed = Activity.safeParse(raw);
  if (!parsed.success) return undefined;
  const activity = parsed.data;
  const base = baseOf(activity);
  switch (activity.type) {
    case 'message': {
      const submitted = data.safeParse(activity.value);
      if (submitted.success && 'v' in submitted.data) {
        return {
          ...base,
          kind: 'press',
          answeredIn: 'message',
          messageId: activity.replyToId ?? undefined,
          data: submitted.data,
        };
      }
      const text = withoutMention(activity);
      const files = filesIn(activity);
      return files.length > 0 ? { ...base, kind: 'files', files, text } : { ...base, kind: 'typed', text };
    }
    case 'invoke':
      return readInvoke(activity, base);
    case 'installationUpdate':
      return activity.action?.startsWith('add')
        ? { ...base, kind: 'arrival' }
        : { ...base, kind: 'other', invoke: false };
    default:
      // The members of a new conversation come beside the installation: one welcome is enough.
      return { ...base, kind: 'other', invoke: false };
  }
}

const Attachment = z.looseObject({
  contentType: z.string().max(200),
  name: z.string().max(500).nullish(),
  content: z.unknown().optional(),
});
const Download = z.looseObject({ downloadUrl: z.string().min(1).max(4000) });

const DOWNLOAD = 'application/vnd.microsoft.teams.file.download.info';
const MOST_FILES = 10;

/** In a chat Teams says where a file can be fetched; in a channel it only names it (`reference`). Text comes along as HTML and is no file. */
function filesIn({ attachments }: Activity): readonly DroppedFile[] {
  const files = (attachments ?? []).flatMap((each): DroppedFile[] => {
    const attachment = Attachment.safeParse(each);
    if (!attachment.success) return [];
    const { contentType, name, content } = attachment.data;
    if (contentType === DOWNLOAD) {
      const download = Download.safeParse(content);
      return [{ name: name ?? '', ...(download.success ? { url: download.data.downloadUrl } : {}) }];
    }
    return contentType === 'reference' || contentType.startsWith('image/') ? [{ name: name ?? '' }] : [];
  });
  return files.slice(0, MOST_FILES);
}

function readInvoke(activity: Activity, base: Omit<Turn, 'kind'>): Turn {
  const messageId = activity.replyToId ?? undefined;
  if (activity.name === 'adaptiveCard/action') {
    const execute = Execute.safeParse(activity.value);
    if (execute.success)
      return { ...base, kind: 'press', answeredIn: 'card', messageId, data: execute.data.action.data ?? {} };
  }
  if (activity.name === 'task/fetch' || activity.name === 'task/submit') {
    const dialog = Dialog.safeParse(activity.value);
    if (dialog.success)
      return {
        ...base,
        surface: 'dialog',
        kind: 'press',
        answeredIn: 'dialog',
        messageId,
        data: dialog.data.data ?? {},
      };
  }
  return { ...base, kind: 'other', invoke: true };
}

function baseOf(activity: Activity): Omit<Turn, 'kind'> {
  const { conversationType } = activity.conversation;
  // A client may name a chat itself as its selected channel, as the Agents Playground does.
  const channelId =
    conversationType === 'personal' || conversationType === 'groupChat'
      ? undefined
      : (activity.channelData?.channel?.id ??
        activity.channelData?.settings?.selectedChannel?.id ??
        channelOfThread(activity));
  // Whatever several people read is spoken in as in a channel: nothing personal stands there.
  const surface: Surface = channelId === undefined && conversationType !== 'groupChat' ? 'chat' : 'channel';
  const person = activity.from?.aadObjectId || undefined;
  const teamId = activity.channelData?.team?.id;
  const tenantId = activity.channelData?.tenant?.id ?? activity.conversation.tenantId ?? '';
  const conversationId = activity.conversation.id;
  const common = { serviceUrl: activity.serviceUrl, tenantId };
  const remember: ConversationRef[] = [];
  if (surface === 'chat' && person) {
    remember.push({
      ...common,
      key: `person/${person}`,
      conversationId,
      userId: activity.from?.id ?? null,
      teamId: null,
    });
  }
  if (channelId !== undefined) {
    const place = { ...common, conversationId: channelId, userId: null, teamId: teamId ?? null };
    remember.push({ ...place, key: `channel/${channelId}` });
    // The bot is added to a team once and may then speak in every channel of it.
    if (teamId) remember.push({ ...place, key: `team/${teamId}` });
  }
  return { person, surface, conversationId, channelId, teamId, serviceUrl: activity.serviceUrl, remember };
}

function channelOfThread({ conversation }: Activity): string | undefined {
  return conversation.conversationType === 'channel' ? conversation.id.split(';messageid=')[0] : undefined;
}

/** What was typed, without the bot's name in front: in a channel nothing else reaches a bot. */
function withoutMention(activity: Activity): string {
  let text = activity.text ?? '';
  for (const entity of activity.entities ?? []) {
    if (entity.type === 'mention' && entity.text && entity.mentioned?.id === activity.recipient?.id)
      text = text.replaceAll(entity.text, ' ');
  }
  return text.replaceAll(/\s+/g, ' ').trim();
}
