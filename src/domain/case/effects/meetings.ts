/** What a change asks of the diaries: an event booked, moved, its people changed or taken out again; and what is told or asked of it. */
import { session } from '../../due.ts';
import type { MeetStep, RoleId, StepId } from '../../protocol/types.ts';
import type { Calendar } from '../../time/calendar.ts';
import { addMinutes, dayOf, type Instant, instantAt, timeOf } from '../../time/instant.ts';
import { CLOSES, isOfficeTime, nextOfficeMoment } from '../../time/office-hours.ts';
import type { Meeting, Stray } from '../meeting.ts';
import { own, roleOf, rolesAt, stepOfFact } from '../steps.ts';
import { type CaseStatus, type Effect, PROGRAM, type StepView } from '../types.ts';
import { type Change, viewIn } from './change.ts';
import { diaryNews } from './diary-news.ts';

export function meetings(change: Change, step: MeetStep): Effect[] {
  const { before, after, now, calendar } = change;
  const { id } = after.case;
  const was = before?.reading.meeting(step);
  const is = after.reading.meeting(step);
  const state = viewIn(after, step.id)?.state;
  const found: Effect[] = [];

  const left = strays(was, viewIn(before, step.id)?.state);
  for (const stray of strays(is, state)) {
    if (stray.start <= now || left.some(({ eventId }) => eventId === stray.eventId)) continue;
    found.push(unbook(id, step.id, stray));
  }
  const aside = setAside(change, step, was, is);
  if (aside !== undefined) found.push(unbook(id, step.id, aside));
  if (state !== 'open') return found;

  const booking = is.booking;
  if (booking?.state === 'asked') {
    if (was?.booking?.by.seq !== booking.by.seq) found.push(asked(id, step.id, booking));
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
  if (otherPeople(change, step, was?.booking, booking)) {
    const { eventId = '', organiser = '' } = booking ?? {};
    found.push({ key: `${id}/${step.id}/attend/${after.case.seq}`, kind: 'attend', step: step.id, eventId, organiser });
  }
  if (booking?.state === 'booked' && (was?.booking?.by.seq !== booking.by.seq || was.booking.end !== booking.end)) {
    found.push({
      key: `${id}/${step.id}/ask-held/${booking.by.seq}`,
      kind: 'ask-held',
      step: step.id,
      notBefore: askAt(booking.end, calendar),
    });
  }
  return [...found, ...diaryNews(change, step, was, is)];
}

/**
 * What was booked is no longer known of, although Outlook has not taken it out: a later decision has reopened what led to it, or it is
 * said beforehand that it will not take place.
 */
function setAside(
  { facts, now, before }: Change,
  step: MeetStep,
  was: Meeting | undefined,
  is: Meeting,
): Stray | undefined {
  const { eventId, organiser, start } = was?.booking ?? {};
  if (eventId === undefined || organiser === undefined || start === undefined || start <= now) return undefined;
  const known = [is.booking?.eventId, ...is.stray.map((stray) => stray.eventId)].includes(eventId);
  const gone = facts.some(({ fact, by }) => fact === `${step.id}.cancelled` && by === PROGRAM);
  const left = strays(was, viewIn(before, step.id)?.state).some((stray) => stray.eventId === eventId);
  return known || gone || left ? undefined : { eventId, organiser, start };
}

type Standing = NonNullable<Meeting['booking']>;

/** The event that stands gets the new time. Where there is none, one is booked. */
function asked(id: string, step: StepId, { by, start, eventId, organiser }: Standing): Effect {
  if (eventId === undefined || organiser === undefined)
    return { key: `${id}/${step}/book/${by.seq}`, kind: 'book', step, start };
  return { key: `${id}/${step}/rebook/${by.seq}`, kind: 'rebook', step, eventId, organiser, start };
}

/** Somebody else was named, or who comes was changed: of an event that stands, or while it was on its way into the diaries. */
function otherPeople(
  { before, after, now }: Change,
  step: MeetStep,
  was: Standing | undefined,
  is: Standing | undefined,
): boolean {
  if (is?.eventId === undefined || is.organiser === undefined || is.start <= now) return false;
  if (was === undefined || (was.eventId !== undefined && was.eventId !== is.eventId)) return false;
  const roles = rolesAt(step);
  const people = ({ also = [], without = [], organiser }: Standing, status: CaseStatus | undefined) => {
    const named = roles.map((role) => own(status?.named ?? {}, role) ?? null);
    // Whoever covers goes in their place, and has it in no diary yet.
    const covered = (status?.cover ?? []).filter(({ person }) => person === organiser || named.includes(person));
    return JSON.stringify([
      [...also].sort(),
      [...without].sort(),
      named,
      covered.map(({ person, cover }) => [person, cover]),
    ]);
  };
  if (was.eventId !== undefined) return people(was, before?.status) !== people(is, after.status);
  // Outlook was asked for it with the people of that moment.
  const namings = Object.values(after.protocol.steps).filter(
    (each) => each.kind === 'assign' && roles.includes(each.fills),
  );
  return [`${step.id}.attendees`, ...namings.flatMap(({ id }) => [id, `${id}.named`])].some((fact) =>
    after.reading.facts.some((each) => each.fact === fact && each.seq > was.by.seq),
  );
}

/** What is booked for a pathway that the case has left is needed by nobody. */
export function leftMeetings({ leaving, now, after }: Change, step: MeetStep): Effect[] {
  const diary = leaving?.reading.meeting(step);
  return strays(diary, 'skipped')
    .filter(({ start }) => start > now)
    .map((stray) => unbook(after.case.id, step.id, stray));
}

/** Outlook's answer for a meeting of a pathway that the case has left meanwhile. */
export function bookedTooLate({ after, facts }: Change): Effect[] {
  return facts.flatMap(({ fact, answers: { eventId, organiser } }) => {
    const [step = '', part] = fact.split('.');
    const known = typeof eventId === 'string' && typeof organiser === 'string';
    return part === 'booked' && known && !own(after.protocol.steps, step)
      ? [unbook(after.case.id, step, { eventId, organiser })]
      : [];
  });
}

function unbook(
  id: string,
  step: StepId,
  { eventId, organiser, cancelled }: Pick<Stray, 'eventId' | 'organiser' | 'cancelled'>,
): Effect {
  return {
    key: `${id}/${step}/unbook/${eventId}`,
    kind: 'unbook',
    step,
    eventId,
    organiser,
    ...(cancelled ? { cancelled } : {}),
  };
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
  const named = (role: RoleId) =>
    facts.some(({ fact }) => {
      const of = stepOfFact(after.protocol, fact);
      return of?.step.kind === 'assign' && of.step.fills === role;
    });
  // A session stands on somebody's calendar: with another organiser on theirs.
  if (step.sessionOf !== undefined) return opened || missed || (was?.booking !== undefined && named(step.organiser));
  if (step.chooseFrom.length === 0) return false;
  if (opened) return !missed;
  // Another worker has another diary: the offered times are looked through again.
  const renamed = step.with.some((target) => named(roleOf(target) ?? ''));
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

export const ASK_IN_THE_MORNING = '09:00';

function askAt(end: Instant, calendar: Calendar): Instant {
  const at = addMinutes(end, ASK_AFTER_MINUTES);
  const staffed = isOfficeTime(at, calendar) || (timeOf(at) === CLOSES && calendar.isWorkingDay(dayOf(at)));
  return staffed ? at : instantAt(dayOf(nextOfficeMoment(at, calendar)), ASK_IN_THE_MORNING);
}
