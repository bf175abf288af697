/**
 * The rows that are written with each append, so that lists, reminders, agendas and searches never replay a log.
 */
import { expectedOn, expectedWords } from '../domain/case/expected.ts';
import { readCase } from '../domain/case/reading.ts';
import { isSeries } from '../domain/case/series.ts';
import type { Case, CaseStatus } from '../domain/case/types.ts';
import type { Protocol, RoleId, Step } from '../domain/protocol/types.ts';
import type { Instant } from '../domain/time/instant.ts';
import { endOf } from '../domain/time/office-hours.ts';
import { channelOf, owingRoles, ownersOf } from './owners.ts';
import type { Append, BookingRow, CaseRow, DeadlineRow, Directory, Person, RegisterRow } from './ports.ts';
import type { ReadCase } from './read-case.ts';
import { waitingOf } from './waiting.ts';

export type Rows = Required<Pick<Append, 'row' | 'deadlines' | 'waiting' | 'bookings' | 'lists'>>;

export async function projectCase(directory: Directory, read: ReadCase, now: Instant): Promise<Rows> {
  const { protocol, case: of, status, calendar } = read;
  const deadlines = await openDeadlines(directory, read);
  const people = new Map<string, { person: string; role: RoleId }>();
  const add = (person: string, role: RoleId) => people.set(`${person} ${role}`, { person, role });
  for (const [role, person] of Object.entries(status.named)) add(person, role);
  for (const { cover, person } of status.cover) {
    for (const [role, named] of Object.entries(status.named)) if (named === person) add(cover, role);
  }
  for (const step of Object.values(protocol.steps)) {
    if (status.steps[step.id]?.state !== 'open') continue;
    for (const role of owingRoles(step, status))
      for (const owner of await ownersOf(directory, protocol, status, role, step.id)) add(owner.id, role);
  }
  const row: CaseRow = {
    id: of.id,
    reference: of.reference,
    council: of.council,
    pathway: of.pathway,
    status: status.ended ? 'ended' : status.stopped ? 'stopped' : 'open',
    holder: status.holder,
    team: status.team ?? null,
    children: of.children.length,
    openedAt: of.openedAt,
    updatedAt: now,
    people: [...people.values()],
  };
  const waiting = waitingOf(protocol, of, status, calendar, now);
  return { row, deadlines, waiting, bookings: bookingsIn(protocol, of, status), lists: entriesOf(of, status) };
}

/** Meetings that Outlook has and whose time is not settled yet: what was held may be tidied away, and nobody is told. */
function bookingsIn(protocol: Protocol, { id: caseId }: Case, { ended, steps }: CaseStatus): readonly BookingRow[] {
  if (ended) return [];
  return Object.values(protocol.steps).flatMap((step) => {
    const view = steps[step.id];
    const { eventId, organiser, start, end } = view?.booking ?? {};
    const settled = view?.state === 'skipped' || (view?.state === 'done' && !isSeries(step));
    if (settled || !eventId || !organiser || !start || !end) return [];
    return [{ caseId, step: step.id, eventId, organiser, start, end }];
  });
}

function entriesOf({ id: caseId, reference, council, pathway }: Case, { lists }: CaseStatus): readonly RegisterRow[] {
  return Object.entries(lists).map(([list, { state, since }]) => ({
    ...{ council, list, state, since, caseId, reference, pathway },
  }));
}

/**
 * What is owed now and has a date. A stopped case owes nothing until a manager decides, and on a paused one nobody is chased until its
 * day: neither is reminded of, and the clocks run on. What several roles owe together stands once in each of their channels.
 */
async function openDeadlines(directory: Directory, read: ReadCase): Promise<readonly DeadlineRow[]> {
  const { protocol, case: of, status } = read;
  if (status.ended || status.stopped || status.paused) return [];
  const rows: DeadlineRow[] = [];
  for (const deadline of status.deadlines) {
    const step = protocol.steps[deadline.step];
    if (!step || !deadline.effective || step.optional || status.steps[step.id]?.state !== 'open') continue;
    for (const [channel, { role, owners }] of await owing(directory, protocol, status, step)) {
      rows.push({
        caseId: of.id,
        reference: of.reference,
        council: of.council,
        step: step.id,
        title: step.title,
        dueAt: deadline.dueAt,
        due: deadline.due,
        actBy: deadline.actBy,
        role,
        owners: owners.map(({ id }) => id),
        channel,
        kind: deadline.kind,
        provisional: deadline.provisional,
      });
    }
  }
  return [...rows, ...(await expectedRows(directory, read))];
}

/** Whether something was so on the day on which it was expected: a reminder of the program's own, which nobody is late with. */
async function expectedRows(
  directory: Directory,
  { protocol, case: of, status, calendar }: ReadCase,
): Promise<readonly DeadlineRow[]> {
  const { reference, council } = of;
  const asked = expectedOn(readCase(protocol, of)).map(async ({ fact, day, by }): Promise<DeadlineRow[]> => {
    const due = calendar.firstWorkingDayOnOrAfter(day);
    const [role] = by;
    if (role === undefined) return [];
    const owners = (await ownersOf(directory, protocol, status, role)).map(({ id }) => id);
    const title = `say whether ${expectedWords(protocol, fact)}`;
    const channel = channelOf(directory, protocol, status, role);
    return [
      {
        ...{ caseId: of.id, reference, council, step: fact, title, dueAt: endOf(due), due, actBy: due, role, owners },
        ...{ channel, kind: 'house', provisional: false },
      },
    ];
  });
  return (await Promise.all(asked)).flat();
}

type Owing = { readonly role: RoleId; readonly owners: readonly Person[] };

/** By the channel in which they are reminded. */
async function owing(
  directory: Directory,
  protocol: Protocol,
  status: CaseStatus,
  step: Step,
): Promise<ReadonlyMap<string | null, Owing>> {
  const found = new Map<string | null, Owing>();
  for (const role of owingRoles(step, status)) {
    const channel = channelOf(directory, protocol, status, role);
    const owners = await ownersOf(directory, protocol, status, role, step.id);
    const before = found.get(channel);
    const all = new Map([...(before?.owners ?? []), ...owners].map((person) => [person.id, person]));
    found.set(channel, { role: before?.role ?? role, owners: [...all.values()] });
  }
  return found;
}
