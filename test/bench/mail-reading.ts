/** Reading a mail beside the library underneath: what the worker, its limits and the plain text cost. Each side is a process of its own. */
import { execFileSync } from 'node:child_process';
import { against, round, type Table } from './print.ts';

interface Read {
  readonly perSecond: number;
  readonly grownMegabytes: number;
}

export const MAILS = ['ordinary', 'with 5 MB attached'] as const;

export async function mailReading(): Promise<Table> {
  const rows = MAILS.map((mail) => {
    const [ours, peer] = [read('stepwise', mail), read('postal-mime', mail)];
    return [
      mail,
      round(ours.perSecond),
      round(peer.perSecond),
      against(1 / ours.perSecond, 1 / peer.perSecond),
      `${round(ours.grownMegabytes)} MB`,
      `${round(peer.grownMegabytes)} MB`,
    ];
  });
  return {
    title: 'Mails read in a second, and the memory that this takes at its most',
    how: 'Peer: postal-mime alone on the main thread, without limits, HTML left as it is. Ours is the same library in a worker that can be ended; it turns HTML into text and leaves attachments as they are. One mail after the other.',
    columns: ['', 'Stepwise', 'postal-mime', '', 'memory', 'peer’s'],
    rows,
  };
}

function read(by: 'stepwise' | 'postal-mime', mail: (typeof MAILS)[number]): Read {
  const program = new URL('./mail-reading-process.ts', import.meta.url).pathname;
  return JSON.parse(execFileSync(process.execPath, [program, by, mail], { encoding: 'utf8' })) as Read;
}
