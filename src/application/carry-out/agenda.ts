/**
 * The agenda of a standing forum, in the channel of the role that holds it: posted once before the session, nothing where nothing waits,
 * and edited in place until the session begins.
 */
import type { TeamId } from '../../domain/protocol/types.ts';
import { dayOf, type Instant, timeOf } from '../../domain/time/instant.ts';
import { CLOSES } from '../../domain/time/office-hours.ts';
import { capital } from '../../domain/wording.ts';
import {
  agendaItem,
  agendaLines,
  type Forum,
  type ForumSession,
  forumsOf,
  sessionAfterThat,
  sessionToCome,
} from '../agendas.ts';
import { inOfficeHours } from '../later.ts';
import type { OutboxEffect } from '../ports.ts';
import type { Agenda, AgendaLine } from '../sheet.ts';
import type { World } from '../world.ts';
import { edit, type Place, postNew } from './post.ts';

export async function carryOutAgenda(
  world: World,
  { council, cycle, session: day, team }: Extract<OutboxEffect, { kind: 'agenda' }>,
): Promise<void> {
  const forum = forumsOf(world, council).find((each) => each.name === cycle && each.team === team);
  if (!forum) return;
  const calendar = world.protocols.calendar(council);
  const now = world.clock.now();
  const session = sessionToCome(forum, calendar, now);
  // Begun already, or the council has set another day since.
  if (session?.day !== day) return;
  // The next one first: an agenda that fails for good must not end the row of sessions.
  const next = sessionAfterThat(forum, calendar, session);
  if (next) await world.store.enqueue([agendaItem(forum, next)]);
  await show(world, forum, session, now);
}

/** Something that waits came or went: what is posted is edited; where nothing was on a list so far, it is posted now. */
export async function carryOutAgendaAgain(
  world: World,
  { council }: Extract<OutboxEffect, { kind: 'agenda-again' }>,
): Promise<void> {
  const calendar = world.protocols.calendar(council);
  const now = world.clock.now();
  for (const forum of forumsOf(world, council)) {
    const session = sessionToCome(forum, calendar, now);
    if (session && now >= session.postAt) await show(world, forum, session, now);
  }
}

async function show(world: World, forum: Forum, session: ForumSession, now: Instant): Promise<void> {
  for (const { place, team } of await placesOf(world, forum)) {
    const { council, name } = forum;
    const where = 'channel' in place ? `channel/${place.channel}` : `person/${place.person}`;
    const key = `agenda/${council.id}/${name}/${session.day}${team === undefined ? '' : `/${team}`}/${where}`;
    const lines = await agendaLines(world, forum, session, team);
    const post = await world.store.post(key);
    if (post) {
      const first = JSON.parse((await world.store.cursor(key)) ?? '[]') as string[];
      await edit(world, post, world.drawing.agenda(agendaOf(forum, session, team, lines, first)), now);
      continue;
    }
    if (lines.length === 0) continue;
    // A list closes at 17:00, and its agenda follows at once.
    if (timeOf(now) !== CLOSES || now !== session.postAt) inOfficeHours(now, world.protocols.calendar(council.id));
    // What was on it first, so that later ones can say what came and went.
    await world.store.saveCursor(key, JSON.stringify(lines.map(lineKey)));
    const drawn = world.drawing.agenda(agendaOf(forum, session, team, lines, lines.map(lineKey)));
    await postNew(world, { council: council.id, caseId: null, key, place, drawn, now });
  }
}

function agendaOf(
  { council, name, cycle }: Forum,
  { day, begins, closes }: ForumSession,
  team: TeamId | undefined,
  lines: readonly AgendaLine[],
  first: readonly string[],
): Agenda {
  const is = lines.map(lineKey);
  return {
    council: council.id,
    cycle: name,
    title: capital(cycle.title),
    day,
    begins,
    ...(team === undefined ? {} : { team: council.teams[team]?.name ?? team }),
    ...(dayOf(closes) < day ? { listCloses: closes } : {}),
    lines,
    came: is.filter((key) => !first.includes(key)).length,
    went: first.filter((key) => !is.includes(key)).length,
  };
}

function lineKey({ caseId, what, entry }: AgendaLine): string {
  return `${caseId}/${entry ? `${entry.list}.${entry.state}` : what}`;
}

/**
 * The channel of the role; for a role of teams each team's channel, with its own cases; for a role without a channel those who hold it,
 * each in their own chat.
 */
async function placesOf(
  { directory }: World,
  { council, cycle, team }: Forum,
): Promise<readonly { readonly place: Place; readonly team: TeamId | undefined }[]> {
  const role = council.roles[cycle.by];
  if (role?.channel === undefined) {
    const holders = await directory.holders(council.id, cycle.by, team);
    return holders.map(({ id }) => ({ place: { person: id }, team }));
  }
  if (role.channel !== 'team') return [{ place: { channel: role.channel }, team }];
  return (team === undefined ? Object.keys(council.teams) : [team]).flatMap((each) => {
    const channel = directory.teamChannel(council.id, each);
    return channel === undefined ? [] : [{ place: { channel }, team: each }];
  });
}
