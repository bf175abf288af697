/**
 * Books a meeting: at the time that was asked for, or on the first offered one that suits everybody who must be there. One call where
 * somebody chose the time, whose search has read the diaries; two where they have to be read first, for the offered times or for a room.
 */
import type { Answers, Effect } from '../../domain/case/types.ts';
import type { MeetStep } from '../../domain/protocol/types.ts';
import { firstFree } from '../../domain/slots/first-free.ts';
import { addMinutes, type Instant } from '../../domain/time/instant.ts';
import { attendeesOf } from '../attendees.ts';
import { unlessStopped } from '../later.ts';
import { offeredTimes } from '../offered-times.ts';
import { record } from '../perform.ts';
import type { ClaimedItem, Person } from '../ports.ts';
import { readSheet, readSheetWith } from '../read-case.ts';
import type { CaseSheet } from '../sheet.ts';
import { personBusy } from '../times.ts';
import type { World } from '../world.ts';
import { inviteOf, roomAs, roomFor } from './invite.ts';

/** A time, or who is in the way of each of those that were offered. */
type Found = { readonly start: Instant } | { readonly blockers: readonly string[] };

export async function carryOutBook(
  world: World,
  item: ClaimedItem,
  effect: Extract<Effect, { kind: 'book' }>,
): Promise<void> {
  const present = await readSheet(world, item.caseId as string);
  const sheet = await readSheetWith(world, item.caseId as string, effect.step);
  const step = sheet?.protocol.steps[effect.step];
  if (!present || !sheet || step?.kind !== 'meet')
    throw new Error(`${item.key} asks for a booking of a step that is no meeting.`);
  const asked = askedBefore(sheet, item);
  unlessStopped(present);
  // The case has gone on to a pathway without this meeting: what Outlook was asked for already is recorded, and then cancelled.
  if (!asked && present.protocol.steps[step.id]?.kind !== 'meet') return;
  if (!asked && !stillWanted(sheet, step, effect.start)) return;

  const attendees = attendeesOf(world.directory, sheet, step);
  const organiser = asked?.organiser ?? attendees.organiser;
  if (!organiser)
    throw new Error(
      `${sheet.case.reference}: nobody holds the part that organises "${step.title}". Check the groups in the directory file.`,
    );
  const found = asked ?? (await timeFor(world, sheet, step, effect.start, attendees.required));
  const tell = (part: string, answers: Answers) =>
    record(world, sheet.case.id, { type: 'record', step: step.id, part, answers }, `${item.key}/${part}`, item.key);
  if ('blockers' in found || found.start <= sheet.now) {
    // A chosen time that has passed before Outlook took it says nothing of who is free.
    const passed = 'start' in found ? { passed: found.start } : {};
    await tell('no-time', { blockers: 'blockers' in found ? found.blockers : [], ...passed });
    return;
  }
  await tell('booked', await bookAt(world, item, sheet, step, found.start, organiser));
}

/** Creates the event, once for an item of the outbox however often it is tried. @returns what is recorded of it */
export async function bookAt(
  world: World,
  { key, progress }: ClaimedItem,
  sheet: CaseSheet,
  step: MeetStep,
  start: Instant,
  organiser: Person,
): Promise<Answers> {
  const room =
    progress.start === undefined ? await roomFor(world, sheet, step, start) : roomAs(world, sheet, progress.room);
  // Kept before the call: once the event stands in the diaries a second look at them would find another time, or another room.
  await world.store.note(key, { start, organiser: organiser.id, ...(room ? { room: room.mail } : {}) });
  const invite = inviteOf(world, sheet, step, { key, start, organiser, room });
  const { eventId } = await world.calendars.book(invite);
  return { start, end: invite.end, eventId, organiser: organiser.id, ...(room ? { room: room.mail } : {}) };
}

export async function carryOutUnbook(
  world: World,
  item: ClaimedItem,
  effect: Extract<Effect, { kind: 'unbook' }>,
): Promise<void> {
  const organiser = await world.directory.person(effect.organiser);
  if (!organiser)
    throw new Error(`${item.key}: the organiser is no longer in the directory. Cancel the event in Outlook by hand.`);
  // Never why: it is read by everybody who was invited, outside the council too.
  const comment = effect.cancelled
    ? 'This meeting is cancelled. Reason in Stepwise.'
    : 'This time is no longer needed.';
  await world.calendars.cancel(organiser.mail, effect.eventId, comment);
}

/** What an earlier attempt asked Outlook for before its answer was lost: asked for again, it gives the same event. */
function askedBefore(
  { people }: CaseSheet,
  { progress }: ClaimedItem,
): { readonly start: Instant; readonly organiser: Person | undefined } | undefined {
  const { start, organiser } = progress;
  return start === undefined ? undefined : { start: start as Instant, organiser: people[organiser ?? ''] };
}

/** A booking that was overtaken while it waited (moved again, cancelled, worker changed, case ended) is let go. */
function stillWanted(sheet: CaseSheet, step: MeetStep, start: Instant | undefined): boolean {
  const view = sheet.status.steps[step.id];
  if (sheet.status.ended || view?.state !== 'open') return false;
  const { booking } = view;
  // A session is booked without anybody asking for its time; what somebody asked for stands as long as they have not taken it back.
  if (booking === undefined) return start === undefined || step.sessionOf !== undefined;
  return booking.state === 'asked' && (start === undefined || booking.start === start);
}

async function timeFor(
  world: World,
  sheet: CaseSheet,
  step: MeetStep,
  start: Instant | undefined,
  required: readonly Person[],
): Promise<Found> {
  return start === undefined ? firstOffered(world, sheet, step, required) : { start };
}

async function firstOffered(
  world: World,
  sheet: CaseSheet,
  step: MeetStep,
  required: readonly Person[],
): Promise<Found> {
  const offered = offeredTimes(sheet, step).filter((start) => start > sheet.now);
  const [first] = offered;
  const last = offered.at(-1);
  if (!first || !last) return { blockers: [] };
  const { minutes: durationMinutes, bufferMinutes } = step;
  const { people } = await personBusy(world, required, first, addMinutes(last, durationMinutes), bufferMinutes);
  const { slot, blockers } = firstFree({ offered, people, durationMinutes, bufferMinutes, calendar: sheet.calendar });
  return slot ? { start: slot.start } : { blockers: blockers.map(({ start, who, kind }) => `${start}|${who}|${kind}`) };
}
