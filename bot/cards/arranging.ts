/** The pages of a meeting that is booked: cancel it, keep a time past its limit, change who comes, go on without somebody. Class P. */
import { comingTo } from '../../src/application/attendees.ts';
import type { Person } from '../../src/application/ports.ts';
import type { CaseSheet } from '../../src/application/sheet.ts';
import type { Answers, Booking } from '../../src/domain/case/types.ts';
import type { MeetStep } from '../../src/domain/protocol/types.ts';
import { writeInstant } from '../../src/domain/time/instant.ts';
import { andList } from '../../src/domain/wording.ts';
import { reasonField } from './ask.ts';
import { REASON } from './asking.ts';
import type { Ink } from './buttons.ts';
import { blankField, type Choice, type FieldData } from './fields.ts';
import { errorSummary, type Frame, frame } from './frame.ts';
import { endRows, press, title } from './looking.ts';
import { declinedPeople, outsiders } from './meeting-people.ts';
import { meetingName, nowAndLimit, whoDeclined } from './meeting-words.ts';
import { choiceText, type Line, line } from './text.ts';
import { namesOf, roleName } from './words.ts';

/** What is arranged. `without`: it goes ahead although somebody who must come cannot. */
export type Arranging = 'cancelled' | 'kept' | 'attendees' | 'without';

export function isArranging(part: string | undefined): part is Arranging {
  return part === 'cancelled' || part === 'kept' || part === 'attendees' || part === 'without';
}

export interface ArrangingPage {
  readonly sheet: CaseSheet;
  readonly ink: Ink;
  readonly step: MeetStep;
  readonly booking: Booking;
  readonly what: Arranging;
  readonly typed: Readonly<Record<string, unknown>>;
  /** By the id of the input. */
  readonly faults: Readonly<Record<string, string>>;
}

/** Inputs that are not the protocol's. */
export const STAYS = 'stays~';
export const BESIDES = 'besides~';

export function arrangingFrame(page: ArrangingPage): Frame {
  const { sheet, ink, step, booking, what } = page;
  const { heading, confirm } = wordsOf(page);
  const fields = fieldsOf(page);
  return frame({
    errors: errorSummary(
      fields.flatMap(({ id, label }) => {
        const fault = page.faults[id];
        return fault ? [`${label.replace(/ \(.*\)$/, '')}. ${fault}`] : [];
      }),
    ),
    title: title({ sheet }, heading),
    lines: linesOf(page),
    fields,
    buttonRows: endRows({ sheet, ink }, [
      ink.button(confirm, press({ sheet }, step, 'arrange', { p: what, x: `do|${booking.start}` })),
      ink.button('Back', press({ sheet }, step, 'step')),
    ]),
  });
}

function wordsOf({ step, what }: ArrangingPage): { readonly heading: string; readonly confirm: string } {
  switch (what) {
    case 'cancelled':
      return { heading: `cancel the ${meetingName(step)}`, confirm: 'Cancel it' };
    case 'kept':
      return { heading: `keep the time of the ${meetingName(step)}`, confirm: 'Keep this time' };
    case 'attendees':
      return { heading: `who comes to the ${meetingName(step)}`, confirm: 'Change who comes' };
    case 'without':
      return { heading: `go on without somebody`, confirm: 'Go on without' };
  }
}

function linesOf(page: ArrangingPage): Line[] {
  const { sheet, step, booking, what } = page;
  const when = `It is booked for ${writeInstant(booking.start)}.`;
  switch (what) {
    case 'cancelled':
      return [line(`${when} The event is taken out of every diary.`), ...tellThem(page)];
    case 'kept':
      return booking.pastLimit ? nowAndLimit(booking.start, booking.pastLimit).map((words) => line(words)) : [];
    case 'attendees':
      return [line(`${when} Outlook writes only to those who come or go.`), ...organisedBy(page)];
    case 'without':
      return [
        line(`${whoDeclined(sheet, step) ?? 'Somebody'} cannot come. The ${step.title} goes ahead.`),
        line(`${when} ${namesOf(declinedPeople(sheet, step))} is left out of it.`),
      ];
  }
}

/** Outlook writes to those who were invited; nobody else is. */
function tellThem({ sheet, step }: ArrangingPage): Line[] {
  const { elsewhere, outside } = comingTo(sheet, step);
  const who = [...elsewhere.map((role) => `the ${roleName(sheet, role)}`), ...outsiders(outside)];
  return who.length > 0 ? [line(`Please tell ${andList(who)} yourself.`)] : [];
}

function organisedBy({ sheet, step, booking }: ArrangingPage): Line[] {
  const organiser = organiserOf(sheet, step, booking);
  return organiser ? [line(`${organiser.name} organises it: the meeting stands in that diary.`)] : [];
}

function organiserOf(sheet: CaseSheet, step: MeetStep, { organiser }: Booking): Person | undefined {
  const coming = comingTo(sheet, step);
  return coming.required.find(({ id }) => id === organiser) ?? coming.organiser;
}

function fieldsOf(page: ArrangingPage): FieldData[] {
  const { sheet, step, booking, what, typed, faults } = page;
  const fault = faults[REASON] ?? '';
  if (what === 'kept') return [reasonField(sheet, typed[REASON], fault, 'late')];
  const why = blankField(REASON, `Why${fault ? ' (needs fixing)' : ''}`, 'long', {
    value: textOf(typed[REASON]),
    error: fault,
  });
  if (what !== 'attendees') return [why];
  const now = comesNow(sheet, step, booking);
  const others = mayBeAsked(sheet, step, booking);
  const many = (id: string, label: string, people: readonly Person[], value: string): FieldData[] =>
    people.length === 0
      ? []
      : [
          blankField(id, `${label}${faults[id] ? ' (needs fixing)' : ''}`, 'many', {
            choices: people.map((person) => choiceOf(sheet, person)),
            value: id in typed ? textOf(typed[id]) : value,
            error: faults[id] ?? '',
          }),
        ];
  return [
    ...many(STAYS, 'Who comes', now, now.map(({ id }) => id).join(',')),
    ...many(BESIDES, 'Ask besides (optional)', others, ''),
    why,
  ];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function choiceOf({ holders, protocol }: CaseSheet, { id, name }: Person): Choice {
  const role = Object.keys(holders).find((each) => holders[each]?.some((person) => person.id === id));
  const as = role ? ` (${protocol.council.roles[role]?.name ?? role})` : '';
  return { title: choiceText(`${name}${as}`), value: id };
}

/** Those who may be left out: all but whoever has the event in their own diary. */
function comesNow(sheet: CaseSheet, step: MeetStep, booking: Booking): readonly Person[] {
  const { required, optional } = comingTo(sheet, step);
  const organiser = organiserOf(sheet, step, booking);
  return [...required, ...optional].filter(({ id }) => id !== organiser?.id);
}

/** A card has 28 kB, and nobody reads a longer list. */
const MOST_OTHERS = 30;

/** Colleagues with a part in the case, the fewest of a role first: those of the case's team before a whole group. */
function mayBeAsked(sheet: CaseSheet, step: MeetStep, booking: Booking): readonly Person[] {
  const { required, optional } = comingTo(sheet, step);
  const come = new Set([...required, ...optional].map(({ id }) => id));
  const organiser = organiserOf(sheet, step, booking);
  const byRole = Object.values(sheet.holders).toSorted((one, other) => one.length - other.length);
  const all = new Map(byRole.flat().map((person) => [person.id, person]));
  return [...all.values()].filter(({ id }) => !come.has(id) && id !== organiser?.id).slice(0, MOST_OTHERS);
}

/** What was ticked, as the engine wants it: only people whom the page offered. */
export function peopleChosen(
  sheet: CaseSheet,
  step: MeetStep,
  booking: Booking,
  typed: Readonly<Record<string, unknown>>,
): Answers {
  const ticked = (id: string) => textOf(typed[id]).split(',');
  const now = comesNow(sheet, step, booking).map(({ id }) => id);
  const left = now.filter((id) => !ticked(STAYS).includes(id));
  const asked = mayBeAsked(sheet, step, booking).flatMap(({ id }) => (ticked(BESIDES).includes(id) ? [id] : []));
  const [also, without] = [booking.also ?? [], booking.without ?? []];
  return {
    also: [...also.filter((id) => !left.includes(id)), ...asked.filter((id) => !without.includes(id))],
    without: [...without.filter((id) => !asked.includes(id)), ...left.filter((id) => !also.includes(id))],
  };
}

/** It goes ahead: whoever cannot come is left out of the invitation, so that nobody waits for them. */
export function withoutDeclined(sheet: CaseSheet, step: MeetStep, booking: Booking): Answers {
  const gone = declinedPeople(sheet, step).map(({ id }) => id);
  return {
    also: (booking.also ?? []).filter((id) => !gone.includes(id)),
    without: [...new Set([...(booking.without ?? []), ...gone])],
  };
}
