import { readFileSync } from 'node:fs';
import { type Config, readConfig, SETTINGS } from '../src/config.ts';
import { SANDBOX_SETTINGS } from '../src/sandbox/settings.ts';

const id = '5a7d0c1e-0000-4000-8000-000000000009';
const sandbox = { GRAPH_BASE_URL: 'http://127.0.0.1:3979/graph', CLOCK_URL: 'http://127.0.0.1:3979/clock' };
const real = {
  MicrosoftAppId: id,
  MicrosoftAppTenantId: id,
  MicrosoftAppPassword: 'not-shown',
  MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
  DIRECTORY: 'env/directory.camden.yaml',
};

function config(environment: Record<string, string>): Config {
  const read = readConfig(environment);
  if ('faults' in read) throw new Error(read.faults.join('\n'));
  return read.config;
}

function faults(environment: Record<string, string>): string {
  const read = readConfig(environment);
  return 'faults' in read ? read.faults.join('\n') : '';
}

describe('Settings', () => {
  test('beside the sandbox nothing else has to be set, and only this machine is listened to', () => {
    expect(config(sandbox)).toMatchObject({
      production: false,
      port: 3978,
      listenOn: '127.0.0.1',
      dataDir: 'data',
      directory: 'env/directory.sandbox.yaml',
      microsoftApp: undefined,
      pollSeconds: 60,
      logLevel: 'info',
    });
  });

  test('a real tenant needs an app registration, a key and a directory, and is then reached from outside', () => {
    expect(config(real)).toMatchObject({
      production: true,
      listenOn: '0.0.0.0',
      graphBaseUrl: 'https://graph.microsoft.com',
      microsoftApp: { type: 'SingleTenant', id, tenantId: id, password: 'not-shown' },
    });
  });

  test('an empty app id is refused where nothing says that this is a sandbox', () => {
    expect(faults({})).toContain('MicrosoftAppId is not set: an empty app id is an open door');
    expect(faults({ MicrosoftAppId: '  ' })).toContain('an empty app id is an open door');
  });

  test('an empty app id is refused in production even beside a Graph on this machine', () => {
    expect(faults({ ...sandbox, NODE_ENV: 'production' })).toContain('an empty app id is an open door');
    expect(faults({ GRAPH_BASE_URL: sandbox.GRAPH_BASE_URL })).toBe('');
  });

  test('Microsoft calls a public address by https only; the sandbox calls this machine', () => {
    expect(config({ ...sandbox, PUBLIC_URL: 'http://127.0.0.1:3978/' }).publicUrl).toBe('http://127.0.0.1:3978');
    expect(config({ ...real, PUBLIC_URL: 'https://stepwise.example.gov.uk' }).publicUrl).toContain('https:');
    expect(faults({ ...real, PUBLIC_URL: 'http://stepwise.example.gov.uk' })).toContain(
      'PUBLIC_URL has to start with https',
    );
    expect(config(real).publicUrl).toBeUndefined();
  });

  test('nobody can move the clock of a bot that has real credentials', () => {
    expect(faults({ ...real, ...sandbox })).toContain('CLOCK_URL is set beside MicrosoftAppId');
    expect(faults({ ...sandbox, CLOCK_URL: 'http://example.com/clock' })).toContain(
      'CLOCK_URL has to be on this machine',
    );
  });

  test('credentials never leave without encryption', () => {
    expect(faults({ ...real, GRAPH_BASE_URL: 'http://graph.example' })).toContain(
      'GRAPH_BASE_URL has to start with https://',
    );
    expect(faults({ ...sandbox, GRAPH_BASE_URL: 'https://graph.microsoft.com' })).toContain(
      'GRAPH_BASE_URL has to be on this machine where there is no MicrosoftAppId',
    );
  });

  test('every fault is told at once, each with its variable', () => {
    const told = readConfig({
      PORT: 'web',
      LOG_LEVEL: 'chatty',
      MASTER_KEY: 'short',
      POLL_SECONDS: '1',
      COUNCILS: 'Camden!',
    });
    if (!('faults' in told)) throw new Error('nothing was found wrong');
    for (const name of ['PORT', 'LOG_LEVEL', 'MASTER_KEY', 'POLL_SECONDS', 'COUNCILS', 'MicrosoftAppId', 'DIRECTORY']) {
      expect(told.faults.filter((fault) => fault.startsWith(`${name} `))).toHaveLength(1);
    }
  });

  test('a fault never shows a secret', () => {
    const told = faults({
      ...real,
      MASTER_KEY: 'tell-nobody',
      MicrosoftAppCertificate: 'key.pem',
      MicrosoftAppId: 'x',
    });
    expect(told).toContain('MASTER_KEY has to be 32 bytes in base64');
    expect(told).toContain('MicrosoftAppPassword and MicrosoftAppCertificate are both set');
    expect(told).not.toMatch(/tell-nobody|not-shown/);
  });

  test('a managed identity has no secret, any other app has exactly one', () => {
    const { MicrosoftAppPassword: _, ...withoutSecret } = real;
    expect(faults(withoutSecret)).toContain('are both not set');
    expect(faults({ ...withoutSecret, MicrosoftAppType: 'UserAssignedMSI' })).toBe('');
    expect(faults({ ...real, MicrosoftAppType: 'UserAssignedMSI' })).toContain('has no secret');
  });

  test('a name in the wrong case is pointed out instead of passed over', () => {
    expect(faults({ ...sandbox, MICROSOFT_APP_ID: id })).toContain(
      'MICROSOFT_APP_ID is not read: the name is MicrosoftAppId',
    );
  });

  test('councils are a list', () => {
    expect(config({ ...sandbox, COUNCILS: 'camden, knowsley' }).councils).toEqual(['camden', 'knowsley']);
  });

  test('env/.env.example explains every variable that is read, and no other', () => {
    const lines = readFileSync(new URL('../env/.env.example', import.meta.url), 'utf8').split('\n');
    const named = lines.flatMap((line, index) => {
      const name = /^#?([A-Za-z_]+)=/.exec(line)?.[1];
      if (name === undefined) return [];
      expect(lines[index - 1]).toMatch(/^# .{10,}/);
      return [name];
    });
    expect(named.sort()).toEqual([...SETTINGS, ...SANDBOX_SETTINGS].sort());
  });

  test('the defaults that env/.env.example prints are the real ones', () => {
    const text = readFileSync(new URL('../env/.env.example', import.meta.url), 'utf8');
    const printed = Object.fromEntries(
      [...text.matchAll(/^#([A-Za-z_]+)=(.+)$/gm)].map(([, name, value]) => [name, value]),
    );
    const read = config(sandbox);
    expect(printed).toMatchObject({
      PORT: String(read.port),
      SANDBOX_PORT: String(read.sandboxPort),
      DATA_DIR: read.dataDir,
      DIRECTORY: read.directory,
      POLL_SECONDS: String(read.pollSeconds),
      MAIL_DOMAIN: read.mailDomain,
      LOG_LEVEL: read.logLevel,
      GRAPH_BASE_URL: config(real).graphBaseUrl,
    });
  });
});
