/** What a choice would change, told before it is made (story A9): the session that would decide, and limits that would move. */
import type { CaseSheet } from '../../src/application/sheet.ts';
import { evolve } from '../../src/domain/case/evolve.ts';
import { statusOf } from '../../src/domain/case/status.ts';
import { outcomesOf } from '../../src/domain/case/steps.ts';
import { type CaseStatus, type Deadline, PROGRAM } from '../../src/domain/case/types.ts';
import type { Step } from '../../src/domain/protocol/types.ts';
import { BeyondCalendar } from '../../src/domain/time/calendar.ts';
import { writeDay } from '../../src/domain/time/instant.ts';

/** @returns sentences; none where the choice moves no date */
export function foreseen(sheet: CaseSheet, step: Step, part: string | undefined): string[] {
  if (part === undefined || !(part in outcomesOf(step))) return [];
  const after = imagined(sheet, `${step.id}.${part}`);
  if (!after || after.ended) return [];
  const before = effective(sheet.status);
  const sessions: string[] = [];
  const moves = new Set<string>();
  for (const [id, deadline] of effective(after)) {
    const was = before.get(id);
    const title = sheet.protocol.steps[id]?.title ?? id;
    if (!was && deadline.kind === 'session') sessions.push(`Next ${title}: ${writeDay(deadline.due)}.`);
    if (was && was.kind === 'limit' && was.due !== deadline.due)
      moves.add(`The limit of ${writeDay(was.due)} moves to ${writeDay(deadline.due)}.`);
  }
  return [...sessions, ...moves];
}

function effective({ deadlines }: CaseStatus): ReadonlyMap<string, Deadline> {
  return new Map(deadlines.flatMap((deadline) => (deadline.effective ? [[deadline.step, deadline] as const] : [])));
}

/** The case as it would stand; nothing of it is kept. */
function imagined(sheet: CaseSheet, fact: string): CaseStatus | undefined {
  const { now, protocol, calendar } = sheet;
  const event = { type: 'fact-recorded', fact, at: now, recordedAt: now, by: PROGRAM, commandKey: 'imagined' } as const;
  try {
    return statusOf(protocol, evolve(sheet.case, { ...event, answers: {} }), calendar, now);
  } catch (error) {
    // A date that nobody can know yet is not foretold.
    if (error instanceof BeyondCalendar) return undefined;
    throw error;
  }
}
