/**
 * The tables as kysely sees them. Moments are ISO text (string order is time order), JSON is text and not `jsonb`,
 * which would rewrite what the hash was taken over; yes and no are 1 and 0. So one schema fits both engines.
 */
import type { Generated, Kysely } from 'kysely';
import type { Confidence, MailState, MatchedBy } from '../../application/ports.ts';
import type { Day, Instant } from '../../domain/time/instant.ts';

export type Db = Kysely<Tables>;

export interface Tables {
  schema_version: { version: number };
  seal_check: { id: number; sealed: Uint8Array };
  cases: CasesTable;
  case_people: CasePeopleTable;
  case_keys: CaseKeysTable;
  events: EventsTable;
  deadlines: DeadlinesTable;
  outbox: OutboxTable;
  drafts: DraftsTable;
  posts: PostsTable;
  conversations: ConversationsTable;
  cursors: { name: string; value: string };
  child_index: ChildIndexTable;
  list_entries: ListEntriesTable;
  waiting: WaitingTable;
  bookings: BookingsTable;
  diaries: DiariesTable;
  subscriptions: SubscriptionsTable;
  mailboxes: MailboxesTable;
  mail_seen: { mark: string; mail_id: string | null };
  mails: MailsTable;
  mail_moves: MailMovesTable;
  mail_contents: MailContentsTable;
  mail_threads: { mark: string; mail_id: string };
  mail_answers: MailAnswersTable;
  mail_answered: { position: Generated<number>; digest: string; at: Instant };
  sent_mails: SentMailsTable;
  documents: DocumentsTable;
}

export interface CasesTable {
  id: string;
  reference: string;
  council: string;
  pathway: string;
  status: 'open' | 'stopped' | 'ended';
  holder: string;
  team: string | null;
  children: number;
  opened_at: Instant;
  updated_at: Instant;
  /** Number of events, and the hash of the last: by them a cut-off tail of the chain is found. */
  seq: number;
  head: string;
}

export interface CasePeopleTable {
  case_id: string;
  position: number;
  person: string;
  role: string;
}

/** `wrapped` is null once the case has been erased; the row stays, so that no second key is ever made for it. */
export interface CaseKeysTable {
  case_id: string;
  wrapped: Uint8Array | null;
  destroyed_at: Instant | null;
}

export interface EventsTable {
  case_id: string;
  seq: number;
  type: 'case-opened' | 'case-moved' | 'fact-recorded';
  fact: string | null;
  at: Instant | Day | null;
  recorded_at: Instant;
  by: string;
  child: string | null;
  command_key: string;
  /** JSON of what is not personal. */
  clear: string;
  sealed: Uint8Array | null;
  prev_hash: string;
  hash: string;
}

export interface DeadlinesTable {
  case_id: string;
  position: number;
  reference: string;
  council: string;
  step: string;
  title: string;
  due_at: Instant;
  due: Day;
  act_by: Day;
  role: string;
  /** JSON array of person ids. */
  owners: string;
  channel: string | null;
  kind: string;
  provisional: number;
}

export interface OutboxTable {
  /** Order of insertion. */
  position: Generated<number>;
  key: string;
  case_id: string | null;
  /** JSON. */
  effect: string;
  state: 'waiting' | 'done' | 'given-up';
  not_before: Instant;
  lease_until: Instant | null;
  attempts: number;
  /** JSON object of strings. */
  progress: string;
  last_error: string | null;
  done_at: Instant | null;
}

export interface DraftsTable {
  id: string;
  owner: string;
  pathway: string;
  updated_at: Instant;
  children: number;
  page: string;
  wrapped: Uint8Array;
  /** JSON of the pages, sealed. */
  sealed: Uint8Array;
  from_case: string | null;
  from_how: 'take-up' | 'starts' | null;
  /** JSON of the overlap that was seen, sealed. */
  overlap: Uint8Array | null;
  mail_id: string | null;
  /** JSON of the fields that came from the mail, sealed. */
  mail_filled: Uint8Array | null;
}

/** One row for each way in which a child of the case may be found. */
export interface ChildIndexTable {
  council: string;
  digest: string;
  case_id: string;
  child: string;
}

export interface ListEntriesTable {
  council: string;
  list: string;
  case_id: string;
  reference: string;
  pathway: string;
  state: string;
  since: Instant | Day;
}

export interface WaitingTable {
  case_id: string;
  position: number;
  reference: string;
  council: string;
  pathway: string;
  cycle: string;
  step: string;
  title: string;
  team: string | null;
  session: Day | null;
}

export interface BookingsTable {
  case_id: string;
  step: string;
  event_id: string;
  organiser: string;
  start_at: Instant;
  end_at: Instant;
}

export interface DiariesTable {
  organiser: string;
  cursor: string | null;
  window_from: Instant;
  window_to: Instant;
  read_at: Instant;
}

export interface SubscriptionsTable {
  resource: string;
  id: string | null;
  expires_at: Instant | null;
  due_at: Instant;
  tries: number;
  hints: number;
}

export interface MailboxesTable {
  address: string;
  cursor: string | null;
  watched_from: Instant;
  read_at: Instant | null;
  failing_since: Instant | null;
  alarmed_at: Instant | null;
  reconciled_at: Instant | null;
}

/** What the last line of a mail says, kept with it so that mails can be looked up by it. */
interface MailStanding {
  state: MailState;
  case_id: string | null;
  by: string;
  at: Instant;
  why: string | null;
  matched_by: MatchedBy | null;
  confidence: Confidence | null;
}

export interface MailsTable extends MailStanding {
  /** Order of insertion. */
  position: Generated<number>;
  id: string;
  council: string;
  /** Keyed digest of what makes two messages one mail. */
  identity: string;
  /** Keyed digest of the Message-ID that the mailbox showed; null where it showed none. */
  message_mark: string | null;
  mailbox: string;
  message_id: string;
  conversation_id: string;
  received_at: Instant;
  taken_at: Instant;
  /** Number of its last line. */
  line: number;
  urgent: number;
}

/** One line for each state that a mail came into, the first being `unread`. Never rewritten. */
export interface MailMovesTable extends MailStanding {
  mail_id: string;
  line: number;
  /** Sealed by the mail's key. */
  note: Uint8Array | null;
  /** null: as it was. */
  urgent: number | null;
}

/** `wrapped` is null once the mail has been erased. */
export interface MailContentsTable {
  mail_id: string;
  wrapped: Uint8Array | null;
  /** JSON of what was read, sealed. */
  sealed: Uint8Array | null;
  destroyed_at: Instant | null;
}

export interface MailAnswersTable {
  id: string;
  mail_id: string;
  by: string;
  at: Instant;
  /** Its text, sealed by the mail's key. */
  sealed: Uint8Array;
}

export interface SentMailsTable {
  key: string;
  internet_message_id: string;
  /** Keyed digest of it, as with the mails that came in. */
  mark: string;
  mailbox: string;
  conversation_id: string;
  sent_at: Instant;
  case_id: string | null;
  step: string | null;
  answers: string | null;
}

export interface DocumentsTable {
  id: string;
  owner: string;
  case_id: string | null;
  content_type: string;
  size: number;
  given_at: Instant;
  /** Its own key: wrapped by the master key, and by the key of the case once it is the case's. */
  wrapped: Uint8Array;
  /** Name of the file, sealed. */
  name: Uint8Array;
  sealed: Uint8Array;
}

export interface PostsTable {
  key: string;
  case_id: string | null;
  conversation_id: string;
  activity_id: string;
  service_url: string;
  digest: string;
  posted_at: Instant;
}

export interface ConversationsTable {
  key: string;
  conversation_id: string;
  service_url: string;
  tenant_id: string;
  user_id: string | null;
  team_id: string | null;
}
