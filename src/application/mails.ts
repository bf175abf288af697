/**
 * What a mail says. The subject carries the reference and the kind of message, never a name (class MS). The body of a referral, to
 * mailboxes that the protocol names and to nobody else, carries what the protocol asks for (CAM-A-02); every other body what was decided, the next step
 * and where to look, and nothing of the family (class MB).
 */
import { toMailboxes } from '../domain/case/document.ts';
import { outcomesOf } from '../domain/case/steps.ts';
import type { SendStep } from '../domain/protocol/types.ts';
import { fillIn, nextStep, safeguardingLine, whereToLook } from './mail-words.ts';
import { referralText } from './referral.ts';
import type { CaseSheet } from './sheet.ts';

export interface MailText {
  readonly subject: string;
  readonly text: string;
}

export function writeMail(sheet: CaseSheet, step: SendStep): MailText {
  // A person who has a copy reads what every other person reads.
  return {
    subject: `${sheet.case.reference} ${step.subject}`,
    text: toMailboxes(step) ? referralText(sheet, step) : shortText(sheet, step),
  };
}

function shortText(sheet: CaseSheet, step: SendStep): string {
  const next = nextStep(sheet, step);
  return [
    `Case ${sheet.case.reference}: ${sheet.protocol.title}.`,
    '',
    fillIn(sheet, step.says ?? decidedWords(sheet, step) ?? `${step.subject}.`),
    ...(next ? ['', next] : []),
    '',
    whereToLook(sheet),
    '',
    safeguardingLine(sheet),
  ].join('\n');
}

/** What the mail answers: "Euston named." (CAM-A-12, A-27). */
function decidedWords({ protocol, status }: CaseSheet, { after }: SendStep): string | undefined {
  for (const ref of after) {
    const [head = '', part = ''] = ref.split('.');
    const decided = protocol.steps[head];
    if (decided && status.steps[head]?.state === 'done') return outcomesOf(decided)[part]?.done;
  }
  return undefined;
}
