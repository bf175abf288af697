/** What a mail says, as text (class P): cut on its card, whole in parts of a card each, whatever letters it is written in. */
import { Buffer } from 'node:buffer';
import type { Long } from './blocks.ts';
import type { ButtonRow } from './buttons.ts';
import { type Line, line, run } from './text.ts';

/** As every narrative on a card (story.md, "Where Teams bends the design"). */
export const CUT = 240;
/** A whole text that opens in place. In any script it leaves room for the rest of the card. */
const IN_PLACE_BYTES = 4000;
/** A part of a longer one: a card has 28 kB. */
const PART_BYTES = 16_000;
/** What a paragraph costs a card besides its letters. */
const PARAGRAPH_BYTES = 120;

/** Cut between letters, never within one. */
export function cutAt(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = /[\uD800-\uDBFF]/.test(text.charAt(most - 1)) ? most - 1 : most;
  return `${text.slice(0, end).trimEnd()}…`;
}

/** As one line: for a name, a subject, the name of a file. */
export function oneLine(text: string, most = CUT): string {
  return cutAt(
    text
      .slice(0, most * 4)
      .toWellFormed()
      .replaceAll(/[\s\p{Cc}]+/gu, ' ')
      .trim(),
    most,
  );
}

/** Text in parts that each fit on a card; a part ends with a paragraph or a word where it can. */
export function partsOf(text: string, most = PART_BYTES): readonly (readonly string[])[] {
  const parts: string[][] = [];
  let part: string[] = [];
  let left = most;
  for (const paragraph of paragraphsOf(text)) {
    for (const piece of piecesOf(paragraph, most - PARAGRAPH_BYTES)) {
      const cost = costOf(piece) + PARAGRAPH_BYTES;
      if (cost > left && part.length > 0) {
        parts.push(part);
        part = [];
        left = most;
      }
      part.push(piece);
      left -= cost;
    }
  }
  return part.length > 0 ? [...parts, part] : parts;
}

/** Short ones together: each costs a card something by itself. */
const TOGETHER = 800;

function paragraphsOf(text: string): readonly string[] {
  const paragraphs: string[] = [];
  let together = '';
  for (const paragraph of text.toWellFormed().split(/\n[\t\r ]*\n/)) {
    const words = paragraph.trim();
    if (words === '') continue;
    if (together.length + words.length > TOGETHER && together !== '') {
      paragraphs.push(together);
      together = '';
    }
    together = together === '' ? words : `${together}\n\n${words}`;
  }
  return together === '' ? paragraphs : [...paragraphs, together];
}

/** Each at most so many bytes in a card. */
function* piecesOf(paragraph: string, most: number): Generator<string> {
  let rest = paragraph;
  while (costOf(rest) > most) {
    // Six bytes are the most that a letter takes: so many of them fit for sure.
    const sure = Math.floor(most / 6);
    const space = rest.slice(0, sure).lastIndexOf(' ');
    const word = space > sure / 2 ? space + 1 : sure;
    const end = /[\uD800-\uDBFF]/.test(rest.charAt(word - 1)) ? word - 1 : word;
    yield rest.slice(0, end).trimEnd();
    rest = rest.slice(end).trimStart();
  }
  if (rest !== '') yield rest;
}

function costOf(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}

export function paragraphLines(part: readonly string[]): Line[] {
  return part.map((paragraph) => line(paragraph));
}

/** The beginning of the text; all of it opens in place where it is short enough, else by a press. */
export function cutText(text: string, press: () => readonly ButtonRow[]): Long {
  const [part = [], ...more] = partsOf(text, IN_PLACE_BYTES);
  const words = text
    .trim()
    .slice(0, CUT * 2)
    .toWellFormed();
  const whole = words.length <= CUT;
  const fits = more.length === 0;
  return {
    label: 'Text',
    shortId: 'mail-text-short',
    short: [run(whole ? words || 'It has no text.' : cutAt(words, CUT))],
    rest:
      whole || !fits
        ? []
        : [{ id: 'mail-text-all', shortId: 'mail-text-short', title: 'Show all', lines: paragraphLines(part) }],
    press: whole || fits ? [] : press(),
  };
}
