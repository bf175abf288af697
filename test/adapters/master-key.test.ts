import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadMasterKey } from '../../src/adapters/master-key.ts';

describe('The master key', () => {
  let folder: string;
  let file: string;
  const given = Buffer.alloc(32, 9).toString('base64');

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stepwise-key-'));
    file = join(folder, 'data', 'master.key');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('given in the environment it is used, and no file is made', () => {
    expect(Buffer.from(loadMasterKey({ fromEnvironment: `${given}\n`, file })).toString('base64')).toBe(given);
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    ['too short', Buffer.alloc(16).toString('base64'), /MASTER_KEY holds 16 bytes.*32 bytes in base64.*openssl rand/],
    ['too long', Buffer.alloc(33).toString('base64'), /holds 33 bytes/],
    ['hexadecimal', 'ab'.repeat(32), /holds 48 bytes/],
    ['not base64', `${given.slice(0, 40)}!-_=`, /MASTER_KEY is not base64.*openssl rand/],
  ])('one that is %s is refused with the remedy, and is not repeated in the message', (_, text, message) => {
    expect(() => loadMasterKey({ fromEnvironment: text, file })).toThrow(message);
    expect(() => loadMasterKey({ fromEnvironment: text, file })).not.toThrow(text);
  });

  test('absent it is made once, for the owner’s eyes only, and read from then on', () => {
    const first = loadMasterKey({ file });
    expect(first).toHaveLength(32);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'data'))).toEqual(['master.key']);
    const again = loadMasterKey({ fromEnvironment: '', file, mayMake: false });
    expect(Buffer.from(again).equals(first)).toBe(true);
    const other = loadMasterKey({ file: join(folder, 'other.key') });
    expect(Buffer.from(other).equals(first)).toBe(false);
  });

  test('where making is not allowed a missing key is refused with the remedy', () => {
    expect(() => loadMasterKey({ file, mayMake: false })).toThrow(/MASTER_KEY is not set and .* does not exist/);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a damaged key file is refused and left as it is', () => {
    file = join(folder, 'master.key');
    writeFileSync(file, 'aGFsZg==\n');
    expect(() => loadMasterKey({ file })).toThrow(/master key file .* holds 4 bytes/);
    expect(readFileSync(file, 'utf8')).toBe('aGFsZg==\n');
  });
});
