/**
 * Composition root: settings, then adapters, then the use cases, the bot, the server and the worker. The only place that wires.
 */
import { createHash, randomBytes, randomUUID, X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ExternalClock, externalClock, systemClock } from '../src/adapters/clock.ts';
import { graphDirectory, readDirectory } from '../src/adapters/directory.ts';
import { droppedFiles } from '../src/adapters/files.ts';
import { graphAutomaticReplies } from '../src/adapters/graph/absence.ts';
import { graphCalendars } from '../src/adapters/graph/calendars.ts';
import { openGraph } from '../src/adapters/graph/client.ts';
import { clientStates } from '../src/adapters/graph/client-state.ts';
import { graphDiaryFeed } from '../src/adapters/graph/diary-feed.ts';
import { graphMailboxFeed } from '../src/adapters/graph/mailbox-feed.ts';
import { graphMailboxes } from '../src/adapters/graph/mailboxes.ts';
import { graphSubscriptions } from '../src/adapters/graph/subscriptions.ts';
import { tokenSource } from '../src/adapters/graph/token.ts';
import { councilsOf, localProtocols } from '../src/adapters/local-protocols.ts';
import { jsonLog } from '../src/adapters/log.ts';
import { openMailReader } from '../src/adapters/mail-reader/open.ts';
import { loadMasterKey } from '../src/adapters/master-key.ts';
import { foldersOf, loadProtocols } from '../src/adapters/protocol-files/load.ts';
import { openStore } from '../src/adapters/store/open.ts';
import { type MailboxesState, mailboxesState } from '../src/application/mail/mailbox-state.ts';
import { newMailMemory } from '../src/application/mail/memory.ts';
import { reasonOf } from '../src/application/reason.ts';
import { workOutAgain } from '../src/application/rewrite-rows.ts';
import { createStepwise } from '../src/application/stepwise.ts';
import { takeNotifications } from '../src/application/take-notifications.ts';
import { type WatchState, watchState } from '../src/application/watch-state.ts';
import { newWatchMemory } from '../src/application/watching.ts';
import { nextDue } from '../src/application/work.ts';
import { startWorker, type Worker } from '../src/application/worker.ts';
import type { World } from '../src/application/world.ts';
import { type Config, configFromEnvironment } from '../src/config.ts';
import { parseInstant } from '../src/domain/time/instant.ts';
import { createDrawing } from './cards/drawing.ts';
import { type BotApp, createHost } from './host.ts';
import { createServer } from './server.ts';
import { createTurnHandler } from './turn/handler.ts';

export interface RunningBot {
  readonly port: number;
  stop(): Promise<void>;
}

export async function startBot(config: Config): Promise<RunningBot> {
  if (config.databaseUrl)
    throw new Error(
      'DATABASE_URL is set, and PostgreSQL is not built yet. Unset it: the data is then kept in DATA_DIR.',
    );
  mkdirSync(config.dataDir, { recursive: true });
  const clock = config.clockUrl ? await externalClock(config.clockUrl) : systemClock;
  const log = jsonLog(config.logLevel, clock);
  const masterKey = loadMasterKey({
    fromEnvironment: config.masterKey,
    file: join(config.dataDir, 'master.key'),
    mayMake: !config.production,
  });
  const store = await openStore({ file: join(config.dataDir, 'stepwise.sqlite'), masterKey, now: () => clock.now() });
  // This database is this process's alone: whatever was claimed before it started was claimed by one that is gone.
  await store.releaseClaims();

  const published = loadProtocols(foldersOf(config.protocols), config.holidaysFile, config.councils);
  const entries = await readDirectory(config.directory, councilsOf(published));
  const graph = openGraph({
    baseUrl: config.graphBaseUrl,
    token: tokenSource(config.graphBaseUrl, config.microsoftApp),
  });
  const directory = graphDirectory(entries, graph, clock, config.councils);
  if (config.microsoftApp && config.microsoftApp.tenantId !== entries.tenantId)
    throw new Error(
      `${config.directory} is of tenant ${entries.tenantId}, MicrosoftAppTenantId is ${config.microsoftApp.tenantId}. Correct the one that is wrong.`,
    );
  const host = createHost({
    app: botApp(config),
    tenantId: directory.tenantId,
    serviceUrl: config.teamsServiceUrl,
    dialogs: config.dialogs,
    conversation: (key) => store.conversation(key),
    log,
  });
  const reader = openMailReader();
  let worker: Worker | undefined;
  const world: World = {
    clock,
    protocols: localProtocols(published, entries, config.holidaysFile),
    store,
    directory,
    mailboxes: graphMailboxes(graph, { messageIdDomain: config.mailDomain }),
    mail: {
      feed: graphMailboxFeed(graph),
      reader,
      memory: newMailMemory(),
      alarmMinutes: config.mailboxAlarmMinutes,
    },
    // The sandbox stands in for OneDrive on the machine that its clock is on; that is never set beside an app registration.
    files: droppedFiles(config.clockUrl ? { alsoFrom: new URL(config.clockUrl).origin } : {}),
    calendars: graphCalendars(graph),
    replies: graphAutomaticReplies(graph),
    watching: {
      feed: graphDiaryFeed(graph),
      clientStates: clientStates(masterKey),
      ...(config.publicUrl ? { subscriptions: graphSubscriptions(graph, config.publicUrl) } : {}),
      memory: newWatchMemory(),
    },
    chat: host.chat,
    drawing: createDrawing({ signingKey: signingKey(masterKey) }),
    log,
    councils: directory.councils,
    newId: randomUUID,
    randomBytes: (n) => randomBytes(n),
    digest: (text) => createHash('sha256').update(text).digest('base64url'),
    wake: () => worker?.wake(),
  };
  await workOutAgain(world);
  worker = startWorker(world, { pollSeconds: config.pollSeconds, elapsed: () => performance.now() });
  const running = worker;
  const handler = createTurnHandler({ stepwise: createStepwise(world), signingKey: signingKey(masterKey), log });
  const server = await createServer({
    listenOn: config.listenOn,
    port: config.port,
    messages: host.messages(handler),
    hint: (notifications, unread) =>
      takeNotifications(world, notifications, unread).catch((fault: unknown) => {
        log.error('notifications-not-kept', { reason: reasonOf(fault) });
        throw fault;
      }),
    ready: {
      database: () => store.ping(),
      directory: async () => {
        const faults = await directory.check();
        if (faults.length > 0) throw new Error(faults.join(' '));
      },
      outbox: async () => {
        const { retrying, givenUp } = await store.outboxCounts();
        if (retrying + givenUp > 0)
          throw new Error(
            `${retrying + givenUp} messages or bookings have not gone out yet and are being tried again.`,
          );
      },
      diaries: async () => {
        const { faults = [] } = (await watchState(world)) ?? {};
        if (faults.length > 0) throw new Error(faults.join(' '));
      },
      mailboxes: async () => {
        const { faults } = await mailboxesState(world);
        if (faults.length > 0) throw new Error(faults.join(' '));
      },
    },
    metrics: () => metrics(world, running),
    ...(config.clockUrl ? { clock: clockRoutes(world, clock as ExternalClock, running) } : {}),
  });
  running.wake();
  log.info('listening', { port: server.port });
  if (!config.publicUrl)
    log.warn('no-public-url', {
      means: `Microsoft 365 cannot tell of changes: mailboxes and calendars are read every ${config.pollSeconds} seconds. Set PUBLIC_URL to be told at once.`,
    });
  // A group that is not there costs nobody the bot, but somebody her cards: said at once, and at /readyz until it is mended.
  void directory.check().then(
    (faults) => {
      for (const fault of faults) log.warn('directory-fault', { fault });
    },
    (error: unknown) => log.warn('directory-not-read', { reason: reasonOf(error) }),
  );
  return {
    port: server.port,
    async stop() {
      await server.close();
      await running.stop();
      await reader.close();
      await store.close();
    },
  };
}

/** Moved by whoever owns the clock; each step is answered when all that fell due in it has been carried out. */
function clockRoutes(world: World, clock: ExternalClock, worker: Worker) {
  return {
    async next(before: string) {
      const due = await nextDue(world);
      return { next: due && due <= parseInstant(before) ? due : null };
    },
    async set({ now, ticking }: { readonly now: string; readonly ticking: boolean }) {
      clock.set(parseInstant(now), ticking);
      return { carriedOut: await worker.runNow() };
    },
  };
}

async function metrics(world: World, worker: Worker): Promise<string> {
  const { waiting, retrying, givenUp } = await world.store.outboxCounts();
  const watched = await watchState(world);
  const since = worker.sinceLastRun();
  return [
    '# HELP stepwise_outbox Messages, cards and bookings to be carried out, by state.',
    '# TYPE stepwise_outbox gauge',
    `stepwise_outbox{state="waiting"} ${waiting}`,
    `stepwise_outbox{state="retrying"} ${retrying}`,
    `stepwise_outbox{state="given-up"} ${givenUp}`,
    '# HELP stepwise_seconds_since_last_run Real seconds since the worker last came to rest.',
    '# TYPE stepwise_seconds_since_last_run gauge',
    `stepwise_seconds_since_last_run ${since === undefined ? 'NaN' : (since / 1000).toFixed(1)}`,
    ...(watched ? watchMetrics(watched) : []),
    ...mailMetrics(await mailboxesState(world)),
    '',
  ].join('\n');
}

function watchMetrics({ subscriptions, secondsSinceRead, notifications }: WatchState): readonly string[] {
  return [
    '# HELP stepwise_subscriptions Subscriptions to changes in Microsoft 365, by state.',
    '# TYPE stepwise_subscriptions gauge',
    `stepwise_subscriptions{state="live"} ${subscriptions.live}`,
    `stepwise_subscriptions{state="missing"} ${subscriptions.missing}`,
    '# HELP stepwise_seconds_since_diary_read Seconds since the calendar that has waited longest was read.',
    '# TYPE stepwise_seconds_since_diary_read gauge',
    `stepwise_seconds_since_diary_read ${secondsSinceRead?.toFixed(1) ?? 'NaN'}`,
    '# HELP stepwise_notifications_total Change notifications since the start, by what became of them.',
    '# TYPE stepwise_notifications_total counter',
    `stepwise_notifications_total{state="taken"} ${notifications.taken}`,
    `stepwise_notifications_total{state="ignored"} ${notifications.ignored}`,
  ];
}

function mailMetrics({ mailboxes, mails }: MailboxesState): readonly string[] {
  const of = ({ council, mailbox }: MailboxesState['mailboxes'][number]) =>
    `{council="${council}",mailbox="${mailbox}"}`;
  return [
    '# HELP stepwise_seconds_since_mailbox_read Seconds since the mailbox was last read to its end.',
    '# TYPE stepwise_seconds_since_mailbox_read gauge',
    ...mailboxes.map(
      (box) => `stepwise_seconds_since_mailbox_read${of(box)} ${box.secondsSinceRead?.toFixed(1) ?? 'NaN'}`,
    ),
    '# HELP stepwise_mailbox_failing 1 while the mailbox cannot be read.',
    '# TYPE stepwise_mailbox_failing gauge',
    ...mailboxes.map((box) => `stepwise_mailbox_failing${of(box)} ${box.failing ? 1 : 0}`),
    '# HELP stepwise_mails Mails of the watched mailboxes, by the state in which they are.',
    '# TYPE stepwise_mails gauge',
    ...mails.map(({ council, state, count }) => `stepwise_mails{council="${council}",state="${state}"} ${count}`),
  ];
}

/** Cards are signed with a key of their own, made of the master key, so that the one cannot be found out by the other. */
function signingKey(masterKey: Uint8Array): Uint8Array {
  return createHash('sha256').update('stepwise card signature').update(masterKey).digest();
}

function botApp({ microsoftApp: app }: Config): BotApp | undefined {
  if (!app) return undefined;
  const { type, id, tenantId, password, certificate } = app;
  if (!certificate) return { type, id, tenantId, ...(password ? { password } : {}) };
  const privateKey = readFileSync(certificate, 'utf8');
  const thumbprint = new X509Certificate(privateKey).fingerprint.replaceAll(':', '');
  return { type, id, tenantId, certificate: { thumbprint, privateKey } };
}

if (import.meta.main) {
  try {
    const bot = await startBot(configFromEnvironment());
    const stop = () => void bot.stop().finally(() => process.exit(0));
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
    // Started by another process (the sandbox): ends with it, also where that one was killed.
    process.once('disconnect', stop);
  } catch (error) {
    // Settings, ports, keys and protocol files say themselves what is wrong and what to do.
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}
