/**
 * Sessions of standing forums, and what each of them has on its list: cases whose step waits for it, and entries of the registers that
 * it takes. References only: whoever may open a case reads the rest there.
 */
import type { PersonId } from '../domain/case/types.ts';
import type { Council, Cycle, TeamId } from '../domain/protocol/types.ts';
import { sessionAfter, sessionBegins, whyNoSession } from '../domain/sessions.ts';
import { BeyondCalendar, type Calendar } from '../domain/time/calendar.ts';
import { addDays } from '../domain/time/day-number.ts';
import { type Day, dayOf, type Instant, instantAt, isDay } from '../domain/time/instant.ts';
import { OPENS } from '../domain/time/office-hours.ts';
import type { OutboxItem, RegisterRow } from './ports.ts';
import type { AgendaLine, ForumToCome } from './sheet.ts';
import type { World } from './world.ts';

/** One forum; where each team has its own days, the team's. */
export interface Forum {
  readonly council: Council;
  readonly name: string;
  readonly cycle: Cycle;
  readonly team: TeamId | undefined;
}

export interface ForumSession {
  readonly day: Day;
  readonly begins: Instant;
  /** When its agenda is posted: when the list closes, else 08:30 on the working day before. */
  readonly postAt: Instant;
  /** What comes at or after this moment goes to the session after. */
  readonly closes: Instant;
}

export function forumsOf(world: World, councilId: string): readonly Forum[] {
  const council = world.protocols.all().find((each) => each.council.id === councilId)?.council;
  if (!council) return [];
  return Object.entries(council.cycles).flatMap(([name, cycle]): Forum[] => {
    const teams = Object.keys(cycle.datesOfTeam);
    const all = teams.length > 0 ? teams : [undefined];
    return all.map((team) => ({ council, name, cycle, team }));
  });
}

/** The first session that begins after the moment; undefined where the council has set no day. */
export function sessionToCome({ cycle, team }: Forum, calendar: Calendar, now: Instant): ForumSession | undefined {
  // A list closes before its session begins: one that has closed already is looked for as well.
  const back = calendar.addWorkingDays(dayOf(now), -1 - cycle.cutOffWorkingDays);
  let from = instantAt(back, '00:00');
  for (;;) {
    const found = sessionFrom({ cycle, team }, calendar, from);
    if (!found || found.begins > now) return found;
    from = found.closes;
  }
}

/** The session after this one. */
export function sessionAfterThat(forum: Forum, calendar: Calendar, { closes }: ForumSession): ForumSession | undefined {
  return sessionFrom(forum, calendar, closes);
}

function sessionFrom(
  { cycle, team }: Pick<Forum, 'cycle' | 'team'>,
  calendar: Calendar,
  from: Instant,
): ForumSession | undefined {
  try {
    const found = sessionAfter(cycle, from, calendar, team);
    if (!found) return undefined;
    const { due: day, cutOffAt: closes } = found;
    const postAt = cycle.cutOffWorkingDays > 0 ? closes : instantAt(calendar.addWorkingDays(day, -1), OPENS);
    return { day, begins: sessionBegins(cycle, found), postAt, closes };
  } catch (error) {
    // Bank holidays are not known that far: the reminder of that is the administrator's, and the next start looks again.
    if (error instanceof BeyondCalendar) return undefined;
    throw error;
  }
}

export function agendaItem({ council, name, team }: Forum, { day, postAt }: ForumSession): OutboxItem {
  const key = `agenda/${council.id}/${name}/${day}${team === undefined ? '' : `/${team}`}`;
  const effect = {
    kind: 'agenda' as const,
    key,
    council: council.id,
    cycle: name,
    session: day,
    ...(team ? { team } : {}),
  };
  return { key, caseId: null, effect, notBefore: postAt };
}

/** Called at start and again and again: every forum that has a day has an agenda to come. */
export async function keepAgendasComing(world: World): Promise<void> {
  const now = world.clock.now();
  for (const council of world.councils) {
    const calendar = world.protocols.calendar(council);
    const items = forumsOf(world, council).flatMap((forum) => {
      const session = sessionToCome(forum, calendar, now);
      return session ? [agendaItem(forum, session)] : [];
    });
    await world.store.enqueue(items);
  }
}

/**
 * What is on the list of a session. What waited for an earlier one and is still open waits for this.
 * @param team only cases that are with it
 */
export async function agendaLines(
  world: World,
  forum: Forum,
  session: ForumSession,
  team: TeamId | undefined,
): Promise<readonly AgendaLine[]> {
  const { council, name, cycle } = forum;
  const steps = await world.store.waitingUntil(council.id, name, session.day);
  const lines: AgendaLine[] = steps
    .filter((row) => team === undefined || row.team === team)
    .map(({ caseId, reference, pathway, title: what }) => ({ caseId, reference, pathway, what }));
  const before = previousSession(forum, world.protocols.calendar(council.id), session);
  for (const ref of cycle.takes) {
    const [, list = '', state] = ref.split('.');
    for (const row of await world.store.register(council.id, list, state)) {
      if (team !== undefined && (await world.store.caseById(row.caseId))?.team !== team) continue;
      lines.push(entryLine(council, row, before));
    }
  }
  return lines;
}

function entryLine(
  council: Council,
  { caseId, reference, pathway, list, state, since }: RegisterRow,
  before: Day | undefined,
): AgendaLine {
  const day = isDay(since) ? since : dayOf(since);
  const what = council.lists[list]?.title ?? list;
  return {
    caseId,
    reference,
    pathway,
    what,
    entry: { list, state, since, fresh: before === undefined || day >= before },
  };
}

/** What somebody is told who asks when a panel meets: of the councils in which she holds a role. The next session first. */
export async function forumsFor(world: World, person: PersonId): Promise<readonly ForumToCome[]> {
  const roles = await world.directory.rolesOf(person);
  const own = world.councils.filter((id) => roles.some(({ council }) => council === id));
  const found = await Promise.all(
    own.flatMap((council) => forumsOf(world, council).map((forum) => forumToCome(world, forum))),
  );
  return found.sort((one, other) => order(one).localeCompare(order(other)));
}

const order = ({ next, title, team }: ForumToCome) => `${next?.begins ?? '~'} ${title} ${team ?? ''}`;

async function forumToCome(world: World, forum: Forum): Promise<ForumToCome> {
  const { council, name, cycle, team } = forum;
  const now = world.clock.now();
  const calendar = world.protocols.calendar(council.id);
  const session = sessionToCome(forum, calendar, now);
  const of = team === undefined ? undefined : { id: team, name: council.teams[team]?.name ?? team };
  const about = { council: council.id, cycle: name, title: cycle.title, ...(of ? { team: of.name } : {}) };
  if (!session) return { ...about, why: whyNoSession(cycle, of) };
  const { day, begins, closes } = session;
  const after = closes <= now ? sessionAfterThat(forum, calendar, session)?.day : undefined;
  const lines = await agendaLines(world, forum, session, team);
  return {
    ...about,
    next: {
      ...{ day, begins, waiting: lines.length },
      ...(dayOf(closes) < day ? { listCloses: closes } : {}),
      ...(after ? { after } : {}),
    },
  };
}

/** Longer than the longest interval of a forum between two sessions, a moved one included. */
const DAYS_BACK = 100;

function previousSession(forum: Forum, calendar: Calendar, { day, closes }: ForumSession): Day | undefined {
  let previous: Day | undefined;
  const first = addDays(day, forum.cycle.every === 'working day' ? -10 : -DAYS_BACK);
  let from = instantAt(first, '00:00');
  for (;;) {
    const found = sessionFrom(forum, calendar, from);
    if (!found || found.closes >= closes) return previous;
    previous = found.day;
    from = found.closes;
  }
}
