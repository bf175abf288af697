/**
 * Who sits in a meeting of a case, by the roles that the protocol names, as somebody may have changed it from the card: those with a
 * diary in the tenant, who organises, and those whom somebody has to ask.
 */
import { recordersFor } from '../domain/case/as-whom.ts';
import { rolesIn } from '../domain/case/steps.ts';
import type { MeetStep, RoleId, Target } from '../domain/protocol/types.ts';
import { addressOf } from './addresses.ts';
import type { Directory, Person } from './ports.ts';
import type { CaseSheet } from './sheet.ts';

interface Mailbox {
  readonly name: string;
  readonly address: string;
}

export interface Attendees {
  readonly organiser: Person | undefined;
  /** Everybody inside the tenant who must be there, the organiser first. */
  readonly required: readonly Person[];
  /** Who may come, and is not required. */
  readonly optional: readonly Person[];
  /** Mailboxes that are invited, as far as their address is known: they have no diary that anybody looks into. */
  readonly mailboxes: readonly Mailbox[];
  readonly optionalMailboxes: readonly Mailbox[];
  /** `family`, `network`: asked by a person, their diaries are not ours to see. */
  readonly outside: readonly string[];
  /** Roles that must be there and that nobody inside holds, or has to: their diaries are not ours to see either. */
  readonly elsewhere: readonly RoleId[];
  /** Roles that must be there and are still to be filled: it is not time yet to look for a time. */
  readonly unnamed: readonly RoleId[];
}

export function attendeesOf(directory: Directory, sheet: CaseSheet, step: MeetStep): Attendees {
  return {
    ...comingTo(sheet, step),
    mailboxes: mailboxesOf(directory, sheet, [...step.with, ...step.invite]),
    optionalMailboxes: mailboxesOf(directory, sheet, step.mayCome),
  };
}

/** The same without mailboxes, whose addresses stand in the directory: what a card says of who comes. */
export function comingTo(sheet: CaseSheet, step: MeetStep): Omit<Attendees, 'mailboxes' | 'optionalMailboxes'> {
  // An organiser outside the council has no calendar here: one of those who record for them organises.
  const recorders = recordersFor(sheet.protocol, sheet.status.named, step.organiser);
  const [organiser] = [step.organiser, ...recorders].flatMap((role) => one(sheet, role) ?? []);
  const { also = [], without = [] } = sheet.status.steps[step.id]?.booking ?? {};
  const stays = ({ id }: Person) => id === organiser?.id || !without.includes(id);

  const there = [...rolesIn(step.with), ...[step.chair, step.notes].filter((role) => role !== undefined)];
  const holding = (roles: readonly RoleId[]) => roles.flatMap((role) => one(sheet, role) ?? []);
  const added = also.flatMap((id) => personOf(sheet, id) ?? []);
  const required = unique([
    ...(organiser ? [organiser] : []),
    ...holding([...rolesIn(step.with), ...rolesIn(step.invite), ...there]),
    ...added,
  ]).filter(stays);
  const optional = unique(holding(rolesIn(step.mayCome)))
    .filter(stays)
    .filter(({ id }) => !required.some((person) => person.id === id));

  const nobody = [...new Set(there)].filter((role) => one(sheet, role) === undefined);
  const unnamed = nobody.filter((role) => isStillToBeNamed(sheet, role));
  return {
    organiser,
    required,
    optional,
    outside: step.with.filter((target) => !target.includes('/')),
    elsewhere: nobody.filter((role) => !unnamed.includes(role)),
    unnamed,
  };
}

/** Somebody inside has to be named for it, or the case has to come to a team first. Who holds a role outside is nobody's to find here. */
function isStillToBeNamed({ protocol }: CaseSheet, role: RoleId): boolean {
  const of = protocol.council.roles[role];
  return of !== undefined && of.held !== 'group' && of.outside !== true;
}

function mailboxesOf(
  directory: Directory,
  { protocol: { council } }: CaseSheet,
  targets: readonly Target[],
): readonly Mailbox[] {
  return targets.flatMap((target) => {
    const mailbox = target.startsWith('mailbox/') ? target.slice('mailbox/'.length) : undefined;
    const address = mailbox === undefined ? undefined : addressOf(directory, council, mailbox);
    return mailbox === undefined || address === undefined
      ? []
      : [{ name: council.mailboxes[mailbox]?.name ?? mailbox, address }];
  });
}

function personOf({ people, holders }: CaseSheet, id: string): Person | undefined {
  return (
    people[id] ??
    Object.values(holders)
      .flat()
      .find((person) => person.id === id)
  );
}

function unique(people: readonly Person[]): readonly Person[] {
  return [...new Map(people.map((person) => [person.id, person])).values()];
}

/** Of several who hold a role and are not covered for, the one who acted on this case last: she knows it. */
function one({ holders, status, case: { facts } }: CaseSheet, role: string): Person | undefined {
  const all = holders[role] ?? [];
  const covered = new Set(status.cover.map(({ person }) => person));
  const present = all.filter(({ id }) => !covered.has(id));
  const last = facts.findLast(({ by }) => present.some(({ id }) => id === by))?.by;
  return present.find(({ id }) => id === last) ?? present[0] ?? all[0];
}
