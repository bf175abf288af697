/** A council's page for docs/protocols/: every pathway drawn, every rule with the place where it is carried, every setting. Made from the data. */
import type { Ambiguity, ListedRule } from '../adapters/protocol-files/load.ts';
import { outcomesOf } from '../adapters/protocol-files/names.ts';
import { toFillIn } from '../application/to-fill-in.ts';
import type { Council, Cycle, Protocol, Step } from '../domain/protocol/types.ts';
import { writeDay } from '../domain/time/instant.ts';
import { capital } from '../domain/wording.ts';
import { draw, endWords, limitsOf, type TitleOf } from './draw.ts';
import { carriedByCouncil, carriedByPathway } from './rules-carried.ts';

export interface CouncilPage {
  readonly council: Council;
  /** Newest edition of each, in the order of their names. */
  readonly protocols: readonly Protocol[];
  readonly listed: readonly ListedRule[];
  readonly ambiguities: readonly Ambiguity[];
  readonly titleOf: TitleOf;
}

export function writeCouncilPage(page: CouncilPage): string {
  const { council } = page;
  const parts = [
    `# ${council.name}`,
    'Generated from `src/protocols/' +
      council.id +
      '/` by `npx stepwise docs --write`. Do not edit: a test fails when it is stale.',
    documents(council),
    pathwaysOverview(page),
    settings(page),
    fillIn(page),
    forums(council),
    registers(council),
    ...page.protocols.map((protocol) => pathway(protocol, page.titleOf)),
    everyRule(page),
    notCarried(page.listed),
    readings(page.ambiguities),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** docs/protocols/README.md: what there is. */
export function writeIndex(pages: readonly CouncilPage[]): string {
  const rows = pages.map(({ council, protocols, listed }) => [
    `[${council.name}](${council.id}.md)`,
    protocols.map(({ title }) => title).join('; '),
    String(new Set(rulesIn(protocols, council)).size),
    String(listed.length),
  ]);
  return [
    '# The protocols that come with Stepwise',
    'Generated from `src/protocols/` by `npx stepwise docs --write`. How to add one: [new-council.md](../new-council.md).',
    `${table(['Council', 'Pathways', 'Rules carried', 'Rules listed with a reason'], rows)}\n`,
  ].join('\n\n');
}

function rulesIn(protocols: readonly Protocol[], council: Council): readonly string[] {
  return [...protocols.flatMap(carriedByPathway), ...carriedByCouncil(council)].map(({ rule }) => rule);
}

function documents(council: Council): string {
  const all = Object.values(council.sources);
  if (all.length === 0) return '';
  const lines = all.map(({ title, version, note, links }) =>
    [`- ${title}, ${version}.`, note ?? '', ...links.map(({ label, url }) => `[${label}](${url})`)]
      .filter((part) => part !== '')
      .join(' '),
  );
  return ['## The documents', ...lines].join('\n');
}

function pathwaysOverview({ council, protocols }: CouncilPage): string {
  const rows = protocols.map(({ id, title, direction, opening, steps, edition, offered }) => [
    `[${title}](#${anchor(title)})`,
    `\`${id}\`, edition ${edition}${offered ? '' : ', not offered in chat'}`,
    direction.replace('-', ' '),
    opening.by.map((role) => roleName(council, role)).join(', '),
    String(Object.keys(steps).length),
  ]);
  return `## Pathways\n\n${table(['Pathway', 'Name in the data', 'Direction', 'Started by', 'Steps'], rows)}`;
}

function settings({ council }: CouncilPage): string {
  const rows = Object.entries(council.settings).map(([id, { options, default: chosen, ambiguity, about }]) => [
    `\`${id}\``,
    options.map((option) => (option === chosen ? `**${option}**` : option)).join(', '),
    ambiguity,
    about ?? '',
  ]);
  if (rows.length === 0) return '';
  return `## Settings\n\nWhat the council may read in another way. The default is bold.\n\n${table(['Setting', 'Options', 'Ledger', 'What it changes'], rows)}`;
}

function fillIn({ council, protocols }: CouncilPage): string {
  const rows = toFillIn(council, protocols).map(({ what, where, why, rules }) => [
    what,
    `\`${where}\``,
    why,
    rules.join(', '),
  ]);
  return rows.length === 0
    ? ''
    : `## To be filled in before it goes live\n\n${table(['What', 'Where', 'Until then', 'Rules'], rows)}`;
}

function isSet(cycle: Cycle): boolean {
  if (cycle.every === 'working day') return true;
  if (cycle.every === 'dates') return cycle.dates.length > 0 || Object.keys(cycle.datesOfTeam).length > 0;
  return cycle.every.unit === 'weeks' && cycle.every.n === 1 ? cycle.weekday !== undefined : cycle.from !== undefined;
}

function forums(council: Council): string {
  const rows = Object.values(council.cycles).map((cycle) => [
    cycle.title,
    howOften(cycle),
    roleName(council, cycle.by),
    cycle.takes.map((ref) => `\`${ref}\``).join(', '),
    cycle.rules.join(', '),
  ]);
  return rows.length === 0
    ? ''
    : `## Standing forums\n\n${table(['Forum', 'When', 'Convened by', 'Also on its list', 'Rules'], rows)}`;
}

function howOften(cycle: Cycle): string {
  const unset = isSet(cycle) ? '' : ' (day not set)';
  if (cycle.every === 'working day') return `every working day, ${cycle.time}`;
  if (cycle.every === 'dates') return `on the dates that the council lists${unset}`;
  const { n, unit } = cycle.every;
  if (unit === 'weeks' && n === 1)
    return cycle.weekday ? `every ${cycle.weekday}, ${cycle.time}` : `every week${unset}`;
  const often = n === 1 ? `every ${unit.slice(0, -1)}` : `every ${n} ${unit}`;
  return `${often}${cycle.from ? `, counted from ${writeDay(cycle.from)}` : unset}`;
}

function registers(council: Council): string {
  const rows = Object.entries(council.lists).map(([id, { title, states, moves, rules }]) => [
    title,
    `\`${id}\`: ${states.join(', ')}`,
    moves.length === 0 ? 'any' : moves.map(([from, to]) => `${from} → ${to}`).join(', '),
    rules.join(', '),
  ]);
  return rows.length === 0 ? '' : `## Registers\n\n${table(['Register', 'States', 'Moves', 'Rules'], rows)}`;
}

function pathway(protocol: Protocol, titleOf: TitleOf): string {
  const rows = Object.values(protocol.steps).map((step) => [
    step.title + (step.optional ? ' (optional)' : ''),
    owners(protocol, step),
    limitsOf(protocol, step).join('; '),
    gatesOf(step)
      .map(({ says }) => says)
      .join(' '),
    endings(protocol, step, titleOf),
  ]);
  const also =
    protocol.afterwards.length === 0
      ? []
      : [
          `Once it has ended it may be taken up again as: ${protocol.afterwards.map((id) => titleOf(id) ?? id).join('; ')}.`,
        ];
  return [
    `## ${capital(protocol.title)}`,
    responsibility(protocol),
    ...also,
    `\`\`\`mermaid\n${draw(protocol, titleOf)}\n\`\`\``,
    table(['Step', 'Who', 'By when', 'Not before', 'Can end'], rows),
  ].join('\n\n');
}

function responsibility(protocol: Protocol): string {
  const { starts, when } = protocol.holder;
  const first = serviceName(protocol, starts);
  if (when.startsWith('when ')) return `Responsibility: ${first} first; it moves ${when}.`;
  return `Responsibility: ${first}. ${capital(when.replace(/^never\b/, 'it never moves'))}.`;
}

function owners({ council }: Protocol, step: Step): string {
  const roles =
    step.by.length > 0
      ? step.by
      : step.kind === 'meet'
        ? [step.organiser]
        : step.kind === 'resolve'
          ? step.rungs.flatMap(({ by }) => by)
          : [];
  return [...new Set(roles)].map((role) => roleName(council, role)).join(', ');
}

function gatesOf(step: Step) {
  return [...step.gates, ...Object.values(outcomesOf(step)).flatMap(({ gates }) => gates)];
}

function endings(protocol: Protocol, step: Step, titleOf: TitleOf): string {
  const one = (
    words: string,
    part: { readonly ends?: string; readonly movesTo?: string; readonly starts?: string },
  ) => [
    ...(part.ends ? [`${words}ends: ${endWords(protocol, part.ends)}`] : []),
    ...(part.movesTo ? [`${words}goes on: ${titleOf(part.movesTo) ?? part.movesTo}`] : []),
    ...(part.starts ? [`${words}starts: ${titleOf(part.starts) ?? part.starts}`] : []),
  ];
  const parts = [...Object.values(outcomesOf(step)), ...Object.values(step.moments ?? {})];
  const outcomes = parts.map((outcome) => {
    const leads = one('', outcome).join(', ');
    return leads === '' ? outcome.button : `${outcome.button} (${leads})`;
  });
  return [...one('', step), ...outcomes].join('; ');
}

/** Each rule once, with every place that carries it. */
function everyRule({ council, protocols }: CouncilPage): string {
  const places = new Map<string, Set<string>>();
  const add = (rule: string, where: string) => places.set(rule, (places.get(rule) ?? new Set()).add(where));
  for (const { rule, where } of carriedByCouncil(council)) add(rule, capital(where));
  for (const protocol of protocols) {
    for (const { rule, where } of carriedByPathway(protocol)) add(rule, `${capital(protocol.title)}: ${where}`);
  }
  const rows = [...places.entries()]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([rule, where]) => {
      const all = [...where];
      const shown = all.slice(0, PLACES_SHOWN);
      const more = all.length - shown.length;
      return [rule, [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('<br>')];
    });
  return `## Every rule, and where it is carried\n\n${table(['Rule', 'Where'], rows)}`;
}

/** A rule about every pathway stands in many places; the first few say it. */
const PLACES_SHOWN = 8;

function notCarried(listed: readonly ListedRule[]): string {
  if (listed.length === 0) return '';
  const rows = [...listed]
    .sort((a, b) => a.rule.localeCompare(b.rule))
    .map(({ rule, as, why }) => [rule, as === 'beyond' ? 'beyond software' : 'information', why]);
  return `## Rules that nothing carries, and why\n\n${table(['Rule', 'As', 'Why'], rows)}`;
}

function readings(ambiguities: readonly Ambiguity[]): string {
  if (ambiguities.length === 0) return '';
  const rows = [...ambiguities]
    .sort((a, b) => a.id.localeCompare(b.id))
    .map(({ id, built, settings, rules }) => [
      id,
      built,
      settings.map((each) => `\`${each}\``).join(', '),
      rules.join(', '),
    ]);
  return `## How doubtful sentences were read\n\n${table(['Ledger', 'Built', 'Setting', 'Rules'], rows)}`;
}

// ---- words and tables ----------------------------------------------------------------------------------------------

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A bar or a line break would end the cell; an angle bracket would be read as markup. */
function cell(text: string): string {
  return text
    .replaceAll('<br>', '\u0000')
    .replaceAll('|', '\\|')
    .replace(/\s*\n\s*/g, ' ')
    .replaceAll('<', '&lt;')
    .replaceAll('\u0000', '<br>');
}

function roleName(council: Council, role: string): string {
  return council.roles[role]?.name ?? role;
}

function serviceName({ council }: Protocol, service: string): string {
  return council.services[service]?.name ?? service;
}

/** As the usual renderers of Markdown make the anchor of a heading. */
function anchor(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
}
