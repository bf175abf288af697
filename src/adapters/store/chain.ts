/**
 * The hash chain of a case: each event's hash covers the one before, so that nothing can be changed, taken out or
 * reordered afterwards without it showing. The personal part goes in as ciphertext, and the chain outlives its key.
 */
import { createHash } from 'node:crypto';
import type { CaseId } from '../../domain/case/types.ts';
import type { Db, EventsTable } from './tables.ts';

/** What the first event of a case follows on. */
export const START_OF_CHAIN = '0'.repeat(64);
const PAGE = 500;

/** sha-256, hex, over the hash before and the row as stored. The order of the fields is part of the form. */
export function hashOf(row: Omit<EventsTable, 'hash'>): string {
  const stored = JSON.stringify({
    at: row.at,
    by: row.by,
    case_id: row.case_id,
    child: row.child,
    clear: row.clear,
    command_key: row.command_key,
    fact: row.fact,
    recorded_at: row.recorded_at,
    sealed: row.sealed === null ? null : Buffer.from(row.sealed).toString('base64'),
    seq: row.seq,
    type: row.type,
  });
  return createHash('sha256').update(row.prev_hash).update(stored).digest('hex');
}

/**
 * Reads every event there is, a case at a time. What it cannot find: a case taken out with all its rows, and a chain
 * written anew from its beginning by someone who may write to the database.
 * @returns the first event that is not what was recorded or is not there, by case and number
 */
export async function verifyChains(db: Db): Promise<{ readonly caseId: CaseId; readonly seq: number } | undefined> {
  const orphan = await db
    .selectFrom('events')
    .select(['case_id', 'seq'])
    .where((eb) => eb.not(eb.exists(eb.selectFrom('cases').select('id').whereRef('cases.id', '=', 'events.case_id'))))
    .limit(1)
    .executeTakeFirst();
  if (orphan) return { caseId: orphan.case_id, seq: orphan.seq };

  for (let after = ''; ; ) {
    const page = await db.selectFrom('cases').select('id').where('id', '>', after).orderBy('id').limit(PAGE).execute();
    for (const { id } of page) {
      const seq = await firstBroken(db, id);
      if (seq !== undefined) return { caseId: id, seq };
      after = id;
    }
    if (page.length < PAGE) return undefined;
  }
}

async function firstBroken(db: Db, caseId: CaseId): Promise<number | undefined> {
  // One statement, so that an append meanwhile is either in both or in neither.
  const rows = await db
    .selectFrom('events')
    .innerJoin('cases', 'cases.id', 'events.case_id')
    .where('events.case_id', '=', caseId)
    .selectAll('events')
    .select(['cases.seq as length', 'cases.head as head'])
    .orderBy('events.seq')
    .execute();
  let before = START_OF_CHAIN;
  for (const [index, { length: _, head: __, ...row }] of rows.entries()) {
    if (row.seq !== index + 1) return index + 1;
    if (row.prev_hash !== before || row.hash !== hashOf(row)) return row.seq;
    before = row.hash;
  }
  const last = rows.at(-1);
  if (!last) return 1; // a case begins with its opening
  if (last.length !== rows.length) return rows.length + 1;
  return last.head === before ? undefined : rows.length;
}
