/** A child of the draft is on another open case already: said before anything is sent, with whom to ask, and passed with a reason. */
import type { Overlap } from '../../src/application/ports.ts';
import { dayOf, writeDay } from '../../src/domain/time/instant.ts';
import type { Block } from './blocks.ts';
import { rows, short } from './buttons.ts';
import { OPEN } from './dialogs.ts';
import type { Drafting } from './drafting.ts';
import { type FieldData, fieldWithFault } from './fields.ts';
import { type Line, line } from './text.ts';

/** More of them are counted. */
const SHOWN = 5;

/** Cases that have come to light since the person last went on, or of which none was seen yet. */
export function mustAccept({ draft, overlaps = [] }: Pick<Drafting, 'draft' | 'overlaps'>): boolean {
  return overlaps.some(({ reference }) => draft.overlap?.shown.includes(reference) !== true);
}

export function overlapBlocks(drafting: Drafting): Block[] {
  const { draft, overlaps = [], ink } = drafting;
  if (overlaps.length === 0) return [];
  const shown = overlaps.slice(0, SHOWN);
  const blocks = shown.map((overlap): Block => {
    const open = overlap.mayOpen
      ? rows([ink.button(short(`Open ${overlap.reference}`), { a: OPEN, c: overlap.caseId, s: 'case' })])
      : [];
    return { heading: '', lines: overlapLines(drafting, overlap), long: [], buttons: open };
  });
  const went = mustAccept(drafting) || !draft.overlap ? [] : [line(`You go on all the same: ${draft.overlap.why}`)];
  const more = overlaps.length > SHOWN ? [line(`${overlaps.length - SHOWN} more cases.`)] : [];
  const [first, ...others] = blocks;
  const last: Block[] =
    [...more, ...went].length > 0 ? [{ heading: '', lines: [...more, ...went], long: [], buttons: [] }] : [];
  return first ? [{ ...first, heading: 'Already here' }, ...others, ...last] : [];
}

function overlapLines({ draft, titleOf }: Drafting, overlap: Overlap): Line[] {
  const { children, reference, pathway, openedAt, mayOpen, askWhom } = overlap;
  const who = children.map((child) => `Child ${child.replace(/^c/, '')}`).join(' and ');
  const subject = draft.children === 1 || who === '' ? 'A child' : who;
  const is = children.length > 1 && draft.children > 1 ? 'are' : 'is';
  return [
    line(
      `${subject} ${is} already on ${reference} (${titleOf?.(pathway) ?? pathway}, since ${writeDay(dayOf(openedAt))}).`,
    ),
    ...(mayOpen ? [] : [line(`You cannot open it. Ask: ${askWhom}.`)]),
  ];
}

export function overlapFields(drafting: Drafting): FieldData[] {
  if (!mustAccept(drafting)) return [];
  const { typed = '', fault = '' } = drafting.overlapWhy ?? {};
  return [fieldWithFault(OVERLAP_WHY, 'Why go on all the same', 'long', fault, { value: typed })];
}

export const OVERLAP_WHY = 'overlap-why~';
