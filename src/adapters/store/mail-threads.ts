/**
 * What a mail refers to: mails of ours that left, and mails of the book, by conversation and by Message-ID. And how often an address
 * was answered.
 */
import type { MailId, SentMail, Thread } from '../../application/ports.ts';
import type { Instant } from '../../domain/time/instant.ts';
import type { Key } from '../sealing.ts';
import { chunks } from './chunks.ts';
import { bareMessageId, marksOf } from './mail-marks.ts';
import { toEntry } from './mail-moves.ts';
import type { Db, SentMailsTable } from './tables.ts';

export async function saveSent(db: Db, masterKey: Key, sent: SentMail): Promise<void> {
  const row: SentMailsTable = {
    key: sent.key,
    internet_message_id: bareMessageId(sent.internetMessageId),
    mark: marksOf(masterKey).messageId(sent.internetMessageId),
    mailbox: sent.mailbox,
    conversation_id: sent.conversationId,
    sent_at: sent.sentAt,
    case_id: sent.caseId,
    step: sent.step,
    answers: sent.answers,
  };
  await db
    .insertInto('sent_mails')
    .values(row)
    .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
    .execute();
}

export async function sentBy(db: Db, key: string): Promise<SentMail | undefined> {
  const row = await db.selectFrom('sent_mails').selectAll().where('key', '=', key).executeTakeFirst();
  return row && toSent(row);
}

/**
 * The mail of ours that this one is the copy of. Anybody who has had a mail of ours can write its Message-ID into one of their own, so
 * only the first of the book under that id can be it.
 */
export async function sentCopy(db: Db, id: MailId): Promise<SentMail | undefined> {
  const mail = await db.selectFrom('mails').select(['message_mark']).where('id', '=', id).executeTakeFirst();
  const mark = mail?.message_mark ?? null;
  if (mark === null) return undefined;
  const first = await selectFirstByMark(db, mark).executeTakeFirst();
  if (first?.id !== id) return undefined;
  const sent = await selectSentByMarks(db, [mark]).executeTakeFirst();
  return sent && toSent(sent);
}

export function selectFirstByMark(db: Db, mark: string) {
  return db.selectFrom('mails').select('id').where('message_mark', '=', mark).orderBy('position').limit(1);
}

/** Newest first. Of the mails that came in those that somebody, or the program, has given to a case. */
export async function byConversation(
  db: Db,
  masterKey: Key,
  mailbox: string,
  conversationId: string,
): Promise<readonly Thread[]> {
  if (conversationId === '') return []; // Microsoft 365 did not say
  const sent = await selectSentInConversation(db, mailbox, conversationId).execute();
  const marked = await selectMarked(db, [marksOf(masterKey).conversation(mailbox, conversationId)]).execute();
  const found = [
    ...sent.map((row) => ({ at: row.sent_at, thread: { by: 'conversation', sent: toSent(row) } as const })),
    ...marked
      .filter(({ state }) => state === 'joined' || state === 'opened')
      .map((row) => ({ at: row.received_at, thread: { by: 'conversation', mail: toEntry(row) } as const })),
  ];
  return found.toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0)).map(({ thread }) => thread);
}

/** In the order of the ids; under one id mails of ours first. More than one came in under an id where somebody has forged it. */
export async function byMessageIds(db: Db, masterKey: Key, ids: readonly string[]): Promise<readonly Thread[]> {
  const marks = marksOf(masterKey);
  const asked = [...new Set(ids.map(bareMessageId))].filter((id) => id !== '');
  const threads: Thread[] = [];
  for (const some of chunks(asked)) {
    const ids = some.map((id) => marks.messageId(id));
    const sent = Map.groupBy(await selectSentByMarks(db, ids).execute(), ({ mark }) => mark);
    const marked = Map.groupBy(await selectMarked(db, ids).execute(), ({ mark }) => mark);
    for (const id of ids) {
      const ours = sent.get(id) ?? [];
      const theirs = marked.get(id) ?? [];
      threads.push(...ours.map((row) => ({ by: 'message-id', sent: toSent(row) }) as const));
      threads.push(...theirs.map((row) => ({ by: 'message-id', mail: toEntry(row) }) as const));
    }
  }
  return threads;
}

export function selectSentInConversation(db: Db, mailbox: string, conversationId: string) {
  return db
    .selectFrom('sent_mails')
    .selectAll()
    .where('mailbox', '=', mailbox)
    .where('conversation_id', '=', conversationId)
    .orderBy('sent_at')
    .orderBy('key');
}

export function selectSentByMarks(db: Db, marks: readonly string[]) {
  return db
    .selectFrom('sent_mails')
    .selectAll()
    .where('mark', 'in', [...marks])
    .orderBy('sent_at')
    .orderBy('key');
}

export function selectMarked(db: Db, marks: readonly string[]) {
  return db
    .selectFrom('mail_threads')
    .innerJoin('mails', 'mails.id', 'mail_threads.mail_id')
    .selectAll('mails')
    .select('mail_threads.mark')
    .where('mail_threads.mark', 'in', [...marks])
    .orderBy('mails.received_at')
    .orderBy('mails.id');
}

export async function answersTo(db: Db, masterKey: Key, address: string, since: Instant): Promise<number> {
  const { n } = await selectAnswersTo(db, marksOf(masterKey).address(address), since).executeTakeFirstOrThrow();
  return Number(n);
}

export function selectAnswersTo(db: Db, digest: string, since: Instant) {
  return db
    .selectFrom('mail_answered')
    .select(({ fn }) => fn.countAll().as('n'))
    .where('digest', '=', digest)
    .where('at', '>=', since);
}

export async function noteAnswer(db: Db, masterKey: Key, address: string, at: Instant): Promise<void> {
  const digest = marksOf(masterKey).address(address);
  await db.insertInto('mail_answered').values({ digest, at }).execute();
}

function toSent(row: SentMailsTable): SentMail {
  return {
    internetMessageId: row.internet_message_id,
    mailbox: row.mailbox,
    conversationId: row.conversation_id,
    sentAt: row.sent_at,
    key: row.key,
    caseId: row.case_id,
    step: row.step,
    answers: row.answers,
  };
}
