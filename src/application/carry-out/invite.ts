/**
 * The invitation to a meeting. The event is private and says nothing but the reference, the kind of meeting, what it is for and who leads
 * it by role (class S).
 */
import type { MeetStep } from '../../domain/protocol/types.ts';
import { addMinutes, type Instant } from '../../domain/time/instant.ts';
import { capital } from '../../domain/wording.ts';
import { type Attendees, attendeesOf } from '../attendees.ts';
import type { Address, Invite, Person, Room } from '../ports.ts';
import { roomAt, roomsFor } from '../rooms.ts';
import type { CaseSheet } from '../sheet.ts';
import type { World } from '../world.ts';

export interface Asked {
  /** Becomes the transactionId. */
  readonly key: string;
  readonly start: Instant;
  readonly organiser: Person;
  /** Where the meeting has one. */
  readonly room?: Room | undefined;
}

/** @returns undefined where the step is to be held in no room, none is listed, or none is free: a Teams link takes its place */
export async function roomFor(
  world: World,
  sheet: CaseSheet,
  step: MeetStep,
  start: Instant,
): Promise<Room | undefined> {
  const rooms = roomsFor(world.directory, sheet, step) ?? [];
  if (rooms.length === 0) return undefined;
  // The search that offered the time has seen the rooms: what it found needs no second look.
  const chosen = roomChosen(sheet, step, start);
  const found = rooms.find(({ mail }) => mail === chosen);
  return found ?? roomAt(world, rooms, start, endOf(sheet, step, start));
}

/** The room of that address, as it was noted or recorded. */
export function roomAs(
  { directory }: World,
  { case: { council } }: CaseSheet,
  mail: string | undefined,
): Room | undefined {
  return directory.rooms(council).find((each) => each.mail === mail);
}

function roomChosen({ case: { facts } }: CaseSheet, step: MeetStep, start: Instant): string | undefined {
  const asked = facts.findLast(({ fact }) => fact === `${step.id}.booking`)?.answers;
  return asked?.start === start && typeof asked.room === 'string' ? asked.room : undefined;
}

export function inviteOf(world: World, sheet: CaseSheet, step: MeetStep, asked: Asked): Invite {
  const { key, start, organiser, room } = asked;
  const { reference } = sheet.case;
  const purposes = step.purposes.length > 1 ? `This meeting is ${step.purposes.join(' and ')}. ` : '';
  const noRoom = step.room && !room ? 'No room was free. Please use the Teams link. ' : '';
  const place = step.place ?? room?.name;
  return {
    key,
    organiser: organiser.mail,
    subject: `${reference} ${meetingName(step)}`,
    text: `Case ${reference}. ${purposes}${partsIn(sheet, step)}${noRoom}The details are in Stepwise: open your chat with it in Teams and type: case ${reference}`,
    start,
    end: endOf(sheet, step, start),
    ...(place ? { place } : {}),
    online: step.online || (step.room && !room),
    ...invited(attendeesOf(world.directory, sheet, step), organiser),
    ...(room ? { room: { name: room.name, address: room.mail } } : {}),
  };
}

/** Everybody who is invited. On whose calendar it stands is there already. */
export function invited(
  { required, optional, mailboxes, optionalMailboxes }: Attendees,
  organiser: Person,
): Pick<Invite, 'required' | 'optional'> {
  const addresses = (people: readonly Person[]): Address[] =>
    people.filter(({ id }) => id !== organiser.id).map(({ name, mail }) => ({ name, address: mail }));
  return {
    required: [...addresses(required), ...mailboxes],
    optional: [...addresses(optional), ...optionalMailboxes],
  };
}

/** As it was asked for; else as long as the step is. */
export function endOf(sheet: CaseSheet, step: MeetStep, start: Instant): Instant {
  const booking = sheet.status.steps[step.id]?.booking;
  return booking?.start === start ? booking.end : addMinutes(start, minutesOf(sheet, step));
}

/** "Joint visit", as a subject begins. */
export function meetingName(step: MeetStep): string {
  const name = step.purposes[0] ?? step.title;
  return capital(name);
}

/** Who leads it and who writes it down, by role: to people outside too, so no name. "Chair: MASH duty social worker. " */
function partsIn({ protocol: { council } }: CaseSheet, { chair, notes }: MeetStep): string {
  const nameOf = (role: string) => council.roles[role]?.name ?? role;
  return [...(chair ? [`Chair: ${nameOf(chair)}. `] : []), ...(notes ? [`Notes: ${nameOf(notes)}. `] : [])].join('');
}

/** A family's turn in a session is as long as the council says for all of them. */
function minutesOf({ protocol }: CaseSheet, step: MeetStep): number {
  return (step.sessionOf === undefined ? undefined : protocol.council.cycles[step.sessionOf]?.minutes) ?? step.minutes;
}
