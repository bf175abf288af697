/**
 * The first look at a mailbox of 100,000 messages, and the second one after its cursor was lost: in the bot as it runs, and in a process
 * that has nothing but the store, the Graph client and the watching, so that it can be seen what the watching itself takes.
 */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import {
  answers,
  type GraphCall,
  type Product,
  run,
  startProduct,
  temporaryFolder,
  until,
} from '../end-to-end/product.ts';
import { forgetTokens, write } from '../end-to-end/wire-mails.ts';
import { forgetPeak, peakOf, residentOf } from './memory.ts';
import { round, type Table } from './print.ts';

const STEP_DOWN = 'ehstepdown@camden.example';
const MESSAGES = 100_000;
/** Mails of today among them: they are to be counted, and once. */
const NEW = 3;
/** Microsoft's limits for one app at one mailbox (Outlook service limits). */
const LIMIT = { calls: 10_000, minutes: 10, atOnce: 4 } as const;
const DELTA = /\/mailFolders\/inbox\/messages\/delta$/;

interface Look {
  readonly seconds: number;
  readonly restMegabytes: number;
  readonly peakMegabytes: number;
}

/** One look, done by `work`, with what the sandbox saw of it. */
interface Seen extends Look {
  readonly what: string;
  readonly calls: number;
  readonly in10Minutes: number;
  readonly atOnce: number;
  readonly known: number;
  readonly twice: number;
}

export async function firstLook(): Promise<Table> {
  const looks = [...(await inTheBot()), ...(await alone())];
  return {
    title: `A mailbox of ${MESSAGES.toLocaleString('en-GB')} messages that were there before`,
    how: `Calls to this mailbox; Exchange allows ${LIMIT.calls.toLocaleString('en-GB')} in ${LIMIT.minutes} minutes and ${LIMIT.atOnce} at once. Memory as Linux counts it (VmRSS before, VmHWM from then on), MB. "alone": a process with the store, the Graph client and the watching only.`,
    columns: ['', 'calls', 'most in 10 min', 'at once', 'seconds', 'at rest', 'at most', 'known', 'doubles'],
    rows: looks.map((look) => [
      look.what,
      String(look.calls),
      `${round((100 * look.in10Minutes) / LIMIT.calls)} %`,
      String(look.atOnce),
      round(look.seconds),
      round(look.restMegabytes),
      round(look.peakMegabytes),
      String(look.known),
      String(look.twice),
    ]),
  };
}

async function inTheBot(): Promise<readonly Seen[]> {
  return withFilled(async (product, dataDir) => {
    const bot = run(['bot/index.ts'], {
      COUNCILS: '',
      PORT: new URL(product.bot).port,
      DATA_DIR: dataDir,
      GRAPH_BASE_URL: `${product.sandbox}/graph`,
      CLOCK_URL: `${product.sandbox}/clock`,
      DIRECTORY: join(dataDir, 'directory.yaml'),
    });
    try {
      await until(
        'the bot did not come up',
        () => bot.isOver() || answers(`${product.bot}/healthz`),
        60_000,
        bot.output,
      );
      await product.settle();
      await fill(product);
      const look = async (what: string): Promise<Seen> =>
        seen(product, dataDir, what, async () => {
          const pid = bot.child.pid;
          const restMegabytes = residentOf(pid);
          forgetPeak(pid);
          const began = performance.now();
          await product.moveClock({ by: '1 minute' });
          await until('the mailbox was not read to its end', () => isRead(dataDir), 300_000, bot.output);
          return { seconds: (performance.now() - began) / 1000, restMegabytes, peakMegabytes: peakOf(pid) };
        });
      forgetMailbox(dataDir);
      const first = await look('the bot: first look');
      await forgetTokens(product, STEP_DOWN, 410);
      return [first, await look('the bot: cursor lost')];
    } finally {
      await bot.stop();
    }
  });
}

async function alone(): Promise<readonly Seen[]> {
  return withFilled(async (product, dataDir) => {
    await fill(product);
    forgetMailbox(dataDir);
    const look = (what: string) =>
      seen(product, dataDir, what, async () => {
        const program = new URL('./first-look-process.ts', import.meta.url).pathname;
        const child = spawn(process.execPath, [program, `${product.sandbox}/graph`, dataDir, await product.now()], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        return JSON.parse(await text(child.stdout)) as Look;
      });
    const first = await look('alone: first look');
    await forgetTokens(product, STEP_DOWN, 410);
    return [first, await look('alone: cursor lost')];
  });
}

/** A sandbox whose bot has ended, with its data. */
async function withFilled<T>(work: (product: Product, dataDir: string) => Promise<T>): Promise<T> {
  const dataDir = temporaryFolder();
  const product = await startProduct({ dataDir, apart: {}, environment: { COUNCILS: '' } });
  try {
    await product.killBot();
    for (let n = 0; n < NEW; n += 1) await write(product, { to: [STEP_DOWN], subject: `New ${n}` });
    return await work(product, dataDir);
  } finally {
    await product.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function fill(product: Product): Promise<void> {
  const response = await fetch(`${product.sandbox}/sandbox/fill-mailbox`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ mailbox: STEP_DOWN, count: MESSAGES, receivedBefore: '2026-12-01T09:00:00Z' }),
  });
  if (!response.ok) throw new Error(`The mailbox was not filled: ${response.status} ${await response.text()}`);
}

async function seen(product: Product, dataDir: string, what: string, work: () => Promise<Look>): Promise<Seen> {
  const before = (await product.graphLog()).at(-1)?.n ?? 0;
  const look = await work();
  const calls = ((await product.graphLog()) as readonly (GraphCall & { readonly inFlight?: number })[]).filter(
    ({ n, by, path }) =>
      n > before && by === 'app' && DELTA.test(path) && decodeURIComponent(path).toLowerCase().includes(STEP_DOWN),
  );
  if (look.seconds > LIMIT.minutes * 60) throw new Error('It took longer than the span in which calls are counted.');
  return {
    ...look,
    what,
    calls: calls.length,
    // All of them were made within the span.
    in10Minutes: calls.length,
    atOnce: Math.max(0, ...calls.map(({ inFlight }) => inFlight ?? 1)),
    ...book(dataDir),
  };
}

/** The program has never looked into it. */
function forgetMailbox(dataDir: string): void {
  withDatabase(dataDir, (database) => database.prepare('delete from mailboxes where address = ?').run(STEP_DOWN));
}

function isRead(dataDir: string): boolean {
  return withDatabase(dataDir, (database) => {
    const row = database.prepare('select cursor, read_at from mailboxes where address = ?').get(STEP_DOWN);
    return String(row?.cursor ?? '').includes('deltatoken') && row?.read_at !== null;
  });
}

/** What the book knows, and how many mails it has that nobody wrote, or messages that it knows twice. */
function book(dataDir: string): Pick<Seen, 'known' | 'twice'> {
  return withDatabase(dataDir, (database) => {
    const count = (what: string) => Number(database.prepare(`select ${what} as n`).get()?.n);
    const known = count('(select count(*) from mail_seen)');
    return { known, twice: known - MESSAGES - NEW + count('(select count(*) from mails)') - NEW };
  });
}

function withDatabase<T>(dataDir: string, work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(join(dataDir, 'stepwise.sqlite'), { timeout: 10_000 });
  try {
    return work(database);
  } finally {
    database.close();
  }
}
