/**
 * Microsoft's own Graph client, with the middle replaced: no retries that sleep (the outbox decides when to try again),
 * a bearer token that goes to one origin only, and faults turned into `PlatformFault`.
 *
 * Why not its default middleware: it recognises only https hosts as Graph, and strips the token from a request to the
 * sandbox; its RetryHandler sleeps for Retry-After inside the request, which would hold a dispatcher's slot for minutes;
 * and its error handler loses Retry-After where the body of a 429 or 503 is not JSON.
 */
import { randomUUID } from 'node:crypto';
import {
  Client,
  type Context,
  type GraphError,
  type GraphRequest,
  type Middleware,
  type MiddlewareOptions,
  ResponseType,
} from '@microsoft/microsoft-graph-client';
import { GraphFault, noAnswer, parsed, readAnswer, refusedAnswer, TOO_LARGE } from './faults.ts';
import { isLoopback, type TokenSource } from './token.ts';
import { openTurns } from './turns.ts';

/** One request. */
export interface Call {
  /** What was being done, for a fault: "create the draft". Never a name or an address. */
  readonly doing: string;
  /** Below the version, starting with `/`, each part already encoded: `/users/a%40b.example/messages`. */
  readonly path: string;
  /** Beyond the two that go with every request. */
  readonly prefer?: string;
}

/** One request to an address that Graph gave out for it, such as that of an upload session. */
export interface HandedOut {
  readonly doing: string;
  /** Whole, with the authorisation that is in it. */
  readonly url: string;
  /** Whose mailbox it works in: it waits for a turn like any other request there. */
  readonly mailbox: string;
  /** A part of a file, and where in it: `bytes 0-9/20`. Absent: it is only asked how far the file has come. */
  readonly part?: { readonly bytes: Uint8Array; readonly range: string };
}

/** Graph's v1.0 endpoint. Every method throws `GraphFault`, a `PlatformFault`, for whatever Microsoft 365 does not do. */
export interface Graph {
  get<T>(call: Call): Promise<T>;
  /** The body as it came. Of a longer one no more than `most` bytes are read. */
  bytes(call: Call, most: number): Promise<Uint8Array | 'too-large'>;
  /** Resolves to undefined where Graph answers without a body. */
  post<T>(call: Call, body?: object): Promise<T>;
  patch<T>(call: Call, body: object): Promise<T>;
  delete(call: Call): Promise<void>;
  /** Without our token: the address has its own. Resolves to undefined where the answer has no body. */
  handedOut<T>(call: HandedOut): Promise<T>;
  /** The path of a nextLink or deltaLink of this Graph; undefined for a link that leads anywhere else. */
  pathOf(link: string): string | undefined;
}

export interface GraphOptions {
  /** Without version and trailing slash: `https://graph.microsoft.com` or the sandbox's `http://127.0.0.1:3979/graph`. */
  readonly baseUrl: string;
  readonly token: TokenSource;
  /** For one answer with its body; the token and the wait for a turn come on top. */
  readonly timeoutSeconds?: number;
  /** Stands in for the network in tests that cut a connection. */
  readonly fetch?: typeof fetch;
}

const VERSION = 'v1.0';
/** Exchange allows four concurrent requests to one mailbox for one app, and answers the fifth with 429 (facts.md 3). */
const AT_A_TIME_PER_MAILBOX = 4;
/** Groups and users are throttled by cost per ten seconds, not by concurrency. */
const AT_A_TIME_ELSEWHERE = 16;
const TIMEOUT_SECONDS = 20;
/** Files take longer than answers: 25 MB of mail in this time need 3.3 Mbit/s. */
const FILE_TIMES_LONGER = 3;

/**
 * Ids that survive a move between folders, so that a draft's id is also its sent copy's; and times in UTC, whatever zone
 * a mailbox is set to (facts.md 4 and 5). Both have to be asked for each time.
 */
const PREFER = 'IdType="ImmutableId", outlook.timezone="UTC"';

/**
 * How one answer is read, and what was read of it. Goes to the middleware in Microsoft's own way for it, and brings the body back beside
 * the answer: handed through the SDK inside a Response it would be copied twice, which adds up in a mailbox of 100,000 messages.
 */
class Reading implements MiddlewareOptions {
  readonly most: number;
  readonly seconds: number;
  body: Uint8Array<ArrayBuffer> = new Uint8Array();
  constructor(most: number, seconds: number) {
    this.most = most;
    this.seconds = seconds;
  }
  get text(): string {
    return new TextDecoder().decode(this.body);
  }
}

export function openGraph(options: GraphOptions): Graph {
  const baseUrl = options.baseUrl.replace(/\/+$/, '');
  const root = `${baseUrl}/${VERSION}`;
  const send = options.fetch ?? fetch;
  const timeoutSeconds = options.timeoutSeconds ?? TIMEOUT_SECONDS;
  const turns = openTurns((lane) => (lane === '' ? AT_A_TIME_ELSEWHERE : AT_A_TIME_PER_MAILBOX));

  const usual = () => new Reading(Number.POSITIVE_INFINITY, timeoutSeconds);
  const ofFile = (most: number) => new Reading(most, timeoutSeconds * FILE_TIMES_LONGER);

  /** Resolves to the answer without its body, which is in the reading. */
  function inTurn(mailbox: string, url: string, init: RequestInit, reading: Reading): Promise<Response> {
    return turns.take(mailbox, async () => {
      const signal = AbortSignal.timeout(reading.seconds * 1000);
      try {
        // A redirect is no answer that Graph gives; followed, it would carry the token away.
        const answer = await send(url, { ...init, redirect: 'manual', signal });
        // Read here, so that the time-out and the turn last until the last byte.
        reading.body = await bodyOf(answer, reading.most);
        return new Response(null, { status: answer.status, headers: answer.headers });
      } catch (fault) {
        if (fault instanceof Error && fault.name === TOO_LARGE) throw fault;
        throw named(signal.aborted ? 'TimeoutFault' : 'NotReachedFault');
      }
    });
  }

  const middleware: Middleware = {
    async execute(context: Context) {
      const url = context.request as string;
      // The SDK builds the address from what it is given; a token must not follow it out of Graph.
      if (!url.startsWith(`${root}/`)) throw named('ElsewhereFault');
      const token = await options.token().catch((fault: unknown) => {
        throw named('TokenFault', fault);
      });
      const headers = { ...(context.options?.headers as Record<string, string>), Authorization: `Bearer ${token}` };
      const reading = context.middlewareControl?.getMiddlewareOptions(Reading) as Reading | undefined;
      const init = { ...context.options, headers } as RequestInit;
      context.response = await inTurn(mailboxOf(url.slice(root.length)), url, init, reading ?? usual());
    },
  };

  const client = Client.initWithMiddleware({
    baseUrl: `${baseUrl}/`,
    defaultVersion: VERSION,
    middleware,
    ...(isLoopback(baseUrl) ? { customHosts: new Set([new URL(baseUrl).hostname]) } : {}),
  });

  /** Resolves once the whole answer is in the reading. */
  async function answered(
    call: Call,
    method: (request: GraphRequest) => Promise<Response>,
    reading: Reading,
  ): Promise<{ readonly status: number; readonly requestId: string }> {
    const requestId = randomUUID();
    const request = client
      .api(call.path)
      .header('Prefer', call.prefer === undefined ? PREFER : `${PREFER}, ${call.prefer}`)
      .header('client-request-id', requestId)
      .middlewareOptions([reading])
      .responseType(ResponseType.RAW);
    const answer = await method(request).catch((fault: GraphError) => {
      throw noAnswer(call.doing, { name: fault.code ?? '', message: fault.message }, reading.seconds, requestId);
    });
    if (!answer.ok) throw refusedAnswer(call.doing, answer, reading.text, requestId);
    return { status: answer.status, requestId };
  }

  async function ask<T>(call: Call, method: (request: GraphRequest) => Promise<Response>): Promise<T> {
    const reading = usual();
    const { status, requestId } = await answered(call, method, reading);
    return readAnswer<T>(call.doing, status, reading.text, requestId);
  }

  return {
    get: (call) => ask(call, (request) => request.get()),
    async bytes(call, most) {
      try {
        const reading = ofFile(most);
        await answered(call, (request) => request.get(), reading);
        return reading.body;
      } catch (fault) {
        if (fault instanceof GraphFault && fault.code === TOO_LARGE) return 'too-large';
        throw fault;
      }
    },
    post: (call, body) => ask(call, (request) => request.post(body)),
    patch: (call, body) => ask(call, (request) => request.patch(body)),
    delete: (call) => ask<void>(call, (request) => request.delete()),
    async handedOut<T>({ doing, url, mailbox, part }: HandedOut) {
      const requestId = randomUUID();
      const said = { 'client-request-id': requestId };
      const init: RequestInit = part
        ? {
            method: 'PUT',
            headers: { ...said, 'Content-Type': 'application/octet-stream', 'Content-Range': part.range },
            body: part.bytes as Uint8Array<ArrayBuffer>,
          }
        : { headers: said };
      if (!isSafe(url, baseUrl)) throw noAnswer(doing, named('ElsewhereFault'), 0, requestId);
      const reading = ofFile(Number.POSITIVE_INFINITY);
      const answer = await inTurn(mailbox.toLowerCase(), url, init, reading).catch((fault: Error) => {
        throw noAnswer(doing, fault, reading.seconds, requestId);
      });
      if (!answer.ok) throw refusedAnswer(doing, answer, reading.text, requestId);
      // What follows a part that was taken may be anything: where it was the last one, there is nothing to go on with.
      return part ? (parsed(reading.text) as T) : readAnswer<T>(doing, answer.status, reading.text, requestId);
    },
    pathOf: (link) => (link.startsWith(`${root}/`) ? link.slice(root.length) : undefined),
  };
}

/** What Exchange counts by. '' for what is no mailbox. */
function mailboxOf(path: string): string {
  // Graph writes /users('x') in the links that it makes itself.
  const user = /^\/users(?:\/([^/?]+)|\('([^']+)'\))\//.exec(path);
  return decodeURIComponent(user?.[1] ?? user?.[2] ?? '').toLowerCase();
}

function named(name: string, cause?: unknown): Error {
  const fault = new Error(cause instanceof Error ? cause.name : name);
  fault.name = name;
  return fault;
}

/** Stops at the first byte too many: leaving the loop ends the transfer. */
async function bodyOf(answer: Response, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body ?? []) {
    size += chunk.byteLength;
    if (size > most) throw named(TOO_LARGE);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/** A file of a family never goes over an open line; the sandbox has no other, and stays on this machine. */
function isSafe(url: string, baseUrl: string): boolean {
  if (!URL.canParse(url)) return false;
  return new URL(url).protocol === 'https:' || (isLoopback(url) && isLoopback(baseUrl));
}
