/**
 * From the event log to a case as it stands, and to the sheet that everything is drawn from.
 */
import { replay } from '../domain/case/evolve.ts';
import { everRecorded } from '../domain/case/recorded.ts';
import { statusOf } from '../domain/case/status.ts';
import type { Answers, Case, CaseId, CaseStatus, FactRecorded, PersonId, StepView } from '../domain/case/types.ts';
import type { Protocol, RoleId, StepId } from '../domain/protocol/types.ts';
import type { Calendar } from '../domain/time/calendar.ts';
import { waitsForAddress } from './addresses.ts';
import { holdersOf } from './case-roles.ts';
import { documentsOf } from './documents.ts';
import { waitsForDocument } from './mail-documents.ts';
import type { OutboxRow, Person } from './ports.ts';
import type { CaseSheet } from './sheet.ts';
import type { World } from './world.ts';

export interface ReadCase {
  readonly case: Case;
  readonly protocol: Protocol;
  readonly calendar: Calendar;
  readonly status: CaseStatus;
}

/** @param asOf number of the last event to be read: the case as it was, under the pathway that it was on then */
export async function readCase(world: World, id: CaseId, asOf?: number): Promise<ReadCase | undefined> {
  const stored = await world.store.events(id);
  if (stored.length === 0) return undefined;
  const read = replay(
    id,
    stored.slice(0, asOf).map(({ event }) => event),
  );
  const protocol = world.protocols.get(read.pathway, read.version);
  const calendar = world.protocols.calendar(read.council);
  return { case: read, protocol, calendar, status: statusOf(protocol, read, calendar, world.clock.now()) };
}

export async function readSheet(world: World, id: CaseId, asOf?: number): Promise<CaseSheet | undefined> {
  const read = await readCase(world, id, asOf);
  return read ? toSheet(world, read) : undefined;
}

/** The sheet on which a step stands: of a pathway that the case has left, as it was on leaving it. */
export async function readSheetWith(world: World, id: CaseId, step: StepId): Promise<CaseSheet | undefined> {
  const sheet = await readSheet(world, id);
  if (!sheet || step === 'case' || sheet.protocol.steps[step]) return sheet;
  const left = sheet.case.earlier.findLast(
    ({ pathway, version }) => world.protocols.get(pathway, version).steps[step] !== undefined,
  );
  return left ? readSheet(world, id, left.seq - 1) : sheet;
}

/** A case as it left a pathway: what was open there is asked of nobody any more. */
export async function readSheetOnLeaving(world: World, id: CaseId, asOf: number): Promise<CaseSheet | undefined> {
  const sheet = await readSheet(world, id, asOf);
  if (!sheet) return undefined;
  const { status } = sheet;
  const steps = Object.fromEntries(
    Object.entries(status.steps).map(([step, view]) => [step, view.state === 'open' ? skipped(view) : view]),
  );
  const deadlines = status.deadlines.filter(({ step }) => steps[step]?.state === 'done');
  return { ...sheet, status: { ...status, steps, deadlines } };
}

function skipped({ step }: StepView): StepView {
  return { step, state: 'skipped', blockedBy: [], blockedOutcomes: {} };
}

export async function toSheet(world: World, { case: of, protocol, calendar, status }: ReadCase): Promise<CaseSheet> {
  const holders: Record<RoleId, readonly Person[]> = {};
  for (const role of Object.keys(protocol.council.roles)) {
    holders[role] = await holdersOf(world.directory, protocol, status, role);
  }
  const outbox = await world.store.outboxOf(of.id);
  const sheet: Omit<CaseSheet, 'unsent'> = {
    protocol,
    pathways: Object.fromEntries(
      world.protocols.all().flatMap((each) => (each.council.id === of.council ? [[each.id, each]] : [])),
    ),
    case: of,
    status,
    calendar,
    now: world.clock.now(),
    holders,
    people: await peopleIn(world, of, holders),
    personal: personalAnswers(of),
    documents: await documentsOf(world, of),
    rooms: world.directory.rooms(of.council),
  };
  return { ...sheet, unsent: outbox.flatMap((row) => unsent(world, sheet, row)) };
}

async function peopleIn(
  world: World,
  of: Case,
  holders: Readonly<Record<RoleId, readonly Person[]>>,
): Promise<Readonly<Record<PersonId, Person>>> {
  const people: Record<PersonId, Person> = {};
  for (const person of Object.values(holders).flat()) people[person.id] = person;
  const mentioned = new Set<string>([of.openedBy, ...(of.openedFor === undefined ? [] : [of.openedFor])]);
  for (const fact of everRecorded(of)) {
    mentioned.add(fact.by);
    for (const answer of Object.values(fact.answers).flat())
      if (typeof answer === 'string' && /^[0-9a-f-]{36}$/.test(answer)) mentioned.add(answer);
  }
  for (const id of mentioned) {
    if (people[id]) continue;
    const person = await world.directory.person(id);
    if (person) people[id] = person;
  }
  return people;
}

/** Latest personal answers by the first word of the fact: `front-door.advice` -> `front-door`. */
function personalAnswers(of: Case): Readonly<Record<StepId, Answers>> {
  const personal: Record<StepId, Answers> = {};
  for (const fact of of.facts as readonly FactRecorded[]) {
    const name = fact.fact.split('.')[0] ?? fact.fact;
    if (fact.personal) personal[name] = { ...personal[name], ...fact.personal };
  }
  return personal;
}

function unsent({ directory }: World, sheet: Omit<CaseSheet, 'unsent'>, row: OutboxRow): CaseSheet['unsent'] {
  const { effect, key, attempts } = row;
  if (row.state === 'done') return [];
  // An event that is being moved is on its way as one that is being booked.
  const asked = effect.kind === 'rebook' ? { ...effect, kind: 'book' as const } : effect;
  if (asked.kind !== 'mail' && asked.kind !== 'book' && asked.kind !== 'unbook') return [];
  const { protocol } = sheet;
  const step = protocol.steps[asked.step];
  const why =
    asked.kind === 'mail' && step?.kind === 'send'
      ? (waitsForAddress(directory, protocol, step) ?? waitsForDocument(sheet, step))
      : undefined;
  return [{ key, kind: asked.kind, step: asked.step, attempts, withdrawable: attempts === 0, ...(why ? { why } : {}) }];
}
