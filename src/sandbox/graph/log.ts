/** Every request to Graph and its answer, in memory, so that a test can count calls and hold each against the contract. */
import type { Instant } from '../../domain/time/instant.ts';
import { type Answer, isObject } from './call.ts';

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

/** Of a longer list so much is kept: the log would otherwise hold a mailbox of a hundred thousand as often as it is read. */
const LONGEST_LIST = 50;
const LONGEST_TEXT = 100_000;

export function bodyForLog({ body, raw }: Answer): { responseBody?: unknown } {
  if (raw) return { responseBody: `${raw.bytes.length} bytes` };
  if (body === undefined) return {};
  if (!isObject(body) || !Array.isArray(body.value) || body.value.length <= LONGEST_LIST) return { responseBody: body };
  return { responseBody: { ...body, value: body.value.slice(0, LONGEST_LIST) } };
}

/** As it was at the time, without files. */
export const requestForLog = (body: unknown): unknown =>
  JSON.parse(
    JSON.stringify(body, (key, value: unknown) =>
      key === 'contentBytes' && typeof value === 'string' && value.length > LONGEST_TEXT ? '' : value,
    ),
  );

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
