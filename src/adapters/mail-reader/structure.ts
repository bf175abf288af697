/**
 * Where the parts of a mail begin and end: found on the bytes alone, in one walk, before any library sees them. Every step looks at a
 * byte a fixed number of times (`LIMITS.depth` comparisons at most for a line that begins with two hyphens), so the whole is linear in
 * the mail's length. Bodies are not decoded here; those of attachments never are.
 */
import type { Unreadable } from '../../application/ports.ts';
import { LIMITS } from './limits.ts';

export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Part {
  /** Lower case; text/plain where nothing else is said. */
  readonly type: string;
  /** Of the content type, names in lower case, as written. */
  readonly parameters: ReadonlyMap<string, string>;
  /** base64, quoted-printable or ''. */
  readonly encoding: 'base64' | 'quoted-printable' | '';
  /** attachment, inline, anything else that was written, or ''. */
  readonly disposition: string;
  /** Header fields as written, each character a byte: a file's name is decoded from them. */
  readonly contentType: string;
  readonly contentDisposition: string;
  readonly head: Span;
  readonly body: Span;
  readonly parts: readonly Part[];
}

interface Growing extends Part {
  body: Span;
  readonly parts: Growing[];
}

interface Open {
  readonly delimiter: string;
  readonly part: Growing;
}

const LF = 0x0a;
const CR = 0x0d;
const DASH = 0x2d;
const NEXT_DASHES = Buffer.from('\n--');
/** RFC 2046 allows 70 characters. */
const LONGEST_BOUNDARY = 250;

/** One of these is in every mail; the name of a field alone proves nothing. */
const OF_A_MAIL: ReadonlySet<string> = new Set([
  'from',
  'to',
  'cc',
  'subject',
  'date',
  'message-id',
  'received',
  'return-path',
  'sender',
  'mime-version',
  'content-type',
]);

/** The parts of a mail, or why they are not even looked for. */
export function structureOf(bytes: Buffer): Part | Unreadable {
  if (bytes.length > LIMITS.mail) return 'too-large';
  const walk = { parts: 0, headers: 0, dashed: 0 };
  const open: Open[] = [];

  const begin = (start: number, parent: Growing | undefined): Growing | Unreadable => {
    const head = headAt(bytes, start, open);
    if (head === undefined) return 'header-too-long';
    walk.headers += head.end - head.start;
    if (walk.headers > LIMITS.headers) return 'header-too-long';
    walk.parts += 1;
    if (walk.parts > LIMITS.parts) return 'too-many-parts';
    const part = partOf(bytes, head, parent);
    parent?.parts.push(part);
    const boundary = part.type.startsWith('multipart/') ? boundaryOf(part) : '';
    if (boundary !== '') {
      open.push({ delimiter: `--${boundary}`, part });
      if (open.length > LIMITS.depth) return 'too-deep';
    }
    return part;
  };

  const root = begin(0, undefined);
  if (typeof root === 'string') return root;
  if (!isMail(bytes, root.head)) return 'not-a-mail';

  let current: Growing | undefined = root;
  let at = root.body.start;
  while (open.length > 0) {
    at = dashesFrom(bytes, at);
    if (at < 0) break;
    walk.dashed += 1;
    if (walk.dashed > LIMITS.dashedLines) return 'too-many-parts';
    const line = lineAt(bytes, at);
    const met = delimiterAt(bytes, line, open);
    if (met === undefined) {
      at = line.next;
      continue;
    }
    if (current !== undefined)
      current.body = { start: current.body.start, end: beforeLine(bytes, at, current.body.start) };
    current = undefined;
    open.length = met.ends ? met.index : met.index + 1;
    at = line.next;
    const parent = open.at(-1);
    if (!met.ends && parent !== undefined) {
      const part = begin(line.next, parent.part);
      if (typeof part === 'string') return part;
      current = part;
      at = part.body.start;
    }
  }
  return root;
}

/** The header block that begins at `start`, blank line left out; undefined where it is longer than a header may be. */
export function headAt(
  bytes: Buffer,
  start: number,
  open: readonly Open[] = [],
): (Span & { next: number }) | undefined {
  let at = start;
  for (let lines = 0; at < bytes.length; lines += 1) {
    const line = lineAt(bytes, at);
    if (line.end === at) return { start, end: at, next: line.next };
    if (bytes[at] === DASH && delimiterAt(bytes, line, open) !== undefined) return { start, end: at, next: at };
    if (line.end - start > LIMITS.header || lines >= LIMITS.headerLines) return undefined;
    at = line.next;
  }
  return { start, end: bytes.length, next: bytes.length };
}

/** A field's value in a header block, lines joined; each character is a byte. The first of its name counts, as in the library. */
export function fieldIn(head: string, name: string): string {
  const wanted = `${name}:`;
  const found: string[] = [];
  for (const line of head.split('\n')) {
    if (found.length > 0) {
      if (!line.startsWith(' ') && !line.startsWith('\t')) break;
      found.push(line);
    } else if (line.slice(0, wanted.length).toLowerCase() === wanted) {
      found.push(line.slice(wanted.length));
    }
  }
  return found.join('').replaceAll('\r', '').trim();
}

/** `value; name=value; name="value"`: one walk over the characters. The first of a name counts. */
export function parametersOf(field: string): { value: string; parameters: Map<string, string> } {
  const pieces: { name: string; value: string }[] = [];
  let name: string | undefined;
  let text = '';
  let quoted = false;
  const take = (): void => {
    pieces.push({ name: name?.trim().toLowerCase() ?? '', value: text.trim() });
    name = undefined;
    text = '';
  };
  for (let at = 0; at < field.length; at += 1) {
    const character = field.charAt(at);
    if (quoted) {
      if (character === '\\') {
        at += 1;
        text += field.charAt(at);
      } else if (character === '"') {
        quoted = false;
      } else {
        text += character;
      }
    } else if (character === '"') {
      quoted = true;
    } else if (character === ';') {
      take();
    } else if (character === '=' && name === undefined) {
      name = text;
      text = '';
    } else {
      text += character;
    }
  }
  take();
  const parameters = new Map<string, string>();
  for (const piece of pieces.slice(1)) {
    if (piece.name !== '' && !parameters.has(piece.name)) parameters.set(piece.name, piece.value);
  }
  return { value: (pieces[0]?.value ?? '').toLowerCase(), parameters };
}

function partOf(bytes: Buffer, head: Span & { next: number }, parent: Growing | undefined): Growing {
  const text = bytes.toString('latin1', head.start, head.end);
  const contentType = fieldIn(text, 'content-type');
  const contentDisposition = fieldIn(text, 'content-disposition');
  const { value, parameters } = parametersOf(contentType);
  const unsaid = parent?.type === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
  const encoding = fieldIn(text, 'content-transfer-encoding').toLowerCase();
  return {
    // A comment may follow the type. "Content-Type: text", as old systems write, is plain text (RFC 2045, 5.2).
    type: value.includes('/') ? (value.split(/[\s(]/, 1)[0] ?? unsaid) : unsaid,
    parameters,
    encoding: encoding.includes('base64') ? 'base64' : encoding.includes('quoted-printable') ? 'quoted-printable' : '',
    disposition: parametersOf(contentDisposition).value,
    contentType,
    contentDisposition,
    head: { start: head.start, end: head.end },
    body: { start: head.next, end: bytes.length },
    parts: [],
  };
}

/** The boundary, also where it was written in pieces (RFC 2231); '' where there is none that could part anything. */
function boundaryOf(part: Part): string {
  let boundary = part.parameters.get('boundary') ?? '';
  for (let piece = 0; boundary.length <= LONGEST_BOUNDARY && !part.parameters.has('boundary'); piece += 1) {
    const more = part.parameters.get(`boundary*${piece}`);
    if (more === undefined) break;
    boundary += more;
  }
  return boundary.length > LONGEST_BOUNDARY ? '' : boundary;
}

function isMail(bytes: Buffer, head: Span): boolean {
  return bytes
    .toString('latin1', head.start, head.end)
    .split('\n')
    .some((line) =>
      OF_A_MAIL.has(
        line
          .slice(0, Math.max(0, line.indexOf(':')))
          .trim()
          .toLowerCase(),
      ),
    );
}

interface Line {
  readonly start: number;
  /** Without its line break. */
  readonly end: number;
  readonly next: number;
}

function lineAt(bytes: Buffer, start: number): Line {
  const feed = bytes.indexOf(LF, start);
  if (feed < 0) return { start, end: bytes.length, next: bytes.length };
  return { start, end: feed > start && bytes[feed - 1] === CR ? feed - 1 : feed, next: feed + 1 };
}

/** The next line that begins with two hyphens; `from` is the beginning of a line. */
function dashesFrom(bytes: Buffer, from: number): number {
  if (bytes[from] === DASH && bytes[from + 1] === DASH) return from;
  // One back, to see the line break before `from` as well.
  const found = bytes.indexOf(NEXT_DASHES, Math.max(0, from - 1));
  return found < 0 ? -1 : found + 1;
}

/** Which open multipart the line goes on with or ends; the innermost counts. */
function delimiterAt(bytes: Buffer, line: Line, open: readonly Open[]): { index: number; ends: boolean } | undefined {
  if (open.length === 0) return undefined;
  if (line.end - line.start > LONGEST_BOUNDARY + 50) return undefined;
  const text = bytes.toString('latin1', line.start, line.end).trimEnd();
  for (let index = open.length - 1; index >= 0; index -= 1) {
    const delimiter = open[index]?.delimiter ?? '';
    if (text === delimiter) return { index, ends: false };
    if (text.length === delimiter.length + 2 && text.endsWith('--') && text.startsWith(delimiter)) {
      return { index, ends: true };
    }
  }
  return undefined;
}

/** The line break before a delimiter belongs to the delimiter. */
function beforeLine(bytes: Buffer, at: number, start: number): number {
  let end = at;
  if (end > start && bytes[end - 1] === LF) end -= 1;
  if (end > start && bytes[end - 1] === CR) end -= 1;
  return end;
}
