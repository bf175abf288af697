/**
 * The index of open deadlines: what the reminders and "due this week" are read from. Derived, rewritten with each append.
 */
import type { DeadlineRow } from '../../application/ports.ts';
import type { CaseId } from '../../domain/case/types.ts';
import type { CouncilId } from '../../domain/protocol/types.ts';
import type { Instant } from '../../domain/time/instant.ts';
import type { Db, DeadlinesTable } from './tables.ts';

export async function rewriteDeadlines(db: Db, caseId: CaseId, deadlines: readonly DeadlineRow[]): Promise<void> {
  await db.deleteFrom('deadlines').where('case_id', '=', caseId).execute();
  if (deadlines.length === 0) return;
  const rows = deadlines.map((deadline, position) => ({ ...toRow(deadline), case_id: caseId, position }));
  await db.insertInto('deadlines').values(rows).execute();
}

export async function deadlinesUntil(db: Db, until: Instant, council?: CouncilId): Promise<readonly DeadlineRow[]> {
  return (await selectDeadlinesUntil(db, until, council).execute()).map(fromRow);
}

/** Its plan is tested: it must go by `due_at`, not through all deadlines. */
export function selectDeadlinesUntil(db: Db, until: Instant, council?: CouncilId) {
  const due = db.selectFrom('deadlines').selectAll().where('due_at', '<=', until);
  return (council === undefined ? due : due.where('council', '=', council))
    .orderBy('act_by')
    .orderBy('due_at')
    .orderBy('case_id')
    .orderBy('position');
}

function toRow(deadline: DeadlineRow): Omit<DeadlinesTable, 'case_id' | 'position'> {
  const { reference, council, step, title, due, role, channel, kind } = deadline;
  return {
    ...{ reference, council, step, title, due, role, channel, kind },
    due_at: deadline.dueAt,
    act_by: deadline.actBy,
    owners: JSON.stringify(deadline.owners),
    provisional: deadline.provisional ? 1 : 0,
  };
}

function fromRow({ case_id: caseId, position: _, due_at: dueAt, act_by: actBy, ...row }: DeadlinesTable): DeadlineRow {
  return {
    ...row,
    ...{ caseId, dueAt, actBy },
    owners: JSON.parse(row.owners) as string[],
    provisional: row.provisional === 1,
  };
}
