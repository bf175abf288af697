/** Every request to Graph and its answer, in memory, so that a test can count calls and hold each against the contract. */
import type { Instant } from '../../domain/time/instant.ts';

export interface LogEntry {
  /** Grows by one; tells order. */
  readonly n: number;
  /** Sandbox time. */
  readonly at: Instant;
  readonly method: string;
  /** Below `/v1.0`, without the query. */
  readonly path: string;
  readonly query: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly requestBody?: unknown;
  /** 0: the connection was dropped on request, or held until the caller gave up. */
  readonly status: number;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBody?: unknown;
  /** `page` for the sandbox page, which says so in a header; `app` for anybody else. */
  readonly by: 'app' | 'page';
  /** True for a request that came inside a batch; the batch has an entry of its own. */
  readonly inBatch: boolean;
  /** How many of the app's requests were under way at this mailbox when this one began, itself included. Absent elsewhere. */
  readonly inFlight?: number;
  /** Set when the answer was a fault made on request. `after`: the thing was done all the same. */
  readonly fault?: 'before' | 'after';
}

const LONGEST = 5_000;

export interface GraphLog {
  add(entry: Omit<LogEntry, 'n'>): void;
  all(): readonly LogEntry[];
  clear(): void;
}

export function openLog(): GraphLog {
  let entries: LogEntry[] = [];
  let n = 0;
  return {
    add(entry) {
      n += 1;
      entries.push({ n, ...entry });
      // Trimmed by the fifth, not each time: shifting five thousand for every request would cost more than the request.
      if (entries.length > LONGEST * 1.2) entries = entries.slice(-LONGEST);
    },
    all: () => entries.slice(-LONGEST),
    clear() {
      entries = [];
    },
  };
}
