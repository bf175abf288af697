/**
 * Can everything in a pathway come about? Starts from nothing and grows: a step can open when all that it comes after can be true,
 * and can be done when its gates can pass as well. What is left over at the end can never open, or waits for itself.
 */
import type { Gate, Protocol, Step } from '../../domain/protocol/types.ts';
import { momentsOf, outcomesOf } from './names.ts';

type Pathway = Omit<Protocol, 'version'>;

export interface Reach {
  readonly opens: ReadonlySet<string>;
  readonly done: ReadonlySet<string>;
  /** `step.outcome` */
  readonly outcomes: ReadonlySet<string>;
  canBe(ref: string): boolean;
}

export function reachOf(pathway: Pathway): Reach {
  const opens = new Set<string>();
  const done = new Set<string>();
  const outcomes = new Set<string>();
  const conditions = new Set<string>();

  const canBe = (ref: string): boolean => {
    const [head = '', part] = ref.split('.');
    if (head === 'setting' || head === 'list' || head === 'form' || head in pathway.facts) return true;
    if (head in pathway.conditions) return conditions.has(head);
    const step = pathway.steps[head];
    if (!step || part === undefined) return done.has(head);
    if (part in outcomesOf(step)) return outcomes.has(`${head}.${part}`);
    // A mail can go, a meeting can be booked, before the gates on completing it have been met.
    const early = part !== 'held' && part !== 'given' && part !== 'named' && momentsOf(step).includes(part);
    return early ? opens.has(head) : done.has(head);
  };
  const passes = (gate: Gate, own: Step) =>
    gate.soft !== undefined || gate.needs.every((need) => need.split('.')[0] === own.id || canBe(need));

  for (let grew = true; grew; ) {
    const before = opens.size + done.size + outcomes.size + conditions.size;
    for (const [name, condition] of Object.entries(pathway.conditions)) {
      const { all, any, window } = condition;
      const needed = window ? [...all, window.happened, window.of] : all;
      if (needed.every(canBe) && (any.length === 0 || any.some(canBe))) conditions.add(name);
    }
    for (const step of Object.values(pathway.steps)) {
      if (!step.after.every(canBe)) continue;
      opens.add(step.id);
      if (!step.gates.every((gate) => passes(gate, step))) continue;
      const all = Object.entries(outcomesOf(step));
      const possible = all.filter(([, outcome]) => outcome.gates.every((gate) => passes(gate, step)));
      for (const [name] of possible) outcomes.add(`${step.id}.${name}`);
      if (all.length === 0 || possible.length > 0) done.add(step.id);
    }
    grew = opens.size + done.size + outcomes.size + conditions.size > before;
  }
  return { opens, done, outcomes, canBe };
}
