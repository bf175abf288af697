/** `stepwise doctor`: what the running bot says of its dependencies, and what the councils have still to fill in. */
import { resolve } from 'node:path';
import { type DirectoryEntries, DirectoryFaults, readDirectory } from '../adapters/directory.ts';
import { askBot, BOT_PORT, NO_BOT } from './ask-bot.ts';
import { beforeGoLive, placesToFill, type ToDo, writeToDo } from './before-go-live.ts';
import type { Outcome } from './command.ts';
import { isOutcome, readData, SANDBOX_DIRECTORY } from './data.ts';

export async function doctor(): Promise<Outcome> {
  const ready = await askBot('/readyz');
  if (ready === undefined) return { exit: 1, error: NO_BOT, json: { running: false, port: BOT_PORT, error: NO_BOT } };
  const checks = read(ready.body);
  if (checks === undefined) {
    const error = `Something on port ${BOT_PORT} answers, but not as Stepwise does.`;
    return { exit: 1, error, json: { running: false, port: BOT_PORT, error } };
  }
  const well = ready.status === 200;
  const width = Math.max(0, ...Object.keys(checks).map((name) => name.length));
  const lines = Object.entries(checks).map(([name, state]) => `  ${name.padEnd(width)}  ${state}`);
  const { toDo, written } = await toFillInHere();
  return {
    exit: well ? 0 : 1,
    json: { running: true, port: BOT_PORT, well, checks, beforeGoLive: toDo },
    text: [`The bot on port ${BOT_PORT} ${well ? 'is well.' : 'needs help.'}`, ...lines, ...written].join('\n'),
  };
}

/** The list of `stepwise check`. Faults of the data are that command's matter, and the bot does not start with them. */
async function toFillInHere(): Promise<{ readonly toDo: readonly ToDo[]; readonly written: readonly string[] }> {
  const data = readData();
  if (isOutcome(data)) return { toDo: [], written: [] };
  const entries = await directoryHere();
  const toDo = [...beforeGoLive(data.files, entries), ...placesToFill(data.files, entries)];
  const written = writeToDo(data.files, toDo);
  return { toDo, written: written.length === 0 ? [] : ['', ...written] };
}

/** What the sandbox fills in is made up, and does not count. */
async function directoryHere(): Promise<DirectoryEntries | undefined> {
  const file = process.env.DIRECTORY?.trim() ?? '';
  if (file === '' || file === SANDBOX_DIRECTORY) return undefined;
  try {
    return await readDirectory(resolve(file));
  } catch (error) {
    if (error instanceof DirectoryFaults) return undefined;
    throw error;
  }
}

function read(body: string): Readonly<Record<string, string>> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
    return Object.fromEntries(
      Object.entries(value).map(([name, state]) => [name, typeof state === 'string' ? state : JSON.stringify(state)]),
    );
  } catch {
    return undefined;
  }
}
