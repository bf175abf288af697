/** Cards on which somebody records what a family, a child or parents said when they were asked. */
import type { ConsentStep } from '../../src/domain/protocol/types.ts';
import type { Frame } from './frame.ts';
import { base, caseButton, endRows, type Looking, opening, press, referralFor } from './looking.ts';
import { openTime } from './privacy.ts';
import { doneSoFar } from './so-far.ts';
import { type Line, line } from './text.ts';
import { wayOf } from './ways.ts';
import { doneWords } from './words.ts';

export function consentCard(looking: Looking, step: ConsentStep): Frame {
  const { ink } = looking;
  const parts = ['given', ...(isRefused(looking, step) ? [] : ['refused']), ...step.mayBe];
  return base(looking, step, {
    lines: [...refusedLines(looking, step), ...opening(looking, step), ...askedLines(step)],
    blocks: [...referralFor(looking), ...doneSoFar(looking, step)],
    buttonRows: endRows(looking, [
      ...parts.map((part) => ink.button(wayOf(step, part).button, press(looking, step, 'choose', { p: part }))),
      caseButton(looking),
    ]),
  });
}

const WHO: Readonly<Record<ConsentStep['from'], string>> = {
  family: 'Ask the family.',
  child: 'Ask the child, as far as age and understanding allow.',
  parents: 'Ask the parents.',
};

function askedLines(step: ConsentStep): Line[] {
  const covers = step.covers.map((each) => each.replaceAll('-', ' ')).join(', ');
  const how = step.consent === 'written' ? ' It has to be in writing.' : '';
  return [line(`${step.says ? '' : `${WHO[step.from]} `}${covers ? `It covers: ${covers}.` : ''}${how}`.trim())].filter(
    ({ inlines }) => inlines[0]?.text.trim() !== '',
  );
}

/** They said no, and may be asked again. */
function isRefused({ sheet }: Looking, step: ConsentStep): boolean {
  return step.each === undefined && lastWord(sheet, step)?.fact === `${step.id}.refused`;
}

function lastWord(sheet: Looking['sheet'], step: ConsentStep) {
  return sheet.case.facts.findLast(({ fact }) => fact === step.id || fact.startsWith(`${step.id}.`));
}

function refusedLines(looking: Looking, step: ConsentStep): Line[] {
  const fact = lastWord(looking.sheet, step);
  if (!fact || !isRefused(looking, step)) return [];
  return [line(`${doneWords(looking.sheet, step, fact)} Recorded ${openTime(fact.recordedAt)}. You may ask again.`)];
}
