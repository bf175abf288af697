/** A case keeps the edition that it started under, so a published edition must not change. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { hashOfEdition, PROTOCOLS_FOLDER, readProtocols } from '../../src/adapters/protocol-files/load.ts';

interface Published {
  readonly pathway: string;
  readonly edition: number;
  readonly sha256: string;
}

const { published } = parse(readFileSync(join(PROTOCOLS_FOLDER, 'published.yaml'), 'utf8')) as {
  readonly published: readonly Published[];
};
const { protocols } = readProtocols();
const lineOf = ({ pathway, edition, sha256 }: Published) =>
  `- { pathway: ${pathway}, edition: ${edition}, sha256: ${sha256} }`;
const now = protocols.map((protocol) => ({
  pathway: protocol.id,
  edition: protocol.edition,
  sha256: hashOfEdition(protocol),
}));

test('a published pathway has not been changed without a new edition', () => {
  const changed = published.flatMap((was) => {
    const is = now.find(({ pathway, edition }) => pathway === was.pathway && edition === was.edition);
    return is === undefined || is.sha256 !== was.sha256
      ? [`${was.pathway} edition ${was.edition} is not what was published`]
      : [];
  });
  expect(changed).toEqual([]);
});

test('every edition is in published.yaml', () => {
  const missing = now.filter(
    ({ pathway, edition }) => !published.some((was) => was.pathway === pathway && was.edition === edition),
  );
  expect(missing.map(lineOf)).toEqual([]);
});

test('no edition is published twice', () => {
  const names = published.map(({ pathway, edition }) => `${pathway} ${edition}`);
  expect(new Set(names).size).toBe(names.length);
});
