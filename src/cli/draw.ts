/** `stepwise draw`: a pathway as a Mermaid flowchart, from the data alone. Snapshotted, so that a changed protocol is a changed picture. */
import { fieldsOf, outcomesOf } from '../adapters/protocol-files/names.ts';
import { explainReference } from '../domain/case/references.ts';
import type { Due, Field, Gate, Protocol, Ref, Step } from '../domain/protocol/types.ts';
import type { Count } from '../domain/time/count.ts';
import { writeCount } from '../domain/time/reasons.ts';
import { capital } from '../domain/wording.ts';
import type { Outcome, Parsed } from './command.ts';
import { findPathway, isOutcome, readData } from './data.ts';

export function drawCommand(parsed: Parsed): Outcome {
  const data = readData();
  if (isOutcome(data)) return data;
  const protocol = findPathway(data, parsed.positionals[0]);
  if (isOutcome(protocol)) return protocol;
  const mermaid = draw(protocol, (pathway) => data.protocols.all().find((each) => each.id === pathway)?.title);
  return { exit: 0, json: { pathway: protocol.id, mermaid }, text: mermaid };
}

/**
 * Lanes are the roles that owe a step. Full arrows: comes after. Dotted: refused until. Thick: how it ends. A thick border: asked in
 * the opening conversation. Dashed: may happen, is never owed.
 */
export function draw(protocol: Protocol, titleOf: TitleOf = () => undefined): string {
  const steps = Object.values(protocol.steps);
  const lanes = Map.groupBy(steps, (step) => ownerOf(step));
  const lines = [
    '---',
    `title: ${JSON.stringify(`${protocol.council.name}: ${protocol.title}`)}`,
    '---',
    'flowchart TB',
  ];
  for (const [role, owned] of lanes) {
    lines.push(`  subgraph lane_${id(role)}[${quoted(protocol.council.roles[role]?.name ?? role)}]`);
    for (const step of owned) lines.push(`    ${id(step.id)}${shape(step, label(protocol, step))}`);
    lines.push('  end');
  }
  for (const [name, fact] of Object.entries(protocol.facts)) lines.push(`  ${id(name)}[/${quoted(fact.title)}/]`);

  lines.push(`  start_here(["${escaped(protocol.button)}"])`);
  const arrows = new Set<string>([`  start_here --> ${id(openedBy(protocol)[0] ?? protocol.opening.sends)}`]);
  const ends = new Set<string>();
  const linked = new Set<string>();
  const ending = (step: Step, { ends: word, movesTo, starts }: Ending, words: string) => {
    const end = movesTo ?? word;
    if (end !== undefined) {
      ends.add(end);
      arrows.add(`  ${id(step.id)} ==>${words} end_${id(end)}`);
    }
    if (starts !== undefined) {
      linked.add(starts);
      arrows.add(`  ${id(step.id)} -->${words} end_linked_${id(starts)}`);
    }
  };
  for (const step of steps) {
    for (const edge of step.after.flatMap((ref) => edgesFrom(protocol, ref))) {
      arrows.add(`  ${edge.from} -->${edge.words} ${id(step.id)}`);
    }
    for (const gate of gatesOf(step)) {
      for (const edge of gate.needs.flatMap((ref) => edgesFrom(protocol, ref))) {
        if (edge.from !== id(step.id)) arrows.add(`  ${edge.from} -.->|${quoted(gate.says)}| ${id(step.id)}`);
      }
    }
    ending(step, step, '');
    for (const outcome of [...Object.values(outcomesOf(step)), ...Object.values(step.moments ?? {})]) {
      ending(step, outcome, `|${quoted(outcome.button)}|`);
      for (const again of outcome.reopens) arrows.add(`  ${id(step.id)} -->|${quoted(outcome.button)}| ${id(again)}`);
    }
  }
  for (const end of ends) lines.push(`  end_${id(end)}([${quoted(endWords(protocol, end, titleOf))}])`);
  for (const to of linked) lines.push(`  end_linked_${id(to)}([${quoted(`linked case: ${titleOf(to) ?? to}`)}])`);
  const opening = openedBy(protocol).filter((name) => name in protocol.steps);
  const optional = steps.filter((step) => step.optional).map((step) => step.id);
  return [
    ...lines,
    ...arrows,
    ...styled('opening', 'stroke-width:3px', opening),
    ...styled('may', 'stroke-dasharray:5 4', optional),
  ].join('\n');
}

function styled(name: string, style: string, steps: readonly string[]): readonly string[] {
  return steps.length === 0 ? [] : [`  classDef ${name} ${style}`, `  class ${steps.map(id).join(',')} ${name}`];
}

/** Steps and facts that the opening conversation records, in its order. */
function openedBy({ opening }: Protocol): readonly string[] {
  const asked = opening.pages.flatMap(({ records }) =>
    'step' in records ? [records.step] : 'fact' in records ? [records.fact] : [],
  );
  return [...new Set([...asked, opening.sends])];
}

interface Ending {
  readonly ends?: string;
  readonly movesTo?: string;
  readonly starts?: string;
}

/** Title of another pathway, for the ends at which a case goes on there. */
export type TitleOf = (pathway: string) => string | undefined;

/** `back with Family First`; of a pathway `goes on: step down to Level 2`. */
export function endWords(protocol: Protocol, end: string, titleOf: TitleOf = () => undefined): string {
  if (end.includes('/')) return `goes on: ${titleOf(end) ?? end}`;
  // What the pathway writes in capitals stays so: "EHA closed", "back with Family First".
  const said = [protocol.title, protocol.button, ...Object.values(protocol.council.services).map(({ name }) => name)];
  for (const step of Object.values(protocol.steps))
    said.push(step.title, ...Object.values(outcomesOf(step)).flatMap(({ button, done }) => [button, done]));
  const names = said.flatMap((text) => text.match(/\b(?:[A-Z]{2,}|[A-Z][a-z]+(?: [A-Z][a-z]+)+)\b/g) ?? []);
  const longestFirst = [...new Set(names)].sort((a, b) => b.length - a.length);
  const words = end.replaceAll('-', ' ').replace(/\blevel (\d)/, 'Level $1');
  return longestFirst.reduce((text, name) => text.replace(new RegExp(`\\b${name}\\b`, 'gi'), name), words);
}

function ownerOf(step: Step): string {
  return (
    step.by[0] ?? (step.kind === 'meet' ? step.organiser : step.kind === 'resolve' ? (step.rungs[0]?.by[0] ?? '') : '')
  );
}

function label(protocol: Protocol, step: Step): string {
  return [step.title, ...whoElse(protocol, step), ...limitsOf(protocol, step)].map(escaped).join('<br/>');
}

/** Beside the lane's own role: who decides too, may do it instead, or decides where the first do not agree; and for whom it is done. */
function whoElse({ council }: Protocol, step: Step): readonly string[] {
  const names = (roles: readonly string[], word: string) =>
    roles.map((role) => council.roles[role]?.name ?? role).join(word);
  const others = step.by.slice(1).filter((role) => step.kind !== 'meet' || role !== step.chair);
  const joint = step.kind === 'decide' && step.joint;
  return [
    ...(step.each === undefined ? [] : [step.each === 'agencies' ? 'for each agency' : 'for each child']),
    ...(others.length === 0 ? [] : [joint ? `together with ${names(others, ' and ')}` : `or ${names(others, ', ')}`]),
    ...(step.kind === 'resolve' && step.rungs.length > 1
      ? [step.rungs.map(({ by, title }) => title || names(by, ' and ')).join(', then ')]
      : []),
    ...(step.kind === 'meet' && step.chair !== undefined && step.chair !== ownerOf(step)
      ? [`in the chair: ${names([step.chair], '')}`]
      : []),
  ];
}

/** By when, in words, with the rules: `2 working days from when the referral arrived (CAM-A-14)`. */
export function limitsOf(protocol: Protocol, step: Step): readonly string[] {
  return [...new Set(step.due.flatMap((due) => limitOf(protocol, due)))];
}

function limitOf(protocol: Protocol, due: Due): readonly string[] {
  if (due.form === 'clock') {
    const clock = protocol.clocks[due.clock];
    return clock === undefined
      ? []
      : limitOf(protocol, { ...clock, rules: due.rules.length > 0 ? due.rules : clock.rules });
  }
  const rule = due.rules.join(', ');
  if (due.form === 'at-once') return [`at once (${rule})`];
  if (due.form === 'next') return [`next ${protocol.council.cycles[due.cycle]?.title ?? due.cycle} (${rule})`];
  const other = due.instead.flatMap(({ count, when }) =>
    count && !areSettings(protocol, when) ? [`, or ${writeCount(count)} (${course(protocol, when)})`] : [],
  );
  const before = due.form === 'notice';
  const anchor = due.anchorIs ?? `when ${clause(protocol, before ? due.before : due.of)}`;
  if (due.form === 'every') return [`every ${writeCount(due.count).replace(/^1 /, '')} from ${anchor} (${rule})`];
  if (before && due.count.n === 0) return [`before ${anchor.replace(/^when /, '')} (${rule})`];
  const kind = due.form === 'target' ? 'target: ' : due.form === 'house' ? 'house rule: ' : '';
  const when = due.count.n === 0 ? 'on' : `${writeCount(due.count)} ${before ? 'before' : 'from'}`;
  return [`${kind}${when} ${anchor}${other.join('')} (${rule})`];
}

/** Two switches at once: each by itself is said, and what both come to follows. */
function areSettings(protocol: Protocol, ref: Ref): boolean {
  const condition = protocol.conditions[ref];
  const members = condition === undefined ? [] : [...condition.all, ...condition.any];
  return members.some((each) => each.startsWith('setting.') || (each !== ref && areSettings(protocol, each)));
}

/** `Refer to panel`: the button that changes the count. */
function course(protocol: Protocol, ref: Ref): string {
  const [head = '', part = '', option = ''] = ref.split('.');
  if (head === 'setting') return `setting ${part}: ${option}`;
  const step = protocol.steps[head];
  return (step && outcomesOf(step)[part]?.button) ?? clause(protocol, ref);
}

function clause(protocol: Protocol, ref: Ref): string {
  return explainReference(protocol, ref) ?? ref;
}

const SHAPES: Readonly<Record<Step['kind'], readonly [string, string]>> = {
  send: ['>', ']'],
  record: ['[', ']'],
  consent: ['[[', ']]'],
  assign: ['[', ']'],
  decide: ['{{', '}}'],
  meet: ['(', ')'],
  resolve: ['{', '}'],
};

function shape(step: Step, words: string): string {
  const [open, close] = SHAPES[step.kind];
  return `${open}"${words}"${close}`;
}

interface Edge {
  readonly from: string;
  /** `|"Refer to panel"|` or nothing. */
  readonly words: string;
}

/** A condition is drawn as arrows from what it is made of; a window says how long it is. */
function edgesFrom(protocol: Protocol, ref: Ref, seen: ReadonlySet<string> = new Set()): readonly Edge[] {
  const [head = ''] = ref.split('.');
  const condition = protocol.conditions[head];
  if (condition && !seen.has(head)) {
    const inside = new Set([...seen, head]);
    const { window } = condition;
    const within = window
      ? edgesFrom(protocol, window.happened, inside).map((edge) => ({
          ...edge,
          words: labelled(windowWords(protocol, window)),
        }))
      : [];
    return [
      ...[...condition.all, ...condition.any].flatMap((member) => edgesFrom(protocol, member, inside)),
      ...within,
    ];
  }
  if (!protocol.steps[head] && !protocol.facts[head]) return [];
  return [{ from: id(head), words: labelled(partWords(protocol, ref)) }];
}

function windowWords(protocol: Protocol, { within, of }: { readonly within: Count; readonly of: Ref }): string {
  return `within ${writeCount(within)} after ${clause(protocol, of)}`;
}

function labelled(words: string): string {
  return words === '' ? '' : `|${quoted(words)}|`;
}

/** The button pressed, the moment, or the answer given: `Who asked? A professional`. */
function partWords(protocol: Protocol, ref: Ref): string {
  const [head = '', part, answer] = ref.split('.');
  if (part === undefined) return '';
  const step = protocol.steps[head];
  const button = step && (outcomesOf(step)[part]?.button ?? step.moments?.[part]?.button);
  if (button !== undefined && answer === undefined) return button;
  const pages = protocol.opening.pages.filter(({ records }) => 'fact' in records && records.fact === head);
  const form = step ? fieldsOf(protocol, step) : Object.assign({}, ...pages.map(({ fields }) => fields));
  const field: Field | undefined = form[part];
  if (field === undefined)
    return [part, answer]
      .filter((word) => word !== undefined)
      .join(' ')
      .replaceAll('-', ' ');
  const asked = field.label.replace(/\s*\{[a-z-]+\}/g, '');
  if (answer === undefined) return asked;
  return `${asked.replace(/(?<![?!])$/, ':')} ${field.options.find((option) => option.id === answer)?.label ?? capital(answer)}`;
}

function gatesOf(step: Step): readonly Gate[] {
  return [...step.gates, ...Object.values(outcomesOf(step)).flatMap((outcome) => outcome.gates)];
}

/** Mermaid takes `end` for a key word and hyphens for arrows. */
function id(name: string): string {
  return `s_${name.replace(/[^a-z0-9]/gi, '_')}`;
}

function quoted(words: string): string {
  return `"${escaped(words)}"`;
}

/** Quotes and brackets of a label would be read as drawing. */
function escaped(words: string): string {
  return words.replace(/[#"<>&`\\[\]{}|]/g, (character) => `#${character.codePointAt(0)};`);
}
