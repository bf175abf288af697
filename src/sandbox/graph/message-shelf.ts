/**
 * The messages of all mailboxes, found without looking at each: by mailbox and folder in the order of their changes and of their
 * coming, and by Message-ID. A mailbox may hold a hundred thousand.
 */
import type { Collection } from '../state.ts';
import type { Folder, Gone, StoredAttachment, StoredMessage } from './mailbox.ts';

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

/** @returns the first index at which `late` is true; it is false before and true after */
export function firstWhere<T>(items: readonly T[], late: (item: T) => boolean): number {
  let [from, to] = [0, items.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (late(items[middle] as T)) to = middle;
    else from = middle + 1;
  }
  return from;
}

interface Entry {
  readonly version: number;
  readonly id: string;
}

interface Journal {
  add(entry: Entry): void;
  addAll(entries: readonly Entry[]): void;
  since(version: number): Iterable<Entry>;
}

/** What happened, in order. What has been overtaken stays until it is more than half of all. */
function journal(stands: (entry: Entry) => boolean): Journal {
  let entries: Entry[] = [];
  let tidyAt = 1000;
  const add = (entry: Entry): void => {
    const last = entries.at(-1);
    if (!last || last.version < entry.version) entries.push(entry);
    else {
      entries.splice(
        firstWhere(entries, ({ version }) => version > entry.version),
        0,
        entry,
      );
    }
    if (entries.length < tidyAt) return;
    entries = entries.filter(stands);
    tidyAt = Math.max(1000, entries.length * 2);
  };
  return {
    add,
    addAll(many) {
      for (const entry of many) entries.push(entry);
      entries.sort((a, b) => a.version - b.version);
      tidyAt = Math.max(1000, entries.length * 2);
    },
    *since(version) {
      const seen = entries;
      for (let at = firstWhere(seen, (entry) => entry.version > version); at < seen.length; at += 1) {
        const entry = seen[at] as Entry;
        if (stands(entry)) yield entry;
      }
    },
  };
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

export interface Attachments {
  get(id: string): StoredAttachment | undefined;
  put(attachment: StoredAttachment): StoredAttachment;
  delete(id: string): void;
  /** Of one message. */
  of(item: string): readonly StoredAttachment[];
  /** Another one has the same bytes. */
  share(blob: string): boolean;
}

export function shelveAttachments(kept: Collection<StoredAttachment>): Attachments {
  const byItem = new Map<string, string[]>();
  const file = ({ item, id }: StoredAttachment) => byItem.set(item, [...(byItem.get(item) ?? []), id]);
  for (const one of kept.all()) file(one);
  return {
    get: (id) => kept.get(id),
    put(attachment) {
      if (!kept.get(attachment.id)) file(attachment);
      return kept.put(attachment);
    },
    delete(id) {
      const found = kept.get(id);
      if (!found) return;
      byItem.set(
        found.item,
        (byItem.get(found.item) ?? []).filter((other) => other !== id),
      );
      kept.delete(id);
    },
    of: (item) => (byItem.get(item) ?? []).flatMap((id) => kept.get(id) ?? []),
    share: (blob) => kept.find((other) => other.blob === blob) !== undefined,
  };
}

/** Messages that have left a folder. */
export interface Departures {
  put(gone: Gone): void;
  /** Forgets that it left: it is back. */
  delete(id: string): void;
  since(mailbox: string, folder: string, version: number): Iterable<Gone>;
}

export function shelveDepartures(kept: Collection<Gone>): Departures {
  const byFolder = new Map<string, Journal>();
  const leftFrom = (mailbox: string, folder: string): Journal => {
    const key = `${mailbox}/${folder}`;
    const found = byFolder.get(key) ?? journal(({ id, version }) => kept.get(id)?.version === version);
    byFolder.set(key, found);
    return found;
  };
  for (const { id, mailbox, folder, version } of kept.filter(({ kind }) => kind === 'message')) {
    leftFrom(mailbox, folder).add({ id, version });
  }
  return {
    put(gone) {
      kept.put(gone);
      leftFrom(gone.mailbox, gone.folder).add({ id: gone.id, version: gone.version });
    },
    delete: (id) => void kept.delete(id),
    *since(mailbox, folder, version) {
      for (const { id } of leftFrom(mailbox, folder).since(version)) {
        const gone = kept.get(id);
        if (gone) yield gone;
      }
    },
  };
}
