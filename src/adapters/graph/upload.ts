/**
 * A large document, in parts, by an upload session. A transfer that was interrupted goes on where it stopped, as long as this program
 * runs: the address of a session holds a token of its own, and is kept in memory only. After a restart it begins again.
 */
import { type Mail, PlatformFault } from '../../application/ports.ts';
import type { Graph } from './client.ts';

/** Graph asks for less than 4 MB at a time, in multiples of 320 KiB. */
const PART = 12 * 320 * 1024;
/** Sessions of drafts that were given up are let go of. */
const MOST_SESSIONS = 50;

interface Session {
  readonly uploadUrl?: string;
  /** Where to go on: one number for Outlook, `0-` in its first answer. Absent once it is complete. */
  readonly nextExpectedRanges?: readonly string[];
  /** As Outlook's own endpoint writes it, to which the parts go. */
  readonly NextExpectedRanges?: readonly string[];
}

export interface Upload {
  readonly mailbox: string;
  /** Of the draft's attachments. */
  readonly path: string;
  /** The same for each attempt at one document of one draft. */
  readonly key: string;
  readonly document: Mail['attachments'][number];
}

export interface Uploads {
  upload(upload: Upload): Promise<void>;
}

export function graphUploads(graph: Graph): Uploads {
  const sessions = new Map<string, string>();

  async function begin({ path, key, document }: Upload): Promise<string> {
    const { uploadUrl } = await graph.post<Session>(
      { doing: 'begin to attach a large document', path: `${path}/createUploadSession` },
      {
        AttachmentItem: {
          attachmentType: 'file',
          name: document.name,
          contentType: document.contentType,
          size: document.bytes.byteLength,
        },
      },
    );
    if (!uploadUrl)
      throw new PlatformFault('Microsoft Graph: begin to attach a large document: no address for it', 201, true);
    sessions.set(key, uploadUrl);
    for (const [oldest] of sessions) {
      if (sessions.size <= MOST_SESSIONS) break;
      sessions.delete(oldest);
    }
    return uploadUrl;
  }

  /** How far an earlier attempt came. undefined: there was none, or Exchange has forgotten it. */
  async function resumed({ mailbox, key }: Upload): Promise<{ url: string; at: number } | undefined> {
    const url = sessions.get(key);
    if (url === undefined) return undefined;
    try {
      const at = nextOf(await graph.handedOut<Session>({ doing: 'ask how much of a document is there', url, mailbox }));
      if (at !== undefined) return { url, at };
    } catch (fault) {
      if (!isOver(fault)) throw fault;
    }
    sessions.delete(key);
    return undefined;
  }

  return {
    async upload(upload) {
      const { key, mailbox, document } = upload;
      const size = document.bytes.byteLength;
      const earlier = await resumed(upload);
      const url = earlier?.url ?? (await begin(upload));
      for (let at = earlier?.at ?? 0; at < size; ) {
        const end = Math.min(at + PART, size);
        const part = { bytes: document.bytes.subarray(at, end), range: `bytes ${at}-${end - 1}/${size}` };
        const answer = await graph
          .handedOut<Session | undefined>({ doing: 'attach a part of a document', url, mailbox, part })
          .catch((fault: unknown) => {
            throw refusedPart(fault, () => sessions.delete(key));
          });
        // The last part is answered with the document's address, the others with where to go on: perhaps before this part's end.
        const next = nextOf(answer) ?? end;
        if (next <= at) {
          sessions.delete(key);
          throw new PlatformFault('Microsoft Graph: attach a part of a document: it does not get on', 200, true);
        }
        at = next;
      }
      sessions.delete(key);
    },
  };
}

/** A session that is over, or has another idea of what is missing, is begun again; what is too large stays so. */
function refusedPart(fault: unknown, forget: () => void): unknown {
  if (!isOver(fault)) return fault;
  forget();
  return BEGIN_AGAIN.has(fault.status) ? new PlatformFault(fault.message, fault.status, true) : fault;
}

/** 401 and 403 as well: the token in a session's address lasts for some hours. */
const BEGIN_AGAIN = new Set([401, 403, 404, 409, 410, 416]);

function isOver(fault: unknown): fault is PlatformFault {
  return fault instanceof PlatformFault && (!fault.again || BEGIN_AGAIN.has(fault.status));
}

function nextOf(session: Session | undefined): number | undefined {
  const ranges = session?.nextExpectedRanges ?? session?.NextExpectedRanges;
  const start = /^\d+/.exec(ranges?.[0] ?? '')?.[0];
  return start === undefined ? undefined : Number(start);
}
