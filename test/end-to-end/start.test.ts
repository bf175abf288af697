/** Starting and stopping, as a newcomer and an operator meet it. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { answers, freePort, type Product, run, startProduct, temporaryFolder } from './product.ts';
import { cast, writeReferral } from './scenes.ts';

jest.setTimeout(120_000);

describe('a start on a port that is taken', () => {
  test.each(['PORT', 'SANDBOX_PORT'])('says which port it is and what to do (%s)', async (variable) => {
    const holder = createServer();
    const taken = await new Promise<number>((resolve) =>
      holder.listen(0, '127.0.0.1', () => resolve((holder.address() as { port: number }).port)),
    );
    const dataDir = temporaryFolder();
    const [one, other] = [await freePort(), await freePort()];
    const started = run(['src/cli/stepwise.js', 'start'], {
      PORT: String(one),
      SANDBOX_PORT: String(other),
      DATA_DIR: dataDir,
      [variable]: String(taken),
    });
    expect(await started.ended).toBe(1);
    expect(started.output()).toContain(`Port ${taken} is taken`);
    expect(started.output()).toContain(`${variable}=`);
    expect(started.output()).not.toMatch(/\n\s+at .*:\d+/);
    holder.close();
    rmSync(dataDir, { recursive: true });
  });
});

describe('one start', () => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct();
  });
  afterAll(() => product.stop());

  test('tells in a few calm lines where to look, and warns of nothing', () => {
    const lines = product.output().trim().split('\n');
    expect(lines.length).toBeLessThanOrEqual(6);
    expect(product.output()).toContain(product.urls.page);
    expect(product.output()).toContain('npm run playground');
    expect(product.output()).toContain('/readyz');
    expect(product.output()).not.toMatch(/warning|deprecat|experimental/i);
  });

  test('writes down its addresses, people, channels and mailboxes for scripts', () => {
    const described = JSON.parse(readFileSync(join(product.dataDir, 'sandbox.json'), 'utf8'));
    expect(Object.keys(described.urls).sort()).toEqual(['clock', 'graph', 'messages', 'page', 'teams']);
    expect(described.people).toContainEqual(expect.objectContaining({ name: 'Amara Okafor', role: 'social-worker' }));
    expect(described.channels.length).toBeGreaterThanOrEqual(5);
    expect(described.mailboxes[0].mail).toBe('EHstepdown@camden.example');
  });

  test('answers on /healthz for the process, and on /readyz in words for what it needs', async () => {
    expect(await answers(`${product.bot}/healthz`)).toBe(true);
    const ready = await fetch(`${product.bot}/readyz`);
    expect(ready.status).toBe(200);
    expect(Object.values((await ready.json()) as object)).toEqual(expect.arrayContaining(['works']));
  });

  test('has greeted everyone in their own chat, and each team once in its channel', async () => {
    const people = cast(product);
    const [welcome] = await people.socialWorker.chat();
    expect(welcome?.words).toContain('Hello. I am Stepwise, a computer program.');
    expect(welcome?.words).toContain('People decide. If a child is in danger, ring 999.');
    expect(welcome?.buttons).toContain('Step down a family');
    const posts = await people.frontDoor.channel('Early Help Front Door');
    expect(posts.map(({ words }) => words).join()).toContain('I post deadlines here, without names.');
  });
});

test('a stop by SIGTERM ends sandbox and bot, and the next start has everything that was there', async () => {
  const product = await startProduct();
  try {
    const before = cast(product).socialWorker;
    await writeReferral(before);
    const chat = (await before.chat()).length;
    const clock = await product.now();

    await product.restart();
    expect(await product.now()).toBe(clock);
    expect((await before.chat()).length).toBe(chat);
    expect((await before.say('step down')).words).toContain('You have a draft from Thu 17 Dec 2026, 16:20');
  } finally {
    await product.stop();
  }
  expect(await answers(`${product.bot}/healthz`)).toBe(false);
  expect(await answers(`${product.sandbox}/clock`)).toBe(false);
});

test('two starts on one data folder do not greet anybody twice', async () => {
  const dataDir = temporaryFolder();
  const product = await startProduct({ dataDir });
  const { socialWorker } = cast(product);
  const first = (await socialWorker.chat()).length;
  await product.restart();
  expect((await socialWorker.chat()).length).toBe(first);
  await product.stop();
  expect(existsSync(join(dataDir, 'sandbox.json'))).toBe(false);
  rmSync(dataDir, { recursive: true });
});

test('the bot does not come up with settings that cannot be, and says all that is wrong in words', async () => {
  const dataDir = temporaryFolder();
  writeFileSync(join(dataDir, 'empty.yaml'), '');
  const started = run(['bot/index.ts'], {
    PORT: 'many',
    POLL_SECONDS: '1',
    CLOCK_URL: 'http://example.org/clock',
    DATA_DIR: dataDir,
  });
  expect(await started.ended).not.toBe(0);
  for (const variable of ['PORT', 'POLL_SECONDS', 'CLOCK_URL']) expect(started.output()).toContain(variable);
  expect(started.output()).not.toMatch(/\n\s+at .*:\d+/);
  rmSync(dataDir, { recursive: true });
});
