/** Puts the sandbox together: state, clock, Graph, Teams and page on one HTTP server. */
import { mkdirSync } from 'node:fs';
import type { Server as HttpServer } from 'node:http';
import { join } from 'node:path';
import restify, { type Server } from 'restify';
import { loadCalendar } from '../adapters/holidays.ts';
import type { Instant } from '../domain/time/instant.ts';
import { registerAway } from './away-routes.ts';
import { openClock, registerClock } from './clock.ts';
import type { SandboxContext, Tenant, Urls } from './context.ts';
import { fillDiaries } from './diaries.ts';
import { type Graph, registerGraph } from './graph/server.ts';
import { openState } from './state.ts';
import { type InventedTenant, readTenant } from './tenant.ts';

export interface SandboxOptions {
  /** A folder, made where it is missing, or `:memory:`. */
  readonly dataDir: string;
  readonly sandboxPort: number;
  readonly botPort: number;
  readonly start?: Instant;
  readonly ticking: boolean;
  readonly tenant?: Tenant;
  /** Whose people are there; absent: every council whose protocols are there. */
  readonly councils?: readonly string[];
  /** Folder with protocols of councils of one's own. */
  readonly protocols?: string;
  /** Whatever else is to be served: Teams and the page. */
  readonly mount?: (server: Server, context: SandboxContext) => void;
  readonly machine?: () => number;
}

export interface Sandbox {
  readonly context: SandboxContext;
  /** What the bot's directory file has to say of the tenant. */
  readonly directory?: InventedTenant['directory'];
  readonly graph: Graph;
  readonly server: Server;
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

export function urlsOf(sandboxPort: number, botPort: number): Urls {
  const [sandbox, bot] = [`http://${LOOPBACK}:${sandboxPort}`, `http://${LOOPBACK}:${botPort}`];
  return {
    page: `${sandbox}/`,
    messages: `${bot}/api/messages`,
    graph: `${sandbox}/graph`,
    teams: `${sandbox}/connector/`,
    clock: `${sandbox}/clock`,
    bot,
  };
}

/**
 * @returns when it listens, on loopback only
 * @throws the server's error, with code EADDRINUSE when the port is taken
 */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  const server = restify.createServer({ name: 'Stepwise sandbox' });
  const plain = (server as unknown as { server: HttpServer }).server;
  // Idle connections end at the caller's wish only: closed here, one would be cut off in the moment in which it is used again.
  plain.keepAliveTimeout = 0;
  // Listening first: a port that is taken must not leave a half-seeded tenant behind.
  await listen(server, options.sandboxPort);
  const port = server.address().port;
  const urls = urlsOf(port, options.botPort);
  if (options.dataDir !== ':memory:') mkdirSync(options.dataDir, { recursive: true });
  const state = openState(options.dataDir === ':memory:' ? ':memory:' : join(options.dataDir, 'sandbox.sqlite'));
  const clock = openClock({
    state,
    ...(options.start ? { start: options.start } : {}),
    ticking: options.ticking,
    botUrl: urls.bot,
    workingDays: loadCalendar(),
    told: () => graph.idle(),
    ...(options.machine ? { machine: options.machine } : {}),
  });
  const invented = options.tenant
    ? undefined
    : readTenant({ councils: options.councils, protocols: options.protocols });
  const context: SandboxContext = {
    state,
    clock,
    tenant: options.tenant ?? (invented as InventedTenant).tenant,
    urls,
    botMessagesUrl: urls.messages,
    dataDir: options.dataDir,
  };
  const graph = registerGraph(server, context);
  registerClock(server, clock);
  registerAway(server, context, graph);
  options.mount?.(server, context);
  fillDiaries(context, graph);
  return {
    context,
    ...(invented ? { directory: invented.directory } : {}),
    graph,
    server,
    async close() {
      graph.stop();
      await graph.idle();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        // Event streams and kept-alive connections would hold it open for ever.
        plain.closeAllConnections();
      });
      state.close();
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
}
