/** The thread in which mails are read, one at a time: it may be ended at any moment, and has nothing but the bytes it is given. */
import { parentPort } from 'node:worker_threads';
import type { Unreadable } from '../../application/ports.ts';
import type { Answer, Question } from './open.ts';
import { readMail } from './read-mail.ts';

parentPort?.on('message', async ({ bytes }: Question) => {
  const answer: Answer = await readMail(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)).catch(refused);
  parentPort?.postMessage(answer);
});

const READY: Answer = 'ready';
parentPort?.postMessage(READY);

/** The library says no where our own walk did not: by its words, which are part of no mail. Nothing of the error goes anywhere. */
function refused(error: unknown): { unreadable: Unreadable } {
  const words = error instanceof Error ? error.message : '';
  if (words.startsWith('Maximum MIME nesting depth')) return { unreadable: 'too-deep' };
  if (words.startsWith('Maximum header size')) return { unreadable: 'header-too-long' };
  return { unreadable: 'not-a-mail' };
}
