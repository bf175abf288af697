/** What comes in from Microsoft 365 by itself: checked, kept, and worked through later. */
import type { KeptSubscription } from './ports.ts';
import type { World } from './world.ts';

/** Of what a notification says only these are believed, and only together with the secret word. */
export interface Notification {
  readonly subscriptionId: string;
  readonly clientState: string;
  /** Of the subscription itself: `reauthorizationRequired`, `subscriptionRemoved`, `missed`. */
  readonly lifecycleEvent?: string;
}

/**
 * Keeps what is to be looked into, and wakes the worker. Quick, since Microsoft 365 wants its answer within three seconds.
 * @param unread entries of the same call that were no notifications at all
 */
export async function takeNotifications(
  world: World,
  notifications: readonly Notification[],
  unread = 0,
): Promise<void> {
  const { watching, store } = world;
  if (!watching) return;
  const kept = new Map((await store.subscriptions()).flatMap((each) => (each.id ? [[each.id, each] as const] : [])));
  const hinted = new Set<string>();
  const changed = new Map<string, KeptSubscription>();
  let taken = 0;
  for (const { subscriptionId, clientState, lifecycleEvent } of notifications) {
    const subscription = kept.get(subscriptionId);
    if (!subscription || !watching.clientStates.matches(subscription.resource, clientState)) continue;
    taken += 1;
    const after = lifecycleEvent === undefined ? undefined : afterLifecycle(lifecycleEvent, subscription, world);
    if (after) changed.set(after.resource, after);
    if (lifecycleEvent !== 'reauthorizationRequired') hinted.add(subscription.resource);
  }
  for (const subscription of changed.values()) await store.saveSubscription(subscription);
  await store.hint([...hinted]);
  watching.memory.notifications.taken += taken;
  watching.memory.notifications.ignored += notifications.length - taken + unread;
  if (taken > 0) world.wake();
}

/** `missed`, and whatever Microsoft adds one day, changes nothing about the subscription: it is read what there is. */
function afterLifecycle(event: string, kept: KeptSubscription, { clock }: World): KeptSubscription | undefined {
  if (event === 'reauthorizationRequired') return { ...kept, dueAt: clock.now() };
  if (event === 'subscriptionRemoved') return { ...kept, id: null, expiresAt: null, dueAt: clock.now(), tries: 0 };
  return undefined;
}
