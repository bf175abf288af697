/**
 * Books a meeting: at the time that was asked for, or on the first offered one that suits everybody who must be there.
 * The event is private and says nothing but the reference and the kind of meeting (class S).
 */

import type { Answers, Effect } from '../../domain/case/types.ts';
import type { MeetStep } from '../../domain/protocol/types.ts';
import { firstFree } from '../../domain/slots/first-free.ts';
import { addMinutes, type Instant } from '../../domain/time/instant.ts';
import { attendeesOf } from '../attendees.ts';
import { offeredTimes } from '../offered-times.ts';
import { record } from '../perform.ts';
import type { ClaimedItem, Person } from '../ports.ts';
import { readSheet } from '../read-case.ts';
import type { CaseSheet } from '../sheet.ts';
import { personBusy } from '../times.ts';
import type { World } from '../world.ts';

export async function carryOutBook(
  world: World,
  item: ClaimedItem,
  effect: Extract<Effect, { kind: 'book' }>,
): Promise<void> {
  const caseId = item.caseId as string;
  const sheet = await readSheet(world, caseId);
  const step = sheet?.protocol.steps[effect.step];
  if (!sheet || step?.kind !== 'meet') throw new Error(`${item.key} asks for a booking of a step that is no meeting.`);
  if (!stillWanted(sheet, step, effect.start)) return;

  const { organiser, required } = attendeesOf(sheet, step);
  if (!organiser)
    throw new Error(
      `${sheet.case.reference}: nobody holds the part that organises "${step.title}". Check the groups in the directory file.`,
    );

  const found = effect.start ? { start: effect.start } : await firstOffered(world, sheet, step, required);
  if ('answers' in found) {
    await record(
      world,
      caseId,
      { type: 'record', step: step.id, part: 'no-time', answers: found.answers },
      `${item.key}/no-time`,
      item.key,
    );
    return;
  }
  const end = addMinutes(found.start, step.minutes);
  const { eventId } = await world.calendars.book({
    key: item.key,
    organiser: organiser.mail,
    subject: `${sheet.case.reference} ${meetingName(step)}`,
    text: `Case ${sheet.case.reference}. ${step.purposes.length > 1 ? `This meeting is ${step.purposes.join(' and ')}. ` : ''}The details are in Stepwise: open your chat with it in Teams and type: case ${sheet.case.reference}`,
    start: found.start,
    end,
    ...(step.place ? { place: step.place } : {}),
    online: step.online,
    required: required.filter(({ id }) => id !== organiser.id).map(({ name, mail }) => ({ name, address: mail })),
    optional: [],
  });
  const answers = { start: found.start, end, eventId, organiser: organiser.id };
  await record(
    world,
    caseId,
    { type: 'record', step: step.id, part: 'booked', answers },
    `${item.key}/booked`,
    item.key,
  );
}

export async function carryOutUnbook(
  world: World,
  item: ClaimedItem,
  effect: Extract<Effect, { kind: 'unbook' }>,
): Promise<void> {
  const organiser = await world.directory.person(effect.organiser);
  if (!organiser)
    throw new Error(`${item.key}: the organiser is no longer in the directory. Cancel the event in Outlook by hand.`);
  await world.calendars.cancel(organiser.mail, effect.eventId, 'A new time is being arranged.');
}

/** "Joint visit", as a subject begins. */
export function meetingName(step: MeetStep): string {
  const name = step.purposes[0] ?? step.title;
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** A booking that was overtaken while it waited (moved again, worker changed, case ended) is let go. */
function stillWanted(sheet: CaseSheet, step: MeetStep, start: Instant | undefined): boolean {
  const view = sheet.status.steps[step.id];
  if (sheet.status.ended || view?.state !== 'open') return false;
  if (start === undefined || step.sessionOf) return view.booking === undefined || view.booking.state === 'asked';
  return view.booking === undefined || (view.booking.state === 'asked' && view.booking.start === start);
}

async function firstOffered(
  world: World,
  sheet: CaseSheet,
  step: MeetStep,
  required: readonly Person[],
): Promise<{ start: Instant } | { answers: Answers }> {
  const offered = offeredTimes(sheet, step).filter((start) => start > sheet.now);
  const first = offered[0];
  const last = offered.at(-1);
  if (!first || !last) return { answers: { blockers: [] } };
  const { people } = await personBusy(
    world,
    required,
    addMinutes(first, -step.bufferMinutes),
    addMinutes(last, step.minutes + step.bufferMinutes),
    step.bufferMinutes,
  );
  const outcome = firstFree({
    offered,
    people,
    durationMinutes: step.minutes,
    bufferMinutes: step.bufferMinutes,
    calendar: sheet.calendar,
  });
  if (outcome.slot) return { start: outcome.slot.start };
  return { answers: { blockers: outcome.blockers.map(({ start, who, kind }) => `${start}|${who}|${kind}`) } };
}
