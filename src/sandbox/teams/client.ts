/**
 * What a person can do in Teams, and what the Teams client makes of the bot's answers.
 * Each function is one act of one person; the page and the tests call the same ones.
 */
import { randomUUID } from 'node:crypto';
import { addMinutes } from '../../domain/time/instant.ts';
import type { Person, SandboxContext } from '../context.ts';
import { BOT, findPlace, mayRead, personalChat } from './conversations.ts';
import {
  deletionActivity,
  type InvokeName,
  invokeActivity,
  messageActivity,
  redelivered,
  type Spot,
  submitActivity,
} from './envelopes.ts';
import { isObject } from './http.ts';
import { addMessage, deleteMessage, markRead } from './messages.ts';
import { type Attachment, CARD, FILE, type JsonObject, type Message, pairId, recordsOf } from './records.ts';
import { type Delivery, deliver, trouble } from './to-bot.ts';

/** What a person sees after a press. */
export type Outcome =
  | { readonly shows: 'nothing' }
  | { readonly shows: 'card'; readonly card: JsonObject }
  | { readonly shows: 'message'; readonly text: string }
  | {
      readonly shows: 'dialog';
      readonly title: string;
      readonly width: string;
      readonly height: string;
      readonly card: JsonObject;
    }
  | { readonly shows: 'problem'; readonly text: string };

/** `answers` holds every answer when a redelivery was provoked; a client shows only the first. */
export type Pressed = Outcome & { readonly answers?: readonly unknown[] };

export type Refused = { readonly refused: string; readonly status: 403 | 404 };

export interface Said {
  readonly text: string;
  /** In a channel: the post that is answered; null starts a thread. */
  readonly thread: string | null;
  readonly file: { readonly name: string; readonly base64: string } | null;
}

export interface CardAction {
  readonly type: 'Action.Execute' | 'Action.Submit';
  readonly id: string;
  readonly verb: string;
  /** The action's own data with what was typed merged over it, as the card renderer does. */
  readonly data: JsonObject;
}

const NOT_YOURS: Refused = { refused: 'This person cannot see that conversation.', status: 403 };
const GONE: Refused = { refused: 'That message is not there.', status: 404 };
/** Teams' address of a file that was dropped into a chat is good for so long. */
const DOWNLOAD_MINUTES = 5;
const FAILED = 'Something went wrong. Please try again.';

export interface TeamsClient {
  say(person: Person, conversation: string, said: Said): Promise<Message | Refused>;
  press(person: Person, message: string, action: CardAction): Promise<Pressed | Refused>;
  refresh(person: Person, message: string): Promise<Pressed | Refused>;
  openDialog(person: Person, message: string, data: JsonObject): Promise<Pressed | Refused>;
  submitDialog(person: Person, message: string, data: JsonObject): Promise<Pressed | Refused>;
  search(
    person: Person,
    command: string,
    text: string,
  ): Promise<{ readonly found: readonly unknown[] } | { readonly problem: string }>;
  remove(person: Person, message: string): Promise<Message | Refused>;
  /** The next invoke, whoever makes it, is delivered this many times under different ids. */
  redeliverNext(times: number): void;
}

/** @param acted called before a person's act reaches the bot; a card's refresh by itself is none */
export function teamsClient(context: SandboxContext, acted: () => void = () => {}): TeamsClient {
  const records = recordsOf(context.state);
  let copies = 1;

  function spotOf(person: Person, message: Message): Spot | Refused {
    const place = findPlace(context.tenant, message.conversation);
    if (!place || !mayRead(place.conversation, person)) return NOT_YOURS;
    return { person, conversation: place.conversation, thread: message.thread };
  }

  function onCard(person: Person, id: string): { message: Message; spot: Spot } | Refused {
    const message = records.messages.get(id);
    if (!message || message.deletedAt !== null) return GONE;
    const spot = spotOf(person, message);
    return 'refused' in spot ? spot : { message, spot };
  }

  async function invoke(spot: Spot, name: InvokeName, on: string | null, value: JsonObject) {
    const times = copies;
    copies = 1;
    const activity = invokeActivity(context, spot, name, on, value);
    const sent = [deliver(context, activity)];
    while (sent.length < times) sent.push(deliver(context, redelivered(context, activity)));
    const first = await Promise.race(sent);
    const all = times > 1 ? (await Promise.all(sent)).map((each) => (each.arrived ? each.body : each.why)) : null;
    return { delivery: first, ...(all && { answers: all }) };
  }

  return {
    async say(person, conversationId, said) {
      acted();
      const place = findPlace(context.tenant, conversationId);
      if (!place || !mayRead(place.conversation, person)) return NOT_YOURS;
      const { conversation } = place;
      const thread = conversation.kind === 'channel' ? said.thread : null;
      if (thread !== null && records.messages.get(thread)?.conversation !== conversation.id) return GONE;
      const text = conversation.kind === 'channel' ? withMention(said.text) : said.text;
      const file = said.file && keepFile(said.file);
      const message = addMessage(context, conversation, thread, {
        author: person.aadObjectId,
        text,
        textFormat: 'plain',
        attachments: file ? [file] : [],
        summary: null,
      });
      markRead(records, person.aadObjectId, conversation.id);
      // In a channel a bot hears only what mentions it.
      if (conversation.kind === 'channel' && !text.includes(`<at>${BOT.name}</at>`)) return message;
      const spot: Spot = { person, conversation, thread: message.thread };
      const problem = trouble(await deliver(context, messageActivity(context, spot, message, message.attachments)));
      return problem === null ? message : records.messages.put({ ...message, undelivered: problem });
    },

    async press(person, id, action) {
      acted();
      const target = onCard(person, id);
      if ('refused' in target) return target;
      const { message, spot } = target;
      if (action.type === 'Action.Submit') {
        const problem = trouble(await deliver(context, submitActivity(context, spot, message.id, action.data)));
        return problem === null ? { shows: 'nothing' } : { shows: 'problem', text: problem };
      }
      return execute(person, spot, message, action, 'manual');
    },

    async refresh(person, id) {
      const target = onCard(person, id);
      if ('refused' in target) return target;
      const action = refreshActionOf(target.message, person);
      if (!action) return { shows: 'nothing' };
      return execute(person, target.spot, target.message, action, 'automatic');
    },

    async openDialog(person, id, data) {
      acted();
      const target = onCard(person, id);
      if ('refused' in target) return target;
      return dialog(target.spot, 'task/fetch', target.message.id, data);
    },

    async submitDialog(person, id, data) {
      acted();
      const target = onCard(person, id);
      if ('refused' in target) return target;
      return dialog(target.spot, 'task/submit', target.message.id, data);
    },

    async search(person, command, text) {
      const spot: Spot = { person, conversation: personalChat(context.tenant, person), thread: null };
      const { delivery } = await invoke(spot, 'composeExtension/query', null, {
        commandId: command,
        parameters: [{ name: text === '' ? 'initialRun' : 'query', value: text === '' ? 'true' : text }],
        queryOptions: { skip: 0, count: 25 },
      });
      const problem = trouble(delivery);
      if (problem !== null) return { problem };
      const result = delivery.arrived && isObject(delivery.body) ? delivery.body.composeExtension : null;
      return { found: isObject(result) && Array.isArray(result.attachments) ? result.attachments : [] };
    },

    async remove(person, id) {
      const message = records.messages.get(id);
      if (!message || message.deletedAt !== null) return GONE;
      if (message.author !== person.aadObjectId)
        return { refused: 'A person can delete only their own messages.', status: 403 };
      const spot = spotOf(person, message);
      if ('refused' in spot) return spot;
      const heard = spot.conversation.kind === 'personal' || message.text.includes(`<at>${BOT.name}</at>`);
      const gone = deleteMessage(context, message);
      if (heard) await deliver(context, deletionActivity(context, spot, message.id));
      return gone;
    },

    redeliverNext(times) {
      copies = times;
    },
  };

  async function execute(
    person: Person,
    spot: Spot,
    message: Message,
    action: Omit<CardAction, 'type'>,
    trigger: 'manual' | 'automatic',
  ): Promise<Pressed> {
    const value = { action: { type: 'Action.Execute', id: action.id, verb: action.verb, data: action.data }, trigger };
    const { delivery, answers } = await invoke(spot, 'adaptiveCard/action', message.id, value);
    const outcome = readCardAnswer(delivery);
    if (outcome.shows === 'card') {
      records.views.put({
        id: pairId(message.id, person.aadObjectId),
        message: message.id,
        person: person.aadObjectId,
        card: outcome.card,
        at: context.clock.now(),
      });
    }
    return { ...outcome, ...(answers && { answers }) };
  }

  async function dialog(
    spot: Spot,
    name: 'task/fetch' | 'task/submit',
    on: string,
    data: JsonObject,
  ): Promise<Pressed> {
    const { delivery, answers } = await invoke(spot, name, on, { data, context: { theme: 'default' } });
    return { ...readDialogAnswer(delivery), ...(answers && { answers }) };
  }

  function keepFile(file: { name: string; base64: string }): Attachment {
    const [id, token] = [randomUUID(), randomUUID()];
    records.files.put({ id, name: file.name, blob: context.state.blobs.put(Buffer.from(file.base64, 'base64')) });
    records.downloads.put({ id: token, file: id, until: addMinutes(context.clock.now(), DOWNLOAD_MINUTES) });
    const page = context.urls.page.replace(/\/$/, '');
    return {
      contentType: FILE,
      contentUrl: `${page}/teams/files/${id}`,
      name: file.name,
      content: {
        downloadUrl: `${page}/teams/downloads/${token}`,
        uniqueId: id,
        fileType: file.name.includes('.') ? (file.name.split('.').at(-1) ?? '') : '',
      },
    };
  }
}

/** `@Stepwise` as a person types it becomes the mark-up that Teams' own picker puts in. */
function withMention(text: string): string {
  return text.replaceAll(new RegExp(`(?<![\\w>])@${BOT.name}\\b`, 'gi'), `<at>${BOT.name}</at>`);
}

/** The card's `refresh`, when it is meant for this person. */
export function refreshActionOf(message: Message, person: Person): Omit<CardAction, 'type'> | null {
  const card = message.attachments.find((each) => each.contentType === CARD)?.content;
  const refresh = isObject(card) ? card.refresh : null;
  if (!isObject(refresh) || !isObject(refresh.action)) return null;
  const users = refresh.userIds;
  if (!Array.isArray(users) || !users.some((id) => id === `29:${person.aadObjectId}`)) return null;
  const { id, verb, data } = refresh.action;
  return {
    id: typeof id === 'string' ? id : '',
    verb: typeof verb === 'string' ? verb : '',
    data: isObject(data) ? data : {},
  };
}

/** Body of the answer to `adaptiveCard/action`: `{statusCode, type, value}`. */
function readCardAnswer(delivery: Delivery): Outcome {
  const problem = trouble(delivery);
  if (problem !== null) return { shows: 'problem', text: problem };
  const body = delivery.arrived ? delivery.body : null;
  if (body === null) return { shows: 'nothing' };
  if (!isObject(body)) return { shows: 'problem', text: FAILED };
  const { statusCode, type, value } = body;
  if (type === CARD && isObject(value)) return { shows: 'card', card: value };
  if (type === 'application/vnd.microsoft.activity.message') return { shows: 'message', text: String(value ?? '') };
  if (type === 'application/vnd.microsoft.error' && isObject(value)) {
    return { shows: 'problem', text: `${String(value.message ?? FAILED)} (${String(value.code ?? statusCode ?? '')})` };
  }
  if (typeof statusCode === 'number' && statusCode >= 400)
    return { shows: 'problem', text: `${FAILED} (${statusCode})` };
  return { shows: 'nothing' };
}

/** Body of the answer to `task/fetch` and `task/submit`: `{task: {type: 'continue' | 'message', value}}`, or nothing to close. */
function readDialogAnswer(delivery: Delivery): Outcome {
  const problem = trouble(delivery);
  if (problem !== null) return { shows: 'problem', text: problem };
  const task = delivery.arrived && isObject(delivery.body) ? delivery.body.task : null;
  if (!isObject(task)) return { shows: 'nothing' };
  if (task.type === 'message') return { shows: 'message', text: String(task.value ?? '') };
  const value = isObject(task.value) ? task.value : {};
  const card = isObject(value.card) ? value.card.content : null;
  if (task.type !== 'continue' || !isObject(card)) {
    return { shows: 'problem', text: 'This dialog is of a kind that the sandbox does not show.' };
  }
  return {
    shows: 'dialog',
    title: String(value.title ?? BOT.name),
    width: String(value.width ?? 'medium'),
    height: String(value.height ?? 'medium'),
    card,
  };
}
