/**
 * What follows from a change: mails, cards, invitations, questions to ask later. Data, found by comparing the case before and
 * after, so that what did not change is not said again. Keys are made of the case, the step and the number of the event, so that the
 * same change gives the same keys whoever works it out.
 */
import { session } from '../due.ts';
import type { MeetStep, Protocol, RoleId, SendStep, Step, StepId } from '../protocol/types.ts';
import type { Calendar } from '../time/calendar.ts';
import { addMinutes, dayOf, type Instant, instantAt, timeOf } from '../time/instant.ts';
import { CLOSES, isOfficeTime, nextOfficeMoment } from '../time/office-hours.ts';
import { recordersFor } from './as-whom.ts';
import { expectedOn } from './expected.ts';
import { broughtAbout } from './in-force.ts';
import type { Meeting } from './meeting.ts';
import { nextTimes } from './next-time.ts';
import { type Reading, readCase } from './reading.ts';
import { statusOf } from './status.ts';
import { type Consequences, isMailed, own, roleOf, stepOfFact } from './steps.ts';
import {
  type Audience,
  type Case,
  type CaseStatus,
  type Effect,
  type PersonId,
  PROGRAM,
  type RecordedFact,
  type StepView,
} from './types.ts';
import { chiefsOf } from './universal.ts';

interface Change {
  readonly calendar: Calendar;
  readonly now: Instant;
  readonly before: Moment | undefined;
  /** Where the case has moved: as it left the pathway, with what moved it. */
  readonly leaving: Moment | undefined;
  readonly after: Moment;
  readonly facts: readonly RecordedFact[];
}

/** A case at one moment, read by the protocol that it was under. */
interface Moment {
  readonly protocol: Protocol;
  readonly case: Case;
  readonly status: CaseStatus;
  readonly reading: Reading;
}

/**
 * @param protocol that the case is under now
 * @param was that it was under before, where it has moved
 * @throws BeyondCalendar where a date would rest on bank holidays that are not known
 */
export function effects(
  protocol: Protocol,
  before: Case | undefined,
  after: Case,
  calendar: Calendar,
  now: Instant,
  was: Protocol = protocol,
): Effect[] {
  const moment = (under: Protocol, theCase: Case): Moment => ({
    protocol: under,
    case: theCase,
    status: statusOf(under, theCase, calendar, now),
    reading: readCase(under, theCase),
  });
  const left = before && leftBy(before, after);
  const change: Change = {
    calendar,
    now,
    before: before && moment(was, before),
    leaving: left && moment(was, left),
    after: moment(protocol, after),
    facts: after.facts.filter(({ seq }) => seq > (before?.seq ?? 0)),
  };
  const steps = Object.values(protocol.steps);
  const gone = left === undefined ? [] : Object.values(was.steps).filter(({ id }) => !own(protocol.steps, id));
  const all = [
    ...safety(change),
    ...mails(change),
    ...steps.flatMap((step) => (step.kind === 'meet' ? meetings(change, step) : [])),
    ...gone.flatMap((step) => (step.kind === 'meet' ? leftMeetings(change, step) : [])),
    ...bookedTooLate(change),
    ...steps.flatMap((step) => stepCards(change, step)),
    ...gone.flatMap((step) => goneCards(change, step)),
    ...tells(change),
    ...caseCards(change),
    ...expectedDays(change),
    ...nextTimes(after.id, protocol, change.before?.status, change.after.status, calendar),
    ...begins(change),
  ];
  // A card that two reasons ask for is asked for once; the stronger reason came first.
  return [...new Map([...all].reverse().map((effect) => [effect.key, effect])).values()].reverse();
}

/** The case when it left the pathway that it was on before, with the fact that moved it. */
function leftBy(before: Case, after: Case): Case | undefined {
  const left = after.earlier[before.earlier.length];
  if (left === undefined) return undefined;
  const facts = left.facts.length > 0 ? left.facts : after.facts.filter(({ seq }) => seq < left.seq);
  return { ...before, facts, seq: left.seq - 1 };
}

/** Taken up again: what stood before is history, and nobody has been asked anything yet. */
function isTakenUp({ before, after }: Change): boolean {
  return before !== undefined && (after.case.earlier[before.case.earlier.length]?.facts.length ?? 0) > 0;
}

/** The moment under whose protocol a new fact was recorded. */
function momentOf({ leaving, after }: Change, { seq }: RecordedFact): Moment {
  return leaving !== undefined && seq <= leaving.case.seq ? leaving : after;
}

/** Of what was said on the pathway that the case has left: up to which event it is read. */
function asOf({ leaving }: Change, moment: Moment): { readonly asOf?: number } {
  return leaving !== undefined && moment === leaving ? { asOf: leaving.case.seq } : {};
}

const viewIn = (moment: Moment | undefined, step: StepId): StepView | undefined => moment?.status.steps[step];

// ---- mails ---------------------------------------------------------------------------------------------------------

function mails(change: Change): Effect[] {
  const { before, after } = change;
  const { id } = after.case;
  const mail = (step: SendStep, n: number, moment: Moment): Effect => ({
    key: `${id}/${step.id}/mail/${n}`,
    kind: 'mail',
    step: step.id,
    mail: step.subject,
    ...asOf(change, moment),
  });
  const pressed = change.facts.flatMap((fact) => {
    const moment = momentOf(change, fact);
    const step = own(moment.protocol.steps, fact.fact);
    return step?.kind === 'send' && isMailed(step) ? [{ step, fact, moment }] : [];
  });
  // One press sends one mail, the last that it asked for.
  const last = new Map(pressed.map((each) => [each.step.id, each]));
  const opened = Object.values(after.protocol.steps).flatMap((step) => {
    if (step.kind !== 'send' || !step.automatic || last.has(step.id)) return [];
    if (after.reading.factsOf(step.id).length > 0) return [];
    const was = isTakenUp(change) ? undefined : before;
    return viewIn(after, step.id)?.state === 'open' && viewIn(was, step.id)?.state !== 'open' ? [step] : [];
  });
  return [
    ...[...last.values()].map(({ step, fact, moment }) => mail(step, fact.seq, moment)),
    ...opened.map((step) => mail(step, after.case.seq, after)),
  ];
}

// ---- meetings ------------------------------------------------------------------------------------------------------

function meetings(change: Change, step: MeetStep): Effect[] {
  const { before, after, now, calendar } = change;
  const { id } = after.case;
  const was = before?.reading.meeting(step);
  const is = after.reading.meeting(step);
  const state = viewIn(after, step.id)?.state;
  const found: Effect[] = [];

  const left = strays(was, viewIn(before, step.id)?.state);
  for (const stray of strays(is, state)) {
    if (stray.start <= now || left.some(({ eventId }) => eventId === stray.eventId)) continue;
    found.push(unbook(id, step.id, stray.eventId, stray.organiser));
  }
  if (state !== 'open') return found;

  const booking = is.booking;
  if (booking?.state === 'asked') {
    if (was?.booking?.by.seq !== booking.by.seq) {
      found.push({ key: `${id}/${step.id}/book/${booking.by.seq}`, kind: 'book', step: step.id, start: booking.start });
    }
  } else if (booking === undefined && wantsBooking(change, step, was)) {
    const start = step.sessionOf === undefined ? undefined : sessionStart(change, step);
    // A forum whose day the council has not set has no session to book.
    if (start !== undefined || step.sessionOf === undefined)
      found.push({
        key: `${id}/${step.id}/book/${after.case.seq}`,
        kind: 'book',
        step: step.id,
        ...(start === undefined ? {} : { start }),
      });
  }
  if (booking?.state === 'booked' && (was?.booking?.by.seq !== booking.by.seq || was.booking.end !== booking.end)) {
    found.push({
      key: `${id}/${step.id}/ask-held/${booking.by.seq}`,
      kind: 'ask-held',
      step: step.id,
      notBefore: askAt(booking.end, calendar),
    });
  }
  return found;
}

/** What is booked for a pathway that the case has left is needed by nobody. */
function leftMeetings({ leaving, now, after }: Change, step: MeetStep): Effect[] {
  const diary = leaving?.reading.meeting(step);
  return strays(diary, 'skipped')
    .filter(({ start }) => start > now)
    .map(({ eventId, organiser }) => unbook(after.case.id, step.id, eventId, organiser));
}

/** Outlook's answer for a meeting of a pathway that the case has left meanwhile. */
function bookedTooLate({ after, facts }: Change): Effect[] {
  return facts.flatMap(({ fact, answers: { eventId, organiser } }) => {
    const [step = '', part] = fact.split('.');
    const known = typeof eventId === 'string' && typeof organiser === 'string';
    return part === 'booked' && known && !own(after.protocol.steps, step)
      ? [unbook(after.case.id, step, eventId, organiser)]
      : [];
  });
}

function unbook(id: string, step: StepId, eventId: string, organiser: PersonId): Effect {
  return { key: `${id}/${step}/unbook/${eventId}`, kind: 'unbook', step, eventId, organiser };
}

/** Events that nobody needs any more: left behind, or of a meeting that the case no longer waits for. */
function strays(meeting: Meeting | undefined, state: StepView['state'] | undefined): Meeting['stray'] {
  if (meeting === undefined) return [];
  const { booking, stray } = meeting;
  const gone = state === 'skipped' || state === 'not-applicable';
  return gone && booking?.eventId !== undefined && booking.organiser !== undefined
    ? [...stray, { eventId: booking.eventId, organiser: booking.organiser, start: booking.start }]
    : stray;
}

/** Booked without anybody choosing: a session of a forum, and the first of the times that were offered. */
function wantsBooking({ before, after, facts }: Change, step: MeetStep, was: Meeting | undefined): boolean {
  const opened = viewIn(before, step.id)?.state !== 'open';
  const missed = facts.some(({ fact }) => fact === `${step.id}.not-held`);
  if (step.sessionOf !== undefined) return opened || missed;
  if (step.chooseFrom.length === 0) return false;
  if (opened) return !missed;
  // Another worker has another diary: the offered times are looked through again.
  const renamed = facts.some(({ fact }) => {
    const of = stepOfFact(after.protocol, fact);
    return of?.step.kind === 'assign' && step.with.includes(`role/${of.step.fills}`);
  });
  const lost = was?.booking !== undefined || was?.noTime !== undefined;
  return renamed && lost && after.reading.meeting(step).noTime === undefined;
}

function sessionStart({ after, calendar, now }: Change, step: MeetStep): Instant | undefined {
  const cycle = own(after.protocol.council.cycles, step.sessionOf ?? '');
  if (cycle === undefined) return undefined;
  const due = step.due.find((each) => each.form === 'next');
  const anchor = due?.form === 'next' ? after.reading.truth(due.of) : undefined;
  const from = anchor?.is === 'true' ? anchor.at : (after.reading.standing(step).since ?? now);
  const first = session(after.reading, cycle, from, calendar, step);
  const start = first && instantAt(first.due, cycle.time);
  if (start === undefined || start > now) return start;
  const next = session(after.reading, cycle, now, calendar, undefined);
  return next && instantAt(next.due, cycle.time);
}

/** A quarter of an hour after its end; past the working day, at nine on the next (story A14). */
const ASK_AFTER_MINUTES = 15;
const ASK_IN_THE_MORNING = '09:00';

function askAt(end: Instant, calendar: Calendar): Instant {
  const at = addMinutes(end, ASK_AFTER_MINUTES);
  const staffed = isOfficeTime(at, calendar) || (timeOf(at) === CLOSES && calendar.isWorkingDay(dayOf(at)));
  return staffed ? at : instantAt(dayOf(nextOfficeMoment(at, calendar)), ASK_IN_THE_MORNING);
}

// ---- cards ---------------------------------------------------------------------------------------------------------

function stepCards(change: Change, step: Step): Effect[] {
  const { after } = change;
  const before = isTakenUp(change) ? undefined : change.before;
  if (face(before, step.id) === face(after, step.id)) return [];
  const was = viewIn(before, step.id)?.state;
  const is = viewIn(after, step.id)?.state;
  // What a gate still holds back is nobody's to do yet: its card is posted when the last gate has passed.
  const held = (moment: Moment | undefined) => (viewIn(moment, step.id)?.blockedBy.length ?? 0) > 0;
  const shown = (was === 'open' && !held(before)) || was === 'done';
  if (is !== 'open' && was !== 'open') return [];
  const had = shown ? audiencesOf(before, step.id) : [];
  const have = audiencesOf(after, step.id);
  const same = new Set(had.map(name));
  // Whoever was asked sees what became of it; only whoever is asked now gets a message.
  const asked = is === 'open' && !held(after) ? have : [];
  return [
    ...asked.filter((audience) => !same.has(name(audience))).map((audience) => card(change, step.id, audience)),
    ...had.map((audience) => card(change, step.id, audience, { edit: true })),
  ];
}

/** A question of a pathway that the case has left is asked no longer: whoever has its card sees that. */
function goneCards(change: Change, step: Step): Effect[] {
  const { before, leaving } = change;
  if (viewIn(before, step.id)?.state !== 'open' || leaving === undefined || isTakenUp(change)) return [];
  return audiencesOf(before, step.id).map((audience) =>
    card(change, step.id, audience, { edit: true, ...asOf(change, leaving) }),
  );
}

/** What a card of the step says, as far as it can change. */
function face(moment: Moment | undefined, step: StepId): string {
  const view = viewIn(moment, step);
  if (moment === undefined || view === undefined) return '';
  const { status } = moment;
  const due = status.deadlines.find((deadline) => deadline.step === step && deadline.effective);
  return JSON.stringify([
    view.state,
    view.outcome,
    view.rung,
    view.booking,
    view.noTime?.seq,
    view.last?.seq,
    view.agreed?.map(({ by }) => by.seq),
    view.instances?.map(({ of, state, outcome }) => [of, state, outcome]),
    view.blockedBy.map(({ says }) => says),
    Object.keys(view.blockedOutcomes),
    view.state === 'open' ? [due?.dueAt, due?.provisional, status.stopped] : [],
    audiencesOf(moment, step),
  ]);
}

/** Who gets the card of a step: the channel of the role that owes it, the people who hold it, or both. */
function audiencesOf(moment: Moment | undefined, id: StepId): Audience[] {
  const step = moment && own(moment.protocol.steps, id);
  if (moment === undefined || step === undefined || step.post === 'none') return [];
  const { protocol, status } = moment;
  const view = status.steps[id];
  const roles = owingRoles(step, view?.rung);
  const found: Audience[] = [];
  if (step.post !== 'personal') {
    for (const role of roles) {
      const channel = own(protocol.council.roles, role)?.channel;
      if (channel === 'team') {
        if (status.team !== undefined) found.push({ channel: `team/${status.team}` });
      } else if (channel !== undefined) found.push({ channel });
    }
  }
  if (step.post !== 'channel') found.push(...roles.flatMap((role) => people(protocol, status, role)));
  if (
    step.kind === 'meet' &&
    step.sessionOf === undefined &&
    (view?.booking || view?.noTime || view?.state === 'done')
  ) {
    found.push(...step.with.flatMap((target) => people(protocol, status, roleOf(target))));
  }
  if (step.kind === 'meet' && view?.noTime)
    found.push(...namers(protocol, step).flatMap((role) => people(protocol, status, role)));
  return [...new Map(found.map((audience) => [name(audience), audience])).values()];
}

/** Who could name somebody else with another diary. */
function namers(protocol: Protocol, { with: attend }: MeetStep): readonly RoleId[] {
  return Object.values(protocol.steps).flatMap((step) =>
    step.kind === 'assign' && attend.includes(`role/${step.fills}`) ? step.by : [],
  );
}

function owingRoles(step: Step, rung: number | undefined): readonly RoleId[] {
  if (step.kind === 'resolve') return step.rungs[rung ?? 0]?.by ?? [];
  if (step.kind === 'meet') return step.by.length > 0 ? step.by : [step.organiser];
  return step.by;
}

/** Those who hold a role on the case; where nobody inside does, those who record for it. */
function people(protocol: Protocol, status: CaseStatus, role: RoleId | undefined): Audience[] {
  const of = role === undefined ? undefined : own(protocol.council.roles, role);
  if (role === undefined || of === undefined) return [];
  const person = own(status.named, role);
  if (of.held === 'named' && person !== undefined) return [{ person }];
  const recorders = recordersFor(protocol, status.named, role)
    .filter((each) => own(protocol.council.roles, each)?.recordedBy === undefined)
    .flatMap((each) => people(protocol, status, each));
  return [...(of.held === 'named' ? [] : [{ role }]), ...(of.held === 'named' || of.outside ? recorders : [])];
}

/** `tells` of an outcome, a moment or a step: the person gets the card of that step, as it ended. */
function tells(change: Change): Effect[] {
  return change.facts.flatMap((fact) => {
    const moment = momentOf(change, fact);
    const { protocol, status } = moment;
    const step = stepOfFact(protocol, fact.fact)?.step.id ?? '';
    return (consequences(moment, fact)?.tells ?? []).flatMap((target) => {
      if (target.startsWith('channel/'))
        return [card(change, step, { channel: target.slice('channel/'.length) }, asOf(change, moment))];
      return people(protocol, status, roleOf(target)).map((audience) =>
        card(change, step, audience, asOf(change, moment)),
      );
    });
  });
}

function consequences({ protocol, case: theCase }: Moment, fact: RecordedFact): Consequences | undefined {
  return broughtAbout(protocol, theCase, theCase.facts, fact);
}

/** On the morning of the day that is expected now, and was not before. */
function expectedDays({ before, after }: Change): Effect[] {
  return expectedOn(after.reading)
    .filter(({ seq }) => seq > (before?.case.seq ?? 0))
    .map(({ fact, day, seq }) => ({
      key: `${after.case.id}/${fact}/expected/${seq}`,
      kind: 'expected',
      fact,
      day,
      notBefore: instantAt(day, ASK_IN_THE_MORNING),
    }));
}

/** A second, linked case: its draft is laid before whoever pressed; of a mail, before whoever sent it. */
function begins(change: Change): Effect[] {
  const { after, facts } = change;
  return facts.flatMap((fact) => {
    const moment = momentOf(change, fact);
    const step = stepOfFact(moment.protocol, fact.fact)?.step.id ?? '';
    const pressed = moment.case.facts.filter(({ fact: each, by }) => each.split('.')[0] === step && by !== PROGRAM);
    const person = fact.by === PROGRAM ? pressed.at(-1)?.by : fact.by;
    return (consequences(moment, fact)?.starts ?? []).flatMap((pathway): Effect[] =>
      person === undefined
        ? []
        : [{ key: `${after.case.id}/${step}/begin/${fact.seq}`, kind: 'begin', step, pathway, person }],
    );
  });
}

/** The card of the whole case, for everybody who is named on it. */
function caseCards(change: Change): Effect[] {
  const { before, after, facts } = change;
  if (before && story(before) === story(after)) return [];
  // Whoever was on it before it ended is told that it is back.
  const had = new Set(before && !isTakenUp(change) ? Object.values(before.status.named) : []);
  const actors = new Set<PersonId>(facts.map(({ by }) => by));
  return [...new Set(Object.values(after.status.named))].map((person) =>
    // Whoever has just pressed is answered now, at night too.
    card(change, 'case', { person }, { edit: had.has(person), atOnce: actors.has(person) }),
  );
}

function story({ status, case: { facts, pathway } }: Moment): string {
  const { steps, holder, team, named, stopped, ended, deadlines, cover, paused, lists } = status;
  const states = Object.values(steps).map(({ state, outcome, booking, rung, noTime, last, agreed, instances }) => [
    state,
    outcome,
    booking,
    rung,
    noTime?.seq,
    last?.seq,
    agreed?.map(({ by }) => by.seq),
    instances?.map((each) => [each.of, each.state, each.outcome]),
  ]);
  const dates = deadlines.map(({ step, dueAt, provisional, metAt }) => [step, dueAt, provisional, metAt]);
  const sent = facts.filter(({ fact }) => fact.endsWith('.sent')).length;
  return JSON.stringify([pathway, states, holder, team, named, stopped, ended, dates, cover, paused, lists, sent]);
}

/** A safety stop reaches the managers at once, at night too; a family that changed its mind, the opener's manager. */
function safety(change: Change): Effect[] {
  const { before, after } = change;
  const { protocol } = after;
  const was = before?.status.stopped;
  const is = after.status.stopped;
  if (JSON.stringify(was) === JSON.stringify(is)) return [];
  const why = is?.why ?? was?.why;
  const roles = why === 'safety' ? protocol.council.safeguarding.tells : chiefsOf(protocol, after.case);
  const fresh = is !== undefined && is.why !== was?.why;
  const options = { edit: !fresh, ...(why === 'safety' ? { urgent: true } : {}) };
  return [...new Set(roles)]
    .flatMap((role) => people(protocol, after.status, role))
    .map((audience) => card(change, 'case', audience, options));
}

function card(
  { after, now, calendar }: Change,
  step: StepId | 'case',
  audience: Audience,
  options: {
    readonly edit?: boolean;
    readonly urgent?: boolean;
    readonly atOnce?: boolean;
    readonly asOf?: number;
  } = {},
): Effect {
  const { edit = false, urgent = false, atOnce = false, asOf } = options;
  // Nothing new is posted at night, at a weekend or on a bank holiday but a safety stop; an edit rings no bell.
  const waits = !edit && !urgent && !atOnce && !isOfficeTime(now, calendar);
  return {
    key: `${after.case.id}/${step}/card/${name(audience)}/${after.case.seq}`,
    kind: 'card',
    step,
    audience,
    ...(edit ? { edit } : {}),
    ...(urgent ? { urgent } : {}),
    ...(asOf === undefined ? {} : { asOf }),
    ...(waits ? { notBefore: nextOfficeMoment(now, calendar) } : {}),
  };
}

function name(audience: Audience): string {
  if ('channel' in audience) return `channel/${audience.channel}`;
  return 'person' in audience ? `person/${audience.person}` : `role/${audience.role}`;
}
