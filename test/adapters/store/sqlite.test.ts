import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Compilable, Kysely } from 'kysely';
import { selectBookingsOf, selectEnds } from '../../../src/adapters/store/bookings.ts';
import { selectCasesOf, selectOpenCases } from '../../../src/adapters/store/cases.ts';
import { selectByDigest } from '../../../src/adapters/store/child-index.ts';
import { selectDeadlinesUntil } from '../../../src/adapters/store/deadlines.ts';
import { deleteLoose, selectDocumentsOf } from '../../../src/adapters/store/documents.ts';
import { selectDraftsOfMail } from '../../../src/adapters/store/drafts.ts';
import { selectAnswers } from '../../../src/adapters/store/mail-contents.ts';
import { selectByIdentity, selectSeen } from '../../../src/adapters/store/mail-intake.ts';
import { selectCounts, selectMailsOfCase, selectWaitingMails } from '../../../src/adapters/store/mail-moves.ts';
import {
  selectAnswersTo,
  selectFirstByMark,
  selectMarked,
  selectSentByMarks,
  selectSentInConversation,
} from '../../../src/adapters/store/mail-threads.ts';
import { migrate, SCHEMA_VERSION } from '../../../src/adapters/store/migrations.ts';
import { openStore } from '../../../src/adapters/store/open.ts';
import { selectNextFree, selectNextLease, updateClaimed } from '../../../src/adapters/store/outbox.ts';
import { openSqlite } from '../../../src/adapters/store/sqlite.ts';
import type { Tables } from '../../../src/adapters/store/tables.ts';
import { selectWaiting } from '../../../src/adapters/store/waiting.ts';
import { parseDay } from '../../../src/domain/time/instant.ts';
import {
  appending,
  at,
  BOX,
  booking,
  draft,
  fact,
  NOON,
  opened,
  page,
  readMail,
  seen,
  storedDocument,
} from './build.ts';
import { storeContract } from './contract.ts';
import { bytesOf, MASTER_KEY, sqlitePlace } from './sqlite-place.ts';

storeContract('SQLite', sqlitePlace);

describe('SQLite underneath', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stepwise-sqlite-'));
    file = join(folder, 'data', 'stepwise.sqlite');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const open = (masterKey: Uint8Array = MASTER_KEY) => openStore({ file, masterKey, now: () => NOON });

  test('a store in memory works and ends with the program', async () => {
    const store = await openStore({ file: ':memory:', masterKey: MASTER_KEY });
    expect(await store.append(appending('A'))).toBe('appended');
    await store.erase('A');
    await store.close();
  });

  test('a query beside a transaction that is rolled back is not rolled back with it', async () => {
    const engine = openSqlite(file);
    const db = new Kysely<Tables>({ dialect: engine.dialect });
    await migrate(db, engine);
    const gate = Promise.withResolvers<void>();
    const rolledBack = db.transaction().execute(async (step) => {
      await step.insertInto('cursors').values({ name: 'inside', value: '' }).execute();
      await gate.promise;
      throw new Error('no');
    });
    let beside = 'waits';
    const outside = db
      .insertInto('cursors')
      .values({ name: 'beside', value: '' })
      .execute()
      .then(() => {
        beside = 'written';
      });
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    expect(beside).toBe('waits');
    gate.resolve();
    await expect(rolledBack).rejects.toThrow('no');
    await outside;
    expect(await db.selectFrom('cursors').select('name').execute()).toEqual([{ name: 'beside' }]);
    await db.destroy();
  });

  test('writes are durable, and what is deleted is overwritten', async () => {
    const db = new Kysely<Tables>({ dialect: openSqlite(file).dialect });
    const setting = async (name: string) =>
      Object.values(
        (await db.executeQuery<object>({ sql: `pragma ${name}`, parameters: [] } as never)).rows[0] ?? {},
      )[0];
    expect(await setting('journal_mode')).toBe('wal');
    expect(await setting('synchronous')).toBe(2);
    expect(await setting('foreign_keys')).toBe(1);
    expect(await setting('secure_delete')).toBe(1);
    await db.transaction().execute(async () => {});
    expect(await setting('busy_timeout')).toBe(2000);
    await db.destroy();
  });

  test('the keys of an erased family, of its mails and of its documents lie nowhere on the disk any more, not even wrapped', async () => {
    const store = await open();
    await store.saveDraft(draft('d1'));
    const [mail = ''] = await store.mails.takeIn(page([seen(1)]));
    await store.mails.saveContent(mail, readMail());
    await store.append(
      appending('A', {
        draft: 'd1',
        events: [opened('o'), fact('p', { personal: { 'c1.name': 'P' } })],
        mail: { id: mail, to: 'opened', by: 'asha', at: NOON },
      }),
    );
    await store.documents.save(storedDocument('plan'), Buffer.from('PDF'));
    await store.documents.give('plan', 'A');
    const database = new DatabaseSync(file);
    const kept = ['select wrapped from case_keys', 'select wrapped, sealed from mail_contents']
      .concat('select wrapped, sealed from documents')
      .flatMap((query) => Object.values(database.prepare(query).get() ?? {}) as Uint8Array[]);
    database.close();
    const on = join(folder, 'data');
    expect(kept.map((each) => bytesOf(on).includes(Buffer.from(each)))).toEqual([true, true, true, true, true]);
    await store.erase('A');
    expect(kept.map((each) => bytesOf(on).includes(Buffer.from(each)))).toEqual([false, false, false, false, false]);
    await store.close();
  });

  test('a database written by a newer program is refused in a plain sentence, and left as it was', async () => {
    await (await open()).close();
    const database = new DatabaseSync(file);
    database.exec(`update schema_version set version = ${SCHEMA_VERSION + 1}`);
    database.close();
    const before = readFileSync(file);
    await expect(open()).rejects.toThrow(/written by a newer Stepwise.*Start the newer program/);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('a database of the first form is brought up to this one, with everything that was in it', async () => {
    const before = await open();
    await before.append(appending('A', { events: [opened('o'), fact('p', { personal: { 'c1.name': 'P' } })] }));
    await before.saveDraft(draft('d1'));
    const events = await before.events('A');
    await before.close();
    const database = new DatabaseSync(file);
    takeBack(database, 4, 3, 2);
    database.exec('update schema_version set version = 1');
    database.close();

    const after = await open();
    expect(await after.events('A')).toEqual(events);
    expect(await after.draft('d1')).toEqual(draft('d1'));
    expect(await after.register('testshire', 'plans')).toEqual([]);
    const found = { named: [{ child: 'c1', name: 'Ann Lee', birthDate: parseDay('2015-03-27') }], seen: [] };
    expect(await after.append(appending('B', { children: found }))).toBe('appended');
    expect(await after.casesWithChildren('testshire', found.named)).toEqual([{ caseId: 'B', child: 'c1' }]);
    await after.close();
  });

  test('a database of the second form is brought up to this one: what is booked is worked out anew at the start', async () => {
    const before = await open();
    await before.append(appending('A'));
    await before.close();
    const database = new DatabaseSync(file);
    takeBack(database, 4, 3);
    database.exec('update schema_version set version = 2');
    database.close();

    const after = await open();
    expect(await after.organisersAfter(NOON)).toEqual([]);
    expect(await after.append(appending('A', { expectedSeq: 1, events: [], bookings: [booking('A')] }))).toBe(
      'appended',
    );
    expect(await after.bookingsOf('grace', NOON)).toEqual([booking('A')]);
    await after.close();
  });

  test('a database of the third form is brought up to this one: drafts stay, and mails and documents can come', async () => {
    const before = await open();
    await before.append(appending('A'));
    await before.saveDraft(draft('d1'));
    await before.close();
    const database = new DatabaseSync(file);
    takeBack(database, 4);
    database.exec('update schema_version set version = 3');
    database.close();

    const after = await open();
    expect(await after.draft('d1')).toEqual(draft('d1'));
    expect(await after.mails.mailboxes()).toEqual([]);
    const [mail = ''] = await after.mails.takeIn(page([seen(1)]));
    const opens = { id: mail, to: 'opened', by: 'asha', at: NOON } as const;
    expect(await after.append(appending('B', { mail: opens, draft: 'd1' }))).toBe('appended');
    await after.documents.save(storedDocument('plan'), Buffer.from('PDF'));
    await after.documents.give('plan', 'A');
    expect(await after.documents.document('plan')).toEqual(storedDocument('plan', { caseId: 'A' }));
    await after.close();
  });

  test('several instances that start at once on an empty database all find it ready', async () => {
    const stores = await Promise.all([open(), open(), open()]);
    await stores[0]?.append(appending('A'));
    for (const store of stores) {
      expect(await store.events('A')).toHaveLength(1);
      await store.close();
    }
  });

  test('another master key than the first is refused at the start, before a family is met', async () => {
    await (await open()).close();
    await expect(open(Buffer.alloc(32, 8))).rejects.toThrow(/not the one that this database was sealed with/);
    await expect(open(Buffer.alloc(16))).rejects.toThrow('The master key has 16 bytes; it must have 32.');
    await (await open()).close();
  });

  test('a file that is no database is refused in a plain sentence', async () => {
    file = join(folder, 'letter.txt');
    writeFileSync(file, 'Dear colleague, '.repeat(100));
    await expect(open()).rejects.toThrow(/cannot be opened .*not a database/);
  });

  test('what is asked for at each tick is found by index, not by reading all there is', async () => {
    const engine = openSqlite(file);
    const db = new Kysely<Tables>({ dialect: engine.dialect });
    await migrate(db, engine);
    const database = new DatabaseSync(file);
    const planOf = (query: Compilable) => {
      const { sql, parameters } = query.compile();
      const steps = database.prepare(`explain query plan ${sql}`).all(...(parameters as string[]));
      return steps.map(({ detail }) => String(detail)).join('; ');
    };
    const until = at('17:00');
    expect(planOf(selectDeadlinesUntil(db, until))).toContain('USING INDEX deadlines_due (due_at<?)');
    expect(planOf(selectDeadlinesUntil(db, until, 'testshire'))).toContain(
      'USING INDEX deadlines_council_due (council=? AND due_at<?)',
    );
    expect(planOf(selectCasesOf(db, 'asha'))).toContain('USING COVERING INDEX case_people_person (person=?)');
    expect(planOf(selectOpenCases(db, 'testshire'))).toContain('USING INDEX cases_open (council=?)');
    expect(planOf(updateClaimed(db, engine, NOON, until, 5))).toContain(
      'USING COVERING INDEX outbox_waiting (not_before<?)',
    );
    expect(planOf(selectByDigest(db, 'testshire', ['d']))).toContain(
      'USING COVERING INDEX child_index_digest (council=? AND digest=?)',
    );
    expect(planOf(selectWaiting(db, 'testshire', 'panel', parseDay('2026-12-15')))).toContain(
      'USING INDEX waiting_session (council=? AND cycle=? AND session<?)',
    );
    expect(planOf(selectEnds(db, NOON))).toContain('USING COVERING INDEX bookings_end (end_at>?)');
    expect(planOf(selectBookingsOf(db, 'grace', NOON))).toContain(
      'USING INDEX bookings_organiser (organiser=? AND end_at>?)',
    );
    expect(planOf(selectNextFree(db))).toContain('USING COVERING INDEX outbox_waiting');
    expect(planOf(selectNextLease(db))).toContain('USING COVERING INDEX outbox_leased');
    for (const query of [
      selectDeadlinesUntil(db, until),
      selectCasesOf(db, 'asha'),
      selectOpenCases(db, 'testshire'),
      updateClaimed(db, engine, NOON, until, 5),
    ]) {
      expect(planOf(query)).not.toMatch(/SCAN (?!outbox USING COVERING)/);
    }
    database.close();
    await db.destroy();
  });

  test('and so is everything that is asked about a mail or a document, however many there are', async () => {
    const engine = openSqlite(file);
    const db = new Kysely<Tables>({ dialect: engine.dialect });
    await migrate(db, engine);
    const database = new DatabaseSync(file);
    const planOf = (query: Compilable) => {
      const { sql, parameters } = query.compile();
      const steps = database.prepare(`explain query plan ${sql}`).all(...(parameters as string[]));
      return steps.map(({ detail }) => String(detail)).join('; ');
    };
    const plans: [Compilable, string][] = [
      [selectSeen(db, ['m']), 'SEARCH mail_seen USING PRIMARY KEY (mark=?)'],
      [selectByIdentity(db, 'testshire', ['i']), 'USING INDEX mails_identity (council=? AND identity=?)'],
      [selectFirstByMark(db, 'm'), 'mails_message (message_mark=?)'],
      [selectWaitingMails(db, 'testshire'), 'USING INDEX mails_waiting (council=?)'],
      [selectMailsOfCase(db, 'A'), 'USING INDEX mails_case (case_id=?)'],
      [
        selectCounts(db, 'testshire', [BOX], NOON, at('13:00')),
        'USING COVERING INDEX mails_taken (council=? AND mailbox=? AND taken_at>? AND taken_at<?)',
      ],
      [selectMarked(db, ['m']), 'SEARCH mail_threads USING PRIMARY KEY (mark=?)'],
      [selectSentByMarks(db, ['m']), 'USING INDEX sent_mails_message (mark=?)'],
      [selectSentInConversation(db, BOX, 'c'), 'USING INDEX sent_mails_conversation (mailbox=? AND conversation_id=?)'],
      [selectAnswersTo(db, 'd', NOON), 'USING COVERING INDEX mail_answered_digest (digest=? AND at>?)'],
      [selectAnswers(db, 'm'), 'USING INDEX mail_answers_mail (mail_id=?)'],
      [selectDocumentsOf(db, 'asha'), 'USING INDEX documents_owner (owner=?)'],
      [deleteLoose(db, NOON), 'USING INDEX documents_loose (given_at<?)'],
      [selectDraftsOfMail(db, 'm'), 'USING INDEX drafts_mail (mail_id=?)'],
    ];
    for (const [query, way] of plans) {
      expect(planOf(query)).toContain(way);
      expect(planOf(query)).not.toContain('SCAN');
    }
    database.close();
    await db.destroy();
  });
});

/** What each form brought, so that a database of an earlier one can be had again. */
const BROUGHT: Readonly<Record<number, readonly string[]>> = {
  2: [
    ...['child_index', 'list_entries', 'waiting'].map((table) => `drop table ${table}`),
    ...['from_case', 'from_how', 'overlap'].map((column) => `alter table drafts drop column ${column}`),
  ],
  3: ['bookings', 'diaries', 'subscriptions'].map((table) => `drop table ${table}`),
  4: [
    ...['mail_answers', 'mail_contents', 'mail_moves', 'mails', 'mailboxes', 'mail_seen', 'mail_threads'].map(
      (table) => `drop table ${table}`,
    ),
    ...['mail_answered', 'sent_mails', 'documents'].map((table) => `drop table ${table}`),
    'drop index drafts_mail',
    ...['mail_id', 'mail_filled'].map((column) => `alter table drafts drop column ${column}`),
  ],
};

function takeBack(database: DatabaseSync, ...forms: number[]): void {
  for (const form of forms) for (const statement of BROUGHT[form] ?? []) database.exec(statement);
}
