/**
 * Who sits in a meeting of a case, by the roles that the protocol names: those with a diary in the tenant, and who organises.
 */
import { recordersFor } from '../domain/case/as-whom.ts';
import { roleOf } from '../domain/case/steps.ts';
import type { MeetStep } from '../domain/protocol/types.ts';
import { addressOf } from './addresses.ts';
import type { Directory, Person } from './ports.ts';
import type { CaseSheet } from './sheet.ts';

export interface Attendees {
  readonly organiser: Person | undefined;
  /** Everybody inside the tenant who must be there, the organiser included. */
  readonly required: readonly Person[];
  /** Mailboxes that are invited, as far as their address is known: they have no diary that anybody looks into. */
  readonly mailboxes: readonly { readonly name: string; readonly address: string }[];
  /** `family`, `network`: asked by a person, their diaries are not ours to see. */
  readonly outside: readonly string[];
}

export function attendeesOf(directory: Directory, sheet: CaseSheet, step: MeetStep): Attendees {
  // An organiser outside the council has no calendar here: one of those who record for them organises.
  const recorders = recordersFor(sheet.protocol, sheet.status.named, step.organiser);
  const [organiser] = [step.organiser, ...recorders].flatMap((role) => one(sheet, role) ?? []);
  const roles = [...step.with, ...step.invite].flatMap((target) => roleOf(target) ?? []);
  const required = new Map<string, Person>();
  const chair = [step.chair, step.notes].filter((role) => role !== undefined);
  if (organiser) required.set(organiser.id, organiser);
  for (const role of [...roles, ...chair]) {
    const person = one(sheet, role);
    if (person) required.set(person.id, person);
  }
  const { council } = sheet.protocol;
  const mailboxes = [...step.with, ...step.invite].flatMap((target) => {
    const mailbox = target.startsWith('mailbox/') ? target.slice('mailbox/'.length) : undefined;
    const address = mailbox === undefined ? undefined : addressOf(directory, council, mailbox);
    return mailbox === undefined || address === undefined
      ? []
      : [{ name: council.mailboxes[mailbox]?.name ?? mailbox, address }];
  });
  const outside = step.with.filter((target) => !target.includes('/'));
  return { organiser, required: [...required.values()], mailboxes, outside };
}

/** Of several who hold a role and are not covered for, the one who acted on this case last: she knows it. */
function one({ holders, status, case: { facts } }: CaseSheet, role: string): Person | undefined {
  const all = holders[role] ?? [];
  const covered = new Set(status.cover.map(({ person }) => person));
  const present = all.filter(({ id }) => !covered.has(id));
  const last = facts.findLast(({ by }) => present.some(({ id }) => id === by))?.by;
  return present.find(({ id }) => id === last) ?? present[0] ?? all[0];
}
