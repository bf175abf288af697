/** A table of measurements, as plain text. */
export interface Table {
  readonly title: string;
  /** How it was measured, in a sentence. */
  readonly how: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function printTable({ title, how, columns, rows }: Table): void {
  const widths = columns.map((name, at) => Math.max(name.length, ...rows.map((row) => (row[at] ?? '').length)));
  const write = (cells: readonly string[]) =>
    cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ');
  process.stdout.write(`\n${title}\n${how}\n\n`);
  for (const row of [columns, ...rows]) process.stdout.write(`  ${write(row).trimEnd()}\n`);
}

/** Both sides in turns, so that a busy moment of the machine hits both. @returns microseconds for one call, the best of the rounds */
export function inTurns(
  one: () => unknown,
  other: () => unknown,
  calls: number,
  rounds = 7,
): readonly [one: number, other: number] {
  const best: [number, number] = [Infinity, Infinity];
  for (let round = 0; round < rounds; round += 1) {
    for (const [side, work] of [one, other].entries()) {
      const began = performance.now();
      for (let call = 0; call < calls; call += 1) work();
      const each = ((performance.now() - began) * 1000) / calls;
      best[side as 0 | 1] = Math.min(best[side as 0 | 1], each);
    }
  }
  return best;
}

/** "3.1 × faster" or "1.4 × slower" than the peer. */
export function against(ours: number, peers: number): string {
  return ours <= peers ? `${round(peers / ours)} × faster` : `${round(ours / peers)} × slower`;
}

export function round(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
