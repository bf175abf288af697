/**
 * Long lists in pieces: a statement has room for 32,766 values in SQLite and 65,535 in PostgreSQL.
 */

/** Times the widest row that is written by the thousand (17 columns) this stays well below both. */
const MOST = 1000;

/** @example chunks([1, 2, 3], 2) // [[1, 2], [3]] */
export function chunks<T>(all: readonly T[], most = MOST): readonly (readonly T[])[] {
  const pieces: (readonly T[])[] = [];
  for (let from = 0; from < all.length; from += most) pieces.push(all.slice(from, from + most));
  return pieces;
}
