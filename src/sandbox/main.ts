/**
 * The sandbox's process: the invented Microsoft 365 tenant and, as its child, the bot.
 * Ends with 2 for settings that cannot be, with 1 when a port is taken or the bot dies.
 */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { writeInstant } from '../domain/time/instant.ts';
import { type Bot, startBot } from './bot-process.ts';
import type { SandboxContext } from './context.ts';
import { introduceBot, servePage } from './page-routes.ts';
import { portIsFree } from './ports.ts';
import { openSandbox, type Sandbox } from './sandbox.ts';
import { readSettings, type Settings } from './settings.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What scripts read to find their way about (design, section 8). */
function describe({ urls, tenant }: SandboxContext): unknown {
  const { page, messages, graph, teams, clock } = urls;
  return {
    urls: { page, messages, graph, teams, clock },
    tenantId: tenant.id,
    people: tenant.people.map(({ id, aadObjectId, name, mail, role, team, council }) => ({
      id,
      aadObjectId,
      name,
      mail,
      role,
      team,
      council,
    })),
    teams: tenant.teams.map(({ id, groupId, name }) => ({ id, groupId, name })),
    channels: tenant.teams.flatMap((team) => team.channels.map(({ id, name }) => ({ id, name, team: team.id }))),
    mailboxes: tenant.mailboxes.map(({ id, name, mail }) => ({ id, name, mail })),
  };
}

const portTaken = (port: number, variable: 'SANDBOX_PORT' | 'PORT'): string =>
  `Port ${port} is taken, perhaps by another Stepwise. Stop that one, or choose another port: ${variable}=${port + 100} npm start`;

/** A sentence, and the end. */
class Ending extends Error {
  readonly code: number;
  constructor(code: number, sentence: string) {
    super(sentence);
    this.code = code;
  }
}

async function open(settings: Settings): Promise<Sandbox> {
  try {
    return await openSandbox({ ...settings, mount: servePage });
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'EADDRINUSE') {
      throw new Ending(1, portTaken(settings.sandboxPort, 'SANDBOX_PORT'));
    }
    throw fault;
  }
}

/** Who plays which part, for the bot: the sandbox's councils, those with made-up people included. */
function writeDirectory(settings: Settings, { directory }: Sandbox): string {
  const file = join(settings.dataDir, 'directory.yaml');
  writeFileSync(file, stringify(directory));
  return file;
}

function environmentOfBot(
  settings: Settings,
  { urls }: SandboxContext,
  directory: string,
): Record<string, string | undefined> {
  return {
    ...process.env,
    PORT: String(settings.botPort),
    GRAPH_BASE_URL: urls.graph,
    CLOCK_URL: urls.clock,
    TEAMS_SERVICE_URL: urls.teams,
    PUBLIC_URL: process.env.PUBLIC_URL || urls.bot,
    DIRECTORY: process.env.DIRECTORY || directory,
    DATA_DIR: settings.dataDir,
  };
}

async function run(): Promise<void> {
  const read = readSettings(process.env);
  if ('fault' in read) throw new Ending(2, read.fault);
  const settings = { ...read, dataDir: resolve(read.dataDir) };
  const file = join(settings.dataDir, 'sandbox.json');
  if (settings.startsBot && !(await portIsFree(settings.botPort))) {
    throw new Ending(1, portTaken(settings.botPort, 'PORT'));
  }
  const sandbox = await open(settings);
  rmSync(file, { force: true });

  let bot: Bot | undefined;
  let ending: Promise<void> | undefined;
  const end = (code: number): Promise<void> => {
    ending ??= (async () => {
      rmSync(file, { force: true });
      await bot?.stop();
      await sandbox.close();
      process.exit(code);
    })();
    return ending;
  };
  process.on('SIGINT', () => void end(0));
  process.on('SIGTERM', () => void end(0));

  if (settings.startsBot) {
    const started = startBot({
      script: 'bot/index.ts',
      workingDirectory: ROOT,
      environment: environmentOfBot(settings, sandbox.context, writeDirectory(settings, sandbox)),
      dataDir: settings.dataDir,
      url: sandbox.context.urls.bot,
    });
    bot = started;
    void started.ended.then(({ code, signal }) => {
      if (ending) return;
      console.error(
        `The bot has stopped (${signal ?? `code ${code}`}). Its last lines, from ${join(settings.dataDir, 'bot.log')}:`,
      );
      console.error(started.lastLines());
      void end(1);
    });
    const ready = await started.ready();
    if (ending) return;
    if (!ready) {
      // Where it died, the words above have said so.
      if (started.child.exitCode === null && started.child.signalCode === null) {
        console.error(`The bot did not come up within a minute. Its last lines:\n${started.lastLines()}`);
        await end(1);
      }
      return;
    }
    // It is up, so what it does not take in a few seconds it will not take at all.
    const { missing } = await introduceBot(sandbox.context, { attempts: 6, between: 500 });
    if (ending) return;
    if (missing.length > 0) console.error(`The bot could not be introduced to ${missing.join(', ')}.`);
  }

  // Renamed into place, so that nobody reads half of it.
  writeFileSync(`${file}.new`, JSON.stringify(describe(sandbox.context), null, 2));
  renameSync(`${file}.new`, file);

  const { urls, clock } = sandbox.context;
  console.log(
    [
      `Stepwise is running. Open ${urls.page} to play every part.`,
      ...(settings.startsBot
        ? [`Microsoft's Agents Playground on the same bot: npm run playground`, `Is all well? ${urls.bot}/readyz`]
        : [`No bot was started (SANDBOX_BOT=off). One is expected at ${urls.bot}.`]),
      `The clock says ${writeInstant(clock.now())}. Everybody here is invented. Data: ${settings.dataDir}. Stop with Ctrl+C.`,
    ].join('\n'),
  );
}

try {
  await run();
} catch (fault) {
  console.error(fault instanceof Ending ? fault.message : fault);
  process.exit(fault instanceof Ending ? fault.code : 1);
}
