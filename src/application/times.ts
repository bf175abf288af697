/**
 * Times for a meeting of a case: the free/busy of everybody who comes, searched inside the limit. Two calls to Microsoft for a booking:
 * this one reads the diaries, of people and rooms together, and the other creates the event.
 */

import { readCase } from '../domain/case/reading.ts';
import { isSeries } from '../domain/case/series.ts';
import type { Booking, Deadline } from '../domain/case/types.ts';
import type { MeetStep, RoleId, StepId } from '../domain/protocol/types.ts';
import type { Attendee, BusyTime } from '../domain/slots/diary.ts';
import { findSlots, type Slot, type SlotsFound } from '../domain/slots/find-slots.ts';
import {
  addHours,
  addMinutes,
  type Day,
  dayOf,
  type Instant,
  instantAt,
  isDay,
  writeDay,
} from '../domain/time/instant.ts';
import { CLOSES, OPENS } from '../domain/time/office-hours.ts';
import { awayUntil } from './absence.ts';
import { type Attendees, attendeesOf } from './attendees.ts';
import { type DiariesRead, readDiaries } from './diaries.ts';
import { noticeFor, withNotice } from './notice-times.ts';
import { offeredTimes } from './offered-times.ts';
import type { Person, Room } from './ports.ts';
import { roomsFor } from './rooms.ts';
import { schoolDayOf } from './school-day.ts';
import type { CaseSheet, OfferedTime, OfferedTimes, Unseen } from './sheet.ts';
import type { World } from './world.ts';

/** Nobody is asked to a meeting that begins sooner than this. */
const NOTICE_MINUTES = 30;
const SHOWN = 3;
const SHOWN_MORE = 10;
/** Where a step has no limit, so many working days are searched. */
const WORKING_DAYS_SEARCHED = 10;
/** As long before its date its owner is asked for the next time of a series. */
const WORKING_DAYS_NEAR = 5;
/** One call reads fewer than 62 days (facts.md 4). With its buffers and a clock change, so many whole days are read at once. */
const DAYS_AT_ONCE = 60;

/**
 * Three times, each with its why; ten for `more`, and then not only those that somebody offered.
 * While a role that must be there is still to be filled there are none (`waitsFor`).
 */
export async function timesFor(world: World, sheet: CaseSheet, stepId: StepId, more: boolean): Promise<OfferedTimes> {
  const step = sheet.protocol.steps[stepId];
  if (step?.kind !== 'meet') throw new Error(`${stepId} is no meeting.`);
  const attendees = attendeesOf(world.directory, sheet, step);
  const limit = limitOfTimes(sheet, step);
  const notice = noticeFor(sheet, step);
  const known = { limit: limit?.due, ...(notice ? { notice } : {}) };
  if (attendees.unnamed.length > 0)
    return { ...known, times: [], blockers: [], diariesUnread: false, waitsFor: attendees.unnamed };

  const candidates = more ? undefined : candidatesOf(sheet, step);
  const listed = roomsFor(world.directory, sheet, step);
  const kept = limit && limit.dueAt > sheet.now ? limit : undefined;
  // A forum sits on its own day, and others come to it: another hour is looked for on that day alone.
  const session = step.sessionOf !== undefined && kept?.kind === 'session' ? kept.due : undefined;
  const wanted = {
    sheet,
    step,
    attendees,
    listed,
    candidates,
    more,
    limit: kept,
    earliest: session ?? notice?.earliest,
  };
  const near = more || notice || session ? undefined : (plannedFor(sheet, step) ?? nearNext(sheet, step, kept));
  const close = near ? await search(world, { ...wanted, earliest: near.from }) : undefined;
  // Where those days are full any other inside the limit will do.
  const isNear = close !== undefined && close.found.slots.length > 0;
  const { found, read } = isNear ? close : await search(world, wanted);
  const slots = isNear && near ? found.slots.map((slot) => withWhy(slot, near)) : found.slots;
  const times = slots.map((slot) => withRoom(slot, listed));
  const mayBeCovered = times.length === 0 && (await isCoverable(world, sheet, step, found.blockers));
  const people = [...attendees.required, ...attendees.optional];
  const unseen = unseenOf(sheet, attendees, read, candidates !== undefined);
  return {
    ...known,
    times: notice ? withNotice(times, notice, sheet) : times,
    blockers: found.blockers.flatMap(({ who, ...blocker }) => {
      const person = people.find(({ id }) => id === who);
      return person ? [{ ...blocker, person }] : [];
    }),
    diariesUnread: read.unread,
    ...(unseen.length > 0 ? { unseen } : {}),
    ...(mayBeCovered ? { mayBeCovered } : {}),
    ...(listed?.length === 0 ? { noRooms: true } : {}),
  };
}

/** Where a time is looked for first, though earlier ones are inside the limit. */
interface Near {
  readonly from: Day;
  why(day: Day): string;
}

/** The next time of a series is looked for near its date: the day after the last one nobody wants it, though it is inside the limit. */
function nearNext({ status, calendar, now }: CaseSheet, step: MeetStep, limit: Deadline | undefined): Near | undefined {
  if (!isSeries(step) || status.steps[step.id]?.last === undefined || limit === undefined) return undefined;
  const from = calendar.addWorkingDays(limit.due, -WORKING_DAYS_NEAR);
  return from > dayOf(now) ? { from, why: () => `Near its date, ${writeDay(limit.due)}.` } : undefined;
}

/** On the day that was planned for it, where that is still to come, else soon after (CAM-B-02: 20 working days are planned ahead). */
function plannedFor({ protocol, case: theCase, now }: CaseSheet, step: MeetStep): Near | undefined {
  if (step.plannedOn === undefined) return undefined;
  const reading = readCase(protocol, theCase);
  const known = reading.truth(step.plannedOn);
  const planned = known.is === 'true' ? known : reading.truth(`${step.plannedOn}.expected`);
  if (planned.is !== 'true') return undefined;
  const from = isDay(planned.at) ? planned.at : dayOf(planned.at);
  if (from <= dayOf(now)) return undefined;
  return { from, why: (day) => (day === from ? 'The day that was planned.' : `Planned for ${writeDay(from)}.`) };
}

/** There are earlier ones inside the limit, so that it is the first says nothing. */
function withWhy(slot: Slot, near: Near): Slot {
  return { ...slot, why: [near.why(dayOf(slot.start)), ...slot.why.filter((why) => !/^The first time/.test(why))] };
}

async function isCoverable(
  world: World,
  sheet: CaseSheet,
  { organiser: role }: MeetStep,
  blockers: SlotsFound['blockers'],
): Promise<boolean> {
  const owner = sheet.holders[role]?.[0];
  const away = blockers.some(({ who, kind }) => kind === 'away' && who === owner?.id);
  return away && (await pool(world, sheet, role)).some(({ id }) => id !== owner?.id);
}

interface Searched {
  readonly sheet: CaseSheet;
  readonly step: MeetStep;
  readonly attendees: Attendees;
  readonly listed: readonly Room[] | undefined;
  readonly candidates: readonly Instant[] | undefined;
  readonly more: boolean;
  readonly limit: Deadline | undefined;
  readonly earliest: Day | undefined;
}

/** One call for twenty diaries and sixty days. Of a longer limit the rest is read only where those days have no time at all. */
async function search(
  world: World,
  { sheet, step, attendees, listed, candidates, more, limit, earliest }: Searched,
): Promise<{ found: SlotsFound; read: DiariesRead }> {
  const { from, to } = searchWindow(sheet, limit?.dueAt, earliest);
  const nothing: DiariesRead = { people: [], rooms: [], unseen: [], unread: false };
  // The notice reaches past the limit: no diary can help.
  if (to <= from) return { found: { slots: [], blockers: [] }, read: nothing };
  const rooms = listed && listed.length > 0 ? listed : undefined;
  const { booking } = sheet.status.steps[step.id] ?? {};
  let blockers: SlotsFound['blockers'] = [];
  for (let start = from; ; ) {
    let end = addHours(start, DAYS_AT_ONCE * 24);
    if (end > to) end = to;
    const read = await readDiaries(
      world,
      { ...attendees, ...(rooms ? { rooms } : {}) },
      start,
      end,
      step.bufferMinutes,
    );
    const found = findSlots({
      people: withoutOwn(read.people, booking),
      window: { from: start, to: end },
      durationMinutes: step.minutes,
      bufferMinutes: step.bufferMinutes,
      calendar: sheet.calendar,
      most: more ? SHOWN_MORE : SHOWN,
      mostADay: step.sessionOf !== undefined ? SHOWN_MORE : more ? 2 : 1,
      limit: limit?.due,
      candidates,
      // Rather that weekday, and never only that one: a preference holds nobody up.
      prefer: step.preferWeekday,
      ...(step.childAttends ? { schoolDay: schoolDayOf(sheet) } : {}),
      except: booking?.start,
      ...(rooms ? { rooms: withoutOwn(read.rooms, booking) } : {}),
    });
    blockers = [...blockers, ...found.blockers];
    if (found.slots.length > 0 || end >= to) return { found: { ...found, blockers }, read };
    start = end;
  }
}

/** A meeting that is being moved keeps nobody from half an hour later: its own entry, which is known by its times, is no obstacle. */
function withoutOwn<T extends { readonly busy: readonly BusyTime[] }>(
  diaries: readonly T[],
  booking: Booking | undefined,
): readonly T[] {
  if (booking === undefined) return diaries;
  const isOwn = ({ start, end }: BusyTime) => start === booking.start && end === booking.end;
  return diaries.map((diary) => ({ ...diary, busy: diary.busy.filter((entry) => !isOwn(entry)) }));
}

function withRoom({ room: mail, ...slot }: Slot, listed: readonly Room[] | undefined): OfferedTime {
  const room = listed?.find((each) => each.mail === mail);
  return room ? { ...slot, room, why: [...slot.why, `${room.name}.`] } : slot;
}

/** Who has to be asked. A family that offered the times itself has said already that it can come. */
function unseenOf(
  sheet: CaseSheet,
  { outside, elsewhere }: Attendees,
  { unseen }: DiariesRead,
  offered: boolean,
): readonly Unseen[] {
  return [
    ...unseen.map((person): Unseen => {
      const role = Object.entries(sheet.status.named).find(([, id]) => id === person.id)?.[0];
      return role === undefined ? { person } : { person, role };
    }),
    ...elsewhere.map((role): Unseen => ({ role })),
    ...outside.filter((target) => !(offered && target === 'family')).map((target): Unseen => ({ target })),
  ];
}

/** Until when it must be held. A target is no limit, nor is the day by which an invitation has to go. */
function limitOfTimes({ status: { deadlines } }: CaseSheet, { id }: MeetStep): Deadline | undefined {
  const own = deadlines.filter(
    ({ step, kind, metAt }) => step === id && metAt === undefined && (kind === 'limit' || kind === 'session'),
  );
  return own.find(({ effective }) => effective) ?? own[0];
}

/** A meeting with the family is looked for in the times that were offered for it, first; on asking for more, everywhere. */
function candidatesOf(sheet: CaseSheet, step: MeetStep): readonly Instant[] | undefined {
  const offered = offeredTimes(sheet, step).filter((start) => start > sheet.now);
  return offered.length > 0 ? offered : undefined;
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

/** Diaries of people who must all come. One that cannot be seen rules no time out, and where none can, the caller says so. */
export async function personBusy(
  world: World,
  people: readonly Person[],
  from: Instant,
  to: Instant,
  bufferMinutes: number,
): Promise<{ people: readonly Attendee[]; unread: boolean }> {
  const { people: read, unread } = await readDiaries(world, { required: people }, from, to, bufferMinutes);
  return { people: read, unread };
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
