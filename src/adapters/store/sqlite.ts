/**
 * SQLite by Node's own `node:sqlite`, in the shape that kysely's SqliteDialect wants.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { type Driver, type SqliteDatabase, SqliteDialect, SqliteDriver, sql } from 'kysely';
import { CannotOpen, type Engine } from './engine.ts';

/**
 * How long SQLite itself waits for a lock, in milliseconds. It blocks the process while it waits, so this is only for
 * the rare locks of a read (recovery after a crash, another process closing the file); writers wait in `PatientDriver`.
 */
const READ_PATIENCE = 2000;
/** Tries for the write lock, up to 20 ms apart: about ten seconds, many times the longest transaction here. */
const WRITE_TRIES = 600;

const SETTINGS = `
  PRAGMA busy_timeout = ${READ_PATIENCE};
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA foreign_keys = ON;
  PRAGMA secure_delete = ON;
`;

/**
 * @param file path, or `:memory:` for a database that ends with the process
 * @throws CannotOpen with a sentence for whoever runs the program
 */
export function openSqlite(file: string): Engine {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file);
    // secure_delete: what is deleted is overwritten with zeros, so that a destroyed key is not left in a free page.
    database.exec(SETTINGS);
  } catch (fault) {
    database?.close();
    const why = fault instanceof Error ? fault.message : String(fault);
    throw new CannotOpen(
      `The database ${file} cannot be opened (${why}). It must be a Stepwise database on a local disk that this account may write to.`,
    );
  }
  return {
    dialect: new NodeSqliteDialect(database),
    bytes: 'blob',
    counter: 'integer primary key autoincrement',
    clustered: 'without rowid',
    locksRows: false,
    holdSchema: async () => {}, // the transaction has the write lock already
    async clearTraces(db) {
      // An overwritten page lives on in the -wal file until that is emptied.
      for (let attempt = 1; attempt <= WRITE_TRIES; attempt++) {
        const { rows } = await sql<{ busy: number }>`pragma wal_checkpoint(truncate)`.execute(db);
        if (rows[0]?.busy === 0) return;
        await wait(pause(attempt));
      }
      throw new Error(
        'The key is destroyed, but a copy could not be cleared from the write-ahead log while another program reads the database. Erase again.',
      );
    },
  };
}

class NodeSqliteDialect extends SqliteDialect {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    super({ database: asKyselyWants(database) });
    this.#database = database;
  }

  override createDriver(): Driver {
    return new PatientDriver(this.#database);
  }
}

/**
 * Takes the write lock at the beginning of a transaction, for two reasons. A transaction that reads first and then
 * writes fails at once, without waiting, where another process wrote in between. And waiting for the lock must give the
 * event loop its turn: where two stores of one process share a file, the one that holds the lock needs it to finish.
 */
class PatientDriver extends SqliteDriver {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    super({ database: asKyselyWants(database) });
    this.#database = database;
  }

  override async beginTransaction(): Promise<void> {
    for (let attempt = 1; !this.#begins(attempt === WRITE_TRIES); attempt++) await wait(pause(attempt));
  }

  #begins(lastTry: boolean): boolean {
    try {
      this.#database.exec('PRAGMA busy_timeout = 0; BEGIN IMMEDIATE');
      return true;
    } catch (fault) {
      if (lastTry || !isBusy(fault)) throw fault;
      return false;
    } finally {
      this.#database.exec(`PRAGMA busy_timeout = ${READ_PATIENCE}`);
    }
  }
}

interface Compiled {
  readonly statement: ReturnType<DatabaseSync['prepare']>;
  /** Whether it gives rows. */
  readonly reader: boolean;
}

/** Compiled statements that are kept. A list of another length is another text, so there is no end of them. */
const KEPT_STATEMENTS = 200;

function asKyselyWants(database: DatabaseSync): SqliteDatabase {
  const kept = new Map<string, Compiled>();

  /** Compiling one costs as much as running it. What was used last stays longest. */
  function compiled(text: string): Compiled {
    const known = kept.get(text) ?? compile(text);
    kept.delete(text);
    kept.set(text, known);
    const [oldest] = kept.keys();
    if (kept.size > KEPT_STATEMENTS && oldest !== undefined) kept.delete(oldest);
    return known;
  }

  function compile(text: string): Compiled {
    const statement = database.prepare(text);
    return { statement, reader: statement.columns().length > 0 };
  }

  return {
    close: () => database.close(),
    prepare(text) {
      const { statement, reader } = compiled(text);
      return {
        reader,
        all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
        run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
        // Stays open between rows: a statement of its own.
        iterate: (parameters) => database.prepare(text).iterate(...(parameters as SQLInputValue[])),
      };
    },
  };
}

/** Milliseconds, growing, and uneven so that two writers do not keep meeting. */
function pause(attempt: number): number {
  return Math.min(attempt, 20) * (0.5 + Math.random() / 2);
}

/** The low byte is SQLite's primary result code; 5 is SQLITE_BUSY. */
function isBusy(fault: unknown): boolean {
  return ((fault as { errcode?: number }).errcode ?? 0) % 256 === 5;
}
