/**
 * The use cases in a real world: SQLite, the protocols, the product's own Graph client on the sandbox's Graph server, the sandbox's
 * own clock, which stops at each moment at which something falls due. Only Teams is stood in for, by a chat that remembers.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createServer, type RunningServer } from '../../bot/server.ts';
import { graphDirectory, readDirectory } from '../../src/adapters/directory.ts';
import { graphAutomaticReplies } from '../../src/adapters/graph/absence.ts';
import { graphCalendars } from '../../src/adapters/graph/calendars.ts';
import { type Graph, openGraph } from '../../src/adapters/graph/client.ts';
import { clientStates } from '../../src/adapters/graph/client-state.ts';
import { graphDiaryFeed } from '../../src/adapters/graph/diary-feed.ts';
import { graphMailboxFeed } from '../../src/adapters/graph/mailbox-feed.ts';
import { graphMailboxes } from '../../src/adapters/graph/mailboxes.ts';
import { graphSubscriptions } from '../../src/adapters/graph/subscriptions.ts';
import { tokenSource } from '../../src/adapters/graph/token.ts';
import { jsonLog } from '../../src/adapters/log.ts';
import { openMailReader } from '../../src/adapters/mail-reader/open.ts';
import { loadProtocols } from '../../src/adapters/protocol-files/load.ts';
import { openStore } from '../../src/adapters/store/open.ts';
import { newMailMemory } from '../../src/application/mail/memory.ts';
import type { MailReader, Protocols, Store } from '../../src/application/ports.ts';
import type { Drawing, Stepwise } from '../../src/application/sheet.ts';
import { createStepwise } from '../../src/application/stepwise.ts';
import { takeNotifications } from '../../src/application/take-notifications.ts';
import { newWatchMemory, type Watching } from '../../src/application/watching.ts';
import { carryOutAllDue, keepComing, nextDue } from '../../src/application/work.ts';
import type { World } from '../../src/application/world.ts';
import { type Instant, instantAt, parseDay, parseInstant, writeInstant } from '../../src/domain/time/instant.ts';
import type { LogEntry } from '../../src/sandbox/graph/log.ts';
import { openSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { assertGraphContract } from '../graph-contract.ts';
import { type PlainCard, plain, plainDrawing } from './drawing.ts';
import { openChat, type RecordingChat } from './recording-chat.ts';

const ROOT = resolve(import.meta.dirname, '../..');
export const STEP_DOWN = 'EHstepdown@camden.example';

/** @example london('2026-12-18', '18:45') */
export function london(day: string, time: string): Instant {
  return instantAt(parseDay(day), time);
}

export interface Options {
  /** Default: Thu 17 Dec 2026, 16:20. */
  readonly start?: Instant;
  readonly drawing?: Drawing;
  /** A folder of made-up councils, with its people made up too, instead of the program's own. */
  readonly protocols?: { readonly folder: string; readonly council: string };
  /** Whether it is noticed what happens in Outlook: told of it by Graph's notifications, or by reading alone. Default: not at all. */
  readonly watching?: 'told' | 'polled';
  /** Keeps the store in a file, so that the program can be started again. */
  readonly onDisk?: boolean;
}

/** A message or an event, as Graph shows it. */
export type Shown = { readonly id: string; readonly subject: string } & Readonly<Record<string, unknown>>;

export interface TestWorld {
  readonly stepwise: Stepwise;
  readonly world: World;
  readonly store: Store;
  readonly chat: RecordingChat;
  readonly sandbox: Sandbox;
  now(): Instant;
  /** Messages since the chat was last cleared, oldest first: `Mon 21 Dec 2026, 08:30 #front-door digest`. */
  posts(): readonly string[];
  /** As they stand now, by place and subject: the card last sent to each message. */
  stands(place: string, about: string): PlainCard | undefined;
  /** What is logged at warn and above, one JSON line each. */
  readonly logged: readonly string[];
  /** Entra object id of an invented member of staff, by first name. */
  id(firstName: string): string;
  /** Carries out all that is due now. */
  settle(): Promise<number>;
  /** What Graph has to tell has reached the program, and all that follows from it is carried out. */
  told(): Promise<number>;
  /** Where the program listens. */
  readonly botUrl: string;
  /** Moves the sandbox's clock, which stops wherever something falls due on the way. */
  moveTo(day: string, time: string): Promise<void>;
  /** As after kill -9: the store is opened anew, everything else is made anew. */
  restart(): Promise<void>;
  /** Something in the world is replaced until the next restart. */
  replace(parts: Partial<World>): void;
  fault(fault: Record<string, unknown>): Promise<void>;
  away(person: string, from: Instant | null, to: Instant | null): Promise<void>;
  /** A hand other than the program's, in Outlook. */
  outlook<T>(method: string, path: string, body?: object): Promise<T>;
  folder(mailbox: string, folder: 'inbox' | 'drafts' | 'sentitems'): Promise<readonly Shown[]>;
  /** Meetings of the program in a diary: those with a reference in their subject. */
  meetings(mailbox: string): Promise<readonly Shown[]>;
  /** What the program asked of Graph since it was last asked, as `POST /users/…`. */
  calls(): Promise<readonly LogEntry[]>;
  close(): Promise<void>;
}

interface Running {
  readonly store: Store;
  world: World;
  stepwise: Stepwise;
}

export async function openWorld(options: Options = {}): Promise<TestWorld> {
  const folder = options.onDisk ? mkdtempSync(join(tmpdir(), 'stepwise-')) : undefined;
  const masterKey = randomBytes(32);
  const chat = openChat(() => sandbox.context.clock.now());
  const logged: string[] = [];
  let running: Running;
  let asked = 0;
  const everything: LogEntry[] = [];
  const reader = readerOnDemand();

  const settle = async () => {
    await keepComing(running.world);
    return carryOutAllDue(running.world);
  };
  const bot = await openBot({ settle, world: () => running.world });
  const botUrl = `http://127.0.0.1:${bot.port}`;
  const sandbox = await openSandbox({
    dataDir: ':memory:',
    sandboxPort: 0,
    botPort: bot.port,
    start: options.start ?? parseInstant('2026-12-17T16:20:00Z'),
    ticking: false,
    ...(options.protocols ? { councils: [options.protocols.council], protocols: options.protocols.folder } : {}),
  });
  const root = sandbox.context.urls.graph.replace(/\/graph$/, '');
  const protocols = withNumbers(loadProtocols(options.protocols?.folder));
  const entries = options.protocols
    ? await ownDirectory(sandbox)
    : await readDirectory(join(ROOT, 'env/directory.sandbox.yaml'));

  async function start(): Promise<Running> {
    const clock = { now: () => sandbox.context.clock.now() };
    const graph: Graph = openGraph({
      baseUrl: sandbox.context.urls.graph,
      token: tokenSource(sandbox.context.urls.graph, undefined),
    });
    const store = await openStore({
      file: folder ? join(folder, 'stepwise.sqlite') : ':memory:',
      masterKey,
      now: () => clock.now(),
    });
    await store.releaseClaims();
    const directory = graphDirectory(entries, graph, clock);
    const watching: Watching = {
      feed: graphDiaryFeed(graph),
      clientStates: clientStates(masterKey),
      ...(options.watching === 'told' ? { subscriptions: graphSubscriptions(graph, botUrl) } : {}),
      memory: newWatchMemory(),
    };
    const world: World = {
      clock,
      protocols,
      store,
      directory,
      mailboxes: graphMailboxes(graph),
      mail: { feed: graphMailboxFeed(graph), reader, memory: newMailMemory(), alarmMinutes: 30 },
      calendars: graphCalendars(graph),
      replies: graphAutomaticReplies(graph),
      ...(options.watching ? { watching } : {}),
      chat,
      drawing: options.drawing ?? plainDrawing,
      log: jsonLog('warn', clock, (line) => logged.push(line)),
      councils: directory.councils,
      newId: randomUUID,
      randomBytes: (n) => randomBytes(n),
      digest: (text) => createHash('sha256').update(text).digest('base64url'),
      wake: () => {},
    };
    return { store, world, stepwise: createStepwise(world) };
  }
  running = await start();

  const channels = new Map(
    Object.entries(entries.councils.camden?.channels ?? {}).map(([name, { channel }]) => [channel, `#${name}`]),
  );
  const placeOf = (to: string) =>
    channels.get(to) ?? sandbox.context.tenant.people.find(({ id }) => id === to)?.name.split(' ')[0] ?? to;

  const byHand = { 'Content-Type': 'application/json', 'x-sandbox-page': 'yes', Authorization: 'Bearer sandbox' };
  async function page(path: string, body: object): Promise<void> {
    const answer = await fetch(`${root}${path}`, { method: 'POST', headers: byHand, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  }
  async function outlook<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await fetch(`${root}/graph/v1.0${path}`, {
      method,
      headers: { ...byHand, Prefer: 'IdType="ImmutableId", outlook.timezone="UTC"' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }
  async function calls(): Promise<readonly LogEntry[]> {
    const log = (await (await fetch(`${root}/sandbox/graph-log`)).json()) as LogEntry[];
    const own = log.filter(({ by }) => by === 'app');
    await fetch(`${root}/sandbox/graph-log`, { method: 'DELETE' });
    everything.push(...own);
    asked += own.length;
    return own;
  }

  return {
    get stepwise() {
      return running.stepwise;
    },
    get world() {
      return running.world;
    },
    get store() {
      return running.store;
    },
    chat,
    sandbox,
    logged,
    posts: () => chat.posts().map(({ at, to, card }) => `${writeInstant(at)} ${placeOf(to)} ${plain(card).about}`),
    stands: (place, about) => {
      const cards = chat.sent.filter(({ to, card }) => placeOf(to) === place && plain(card).about === about);
      const last = cards.at(-1);
      return last && plain(last.card);
    },
    now: () => sandbox.context.clock.now(),
    id(firstName) {
      const person = sandbox.context.tenant.people.find(({ name }) => name.startsWith(`${firstName} `));
      if (!person) throw new Error(`Nobody is called ${firstName}.`);
      return person.id;
    },
    settle,
    botUrl,
    async told() {
      await sandbox.graph.idle();
      return settle();
    },
    async moveTo(day, time) {
      const { bot: reached } = await sandbox.context.clock.move({ to: london(day, time) });
      if (reached !== 'reached') throw new Error('The program did not answer the clock.');
    },
    async restart() {
      if (!folder) throw new Error('Only a world on disk can be started again.');
      await running.store.close();
      running = await start();
    },
    replace(parts) {
      running.world = { ...running.world, ...parts };
      running.stepwise = createStepwise(running.world);
    },
    fault: (fault) => page('/sandbox/faults', fault),
    away: (person, from, to) => page('/sandbox/away', { person, from, to }),
    outlook,
    async folder(mailbox, name) {
      const path = `/users/${mailbox}/mailFolders/${name}/messages?$top=500`;
      return (await outlook<{ value: Shown[] }>('GET', path)).value;
    },
    async meetings(mailbox) {
      const path = `/users/${mailbox}/calendarView?startDateTime=2026-12-01T00:00:00Z&endDateTime=2027-02-28T00:00:00Z&$top=500`;
      const { value } = await outlook<{ value: Shown[] }>('GET', path);
      return value.filter(({ subject, isCancelled }) => /^(Canceled: )?CAM-/.test(subject) && isCancelled !== true);
    },
    calls,
    async close() {
      await calls();
      await running.store.close();
      await reader.close();
      await sandbox.close();
      await bot.close();
      if (folder) rmSync(folder, { recursive: true, force: true });
      // What the program asked of Graph and was answered, held against Microsoft's description where that is here.
      if (asked > 0) assertGraphContract(everything.filter(({ fault }) => !fault));
    },
  };
}

/** Its thread begins with the first mail: most stories have none. */
function readerOnDemand(): MailReader {
  let opened: MailReader | undefined;
  return {
    async read(mime) {
      opened ??= openMailReader();
      return opened.read(mime);
    },
    close: async () => opened?.close(),
  };
}

/** As the sandbox writes it for the bot. */
async function ownDirectory({ directory }: Sandbox): ReturnType<typeof readDirectory> {
  const folder = mkdtempSync(join(tmpdir(), 'stepwise-'));
  const file = join(folder, 'directory.yaml');
  // Days of forums are left as the council's own file has them.
  const councils = Object.entries(directory?.councils ?? {}).map(([id, entry]) => {
    const { cycles: _days, ...rest } = entry as { readonly cycles?: unknown };
    return [id, rest] as const;
  });
  writeFileSync(file, JSON.stringify({ ...directory, councils: Object.fromEntries(councils) }));
  const entries = await readDirectory(file);
  rmSync(folder, { recursive: true, force: true });
  return entries;
}

/** The program's own routes: the clock drives it by two of them, and Graph tells it of changes by two others. */
function openBot(on: { settle: () => Promise<number>; world: () => World }): Promise<RunningServer> {
  const loudly = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (fault) {
      console.error(fault);
      throw fault;
    }
  };
  return createServer({
    listenOn: '127.0.0.1',
    port: 0,
    messages: async () => ({ status: 200 }),
    hint: (notifications, unread) => loudly(takeNotifications(on.world(), notifications, unread)),
    ready: {},
    metrics: () => '',
    clock: {
      async next(before) {
        const next = await loudly(nextDue(on.world()));
        return { next: next && next <= before ? next : null };
      },
      set: async () => ({ carriedOut: await loudly(on.settle()) }),
    },
  });
}

/** As the installation's directory file gives them. */
function withNumbers(protocols: Protocols): Protocols {
  const numbers = { daytime: '020 7946 0101', outOfHours: '020 7946 0199' };
  const filled = (protocol: ReturnType<Protocols['get']>) => ({
    ...protocol,
    council: { ...protocol.council, safeguarding: { ...protocol.council.safeguarding, ...numbers } },
  });
  return {
    all: () => protocols.all().map(filled),
    get: (id, version) => filled(protocols.get(id, version)),
    calendar: (council) => protocols.calendar(council),
  };
}
