/**
 * `$filter`, as far as mail, diaries and people need it: comparisons, `and`, `or`, `not`, brackets, startswith, endswith, contains.
 * What is not understood is refused, so that a filter never quietly lets everything through.
 */
import { type GraphRefusal, invalid, isObject, type Json } from './call.ts';

type Test = (item: Json) => boolean;

const TOKEN = /\s*(?:('(?:[^']|'')*')|([()])|(,)|([A-Za-z_@][\w.@-]*(?:\/[\w.@-]+)*)|([0-9][\w:.+-]*))/y;

const fault = (text: string): GraphRefusal =>
  invalid(`Invalid filter clause: '${text}' is not understood.`, 'ErrorInvalidUrlQueryFilter');

function tokens(text: string): string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const match = TOKEN.exec(text);
    if (!match) throw fault(text);
    found.push(match[0].trim());
  }
  return found;
}

export function propertyAt(item: Json, path: string): unknown {
  let value: unknown = item;
  for (const key of path.split('/')) value = isObject(value) ? value[key] : undefined;
  return value;
}

function literal(token: string): string | number | boolean | null {
  if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
  if (token === 'true' || token === 'false') return token === 'true';
  if (token === 'null') return null;
  return /^\d+$/.test(token) ? Number(token) : token;
}

const MOMENT = /^\d{4}-\d{2}-\d{2}T/;

/** Text without regard to case, as Exchange compares; moments as moments; otherwise by value. */
function compare(left: unknown, right: unknown): number {
  if (typeof left === 'string' && typeof right === 'string') {
    if (MOMENT.test(left) && MOMENT.test(right)) return Date.parse(moment(left)) - Date.parse(moment(right));
    const [a, b] = [left.toLowerCase(), right.toLowerCase()];
    return a < b ? -1 : a > b ? 1 : 0;
  }
  if (left === right) return 0;
  return Number(left) - Number(right);
}

const moment = (text: string): string => (/(Z|[+-]\d{2}:\d{2})$/.test(text) ? text : `${text.slice(0, 23)}Z`);

const COMPARISONS: Record<string, (order: number) => boolean> = {
  eq: (order) => order === 0,
  ne: (order) => order !== 0,
  gt: (order) => order > 0,
  ge: (order) => order >= 0,
  lt: (order) => order < 0,
  le: (order) => order <= 0,
};

const FUNCTIONS: Record<string, (text: string, part: string) => boolean> = {
  startswith: (text, part) => text.startsWith(part),
  endswith: (text, part) => text.endsWith(part),
  contains: (text, part) => text.includes(part),
};

export interface Filter {
  readonly test: Test;
  /** In order of appearance: `$orderby` beside `$filter` must begin with these. */
  readonly properties: readonly string[];
}

/** @param known properties that the resource has; another name is refused */
export function readFilter(text: string, known: ReadonlySet<string>): Filter {
  const queue = tokens(text);
  const properties: string[] = [];
  const take = (): string => queue.shift() ?? '';
  const expect = (token: string): void => {
    if (take() !== token) throw fault(text);
  };

  function property(name: string): string {
    if (!known.has(name.split('/')[0] ?? '')) {
      throw invalid(`Could not find a property named '${name}'.`, 'BadRequest');
    }
    if (!properties.includes(name)) properties.push(name);
    return name;
  }

  function primary(): Test {
    const token = take();
    if (token === '(') {
      const inner = either();
      expect(')');
      return inner;
    }
    if (token === 'not') {
      const inner = primary();
      return (item) => !inner(item);
    }
    const call = FUNCTIONS[token.toLowerCase()];
    if (call && queue[0] === '(') {
      expect('(');
      const name = property(take());
      expect(',');
      const part = String(literal(take())).toLowerCase();
      expect(')');
      return (item) => call(String(propertyAt(item, name) ?? '').toLowerCase(), part);
    }
    const name = property(token);
    const comparison = COMPARISONS[take()];
    const right = take();
    if (!comparison || right === '') throw fault(text);
    const value = literal(right);
    return (item) => {
      const left = propertyAt(item, name) ?? null;
      if (left === null || value === null) return comparison(left === value ? 0 : Number.NaN);
      return comparison(compare(left, value));
    };
  }

  function both(): Test {
    let test = primary();
    while (queue[0] === 'and') {
      take();
      const [left, right] = [test, primary()];
      test = (item) => left(item) && right(item);
    }
    return test;
  }

  function either(): Test {
    let test = both();
    while (queue[0] === 'or') {
      take();
      const [left, right] = [test, both()];
      test = (item) => left(item) || right(item);
    }
    return test;
  }

  const test = either();
  if (queue.length > 0) throw fault(text);
  return { test, properties };
}

export interface Comparison {
  readonly property: string;
  readonly is: string;
  readonly value: string | number | boolean | null;
}

/** @returns the comparisons of a filter that is nothing but comparisons, all of which must hold; undefined for any other */
export function comparisonsIn(text: string): Comparison[] | undefined {
  const found: Comparison[] = [];
  const queue = tokens(text);
  for (let at = 0; at < queue.length; at += 4) {
    const [property = '', is = '', value = '', and = 'and'] = queue.slice(at, at + 4);
    if (!(is in COMPARISONS) || value === '' || and !== 'and' || /^[(),]$/.test(property)) return undefined;
    found.push({ property, is, value: literal(value) });
  }
  return found;
}
