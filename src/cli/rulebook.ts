/** Which rule of the ledger has its date where: read once, so that ten thousand questions cost ten thousand look-ups. */
import { rulesOf } from '../adapters/protocol-files/check-pathway.ts';
import { outcomesOf } from '../adapters/protocol-files/names.ts';
import { replay } from '../domain/case/evolve.ts';
import { type Reading, readCase } from '../domain/case/reading.ts';
import type { Cycle, Due, Protocol, RuleId, Step } from '../domain/protocol/types.ts';
import type { Data } from './data.ts';
import { carriedByPathway, fieldsWithLimit, rulesOfPathway } from './rules-carried.ts';

export type Dated = Exclude<Due, { form: 'at-once' }>;

export interface DatedRule {
  readonly protocol: Protocol;
  readonly due: Dated;
  readonly kind?: 'window' | 'cycle';
  /** The meeting of a notice. */
  readonly step?: Step;
  readonly cycle?: string;
  /** Entry of `instead` that the rule stands on: taken as true. */
  readonly entry?: string;
}

export interface Rulebook {
  readonly data: Data;
  readonly dated: ReadonlyMap<RuleId, DatedRule>;
  /** Rules with no date of their own: why. */
  readonly undated: ReadonlyMap<RuleId, string>;
  readonly readings: ReadonlyMap<string, Reading>;
}

/** What a cycle or a window counts from, where no step's reference does. */
export const ASKED = 'asked';

export function makeRulebook(data: Data): Rulebook {
  const dated = new Map<RuleId, DatedRule>();
  const undated = new Map<RuleId, string>();
  const protocols = [...data.protocols.all()].sort((a, b) => Number(b.offered) - Number(a.offered));
  const note = (rules: readonly RuleId[], why: string) => {
    for (const rule of rules) if (!undated.has(rule)) undated.set(rule, why);
  };
  const add = (rules: readonly RuleId[], found: Omit<DatedRule, 'due'> & { readonly due: Due }) => {
    const { due, ...rest } = found;
    if (due.form === 'at-once') return note(rules, 'No number in the protocol: it is owed at once.');
    for (const rule of rules) if (!dated.has(rule)) dated.set(rule, { ...rest, due });
  };

  // In falling order of how plainly a date is a rule's own; the first found stands.
  const passes: readonly ((protocol: Protocol) => void)[] = [
    (protocol) => {
      for (const { due, step } of duesOf(protocol)) if (due.form !== 'clock') add(due.rules, of(protocol, due, step));
    },
    (protocol) => {
      for (const { due, step } of duesOf(protocol))
        for (const entry of due.instead) add(entry.rules, { ...of(protocol, due, step), entry: entry.when });
    },
    (protocol) => {
      for (const { due, step } of duesOf(protocol)) if (due.form === 'clock') add(due.rules, of(protocol, due, step));
    },
    (protocol) => {
      for (const field of fieldsWithLimit(protocol))
        if (field.notAfter) add([...field.notAfter.rules, ...field.rules], of(protocol, field.notAfter));
    },
    (protocol) => {
      for (const { rules, window } of Object.values(protocol.conditions)) {
        if (window === undefined) continue;
        const due: Due = { form: 'within', count: window.within, of: window.of, rules, instead: [] };
        add(rules, { protocol, due, kind: 'window' });
      }
    },
    (protocol) => {
      for (const [id, cycle] of Object.entries(protocol.council.cycles))
        add(cycle.rules, { protocol, due: sessionsOf(id, cycle), kind: 'cycle', cycle: id });
    },
  ];
  for (const pass of passes) for (const protocol of protocols) pass(protocol);

  for (const protocol of protocols) {
    for (const step of Object.values(protocol.steps)) note(rulesOf(step), withoutNumber(protocol, step));
    note(rulesOfPathway(protocol), 'No number in the protocol.');
    note(
      carriedByPathway(protocol).map(({ rule }) => rule),
      'No number in the protocol.',
    );
  }
  for (const list of Object.values(data.files.listed)) {
    for (const { rule, why } of list) note([rule], `No number is counted here. ${why}`);
  }
  return {
    data,
    dated,
    undated,
    readings: new Map(protocols.map((protocol) => [protocol.id, readCase(protocol, replay('', []))])),
  };
}

function of(protocol: Protocol, due: Due, step?: Step): Omit<DatedRule, 'due'> & { readonly due: Due } {
  return { protocol, due, ...(step === undefined ? {} : { step }) };
}

/** A forum of every so many weeks whose first day the council has not set is counted from the session that is asked about. */
export function sessionsOf(id: string, cycle: Cycle): Due {
  const base = { of: ASKED, rules: cycle.rules, instead: [] };
  const regular = typeof cycle.every === 'object' && !(cycle.every.unit === 'weeks' && cycle.every.n === 1);
  return regular && cycle.from === undefined && typeof cycle.every === 'object'
    ? { ...base, form: 'every', count: cycle.every, anchorIs: `when the ${cycle.title} last met` }
    : { ...base, form: 'next', cycle: id };
}

function duesOf(protocol: Protocol): readonly { readonly due: Due; readonly step?: Step }[] {
  return [
    ...Object.values(protocol.clocks).map((due) => ({ due })),
    ...Object.values(protocol.steps).flatMap((step) => [
      ...step.due.map((due) => ({ due, step })),
      ...[...step.gates, ...Object.values(outcomesOf(step)).flatMap(({ gates }) => gates)].flatMap(({ notBefore }) =>
        notBefore ? [{ due: notBefore, step }] : [],
      ),
    ]),
  ];
}

function withoutNumber(protocol: Protocol, step: Step): string {
  const dues = step.due.map((due) => (due.form === 'clock' ? protocol.clocks[due.clock] : due));
  const rules = [...new Set(dues.flatMap((due) => (due && due.form !== 'at-once' ? due.rules : [])))];
  const instead =
    rules.length === 0 ? '' : ` The step that carries it, "${step.title}", is dated by ${rules.join(', ')}.`;
  return `No number in the protocol for this rule.${instead}`;
}
