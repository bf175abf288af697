/**
 * Writes into package-lock.json the parts for other machines (macOS, Windows, other processors) that npm leaves out when the
 * registry at hand does not have them. Without them `npm ci` finds the lockfile out of step and installs nothing.
 * Run it after each change of the dependencies: node test/setup/complete-lockfile.js
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

/** @returns names of the packages that some package in the lockfile may want and that do not stand in it */
export function missingFrom(lock) {
  const missing = new Map();
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const nested = `${path}/node_modules/${name}`;
      const found = [nested, `node_modules/${name}`].some((place) => lock.packages[place]);
      if (!found) missing.set(name, { version, dev: entry.dev === true });
    }
  }
  return missing;
}

function systemOf(name) {
  const words = name.split(/[-/@]/);
  const word = (list) => list.filter((each) => words.includes(each));
  const cpu = [
    ...word(PROCESSORS),
    ...(words.includes('ppc64le') ? ['ppc64'] : []),
    ...(words.includes('riscv64gc') ? ['riscv64'] : []),
  ];
  const libc =
    words.includes('musl') || words.includes('musleabihf') ? ['musl'] : words.includes('gnu') ? ['glibc'] : [];
  return { os: word(SYSTEMS), cpu: [...new Set(cpu)], libc };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = new URL('../../package-lock.json', import.meta.url);
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const missing = missingFrom(lock);
  for (const [name, { version, dev }] of missing) {
    const { os, cpu, libc } = systemOf(name);
    lock.packages[`node_modules/${name}`] = {
      version,
      ...(cpu.length > 0 ? { cpu } : {}),
      ...(dev ? { dev: true } : {}),
      ...(libc.length > 0 ? { libc } : {}),
      optional: true,
      ...(os.length > 0 ? { os } : {}),
    };
  }
  const ordered = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify({ ...lock, packages: ordered }, null, 2)}\n`);
  process.stdout.write(`${missing.size} parts for other machines added.\n`);
}
