#!/usr/bin/env node
// The only JavaScript of the project: it must run on whatever Node a machine has. Everything else is TypeScript, which Node 24
// reads as it is. Node 24 comes with the install (npm package `node`), so an older one hands over to it.
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(realpathSync(fileURLToPath(import.meta.url)));
const main = join(here, 'main.ts');

if (Number.parseInt(process.versions.node, 10) >= 24) {
  await import('./main.ts');
} else {
  const windows = process.platform === 'win32';
  const node = join(here, '..', '..', 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node');
  if (existsSync(node)) {
    const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
    // A terminal sends Ctrl+C to both; other signals come to this process alone.
    process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
    for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.on('exit', (code, signal) => {
      process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
    });
  } else {
    console.error(`Stepwise needs Node 24; this is ${process.version}. It comes with the install: run "npm ci" first.`);
    process.exitCode = 2;
  }
}
