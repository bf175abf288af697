/** Mounts Graph on the sandbox's HTTP server: finds the route, makes the answer, keeps the log, and fails on request. */
import { randomUUID } from 'node:crypto';
import type { Request, Response, Server } from 'restify';
import type { SandboxContext } from '../context.ts';
import { readJsonBody, UnreadableBody } from '../json.ts';
import { answerJson } from './answer.ts';
import { answerBatch } from './batch.ts';
import { calendarRoutes } from './calendar.ts';
import { type Answer, type Call, GraphRefusal, type Route } from './call.ts';
import { registerControls } from './controls.ts';
import { openDelivery } from './delivery.ts';
import { type Diary, openDiary } from './diary.ts';
import { directoryRoutes, ownerOf } from './directory.ts';
import { codeOf, type Fault, openFaults } from './faults.ts';
import { mailboxIn, openLimits } from './limits.ts';
import { bodyForLog, openLog, requestForLog } from './log.ts';
import { mailRoutes } from './mail.ts';
import { registerMailIn } from './mail-in.ts';
import { type Mail, openMail } from './mailbox.ts';
import { scheduleRoutes } from './schedule.ts';
import { openSubscriptions } from './subscriptions.ts';
import { registerUploads } from './upload.ts';

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
  const delivery = openDelivery(context, mail);
  const diary = openDiary(context, mail, subscriptions.notify);
  const faults = openFaults();
  const log = openLog();
  const limits = openLimits();
  const closing = new AbortController();
  const routes: Route[] = [
    ...directoryRoutes(context),
    ...scheduleRoutes(context, diary),
    ...calendarRoutes(context, diary),
    ...mailRoutes(context, mail, delivery),
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
    // A reset says where to begin anew (delta-query-overview).
    if (fault.status === 410) headers.location = `${incoming.base}${incoming.path}?$deltatoken=`;
    const message =
      fault.status === 429
        ? 'Application is over its MailboxConcurrency limit.'
        : 'The sandbox was asked to fail here.';
    return errorAnswer(incoming, Number(fault.status), codeOf(fault), message, headers);
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

  async function handle(
    incoming: Incoming,
    begun?: { inFlight: number } | { refused: GraphRefusal },
  ): Promise<{ answer: Answer; fault: Fault | undefined }> {
    const { method, path, query, headers, body, inBatch } = incoming;
    const refused = begun && 'refused' in begun ? begun.refused : undefined;
    // What was asked for is the product's trouble: whoever looks at the page sees all the same, and uses none of it up.
    const fault = refused || headers['x-sandbox-page'] ? undefined : faults.take(method, path);
    const done = !refused && (!fault || fault.after || fault.status === 'slow') ? await carryOut(incoming) : undefined;
    let answer: Answer;
    if (refused) answer = errorAnswer(incoming, refused.status, refused.code, refused.message, refused.headers);
    else if (fault?.status === 'empty') answer = emptyPage(incoming);
    else if (fault && fault.status !== 'slow') answer = faulted(incoming, fault);
    else answer = done ?? { status: 500 };
    const silent = fault?.status === 'hang';
    log.add({
      at: clock.now(),
      method,
      path,
      query: query.toString(),
      requestHeaders: withoutToken(headers),
      ...(body === undefined ? {} : { requestBody: requestForLog(body) }),
      status: silent ? 0 : answer.status,
      responseHeaders: answer.headers ?? {},
      ...(silent || answer.status === 0 ? {} : bodyForLog(answer)),
      by: headers['x-sandbox-page'] ? 'page' : 'app',
      inBatch,
      ...(begun && 'inFlight' in begun ? { inFlight: begun.inFlight } : {}),
      ...(fault ? { fault: fault.after ? ('after' as const) : ('before' as const) } : {}),
    });
    return { answer, fault };
  }

  /** A page may be empty and still not be the last: the next one is what was asked for. */
  const emptyPage = ({ base, path, query }: Incoming): Answer => ({
    status: 200,
    body: {
      '@odata.context': `${base}/$metadata#Collection(event)`,
      '@odata.nextLink': `${base}${path}?${query.toString()}`,
      value: [],
    },
  });

  /** Counts the app's own request against what the mailbox allows. A batch counts as one, at no mailbox. */
  function begin({ path, headers }: Pick<Incoming, 'path' | 'headers'>, response: Response) {
    const asked = headers['x-sandbox-page'] ? undefined : mailboxIn(path);
    const mailbox = asked === undefined ? undefined : (ownerOf(context, asked)?.id ?? asked);
    if (mailbox === undefined) return undefined;
    try {
      const { inFlight, end } = limits.begin(mailbox);
      response.once('close', end);
      return { inFlight };
    } catch (refused) {
      if (refused instanceof GraphRefusal) return { refused };
      throw refused;
    }
  }

  /** Until the caller goes, or the time is over, or the sandbox closes. */
  const hold = (response: Response, milliseconds?: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = milliseconds === undefined ? undefined : setTimeout(resolve, milliseconds);
      const done = () => {
        clearTimeout(timer);
        resolve();
      };
      response.once('close', done);
      closing.signal.addEventListener('abort', done, { once: true });
    });

  async function onRequest(request: Request, response: Response): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://sandbox');
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const path = url.pathname.slice(PREFIX.length);
    // Before the body is read: a request counts from when it comes in.
    const begun = begin({ path, headers }, response);
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
      path,
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
    const { answer, fault } = await handle(incoming, begun);
    if (fault?.status === 'hang') await hold(response);
    if (fault?.status === 'slow') await hold(response, fault.milliseconds);
    if (fault?.status === 'hang' || fault?.status === 0) response.socket?.destroy();
    else answerJson(response, answer);
  }

  for (const method of ['get', 'post', 'patch', 'del', 'put'] as const) {
    server[method](`${PREFIX}/*`, onRequest);
  }
  registerControls(server, context, { faults, log, limits, mail, subscriptions });
  registerMailIn(server, context, mail, delivery);
  registerUploads(server, { context, mail }, faults);

  const stop = () => {
    closing.abort();
    subscriptions.stop();
  };
  return { mail, diary, idle: subscriptions.idle, stop };
}
