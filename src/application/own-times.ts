/** Times that a person may offer for a meeting with a family out of her own diary, before it is known who else will come (A6). */

import type { PersonId } from '../domain/case/types.ts';
import type { MeetStep } from '../domain/protocol/types.ts';
import { findSlots } from '../domain/slots/find-slots.ts';
import type { Calendar } from '../domain/time/calendar.ts';
import type { Counted } from '../domain/time/count.ts';
import { addMinutes, dayOf, instantAt } from '../domain/time/instant.ts';
import { CLOSES } from '../domain/time/office-hours.ts';
import type { OfferedTime, OfferedTimes } from './sheet.ts';
import { personBusy } from './times.ts';
import type { World } from './world.ts';

/** The middle of the morning and of the afternoon. */
const FAMILY_TIMES = ['10:00', '14:00'];
/** A consultation within five working days of today is a fair guess of when a worker will be named: before, a visit can hardly be. */
const WORKING_DAYS_UNTIL_NAMED = 5;
/** Looked through where no limit is known, or where it has passed. */
const WORKING_DAYS_SEARCHED = 10;
const SHOWN = 10;
/** With fewer free days than the protocol asks for, busy ones are offered too and say so. */
const FREE_DAYS_WANTED = 3;

export interface OwnTimesAsked {
  readonly meeting: MeetStep;
  readonly calendar: Calendar;
  /** Of the meeting, as far as it is known. */
  readonly limit: Pick<Counted, 'due' | 'dueAt'> | undefined;
}

/** One time a day on which the person's own diary is free, up to the limit; those that can be kept come first. */
export async function ownTimes(
  world: World,
  id: PersonId,
  { meeting, calendar, limit }: OwnTimesAsked,
): Promise<OfferedTimes> {
  const person = await world.directory.person(id);
  if (!person) return { times: [], blockers: [], limit: limit?.due, diariesUnread: true };
  const now = world.clock.now();
  const today = dayOf(now);
  const from = instantAt(calendar.addWorkingDays(today, 1), '00:00');
  const ahead = instantAt(calendar.addWorkingDays(today, WORKING_DAYS_SEARCHED), CLOSES);
  const until = limit && limit.dueAt > now ? limit.dueAt : ahead;

  const { people, unread } = await personBusy(world, [person], from, until, meeting.bufferMinutes);
  const found = findSlots({
    people,
    window: { from, to: until },
    durationMinutes: meeting.minutes,
    bufferMinutes: meeting.bufferMinutes,
    calendar,
    fixedTimes: FAMILY_TIMES,
    limit: until === limit?.dueAt ? limit.due : undefined,
    mostADay: 1,
  });
  const busy = found.slots.length < FREE_DAYS_WANTED ? found.blockers.filter(({ kind }) => kind === 'busy') : [];
  const offered: readonly OfferedTime[] = [
    ...found.slots.map(({ start, end, why }) => ({ start, end, why })),
    ...busy.map(({ start }) => ({ start, end: addMinutes(start, meeting.minutes), why: ['The diary is busy.'] })),
  ];
  const ratherAfter = calendar.addWorkingDays(today, WORKING_DAYS_UNTIL_NAMED);
  const canBeKept = offered.filter(({ start }) => dayOf(start) > ratherAfter);
  const early = offered.filter(({ start }) => dayOf(start) <= ratherAfter);
  return {
    times: [...canBeKept, ...early].slice(0, SHOWN),
    blockers: found.blockers.map(({ start, kind }) => ({ start, person, kind })),
    limit: limit?.due,
    diariesUnread: unread,
  };
}
