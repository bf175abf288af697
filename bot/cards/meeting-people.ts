/** Who comes to a meeting, leads it and writes it down, who has said no, and where it is. Class P. */
import { comingTo } from '../../src/application/attendees.ts';
import type { Person } from '../../src/application/ports.ts';
import type { CaseSheet } from '../../src/application/sheet.ts';
import type { Booking } from '../../src/domain/case/types.ts';
import type { AssignStep, MeetStep, RoleId } from '../../src/domain/protocol/types.ts';
import { andList } from '../../src/domain/wording.ts';
import type { Action } from './buttons.ts';
import { type Looking, press } from './looking.ts';
import { whoDeclined } from './meeting-words.ts';
import { mayAct } from './rights.ts';
import { type Line, line } from './text.ts';
import { namesOf, ownerName, roleName } from './words.ts';

/** Gates hold back what is said of a meeting afterwards, not the arranging of it: who arranges it reads them in time. */
export function comesFirst({ sheet }: Looking, step: MeetStep): Line[] {
  return (sheet.status.steps[step.id]?.blockedBy ?? []).map(({ says }) => line(says));
}

/** Who leads it and who writes it down, where the protocol says so. */
export function partsThere({ sheet }: Looking, step: MeetStep): Line[] {
  const words = [
    ...(step.chair ? [`Chair: ${ownerName(sheet, step.chair, true)}.`] : []),
    ...(step.notes ? [`Notes: ${ownerName(sheet, step.notes, true)}.`] : []),
  ];
  return words.length > 0 ? [line(words.join(' '))] : [];
}

/** The place that the protocol names, the room that is invited, or that the way in is a link. */
export function whereLines({ sheet }: Looking, step: MeetStep): Line[] {
  const { booking } = sheet.status.steps[step.id] ?? {};
  // Which room is free is known once Outlook has answered.
  const looked = step.room && booking?.state === 'asked' && !booking.room && (sheet.rooms ?? []).length > 0;
  const link = step.online || (step.room && !booking?.room && !looked);
  const words = [
    ...(step.place ? [`${step.place}.`] : []),
    ...(booking?.room ? [`Room: ${roomName(sheet, booking.room)}.`] : []),
    ...(looked ? ['A room, or a Teams link where none is free.'] : []),
    ...(link ? ['Teams link in the invitation.'] : []),
  ];
  return words.length > 0 ? [line(words.join(' '))] : [];
}

function roomName({ rooms = [] }: CaseSheet, mailbox: string): string {
  return rooms.find(({ mail }) => mail === mailbox)?.name ?? 'see the invitation';
}

/** Those inside the council whom the protocol or a card has asked; of the others that somebody asks them. */
export function withLine({ sheet }: Looking, step: MeetStep): Line[] {
  const { required, optional, outside, elsewhere } = comingTo(sheet, step);
  const roles = elsewhere.map((role) => `the ${roleName(sheet, role)}`);
  const all = [...required.map(({ name }) => name), ...roles, ...outsiders(outside)];
  if (all.length === 0) return [];
  const may = optional.length > 0 ? ` May come: ${namesOf(optional)}.` : '';
  return [line(`With: ${andList(all)}.${may}`)];
}

/** Whom somebody asks or tells by themselves: Outlook does not write to them. */
export function outsiders(targets: readonly string[]): readonly string[] {
  return targets.flatMap((target) =>
    target === 'family' ? ['the family'] : target === 'network' ? ['the network'] : [],
  );
}

/** "The family worker cannot come. Choose a time or a worker." (story X2), as far as the reader may do either. */
export function declinedWords(looking: Looking, step: MeetStep, arranges: boolean): string | undefined {
  const who = whoDeclined(looking.sheet, step);
  if (who === undefined) return undefined;
  const named = namingForDeclined(looking, step);
  if (named && !arranges) return `${who} cannot come. Choose ${aOf(looking, named)}.`;
  if (named) return `${who} cannot come. Choose a time or ${aOf(looking, named)}.`;
  return arranges ? `${who} cannot come. Choose another time, or go on without.` : `${who} cannot come.`;
}

function aOf({ sheet }: Looking, { fills }: AssignStep): string {
  return /worker/.test(roleName(sheet, fills)) ? 'a worker' : 'somebody else';
}

/** [Cancel it] and [Change who comes], until it begins. */
export function changeButtons(looking: Looking, step: MeetStep, booking: Booking | undefined): Action[] {
  const { sheet, ink } = looking;
  if (!booking || booking.start <= sheet.now) return [];
  const change = ink.button('Change who comes', press(looking, step, 'arrange', { p: 'attendees' }));
  // A forum meets for others too, and the family waits for it as long as the step is open.
  return step.sessionOf === undefined
    ? [ink.button('Cancel it', press(looking, step, 'arrange', { p: 'cancelled' })), change]
    : [change];
}

/** Somebody else in their place, for whoever may name them; to go on without, for whoever arranges it. */
export function declinedButtons(looking: Looking, step: MeetStep, arranges: boolean): Action[] {
  const { sheet, ink } = looking;
  const { booking } = sheet.status.steps[step.id] ?? {};
  if (!booking?.declined || booking.start <= sheet.now) return [];
  const naming = namingForDeclined(looking, step);
  return [
    ...(naming ? [ink.button(otherOf(looking, naming), press(looking, naming, 'choose', { p: 'named' }))] : []),
    ...(arranges && declinedPeople(sheet, step).length > 0
      ? [ink.button('Go on without', press(looking, step, 'arrange', { p: 'without' }))]
      : []),
  ];
}

function otherOf(looking: Looking, naming: AssignStep): string {
  return aOf(looking, naming) === 'a worker' ? 'Name another worker' : 'Name somebody else';
}

/** The step that could name somebody else in the place of one who cannot come. */
function namingForDeclined({ sheet, viewer }: Looking, step: MeetStep): AssignStep | undefined {
  const roles = (sheet.status.steps[step.id]?.booking?.declined ?? []).flatMap(
    ({ role, person }) => role ?? rolesNamed(sheet, person),
  );
  return Object.values(sheet.protocol.steps).find(
    (each): each is AssignStep => each.kind === 'assign' && roles.includes(each.fills) && mayAct(sheet, each, viewer),
  );
}

function rolesNamed({ status }: CaseSheet, person: string | undefined): RoleId[] {
  return Object.entries(status.named).flatMap(([role, id]) => (id === person ? [role] : []));
}

/** Those who have said no and can be left out: whoever organises it has it in their diary. */
export function declinedPeople(sheet: CaseSheet, step: MeetStep): readonly Person[] {
  const { booking } = sheet.status.steps[step.id] ?? {};
  const { required, optional } = comingTo(sheet, step);
  const roles = booking?.declined?.map(({ role, person }) => ({ role, person })) ?? [];
  return [...required, ...optional].filter(
    ({ id }) =>
      id !== booking?.organiser &&
      roles.some(({ role, person }) =>
        person === undefined
          ? role !== undefined && sheet.holders[role]?.some((each) => each.id === id)
          : person === id,
      ),
  );
}
