/**
 * What the sandbox's Teams remembers. Documents of `State`, so that chats survive a restart as they do in Teams.
 */
import type { Collection, State } from '../state.ts';

export const CARD = 'application/vnd.microsoft.card.adaptive';
export const FILE = 'application/vnd.microsoft.teams.file.download.info';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export interface Attachment {
  readonly contentType: string;
  readonly content?: Json;
  readonly contentUrl?: string;
  readonly name?: string;
}

export interface Message {
  /** The activity id: milliseconds since 1970 as text, as Teams has it. Unique over all conversations here. */
  readonly id: string;
  /** A personal chat's id, or a channel's id without `;messageid=`. */
  readonly conversation: string;
  /** In a channel: id of the post that starts the thread (a post's own id). In a chat: null. */
  readonly thread: string | null;
  /** Object id of the person, or null for the bot. */
  readonly author: string | null;
  readonly text: string;
  readonly textFormat: 'plain' | 'markdown' | 'xml';
  readonly attachments: readonly Attachment[];
  /** What the bell shows. */
  readonly summary: string | null;
  readonly sentAt: string;
  readonly editedAt: string | null;
  readonly deletedAt: string | null;
  /** Grows with each new message, never by an edit: edits ring no bell. */
  readonly order: number;
  /** Why the bot never got it, in plain words. */
  readonly undelivered: string | null;
}

/** What one person sees instead of a post's card, because the bot answered their press with it. Ends with the post's next edit. */
export interface PersonalView {
  readonly id: string;
  readonly message: string;
  readonly person: string;
  readonly card: JsonObject;
  readonly at: string;
}

export interface ReadMark {
  readonly id: string;
  readonly upTo: number;
}

/** A person or team that has been told to the bot. */
export interface Introduction {
  readonly id: string;
  readonly at: string;
}

export interface StoredFile {
  readonly id: string;
  readonly name: string;
  /** Where its bytes lie. */
  readonly blob?: string;
  /** Of a tenant from before they were kept apart. */
  readonly base64?: string;
}

/** An address by which a file can be fetched without signing in, for a while. `id` is the part that nobody can guess. */
export interface Download {
  readonly id: string;
  readonly file: string;
  readonly until: string;
}

export interface TeamsRecords {
  readonly messages: Collection<Message>;
  readonly views: Collection<PersonalView>;
  readonly reads: Collection<ReadMark>;
  readonly introductions: Collection<Introduction>;
  readonly files: Collection<StoredFile>;
  readonly downloads: Collection<Download>;
}

export const MESSAGES = 'teams.messages';
export const VIEWS = 'teams.views';
export const READS = 'teams.reads';

export function recordsOf(state: State): TeamsRecords {
  return {
    messages: state.collection<Message>(MESSAGES),
    views: state.collection<PersonalView>(VIEWS),
    reads: state.collection<ReadMark>(READS),
    introductions: state.collection<Introduction>('teams.introductions'),
    files: state.collection<StoredFile>('teams.files'),
    downloads: state.collection<Download>('teams.downloads'),
  };
}

export const pairId = (left: string, right: string) => `${left}|${right}`;
