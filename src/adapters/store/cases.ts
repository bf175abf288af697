/**
 * The list of cases and who is named on them: class C, rewritten with each append.
 */
import { type Selectable, sql } from 'kysely';
import type { CaseRow } from '../../application/ports.ts';
import type { CaseId, PersonId, Reference } from '../../domain/case/types.ts';
import type { CasePeopleTable, CasesTable, Db } from './tables.ts';

/** Length of the case's chain and the hash of its last event. */
export type Head = Pick<CasesTable, 'seq' | 'head'>;

export function headOf(db: Db, caseId: CaseId): Promise<Head | undefined> {
  return db.selectFrom('cases').select(['seq', 'head']).where('id', '=', caseId).executeTakeFirst();
}

/** @returns false where the id or the reference is taken */
export async function insertCase(db: Db, row: CaseRow, head: Head): Promise<boolean> {
  const result = await db
    .insertInto('cases')
    .values({ id: row.id, ...columnsOf(row), ...head })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** @returns false where the case has moved on from `expectedSeq` */
export async function updateCase(db: Db, row: CaseRow, expectedSeq: number, head: Head): Promise<boolean> {
  const result = await db
    .updateTable('cases')
    .set({ ...columnsOf(row), ...head })
    .where('id', '=', row.id)
    .where('seq', '=', expectedSeq)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

export async function rewritePeople(db: Db, { id, people }: CaseRow): Promise<void> {
  await db.deleteFrom('case_people').where('case_id', '=', id).execute();
  if (people.length === 0) return;
  const rows = people.map(({ person, role }, position) => ({ case_id: id, position, person, role }));
  await db.insertInto('case_people').values(rows).execute();
}

export function caseById(db: Db, id: CaseId): Promise<CaseRow | undefined> {
  return one(db, db.selectFrom('cases').selectAll().where('id', '=', id).executeTakeFirst());
}

export function caseByReference(db: Db, reference: Reference): Promise<CaseRow | undefined> {
  return one(db, db.selectFrom('cases').selectAll().where('reference', '=', reference).executeTakeFirst());
}

export async function casesOf(db: Db, person: PersonId): Promise<readonly CaseRow[]> {
  const rows = await selectCasesOf(db, person).execute();
  const people = await db
    .selectFrom('case_people')
    .selectAll()
    .where('case_id', 'in', selectCaseIdsOf(db, person))
    .orderBy('case_id')
    .orderBy('position')
    .execute();
  return together(rows, people);
}

/** All that have not ended, stopped ones too; newest first. */
export async function openCases(db: Db, council: string): Promise<readonly CaseRow[]> {
  const rows = await selectOpenCases(db, council).execute();
  const people = await db
    .selectFrom('case_people')
    .selectAll()
    .where('case_id', 'in', selectOpenCases(db, council).clearSelect().clearOrderBy().select('id'))
    .orderBy('case_id')
    .orderBy('position')
    .execute();
  return together(rows, people);
}

/** All of them, in no order that means anything. */
export async function caseIds(db: Db): Promise<readonly CaseId[]> {
  const rows = await db.selectFrom('cases').select('id').orderBy('id').execute();
  return rows.map(({ id }) => id);
}

/** Not ended first, newest first. Its plan is tested: it must go by the person, not through all cases. */
export function selectCasesOf(db: Db, person: PersonId) {
  return db
    .selectFrom('cases')
    .selectAll()
    .where('id', 'in', selectCaseIdsOf(db, person))
    .orderBy(sql`case when status = 'ended' then 1 else 0 end`)
    .orderBy('opened_at', 'desc')
    .orderBy('id');
}

/** The status is written out and not passed, so that the planner sees that the partial index holds them all. */
export function selectOpenCases(db: Db, council: string) {
  return db
    .selectFrom('cases')
    .selectAll()
    .where('council', '=', council)
    .where('status', '<>', sql.lit('ended'))
    .orderBy('opened_at', 'desc')
    .orderBy('id');
}

function selectCaseIdsOf(db: Db, person: PersonId) {
  return db.selectFrom('case_people').select('case_id').where('person', '=', person);
}

function columnsOf(row: CaseRow): Omit<CasesTable, 'id' | 'seq' | 'head'> {
  const { reference, council, pathway, status, holder, team, children } = row;
  const times = { opened_at: row.openedAt, updated_at: row.updatedAt };
  return { reference, council, pathway, status, holder, team, children, ...times };
}

async function one(db: Db, found: Promise<Selectable<CasesTable> | undefined>): Promise<CaseRow | undefined> {
  const row = await found;
  if (!row) return undefined;
  const people = await db
    .selectFrom('case_people')
    .selectAll()
    .where('case_id', '=', row.id)
    .orderBy('position')
    .execute();
  return together([row], people)[0];
}

function together(rows: readonly CasesTable[], people: readonly CasePeopleTable[]): readonly CaseRow[] {
  const byCase = Map.groupBy(people, ({ case_id }) => case_id);
  return rows.map(({ seq: _, head: __, opened_at: openedAt, updated_at: updatedAt, ...row }) => ({
    ...row,
    openedAt,
    updatedAt,
    people: (byCase.get(row.id) ?? []).map(({ person, role }) => ({ person, role })),
  }));
}
