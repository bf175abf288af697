/** Trouble on request: so that a test can see what the product does when Graph throttles, fails or falls silent. */
import { isObject } from './call.ts';

export interface Fault {
  readonly match: { readonly method?: string; readonly path?: string };
  /** How many more requests it hits. */
  times: number;
  /**
   * HTTP status; 0: the connection is dropped without an answer; `hang`: it is held until the caller gives up; `slow`: it is
   * answered as it should be, but later; `empty`: a list or delta answers with an empty page and a nextLink to the real one.
   */
  readonly status: number | 'hang' | 'slow' | 'empty';
  /** Seconds, for the Retry-After header. */
  readonly retryAfter?: number;
  /** How late a `slow` one is answered. */
  readonly milliseconds?: number;
  /** true: the thing is done, and only then comes the error. The hardest case there is for a caller. */
  readonly after: boolean;
  readonly code?: string;
}

/** Error codes as Graph gives them for these. */
const CODES: Record<number, string> = {
  401: 'InvalidAuthenticationToken',
  403: 'ErrorAccessDenied',
  404: 'ErrorItemNotFound',
  409: 'ErrorIrresolvableConflict',
  410: 'resyncRequired',
  429: 'ApplicationThrottled',
  500: 'ErrorInternalServerError',
  502: 'BadGateway',
  503: 'ErrorServerBusy',
  504: 'GatewayTimeout',
};

export const codeOf = (fault: Fault): string => fault.code ?? CODES[Number(fault.status)] ?? 'generalException';

const KINDS = ['hang', 'slow', 'empty'] as const;
const DEFAULT_DELAY = 50;

/** @returns undefined for what is no fault that can be made here */
function readStatus({ status = 503, hang }: Record<string, unknown>): Fault['status'] | undefined {
  if (hang === true) return 'hang';
  const kind = KINDS.find((one) => one === status);
  if (kind) return kind;
  const number = Number(status);
  return number === 0 || (number >= 400 && number < 600) ? number : undefined;
}

export interface Faults {
  /** @returns the fault to hit this request with, and counts it down */
  take(method: string, path: string): Fault | undefined;
  /** @returns undefined when the request cannot be read, with nothing set */
  add(body: unknown): Fault | undefined;
  all(): readonly Fault[];
  clear(): void;
}

/** A star in the wanted path stands for one part, so that an opaque id can be passed over. */
function isUnder(path: string, wanted: string): boolean {
  const want = wanted.replace(/^\/graph\/v1\.0/, '').split('/');
  const have = path.split('/');
  return want.every((part, index) => {
    const here = decodeURIComponent(have[index] ?? '').toLowerCase();
    if (part === '*') return have[index] !== undefined;
    return index === want.length - 1 ? here.startsWith(part.toLowerCase()) : here === part.toLowerCase();
  });
}

export function openFaults(): Faults {
  let faults: Fault[] = [];
  return {
    take(method, path) {
      const hit = faults.find(
        ({ match }) =>
          (!match.method || match.method.toUpperCase() === method) && (!match.path || isUnder(path, match.path)),
      );
      if (hit) {
        hit.times -= 1;
        faults = faults.filter(({ times }) => times > 0);
      }
      return hit;
    },
    add(body) {
      if (!isObject(body)) return undefined;
      const match = isObject(body.match) ? body.match : {};
      const status = readStatus(body);
      const times = Number(body.times ?? 1);
      const milliseconds = Number(body.milliseconds ?? DEFAULT_DELAY);
      if (!Number.isInteger(times) || times < 1 || status === undefined || !(milliseconds >= 0)) return undefined;
      const fault: Fault = {
        match: {
          ...(typeof match.method === 'string' ? { method: match.method } : {}),
          ...(typeof match.path === 'string' ? { path: match.path } : {}),
        },
        times,
        status,
        after: body.after === true,
        ...(status === 'slow' ? { milliseconds } : {}),
        ...(body.retryAfter !== undefined ? { retryAfter: Number(body.retryAfter) } : {}),
        ...(typeof body.code === 'string' ? { code: body.code } : {}),
      };
      faults.push(fault);
      return fault;
    },
    all: () => faults,
    clear() {
      faults = [];
    },
  };
}
