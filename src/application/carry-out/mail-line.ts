/**
 * Each working day: the mailboxes that a role reads are compared with the book, what was missed is taken in, and a line in the role's
 * channel accounts for every mail. A day with nothing in and nothing waiting has no card.
 */
import { type PersonId, PROGRAM } from '../../domain/case/types.ts';
import type { Council, CouncilId, RoleId } from '../../domain/protocol/types.ts';
import { addHours, addMinutes, type Day, dayOf, type Instant, instantAt } from '../../domain/time/instant.ts';
import { isOfficeTime, OPENS } from '../../domain/time/office-hours.ts';
import { Later } from '../later.ts';
import type { MailLine } from '../mail/sheet.ts';
import {
  ADMINISTRATOR,
  addressesInBook,
  councilCalled,
  peopleOf,
  placesOf,
  type WatchedMailbox,
  watchedMailboxes,
} from '../mail/watched.ts';
import type { MailCount, OutboxEffect, OutboxItem } from '../ports.ts';
import { reasonOf } from '../reason.ts';
import { takeIn } from '../watch-mailboxes.ts';
import type { World } from '../world.ts';
import { whereOf } from './mail-card.ts';
import { atEach, postNew } from './post.ts';

/** What came just before the last comparison may have been shown by Microsoft 365 only after it. */
const OVERLAP_HOURS = 1;

export function mailLineItem(council: CouncilId, day: Day): OutboxItem {
  const key = `mail-line/${council}/${day}`;
  return { key, caseId: null, effect: { kind: 'mail-line', key, council, day }, notBefore: instantAt(day, OPENS) };
}

export async function carryOutMailLine(
  world: World,
  { council: id, day }: Extract<OutboxEffect, { kind: 'mail-line' }>,
): Promise<void> {
  const council = councilCalled(world, id);
  const boxes = watchedMailboxes(world).filter((each) => each.council.id === id);
  if (!council || boxes.length === 0) return;
  const calendar = world.protocols.calendar(id);
  const now = world.clock.now();
  const today = dayOf(now);
  // The next one first: a line that fails for good must not end the row of days.
  await world.store.enqueue([mailLineItem(id, calendar.addWorkingDays(day > today ? day : today, 1))]);
  if (day !== today || !isOfficeTime(now, calendar)) return;

  // After a start each mailbox is read first: what came meanwhile was not missed.
  if (boxes.some((box) => isStillToBeRead(world, box))) throw new Later(addMinutes(now, 1));
  const compared = new Map<WatchedMailbox, Compared>();
  for (const box of boxes) compared.set(box, await compare(world, box, now));
  // What was missed is read first, and then counted.
  if ([...compared.values()].some(({ missed }) => missed > 0)) throw new Later(addMinutes(now, 1));
  for (const [role, own] of Map.groupBy(boxes, ({ watchedBy }) => watchedBy)) {
    await postLine(world, council, role, own, { day, now, compared });
  }
}

function isStillToBeRead({ mail }: World, { address }: WatchedMailbox): boolean {
  return mail !== undefined && !mail.memory.looked.has(address) && !mail.memory.failing.has(address);
}

interface Compared {
  /** Taken in just now. */
  readonly missed: number;
  /** In the mailbox and not in the book, all the same. */
  readonly unknown: number;
  readonly reached: boolean;
}

/** A mailbox that has not been read at all yet has nothing to be compared. */
async function compare(world: World, box: WatchedMailbox, now: Instant): Promise<Compared> {
  const { store, log, mail } = world;
  const { mails } = store;
  const state = await mails.mailbox(box.address);
  if (!mail || !state) return { missed: 0, unknown: 0, reached: true };
  const { watchedFrom, reconciledAt } = state;
  const last = addHours(reconciledAt ?? watchedFrom, -OVERLAP_HOURS);
  let missed = 0;
  let unknown = 0;
  try {
    for await (const seen of mail.feed.receivedSince(box.address, last)) {
      const ids = seen.map(({ id }) => id);
      const news = new Set(await mails.unknownOf(box.address, ids));
      if (news.size === 0) continue;
      const latest = (await mails.mailbox(box.address)) ?? state;
      missed += await takeIn(
        world,
        box,
        latest,
        seen.filter(({ id }) => news.has(id)),
      );
      unknown += (await mails.unknownOf(box.address, ids)).length;
    }
    const latest = (await mails.mailbox(box.address)) ?? state;
    await mails.saveMailbox({ ...latest, reconciledAt: now });
    if (missed > 0) log.warn('mails-missed', { council: box.council.id, mailbox: box.names[0] ?? '', count: missed });
    return { missed, unknown, reached: true };
  } catch (fault) {
    log.warn('mailbox-not-compared', { council: box.council.id, mailbox: box.names[0] ?? '', reason: reasonOf(fault) });
    return { missed, unknown, reached: false };
  }
}

interface Span {
  readonly day: Day;
  readonly since: Instant | null;
  readonly to: Instant;
}

async function postLine(
  world: World,
  council: Council,
  role: RoleId,
  boxes: readonly WatchedMailbox[],
  {
    day,
    now,
    compared,
  }: { readonly day: Day; readonly now: Instant; readonly compared: ReadonlyMap<WatchedMailbox, Compared> },
): Promise<void> {
  const { store, drawing, log } = world;
  const { since, to } = await spanOf(world, `mail-line/${council.id}/${role}`, day, now);
  const addresses = await addressesInBook(world, boxes);
  const count = await store.mails.count(council.id, addresses, since, to);
  const waiting = await store.mails.waiting(council.id, addresses);
  const unknown = boxes.reduce((sum, box) => sum + (compared.get(box)?.unknown ?? 0), 0);
  const unaccounted = unknown + Math.abs(count.in - accountedFor(count));
  const notCompared = boxes.filter((box) => compared.get(box)?.reached !== true).map(({ title }) => title);
  if (unaccounted > 0) log.error('mails-unaccounted', { council: council.id, count: unaccounted });
  if (count.in === 0 && waiting.length === 0 && unaccounted === 0 && notCompared.length === 0) return;
  const line: MailLine = {
    ...{ council, since, to, count, unaccounted, notCompared },
    people: await namesOf(world, count),
    waiting: { count: waiting.length, oldest: waiting[0]?.receivedAt ?? null },
  };
  const drawn = drawing.mailLine(line);
  const told = unaccounted > 0 ? await peopleOf(world, council, ADMINISTRATOR) : [];
  await atEach([...(await placesOf(world, council, role)), ...told], async (place) => {
    const key = `mail-line/${council.id}/${role}/${day}/${whereOf(place)}`;
    if (await store.post(key)) return;
    await postNew(world, { council: council.id, caseId: null, key, place, drawn, now });
  });
}

/** From the end of the last line: after a weekend, or days without the program, one line covers the whole gap. Kept before it is posted. */
async function spanOf({ store }: World, name: string, day: Day, now: Instant): Promise<Span> {
  const kept = await store.cursor(name);
  const last = kept === undefined ? undefined : (JSON.parse(kept) as Span);
  if (last?.day === day) return last;
  const span: Span = { day, since: last?.to ?? null, to: now };
  await store.saveCursor(name, JSON.stringify(span));
  return span;
}

export function accountedFor({ unread, waiting, joined, opened, setAside }: MailCount): number {
  return unread + waiting + joined + opened + setAside.reduce((sum, { count }) => sum + count, 0);
}

async function namesOf({ directory }: World, { setAside }: MailCount): Promise<Readonly<Record<PersonId, string>>> {
  const names: Record<PersonId, string> = {};
  for (const id of new Set(setAside.map(({ by }) => by))) {
    if (id === 'program' || id === PROGRAM) continue;
    const person = await directory.person(id);
    if (person) names[id] = person.name;
  }
  return names;
}
