/**
 * Everything a use case reaches for, in one record: made once by the composition root.
 */
import type { CouncilId } from '../domain/protocol/types.ts';
import type { MailMemory } from './mail/memory.ts';
import type {
  AutomaticReplies,
  Calendars,
  Chat,
  Clock,
  Directory,
  Files,
  Log,
  Mailboxes,
  MailboxFeed,
  MailReader,
  Protocols,
  Store,
} from './ports.ts';
import type { Drawing } from './sheet.ts';
import type { Watching } from './watching.ts';

export interface World {
  readonly clock: Clock;
  readonly protocols: Protocols;
  readonly store: Store;
  readonly directory: Directory;
  readonly mailboxes: Mailboxes;
  /** How watched mailboxes are read. Absent: mail that comes in is left to people. */
  readonly mail?: {
    readonly feed: MailboxFeed;
    readonly reader: MailReader;
    readonly memory: MailMemory;
    /** A mailbox that cannot be read for so long is somebody's business, at any hour. */
    readonly alarmMinutes: number;
  };
  /** How a file that was dropped into the chat is fetched. Absent: only links are taken. */
  readonly files?: Files;
  readonly calendars: Calendars;
  /** Absent: only what stands in a calendar counts as being away. */
  readonly replies?: AutomaticReplies;
  readonly chat: Chat;
  /** How it is noticed what people do in Outlook. Absent: it is not. */
  readonly watching?: Watching;
  readonly drawing: Drawing;
  readonly log: Log;
  /** Councils served here. */
  readonly councils: readonly CouncilId[];
  newId(): string;
  randomBytes(n: number): Uint8Array;
  /** Short, stable and one-way; for keys made of long things. */
  digest(text: string): string;
  /** Something may be due: the worker looks. Never waits. */
  wake(): void;
}
