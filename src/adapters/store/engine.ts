/**
 * All in which SQLite and PostgreSQL differ for this store. Whatever is not listed here is the same SQL on both.
 */
import type { Dialect } from 'kysely';
import type { Db } from './tables.ts';

export interface Engine {
  readonly dialect: Dialect;
  /** Column type of a ciphertext: `blob`, `bytea`. */
  readonly bytes: string;
  /** Definition of a column that counts insertions: `integer primary key autoincrement`, `serial primary key`. */
  readonly counter: string;
  /** Ends the definition of a table that is nothing but its primary key: `without rowid`, or nothing. Half the room and one look-up less. */
  readonly clustered: string;
  /** Whether rows must be locked one by one, because two transactions can write at once. SQLite has one writer. */
  readonly locksRows: boolean;
  /** Lets one process at a time change the schema; called first thing inside the transaction. */
  holdSchema(db: Db): Promise<void>;
  /** After a key was destroyed: removes the copies that the engine keeps aside of what was overwritten. */
  clearTraces(db: Db): Promise<void>;
}

/** Thrown where a database cannot be used at all; the message says what to do. */
export class CannotOpen extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CannotOpen';
  }
}
