/**
 * After each time of a series its owner is asked again for the next one, in a new message, shortly before its date: an edit of the last
 * time's card rings no bell, and six weeks on nobody scrolls back to it.
 */
import type { Protocol } from '../protocol/types.ts';
import type { Calendar } from '../time/calendar.ts';
import { instantAt } from '../time/instant.ts';
import { OPENS } from '../time/office-hours.ts';
import { isSeries } from './series.ts';
import type { CaseId, CaseStatus, Effect } from './types.ts';

/** As far ahead as the morning's list reaches ("this week"). */
const WORKING_DAYS_BEFORE = 5;

/** One for each series that was held or done since; what is optional is asked of nobody. The key is that of the time, whoever works it out. */
export function nextTimes(
  id: CaseId,
  protocol: Protocol,
  before: CaseStatus | undefined,
  { deadlines, steps }: CaseStatus,
  calendar: Calendar,
): Effect[] {
  return Object.values(protocol.steps).flatMap((step): Effect[] => {
    const { last, state } = steps[step.id] ?? {};
    const due = deadlines.find((deadline) => deadline.step === step.id && deadline.effective)?.due;
    const same = last?.seq === before?.steps[step.id]?.last?.seq;
    if (!isSeries(step) || step.optional || step.post === 'none') return [];
    if (state !== 'open' || last === undefined || due === undefined || same) return [];
    return [
      {
        key: `${id}/${step.id}/next-time/${last.seq}`,
        kind: 'next-time',
        step: step.id,
        after: last.seq,
        notBefore: instantAt(calendar.addWorkingDays(due, -WORKING_DAYS_BEFORE), OPENS),
      },
    ];
  });
}
