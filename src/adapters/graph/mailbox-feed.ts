/**
 * What comes into a mailbox, over Graph: page by page by messages/delta, which is the truth behind every notification; by a list of
 * what was received since a moment, with which the first is compared; and each mail as it came.
 */
import type { MailFolder, Message } from '@microsoft/microsoft-graph-types';
import { LostCursor, type MailboxFeed, type MailPage, PlatformFault, type SeenMail } from '../../application/ports.ts';
import { type Instant, parseInstant } from '../../domain/time/instant.ts';
import type { Graph } from './client.ts';
import { isGone, isMailboxGone, messagePath, messagesPath, unlessGone, userPath } from './mail-paths.ts';

/**
 * Messages in one answer: asked for, not promised. A mailbox of 100,000 is read in 500 calls, of ten thousand allowed in ten minutes, and
 * in 100 MB less memory than by pages of 500, which took no shorter.
 */
const PAGE_SIZE = 200;
/** A list whose pages do not end within this is one of Graph's own circles. */
const MOST_PAGES = 2_000;

const SEEN = 'subject,from,receivedDateTime,sentDateTime,internetMessageId,conversationId,bodyPreview';

/** Folders that hold what goes out. */
const OUTGOING = ['drafts', 'sentitems', 'outbox'] as const;

type Shown = Message & { readonly '@removed'?: object };

interface Page {
  readonly value: readonly Shown[];
  readonly '@odata.nextLink'?: string;
  readonly '@odata.deltaLink'?: string;
}

export function graphMailboxFeed(graph: Graph): MailboxFeed {
  const outgoing = outgoingFolders(graph);

  return {
    async page(mailbox, cursor) {
      const path = cursor ?? `${userPath(mailbox)}/mailFolders/inbox/messages/delta?$select=${SEEN}`;
      const call = { doing: 'read the inbox', path, prefer: `odata.maxpagesize=${PAGE_SIZE}` };
      const page = await graph.get<Page>(call).catch((fault: unknown) => {
        // Only a cursor can be lost: the beginning of a mailbox is always known.
        throw cursor !== undefined && isLostCursor(fault) ? new LostCursor() : fault;
      });
      return { mails: seenIn(page.value), ...next(graph, path, page) };
    },

    async *receivedSince(mailbox, from) {
      const leftOut = await outgoing.of(mailbox);
      const filter = encodeURIComponent(`receivedDateTime ge ${from}`);
      const select = `$select=${SEEN},parentFolderId,isDraft`;
      let path: string | undefined =
        `${messagesPath(mailbox)}?$filter=${filter}&$orderby=receivedDateTime%20asc&${select}&$top=${PAGE_SIZE}`;
      for (let pages = 0; path !== undefined; pages += 1) {
        if (pages === MOST_PAGES) throw nowhere('list what was received');
        const page: Page = await graph.get<Page>({ doing: 'list what was received', path });
        const came = page.value.filter(({ isDraft, parentFolderId }) => !isDraft && !leftOut.has(parentFolderId ?? ''));
        yield seenIn(came);
        path = nextPage(graph, path, page);
      }
    },

    async mime(mailbox, id, most) {
      try {
        return await graph.bytes({ doing: 'read a mail', path: `${messagePath(mailbox, id)}/$value` }, most);
      } catch (fault) {
        if (isGone(fault)) return 'gone';
        throw fault;
      }
    },
  };
}

/** Links are kept as their path, so that they outlive a change of Graph's port or host, and none ever leads anywhere else. */
function next(graph: Graph, path: string, page: Page): Pick<MailPage, 'cursor' | 'last'> {
  const following = nextPage(graph, path, page);
  if (following !== undefined) return { cursor: following, last: false };
  const link = page['@odata.deltaLink'];
  const cursor = link === undefined ? undefined : graph.pathOf(link);
  if (cursor === undefined) throw nowhere('read the inbox');
  return { cursor, last: true };
}

function nextPage(graph: Graph, path: string, page: Page): string | undefined {
  const link = page['@odata.nextLink'];
  if (link === undefined) return undefined;
  const following = graph.pathOf(link);
  if (following === undefined || following === path) throw nowhere('go to the next page of a mailbox');
  return following;
}

function nowhere(doing: string): PlatformFault {
  return new PlatformFault(`Microsoft Graph: ${doing}: the answer does not say where to go on`, 200, true);
}

/**
 * A lost cursor is a 410, or for Outlook "a 40X-series error" with a code such as syncStateNotFound (facts.md 2): so whatever 4XX would
 * be the same the next time, except a right that is missing, and a mailbox that is. In doubt it is lost: to read everything once more
 * costs some calls, and to go on asking with a cursor that nobody knows would cost every mail from now on.
 */
function isLostCursor(fault: unknown): boolean {
  if (!(fault instanceof PlatformFault) || fault.again || isMailboxGone(fault)) return false;
  return fault.status >= 400 && fault.status < 500 && fault.status !== 403;
}

/** A mail may come twice on one page, in two states: the last one stands (facts.md 2). */
function seenIn(shown: readonly Shown[]): SeenMail[] {
  const mails = new Map<string, SeenMail>();
  for (const one of shown) {
    if (!one.id) continue;
    mails.delete(one.id);
    const mail = one['@removed'] === undefined ? seenMail(one) : undefined;
    if (mail) mails.set(mail.id, mail);
  }
  return [...mails.values()];
}

function seenMail(shown: Shown): SeenMail | undefined {
  const sentAt = momentOf(shown.sentDateTime);
  // A mail that says no moment at which it came is none that came.
  const receivedAt = momentOf(shown.receivedDateTime) ?? sentAt;
  if (!shown.id || receivedAt === undefined) return undefined;
  return {
    id: shown.id,
    internetMessageId: shown.internetMessageId ?? '',
    conversationId: shown.conversationId ?? '',
    subject: shown.subject ?? '',
    from: (shown.from?.emailAddress?.address ?? '').toLowerCase(),
    receivedAt,
    ...(sentAt === undefined ? {} : { sentAt }),
    begins: shown.bodyPreview ?? '',
  };
}

/** Exchange writes "never" as the year 1. */
function momentOf(text: string | null | undefined): Instant | undefined {
  if (!text || text.startsWith('0001-') || Number.isNaN(Date.parse(text))) return undefined;
  return parseInstant(text);
}

/** Ids of the folders for what goes out: asked for once for each mailbox, and kept. */
function outgoingFolders(graph: Graph) {
  const known = new Map<string, ReadonlySet<string>>();
  return {
    async of(mailbox: string): Promise<ReadonlySet<string>> {
      const kept = known.get(mailbox.toLowerCase());
      if (kept) return kept;
      const found = await Promise.all(
        OUTGOING.map(async (name) => {
          const path = `${userPath(mailbox)}/mailFolders/${name}?$select=id`;
          // A mailbox that never sent anything may have no such folder yet.
          return (await unlessGone(graph.get<MailFolder>({ doing: 'look for a folder', path })))?.id;
        }),
      );
      const ids = new Set(found.filter((id) => id !== undefined));
      if (ids.size === OUTGOING.length) known.set(mailbox.toLowerCase(), ids);
      return ids;
    },
  };
}
