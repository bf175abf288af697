/**
 * Which child is on which case, without a name in it: a keyed digest of the council, the name and the birth date. A child of a new
 * referral gives the same digest again, and so the open case is found; nobody can read a name out of it or try names on it.
 */
import type { CaseRow, NamedChild } from '../../application/ports.ts';
import type { CaseId, ChildId, Reference } from '../../domain/case/types.ts';
import type { CouncilId } from '../../domain/protocol/types.ts';
import { derivedKey, type Key, keyedDigest } from '../sealing.ts';
import { chunks } from './chunks.ts';
import type { Db } from './tables.ts';

/** Those of an earlier round of the case are no longer looked for under it. */
export async function rewriteChildren(
  db: Db,
  masterKey: Key,
  { id, council }: Pick<CaseRow, 'id' | 'council'>,
  children: readonly NamedChild[],
): Promise<void> {
  await forgetChildren(db, id);
  const key = indexKey(masterKey);
  const rows = children.flatMap((named) =>
    [...digestsOf(key, council, named), ...idDigestsOf(key, council, named.councilId)].map((digest) => ({
      ...{ council, digest, case_id: id, child: named.child },
    })),
  );
  if (rows.length > 0) await db.insertInto('child_index').values(rows).execute();
}

export async function forgetChildren(db: Db, caseId: CaseId): Promise<void> {
  await db.deleteFrom('child_index').where('case_id', '=', caseId).execute();
}

/** Cases that have not ended, each with the children asked about that are on it. */
export async function casesWithChildren(
  db: Db,
  masterKey: Key,
  council: CouncilId,
  children: readonly NamedChild[],
): Promise<readonly { readonly caseId: CaseId; readonly child: ChildId }[]> {
  const key = indexKey(masterKey);
  const asked = children.flatMap((named) =>
    digestsOf(key, council, named).map((digest) => [digest, named.child] as const),
  );
  if (asked.length === 0) return [];
  const found = await selectByDigest(
    db,
    council,
    asked.map(([digest]) => digest),
  ).execute();
  const pairs = found.flatMap(({ case_id: caseId, digest }) =>
    asked.filter(([each]) => each === digest).map(([, child]) => ({ caseId, child })),
  );
  return [...new Map(pairs.map((pair) => [`${pair.caseId} ${pair.child}`, pair])).values()];
}

/** Cases of the council that have not ended with a child of one of these ids, each once, oldest first. */
export async function casesWithChildIds(
  db: Db,
  masterKey: Key,
  council: CouncilId,
  ids: readonly string[],
): Promise<readonly { readonly caseId: CaseId; readonly reference: Reference }[]> {
  const key = indexKey(masterKey);
  const asked = [...new Set(ids.flatMap((id) => idDigestsOf(key, council, id)))];
  const found = new Map<CaseId, Reference>();
  for (const some of chunks(asked)) {
    for (const row of await selectByDigest(db, council, some).execute()) found.set(row.case_id, row.reference);
  }
  return [...found].map(([caseId, reference]) => ({ caseId, reference }));
}

/** Its plan is tested: it must go by the digest. */
export function selectByDigest(db: Db, council: CouncilId, digests: readonly string[]) {
  return db
    .selectFrom('child_index')
    .innerJoin('cases', 'cases.id', 'child_index.case_id')
    .select(['child_index.case_id', 'child_index.digest', 'cases.reference'])
    .where('child_index.council', '=', council)
    .where('child_index.digest', 'in', [...digests])
    .where('cases.status', '<>', 'ended')
    .orderBy('cases.opened_at')
    .orderBy('child_index.case_id');
}

/** By the whole name, and by its first and last word alone: a middle name is often left out. */
function digestsOf(key: Key, council: CouncilId, { name, birthDate }: NamedChild): readonly string[] {
  const words = wordsOf(name);
  if (words.length === 0) return [];
  const short = [...new Set([words.at(0), words.at(-1)])].map((word) => withoutAccents(word ?? ''));
  return [
    keyedDigest(key, [council, 'name', words.join(' '), birthDate]),
    keyedDigest(key, [council, 'first and last', short.join(' '), birthDate]),
  ];
}

/** A kind of its own: an id never finds a child by name, nor a name one by id. However it was typed: only letters and digits count. */
function idDigestsOf(key: Key, council: CouncilId, id: string | undefined): readonly string[] {
  const bare = id
    ?.normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
  return bare ? [keyedDigest(key, [council, 'council id', bare])] : [];
}

/**
 * However it was typed: capitals, wide letters, spaces and hyphens make no difference, the order of the words does.
 * @example wordsOf(' Anne-Marie  O’NEILL ') // ['anne', 'marie', 'oneill']
 */
export function wordsOf(name: string): readonly string[] {
  return name
    .normalize('NFKC')
    .toUpperCase() // first up, then down: ß and SS become the same
    .toLowerCase()
    .normalize('NFKC')
    .replace(/['’‘ʼ`´]/gu, '')
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '');
}

function withoutAccents(word: string): string {
  return word.normalize('NFD').replace(/\p{M}+/gu, '');
}

function indexKey(masterKey: Key): Key {
  return derivedKey(masterKey, 'child index');
}
