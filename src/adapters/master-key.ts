/**
 * The one key that all others are wrapped with: from the environment where an operator keeps it, else from a file beside the data.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { KEY_BYTES, type Key } from './sealing.ts';

const REMEDY = 'Make one with: openssl rand -base64 32';

/** Thrown with a sentence for whoever runs the program. Never holds any of the key. */
export class MasterKeyFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MasterKeyFault';
  }
}

export interface MasterKeySource {
  /** `MASTER_KEY`: 32 bytes in base64. Empty counts as absent. */
  readonly fromEnvironment?: string | undefined;
  /** Read, or made, where the environment gives none. */
  readonly file: string;
  /** Whether a missing file is made. In production a key that appears by itself is one that nobody has backed up. Default: yes. */
  readonly mayMake?: boolean;
}

/** @throws MasterKeyFault */
export function loadMasterKey({ fromEnvironment, file, mayMake = true }: MasterKeySource): Key {
  const given = fromEnvironment?.trim();
  if (given) return checked(given, 'MASTER_KEY');
  const kept = read(file);
  if (kept !== undefined) return checked(kept.trim(), `The master key file ${file}`);
  if (!mayMake) {
    throw new MasterKeyFault(
      `There is no master key: MASTER_KEY is not set and ${file} does not exist. ` +
        `Set MASTER_KEY to the key this data was sealed with; for a first start, ${lowerFirst(REMEDY)}`,
    );
  }
  make(file);
  return checked((read(file) ?? '').trim(), `The master key file ${file}`);
}

function checked(text: string, what: string): Key {
  // Buffer.from skips what is no base64, and would take a mistyped key for a shorter one without a word.
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
    throw new MasterKeyFault(
      `${what} is not base64: it must be ${KEY_BYTES} bytes in base64, 44 characters. ${REMEDY}`,
    );
  }
  const key = Buffer.from(text, 'base64');
  if (key.length !== KEY_BYTES) {
    throw new MasterKeyFault(
      `${what} holds ${key.length} bytes: it must be ${KEY_BYTES} bytes in base64, 44 characters. ${REMEDY}`,
    );
  }
  return key;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (fault) {
    if (codeOf(fault) === 'ENOENT') return undefined;
    throw new MasterKeyFault(
      `The master key file ${file} cannot be read (${codeOf(fault)}). Let the account that runs Stepwise read it.`,
    );
  }
}

/**
 * Written aside, made durable, then linked into place: the name never stands for half a key, and of two
 * processes that start at once the first one's key is everybody's.
 */
function make(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const aside = `${file}.${randomBytes(6).toString('hex')}`;
  const handle = openSync(aside, 'wx', 0o600);
  try {
    writeSync(handle, `${randomBytes(KEY_BYTES).toString('base64')}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  try {
    linkSync(aside, file);
  } catch (fault) {
    if (codeOf(fault) !== 'EEXIST') throw fault;
  } finally {
    unlinkSync(aside);
  }
  keepName(dirname(file));
}

/** A file's name is durable only when its folder is. Windows opens no folders, and needs none of this. */
function keepName(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function codeOf(fault: unknown): string {
  return String((fault as { code?: unknown }).code);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
