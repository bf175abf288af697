/** What zod found, in words for the author of a protocol. */
import type { z } from 'zod';
import type { Path } from './source.ts';

export interface Finding {
  readonly path: Path;
  /** The fault lies in the key, not in its value. */
  readonly key: boolean;
  readonly words: string;
}

type Issue = z.core.$ZodIssue;

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map of words',
  record: 'a map of words',
  array: 'a list',
};

export function findings(issues: readonly Issue[], before: Path = []): readonly Finding[] {
  return issues.flatMap((issue): readonly Finding[] => {
    const path = [...before, ...issue.path];
    if (issue.code === 'invalid_union' && issue.errors.length > 0) {
      const branch = likeliest(issue.errors);
      if (branch) return findings(branch, path);
    }
    if (issue.code === 'invalid_key') {
      return [
        { path, key: true, words: `"${String(issue.path.at(-1))}": ${issue.issues[0]?.message ?? 'not a name'}` },
      ];
    }
    if (issue.code === 'unrecognized_keys') {
      // One finding for each, so that each is named where it stands.
      const words = issue.message.split('; no word ').map((part, index) => (index === 0 ? part : `no word ${part}`));
      return issue.keys.map((key, index) => ({
        path: [...path, key],
        key: true,
        words: words[index] ?? issue.message,
      }));
    }
    if (issue.code === 'invalid_type') {
      const missing = issue.message.endsWith('received undefined');
      const name = String(issue.path.at(-1) ?? 'this');
      return [
        {
          path,
          key: false,
          words: missing ? `"${name}" is missing` : `"${name}" must be ${TYPES[issue.expected] ?? issue.expected}`,
        },
      ];
    }
    return [{ path, key: false, words: issue.message }];
  });
}

/** Of the branches of a union, the one that the author was writing: the one that does not fall at the first hurdle. */
function likeliest(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const score = (issues: readonly Issue[]) =>
    issues.some((issue) => issue.path.length === 0 && issue.code === 'invalid_type') ? 1_000 : issues.length;
  return [...branches].sort((a, b) => score(a) - score(b))[0];
}
