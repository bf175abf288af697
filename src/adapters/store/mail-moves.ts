/**
 * In which state each mail stands. Every change is a line of its own; what the last line says is kept with the mail too, to be looked up by.
 */
import { type Selectable, sql } from 'kysely';
import type { MailCount, MailEntry, MailId, MailMove, OutboxItem } from '../../application/ports.ts';
import { type CaseId, PROGRAM } from '../../domain/case/types.ts';
import type { CouncilId } from '../../domain/protocol/types.ts';
import type { Instant } from '../../domain/time/instant.ts';
import type { Key } from '../sealing.ts';
import { isErased } from './keys.ts';
import { destroyMail, openedNote, openMailKey, sealedNote } from './mail-contents.ts';
import { enqueue } from './outbox.ts';
import type { Db, MailMovesTable, MailsTable } from './tables.ts';

/** Written out and not passed, so that the planner sees that the partial index holds all that is asked for. */
const WAITING = sql.lit('waiting' as const);

/** @param db a transaction */
export async function move(
  db: Db,
  masterKey: Key,
  moved: MailMove,
  outbox: readonly OutboxItem[] = [],
): Promise<'moved' | 'moved-on'> {
  const stands = await standing(db, moved);
  if (!stands) return 'moved-on';
  await writeLine(db, masterKey, moved, stands.line);
  // The copy of a mail of ours that comes in late belongs to its case, erased or not; and nothing of it is kept.
  if (await isForErased(db, moved)) await destroyMail(db, moved.id, moved.at);
  await enqueue(db, outbox);
  return 'moved';
}

/** @returns undefined where the mail is no longer in a state that it may be moved from */
export async function standing(
  db: Db,
  { id, from }: Pick<MailMove, 'id' | 'from'>,
): Promise<Pick<MailsTable, 'line' | 'state'> | undefined> {
  const row = await db.selectFrom('mails').select(['line', 'state']).where('id', '=', id).executeTakeFirst();
  if (!row) throw new Error(`There is no mail ${id} in the book.`);
  return from === undefined || from.includes(row.state) ? row : undefined;
}

/** Whether it would become the mail of a family that has been erased. */
export async function isForErased(db: Db, { to, caseId }: MailMove): Promise<boolean> {
  return (to === 'joined' || to === 'opened') && caseId !== undefined && (await isErased(db, caseId));
}

/** @param last number of the line that the mail stands on. What cannot be accounted for later is a bug now. */
export async function writeLine(db: Db, masterKey: Key, moved: MailMove, last: number): Promise<void> {
  const { id, to: state, by, at } = moved;
  const ofCase = state === 'joined' || state === 'opened';
  if (ofCase && moved.caseId === undefined) throw new Error(`Mail ${id} was to be ${state} without a case.`);
  if (state === 'set-aside' && !moved.why) throw new Error(`Mail ${id} was to be set aside without a reason.`);
  const line = last + 1;
  // An erased mail has no key, and what is written beside it is not kept.
  const key = moved.note === undefined ? undefined : await openMailKey(db, masterKey, id);
  const stands = {
    ...{ line, state, by, at },
    case_id: moved.caseId ?? null,
    why: moved.why ?? null,
    matched_by: moved.matchedBy ?? null,
    confidence: moved.confidence ?? null,
  };
  const urgent = moved.urgent === undefined ? null : Number(moved.urgent);
  const note = key && moved.note !== undefined ? sealedNote(key, id, line, moved.note) : null;
  await db
    .insertInto('mail_moves')
    .values({ mail_id: id, ...stands, note, urgent })
    .execute();
  const updated = await db
    .updateTable('mails')
    .set(urgent === null ? stands : { ...stands, urgent })
    .where('id', '=', id)
    .where('line', '=', last)
    .executeTakeFirst();
  if (updated.numUpdatedRows !== 1n) throw new Error(`Mail ${id} was moved by somebody else in the same moment.`);
}

/** Its first line, that it was written in, is no move. */
export async function movesOf(db: Db, masterKey: Key, id: MailId): Promise<readonly MailMove[]> {
  const key = await openMailKey(db, masterKey, id);
  const rows = await db.selectFrom('mail_moves').selectAll().where('mail_id', '=', id).orderBy('line').execute();
  return rows.flatMap((row) => (row.state === 'unread' ? [] : [toMove(row, row.state, key)]));
}

export async function entryOf(db: Db, id: MailId): Promise<MailEntry | undefined> {
  const row = await db.selectFrom('mails').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toEntry(row);
}

export async function waitingMails(
  db: Db,
  council: CouncilId,
  mailboxes?: readonly string[],
): Promise<readonly MailEntry[]> {
  const rows = await selectWaitingMails(db, council).execute();
  return rows.filter(({ mailbox }) => mailboxes?.includes(mailbox) ?? true).map(toEntry);
}

export function selectWaitingMails(db: Db, council: CouncilId) {
  return db
    .selectFrom('mails')
    .selectAll()
    .where('council', '=', council)
    .where('state', '=', WAITING)
    .orderBy('received_at')
    .orderBy('id');
}

export async function mailsOfCase(db: Db, caseId: CaseId): Promise<readonly MailEntry[]> {
  return (await selectMailsOfCase(db, caseId).execute()).map(toEntry);
}

export function selectMailsOfCase(db: Db, caseId: CaseId) {
  return db
    .selectFrom('mails')
    .selectAll()
    .where('case_id', '=', caseId)
    .where('state', 'in', ['joined', 'opened'])
    .orderBy('received_at')
    .orderBy('id');
}

/**
 * Read off the lines and not off the mails: a mail whose last line is missing counts as one that came in and stands in no state, and
 * the sum does not balance.
 */
export async function countMails(
  db: Db,
  council: CouncilId,
  mailboxes: readonly string[],
  from: Instant | null,
  to: Instant,
): Promise<MailCount> {
  const count = { in: 0, unread: 0, waiting: 0, joined: 0, opened: 0 };
  const setAside: { why: string; by: string; count: number }[] = [];
  const rows = mailboxes.length === 0 ? [] : await selectCounts(db, council, mailboxes, from, to).execute();
  for (const { state, why, by, mails } of rows) {
    const n = Number(mails);
    count.in += n;
    if (state === null) continue;
    if (state !== 'set-aside') count[state] += n;
    else setAside.push({ why: why ?? '', by: by === PROGRAM ? 'program' : (by ?? ''), count: n });
  }
  return { ...count, setAside };
}

export function selectCounts(
  db: Db,
  council: CouncilId,
  mailboxes: readonly string[],
  from: Instant | null,
  to: Instant,
) {
  const word = (name: 'why' | 'by') =>
    sql<string | null>`case when mail_moves.state = 'set-aside' then ${sql.ref(`mail_moves.${name}`)} end`;
  return db
    .selectFrom('mails')
    .leftJoin('mail_moves', (join) =>
      join.onRef('mail_moves.mail_id', '=', 'mails.id').onRef('mail_moves.line', '=', 'mails.line'),
    )
    .select(({ fn }) => ['mail_moves.state', word('why').as('why'), word('by').as('by'), fn.countAll().as('mails')])
    .where('mails.council', '=', council)
    .where('mails.mailbox', 'in', [...mailboxes])
    .where('mails.taken_at', '<=', to)
    .$if(from !== null, (rows) => rows.where('mails.taken_at', '>', from as Instant))
    .groupBy(['mail_moves.state', word('why'), word('by')])
    .orderBy(word('why'))
    .orderBy(word('by'));
}

export function toEntry(row: Omit<Selectable<MailsTable>, 'position'>): MailEntry {
  return {
    id: row.id,
    council: row.council,
    mailbox: row.mailbox,
    messageId: row.message_id,
    conversationId: row.conversation_id,
    receivedAt: row.received_at,
    takenAt: row.taken_at,
    state: row.state,
    caseId: row.case_id,
    by: row.by,
    at: row.at,
    why: row.why,
    matchedBy: row.matched_by,
    confidence: row.confidence,
    urgent: row.urgent === 1,
  };
}

function toMove(row: MailMovesTable, to: MailMove['to'], key: Key | undefined): MailMove {
  return {
    ...{ id: row.mail_id, to, by: row.by, at: row.at },
    ...(row.why === null ? {} : { why: row.why }),
    ...(row.note === null || key === undefined ? {} : { note: openedNote(key, row.mail_id, row.line, row.note) }),
    ...(row.case_id === null ? {} : { caseId: row.case_id }),
    ...(row.matched_by === null ? {} : { matchedBy: row.matched_by }),
    ...(row.confidence === null ? {} : { confidence: row.confidence }),
    ...(row.urgent === null ? {} : { urgent: row.urgent === 1 }),
  };
}
