/** `stepwise check`: every fault of what is shipped and configured, each where it stands. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DirectoryEntries, DirectoryFaults, readDirectory } from '../adapters/directory.ts';
import { faultsOfHolidays } from '../adapters/holidays.ts';
import { foldersOf, type ProtocolFiles, readProtocols, writeFault } from '../adapters/protocol-files/load.ts';
import { readConfig } from '../config.ts';
import { faultsOfCards } from './check-cards.ts';
import { type Outcome, type Parsed, textOf } from './command.ts';
import { SANDBOX_DIRECTORY } from './data.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What the sandbox sets for the bot that it starts. */
const SANDBOX = {
  CLOCK_URL: 'http://127.0.0.1:3979/clock',
  GRAPH_BASE_URL: 'http://127.0.0.1:3979/graph',
  DIRECTORY: SANDBOX_DIRECTORY,
};

/** Without an app registration nobody's family depends on it: what must be filled in before that is told, and is no fault yet. */
export async function check(parsed: Parsed): Promise<Outcome> {
  const given = textOf(parsed, 'folder');
  const folders = given === undefined ? foldersOf(process.env.PROTOCOLS) : [given];
  const missing = folders.find((folder) => !existsSync(folder));
  if (missing !== undefined) return { exit: 2, error: `There is no folder ${missing}.` };
  const files = readProtocols(folders);
  const real = parsed.values['go-live'] === true || (process.env.MicrosoftAppId ?? '').trim() !== '';
  const settings = readConfig(real ? process.env : { ...SANDBOX, ...process.env });
  const config = 'config' in settings ? settings.config : undefined;

  const directory = config && (await readTheDirectory(resolve(ROOT, config.directory), config.directory));
  const faults = [
    ...files.faults.map((fault) => `src/protocols/${writeFault(fault)}`),
    ...faultsOfHolidays({ extraFile: config?.holidaysFile }).map(writeFault),
    ...faultsOfCards(join(ROOT, 'adaptive-cards'), 'adaptive-cards'),
    ...faultsOfManifest(),
    ...('faults' in settings ? settings.faults.map((fault) => `settings  ${fault}`) : []),
    ...(directory?.faults ?? []),
  ];
  const open = [...contactsToFill(files, directory?.entries), ...placesToFill(files, directory?.entries)];
  const all = real ? [...faults, ...open] : faults;
  const ok = all.length === 0;
  const good = `${files.protocols.length} pathways, cards, bank holidays and settings are in order.`;
  const later =
    real || open.length === 0 ? [] : ['', 'Before families depend on it, fill in:', ...open.map((each) => `  ${each}`)];
  const text = [
    ...(ok
      ? [good]
      : [`${all.length} ${all.length === 1 ? 'thing' : 'things'} to mend:`, ...all.map((each) => `  ${each}`)]),
    ...later,
  ].join('\n');
  return { exit: ok ? 0 : 1, json: { ok, faults: all, beforeGoLive: open }, text };
}

async function readTheDirectory(
  path: string,
  shown: string,
): Promise<{ readonly entries?: DirectoryEntries; readonly faults: readonly string[] }> {
  try {
    return { entries: await readDirectory(path), faults: [] };
  } catch (error) {
    if (error instanceof DirectoryFaults) return { faults: error.faults.map((fault) => fault.replace(path, shown)) };
    throw error;
  }
}

/** Numbers to ring: as long as one is missing, the safety panel says 999 and "ring your manager" (story 4.11). */
function contactsToFill(files: ProtocolFiles, entries: DirectoryEntries | undefined): readonly string[] {
  return files.councils.flatMap((council) => {
    const given = entries?.councils[council.id]?.safeguarding;
    const { safeguarding } = council;
    return [
      ...(safeguarding.daytime === undefined && given?.daytime === undefined ? ['safeguarding.daytime'] : []),
      ...(safeguarding.outOfHours === undefined && given?.outOfHours === undefined
        ? ['safeguarding.out-of-hours']
        : []),
    ].map((what) => `src/protocols/${council.id}/council.yaml  ${what}: whom to ring when a child may be at risk`);
  });
}

/** Every role, team, channel and mailbox of a council that is in the directory file has its place in the tenant. */
function placesToFill(files: ProtocolFiles, entries: DirectoryEntries | undefined): readonly string[] {
  if (entries === undefined) return [];
  return files.councils.flatMap((council) => {
    const here = entries.councils[council.id];
    if (here === undefined) return [];
    const offered = files.protocols.filter((protocol) => protocol.council.id === council.id && protocol.offered);
    const used = JSON.stringify(offered.map(({ council: _, ...pathway }) => pathway));
    const needs = (name: string) => used.includes(`"${name}"`) || used.includes(`/${name}"`);
    const groups = (record: Readonly<Record<string, unknown>>) => Object.keys(record);
    const teams = Object.entries(here.teams);
    return [
      ...Object.entries(council.roles).flatMap(([id, role]) => {
        if (!needs(id) || role.outside === true) return [];
        if (role.held === 'group')
          return groups(here.groups).includes(id) ? [] : [`the group of the ${role.name} (${id})`];
        const placed =
          groups(here.groups).includes(id) ||
          (teams.length > 0 && teams.every(([, team]) => groups(team.groups).includes(id)));
        return placed ? [] : [`the group of the ${role.name} (${id})`];
      }),
      ...Object.keys(council.teams).flatMap((id) => (id in here.teams ? [] : [`the team ${id}`])),
      ...Object.keys(council.channels).flatMap((id) => (id in here.channels ? [] : [`the channel ${id}`])),
      ...Object.keys(council.mailboxes).flatMap((id) => (id in here.mailboxes ? [] : [`the mailbox ${id}`])),
    ].map((what) => `directory, ${council.id}  ${what} has no place in the tenant`);
  });
}

/** Of the Teams manifest only that it can be read and points nowhere by plain http; the schema is a test's matter. */
function faultsOfManifest(): readonly string[] {
  const file = join(ROOT, 'manifest', 'manifest.json');
  if (!existsSync(file)) return [];
  try {
    const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const text = JSON.stringify(manifest);
    return [
      ...((manifest as { manifestVersion?: unknown }).manifestVersion === undefined
        ? ['manifest/manifest.json:1:1  "manifestVersion" is missing']
        : []),
      ...(/"http:\/\//.test(text) ? ['manifest/manifest.json:1:1  an address without https: Teams refuses it'] : []),
    ];
  } catch (error) {
    return [`manifest/manifest.json:1:1  this is not JSON: ${error instanceof Error ? error.message : String(error)}`];
  }
}
