/**
 * Everything that the sandbox serves for people and for Teams: the page's files, the Bot Connector, the page's own API,
 * and how far a first visitor has come. The sandbox's main process mounts it and, once the bot is up, calls `introduceBot`.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Request, Response, Server } from 'restify';
import type { SandboxContext } from './context.ts';
import { guideProgress, restartGuide, watchStory } from './guide.ts';
import { type TeamsClient, teamsClient } from './teams/client.ts';
import { serveConnector } from './teams/connector.ts';
import { answer } from './teams/http.ts';
import { servePageApi } from './teams/page-api.ts';
import { MESSAGES } from './teams/records.ts';

const require = createRequire(import.meta.url);

/** Scripts, styles and data from this server only. Cards may carry pictures as data. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const TYPES: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

const NEWS = new Set([MESSAGES, 'graph-messages', 'graph-events']);

/** Mounts all routes. No body parser is needed in front, and none is in the way. */
export function servePage(server: Server, context: SandboxContext): TeamsClient {
  const client = teamsClient(context, watchStory(context));
  serveConnector(server, context);
  servePageApi(server, context, client);

  server.get('/sandbox/guide', async (_request: Request, response: Response) => {
    answer(response, 200, guideProgress(context));
  });
  server.post('/sandbox/guide/restart', async (_request: Request, response: Response) => {
    restartGuide(context);
    answer(response, 200, guideProgress(context));
  });

  const happened = countWhatHappens(context);
  server.get('/sandbox/happened', async (_request: Request, response: Response) => {
    answer(response, 200, { happened: happened() });
  });

  const page = new URL('./page/', import.meta.url);
  const renderer = require.resolve('adaptivecards/dist/adaptivecards.min.js');
  server.get('/', async (_request: Request, response: Response) => send(response, new URL('index.html', page)));
  server.get('/page/:file', async (request: Request, response: Response) => {
    const name = String((request.params as Record<string, unknown>).file ?? '');
    if (!/^[a-z-]+\.(js|css|svg)$/.test(name)) return answer(response, 404, { error: { message: 'No such file.' } });
    await send(response, new URL(name, page));
  });
  server.get('/vendor/adaptivecards.min.js', async (_request: Request, response: Response) => send(response, renderer));
  // Browsers ask for this one by themselves.
  server.get('/favicon.ico', async (_request: Request, response: Response) =>
    send(response, new URL('mark.svg', page)),
  );
  return client;
}

/** How often since the start something was written, sent or booked: what the page tells a quiet morning by. */
function countWhatHappens({ state }: SandboxContext): () => number {
  let count = 0;
  state.changes.on('change', ({ collection }) => {
    if (NEWS.has(collection)) count += 1;
  });
  return () => count;
}

async function send(response: Response, file: URL | string): Promise<void> {
  const type = TYPES[String(file).split('.').at(-1) ?? ''] ?? 'application/octet-stream';
  try {
    const content = await readFile(file);
    response.writeHead(200, {
      'Content-Type': type,
      'Content-Security-Policy': POLICY,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-cache',
    });
    response.end(content);
  } catch {
    answer(response, 404, { error: { message: 'No such file.' } });
  }
}

export { introduceBot } from './teams/introduce.ts';
