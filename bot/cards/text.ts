/** Runs of text, and the few places in a card that read Markdown. */
import type { Open } from './privacy.ts';

export interface Run {
  readonly type: 'TextRun';
  readonly text: string;
  readonly weight?: 'Bolder';
  readonly isSubtle?: true;
}

/** One paragraph. A `RichTextBlock` shows its runs as typed: no Markdown, no mentions. */
export interface Line {
  readonly inlines: readonly Run[];
}

/** A paragraph that may stand in a channel. */
export interface OpenLine extends Line {
  readonly open: true;
}

export function line(...texts: readonly (string | Run)[]): Line {
  return { inlines: texts.map((text) => (typeof text === 'string' ? run(text) : text)) };
}

export function openLine(...texts: readonly (Open | OpenRun)[]): OpenLine {
  return { inlines: texts.map((text) => (typeof text === 'string' ? run(text) : text)), open: true };
}

export interface OpenRun extends Run {
  readonly open: true;
}

export function run(text: string): Run {
  // An empty run is refused by some clients.
  return { type: 'TextRun', text: text === '' ? ' ' : text };
}

export function bold(text: string): Run {
  return { ...run(text), weight: 'Bolder' };
}

export function openBold(text: Open): OpenRun {
  return { ...run(text), weight: 'Bolder', open: true } as OpenRun;
}

/** Titles are TextBlocks, for screen readers know headings only as these, and TextBlocks read Markdown: what could be read as it is left out. */
export function titleText(text: string): string {
  return text
    .replaceAll(/[*_`~[\]<>#|\\{}]/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** Titles of choices are plain in Teams; elsewhere Markdown in them is shown. */
export function choiceText(text: string): string {
  return titleText(text).slice(0, 200);
}

/** Spoken aloud a reference is letters and digits, not a word: C A M, 7 K 3 F. */
export function spoken(text: string): string {
  return text.replaceAll(
    /\b([A-Z]{2,4})-([0-9A-Z]{4})\b/g,
    (_all, council: string, code: string) => `${[...council].join(' ')}, ${[...code].join(' ')}`,
  );
}
