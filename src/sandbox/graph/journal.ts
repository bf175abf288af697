/** Versions in order: what delta queries go along, from wherever the caller is. */

/** @returns the first index at which `late` is true; it is false before and true after */
export function firstWhere<T>(items: readonly T[], late: (item: T) => boolean): number {
  let [from, to] = [0, items.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (late(items[middle] as T)) to = middle;
    else from = middle + 1;
  }
  return from;
}

export interface Entry {
  readonly version: number;
  readonly id: string;
}

export interface Journal {
  add(entry: Entry): void;
  addAll(entries: readonly Entry[]): void;
  since(version: number): Iterable<Entry>;
}

/** What happened, in order. What has been overtaken stays until it is more than half of all. */
export function journal(stands: (entry: Entry) => boolean): Journal {
  let entries: Entry[] = [];
  let tidyAt = 1000;
  const add = (entry: Entry): void => {
    const last = entries.at(-1);
    if (!last || last.version < entry.version) entries.push(entry);
    else {
      entries.splice(
        firstWhere(entries, ({ version }) => version > entry.version),
        0,
        entry,
      );
    }
    if (entries.length < tidyAt) return;
    entries = entries.filter(stands);
    tidyAt = Math.max(1000, entries.length * 2);
  };
  return {
    add,
    addAll(many) {
      for (const entry of many) entries.push(entry);
      entries.sort((a, b) => a.version - b.version);
      tidyAt = Math.max(1000, entries.length * 2);
    },
    *since(version) {
      const seen = entries;
      for (let at = firstWhere(seen, (entry) => entry.version > version); at < seen.length; at += 1) {
        const entry = seen[at] as Entry;
        if (stands(entry)) yield entry;
      }
    },
  };
}
