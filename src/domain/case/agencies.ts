/** Agencies of a case: a step may be done for each of them (HER-D-02). Their ids run the case; their names are personal. */
import type { Field, Protocol } from '../protocol/types.ts';
import { answerOf } from './facts.ts';
import { fieldsOf, own, stepOfFact } from './steps.ts';
import type { ChildId, RecordedFact } from './types.ts';

export interface Agencies {
  /** `a1`, `a2`, … of the latest answer. */
  readonly ids: readonly ChildId[];
  /** By id, every one that was ever named: a name that comes again keeps its id. `Agency 1` where the family's part is sealed. */
  readonly names: Readonly<Record<ChildId, string>>;
}

export const AGENCY = /^a\d+$/;

/** @param facts in force */
export function agenciesNamed(protocol: Protocol, facts: readonly RecordedFact[]): Agencies {
  let ids: readonly ChildId[] = [];
  const names: Record<ChildId, string> = {};
  for (const fact of facts) {
    const named = namesIn(fact);
    Object.assign(names, named);
    ids = answered(protocol, fact) ?? (Object.keys(named).length > 0 ? Object.keys(named) : ids);
  }
  for (const id of ids) names[id] ??= `Agency ${id.slice(1)}`;
  return { ids, names };
}

function answered(protocol: Protocol, fact: RecordedFact): readonly ChildId[] | undefined {
  for (const field of Object.values(fieldsOfFact(protocol, fact.fact))) {
    const answer = field.type === 'agencies' ? answerOf(fact, field.id) : undefined;
    if (Array.isArray(answer)) return answer.filter((each: string) => AGENCY.test(each));
  }
  return undefined;
}

function fieldsOfFact(protocol: Protocol, name: string): Readonly<Record<string, Field>> {
  const of = stepOfFact(protocol, name);
  if (of !== undefined) return fieldsOf(protocol, of.step);
  const pages = protocol.opening.pages.filter(({ records }) => 'fact' in records && records.fact === name);
  return Object.assign({}, own(protocol.facts, name)?.form, ...pages.map(({ fields }) => fields));
}

/** What an earlier pathway asked cannot be read by its form here, but by its keys. */
function namesIn({ answers, personal }: RecordedFact): Readonly<Record<ChildId, string>> {
  const found: Record<ChildId, string> = {};
  for (const [key, answer] of Object.entries({ ...answers, ...personal })) {
    const [id = '', word] = key.split('.');
    if (word === 'agency' && AGENCY.test(id) && typeof answer === 'string') found[id] = answer;
  }
  return found;
}
