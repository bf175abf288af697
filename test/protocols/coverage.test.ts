/**
 * Every rule of the ledger is carried by the data or listed with the reason why not, never both; and every sentence that can be read
 * in two ways has its reading on record.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readProtocols } from '../../src/adapters/protocol-files/load.ts';
import { rulesOfCouncil } from '../../src/cli/rules-carried.ts';

const { protocols, councils, listed, ambiguities, faults } = readProtocols();

interface LedgerRow {
  readonly id: string;
  /** Begins with its strength: `MUST close family to CSSW`; a bare dash where the row is a prohibition and nothing else. */
  readonly action: string;
}

const ledgerFile = join(import.meta.dirname, '../../../shared/rules-ledger.json');
const withLedger = existsSync(ledgerFile) ? test : test.skip;
const ledger = (): readonly LedgerRow[] => JSON.parse(readFileSync(ledgerFile, 'utf8'));
const SKIPPED = '(skipped where the ledger is not beside the project)';

/** As many as the ledger counts at its head; a rule that is dropped or made up shows here too. */
const RULES = 311;
const AMBIGUITIES = Array.from({ length: 59 }, (_, index) => `AMB-${String(index + 1).padStart(2, '0')}`);

/**
 * Rules of some strength whose keeping no software can see, each with what makes it so. Short, and meant to stay short: a rule
 * never stands here because it was hard.
 */
const BEYOND: Readonly<Record<string, string>> = {};

/** What must be, should be or is aimed at. A row that only forbids has no word of its own and is as strong as MUST. */
function isOwed({ action }: LedgerRow): boolean {
  return /^(MUST|SHOULD|AIM|–)/.test(action);
}

test('the protocols have no faults', () => {
  expect(faults).toEqual([]);
});

describe('across all councils', () => {
  const carried = councils.flatMap((council) => rulesOfCouncil(council, protocols));
  const notCarried = Object.values(listed).flat();

  withLedger(`each of the ${RULES} rules stands in exactly one council, once ${SKIPPED}`, () => {
    const rules = ledger().map(({ id }) => id);
    expect(rules).toHaveLength(RULES);
    expect([...carried, ...notCarried.map(({ rule }) => rule)].sort()).toEqual([...rules].sort());
  });

  withLedger(`no rule that is owed is listed as information ${SKIPPED}`, () => {
    const owed = new Set(ledger().flatMap((row) => (isOwed(row) ? [row.id] : [])));
    expect(owed.size).toBeGreaterThan(250);
    expect(notCarried.filter(({ rule, as }) => as === 'information' && owed.has(rule))).toEqual([]);
  });

  withLedger(`a rule that is owed is beyond software only where this test says why ${SKIPPED}`, () => {
    const owed = new Set(ledger().flatMap((row) => (isOwed(row) ? [row.id] : [])));
    const beyond = notCarried.filter(({ rule, as }) => as === 'beyond' && owed.has(rule)).map(({ rule }) => rule);
    expect(beyond.sort()).toEqual(Object.keys(BEYOND).sort());
    expect(Object.keys(BEYOND).length).toBeLessThanOrEqual(5);
  });

  test('each sentence that can be read in two ways says how it was read', () => {
    const read = new Set(Object.values(ambiguities).flatMap((list) => list.map(({ id }) => id)));
    expect(AMBIGUITIES.filter((id) => !read.has(id))).toEqual([]);
    expect([...read].filter((id) => !AMBIGUITIES.includes(id))).toEqual([]);
  });
});

describe.each(councils.map((council) => [council.id, council] as const))('%s', (id, council) => {
  const carried = new Set(rulesOfCouncil(council, protocols));
  const notCarried = listed[id] ?? [];
  const read = ambiguities[id] ?? [];

  withLedger(`has every rule of the ledger once ${SKIPPED}`, () => {
    const own = ledger()
      .map((row) => row.id)
      .filter((rule) => council.rulePrefixes.some((prefix) => rule.startsWith(`${prefix}-`)));
    expect(own.length).toBeGreaterThan(0);
    expect([...carried, ...notCarried.map(({ rule }) => rule)].sort()).toEqual(own.sort());
  });

  test('lists no rule that something carries', () => {
    expect(notCarried.filter(({ rule }) => carried.has(rule))).toEqual([]);
  });

  test('gives each rule that it does not carry a reason of its own', () => {
    for (const { rule, why } of notCarried) expect([rule, why.length > 20]).toEqual([rule, true]);
  });

  test('says of each setting which ambiguity it decides, and of that one how it was read', () => {
    const settings = Object.entries(council.settings);
    const silent = settings.filter(
      ([name, { ambiguity }]) => !read.some((each) => each.id === ambiguity && each.settings.includes(name)),
    );
    expect(silent.map(([name, { ambiguity }]) => `${name} (${ambiguity})`)).toEqual([]);
  });

  test('reads only sentences of rules that it has', () => {
    const known = new Set([...carried, ...notCarried.map(({ rule }) => rule)]);
    expect(
      read.flatMap(({ id: ambiguity, rules }) =>
        rules.filter((rule) => !known.has(rule)).map((rule) => `${ambiguity}: ${rule}`),
      ),
    ).toEqual([]);
  });
});
