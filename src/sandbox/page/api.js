/** Talking to the sandbox. A refusal comes back as an Error whose message may be shown. */
import { store } from './store.js';

async function call(method, path, body, headers = {}) {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
      ...(body !== undefined && {
        body: typeof body === 'string' || body instanceof Blob ? body : JSON.stringify(body),
      }),
    });
  } catch {
    throw new Error('The sandbox does not answer. Is it still running?');
  }
  const text = await response.text();
  const json = text === '' ? {} : JSON.parse(text);
  if (response.ok) return json;
  const { error } = json;
  throw new Error(
    typeof error === 'string' ? error : (error?.message ?? `That did not work (HTTP ${response.status}).`),
  );
}

const as = () => ({ 'x-acting-as': store.acting });

/** Teams, on behalf of the acting person. */
export const teams = {
  tenant: () => call('GET', '/teams/api/tenant'),
  conversations: () => call('GET', '/teams/api/conversations', undefined, as()),
  messages: (id) => call('GET', `/teams/api/conversations/${encodeURIComponent(id)}/messages`, undefined, as()),
  say: (id, said) => call('POST', `/teams/api/conversations/${encodeURIComponent(id)}/messages`, said, as()),
  read: (id) => call('POST', `/teams/api/conversations/${encodeURIComponent(id)}/read`, {}, as()),
  press: (message, action) => call('POST', `/teams/api/messages/${message}/actions`, action, as()),
  refresh: (message) => call('POST', `/teams/api/messages/${message}/refresh`, {}, as()),
  openDialog: (message, data) => call('POST', `/teams/api/messages/${message}/dialog`, { data }, as()),
  submitDialog: (message, data) => call('POST', `/teams/api/messages/${message}/dialog/submit`, { data }, as()),
  remove: (message) => call('DELETE', `/teams/api/messages/${message}`, undefined, as()),
};

export const clock = {
  read: () => call('GET', '/clock'),
  move: (move) => call('POST', '/clock', move),
  /** A number that grows with every message, mail and meeting. */
  happened: async () => (await call('GET', '/sandbox/happened')).happened,
};

export const guide = {
  progress: () => call('GET', '/sandbox/guide'),
  restart: () => call('POST', '/sandbox/guide/restart', {}),
};

/** Trouble of Graph's, on request. */
export const trouble = {
  left: () => call('GET', '/sandbox/faults'),
  add: (fault) => call('POST', '/sandbox/faults', fault),
  clear: () => call('DELETE', '/sandbox/faults'),
  /** Every delta token that was given out is unknown from now on. */
  forget: () => call('POST', '/sandbox/delta-tokens/forget', {}),
};

/** Mail from outside, which comes in over the wire, and what went there. */
export const post = {
  outside: () => call('GET', '/sandbox/outside'),
  /** @param mail `{from: {name, address}, to: [address], subject, text, attachments}` */
  write: (mail) => call('POST', '/sandbox/mail', mail),
  /** @param bytes a mail as it is sent: text or a file */
  raw: (to, bytes) =>
    call('POST', `/sandbox/mail?to=${encodeURIComponent(to)}`, bytes, { 'Content-Type': 'message/rfc822' }),
};

/** Who is away, as they set it in Outlook. */
export const away = {
  all: () => call('GET', '/sandbox/away'),
  set: (person, from, to) => call('POST', '/sandbox/away', { person, from, to }),
};

/** Microsoft Graph, as any Outlook would use it: London times, ids that survive a move. */
const GRAPH = '/graph/v1.0';
const HEADERS = {
  Prefer: 'outlook.timezone="GMT Standard Time", IdType="ImmutableId"',
  // The log of Graph's calls tells by it what a person at the page did from what the product did.
  'x-sandbox-page': 'yes',
};
export const graph = {
  get: (path) => call('GET', GRAPH + path, undefined, HEADERS),
  post: (path, body = {}) => call('POST', GRAPH + path, body, HEADERS),
  patch: (path, body) => call('PATCH', GRAPH + path, body, HEADERS),
  remove: (path) => call('DELETE', GRAPH + path, undefined, HEADERS),
};
