/**
 * Where the browser of the end-to-end tests comes from. As jest's global set-up it installs Debian's Chromium where that is
 * missing and may be installed; the tests themselves only look for it.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** As root in a container, offline, and without looking for anything of its maker's. */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** @returns the path of a Chromium; CHROMIUM_PATH goes before all others */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const folders = ['/usr/bin', '/usr/local/bin', ...(environment.PATH ?? '').split(delimiter)];
  const candidates = [
    environment.CHROMIUM_PATH,
    ...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))),
  ];
  return candidates.find((path) => path !== undefined && path !== '' && runs(path));
}

function runs(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** One sentence for whoever reads the output: why there is no browser, and what to do. */
export const NO_CHROMIUM =
  'The tests in a browser are left out: there is no Chromium here and it could not be installed. Install Debian\'s "chromium", or set CHROMIUM_PATH to one.';

/** Installs Chromium with apt where this user may. @returns whether it is there now */
function installChromium(): boolean {
  const root = process.getuid?.() === 0;
  const apt = ['/usr/bin/apt-get', '/bin/apt-get'].find(runs);
  if (!root || apt === undefined) return false;
  console.log('Installing Chromium for the tests in a browser (apt-get install chromium) …');
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const step of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    const { status, stderr } = spawnSync(apt, step, { env: environment, encoding: 'utf8', timeout: 600_000 });
    if (status !== 0) {
      console.log(`apt-get ${step[0]} did not succeed: ${(stderr ?? '').trim().split('\n').at(-1) ?? ''}`);
      return false;
    }
  }
  return findChromium() !== undefined;
}

interface Run {
  /** What was asked for on the command line. */
  readonly testPathPatterns?: { readonly patterns?: readonly string[] };
}

/** Jest's global set-up. A run of named tests that needs no browser installs none. */
export default function provideChromium({ testPathPatterns }: Run = {}): void {
  if (findChromium() !== undefined) return;
  const patterns = testPathPatterns?.patterns ?? [];
  if (patterns.length > 0 && !patterns.some((pattern) => /end-to-end|browser|playground|sandbox/.test(pattern))) return;
  if (!installChromium()) console.log(NO_CHROMIUM);
}
