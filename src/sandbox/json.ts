/** JSON in and out, the same whether or not a server in front has parsed the body already. */
import type { Request, Response } from 'restify';

/** Somewhat over what an attachment of 3 MB takes as base64. */
const LARGEST_BODY = 5 * 1024 * 1024;

export class UnreadableBody extends Error {
  readonly status: 400 | 413;
  constructor(status: 400 | 413, message: string) {
    super(message);
    this.name = 'UnreadableBody';
    this.status = status;
  }
}

/** The body as it came. @throws UnreadableBody when it is longer than `most` */
export async function readBytes(request: Request, most: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  if (!request.readableEnded) {
    for await (const piece of request as AsyncIterable<Buffer>) {
      size += piece.length;
      if (size > most) throw new UnreadableBody(413, 'The request is too large.');
      pieces.push(piece);
    }
  }
  return Buffer.concat(pieces);
}

/** @returns the parsed body, undefined when there is none @throws UnreadableBody */
export async function readJsonBody(request: Request): Promise<unknown> {
  const given: unknown = request.body;
  if (given !== undefined && given !== null && typeof given !== 'string' && !Buffer.isBuffer(given)) return given;
  const text = typeof given === 'string' ? given : (await readBytes(request, LARGEST_BODY)).toString('utf8');
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableBody(400, 'Unable to read JSON request payload. Please ensure it is valid JSON.');
  }
}

/** Raw, because restify's formatters would put their own shape on an error. */
export function sendJson(
  response: Response,
  status: number,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    ...(text ? { 'Content-Type': 'application/json; charset=utf-8' } : {}),
    'Cache-Control': 'no-store',
    ...headers,
  });
  response.end(text);
}
