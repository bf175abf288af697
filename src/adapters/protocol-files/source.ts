/**
 * A YAML file that remembers where everything stood, so that a fault can be named as `file:line:col`.
 */
import { readFileSync } from 'node:fs';
import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';

export interface Fault {
  /** Path below the protocols folder, with forward slashes. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly col: number;
  readonly words: string;
}

export type Path = readonly PropertyKey[];

export interface Source {
  readonly file: string;
  readonly value: unknown;
  readonly faults: readonly Fault[];
  /** Where a value stands; where it does not stand at all, the nearest thing around it. `'key'` points at the key instead. */
  at(path: Path, what?: 'key'): { readonly line: number; readonly col: number };
}

/** Reads one YAML file. Faults of YAML itself (indentation, a key twice) are in `faults`; `value` is then what could be read. */
export function readSource(absolute: string, file: string): Source {
  return sourceOf(readFileSync(absolute, 'utf8'), file);
}

export function sourceOf(text: string, file: string): Source {
  const lines = new LineCounter();
  // Examples build on one another by YAML's own anchors and merge keys, more often than a stranger's file should be allowed to.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const position = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), col: Math.max(col, 1) };
  };
  const faults = document.errors.map((error) => ({
    file,
    ...position(error.pos[0]),
    words:
      error.code === 'DUPLICATE_KEY' ? 'the same word stands twice in one place' : `this is not YAML: ${error.message}`,
  }));
  return {
    file,
    value: faults.length > 0 ? undefined : document.toJS({ maxAliasCount: -1 }),
    faults,
    at: (path, what) => position(offsetOf(document, path, what)),
  };
}

function offsetOf(document: Document.Parsed, path: Path, what: 'key' | undefined): number {
  let node: Node | null = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const [index, part] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(part));
      // One value may stand for a list of one: the `0` of its path names the value itself.
      if (!pair && typeof part === 'number') continue;
      if (!pair) return offset;
      const key = isNode(pair.key) ? pair.key.range?.[0] : undefined;
      const value = isNode(pair.value) ? pair.value : null;
      offset = (what === 'key' && index === path.length - 1 ? key : value?.range?.[0]) ?? key ?? offset;
      node = value;
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(part)];
      if (!isNode(item)) return offset;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else if (typeof part !== 'number') return offset;
  }
  return offset;
}

export function writeFault(fault: Fault): string {
  return `${fault.file}:${fault.line}:${fault.col}  ${fault.words}`;
}
