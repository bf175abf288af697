/** The HTTP routes and nothing else. Bodies are read only as JSON and only up to a size, before anything looks into them. */
import { Buffer } from 'node:buffer';
import type { AddressInfo } from 'node:net';
import restify, { type Request, type Response } from 'restify';
import { z } from 'zod';
import type { Notification } from '../src/application/take-notifications.ts';

/** Teams' own messages stay below 100 kB (graph/facts.md, section 6). Unlimited, an unsigned 100 MB body costs half a gigabyte. */
const LARGEST_BODY = 256 * 1024;

/** Longer than load balancers keep an idle connection (Azure's: four minutes): they, and not the bot, end it, so that no request meets a closed one. */
const KEPT_ALIVE_MS = 5 * 60_000;

export interface ServerParts {
  /** 127.0.0.1 wherever no app id guards the door: without one the bot believes whoever calls. */
  readonly listenOn: string;
  readonly port: number;
  /** Authenticates and answers an activity. */
  messages(activity: unknown, authorization: string): Promise<{ readonly status: number; readonly body?: unknown }>;
  /** Change notifications came. They are only hints: whoever is hinted looks for itself. Kept, and worked through later. */
  hint(notifications: readonly Notification[], unread: number): Promise<void> | void;
  /** What must work for the bot to work, by its name in words. Throws or rejects when it does not. */
  readonly ready: Readonly<Record<string, () => Promise<unknown>>>;
  /** Plain-text counters. */
  metrics(): Promise<string> | string;
  /** Only beside the sandbox, which owns the clock. */
  readonly clock?: {
    next(before: string): Promise<{ readonly next: string | null }>;
    set(to: { readonly now: string; readonly ticking: boolean }): Promise<{ readonly carriedOut: number }>;
  };
}

export interface RunningServer {
  readonly port: number;
  close(): Promise<void>;
}

export class PortTaken extends Error {
  constructor(port: number) {
    super(
      `Port ${port} is taken, perhaps by an earlier start. End that one, or set PORT to another number and start again.`,
    );
    this.name = 'PortTaken';
  }
}

/** One call may hold many, of several subscriptions. Entries are read one by one: an odd one costs the others nothing. */
const Notifications = z.object({ value: z.array(z.unknown()) });
const OneNotification = z.object({
  subscriptionId: z.string().min(1),
  clientState: z.string(),
  lifecycleEvent: z.string().optional(),
});

const ClockSetting = z.object({ now: z.string(), ticking: z.boolean() });

/** Listens, and resolves once it does. @throws PortTaken */
export async function createServer(parts: ServerParts): Promise<RunningServer> {
  const server = restify.createServer({ name: 'stepwise' });
  server.server.keepAliveTimeout = KEPT_ALIVE_MS;
  // Restify answers faults of its own with their text; nothing of the inside goes out.
  server.on('uncaughtException', (_request: Request, response: Response) => {
    if (!response.headersSent) answer(response, 500, { error: 'Something went wrong.' });
  });

  server.post('/api/messages', async (request: Request, response: Response) => {
    const body = await readJson(request);
    if ('status' in body) return answer(response, body.status, { error: body.words });
    const { status, body: said } = await parts.messages(body.json, request.header('authorization') ?? '');
    answer(response, status, said);
  });

  for (const route of ['/api/graph/notifications', '/api/graph/lifecycle']) {
    server.post(route, async (request: Request, response: Response) => {
      // Microsoft asks once whether the address is ours, and wants its own word back within ten seconds.
      const token = new URLSearchParams(request.getQuery()).get('validationToken');
      if (token !== null) return answerText(response, 200, token);
      const body = await readJson(request);
      if ('status' in body) return answer(response, body.status, { error: body.words });
      const collection = Notifications.safeParse(body.json);
      if (!collection.success) return answer(response, 400, { error: 'Notifications come as {"value": [...]}.' });
      const notifications = collection.data.value.flatMap((entry) => readNotification(entry) ?? []);
      try {
        await parts.hint(notifications, collection.data.value.length - notifications.length);
        answer(response, 202);
      } catch {
        // Not kept: Microsoft sends it again, for up to four hours (facts.md 1).
        answer(response, 503, { error: 'Not now. Send it again.' });
      }
    });
  }

  server.get('/healthz', async (_request: Request, response: Response) =>
    answer(response, 200, { status: 'The process runs.' }),
  );
  server.get('/readyz', async (_request: Request, response: Response) => {
    const checks = await Promise.all(
      Object.entries(parts.ready).map(async ([name, check]) => [name, await stateOf(check)] as const),
    );
    const well = checks.every(([, state]) => state === 'works');
    answer(response, well ? 200 : 503, Object.fromEntries(checks));
  });
  server.get('/metrics', async (_request: Request, response: Response) =>
    answerText(response, 200, await parts.metrics()),
  );

  const { clock } = parts;
  if (clock) {
    server.get('/internal/clock/next', async (request: Request, response: Response) => {
      const before = new URLSearchParams(request.getQuery()).get('before') ?? '';
      answer(response, 200, await clock.next(before));
    });
    server.post('/internal/clock', async (request: Request, response: Response) => {
      const body = await readJson(request);
      if ('status' in body) return answer(response, body.status, { error: body.words });
      const setting = ClockSetting.safeParse(body.json);
      if (!setting.success)
        return answer(response, 400, { error: 'A clock is set by {"now": ISO, "ticking": true or false}.' });
      answer(response, 200, await clock.set(setting.data));
    });
  }

  await new Promise<void>((resolve, reject) => {
    const fault = (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new PortTaken(parts.port) : error);
    server.once('error', fault);
    server.listen(parts.port, parts.listenOn, () => {
      server.removeListener('error', fault);
      resolve();
    });
  });
  return {
    port: (server.server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.server.closeAllConnections?.();
      }),
  };
}

function readNotification(entry: unknown): Notification | undefined {
  const { data } = OneNotification.safeParse(entry);
  if (!data) return undefined;
  const { lifecycleEvent, ...notification } = data;
  return lifecycleEvent === undefined ? notification : { ...notification, lifecycleEvent };
}

async function stateOf(check: () => Promise<unknown>): Promise<string> {
  try {
    await check();
    return 'works';
  } catch (fault) {
    return `does not work: ${fault instanceof Error ? fault.message : String(fault)}`;
  }
}

type Body = { readonly json: unknown } | { readonly status: 400 | 413 | 415; readonly words: string };

async function readJson(request: Request): Promise<Body> {
  const type = (request.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') return { status: 415, words: 'Only application/json is read here.' };
  if (Number(request.header('content-length') ?? 0) > LARGEST_BODY) return tooLarge;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) return tooLarge;
    chunks.push(chunk);
  }
  try {
    return { json: JSON.parse(Buffer.concat(chunks).toString('utf8')) };
  } catch {
    return { status: 400, words: 'That is not JSON.' };
  }
}

const tooLarge = { status: 413, words: `A body may be ${LARGEST_BODY / 1024} kB at most.` } as const;

function answer(response: Response, status: number, body?: unknown): void {
  if (body === undefined) {
    response.writeHead(status);
    response.end();
    return;
  }
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}

function answerText(response: Response, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' });
  response.end(text);
}
