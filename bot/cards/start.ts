/** Where a journey begins: drafts in hand, and what this person may start, by the way it leads (story A1). */
import type { Draft } from '../../src/application/ports.ts';
import type { Council, Protocol, RoleId } from '../../src/domain/protocol/types.ts';
import { writeInstant } from '../../src/domain/time/instant.ts';
import { andList, capital, orList } from '../../src/domain/wording.ts';
import type { Block } from './blocks.ts';
import { type Action, type ButtonRow, IMMEDIATE_RISK, type Ink, inRows, rows, short } from './buttons.ts';
import { type Frame, frame } from './frame.ts';
import { type SafetyPanel, safetyPanel } from './safety.ts';
import { type Line, line } from './text.ts';

export type Direction = Protocol['direction'];

export interface Starting {
  /** What this person may start, and was asked for. */
  readonly protocols: readonly Protocol[];
  readonly drafts: readonly { readonly draft: Draft; readonly protocol: Protocol }[];
  /** The person's own. */
  readonly council: Council | undefined;
  /** Asked for by its direction. */
  readonly wanted?: Direction;
  /** Who starts it, where this person does not. */
  readonly starters: readonly RoleId[];
  readonly ink: Ink;
}

export interface StartFrame extends Frame {
  readonly safety: readonly SafetyPanel[];
  readonly asksPoint: boolean;
}

/** All in sight up to here; the rest are under More. */
const IN_SIGHT = 6;

const ALONE: Readonly<Record<Direction, string>> = {
  'step-down': 'Step down a family',
  'step-up': 'Step up a family',
  'step-in': 'Step in with a family',
  'step-back': 'Step back with a family',
};
const ORDER: readonly Direction[] = ['step-down', 'step-up', 'step-in', 'step-back'];
const GROUPS: readonly { readonly heading: string; readonly of: readonly Direction[] }[] = [
  { heading: 'Step down', of: ['step-down'] },
  { heading: 'Step up', of: ['step-up'] },
  { heading: 'Other', of: ['step-in', 'step-back'] },
];

export function startFrame(starting: Starting): StartFrame {
  const { protocols, drafts, council, ink } = starting;
  const inHand = new Set(drafts.map(({ protocol }) => protocol.id));
  const others = protocols.filter(({ id }) => !inHand.has(id));
  const groups = groupsOf(others);
  const [only] = groups;
  const alone = drafts.length === 0 && groups.length === 1 && only ? only.protocols.map(beginButton(ink)) : undefined;
  return {
    ...frame({
      title: startTitle(protocols, starting.wanted),
      lines: linesOf(starting),
      blocks: [
        ...drafts.flatMap((each) => draftBlock(each, protocols.length + drafts.length > 1 && !isOnly(starting), ink)),
        ...(alone ? [] : groupBlocks(groups, drafts.length > 0, ink)),
      ],
      buttonRows: [...(alone ? inSight(alone) : []), ...rows([], ink.button(IMMEDIATE_RISK, { a: 'risk' }))],
    }),
    safety: [safetyPanel(council)],
    asksPoint: others.length > 1 && drafts.length === 0,
  };
}

/** "Step down a family"; of several ways each is named. */
export function startTitle(protocols: readonly Protocol[], wanted?: Direction): string {
  const found = ORDER.filter((direction) => protocols.some((protocol) => protocol.direction === direction));
  const [first, ...more] = found.length === 0 && wanted ? [wanted] : found;
  if (first === undefined) return ALONE['step-down'];
  if (more.length === 0) return ALONE[first];
  const words = [first, ...more].map((direction) => direction.replace('-', ' '));
  return capital(orList(words));
}

/** What a welcome's button that leads here says. */
export function startButton(protocols: readonly Protocol[]): string {
  const title = startTitle(protocols);
  return title.length <= 24 ? title : 'Start with a family';
}

function isOnly({ protocols, drafts }: Starting): boolean {
  return drafts.length === 1 && protocols.length === 1 && protocols[0]?.id === drafts[0]?.protocol.id;
}

function linesOf({ protocols, drafts, council, starters, wanted }: Starting): Line[] {
  const names = [...new Set(starters)].map((role) => `${council?.roles[role]?.name ?? role}s`);
  const who = andList(names);
  if (who !== '' && (protocols.length === 0 || wanted !== undefined))
    return [line(`${capital(who)} start this. Ask one of them.`)];
  return protocols.length === 0 && drafts.length === 0 ? [line('There is nothing here for you to start.')] : [];
}

function draftBlock({ draft, protocol }: Starting['drafts'][number], named: boolean, ink: Ink): Block[] {
  const again = draft.from === undefined;
  return [
    {
      heading: named ? capital(protocol.title) : '',
      lines: [
        line(`You have a draft from ${writeInstant(draft.updatedAt)}${holds(draft, protocol)}.`),
        ...(again ? [line('Starting a new one deletes it.')] : []),
      ],
      long: [],
      buttons: rows([
        ink.button('Carry on', { a: 'carry-on', d: draft.id }),
        ...(again ? [ink.button('Start a new one', { a: 'begin-anew', d: draft.id })] : []),
        { ...ink.button('Delete draft', { a: 'delete-draft', d: draft.id }), mode: 'secondary' },
      ]),
    },
  ];
}

/** ": agreement and 1 child" */
function holds(draft: Draft, { opening, steps }: Protocol): string {
  const [first] = opening.pages;
  const consent = first && 'step' in first.records && steps[first.records.step]?.kind === 'consent';
  const agreed = consent === true && Object.keys(draft.pages[first?.id ?? ''] ?? {}).length > 0;
  const children = opening.pages.some(({ each }) => each === 'children');
  const parts = [
    ...(agreed ? ['agreement'] : []),
    ...(children ? [`${draft.children} ${draft.children === 1 ? 'child' : 'children'}`] : []),
  ];
  return parts.length > 0 ? `: ${parts.join(' and ')}` : '';
}

interface Group {
  readonly heading: string;
  readonly protocols: readonly Protocol[];
}

function groupsOf(protocols: readonly Protocol[]): Group[] {
  const councils = [...new Map(protocols.map(({ council }) => [council.id, council])).values()];
  return councils.flatMap((council) =>
    GROUPS.flatMap(({ heading, of }) => {
      const found = inOrder(protocols.filter((each) => each.council.id === council.id && of.includes(each.direction)));
      const words = councils.length > 1 ? `${council.name}: ${heading.toLowerCase()}` : heading;
      return found.length > 0 ? [{ heading: words, protocols: found }] : [];
    }),
  );
}

/** As the council lists them; those it does not list come after, as they are. */
function inOrder(protocols: readonly Protocol[]): readonly Protocol[] {
  const place = ({ council, id }: Protocol) => {
    const listed = council.start.indexOf(id.slice(council.id.length + 1));
    return listed < 0 ? council.start.length : listed;
  };
  return [...protocols].sort((one, other) => place(one) - place(other));
}

function groupBlocks(groups: readonly Group[], besideDrafts: boolean, ink: Ink): Block[] {
  let left = IN_SIGHT;
  return groups.map(({ heading, protocols }) => {
    const buttons = inSight(protocols.map(beginButton(ink)), left);
    left = Math.max(0, left - protocols.length);
    return { heading: besideDrafts ? `Or start: ${heading.toLowerCase()}` : heading, lines: [], long: [], buttons };
  });
}

function beginButton(ink: Ink): (protocol: Protocol) => Action {
  return ({ button, id }) => ink.button(short(button), { a: 'begin', x: id });
}

/** The first ones in sight, in rows that a host draws whole; what is left is one more row under More. */
function inSight(buttons: readonly Action[], most = IN_SIGHT): ButtonRow[] {
  const hidden = buttons.slice(most).map((button) => ({ ...button, mode: 'secondary' }));
  return [...inRows(buttons.slice(0, most)), ...inRows(hidden)];
}
