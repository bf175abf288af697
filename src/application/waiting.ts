/**
 * What of a case waits for a session of a standing forum: the rows that the agendas are read from. What a gate still holds back is not
 * on any list: without its consent a family is never named to a forum (HER-D-01).
 */
import type { Case, CaseStatus } from '../domain/case/types.ts';
import type { Protocol, Step } from '../domain/protocol/types.ts';
import { sessionAfter } from '../domain/sessions.ts';
import type { Calendar } from '../domain/time/calendar.ts';
import { type Day, dayOf, type Instant } from '../domain/time/instant.ts';
import type { WaitingRow } from './ports.ts';

export function waitingOf(
  protocol: Protocol,
  of: Case,
  status: CaseStatus,
  calendar: Calendar,
  now: Instant,
): readonly WaitingRow[] {
  if (status.ended || status.stopped) return [];
  return Object.values(protocol.steps).flatMap((step): WaitingRow[] => {
    const view = status.steps[step.id];
    const cycle = cycleOf(protocol, step);
    if (cycle === undefined || step.optional || view?.state !== 'open' || view.blockedBy.length > 0) return [];
    const { id: caseId, reference, council, pathway } = of;
    return [
      {
        ...{ caseId, reference, council, pathway, cycle, step: step.id, title: step.title },
        team: status.team ?? null,
        session: sessionFor(protocol, step, cycle, status, calendar, now),
      },
    ];
  });
}

/** The cycle in whose session the step is done, or by whose session it is due. */
export function cycleOf(protocol: Protocol, step: Step): string | undefined {
  if (step.kind === 'meet' && step.sessionOf !== undefined) return step.sessionOf;
  for (const due of step.due) {
    const own = due.form === 'clock' ? protocol.clocks[due.clock] : due;
    if (own?.form === 'next') return own.cycle;
  }
  return undefined;
}

/** What is booked comes before what is due. null while the council has not set the forum's day. */
function sessionFor(
  { council }: Protocol,
  step: Step,
  cycle: string,
  status: CaseStatus,
  calendar: Calendar,
  now: Instant,
): Day | null {
  const view = status.steps[step.id];
  if (view?.booking) return dayOf(view.booking.start);
  if (view?.noDate !== undefined) return null;
  const due = status.deadlines.filter((each) => each.step === step.id && each.kind === 'session' && !each.metAt);
  const [first] = due.map((each) => each.due).sort();
  if (first !== undefined) return first;
  const forum = council.cycles[cycle];
  return (forum && sessionAfter(forum, view?.since ?? now, calendar, status.team)?.due) ?? null;
}
