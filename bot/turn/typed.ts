/** What somebody typed, read for what they want. Pure: no dialogue is remembered, and what is not understood is said so. */

import { mentionsDanger } from '../../src/domain/danger.ts';
import type { Direction } from '../cards/start.ts';

export type Wish =
  | { readonly want: 'mine' | 'due' | 'forums' | 'mails' | 'help' | 'hello' }
  /** What kind of journey, or which; without either whatever the person may start. */
  | { readonly want: 'start'; readonly direction?: Direction; readonly pathway?: string }
  | { readonly want: 'case' | 'why'; readonly reference: string }
  | { readonly want: 'when'; readonly phrase: string }
  | { readonly want: 'unknown'; readonly nearest: string | undefined };

export interface Understood {
  /** A word of danger was typed: the numbers come first, whatever else was asked. It stops nothing by itself. */
  readonly danger: boolean;
  readonly wish: Wish;
}

const COMMANDS: Readonly<Record<string, Wish>> = {
  'step down': { want: 'start', direction: 'step-down' },
  'step up': { want: 'start', direction: 'step-up' },
  'step in': { want: 'start', direction: 'step-in' },
  'step back': { want: 'start', direction: 'step-back' },
  start: { want: 'start' },
  'start a referral': { want: 'start' },
  'new referral': { want: 'start' },
  'my cases': { want: 'mine' },
  cases: { want: 'mine' },
  'due this week': { want: 'due' },
  'what is due': { want: 'due' },
  due: { want: 'due' },
  'what waits for me': { want: 'due' },
  agenda: { want: 'forums' },
  panels: { want: 'forums' },
  mails: { want: 'mails' },
  mail: { want: 'mails' },
  'waiting mails': { want: 'mails' },
  'mails that wait': { want: 'mails' },
  help: { want: 'help' },
  hello: { want: 'hello' },
  hi: { want: 'hello' },
  'good morning': { want: 'hello' },
  'good afternoon': { want: 'hello' },
};

/** What can be offered as "did you mean". */
const OFFERED = ['step down', 'step up', 'step in', 'step back', 'my cases', 'due this week', 'agenda', 'help'];

/** What can be started, as somebody may call it. */
export interface Called {
  readonly id: string;
  readonly title: string;
  readonly button: string;
  readonly offered: boolean;
}
const REFERENCE = /\b([a-z]{2,4})[\s-]?([2-9a-hjkmnp-z]{4})\b/i;
/** Longer text is a story, not a command. */
const LONGEST = 500;

export function understand(typed: string, pathways: readonly Called[] = []): Understood {
  const text = typed
    .slice(0, LONGEST)
    .toLowerCase()
    .replaceAll(/[“”"'!?.]+/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return { danger: mentionsDanger(typed.slice(0, 5000)), wish: wishOf(text, typed.slice(0, LONGEST), pathways) };
}

function wishOf(text: string, typed: string, pathways: readonly Called[]): Wish {
  const exact = Object.hasOwn(COMMANDS, text) ? COMMANDS[text] : undefined;
  if (exact) return exact;
  const reference = referenceIn(typed);
  if (reference) return { want: /^why\b/.test(text) ? 'why' : 'case', reference };
  const pathway = pathwayCalled(text, pathways);
  if (pathway) return { want: 'start', pathway };
  const way = /\bstep(?:s|ped|ping)?[\s-]+(?:(?:a|the|this|my) (?:family|case|child) )?(down|up|in|back)\b/.exec(
    text,
  )?.[1];
  if (way) return { want: 'start', direction: `step-${way}` as Direction };
  if (/\b(working days?|days|weeks?|months?|hours?)\b/.test(text) && /\d/.test(text))
    return { want: 'when', phrase: text.replace(/^(when (is|are|will|does)|what is|what date is)\s+/, '') };
  if (/\b(agendas?|panels?|next (session|meeting|review|group|mag))\b/.test(text)) return { want: 'forums' };
  if (/\b(e-?mails|mails|mailbox|mailboxes|inbox)\b/.test(text)) return { want: 'mails' };
  if (/\b(due|deadlines?|overdue|to do|waits?|book|visit|consultation)\b/.test(text)) return { want: 'due' };
  if (/\b(my|open) (cases?|families)\b/.test(text)) return { want: 'mine' };
  if (/\b(help|what can you do)\b/.test(text)) return { want: 'help' };
  if (/^(hi|hello|hey|good (morning|afternoon|evening))\b/.test(text)) return { want: 'hello' };
  const [near] = OFFERED.map((command) => ({ command, distance: editDistance(text, command) })).sort(
    (one, other) => one.distance - other.distance,
  );
  // One slip in three letters is a slip; more is another word.
  if (near && near.distance <= Math.max(1, Math.floor(near.command.length / 4)))
    return COMMANDS[near.command] ?? { want: 'help' };
  return {
    want: 'unknown',
    nearest: near && near.distance <= Math.ceil(near.command.length / 2) ? near.command : undefined,
  };
}

/** Its title or the text of its button, or nearly. Long titles may have more slips. */
function pathwayCalled(text: string, pathways: readonly Called[]): string | undefined {
  const named = pathways
    .filter(({ offered }) => offered)
    .flatMap(({ id, title, button }) => [title, button].map((name) => ({ id, name: name.toLowerCase() })))
    .map(({ id, name }) => ({ id, name, distance: editDistance(text, name) }))
    .sort((one, other) => one.distance - other.distance);
  const [near] = named;
  return near && near.distance <= Math.max(1, Math.floor(near.name.length / 6)) ? near.id : undefined;
}

/** A reference as it may be typed: with its hyphen, or right after "case" or "why" without. */
function referenceIn(typed: string): string | undefined {
  const found =
    /\b([a-z]{2,4})-([0-9a-z]{4})\b/i.exec(typed) ??
    /\b(?:case|why|open)\s+([a-z]{3})\s?([2-9a-hjkmnp-z]{4})\b/i.exec(typed);
  return found && (REFERENCE.test(found[0]) || found[0].includes('-'))
    ? `${found[1]}-${found[2]}`.toUpperCase()
    : undefined;
}

/** Letters to change, add or leave out, two swapped neighbours being one slip. */
export function editDistance(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > other.length) return Math.max(one.length, other.length);
  const table = Array.from({ length: one.length + 1 }, (_, row) =>
    Array.from({ length: other.length + 1 }, (_each, column) => (row === 0 ? column : column === 0 ? row : 0)),
  );
  const at = (row: number, column: number) => table[row]?.[column] ?? 0;
  for (let row = 1; row <= one.length; row += 1) {
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1] ? 0 : 1;
      let least = Math.min(at(row - 1, column) + 1, at(row, column - 1) + 1, at(row - 1, column - 1) + same);
      if (row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1])
        least = Math.min(least, at(row - 2, column - 2) + 1);
      const cells = table[row];
      if (cells) cells[column] = least;
    }
  }
  return at(one.length, other.length);
}
