/**
 * One card a channel each working day at 08:30: overdue, due today, due tomorrow. Nothing due, no card.
 * Read from the index of open deadlines at the moment it is posted, so what is done is silent.
 */
import { type Day, dayOf, type Instant, instantAt } from '../../domain/time/instant.ts';
import { isOfficeTime, OPENS } from '../../domain/time/office-hours.ts';
import type { OutboxEffect, OutboxItem } from '../ports.ts';
import type { Digest, DigestLine } from '../sheet.ts';
import type { World } from '../world.ts';
import { type ChannelLine, digestLines, escalations, lineKey } from './digest-lines.ts';
import { edit, postNew } from './post.ts';

export function digestItem(council: string, day: Day): OutboxItem {
  const key = `digest/${council}/${day}`;
  return { key, caseId: null, effect: { kind: 'digest', key, council, day }, notBefore: instantAt(day, OPENS) };
}

export async function carryOutDigest(
  world: World,
  { council, day }: Extract<OutboxEffect, { kind: 'digest' }>,
): Promise<void> {
  const calendar = world.protocols.calendar(council);
  const now = world.clock.now();
  const today = dayOf(now);
  // The next one first: a digest that fails for good must not end the row of days.
  await world.store.enqueue([digestItem(council, calendar.addWorkingDays(day > today ? day : today, 1))]);
  if (day !== today || !isOfficeTime(now, calendar)) return;

  const lines = await digestLines(world, council, calendar, now);
  await world.store.enqueue([...escalations(lines, calendar, today), lookForAway(council, day, now)]);
  await postDigests(world, council, day, now, lines);
}

/** @throws the first fault, when every channel that can be reached has its card */
async function postDigests(
  world: World,
  council: string,
  day: Day,
  now: Instant,
  lines: readonly ChannelLine[],
): Promise<void> {
  const faults: unknown[] = [];
  for (const [channel, own] of byChannel(lines)) {
    const digest: Digest = { council, channel, day, lines: own, doneSince: 0 };
    await postDigest(world, digest, now).catch((fault: unknown) => faults.push(fault));
  }
  if (faults.length > 0) throw faults[0];
}

async function postDigest(world: World, digest: Digest, now: Instant): Promise<void> {
  const { council, channel, day, lines } = digest;
  const key = digestKey(council, channel, day);
  if (await world.store.post(key)) return;
  // What the morning's card listed, so that later ones can say how much of it is done.
  await world.store.saveCursor(key, JSON.stringify(lines.map(lineKey)));
  await postNew(world, { council, caseId: null, key, place: { channel }, drawn: world.drawing.digest(digest), now });
}

/** Something on today's digests was done, or came to them: edited in place. */
export async function carryOutDigestAgain(
  world: World,
  { council }: Extract<OutboxEffect, { kind: 'digest-again' }>,
): Promise<void> {
  const now = world.clock.now();
  const day = dayOf(now);
  let lines: readonly ChannelLine[] | undefined;
  for (const channel of channelsOf(world, council)) {
    const key = digestKey(council, channel, day);
    const post = await world.store.post(key);
    if (!post) continue;
    lines ??= await digestLines(world, council, world.protocols.calendar(council), now);
    const own = lines.filter((line) => line.channel === channel);
    const doneSince = await goneSince(world, key, own);
    await edit(world, post, world.drawing.digest({ council, channel, day, lines: own, doneSince }), now);
  }
}

async function goneSince(world: World, key: string, lines: readonly DigestLine[]): Promise<number> {
  const morning = JSON.parse((await world.store.cursor(key)) ?? '[]') as string[];
  const still = new Set(lines.map(lineKey));
  return morning.filter((line) => !still.has(line)).length;
}

/** A channel hears of what is overdue, due today or tomorrow; the rest of the week alone is no reason for a card. */
function byChannel(lines: readonly ChannelLine[]): ReadonlyMap<string, readonly ChannelLine[]> {
  const channels = Map.groupBy(lines, ({ channel }) => channel);
  return new Map([...channels].filter(([, own]) => own.some(({ state }) => state !== 'this-week')));
}

function lookForAway(council: string, day: Day, notBefore: Instant): OutboxItem {
  const key = `away/${council}/${day}`;
  return { key, caseId: null, effect: { kind: 'look-for-away', key, council, day }, notBefore };
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
