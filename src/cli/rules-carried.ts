/** Where each ledger rule is carried: by which element of a pathway or of its council, and in which words. */
import { fieldsOf, outcomesOf } from '../adapters/protocol-files/names.ts';
import type { Council, Due, Field, Gate, Outcome, Protocol, RuleId, Step } from '../domain/protocol/types.ts';

/** One place where a rule is carried out, in words for a reader of the data: `joint visit: limit`. */
export interface Carried {
  readonly rule: RuleId;
  readonly where: string;
}

/** Every rule that a pathway carries, its council's elements that it uses included, in order of the ledger. */
export function rulesOfPathway(protocol: Protocol): readonly RuleId[] {
  return sorted([...carriedByPathway(protocol), ...carriedByCouncilFor(protocol)].map(({ rule }) => rule));
}

/** What the pathway itself carries, in the order of its file. */
export function carriedByPathway(protocol: Protocol): readonly Carried[] {
  const of = (where: string, rules: readonly RuleId[] = []): Carried[] => rules.map((rule) => ({ rule, where }));
  const dues = (where: string, list: readonly Due[]): Carried[] =>
    list.flatMap((due) => [
      ...of(`${where}: by when`, due.rules),
      ...due.instead.flatMap((entry) => of(`${where}: by when, read otherwise`, entry.rules)),
    ]);
  const gates = (where: string, list: readonly Gate[]): Carried[] =>
    list.flatMap((gate) => [
      ...of(`${where}: refused until. “${gate.says}”`, gate.rules),
      ...(gate.notBefore ? dues(where, [gate.notBefore]) : []),
    ]);
  const fields = (where: string, form: Readonly<Record<string, Field>>): Carried[] =>
    Object.values(form).flatMap((field) => [
      ...of(`${where}: asks “${nameOf(field)}”`, field.rules),
      ...field.options.flatMap((option) => of(`${where}: the answer “${option.label}”`, option.rules)),
      ...(field.notAfter ? dues(`${where}: “${nameOf(field)}”`, [field.notAfter]) : []),
    ]);
  const outcome = (where: string, each: Outcome): Carried[] => [
    ...of(`${where}: “${each.button}”`, each.rules),
    ...gates(`${where}: “${each.button}”`, each.gates),
    ...fields(`${where}: “${each.button}”`, each.asks),
  ];
  const step = (each: Step): Carried[] => [
    ...of(`step: ${each.title}`, each.rules),
    ...dues(each.title, each.due),
    ...gates(each.title, each.gates),
    ...each.warns.flatMap((warn) => of(`${each.title}: warns. “${warn.says}”`, warn.rules)),
    ...fields(each.title, each.form),
    ...[...Object.values(outcomesOf(each)), ...Object.values(each.moments ?? {})].flatMap((one) =>
      outcome(each.title, one),
    ),
    ...(each.kind === 'decide' && each.standIn ? of(`${each.title}: who may stand in`, each.standIn.rules) : []),
    ...(each.kind === 'resolve'
      ? each.rungs.flatMap((rung) => of(`${each.title}: ${rung.title || 'rung'} decide`, rung.rules))
      : []),
  ];
  return [
    ...of('the pathway as a whole', protocol.rules),
    ...Object.values(protocol.facts).flatMap((fact) => [
      ...of(`date: ${fact.title}`, fact.rules),
      ...fields(fact.title, fact.form),
    ]),
    ...Object.entries(protocol.conditions).flatMap(([id, condition]) =>
      of(`${condition.window ? 'window' : 'condition'}: ${id.replaceAll('-', ' ')}`, condition.rules),
    ),
    ...Object.entries(protocol.clocks).flatMap(([id, clock]) => dues(id.replaceAll('-', ' '), [clock])),
    ...protocol.opening.pages.flatMap((page) => [
      ...of(`opening: ${pageTitle(page.title)}`, page.rules),
      ...(page.refusal ? of(`opening: ${pageTitle(page.title)}: “${page.refusal.button}”`, page.refusal.rules) : []),
      ...fields(`opening: ${pageTitle(page.title)}`, page.fields),
    ]),
    ...Object.values(protocol.steps).flatMap(step),
  ];
}

/** What stands in the council's own file. */
export function carriedByCouncil(council: Council): readonly (Carried & { readonly names: readonly string[] })[] {
  const of = (where: string, names: readonly string[], rules: readonly RuleId[] = []) =>
    rules.map((rule) => ({ rule, where, names }));
  return [
    ...of('the numbers to ring, shown first', [], council.safeguarding.rules),
    ...council.safeguarding.lines.flatMap((line) => of(`number to ring: ${line.name}`, [], line.rules)),
    ...Object.entries(council.mailboxes).flatMap(([id, box]) =>
      of(`mailbox: ${box.name}`, [`mailbox/${id}`], box.rules),
    ),
    ...Object.entries(council.cycles).flatMap(([id, cycle]) => of(`forum: ${cycle.title}`, [id], cycle.rules)),
    ...Object.entries(council.lists).flatMap(([id, list]) => of(`register: ${list.title}`, [id], list.rules)),
    ...Object.entries(council.sources).flatMap(([id, source]) => of(`document: ${source.title}`, [id], source.rules)),
    ...Object.entries(council.teams).flatMap(([, team]) => of(`team: ${team.name}`, [], team.rules)),
  ];
}

/** Of the council's elements those that the pathway names; what no pathway names (the numbers to ring) is every pathway's. */
function carriedByCouncilFor(protocol: Protocol): readonly Carried[] {
  const { council, ...rest } = protocol;
  const text = JSON.stringify(rest);
  const uses = (name: string) => text.includes(`"${name}"`) || text.includes(`list.${name}.`);
  return carriedByCouncil(council).filter(({ names }) => names.length === 0 || names.some(uses));
}

/** Every rule that something of a council carries: its pathways, and the elements of its file that no pathway names. */
export function rulesOfCouncil(council: Council, protocols: readonly Protocol[]): readonly RuleId[] {
  const own = protocols.filter((protocol) => protocol.council.id === council.id);
  return sorted([
    ...carriedByCouncil(council).map(({ rule }) => rule),
    ...own.flatMap((protocol) => carriedByPathway(protocol).map(({ rule }) => rule)),
  ]);
}

/** Fields that hold a limit of their own: a day or a time that must not lie after it. */
export function fieldsWithLimit(protocol: Protocol): readonly Field[] {
  const pages = protocol.opening.pages.flatMap((page) => Object.values(page.fields));
  const steps = Object.values(protocol.steps).flatMap((step) => Object.values(fieldsOf(protocol, step)));
  return [...new Set([...pages, ...steps])].filter(({ notAfter }) => notAfter !== undefined);
}

function nameOf(field: Field): string {
  return field.label.replace(/\s*\{[a-z-]+\}\s*/g, ' ').trim() || field.id.replaceAll('-', ' ');
}

const pageTitle = (title: string): string => title.replace(/\s*\{[a-z-]+\}/g, '').trim();

function sorted(rules: readonly RuleId[]): readonly RuleId[] {
  return [...new Set(rules)].sort();
}
