/** Who is told that a case was stopped. */
import type { Effect } from '../types.ts';
import { chiefsOf } from '../universal.ts';
import { people } from './audiences.ts';
import { card } from './cards.ts';
import type { Change } from './change.ts';

/** A safety stop reaches the managers at once, at night too; a family that changed its mind, the opener's manager. */
export function safety(change: Change): Effect[] {
  const { before, after } = change;
  const { protocol } = after;
  const was = before?.status.stopped;
  const is = after.status.stopped;
  if (JSON.stringify(was) === JSON.stringify(is)) return [];
  const why = is?.why ?? was?.why;
  const roles = why === 'safety' ? protocol.council.safeguarding.tells : chiefsOf(protocol, after.case);
  const fresh = is !== undefined && is.why !== was?.why;
  const options = { edit: !fresh, ...(why === 'safety' ? { urgent: true } : {}) };
  return [...new Set(roles)]
    .flatMap((role) => people(protocol, after.status, role))
    .map((audience) => card(change, 'case', audience, options));
}
