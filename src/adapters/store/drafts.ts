/**
 * Half-filled forms. Each save has a key of its own, so that what was typed and taken out again is gone with the key before.
 */
import type { Draft, MailId } from '../../application/ports.ts';
import type { PersonId } from '../../domain/case/types.ts';
import { type Key, newKey, seal, unseal } from '../sealing.ts';
import type { Db, DraftsTable } from './tables.ts';

export async function saveDraft(db: Db, masterKey: Key, draft: Draft): Promise<void> {
  const { id, owner, pathway, children, page } = draft;
  const key = newKey();
  const row = {
    ...{ id, owner, pathway, children, page },
    updated_at: draft.updatedAt,
    wrapped: seal(masterKey, key, ['draft-key', id, owner]),
    sealed: seal(key, JSON.stringify(draft.pages), ['draft', id, owner]),
    from_case: draft.from?.case ?? null,
    from_how: draft.from?.how ?? null,
    overlap: draft.overlap ? seal(key, JSON.stringify(draft.overlap), ['draft-overlap', id, owner]) : null,
    mail_id: draft.mail?.id ?? null,
    mail_filled: draft.mail ? seal(key, JSON.stringify(draft.mail.filled), ['draft-mail', id, owner]) : null,
  };
  await db
    .insertInto('drafts')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute();
}

export async function draftById(db: Db, masterKey: Key, id: string): Promise<Draft | undefined> {
  const row = await db.selectFrom('drafts').selectAll().where('id', '=', id).executeTakeFirst();
  return row && opened(row, masterKey);
}

/** Newest first. */
export async function draftsOf(db: Db, masterKey: Key, owner: PersonId): Promise<readonly Draft[]> {
  const rows = await db
    .selectFrom('drafts')
    .selectAll()
    .where('owner', '=', owner)
    .orderBy('updated_at', 'desc')
    .orderBy('id')
    .execute();
  return rows.map((row) => opened(row, masterKey));
}

/** Newest first, whoever began them. */
export async function draftsOfMail(db: Db, masterKey: Key, mail: MailId): Promise<readonly Draft[]> {
  const rows = await selectDraftsOfMail(db, mail).execute();
  return rows.map((row) => opened(row, masterKey));
}

export function selectDraftsOfMail(db: Db, mail: MailId) {
  return db.selectFrom('drafts').selectAll().where('mail_id', '=', mail).orderBy('updated_at', 'desc').orderBy('id');
}

export async function deleteDraft(db: Db, id: string): Promise<void> {
  await db.deleteFrom('drafts').where('id', '=', id).execute();
}

function opened(row: DraftsTable, masterKey: Key): Draft {
  const { id, owner, pathway, children, page, updated_at: updatedAt } = row;
  const key = unseal(masterKey, row.wrapped, ['draft-key', id, owner]);
  const pages = JSON.parse(unseal(key, row.sealed, ['draft', id, owner]).toString('utf8')) as Draft['pages'];
  const more = { ...fromOf(row), ...overlapOf(row, key), ...mailOf(row, key) };
  return { id, owner, pathway, updatedAt, pages, children, page, ...more };
}

function fromOf({ from_case: of, from_how: how }: DraftsTable): Pick<Draft, 'from'> {
  return of === null || how === null ? {} : { from: { case: of, how } };
}

function overlapOf({ id, owner, overlap }: DraftsTable, key: Key): Pick<Draft, 'overlap'> {
  if (overlap === null) return {};
  const text = unseal(key, overlap, ['draft-overlap', id, owner]).toString('utf8');
  return { overlap: JSON.parse(text) as NonNullable<Draft['overlap']> };
}

function mailOf({ id, owner, mail_id: mail, mail_filled: filled }: DraftsTable, key: Key): Pick<Draft, 'mail'> {
  if (mail === null || filled === null) return {};
  const text = unseal(key, filled, ['draft-mail', id, owner]).toString('utf8');
  return { mail: { id: mail, filled: JSON.parse(text) as readonly string[] } };
}
