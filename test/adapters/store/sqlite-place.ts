/**
 * A database of SQLite for the tests: a file in a folder of its own.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openStore } from '../../../src/adapters/store/open.ts';
import { NOON } from './build.ts';
import type { Place } from './contract.ts';

export const MASTER_KEY = Buffer.alloc(32, 7);

/** Every file that SQLite keeps: the database, the write-ahead log and its index. */
export function bytesOf(folder: string): Buffer {
  return Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
}

export async function sqlitePlace(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'stepwise-store-'));
  const file = join(folder, 'stepwise.sqlite');
  return {
    open: () => openStore({ file, masterKey: MASTER_KEY, now: () => NOON }),
    run: async (statement) => {
      const database = new DatabaseSync(file);
      database.exec(statement);
      database.close();
    },
    rawBytes: async () => bytesOf(folder),
    forChild: { file, masterKey: MASTER_KEY.toString('base64') },
    remove: async () => rmSync(folder, { recursive: true }),
  };
}
