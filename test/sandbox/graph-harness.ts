/** A sandbox on a free port, Microsoft's own Graph client on it, and the clock in the test's hand. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client, type GraphError } from '@microsoft/microsoft-graph-client';
import { type Instant, parseInstant } from '../../src/domain/time/instant.ts';
import type { LogEntry } from '../../src/sandbox/graph/log.ts';
import { openSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { assertGraphContract } from '../graph-contract.ts';

export const START = '2026-12-17T16:20:00Z';
export const AMARA = 'amara.okafor@camden.example';
export const PRIYA = 'priya.raman@camden.example';
export const JO = 'jo.marsh@camden.example';
export const GRACE = 'grace.adeyemi@camden.example';
export const NIA = 'nia.powell@camden.example';
export const STEPDOWN = 'EHstepdown@camden.example';

export interface Bench {
  readonly sandbox: Sandbox;
  readonly root: string;
  readonly client: Client;
  log(): Promise<LogEntry[]>;
  /**
   * Holds everything said so far against Microsoft's description, and closes, whatever comes of that. Requests that were
   * answered with a refusal are left out, as a test may ask for nonsense on purpose; `refusals` takes them in.
   */
  finish(options?: { refusals?: boolean }): Promise<void>;
  close(): Promise<void>;
}

export function graphClient(root: string): Client {
  return Client.init({
    baseUrl: `${root}/graph/`,
    defaultVersion: 'v1.0',
    customHosts: new Set([new URL(root).hostname]),
    authProvider: (done) => done(null, 'a token that the sandbox does not look at'),
  });
}

export async function openBench(options: { dataDir?: string; start?: string; botPort?: number } = {}): Promise<Bench> {
  const sandbox = await openSandbox({
    dataDir: options.dataDir ?? ':memory:',
    sandboxPort: 0,
    botPort: options.botPort ?? 9,
    start: parseInstant(options.start ?? START),
    ticking: false,
  });
  const root = sandbox.context.urls.graph.replace(/\/graph$/, '');
  const log = async () => (await (await fetch(`${root}/sandbox/graph-log`)).json()) as LogEntry[];
  return {
    sandbox,
    root,
    client: graphClient(root),
    log,
    async finish({ refusals = false } = {}) {
      try {
        const said = await log();
        assertGraphContract(said.filter(({ status }) => refusals || status < 400 || status === 429 || status >= 500));
      } finally {
        await sandbox.close();
      }
    },
    close: () => sandbox.close(),
  };
}

/** Links are absolute and http; Microsoft's client takes absolute links with https only, so the path is what it is given. */
export const pathOf = (link: unknown): string => String(link).replace(/^.*\/v1\.0/, '');

/** @returns the status and code with which Graph refused */
export async function refusal(work: Promise<unknown>): Promise<{ status: number; code: string | null }> {
  try {
    await work;
  } catch (fault) {
    const { statusCode, code } = fault as GraphError;
    return { status: statusCode, code };
  }
  return { status: 200, code: null };
}

export async function post(url: string, body: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: text ? (JSON.parse(text) as Record<string, unknown>) : {} };
}

export async function readAll(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}

export async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return (server.address() as AddressInfo).port;
}

/** A subscriber that shakes hands and writes down what it is told. */
export async function subscriber(
  answer: (token: string) => { status: number; type: string; body: string } | undefined = () => undefined,
) {
  const told: Record<string, unknown>[] = [];
  const server = createServer(async (request, response) => {
    const text = await readAll(request);
    const token = new URL(request.url ?? '/', 'http://here').searchParams.get('validationToken');
    if (token !== null) {
      const { status, type, body } = answer(token) ?? { status: 200, type: 'text/plain', body: token };
      response.writeHead(status, { 'Content-Type': type });
      response.end(body);
      return;
    }
    told.push(...((JSON.parse(text) as { value: Record<string, unknown>[] }).value ?? []));
    response.writeHead(202);
    response.end();
  });
  const port = await listening(server);
  return {
    url: `http://127.0.0.1:${port}/api/graph/notifications`,
    told,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const utc = (dateTime: string) => ({ dateTime, timeZone: 'UTC' });
export const london = (dateTime: string) => ({ dateTime, timeZone: 'Europe/London' });
export const attendee = (address: string) => ({ emailAddress: { address, name: address }, type: 'required' });
export const to = (...addresses: string[]) => addresses.map((address) => ({ emailAddress: { address } }));
export const at = (text: string): Instant => parseInstant(text);
