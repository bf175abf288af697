/** Of a day that was tried in vain: who is in the way, at which of its times, and whether busy, away or not working then. */
import type { Instant } from '../time/instant.ts';
import type { Blocker, BlockKind, Proposal } from './diary.ts';

/** A time that did not suit, and whom. */
export interface Tried {
  readonly proposal: Proposal;
  readonly blocked: readonly { readonly who: string; readonly kind: BlockKind }[];
}

const WEIGHT: Readonly<Record<BlockKind, number>> = { away: 3, busy: 2, 'outside-hours': 1 };

/** @param tried all times of one day, in order; none of them suited */
export function blockersOf(tried: readonly Tried[]): Blocker[] {
  const found = new Map<string, { kind: BlockKind; times: number[] }>();
  tried.forEach(({ blocked }, index) => {
    for (const { who, kind } of blocked) {
      const known = found.get(who);
      if (known === undefined) found.set(who, { kind, times: [index] });
      else {
        known.times.push(index);
        if (WEIGHT[kind] > WEIGHT[known.kind]) known.kind = kind;
      }
    }
  });
  return [...found].map(([who, { kind, times }]): Blocker => {
    const at = runs(times).map(([from, to]) => stretch(tried, from, to));
    const last = at.at(-1) as (typeof at)[number];
    return { start: (at[0] as typeof last).start, end: last.end, who, kind, at, whole: times.length === tried.length };
  });
}

function stretch(
  tried: readonly Tried[],
  from: number,
  to: number,
): { readonly start: Instant; readonly end: Instant } {
  const [first, last] = [tried[from] as Tried, tried[to] as Tried];
  return { start: first.proposal.start, end: last.proposal.end };
}

/** Neighbouring numbers together: 0 1 2 5 6 are 0 to 2 and 5 to 6. */
function runs(numbers: readonly number[]): (readonly [number, number])[] {
  const found: [number, number][] = [];
  for (const number of numbers) {
    const last = found.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else found.push([number, number]);
  }
  return found;
}
