/**
 * A referral and what its sender wrote afterwards into the same conversation: the dates that were asked for, an assessment sent behind.
 * Read together, and opened from the first of them, since the clock counts from its arrival. A mail that names other children is a
 * referral of its own, whatever conversation it was written into.
 */
import type { Answers } from '../../domain/case/types.ts';
import type { Protocol } from '../../domain/protocol/types.ts';
import type { MailEntry, ReadMail } from '../ports.ts';
import type { World } from '../world.ts';
import { type FieldsRead, readFields } from './read-fields.ts';

export interface Together {
  /** In the order of their arrival; at least the one that was asked about. */
  readonly entries: readonly [MailEntry, ...MailEntry[]];
  /** Of the first. */
  readonly content: ReadMail | undefined;
  /** What the first says, and of what it leaves out what the others say. */
  readonly read: FieldsRead;
}

interface Read {
  readonly entry: MailEntry;
  readonly content: ReadMail | undefined;
  readonly read: FieldsRead;
}

/** Mails that wait, and the one that was asked about in whatever state. */
export async function togetherWith(world: World, protocol: Protocol, entry: MailEntry): Promise<Together> {
  const { mails } = world.store;
  const own = await readOne(world, protocol, entry);
  const sender = own.content?.from?.address;
  const waiting = entry.conversationId === '' ? [] : await mails.waiting(entry.council, [entry.mailbox]);
  const others: Read[] = [];
  for (const other of waiting) {
    if (other.id === entry.id || other.conversationId !== entry.conversationId) continue;
    const read = await readOne(world, protocol, other);
    if (sender !== undefined && read.content?.from?.address === sender) others.push(read);
  }
  const all = [own, ...others].sort((one, other) => (momentOf(one.entry) < momentOf(other.entry) ? -1 : 1));
  const group = groupsOf(all).find((each) => each.includes(own)) ?? [own];
  const [first = own, ...rest] = group;
  return {
    entries: [first.entry, ...rest.map((each) => each.entry)],
    content: first.content,
    read: rest.map(({ read }) => read).reduce(filledUp, first.read),
  };
}

/** Two of one second keep an order, whichever of them is asked about. */
function momentOf({ receivedAt, id }: MailEntry): string {
  return `${receivedAt}/${id}`;
}

async function readOne(world: World, protocol: Protocol, entry: MailEntry): Promise<Read> {
  const content = await world.store.mails.content(entry.id);
  return { entry, content, read: content ? readFields(protocol, content) : { pages: {}, children: 1, attached: {} } };
}

function groupsOf(all: readonly Read[]): readonly (readonly Read[])[] {
  const groups: Read[][] = [];
  for (const each of all) {
    const named = childrenIn(each.read);
    const known = groups.find((group) => {
      const names = group.flatMap(({ read }) => childrenIn(read));
      return named.length === 0 || names.length === 0 || named.some((name) => names.includes(name));
    });
    // What names nobody belongs to what was being spoken of last.
    if (named.length === 0 && groups.length > 0) groups.at(-1)?.push(each);
    else if (known) known.push(each);
    else groups.push([each]);
  }
  return groups;
}

function childrenIn({ pages }: FieldsRead): readonly string[] {
  return Object.entries(pages).flatMap(([page, { name }]) =>
    isOfChild(page) && typeof name === 'string' ? [name.trim().toLowerCase()] : [],
  );
}

function isOfChild(page: string): boolean {
  return /\.\d+$/.test(page);
}

/** A page of one child is filled up only where both mails speak of the same children. */
function filledUp(first: FieldsRead, later: FieldsRead): FieldsRead {
  const names = childrenIn(first);
  const sameChildren = names.length === 0 || names.join('\n') === childrenIn(later).join('\n');
  const pages: Record<string, Answers> = { ...first.pages };
  for (const [page, answers] of Object.entries(later.pages))
    if (!isOfChild(page) || sameChildren) pages[page] = { ...answers, ...pages[page] };
  return {
    pages,
    children: names.length === 0 ? later.children : first.children,
    attached: { ...later.attached, ...first.attached },
  };
}
