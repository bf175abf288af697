import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { externalClock, systemClock } from '../../src/adapters/clock.ts';
import { parseInstant } from '../../src/domain/time/instant.ts';

/** A clock at a loopback address, which says `answer` for as long as `use` runs. */
async function clockThatSays(answer: unknown, use: (url: string) => Promise<void>): Promise<void> {
  const server = createServer((_, response) => response.end(JSON.stringify(answer)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/clock`);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

const friday = parseInstant('2026-12-18T18:45:00Z');

describe('The clock', () => {
  test("the machine's is in UTC with milliseconds", () => {
    expect(systemClock.now()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  test("the sandbox's stands still until somebody moves it", async () => {
    let elapsed = 0;
    await clockThatSays({ now: '2026-12-17T16:20:00Z', ticking: false }, async (url) => {
      const clock = await externalClock(url, () => elapsed);
      elapsed = 90_000;
      expect(clock.now()).toBe('2026-12-17T16:20:00.000Z');
      clock.set(friday, false);
      elapsed = 180_000;
      expect(clock.now()).toBe(friday);
    });
  });

  test('while it ticks it runs on from what it was told last', async () => {
    let elapsed = 1_000;
    await clockThatSays({ now: '2026-12-17T16:20:00+00:00', ticking: true }, async (url) => {
      const clock = await externalClock(url, () => elapsed);
      elapsed += 1_500;
      expect(clock.now()).toBe('2026-12-17T16:20:01.500Z');
      clock.set(friday, true);
      expect(clock.now()).toBe(friday);
      elapsed += 60_000;
      expect(clock.now()).toBe('2026-12-18T18:46:00.000Z');
    });
  });

  test('one that does not answer is reported with what to do', async () => {
    await expect(externalClock('http://127.0.0.1:9/clock')).rejects.toThrow('Start the sandbox first');
    await clockThatSays({ time: 'noon' }, async (url) => {
      await expect(externalClock(url)).rejects.toThrow('does not answer with {"now", "ticking"}');
    });
  });
});
