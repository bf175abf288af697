/** A worker that never answers to "endless" and dies of "dies": what no mail known here brings about. */
import { parentPort } from 'node:worker_threads';
import type { Question } from '../../../src/adapters/mail-reader/open.ts';

parentPort?.on('message', ({ bytes }: Question) => {
  const subject = Buffer.from(bytes).toString();
  while (subject === 'endless');
  if (subject === 'dies') throw new Error('dies');
  parentPort?.postMessage({ subject });
});
parentPort?.postMessage('ready');
