/**
 * One key for each case, kept only in wrapped form. Destroying it is how a family is erased.
 */
import type { CaseId } from '../../domain/case/types.ts';
import type { Instant } from '../../domain/time/instant.ts';
import { type Key, type Place, seal, unseal, WillNotOpen } from '../sealing.ts';
import { CannotOpen } from './engine.ts';
import type { Db } from './tables.ts';

const CHECK: Place = ['seal-check'];

/** Keeps the key of a new case, in the transaction that begins the case. */
export async function keepCaseKey(db: Db, masterKey: Key, caseId: CaseId, key: Key): Promise<void> {
  const wrapped = seal(masterKey, key, placeOf(caseId));
  await db.insertInto('case_keys').values({ case_id: caseId, wrapped, destroyed_at: null }).execute();
}

/** @returns undefined where there is no such case, or its key has been destroyed */
export async function openCaseKey(db: Db, masterKey: Key, caseId: CaseId): Promise<Key | undefined> {
  const row = await db.selectFrom('case_keys').select('wrapped').where('case_id', '=', caseId).executeTakeFirst();
  return row?.wrapped ? unseal(masterKey, row.wrapped, placeOf(caseId)) : undefined;
}

export async function isErased(db: Db, caseId: CaseId): Promise<boolean> {
  const row = await db.selectFrom('case_keys').select('destroyed_at').where('case_id', '=', caseId).executeTakeFirst();
  return row !== undefined && row.destroyed_at !== null;
}

export async function destroyCaseKey(db: Db, caseId: CaseId, at: Instant): Promise<void> {
  await db
    .updateTable('case_keys')
    .set({ wrapped: null, destroyed_at: at })
    .where('case_id', '=', caseId)
    .where('destroyed_at', 'is', null)
    .execute();
}

/**
 * Finds at the start, and not at the first family, that the master key is another than the one the data was sealed with.
 * @throws CannotOpen
 */
export async function checkMasterKey(db: Db, masterKey: Key): Promise<void> {
  await db
    .insertInto('seal_check')
    .values({ id: 1, sealed: seal(masterKey, 'stepwise', CHECK) })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  const { sealed } = await db.selectFrom('seal_check').select('sealed').where('id', '=', 1).executeTakeFirstOrThrow();
  try {
    unseal(masterKey, sealed, CHECK);
  } catch (fault) {
    if (!(fault instanceof WillNotOpen)) throw fault;
    throw new CannotOpen(
      'The master key is not the one that this database was sealed with. Give back the first one (MASTER_KEY, or the key file ' +
        'beside the data); without it no name in the database can be read again.',
    );
  }
}

function placeOf(caseId: CaseId): Place {
  return ['case-key', caseId];
}
