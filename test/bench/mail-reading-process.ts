/** One side of `mail-reading.ts`. Says its measurements on standard output. */
import { randomBytes } from 'node:crypto';
import PostalMime from 'postal-mime';
import { openMailReader } from '../../src/adapters/mail-reader/open.ts';
import { composed } from '../adapters/mail-reader/messages.ts';
import { forgetPeak, peakOf, residentOf } from './memory.ts';

const [by, mail] = process.argv.slice(2);
const large = mail !== 'ordinary';
const text = 'Robin was not at school for the third time this week.\n'.repeat(40);
const bytes = await composed({
  text,
  html: `<html><body>${text
    .split('\n')
    .map((line) => `<p>${line}</p>`)
    .join('')}</body></html>`,
  ...(large ? { attachments: [{ filename: 'plan.pdf', content: randomBytes(5 * 1024 * 1024) }] } : {}),
});
const [warm, times] = large ? [3, 30] : [300, 2_000];

const reader = by === 'stepwise' ? openMailReader() : undefined;
const read = async () => {
  const found = reader ? await reader.read(bytes) : await PostalMime.parse(bytes);
  if ('unreadable' in found || !found.text?.includes('Robin')) throw new Error('The mail was not read.');
};
const before = residentOf(process.pid);
forgetPeak(process.pid);
for (let n = 0; n < warm; n += 1) await read();
const began = performance.now();
for (let n = 0; n < times; n += 1) await read();
const seconds = (performance.now() - began) / 1000;
const grownMegabytes = peakOf(process.pid) - before;
await reader?.close();
process.stdout.write(JSON.stringify({ perSecond: times / seconds, grownMegabytes }));
