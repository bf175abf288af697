/**
 * Entries of the councils' registers: class C, written with each append of the case that made them, and kept when it is over.
 */
import type { RegisterRow } from '../../application/ports.ts';
import type { CouncilId } from '../../domain/protocol/types.ts';
import type { Db } from './tables.ts';

/** The state as it is now; one that is not written any more stays as it was. */
export async function keepEntries(db: Db, entries: readonly RegisterRow[]): Promise<void> {
  for (const { caseId, ...entry } of entries) {
    const row = { ...entry, case_id: caseId };
    await db
      .insertInto('list_entries')
      .values(row)
      .onConflict((conflict) => conflict.columns(['case_id', 'list']).doUpdateSet(row))
      .execute();
  }
}

/** Oldest first. */
export async function registerEntries(
  db: Db,
  council: CouncilId,
  list: string,
  state?: string,
): Promise<readonly RegisterRow[]> {
  const all = db.selectFrom('list_entries').selectAll().where('council', '=', council).where('list', '=', list);
  const rows = await (state === undefined ? all : all.where('state', '=', state))
    .orderBy('since')
    .orderBy('reference')
    .execute();
  return rows.map(({ case_id: caseId, ...entry }) => ({ ...entry, caseId }));
}
