/**
 * Preloaded into the bot (`node --import`): kills it at its effects. Every request that changes something outside is met three
 * times: the first time the process dies before it is sent, the second time when the answer has come back and nobody has
 * heard it, and from the third on it passes. What was met how often stands in the file CRASH_PLAN, which outlives the process.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { syncBuiltinESMExports } from 'node:module';

const plan = process.env.CRASH_PLAN ?? '';
const met = new Map<string, number>();
if (plan !== '' && existsSync(plan)) {
  for (const line of readFileSync(plan, 'utf8').split('\n').filter(Boolean)) met.set(line, (met.get(line) ?? 0) + 1);
}

type Moment = 'before' | 'after' | 'pass';

/** Without a plan nothing dies: a test may have it begin later. */
function meet(effect: string): Moment {
  if (plan === '') return 'pass';
  const times = (met.get(effect) ?? 0) + 1;
  met.set(effect, times);
  if (times > 2) return 'pass';
  appendFileSync(plan, `${effect}\n`);
  return times === 1 ? 'before' : 'after';
}

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  // The signal is on its way; nothing may happen until it is here.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
}

const READS = ['/getSchedule', '/$batch'];

/** Names the effect, the same at each attempt: each mail and each meeting by itself. @returns undefined for a request that changes nothing outside */
function effectOf(method: string, address: string, body: unknown): string | undefined {
  const { pathname, hostname } = new URL(address);
  if (method === 'GET' || method === 'HEAD' || hostname !== '127.0.0.1') return undefined;
  if (READS.some((path) => pathname.endsWith(path))) return undefined;
  if (pathname.startsWith('/connector/')) {
    // Cards by the kind of call: each person's would take minutes, and is the same code.
    const kind = decodeURIComponent(pathname)
      .replace(/\/activities\/\d+/, '/activities/…')
      .replace(/\/a:[^/]+/, '/a chat')
      .replace(/\/19:[^/]+/, '/a channel');
    return `${method} ${kind}`;
  }
  if (!pathname.startsWith('/graph/')) return undefined;
  const subject = typeof body === 'string' ? /"subject":"([^"]*)"/.exec(body)?.[1] : undefined;
  return `${method} ${pathname}${subject === undefined ? '' : ` (${subject})`}`;
}

const realFetch = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const request = input instanceof Request ? input : undefined;
  const method = (init?.method ?? request?.method ?? 'GET').toUpperCase();
  const effect = effectOf(method, request?.url ?? String(input), init?.body);
  const moment = effect === undefined ? 'pass' : meet(effect);
  if (moment === 'before') die();
  const response = await realFetch(input, init);
  if (moment === 'after') die();
  return response;
};

/** The SDK of the bot goes through node:http. */
const realRequest = http.request as (...args: unknown[]) => http.ClientRequest;
http.request = ((...args: unknown[]) => {
  const { method = 'GET', address } = readRequest(args);
  const effect = address === undefined ? undefined : effectOf(method.toUpperCase(), address, undefined);
  const moment = effect === undefined ? 'pass' : meet(effect);
  if (moment === 'before') die();
  const request = realRequest(...args);
  if (moment === 'after') request.prependListener('response', die);
  return request;
}) as typeof http.request;
syncBuiltinESMExports();

function readRequest(args: readonly unknown[]): { readonly method?: string; readonly address?: string } {
  const [first, second] = args;
  const url = first instanceof URL || typeof first === 'string' ? String(first) : undefined;
  const options = (url === undefined ? first : second) as http.RequestOptions | undefined;
  const { hostname, host, port, path } = options ?? {};
  const name = hostname ?? host;
  const address = url ?? (name ? `http://${name}${port ? `:${port}` : ''}${path ?? '/'}` : undefined);
  return {
    ...(options?.method === undefined ? {} : { method: options.method }),
    ...(address === undefined ? {} : { address }),
  };
}
