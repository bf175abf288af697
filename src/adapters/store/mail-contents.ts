/**
 * What was read of a mail, and what people wrote about it: sealed by a key of the mail's own, which is destroyed when the case that the
 * mail belongs to is erased.
 */
import type { MailAnswer, MailId, OutboxItem, ReadMail } from '../../application/ports.ts';
import type { CaseId } from '../../domain/case/types.ts';
import type { Instant } from '../../domain/time/instant.ts';
import { type Key, type Place, type Sealed, seal, unseal } from '../sealing.ts';
import { bareMessageId, marksOf, noteThreads } from './mail-marks.ts';
import { enqueue } from './outbox.ts';
import type { Db } from './tables.ts';

export function wrappedMailKey(masterKey: Key, id: MailId, key: Key): Sealed {
  return seal(masterKey, key, keyPlace(id));
}

/** @returns undefined where there is no such mail, or its key has been destroyed */
export async function openMailKey(db: Db, masterKey: Key, id: MailId): Promise<Key | undefined> {
  const row = await db.selectFrom('mail_contents').select('wrapped').where('mail_id', '=', id).executeTakeFirst();
  return row?.wrapped ? unseal(masterKey, row.wrapped, keyPlace(id)) : undefined;
}

/** What was read of an erased mail is not kept again. */
export async function saveContent(db: Db, masterKey: Key, id: MailId, content: ReadMail): Promise<void> {
  const key = await openMailKey(db, masterKey, id);
  if (!key) return;
  const sealed = seal(key, JSON.stringify(content), contentPlace(id));
  await db.updateTable('mail_contents').set({ sealed }).where('mail_id', '=', id).execute();
  if (content.messageId === undefined || bareMessageId(content.messageId) === '') return;
  await noteThreads(db, [{ mark: marksOf(masterKey).messageId(content.messageId), mail_id: id }]);
}

export async function contentOf(db: Db, masterKey: Key, id: MailId): Promise<ReadMail | undefined> {
  const row = await db
    .selectFrom('mail_contents')
    .select(['wrapped', 'sealed'])
    .where('mail_id', '=', id)
    .executeTakeFirst();
  if (!row?.wrapped || !row.sealed) return undefined;
  const key = unseal(masterKey, row.wrapped, keyPlace(id));
  return JSON.parse(unseal(key, row.sealed, contentPlace(id)).toString('utf8')) as ReadMail;
}

export function sealedNote(key: Key, id: MailId, line: number, note: string): Sealed {
  return seal(key, note, ['mail-note', id, line]);
}

export function openedNote(key: Key, id: MailId, line: number, note: Sealed): string {
  return unseal(key, note, ['mail-note', id, line]).toString('utf8');
}

/** An answer to a mail that was erased has nowhere to be kept, and is not sent: its item would find no text. */
export async function saveAnswer(
  db: Db,
  masterKey: Key,
  answer: MailAnswer,
  outbox: readonly OutboxItem[],
): Promise<void> {
  const { id, mail, by, at, text } = answer;
  const key = await openMailKey(db, masterKey, mail);
  if (!key) throw new Error(`There is no mail ${mail} to be answered, or it has been erased.`);
  await db
    .insertInto('mail_answers')
    .values({ id, mail_id: mail, by, at, sealed: seal(key, text, answerPlace(mail, id)) })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  await enqueue(db, outbox);
}

export async function answersOf(db: Db, masterKey: Key, id: MailId): Promise<readonly MailAnswer[]> {
  const key = await openMailKey(db, masterKey, id);
  if (!key) return [];
  const rows = await selectAnswers(db, id).execute();
  return rows.map(({ sealed, mail_id: mail, ...row }) => ({
    ...{ id: row.id, mail, by: row.by, at: row.at },
    text: unseal(key, sealed, answerPlace(mail, row.id)).toString('utf8'),
  }));
}

export function selectAnswers(db: Db, id: MailId) {
  return db.selectFrom('mail_answers').selectAll().where('mail_id', '=', id).orderBy('at').orderBy('id');
}

/**
 * Of the mails that stand joined to the case, or from which it was opened; and what somebody has begun to fill in from them. Their lines
 * stay; notes on them open no more.
 */
export async function destroyMails(db: Db, caseId: CaseId, at: Instant): Promise<void> {
  const ofCase = db
    .selectFrom('mails')
    .select('id')
    .where('case_id', '=', caseId)
    .where('state', 'in', ['joined', 'opened']);
  for (const { id } of await ofCase.execute()) await destroyMail(db, id, at);
}

export async function destroyMail(db: Db, id: MailId, at: Instant): Promise<void> {
  await db.deleteFrom('drafts').where('mail_id', '=', id).execute();
  await db.deleteFrom('mail_answers').where('mail_id', '=', id).execute();
  await db
    .updateTable('mail_contents')
    .set({ wrapped: null, sealed: null, destroyed_at: at })
    .where('mail_id', '=', id)
    .where('destroyed_at', 'is', null)
    .execute();
}

function keyPlace(id: MailId): Place {
  return ['mail-key', id];
}

function contentPlace(id: MailId): Place {
  return ['mail', id];
}

function answerPlace(mail: MailId, id: string): Place {
  return ['mail-answer', mail, id];
}
