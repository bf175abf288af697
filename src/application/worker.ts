/**
 * Keeps the worker going: one run at a time, woken by each press, by Microsoft's hints, when the next thing falls due and,
 * whatever happens, every so many seconds. A run that fails as a whole is logged and tried again at the next waking.
 */
import { millisecondsOf } from '../domain/time/instant.ts';
import { reasonOf } from './reason.ts';
import { carryOutAllDue, keepComing, type Looked, nextDue } from './work.ts';
import type { World } from './world.ts';

export interface Worker {
  /** Something may be due. Returns at once. */
  wake(): void;
  /** Runs now and answers when nothing is left. @returns how many items were carried out */
  runNow(): Promise<number>;
  /** No further run begins; the one under way is waited for. */
  stop(): Promise<void>;
  /** Milliseconds since the last run that came to its end, for /readyz; undefined before the first. */
  sinceLastRun(): number | undefined;
}

export interface WorkerOptions {
  /** At the latest after so many seconds the mailboxes are looked into again. */
  readonly pollSeconds: number;
  /** Real milliseconds, from any beginning. */
  readonly elapsed: () => number;
}

export function startWorker(world: World, { pollSeconds, elapsed }: WorkerOptions): Worker {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<number> | undefined;
  let again = false;
  const looked: Looked = {};
  let stopped = false;
  let lastRun: number | undefined;

  async function run(): Promise<number> {
    let carriedOut = 0;
    try {
      do {
        again = false;
        await keepComing(world, looked);
        carriedOut += await carryOutAllDue(world, looked, pollSeconds);
      } while (again && !stopped);
      lastRun = elapsed();
      return carriedOut;
    } finally {
      // Here, and not when the promise is settled: whoever comes in between would join a run that has had its last look.
      running = undefined;
      void sleepUntilDue();
    }
  }

  /** Joins the run under way, which will look once more, or begins one. */
  function begin(): Promise<number> {
    if (running) {
      again = true;
      return running;
    }
    clearTimeout(timer);
    running = run();
    return running;
  }

  async function sleepUntilDue(): Promise<void> {
    if (stopped) return;
    let wait = pollSeconds * 1000;
    try {
      const due = await nextDue(world);
      if (due) wait = Math.min(wait, Math.max(millisecondsOf(due) - millisecondsOf(world.clock.now()), 250));
    } catch (error) {
      world.log.error('next-due-not-read', { reason: reasonOf(error) });
    }
    if (stopped || running) return;
    clearTimeout(timer);
    timer = setTimeout(wake, wait);
    timer.unref();
  }

  function wake(): void {
    if (stopped) return;
    begin().catch((error: unknown) => world.log.error('worker-run-failed', { reason: reasonOf(error) }));
  }

  return {
    wake,
    runNow: () => (stopped ? Promise.resolve(0) : begin()),
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running?.catch(() => undefined);
    },
    sinceLastRun: () => (lastRun === undefined ? undefined : elapsed() - lastRun),
  };
}
