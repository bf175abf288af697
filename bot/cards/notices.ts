/** Short cards: an answer in a sentence, a manager's nudge, somebody away, welcome and help. */
import type { Person } from '../../src/application/ports.ts';
import type { CaseSheet, Drawing, Viewer } from '../../src/application/sheet.ts';
import type { Deadline } from '../../src/domain/case/types.ts';
import { type Day, writeDay, writeShortDay } from '../../src/domain/time/instant.ts';
import { andList, capital } from '../../src/domain/wording.ts';
import { type Action, type Ink, rows } from './buttons.ts';
import { type FieldData, fieldWithFault } from './fields.ts';
import { type Banner, frame } from './frame.ts';
import { caseButton, endRows, press } from './looking.ts';
import { open, openReference, protocolWords } from './privacy.ts';
import { mayAct } from './rights.ts';
import { type Line, line, titleText } from './text.ts';
import { whys } from './why.ts';
import { dueSentence, holderSentence } from './words.ts';

export function plainFrame(title: string, texts: readonly (string | Line)[], buttons: readonly Action[] = []) {
  return frame({
    title: titleText(title),
    lines: texts.map((text) => (typeof text === 'string' ? line(text) : text)),
    buttonRows: rows(buttons),
  });
}

export function escalationFrame(
  sheet: CaseSheet,
  deadline: Deadline,
  ownerNames: readonly string[],
  remindedOn: readonly Day[],
  viewer: Viewer,
  ink: Ink,
) {
  const step = sheet.protocol.steps[deadline.step];
  const who = ownerNames.length > 0 ? ownerNames.join(' and ') : 'Those who owe it';
  const days = listDays(remindedOn);
  return {
    reference: openReference(sheet),
    ...frame({
      title: `${sheet.case.reference} may need your help`,
      lines: [
        line(open`${protocolWords(step ? capital(step.title) : deadline.step)}. ${dueSentence(deadline, sheet.now)}`),
        line(holderSentence(sheet, true)),
        ...(days ? [line(`${who} ${ownerNames.length === 1 ? 'was' : 'were'} reminded on ${days}.`)] : []),
      ],
      whys: whys([deadline]),
      buttonRows: endRows({ sheet, ink }, [
        ...(step && mayAct(sheet, step, viewer) ? [ink.button('Do it now', press({ sheet }, step, 'step'))] : []),
        ...(step ? [ink.button('Hand over', press({ sheet }, step, 'cover'))] : []),
        caseButton({ sheet, ink }),
      ]),
    }),
  };
}

/** "21, 22 and 23 Dec". */
function listDays(days: readonly Day[]): string {
  const texts = days.slice(-5).map((day) => writeShortDay(day).replace(/^\w+ /, ''));
  return andList(texts);
}

/** X1. That somebody is away and until when; never why. */
export function awayFrame(
  input: Parameters<Drawing['away']>[0],
  ink: Ink,
  again: { readonly banner?: readonly Banner[]; readonly fault?: string } = {},
) {
  const { person, until, steps, candidates } = input;
  const [first] = steps;
  return frame({
    banner: again.banner ?? [],
    title: titleText(`${person.name} is away until ${writeDay(until)}`),
    lines: [
      line(`${steps.length} ${steps.length === 1 ? 'step falls' : 'steps fall'} due before then.`),
      ...steps
        .slice(0, 10)
        .map(({ sheet, step, deadline }) =>
          line(
            `${sheet.case.reference}: ${sheet.protocol.steps[step]?.title ?? step}. ${dueSentence(deadline, sheet.now)}`,
          ),
        ),
    ],
    fields: [coverField(candidates, again.fault)],
    buttonRows: rows(
      first
        ? [
            ink.button('Hand over', {
              a: 'cover',
              p: 'do',
              x: [person.id, until, ...new Set(steps.map(({ sheet }) => sheet.case.id))].join('|'),
              c: first.sheet.case.id,
            }),
            ink.button('Leave as it is', {
              a: 'cover-left',
              x: [person.id, ...new Set(steps.map(({ sheet }) => sheet.case.id))].join('|'),
              c: first.sheet.case.id,
            }),
          ]
        : [],
    ),
  });
}

function coverField(candidates: readonly Person[], fault = ''): FieldData {
  const choices = candidates.map(({ id, name }) => ({ title: titleText(name), value: id }));
  return fieldWithFault('cover', 'Cover', choices.length <= 5 ? 'one' : 'pick', fault, { hint: 'Choose', choices });
}

/** Hand over by hand: whose step, to whom, until when. */
export function handOverFrame(
  sheet: CaseSheet,
  owner: Person,
  candidates: readonly Person[],
  press: Parameters<Ink['button']>[1],
  ink: Ink,
  faults: Readonly<Record<string, string>> = {},
  until = '',
) {
  return frame({
    title: titleText(`${sheet.case.reference}: who covers for ${owner.name}?`),
    fields: [
      coverField(candidates, faults.cover),
      fieldWithFault('until', 'Until', 'date', faults.until ?? '', { value: until }),
    ],
    buttonRows: endRows({ sheet, ink }, [ink.button('Hand over', press), caseButton({ sheet, ink })]),
  });
}
