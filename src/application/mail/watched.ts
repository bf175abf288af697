/** Which mailboxes are watched, for whom, and where these people are asked. */
import type { PersonId } from '../../domain/case/types.ts';
import type { Council, CouncilId, RoleId } from '../../domain/protocol/types.ts';
import { addressOf } from '../addresses.ts';
import type { Place } from '../carry-out/post.ts';
import type { MailEntry, ReadMailbox } from '../ports.ts';
import type { World } from '../world.ts';

export interface WatchedMailbox {
  readonly council: Council;
  /** Lower case: Exchange makes no difference, and the book knows it by this. */
  readonly address: string;
  /** Two mailboxes of a protocol may be one in Exchange (requests that go where referrals go): it is read once, for both. */
  readonly names: readonly string[];
  /** `Early Help step-down mailbox`. */
  readonly title: string;
  readonly watchedBy: RoleId;
}

export function councilCalled({ protocols }: Pick<World, 'protocols'>, id: CouncilId): Council | undefined {
  return protocols.all().find(({ council }) => council.id === id)?.council;
}

/** None where no way of reading mailboxes is given. */
export function watchedMailboxes(world: World): readonly WatchedMailbox[] {
  const found = new Map<string, WatchedMailbox>();
  if (!world.mail) return [];
  for (const id of world.councils) {
    const council = councilCalled(world, id);
    if (!council) continue;
    for (const [name, { watchedBy, name: title }] of Object.entries(council.mailboxes)) {
      const address = addressOf(world.directory, council, name)?.toLowerCase();
      if (watchedBy === undefined || address === undefined) continue;
      const same = found.get(address);
      found.set(
        address,
        same ? { ...same, names: [...same.names, name] } : { council, address, names: [name], title, watchedBy },
      );
    }
  }
  return [...found.values()];
}

export function watchedAt(world: World, address: string): WatchedMailbox | undefined {
  return watchedMailboxes(world).find((each) => each.address === address.toLowerCase());
}

/**
 * The mailbox of a mail in the book. A mailbox that was renamed, or that nobody watches any more, leaves mails behind: they are for those
 * who read the council's first one, and not for nobody.
 */
export function boxOf(
  world: World,
  { council, mailbox }: Pick<MailEntry, 'council' | 'mailbox'>,
): WatchedMailbox | undefined {
  const boxes = watchedMailboxes(world).filter((each) => each.council.id === council);
  return boxes.find(({ address }) => address === mailbox.toLowerCase()) ?? boxes[0];
}

/**
 * Every mailbox of the council that it was written to, the one that it was first seen in before all others: one mail in two boxes is one
 * mail, and those who read either are asked about it.
 */
export async function boxesOf(world: World, entry: MailEntry): Promise<readonly WatchedMailbox[]> {
  const own = boxOf(world, entry);
  const others = watchedMailboxes(world).filter(
    ({ council, address }) => council.id === entry.council && address !== own?.address,
  );
  const content = own && others.length > 0 ? await world.store.mails.content(entry.id) : undefined;
  const named = new Set([...(content?.to ?? []), ...(content?.copy ?? [])].map(({ address }) => address.toLowerCase()));
  return own ? [own, ...others.filter(({ address }) => named.has(address))] : [];
}

/** Mailboxes whose mail this person reads: by a role of theirs, in whichever team. */
export async function boxesReadBy(world: World, person: PersonId): Promise<readonly WatchedMailbox[]> {
  const held = await world.directory.rolesOf(person);
  return watchedMailboxes(world).filter(({ council, names }) =>
    held.some(
      (each) => each.council === council.id && names.some((name) => council.mailboxes[name]?.watchedBy === each.role),
    ),
  );
}

/** The mailbox of this mail that the person reads; undefined where they read none of its mailboxes. */
export async function boxReadBy(world: World, person: PersonId, entry: MailEntry): Promise<WatchedMailbox | undefined> {
  const own = new Set((await boxesReadBy(world, person)).map(({ address }) => address));
  return (await boxesOf(world, entry)).find(({ address }) => own.has(address));
}

/** As `boxReadBy`; for somebody who reads none of them, the one that it was first seen in. */
export async function boxSeenBy(world: World, person: PersonId, entry: MailEntry): Promise<WatchedMailbox | undefined> {
  return (await boxReadBy(world, person, entry)) ?? boxOf(world, entry);
}

/** How far mailboxes were read that are watched no longer, under their old addresses. */
export async function formerMailboxes(world: World): Promise<readonly ReadMailbox[]> {
  const watched = new Set(watchedMailboxes(world).map(({ address }) => address));
  return (await world.store.mails.mailboxes()).filter(({ address }) => !watched.has(address));
}

/** Under which addresses the mails for these boxes of one council stand in the book. */
export async function addressesInBook(world: World, boxes: readonly WatchedMailbox[]): Promise<readonly string[]> {
  const own = boxes.map(({ address }) => address);
  const first = watchedMailboxes(world).find(({ council }) => council.id === boxes[0]?.council.id);
  const left = first && own.includes(first.address) ? await formerMailboxes(world) : [];
  return [...own, ...left.map(({ address }) => address)];
}

/** The channel of the role; for a role of teams each team's channel; for one without a channel those who hold it, each in their own chat. */
export async function placesOf(world: World, council: Council, role: RoleId): Promise<readonly Place[]> {
  const channel = council.roles[role]?.channel;
  if (channel === undefined) return peopleOf(world, council, role);
  if (channel !== 'team') return [{ channel }];
  return Object.keys(council.teams).flatMap((team) => {
    const own = world.directory.teamChannel(council.id, team);
    return own === undefined ? [] : [{ channel: own }];
  });
}

export async function peopleOf(
  { directory }: World,
  council: Council,
  role: RoleId,
): Promise<readonly { person: PersonId }[]> {
  if (!council.roles[role]) return [];
  const teams = council.roles[role].held === 'team' ? Object.keys(council.teams) : [undefined];
  const holders = (await Promise.all(teams.map((team) => directory.holders(council.id, role, team)))).flat();
  return [...new Set(holders.map(({ id }) => id))].map((person) => ({ person }));
}

/** Where a council has one, it is told what the program cannot mend itself. */
export const ADMINISTRATOR: RoleId = 'administrator';
