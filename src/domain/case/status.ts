/** How a case stands now: derived from its facts, its protocol, the calendar and `now`; kept nowhere. */
import { deadlinesOf } from '../due.ts';
import type { Protocol, RoleId, ServiceId, Step, StepId } from '../protocol/types.ts';
import type { Calendar } from '../time/calendar.ts';
import { type Day, dayOf, type Instant } from '../time/instant.ts';
import { endingOf, stopOf } from './ending.ts';
import { blockedGates } from './gates.ts';
import { personNamed, type Reading, readCase } from './reading.ts';
import { outcomesOf } from './steps.ts';
import { teamsNamed } from './teams.ts';
import { compareTimes } from './times.ts';
import type { BlockedGate, Booking, Case, CaseStatus, PersonId, StepView } from './types.ts';

/** @throws BeyondCalendar where a date would rest on bank holidays that are not known */
export function statusOf(protocol: Protocol, theCase: Case, calendar: Calendar, now: Instant): CaseStatus {
  const reading = readCase(protocol, theCase);
  const ending = endingOf(reading);
  const stopped = stopOf(reading);
  const steps: Record<StepId, StepView> = {};
  for (const step of Object.values(protocol.steps)) {
    steps[step.id] = viewOf(reading, step, calendar, now, ending);
  }
  const { team, all } = teamsNamed(protocol, theCase, reading.facts);
  const settling = Object.values(protocol.steps).some(
    (step) => step.kind === 'resolve' && steps[step.id]?.state === 'open',
  );
  const teams = settling
    ? [...new Set([...(team === undefined ? [] : [team]), ...[...all].reverse()])]
    : team === undefined
      ? []
      : [team];
  return {
    steps,
    deadlines: Object.values(protocol.steps).flatMap((step) =>
      deadlinesOf(reading, step, calendar, now, ending !== undefined),
    ),
    holder: holderOf(reading),
    teams,
    named: namedOn(reading),
    cover: coverOn(reading, now),
    lists: {},
    agencies: [],
    ...(team === undefined ? {} : { team }),
    ...(ending === undefined ? {} : { ended: { how: ending.how, at: ending.at } }),
    ...(stopped === undefined ? {} : { stopped }),
  };
}

export function viewOf(
  reading: Reading,
  step: Step,
  calendar: Calendar,
  now: Instant,
  ending: { readonly at: Instant | Day } | undefined,
): StepView {
  const standing = reading.standing(step);
  const bare = { step: step.id, blockedBy: [], blockedOutcomes: {} };
  if (ending !== undefined && standing.state !== 'done') {
    // What was open when the case ended was skipped; what had not begun never applied.
    return standing.state === 'open'
      ? { ...bare, state: 'skipped', since: ending.at }
      : { ...bare, state: 'not-applicable' };
  }
  const { openedAt: _, ...rest } = standing;
  const meeting = step.kind === 'meet' ? reading.meeting(step) : undefined;
  const open = standing.state === 'open';
  const blockedOutcomes: Record<string, readonly BlockedGate[]> = {};
  if (open) {
    for (const [id, outcome] of Object.entries(outcomesOf(step))) {
      const blocked = blockedGates(reading, step, outcome.gates, calendar, now);
      if (blocked.length > 0) blockedOutcomes[id] = blocked;
    }
  }
  return {
    ...bare,
    ...rest,
    blockedBy: open ? blockedGates(reading, step, step.gates, calendar, now) : [],
    blockedOutcomes,
    ...(meeting?.booking === undefined ? {} : { booking: bookingOf(meeting.booking) }),
    ...(meeting?.noTime === undefined ? {} : { noTime: meeting.noTime }),
    ...(step.kind === 'resolve' && open ? { rung: rungOf(reading, step) } : {}),
  };
}

/** Index of the rung that decides now: one up for each time it was not agreed. */
export function rungOf(reading: Reading, step: Extract<Step, { kind: 'resolve' }>): number {
  return Math.min(reading.factsOf(step.id, 'not-agreed').length, Math.max(0, step.rungs.length - 1));
}

function bookingOf({ by: _, ...booking }: Booking & { readonly by: unknown }): Booking {
  return booking;
}

/** Exactly one service at every moment. Of several moves that have come true the latest wins. */
function holderOf(reading: Reading): ServiceId {
  const { starts, moves } = reading.protocol.holder;
  let holder = starts;
  let latest: { at: Instant | Day; seq: number } | undefined;
  for (const { to, on } of moves) {
    const truth = reading.truth(on);
    if (truth.is !== 'true') continue;
    const seq = truth.fact?.seq ?? 0;
    const order = latest === undefined ? 1 : compareTimes(truth.at, latest.at) || seq - latest.seq;
    if (order < 0) continue;
    holder = to;
    latest = { at: truth.at, seq };
  }
  return holder;
}

/** The person named for each role of the case: who opened it, and whom the assign steps named. */
function namedOn(reading: Reading): Readonly<Record<RoleId, PersonId>> {
  const named: Record<RoleId, PersonId> = {};
  const { protocol } = reading;
  for (const role of protocol.opening.by) {
    if (protocol.council.roles[role]?.held === 'named' && reading.case.openedBy !== '')
      named[role] = reading.case.openedBy;
  }
  for (const step of Object.values(protocol.steps)) {
    if (step.kind !== 'assign') continue;
    const { doneBy } = reading.standing(step);
    const person = doneBy && personNamed(step, doneBy);
    if (person !== undefined) named[step.fills] = person;
  }
  return named;
}

/** Who stands in for whom today. The last word on a person counts; a cover ends with its day. */
function coverOn(reading: Reading, now: Instant): CaseStatus['cover'] {
  const standing = new Map<PersonId, CaseStatus['cover'][number]>();
  for (const { fact, answers } of reading.facts) {
    const { person, cover, until } = answers;
    if (typeof person !== 'string') continue;
    if (fact === 'cover.left') standing.delete(person);
    if (fact === 'cover.set' && typeof cover === 'string' && typeof until === 'string') {
      standing.set(person, { person, cover, until: until as Day });
    }
  }
  const today = dayOf(now);
  return [...standing.values()].filter(({ until }) => today <= until);
}
