/** Lists the OData way: $filter, $orderby, $select, $top, $skip, $count and @odata.nextLink. */
import { type Answer, type Call, invalid, type Json, ok, preference } from './call.ts';
import { propertyAt, readFilter } from './filter.ts';

/** Always answered, whatever `$select` says. */
const KEPT = ['@odata.type', '@odata.etag', '@removed', 'id'];

export function select(item: Json, call: Call): Json {
  const names = call.query.get('$select');
  if (!names) return item;
  const wanted = new Set([...names.split(',').map((name) => name.trim()), ...KEPT]);
  const expanded = (call.query.get('$expand') ?? '').split(',').map((name) => name.split('/').at(-1) ?? '');
  for (const name of expanded) wanted.add(name);
  return Object.fromEntries(Object.entries(item).filter(([name]) => wanted.has(name)));
}

function wholeNumber(call: Call, name: string): number | undefined {
  const text = call.query.get(name);
  if (text === null) return undefined;
  if (!/^\d+$/.test(text)) throw invalid(`Invalid value '${text}' for ${name} query option.`, 'BadRequest');
  return Number(text);
}

export interface ListRules {
  /** What Graph gives per page when nobody says how many. */
  readonly page: number;
  /** The most that one page holds. */
  readonly most: number;
  /** Names that `$filter` and `$orderby` may use. */
  readonly known: ReadonlySet<string>;
  /** Exchange refuses a sort that does not begin with what is filtered by. */
  readonly sortMustFollowFilter?: boolean;
  /** How a page's link counts: directory lists know no `$skip`, so theirs is a token. */
  readonly linkBy?: '$skip' | '$skiptoken';
  readonly context: string;
}

export function filtered(items: readonly Json[], call: Call, known: ReadonlySet<string>): Json[] {
  const text = call.query.get('$filter');
  return text ? items.filter(readFilter(text, known).test) : [...items];
}

export interface SortKey {
  readonly name: string;
  /** -1: descending. */
  readonly sign: 1 | -1;
}

/** What `$orderby` asks for; nothing where it is not there. @throws GraphRefusal for a sort that the rules do not allow */
export function readOrder(call: Call, rules: Pick<ListRules, 'known' | 'sortMustFollowFilter'>): SortKey[] {
  const text = call.query.get('$orderby');
  if (!text) return [];
  const keys = text.split(',').map((key): SortKey => {
    const [name = '', direction = 'asc'] = key.trim().split(/\s+/);
    if (!rules.known.has(name.split('/')[0] ?? '')) {
      throw invalid(`Could not find a property named '${name}'.`, 'BadRequest');
    }
    return { name, sign: direction.toLowerCase() === 'desc' ? -1 : 1 };
  });
  const filter = call.query.get('$filter');
  const filteredBy = filter ? readFilter(filter, rules.known).properties : [];
  if (rules.sortMustFollowFilter && filteredBy.length > 0 && filteredBy[0] !== keys[0]?.name) {
    throw invalid('The restriction or sort order is too complex for this operation.', 'InefficientFilter');
  }
  return keys;
}

export function sortedBy(items: readonly Json[], keys: readonly SortKey[]): Json[] {
  if (keys.length === 0) return [...items];
  return [...items].sort((a, b) => {
    for (const { name, sign } of keys) {
      const [left, right] = [String(propertyAt(a, name) ?? ''), String(propertyAt(b, name) ?? '')];
      if (left !== right) return left < right ? -sign : sign;
    }
    return 0;
  });
}

export const sorted = (items: readonly Json[], call: Call, rules: Pick<ListRules, 'known' | 'sortMustFollowFilter'>) =>
  sortedBy(items, readOrder(call, rules));

/** One page of what was found, which may be more than anybody wants to look at. */
export interface Found {
  /** From one place to before another, shown; `$select` is not yet done. */
  slice(from: number, to: number): readonly Json[];
  /** Asked only where `$count` is. */
  count(): number;
}

/** Answers one page of `items`, which are complete; filters, sorts, cuts and selects as the query asks. */
export function list(items: readonly Json[], call: Call, rules: ListRules): Answer {
  const found = sorted(filtered(items, call, rules.known), call, rules);
  return listFound({ slice: (from, to) => found.slice(from, to), count: () => found.length }, call, rules);
}

/** Answers one page of what was filtered and sorted already. */
export function listFound(found: Found, call: Call, rules: ListRules): Answer {
  const preferred = Number(preference(call, 'odata.maxpagesize') ?? Number.NaN);
  const top = wholeNumber(call, '$top') ?? (preferred > 0 ? Math.min(preferred, rules.most) : rules.page);
  if (top > rules.most) {
    throw invalid(
      `Invalid page size specified: '${top}'. Must be between 1 and ${rules.most} inclusive.`,
      'BadRequest',
    );
  }
  const linkBy = rules.linkBy ?? '$skip';
  const skip = wholeNumber(call, linkBy) ?? 0;
  const body: Json = { '@odata.context': `${call.base}/$metadata#${rules.context}` };
  if (call.query.get('$count') === 'true') body['@odata.count'] = found.count();
  const shown = found.slice(skip, skip + top + 1);
  body.value = shown.slice(0, top).map((item) => select(item, call));
  if (top > 0 && shown.length > top) {
    const query = new URLSearchParams(call.query);
    query.set(linkBy, String(skip + top));
    body['@odata.nextLink'] = `${call.base}${call.path}?${query.toString().replaceAll('%24', '$')}`;
  }
  return ok(body);
}

/** Names that a query needs of each item: those that it selects, filters and sorts by. undefined: all. */
export function namesWanted(call: Call, known: ReadonlySet<string>): ReadonlySet<string> | undefined {
  const { query } = call;
  const selected = query.get('$select');
  if (!selected) return undefined;
  const filter = query.get('$filter');
  return new Set([
    ...selected.split(',').map((name) => name.trim()),
    ...(filter ? readFilter(filter, known).properties.map((name) => name.split('/')[0] ?? '') : []),
    ...(query.get('$orderby') ?? '').split(',').map((key) => key.trim().split(/[\s/]/)[0] ?? ''),
  ]);
}
