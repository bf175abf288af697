/** The sandbox as a process: what it refuses, what it says, what it leaves. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startBot } from '../../src/sandbox/bot-process.ts';
import { readSettings } from '../../src/sandbox/settings.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

let dataDir: string;
const closing: (() => unknown)[] = [];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'sandbox-'));
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function hold(port = 0): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  closing.push(() => server.close());
  return (server.address() as { port: number }).port;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as { port: number };
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

function start(environment: Record<string, string>) {
  const { MicrosoftAppId: _id, MicrosoftAppPassword: _password, NODE_OPTIONS: _options, ...own } = process.env;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'src/sandbox/main.ts'], {
    cwd: ROOT,
    env: { ...own, DATA_DIR: dataDir, SANDBOX_BOT: 'off', SANDBOX_CLOCK: 'still', ...environment },
  });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  closing.push(() => stop(child, ended));
  const until = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (said.includes(text)) resolve();
      };
      look();
      child.stdout.on('data', look);
      child.stderr.on('data', look);
      void ended.then((code) => reject(new Error(`ended with ${code} before saying "${text}": ${said}`)));
    });
  return { child, ended, until, said: () => said };
}

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill('SIGKILL');
  await ended;
}

describe('the sandbox', () => {
  test('says where it is, writes sandbox.json, and takes it away again when it is stopped', async () => {
    const [port, bot] = [await freePort(), await freePort()];
    const sandbox = start({ SANDBOX_PORT: String(port), PORT: String(bot), SANDBOX_START: '2026-12-17T16:20:00Z' });
    await sandbox.until('Ctrl+C');
    expect(sandbox.said()).toContain(`Open http://127.0.0.1:${port}/ to play every part.`);
    expect(sandbox.said()).toContain('Thu 17 Dec 2026, 16:20');
    const file = join(dataDir, 'sandbox.json');
    const written = JSON.parse(readFileSync(file, 'utf8'));
    expect(Object.keys(written)).toEqual(['urls', 'tenantId', 'people', 'teams', 'channels', 'mailboxes']);
    expect(written.urls).toEqual({
      page: `http://127.0.0.1:${port}/`,
      messages: `http://127.0.0.1:${bot}/api/messages`,
      graph: `http://127.0.0.1:${port}/graph`,
      teams: `http://127.0.0.1:${port}/connector/`,
      clock: `http://127.0.0.1:${port}/clock`,
    });
    expect(written.people[0]).toEqual({
      id: '5a7d0c1e-0000-4000-8000-000000000101',
      aadObjectId: '5a7d0c1e-0000-4000-8000-000000000101',
      name: 'Amara Okafor',
      mail: 'amara.okafor@camden.example',
      role: 'social-worker',
      team: 'Social Work North',
      council: 'camden',
    });
    expect(written.channels[0]).toEqual({
      id: '19:sw-step-down@thread.tacv2',
      name: 'Step down',
      team: '19:sw@thread.tacv2',
    });
    const clock = (await (await fetch(written.urls.clock)).json()) as { london: string };
    expect(clock.london).toBe('Thu 17 Dec 2026, 16:20');
    sandbox.child.kill('SIGTERM');
    expect(await sandbox.ended).toBe(0);
    expect(existsSync(file)).toBe(false);
  });

  test('on a taken port says which one and what to do', async () => {
    const port = await hold();
    const sandbox = start({ SANDBOX_PORT: String(port), PORT: String(await freePort()) });
    expect(await sandbox.ended).toBe(1);
    expect(sandbox.said().trim()).toBe(
      `Port ${port} is taken, perhaps by another Stepwise. Stop that one, or choose another port: SANDBOX_PORT=${port + 100} npm start`,
    );
    const other = start({ SANDBOX_PORT: String(await freePort()), PORT: String(port), SANDBOX_BOT: '' });
    expect(await other.ended).toBe(1);
    expect(other.said()).toContain(`PORT=${port + 100} npm start`);
  });

  test('does not start beside real credentials', async () => {
    const sandbox = start({ MicrosoftAppId: 'f0000000-0000-4000-8000-000000000000' });
    expect(await sandbox.ended).toBe(2);
    expect(sandbox.said()).toContain('does not run beside real credentials: MicrosoftAppId is set');
  });

  test.each([
    [{ SANDBOX_PORT: 'http' }, 'SANDBOX_PORT is "http", which is no port.'],
    [{ PORT: '3979' }, 'SANDBOX_PORT and PORT are both 3979. Set one of them to another.'],
    [{ SANDBOX_START: 'Thursday' }, 'SANDBOX_START is "Thursday". Write a moment, like 2026-12-17T16:20:00Z.'],
    [{ MicrosoftAppPassword: 'x' }, 'MicrosoftAppPassword is set'],
  ])('refuses %j in a sentence', (environment: Record<string, string>, sentence) => {
    expect(readSettings(environment)).toEqual({ fault: expect.stringContaining(sentence) });
  });
});

describe('the bot of the sandbox', () => {
  const bot = (source: string, port: number) => {
    const script = join(dataDir, 'bot.ts');
    writeFileSync(script, source);
    const started = startBot({
      script,
      workingDirectory: dataDir,
      environment: { PATH: process.env.PATH, PORT: String(port) },
      dataDir,
      url: `http://127.0.0.1:${port}`,
    });
    closing.push(() => started.stop());
    return started;
  };

  test('is ready when it answers on its health page, and is stopped when asked to', async () => {
    const port = await freePort();
    const running = bot(
      `import { createServer } from 'node:http';
       createServer((request, response) => { response.statusCode = request.url === '/healthz' ? 200 : 503; response.end(); })
         .listen(Number(process.env.PORT), '127.0.0.1');
       process.on('SIGTERM', () => process.exit(0));`,
      port,
    );
    expect(await running.ready()).toBe(true);
    await running.stop();
    expect(await running.ended).toEqual({ code: 0, signal: null });
  });

  test('that dies is not started again, and its last words are kept', async () => {
    const running = bot(`console.log('one'); console.log('I cannot go on'); process.exit(7);`, await freePort());
    expect(await running.ready()).toBe(false);
    expect((await running.ended).code).toBe(7);
    expect(running.lastLines(1)).toBe('I cannot go on');
  });
});
