/** Changes the event that stands: its time, or who comes. One call each, and nobody is told twice, whatever is lost on the way. */
import type { Answers, Booking, Effect } from '../../domain/case/types.ts';
import type { MeetStep } from '../../domain/protocol/types.ts';
import { attendeesOf } from '../attendees.ts';
import { unlessStopped } from '../later.ts';
import { record } from '../perform.ts';
import type { ClaimedItem, InOtherRoom, Person, Room } from '../ports.ts';
import { readSheet } from '../read-case.ts';
import type { CaseSheet } from '../sheet.ts';
import type { World } from '../world.ts';
import { bookAt } from './book.ts';
import { invited, roomAs, roomFor } from './invite.ts';

/**
 * Where the event is no longer there it is booked anew, at the time that was asked for: somebody has just said when the meeting is to be,
 * which counts for more than that its old event was deleted meanwhile. A meeting that is held in a room gets one that is free then.
 */
export async function carryOutRebook(
  world: World,
  item: ClaimedItem,
  effect: Extract<Effect, { kind: 'rebook' }>,
): Promise<void> {
  const sheet = await readSheet(world, item.caseId as string);
  const step = sheet?.protocol.steps[effect.step];
  const view = sheet?.status.steps[effect.step];
  const booking = view?.booking;
  // Moved on meanwhile, cancelled, or of a case that has ended or gone on to another pathway.
  if (!sheet || step?.kind !== 'meet' || view?.state !== 'open' || sheet.status.ended) return;
  if (booking?.state !== 'asked' || booking.start !== effect.start) return;
  if (booking.eventId !== undefined && booking.eventId !== effect.eventId) return;
  unlessStopped(sheet);
  const tell = (part: string, answers: Answers) =>
    record(world, sheet.case.id, { type: 'record', step: step.id, part, answers }, `${item.key}/${part}`, item.key);
  const { start, end, eventId } = booking;
  const asked = await organiserOf(world, item, effect.organiser);
  if (eventId !== undefined) {
    const { progress } = item;
    const room =
      progress.moving === undefined ? await roomFor(world, sheet, step, start) : roomAs(world, sheet, progress.room);
    const change = step.room && room?.mail !== booking.room ? inRoom(world, sheet, step, asked, room) : undefined;
    if (await moveTo(world, item, asked, eventId, { start, end, room, change })) {
      await tell('booked', { start, end, eventId, organiser: asked.id, ...(room ? { room: room.mail } : {}) });
      return;
    }
  }
  if (start <= sheet.now) {
    await tell('no-time', { blockers: [], passed: start });
    return;
  }
  const organiser = attendeesOf(world.directory, sheet, step).organiser ?? asked;
  await tell('booked', await bookAt(world, item, sheet, step, start, organiser));
}

interface Moving extends Pick<Booking, 'start' | 'end'> {
  readonly room: Room | undefined;
  /** Where it is another room than before. */
  readonly change: InOtherRoom | undefined;
}

/** Outlook writes to everybody at each call: after a try whose answer was lost it is looked at first. @returns false where it is gone */
async function moveTo(
  { store, calendars }: World,
  { key, progress }: ClaimedItem,
  { mail }: Person,
  eventId: string,
  { start, end, room, change }: Moving,
): Promise<boolean> {
  if (progress.moving === undefined) await store.note(key, { moving: start, ...(room ? { room: room.mail } : {}) });
  else {
    const stands = await calendars.timeOf(mail, eventId);
    if (stands === undefined) return false;
    if (stands.start === start && stands.end === end) return true;
  }
  return calendars.move(mail, eventId, start, end, change);
}

function inRoom(
  { directory }: World,
  sheet: CaseSheet,
  step: MeetStep,
  organiser: Person,
  room: Room | undefined,
): InOtherRoom {
  return {
    ...invited(attendeesOf(directory, sheet, step), organiser),
    ...(room ? { room: { name: room.name, address: room.mail } } : {}),
  };
}

/** Outlook writes to those only who come or go. */
export async function carryOutAttend(
  world: World,
  item: ClaimedItem,
  effect: Extract<Effect, { kind: 'attend' }>,
): Promise<void> {
  const sheet = await readSheet(world, item.caseId as string);
  const step = sheet?.protocol.steps[effect.step];
  const booking = sheet?.status.steps[effect.step]?.booking;
  if (!sheet || step?.kind !== 'meet' || booking?.eventId !== effect.eventId || booking.start <= sheet.now) return;
  unlessStopped(sheet);
  const organiser = await organiserOf(world, item, effect.organiser);
  const { required, optional } = invited(attendeesOf(world.directory, sheet, step), organiser);
  const found = roomAs(world, sheet, booking.room);
  const room = found && { name: found.name, address: found.mail };
  if (await world.calendars.invite(organiser.mail, effect.eventId, required, optional, room)) return;
  // There is nobody to invite to what is not there: the step is open again, and its people are told.
  const answers = { eventId: effect.eventId, how: 'deleted' };
  const command = { type: 'record', step: step.id, part: 'cancelled', answers } as const;
  await record(world, sheet.case.id, command, `${item.key}/cancelled`, item.key);
}

async function organiserOf({ directory }: World, { key }: ClaimedItem, id: string): Promise<Person> {
  const organiser = await directory.person(id);
  if (!organiser)
    throw new Error(`${key}: the organiser is no longer in the directory. Change the event in Outlook by hand.`);
  return organiser;
}
