/**
 * Documents that somebody gave to the bot: name and bytes sealed by a key of the document's own. The master key wraps it until the
 * document is given to a case; from then on the case's key does, and with that it is destroyed.
 */
import type { Documents, StoredDocument } from '../../application/ports.ts';
import type { CaseId, PersonId } from '../../domain/case/types.ts';
import type { Instant } from '../../domain/time/instant.ts';
import { type Key, newKey, type Place, seal, unseal } from '../sealing.ts';
import { openCaseKey } from './keys.ts';
import type { Db, DocumentsTable } from './tables.ts';

type Writing = <T>(work: (step: Db) => Promise<T>) => Promise<T>;
type Described = Omit<DocumentsTable, 'sealed'>;

const DESCRIBED = ['id', 'owner', 'case_id', 'content_type', 'size', 'given_at', 'wrapped', 'name'] as const;

export function documentsOn(db: Db, masterKey: Key, writing: Writing): Documents {
  return {
    save: (document, bytes) => writing((step) => save(step, masterKey, document, bytes)),
    of: (owner) => documentsOf(db, masterKey, owner),
    document: (id) => documentById(db, masterKey, id),
    bytes: (id) => bytesOf(db, masterKey, id),
    give: (id, caseId) => writing((step) => give(step, masterKey, id, caseId)),
    remove: (id) => writing((step) => remove(step, id)),
    removeOlderThan: (before) => writing((step) => removeOlderThan(step, before)),
  };
}

/** One that stands already under its id is not changed: it was handed over twice. */
async function save(db: Db, masterKey: Key, document: StoredDocument, bytes: Uint8Array): Promise<void> {
  const { id, owner, caseId, size } = document;
  const key = newKey();
  await db
    .insertInto('documents')
    .values({
      ...{ id, owner, size, case_id: caseId, content_type: document.contentType, given_at: document.givenAt },
      wrapped: seal(await wrapping(db, masterKey, caseId), key, keyPlace(id, caseId)),
      name: seal(key, document.name, ['document-name', id]),
      sealed: seal(key, bytes, ['document', id]),
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

async function documentsOf(db: Db, masterKey: Key, owner: PersonId): Promise<readonly StoredDocument[]> {
  const rows = await selectDocumentsOf(db, owner).execute();
  const documents: StoredDocument[] = [];
  for (const row of rows) documents.push(described(row, await keyOf(db, masterKey, row)));
  return documents;
}

export function selectDocumentsOf(db: Db, owner: PersonId) {
  return db
    .selectFrom('documents')
    .select(DESCRIBED)
    .where('owner', '=', owner)
    .orderBy('given_at', 'desc')
    .orderBy('id');
}

async function documentById(db: Db, masterKey: Key, id: string): Promise<StoredDocument | undefined> {
  const row = await db.selectFrom('documents').select(DESCRIBED).where('id', '=', id).executeTakeFirst();
  return row && described(row, await keyOf(db, masterKey, row));
}

async function bytesOf(db: Db, masterKey: Key, id: string): Promise<Uint8Array | undefined> {
  const row = await db.selectFrom('documents').selectAll().where('id', '=', id).executeTakeFirst();
  return row && new Uint8Array(unseal(await keyOf(db, masterKey, row), row.sealed, ['document', id]));
}

/** Its own key stays, and so the bytes need not be sealed again. */
async function give(db: Db, masterKey: Key, id: string, caseId: CaseId): Promise<void> {
  const row = await db.selectFrom('documents').select(DESCRIBED).where('id', '=', id).executeTakeFirst();
  if (!row) throw new Error(`There is no document ${id}.`);
  if (row.case_id === caseId) return;
  const key = await keyOf(db, masterKey, row);
  const wrapped = seal(await wrapping(db, masterKey, caseId), key, keyPlace(id, caseId));
  await db.updateTable('documents').set({ case_id: caseId, wrapped }).where('id', '=', id).execute();
}

async function remove(db: Db, id: string): Promise<void> {
  await db.deleteFrom('documents').where('id', '=', id).execute();
}

async function removeOlderThan(db: Db, before: Instant): Promise<number> {
  return Number((await deleteLoose(db, before).executeTakeFirst()).numDeletedRows);
}

export function deleteLoose(db: Db, before: Instant) {
  return db.deleteFrom('documents').where('case_id', 'is', null).where('given_at', '<', before);
}

/** With the case's key gone they open no more; so nothing of them is kept. */
export async function destroyDocuments(db: Db, caseId: CaseId): Promise<void> {
  await db.deleteFrom('documents').where('case_id', '=', caseId).execute();
}

async function keyOf(db: Db, masterKey: Key, { id, case_id: caseId, wrapped }: Described): Promise<Key> {
  return unseal(await wrapping(db, masterKey, caseId), wrapped, keyPlace(id, caseId));
}

async function wrapping(db: Db, masterKey: Key, caseId: CaseId | null): Promise<Key> {
  const key = caseId === null ? masterKey : await openCaseKey(db, masterKey, caseId);
  if (!key) throw new Error(`There is no case ${caseId} to keep a document, or it has been erased.`);
  return key;
}

function described(row: Described, key: Key): StoredDocument {
  return {
    id: row.id,
    owner: row.owner,
    name: unseal(key, row.name, ['document-name', row.id]).toString('utf8'),
    contentType: row.content_type,
    size: row.size,
    givenAt: row.given_at,
    caseId: row.case_id,
  };
}

function keyPlace(id: string, caseId: CaseId | null): Place {
  return ['document-key', id, caseId ?? ''];
}
