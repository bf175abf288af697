/** Mounts Graph on the sandbox's HTTP server: finds the route, makes the answer, keeps the log, and fails on request. */
import { randomUUID } from 'node:crypto';
import type { Request, Response, Server } from 'restify';
import type { SandboxContext } from '../context.ts';
import { readJsonBody, sendJson, UnreadableBody } from '../json.ts';
import { answerBatch } from './batch.ts';
import { calendarRoutes } from './calendar.ts';
import { type Answer, type Call, GraphRefusal, type Route } from './call.ts';
import { type Diary, openDiary } from './diary.ts';
import { directoryRoutes } from './directory.ts';
import { codeOf, type Fault, openFaults } from './faults.ts';
import { openLog } from './log.ts';
import { mailRoutes, showOutside } from './mail.ts';
import { type Mail, openMail } from './mailbox.ts';
import { scheduleRoutes } from './schedule.ts';
import { openSubscriptions } from './subscriptions.ts';

const PREFIX = '/graph/v1.0';

export interface Graph {
  readonly mail: Mail;
  readonly diary: Diary;
  /** Resolves when no notification is under way. */
  idle(): Promise<void>;
  stop(): void;
}

interface Incoming {
  readonly method: string;
  /** Below `/v1.0`, still encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly base: string;
  readonly inBatch: boolean;
}

/** `mailFolders('inbox')` is the older spelling of `mailFolders/inbox`, and `delta()` of `delta`. */
const modern = (path: string): string =>
  path
    .replace(/\('([^']*)'\)/g, '/$1')
    .replace(/\(\)/g, '')
    .replace(/\/microsoft\.graph\./g, '/');

function matchRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { route: Route; part: Record<string, string> } | undefined {
  const have = modern(path).split('/').filter(Boolean).map(decodeURIComponent);
  for (const route of routes) {
    const want = route.path.split('/').filter(Boolean);
    if (route.method !== method || want.length !== have.length) continue;
    const part: Record<string, string> = {};
    const fits = want.every((name, index) => {
      const value = have[index] ?? '';
      if (!name.startsWith(':')) return name.toLowerCase() === value.toLowerCase();
      part[name.slice(1)] = value;
      return true;
    });
    if (fits) return { route, part };
  }
  return undefined;
}

function withoutToken({ authorization: _token, ...headers }: Readonly<Record<string, string>>): Record<string, string> {
  return headers;
}

export function registerGraph(server: Server, context: SandboxContext): Graph {
  const { clock } = context;
  const subscriptions = openSubscriptions(context);
  const mail = openMail(context, subscriptions.notify);
  const diary = openDiary(context, mail, subscriptions.notify);
  const faults = openFaults();
  const log = openLog();
  const routes: Route[] = [
    ...directoryRoutes(context),
    ...scheduleRoutes(context, diary),
    ...calendarRoutes(context, diary),
    ...mailRoutes(context, mail),
    ...subscriptions.routes,
  ];

  function errorAnswer(
    incoming: Incoming,
    status: number,
    code: string,
    message: string,
    headers: Record<string, string> = {},
  ): Answer {
    const id = randomUUID();
    const clientId = incoming.headers['client-request-id'] ?? id;
    return {
      status,
      headers,
      body: {
        error: {
          code,
          message,
          innerError: { date: clock.now().slice(0, 19), 'request-id': id, 'client-request-id': clientId },
        },
      },
    };
  }

  function faulted(incoming: Incoming, fault: Fault): Answer {
    const headers: Record<string, string> =
      fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
    const message =
      fault.status === 429
        ? 'Application is over its MailboxConcurrency limit.'
        : 'The sandbox was asked to fail here.';
    return errorAnswer(incoming, fault.status, codeOf(fault), message, headers);
  }

  async function carryOut(incoming: Incoming): Promise<Answer> {
    const { method, path } = incoming;
    try {
      if (method === 'POST' && path.toLowerCase() === '/$batch' && !incoming.inBatch) {
        return await answerBatch(asCall(incoming, {}), (part) => {
          const [address = '', query = ''] = part.url.split('?');
          return handle({
            method: part.method,
            path: address.startsWith('/') ? address : `/${address}`,
            query: new URLSearchParams(query),
            headers: part.headers,
            body: part.body,
            base: incoming.base,
            inBatch: true,
          }).then(({ answer }) => answer);
        });
      }
      if (/^\/me(\/|$)/i.test(path)) {
        throw new GraphRefusal(400, 'BadRequest', '/me request is only valid with delegated authentication flow.');
      }
      const found = matchRoute(routes, method, path);
      if (!found) {
        throw new GraphRefusal(
          404,
          'BadRequest',
          `Resource not found for the segment '${path.split('/').at(-1) ?? ''}'.`,
        );
      }
      return await found.route.answer(asCall(incoming, found.part));
    } catch (fault) {
      if (fault instanceof GraphRefusal)
        return errorAnswer(incoming, fault.status, fault.code, fault.message, fault.headers);
      if (fault instanceof URIError)
        return errorAnswer(incoming, 400, 'BadRequest', 'The address is not encoded correctly.');
      console.error(fault);
      return errorAnswer(
        incoming,
        500,
        'ErrorInternalServerError',
        'The sandbox has a fault of its own here. See its terminal.',
      );
    }
  }

  /** The path that links are made of is written as the caller wrote it. */
  const asCall = ({ method, path, query, headers, body, base }: Incoming, part: Record<string, string>): Call => ({
    method,
    path,
    query,
    headers,
    body,
    part,
    base,
  });

  async function handle(incoming: Incoming): Promise<{ answer: Answer; dropped: boolean }> {
    const fault = faults.take(incoming.method, incoming.path);
    const done = !fault || fault.after ? await carryOut(incoming) : undefined;
    const answer = fault ? faulted(incoming, fault) : (done ?? { status: 500 });
    const { method, path, query, headers, body, inBatch } = incoming;
    log.add({
      at: clock.now(),
      method,
      path,
      query: query.toString(),
      requestHeaders: withoutToken(headers),
      ...(body === undefined ? {} : { requestBody: structuredClone(body) }),
      status: answer.status,
      responseHeaders: answer.headers ?? {},
      ...(answer.status === 0 || answer.body === undefined ? {} : { responseBody: answer.body }),
      by: headers['x-sandbox-page'] ? 'page' : 'app',
      inBatch,
      ...(fault ? { fault: fault.after ? ('after' as const) : ('before' as const) } : {}),
    });
    return { answer, dropped: fault?.status === 0 };
  }

  async function onRequest(request: Request, response: Response): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://sandbox');
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    let body: unknown;
    let unreadable: UnreadableBody | undefined;
    try {
      body = await readJsonBody(request);
    } catch (fault) {
      if (!(fault instanceof UnreadableBody)) throw fault;
      unreadable = fault;
    }
    const incoming: Incoming = {
      method: request.method ?? 'GET',
      path: url.pathname.slice(PREFIX.length),
      query: url.searchParams,
      headers,
      body,
      base: `http://${request.headers.host ?? '127.0.0.1'}${PREFIX}`,
      inBatch: false,
    };
    if (unreadable) {
      const code = unreadable.status === 413 ? 'RequestEntityTooLarge' : 'BadRequest';
      answerJson(response, errorAnswer(incoming, unreadable.status, code, unreadable.message));
      return;
    }
    const { answer, dropped } = await handle(incoming);
    if (dropped) response.socket?.destroy();
    else answerJson(response, answer);
  }

  for (const method of ['get', 'post', 'patch', 'del', 'put'] as const) {
    server[method](`${PREFIX}/*`, onRequest);
  }
  server.get('/sandbox/graph-log', async (_request: Request, response: Response) =>
    answerJson(response, { status: 200, body: log.all() }),
  );
  server.del('/sandbox/graph-log', async (_request: Request, response: Response) => {
    log.clear();
    answerJson(response, { status: 204 });
  });
  server.get('/sandbox/faults', async (_request: Request, response: Response) =>
    answerJson(response, { status: 200, body: faults.all() }),
  );
  server.post('/sandbox/faults', async (request: Request, response: Response) => {
    const fault = faults.add(await readJsonBody(request).catch(() => undefined));
    const error =
      'A fault looks like {"match": {"method": "POST", "path": "/users/"}, "times": 1, "status": 503, "retryAfter": 2, "after": true}. status is 400 to 599, or 0 to drop the connection.';
    answerJson(response, fault ? { status: 201, body: fault } : { status: 400, body: { error } });
  });
  server.del('/sandbox/faults', async (_request: Request, response: Response) => {
    faults.clear();
    answerJson(response, { status: 204 });
  });
  server.get('/sandbox/outside', async (_request: Request, response: Response) =>
    answerJson(response, { status: 200, body: showOutside(mail) }),
  );

  return { mail, diary, idle: subscriptions.idle, stop: subscriptions.stop };
}

function answerJson(response: Response, { status, body, headers }: Answer): void {
  sendJson(response, status, body, { 'request-id': randomUUID(), ...headers });
}
