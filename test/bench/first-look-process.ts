/** The watching and what it stands on, and nothing else of the bot. Says its measurements on standard output. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openGraph } from '../../src/adapters/graph/client.ts';
import { graphMailboxFeed } from '../../src/adapters/graph/mailbox-feed.ts';
import { tokenSource } from '../../src/adapters/graph/token.ts';
import { loadMasterKey } from '../../src/adapters/master-key.ts';
import { openStore } from '../../src/adapters/store/open.ts';
import { newMailMemory } from '../../src/application/mail/memory.ts';
import { watchMailboxes } from '../../src/application/watch-mailboxes.ts';
import type { World } from '../../src/application/world.ts';
import { parseInstant } from '../../src/domain/time/instant.ts';
import { forgetPeak, peakOf, residentOf } from './memory.ts';

const [baseUrl = '', dataDir = '', moment = ''] = process.argv.slice(2);
const now = parseInstant(moment);
const masterKey = loadMasterKey({ file: join(dataDir, 'master.key'), mayMake: false });
const store = await openStore({ file: join(dataDir, 'stepwise.sqlite'), masterKey, now: () => now });
const council = {
  id: 'camden',
  name: 'Camden',
  mailboxes: { 'step-down': { name: 'Step-down', watchedBy: 'front-door-manager' } },
};
const world = {
  clock: { now: () => now },
  store,
  protocols: { all: () => [{ council }] },
  directory: { mailbox: () => 'EHstepdown@camden.example' },
  mail: {
    feed: graphMailboxFeed(openGraph({ baseUrl, token: tokenSource(baseUrl, undefined) })),
    memory: newMailMemory(),
    alarmMinutes: 60,
  },
  log: { info() {}, warn() {}, error() {} },
  councils: ['camden'],
  newId: randomUUID,
} as unknown as World;

const restMegabytes = residentOf(process.pid);
forgetPeak(process.pid);
const began = performance.now();
while ((await watchMailboxes(world, { poll: true, sent: new Set() })) > 0 || world.mail?.memory.unfinished.size);
const seconds = (performance.now() - began) / 1000;
process.stdout.write(JSON.stringify({ seconds, restMegabytes, peakMegabytes: peakOf(process.pid) }));
await store.close();
