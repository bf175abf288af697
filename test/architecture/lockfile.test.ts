/** A lockfile that lacks the parts for other machines makes `npm ci` refuse, and the README's first command with it. */
import { readFileSync } from 'node:fs';
import { missingFrom } from '../setup/complete-lockfile.js';

const text = readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8');

test('the lockfile has the parts for every machine (else: node test/setup/complete-lockfile.js)', () => {
  expect([...missingFrom(JSON.parse(text)).keys()]).toEqual([]);
});

test('the lockfile names no address of a registry', () => {
  expect(text).not.toMatch(/"resolved"|https?:\/\/registry/);
});
