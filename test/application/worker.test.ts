/** The worker, in real time: it is woken, it joins, it stops. What it carries out is tested elsewhere. */
import { startWorker, type Worker } from '../../src/application/worker.ts';
import { fill, key, ok } from './story.ts';
import { openWorld, STEP_DOWN, type TestWorld } from './world.ts';

let at: TestWorld;
let worker: Worker;
beforeEach(async () => {
  at = await openWorld();
  worker = startWorker(at.world, { pollSeconds: 3600, elapsed: () => performance.now() });
});
afterEach(async () => {
  await worker.stop();
  await at.close();
});

const inbox = async () => (await at.folder(STEP_DOWN, 'inbox')).length;
const send = async () => ok(await at.stepwise.send(at.id('Amara'), await fill(at), key()));

test('a press wakes it, and what follows from the press is carried out without anybody waiting for it', async () => {
  at.replace({ wake: () => worker.wake() });
  await send();
  // Whoever asks joins the run under way.
  await worker.runNow();
  expect(await inbox()).toBe(1);
  expect(worker.sinceLastRun()).toBeGreaterThanOrEqual(0);
});

test('several who ask at once get one run, and nothing is carried out twice', async () => {
  const { case: of } = await send();
  await Promise.all([worker.runNow(), worker.runNow(), worker.runNow()]);
  expect(await inbox()).toBe(1);
  expect((await at.store.outboxOf(of.id)).filter(({ state }) => state !== 'done')).toEqual([]);
});

test('stopped, it finishes what it has begun and begins nothing more', async () => {
  await send();
  const running = worker.runNow();
  await worker.stop();
  await running;
  expect(await inbox()).toBe(1);
  await send();
  expect(await worker.runNow()).toBe(0);
  worker.wake();
  expect(await inbox()).toBe(1);
});

test('a run that fails as a whole is logged, and the next one goes on', async () => {
  let broken = true;
  const { store } = at;
  const failing = new Proxy(store, {
    get(target, name: keyof typeof store) {
      if (name === 'claim' && broken) return () => Promise.reject(new Error('The database is busy.'));
      return target[name];
    },
  });
  at.replace({ store: failing });
  await worker.stop();
  worker = startWorker(at.world, { pollSeconds: 3600, elapsed: () => performance.now() });
  await send();
  await expect(worker.runNow()).rejects.toThrow('The database is busy.');
  expect(worker.sinceLastRun()).toBeUndefined();
  broken = false;
  await worker.runNow();
  expect(await inbox()).toBe(1);
});
