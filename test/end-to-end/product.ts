/**
 * The product as `npm start` runs it: a process of its own on free ports with a data folder of its own and a clock that
 * stands still. Sandbox and bot can also be started apart, so that the bot alone can be killed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { assertGraphContract, graphContractIsHere } from '../graph-contract.ts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Thu 17 Dec 2026, 16:20: where the story begins. */
export const STORY_BEGINS = '2026-12-17T16:20:00Z';
/** Within this the product is up, on two cores with other tests beside it. */
const PATIENCE = 60_000;

export interface Staff {
  readonly aadObjectId: string;
  readonly name: string;
  readonly mail: string;
  readonly role: string;
  readonly team: string;
  readonly council: string;
}

interface Described {
  readonly urls: {
    readonly page: string;
    readonly messages: string;
    readonly graph: string;
    readonly teams: string;
    readonly clock: string;
  };
  readonly tenantId: string;
  readonly people: readonly Staff[];
  readonly channels: readonly { readonly id: string; readonly name: string; readonly team: string }[];
  readonly teams: readonly { readonly id: string; readonly name: string }[];
  readonly mailboxes: readonly { readonly name: string; readonly mail: string }[];
}

export interface Options {
  /** ISO; where the clock begins. */
  readonly start?: string;
  /** A folder that is kept; otherwise one is made and thrown away at the end. */
  readonly dataDir?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Sandbox and bot as two processes of ours. `node`: arguments for the bot's Node, e.g. `--import`. */
  readonly apart?: {
    readonly node?: readonly string[];
    readonly environment?: Readonly<Record<string, string>>;
    /** A bot that dies is started again at once. */
    readonly supervised?: boolean;
  };
}

export interface Moved {
  readonly now: string;
  readonly london: string;
  readonly stops: readonly string[];
  readonly carriedOut: number;
}

export interface GraphCall {
  readonly n: number;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly status: number;
  readonly by: 'app' | 'page';
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly requestBody?: unknown;
  readonly responseBody?: unknown;
}

export interface Product extends Described {
  readonly dataDir: string;
  /** The bot's root, without a slash at its end. */
  readonly bot: string;
  /** The sandbox's root, without a slash at its end. */
  readonly sandbox: string;
  /** Everything that was printed so far. */
  output(): string;
  staff(name: string): Staff;
  now(): Promise<string>;
  /** Throws when the sandbox refuses or does not reach the bot. */
  moveClock(move: { readonly to: string } | { readonly by: string }): Promise<Moved>;
  /** Everything that is due now has been carried out when this resolves. */
  settle(): Promise<void>;
  /** Somebody has done something: what follows from it is still on its way. */
  acted(): void;
  /** Settles where somebody has acted since it last did. Whoever reads or acts waits for it, so that no order is a matter of chance. */
  quiet(): Promise<void>;
  graphLog(): Promise<readonly GraphCall[]>;
  /** Makes the sandbox's Graph fail. See src/sandbox/graph/faults.ts. */
  failGraph(fault: Readonly<Record<string, unknown>>): Promise<void>;
  /** Stops it and starts it again on the same data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
  /** Only when started apart. */
  startBot(): Promise<void>;
  /** Only when started apart: SIGKILL. */
  killBot(): Promise<void>;
  /** How often a supervised bot has died. */
  deaths(): number;
  /** Supervised: whoever meets a dead bot waits for it and tries again. */
  readonly dies: boolean;
  botIsUp(): Promise<void>;
}

/** Below the ports that systems give to whoever calls out (Linux 32768, others 49152): such a call cannot take one in between. */
const [FIRST_PORT, LAST_PORT] = [10_240, 32_000] as const;

/** By chance, so that runs side by side seldom ask for the same; whoever starts something there tries another where it is taken all the same. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST_PORT, LAST_PORT);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/**
 * In memory where the system has room for it there: every write of the product waits for its disk, and a test need not. What is
 * killed here is a process, never the machine.
 */
const ROOM = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
export const temporaryFolder = (): string => mkdtempSync(join(ROOM, 'stepwise-test-'));

/** A process with its words. Its whole group goes when the tests go, so that nothing is left running. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  output(): string;
  isOver(): boolean;
  /** SIGTERM, and SIGKILL for who does not listen. @returns the exit code */
  stop(): Promise<number | null>;
}

const COMPILED = join(tmpdir(), 'stepwise-test-compiled');

const groups = new Set<number>();
process.on('exit', () => {
  for (const group of groups) killGroup(group);
});

function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

/** The environment of a newcomer: nothing of this run's own settings gets in. */
export function run(args: readonly string[], environment: Readonly<Record<string, string>>, cwd = ROOT): Running {
  const { PATH = '', HOME = '', TMPDIR } = process.env;
  const child = spawn(process.execPath, [...args], {
    cwd,
    // Node keeps what it has compiled, and starts a third faster the next time.
    env: {
      PATH,
      HOME,
      ...(TMPDIR ? { TMPDIR } : {}),
      NODE_COMPILE_CACHE: COMPILED,
      COUNCILS: 'camden',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: its children can be ended with it.
    detached: true,
  });
  const group = child.pid ?? 0;
  groups.add(group);
  let said = '';
  let over = false;
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      over = true;
      killGroup(group);
      groups.delete(group);
      resolve(code);
    });
  });
  return {
    child,
    ended,
    output: () => said,
    isOver: () => over,
    async stop() {
      if (over) return ended;
      child.kill('SIGTERM');
      const forced = setTimeout(() => killGroup(group), 15_000);
      const code = await ended;
      clearTimeout(forced);
      return code;
    },
  };
}

export async function until(
  what: string,
  holds: () => Promise<boolean> | boolean,
  within = PATIENCE,
  words = () => '',
) {
  const end = performance.now() + within;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`Waited ${within / 1000} s in vain: ${what}.\n${words()}`);
    await pause(30);
  }
}

/** A port was free and is taken when it is listened on: nothing is there yet, and other ports do as well. */
class PortIsTaken extends Error {}
const IS_TAKEN = /Port \d+ is taken/;
const MOST_PORTS = 5;

export async function startProduct(options: Options = {}): Promise<Product> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await startOnce(options);
    } catch (fault) {
      if (!(fault instanceof PortIsTaken) || tries === MOST_PORTS) throw fault;
    }
  }
}

async function startOnce(options: Options): Promise<Product> {
  const dataDir = options.dataDir ?? temporaryFolder();
  const [botPort, sandboxPort] = [await freePort(), await freePort()];
  const environment = {
    PORT: String(botPort),
    SANDBOX_PORT: String(sandboxPort),
    DATA_DIR: dataDir,
    SANDBOX_START: options.start ?? STORY_BEGINS,
    SANDBOX_CLOCK: 'still',
    ...options.environment,
  };
  const file = join(dataDir, 'sandbox.json');
  const sandbox = `http://127.0.0.1:${sandboxPort}`;
  const bot = `http://127.0.0.1:${botPort}`;
  let main: Running | undefined;
  let botProcess: Running | undefined;
  let earlier = '';
  let deaths = 0;
  let stopping = false;
  let moves = true;
  let quieting: Promise<void> | undefined;
  /** What the clock showed when it was last moved here. */
  let stands: string | undefined;

  async function startAll(more: Readonly<Record<string, string>> = {}): Promise<Described> {
    const started = run(['src/cli/stepwise.js', 'start'], { ...environment, ...more });
    main = started;
    await until(
      'the product did not come up',
      () => existsSync(file) || started.isOver(),
      PATIENCE,
      () => started.output(),
    );
    if (started.isOver()) {
      const words = `The product ended while starting:\n${started.output()}`;
      throw IS_TAKEN.test(started.output()) ? new PortIsTaken(words) : new Error(words);
    }
    return JSON.parse(readFileSync(file, 'utf8')) as Described;
  }

  async function stopAll(): Promise<void> {
    stopping = true;
    for (const running of [botProcess, main]) {
      if (!running) continue;
      await running.stop();
      earlier += running.output();
    }
    [botProcess, main] = [undefined, undefined];
    stopping = false;
  }

  async function startBot(): Promise<void> {
    const started = run([...(options.apart?.node ?? []), 'bot/index.ts'], {
      ...environment,
      GRAPH_BASE_URL: `${sandbox}/graph`,
      CLOCK_URL: `${sandbox}/clock`,
      DIRECTORY: 'env/directory.sandbox.yaml',
      ...options.apart?.environment,
    });
    botProcess = started;
    if (options.apart?.supervised) {
      void started.ended.then(() => {
        if (stopping || botProcess !== started) return;
        deaths += 1;
        earlier += started.output();
        void startBot();
      });
    }
    await until(
      'the bot did not come up',
      async () => started.isOver() || (await answers(`${bot}/healthz`)),
      PATIENCE,
      () => started.output(),
    );
  }

  /** The bot is told by the sandbox where it is installed, which only a whole start does. */
  async function startApart(): Promise<Described> {
    if (!existsSync(join(dataDir, 'stepwise.sqlite'))) {
      await startAll();
      await stopAll();
    }
    const described = await startAll({ SANDBOX_BOT: 'off' });
    await startBot();
    return described;
  }

  const start = options.apart ? startApart : startAll;
  const described = await start();

  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${sandbox}${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };

  const product: Product = {
    ...described,
    dataDir,
    bot,
    sandbox,
    output: () => earlier + (main?.output() ?? '') + (botProcess?.output() ?? ''),
    staff(name) {
      const found = described.people.find((each) => each.name === name);
      if (!found) throw new Error(`Nobody in the sandbox is called ${name}.`);
      return found;
    },
    now: async () => ((await ask('GET', '/clock')) as Moved).now,
    async moveClock(move) {
      const target = 'to' in move ? move : undefined;
      // What is due by now is carried out on the way.
      moves = false;
      for (;;) {
        const moved = (await ask('POST', '/clock', target ?? move)) as Moved & { readonly bot: string };
        if (moved.bot === 'reached') {
          stands = moved.now;
          return moved;
        }
        if (!product.dies) throw new Error(`The clock was moved, and the bot was not reached.\n${product.output()}`);
        if (!target) throw new Error('A bot that dies needs a clock that is moved to a moment.');
        await product.botIsUp();
      }
    },
    async settle() {
      for (;;) {
        try {
          // As a rule the clock stands where it was left, and need not be asked.
          stands ??= await product.now();
          await product.moveClock({ to: stands });
          return;
        } catch (fault) {
          // Somebody at the page moved the clock in between.
          if (!/only goes forward/.test(String(fault))) throw fault;
          stands = undefined;
        }
      }
    },
    acted() {
      moves = true;
    },
    async quiet() {
      while (moves || quieting !== undefined) {
        quieting ??= (async () => {
          moves = false;
          await product.settle();
        })().finally(() => {
          quieting = undefined;
        });
        await quieting;
      }
    },
    graphLog: async () => (await ask('GET', '/sandbox/graph-log')) as readonly GraphCall[],
    failGraph: async (fault) => {
      await ask('POST', '/sandbox/faults', fault);
    },
    async restart() {
      await stopAll();
      moves = true;
      stands = undefined;
      await start();
    },
    async stop() {
      // Whatever a test made the product say to Graph has to be what Graph understands, and the answers what it gives.
      const log = graphContractIsHere && main && !main.isOver() ? await product.graphLog() : [];
      await stopAll();
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
      assertGraphContract(log.filter(({ by }) => by === 'app'));
    },
    startBot,
    deaths: () => deaths,
    dies: options.apart?.supervised === true,
    botIsUp: () =>
      until(
        'the bot did not come up again',
        () => answers(`${bot}/healthz`),
        PATIENCE,
        () => product.output(),
      ),
    async killBot() {
      const running = botProcess;
      botProcess = undefined;
      if (!running || running.isOver()) return;
      running.child.kill('SIGKILL');
      await running.ended;
      earlier += running.output();
    },
  };
  return product;
}

export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
