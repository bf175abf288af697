/** The bot's process beside the least that Microsoft's SDK can do on the same server: an echo bot. Start and resident memory. */
import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { answers, freePort, run, startProduct, temporaryFolder, until } from '../end-to-end/product.ts';
import { residentOf } from './memory.ts';
import { against, round, type Table } from './print.ts';

export async function processes(): Promise<Table> {
  const ours = await stepwise();
  const peer = await echo();
  return {
    title: 'The bot as a process',
    how: 'Peer: botbuilder on restify, echoing, with no council, store or Graph. All councils are served. Memory as Linux counts it (VmRSS), at rest.',
    columns: ['', 'Stepwise', 'echo bot', ''],
    rows: [
      [
        'until /healthz answers, seconds',
        round(ours.seconds),
        round(peer.seconds),
        against(ours.seconds, peer.seconds),
      ],
      [
        'resident memory, MB',
        round(ours.megabytes),
        round(peer.megabytes),
        `${round(ours.megabytes / peer.megabytes)} ×`,
      ],
    ],
  };
}

interface Measured {
  readonly seconds: number;
  readonly megabytes: number;
}

/** Sandbox beside it, so that groups, mailboxes and diaries are there; only the bot's own process is measured. */
async function stepwise(): Promise<Measured> {
  const dataDir = temporaryFolder();
  const product = await startProduct({ dataDir, apart: {}, environment: { COUNCILS: '' } });
  await product.killBot();
  const began = performance.now();
  const bot = run(['bot/index.ts'], {
    COUNCILS: '',
    PORT: new URL(product.bot).port,
    DATA_DIR: dataDir,
    GRAPH_BASE_URL: `${product.sandbox}/graph`,
    CLOCK_URL: `${product.sandbox}/clock`,
    DIRECTORY: join(dataDir, 'directory.yaml'),
  });
  try {
    await until('the bot did not come up', () => bot.isOver() || answers(`${product.bot}/healthz`), 60_000, bot.output);
    const seconds = (performance.now() - began) / 1000;
    await product.settle();
    return { seconds, megabytes: residentOf(bot.child.pid) };
  } finally {
    await bot.stop();
    await product.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function echo(): Promise<Measured> {
  const port = await freePort();
  const began = performance.now();
  const child: ChildProcess = spawn(
    process.execPath,
    [new URL('./echo-bot.ts', import.meta.url).pathname, String(port)],
    {
      stdio: 'inherit',
    },
  );
  try {
    await until('the echo bot did not come up', () => answers(`http://127.0.0.1:${port}/healthz`));
    return { seconds: (performance.now() - began) / 1000, megabytes: residentOf(child.pid) };
  } finally {
    child.kill();
  }
}
