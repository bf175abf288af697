/** Where a mail belongs, among more and more cases: by reference, conversation, In-Reply-To and a child's number, all four each time. */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadProtocols } from '../../src/adapters/protocol-files/load.ts';
import { openStore } from '../../src/adapters/store/open.ts';
import { carryOutReadMail } from '../../src/application/carry-out/read-mail.ts';
import type { ClaimedItem, ReadMail } from '../../src/application/ports.ts';
import type { World } from '../../src/application/world.ts';
import { appending, at, caseRow, day, mailbox, page, readMail, seen, sentMail } from '../adapters/store/build.ts';
import { temporaryFolder } from '../end-to-end/product.ts';
import { round, type Table } from './print.ts';

const COUNCIL = 'camden';
const BOX = 'ehstepdown@camden.example';
const MAILS = 1_000;
const LATER = at('12:30');
const LETTERS = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

export async function mailMatching(): Promise<Table> {
  const rows: string[][] = [];
  // The first of the process is slower, whatever it does.
  await match(100);
  for (const cases of [100, 1_000, 10_000]) {
    const { milliseconds, matched } = await match(cases);
    rows.push([cases.toLocaleString('en-GB'), round(milliseconds), `${matched} of ${MAILS}`]);
  }
  return {
    title: `Matching ${MAILS.toLocaleString('en-GB')} mails: milliseconds for one`,
    how: 'From the mail as it was read to the line in the book, sealed and written to SQLite; the cases have ended, so that each mail is proposed to one and none is joined. No peer.',
    columns: ['cases', 'a mail', 'its own case found'],
    rows,
  };
}

async function match(cases: number): Promise<{ readonly milliseconds: number; readonly matched: number }> {
  const folder = temporaryFolder();
  const store = await openStore({
    file: join(folder, 'stepwise.sqlite'),
    masterKey: Buffer.alloc(32, 7),
    now: () => LATER,
  });
  try {
    for (let n = 0; n < cases; n += 1) {
      const id = `case-${n}`;
      const row = caseRow(id, { reference: referenceOf(n), council: COUNCIL, status: 'ended' });
      const child = { child: 'c1', name: `Child ${n}`, birthDate: day('2016-05-04'), councilId: numberOf(n) };
      const appended = await store.append(appending(id, { row, children: { named: [child], seen: 'any' } }));
      if (appended !== 'appended') throw new Error(`Case ${n} was not written: ${String(appended)}.`);
      await store.mails.saveSent(sentMail(`sent-${n}`, { mailbox: BOX, caseId: id }));
    }
    /** Spread over all cases. */
    const caseOf = (mail: number) => (mail * 7919) % cases;
    const mails = Array.from({ length: MAILS }, (_, n) =>
      seen(n, { conversationId: `conversation-sent-${caseOf(n)}`, subject: `Re: ${referenceOf(caseOf(n))}` }),
    );
    const watched = mailbox({ address: BOX });
    await store.mails.takeIn(page(mails, { council: COUNCIL, mailbox: watched }));
    const contents = new Map(mails.map(({ id }, n) => [id, contentOf(n, caseOf(n))]));
    const world = worldOf(store, contents);
    const began = performance.now();
    for (const { id } of mails) {
      const mail = `mail-${BOX}-${id}`;
      await carryOutReadMail(world, { attempts: 1 } as ClaimedItem, { kind: 'read-mail', key: '', mail });
    }
    const milliseconds = (performance.now() - began) / MAILS;
    const entries = await Promise.all(mails.map(({ id }) => store.mails.entry(`mail-${BOX}-${id}`)));
    const matched = entries.filter((entry, n) => entry?.caseId === `case-${caseOf(n)}`).length;
    return { milliseconds, matched };
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function contentOf(n: number, of: number): ReadMail {
  const inReplyTo = [`sent-${of}@ours.example`];
  const text = `Robin, MOSAIC ${numberOf(of)}, was not at school for the third time this week.\n`.repeat(20);
  return readMail({ messageId: `${n}@sender.example`, inReplyTo, subject: `Re: ${referenceOf(of)}`, text });
}

const numberOf = (n: number): string => String(700_000 + n);

function referenceOf(n: number): string {
  const digit = (place: number) => LETTERS[Math.floor(n / LETTERS.length ** place) % LETTERS.length];
  return `CAM-${[3, 2, 1, 0].map(digit).join('')}`;
}

/** What is fetched and read stands ready: only the matching is measured. */
function worldOf(store: World['store'], contents: ReadonlyMap<string, ReadMail>): World {
  return {
    store,
    clock: { now: () => LATER },
    protocols: loadProtocols(),
    councils: [COUNCIL],
    directory: { mailbox: () => BOX },
    mail: {
      feed: { mime: async (_: string, id: string) => Buffer.from(id) },
      reader: { read: async (bytes: Uint8Array) => contents.get(Buffer.from(bytes).toString()) },
    },
    newId: randomUUID,
  } as unknown as World;
}
