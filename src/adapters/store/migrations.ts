/**
 * The schema, as the list of changes that led to it. A change that has been released is never edited: the next is added.
 */
import { sql } from 'kysely';
import { CannotOpen, type Engine } from './engine.ts';
import type { Db } from './tables.ts';

type Migration = (columns: Pick<Engine, 'bytes' | 'counter' | 'clustered'>) => readonly string[];

const MIGRATIONS: readonly Migration[] = [
  ({ bytes, counter }) => [
    `create table seal_check (id integer primary key, sealed ${bytes} not null)`,

    `create table cases (
      id text primary key, reference text not null unique, council text not null, pathway text not null,
      status text not null, holder text not null, team text, children integer not null,
      opened_at text not null, updated_at text not null, seq integer not null, head text not null)`,
    `create index cases_open on cases (council, opened_at) where status <> 'ended'`,

    `create table case_people (
      case_id text not null references cases (id), position integer not null, person text not null, role text not null,
      primary key (case_id, position))`,
    `create index case_people_person on case_people (person, case_id)`,

    `create table case_keys (case_id text primary key references cases (id), wrapped ${bytes}, destroyed_at text)`,

    `create table events (
      case_id text not null references cases (id), seq integer not null, type text not null, fact text, "at" text,
      recorded_at text not null, "by" text not null, child text, command_key text not null, clear text not null,
      sealed ${bytes}, prev_hash text not null, hash text not null,
      primary key (case_id, seq))`,
    // One press may record several facts, and each of them once. An absent child is a value here: NULLs are never equal.
    `create unique index events_command on events (case_id, command_key, coalesce(fact, ''), coalesce(child, ''))`,

    `create table deadlines (
      case_id text not null references cases (id), position integer not null, reference text not null, council text not null,
      step text not null, title text not null, due_at text not null, due text not null, act_by text not null,
      role text not null, owners text not null, channel text, kind text not null, provisional integer not null,
      primary key (case_id, position))`,
    `create index deadlines_due on deadlines (due_at)`,
    `create index deadlines_council_due on deadlines (council, due_at)`,

    `create table outbox (
      position ${counter}, key text not null unique, case_id text, effect text not null, state text not null,
      not_before text not null, lease_until text, attempts integer not null, progress text not null, last_error text, done_at text)`,
    // Done rows stay for ever, so that a key is never carried out twice; these hold only the few that wait.
    `create index outbox_waiting on outbox (not_before, position, lease_until, key) where state = 'waiting'`,
    `create index outbox_leased on outbox (lease_until) where state = 'waiting' and lease_until is not null`,
    `create index outbox_retrying on outbox (key) where state = 'waiting' and last_error is not null`,
    `create index outbox_given_up on outbox (key) where state = 'given-up'`,
    `create index outbox_case on outbox (case_id, position)`,

    `create table drafts (
      id text primary key, owner text not null, pathway text not null, updated_at text not null, children integer not null,
      page text not null, wrapped ${bytes} not null, sealed ${bytes} not null)`,
    `create index drafts_owner on drafts (owner, updated_at)`,

    `create table posts (
      key text primary key, case_id text, conversation_id text not null, activity_id text not null,
      service_url text not null, digest text not null, posted_at text not null)`,
    `create index posts_case on posts (case_id, posted_at)`,
    `create index posts_message on posts (conversation_id, activity_id)`,

    `create table conversations (
      key text primary key, conversation_id text not null, service_url text not null, tenant_id text not null,
      user_id text, team_id text)`,

    `create table cursors (name text primary key, value text not null)`,
  ],

  ({ bytes }) => [
    // A draft that comes from a case; and that an overlap was seen, with the reason (sealed like the pages, by the same key).
    `alter table drafts add column from_case text`,
    `alter table drafts add column from_how text`,
    `alter table drafts add column overlap ${bytes}`,

    // No name and no birth date: only what the same child gives again under a key that is not in the database.
    `create table child_index (
      council text not null, digest text not null, case_id text not null references cases (id), child text not null,
      primary key (case_id, child, digest))`,
    `create index child_index_digest on child_index (council, digest, case_id)`,

    // No reference to the cases: an entry of a register outlives whatever becomes of its case.
    `create table list_entries (
      council text not null, list text not null, case_id text not null, reference text not null, pathway text not null,
      state text not null, since text not null,
      primary key (case_id, list))`,
    `create index list_entries_list on list_entries (council, list, since)`,

    `create table waiting (
      case_id text not null references cases (id), position integer not null, reference text not null, council text not null,
      pathway text not null, cycle text not null, step text not null, title text not null, team text, session text,
      primary key (case_id, position))`,
    `create index waiting_session on waiting (council, cycle, session)`,
  ],

  () => [
    `create table bookings (
      case_id text not null references cases (id), step text not null, event_id text not null, organiser text not null,
      start_at text not null, end_at text not null,
      primary key (case_id, step))`,
    // Whose calendars hold something that is still to come, read off the index alone.
    `create index bookings_end on bookings (end_at, organiser)`,
    `create index bookings_organiser on bookings (organiser, end_at)`,

    `create table diaries (
      organiser text primary key, cursor text, window_from text not null, window_to text not null, read_at text not null)`,

    `create table subscriptions (
      resource text primary key, id text, expires_at text, due_at text not null, tries integer not null, hints integer not null)`,
  ],

  ({ bytes, counter, clustered }) => [
    `create table mailboxes (
      address text primary key, cursor text, watched_from text not null, read_at text, failing_since text, alarmed_at text,
      reconciled_at text)`,

    // Every message that was ever seen in a watched mailbox, by a digest of mailbox and message id: a hundred thousand that were there
    // before the program came must stay small. No mail: one of those.
    `create table mail_seen (mark text primary key, mail_id text) ${clustered}`,

    // Nothing of what the mail says, and not who sent it: those are in mail_contents, sealed. `line` is the number of its last line.
    `create table mails (
      position ${counter}, id text not null unique, council text not null, identity text not null, message_mark text,
      mailbox text not null, message_id text not null, conversation_id text not null, received_at text not null,
      taken_at text not null, line integer not null, state text not null, case_id text, "by" text not null, "at" text not null, why text, matched_by text, confidence text, urgent integer not null)`,
    `create unique index mails_identity on mails (council, identity)`,
    `create index mails_message on mails (message_mark, position) where message_mark is not null`,
    `create index mails_taken on mails (council, mailbox, taken_at, id, line)`,
    `create index mails_waiting on mails (council, received_at) where state = 'waiting'`,
    `create index mails_case on mails (case_id, received_at) where case_id is not null`,

    `create table mail_moves (
      mail_id text not null references mails (id), line integer not null, state text not null, "by" text not null, "at" text not null,
      why text, note ${bytes}, case_id text, matched_by text, confidence text, urgent integer,
      primary key (mail_id, line))`,

    // The row stays when the key is destroyed, so that no second key is ever made for the mail.
    `create table mail_contents (
      mail_id text primary key references mails (id), wrapped ${bytes}, sealed ${bytes}, destroyed_at text)`,

    `create table mail_threads (mark text not null, mail_id text not null, primary key (mark, mail_id)) ${clustered}`,

    `create table mail_answers (
      id text primary key, mail_id text not null references mails (id), "by" text not null, "at" text not null, sealed ${bytes} not null)`,
    `create index mail_answers_mail on mail_answers (mail_id, "at")`,

    // Whom the program has answered how often, without an address in it.
    `create table mail_answered (position ${counter}, digest text not null, "at" text not null)`,
    `create index mail_answered_digest on mail_answered (digest, "at")`,

    `create table sent_mails (
      key text primary key, internet_message_id text not null, mark text not null, mailbox text not null, conversation_id text not null,
      sent_at text not null, case_id text, step text, answers text)`,
    `create index sent_mails_message on sent_mails (mark)`,
    `create index sent_mails_conversation on sent_mails (mailbox, conversation_id)`,

    // The bytes last: what is asked about a document is read without them.
    `create table documents (
      id text primary key, owner text not null, case_id text references cases (id), content_type text not null, size integer not null,
      given_at text not null, wrapped ${bytes} not null, name ${bytes} not null, sealed ${bytes} not null)`,
    `create index documents_owner on documents (owner, given_at)`,
    `create index documents_case on documents (case_id) where case_id is not null`,
    `create index documents_loose on documents (given_at) where case_id is null`,

    // The mail from which the case is opened; which fields came from it is sealed like the pages, by the same key.
    `alter table drafts add column mail_id text`,
    `alter table drafts add column mail_filled ${bytes}`,
    `create index drafts_mail on drafts (mail_id) where mail_id is not null`,
  ],
];

export const SCHEMA_VERSION = MIGRATIONS.length;

/**
 * Brings the database up to this program, in one transaction: all of it or nothing. Of several instances that start at
 * once, one does the work and the others find it done. (kysely's own Migrator uses no transaction on SQLite.)
 * @throws CannotOpen where the database is newer than the program
 */
export async function migrate(db: Db, engine: Engine): Promise<void> {
  await db.transaction().execute(async (step) => {
    await engine.holdSchema(step);
    await sql`create table if not exists schema_version (version integer not null)`.execute(step);
    const found = (await step.selectFrom('schema_version').select('version').executeTakeFirst())?.version;
    const from = found ?? 0;
    if (from > SCHEMA_VERSION) {
      throw new CannotOpen(
        `This database was written by a newer Stepwise: its form is ${from}, and this program knows forms up to ${SCHEMA_VERSION}. ` +
          'Start the newer program again, or restore the backup from before it was first started.',
      );
    }
    if (from === SCHEMA_VERSION) return;
    for (const migration of MIGRATIONS.slice(from)) {
      for (const statement of migration(engine)) await sql.raw(statement).execute(step);
    }
    if (found === undefined) await step.insertInto('schema_version').values({ version: SCHEMA_VERSION }).execute();
    else await step.updateTable('schema_version').set({ version: SCHEMA_VERSION }).execute();
  });
}
