/** What Graph did not do, as a fault that says what was being done, and whether to try again. None of them quotes what was sent. */
import { PlatformFault } from '../../application/ports.ts';

/** Name of what is thrown where an answer is longer than was asked for. */
export const TOO_LARGE = 'TooLargeFault';

/** What Graph refused, with the code that it gave. */
export class GraphFault extends PlatformFault {
  /** `ErrorItemNotFound`, `syncStateNotFound`; undefined where the answer had none, or none came. */
  readonly code: string | undefined;
  constructor(message: string, status: number, again: boolean, more: { seconds?: number; code?: string } = {}) {
    super(message, status, again, more.seconds);
    this.code = more.code;
  }
}

/** No answer came. The SDK hands on the name of what was thrown as `code`. */
export function noAnswer(
  doing: string,
  { name, message }: { readonly name: string; readonly message: string },
  timeoutSeconds: number,
  requestId: string,
): GraphFault {
  const about = `Microsoft Graph: ${doing}`;
  if (name === 'TimeoutFault')
    return new GraphFault(`${about}: no answer within ${timeoutSeconds} seconds (request ${requestId})`, 504, true);
  // Tried again later: the cure, a new secret or a consent, is an administrator's, and no mail may be lost meanwhile.
  if (name === 'TokenFault')
    return new GraphFault(
      `${about}: no token from Microsoft Entra (${message}). Check MicrosoftAppId, its secret or certificate, and MicrosoftAppTenantId.`,
      401,
      true,
    );
  if (name === 'ElsewhereFault') return new GraphFault(`${about}: the address is not Microsoft Graph's`, 400, false);
  if (name === TOO_LARGE) return new GraphFault(`${about}: the answer is too large`, 200, false, { code: TOO_LARGE });
  return new GraphFault(`${about}: not reached (request ${requestId})`, 503, true);
}

/** @returns undefined where there is no body */
export function readAnswer<T>(doing: string, status: number, body: string, requestId: string): T {
  if (body === '') return undefined as T;
  const read = parsed(body);
  if (read === undefined)
    throw new GraphFault(`Microsoft Graph: ${doing}: the answer is no JSON (request ${requestId})`, status, true);
  return read as T;
}

/**
 * Which answers are worth another try: too many requests, time-outs, whatever is the server's own fault (facts.md 3), and
 * 401, which passes when a token or a secret is renewed. The rest of the 4XX would be the same the next time.
 */
export function refusedAnswer(doing: string, answer: Response, body: string, requestId: string): GraphFault {
  const { status } = answer;
  const again = status === 401 || status === 408 || status === 425 || status === 429 || status >= 500;
  const code = codeOf(body);
  const seconds = again ? retryAfter(answer.headers) : undefined;
  return new GraphFault(
    `Microsoft Graph: ${doing}: ${status}${code === undefined ? '' : ` ${code}`} (request ${requestId})`,
    status,
    again,
    { ...(seconds === undefined ? {} : { seconds }), ...(code === undefined ? {} : { code }) },
  );
}

/** Only the code: the message of an error may quote what was sent, and so a name. */
function codeOf(body: string): string | undefined {
  const read = parsed(body) as { error?: { code?: unknown } } | undefined;
  const code = read?.error?.code;
  return typeof code === 'string' && /^[\w.]{1,64}$/.test(code) ? code : undefined;
}

/** Seconds, or the HTTP date that RFC 9110 allows as well, measured by the server's own clock. */
function retryAfter(headers: Headers): number | undefined {
  const text = headers.get('Retry-After');
  if (text === null) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  const seconds = Math.ceil((Date.parse(text) - Date.parse(headers.get('Date') ?? '')) / 1000);
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}

/** undefined for what is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
