/**
 * Run as a child process that is killed in the middle: opens the store it is told of and appends for ever, writing the number
 * of each event to standard output once the store has acknowledged it.
 */
import { writeSync } from 'node:fs';
import { openStore } from '../../../src/adapters/store/open.ts';
import { appending, fact, item } from './build.ts';

const { masterKey, ...where } = JSON.parse(process.argv[2] ?? '{}') as { file: string; masterKey: string };
const store = await openStore({ ...where, masterKey: Buffer.from(masterKey, 'base64') });
await store.append(appending('K'));
for (let seq = 1; ; seq++) {
  const personal = { 'c1.name': `Perpetua ${'x'.repeat(seq % 700)}` };
  const appended = await store.append(
    appending('K', {
      expectedSeq: seq,
      events: [fact(`press-${seq}`, { personal })],
      outbox: [item(`effect-${seq}`, { caseId: 'K' })],
    }),
  );
  if (appended !== 'appended') throw new Error(appended);
  writeSync(1, `${seq + 1}\n`);
}
