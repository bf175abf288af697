/**
 * Keeps a subscription to each resource that is to be watched, and none to any other: made, renewed with a day to spare, made again where
 * it was removed. What Microsoft 365 refuses is tried again, ever more seldom, while the reading goes on without it. Where nothing is
 * due, nothing is asked of Graph.
 */
import { addHours, addMinutes, type Instant } from '../domain/time/instant.ts';
import { type KeptSubscription, PlatformFault, type Subscription, type Subscriptions } from './ports.ts';
import { waitAfter } from './watching.ts';
import type { World } from './world.ts';

/** An hour less than Outlook's longest, 10,080 minutes (facts.md 1), for clocks that differ. */
const LIFETIME_MINUTES = 10_020;
const TO_SPARE_HOURS = 24;

/** @param wanted `/users/{id}/events` and the like */
export async function keepSubscriptions(world: World, wanted: readonly string[]): Promise<void> {
  const { store, clock, watching } = world;
  const subscriptions = watching?.subscriptions;
  if (!watching || !subscriptions) return;
  const now = clock.now();
  let kept = await store.subscriptions();
  const { checkAt } = watching.memory;
  if (checkAt !== null && (checkAt ?? now) <= now && (kept.length > 0 || wanted.length > 0)) {
    watching.memory.checkAt = await check(world, subscriptions, kept, wanted);
    kept = await store.subscriptions();
  }
  const known = new Set(kept.map(({ resource }) => resource));
  const missing = wanted
    .filter((resource) => !known.has(resource))
    .map((resource): KeptSubscription => ({ resource, id: null, expiresAt: null, dueAt: now, tries: 0 }));
  for (const each of [...kept, ...missing]) {
    if (!wanted.includes(each.resource)) {
      if (each.tries === 0 || each.dueAt <= now) await drop(world, subscriptions, each);
    } else if (each.dueAt <= now) await keep(world, subscriptions, each);
  }
}

/** When something is to be done about a subscription next. */
export async function subscriptionsDue({ store, watching }: World): Promise<Instant | undefined> {
  if (!watching?.subscriptions) return undefined;
  const due = (await store.subscriptions()).map(({ dueAt }) => dueAt);
  return due.sort()[0];
}

/**
 * Once in the life of a process: what was removed while it did not run, and what it has left behind.
 * @returns when to look again, where Microsoft 365 did not say; null: all is known
 */
async function check(
  world: World,
  subscriptions: Subscriptions,
  kept: readonly KeptSubscription[],
  wanted: readonly string[],
): Promise<Instant | null> {
  const { store, clock } = world;
  try {
    const there = await subscriptions.all();
    for (const each of there) {
      const ours = kept.find(({ id }) => id === each.id);
      // Of an earlier address, or nobody's any more. What is wanted and stands is found when it is asked for (409).
      if (ours ? !each.callsHere : each.callsHere && !wanted.some((resource) => same(resource, each.resource)))
        await subscriptions.remove(each.id);
    }
    const stands = new Set(there.filter(({ callsHere }) => callsHere).map(({ id }) => id));
    for (const each of kept) {
      if (each.id === null || stands.has(each.id)) continue;
      await store.saveSubscription({ ...each, id: null, expiresAt: null, dueAt: clock.now(), tries: 0 });
    }
    return null;
  } catch (fault) {
    if (!(fault instanceof PlatformFault)) throw fault;
    world.log.warn('subscriptions-not-listed', { status: fault.status });
    return addMinutes(clock.now(), waitAfter(3, fault.retryAfterSeconds));
  }
}

async function keep(world: World, subscriptions: Subscriptions, kept: KeptSubscription): Promise<void> {
  const { store, clock } = world;
  const now = clock.now();
  const until = addMinutes(now, LIFETIME_MINUTES);
  try {
    if (kept.id !== null && (await subscriptions.renew(kept.id, until))) {
      await store.saveSubscription(standing(kept.resource, kept.id, until));
      return;
    }
    const { id, expiresAt } = await make(world, subscriptions, kept.resource, until);
    await store.saveSubscription(standing(kept.resource, id, expiresAt));
    // What happened while there was none is told by nobody: it is read.
    await store.hint([kept.resource]);
  } catch (fault) {
    await putOff(world, kept, fault);
  }
}

/** Where one stands already (409) it is taken over; one that calls an earlier address of this program makes room. */
async function make(
  { watching, clock }: World,
  subscriptions: Subscriptions,
  resource: string,
  until: Instant,
): Promise<Subscription> {
  const clientState = watching?.clientStates.of(resource) ?? '';
  const made = await subscriptions.create(resource, until, clientState);
  if (made) return made;
  const found = (await subscriptions.all()).find((each) => same(each.resource, resource));
  if (found?.callsHere && found.expiresAt > clock.now() && (await subscriptions.renew(found.id, until)))
    return { ...found, expiresAt: until };
  if (found) await subscriptions.remove(found.id);
  const again = await subscriptions.create(resource, until, clientState);
  if (again) return again;
  throw new PlatformFault('Microsoft Graph: says that it tells of these changes already, and not how', 409, true);
}

async function drop(world: World, subscriptions: Subscriptions, kept: KeptSubscription): Promise<void> {
  try {
    if (kept.id !== null) await subscriptions.remove(kept.id);
    await world.store.forgetSubscription(kept.resource);
  } catch (fault) {
    await putOff(world, kept, fault);
  }
}

async function putOff({ store, clock, log }: World, kept: KeptSubscription, fault: unknown): Promise<void> {
  if (!(fault instanceof PlatformFault)) throw fault;
  const tries = kept.tries + 1;
  const dueAt = addMinutes(clock.now(), waitAfter(tries, fault.retryAfterSeconds));
  await store.saveSubscription({ ...kept, dueAt, tries });
  log.warn('subscription-refused', { status: fault.status, tries });
}

function standing(resource: string, id: string, expiresAt: Instant): KeptSubscription {
  return { resource, id, expiresAt, dueAt: addHours(expiresAt, -TO_SPARE_HOURS), tries: 0 };
}

function same(one: string, other: string): boolean {
  return one.replace(/^\//, '').toLowerCase() === other.replace(/^\//, '').toLowerCase();
}
