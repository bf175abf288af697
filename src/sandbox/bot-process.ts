/** The bot as a child process: started once, watched, never restarted, so that a crash is seen and not papered over. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

export interface BotOptions {
  /** What Node is to run. */
  readonly script: string;
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly dataDir: string;
  /** The bot's root address. */
  readonly url: string;
  /** Milliseconds to come up in. */
  readonly patience?: number;
}

export interface Bot {
  readonly child: ChildProcess;
  /** Resolves when it answers on /readyz or /healthz; false when it died first or time ran out. */
  ready(): Promise<boolean>;
  /** Resolves when it has ended, however that came about. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  lastLines(count?: number): string;
  stop(): Promise<void>;
}

/** After being asked to stop it has this long before it is made to. */
const GRACE = 8_000;

export function startBot(options: BotOptions): Bot {
  const file = join(options.dataDir, 'bot.log');
  const log = createWriteStream(file, { flags: 'w' });
  const child = spawn(process.execPath, [...process.execArgv, options.script], {
    cwd: options.workingDirectory,
    env: { ...options.environment },
    // The fourth is closed when this process ends, however it ends: the bot then ends too, and leaves no port taken.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let recent = '';
  const keep = (chunk: Buffer) => {
    log.write(chunk);
    recent = (recent + chunk.toString()).slice(-20_000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  // What merely goes well is in the log; the terminal is for what does not.
  if (child.stderr)
    createInterface(child.stderr).on('line', (line) => {
      if (!line.includes('"level":"info"')) process.stderr.write(`${line}\n`);
    });
  let over = false;
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    const finish = (code: number | null, signal: string | null) => {
      over = true;
      log.end();
      resolve({ code, signal });
    };
    child.once('error', (fault) => {
      recent += `${fault.message}\n`;
      finish(null, null);
    });
    // `close`, not `exit`: the last words are in the pipes until then.
    child.once('close', finish);
  });

  async function answers(path: string): Promise<boolean> {
    try {
      const response = await fetch(`${options.url}${path}`, { signal: AbortSignal.timeout(2_000) });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      return false;
    }
  }

  return {
    child,
    ended,
    async ready() {
      const until = performance.now() + (options.patience ?? 60_000);
      while (!over && performance.now() < until) {
        // Not ready for its dependencies is still up: the page then shows what is wrong.
        if ((await answers('/readyz')) || (await answers('/healthz'))) return !over;
        await pause(100);
      }
      return false;
    },
    lastLines(count = 15) {
      const text = recent || readFileSync(file, 'utf8');
      return text.trimEnd().split('\n').slice(-count).join('\n');
    },
    async stop() {
      if (over) return;
      child.kill('SIGTERM');
      const forced = setTimeout(() => child.kill('SIGKILL'), GRACE);
      await ended;
      clearTimeout(forced);
    },
  };
}
