/**
 * Mails in = joined + opened + set aside + waiting (+ not read yet), after every step of thousands: gaps, repeats, reorderings, lost
 * cursors, two mailboxes, loops, bounces, forged ids, calls that fail and a program that is killed. Each mail is accounted for once.
 */
import fc from 'fast-check';
import { openStore } from '../../../src/adapters/store/open.ts';
import { accountedFor } from '../../../src/application/carry-out/mail-line.ts';
import { newMailMemory } from '../../../src/application/mail/memory.ts';
import type { CaseRow, MailKind, Protocols, ReadMail, Store, StoredEvent } from '../../../src/application/ports.ts';
import { carryOutAllDue, keepComing } from '../../../src/application/work.ts';
import type { World } from '../../../src/application/world.ts';
import { PROGRAM } from '../../../src/domain/case/types.ts';
import { addMinutes, type Instant } from '../../../src/domain/time/instant.ts';
import { refer } from '../story.ts';
import { openWorld, type TestWorld } from '../world.ts';
import { type PretendMailboxes, pretendMailboxes, type Written } from './pretend-mailboxes.ts';

const ONE = 'ehstepdown@camden.example';
const OTHER = 'second@camden.example';
const BOXES = [ONE, OTHER];
const KEY = new Uint8Array(32).fill(7);

let at: TestWorld;
let family: { readonly events: readonly StoredEvent[]; readonly row: CaseRow };
beforeAll(async () => {
  at = await openWorld();
  const { id } = (await refer(at)).case;
  const row = await at.store.caseById(id);
  if (!row) throw new Error('There is no case.');
  family = { events: await at.store.events(id), row };
}, 60_000);
afterAll(() => at.close());

/** The kinds of mail, and in which state each must end once everything has been read. */
const KINDS = {
  referral: 'waiting',
  'with-reference': 'joined',
  'reference-in-text': 'joined',
  'reply-to-ours': 'joined',
  'own-copy': 'joined',
  bounce: 'joined',
  'bounce-of-nothing': 'waiting',
  away: 'joined',
  'away-of-nothing': 'set-aside',
  newsletter: 'set-aside',
  loop: 'waiting',
  hostile: 'set-aside',
} as const;
type Kind = keyof typeof KINDS;

type Step =
  | {
      readonly do: 'deliver';
      readonly kind: Kind;
      readonly box: number;
      readonly both: boolean;
      readonly moved: boolean;
      readonly late: number;
    }
  | { readonly do: 'again' | 'forge' | 'touch' | 'put-aside'; readonly n: number }
  | { readonly do: 'lose' | 'look' | 'kill' | 'next-day' }
  | { readonly do: 'fail'; readonly calls: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('deliver' as const),
      kind: fc.constantFrom(...(Object.keys(KINDS) as Kind[])),
      box: fc.nat(1),
      both: fc.boolean(),
      moved: fc.nat(9).map((n) => n === 0),
      late: fc.nat(50),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('again' as const, 'forge' as const), n: fc.nat(99) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('touch' as const, 'put-aside' as const), n: fc.nat(99) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('look' as const, 'lose' as const, 'kill' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('next-day' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fail' as const), calls: fc.integer({ min: 1, max: 3 }) }) },
);

interface Delivered {
  readonly message: Parameters<PretendMailboxes['deliver']>[1];
  readonly content: Written;
  readonly ends: 'waiting' | 'joined' | 'set-aside';
}

/** One life of two mailboxes. */
async function play(steps: readonly Step[], pages: readonly number[]): Promise<void> {
  const store = await openStore({ file: ':memory:', masterKey: KEY, now: () => now });
  let now: Instant = addMinutes(at.now(), 17 * 60); // Fri 18 Dec 2026, 09:20
  let turn = 0;
  const mailboxes = pretendMailboxes(() => {
    turn += 1;
    return pages[turn % pages.length] ?? 1;
  });
  const { row, events } = family;
  await store.append({
    caseId: row.id,
    expectedSeq: 0,
    events: events.map(({ event }) => event),
    row,
    deadlines: [],
    outbox: [],
  });
  const delivered: Delivered[] = [];
  let ids = 0;
  let sent = 0;
  let world = begin();

  /** As after kill -9: what the process remembered is gone, and what it had claimed is free. */
  function begin(): World {
    return {
      ...at.world,
      store,
      clock: { now: () => now },
      protocols: withTwoBoxes(at.world.protocols),
      directory: { ...at.world.directory, mailbox: (_council, name) => (name === 'second' ? OTHER : ONE) },
      mail: { feed: mailboxes.feed, reader: mailboxes.reader, memory: newMailMemory(), alarmMinutes: 30 },
      newId() {
        ids += 1;
        return `mail-${ids}`;
      },
    };
  }

  async function ours(): Promise<string> {
    sent += 1;
    const internetMessageId = `ours-${sent}@stepwise.invalid`;
    const about = { mailbox: OTHER, conversationId: `ours-${sent}`, sentAt: now, key: `key-${sent}`, answers: null };
    await store.mails.saveSent({ ...about, internetMessageId, caseId: row.id, step: 'team-named' });
    return internetMessageId;
  }

  async function deliver({ kind, box, both, moved, late }: Extract<Step, { do: 'deliver' }>): Promise<void> {
    const n = delivered.length + 1;
    const own =
      kind === 'own-copy' || kind === 'reply-to-ours' || kind === 'bounce' || kind === 'away' ? await ours() : '';
    const from = kind === 'loop' ? (BOXES[1 - box] ?? ONE) : `sender-${n}@school.example`;
    const id = kind === 'own-copy' ? own : `theirs-${n}@school.example`;
    const of: MailKind =
      kind === 'bounce' || kind === 'bounce-of-nothing'
        ? 'bounce'
        : kind === 'away' || kind === 'away-of-nothing'
          ? 'automatic-reply'
          : kind === 'newsletter'
            ? 'list'
            : 'person';
    const content: ReadMail = {
      ...{ kind: of, messageId: id, references: [], to: [], copy: [], cut: false, attachments: [] },
      inReplyTo: kind === 'reply-to-ours' || kind === 'away' ? [own] : [],
      returned: kind === 'bounce' ? [own] : [],
      from: { name: '', address: from },
      subject: kind === 'with-reference' ? `RE: ${row.reference} more` : `A family ${n}`,
      text: kind === 'reference-in-text' ? `About ${row.reference.toLowerCase()}.` : 'Please help.',
    };
    const receivedAt = addMinutes(now, -late);
    const mail: Delivered = {
      message: {
        ...{ internetMessageId: `<${id}>`, conversationId: `theirs-${n}`, from, receivedAt, sentAt: receivedAt },
        subject: content.subject,
      },
      content: kind === 'hostile' ? { unreadable: 'too-deep' } : content,
      ends: KINDS[kind],
    };
    delivered.push(mail);
    mailboxes.deliver(BOXES[box] ?? ONE, mail.message, mail.content, moved);
    if (both) mailboxes.deliver(BOXES[1 - box] ?? ONE, mail.message, mail.content);
  }

  async function take(each: Step): Promise<void> {
    const one = 'n' in each ? delivered[each.n % Math.max(1, delivered.length)] : undefined;
    switch (each.do) {
      case 'deliver':
        return deliver(each);
      case 'again':
        // The same mail, once more: redelivered, or redirected by hand.
        if (one) mailboxes.deliver(ONE, one.message, one.content);
        return;
      case 'forge':
        // Its Message-ID, and something else: never lost behind the first.
        if (one) await forge(one);
        return;
      case 'touch':
        return mailboxes.touch(each.n);
      case 'lose':
        return mailboxes.loseCursors();
      case 'fail':
        return mailboxes.fail(each.calls);
      case 'put-aside': {
        const [waiting] = await store.mails.waiting('camden');
        if (waiting)
          await store.mails.move({ id: waiting.id, to: 'set-aside', by: at.id('Dawn'), at: now, why: 'other' });
        return;
      }
      case 'kill':
        await run({ ...world, store: killedAt(store, turn % 7) }).catch(() => undefined);
        await store.releaseClaims();
        world = begin();
        return;
      case 'next-day':
        now = addMinutes(now, 24 * 60);
        return run(world);
      case 'look':
        return run(world);
    }
  }

  async function forge({ message, ends }: Delivered): Promise<void> {
    const n = delivered.length + 1;
    const subject = `Forged ${n}`;
    const content: ReadMail = {
      ...{ kind: 'person', inReplyTo: [], references: [], returned: [], to: [], copy: [], cut: false, attachments: [] },
      ...{ from: { name: '', address: `forger-${n}@school.example` }, subject, text: 'Please help.' },
    };
    const mail: Delivered = {
      message: { ...message, subject, conversationId: `forged-${n}`, from: `forger-${n}@school.example` },
      content,
      ends: 'waiting',
    };
    // Whichever of the two comes first under an id of ours is taken for our own: the other is read.
    if (ends === 'joined' && message.internetMessageId.startsWith('<ours')) return;
    delivered.push(mail);
    mailboxes.deliver(OTHER, mail.message, mail.content);
  }

  async function run(of: World): Promise<void> {
    now = addMinutes(now, 1);
    await keepComing(of);
    await carryOutAllDue(of);
  }

  const balance = async () => {
    const count = await store.mails.count('camden', BOXES, null, now);
    expect(accountedFor(count)).toBe(count.in);
    return count;
  };

  await run(world);
  for (const each of steps) {
    await take(each);
    await balance();
  }

  // Everything heals: the next working mornings find what was missed.
  mailboxes.fail(0);
  for (let day = 0; day < 7; day += 1) {
    now = addMinutes(now, 24 * 60);
    for (let minutes = 0; minutes < 2; minutes += 1) await run(world);
  }
  const count = await balance();
  const unique = new Set(delivered.map(({ message: { conversationId: _, ...rest } }) => JSON.stringify(rest)));
  expect(count.in).toBe(unique.size);
  expect(count.unread).toBe(0);
  const ends = Object.groupBy(delivered, (each) => each.ends);
  expect(count.joined).toBe(ends.joined?.length ?? 0);
  expect(count.waiting + byPeople(count)).toBe(ends.waiting?.length ?? 0);
  // Not one case was told twice of one mail, and the case knows of all of them.
  const joined = await store.mails.ofCase(row.id);
  expect(joined).toHaveLength(count.joined);
  for (const { id, matchedBy } of joined) {
    expect((await store.mails.moves(id)).filter(({ to }) => to === 'joined')).toHaveLength(1);
    if (matchedBy === 'sent-copy') continue;
    const facts = (await store.events(row.id)).filter(
      ({ event }) => event.type === 'fact-recorded' && event.answers.mail === id,
    );
    expect(facts).toHaveLength(1);
  }
  expect(await store.verifyChains()).toBeUndefined();
  await store.close();
}

function byPeople({
  setAside,
}: {
  readonly setAside: readonly { readonly by: string; readonly count: number }[];
}): number {
  return setAside.reduce((sum, { by, count }) => sum + (by === 'program' || by === PROGRAM ? 0 : count), 0);
}

function withTwoBoxes(protocols: Protocols): Protocols {
  const two = (protocol: ReturnType<Protocols['get']>) => {
    const { mailboxes } = protocol.council;
    const second = {
      ...Object.values(mailboxes)[0],
      name: 'Second mailbox',
      watchedBy: 'front-door-manager',
      rules: [],
    };
    return { ...protocol, council: { ...protocol.council, mailboxes: { ...mailboxes, second } } };
  };
  return {
    all: () => protocols.all().map(two),
    get: (id, version) => two(protocols.get(id, version)),
    calendar: (council) => protocols.calendar(council),
  };
}

/** The power goes off at the n-th writing: before it, or just after it was kept. */
function killedAt(store: Store, n: number): Store {
  let left = n;
  const dying = <A extends readonly unknown[], R>(write: (...given: A) => Promise<R>) => {
    return async (...given: A): Promise<R> => {
      left -= 1;
      if (left === 0) throw new Error('killed before');
      const result = await write(...given);
      if (left < 0 && left % 2 === 0) throw new Error('killed after');
      return result;
    };
  };
  const { mails } = store;
  return {
    ...store,
    append: dying(store.append),
    done: dying(store.done),
    mails: { ...mails, takeIn: dying(mails.takeIn), move: dying(mails.move), saveContent: dying(mails.saveContent) },
  };
}

test('whatever happens, mails in = joined + opened + set aside + waiting, each mail once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 10, maxLength: 40, size: 'max' }),
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }),
      play,
    ),
    { numRuns: 30 },
  );
}, 120_000);
