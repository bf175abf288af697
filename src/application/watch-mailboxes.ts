/**
 * Looks into the mailboxes that the protocols name and writes every mail into the book. A mailbox is read when Microsoft 365 hints that
 * something came, after a mail of ours, and from time to time without being told; what is read tells, never the hint. Each page is
 * kept, with how far it goes, before the next one is asked for, so that a crash loses nothing and doubles nothing.
 */
import type { CouncilId } from '../domain/protocol/types.ts';
import { addHours, addMinutes, type Instant } from '../domain/time/instant.ts';
import { mailboxWait } from './mail/memory.ts';
import { formerMailboxes, type WatchedMailbox, watchedMailboxes } from './mail/watched.ts';
import { LostCursor, type OutboxItem, PlatformFault, type ReadMailbox, type SeenMail } from './ports.ts';
import { reasonOf } from './reason.ts';
import { isOpen, nextOpening } from './watch-diaries.ts';
import type { World } from './world.ts';

type Mail = NonNullable<World['mail']>;

/** What came earlier was there before the program, and people have seen to it. */
const LOOKS_BACK_HOURS = 24;
/** Over Christmas and New Year nobody may see that an address has changed. */
const MOST_BACK_HOURS = 21 * 24;
/** More of a mailbox is read at the next round, so that a first look at a full one holds nothing else up. */
const MOST_PAGES = 20;
/** Minutes in office time after which it is read although nothing was told: notifications get lost. */
const SELDOM = 15;

export interface Looking {
  /** Time to look where nobody tells. */
  readonly poll: boolean;
  /** Councils that have just sent a mail: it may have arrived in a mailbox of theirs. */
  readonly sent: ReadonlySet<CouncilId>;
}

export function messagesOf(address: string): string {
  return `/users/${address}/mailFolders/inbox/messages`;
}

/** A mailbox that does not answer holds nothing else up. @returns how many mails were written in and alarms raised or ended; more where a mailbox is not read to its end yet */
export async function watchMailboxes(world: World, looking: Looking): Promise<number> {
  const { mail, store } = world;
  if (!mail) return 0;
  const watched = watchedMailboxes(world);
  const told = await toldOf(world);
  const hints = new Map((await store.hints()).map(({ resource, count }) => [resource, count]));
  let found = 0;
  for (const box of watched) {
    const resource = messagesOf(box.address);
    const hinted = hints.get(resource) ?? 0;
    const state = await store.mails.mailbox(box.address);
    const asked = hinted > 0 || looking.sent.has(box.council.id);
    if (isDue(world, mail, box, state, { asked, told: told.has(resource), poll: looking.poll })) {
      found += await look(world, mail, box, state);
      if (hinted > 0 && !mail.memory.failing.has(box.address)) await store.hintsDone(resource, hinted);
    }
    found += await raiseAlarm(world, mail, box);
  }
  return found;
}

/** When a mailbox is to be read next for certain, or an alarm to be raised. What comes more often comes with the worker's poll. */
export async function mailboxesDue(world: World): Promise<Instant | undefined> {
  const { mail, store, clock } = world;
  if (!mail) return undefined;
  const due: Instant[] = [];
  for (const { address } of watchedMailboxes(world)) {
    const state = await store.mails.mailbox(address);
    const failing = mail.memory.failing.get(address);
    due.push(failing?.notBefore ?? (state?.readAt ? nextOpening(world, state.readAt) : clock.now()));
    if (state?.failingSince && state.alarmedAt === null) due.push(addMinutes(state.failingSince, mail.alarmMinutes));
  }
  return due.sort()[0];
}

/** Resources of which Microsoft 365 tells us by itself. */
async function toldOf({ store, clock, watching }: World): Promise<ReadonlySet<string>> {
  if (!watching?.subscriptions) return new Set();
  const now = clock.now();
  const live = (await store.subscriptions()).filter(({ id, expiresAt }) => id !== null && (expiresAt ?? '') > now);
  return new Set(live.map(({ resource }) => resource));
}

function isDue(
  world: World,
  { memory }: Mail,
  { address }: WatchedMailbox,
  state: ReadMailbox | undefined,
  { asked, told, poll }: { readonly asked: boolean; readonly told: boolean; readonly poll: boolean },
): boolean {
  const now = world.clock.now();
  const failing = memory.failing.get(address);
  if (failing && failing.notBefore > now) return false;
  if (asked || failing || !state?.readAt || !memory.looked.has(address) || memory.unfinished.has(address)) return true;
  if (!told) return poll;
  return (isOpen(world, now) && addMinutes(state.readAt, SELDOM) <= now) || nextOpening(world, state.readAt) <= now;
}

async function look(world: World, mail: Mail, box: WatchedMailbox, state: ReadMailbox | undefined): Promise<number> {
  const { address } = box;
  const { memory } = mail;
  try {
    const found = await readPages(world, mail, box, state ?? (await begin(world, address)));
    memory.failing.delete(address);
    memory.looked.add(address);
    return found;
  } catch (fault) {
    const now = world.clock.now();
    const asked = fault instanceof PlatformFault ? fault.retryAfterSeconds : undefined;
    const tries = (memory.failing.get(address)?.tries ?? 0) + 1;
    memory.failing.set(address, { tries, notBefore: addMinutes(now, mailboxWait(tries, asked)) });
    world.log.warn('mailbox-not-read', {
      council: box.council.id,
      mailbox: box.names[0] ?? '',
      tries,
      reason: reasonOf(fault),
    });
    const latest = await world.store.mails.mailbox(address);
    if (latest && latest.failingSince === null) await world.store.mails.saveMailbox({ ...latest, failingSince: now });
    return 0;
  }
}

/**
 * A mailbox that was renamed goes on where it was read to under its old address: what came between is nobody's, were it only looked a day
 * back.
 */
async function begin(world: World, address: string): Promise<ReadMailbox> {
  const { store, clock } = world;
  const earliest = addHours(clock.now(), -MOST_BACK_HOURS);
  const left = (await formerMailboxes(world)).flatMap(({ readAt }) => (readAt && readAt > earliest ? [readAt] : []));
  const watchedFrom = [addHours(clock.now(), -LOOKS_BACK_HOURS), ...left].sort()[0] as Instant;
  const never = { cursor: null, readAt: null, failingSince: null, alarmedAt: null, reconciledAt: null };
  const state = { address, watchedFrom, ...never };
  await store.mails.saveMailbox(state);
  return state;
}

async function readPages(world: World, mail: Mail, box: WatchedMailbox, begun: ReadMailbox): Promise<number> {
  const { memory, feed } = mail;
  const { store, clock } = world;
  const now = clock.now();
  let state = begun;
  let found = 0;
  let lost = false;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await nextPage(feed, state);
    if (page === 'lost') {
      // Again and again is no reading: it waits like any other fault.
      if (lost) throw new PlatformFault('Microsoft Graph: loses the cursor that it has just given', 410, true);
      lost = true;
      // Everything is read again, and what the book knows is passed over.
      world.log.warn('mailbox-cursor-lost', { council: box.council.id, mailbox: box.names[0] ?? '' });
      state = { ...state, cursor: null };
      await store.mails.saveMailbox(state);
      continue;
    }
    state = { ...state, cursor: page.cursor, failingSince: null, readAt: page.last ? now : state.readAt };
    found += await takeIn(world, box, state, page.mails);
    if (!page.last) continue;
    memory.unfinished.delete(box.address);
    return found + (await endAlarm(world, box, begun));
  }
  memory.unfinished.add(box.address);
  return found + 1;
}

async function nextPage(feed: Mail['feed'], { address, cursor }: ReadMailbox) {
  try {
    return await feed.page(address, cursor ?? undefined);
  } catch (fault) {
    if (fault instanceof LostCursor && cursor !== null) return 'lost';
    throw fault;
  }
}

/** Into the book, with how far the mailbox is read now. @returns how many were new */
export async function takeIn(
  world: World,
  { council, address }: WatchedMailbox,
  mailbox: ReadMailbox,
  seen: readonly SeenMail[],
): Promise<number> {
  const takenAt = world.clock.now();
  const mails = seen.map((each) => {
    const id = world.newId();
    return { id, seen: each, identity: identityOf(address, each), reads: reading(id, takenAt) };
  });
  return (await world.store.mails.takeIn({ council: council.id, mailbox, takenAt, mails })).length;
}

/**
 * When two are one mail: the same mail in two mailboxes, or twice in one. A Message-ID can be forged, so everything else that the
 * sender wrote has to be the same too, as far as a list shows it; where there is none, each message is a mail of its own.
 */
function identityOf(address: string, { internetMessageId, from, subject, sentAt, begins, id }: SeenMail): string {
  const bare = internetMessageId.trim().replace(/^<|>$/g, '');
  return JSON.stringify(
    bare === ''
      ? ['message', address, id]
      : ['mail', bare, from.toLowerCase(), subject, sentAt ?? null, begins ?? null],
  );
}

function reading(mail: string, notBefore: Instant): OutboxItem {
  const key = `read-mail/${mail}`;
  return { key, caseId: null, effect: { kind: 'read-mail', key, mail }, notBefore };
}

/** Once for each time that it fails for too long. @returns how many were raised */
async function raiseAlarm(world: World, mail: Mail, { address, council }: WatchedMailbox): Promise<number> {
  const { store, clock } = world;
  const state = await store.mails.mailbox(address);
  if (!state?.failingSince || state.alarmedAt !== null) return 0;
  const now = clock.now();
  if (addMinutes(state.failingSince, mail.alarmMinutes) > now) return 0;
  // Before it is kept that it was raised: after a crash in between its key keeps it from being raised twice.
  await store.enqueue([alarm(council.id, state, false, now)]);
  await store.mails.saveMailbox({ ...state, alarmedAt: now });
  return 1;
}

async function endAlarm(
  { store, clock }: World,
  { council, address }: WatchedMailbox,
  was: ReadMailbox,
): Promise<number> {
  if (was.alarmedAt === null) return 0;
  await store.enqueue([alarm(council.id, was, true, clock.now())]);
  const latest = await store.mails.mailbox(address);
  if (latest) await store.mails.saveMailbox({ ...latest, alarmedAt: null });
  return 1;
}

function alarm(
  council: CouncilId,
  { address: mailbox, readAt, watchedFrom }: ReadMailbox,
  over: boolean,
  notBefore: Instant,
): OutboxItem {
  // The same while it fails, so that its end finds its beginning.
  const since = readAt ?? watchedFrom;
  const key = `mailbox-alarm/${mailbox}/${since}${over ? '/over' : ''}`;
  return { key, caseId: null, effect: { kind: 'mailbox-alarm', key, council, mailbox, since, over }, notBefore };
}
