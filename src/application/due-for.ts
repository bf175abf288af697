/** "Due this week": what a person owes, and what those owe whom she manages. */
import type { PersonId } from '../domain/case/types.ts';
import type { CouncilId, RoleId, TeamId } from '../domain/protocol/types.ts';
import { whyNoSession } from '../domain/sessions.ts';
import { dayOf, instantAt } from '../domain/time/instant.ts';
import { CLOSES } from '../domain/time/office-hours.ts';
import type { CaseRow, DeadlineRow, WaitingRow } from './ports.ts';
import type { World } from './world.ts';

/** To the end of the week after next: what is due on Monday matters on Thursday. */
const WORKING_DAYS_SHOWN = 10;

type Held = { readonly council: CouncilId; readonly role: RoleId; readonly team?: TeamId };

/** @returns earliest act-by first */
export async function dueFor(world: World, person: PersonId): Promise<readonly DeadlineRow[]> {
  const held = await world.directory.rolesOf(person);
  const lists = await Promise.all(world.councils.map((council) => dueIn(world, council, person, held)));
  // What several roles owe together stands in the list of each of their channels; whoever leads them all sees it once.
  return [...new Map(lists.flat().map((row) => [`${row.caseId}/${row.step}`, row])).values()];
}

/** Steps without a date, because the council has not set the forum's day. */
export async function undatedFor(
  world: World,
  person: PersonId,
): Promise<readonly (WaitingRow & { readonly why: string })[]> {
  const rows = await world.store.waitingUndated(person);
  return rows.flatMap((row) => {
    const council = world.protocols.all().find((each) => each.council.id === row.council)?.council;
    const cycle = council?.cycles[row.cycle];
    const name = row.team === null ? undefined : council?.teams[row.team]?.name;
    const team = row.team === null || name === undefined ? undefined : { id: row.team, name };
    return cycle ? [{ ...row, why: whyNoSession(cycle, team) }] : [];
  });
}

async function dueIn(
  world: World,
  council: CouncilId,
  person: PersonId,
  held: readonly Held[],
): Promise<readonly DeadlineRow[]> {
  const calendar = world.protocols.calendar(council);
  const until = instantAt(calendar.addWorkingDays(dayOf(world.clock.now()), WORKING_DAYS_SHOWN), CLOSES);
  const roles = world.protocols.all().find((protocol) => protocol.council.id === council)?.council.roles ?? {};
  const rows = await world.store.deadlinesUntil(until, council);
  const own = held.filter((each) => each.council === council);
  const leads = (row: DeadlineRow) => own.filter(({ role }) => role === roles[row.role]?.reportsTo);
  // Which team a case is with is looked up once for all of them, and only for somebody who leads anybody.
  const cases = rows.some((row) => leads(row).length > 0) ? await world.store.openCases(council) : [];
  const byId = new Map(cases.map((row) => [row.id, row]));
  return rows.filter(
    (row) => row.owners.includes(person) || leads(row).some((chief) => ofTeam(chief, byId.get(row.caseId))),
  );
}

/** A chief of the whole council, or of the team that the case is with. */
function ofTeam({ team }: Held, row: CaseRow | undefined): boolean {
  return team === undefined || team === row?.team;
}
