/**
 * Who sits in a meeting of a case, by the roles that the protocol names: those with a diary in the tenant, and who organises.
 */
import { roleOf } from '../domain/case/steps.ts';
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
  const organiser = one(sheet, step.organiser);
  const roles = [...step.with, ...step.invite].flatMap((target) => roleOf(target) ?? []);
  const required = new Map<string, Person>();
  for (const role of [step.organiser, ...roles]) {
    const person = one(sheet, role);
    if (person) required.set(person.id, person);
  }
  return { organiser, required: [...required.values()], outside: step.with.filter((target) => !target.includes('/')) };
}

/** Of several who hold a role and are not covered for, the one who acted on this case last: she knows it. */
function one({ holders, status, case: { facts } }: CaseSheet, role: string): Person | undefined {
  const all = holders[role] ?? [];
  const covered = new Set(status.cover.map(({ person }) => person));
  const present = all.filter(({ id }) => !covered.has(id));
  const last = facts.findLast(({ by }) => present.some(({ id }) => id === by))?.by;
  return present.find(({ id }) => id === last) ?? present[0] ?? all[0];
}
