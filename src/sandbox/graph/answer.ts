/** An answer of Graph's on its way out. */
import { randomUUID } from 'node:crypto';
import type { Response } from 'restify';
import { sendJson } from '../json.ts';
import type { Answer } from './call.ts';

export function answerJson(response: Response, { status, body, raw, headers }: Answer): void {
  const all = { 'request-id': randomUUID(), ...headers };
  if (!raw) {
    sendJson(response, status, body, all);
    return;
  }
  response.writeHead(status, { 'Content-Type': raw.type, 'Content-Length': raw.bytes.length, ...all });
  response.end(raw.bytes);
}
