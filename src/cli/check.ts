/** `stepwise check`: every fault of what is shipped and configured, each where it stands. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DirectoryEntries, DirectoryFaults, readDirectory } from '../adapters/directory.ts';
import { faultsOfHolidays } from '../adapters/holidays.ts';
import { foldersOf, readProtocols, writeFault } from '../adapters/protocol-files/load.ts';
import { readConfig } from '../config.ts';
import { beforeGoLive, placesToFill, readingsOf, type ToDo, writeReadings, writeToDo } from './before-go-live.ts';
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

/** Without an app registration nobody's family depends on it: what a council must fill in before that is told, and is no fault yet. */
export async function check(parsed: Parsed): Promise<Outcome> {
  const given = textOf(parsed, 'folder');
  const folders = given === undefined ? foldersOf(process.env.PROTOCOLS) : [given];
  const missing = folders.find((folder) => !existsSync(folder));
  if (missing !== undefined) return { exit: 2, error: `There is no folder ${missing}.` };
  const files = readProtocols(folders);
  const real = parsed.values['go-live'] === true || (process.env.MicrosoftAppId ?? '').trim() !== '';
  const environment = readConfig(real ? process.env : { ...SANDBOX, ...process.env });
  const config = 'config' in environment ? environment.config : undefined;

  const directory = config && (await readTheDirectory(resolve(ROOT, config.directory), config.directory));
  const faults = [
    ...files.faults.map((fault) => `src/protocols/${writeFault(fault)}`),
    ...faultsOfHolidays({ extraFile: config?.holidaysFile }).map(writeFault),
    ...faultsOfCards(join(ROOT, 'adaptive-cards'), 'adaptive-cards'),
    ...faultsOfManifest(),
    ...('faults' in environment ? environment.faults.map((fault) => `settings  ${fault}`) : []),
    ...(directory?.faults ?? []),
  ];
  // The sandbox fills in numbers and days that are made up: what a council has to fill in is told as if they were not there.
  const filledIn = real || config?.directory !== SANDBOX_DIRECTORY ? directory?.entries : undefined;
  const open = [...beforeGoLive(files, filledIn), ...placesToFill(files, directory?.entries)].filter(
    ({ council }) => !real || directory?.entries === undefined || council in directory.entries.councils,
  );
  const settings = readingsOf(files, filledIn);
  const all = real ? [...faults, ...open.map(asFault)] : faults;
  const ok = all.length === 0;
  const good = `${files.protocols.length} pathways, cards, bank holidays and settings are in order.`;
  const text = [
    ...(ok
      ? [good]
      : [`${all.length} ${all.length === 1 ? 'thing' : 'things'} to mend:`, ...all.map((each) => `  ${each}`)]),
    ...parted(real ? [] : writeToDo(files, open)),
    ...parted(writeReadings(files, settings)),
  ].join('\n');
  return { exit: ok ? 0 : 1, json: { ok, faults: all, beforeGoLive: open, settings }, text };
}

function parted(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', ...lines];
}

function asFault({ council, what, where, why }: ToDo): string {
  return `${council}  ${where}: fill in the ${what}. ${why}`;
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
