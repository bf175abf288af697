/**
 * Delta queries: what changed since a token. A token is the version up to which the caller knows, with the first call's
 * options; a skip token is the same plus how far a round has got. Both survive a restart, as their numbers do.
 */
import type { Collection } from '../state.ts';
import { type Answer, type Call, GraphRefusal, type Json, ok, preference } from './call.ts';
import { outlookId, wantsImmutableIds } from './identity.ts';
import type { Gone } from './stored-mail.ts';

interface Token {
  /** Versions after this are news. 0: everything, and nothing is reported as removed. */
  readonly since: number;
  /** The round's snapshot: what changed after it waits for the next round. */
  readonly until: number;
  readonly at: number;
  /** The first call's query options. */
  readonly query: string;
  readonly path: string;
}

const PREFIX = 'SbxDelta1';

const write = (token: Token): string => PREFIX + Buffer.from(JSON.stringify(token)).toString('base64url');

function read(text: string, call: Call, forgotten: Forgotten | undefined): Token {
  let status = 400;
  try {
    if (text.startsWith(PREFIX)) {
      const token = JSON.parse(Buffer.from(text.slice(PREFIX.length), 'base64url').toString()) as Token;
      if (forgotten && token.until <= forgotten.before) status = forgotten.status;
      else if (token.path === call.path.toLowerCase() && Number.isSafeInteger(token.since)) return token;
    }
  } catch {
    // Not ours: answered below.
  }
  // Outlook answers in the 40X range with this code rather than 410 (delta-query-overview): callers must go by the code.
  throw new GraphRefusal(
    status,
    status === 410 ? 'resyncRequired' : 'syncStateNotFound',
    'The sync state generation is not found; continue with a full synchronisation.',
    { location: `${call.base}${call.path}?$deltatoken=` },
  );
}

export interface Changed {
  readonly version: number;
  readonly item: Json;
}

export interface DeltaSource {
  readonly context: string;
  /** The newest version there is. */
  readonly newest: number;
  /** In the order of their versions. Only as many are taken as a page holds. */
  readonly changes: (asked: Asked) => Iterable<Changed>;
  /** Tokens made before this version are not known any more. */
  readonly forgotten?: Forgotten | undefined;
}

/** That delta tokens have been forgotten on request. */
export interface Forgotten {
  /** The mailbox's owner. */
  readonly id: string;
  readonly before: number;
  /** How Graph says so: both occur. */
  readonly status: 400 | 410;
}

export interface Asked {
  /** Only versions after this. */
  readonly after: number;
  /** Where the caller's last round ended; 0 on the first, which reports no removals. */
  readonly since: number;
  /** The first call's options. */
  readonly query: URLSearchParams;
}

export function delta(call: Call, source: DeltaSource): Answer {
  const given = call.query.get('$skiptoken') ?? call.query.get('$deltatoken');
  const first: Token = {
    since: 0,
    until: source.newest,
    at: 0,
    query: call.query.toString(),
    path: call.path.toLowerCase(),
  };
  const carried = given ? read(given, call, source.forgotten) : first;
  const token = call.query.get('$deltatoken') ? { ...carried, until: source.newest, at: 0 } : carried;
  const query = new URLSearchParams(token.query);
  const wanted = Number(preference(call, 'odata.maxpagesize') ?? query.get('$top') ?? 10);
  const page = wanted > 0 ? Math.min(wanted, 1000) : 10;
  // Ordered by version, and the round ends at its snapshot: an item changed meanwhile shows up in the next one.
  const shown: Changed[] = [];
  let more = false;
  for (const change of source.changes({ after: Math.max(token.since, token.at), since: token.since, query })) {
    more = change.version <= token.until && shown.length === page;
    if (more || change.version > token.until) break;
    shown.push(change);
  }
  const link = (name: string, to: Token) => `${call.base}${call.path}?$${name}=${write(to)}`;
  const last = shown.at(-1);
  return ok({
    '@odata.context': `${call.base}/$metadata#${source.context}`,
    ...(more && last
      ? { '@odata.nextLink': link('skiptoken', { ...token, at: last.version }) }
      : { '@odata.deltaLink': link('deltatoken', { ...token, since: token.until, at: 0 }) }),
    value: shown.map(({ item }) => item),
  });
}

export const inOrder = (changes: readonly Changed[]): Changed[] => [...changes].sort((a, b) => a.version - b.version);

/** @param key the store's own, of what is no longer in the folder */
export const removed = (kind: Gone['kind'], key: string, folder: string, call: Call): Json => ({
  '@odata.type': `#microsoft.graph.${kind}`,
  id: outlookId(kind, key, wantsImmutableIds(call) ? undefined : folder),
  '@removed': { reason: 'deleted' },
});

/** What has gone from a folder after a version. */
export const leftFrom = (
  gone: Collection<Gone>,
  { kind, mailbox, folder, after }: Pick<Gone, 'kind' | 'mailbox' | 'folder'> & { readonly after: number },
  call: Call,
): Changed[] =>
  gone
    .filter((one) => one.kind === kind && one.mailbox === mailbox && one.folder === folder && one.version > after)
    .map(({ version, key }) => ({ version, item: removed(kind, key, folder, call) }));
