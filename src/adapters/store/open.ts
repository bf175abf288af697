/**
 * Opens the store: one database, one master key, behind the port that the use cases know.
 */
import { Kysely } from 'kysely';
import type { Store } from '../../application/ports.ts';
import { type Instant, instantFromMilliseconds } from '../../domain/time/instant.ts';
import { KEY_BYTES, type Key } from '../sealing.ts';
import { append } from './append.ts';
import { bookingsOf, forgetReadDiary, organisersAfter, readDiaries, saveReadDiary } from './bookings.ts';
import { caseById, caseByReference, caseIds, casesOf, openCases } from './cases.ts';
import { verifyChains } from './chain.ts';
import { casesWithChildren, forgetChildren } from './child-index.ts';
import { deadlinesUntil } from './deadlines.ts';
import { destroyDocuments, documentsOn } from './documents.ts';
import { deleteDraft, draftById, draftsOf, draftsOfMail, saveDraft } from './drafts.ts';
import { CannotOpen, type Engine } from './engine.ts';
import { eventsOf } from './events.ts';
import { checkMasterKey, destroyCaseKey } from './keys.ts';
import { mailBookOn } from './mail-book.ts';
import { destroyMails } from './mail-contents.ts';
import { migrate } from './migrations.ts';
import {
  claim,
  enqueue,
  finish,
  giveUp,
  nextDue,
  note,
  outboxCounts,
  outboxOf,
  releaseClaims,
  retry,
  withdraw,
} from './outbox.ts';
import {
  conversationByKey,
  cursorByName,
  postByKey,
  postsOf,
  saveConversation,
  saveCursor,
  savePost,
} from './places.ts';
import { registerEntries } from './registers.ts';
import { openSqlite } from './sqlite.ts';
import { forgetSubscription, hint, hints, hintsDone, saveSubscription, subscriptions } from './subscriptions.ts';
import type { Db, Tables } from './tables.ts';
import { waitingUndated, waitingUntil } from './waiting.ts';

export interface StoreSettings {
  /** Path of the SQLite file, which is made where it is missing, or `:memory:`. */
  readonly file: string;
  /** 32 bytes; see `loadMasterKey`. */
  readonly masterKey: Key;
  /** When a case was erased is written down by this. Default: the wall clock. */
  readonly now?: () => Instant;
}

/**
 * @throws CannotOpen where the file is no database, was written by a newer program or was sealed with another master key
 */
export async function openStore({ file, masterKey, now = wallClock }: StoreSettings): Promise<Store> {
  if (masterKey.length !== KEY_BYTES) {
    throw new CannotOpen(`The master key has ${masterKey.length} bytes; it must have ${KEY_BYTES}.`);
  }
  const engine = openSqlite(file);
  const db: Db = new Kysely<Tables>({ dialect: engine.dialect });
  try {
    await migrate(db, engine);
    await db.transaction().execute((step) => checkMasterKey(step, masterKey));
  } catch (fault) {
    await db.destroy();
    throw fault;
  }
  return storeOn(db, engine, masterKey, now);
}

function storeOn(db: Db, engine: Engine, masterKey: Key, now: () => Instant): Store {
  /** Every write is a transaction, also a single statement: only the beginning of one waits its turn among several writers. */
  const writing = <T>(work: (step: Db) => Promise<T>): Promise<T> => db.transaction().execute(work);
  let closing: Promise<void> | undefined;

  return {
    mails: mailBookOn(db, masterKey, writing),
    documents: documentsOn(db, masterKey, writing),

    append: (input) => writing((step) => append(step, masterKey, input)),
    events: (caseId) => eventsOf(db, masterKey, caseId),
    caseByReference: (reference) => caseByReference(db, reference),
    caseById: (id) => caseById(db, id),
    casesOf: (person) => casesOf(db, person),
    openCases: (council) => openCases(db, council),
    deadlinesUntil: (until, council) => deadlinesUntil(db, until, council),
    waitingUntil: (council, cycle, session) => waitingUntil(db, council, cycle, session),
    waitingUndated: (person) => waitingUndated(db, person),
    register: (council, list, state) => registerEntries(db, council, list, state),
    casesWithChildren: (council, children) => casesWithChildren(db, masterKey, council, children),
    caseIds: () => caseIds(db),

    enqueue: (items) => writing((step) => enqueue(step, items)),
    claim: (at, leaseUntil, limit) => writing((step) => claim(step, engine, at, leaseUntil, limit)),
    note: (key, progress) => writing((step) => note(step, key, progress)),
    done: (key, at) => writing((step) => finish(step, key, at)),
    retry: (key, at, error) => writing((step) => retry(step, key, at, error)),
    giveUp: (key, error) => writing((step) => giveUp(step, key, error)),
    releaseClaims: () => writing((step) => releaseClaims(step)),
    nextDue: () => nextDue(db),
    outboxOf: (caseId) => outboxOf(db, caseId),
    outboxCounts: () => outboxCounts(db),
    withdraw: (key) => writing((step) => withdraw(step, key)),

    saveDraft: (draft) => writing((step) => saveDraft(step, masterKey, draft)),
    draftsOf: (owner) => draftsOf(db, masterKey, owner),
    draft: (id) => draftById(db, masterKey, id),
    draftsOfMail: (mail) => draftsOfMail(db, masterKey, mail),
    deleteDraft: (id) => writing((step) => deleteDraft(step, id)),

    savePost: (post) => writing((step) => savePost(step, post)),
    post: (key) => postByKey(db, key),
    postsOf: (caseId) => postsOf(db, caseId),
    saveConversation: (conversation) => writing((step) => saveConversation(step, conversation)),
    conversation: (key) => conversationByKey(db, key),
    saveCursor: (name, value) => writing((step) => saveCursor(step, name, value)),
    cursor: (name) => cursorByName(db, name),

    organisersAfter: (instant) => organisersAfter(db, instant),
    bookingsOf: (organiser, after) => bookingsOf(db, organiser, after),
    readDiaries: () => readDiaries(db),
    saveReadDiary: (diary) => writing((step) => saveReadDiary(step, diary)),
    forgetReadDiary: (organiser) => writing((step) => forgetReadDiary(step, organiser)),
    subscriptions: () => subscriptions(db),
    saveSubscription: (subscription) => writing((step) => saveSubscription(step, subscription)),
    forgetSubscription: (resource) => writing((step) => forgetSubscription(step, resource)),
    hint: (resources) => writing((step) => hint(step, resources)),
    hints: () => hints(db),
    hintsDone: (resource, count) => writing((step) => hintsDone(step, resource, count)),

    verifyChains: () => verifyChains(db),
    async erase(caseId) {
      await writing(async (step) => {
        await destroyCaseKey(step, caseId, now());
        await forgetChildren(step, caseId);
        await destroyMails(step, caseId, now());
        await destroyDocuments(step, caseId);
      });
      await engine.clearTraces(db);
    },
    async ping() {
      await db.selectFrom('schema_version').select('version').executeTakeFirstOrThrow();
    },
    close() {
      // Behind whatever is under way: a transaction is let finish, not cut off.
      closing ??= db
        .connection()
        .execute(async () => {})
        .then(() => db.destroy());
      return closing;
    },
  };
}

function wallClock(): Instant {
  return instantFromMilliseconds(Date.now());
}
