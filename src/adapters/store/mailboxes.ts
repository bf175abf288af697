/**
 * How far each watched mailbox was read, and whether it can be read.
 */
import type { ReadMailbox } from '../../application/ports.ts';
import type { Db, MailboxesTable } from './tables.ts';

export async function mailboxByAddress(db: Db, address: string): Promise<ReadMailbox | undefined> {
  const row = await db.selectFrom('mailboxes').selectAll().where('address', '=', address).executeTakeFirst();
  return row && toMailbox(row);
}

export async function mailboxes(db: Db): Promise<readonly ReadMailbox[]> {
  return (await db.selectFrom('mailboxes').selectAll().orderBy('address').execute()).map(toMailbox);
}

export async function saveMailbox(db: Db, mailbox: ReadMailbox): Promise<void> {
  const row: MailboxesTable = {
    address: mailbox.address,
    cursor: mailbox.cursor,
    watched_from: mailbox.watchedFrom,
    read_at: mailbox.readAt,
    failing_since: mailbox.failingSince,
    alarmed_at: mailbox.alarmedAt,
    reconciled_at: mailbox.reconciledAt,
  };
  await db
    .insertInto('mailboxes')
    .values(row)
    .onConflict((conflict) => conflict.column('address').doUpdateSet(row))
    .execute();
}

function toMailbox(row: MailboxesTable): ReadMailbox {
  return {
    address: row.address,
    cursor: row.cursor,
    watchedFrom: row.watched_from,
    readAt: row.read_at,
    failingSince: row.failing_since,
    alarmedAt: row.alarmed_at,
    reconciledAt: row.reconciled_at,
  };
}
