/** Runs the command as a shell would: the shim, in a process of its own. */
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');
const COMPILED = join(tmpdir(), 'stepwise-test-compiled');
const SHIM = join(ROOT, 'src/cli/stepwise.js');

export interface Answer {
  readonly exit: number | null;
  readonly out: string;
  readonly err: string;
  readonly milliseconds: number;
}

export interface How {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Which Node runs the shim; default: the one of the tests. */
  readonly node?: string;
}

export function stepwise(
  args: readonly string[],
  { input, env = {}, node = process.execPath }: How = {},
): Promise<Answer> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(node, [SHIM, ...args], {
      // Node keeps what it has compiled: each of these processes is the same program again.
      env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_COMPILE_CACHE: COMPILED, ...env },
      cwd: ROOT,
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk;
    });
    child.on('error', reject);
    child.on('close', (exit) => resolve({ exit, out, err, milliseconds: performance.now() - began }));
    child.stdin.end(input ?? '');
  });
}

/** The one JSON value on standard output. */
export async function json<Value>(args: readonly string[], how?: How): Promise<Value> {
  const { out, err } = await stepwise([...args, '--json'], how);
  if (out.trim().split('\n').length !== 1) throw new Error(`not one line of JSON: ${out}${err}`);
  return JSON.parse(out) as Value;
}
