/**
 * A case read by its protocol: what is true, false or not known yet, and since when. Made anew for each question, holds no state
 * of its own beyond answers already worked out.
 */

import type { Condition, MeetStep, Protocol, Ref, Step, StepId } from '../protocol/types.ts';
import type { Count } from '../time/count.ts';
import { addDays } from '../time/day-number.ts';
import { addMonths, type Day, isDay } from '../time/instant.ts';
import { AGENCY, type Agencies, agenciesNamed } from './agencies.ts';
import { sameWhom, whom } from './declining.ts';
import { answerOf, holds, partOf } from './facts.ts';
import { childrenPresent, inForce } from './in-force.ts';
import { type Deciding, isJoint } from './joint.ts';
import { type Meeting, OUTLOOK, readMeeting } from './meeting.ts';
import { isSeries, occurrencesOf } from './series.ts';
import { effectOfPart, fieldsOf, isMailed, outcomesOf, own } from './steps.ts';
import { agreementOf } from './teams.ts';
import { compareTimes, dayOfTime, latestOf, type Time } from './times.ts';
import type { Answers, Case, ChildId, PersonId, RecordedFact, StepState, Truth } from './types.ts';

export interface Reading {
  readonly protocol: Protocol;
  readonly case: Case;
  /** Facts in force: those that a later decision reopened are left out. */
  readonly facts: readonly RecordedFact[];
  truth(ref: Ref, child?: ChildId): Truth;
  /** How a step stands, before the case's end is looked at. */
  standing(step: Step, child?: ChildId): Standing;
  /** Facts in force of a step, in order; with a part, those of that part only (`''`: the step itself). */
  factsOf(step: StepId, part?: string): readonly RecordedFact[];
  meeting(step: MeetStep): Meeting;
  /** How often something was recorded; of what is no step or fact, once if it is true. */
  times(ref: Ref, child?: ChildId): number;
  /** For whom a step is done, one by one: the children still on the pathway, or the agencies. Empty where it is done once for all. */
  members(step: Step): readonly ChildId[];
  readonly agencies: Agencies;
}

export interface Standing {
  readonly state: Exclude<StepState, 'skipped'>;
  readonly since?: Time;
  readonly openedAt?: Time;
  readonly doneBy?: RecordedFact;
  readonly outcome?: string;
  /** Of a series: the last time that it was held or done. */
  readonly last?: RecordedFact;
}

const FALSE: Truth = { is: 'false' };
const UNKNOWN: Truth = { is: 'unknown' };

/** @param attempt answers of the command being tried, which a gate may read as `form.field.option` */
export function readCase(protocol: Protocol, theCase: Case, attempt?: Answers): Reading {
  const facts = inForce(protocol, theCase);
  const byStep = new Map<StepId, RecordedFact[]>();
  for (const fact of facts) {
    const head = fact.fact.split('.')[0] ?? '';
    byStep.set(head, [...(byStep.get(head) ?? []), fact]);
  }
  const known = new Map<string, Truth>();
  const standings = new Map<string, Standing>();
  const asking = new Set<string>();
  let circles = 0;
  const present = childrenPresent(protocol, theCase, facts);
  const agencies = agenciesNamed(protocol, facts);
  const decidedTogether = (step: Deciding, child?: ChildId) =>
    agreementOf(protocol, theCase, facts, step, child).decidedBy;
  /** On this pathway since: what opens after nothing opened then. */
  const begun = theCase.earlier.at(-1)?.until ?? theCase.openedAt;

  function factsOf(step: StepId, part?: string): readonly RecordedFact[] {
    const all = byStep.get(step) ?? [];
    if (part === undefined) return all;
    const name = part === '' ? step : `${step}.${part}`;
    return all.filter(({ fact }) => fact === name);
  }

  function truth(ref: Ref, child?: ChildId): Truth {
    const key = `${ref}|${child ?? ''}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    // Asked again while being answered: a circle, which the loader refuses; never an endless loop here.
    if (asking.has(key)) {
      circles += 1;
      return UNKNOWN;
    }
    const met = circles;
    asking.add(key);
    const answer = work(ref, child);
    asking.delete(key);
    // What was answered on the way round a circle holds only for the question it was part of.
    if (circles === met || asking.size === 0) known.set(key, answer);
    return answer;
  }

  function work(ref: Ref, child?: ChildId): Truth {
    const [head = '', ...rest] = ref.split('.');
    if (head === 'setting') {
      const name = rest[0] ?? '';
      const value = own(theCase.settings, name) ?? own(protocol.council.settings, name)?.default;
      return value === rest[1] ? { is: 'true', at: theCase.openedAt } : FALSE;
    }
    if (head === 'list') {
      // As it was when the pathway started: a form that writes the list must not change its own reason.
      return own(theCase.settings, `list.${rest[0]}`) === rest[1] ? { is: 'true', at: theCase.openedAt } : FALSE;
    }
    // The answers being tried, unless a step of the pathway is called `form` and they say nothing of it.
    if (head === 'form' && rest.length > 0) {
      const tried = attempt && own(attempt, rest[0] ?? '');
      if (tried !== undefined) return holds(tried, rest[1]) ? { is: 'true', at: theCase.openedAt } : FALSE;
      if (own(protocol.steps, 'form') === undefined) return attempt === undefined ? UNKNOWN : FALSE;
    }
    const condition = own(protocol.conditions, head);
    if (condition?.window !== undefined) return windowTruth(condition.window, child);
    if (condition !== undefined) return conditionTruth(condition, child);
    const step = own(protocol.steps, head);
    if (step !== undefined) return stepTruth(step, rest, child);
    return factTruth(head, rest);
  }

  function conditionTruth(condition: Condition, child?: ChildId): Truth {
    const all = condition.all.map((ref) => truth(ref, child));
    const any = condition.any.map((ref) => truth(ref, child));
    if (condition.none.some((ref) => truth(ref, child).is === 'true')) return FALSE;
    if (all.some(({ is }) => is === 'false')) return FALSE;
    if (any.length > 0 && any.every(({ is }) => is === 'false')) return FALSE;
    const trueAll = all.filter((each) => each.is === 'true');
    const trueAny = any.filter((each) => each.is === 'true').sort((one, other) => compareTimes(one.at, other.at));
    if (trueAll.length < all.length || (any.length > 0 && trueAny.length === 0)) return UNKNOWN;
    // The first of several routes to arrive stands, so that a second one does not move the anchor.
    const members = [...trueAll, ...trueAny.slice(0, 1)].sort((one, other) => compareTimes(one.at, other.at));
    return members.at(-1) ?? { is: 'true', at: theCase.openedAt };
  }

  /** HER-F-01: it came at or after the one and on or before so long after it, the last day included. */
  function windowTruth({ happened, within, of }: NonNullable<Condition['window']>, child?: ChildId): Truth {
    const it = truth(happened, child);
    const start = truth(of, child);
    if (it.is === 'false' || start.is === 'false') return FALSE;
    if (it.is === 'unknown' || start.is === 'unknown') return UNKNOWN;
    // Where only the day of one is known, what happened on the same day came after it.
    const before =
      isDay(it.at) || isDay(start.at) ? dayOfTime(it.at) < dayOfTime(start.at) : compareTimes(it.at, start.at) < 0;
    return before || dayOfTime(it.at) > endOfWindow(dayOfTime(start.at), within) ? FALSE : it;
  }

  function factTruth(head: string, rest: readonly string[]): Truth {
    const name = [head, ...rest].join('.');
    const recorded = (byStep.get(head) ?? []).filter(({ fact }) => fact === name).at(-1);
    if (recorded) return { is: 'true', at: recorded.at, fact: recorded };
    if (own(protocol.facts, head) === undefined || rest.length === 0) return UNKNOWN;
    const last = factsOf(head, '').at(-1);
    if (rest[0] === 'expected') return last ? { is: 'true', at: last.at, fact: last } : UNKNOWN;
    if (last === undefined) return UNKNOWN;
    return answerTruth([last], rest) ?? FALSE;
  }

  function answerTruth(
    from: readonly RecordedFact[],
    [field = '', option]: readonly string[],
    child?: ChildId,
  ): Truth | undefined {
    const answered = from.filter((fact) => answerOf(fact, field, child) !== undefined).at(-1);
    if (answered === undefined) return undefined;
    return holds(answerOf(answered, field, child), option) ? { is: 'true', at: answered.at, fact: answered } : FALSE;
  }

  function stepTruth(step: Step, rest: readonly string[], child?: ChildId): Truth {
    if (step.each !== undefined && !isOneOf(step, child)) {
      const every = members(step).map((each) => stepTruth(step, rest, each));
      if (every.length === 0 && step.each === 'agencies') return ofNone(step, rest[0]);
      if (every.some(({ is }) => is === 'false')) return FALSE;
      const arrived = every.filter((each) => each.is === 'true').sort((one, other) => compareTimes(one.at, other.at));
      return arrived.length === every.length ? (arrived.at(-1) ?? UNKNOWN) : UNKNOWN;
    }
    const at = standing(step, child);
    const facts = ofChild(factsOf(step.id), step, child);
    const never: Truth = at.state === 'not-applicable' ? FALSE : UNKNOWN;
    const part = rest[0];
    if (part === 'open')
      return at.state === 'open' && at.since ? { is: 'true', at: at.since } : at.state === 'waiting' ? UNKNOWN : FALSE;
    if (part === 'opened') {
      const opened = at.openedAt ?? (at.state === 'done' ? at.since : undefined);
      return opened && (at.state === 'open' || at.state === 'done') ? { is: 'true', at: opened } : never;
    }
    const last = (...parts: readonly (string | undefined)[]): RecordedFact | undefined =>
      facts.filter((fact) => parts.includes(partOf(fact))).at(-1);
    const is = (fact: RecordedFact | undefined, otherwise: Truth = never): Truth =>
      fact ? { is: 'true', at: fact.at, fact } : otherwise;
    const fields = fieldsOf(protocol, step);
    // Once held or done it is true for good; the latest time counts. A way in which it ended may still come.
    if (isSeries(step) && step.kind !== 'meet') {
      if (part !== undefined && own(outcomesOf(step), part)) return is(last(part));
      if (part === undefined) return is(at.last);
      if (isMoment(step, part)) return is(last(part) ?? (PLAINLY_DONE.includes(part) ? last(undefined) : undefined));
    }
    if (part !== undefined && own(fields, part) !== undefined && !(part in outcomesOf(step)) && !isMoment(step, part)) {
      return (
        answerTruth(facts, rest, child) ?? (at.state === 'done' || at.state === 'not-applicable' ? FALSE : UNKNOWN)
      );
    }
    switch (step.kind) {
      case 'send':
        if (part === 'received') return is(last('received'));
        if (part === 'sent')
          return is(last('sent') ?? (isMailed(step) ? undefined : last(undefined)) ?? last('received'));
        return is(at.doneBy);
      case 'record':
        return is(at.doneBy);
      case 'consent': {
        const withdrawn = withdrawal(facts);
        const latest = withdrawn ?? facts.at(-1);
        const word = latest === undefined ? undefined : withdrawn ? 'withdrawn' : (partOf(latest) ?? 'given');
        if (part === undefined) return word === 'refused' || word === 'withdrawn' ? FALSE : is(at.doneBy);
        return word === part ? is(latest) : word === undefined ? never : FALSE;
      }
      case 'assign': {
        const word = at.doneBy && (partOf(at.doneBy) ?? 'named');
        if (word === undefined) return never;
        return word === (part ?? 'named') ? is(at.doneBy) : FALSE;
      }
      case 'decide':
      case 'resolve':
        if (part === undefined) return is(at.doneBy);
        if (part === 'not-agreed') return is(last(part));
        return at.outcome === part ? is(at.doneBy) : at.state === 'done' ? FALSE : never;
      case 'meet':
        return meetTruth(step, rest, at, facts, never);
    }
  }

  function meetTruth(
    step: MeetStep,
    [part, role]: readonly string[],
    at: Standing,
    facts: readonly RecordedFact[],
    never: Truth,
  ): Truth {
    const notHeld = facts.filter((fact) => partOf(fact) === 'not-held').at(-1);
    const took = facts
      .filter((fact) => ['held', undefined, ...Object.keys(step.outcomes)].includes(partOf(fact)))
      .filter((fact) => fact.seq > (notHeld?.seq ?? 0));
    // A meeting that was decided in was held, whoever forgot to say so; its own moment goes before the decision's.
    const held = isSeries(step)
      ? at.last
      : (took.find((fact) => partOf(fact) === 'held' || partOf(fact) === undefined) ?? took[0]);
    const is = (fact: RecordedFact | undefined): Truth => (fact ? { is: 'true', at: fact.at, fact } : never);
    switch (part) {
      case undefined:
      case 'held':
        return is(held);
      case 'starts':
      case 'booked':
      case 'booking': {
        const { booking } = meeting(step);
        if (booking === undefined) return never;
        if (part === 'starts') return { is: 'true', at: booking.start, fact: booking.by };
        return part === 'booking' || booking.state === 'booked' ? is(booking.by) : never;
      }
      case 'not-held':
        return notHeld && held === undefined ? is(notHeld) : at.state === 'done' ? FALSE : never;
      case 'no-time':
        return is(meeting(step).noTime);
      case 'attended':
      case 'absent': {
        const there = held && answerOf(held, 'attended');
        if (held === undefined || there === undefined) return never;
        return holds(there, role) === (part === 'attended') ? is(held) : FALSE;
      }
      case 'declined':
        return is(
          facts
            .filter(
              (fact) =>
                partOf(fact) === `declined.${role}` ||
                (partOf(fact) === 'declined' && holds(answerOf(fact, 'role'), role)),
            )
            .filter((fact) => !takenBack(facts, fact))
            .at(-1),
        );
      default: {
        if (own(step.outcomes, part) !== undefined && !isSeries(step))
          return at.outcome === part ? is(at.doneBy) : at.state === 'done' ? FALSE : never;
        return is(facts.filter((fact) => partOf(fact) === part).at(-1));
      }
    }
  }

  /** The family changed its mind: every agreement is withdrawn until it agrees again. */
  function withdrawal(ofConsent: readonly RecordedFact[]): RecordedFact | undefined {
    const latest = facts.filter(({ fact }) => fact === 'withdrawn' || fact === 'withdrawn.again').at(-1);
    const own = ofConsent.at(-1);
    if (latest?.fact === 'withdrawn' && (own === undefined || own.seq < latest.seq)) return latest;
    return own && partOf(own) === 'withdrawn' ? own : undefined;
  }

  function standing(step: Step, child?: ChildId): Standing {
    const key = `${step.id}|${child ?? ''}`;
    const found = standings.get(key);
    if (found !== undefined) return found;
    const met = circles;
    const worked = step.each !== undefined && !isOneOf(step, child) ? together(step) : alone(step, child);
    if (circles === met || asking.size === 0) standings.set(key, worked);
    return worked;
  }

  function together(step: Step): Standing {
    const every = members(step).map((each) => standing(step, each));
    if (every.length === 0 && step.each === 'agencies') {
      // Nobody to do it for: it waits like any other step for its time, and is then not needed.
      const bare = alone(step);
      return bare.state === 'waiting' ? bare : { state: 'not-applicable' };
    }
    const done = every.filter(({ state }) => state === 'done');
    if (every.length > 0 && done.length === every.length) {
      return done
        .sort((one, other) => compareTimes(one.since ?? theCase.openedAt, other.since ?? theCase.openedAt))
        .at(-1) as Standing;
    }
    return (
      every.find(({ state }) => state === 'open') ??
      every.find(({ state }) => state === 'waiting') ?? { state: 'not-applicable' }
    );
  }

  function alone(step: Step, child?: ChildId): Standing {
    let doneBy: RecordedFact | undefined;
    const facts = ofChild(factsOf(step.id), step, child);
    const last = isSeries(step) ? occurrencesOf(step, facts).at(-1)?.by : undefined;
    for (const fact of facts) {
      const effect = effectOfPart(step, partOf(fact));
      if (effect === 'does') doneBy = fact;
      if (effect === 'undoes') doneBy = undefined;
    }
    if (step.kind === 'consent' && withdrawal(facts)) doneBy = undefined;
    // One word of several that are needed decides nothing.
    if (isJoint(step)) doneBy = decidedTogether(step, child);
    const after = step.after.map((ref) => truth(ref, child));
    const openedAt = latestOf(after.flatMap((each) => (each.is === 'true' ? [each.at] : []))) ?? begun;
    if (doneBy !== undefined && !isSeries(step)) {
      // It stays done although what it came after has since become false.
      const part = partOf(doneBy);
      const outcome = part !== undefined && own(outcomesOf(step), part) ? part : undefined;
      return { state: 'done', since: doneBy.at, openedAt, doneBy, ...(outcome === undefined ? {} : { outcome }) };
    }
    if (after.some(({ is }) => is === 'false') || step.unless.some((ref) => truth(ref, child).is === 'true')) {
      return { state: 'not-applicable', ...(last === undefined ? {} : { last }) };
    }
    if (after.some(({ is }) => is === 'unknown')) return { state: 'waiting', ...(last === undefined ? {} : { last }) };
    const undone = facts.filter((fact) => effectOfPart(step, partOf(fact)) === 'undoes').at(-1);
    const since = latestOf([openedAt, ...(undone ? [undone.at] : []), ...(last ? [last.at] : [])]) ?? openedAt;
    return { state: 'open', since, openedAt, ...(last === undefined ? {} : { last }) };
  }

  function members(step: Step): readonly ChildId[] {
    return step.each === undefined ? [] : step.each === 'children' ? present : agencies.ids;
  }

  /** Where there are no agencies, each of them has agreed and none has refused. */
  function ofNone(step: Step, part: string | undefined): Truth {
    const { state, openedAt } = alone(step);
    if (state === 'waiting') return UNKNOWN;
    if (state === 'not-applicable' || openedAt === undefined) return FALSE;
    const good =
      part === undefined || (effectOfPart(step, part) === 'does' && own(outcomesOf(step), part) === undefined);
    return good || part === 'held' ? { is: 'true', at: openedAt } : FALSE;
  }

  function times(ref: Ref, child?: ChildId): number {
    const [head = '', ...rest] = ref.split('.');
    const step = own(protocol.steps, head);
    const part = rest[0];
    if (step === undefined) {
      const recorded = (byStep.get(head) ?? []).filter(({ fact }) => fact === ref).length;
      return Math.max(recorded, truth(ref, child).is === 'true' ? 1 : 0);
    }
    const of = ofChild(factsOf(head), step, child);
    if (part === undefined || part === 'held') return occurrencesOf(step, of).length;
    const named = of.filter((fact) => partOf(fact) === part).length;
    const answered = of.filter((fact) => {
      const answer = answerOf(fact, part, child);
      return answer !== undefined && holds(answer, rest[1]);
    }).length;
    return Math.max(named, answered, truth(ref, child).is === 'true' ? 1 : 0);
  }

  function meeting(step: MeetStep): Meeting {
    return readMeeting(step, factsOf(step.id), named, protocol);
  }

  /** Fact by which a role's present holder was named, where the holder before was somebody else. */
  function named(role: string): RecordedFact | undefined {
    const step = Object.values(protocol.steps).find((each) => each.kind === 'assign' && each.fills === role);
    if (step === undefined) return undefined;
    let change: RecordedFact | undefined;
    let holder: PersonId | undefined;
    for (const fact of factsOf(step.id)) {
      const person = personNamed(protocol, step, fact);
      if (person !== undefined && holder !== undefined && person !== holder) change = fact;
      holder = person ?? holder;
    }
    return change;
  }

  return { protocol, case: theCase, facts, truth, standing, factsOf, meeting, times, members, agencies };
}

/** Whom a naming named, on its own card or on a page of the opening. */
export function personNamed(protocol: Protocol, step: Step, fact: RecordedFact): PersonId | undefined {
  if (step.kind !== 'assign') return undefined;
  const people = Object.values(fieldsOf(protocol, step)).filter(({ type }) => type === 'person');
  const field = people.find(({ role }) => role === step.fills) ?? people[0];
  const answer = answerOf(fact, field?.id ?? 'person');
  return typeof answer === 'string' && answer !== '' ? answer : undefined;
}

/** Who declined has accepted since. */
function takenBack(facts: readonly RecordedFact[], declined: RecordedFact): boolean {
  return facts.some((fact) => partOf(fact) === 'accepted' && fact.seq > declined.seq && sameWhom(whom(declined), fact));
}

/** Moments that a fact without a part stands for. */
const PLAINLY_DONE = ['given', 'named', 'sent'];

function isMoment(step: Step, part: string): boolean {
  return (
    effectOfPart(step, part) !== 'neither' ||
    (step.kind === 'meet' && [...OUTLOOK, 'starts', 'attended', 'absent', 'declined'].includes(part))
  );
}

/** Whether it is about one of those for whom the step is done. A step for each agency may wait for one about each child. */
function isOneOf(step: Step, child: ChildId | undefined): child is ChildId {
  return step.each !== undefined && child !== undefined && AGENCY.test(child) === (step.each === 'agencies');
}

function endOfWindow(start: Day, { n, unit }: Count): Day {
  switch (unit) {
    case 'days':
      return addDays(start, n);
    case 'weeks':
      return addDays(start, n * 7);
    case 'months':
      return addMonths(start, n);
    case 'years':
      return addMonths(start, n * 12);
    default:
      throw new RangeError(`A window cannot be ${n} ${unit} long: the check of the data refuses it.`);
  }
}

function ofChild(facts: readonly RecordedFact[], step: Step, child: ChildId | undefined): readonly RecordedFact[] {
  return isOneOf(step, child) ? facts.filter((fact) => fact.child === child || fact.child === undefined) : facts;
}
