/** What every step's and page's card consists of, in reading order; the words stand in the templates, the protocol and the presenters. */
import type { Refusal } from '../../src/domain/case/types.ts';
import type { Block } from './blocks.ts';
import type { ButtonRow } from './buttons.ts';
import type { FieldData } from './fields.ts';
import type { Open } from './privacy.ts';
import { type Line, line, type OpenLine, spoken } from './text.ts';
import type { Whys } from './why.ts';

/** Stands above everything else: what has changed, or why the press changed nothing. */
export interface Banner {
  readonly title: string;
  readonly lines: readonly Line[];
}

export interface Errors {
  readonly title: string;
  readonly faults: readonly { readonly text: string }[];
  readonly fixes: readonly ButtonRow[];
}

export interface Frame {
  readonly banner: readonly Banner[];
  readonly errors: readonly Errors[];
  readonly title: string;
  readonly speak: string;
  readonly lines: readonly Line[];
  readonly whys: readonly Whys[];
  readonly blocks: readonly Block[];
  readonly fields: readonly FieldData[];
  readonly buttonRows: readonly ButtonRow[];
}

export function frame(parts: Partial<Frame> & { readonly title: string }): Frame {
  return {
    banner: [],
    errors: [],
    lines: [],
    whys: [],
    blocks: [],
    fields: [],
    buttonRows: [],
    speak: spoken(parts.title),
    ...parts,
  };
}

/** A channel's card: every word of it is of class C by type. */
export interface OpenBanner {
  readonly title: Open;
  readonly lines: readonly OpenLine[];
}
export interface OpenFrame {
  readonly banner: readonly OpenBanner[];
  readonly title: Open;
  readonly speak: string;
  readonly lines: readonly OpenLine[];
  readonly whys: readonly Whys[];
  readonly buttonRows: readonly ButtonRow[];
}

export function openFrame(
  parts: Partial<OpenFrame> & { readonly title: Open },
): OpenFrame & { readonly blocks: readonly never[] } {
  return { banner: [], lines: [], whys: [], buttonRows: [], speak: spoken(parts.title), ...parts, blocks: [] };
}

/** Pattern 6: all faults on top, by number and by the field that each belongs to. */
export function errorSummary(faults: readonly string[], fixes: readonly ButtonRow[] = []): Errors[] {
  if (faults.length === 0) return [];
  return [
    {
      title: `${faults.length} ${faults.length === 1 ? 'thing' : 'things'} to fix`,
      faults: faults.map((text) => ({ text })),
      fixes,
    },
  ];
}

export function refusalBanner(refusal: Pick<Refusal, 'words'>): Banner {
  return { title: refusal.words, lines: [] };
}

export function banner(title: string, ...texts: readonly string[]): Banner {
  return { title, lines: texts.filter((text) => text !== '').map((text) => line(text)) };
}
