/** Words put together into a sentence. */

/** @example andList(['a', 'b', 'c']) // 'a, b and c' */
export function andList(items: readonly string[]): string {
  return listed(items, 'and');
}

/** @example orList(['a', 'b', 'c']) // 'a, b or c' */
export function orList(items: readonly string[]): string {
  return listed(items, 'or');
}

function listed(items: readonly string[], word: string): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1)}`;
}

/** As a sentence begins. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
