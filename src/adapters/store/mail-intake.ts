/**
 * How mails get into the book: a page at a time, each message once, however often and in however many mailboxes it is seen.
 */

import type { Insertable } from 'kysely';
import type { MailBook, MailId, OutboxItem, SeenMail } from '../../application/ports.ts';
import { PROGRAM } from '../../domain/case/types.ts';
import { type Key, newKey } from '../sealing.ts';
import { chunks } from './chunks.ts';
import { wrappedMailKey } from './mail-contents.ts';
import { bareMessageId, type Marks, marksOf, noteThreads } from './mail-marks.ts';
import { saveMailbox } from './mailboxes.ts';
import { enqueue } from './outbox.ts';
import type { Db, MailsTable } from './tables.ts';

type Page = Parameters<MailBook['takeIn']>[0];
type Arrival = Page['mails'][number] & { readonly mark: string; readonly identityMark: string };

/**
 * @param db a transaction; one writer at a time, so that what is found missing here is still missing when it is written
 * @returns the mails that are new, in the order of the page
 */
export async function takeIn(db: Db, masterKey: Key, page: Page): Promise<readonly MailId[]> {
  const marks = marksOf(masterKey);
  const { address, watchedFrom } = page.mailbox;
  const earlier = page.mails.filter(({ seen }) => seen.receivedAt < watchedFrom);
  const later = page.mails.filter(({ seen }) => seen.receivedAt >= watchedFrom);

  await noteSeen(
    db,
    earlier.map(({ seen }) => ({ mark: marks.seen(address, seen.id), mail_id: null })),
  );
  const news: MailId[] = [];
  for (const some of chunks(later)) news.push(...(await takeInSome(db, masterKey, marks, page, some)));
  await saveMailbox(db, page.mailbox);
  return news;
}

async function takeInSome(
  db: Db,
  masterKey: Key,
  marks: Marks,
  page: Page,
  some: Page['mails'],
): Promise<readonly MailId[]> {
  const { council, mailbox, takenAt } = page;
  const byMark = new Map<string, Arrival>();
  for (const mail of some) {
    const mark = marks.seen(mailbox.address, mail.seen.id);
    if (!byMark.has(mark)) byMark.set(mark, { ...mail, mark, identityMark: marks.identity(council, mail.identity) });
  }
  for (const known of await knownMarks(db, [...byMark.keys()])) byMark.delete(known);
  const arrivals = [...byMark.values()];

  const idOf = await mailsByIdentity(
    db,
    council,
    arrivals.map(({ identityMark }) => identityMark),
  );
  const news: Arrival[] = [];
  for (const arrival of arrivals) {
    if (idOf.has(arrival.identityMark)) continue;
    idOf.set(arrival.identityMark, arrival.id);
    news.push(arrival);
  }
  await writeIn(
    db,
    masterKey,
    news.map((arrival) => rowOf(marks, arrival, council, mailbox.address, takenAt)),
  );
  const known = arrivals.flatMap((arrival) => {
    const id = idOf.get(arrival.identityMark);
    return id === undefined ? [] : [{ ...arrival, id }];
  });
  await noteSeen(
    db,
    known.map(({ mark, id }) => ({ mark, mail_id: id })),
  );
  await noteThreads(
    db,
    known.flatMap(({ id, seen }) => threadsOf(marks, mailbox.address, seen).map((mark) => ({ mark, mail_id: id }))),
  );
  const reads: OutboxItem[] = news.map((arrival) => arrival.reads);
  await enqueue(db, reads);
  return news.map(({ id }) => id);
}

/** Of these message ids, those that were never seen in the mailbox; in their order, each once. */
export async function unknownOf(
  db: Db,
  masterKey: Key,
  mailbox: string,
  messageIds: readonly string[],
): Promise<readonly string[]> {
  const marks = marksOf(masterKey);
  const byMark = new Map(messageIds.map((id) => [marks.seen(mailbox, id), id]));
  for (const known of await knownMarks(db, [...byMark.keys()])) byMark.delete(known);
  return [...byMark.values()];
}

function threadsOf(marks: Marks, mailbox: string, seen: SeenMail): readonly string[] {
  const conversation = seen.conversationId === '' ? null : marks.conversation(mailbox, seen.conversationId);
  return [conversation, messageMark(marks, seen)].filter((mark) => mark !== null);
}

function messageMark(marks: Marks, { internetMessageId: id }: SeenMail): string | null {
  return bareMessageId(id) === '' ? null : marks.messageId(id);
}

async function knownMarks(db: Db, marks: readonly string[]): Promise<readonly string[]> {
  const known: string[] = [];
  for (const some of chunks(marks)) {
    const rows = await selectSeen(db, some).execute();
    known.push(...rows.map(({ mark }) => mark));
  }
  return known;
}

export function selectSeen(db: Db, marks: readonly string[]) {
  return db
    .selectFrom('mail_seen')
    .select('mark')
    .where('mark', 'in', [...marks]);
}

async function noteSeen(db: Db, rows: readonly { mark: string; mail_id: string | null }[]): Promise<void> {
  for (const some of chunks(rows)) {
    await db
      .insertInto('mail_seen')
      .values([...some])
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

async function mailsByIdentity(db: Db, council: string, identities: readonly string[]): Promise<Map<string, MailId>> {
  if (identities.length === 0) return new Map();
  const rows = await selectByIdentity(db, council, identities).execute();
  return new Map(rows.map(({ identity, id }) => [identity, id]));
}

export function selectByIdentity(db: Db, council: string, identities: readonly string[]) {
  return db
    .selectFrom('mails')
    .select(['identity', 'id'])
    .where('council', '=', council)
    .where('identity', 'in', [...identities]);
}

/** The mail, its first line and its key. */
async function writeIn(db: Db, masterKey: Key, rows: readonly Insertable<MailsTable>[]): Promise<void> {
  if (rows.length === 0) return;
  await db
    .insertInto('mails')
    .values([...rows])
    .execute();
  const none = { note: null, urgent: null };
  await db
    .insertInto('mail_moves')
    .values(
      rows.map(({ id, line, state, by, at, why, case_id, matched_by, confidence }) => ({
        ...{ mail_id: id, line, state, by, at, why, case_id, matched_by, confidence },
        ...none,
      })),
    )
    .execute();
  await db
    .insertInto('mail_contents')
    .values(
      rows.map(({ id }) => ({
        mail_id: id,
        wrapped: wrappedMailKey(masterKey, id, newKey()),
        sealed: null,
        destroyed_at: null,
      })),
    )
    .execute();
}

function rowOf(
  marks: Marks,
  { id, identityMark, seen }: Arrival,
  council: string,
  mailbox: string,
  takenAt: Page['takenAt'],
) {
  return {
    ...{ id, council, identity: identityMark, mailbox, line: 1, state: 'unread' as const },
    message_mark: messageMark(marks, seen),
    message_id: seen.id,
    conversation_id: seen.conversationId,
    received_at: seen.receivedAt,
    taken_at: takenAt,
    case_id: null,
    by: PROGRAM,
    at: takenAt,
    why: null,
    matched_by: null,
    confidence: null,
    urgent: 0,
  };
}
