/**
 * A meeting as its organiser's calendar shows it, held against the booking that stands: what differs was done in Outlook and is recorded.
 * What the program did itself does not differ, so that nothing is recorded twice, however often it is read.
 */
import { rolesAt } from '../domain/case/steps.ts';
import type { Answers, Booking, CaseStatus, PersonId } from '../domain/case/types.ts';
import type { MeetStep, Protocol, RoleId } from '../domain/protocol/types.ts';
import type { Instant } from '../domain/time/instant.ts';
import { record } from './perform.ts';
import type { BookingRow, Person, SeenEvent } from './ports.ts';
import { type ReadCase, readCase, toSheet } from './read-case.ts';
import type { CaseSheet } from './sheet.ts';
import type { World } from './world.ts';

export interface Compared {
  readonly recorded: number;
  /** False where Outlook is still being asked for another time: what it shows meanwhile may be either, and is looked at again. */
  readonly settled: boolean;
}

const NOTHING: Compared = { recorded: 0, settled: true };

/** @param seen undefined: the event is not there any more */
export async function compareBooking(world: World, row: BookingRow, seen: SeenEvent | undefined): Promise<Compared> {
  const read = await readCase(world, row.caseId);
  const step = read?.protocol.steps[row.step];
  const booking = read?.status.steps[row.step]?.booking;
  if (!read || step?.kind !== 'meet' || booking?.eventId !== row.eventId) return NOTHING;
  if (booking.state === 'asked') return { recorded: 0, settled: false };
  if (seen?.is !== 'there' || !seen.start || !seen.end) {
    const how = seen?.is === 'gone' ? 'cancelled' : 'deleted';
    const cancelled = await tell(world, row, 'cancelled', { eventId: row.eventId, how }, []);
    return { recorded: cancelled ? 1 : 0, settled: true };
  }
  const { start, end } = seen;
  const moved = start !== booking.start || end !== booking.end;
  // It may be moved away and back and away again: each time from another record of this meeting.
  const last = read.case.facts.findLast(({ fact }) => fact.startsWith(`${row.step}.`))?.seq ?? 0;
  const times = { start, end, eventId: row.eventId };
  const recorded = moved && (await tell(world, row, 'moved', times, [start, end, `${last}`])) ? 1 : 0;
  return { recorded: recorded + (await compareAnswers(world, row, step, { ...seen, start }, read)), settled: true };
}

/** "Perhaps" is no longer no. */
const TAKES_BACK: readonly string[] = ['accepted', 'tentative'];

/** Who said no, and who has taken a no back. A yes that nobody doubted is not news. */
async function compareAnswers(
  world: World,
  row: BookingRow,
  step: MeetStep,
  { answers, start }: SeenEvent & { readonly start: Instant },
  before: ReadCase,
): Promise<number> {
  const none = before.status.steps[row.step]?.booking?.declined ?? [];
  if (none.length === 0 && !answers.some(({ response }) => response === 'declined')) return 0;
  // As it stands now: a no to the time before says nothing of this one.
  const read = await readCase(world, row.caseId);
  const booking = read?.status.steps[row.step]?.booking;
  if (!read || booking?.eventId !== row.eventId) return 0;
  const sheet = await toSheet(world, read);
  const people = await peopleByAddress(world, sheet, booking);
  let recorded = 0;
  for (const { address, response, at } of answers) {
    const person = people.get(address);
    if (!person) continue;
    const said = booking.declined?.some((each) => each.person === person.id) ?? false;
    const about = { person: person.id, eventId: row.eventId, start };
    const seen = [person.id, start, at ?? ''];
    if (response === 'declined' && !said) {
      const role = roleIn(read.protocol, sheet, step, person.id);
      if (await tell(world, row, 'declined', { ...about, ...(role ? { role } : {}) }, seen)) recorded += 1;
    } else if (TAKES_BACK.includes(response) && said && (await tell(world, row, 'accepted', about, seen)))
      recorded += 1;
  }
  return recorded;
}

/** Those of the council's own whom the case knows. A mailbox or a person outside answers to whoever asked them. */
async function peopleByAddress(
  { directory }: World,
  { people }: CaseSheet,
  { also = [] }: Booking,
): Promise<ReadonlyMap<string, Person>> {
  const asked = await Promise.all(also.filter((id) => !people[id]).map((id) => directory.person(id)));
  const all = [...Object.values(people), ...asked.filter((person) => person !== undefined)];
  return new Map(all.map((person) => [person.mail.toLowerCase(), person]));
}

/** As what this person comes. */
function roleIn(
  { council }: Protocol,
  { holders, status }: CaseSheet,
  step: MeetStep,
  person: PersonId,
): RoleId | undefined {
  const roles = rolesAt(step).filter((role) => council.roles[role] !== undefined);
  return roles.find((role) => isNamed(status, role, person)) ?? roles.find((role) => holds(holders, role, person));
}

function isNamed({ named }: CaseStatus, role: RoleId, person: PersonId): boolean {
  return named[role] === person;
}

function holds(holders: CaseSheet['holders'], role: RoleId, person: PersonId): boolean {
  return holders[role]?.some(({ id }) => id === person) ?? false;
}

/** @param seen what tells this from another time that the same happened to the same event */
async function tell(
  world: World,
  { caseId, step, eventId }: BookingRow,
  part: string,
  answers: Answers,
  seen: readonly string[],
): Promise<boolean> {
  const key = `outlook/${world.digest([eventId, part, ...seen].join(' '))}`;
  const performed = await record(world, caseId, { type: 'record', step, part, answers }, key);
  if (performed.ok) return !performed.repeated;
  // Seen twice at once, or no longer of interest to the case.
  world.log.info('diary-change-not-recorded', { part, code: performed.refusal.code });
  return false;
}
