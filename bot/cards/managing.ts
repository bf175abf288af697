/** What a manager does with a whole case, and what its card says of its past: a pause, an ending set aside, earlier pathways, registers. */
import type { CaseSheet } from '../../src/application/sheet.ts';
import { type Day, dayOf, writeDay, writeShortDay } from '../../src/domain/time/instant.ts';
import type { Action } from './buttons.ts';
import { registerTitle } from './consequences.ts';
import { fieldWithFault, whyField } from './fields.ts';
import { type Frame, frame } from './frame.ts';
import { caseButton, endRows, type Looking, roundOf, title } from './looking.ts';
import { openTime } from './privacy.ts';
import { managesCase } from './rights.ts';
import { type Line, line } from './text.ts';
import { pathwayTitle } from './words.ts';

/** Nobody is chased, and no clock stops: both are said. */
export function pausedLines({ status }: CaseSheet): Line[] {
  return status.paused && !status.ended
    ? [line(`Paused until ${writeDay(status.paused.until)}. Nobody is reminded until then; every date runs on.`)]
    : [];
}

/** "Until Mon 4 Jan: step down after assessment." */
export function earlierLines(sheet: CaseSheet): Line[] {
  return sheet.case.earlier.map(({ pathway, until }) =>
    line(`Until ${writeShortDay(dayOf(until))}: ${pathwayTitle(sheet, pathway)}.`),
  );
}

export function registerLines(sheet: CaseSheet): Line[] {
  return Object.entries(sheet.status.lists).map(([list, { state, since }]) =>
    line(`${registerTitle(sheet, list)}: ${state.replaceAll('-', ' ')} since ${openTime(since)}.`),
  );
}

export type Managing = 'pause' | 'resume' | 'reopen';

const FACTS: Readonly<Record<Managing, string>> = { pause: 'paused', resume: 'resumed', reopen: 'reopened' };

export function managersButtons(looking: Looking): Action[] {
  const { sheet, viewer, ink } = looking;
  const { ended, paused, stopped } = sheet.status;
  const button = (words: string, a: Managing) => ink.button(words, pressOn(looking, a));
  const again =
    ended && sheet.protocol.afterwards.length > 0
      ? [ink.button('Take up again', { a: 'take-up', c: sheet.case.id, n: sheet.case.seq })]
      : [];
  if (!managesCase(sheet, viewer)) return again;
  if (ended) return [...again, button('Reopen', 'reopen')];
  if (stopped) return [];
  return [paused ? button('Go on now', 'resume') : button('Pause', 'pause')];
}

function pressOn({ sheet }: Pick<Looking, 'sheet'>, a: Managing) {
  return { a, c: sheet.case.id, n: roundOf({ sheet }, 'case') };
}

export interface ManagingPage {
  readonly verb: Exclude<Managing, 'resume'>;
  readonly typed: Readonly<Record<string, unknown>>;
  readonly faults: Readonly<Record<string, string>>;
}

export function managingFrame(looking: Looking, { verb, typed, faults }: ManagingPage): Frame {
  const { ink } = looking;
  const text = (id: string) => (typeof typed[id] === 'string' ? typed[id] : '');
  const why = whyField(text('why'), faults.why ?? '');
  const until = fieldWithFault('until', 'Until', 'date', faults.until ?? '', { value: text('until') });
  const says =
    verb === 'pause'
      ? 'Nobody is reminded until that day. Every date runs on.'
      : 'What ended the case is set aside. It goes on where it was.';
  return frame({
    banner: looking.banner ?? [],
    title: title(looking, verb === 'pause' ? 'pause' : 'reopen'),
    lines: [line(says)],
    fields: verb === 'pause' ? [until, why] : [why],
    buttonRows: endRows(looking, [
      ink.button(verb === 'pause' ? 'Pause' : 'Reopen', { ...pressOn(looking, verb), p: 'do' }),
      caseButton(looking),
    ]),
  });
}

export function factOf(verb: Managing): string {
  return `case.${FACTS[verb]}`;
}

export function untilOf(typed: unknown): Day | undefined {
  return typeof typed === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(typed) ? (typed as Day) : undefined;
}
