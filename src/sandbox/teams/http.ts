/** Reading and answering JSON, the same whether or not the server in front has parsed the body already. */
import type { Request, Response } from 'restify';
import type { JsonObject } from './records.ts';

/** A dropped file of 25 MB arrives as base64, so somewhat more than that. */
const LARGEST_BODY = 36 * 1024 * 1024;

export type Body =
  | { readonly ok: true; readonly json: JsonObject }
  | { readonly ok: false; readonly status: 400 | 413; readonly why: string };

export async function readJson(request: Request): Promise<Body> {
  const parsed: unknown = request.body;
  if (isObject(parsed)) return { ok: true, json: parsed };
  const text = typeof parsed === 'string' ? parsed : await readText(request);
  if (text === null) return { ok: false, status: 413, why: 'The body is over 36 MB.' };
  if (text.trim() === '') return { ok: true, json: {} };
  try {
    const json: unknown = JSON.parse(text);
    return isObject(json) ? { ok: true, json } : { ok: false, status: 400, why: 'The body is not a JSON object.' };
  } catch {
    return { ok: false, status: 400, why: 'The body is not JSON.' };
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);
}

/** Null if it is too large. A body that some parser has consumed already reads as empty. */
async function readText(request: Request): Promise<string | null> {
  if (request.readableEnded) return '';
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > LARGEST_BODY) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** Raw, because restify's own formatters would add to the shapes that Microsoft documents. */
export function answer(response: Response, status: number, body?: unknown): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(text);
}
