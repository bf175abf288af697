/** Mails: those that somebody pressed, and those that go by themselves when their step opens. */
import type { SendStep } from '../../protocol/types.ts';
import { answersTheEnding } from '../ending.ts';
import { isMailed, own } from '../steps.ts';
import type { Effect, RecordedFact } from '../types.ts';
import { asOf, type Change, isTakenUp, type Moment, momentOf, viewIn } from './change.ts';

export function mails(change: Change): Effect[] {
  const { before, after } = change;
  const { id } = after.case;
  const mail = (step: SendStep, n: number, moment: Moment): Effect => ({
    key: `${id}/${step.id}/mail/${n}`,
    kind: 'mail',
    step: step.id,
    mail: step.subject,
    ...asOf(change, moment),
  });
  const pressed = change.facts.flatMap((fact) => {
    const moment = momentOf(change, fact);
    const step = own(moment.protocol.steps, fact.fact);
    return step?.kind === 'send' && isMailed(step) && !cameAsMail(change, fact) ? [{ step, fact, moment }] : [];
  });
  // One press sends one mail, the last that it asked for.
  const last = new Map(pressed.map((each) => [each.step.id, each]));
  const opened = Object.values(after.protocol.steps).flatMap((step) => {
    if (step.kind !== 'send' || !step.automatic || last.has(step.id)) return [];
    if (after.reading.factsOf(step.id).length > 0) return [];
    const was = isTakenUp(change) ? undefined : before;
    if (answersTheEnding(after.reading, step)) return was?.status.ended ? [] : [step];
    return viewIn(after, step.id)?.state === 'open' && viewIn(was, step.id)?.state !== 'open' ? [step] : [];
  });
  return [
    ...[...last.values()].map(({ step, fact, moment }) => mail(step, fact.seq, moment)),
    ...opened.map((step) => mail(step, after.case.seq, after)),
  ];
}

/** A case opened from a mail: what its opening sends was sent before there was a case, and is written down as sent by the same press. */
function cameAsMail({ facts }: Change, { fact, commandKey }: RecordedFact): boolean {
  return facts.some((each) => each.fact === `${fact}.sent` && each.commandKey === commandKey);
}
