/**
 * Times for a meeting of a case: the free/busy of everybody who must be there, searched inside the limit. Two calls to
 * Microsoft for a booking: this one reads the diaries, the other creates the event.
 */

import type { Deadline } from '../domain/case/types.ts';
import type { MeetStep, RoleId, StepId } from '../domain/protocol/types.ts';
import type { Attendee } from '../domain/slots/diary.ts';
import { findSlots } from '../domain/slots/find-slots.ts';
import { addMinutes, type Day, dayOf, type Instant, instantAt } from '../domain/time/instant.ts';
import { CLOSES, OPENS } from '../domain/time/office-hours.ts';
import { awayUntil } from './absence.ts';
import { attendeesOf } from './attendees.ts';
import { noticeFor, withNotice } from './notice-times.ts';
import { offeredTimes } from './offered-times.ts';
import { type Diary, type Person, PlatformFault } from './ports.ts';
import type { CaseSheet, OfferedTimes } from './sheet.ts';
import type { World } from './world.ts';

/** Nobody is asked to a meeting that begins sooner than this. */
const NOTICE_MINUTES = 30;
const SHOWN = 3;
const SHOWN_MORE = 10;
/** Where a step has no limit, so many working days are searched. */
const WORKING_DAYS_SEARCHED = 10;

export async function timesFor(world: World, sheet: CaseSheet, stepId: StepId, more: boolean): Promise<OfferedTimes> {
  const step = sheet.protocol.steps[stepId];
  if (step?.kind !== 'meet') throw new Error(`${stepId} is no meeting.`);
  const { required } = attendeesOf(world.directory, sheet, step);
  const limit = limitOfTimes(sheet, step);
  const notice = noticeFor(sheet, step);
  const window = searchWindow(sheet, limit && limit.dueAt > sheet.now ? limit.dueAt : undefined, notice?.earliest);
  const { people, unread } = await personBusy(world, required, window.from, window.to, step.bufferMinutes);
  const search = {
    people,
    window,
    durationMinutes: step.minutes,
    bufferMinutes: step.bufferMinutes,
    calendar: sheet.calendar,
    most: more ? SHOWN_MORE : SHOWN,
    ...(more ? { mostADay: 2 } : { mostADay: 1 }),
    ...(candidatesOf(sheet, step, more) ?? {}),
  };
  // Rather that weekday, and never only that one: a preference holds nobody up.
  const preferred = step.preferWeekday && !more ? findSlots({ ...search, weekday: step.preferWeekday }) : undefined;
  const found = preferred && preferred.slots.length > 0 ? preferred : findSlots(search);
  return {
    times: notice ? withNotice(found.slots, notice, sheet) : found.slots,
    ...(notice ? { notice } : {}),
    blockers: found.blockers.flatMap(({ start, who, kind }) => {
      const person = required.find(({ id }) => id === who);
      return person ? [{ start, person, kind }] : [];
    }),
    limit: limit?.due,
    diariesUnread: unread,
  };
}

/** Until when it must be held. A target is no limit, nor is the day by which an invitation has to go. */
function limitOfTimes({ status: { deadlines } }: CaseSheet, { id }: MeetStep): Deadline | undefined {
  const own = deadlines.filter(
    ({ step, kind, metAt }) => step === id && metAt === undefined && (kind === 'limit' || kind === 'session'),
  );
  return own.find(({ effective }) => effective) ?? own[0];
}

/** A meeting with the family is looked for in the times that were offered for it, first; on asking for more, everywhere. */
function candidatesOf(sheet: CaseSheet, step: MeetStep, more: boolean): { candidates: readonly Instant[] } | undefined {
  if (more) return undefined;
  const offered = offeredTimes(sheet, step).filter((start) => start > sheet.now);
  return offered.length > 0 ? { candidates: offered } : undefined;
}

/** @param earliest first day that the notice asked for allows */
function searchWindow(
  { calendar, now }: CaseSheet,
  limit: Instant | undefined,
  earliest: Day | undefined,
): { from: Instant; to: Instant } {
  const soon = addMinutes(now, NOTICE_MINUTES);
  const from = earliest !== undefined && earliest > dayOf(soon) ? instantAt(earliest, '00:00') : soon;
  const ahead = instantAt(calendar.addWorkingDays(earliest ?? dayOf(now), WORKING_DAYS_SEARCHED), CLOSES);
  // Where the notice reaches past the limit nothing is offered, and the card says so.
  return { from, to: limit === undefined ? ahead : limit < from ? from : limit };
}

/** Diaries as the slot search reads them. One that cannot be read counts as free in office hours, and the caller says so. */
export async function personBusy(
  world: World,
  people: readonly Person[],
  from: Instant,
  to: Instant,
  bufferMinutes: number,
): Promise<{ people: readonly Attendee[]; unread: boolean }> {
  let diaries: readonly Diary[] = [];
  let unread = false;
  try {
    diaries = await world.calendars.diaries(
      people.map(({ mail }) => mail),
      addMinutes(from, -bufferMinutes),
      addMinutes(to, bufferMinutes),
    );
  } catch (error) {
    if (!(error instanceof PlatformFault)) throw error;
    world.log.warn('diaries-not-read', { status: error.status });
    unread = true;
  }
  const attendees = people.map((person): Attendee => {
    const diary = diaries.find(({ address }) => address.toLowerCase() === person.mail.toLowerCase());
    if (!diary?.visible) unread = true;
    return {
      id: person.id,
      required: true,
      busy: diary?.busy ?? [],
      ...(diary?.visible ? { workingHours: diary.workingHours } : {}),
    };
  });
  return { people: attendees, unread };
}

/** People who may be picked for a role on this case: of the case's team, or of the council's group. Away until, never why. */
export async function candidatesFor(
  world: World,
  sheet: CaseSheet,
  role: RoleId,
): Promise<readonly { readonly person: Person; readonly awayUntil?: Day }[]> {
  const people = await pool(world, sheet, role);
  const from = sheet.now;
  const to = instantAt(sheet.calendar.addWorkingDays(dayOf(from), WORKING_DAYS_SEARCHED), CLOSES);
  const tomorrow = sheet.calendar.addWorkingDays(dayOf(from), 1);
  const nextDay = [instantAt(tomorrow, OPENS), instantAt(tomorrow, CLOSES)] as const;
  const { people: diaries } = await personBusy(world, people, from, to, 0);
  return people.map((person) => {
    const busy = diaries.find(({ id }) => id === person.id)?.busy ?? [];
    const away = awayUntil(busy, from, addMinutes(from, 1)) ?? awayUntil(busy, ...nextDay);
    return away ? { person, awayUntil: away } : { person };
  });
}

async function pool(world: World, sheet: CaseSheet, role: RoleId): Promise<readonly Person[]> {
  const council = sheet.protocol.council.id;
  if (sheet.status.team) {
    const ofTeam = await world.directory.holders(council, role, sheet.status.team);
    if (ofTeam.length > 0) return ofTeam;
  }
  return world.directory.holders(council, role);
}
