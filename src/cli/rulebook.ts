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

/** A rule without a number. */
export interface Undated {
  /** A sentence. */
  readonly why: string;
  /** Where the bot reminds all the same, by a count that is its own and not the protocol's (AMB-09). */
  readonly house?: DatedRule;
}

export interface Rulebook {
  readonly data: Data;
  readonly dated: ReadonlyMap<RuleId, DatedRule>;
  readonly undated: ReadonlyMap<RuleId, Undated>;
  readonly readings: ReadonlyMap<string, Reading>;
}

/** What a cycle or a window counts from, where no step's reference does. */
export const ASKED = 'asked';

export function makeRulebook(data: Data): Rulebook {
  const dated = new Map<RuleId, DatedRule>();
  const undated = new Map<RuleId, Undated>();
  const protocols = [...data.protocols.all()].sort((a, b) => Number(b.offered) - Number(a.offered));
  const note = (rules: readonly RuleId[], why: string, house?: DatedRule) => {
    for (const rule of rules)
      if (!undated.has(rule)) undated.set(rule, { why, ...(house === undefined ? {} : { house }) });
  };
  const add = (rules: readonly RuleId[], found: Omit<DatedRule, 'due'> & { readonly due: Due }) => {
    const { due, ...rest } = found;
    if (due.form === 'at-once') return note(rules, 'No number in the protocol: it is owed at once.');
    const asked = due.form === 'clock' ? found.protocol.clocks[due.clock] : due;
    if (asked?.form === 'house') return note(rules, 'No number in the protocol.', { ...rest, due });
    if (asked?.form === 'notice' && asked.count.n === 0)
      return note(rules, `No number in the protocol: it comes before ${nameOfMeeting(found.protocol, asked)}.`);
    for (const rule of rules) if (!dated.has(rule)) dated.set(rule, { ...rest, due });
  };

  // In falling order of how plainly a date is a rule's own; the first found stands.
  const passes: readonly ((protocol: Protocol) => void)[] = [
    (protocol) => {
      for (const { due, step } of duesOf(protocol)) if (isPlain(due)) add(due.rules, of(protocol, due, step));
    },
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
      for (const [id, cycle] of Object.entries(protocol.council.cycles)) {
        const due = sessionsOf(id, cycle);
        if (cycle.house === true)
          note(cycle.rules, 'No number in the protocol.', { protocol, due, kind: 'cycle', cycle: id });
        else add(cycle.rules, { protocol, due, kind: 'cycle', cycle: id });
      }
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

function sessionsOf(id: string, { rules }: Cycle): Dated {
  return { form: 'next', cycle: id, of: ASKED, rules, instead: [] };
}

/** As the protocol prints it. A target may stand beside a limit (AMB-58), and a limit that moves from a day off beside one that does not. */
function isPlain({ form, ...due }: Due): boolean {
  return form !== 'clock' && form !== 'target' && (!('roll' in due) || due.roll === undefined);
}

/** Those of steps first: a clock may be a second, shorter way of saying what a step says with all its readings. */
function duesOf(protocol: Protocol): readonly { readonly due: Due; readonly step?: Step }[] {
  return [
    ...Object.values(protocol.steps).flatMap((step) => [
      ...step.due.map((due) => ({ due, step })),
      ...[...step.gates, ...Object.values(outcomesOf(step)).flatMap(({ gates }) => gates)].flatMap(({ notBefore }) =>
        notBefore ? [{ due: notBefore, step }] : [],
      ),
    ]),
    ...Object.values(protocol.clocks).map((due) => ({ due })),
  ];
}

/** `the final review` */
function nameOfMeeting(protocol: Protocol, notice: Extract<Due, { form: 'notice' }>): string {
  const [head = ''] = notice.before.split('.');
  const title =
    notice.anchorIs ?? protocol.steps[head]?.title ?? protocol.facts[head]?.title.toLowerCase() ?? 'it begins';
  return /^(the|it) /.test(title) ? title : `the ${title}`;
}

function withoutNumber(protocol: Protocol, step: Step): string {
  const dues = step.due.map((due) => (due.form === 'clock' ? protocol.clocks[due.clock] : due));
  const rules = [...new Set(dues.flatMap((due) => (due && due.form !== 'at-once' ? due.rules : [])))];
  const instead =
    rules.length === 0 ? '' : ` The step that carries it, "${step.title}", is dated by ${rules.join(', ')}.`;
  return `No number in the protocol for this rule.${instead}`;
}
