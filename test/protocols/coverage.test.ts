/** Every rule of the ledger is carried by the data or listed with the reason why not, never both. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readProtocols } from '../../src/adapters/protocol-files/load.ts';
import { rulesOfCouncil } from '../../src/cli/rules-carried.ts';

const { protocols, councils, listed, faults } = readProtocols();
const ledgerFile = join(import.meta.dirname, '../../../shared/rules-ledger.json');
const withLedger = existsSync(ledgerFile) ? test : test.skip;

test('the protocols have no faults', () => {
  expect(faults).toEqual([]);
});

describe.each(councils.map((council) => [council.id, council] as const))('%s', (id, council) => {
  const carried = new Set(rulesOfCouncil(council, protocols));
  const notCarried = listed[id] ?? [];

  withLedger('has every rule of the ledger once (skipped where the ledger is not beside the project)', () => {
    const ledger = (JSON.parse(readFileSync(ledgerFile, 'utf8')) as { readonly id: string }[])
      .map((row) => row.id)
      .filter((rule) => council.rulePrefixes.some((prefix) => rule.startsWith(`${prefix}-`)));
    expect(ledger.length).toBeGreaterThan(0);
    expect([...carried, ...notCarried.map(({ rule }) => rule)].sort()).toEqual(ledger.sort());
  });

  test('lists no rule that something carries', () => {
    expect(notCarried.filter(({ rule }) => carried.has(rule))).toEqual([]);
  });

  test('gives each rule that it does not carry a reason of its own', () => {
    for (const { rule, why } of notCarried) expect([rule, why.length > 20]).toEqual([rule, true]);
  });
});
