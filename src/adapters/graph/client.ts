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
  ResponseType,
} from '@microsoft/microsoft-graph-client';
import { PlatformFault } from '../../application/ports.ts';
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

/** Graph's v1.0 endpoint. Every method throws `PlatformFault` for whatever Microsoft 365 does not do. */
export interface Graph {
  get<T>(call: Call): Promise<T>;
  /** Resolves to undefined where Graph answers without a body. */
  post<T>(call: Call, body?: object): Promise<T>;
  patch<T>(call: Call, body: object): Promise<T>;
  delete(call: Call): Promise<void>;
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

/**
 * Ids that survive a move between folders, so that a draft's id is also its sent copy's; and times in UTC, whatever zone
 * a mailbox is set to (facts.md 4 and 5). Both have to be asked for each time.
 */
const PREFER = 'IdType="ImmutableId", outlook.timezone="UTC"';

export function openGraph(options: GraphOptions): Graph {
  const baseUrl = options.baseUrl.replace(/\/+$/, '');
  const root = `${baseUrl}/${VERSION}`;
  const send = options.fetch ?? fetch;
  const timeoutSeconds = options.timeoutSeconds ?? TIMEOUT_SECONDS;
  const turns = openTurns((lane) => (lane === '' ? AT_A_TIME_ELSEWHERE : AT_A_TIME_PER_MAILBOX));

  const middleware: Middleware = {
    async execute(context: Context) {
      const url = context.request as string;
      // The SDK builds the address from what it is given; a token must not follow it out of Graph.
      if (!url.startsWith(`${root}/`)) throw named('ElsewhereFault');
      const token = await options.token().catch((fault: unknown) => {
        throw named('TokenFault', fault);
      });
      const headers = { ...(context.options?.headers as Record<string, string>), Authorization: `Bearer ${token}` };
      context.response = await turns.take(mailboxOf(url.slice(root.length)), async () => {
        // A redirect is no answer that Graph gives; followed, it would carry the token away.
        const signal = AbortSignal.timeout(timeoutSeconds * 1000);
        const whole = { ...context.options, headers, redirect: 'manual', signal } as RequestInit;
        try {
          const answer = await send(url, whole);
          // Read here, so that the time-out and the turn last until the last byte.
          const body = await answer.arrayBuffer();
          return new Response(body.byteLength === 0 ? null : body, { status: answer.status, headers: answer.headers });
        } catch {
          throw named(signal.aborted ? 'TimeoutFault' : 'NotReachedFault');
        }
      });
    },
  };

  const client = Client.initWithMiddleware({
    baseUrl: `${baseUrl}/`,
    defaultVersion: VERSION,
    middleware,
    ...(isLoopback(baseUrl) ? { customHosts: new Set([new URL(baseUrl).hostname]) } : {}),
  });

  async function ask<T>(call: Call, method: (request: GraphRequest) => Promise<Response>): Promise<T> {
    const requestId = randomUUID();
    const request = client
      .api(call.path)
      .header('Prefer', call.prefer === undefined ? PREFER : `${PREFER}, ${call.prefer}`)
      .header('client-request-id', requestId)
      .responseType(ResponseType.RAW);
    const answer = await method(request).catch((fault: GraphError) => {
      throw noAnswer(call, fault, timeoutSeconds, requestId);
    });
    const body = await answer.text();
    if (!answer.ok) throw refusedAnswer(call, answer, body, requestId);
    if (body === '') return undefined as T;
    const read = parsed(body);
    if (read === undefined)
      throw new PlatformFault(
        `Microsoft Graph: ${call.doing}: the answer is no JSON (request ${requestId})`,
        answer.status,
        true,
      );
    return read as T;
  }

  return {
    get: (call) => ask(call, (request) => request.get()),
    post: (call, body) => ask(call, (request) => request.post(body)),
    patch: (call, body) => ask(call, (request) => request.patch(body)),
    delete: (call) => ask<void>(call, (request) => request.delete()),
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

/** No answer came. The SDK hands on the name of what was thrown as `code`. */
function noAnswer(call: Call, fault: GraphError, timeoutSeconds: number, requestId: string): PlatformFault {
  const about = `Microsoft Graph: ${call.doing}`;
  if (fault.code === 'TimeoutFault')
    return new PlatformFault(`${about}: no answer within ${timeoutSeconds} seconds (request ${requestId})`, 504, true);
  // Tried again later: the cure, a new secret or a consent, is an administrator's, and no mail may be lost meanwhile.
  if (fault.code === 'TokenFault')
    return new PlatformFault(
      `${about}: no token from Microsoft Entra (${fault.message}). Check MicrosoftAppId, its secret or certificate, and MicrosoftAppTenantId.`,
      401,
      true,
    );
  if (fault.code === 'ElsewhereFault')
    return new PlatformFault(`${about}: the address is not Microsoft Graph's`, 400, false);
  return new PlatformFault(`${about}: not reached (request ${requestId})`, 503, true);
}

/**
 * Which answers are worth another try: too many requests, time-outs, whatever is the server's own fault (facts.md 3), and
 * 401, which passes when a token or a secret is renewed. The rest of the 4XX would be the same the next time.
 */
function refusedAnswer(call: Call, answer: Response, body: string, requestId: string): PlatformFault {
  const { status } = answer;
  const again = status === 401 || status === 408 || status === 425 || status === 429 || status >= 500;
  const code = codeOf(body);
  return new PlatformFault(
    `Microsoft Graph: ${call.doing}: ${status}${code === undefined ? '' : ` ${code}`} (request ${requestId})`,
    status,
    again,
    again ? retryAfter(answer.headers) : undefined,
  );
}

/** Only the code: the message of an error may quote what was sent, and so a name. */
function codeOf(body: string): string | undefined {
  const read = parsed(body) as { error?: { code?: unknown } } | undefined;
  const code = read?.error?.code;
  return typeof code === 'string' && /^[\w.]{1,64}$/.test(code) ? code : undefined;
}

/** Seconds, or the HTTP date that RFC 9110 allows as well, measured by the server's own clock. */
function retryAfter(headers: Headers): number | undefined {
  const text = headers.get('Retry-After');
  if (text === null) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  const seconds = Math.ceil((Date.parse(text) - Date.parse(headers.get('Date') ?? '')) / 1000);
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
