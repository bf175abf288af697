/**
 * `npm run bench`: what the product costs, printed and never asserted. Times and memory stand beside a named peer that was measured in
 * the same run on the same machine, so that the ratio says something on any machine; calls to Graph are counted.
 */
import { dates } from './dates.ts';
import { firstLook } from './first-look.ts';
import { graphCalls } from './graph-calls.ts';
import { idleMailboxes, mailCalls } from './mail-calls.ts';
import { mailMatching } from './mail-matching.ts';
import { mailReading } from './mail-reading.ts';
import { printTable } from './print.ts';
import { processes } from './processes.ts';
import { times } from './times.ts';

const SECTIONS = {
  'graph-calls': graphCalls,
  'mail-calls': mailCalls,
  'idle-mailboxes': idleMailboxes,
  'first-look': firstLook,
  'mail-reading': mailReading,
  'mail-matching': mailMatching,
  dates,
  times,
  processes,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in SECTIONS));
if (unknown.length > 0) {
  process.stderr.write(
    `There is no bench called ${unknown.join(', ')}. There are: ${Object.keys(SECTIONS).join(', ')}.\n`,
  );
  process.exit(2);
}
for (const [name, section] of Object.entries(SECTIONS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  printTable(await section());
}
