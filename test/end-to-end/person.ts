/**
 * A scripted person: talks, reads and presses through the sandbox's Teams and Outlook, by the words that stand on the cards.
 */
import { type Answers, type Button, buttonsOf, fill, headingsOf, isObject, type Json, wordsOf } from './card.ts';
import { type Product, type Staff, until } from './product.ts';

/** How long something that follows from a press may take. */
const SOON = 30_000;
/** What the client shows when there is no bot. */
const UNREACHED = /could not be reached|did not answer/;

/** A card as one person sees it: on a message, or in a dialog that was opened from one. */
export interface Seen {
  readonly by: string;
  readonly message: string;
  readonly conversation: string;
  readonly in: 'message' | 'dialog';
  readonly card: Json;
  /** Everything that can be read on it. */
  readonly words: string;
  readonly headings: readonly string[];
  readonly buttons: readonly string[];
  /** What the bell shows. */
  readonly bell: string;
  /** Instead of a card, the client showed this in passing. */
  readonly notice: string;
  readonly sentAt: string;
  readonly editedAt: string | null;
  readonly forYouOnly: boolean;
  /** After a redelivery: every answer that the bot gave. */
  readonly answers: readonly unknown[];
}

export interface Mail {
  readonly id: string;
  readonly subject: string;
  readonly text: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly copy: readonly string[];
  readonly receivedAt: string;
  readonly internetMessageId: string;
}

export interface Entry {
  readonly id: string;
  readonly subject: string;
  readonly start: string;
  readonly end: string;
  readonly sensitivity: string;
  readonly place: string;
  readonly attendees: readonly string[];
  readonly organiser: string;
  readonly showAs: string;
  readonly isCancelled: boolean;
  readonly text: string;
}

export interface DroppedFile {
  readonly name: string;
  readonly text: string;
}

export interface Persona extends Staff {
  /** Writes to the bot, and drops a file beside it. @returns the last thing that the bot answers */
  say(words: string, file?: DroppedFile): Promise<Seen>;
  /** Writes to the bot. @returns everything that it answers, in order */
  hears(words: string): Promise<readonly Seen[]>;
  /** Cards of the own chat, oldest first. */
  chat(): Promise<readonly Seen[]>;
  /** Cards of a channel, oldest first. Name of the team, or of the channel where that says more, or the channel's id. */
  channel(name: string): Promise<readonly Seen[]>;
  /**
   * Waits for a card in the own chat, or in a channel. A reference alone is on every card of its case, digests included: whoever wants
   * one of them says more of its words, or which button it has.
   * @returns the newest that fits
   */
  finds(words: RegExp | string, where?: string, button?: RegExp | string): Promise<Seen>;
  /** Presses a button by its title. @returns what the person then sees in its place */
  press(on: Seen, button: string | RegExp | Button, answers?: Answers): Promise<Seen>;
  /** The card again, as it stands now. */
  again(seen: Seen): Promise<Seen>;
  diary(from?: string, to?: string): Promise<readonly Entry[]>;
  /** Mails in the own inbox, oldest first. */
  mails(): Promise<readonly Mail[]>;
  /** In Outlook. */
  moveEvent(entry: Entry, start: string, end: string): Promise<void>;
}

interface ApiMessage {
  readonly id: string;
  readonly author: { readonly id: string | null };
  readonly text: string;
  readonly summary: string | null;
  readonly sentAt: string;
  readonly editedAt: string | null;
  readonly deletedAt: string | null;
  readonly cards: readonly Json[];
  readonly forYouOnly: boolean;
}

/** Everybody's chat with the bot, by object id. It stays the same for as long as the product's data does. */
const chatsOf = new WeakMap<Product, Map<string, string>>();

export function persona(product: Product, name: string): Persona {
  const staff = product.staff(name);

  async function api(method: string, path: string, body?: unknown): Promise<Json> {
    const response = await fetch(`${product.sandbox}/teams/api${path}`, {
      method,
      headers: {
        'x-acting-as': staff.aadObjectId,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).finally(() => {
      if (method !== 'GET') product.acted();
    });
    const answer = (await response.json()) as Json;
    if (!response.ok) throw new Error(`${name}: ${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  }

  async function chatId(): Promise<string> {
    const chats = chatsOf.get(product) ?? new Map<string, string>();
    chatsOf.set(product, chats);
    if (!chats.has(staff.aadObjectId)) {
      const { people } = await api('GET', '/tenant');
      for (const { id, chat } of people as readonly { readonly id: string; readonly chat?: string }[])
        if (chat) chats.set(id, chat);
    }
    const own = chats.get(staff.aadObjectId);
    if (own === undefined) throw new Error(`${name} has no chat.`);
    return own;
  }

  /** @param part `message=<id>`: that one alone; `after=<id>`: those after it */
  async function messagesOf(conversation: string, part = ''): Promise<readonly ApiMessage[]> {
    const { messages } = await api('GET', `/conversations/${encodeURIComponent(conversation)}/messages?${part}`);
    return messages as readonly ApiMessage[];
  }

  function seen(message: ApiMessage, conversation: string, more: Partial<Seen> = {}): Seen {
    const card = more.card ?? message.cards[0] ?? {};
    const words = [wordsOf(card), message.text].filter((part) => part !== '').join('\n');
    return {
      by: name,
      message: message.id,
      conversation,
      in: 'message',
      card,
      words,
      headings: headingsOf(card),
      buttons: buttonsOf(card).map(({ title }) => title),
      bell: message.summary ?? '',
      notice: '',
      sentAt: message.sentAt,
      editedAt: message.editedAt,
      forYouOnly: message.forYouOnly,
      answers: [],
      ...more,
    };
  }

  async function cardsOf(conversation: string): Promise<readonly Seen[]> {
    await product.quiet();
    const messages = await messagesOf(conversation);
    return messages
      .filter(({ author, deletedAt }) => author.id === null && deletedAt === null)
      .map((message) => seen(message, conversation));
  }

  async function asItStands(before: Seen): Promise<Seen> {
    const [message] = await messagesOf(before.conversation, `message=${before.message}`);
    if (!message) throw new Error(`${name}: that message is gone.`);
    return seen(message, before.conversation);
  }

  function find(on: Seen, title: string | RegExp | Button): Button {
    if (typeof title === 'object' && 'action' in title) return title;
    const buttons = buttonsOf(on.card);
    const found = buttons.find((button) => fitsTitle(title, button.title));
    if (found) return found;
    throw new Error(
      `${name}: there is no button ${title} on this card. There is: ${buttons.map((button) => `[${button.title}]`).join(' ')}\n\n${on.words}`,
    );
  }

  async function press(on: Seen, wanted: string | RegExp | Button, answers: Answers = {}): Promise<Seen> {
    await product.quiet();
    const button = find(on, wanted);
    const { title } = button;
    const { action } = button;
    let inputs: Json;
    try {
      inputs = fill(button, answers);
    } catch (fault) {
      throw new Error(`${name}, pressing ${title}: ${fault instanceof Error ? fault.message : fault}\n\n${on.words}`);
    }
    const data = isObject(action.data) ? action.data : {};
    const message = `/messages/${on.message}`;
    const opens = isObject(data.msteams) && data.msteams.type === 'task/fetch';
    const send = () =>
      on.in === 'dialog'
        ? api('POST', `${message}/dialog/submit`, { data, inputs })
        : opens
          ? api('POST', `${message}/dialog`, { data, inputs })
          : api('POST', `${message}/actions`, {
              type: action.type,
              id: action.id ?? '',
              verb: action.verb ?? '',
              data,
              inputs,
            });
    let outcome = await send();
    while (product.dies && outcome.shows === 'problem' && UNREACHED.test(String(outcome.text))) {
      await product.botIsUp();
      outcome = await send();
    }
    if (outcome.shows === 'problem' || /went wrong/i.test(String(outcome.text))) {
      throw new Error(`${name}, pressing ${title}: ${String(outcome.text)}\n\n${on.words}`);
    }
    const now = await asItStands(on);
    const answered = Array.isArray(outcome.answers) ? outcome.answers : [];
    const notice = outcome.shows === 'message' ? String(outcome.text) : '';
    if (outcome.shows === 'dialog' && isObject(outcome.card)) {
      const card = outcome.card;
      return {
        ...now,
        in: 'dialog',
        card,
        words: wordsOf(card),
        headings: headingsOf(card),
        buttons: buttonsOf(card).map((each) => each.title),
        answers: answered,
      };
    }
    if (outcome.shows === 'card' && isObject(outcome.card)) {
      // What the answer to the press shows, even where the message itself was left as it was.
      const card = outcome.card;
      return {
        ...now,
        card,
        words: wordsOf(card),
        headings: headingsOf(card),
        buttons: buttonsOf(card).map((each) => each.title),
        answers: answered,
      };
    }
    return { ...now, notice, answers: answered };
  }

  async function hears(words: string, dropped?: DroppedFile): Promise<readonly Seen[]> {
    // A card that is on its way from an earlier press would be taken for the answer.
    await product.quiet();
    const chat = await chatId();
    const file = dropped && { name: dropped.name, base64: Buffer.from(dropped.text).toString('base64') };
    const said = { text: words, ...(file ? { file } : {}) };
    const send = () => api('POST', `/conversations/${encodeURIComponent(chat)}/messages`, said);
    let sent = await send();
    while (product.dies && typeof sent.undelivered === 'string') {
      await product.botIsUp();
      sent = await send();
    }
    if (typeof sent.undelivered === 'string') throw new Error(`${name}, saying "${words}": ${sent.undelivered}`);
    let answers: readonly Seen[] = [];
    await until(
      `no answer to "${words}"`,
      async () => {
        const messages = await messagesOf(chat, `after=${sent.id}`);
        answers = messages.filter(({ author }) => author.id === null).map((message) => seen(message, chat));
        return answers.length > 0;
      },
      SOON,
      () => product.output(),
    );
    return answers;
  }

  function channelId(wanted: string): string {
    const team = product.teams.find((each) => each.name === wanted);
    const found =
      product.channels.find((channel) => channel.id === wanted) ??
      product.channels.find((channel) => channel.name === wanted && channel.name !== 'Step down') ??
      product.channels.find((channel) => channel.team === team?.id);
    if (!found) throw new Error(`There is no channel ${wanted}.`);
    return found.id;
  }

  return {
    ...staff,
    hears: (words) => hears(words),
    say: async (words, file) => (await hears(words, file)).at(-1) as Seen,
    chat: async () => cardsOf(await chatId()),
    channel: async (wanted) => cardsOf(channelId(wanted)),
    async finds(words, where, button) {
      const conversation = where === undefined ? await chatId() : channelId(where);
      const fits = (card: Seen) =>
        (typeof words === 'string' ? card.words.includes(words) : words.test(card.words)) &&
        (button === undefined || card.buttons.some((title) => fitsTitle(button, title)));
      let cards: readonly Seen[] = [];
      await until(
        `${name} looked for ${words} in ${where ?? 'the own chat'}`,
        async () => {
          cards = await cardsOf(conversation);
          return cards.some(fits);
        },
        SOON,
        () =>
          `${button === undefined ? '' : `With a button ${button}. `}There is:\n${cards.map((card) => card.words).join('\n---\n')}`,
      );
      return cards.findLast(fits) as Seen;
    },
    press,
    async again(before) {
      await product.quiet();
      return asItStands(before);
    },
    async diary(from = '2026-12-01T00:00:00Z', to = '2027-03-01T00:00:00Z') {
      return diaryOf(product, staff.aadObjectId, from, to);
    },
    mails: () => mailsIn(product, staff.mail),
    async moveEvent(entry, start, end) {
      await graph(product, 'PATCH', `/users/${staff.aadObjectId}/events/${encodeURIComponent(entry.id)}`, {
        start: { dateTime: start, timeZone: 'UTC' },
        end: { dateTime: end, timeZone: 'UTC' },
      });
    },
  };
}

const fitsTitle = (wanted: string | RegExp, title: string): boolean =>
  typeof wanted === 'string' ? title === wanted : wanted.test(title);

/** As the sandbox's own page asks: not the product's doing, and kept apart in the log. */
export async function graph(product: Product, method: string, path: string, body?: unknown): Promise<Json> {
  await product.quiet();
  const response = await fetch(`${product.urls.graph}/v1.0${path}`, {
    method,
    headers: {
      'x-sandbox-page': '1',
      Prefer: 'outlook.timezone="UTC", outlook.body-content-type="text"',
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).finally(() => {
    if (method !== 'GET') product.acted();
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`Graph: ${method} ${path}: ${response.status} ${text}`);
  return text === '' ? {} : (JSON.parse(text) as Json);
}

type Address = { readonly emailAddress?: { readonly address?: string } };
const address = (value: unknown): string => (value as Address | undefined)?.emailAddress?.address ?? '';
const addresses = (value: unknown): string[] => (Array.isArray(value) ? value.map(address) : []);

/** Mails of an inbox, or of another folder, oldest first. */
export async function mailsIn(product: Product, mailbox: string, folder = 'inbox'): Promise<readonly Mail[]> {
  const { value } = await graph(
    product,
    'GET',
    `/users/${encodeURIComponent(mailbox)}/mailFolders/${folder}/messages?$top=200&$orderby=receivedDateTime`,
  );
  return (value as readonly Json[]).map((mail) => ({
    id: String(mail.id),
    subject: String(mail.subject),
    text: isObject(mail.body) ? String(mail.body.content) : '',
    from: address(mail.from),
    to: addresses(mail.toRecipients),
    copy: addresses(mail.ccRecipients),
    receivedAt: String(mail.receivedDateTime),
    internetMessageId: String(mail.internetMessageId),
  }));
}

export async function diaryOf(product: Product, user: string, from: string, to: string): Promise<readonly Entry[]> {
  const query = `startDateTime=${from}&endDateTime=${to}&$top=500`;
  const { value } = await graph(product, 'GET', `/users/${user}/calendarView?${query}`);
  const moment = (at: unknown) => (isObject(at) ? new Date(`${String(at.dateTime).slice(0, 19)}Z`).toISOString() : '');
  return (value as readonly Json[]).map((event) => ({
    id: String(event.id),
    subject: String(event.subject),
    start: moment(event.start),
    end: moment(event.end),
    sensitivity: String(event.sensitivity),
    place: isObject(event.location) ? String(event.location.displayName ?? '') : '',
    attendees: addresses(event.attendees),
    organiser: address(event.organizer),
    showAs: String(event.showAs),
    isCancelled: event.isCancelled === true,
    text: isObject(event.body) ? String(event.body.content) : '',
  }));
}
