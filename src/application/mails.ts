/**
 * What a mail says. The subject carries the reference and the kind of message, never a name (class MS). The body of a referral, to
 * mailboxes that the protocol names and to nobody else, carries what the protocol asks for (CAM-A-02); every other body what was decided, the next step
 * and where to look, and nothing of the family (class MB).
 */
import { toMailboxes } from '../domain/case/document.ts';
import { outcomesOf } from '../domain/case/steps.ts';
import type { Field, Outcome, Ref, SendStep, Step } from '../domain/protocol/types.ts';
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

/** Outcome, reason or where it stands, what comes next, and what to do for somebody who is worried (story, sentence 29). */
function shortText(sheet: CaseSheet, step: SendStep): string {
  const [decision] = step.after.flatMap((ref) => decisionsBehind(sheet, ref));
  const next = nextStep(sheet, step);
  const lines = [
    `Case ${sheet.case.reference}: ${sheet.protocol.title}.`,
    fillIn(sheet, step.says ?? decision?.outcome.done ?? `${step.subject}.`),
    decision && reasonLine(sheet, decision),
    next,
    whereToLook(sheet),
    decision && 'If you are worried about what was decided, talk to your manager, and say so on the case.',
    safeguardingLine(sheet),
  ];
  return lines.filter((line) => line !== undefined).join('\n\n');
}

interface Decision {
  readonly step: Step;
  readonly outcome: Outcome;
}

/** What the mail answers: "Euston named." (CAM-A-12, A-27). @param ref `front-door.team`, `screening`, or a condition made of such */
function decisionsBehind(sheet: CaseSheet, ref: Ref): readonly Decision[] {
  const { protocol, status } = sheet;
  const condition = protocol.conditions[ref];
  if (condition) return [...condition.any, ...condition.all].flatMap((each) => decisionsBehind(sheet, each));
  const [head = '', part] = ref.split('.');
  const step = protocol.steps[head];
  const { state, outcome: taken } = status.steps[head] ?? {};
  const outcome = step && state === 'done' ? outcomesOf(step)[part ?? taken ?? ''] : undefined;
  return step && outcome && (part === undefined || taken === undefined || part === taken) ? [{ step, outcome }] : [];
}

/** Of the family's story nothing leaves: a reason that was chosen is told, one that was written stands in Stepwise. */
function reasonLine({ case: { facts } }: CaseSheet, { step, outcome }: Decision): string | undefined {
  const asked = Object.values({ ...fieldsIn(step), ...outcome.asks });
  const given = Object.assign(
    {},
    ...facts.filter(({ fact }) => fact.split('.')[0] === step.id).map((each) => each.answers),
  );
  const chosen = asked
    .filter(({ type, personal, id }) => type === 'choice' && !personal && /^(why|reason)/.test(id))
    .flatMap((field) => field.options.find(({ id }) => id === given[field.id])?.label ?? []);
  if (chosen.length > 0) return `Reason: ${chosen.join(', ')}.`;
  const written = asked.some(({ type, required }) => type === 'long-text' && required);
  return written ? 'What was written about it, with the reason, stands beside the decision in Stepwise.' : undefined;
}

function fieldsIn(step: Step): Readonly<Record<string, Field>> {
  return step.kind === 'decide' ? step.form : {};
}
