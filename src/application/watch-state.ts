/** How well it is noticed what people do in Outlook: for whoever runs the program, in numbers and in words. No name in either. */
import { millisecondsOf, writeInstant } from '../domain/time/instant.ts';
import { watchedMailboxes } from './mail/watched.ts';
import { diariesToWatch, isLate } from './watch-diaries.ts';
import { messagesOf } from './watch-mailboxes.ts';
import type { World } from './world.ts';

export interface WatchState {
  readonly subscriptions: { readonly live: number; readonly missing: number };
  /** Of the calendar that has waited longest; undefined where none is watched. */
  readonly secondsSinceRead: number | undefined;
  readonly notifications: { readonly taken: number; readonly ignored: number };
  /** What is wrong and what it means. */
  readonly faults: readonly string[];
}

/** In office time; four times as long as a calendar is ever left alone then. */
const LATE_MINUTES = 60;
/** A single refusal may be a hiccup. */
const REFUSED_OFTEN = 2;

export async function watchState(world: World): Promise<WatchState | undefined> {
  const { watching, store, clock } = world;
  if (!watching) return undefined;
  const now = clock.now();
  const diaries = await diariesToWatch(world);
  const kept = watching.subscriptions ? await store.subscriptions() : [];
  const live = kept.filter(({ id, expiresAt }) => id !== null && (expiresAt ?? '') > now);
  const oldest = diaries.flatMap(({ read }) => read?.readAt ?? []).sort()[0];
  const late = diaries.filter((diary) => isLate(world, watching, diary, LATE_MINUTES));
  const boxes = new Set(watchedMailboxes(world).map(({ address }) => messagesOf(address)));
  const refused = kept.filter((each) => !live.includes(each) && each.tries >= REFUSED_OFTEN);
  const [mail, calendars] = [
    refused.filter(({ resource }) => boxes.has(resource)),
    refused.filter(({ resource }) => !boxes.has(resource)),
  ];
  const since = oldest === undefined ? '' : ` since ${writeInstant(oldest)}`;
  return {
    subscriptions: { live: live.length, missing: kept.length - live.length },
    secondsSinceRead: oldest === undefined ? undefined : (millisecondsOf(now) - millisecondsOf(oldest)) / 1000,
    notifications: watching.memory.notifications,
    faults: [
      ...(late.length > 0
        ? [
            `${count(late.length, 'calendar has', 'calendars have')} not been read${since}: a meeting that is moved, declined or cancelled in Outlook is noticed late.`,
          ]
        : []),
      ...untold(calendars.length, 'calendar', 'calendars'),
      ...untold(mail.length, 'mailbox', 'mailboxes'),
    ],
  };
}

function untold(number: number, one: string, many: string): readonly string[] {
  if (number === 0) return [];
  return [
    `Microsoft 365 does not tell of changes in ${count(number, one, many)}; they are read at each poll instead. Check that it reaches PUBLIC_URL.`,
  ];
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
