/**
 * The index of what waits for sessions of standing forums: what their agendas are read from. Derived, rewritten with each append.
 */
import type { WaitingRow } from '../../application/ports.ts';
import type { CaseId, PersonId } from '../../domain/case/types.ts';
import type { CouncilId } from '../../domain/protocol/types.ts';
import type { Day, Instant } from '../../domain/time/instant.ts';
import type { Db, WaitingTable } from './tables.ts';

export async function rewriteWaiting(db: Db, caseId: CaseId, waiting: readonly WaitingRow[]): Promise<void> {
  await db.deleteFrom('waiting').where('case_id', '=', caseId).execute();
  if (waiting.length === 0) return;
  const rows = waiting.map(({ caseId: _, ...row }, position) => ({ ...row, case_id: caseId, position }));
  await db.insertInto('waiting').values(rows).execute();
}

export async function waitingUntil(
  db: Db,
  council: CouncilId,
  cycle: string,
  session: Day,
): Promise<readonly WaitingRow[]> {
  const rows = await selectWaiting(db, council, cycle, session).execute();
  return rows.map(fromRow);
}

/** Without a session, on the cases of one person. */
export async function waitingUndated(db: Db, person: PersonId): Promise<readonly WaitingRow[]> {
  const rows = await db
    .selectFrom('waiting')
    .selectAll()
    .where('case_id', 'in', db.selectFrom('case_people').select('case_id').where('person', '=', person))
    .where('session', 'is', null)
    .orderBy('reference')
    .orderBy('position')
    .execute();
  return rows.map(fromRow);
}

function fromRow({
  case_id: caseId,
  position: _,
  opened_at: __,
  ...row
}: WaitingTable & { readonly opened_at?: Instant }): WaitingRow {
  return { ...row, caseId };
}

/** Its plan is tested: it must go by the cycle. */
export function selectWaiting(db: Db, council: CouncilId, cycle: string, session: Day) {
  return db
    .selectFrom('waiting')
    .innerJoin('cases', 'cases.id', 'waiting.case_id')
    .selectAll('waiting')
    .select('cases.opened_at')
    .where('waiting.council', '=', council)
    .where('waiting.cycle', '=', cycle)
    .where('waiting.session', '<=', session)
    .orderBy('cases.opened_at')
    .orderBy('waiting.case_id')
    .orderBy('waiting.position');
}
