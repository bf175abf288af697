/** The date that a ledger rule asks for, counted from a given day or moment: the same count, with the same reasons, as on a case. */

import { rulesOf } from '../adapters/protocol-files/check-pathway.ts';
import { fieldsOf } from '../adapters/protocol-files/names.ts';
import { nearestOnes } from '../adapters/protocol-files/near.ts';
import { replay } from '../domain/case/evolve.ts';
import type { Reading } from '../domain/case/reading.ts';
import { readCase } from '../domain/case/reading.ts';
import type { Time } from '../domain/case/times.ts';
import type { Truth } from '../domain/case/types.ts';
import { dateOf } from '../domain/due.ts';
import type { Due, Field, Protocol, Step } from '../domain/protocol/types.ts';
import { BeyondCalendar } from '../domain/time/calendar.ts';
import { HoursNeedAMoment } from '../domain/time/count-from.ts';
import { instantAt, isDay } from '../domain/time/instant.ts';
import type { Data } from './data.ts';

/** Due of a rule. `due` is a day; for counts of hours a moment; null where the protocol gives no number. */
export interface DueAnswer {
  readonly rule: string;
  readonly due: string | null;
  readonly actBy: string | null;
  readonly because: readonly string[];
  readonly dueAt?: string;
  readonly kind?: string;
  readonly section?: string;
  readonly projected?: boolean;
  readonly pathway?: string;
}

export interface NoAnswer {
  readonly error: string;
}

type Dated = Exclude<Due, { form: 'at-once' }>;

interface Carried {
  readonly protocol: Protocol;
  readonly due: Dated;
  /** Entry of `instead` that the rule stands on: taken as true. */
  readonly entry?: string;
}

export interface Rulebook {
  readonly data: Data;
  readonly carried: ReadonlyMap<string, Carried>;
  /** Rules with no date of their own: why. */
  readonly undated: ReadonlyMap<string, string>;
  readonly readings: ReadonlyMap<string, Reading>;
}

/** Reads once which rule stands where, so that ten thousand questions cost ten thousand look-ups. */
export function makeRulebook(data: Data): Rulebook {
  const carried = new Map<string, Carried>();
  const undated = new Map<string, string>();
  const note = (rule: string, why: string) => undated.has(rule) || undated.set(rule, why);
  const protocols = [...data.protocols.all()].sort((a, b) => Number(b.offered) - Number(a.offered));

  // In falling order of how plainly a date is a rule's own; the first found stands.
  const passes: readonly ((
    protocol: Protocol,
    add: (rules: readonly string[], due: Due, entry?: string) => void,
  ) => void)[] = [
    (protocol, add) => {
      for (const due of duesOf(protocol)) if (due.form !== 'clock') add(due.rules, due);
    },
    (protocol, add) => {
      for (const due of duesOf(protocol)) for (const entry of due.instead) add(entry.rules, due, entry.when);
    },
    (protocol, add) => {
      for (const due of duesOf(protocol)) if (due.form === 'clock') add(due.rules, due);
    },
    (protocol, add) => {
      for (const field of fieldsWithLimit(protocol)) if (field.notAfter) add(field.rules, field.notAfter);
    },
  ];
  for (const pass of passes) {
    for (const protocol of protocols) {
      pass(protocol, (rules, due, entry) => {
        if (due.form === 'at-once') {
          for (const rule of rules) note(rule, 'No number in the protocol: it is owed at once.');
          return;
        }
        for (const rule of rules)
          if (!carried.has(rule)) carried.set(rule, { protocol, due, ...(entry === undefined ? {} : { entry }) });
      });
    }
  }
  for (const protocol of protocols) {
    for (const step of Object.values(protocol.steps))
      for (const rule of rulesOf(step)) note(rule, withoutNumber(protocol, step));
    for (const rule of allRules(protocol)) note(rule, 'No number in the protocol.');
  }
  for (const list of Object.values(data.files.listed)) {
    for (const { rule, why } of list) note(rule, `No number is counted here. ${why}`);
  }
  return {
    data,
    carried,
    undated,
    readings: new Map(protocols.map((protocol) => [protocol.id, readCase(protocol, replay('', []))])),
  };
}

/**
 * @param set a council's setting (`name` -> option) or a course taken (`step` -> outcome)
 * @example dueOfRule(book, 'CAM-A-14', parseInstant('2026-12-18T18:45:00Z'), {}) // { due: '2026-12-22', … }
 */
export function dueOfRule(
  book: Rulebook,
  rule: string,
  from: Time,
  set: Readonly<Record<string, string>>,
): DueAnswer | NoAnswer {
  const found = book.carried.get(rule);
  if (!found) {
    const why = book.undated.get(rule);
    if (why !== undefined) return { rule, due: null, actBy: null, because: [why] };
    const near = nearestOnes(rule, [...book.carried.keys(), ...book.undated.keys()], 3);
    return { error: `No rule is called "${rule}" here.${near.length > 0 ? ` Near it: ${near.join(', ')}.` : ''}` };
  }
  const { protocol, due } = found;
  const clock = due.form === 'clock' ? protocol.clocks[due.clock] : due;
  if (clock === undefined || clock.form === 'at-once' || clock.form === 'clock')
    return { error: `The clock of ${rule} has no count.` };
  const fault = faultOfSet(protocol, set);
  if (fault !== undefined) return { error: fault };
  const isTrue = (ref: string): boolean => {
    const [head = '', name = '', option = ''] = ref.split('.');
    if (ref === found.entry) return true;
    if (head === 'setting') return (set[name] ?? protocol.council.settings[name]?.default) === option;
    return set[head] === name;
  };
  const instead = clock.instead.find(({ when }) => isTrue(when));
  const anchor = instead?.of ?? (clock.form === 'notice' ? clock.before : clock.of);
  const reading = book.readings.get(protocol.id);
  if (reading === undefined) return { error: `No pathway is called "${protocol.id}".` };
  const truth = (ref: string): Truth => (ref === anchor || isTrue(ref) ? { is: 'true', at: from } : { is: 'unknown' });
  // The anchor is taken as known: what is asked is a count, not whether a family's date may still move.
  const now = isDay(from) ? instantAt(from, '23:59') : from;
  try {
    const dated = dateOf({ ...reading, truth }, due, book.data.protocols.calendar(protocol.council.id), now);
    if (dated === undefined) return { error: `${rule} cannot be counted from that.` };
    const count = instead?.count ?? ('count' in clock ? clock.count : undefined);
    const hours = count?.unit === 'hours';
    const { counted } = dated;
    const texts = counted.because.map(({ text }) => text);
    return {
      rule,
      due: hours ? counted.dueAt : counted.due,
      actBy: hours ? counted.actByAt : counted.actBy,
      because: texts.some((text) => text.includes(rule)) ? texts : [...texts, `Rule ${rule}.`],
      dueAt: counted.dueAt,
      kind: dated.kind,
      ...(dated.section === undefined ? {} : { section: dated.section }),
      projected: counted.projected,
      pathway: protocol.id,
    };
  } catch (error) {
    if (error instanceof BeyondCalendar || error instanceof HoursNeedAMoment) return { error: error.message };
    throw error;
  }
}

function faultOfSet(protocol: Protocol, set: Readonly<Record<string, string>>): string | undefined {
  for (const [name, value] of Object.entries(set)) {
    const setting = protocol.council.settings[name];
    if (setting) {
      if (!setting.options.includes(value))
        return `The setting "${name}" has no option "${value}". It has: ${setting.options.join(', ')}.`;
      continue;
    }
    const step = protocol.steps[name];
    if (!step) {
      return `No setting or step is called "${name}". Settings: ${Object.keys(protocol.council.settings).join(', ')}.`;
    }
    const outcomes = 'outcomes' in step ? Object.keys(step.outcomes) : [];
    if (!outcomes.includes(value))
      return `"${name}" cannot end with "${value}".${outcomes.length > 0 ? ` It ends with: ${outcomes.join(', ')}.` : ''}`;
  }
  return undefined;
}

function withoutNumber(protocol: Protocol, step: Step): string {
  const dues = step.due.map((due) => (due.form === 'clock' ? protocol.clocks[due.clock] : due));
  const rules = [...new Set(dues.flatMap((due) => (due && due.form !== 'at-once' ? due.rules : [])))];
  const instead =
    rules.length === 0 ? '' : ` The step that carries it, "${step.title}", is dated by ${rules.join(', ')}.`;
  return `No number in the protocol for this rule.${instead}`;
}

function duesOf(protocol: Protocol): readonly Due[] {
  return [...Object.values(protocol.clocks), ...Object.values(protocol.steps).flatMap((step) => step.due)];
}

function fieldsWithLimit(protocol: Protocol): readonly Field[] {
  return Object.values(protocol.steps).flatMap((step) => Object.values(fieldsOf(protocol, step)));
}

/** Every rule that stands anywhere in a pathway or its council. */
export function allRules(protocol: Protocol): readonly string[] {
  const found = new Set<string>();
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const each of value) walk(each);
    else if (value !== null && typeof value === 'object') {
      for (const [key, each] of Object.entries(value)) {
        if (key === 'rules' && Array.isArray(each)) for (const rule of each) found.add(String(rule));
        else walk(each);
      }
    }
  };
  walk(protocol);
  return [...found].sort();
}
