/**
 * Privacy classes as types (story.md section 0). Text for a channel (class C) and for a notification (class B) has a type of its own,
 * which only the makers below give; a sheet for a channel has nothing personal in it. So a name in a channel card does not compile.
 */
import type { Person } from '../../src/application/ports.ts';
import type { CaseSheet } from '../../src/application/sheet.ts';
import type { Case, RecordedFact } from '../../src/domain/case/types.ts';
import { type Day, type Instant, isDay, writeDay, writeInstant, writeShortDay } from '../../src/domain/time/instant.ts';

declare const classOf: unique symbol;

/** Fit for a channel: words of the protocol, references, dates, counts, names of staff. */
export type Open = string & { readonly [classOf]: 'C' };
/** Fit for a locked phone: as `Open`, no names of staff, 90 characters at most. */
export type Bell = string & { readonly [classOf]: 'B' };

/** A fact without its personal answers. */
export type OpenFact = Omit<RecordedFact, 'personal'>;
export interface OpenCase extends Omit<Case, 'facts'> {
  readonly facts: readonly OpenFact[];
}
/** What a channel's card is drawn from. A whole sheet is one too, but by this type nobody can reach what is personal in it. */
export interface OpenSheet extends Omit<CaseSheet, 'personal' | 'case'> {
  readonly case: OpenCase;
}

/** A copy that holds nothing personal, for the case that a type is got round. */
export function openSheet({ personal: _personal, ...sheet }: CaseSheet): OpenSheet {
  return { ...sheet, case: { ...sheet.case, facts: sheet.case.facts.map(({ personal: _sealed, ...fact }) => fact) } };
}

/** @example open`Due ${openDay(due)}.` Takes only what is open already, and numbers. */
export function open(words: TemplateStringsArray, ...parts: readonly (Open | number)[]): Open {
  return words.reduce((text, word, index) => `${text}${parts[index - 1]}${word}`) as Open;
}

/** Words of the protocol or of the council: titles, buttons, names of teams, roles and services. Written by the council, not about a family. */
export function protocolWords(words: string): Open {
  return words as Open;
}

export function staffName(person: Person): Open {
  return person.name as Open;
}

export function openReference(sheet: { readonly case: { readonly reference: string } }): Open {
  return sheet.case.reference as Open;
}

export function openDay(day: Day): Open {
  return writeDay(day) as Open;
}

export function openShortDay(day: Day): Open {
  return writeShortDay(day) as Open;
}

/** `Mon 21 Dec 2026, 11:04`; of a day only the day. */
export function openTime(time: Instant | Day): Open {
  return (isDay(time) ? writeDay(time) : writeInstant(time)) as Open;
}

export function openList(parts: readonly Open[], between: ', ' | ' ' | ' and ' = ', '): Open {
  return parts.join(between) as Open;
}

export const NOTHING = '' as Open;

const LONGEST_BELL = 90;

/** The notification's preview. Staff names do not belong on a locked phone: give it words of the protocol and references only. */
export function bell(text: Open): Bell {
  return (text.length <= LONGEST_BELL ? text : `${text.slice(0, LONGEST_BELL - 1).trimEnd()}…`) as string as Bell;
}
