/**
 * Who owes something and is away when it falls due (story X1). The owner's manager is asked for cover before it is late.
 * Only that somebody is away is read, never why.
 */
import type { Deadline } from '../../domain/case/types.ts';
import { type Day, dayOf, type Instant, instantAt } from '../../domain/time/instant.ts';
import { CLOSES, isOfficeTime, OPENS } from '../../domain/time/office-hours.ts';
import { awayUntil } from '../absence.ts';
import type { DeadlineRow, Diary, OutboxEffect, Person } from '../ports.ts';
import { readSheet } from '../read-case.ts';
import type { CaseSheet } from '../sheet.ts';
import { viewerOf } from '../viewer.ts';
import type { World } from '../world.ts';
import { postNew } from './post.ts';

/** How far ahead deadlines are compared with diaries. */
const WORKING_DAYS_AHEAD = 10;

interface Uncovered {
  readonly sheet: CaseSheet;
  readonly step: string;
  readonly deadline: Deadline;
  readonly row: DeadlineRow;
}

export async function carryOutLookForAway(
  world: World,
  effect: Extract<OutboxEffect, { kind: 'look-for-away' }>,
): Promise<void> {
  const calendar = world.protocols.calendar(effect.council);
  const now = world.clock.now();
  if (!isOfficeTime(now, calendar)) return;
  const until = instantAt(calendar.addWorkingDays(dayOf(now), WORKING_DAYS_AHEAD), CLOSES);
  // A step that any of several can do is in nobody's absence's way.
  const rows = (await world.store.deadlinesUntil(until, effect.council)).filter((row) => row.owners.length === 1);
  const owners = await peopleOf(world, rows);
  if (owners.length === 0) return;
  const diaries = await world.calendars.diaries(
    owners.map(({ mail }) => mail),
    now,
    until,
  );
  for (const owner of owners) {
    const diary = diaries.find(({ address }) => address.toLowerCase() === owner.mail.toLowerCase());
    if (!diary) continue;
    const away = new Map<string, Day>();
    for (const row of rows.filter(({ owners: [id] }) => id === owner.id)) {
      const day = awayOn(diary, row.actBy);
      if (day) away.set(`${row.caseId}/${row.step}`, day);
    }
    if (away.size > 0) await askForCover(world, effect.council, owner, rows, away, now);
  }
}

/** Away for all of the staffed time in which this person works. @returns the last day of that absence */
function awayOn({ busy, workingHours }: Diary, day: Day): Day | undefined {
  const [, from = OPENS] = [workingHours.from, OPENS].sort();
  const [to = CLOSES] = [workingHours.to, CLOSES].sort();
  return awayUntil(busy, instantAt(day, from), instantAt(day, to));
}

async function askForCover(
  world: World,
  council: string,
  owner: Person,
  rows: readonly DeadlineRow[],
  away: ReadonlyMap<string, Day>,
  now: Instant,
): Promise<void> {
  const steps: Uncovered[] = [];
  for (const row of rows) {
    const until = away.get(`${row.caseId}/${row.step}`);
    const sheet = until ? await readSheet(world, row.caseId) : undefined;
    const deadline = sheet?.status.deadlines.find((each) => each.step === row.step && each.effective);
    if (!sheet || !deadline || sheet.status.stopped || decidedAlready(sheet, owner.id, row.step)) continue;
    steps.push({ sheet, step: row.step, deadline, row });
  }
  const [first] = steps;
  if (!first) return;
  const until = [...away.values()].sort().at(-1) as Day;
  const role = first.row.role;
  const reportsTo = first.sheet.protocol.council.roles[role]?.reportsTo;
  const candidates = await candidatesFor(world, first, owner.id);
  for (const chief of reportsTo ? (first.sheet.holders[reportsTo] ?? []) : []) {
    const key = `away/${council}/${owner.id}/${until}/${chief.id}/${world.digest(steps.map(({ row }) => `${row.caseId}/${row.step}`).join())}`;
    if (await world.store.post(key)) continue;
    const viewer = await viewerOf(world, first.sheet, chief.id);
    const drawn = world.drawing.away({ person: owner, until, steps, candidates, viewer });
    await postNew(world, { council, caseId: null, key, place: { person: chief.id }, drawn, now });
  }
}

/** Covered, or left as it is by a manager with a reason: of one step, or of all that the owner has on the case. */
function decidedAlready({ status, case: { facts } }: CaseSheet, owner: string, step: string): boolean {
  if (status.cover.some(({ person }) => person === owner)) return true;
  return facts.some(({ fact, answers, personal }) => {
    const left = { ...personal, ...answers };
    return fact === 'cover.left' && left.person === owner && (left.step ?? step) === step;
  });
}

/** Colleagues who hold the same role: of the council's group, or of the same team. */
async function candidatesFor(world: World, { sheet, row }: Uncovered, owner: string): Promise<readonly Person[]> {
  const council = sheet.protocol.council;
  const held = council.roles[row.role]?.held;
  const team = held === 'group' ? undefined : sheet.status.team;
  const own = await world.directory.rolesOf(owner);
  const inTeam = own.find((each) => each.council === council.id && each.role === row.role)?.team ?? team;
  const colleagues = await world.directory.holders(council.id, row.role, inTeam);
  const chief = council.roles[row.role]?.reportsTo;
  const fallback = chief ? (sheet.holders[chief] ?? []) : [];
  const others = colleagues.filter(({ id }) => id !== owner);
  return others.length > 0 ? others : fallback;
}

async function peopleOf(world: World, rows: readonly DeadlineRow[]): Promise<readonly Person[]> {
  const ids = new Set(rows.flatMap(({ owners }) => owners));
  const people = await Promise.all([...ids].map((id) => world.directory.person(id)));
  return people.filter((person): person is Person => person !== undefined);
}
