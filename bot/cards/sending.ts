/** Cards of what a person sends: a mail that the program takes, an offer that a booking carries out, and what is handed over without it. */
import { takesFiles } from '../../src/domain/case/document.ts';
import { isMailed } from '../../src/domain/case/steps.ts';
import type { SendStep, Target } from '../../src/domain/protocol/types.ts';
import { andList } from '../../src/domain/wording.ts';
import { askingOf, offeredMeeting } from './asking.ts';
import { fieldsLookedUp } from './fields.ts';
import type { Frame } from './frame.ts';
import { base, caseButton, endRows, formOf, type Looking, opening, press, referralFor } from './looking.ts';
import { otherWays } from './meeting.ts';
import type { OpenSheet } from './privacy.ts';
import { openTime } from './privacy.ts';
import { doneSoFar } from './so-far.ts';
import { line } from './text.ts';
import { wayOf } from './ways.ts';
import { whys } from './why.ts';
import { awaitsWord, deadlineOf, holderSentence, isPressed, owedSentence, roleName } from './words.ts';

export function sendCard(looking: Looking, step: SendStep): Frame {
  const { sheet } = looking;
  if (awaitsWord(sheet, step)) return arrivalCard(looking, step);
  if (isPressed(sheet, step)) return underWay(looking, step);
  return offeredMeeting(sheet.protocol, step) ? offerCard(looking, step) : writeCard(looking, step);
}

/** The consultation is offered by inviting to it. */
function offerCard(looking: Looking, step: SendStep): Frame {
  const { sheet, ink } = looking;
  const meeting = offeredMeeting(sheet.protocol, step);
  if (!meeting) return writeCard(looking, step);
  const also = deadlineOf(sheet, meeting.id);
  return base(looking, step, {
    lines: [
      line(`${owedSentence(sheet, step, deadlineOf(sheet, step.id))} ${owedSentence(sheet, meeting, also)}`),
      line(holderSentence(sheet, true)),
    ],
    whys: whys([deadlineOf(sheet, step.id), also]),
    blocks: referralFor(looking),
    buttonRows: endRows(looking, [
      ink.button('Show free times', press(looking, meeting, 'times')),
      ...otherWays(looking, meeting),
      caseButton(looking),
    ]),
  });
}

function writeCard(looking: Looking, step: SendStep): Frame {
  const { sheet, ink, viewer } = looking;
  const { main } = askingOf(sheet, step, undefined, viewer.roles);
  const elsewhere = fieldsLookedUp(main.fields, takesFiles(step));
  const byHand = !isMailed(step);
  const { button } = wayOf(step, undefined);
  const lines = main.fields.length > 0 || byHand ? [line(goesTo(sheet, step))] : [];
  return base(looking, step, {
    lines: [...opening(looking, step), ...lines, ...(byHand ? [line(`Send it yourself, then press ${button}.`)] : [])],
    blocks: [...referralFor(looking), ...doneSoFar(looking, step)],
    fields: elsewhere ? [] : formOf(looking, main),
    buttonRows: endRows(looking, [
      ink.button(button, press(looking, step, elsewhere ? 'choose' : 'do')),
      caseButton(looking),
    ]),
  });
}

/** "Goes to: MASH mailbox and the family." */
export function goesTo(sheet: OpenSheet, step: SendStep): string {
  const names = [...step.to, ...step.copy].map((target) => targetWords(sheet, target));
  return `Goes to: ${andList(names)}.`;
}

const PEOPLE: Readonly<Record<string, string>> = {
  family: 'the family',
  network: 'everybody who works with the family',
};

export function targetWords(sheet: OpenSheet, target: Target): string {
  const [kind = '', name = ''] = target.split('/');
  const { council } = sheet.protocol;
  switch (kind) {
    case 'mailbox':
      return council.mailboxes[name]?.name ?? name;
    case 'role':
      return `the ${roleName(sheet, name)}`;
    case 'channel':
      return council.channels[name]?.name ?? name;
    case 'outside':
      return council.roles[name] ? `the ${roleName(sheet, name)}` : name.replaceAll('-', ' ');
    default:
      return PEOPLE[kind] ?? kind;
  }
}

/** What it waits for, where it waits for the council or for a document; that it is tried again, where the mailbox does not take it. */
function mailWords({ protocol, unsent }: Looking['sheet'], step: SendStep): string {
  const mail = unsent.find((each) => each.kind === 'mail' && each.step === step.id);
  if (mail?.why) return mail.why;
  if (mail === undefined || mail.attempts < 2) return 'The e-mail is being sent.';
  const urgent = protocol.council.texts['if-urgent'];
  return `The mailbox did not take it. I keep trying; nothing is lost.${urgent ? ` ${urgent}` : ''}`;
}

function underWay(looking: Looking, step: SendStep): Frame {
  return base(looking, step, {
    lines: [line(mailWords(looking.sheet, step)), ...opening(looking, step)],
    buttonRows: endRows(looking, [caseButton(looking)]),
  });
}

/** The program cannot see that it has arrived: somebody says so. */
function arrivalCard(looking: Looking, step: SendStep): Frame {
  const { sheet, ink, viewer } = looking;
  const sent = sheet.case.facts.findLast(({ fact }) => fact === step.id || fact === `${step.id}.sent`);
  const { main } = askingOf(sheet, step, 'received', viewer.roles);
  return base(looking, step, {
    lines: [
      line(`${sent ? `Sent ${openTime(sent.at)}. ` : ''}Press when they say that it has arrived.`),
      ...opening(looking, step),
    ],
    fields: formOf(looking, main),
    buttonRows: endRows(looking, [
      ink.button(wayOf(step, 'received').button, press(looking, step, 'do', { p: 'received' })),
      caseButton(looking),
    ]),
  });
}
