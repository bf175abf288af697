/**
 * What the sandbox tenant remembers: documents by collection and id, in memory, written through to one SQLite file,
 * so that mailboxes, diaries and chats survive a restart and a kill -9 just as Microsoft's do.
 */
import { EventEmitter } from 'node:events';
import { DatabaseSync } from 'node:sqlite';

export interface Collection<T extends { readonly id: string }> {
  get(id: string): T | undefined;
  put(document: T): T;
  /** As many `put`s, announced as one change: a hundred thousand old mails are one piece of news. */
  putAll(documents: readonly T[]): void;
  delete(id: string): boolean;
  /** In order of first insertion. */
  all(): T[];
  find(test: (document: T) => boolean): T | undefined;
  filter(test: (document: T) => boolean): T[];
}

export interface Change {
  readonly collection: string;
  readonly id: string;
  readonly what: 'put' | 'delete';
}

/** Bytes that nobody needs in memory: mails as they came, and files. */
export interface Blobs {
  /** @returns the key by which they are found again */
  put(bytes: Uint8Array): string;
  get(key: string): Buffer | undefined;
  delete(key: string): void;
}

export interface State {
  collection<T extends { readonly id: string }>(name: string): Collection<T>;
  /** Emits `change` with a `Change` after each write. The page's event stream and Graph's subscriptions listen. */
  readonly changes: EventEmitter<{ change: [Change] }>;
  readonly blobs: Blobs;
  /** A number that only grows, also across restarts: delta tokens and change keys are made of it. */
  next(): number;
  /** As many such numbers at once. @returns the first; the others follow it */
  reserve(count: number): number;
  /**
   * Writes of `work` reach the disk all or none, so that a kill between them leaves no half-delivered mail.
   * Must be synchronous. Changes are announced when it is done.
   */
  together<T>(work: () => T): T;
  close(): void;
}

/** @param file path of the SQLite file, or `:memory:` */
export function openState(file: string): State {
  const database = new DatabaseSync(file);
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS documents (collection TEXT, id TEXT, position INTEGER, body TEXT, PRIMARY KEY (collection, id));
    CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER);
    CREATE TABLE IF NOT EXISTS blobs (key TEXT PRIMARY KEY, bytes BLOB);`);
  const write = database.prepare(
    `INSERT INTO documents (collection, id, position, body) VALUES (?, ?, ?, ?)
     ON CONFLICT (collection, id) DO UPDATE SET body = excluded.body`,
  );
  const remove = database.prepare('DELETE FROM documents WHERE collection = ? AND id = ?');
  const read = database.prepare('SELECT id, body FROM documents WHERE collection = ? ORDER BY position');
  const bump = database.prepare(
    `INSERT INTO counter (name, value) VALUES ('n', :by) ON CONFLICT (name) DO UPDATE SET value = value + :by RETURNING value`,
  );
  const writeBlob = database.prepare('INSERT INTO blobs (key, bytes) VALUES (?, ?)');
  const readBlob = database.prepare('SELECT bytes FROM blobs WHERE key = ?');
  const removeBlob = database.prepare('DELETE FROM blobs WHERE key = ?');
  const changes = new EventEmitter<{ change: [Change] }>();
  const reserve = (count: number) => Number((bump.get({ by: count }) as { value: number }).value) - count + 1;
  const next = () => reserve(1);
  const blobs: Blobs = {
    put(bytes) {
      const key = `b${next()}`;
      writeBlob.run(key, bytes);
      return key;
    },
    get(key) {
      const row = readBlob.get(key) as { bytes: Uint8Array } | undefined;
      return row && Buffer.from(row.bytes.buffer, row.bytes.byteOffset, row.bytes.byteLength);
    },
    delete: (key) => void removeBlob.run(key),
  };
  const loaded = new Map<string, unknown>();
  let held: Change[] | undefined;
  const announce = (change: Change) => {
    if (held) held.push(change);
    else changes.emit('change', change);
  };

  function together<T>(work: () => T): T {
    if (held) return work();
    held = [];
    database.exec('BEGIN');
    try {
      return work();
    } finally {
      // Committed even when `work` threw: memory has its writes already, and the two must not drift apart.
      database.exec('COMMIT');
      const done = held;
      held = undefined;
      for (const change of done) changes.emit('change', change);
    }
  }

  function collection<T extends { readonly id: string }>(name: string): Collection<T> {
    const known = loaded.get(name);
    if (known) return known as Collection<T>;
    const documents = new Map<string, T>();
    for (const row of read.iterate(name) as Iterable<{ id: string; body: string }>)
      documents.set(row.id, JSON.parse(row.body) as T);
    const made: Collection<T> = {
      get: (id) => documents.get(id),
      put(document) {
        write.run(name, document.id, documents.has(document.id) ? 0 : next(), JSON.stringify(document));
        documents.set(document.id, document);
        announce({ collection: name, id: document.id, what: 'put' });
        return document;
      },
      putAll(many) {
        const last = many.at(-1);
        if (!last) return;
        together(() => {
          let position = reserve(many.length);
          for (const document of many) {
            write.run(name, document.id, position, JSON.stringify(document));
            documents.set(document.id, document);
            position += 1;
          }
          announce({ collection: name, id: last.id, what: 'put' });
        });
      },
      delete(id) {
        if (!documents.delete(id)) return false;
        remove.run(name, id);
        announce({ collection: name, id, what: 'delete' });
        return true;
      },
      all: () => [...documents.values()],
      find: (test) => [...documents.values()].find(test),
      filter: (test) => [...documents.values()].filter(test),
    };
    loaded.set(name, made);
    return made;
  }

  return { collection, changes, blobs, next, reserve, together, close: () => database.close() };
}
