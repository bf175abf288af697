/**
 * `stepwise playground`: Microsoft's Agents Playground on the running bot, with the sandbox's people, team and channel instead of its
 * own invented ones. It knows one acting user for each process; several may run side by side, each with --as and --port.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { readDirectory } from '../adapters/directory.ts';
import { nearest } from '../adapters/protocol-files/near.ts';
import { askBot, BOT_PORT, NO_BOT } from './ask-bot.ts';
import { type Outcome, type Parsed, textOf } from './command.ts';
import { isOutcome, readData, SANDBOX_DIRECTORY } from './data.ts';
import { runChild } from './start.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PLAYGROUND = join(ROOT, 'node_modules', '@microsoft', 'm365agentsplayground', 'cli.js');
const PORT = '56150';

export interface Sandbox {
  readonly tenantId: string;
  readonly people: readonly SandboxPerson[];
  readonly teams: readonly { readonly id: string; readonly groupId: string; readonly name: string }[];
  readonly channels: readonly { readonly id: string; readonly name: string; readonly team: string }[];
}

export interface SandboxPerson {
  readonly aadObjectId: string;
  readonly name: string;
  readonly mail: string;
  readonly role: string;
  readonly council: string;
}

export async function playground(parsed: Parsed): Promise<Outcome> {
  if ((await askBot('/healthz')) === undefined) return { exit: 1, error: NO_BOT };
  const dataDir = resolve(process.env.DATA_DIR?.trim() || 'data');
  const file = join(dataDir, 'sandbox.json');
  if (!existsSync(file)) {
    return {
      exit: 1,
      error: `The bot on port ${BOT_PORT} does not run in this sandbox: ${file} is not there. Start it with "npm start".`,
    };
  }
  const sandbox = JSON.parse(readFileSync(file, 'utf8')) as Sandbox;
  const person = findPerson(sandbox, textOf(parsed, 'as'));
  if ('error' in person) return { exit: 1, error: person.error };
  if (!existsSync(PLAYGROUND)) return { exit: 1, error: 'The Agents Playground is not installed: run "npm ci".' };

  const folder = join(dataDir, 'playground', person.aadObjectId);
  const settings = join(folder, '.m365agentsplayground.yml');
  mkdirSync(folder, { recursive: true });
  writeFileSync(settings, stringify(playgroundConfig(sandbox, person, await frontChannel(person.council))));

  const port = textOf(parsed, 'port') ?? PORT;
  console.log(`You are ${person.name}. The playground is at http://127.0.0.1:${port} . Ctrl+C ends it.`);
  // Without a desktop there is no browser to open; the address above is enough.
  const headless = process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;
  const code = await runChild(
    process.execPath,
    [PLAYGROUND, '-e', `http://127.0.0.1:${BOT_PORT}/api/messages`, '-c', 'msteams', '-p', port, '--disable-telemetry'],
    {
      cwd: folder,
      env: {
        ...process.env,
        M365_AGENTS_PLAYGROUND_CONFIG_PATH: settings,
        ...(headless && process.env.TEAMSAPPTESTER_BROWSER === undefined ? { TEAMSAPPTESTER_BROWSER: 'none' } : {}),
      },
    },
  );
  // What goes wrong inside it is only in its own log.
  const log = join(folder, 'devTools', 'm365agentsplayground.log');
  return code === 1 ? { exit: 1, error: `The playground ended. Its reasons are in ${log}` } : { exit: code };
}

/** @param asked a name, part of one, or an Entra object id; absent: whoever may open a case, the first of them */
export function findPerson(sandbox: Sandbox, asked: string | undefined): SandboxPerson | { readonly error: string } {
  const names = sandbox.people.map(({ name }) => name);
  if (asked === undefined) {
    const data = readData();
    const openers = isOutcome(data) ? [] : data.protocols.all().flatMap((protocol) => protocol.opening.by);
    return (
      sandbox.people.find(({ role }) => openers.includes(role)) ??
      sandbox.people[0] ?? { error: 'Nobody is in this sandbox.' }
    );
  }
  const wanted = asked.toLowerCase();
  const found =
    sandbox.people.find((each) => each.aadObjectId === wanted || each.name.toLowerCase() === wanted) ??
    sandbox.people.find((each) => each.name.toLowerCase().includes(wanted));
  const near = nearest(asked, names);
  return (
    found ?? {
      error: `Nobody in the sandbox is called "${asked}".${near === undefined ? '' : ` Did you mean "${near}"?`} There are: ${names.join(', ')}.`,
    }
  );
}

/** Teams ids of the channel in which the council's first card for a whole team is posted. */
async function frontChannel(council: string): Promise<{ readonly team: string; readonly channel: string } | undefined> {
  const data = readData();
  if (isOutcome(data)) return undefined;
  const steps = data.protocols
    .all()
    .filter((protocol) => protocol.council.id === council && protocol.offered)
    .flatMap((protocol) => Object.values(protocol.steps).map((step) => ({ step, roles: protocol.council.roles })));
  const posted = steps.find(({ step }) => step.post === 'channel' || step.post === 'both');
  const name = posted?.roles[posted.step.by[0] ?? '']?.channel;
  const entries = await readDirectory(resolve(ROOT, process.env.DIRECTORY?.trim() || SANDBOX_DIRECTORY));
  return name === undefined ? undefined : entries.councils[council]?.channels[name];
}

/** The playground's own schema (0.1.1): exactly five other users, at most one channel beside General. */
export function playgroundConfig(
  sandbox: Sandbox,
  person: SandboxPerson,
  place: { readonly team: string; readonly channel: string } | undefined,
): object {
  const others = sandbox.people.filter((each) => each.aadObjectId !== person.aadObjectId);
  // One of each part first, so that the rosters look like a council's.
  const parts = others.filter((each, index) => others.findIndex(({ role }) => role === each.role) === index);
  const five = [...parts, ...others.filter((each) => !parts.includes(each))].slice(0, 5);
  const team = sandbox.teams.find(({ id }) => id === place?.team) ?? sandbox.teams[0];
  const channel = sandbox.channels.find(({ id, team: of }) => id === place?.channel && of === team?.id);
  return {
    version: '0.1.1',
    tenantId: sandbox.tenantId,
    bot: { id: '28:stepwise', name: 'Stepwise' },
    currentUser: user(person),
    users: five.map(user),
    personalChat: { id: `a:playground-${person.aadObjectId}` },
    groupChat: { id: '19:playground-group@thread.v2', name: 'Group chat' },
    team: {
      id: team?.id ?? '19:playground@thread.tacv2',
      name: team?.name ?? 'Team',
      aadGroupId: team?.groupId ?? sandbox.tenantId,
      channels: channel === undefined ? [] : [{ id: channel.id, name: channel.name }],
    },
  };
}

function user({ aadObjectId, name, mail }: SandboxPerson): object {
  const [givenName = name, ...rest] = name.split(' ');
  return {
    id: `29:${aadObjectId}`,
    name,
    userPrincipleName: mail,
    aadObjectId,
    givenName,
    surname: rest.join(' '),
    email: mail,
  };
}
