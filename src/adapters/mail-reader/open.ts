/** Mails are read in a worker thread that is ended where it takes too long or runs out of memory; the next mail gets a fresh one. */
import { Worker } from 'node:worker_threads';
import type { MailReader, ReadMail, Unreadable } from '../../application/ports.ts';
import { LIMITS, READING_TIME_MS } from './limits.ts';

export interface MailReaderOptions {
  /** Milliseconds of real time for one mail, from when its turn comes. */
  readonly readingTime?: number;
  /** Milliseconds for a worker to start: a machine on which it takes longer is broken, which is no mail's fault. */
  readonly startingTime?: number;
  /** What the thread runs; for tests of what no known mail brings about. */
  readonly worker?: URL;
}

type Reading = ReadMail | { readonly unreadable: Unreadable };

/** What goes to the worker and comes back. */
export interface Question {
  readonly bytes: Uint8Array;
}
export type Answer = 'ready' | Reading;

/** A thread of its own, without the environment: it knows no secret. Buffers are outside these limits, but no larger than the mail. */
const RESOURCES = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 } as const;

/**
 * Starts the worker. Mails are read one after the other, in the order in which they were given; the time limit counts from a mail's turn.
 * The worker keeps the process alive only while a mail is being read.
 */
export function openMailReader(options: MailReaderOptions = {}): MailReader {
  const { readingTime = READING_TIME_MS, startingTime = 30_000, worker: program = READS_MAILS } = options;
  let closed = false;
  let worker = startWorker(program, startingTime);
  let turn: Promise<unknown> = Promise.resolve();

  const readInTurn = async (mime: Uint8Array): Promise<Reading> => {
    if (closed) throw new Error('The mail reader is closed.');
    if (worker.ended()) worker = startWorker(program, startingTime);
    const answer = await worker.ask(mime, readingTime);
    if (answer !== undefined) return answer;
    // Warm again by the time that the next mail comes.
    if (!closed) worker = startWorker(program, startingTime);
    return { unreadable: 'took-too-long' };
  };

  return {
    async read(mime) {
      // Before it is copied into the worker.
      if (mime.byteLength > LIMITS.mail) return { unreadable: 'too-large' };
      const reading = turn.then(() => readInTurn(mime));
      turn = reading.catch(() => undefined);
      return await reading;
    },
    async close() {
      closed = true;
      await worker.end();
      await turn;
    },
  };
}

interface WarmWorker {
  /** @returns undefined where it overran or died, and was ended. Throws where it could not start. */
  ask(mime: Uint8Array, readingTime: number): Promise<Reading | undefined>;
  ended(): boolean;
  end(): Promise<void>;
}

const READS_MAILS = new URL('./worker.ts', import.meta.url);

function startWorker(program: URL, startingTime: number): WarmWorker {
  const worker = new Worker(program, {
    name: 'mail-reader',
    env: {},
    execArgv: [],
    // What a library may print about a mail goes nowhere.
    stdout: true,
    stderr: true,
    resourceLimits: RESOURCES,
  });
  worker.unref();

  let ended = false;
  let tell: (answer: Answer | Error) => void = () => {};
  const next = (): Promise<Answer | Error> => new Promise((resolve) => (tell = resolve));
  const ready = next();
  worker.on('message', (answer: Answer) => tell(answer));
  worker.on('error', (error) => {
    ended = true;
    tell(error instanceof Error ? error : new Error('The mail reader has failed.'));
  });
  worker.on('exit', () => {
    ended = true;
    tell(new Error('The mail reader has ended.'));
  });

  const end = async (): Promise<void> => {
    ended = true;
    await worker.terminate();
  };
  /** Ends the worker where it does not answer in time. */
  const within = async (answer: Promise<Answer | Error>, time: number): Promise<Answer | Error> => {
    worker.ref();
    const timer = setTimeout(() => {
      // An answer that is waiting to be heard, because this thread was busy itself, is heard first.
      setImmediate(() => {
        tell(new Error('The mail reader takes too long.'));
      });
    }, time);
    const heard = await answer;
    clearTimeout(timer);
    if (heard instanceof Error) void end();
    else worker.unref();
    return heard;
  };

  return {
    async ask(mime, readingTime) {
      const started = await within(ready, startingTime);
      if (started instanceof Error) throw started;
      const answer = next();
      // A copy of these bytes alone, handed over as a whole: what else their buffer holds stays here.
      const bytes = new Uint8Array(mime);
      const question: Question = { bytes };
      worker.postMessage(question, [bytes.buffer]);
      const heard = await within(answer, readingTime);
      return heard instanceof Error || heard === 'ready' ? undefined : heard;
    },
    ended: () => ended,
    end,
  };
}
