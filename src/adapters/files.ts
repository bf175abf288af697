/**
 * Fetches a file that was dropped into the chat. Its address was sent by a client and is not believed: only Microsoft's own file stores
 * are asked, and whatever leads elsewhere is not followed.
 */
import { type Files, LARGEST_FILE, type Unfetched } from '../application/ports.ts';

/** SharePoint and OneDrive, for work (`{tenant}.sharepoint.com`, `*.svc.ms`) and the store behind them. */
const STORES = ['.sharepoint.com', '.svc.ms', '.1drv.ms'];

/** A turn has 15 seconds until Teams calls it lost (facts.md 6): the file has to be here, and be kept, by then. */
const LONGEST_MS = 10_000;

const MOST_REDIRECTS = 3;

export interface FilesOptions {
  /** Beside the sandbox: the one origin on this machine that stands in for OneDrive, like `http://127.0.0.1:3979`. */
  readonly alsoFrom?: string;
  readonly longestMs?: number;
  readonly largest?: number;
}

export function droppedFiles({ alsoFrom, longestMs = LONGEST_MS, largest = LARGEST_FILE }: FilesOptions = {}): Files {
  return {
    async fetch(address) {
      const signal = AbortSignal.timeout(longestMs);
      try {
        return await get(address, signal);
      } catch {
        // The words of a network fault may hold the address, which opens the file to whoever reads it.
        return { unfetched: signal.aborted ? 'too-slow' : 'refused' };
      }
    },
  };

  async function get(address: string, signal: AbortSignal): Promise<Uint8Array | { readonly unfetched: Unfetched }> {
    if (!mayAsk(address, alsoFrom)) return { unfetched: 'elsewhere' };
    const { host } = new URL(address);
    for (let at = address, hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
      const answer = await fetch(at, { redirect: 'manual', signal, credentials: 'omit' });
      if (answer.status >= 300 && answer.status < 400) {
        await answer.body?.cancel();
        const next = URL.parse(answer.headers.get('location') ?? '', at);
        if (next?.host !== host || !mayAsk(next.href, alsoFrom)) return { unfetched: 'elsewhere' };
        at = next.href;
        continue;
      }
      if (!answer.ok || !answer.body) {
        await answer.body?.cancel();
        return { unfetched: [401, 403, 404, 410].includes(answer.status) ? 'gone' : 'refused' };
      }
      if (Number(answer.headers.get('content-length')) > largest) {
        await answer.body.cancel();
        return { unfetched: 'too-large' };
      }
      return await readAll(answer.body, largest);
    }
    return { unfetched: 'elsewhere' };
  }
}

/** What a header says about the length is not believed either. */
async function readAll(
  body: ReadableStream<Uint8Array>,
  largest: number,
): Promise<Uint8Array | { readonly unfetched: Unfetched }> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.byteLength;
    // Leaving the loop cancels the stream.
    if (size > largest) return { unfetched: 'too-large' };
    parts.push(part);
  }
  return size === 0 ? { unfetched: 'empty' } : Buffer.concat(parts, size);
}

function mayAsk(address: string, alsoFrom: string | undefined): boolean {
  const url = URL.parse(address);
  if (url?.username !== '' || url.password !== '') return false;
  if (alsoFrom !== undefined && url.origin === alsoFrom) return true;
  // A port of its own is none that Microsoft uses.
  return url.protocol === 'https:' && url.port === '' && STORES.some((store) => url.hostname.endsWith(store));
}
