/** Starts the bot with its credentials, or without any the sandbox around it. Lives as long as what it started. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Outcome } from './command.ts';

const BOT = fileURLToPath(new URL('../../bot/index.ts', import.meta.url));
const SANDBOX = fileURLToPath(new URL('../sandbox/main.ts', import.meta.url));

export async function start(): Promise<Outcome> {
  const real = (process.env.MicrosoftAppId ?? '').trim() !== '';
  return { exit: await runChild(process.execPath, [real ? BOT : SANDBOX]) };
}

/** Runs a program in the foreground: same terminal, signals passed on. @returns its exit code */
export function runChild(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], { stdio: 'inherit', ...options });
    // A terminal sends Ctrl+C to both; twice would mean "at once" to the child.
    const interrupt = () => {
      if (!process.stdin.isTTY) child.kill('SIGINT');
    };
    const terminate = () => child.kill('SIGTERM');
    const hangUp = () => child.kill('SIGHUP');
    process.on('SIGINT', interrupt);
    process.on('SIGTERM', terminate);
    process.on('SIGHUP', hangUp);
    // npm ends its shell and not what runs in it: without a look at the parent, `kill <npm>` would leave everything running.
    const parent = process.ppid;
    const orphaned = () => {
      if (process.ppid !== parent) child.kill('SIGTERM');
    };
    const watch = process.env.npm_lifecycle_event === undefined ? undefined : setInterval(orphaned, 500);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      clearInterval(watch);
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', terminate);
      process.off('SIGHUP', hangUp);
      resolve(code ?? 128 + constants.signals[signal ?? 'SIGTERM']);
    });
  });
}
