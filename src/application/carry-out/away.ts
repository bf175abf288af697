/**
 * Who owes something and is away when it falls due (story X1). The owner's manager is asked for cover before it is late: calendars are
 * looked into three times each working day, so that an absence that is entered at noon is seen before tomorrow's step is late.
 * Only that somebody is away is read, never why.
 */
import type { Deadline } from '../../domain/case/types.ts';
import { type Day, dayOf, type Instant, instantAt } from '../../domain/time/instant.ts';
import { CLOSES, isOfficeTime, OPENS } from '../../domain/time/office-hours.ts';
import { asBusy, awayUntil } from '../absence.ts';
import {
  type DeadlineRow,
  type Diary,
  type OutboxEffect,
  type OutboxItem,
  type Person,
  PlatformFault,
} from '../ports.ts';
import { readSheet } from '../read-case.ts';
import type { CaseSheet } from '../sheet.ts';
import { viewerOf } from '../viewer.ts';
import type { World } from '../world.ts';
import { postNew } from './post.ts';

/** How far ahead deadlines are compared with diaries. */
const WORKING_DAYS_AHEAD = 10;
/** How far ahead automatic replies are looked at: one mailbox each, and few are planned for longer. */
const REPLIES_AHEAD = 2;
/** The first look of the day comes with the digest. At the first of these a manager who has not answered is reminded as well. */
const FURTHER_LOOKS = ['13:00', '15:30'] as const;
const [REMINDS] = FURTHER_LOOKS;

interface Uncovered {
  readonly sheet: CaseSheet;
  readonly step: string;
  readonly deadline: Deadline;
  readonly row: DeadlineRow;
}

export async function carryOutLookForAway(
  world: World,
  { council, day }: Extract<OutboxEffect, { kind: 'look-for-away' }>,
): Promise<void> {
  const calendar = world.protocols.calendar(council);
  const now = world.clock.now();
  if (day !== dayOf(now) || !isOfficeTime(now, calendar)) return;
  await world.store.enqueue(FURTHER_LOOKS.map((time) => furtherLook(council, day, time)));
  const until = instantAt(calendar.addWorkingDays(day, WORKING_DAYS_AHEAD), CLOSES);
  // A step that any of several can do is in nobody's absence's way.
  const rows = (await world.store.deadlinesUntil(until, council)).filter((row) => row.owners.length === 1);
  const owners = await peopleOf(world, rows);
  if (owners.length === 0) return;
  const diaries = await world.calendars.diaries(
    owners.map(({ mail }) => mail),
    now,
    until,
  );
  const soon = calendar.addWorkingDays(day, REPLIES_AHEAD);
  const near = rows.filter(({ actBy }) => actBy <= soon);
  const known = await withReplies(world, owners, diaries, near, now);
  for (const owner of owners) {
    const diary = diaryOf(known, owner);
    if (!diary) continue;
    const away = awayIn(diary, rowsOf(rows, owner), now);
    if (away.size > 0) await askForCover(world, council, owner, rows, away, now);
  }
}

function furtherLook(council: string, day: Day, time: string): OutboxItem {
  const key = `away/${council}/${day}/${time}`;
  return { key, caseId: null, effect: { kind: 'look-for-away', key, council, day }, notBefore: instantAt(day, time) };
}

/** Their steps on whose day they are away, each with the last day of that absence. */
function awayIn(diary: Diary, rows: readonly DeadlineRow[], now: Instant): Map<string, Day> {
  return new Map(
    rows.flatMap((row) => {
      const day = awayOn(diary, row.actBy, now);
      return day ? [[stepOf(row), day] as const] : [];
    }),
  );
}

/** Away for all of the staffed time in which this person works, or what is left of it. @returns the last day of that absence */
function awayOn({ busy, workingHours }: Diary, day: Day, now: Instant): Day | undefined {
  const [, from = OPENS] = [workingHours.from, OPENS].sort();
  const [to = CLOSES] = [workingHours.to, CLOSES].sort();
  const [begins, ends] = [instantAt(day, from), instantAt(day, to)];
  return awayUntil(busy, begins < now && now < ends ? now : begins, ends);
}

/**
 * With the absences of those who owe one of these and whose calendar says nothing of it. Where automatic replies may not be read, or
 * cannot be at the moment, calendars alone count.
 */
async function withReplies(
  world: World,
  owners: readonly Person[],
  diaries: readonly Diary[],
  rows: readonly DeadlineRow[],
  now: Instant,
): Promise<readonly Diary[]> {
  const asked = owners.filter((owner) => {
    const own = rowsOf(rows, owner);
    const diary = diaryOf(diaries, owner);
    return diary?.visible === true && awayIn(diary, own, now).size < own.length;
  });
  if (!world.replies || asked.length === 0 || refusing.has(world.replies)) return diaries;
  try {
    const replies = await world.replies.of(
      asked.map(({ mail }) => mail),
      now,
    );
    return diaries.map((diary) => {
      const own = replies.filter(({ address }) => sameAddress(address, diary.address));
      // One without an end is known to last as long as each step, and is asked about again for the next.
      const busy = own.flatMap((reply) => rows.map(({ actBy }) => asBusy(reply, instantAt(actBy, CLOSES))));
      return busy.length === 0 ? diary : { ...diary, busy: [...diary.busy, ...busy] };
    });
  } catch (fault) {
    if (!(fault instanceof PlatformFault)) throw fault;
    // Said once: it would be the same at every look, until somebody gives the permission and starts the program again.
    if (fault.status === 403) refusing.add(world.replies);
    world.log.warn('automatic-replies-not-read', { status: fault.status, permission: 'MailboxSettings.Read' });
    return diaries;
  }
}

/** Those that answered that this program may not ask. */
const refusing = new WeakSet<object>();

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
    const until = away.get(stepOf(row));
    const sheet = until ? await readSheet(world, row.caseId) : undefined;
    const deadline = sheet?.status.deadlines.find((each) => each.step === row.step && each.effective);
    if (!sheet || !deadline || sheet.status.stopped || decidedAlready(sheet, owner.id, row.step)) continue;
    steps.push({ sheet, step: row.step, deadline, row });
  }
  const [first] = steps;
  if (!first) return;
  const until = [...away.values()].sort().at(-1) as Day;
  const candidates = await candidatesFor(world, first, owner.id);
  const chiefs = await whoDecides(world, first, owner.id, now);
  if (chiefs.length === 0) world.log.warn('nobody-to-ask-for-cover', { council, step: first.step });
  for (const chief of chiefs) {
    const key = `away/${council}/${owner.id}/${until}/${chief.id}/${world.digest(steps.map(({ row }) => stepOf(row)).join())}`;
    const viewer = await viewerOf(world, first.sheet, chief.id);
    const place = { person: chief.id };
    const asked = await world.store.post(key);
    if (!asked) {
      const drawn = world.drawing.away({ person: owner, until, steps, candidates, viewer });
      await postNew(world, { council, caseId: null, key, place, drawn, now });
      continue;
    }
    // Nobody has answered, and today it is late: once more, and then no more.
    const today = steps.filter(({ row }) => row.actBy === dayOf(now));
    const reminds = instantAt(dayOf(now), REMINDS);
    const again = `away-again/${council}/${owner.id}/${chief.id}/${dayOf(now)}`;
    if (today.length === 0 || now < reminds || asked.postedAt >= reminds || (await world.store.post(again))) continue;
    const drawn = world.drawing.away({ person: owner, until, steps: today, candidates, viewer });
    await postNew(world, { council, caseId: null, key: again, place, drawn, now });
  }
}

/**
 * The owner's managers who are there today; else theirs, and so on up. Where all of them are away the first ones all the same. Who reports
 * to nobody is a manager, and the others of the same role decide.
 */
async function whoDecides(
  world: World,
  { sheet, row }: Uncovered,
  owner: string,
  now: Instant,
): Promise<readonly Person[]> {
  const { roles } = sheet.protocol.council;
  const others = (role: string) => (sheet.holders[role] ?? []).filter(({ id }) => id !== owner);
  const levels: (readonly Person[])[] = [];
  const seen = new Set<string>();
  for (let role = roles[row.role]?.reportsTo; role !== undefined && !seen.has(role); role = roles[role]?.reportsTo) {
    seen.add(role);
    levels.push(others(role));
  }
  if (levels.length === 0) levels.push(others(row.role));
  const [first = []] = levels.filter((people) => people.length > 0);
  const addresses = [...new Set(levels.flat().map(({ mail }) => mail))];
  if (addresses.length === 0) return [];
  const closes = instantAt(dayOf(now), CLOSES);
  const diaries = await world.calendars.diaries(addresses, now, closes);
  const isThere = (person: Person) => {
    const diary = diaryOf(diaries, person);
    return diary === undefined || awayOn(diary, dayOf(now), now) === undefined;
  };
  return levels.map((people) => people.filter(isThere)).find((people) => people.length > 0) ?? first;
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

function diaryOf(diaries: readonly Diary[], { mail }: Person): Diary | undefined {
  return diaries.find(({ address }) => sameAddress(address, mail));
}

function rowsOf(rows: readonly DeadlineRow[], { id }: Person): readonly DeadlineRow[] {
  return rows.filter(({ owners }) => owners[0] === id);
}

function stepOf({ caseId, step }: DeadlineRow): string {
  return `${caseId}/${step}`;
}

function sameAddress(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
