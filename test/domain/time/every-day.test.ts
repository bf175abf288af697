import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const script = fileURLToPath(new URL('./under-a-zone.ts', import.meta.url));

interface Seen {
  readonly offset: number;
  readonly seen: {
    readonly checked: number;
    readonly refused: number;
    readonly wrong: readonly string[];
    readonly digest: string;
  };
}

async function under(zone: string): Promise<Seen> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
    env: { ...process.env, TZ: zone, NODE_OPTIONS: '' },
  });
  return JSON.parse(stdout) as Seen;
}

test('every count of 60 working days back to 60 on, from every day of 2015 to 2035, is what walking day by day gives, in any time zone of the machine', async () => {
  const [utc, london, auckland] = await Promise.all(['UTC', 'Europe/London', 'Pacific/Auckland'].map(under));
  // The zone really was another one, or the comparison would say nothing.
  expect([utc?.offset, london?.offset, auckland?.offset]).toEqual([0, 60, 720]);
  expect(utc?.seen.wrong).toEqual([]);
  expect(utc?.seen.checked).toBe(7_670 * 121);
  // Only counts that leave the table at either end are refused.
  expect(utc?.seen.refused).toBeGreaterThan(0);
  expect(utc?.seen.refused).toBeLessThan(10_000);
  expect(london?.seen).toEqual(utc?.seen);
  expect(auckland?.seen).toEqual(utc?.seen);
}, 60_000);
