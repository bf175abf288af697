/** The pages behind the buttons of a mail (class P): which pathway, which case, the answer that a person sends, why it is not for this mailbox. */
import type { MailForPathway, MailSheet } from '../../src/application/mail/sheet.ts';
import { writeInstant } from '../../src/domain/time/instant.ts';
import type { Block } from './blocks.ts';
import { type Action, inRows, short } from './buttons.ts';
import { blankField, type FieldData, fieldWithFault } from './fields.ts';
import { errorSummary, frame } from './frame.ts';
import {
  addressWords,
  type MailFrame,
  type MailLooking,
  mailButton,
  mailPress,
  mailRows,
  ofMail,
} from './mail-card.ts';
import { oneLine } from './mail-text.ts';
import { bold, choiceText, type Line, line, run, titleText } from './text.ts';

/** Inputs of these pages. */
export const REFERENCE = 'reference';
export const ANSWER = 'answer';
export const WHY = 'why';
export const NOTE = 'note';
export const TELL = 'tell';

export interface Page extends MailLooking {
  /** What was typed, by input id, when the page is shown again. */
  readonly typed: Readonly<Record<string, unknown>>;
  /** By input id. */
  readonly faults: Readonly<Record<string, string>>;
}

export interface Drafted {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Which of several pathways, for opening a case or for asking what it lacks. */
export function choosePathwayFrame(
  looking: MailLooking,
  pathways: readonly MailForPathway[],
  to: 'mail-open' | 'mail-ask',
): MailFrame {
  const { ink } = looking;
  const buttons = pathways.map(({ protocol: { id, button } }) =>
    ink.button(short(button), mailPress(looking, to, { x: id })),
  );
  return page(looking, {
    title: to === 'mail-open' ? 'What is it for?' : 'What shall it be for?',
    lines: [line(to === 'mail-open' ? 'What I read from the mail is filled in.' : 'What is missing depends on it.')],
    blocks: [{ heading: '', lines: [], long: [], buttons: inRows(buttons) }],
    buttons: [],
  });
}

export function joinFrame(looking: Page): MailFrame {
  const { ink, mail, typed, faults } = looking;
  const proposed = mail.case?.reference;
  const fault = faults[REFERENCE] ?? '';
  return page(looking, {
    title: 'Which case does it belong to?',
    errors: fault ? [`Reference. ${fault}`] : [],
    lines: [
      ...(proposed ? [line(`It may belong to ${proposed}. Please check.`)] : []),
      line('Whoever owes the next step of the case is told.'),
    ],
    fields: [
      fieldWithFault(REFERENCE, 'Reference', 'text', fault, {
        value: textOf(typed[REFERENCE]),
        hint: `For example ${mail.council.referencePrefix}-7K3F`,
      }),
    ],
    buttons: [
      ...(proposed ? [ink.button(`Join ${proposed}`, mailPress(looking, 'mail-join', { p: 'do', x: proposed }))] : []),
      ink.button('Join this case', mailPress(looking, 'mail-join', { p: 'do' })),
    ],
  });
}

/** The answer that asks for exactly what is missing. A person reads, changes and sends it. */
export function askFrame(looking: Page, pathway: MailForPathway, drafted: Drafted): MailFrame {
  const { ink } = looking;
  return page(looking, {
    title: 'Ask for what is missing',
    errors: faultLines(looking),
    lines: [...letterLines(drafted), line('A person sends it: you.')],
    fields: [answerField(looking, drafted)],
    buttons: [ink.button('Send this answer', mailPress(looking, 'mail-ask', { p: 'do', x: pathway.protocol.id }))],
  });
}

/** What became of it, in words that say nothing of the family. */
export function toldFrame(looking: Page, drafted: Drafted): MailFrame {
  const { ink } = looking;
  return page(looking, {
    title: 'Tell its sender',
    errors: faultLines(looking),
    lines: [...letterLines(drafted), line('A person sends it: you.')],
    fields: [answerField(looking, drafted)],
    buttons: [ink.button('Send this answer', mailPress(looking, 'mail-told', { p: 'do' }))],
  });
}

/** Why it is none for this mailbox. Whoever wrote it hears back, unless the person says no. */
export function asideFrame(
  looking: Page,
  options: readonly { readonly id: string; readonly label: string }[],
): MailFrame {
  const { ink, mail, typed, faults } = looking;
  return page(looking, {
    title: 'Not for us',
    errors: faultLines(looking),
    lines: mail.noAnswer ? [line(mail.noAnswer)] : [],
    fields: [
      fieldWithFault(WHY, 'Why', options.length <= MOST_EXPANDED ? 'one' : 'pick', faults[WHY] ?? '', {
        value: textOf(typed[WHY]),
        hint: 'Choose',
        choices: options.map(({ id, label }) => ({ title: choiceText(label), value: id })),
      }),
      noteField(looking),
      ...(mail.noAnswer ? [] : [tellField(looking, 'You read the words before they go. Untick it for advertising.')]),
    ],
    buttons: [ink.button('Set it aside', mailPress(looking, 'mail-aside', { p: 'do' }))],
  });
}

const MOST_EXPANDED = 5;

/** The words that its sender is told, for the reason that was chosen: to be read and changed before anything goes. */
export function asideAnswerFrame(
  looking: Page,
  why: { readonly id: string; readonly label: string },
  drafted: Drafted,
) {
  const { ink } = looking;
  return page(looking, {
    title: 'What its sender is told',
    errors: faultLines(looking),
    lines: [
      line('Nothing has been set aside or sent yet.'),
      line(bold('Why: '), run(why.label)),
      ...letterLines(drafted),
      line('A person sends it: you.'),
    ],
    fields: [answerField(looking, drafted), tellField(looking, ''), noteField(looking)],
    buttons: [ink.button('Set it aside', mailPress(looking, 'mail-aside', { p: 'do', x: why.id }))],
    back: ink.button('Change the reason', mailPress(looking, 'mail-aside')),
  });
}

// ---- their parts -------------------------------------------------------------------------------------------------

interface Parts {
  readonly title: string;
  readonly errors?: readonly string[];
  readonly lines: readonly Line[];
  readonly blocks?: readonly Block[];
  readonly fields?: readonly FieldData[];
  readonly buttons: readonly Action[];
  readonly back?: Action;
}

function page(
  looking: MailLooking,
  { title, errors = [], lines, blocks = [], fields = [], buttons, back }: Parts,
): MailFrame {
  return ofMail(
    looking,
    frame({
      banner: looking.banner ?? [],
      errors: errorSummary(errors),
      title,
      lines: [aboutLine(looking.mail), ...lines],
      blocks,
      fields,
      buttonRows: mailRows(looking, [...buttons, ...(back ? [back] : []), mailButton(looking)]),
    }),
  );
}

/** Which mail a page is about. */
function aboutLine({ content, entry }: MailSheet): Line {
  const subject = oneLine(content?.subject ?? '', 120);
  return line(
    run(`Mail of ${writeInstant(entry.receivedAt)}${subject ? ': ' : '.'}`),
    ...(subject ? [run(subject)] : []),
  );
}

const LABELS: Readonly<Record<string, string>> = { [WHY]: 'Why', [ANSWER]: 'Answer', [NOTE]: 'Note' };

function faultLines({ faults }: Page): string[] {
  return Object.entries(faults).map(([id, fault]) => `${LABELS[id] ?? 'Please check'}. ${titleText(fault)}`);
}

function letterLines({ subject, to }: Drafted): Line[] {
  return [
    line(bold('To: '), run(addressWords({ name: '', address: to }))),
    line(bold('Subject: '), run(oneLine(subject))),
  ];
}

/** An input takes no more (adaptive-cards/parts/fields.json). */
export const LONGEST_ANSWER = 2500;

function answerField({ faults, typed }: Page, { text }: Drafted): FieldData {
  const value = ANSWER in typed ? textOf(typed[ANSWER]) : text;
  return fieldWithFault(ANSWER, 'Answer', 'long', faults[ANSWER] ?? '', { value: value.slice(0, LONGEST_ANSWER) });
}

function noteField({ faults, typed }: Page): FieldData {
  return fieldWithFault(NOTE, 'Note (optional)', 'long', faults[NOTE] ?? '', {
    value: textOf(typed[NOTE]),
    hint: 'For your colleagues. Its sender does not see it.',
  });
}

/** Ticked to begin with: whoever refers a family hears back. */
function tellField({ typed }: Page, note: string): FieldData {
  return blankField(TELL, 'Answer the sender', 'tick', { value: TELL in typed ? textOf(typed[TELL]) : 'true', note });
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'boolean' ? String(value) : '';
}
