/**
 * The Bot Connector: what a bot calls to speak in Teams. Paths and shapes are those that Microsoft's own client library
 * (botframework-connector) sends and expects.
 */
import type { Request, Response, Server } from 'restify';
import { z } from 'zod';
import type { Person, SandboxContext, Team } from '../context.ts';
import {
  type Conversation,
  channelsOf,
  findChannel,
  findPerson,
  findPlace,
  membersOf,
  type Place,
  personalChat,
  threadId,
  userId,
} from './conversations.ts';
import { announceTyping } from './events.ts';
import { answer, readJson } from './http.ts';
import { addMessage, deleteMessage, editMessage } from './messages.ts';
import type { Attachment, Json, Message } from './records.ts';
import { recordsOf } from './records.ts';

/** Microsoft advises at most 80 KB, counted in UTF-16, and refuses what is over (graph/facts.md, section 6). */
const LARGEST_MESSAGE = 80 * 1024;

const attachment = z.looseObject({
  contentType: z.string(),
  content: z.unknown().optional(),
  contentUrl: z.string().optional(),
  name: z.string().optional(),
});
const activityShape = z.looseObject({
  type: z.string().default('message'),
  text: z.string().nullish(),
  textFormat: z.enum(['plain', 'markdown', 'xml']).catch('markdown').default('markdown'),
  summary: z.string().nullish(),
  attachments: z.array(attachment).nullish(),
  replyToId: z.string().nullish(),
});
type Activity = z.infer<typeof activityShape>;

const creationShape = z.looseObject({
  members: z.array(z.looseObject({ id: z.string() })).nullish(),
  channelData: z.looseObject({ channel: z.looseObject({ id: z.string() }).nullish() }).nullish(),
  activity: z.unknown().optional(),
});

class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export function serveConnector(server: Server, context: SandboxContext): void {
  const base = '/connector/v3';
  const { tenant } = context;
  const records = recordsOf(context.state);

  type Handler = (request: Request, response: Response) => Promise<void>;
  const guarded = (handler: Handler) => async (request: Request, response: Response) => {
    try {
      await handler(request, response);
    } catch (fault) {
      if (!(fault instanceof Refusal)) throw fault;
      answer(response, fault.status, { error: { code: fault.code, message: fault.message } });
    }
  };

  const parameter = (request: Request, name: string) => String((request.params as Record<string, unknown>)[name] ?? '');

  function placeOf(request: Request): Place {
    const place = findPlace(tenant, parameter(request, 'conversation'));
    if (!place) throw new Refusal(404, 'ConversationNotFound', 'Conversation not found.');
    if (place.thread !== null && records.messages.get(place.thread)?.conversation !== place.conversation.id) {
      throw new Refusal(404, 'ConversationNotFound', 'The thread does not exist in the channel.');
    }
    return place;
  }

  function messageOf(request: Request, place: Place): Message {
    const message = records.messages.get(parameter(request, 'activity'));
    const here =
      message?.conversation === place.conversation.id && (place.thread === null || message.thread === place.thread);
    if (!message || !here || message.deletedAt !== null) {
      throw new Refusal(404, 'ActivityNotFoundInConversation', 'Message does not exist in the thread.');
    }
    if (message.author !== null) throw new Refusal(403, 'Forbidden', 'A bot may change only its own messages.');
    return message;
  }

  async function bodyOf(request: Request): Promise<unknown> {
    const body = await readJson(request);
    if (!body.ok) throw new Refusal(body.status, body.status === 413 ? 'MessageSizeTooBig' : 'BadSyntax', body.why);
    return body.json;
  }

  function post(where: Conversation, thread: string | null, activity: Activity): string {
    if (activity.type === 'typing') {
      announceTyping(context, where.id);
      return String(Date.parse(context.clock.now()));
    }
    if (activity.type !== 'message') return String(Date.parse(context.clock.now()));
    return addMessage(context, where, thread, { author: null, ...contentOf(activity) }).id;
  }

  server.post(
    `${base}/conversations`,
    guarded(async (request, response) => {
      const wanted = read(creationShape, await bodyOf(request));
      const channelId = wanted.channelData?.channel?.id;
      if (channelId !== undefined) {
        const channel = findChannel(tenant, channelId);
        if (!channel) throw new Refusal(404, 'ConversationNotFound', `No channel has the id ${channelId}.`);
        if (wanted.activity === undefined || wanted.activity === null) {
          throw new Refusal(400, 'BadSyntax', 'A new thread needs its first activity.');
        }
        const activityId = post(channel, null, read(activityShape, wanted.activity));
        answer(response, 201, { id: threadId(channel.id, activityId), activityId, serviceUrl: context.urls.teams });
        return;
      }
      const [first, second] = wanted.members ?? [];
      if (!first) throw new Refusal(400, 'BadSyntax', 'Neither members nor a channel given.');
      if (second) throw new Refusal(403, 'ForbiddenOperationException', 'A bot cannot create a group chat.');
      const person = findPerson(tenant, first.id);
      if (!person) throw new Refusal(403, 'BotNotInConversationRoster', 'The app is not installed for this user.');
      const chat = personalChat(tenant, person);
      const given = wanted.activity ?? null;
      const activityId = given === null ? undefined : post(chat, null, read(activityShape, given));
      answer(response, 201, { id: chat.id, ...(activityId && { activityId }), serviceUrl: context.urls.teams });
    }),
  );

  const speak = guarded(async (request, response) => {
    const place = placeOf(request);
    const activity = read(activityShape, await bodyOf(request));
    const answered = parameter(request, 'activity') || activity.replyToId || '';
    const answeredThread =
      place.conversation.kind === 'channel' ? (records.messages.get(answered)?.thread ?? null) : null;
    answer(response, 201, { id: post(place.conversation, place.thread ?? answeredThread, activity) });
  });
  server.post(`${base}/conversations/:conversation/activities`, speak);
  server.post(`${base}/conversations/:conversation/activities/:activity`, speak);

  server.put(
    `${base}/conversations/:conversation/activities/:activity`,
    guarded(async (request, response) => {
      const message = messageOf(request, placeOf(request));
      editMessage(context, message, contentOf(read(activityShape, await bodyOf(request))));
      answer(response, 200, { id: message.id });
    }),
  );

  server.del(
    `${base}/conversations/:conversation/activities/:activity`,
    guarded(async (request, response) => {
      deleteMessage(context, messageOf(request, placeOf(request)));
      answer(response, 200);
    }),
  );

  const members = (request: Request) => membersOf(tenant, placeOf(request).conversation);
  server.get(
    `${base}/conversations/:conversation/members`,
    guarded(async (request, response) => answer(response, 200, members(request).map(memberShape))),
  );
  server.get(
    `${base}/conversations/:conversation/pagedmembers`,
    guarded(async (request, response) => {
      const query = new URLSearchParams(request.getQuery());
      // Teams gives between 50 and 500 a page, whatever is asked for.
      const size = Math.min(500, Math.max(50, Number(query.get('pageSize') ?? 200) || 200));
      const from = Number(query.get('continuationToken') ?? 0) || 0;
      const all = members(request);
      const more = from + size < all.length;
      answer(response, 200, {
        members: all.slice(from, from + size).map(memberShape),
        ...(more && { continuationToken: String(from + size) }),
      });
    }),
  );
  server.get(
    `${base}/conversations/:conversation/members/:member`,
    guarded(async (request, response) => {
      const wanted = findPerson(tenant, parameter(request, 'member'));
      const member = wanted && members(request).find((each) => each.id === wanted.id);
      if (!member) throw new Refusal(404, 'MemberNotFoundInConversation', 'Member not found in conversation.');
      answer(response, 200, memberShape(member));
    }),
  );

  function teamOf(request: Request): Team {
    const id = parameter(request, 'team');
    const team = tenant.teams.find((each) => each.id === id);
    if (!team) throw new Refusal(404, 'NotFound', 'Team not found.');
    return team;
  }
  server.get(
    `${base}/teams/:team`,
    guarded(async (request, response) => {
      const team = teamOf(request);
      answer(response, 200, {
        id: team.id,
        name: team.name,
        type: 'standard',
        aadGroupId: team.groupId,
        tenantId: tenant.id,
        channelCount: team.channels.length + 1,
        memberCount: team.members.length,
      });
    }),
  );
  server.get(
    `${base}/teams/:team/conversations`,
    guarded(async (request, response) => {
      const team = teamOf(request);
      // General comes without a name, since each client shows it in its own language.
      const conversations = channelsOf(team).map(({ id, channel }) =>
        id === team.id ? { id, type: 'standard' } : { id, name: channel.name, type: 'standard' },
      );
      answer(response, 200, { conversations });
    }),
  );

  function memberShape(person: Person) {
    const [givenName = '', ...rest] = person.name.split(' ');
    return {
      id: userId(person),
      name: person.name,
      aadObjectId: person.aadObjectId,
      objectId: person.aadObjectId,
      givenName,
      surname: rest.join(' '),
      email: person.mail,
      userPrincipalName: person.mail,
      tenantId: tenant.id,
      userRole: 'user',
    };
  }
}

function contentOf(activity: Activity): Pick<Message, 'text' | 'textFormat' | 'attachments' | 'summary'> {
  const attachments = (activity.attachments ?? []) as unknown as Attachment[];
  const content = { text: activity.text ?? '', attachments: attachments as unknown as Json };
  if (JSON.stringify(content).length * 2 > LARGEST_MESSAGE) {
    throw new Refusal(413, 'MessageSizeTooBig', `The message is over ${LARGEST_MESSAGE / 1024} KB.`);
  }
  return { text: activity.text ?? '', textFormat: activity.textFormat, attachments, summary: activity.summary ?? null };
}

function read<T>(shape: z.ZodType<T>, value: unknown): T {
  const result = shape.safeParse(value);
  if (!result.success) throw new Refusal(400, 'BadSyntax', z.prettifyError(result.error));
  return result.data;
}
