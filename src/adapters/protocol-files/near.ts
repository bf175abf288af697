/** Guesses what somebody meant. */

/** The name nearest to what was written, or undefined where none is near. */
export function nearest(written: string, names: Iterable<string>): string | undefined {
  return nearestOnes(written, names, 1)[0];
}

export function nearestOnes(written: string, names: Iterable<string>, count: number): readonly string[] {
  const limit = Math.max(2, Math.floor(written.length / 3));
  return [...new Set(names)]
    .map((name) => ({ name, distance: distance(written.toLowerCase(), name.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
    .slice(0, count)
    .map(({ name }) => name);
}

/** `; did you mean "x"?` or nothing. */
export function didYouMean(written: string, names: Iterable<string>): string {
  const near = nearest(written, names);
  return near === undefined ? '' : `; did you mean "${near}"?`;
}

/** Letters to add, drop or change. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
