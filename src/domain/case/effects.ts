/**
 * What follows from a change: mails, cards, invitations, questions to ask later. Data, found by comparing the case before and
 * after, so that what did not change is not said again. Keys are made of the case, the step and the number of the event, so that the
 * same change gives the same keys whoever works it out.
 */
import { session } from '../due.ts';
import type { MeetStep, Protocol, RoleId, Step, StepId, Target } from '../protocol/types.ts';
import type { Calendar } from '../time/calendar.ts';
import { addMinutes, dayOf, type Instant, instantAt, timeOf } from '../time/instant.ts';
import { CLOSES, isOfficeTime, nextOfficeMoment } from '../time/office-hours.ts';
import type { Meeting } from './meeting.ts';
import { type Reading, readCase } from './reading.ts';
import { statusOf } from './status.ts';
import { effectOfPart, isMailed, own, roleOf, saidBy, stepOfFact } from './steps.ts';
import type { Audience, Case, CaseStatus, Effect, PersonId, RecordedFact, StepView } from './types.ts';

interface Change {
  readonly protocol: Protocol;
  readonly calendar: Calendar;
  readonly now: Instant;
  readonly before: Moment | undefined;
  readonly after: Moment;
  readonly facts: readonly RecordedFact[];
}

interface Moment {
  readonly case: Case;
  readonly status: CaseStatus;
  readonly reading: Reading;
}

/** @throws BeyondCalendar where a date would rest on bank holidays that are not known */
export function effects(
  protocol: Protocol,
  before: Case | undefined,
  after: Case,
  calendar: Calendar,
  now: Instant,
): Effect[] {
  const moment = (theCase: Case): Moment => ({
    case: theCase,
    status: statusOf(protocol, theCase, calendar, now),
    reading: readCase(protocol, theCase),
  });
  const change: Change = {
    protocol,
    calendar,
    now,
    before: before && moment(before),
    after: moment(after),
    facts: after.facts.filter(({ seq }) => seq > (before?.seq ?? 0)),
  };
  const steps = Object.values(protocol.steps);
  const all = [
    ...safety(change),
    ...steps.flatMap((step) => mails(change, step)),
    ...steps.flatMap((step) => (step.kind === 'meet' ? meetings(change, step) : [])),
    ...steps.flatMap((step) => stepCards(change, step)),
    ...tells(change),
    ...caseCards(change),
  ];
  // A card that two reasons ask for is asked for once; the stronger reason came first.
  return [...new Map([...all].reverse().map((effect) => [effect.key, effect])).values()].reverse();
}

const viewIn = (moment: Moment | undefined, step: StepId): StepView | undefined => moment?.status.steps[step];

// ---- mails ---------------------------------------------------------------------------------------------------------

function mails({ before, after, facts }: Change, step: Step): Effect[] {
  if (step.kind !== 'send' || !isMailed(step)) return [];
  const pressed = facts.filter(({ fact }) => fact === step.id).at(-1);
  const mail = (n: number): Effect => ({
    key: `${after.case.id}/${step.id}/mail/${n}`,
    kind: 'mail',
    step: step.id,
    mail: step.subject,
  });
  if (pressed !== undefined) return [mail(pressed.seq)];
  if (!step.automatic || after.reading.factsOf(step.id).length > 0) return [];
  const opens = viewIn(after, step.id)?.state === 'open' && viewIn(before, step.id)?.state !== 'open';
  return opens ? [mail(after.case.seq)] : [];
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
    const { eventId, organiser } = stray;
    found.push({ key: `${id}/${step.id}/unbook/${eventId}`, kind: 'unbook', step: step.id, eventId, organiser });
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
function wantsBooking({ before, after, facts, protocol }: Change, step: MeetStep, was: Meeting | undefined): boolean {
  const opened = viewIn(before, step.id)?.state !== 'open';
  const missed = facts.some(({ fact }) => fact === `${step.id}.not-held`);
  if (step.sessionOf !== undefined) return opened || missed;
  if (step.chooseFrom.length === 0) return false;
  if (opened) return !missed;
  // Another worker has another diary: the offered times are looked through again.
  const renamed = facts.some(({ fact }) => {
    const of = stepOfFact(protocol, fact);
    return of?.step.kind === 'assign' && step.with.includes(`role/${of.step.fills}`);
  });
  const lost = was?.booking !== undefined || was?.noTime !== undefined;
  return renamed && lost && after.reading.meeting(step).noTime === undefined;
}

function sessionStart({ protocol, after, calendar, now }: Change, step: MeetStep): Instant | undefined {
  const cycle = own(protocol.council.cycles, step.sessionOf ?? '');
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
  const { protocol, before, after } = change;
  if (face(change, before, step) === face(change, after, step)) return [];
  const was = viewIn(before, step.id)?.state;
  const is = viewIn(after, step.id)?.state;
  // What a gate still holds back is nobody's to do yet: its card is posted when the last gate has passed.
  const held = (moment: Moment | undefined) => (viewIn(moment, step.id)?.blockedBy.length ?? 0) > 0;
  const shown = (was === 'open' && !held(before)) || was === 'done';
  if (is !== 'open' && was !== 'open') return [];
  const had = shown && before ? audiencesOf(protocol, before, step) : [];
  const have = audiencesOf(protocol, after, step);
  const same = new Set(had.map(name));
  // Whoever was asked sees what became of it; only whoever is asked now gets a message.
  const asked = is === 'open' && !held(after) ? have : [];
  return [
    ...asked.filter((audience) => !same.has(name(audience))).map((audience) => card(change, step.id, audience)),
    ...had.map((audience) => card(change, step.id, audience, { edit: true })),
  ];
}

/** What a card of the step says, as far as it can change. */
function face({ protocol }: Change, moment: Moment | undefined, step: Step): string {
  const view = viewIn(moment, step.id);
  if (moment === undefined || view === undefined) return '';
  const { status } = moment;
  const due = status.deadlines.find((deadline) => deadline.step === step.id && deadline.effective);
  return JSON.stringify([
    view.state,
    view.outcome,
    view.rung,
    view.booking,
    view.noTime?.seq,
    view.blockedBy.map(({ says }) => says),
    Object.keys(view.blockedOutcomes),
    view.state === 'open' ? [due?.dueAt, due?.provisional, status.stopped] : [],
    audiencesOf(protocol, moment, step),
  ]);
}

/** Who gets the card of a step: the channel of the role that owes it, the people who hold it, or both. */
function audiencesOf(protocol: Protocol, { status }: Moment, step: Step): Audience[] {
  if (step.post === 'none') return [];
  const view = status.steps[step.id];
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

function people(protocol: Protocol, status: CaseStatus, role: RoleId | undefined): Audience[] {
  if (role === undefined) return [];
  if (own(protocol.council.roles, role)?.held !== 'named') return [{ role }];
  const person = own(status.named, role);
  return person === undefined ? [] : [{ person }];
}

/** `tells` of an outcome, a moment or a step: the person gets the card of that step, as it ended. */
function tells(change: Change): Effect[] {
  const { protocol, after, facts } = change;
  return facts.flatMap(({ fact }) => {
    const of = stepOfFact(protocol, fact);
    if (of === undefined) return [];
    const { step, part } = of;
    const targets: Target[] = [...(saidBy(step, part)?.tells ?? [])];
    if (effectOfPart(step, part) === 'does') targets.push(...step.tells);
    return targets.flatMap((target) => {
      if (target.startsWith('channel/')) return [card(change, step.id, { channel: target.slice('channel/'.length) })];
      return people(protocol, after.status, roleOf(target)).map((audience) => card(change, step.id, audience));
    });
  });
}

/** The card of the whole case, for everybody who is named on it. */
function caseCards(change: Change): Effect[] {
  const { before, after, facts } = change;
  if (before && story(before) === story(after)) return [];
  const had = new Set(before ? Object.values(before.status.named) : []);
  const actors = new Set<PersonId>(facts.map(({ by }) => by));
  return [...new Set(Object.values(after.status.named))].map((person) =>
    // Whoever has just pressed is answered now, at night too.
    card(change, 'case', { person }, { edit: had.has(person), atOnce: actors.has(person) }),
  );
}

function story({ status, case: { facts } }: Moment): string {
  const { steps, holder, team, named, stopped, ended, deadlines, cover } = status;
  const states = Object.values(steps).map(({ state, outcome, booking, rung, noTime }) => [
    state,
    outcome,
    booking,
    rung,
    noTime?.seq,
  ]);
  const dates = deadlines.map(({ step, dueAt, provisional, metAt }) => [step, dueAt, provisional, metAt]);
  const sent = facts.filter(({ fact }) => fact.endsWith('.sent')).length;
  return JSON.stringify([states, holder, team, named, stopped, ended, dates, cover, sent]);
}

/** A safety stop reaches the managers at once, at night too; a family that changed its mind, the opener's manager. */
function safety(change: Change): Effect[] {
  const { protocol, before, after } = change;
  const was = before?.status.stopped;
  const is = after.status.stopped;
  if (JSON.stringify(was) === JSON.stringify(is)) return [];
  const why = is?.why ?? was?.why;
  const roles =
    why === 'safety'
      ? protocol.council.safeguarding.tells
      : protocol.opening.by.flatMap((role) => own(protocol.council.roles, role)?.reportsTo ?? []);
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
  options: { readonly edit?: boolean; readonly urgent?: boolean; readonly atOnce?: boolean } = {},
): Effect {
  const { edit = false, urgent = false, atOnce = false } = options;
  // Nothing new is posted at night, at a weekend or on a bank holiday but a safety stop; an edit rings no bell.
  const waits = !edit && !urgent && !atOnce && !isOfficeTime(now, calendar);
  return {
    key: `${after.case.id}/${step}/card/${name(audience)}/${after.case.seq}`,
    kind: 'card',
    step,
    audience,
    ...(edit ? { edit } : {}),
    ...(urgent ? { urgent } : {}),
    ...(waits ? { notBefore: nextOfficeMoment(now, calendar) } : {}),
  };
}

function name(audience: Audience): string {
  if ('channel' in audience) return `channel/${audience.channel}`;
  return 'person' in audience ? `person/${audience.person}` : `role/${audience.role}`;
}
