/** How a case stands now: derived from its facts, its protocol, the calendar and `now`; kept nowhere. */
import { deadlinesOf, noDateOf } from '../due.ts';
import type { Gate, Protocol, ServiceId, Step, StepId } from '../protocol/types.ts';
import type { Calendar } from '../time/calendar.ts';
import { type Day, dayOf, type Instant } from '../time/instant.ts';
import { endingOf, pausedOn, stopOf } from './ending.ts';
import { blockedGates } from './gates.ts';
import { limitPassed } from './held-back.ts';
import { type Deciding, isJoint } from './joint.ts';
import { listsOn } from './lists.ts';
import { namedOn } from './named.ts';
import { type Reading, readCase } from './reading.ts';
import { rungOf } from './rungs.ts';
import { outcomesOf } from './steps.ts';
import { agreementOf, teamsNamed } from './teams.ts';
import { compareTimes } from './times.ts';
import type { BlockedGate, Booking, Case, CaseStatus, PersonId, StepView } from './types.ts';

/** @throws BeyondCalendar where a date would rest on bank holidays that are not known */
export function statusOf(protocol: Protocol, theCase: Case, calendar: Calendar, now: Instant): CaseStatus {
  const reading = readCase(protocol, theCase);
  const ending = endingOf(reading);
  const stopped = stopOf(reading);
  const paused = pausedOn(reading.facts, now);
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
    lists: listsOn(reading),
    agencies: reading.agencies.ids,
    ...(team === undefined ? {} : { team }),
    ...(ending === undefined ? {} : { ended: { how: ending.how, at: ending.at } }),
    ...(paused === undefined || ending !== undefined ? {} : { paused }),
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
  const instances = step.each === undefined ? {} : { instances: instancesOf(reading, step, ending !== undefined) };
  const bare = { step: step.id, blockedBy: [], blockedOutcomes: {}, ...instances };
  if (ending !== undefined && standing.state !== 'done') {
    // What was open when the case ended was skipped; what had not begun never applied.
    return standing.state === 'open'
      ? { ...bare, state: 'skipped', since: ending.at }
      : { ...bare, state: 'not-applicable' };
  }
  const { openedAt: _, ...rest } = standing;
  const meeting = step.kind === 'meet' ? reading.meeting(step) : undefined;
  const open = standing.state === 'open';
  const said = open && isJoint(step) ? saidSoFar(reading, step) : [];
  const noDate = open ? noDateOf(reading, step, calendar) : undefined;
  const blockedOutcomes: Record<string, readonly BlockedGate[]> = {};
  if (open) {
    for (const [id, outcome] of Object.entries(outcomesOf(step))) {
      const blocked = blockedForAll(reading, step, outcome.gates, calendar, now);
      if (blocked.length > 0) blockedOutcomes[id] = blocked;
    }
  }
  return {
    ...bare,
    ...rest,
    blockedBy: open ? blockedForAll(reading, step, step.gates, calendar, now) : [],
    blockedOutcomes,
    ...(meeting?.booking === undefined
      ? {}
      : { booking: bookingOf(meeting.booking, passed(reading, step, meeting.booking, calendar, now)) }),
    ...(noDate === undefined ? {} : { noDate }),
    ...(meeting?.noTime === undefined ? {} : { noTime: meeting.noTime }),
    ...(open && meeting?.lost !== undefined ? { lost: meeting.lost } : {}),
    ...(step.kind === 'resolve' && open ? { rung: rungOf(reading, step) } : {}),
    ...(said.length > 0 ? { agreed: said } : {}),
  };
}

/** Who has said what, where others are still to say; of a decision about each child nothing is said about all. */
function saidSoFar(reading: Reading, step: Deciding): NonNullable<StepView['agreed']> {
  if (step.each !== undefined) return [];
  return agreementOf(reading.protocol, reading.case, reading.facts, step).said;
}

/** How it stands for each child or agency. A child that has left the pathway owes nothing more; what was done about it is still said. */
function instancesOf(reading: Reading, step: Step, ended: boolean): NonNullable<StepView['instances']> {
  const members = reading.members(step);
  return (step.each === 'children' ? reading.case.children : members).map((of) => {
    const { state, outcome, doneBy } = reading.standing(step, of);
    const left = ended && state === 'open' && members.includes(of) ? 'skipped' : 'not-applicable';
    return {
      of,
      state: state !== 'done' && (ended || !members.includes(of)) ? left : state,
      ...(outcome === undefined ? {} : { outcome }),
      ...(doneBy === undefined ? {} : { doneBy }),
    };
  });
}

/** What holds a step back for every child or agency for whom it is open: it may be done for one as soon as that one is free. */
function blockedForAll(
  reading: Reading,
  step: Step,
  gates: readonly Gate[],
  calendar: Calendar,
  now: Instant,
): readonly BlockedGate[] {
  const open = reading.members(step).filter((of) => reading.standing(step, of).state === 'open');
  const [first, ...others] = open.map((of) => blockedGates(reading, step, gates, calendar, now, undefined, of));
  if (first === undefined) return blockedGates(reading, step, gates, calendar, now);
  return others.reduce((fewest, each) => (each.length < fewest.length ? each : fewest), first);
}

function bookingOf({ by: _, ...booking }: Booking & { readonly by: unknown }, pastLimit: Day | undefined): Booking {
  return pastLimit === undefined ? booking : { ...booking, pastLimit };
}

/** What has taken place is told by its date. */
function passed(reading: Reading, step: Step, { start }: Booking, calendar: Calendar, now: Instant): Day | undefined {
  return reading.standing(step).state === 'open' ? limitPassed(reading, step, start, calendar, now)?.due : undefined;
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

/** Who stands in for whom today. The last word on a person counts; a cover ends with its day, and not with a pathway. */
function coverOn({ case: { earlier }, facts }: Reading, now: Instant): CaseStatus['cover'] {
  const standing = new Map<PersonId, CaseStatus['cover'][number]>();
  for (const { fact, answers } of [...earlier.flatMap((each) => each.facts), ...facts]) {
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
