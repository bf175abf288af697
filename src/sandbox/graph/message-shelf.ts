/**
 * The messages of all mailboxes, found without looking at each: by mailbox and folder in the order of their changes and of their
 * coming, and by Message-ID. A mailbox may hold a hundred thousand.
 */
import type { Collection } from '../state.ts';
import { type Entry, firstWhere, type Journal, journal } from './journal.ts';
import type { Folder, StoredMessage } from './stored-mail.ts';

export interface Messages {
  get(id: string): StoredMessage | undefined;
  put(message: StoredMessage): StoredMessage;
  putAll(messages: readonly StoredMessage[]): void;
  delete(id: string): void;
  /** In the order of their last change, those after `version`. */
  changedSince(mailbox: string, folder: Folder, version: number): Iterable<StoredMessage>;
  /** Oldest first. @param folder undefined: of every folder */
  received(mailbox: string, folder: Folder | undefined): readonly StoredMessage[];
  withMessageId(mailbox: string, internetMessageId: string): readonly StoredMessage[];
}

const earlier = (a: StoredMessage, b: StoredMessage): boolean =>
  a.receivedAt === b.receivedAt ? a.arrived < b.arrived : a.receivedAt < b.receivedAt;

export function shelveMessages(kept: Collection<StoredMessage>): Messages {
  const byTime = new Map<string, StoredMessage[]>();
  const byChange = new Map<string, Journal>();
  const byMessageId = new Map<string, Set<string>>();

  const timeKeys = ({ mailbox, folder }: StoredMessage) => [mailbox, `${mailbox}/${folder}`];
  const idKey = (mailbox: string, messageId: string) => `${mailbox} ${messageId.toLowerCase()}`;
  const timeline = (key: string): StoredMessage[] => {
    const found = byTime.get(key) ?? [];
    byTime.set(key, found);
    return found;
  };
  const changesIn = (mailbox: string, folder: Folder): Journal => {
    const key = `${mailbox}/${folder}`;
    const stands = ({ id, version }: Entry) => {
      const message = kept.get(id);
      return message?.version === version && message.folder === folder;
    };
    const found = byChange.get(key) ?? journal(stands);
    byChange.set(key, found);
    return found;
  };

  function nameIt(message: StoredMessage): void {
    const key = idKey(message.mailbox, message.internetMessageId);
    const ids = byMessageId.get(key) ?? new Set();
    byMessageId.set(key, ids.add(message.id));
  }

  const placeOf = (line: readonly StoredMessage[], message: StoredMessage) =>
    firstWhere(line, (other) => !earlier(other, message));

  function takeOut(message: StoredMessage): void {
    for (const key of timeKeys(message)) {
      const line = timeline(key);
      line.splice(placeOf(line, message), 1);
    }
    const key = idKey(message.mailbox, message.internetMessageId);
    const ids = byMessageId.get(key);
    ids?.delete(message.id);
    if (ids?.size === 0) byMessageId.delete(key);
  }

  function putIn(message: StoredMessage): void {
    for (const key of timeKeys(message)) {
      const line = timeline(key);
      line.splice(placeOf(line, message), 0, message);
    }
    nameIt(message);
    changesIn(message.mailbox, message.folder).add({ version: message.version, id: message.id });
  }

  /** Sorted once at the end: one by one among a hundred thousand would take minutes. */
  function putInAll(messages: readonly StoredMessage[]): void {
    const touched = new Set<string>();
    const changes = new Map<Journal, Entry[]>();
    for (const message of messages) {
      for (const key of timeKeys(message)) {
        timeline(key).push(message);
        touched.add(key);
      }
      nameIt(message);
      const to = changesIn(message.mailbox, message.folder);
      const entries = changes.get(to) ?? [];
      entries.push({ version: message.version, id: message.id });
      changes.set(to, entries);
    }
    for (const key of touched) timeline(key).sort((a, b) => (earlier(a, b) ? -1 : 1));
    for (const [to, entries] of changes) to.addAll(entries);
  }

  putInAll(kept.all());

  return {
    get: (id) => kept.get(id),
    put(message) {
      const before = kept.get(message.id);
      if (before) takeOut(before);
      kept.put(message);
      putIn(message);
      return message;
    },
    putAll(messages) {
      kept.putAll(messages);
      putInAll(messages);
    },
    delete(id) {
      const before = kept.get(id);
      if (!before) return;
      takeOut(before);
      kept.delete(id);
    },
    *changedSince(mailbox, folder, version) {
      for (const { id } of changesIn(mailbox, folder).since(version)) {
        const message = kept.get(id);
        if (message) yield message;
      }
    },
    received: (mailbox, folder) => timeline(folder === undefined ? mailbox : `${mailbox}/${folder}`),
    withMessageId: (mailbox, internetMessageId) =>
      [...(byMessageId.get(idKey(mailbox, internetMessageId)) ?? [])].flatMap((id) => kept.get(id) ?? []),
  };
}
