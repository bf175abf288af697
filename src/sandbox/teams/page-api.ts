/**
 * What the page asks of Teams on behalf of the person at the keyboard, as JSON. End-to-end tests may use it too.
 * The acting person is the header `x-acting-as` (or `?acting=`), an Entra object id: in a sandbox everybody is everybody.
 * Errors are `{error: {message}}` in plain words.
 */
import type { Request, Response, Server } from 'restify';
import { z } from 'zod';
import type { Person, SandboxContext } from '../context.ts';
import { type Outcome, type Refused, refreshActionOf, type TeamsClient } from './client.ts';
import { BOT, type Conversation, channelsOf, findPerson, findPlace, mayRead, personalChat } from './conversations.ts';
import { streamEvents } from './events.ts';
import { headingOf } from './headings.ts';
import { answer, readJson } from './http.ts';
import { markRead, messagesIn, unread } from './messages.ts';
import { CARD, FILE, type JsonObject, type Message, pairId, recordsOf } from './records.ts';

/** Teams refreshes a card by itself only when it is older than a minute (graph/facts.md, section 6). */
const REFRESH_AFTER = 60_000;

const json: z.ZodType<JsonObject> = z.record(z.string(), z.json()) as z.ZodType<JsonObject>;
const sayShape = z.object({
  text: z.string().default(''),
  thread: z.string().nullable().default(null),
  file: z
    .object({ name: z.string().min(1), base64: z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/) })
    .nullable()
    .default(null),
});
const pressShape = z.object({
  type: z.enum(['Action.Execute', 'Action.Submit']).default('Action.Execute'),
  id: z.string().default(''),
  verb: z.string().default(''),
  data: json.default({}),
  /** Typed values by input id, for clients that have not merged them into `data`. */
  inputs: json.default({}),
});
const dialogShape = z.object({ data: json.default({}), inputs: json.default({}) });
const redeliverShape = z.object({ times: z.int().min(1).max(20) });

export function servePageApi(server: Server, context: SandboxContext, client: TeamsClient): void {
  const { tenant } = context;
  const records = recordsOf(context.state);
  const base = '/teams/api';

  type Acting = (person: Person, request: Request, response: Response) => Promise<void> | void;
  const acting = (handler: Acting) => async (request: Request, response: Response) => {
    const id = request.header('x-acting-as') ?? new URLSearchParams(request.getQuery()).get('acting') ?? '';
    const person = findPerson(tenant, id);
    if (!person) return answer(response, 400, { error: { message: 'Say who is acting in the header x-acting-as.' } });
    await handler(person, request, response);
  };
  const withBody = async <T>(
    shape: z.ZodType<T>,
    request: Request,
    response: Response,
    use: (body: T) => Promise<void> | void,
  ) => {
    const body = await readJson(request);
    if (!body.ok) return answer(response, body.status, { error: { message: body.why } });
    const checked = shape.safeParse(body.json);
    if (!checked.success) return answer(response, 400, { error: { message: z.prettifyError(checked.error) } });
    await use(checked.data);
  };
  const parameter = (request: Request, name: string) => String((request.params as Record<string, unknown>)[name] ?? '');
  const reply = (response: Response, result: (Outcome | Message | Refused) & object) =>
    'refused' in result
      ? answer(response, result.status, { error: { message: result.refused } })
      : answer(response, 200, result);

  server.get(`${base}/tenant`, async (_request: Request, response: Response) => {
    answer(response, 200, {
      bot: { id: BOT.id, name: BOT.name },
      councils: tenant.councils,
      mailboxes: tenant.mailboxes,
      people: tenant.people.map((person) => ({
        id: person.aadObjectId,
        name: person.name,
        mail: person.mail,
        role: person.role,
        title: person.title,
        team: person.team,
        council: person.council,
        chat: personalChat(tenant, person).id,
        unread: conversationsOf(person).reduce((sum, each) => sum + unread(records, person.aadObjectId, each.id), 0),
        /** Of these, in the own chat with the bot: what is meant for this person alone. */
        unreadInChat: unread(records, person.aadObjectId, personalChat(tenant, person).id),
      })),
    });
  });

  server.get(
    `${base}/conversations`,
    acting((person, _request, response) => {
      const conversations = conversationsOf(person).map((conversation) => {
        const latest = messagesIn(records, conversation.id).at(-1);
        return {
          id: conversation.id,
          kind: conversation.kind,
          name: conversation.kind === 'personal' ? BOT.name : conversation.channel.name,
          ...(conversation.kind === 'channel' && { team: conversation.team.name }),
          unread: unread(records, person.aadObjectId, conversation.id),
          preview: latest ? previewOf(latest, cardsSeenBy(person, latest)) : '',
          latestAt: latest?.sentAt ?? null,
        };
      });
      answer(response, 200, { conversations });
    }),
  );

  server.get(
    `${base}/conversations/:conversation/messages`,
    acting((person, request, response) => {
      const conversation = visible(person, request, response);
      if (!conversation) return;
      const all = messagesIn(records, conversation.id);
      answer(response, 200, { messages: partOf(all, request).map((each) => seenBy(person, each)) });
    }),
  );

  server.post(
    `${base}/conversations/:conversation/messages`,
    acting((person, request, response) =>
      withBody(sayShape, request, response, async (said) => {
        if (said.text.trim() === '' && said.file === null) {
          return answer(response, 400, { error: { message: 'Write something first.' } });
        }
        const result = await client.say(person, parameter(request, 'conversation'), said);
        if ('refused' in result) return reply(response, result);
        answer(response, 201, seenBy(person, result));
      }),
    ),
  );

  server.post(
    `${base}/conversations/:conversation/read`,
    acting((person, request, response) => {
      const conversation = visible(person, request, response);
      if (!conversation) return;
      markRead(records, person.aadObjectId, conversation.id);
      answer(response, 200, {});
    }),
  );

  server.post(
    `${base}/messages/:message/actions`,
    acting((person, request, response) =>
      withBody(pressShape, request, response, async ({ inputs, data, ...action }) => {
        const pressed = { ...action, data: { ...data, ...inputs } };
        reply(response, await client.press(person, parameter(request, 'message'), pressed));
      }),
    ),
  );
  server.post(
    `${base}/messages/:message/refresh`,
    acting(async (person, request, response) => {
      reply(response, await client.refresh(person, parameter(request, 'message')));
    }),
  );
  server.post(
    `${base}/messages/:message/dialog`,
    acting((person, request, response) =>
      withBody(dialogShape, request, response, async ({ data, inputs }) =>
        reply(response, await client.openDialog(person, parameter(request, 'message'), { ...data, ...inputs })),
      ),
    ),
  );
  server.post(
    `${base}/messages/:message/dialog/submit`,
    acting((person, request, response) =>
      withBody(dialogShape, request, response, async ({ data, inputs }) =>
        reply(response, await client.submitDialog(person, parameter(request, 'message'), { ...data, ...inputs })),
      ),
    ),
  );
  server.del(
    `${base}/messages/:message`,
    acting(async (person, request, response) => {
      reply(response, await client.remove(person, parameter(request, 'message')));
    }),
  );

  server.get(
    `${base}/search`,
    acting(async (person, request, response) => {
      const query = new URLSearchParams(request.getQuery());
      const result = await client.search(person, query.get('command') ?? 'search', query.get('q') ?? '');
      if ('problem' in result) return answer(response, 502, { error: { message: result.problem } });
      answer(response, 200, result);
    }),
  );

  server.get('/teams/events', async (_request: Request, response: Response) => streamEvents(context, response));

  server.get('/teams/files/:file', async (request: Request, response: Response) =>
    sendFile(response, parameter(request, 'file')),
  );
  server.get('/teams/downloads/:download', async (request: Request, response: Response) => {
    const found = records.downloads.get(parameter(request, 'download'));
    const good = found && found.until > context.clock.now() ? found.file : '';
    sendFile(response, good);
  });

  function sendFile(response: Response, id: string): void {
    const file = records.files.get(id);
    if (!file) {
      answer(response, 404, { error: { message: 'That file is not there.' } });
      return;
    }
    const bytes = (file.blob && context.state.blobs.get(file.blob)) || Buffer.from(file.base64 ?? '', 'base64');
    response.writeHead(200, {
      'Content-Type': 'application/octet-stream',
      'Content-Length': bytes.length,
      'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    });
    response.end(bytes);
  }

  server.post('/sandbox/redeliver', async (request: Request, response: Response) =>
    withBody(redeliverShape, request, response, ({ times }) => {
      client.redeliverNext(times);
      answer(response, 200, { times });
    }),
  );

  /** The chat with the bot, then the channels of the person's teams. General only once something stands in it. */
  function conversationsOf(person: Person): Conversation[] {
    const channels = tenant.teams
      .flatMap((team) => channelsOf(team))
      .filter((channel) => mayRead(channel, person))
      .filter((channel) => channel.id !== channel.team.id || messagesIn(records, channel.id).length > 0);
    return [personalChat(tenant, person), ...channels];
  }

  function visible(person: Person, request: Request, response: Response): Conversation | null {
    const place = findPlace(tenant, parameter(request, 'conversation'));
    if (place && mayRead(place.conversation, person)) return place.conversation;
    answer(response, 404, { error: { message: 'This person has no such conversation.' } });
    return null;
  }

  const viewOf = (person: Person, message: Message) => records.views.get(pairId(message.id, person.aadObjectId));
  const cardsOf = ({ attachments }: Message) =>
    attachments.filter(({ contentType }) => contentType === CARD).map(({ content }) => content);
  /** The bot's answer to this person's press where there is one, or else what everybody sees. */
  function cardsSeenBy(person: Person, message: Message) {
    const view = viewOf(person, message);
    return view ? [view.card] : cardsOf(message);
  }

  function seenBy(person: Person, message: Message) {
    const view = viewOf(person, message);
    const shown = cardsOf(message);
    const cards = cardsSeenBy(person, message);
    const changedAt = [message.editedAt ?? message.sentAt, view?.at ?? ''].sort().at(-1) ?? '';
    const old = Date.parse(context.clock.now()) - Date.parse(changedAt) > REFRESH_AFTER;
    return {
      id: message.id,
      thread: message.thread,
      author:
        message.author === null
          ? { id: null, name: BOT.name }
          : { id: message.author, name: findPerson(tenant, message.author)?.name ?? 'Somebody' },
      text: message.text,
      textFormat: message.textFormat,
      summary: message.summary,
      sentAt: message.sentAt,
      editedAt: message.editedAt,
      deletedAt: message.deletedAt,
      undelivered: message.undelivered,
      preview: previewOf(message, cards),
      cards,
      // The same card as everybody's is not one's own, even where it came as the answer to one's press.
      forYouOnly: view !== undefined && JSON.stringify(view.card) !== JSON.stringify(shown[0] ?? null),
      refresh: old && refreshActionOf(message, person) !== null,
      files: message.attachments
        .filter((each) => each.contentType === FILE)
        .map((each) => ({
          name: each.name ?? 'File',
          url: `/teams/files/${each.contentUrl?.split('/').at(-1) ?? ''}`,
        })),
    };
  }
}

/** All of them; of a long conversation `?message=<id>` is that one alone, and `?after=<id>` what came after it. */
function partOf(messages: readonly Message[], request: Request): readonly Message[] {
  const query = new URLSearchParams(request.getQuery());
  const [one, after] = [query.get('message'), query.get('after')];
  if (one !== null) return messages.filter(({ id }) => id === one);
  return after === null ? messages : messages.slice(messages.findIndex(({ id }) => id === after) + 1);
}

/** One line, as the list of chats and the bell show it. */
function previewOf(message: Message, cards: readonly unknown[]): string {
  if (message.deletedAt !== null) return 'This message has been deleted.';
  if (message.summary) return message.summary;
  const text = message.text.replaceAll(/<\/?at>/g, '');
  if (text) return text;
  const [card] = cards;
  if (card !== undefined) return headingOf(card) ?? 'Sent a card';
  return message.attachments.length > 0 ? 'Sent a file' : '';
}
