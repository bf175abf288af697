/** How well the mailboxes are read: for whoever runs the program, in numbers and in words. No name of a person in either. */
import { addMinutes, millisecondsOf, writeInstant } from '../../domain/time/instant.ts';
import type { MailState } from '../ports.ts';
import type { World } from '../world.ts';
import { addressesInBook, watchedMailboxes } from './watched.ts';

export interface MailboxesState {
  readonly mailboxes: readonly {
    readonly council: string;
    readonly mailbox: string;
    /** undefined: never yet. */
    readonly secondsSinceRead: number | undefined;
    readonly failing: boolean;
  }[];
  /** Of all mails since the program began to watch. */
  readonly mails: readonly { readonly council: string; readonly state: MailState; readonly count: number }[];
  /** What is wrong and what it means. */
  readonly faults: readonly string[];
}

export async function mailboxesState(world: World): Promise<MailboxesState> {
  const { store, clock, mail } = world;
  const now = clock.now();
  const watched = watchedMailboxes(world);
  const read = await Promise.all(watched.map(async (box) => ({ box, state: await store.mails.mailbox(box.address) })));
  const counts = await Promise.all(
    [...Map.groupBy(watched, ({ council }) => council.id)].map(async ([council, boxes]) => ({
      council,
      count: await store.mails.count(council, await addressesInBook(world, boxes), null, now),
    })),
  );
  const late = read.filter(
    ({ state }) => state?.failingSince && addMinutes(state.failingSince, mail?.alarmMinutes ?? 0) <= now,
  );
  return {
    mailboxes: read.map(({ box, state }) => ({
      council: box.council.id,
      mailbox: box.names[0] ?? '',
      secondsSinceRead: state?.readAt ? (millisecondsOf(now) - millisecondsOf(state.readAt)) / 1000 : undefined,
      failing: typeof state?.failingSince === 'string',
    })),
    mails: counts.flatMap(({ council, count: { unread, waiting, joined, opened, setAside } }) => {
      const aside = setAside.reduce((sum, { count }) => sum + count, 0);
      const states = { unread, waiting, joined, opened, 'set-aside': aside };
      return Object.entries(states).map(([state, count]) => ({ council, state: state as MailState, count }));
    }),
    faults: late.map(({ box, state }) => {
      const since = state?.readAt ? `since ${writeInstant(state.readAt)}` : 'yet';
      return `The mailbox "${box.title}" of ${box.council.name} has not been read ${since}: mails that came since are unknown here. Look into it in Outlook.`;
    }),
  };
}
