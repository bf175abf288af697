/** What a step that is done says: to whoever did it, and to those whom it concerns and who are told. */
import { safeguardingSentences } from '../../src/application/mail-words.ts';
import type { Step } from '../../src/domain/protocol/types.ts';
import { answerBlock, type Block } from './blocks.ts';
import type { Action } from './buttons.ts';
import { forWhom, instancesOf } from './each.ts';
import type { Frame } from './frame.ts';
import { frame } from './frame.ts';
import { base, caseButton, cut, endRows, type Looking, laterSteps, press } from './looking.ts';
import { againButton } from './possible.ts';
import { openTime, protocolWords } from './privacy.ts';
import { mayAct, owes } from './rights.ts';
import { doneSoFar } from './so-far.ts';
import { openStanding } from './standing.ts';
import { line, titleText } from './text.ts';
import { wayOf } from './ways.ts';
import {
  capital,
  caseTitle,
  doneWords,
  holderSentence,
  nextSentence,
  outcomeDone,
  partOf,
  toldAnswers,
  toldTitle,
  toldWords,
  whoAndWhen,
} from './words.ts';

/** Which template a frame is meant for. */
export interface StepCard {
  readonly template: 'step' | 'done';
  readonly frame: Frame;
}

export function doneCard(looking: Looking, step: Step): StepCard {
  const { sheet, viewer } = looking;
  const fact = sheet.status.steps[step.id]?.doneBy;
  const done = doneWords(sheet, step, fact);
  const who = fact
    ? fact.by === viewer.person
      ? whoAndWhen(sheet, step, fact).replace(/ by [^,]+,/, ' by you,')
      : whoAndWhen(sheet, step, fact)
    : '';
  const sending = sheet.unsent.some((each) => each.kind === 'mail') ? 'The e-mail is being sent.' : '';
  return {
    template: 'done',
    frame: frame({
      banner: looking.banner ?? [],
      title: titleText(caseTitle(sheet, done)),
      lines: [
        who,
        endWords(sheet),
        ...openStanding(sheet, step),
        sending,
        nextSentence(sheet, true, (each) => owes(sheet, each, viewer)),
        holderSentence(sheet, true),
      ]
        .filter((text) => text !== '')
        .map((text) => line(text)),
      blocks: [...aboutOne(looking, step), ...doneSoFar(looking, step)],
      buttonRows: endRows(looking, [
        ...laterSteps(looking, step),
        ...againButton(looking, step),
        ...withdrawnButton(looking, step),
        caseButton(looking),
      ]),
    }),
  };
}

/** "Stepped down Mon 4 Jan 2027.": where the case has ended, how. */
function endWords({ status: { ended } }: Looking['sheet']): string {
  return ended ? `${capital(protocolWords(ended.how.replaceAll('-', ' ')))} ${openTime(ended.at)}.` : '';
}

/** Of this consent alone; that the family changed its mind about the whole is said on the case. */
function withdrawnButton(looking: Looking, step: Step): Action[] {
  const { sheet, viewer, ink } = looking;
  const may = step.kind === 'consent' && step.moments?.withdrawn !== undefined && mayAct(sheet, step, viewer);
  if (!may || sheet.status.ended || sheet.status.stopped) return [];
  return [ink.button(wayOf(step, 'withdrawn').button, press(looking, step, 'choose', { p: 'withdrawn' }))];
}

/** To people whom a decision concerns and who did not take it: what it is, what was said, what comes next, who holds the family. */
export function toldCard(looking: Looking, step: Step): StepCard {
  const { sheet, viewer } = looking;
  const view = sheet.status.steps[step.id];
  const says = toldWords(sheet, step);
  const ends = outcomeDone(step, view?.outcome)?.ends;
  const after = [
    view?.doneBy ? whoAndWhen(sheet, step, view.doneBy) : '',
    ends ? 'The referral ends here.' : nextSentence(sheet, true, (each) => owes(sheet, each, viewer)),
    holderSentence(sheet, true),
    // A card of a case that goes on has a button for it; an answer that ends a referral says it in words.
    ends ? safeguardingSentences(sheet.protocol.council).join(' ') : '',
  ].filter((text) => text !== '');
  return {
    template: 'step',
    frame: base(looking, step, {
      title: titleText(caseTitle(sheet, toldTitle(sheet, step, true))),
      lines: says === '' ? [] : [line(says)],
      whys: [],
      blocks: [
        // Whom a naming names is in its title and sentence.
        ...(step.kind === 'assign'
          ? []
          : answerBlock(sheet, step, partOf(view?.doneBy), cut(looking), toldAnswers(sheet, step))),
        plainBlock(after),
      ],
      buttonRows: endRows(looking, [
        looking.ink.button('I have read this', press(looking, step, 'seen')),
        ...laterSteps(looking, step),
        caseButton(looking),
      ]),
    }),
  };
}

/** Of a step that is done for each, where there is one only. */
function aboutOne({ sheet }: Looking, step: Step): Block[] {
  const lines = instancesOf(sheet, step).length === 1 ? forWhom(sheet, step) : [];
  return lines.length > 0 ? [{ heading: '', lines, long: [], buttons: [] }] : [];
}

function plainBlock(texts: readonly string[]): Block {
  return { heading: '', lines: texts.map((text) => line(text)), long: [], buttons: [] };
}
