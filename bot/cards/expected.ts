/** Something was expected on a day, and the day has come: whether it was so, and when. Class P. */
import type { CaseSheet } from '../../src/application/sheet.ts';
import { type Expected, expectedOn, expectedWords } from '../../src/domain/case/expected.ts';
import { readCase } from '../../src/domain/case/reading.ts';
import { type Day, dayOf, writeDay } from '../../src/domain/time/instant.ts';
import { capital } from '../../src/domain/wording.ts';
import { type Action, short } from './buttons.ts';
import { fieldWithFault } from './fields.ts';
import { type Frame, frame } from './frame.ts';
import { caseButton, endRows, type Looking, roundOf, title } from './looking.ts';
import type { Open, OpenSheet } from './privacy.ts';
import { open, openDay, openTime, protocolWords } from './privacy.ts';
import type { Press } from './signed.ts';
import { bold, type Line, line } from './text.ts';

/** What is said of it: on another day than expected, or not yet, and then when. */
export type Saying = 'other' | 'later';

export const DAY = 'day';

export function expectedOf({ protocol, case: of }: CaseSheet, fact: string): Expected | undefined {
  return expectedOn(readCase(protocol, of)).find((each) => each.fact === fact);
}

export function mayTell({ viewer }: Pick<Looking, 'viewer'>, by: Expected['by']): boolean {
  return by.some((role) => viewer.roles.includes(role));
}

/** "Was the assessment completed on Thu 17 Dec 2026?" */
export function expectedQuestion({ protocol }: OpenSheet, { fact, day }: Pick<Expected, 'fact' | 'day'>): Open {
  const clause = /^(.+?) (was|were|is|are|has|have) (.+)$/.exec(expectedWords(protocol, fact));
  if (!clause) return open`${protocolWords(protocol.facts[fact]?.title ?? fact)}: was it on ${openDay(day)}?`;
  const [, what = '', verb = '', rest = ''] = clause;
  const asks = `${capital(verb)} ${what} ${rest}`;
  return open`${protocolWords(asks)} on ${openDay(day)}?`;
}

/** The card of the fact as the case stands: asked, still to come, or known. */
export function expectedFrame(looking: Looking, fact: string): Frame | undefined {
  const { sheet, ink } = looking;
  const spec = sheet.protocol.facts[fact];
  if (!spec) return undefined;
  const banner = looking.banner ?? [];
  const expected = expectedOf(sheet, fact);
  const whole = caseButton({ sheet, ink });
  if (!expected) {
    const known = sheet.case.facts.findLast((each) => each.fact === fact);
    const words = expectedWords(sheet.protocol, fact);
    return frame({
      banner,
      title: title({ sheet }, known ? `${words} on ${openTime(known.at)}` : sheet.protocol.title),
      lines: known ? [line('The dates that count from it stand now.')] : [],
      buttonRows: endRows({ sheet, ink }, [whole]),
    });
  }
  const asks = mayTell(looking, spec.by);
  const press = (p: string, more: Partial<Press> = {}): Press => ({ ...pressOn(sheet, fact), p, ...more });
  if (expected.day > dayOf(sheet.now))
    return frame({
      banner,
      title: title({ sheet }, `expected on ${writeDay(expected.day)}`),
      lines: [line(`Whether ${expectedWords(sheet.protocol, fact)} is asked on that day.`)],
      buttonRows: endRows({ sheet, ink }, [
        ...(asks ? [ink.button('It has happened', press('other')), ink.button('Another date', press('later'))] : []),
        whole,
      ]),
    });
  return frame({
    banner,
    title: title({ sheet }, lowered(expectedQuestion(sheet, expected))),
    lines: [line('It was expected then. Steps wait for it, and dates count from it.')],
    buttonRows: endRows({ sheet, ink }, [
      ...(asks
        ? [
            ink.button('Yes, on that day', press('yes', { x: expected.day })),
            ink.button('On another day', press('other')),
            ink.button('Not yet: new date', press('later')),
          ]
        : []),
      whole,
    ]),
  });
}

/** Which day it was, or will be. */
export function expectedPage(looking: Looking, fact: string, saying: Saying, typed: string, fault: string): Frame {
  const { sheet, ink } = looking;
  const label = saying === 'other' ? 'When it was' : 'New date';
  return frame({
    banner: looking.banner ?? [],
    title: title({ sheet }, saying === 'other' ? 'on which day?' : 'expected on which day?'),
    lines: [
      line(
        saying === 'other' ? `The day on which ${expectedWords(sheet.protocol, fact)}.` : expectedTillNow(sheet, fact),
      ),
    ],
    fields: [
      fieldWithFault(DAY, label, 'date', fault, { value: typed || (saying === 'other' ? dayOf(sheet.now) : '') }),
    ],
    buttonRows: endRows({ sheet, ink }, [
      ink.button(saying === 'other' ? 'Save the day' : 'Save the new date', {
        ...pressOn(sheet, fact),
        p: `${saying}-do`,
      }),
      ink.button('Back', pressOn(sheet, fact)),
    ]),
  });
}

/** On the case's own card, from that day on. */
export function expectedLines(looking: Looking): Line[] {
  return asked(looking).map((expected) => line(bold(expectedQuestion(looking.sheet, expected))));
}

export function expectedButtons(looking: Looking): Action[] {
  const { sheet, ink } = looking;
  return asked(looking).map(({ fact }) => ink.button(short('Say when it was'), pressOn(sheet, fact)));
}

function asked(looking: Looking): readonly Expected[] {
  const { sheet } = looking;
  if (sheet.status.ended || sheet.status.stopped) return [];
  return expectedOn(readCase(sheet.protocol, sheet.case)).filter(
    ({ by, day }) => day <= dayOf(sheet.now) && mayTell(looking, by),
  );
}

function pressOn(sheet: CaseSheet, fact: string): Press {
  return { a: 'expected', c: sheet.case.id, s: fact, n: roundOf({ sheet }, fact) };
}

function expectedTillNow(sheet: CaseSheet, fact: string): string {
  const expected = expectedOf(sheet, fact);
  return expected ? `Until now it was expected on ${writeDay(expected.day)}. You are asked again on the new date.` : '';
}

function lowered(question: Open): string {
  return `${question.charAt(0).toLowerCase()}${question.slice(1)}`;
}

/** @returns undefined for what is no day */
export function dayTyped(typed: unknown): Day | undefined {
  return typeof typed === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(typed) ? (typed as Day) : undefined;
}
