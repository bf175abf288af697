/** How the opening of a case went: nothing is said to be sent before the mailbox has it (story A8). Class P. */
import type { CaseSheet, Viewer } from '../../src/application/sheet.ts';
import { isMailed } from '../../src/domain/case/steps.ts';
import type { SendStep, Step } from '../../src/domain/protocol/types.ts';
import { capital } from '../../src/domain/wording.ts';
import type { Banner } from './frame.ts';
import { openTime } from './privacy.ts';
import { ownNextSteps } from './rights.ts';
import { line, titleText } from './text.ts';
import { deadlineOf, dueSentence, dueWords, nextSteps, owingRole, ownerName } from './words.ts';

/** Until the mailbox has the referral, no card says that it was sent; then when, and who answers. */
export function openedBanner(sheet: CaseSheet, viewer: Viewer): Banner[] {
  const { protocol, status } = sheet;
  const sends = protocol.steps[protocol.opening.sends];
  if (!sends || status.stopped || status.ended) return [];
  // A case that is opened by a record, or that was moved here, has had nothing sent by the program.
  if (sends.kind !== 'send' || !isMailed(sends) || !sheet.case.facts.some(({ fact }) => fact === sends.id)) return [];
  const sent = sheet.case.facts.find(({ fact }) => fact === `${sends.id}.sent`);
  const received = sheet.case.facts.find(({ fact }) => fact === `${sends.id}.received`);
  const arrivals = [`${sends.id}.received`, ...(sends.done === 'sent' ? [sends.id, `${sends.id}.sent`] : [])];
  const [answer] = nextSteps(sheet).filter((step) => step.after.some((ref) => arrivals.includes(ref)));
  if ((received || (sent && sends.done === 'sent')) && !answer) return [];
  const what = capital(sends.title);
  const arrived = sent ?? received;
  if (!arrived)
    return [
      { title: titleText(`${what} recorded: ${sheet.case.reference}`), lines: [line(sendingWords(sheet, sends))] },
    ];
  return [
    {
      title: titleText(`${what} sent: ${sheet.case.reference}`),
      lines: [line(`E-mail sent ${openTime(arrived.at)}.`), line(answerWords(sheet, viewer, answer))],
    },
  ];
}

function sendingWords({ protocol, unsent }: CaseSheet, sends: SendStep): string {
  const urgent = protocol.council.texts['if-urgent'];
  const why = unsent.find(({ step }) => step === sends.id)?.why;
  if (why) return why;
  return unsent.some(({ step, attempts }) => step === sends.id && attempts > 1)
    ? `The mailbox did not take it. I keep trying; nothing is lost.${urgent ? ` ${urgent}` : ''}`
    : 'The e-mail is being sent. I will tell you when they answer.';
}

function answerWords(sheet: CaseSheet, viewer: Viewer, answer: Step | undefined): string {
  const role = answer && owingRole(sheet, answer);
  if (!answer || !role) return 'I will tell you when they answer.';
  const who = `The ${ownerName(sheet, role, false)}`;
  const due = deadlineOf(sheet, answer.id);
  if (due && due.dueAt < sheet.now)
    return `${who} has not answered yet. The answer ${dueSentence(due, sheet.now).replace(/^Overdue: /, '')}`;
  const by = due ? ` ${dueWords(due, sheet.now).replace(/^(due|act by)/, 'by')}` : '';
  // Whoever reads a mailbox opens cases that they answer themselves.
  if (answer && ownNextSteps(sheet, viewer).includes(answer)) return `You answer${by}.`;
  return `${who} will answer${by}. I will tell you when they do.`;
}
