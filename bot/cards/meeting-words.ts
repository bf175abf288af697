/** What became of a meeting's time, in words: moved in Outlook, past its limit, declined, gone. */
import { type Deadline, PROGRAM } from '../../src/domain/case/types.ts';
import type { MeetStep, Step } from '../../src/domain/protocol/types.ts';
import { type Day, dayOf, type Instant, parseInstant, writeInstant } from '../../src/domain/time/instant.ts';
import { type Open, type OpenFact, type OpenSheet, open, openDay, openTime, protocolWords } from './privacy.ts';
import { capital, caseTitle, countOf, outcomeDone, roleName, whoDid } from './words.ts';

/** As a sentence calls it: "next TAF meeting", without what its title explains in brackets and clauses. */
export function meetingName({ title }: Step): string {
  return title.replace(/ \([^)]*\)/g, '').replace(/, (?:which|with)\b.*$/, '');
}

/**
 * `past-limit`: moved in Outlook to after its limit, and nobody has said why. `kept`: past its limit with a reason. `lost`: it had a
 * time and has none any more. Undefined also for what was moved inside its limit: that is told by the card alone (story X2).
 */
export type News = 'past-limit' | 'kept' | 'lost';

export function newsOf(sheet: OpenSheet, step: Step): News | undefined {
  const view = sheet.status.steps[step.id];
  if (step.kind !== 'meet' || view?.state !== 'open') return undefined;
  const { booking, lost } = view;
  if (passedUnsent(sheet, step) !== undefined) return 'lost';
  // A session that was not held is booked anew by itself.
  if (!booking)
    return lost && !(step.sessionOf !== undefined && lost.fact === `${step.id}.not-held`) ? 'lost' : undefined;
  if (booking.pastLimit === undefined || booking.end <= sheet.now) return undefined;
  if (booking.kept) return 'kept';
  return booking.inOutlook ? 'past-limit' : undefined;
}

/** The time that somebody chose, where it passed before Outlook took the invitation. */
export function passedUnsent({ status }: OpenSheet, step: Step): Instant | undefined {
  const { passed } = status.steps[step.id]?.noTime?.answers ?? {};
  return typeof passed === 'string' ? parseInstant(passed) : undefined;
}

/** Class C: never who moved it, nor the reason. */
export function openNews(
  sheet: OpenSheet,
  step: Step,
): { readonly title: Open; readonly lines: readonly Open[] } | undefined {
  const news = newsOf(sheet, step);
  const { booking } = sheet.status.steps[step.id] ?? {};
  const name = protocolWords(meetingName(step));
  if (news === undefined) return undefined;
  if (news === 'kept' && booking?.pastLimit) {
    const days = sheet.calendar.workingDaysBetween(booking.pastLimit, dayOf(booking.start));
    const how = days > 0 ? open`${countOf(days, 'working day', 'working days')} past` : protocolWords('past');
    return {
      title: caseTitle(sheet, open`${name} ${how} its limit.`),
      lines: [open`Reason recorded. New date ${openDay(dayOf(booking.start))}.`],
    };
  }
  const limit = booking?.pastLimit ?? limitOf(sheet, step.id)?.due;
  const by = limit
    ? open`, limit ${protocolWords(limit < dayOf(sheet.now) ? 'was ' : '')}${openDay(limit)}`
    : protocolWords('');
  return {
    title: caseTitle(sheet, open`${name} needs a new date${by}.`),
    lines: booking ? [open`In Outlook it is ${openTime(booking.start)}.`] : [],
  };
}

/** For a locked phone: no names. */
export function newsBell(sheet: OpenSheet, step: Step): Open | undefined {
  const news = newsOf(sheet, step);
  const name = protocolWords(meetingName(step));
  // A no is about the time that stands, so it came after that time's other news; a reason may have come after the no.
  const { declined = [], kept } = sheet.status.steps[step.id]?.booking ?? {};
  const unheard = declined.some(({ by }) => by.seq > (kept?.seq ?? 0));
  if (news === 'past-limit' && !unheard) return caseTitle(sheet, open`${name} moved past its limit`);
  if (news === 'kept' && !unheard) return caseTitle(sheet, open`${name} past its limit, reason recorded`);
  if (news === 'lost') return caseTitle(sheet, open`the ${name} needs a new time`);
  const who = step.kind === 'meet' ? whoDeclined(sheet, step) : undefined;
  if (who === undefined) return undefined;
  // Somebody who was asked besides has a name and no part: not for a locked phone.
  const named = sheet.status.steps[step.id]?.booking?.declined?.some(({ role }) => role === undefined);
  const words = named ? 'somebody' : who.charAt(0).toLowerCase() + who.slice(1);
  return caseTitle(sheet, open`${protocolWords(words)} cannot come`);
}

/** The earliest limit of a step, which reminders and cards speak of; not what it only aims at. */
export function limitOf({ status }: OpenSheet, step: string): Deadline | undefined {
  return status.deadlines
    .filter(
      ({ step: of, kind, metAt }) => of === step && metAt === undefined && (kind === 'limit' || kind === 'session'),
    )
    .sort((one, other) => (one.due < other.due ? -1 : 1))[0];
}

/** "Moved in Outlook to Thu 31 Dec 2026, 14:00. Inside the limit." And the times before it, superseded and kept. Class P. */
export function timeLines(sheet: OpenSheet, step: Step): string[] {
  const { booking } = sheet.status.steps[step.id] ?? {};
  if (!booking) return [];
  const { inOutlook, pastLimit, kept, start } = booking;
  const moved = inOutlook ? `Moved in Outlook to ${writeInstant(start)}.` : '';
  const inside = inOutlook && !pastLimit && limitOf(sheet, step.id) ? 'Inside the limit.' : '';
  const past = pastLimit ? `Past its limit, ${openDay(pastLimit)}.${kept ? ' The reason is recorded.' : ''}` : '';
  const words = [moved, inside, past].filter((text) => text !== '').join(' ');
  return [...(words ? [words] : []), ...beforeLine(sheet, step)];
}

const MOST_BEFORE = 3;

function beforeLine({ status }: OpenSheet, step: Step): string[] {
  const was = status.steps[step.id]?.booking?.was ?? [];
  const times = was.slice(-MOST_BEFORE).map(({ start }) => writeInstant(start));
  return times.length > 0 ? [`Before: ${times.join('; ')}.`] : [];
}

/** The latest of the times before it was moved in Outlook that can still be had: to come, and inside the limit. */
export function timeToPutBack({ status, now }: OpenSheet, step: Step): Instant | undefined {
  const { booking } = status.steps[step.id] ?? {};
  if (!booking?.inOutlook) return undefined;
  const { was = [], pastLimit } = booking;
  return was.findLast(({ start }) => start > now && (pastLimit === undefined || dayOf(start) <= pastLimit))?.start;
}

/** "The family worker and the chair", by what they come as; a colleague who was asked besides by name. Class P where somebody was. */
export function whoDeclined(sheet: OpenSheet, step: MeetStep): string | undefined {
  const declined = sheet.status.steps[step.id]?.booking?.declined ?? [];
  if (declined.length === 0) return undefined;
  const who = declined.map(({ role, person }) =>
    role ? `the ${roleName(sheet, role)}` : person ? whoDid(sheet, person) : 'somebody',
  );
  return capital(protocolWords([...new Set(who)].join(' and ')));
}

/** Where the case card and "why" speak of a meeting: its time, the times before it, who cannot come, or that it has lost its time. Class P. */
export function meetingLines(sheet: OpenSheet, step: Step): string[] {
  if (step.kind !== 'meet' || sheet.status.steps[step.id]?.state !== 'open') return [];
  const who = whoDeclined(sheet, step);
  const { lost } = sheet.status.steps[step.id] ?? {};
  return [
    ...timeLines(sheet, step),
    ...(who ? [`${who} cannot come.`] : []),
    ...(lost && newsOf(sheet, step) === 'lost' ? [lostWords(sheet, step, lost)] : []),
  ];
}

/** Who took it out of the diary, and that it needs a new time. Class P. */
export function lostWords(sheet: OpenSheet, step: MeetStep, lost: OpenFact): string {
  if (lost.fact !== `${step.id}.cancelled`) return 'It needs a new time.';
  if (lost.by === PROGRAM) return 'Taken out of the diary in Outlook. It needs a new time.';
  return `Cancelled by ${whoDid(sheet, lost.by)}, ${openTime(lost.recordedAt)}. It needs a new time.`;
}

/** What was recorded of a meeting before it was held, in a sentence: "Moved in Outlook to Thu 7 Jan 2027, 10:00." Class P. */
export function arrangedWords(sheet: OpenSheet, step: Step, fact: OpenFact): string | undefined {
  const part = fact.fact.slice(step.id.length + 1).split('.')[0] ?? '';
  if (step.kind !== 'meet' || !fact.fact.startsWith(`${step.id}.`) || outcomeDone(step, part)) return undefined;
  const start = timeIn(fact);
  const role = fact.fact.split('.')[2] ?? fact.answers.role;
  switch (part) {
    case 'booking':
      return start ? `Another time was asked for, ${start}.` : undefined;
    case 'booked':
      return start ? `Booked for ${start}.` : undefined;
    case 'moved':
      return start ? `Moved in Outlook to ${start}.` : undefined;
    case 'kept':
      return 'The time is kept, past its limit.';
    case 'cancelled':
      return fact.by === PROGRAM ? 'Taken out of the diary in Outlook.' : 'Cancelled.';
    case 'declined':
      return `${typeof role === 'string' && role ? `The ${roleName(sheet, role)}` : 'Somebody'} cannot come.`;
    case 'accepted':
      return 'Somebody who could not come can.';
    case 'attendees':
      return 'Who comes was changed.';
    case 'no-time':
      return fact.answers.passed === undefined
        ? 'No shared time was found.'
        : 'The time passed before Outlook took the invitation.';
    case 'not-held':
      return 'It did not take place.';
    default:
      return undefined;
  }
}

function timeIn({ answers: { start } }: OpenFact): string | undefined {
  try {
    return typeof start === 'string' ? writeInstant(parseInstant(start)) : undefined;
  } catch {
    return undefined; // of an old log
  }
}

/** "The visit is now Thu 7 Jan 2027, 10:00. The limit was Tue 5 Jan 2027." */
export function nowAndLimit(start: Instant, limit: Day): string[] {
  return [`It is now ${writeInstant(start)}.`, `The limit is ${openDay(limit)}.`];
}
