/**
 * One card a channel each working day at 08:30: overdue, due today, due tomorrow. Nothing due, no card.
 * Read from the index of open deadlines at the moment it is posted, so what is done is silent.
 */
import type { Calendar } from '../../domain/time/calendar.ts';
import { type Day, dayOf, type Instant, instantAt } from '../../domain/time/instant.ts';
import { isOfficeTime, OPENS } from '../../domain/time/office-hours.ts';
import type { DeadlineRow, OutboxEffect, OutboxItem } from '../ports.ts';
import type { Digest, DigestLine } from '../sheet.ts';
import type { World } from '../world.ts';
import { edit, postNew } from './post.ts';

/** Working days after the due day on which the owner's manager is told: the owner was reminded the day before, on the day and the day after. */
const ESCALATES_AFTER = 2;

export function digestItem(council: string, day: Day): OutboxItem {
  const key = `digest/${council}/${day}`;
  return { key, caseId: null, effect: { kind: 'digest', key, council, day }, notBefore: instantAt(day, OPENS) };
}

export async function carryOutDigest(world: World, effect: Extract<OutboxEffect, { kind: 'digest' }>): Promise<void> {
  const calendar = world.protocols.calendar(effect.council);
  const now = world.clock.now();
  // The next one first: a digest that fails for good must not end the row of days.
  await world.store.enqueue([digestItem(effect.council, calendar.addWorkingDays(later(effect.day, dayOf(now)), 1))]);
  if (effect.day !== dayOf(now) || !isOfficeTime(now, calendar)) return;

  const lines = await digestLines(world, effect.council, calendar, now);
  for (const [channel, own] of byChannel(lines)) {
    const key = digestKey(effect.council, channel, effect.day);
    if (await world.store.post(key)) continue;
    const digest: Digest = { council: effect.council, channel, day: effect.day, lines: own, doneSince: 0 };
    await world.store.saveCursor(key, JSON.stringify(own.map(lineKey)));
    const drawn = world.drawing.digest(digest);
    await postNew(world, { council: effect.council, caseId: null, key, place: { channel }, drawn, now });
  }
  await world.store.enqueue([...escalations(lines, calendar, dayOf(now)), awayItem(effect.council, effect.day, now)]);
}

/** Something on today's digests was done, or came to them: edited in place. */
export async function carryOutDigestAgain(
  world: World,
  effect: Extract<OutboxEffect, { kind: 'digest-again' }>,
): Promise<void> {
  const now = world.clock.now();
  const day = dayOf(now);
  const calendar = world.protocols.calendar(effect.council);
  let lines: readonly DigestLine[] | undefined;
  for (const channel of channelsOf(world, effect.council)) {
    const key = digestKey(effect.council, channel, day);
    const post = await world.store.post(key);
    if (!post) continue;
    lines ??= await digestLines(world, effect.council, calendar, now);
    const own = lines.filter((line) => line.channel === channel);
    const morning = JSON.parse((await world.store.cursor(key)) ?? '[]') as string[];
    const still = new Set(own.map(lineKey));
    const doneSince = morning.filter((line) => !still.has(line)).length;
    await edit(
      world,
      post,
      world.drawing.digest({ council: effect.council, channel, day, lines: own, doneSince }),
      now,
    );
  }
}

async function digestLines(
  world: World,
  council: string,
  calendar: Calendar,
  now: Instant,
): Promise<readonly DigestLine[]> {
  const today = dayOf(now);
  const tomorrow = calendar.addWorkingDays(today, 1);
  const weekAhead = calendar.addWorkingDays(today, 5);
  const rows = await world.store.deadlinesUntil(instantAt(weekAhead, '23:59'), council);
  const lines: DigestLine[] = [];
  // In the order of the index: the earliest act-by first.
  for (const row of rows) {
    if (row.channel === null) continue;
    lines.push({ ...row, state: stateOf(row, now, today, tomorrow), ownerNames: await ownerNames(world, row) });
  }
  return lines;
}

function stateOf(row: DeadlineRow, now: Instant, today: Day, tomorrow: Day): DigestLine['state'] {
  if (row.dueAt < now) return 'overdue';
  if (row.actBy <= today) return 'today';
  return row.actBy <= tomorrow ? 'tomorrow' : 'this-week';
}

/** One owner by name; several who could do it by nobody's: the card then names the role. */
async function ownerNames(world: World, row: DeadlineRow): Promise<readonly string[]> {
  const [only] = row.owners;
  if (!only || row.owners.length > 1) return [];
  const person = await world.directory.person(only);
  return person ? [person.name] : [];
}

/** A channel hears of what is overdue, due today or tomorrow; the rest of the week alone is no reason for a card. */
function byChannel(lines: readonly DigestLine[]): ReadonlyMap<string, readonly DigestLine[]> {
  const channels = new Map<string, DigestLine[]>();
  for (const line of lines) {
    const channel = line.channel as string;
    channels.set(channel, [...(channels.get(channel) ?? []), line]);
  }
  return new Map([...channels].filter(([, own]) => own.some((line) => line.state !== 'this-week')));
}

function escalations(lines: readonly DigestLine[], calendar: Calendar, today: Day): OutboxItem[] {
  return lines.flatMap((line) => {
    if (
      line.state !== 'overdue' ||
      (line.kind !== 'limit' && line.kind !== 'session') ||
      calendar.workingDaysBetween(line.due, today) < ESCALATES_AFTER
    )
      return [];
    const key = `${line.caseId}/escalate/${line.step}/${line.due}`;
    const effect: OutboxEffect = { kind: 'escalate', key, step: line.step, role: line.role, due: line.due };
    return [{ key, caseId: line.caseId, effect, notBefore: instantAt(today, OPENS) }];
  });
}

function awayItem(council: string, day: Day, now: Instant): OutboxItem {
  const key = `away/${council}/${day}`;
  return { key, caseId: null, effect: { kind: 'look-for-away', key, council, day }, notBefore: now };
}

/** The council's channels and those of its teams. */
function channelsOf(world: World, council: string): readonly string[] {
  const of = world.protocols.all().find((each) => each.council.id === council)?.council;
  const teams = Object.keys(of?.teams ?? {}).flatMap((team) => world.directory.teamChannel(council, team) ?? []);
  return [...new Set([...Object.keys(of?.channels ?? {}), ...teams])];
}

function digestKey(council: string, channel: string, day: Day): string {
  return `digest/${council}/${channel}/${day}`;
}

function lineKey(line: DigestLine): string {
  return `${line.caseId}/${line.step}`;
}

function later(one: Day, other: Day): Day {
  return one > other ? one : other;
}
