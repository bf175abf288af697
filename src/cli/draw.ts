/** `stepwise draw`: a pathway as a Mermaid flowchart, from the data alone. Snapshotted, so that a changed protocol is a changed picture. */

import { outcomesOf } from '../adapters/protocol-files/names.ts';
import { explainReference } from '../domain/case/references.ts';
import type { Due, Gate, Protocol, Ref, Step } from '../domain/protocol/types.ts';
import { writeCount } from '../domain/time/reasons.ts';
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

/** Lanes are the roles that owe a step. Full arrows: comes after. Dotted: refused until. Thick: how it ends. */
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

  const arrows = new Set<string>();
  const ends = new Set<string>();
  const ending = (step: Step, { ends: word, movesTo, starts }: Ending, words: string) => {
    const end = movesTo ?? word;
    if (end !== undefined) {
      ends.add(end);
      arrows.add(`  ${id(step.id)} ==>${words} end_${id(end)}`);
    }
    if (starts !== undefined) {
      ends.add(starts);
      arrows.add(`  ${id(step.id)} -->${words === '' ? '|"starts a linked case"|' : words} end_${id(starts)}`);
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
  for (const end of ends) lines.push(`  end_${id(end)}([${quoted(endWords(end, titleOf))}])`);
  return [...lines, ...arrows].join('\n');
}

interface Ending {
  readonly ends?: string;
  readonly movesTo?: string;
  readonly starts?: string;
}

/** Title of another pathway, for the ends at which a case goes on there. */
export type TitleOf = (pathway: string) => string | undefined;

function endWords(end: string, titleOf: TitleOf): string {
  return end.includes('/') ? `goes on: ${titleOf(end) ?? end}` : end.replaceAll('-', ' ');
}

function ownerOf(step: Step): string {
  return (
    step.by[0] ?? (step.kind === 'meet' ? step.organiser : step.kind === 'resolve' ? (step.rungs[0]?.by[0] ?? '') : '')
  );
}

function label(protocol: Protocol, step: Step): string {
  return [step.title, ...limitsOf(protocol, step)].map(escaped).join('<br/>');
}

/** By when, in words, with the rules: `2 working days from when the referral arrived (CAM-A-14)`. */
export function limitsOf(protocol: Protocol, step: Step): readonly string[] {
  return step.due.flatMap((due) => limitOf(protocol, due));
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
    count ? [`, or ${writeCount(count)} (${course(protocol, when)})`] : [],
  );
  const before = due.form === 'notice';
  const anchor = due.anchorIs ?? `when ${clause(protocol, before ? due.before : due.of)}`;
  if (due.form === 'every') return [`every ${writeCount(due.count)} from ${anchor} (${rule})`];
  const kind = due.form === 'target' ? 'target: ' : due.form === 'house' ? 'house rule: ' : '';
  return [`${kind}${writeCount(due.count)} ${before ? 'before' : 'from'} ${anchor}${other.join('')} (${rule})`];
}

/** `Refer to panel`: the button that changes the count. */
function course(protocol: Protocol, ref: Ref): string {
  const [head = '', part = ''] = ref.split('.');
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

/** A condition is drawn as arrows from what it is made of. */
function edgesFrom(protocol: Protocol, ref: Ref, seen: ReadonlySet<string> = new Set()): readonly Edge[] {
  const [head = '', part] = ref.split('.');
  const condition = protocol.conditions[head];
  if (condition && !seen.has(head)) {
    const { window } = condition;
    return [...condition.all, ...condition.any, ...(window ? [window.happened] : [])].flatMap((member) =>
      edgesFrom(protocol, member, new Set([...seen, head])),
    );
  }
  const step = protocol.steps[head];
  if (!step && !protocol.facts[head]) return [];
  const words = part === undefined ? '' : ((step && outcomesOf(step)[part]?.button) ?? part);
  return [{ from: id(head), words: words === '' ? '' : `|${quoted(words)}|` }];
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
