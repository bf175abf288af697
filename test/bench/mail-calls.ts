/** How often Microsoft is asked about mail: for each mail that comes in, and for mailboxes into which none does. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { messages } from '../adapters/mail-reader/messages.ts';
import { type Product, startProduct, temporaryFolder } from '../end-to-end/product.ts';
import { cast, refer } from '../end-to-end/scenes.ts';
import { deliver, write } from '../end-to-end/wire-mails.ts';
import { isOfMail, kindOf, summary } from './calls.ts';
import type { Table } from './print.ts';

const STEP_DOWN = 'EHstepdown@camden.example';
/** Reading one mailbox: not what is sent from it. */
const READS = /\/mailFolders\/inbox\/messages\/delta$|\/messages\/[^/]+\/\$value$/;

export async function mailCalls(): Promise<Table> {
  return {
    title: 'Calls to Microsoft Graph for mail that comes in',
    how: 'Played on the sandbox; the mailbox is told of by a subscription. What a mail of ours costs to send is not in it.',
    columns: ['one mail', 'calls', 'which'],
    rows: await newMails(),
  };
}

async function newMails(): Promise<readonly (readonly string[])[]> {
  const product = await startProduct();
  try {
    const people = cast(product);
    await product.settle();
    const row = async (what: string, work: () => Promise<unknown>): Promise<readonly string[]> => {
      const calls = await during(product, READS, work);
      return [what, String(calls.length), summary(calls)];
    };
    return [
      await row('from a person, new', () => write(product, { to: [STEP_DOWN], subject: 'Referral of a family' })),
      await row('ten, within a minute', async () => {
        for (let n = 0; n < 10; n += 1) await write(product, { to: [STEP_DOWN], subject: `Referral ${n}` });
      }),
      await row('an automatic reply', async () => deliver(product, await messages.outOfOffice(), STEP_DOWN)),
      await row('a bounce', async () => deliver(product, await messages.bounce(), STEP_DOWN)),
      await row('of our own (a referral): its copy in the mailbox', () => refer(product, people)),
    ];
  } finally {
    await product.stop();
  }
}

/** Each for an hour, in steps of a minute. */
const HOURS = [
  { what: 'in office time', from: '2026-12-18T10:00:00Z' },
  { what: 'at night', from: '2026-12-18T23:00:00Z' },
] as const;

export async function idleMailboxes(): Promise<Table> {
  const rows: string[][] = [];
  for (const told of [true, false]) {
    // Started apart, the bot has no PUBLIC_URL.
    const dataDir = temporaryFolder();
    const apart = { environment: { DIRECTORY: join(dataDir, 'directory.yaml') } };
    const product = await startProduct({ dataDir, ...(told ? {} : { apart }), environment: { COUNCILS: '' } });
    try {
      for (const { what, from } of HOURS) {
        await product.moveClock({ to: from });
        const boxes = new Set<string>();
        const calls = await during(
          product,
          /./,
          async () => {
            for (let minute = 0; minute < 60; minute += 1) await product.moveClock({ by: '1 minute' });
          },
          boxes,
        );
        const ofMail = calls.filter(isOfMail);
        const each = boxes.size === 0 ? '0' : (ofMail.length / boxes.size).toFixed(1);
        const mode = told ? 'told by subscriptions' : 'without PUBLIC_URL';
        const rest = summary(calls.filter((call) => !isOfMail(call)));
        rows.push([`${mode}, ${what}`, String(boxes.size), String(ofMail.length), each, rest || 'nothing']);
      }
    } finally {
      await product.stop();
      rmSync(dataDir, { recursive: true, force: true });
    }
  }
  return {
    title: 'Calls to Microsoft Graph for an hour in which no mail comes',
    how: 'All councils with a watched mailbox, the clock moved minute by minute, POLL_SECONDS as it comes (60). There is no case, hence no calendar to be read.',
    columns: ['', 'mailboxes read', 'calls', 'each', 'anything else'],
    rows,
  };
}

/** @param boxes filled with the users whose inbox was read */
async function during(
  product: Product,
  which: RegExp,
  work: () => Promise<unknown>,
  boxes = new Set<string>(),
): Promise<readonly string[]> {
  const before = (await product.graphLog()).at(-1)?.n ?? 0;
  await work();
  await product.quiet();
  const log = await product.graphLog();
  const calls = log.filter(({ n, by, path }) => n > before && by === 'app' && which.test(path));
  for (const { path } of calls) {
    const box = /^\/users\/([^/]+)\/mailFolders\/inbox\/messages\/delta$/.exec(path)?.[1];
    if (box) boxes.add(box.toLowerCase());
  }
  return calls.map(({ method, path }) => `${method} ${kindOf(path)}`);
}
