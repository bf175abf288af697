/** What a Graph route is given and what it answers, whether it was called over HTTP or from inside a batch. */

export type Json = Record<string, unknown>;

export interface Call {
  readonly method: string;
  /** Below `/v1.0`, e.g. `/users/x/messages`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** The named parts of the route's path, decoded. */
  readonly part: Readonly<Record<string, string>>;
  /** `http://127.0.0.1:3979/graph/v1.0`: what absolute links begin with. */
  readonly base: string;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  /** Instead of a body: bytes as they are. */
  readonly raw?: { readonly type: string; readonly bytes: Buffer };
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** `/users/:user/messages/:message`. Fixed parts match whatever their case, as Graph's do. */
  readonly path: string;
  readonly answer: (call: Call) => Answer | Promise<Answer>;
}

/** An OData error on its way out. It may come up at any depth of a route, so inside this server it travels as an exception. */
export class GraphRefusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'GraphRefusal';
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export const notFound = () =>
  new GraphRefusal(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');

export const invalid = (message: string, code = 'ErrorInvalidRequest') => new GraphRefusal(400, code, message);

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function objectBody(call: Call): Json {
  if (call.body === undefined || call.body === null) return {};
  if (!isObject(call.body)) throw invalid('The request body must be a JSON object.', 'BadRequest');
  return call.body;
}

/** Reads a parameter of an OData action: the metadata writes them in Pascal case, the documentation in camel case. */
export function parameter(body: Json, name: string): unknown {
  const wanted = name.toLowerCase();
  const key = Object.keys(body).find((candidate) => candidate.toLowerCase() === wanted);
  return key === undefined ? undefined : body[key];
}

/** @returns the value of one `Prefer` preference, unquoted. @example preference(call, 'odata.maxpagesize') // '2' */
export function preference(call: Call, name: string): string | undefined {
  for (const one of (call.headers.prefer ?? '').split(/[,;]/)) {
    const [key, ...rest] = one.trim().split('=');
    if (key?.toLowerCase() === name.toLowerCase()) return rest.join('=').trim().replace(/^"|"$/g, '');
  }
  return undefined;
}

export const ok = (body: unknown, headers?: Record<string, string>): Answer =>
  headers ? { status: 200, body, headers } : { status: 200, body };
export const bytes = (type: string, content: Buffer): Answer => ({ status: 200, raw: { type, bytes: content } });
export const created = (body: unknown, headers?: Record<string, string>): Answer =>
  headers ? { status: 201, body, headers } : { status: 201, body };
export const accepted: Answer = { status: 202 };
export const noContent: Answer = { status: 204 };
