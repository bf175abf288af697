/**
 * Who sits in a meeting of a case, by the roles that the protocol names: those with a diary in the tenant, and who organises.
 */
import type { MeetStep } from '../domain/protocol/types.ts';
import type { Person } from './ports.ts';
import type { CaseSheet } from './sheet.ts';

export interface Attendees {
  readonly organiser: Person | undefined;
  /** Everybody inside the tenant who must be there, the organiser included. */
  readonly required: readonly Person[];
  /** `family`, `network`: asked by a person, their diaries are not ours to see. */
  readonly outside: readonly string[];
}

export function attendeesOf(sheet: CaseSheet, step: MeetStep): Attendees {
  const decider = lastActor(sheet, step.organiser);
  const organiser = decider ?? one(sheet, step.organiser);
  const required = new Map<string, Person>();
  if (organiser) required.set(organiser.id, organiser);
  for (const target of [...step.with, ...step.invite]) {
    const role = target.startsWith('role/') ? target.slice('role/'.length) : undefined;
    if (!role || role === step.organiser) continue;
    const person = one(sheet, role);
    if (person) required.set(person.id, person);
  }
  return { organiser, required: [...required.values()], outside: step.with.filter((target) => !target.includes('/')) };
}

/** Of several who hold a role, the one who acted on this case last: she knows it. */
function lastActor(sheet: CaseSheet, role: string): Person | undefined {
  const holders = sheet.holders[role] ?? [];
  for (const fact of [...sheet.case.facts].reverse()) {
    const person = holders.find(({ id }) => id === fact.by);
    if (person) return person;
  }
  return undefined;
}

function one(sheet: CaseSheet, role: string): Person | undefined {
  const covered = new Set(sheet.status.cover.map(({ person }) => person));
  const holders = sheet.holders[role] ?? [];
  return lastActor(sheet, role) ?? holders.find(({ id }) => !covered.has(id)) ?? holders[0];
}
