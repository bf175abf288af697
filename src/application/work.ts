/**
 * The worker: takes what is due from the outbox, carries it out, marks it done or tries again later.
 * At least once, and harmless to repeat: every effect is found again by its key where it matters.
 */

import type { CouncilId } from '../domain/protocol/types.ts';
import {
  addMinutes,
  type Day,
  dayOf,
  type Instant,
  instantAt,
  instantFromMilliseconds,
  millisecondsOf,
} from '../domain/time/instant.ts';
import { CLOSES } from '../domain/time/office-hours.ts';
import { keepAgendasComing } from './agendas.ts';
import { digestItem } from './carry-out/digest.ts';
import { carryOut } from './carry-out/effect.ts';
import { mailLineItem } from './carry-out/mail-line.ts';
import { removeOldDocuments } from './documents.ts';
import { Later } from './later.ts';
import { watchedMailboxes } from './mail/watched.ts';
import { type ClaimedItem, type OutboxItem, PlatformFault } from './ports.ts';
import { reasonOf } from './reason.ts';
import { keepSubscriptions, subscriptionsDue } from './subscribe.ts';
import { diariesDue, diariesToWatch, eventsOf, watchDiaries } from './watch-diaries.ts';
import { mailboxesDue, messagesOf, watchMailboxes } from './watch-mailboxes.ts';
import type { World } from './world.ts';

/** Long enough for all that is taken at once, each at its slowest; after that a crashed worker's items are free again. */
const LEASE_MINUTES = 15;
const AT_ONCE = 10;
/** Minutes until the next try, by the number of tries so far; the last one stays. */
const WAITS = [0.25, 1, 2, 5, 15, 30, 60];
/** More rounds than this in one go would mean that something asks for itself again and again. */
const MOST_ROUNDS = 5_000;

/** What one worker remembers between its runs, so that a press that wakes it does not cost a look at everything. A new one looks everywhere. */
export interface Looked {
  /** When mailboxes that nobody tells of were last looked into. */
  mailboxes?: Instant;
  /** The quarter of an hour in which what comes by itself was last seen to. */
  coming?: number;
  /** The day on which documents that belong to no case were last looked through. */
  documents?: Day;
}

const QUARTER_MS = 15 * 60_000;

/**
 * Carries out everything that is due now, and what follows from it, until nothing is left. Mailboxes that Microsoft 365 does not tell of
 * are looked into after a mail of ours, and otherwise every `pollSeconds`.
 * @returns how many items were carried out
 */
export async function carryOutAllDue(world: World, looked: Looked = {}, pollSeconds = 0): Promise<number> {
  let carriedOut = 0;
  const sent = new Set<CouncilId>();
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const now = world.clock.now();
    const items = await world.store.claim(now, addMinutes(now, LEASE_MINUTES), AT_ONCE);
    for (const item of items) await attempt(world, item);
    carriedOut += items.length;
    for (const item of items) await noteSender(world, item, sent);
    if (items.length > 0) continue;
    const poll = isTime(looked.mailboxes, now, pollSeconds);
    const found = (await watch(world)) + (await watchMailboxes(world, { poll, sent }));
    if (poll) looked.mailboxes = now;
    sent.clear();
    if (found === 0) return carriedOut;
  }
  throw new Error(`The worker did not come to rest after ${MOST_ROUNDS} rounds.`);
}

function isTime(last: Instant | undefined, now: Instant, seconds: number): boolean {
  return last === undefined || Math.abs(millisecondsOf(now) - millisecondsOf(last)) >= seconds * 1000;
}

/** A mail of ours may arrive in one of the council's own mailboxes. */
async function noteSender({ store }: World, { effect, caseId }: ClaimedItem, sent: Set<CouncilId>): Promise<void> {
  if (effect.kind !== 'mail' || caseId === null) return;
  const row = await store.caseById(caseId);
  if (row) sent.add(row.council);
}

/** What people did in Outlook. @returns how much of it was recorded */
async function watch(world: World): Promise<number> {
  const { watching } = world;
  if (!watching) return 0;
  const diaries = await diariesToWatch(world);
  await keepSubscriptions(world, [
    ...watchedMailboxes(world).map(({ address }) => messagesOf(address)),
    ...diaries.map(({ organiser }) => eventsOf(organiser)),
  ]);
  return watchDiaries(world, watching, diaries);
}

async function attempt(world: World, item: ClaimedItem): Promise<void> {
  try {
    await carryOut(world, item);
    await world.store.done(item.key, world.clock.now());
  } catch (error) {
    if (error instanceof Later) {
      await world.store.retry(item.key, error.at, '');
      return;
    }
    await putOff(world, item, error);
  }
}

/** Nothing is ever dropped: what cannot be done now is tried for as long as it stands, ever more seldom, and can be seen in /readyz and on the case. */
async function putOff(world: World, item: ClaimedItem, error: unknown): Promise<void> {
  const now = world.clock.now();
  const asked = error instanceof PlatformFault ? error.retryAfterSeconds : undefined;
  const minutes = Math.max(asked === undefined ? waitAfter(item.attempts) : asked / 60, waitAfter(1));
  await world.store.retry(item.key, instantFromMilliseconds(millisecondsOf(now) + minutes * 60_000), reasonOf(error));
  world.log.warn('not-carried-out-yet', { key: item.key, attempts: item.attempts, reason: reasonOf(error) });
  await world.store.enqueue(sayNotYet(item, now));
}

function waitAfter(attempts: number): number {
  return WAITS[Math.min(attempts, WAITS.length) - 1] ?? 60;
}

/** After the second try in vain the cards say so, after the third whoever asked gets a message: a single hiccup is nobody's business. */
function sayNotYet({ key: of, caseId, effect, attempts }: ClaimedItem, notBefore: Instant): readonly OutboxItem[] {
  if (!caseId || (effect.kind !== 'mail' && effect.kind !== 'book' && effect.kind !== 'rebook')) return [];
  const key = `${of}/not-sent-yet/${attempts}`;
  if (attempts === 2) return [{ key, caseId, effect: { kind: 'redraw', key }, notBefore }];
  if (attempts === 3) return [{ key, caseId, effect: { kind: 'not-sent-yet', key, step: effect.step, of }, notBefore }];
  return [];
}

/** Called at each run, and done once each quarter of an hour: there is always a next digest and a next line of mails for each council, and a next agenda for each forum, whatever was missed while nothing ran. */
export async function keepComing(world: World, looked: Looked = {}): Promise<void> {
  const quarter = Math.floor(millisecondsOf(world.clock.now()) / QUARTER_MS);
  if (looked.coming === quarter) return;
  await keepDigestsComing(world);
  await keepAgendasComing(world);
  if (looked.documents !== dayOf(world.clock.now())) await removeOldDocuments(world);
  looked.documents = dayOf(world.clock.now());
  looked.coming = quarter;
}

async function keepDigestsComing(world: World): Promise<void> {
  const watched = new Set(watchedMailboxes(world).map(({ council }) => council.id));
  for (const council of world.councils) {
    const calendar = world.protocols.calendar(council);
    const now = world.clock.now();
    const today = dayOf(now);
    const stillToday = calendar.isWorkingDay(today) && now < instantAt(today, CLOSES);
    const day = stillToday ? today : calendar.addWorkingDays(today, 1);
    await world.store.enqueue([
      digestItem(council, day),
      ...(watched.has(council) ? [mailLineItem(council, day)] : []),
    ]);
  }
}

/** The next moment at which anything falls due. */
export async function nextDue(world: World): Promise<Instant | undefined> {
  const due = [
    await world.store.nextDue(),
    await subscriptionsDue(world),
    await diariesDue(world),
    await mailboxesDue(world),
  ];
  return due.filter((each) => each !== undefined).sort()[0];
}
