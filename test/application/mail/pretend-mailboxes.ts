/**
 * Two mailboxes as Microsoft 365 shows them at its worst: pages that repeat what they have shown, mails that a rule moves before anybody
 * reads them, cursors that are lost, calls that fail, and copies that come late. Plain memory, so that thousands of days can be played.
 */
import {
  LostCursor,
  type MailboxFeed,
  type MailReader,
  PlatformFault,
  type ReadMail,
  type SeenMail,
} from '../../../src/application/ports.ts';

export type Written = ReadMail | { readonly unreadable: 'too-deep' };

interface Message {
  readonly seen: SeenMail;
  readonly content: Written;
  /** A rule has moved it out of the inbox before it was seen there. */
  readonly moved: boolean;
}

export interface PretendMailboxes {
  readonly feed: MailboxFeed;
  readonly reader: MailReader;
  deliver(mailbox: string, message: Omit<Message['seen'], 'id'>, content: Written, moved?: boolean): void;
  /** A message is shown again: somebody has marked it as read. */
  touch(n: number): void;
  /** All cursors given out so far are unknown from now on. */
  loseCursors(): void;
  /** The next so many calls fail. */
  fail(calls: number): void;
  readonly calls: { readonly mime: number };
}

export function pretendMailboxes(pageSize: () => number): PretendMailboxes {
  const all: { mailbox: string; message: Message }[] = [];
  const log = new Map<string, Message[]>();
  const calls = { mime: 0 };
  let generation = 0;
  let failing = 0;
  let numbers = 0;

  const inboxOf = (mailbox: string): Message[] => {
    const known = log.get(mailbox) ?? [];
    log.set(mailbox, known);
    return known;
  };
  function answer(): void {
    if (failing === 0) return;
    failing -= 1;
    throw new PlatformFault('Microsoft Graph: is not available', 503, true);
  }

  return {
    calls,
    feed: {
      async page(mailbox, cursor) {
        answer();
        const [of, from] = cursor === undefined ? [generation, 0] : cursor.split('/').map(Number);
        if (of !== generation) throw new LostCursor();
        const shown = inboxOf(mailbox).slice(from ?? 0, (from ?? 0) + pageSize());
        const next = (from ?? 0) + shown.length;
        return {
          mails: shown.map(({ seen }) => seen),
          cursor: `${generation}/${next}`,
          last: next >= inboxOf(mailbox).length,
        };
      },
      async *receivedSince(mailbox, from) {
        const received = all
          .filter((each) => each.mailbox === mailbox && each.message.seen.receivedAt >= from)
          .map(({ message }) => message.seen)
          .toSorted((one, other) => (one.receivedAt < other.receivedAt ? -1 : 1));
        while (received.length > 0) {
          answer();
          yield received.splice(0, pageSize());
        }
      },
      async mime(mailbox, id) {
        answer();
        calls.mime += 1;
        const found = all.find((each) => each.mailbox === mailbox && each.message.seen.id === id);
        return found ? new TextEncoder().encode(JSON.stringify(found.message.content)) : 'gone';
      },
    },
    reader: {
      async read(mime) {
        return JSON.parse(new TextDecoder().decode(mime)) as Written;
      },
      async close() {},
    },
    deliver(mailbox, message, content, moved = false) {
      numbers += 1;
      const kept = { seen: { ...message, id: `message-${numbers}` }, content, moved };
      all.push({ mailbox, message: kept });
      if (!moved) inboxOf(mailbox).push(kept);
    },
    touch(n) {
      const one = all[n % Math.max(1, all.length)];
      if (one && !one.message.moved) inboxOf(one.mailbox).push(one.message);
    },
    loseCursors() {
      generation += 1;
      // Read anew, a mailbox shows each message once, the newest first.
      for (const [mailbox, messages] of log) log.set(mailbox, [...new Set(messages)].reverse());
    },
    fail(times) {
      failing = times;
    },
  };
}
