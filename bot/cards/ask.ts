/** The page behind a button: what a step or an outcome asks, times to choose from, a note to copy. Class P. */
import type { CaseSheet, OfferedTimes } from '../../src/application/sheet.ts';
import type { Answers } from '../../src/domain/case/types.ts';
import type { Field, MeetStep, Step } from '../../src/domain/protocol/types.ts';
import { dayOf, timeOf, writeDay, writeInstant, writeShortDay } from '../../src/domain/time/instant.ts';
import type { Asking, Section } from './asking.ts';
import { blockOf, childrenOf, cutting, pageTitle, recordedAnswers, sourceOf } from './blocks.ts';
import { type Ink, short } from './buttons.ts';
import { blankField, diaryWords, type FieldData, type FieldWorld, inputsOf, writeAnswer } from './fields.ts';
import { foreseen } from './foresight.ts';
import { type Banner, errorSummary, type Frame, frame } from './frame.ts';
import { caseButton, endRows, press, title } from './looking.ts';
import { choiceText, line } from './text.ts';
import { whys } from './why.ts';
import { deadlineOf, dueSentence, fill, offerWords, outcomeDone } from './words.ts';

export interface AskPage {
  readonly sheet: CaseSheet;
  readonly ink: Ink;
  readonly asking: Asking;
  /** What was typed, by input id, when the page is shown again. */
  readonly typed: Readonly<Record<string, unknown>>;
  /** By the key of the answer. */
  readonly faults: Readonly<Record<string, string>>;
  /** Step of which the faults are, where the press was for several. */
  readonly faultyStep?: string | undefined;
  readonly people: NonNullable<FieldWorld['people']>;
  readonly times?: OfferedTimes;
  readonly asksReason: boolean;
  readonly banner?: readonly Banner[];
}

export function askFrame(page: AskPage): Frame {
  const { sheet, ink, asking, faults } = page;
  const { step, part } = asking.main;
  const outcome = outcomeDone(step, part);
  const button = short(outcome?.confirm ?? outcome?.button ?? step.button ?? 'Record');
  const fields = asking.sections.flatMap((section) => sectionFields(page, section));
  const labelled = Object.entries(faults).filter(([key]) => key !== 'reason' || page.asksReason);
  return frame({
    banner: page.banner ?? [],
    errors: errorSummary(labelled.map(([key, fault]) => `${labelOf(asking, key)}. ${fault}`)),
    title: title({ sheet }, outcome ? (outcome.heading ?? outcome.button) : step.title),
    lines: [
      ...(outcome?.says ? [line(fill(outcome.says, sheet, { byName: true }))] : []),
      ...timesLine(page),
      ...dueLine(sheet, step),
      ...foreseen(sheet, step, part).map((words) => line(words)),
    ],
    whys: whys([deadlineOf(sheet, step.id)]),
    fields: [...fields, ...(page.asksReason ? [reasonField(sheet, page.typed.reason, faults.reason ?? '')] : [])],
    buttonRows: endRows({ sheet, ink }, [
      ink.button(button, press({ sheet }, step, 'do', part ? { p: part } : {})),
      ink.button('Back', press({ sheet }, step, 'step')),
    ]),
  });
}

function sectionFields(page: AskPage, section: Section): FieldData[] {
  const { sheet } = page;
  const faulty = page.faultyStep === undefined || page.faultyStep === section.step.id;
  const answers: Answers = Object.fromEntries(
    Object.entries(page.typed).flatMap(([id, value]) =>
      id.startsWith(section.prefix) && typeof value === 'string' ? [[id.slice(section.prefix.length), value]] : [],
    ),
  );
  return inputsOf(section.fields, {
    council: sheet.protocol.council,
    now: sheet.now,
    answers,
    faults: faulty ? page.faults : {},
    people: page.people,
    ...(page.times ? { times: page.times } : {}),
    children: childrenOf(sheet),
    prefix: section.prefix,
    datesAreToday: true,
  });
}

function labelOf({ sections }: Asking, key: string): string {
  const id = key.split('.').at(-1) ?? key;
  const field = sections.flatMap(({ fields }) => fields).find((each) => each.id === id);
  const child = /^c(\d+)\./.exec(key)?.[1];
  const label =
    field?.label.replace(/\{[a-z-]+\}/g, '').trim() ?? (id === 'reason' ? 'What got in the way' : 'Please check');
  return child ? `Child ${child}${label ? `: ${label}` : ''}` : label;
}

/** Past its limit a step is not refused: what got in the way is asked on the same card (AMB-42). */
export function reasonField(sheet: CaseSheet, value: unknown, error: string): FieldData {
  const listed: readonly Field['options'][number][] = sheet.protocol.council.options['late-reasons'] ?? [];
  const label = `What got in the way${error ? ' (needs fixing)' : ''}`;
  const given = typeof value === 'string' ? value : '';
  if (listed.length === 0) return blankField('reason', label, 'long', { error, value: given });
  return blankField('reason', label, 'pick', {
    error,
    value: given,
    hint: 'Choose',
    choices: listed.map((option) => ({ title: choiceText(option.label), value: option.label })),
  });
}

/** Beside the instruction of the step whether the times are free ones. */
function timesLine({ asking, sheet, times }: AskPage) {
  const { says } = asking.main.step;
  if (!times) return [];
  return [
    line([...(says ? [fill(says, sheet, { byName: true })] : []), diaryWords(times)].join(' ')),
    ...(times.limit ? [line(`Limit ${writeDay(times.limit)}.`)] : []),
  ];
}

function dueLine(sheet: CaseSheet, step: Step) {
  const deadline = deadlineOf(sheet, step.id);
  return deadline ? [line(dueSentence(deadline, sheet.now))] : [];
}

// ---- times -------------------------------------------------------------------------------------------------------

/** `more`: other times inside the limit; `past`: a manager goes past it, with a reason. */
export type Search = 'first' | 'more' | 'past';

export interface TimesPage {
  readonly sheet: CaseSheet;
  readonly ink: Ink;
  readonly step: MeetStep;
  readonly offered: OfferedTimes;
  readonly search: Search;
  readonly typed: Readonly<Record<string, unknown>>;
  readonly fault: string;
  readonly asksReason: boolean;
  readonly banner?: readonly Banner[];
}

/** Pattern 5: up to three times with their why, the limit, other times; none: who is in the way on which date. */
export function timesFrame(page: TimesPage): Frame {
  const { sheet, ink, step, offered, search } = page;
  const past = search === 'past';
  const found = offered.times.length > 0 && !past;
  const choices = offered.times.map(({ start, why }) => {
    // What goes for all of them stands above the list.
    const notes = why
      .filter((each) => !/^you are (both|all) free\.?$/i.test(each))
      .map((each) => `${each.charAt(0).toLowerCase()}${each.slice(1).replace(/\.$/, '')}`)
      .join('; ');
    return { title: choiceText(`${writeInstant(start)}${notes ? ` (${notes})` : ''}`), value: start as string };
  });
  const start = typeof page.typed.start === 'string' ? page.typed.start : '';
  const fields = [
    ...(found
      ? [
          blankField('start', `Time${page.fault ? ' (needs fixing)' : ''}`, 'one', {
            choices,
            value: start,
            error: page.fault,
          }),
        ]
      : []),
    ...(search !== 'first' || !found
      ? [
          blankField('start.date', `${past ? 'Day' : 'Another day'}${found ? ' (optional)' : ''}`, 'date', {
            value: textOf(page.typed['start.date']),
            error: found ? '' : page.fault,
          }),
          blankField('start.time', `Its time${found ? ' (optional)' : ''}`, 'time', {
            value: textOf(page.typed['start.time']),
          }),
        ]
      : []),
    ...(page.asksReason || past
      ? [reasonField(sheet, page.typed.reason, page.asksReason ? 'Give the reason. It is kept.' : '')]
      : []),
  ];
  const words = sheet.status.steps[step.id]?.booking ? 'Move it' : offerWords(sheet, step);
  return frame({
    banner: page.banner ?? [],
    title: title(
      { sheet },
      past
        ? `a time past the limit for the ${step.title}`
        : found || offered.diariesUnread
          ? `a time for the ${step.title}`
          : 'no shared time yet',
    ),
    lines: [...(offered.limit ? [line(`Limit ${writeDay(offered.limit)}.`)] : []), line(aboveTimes(page, found))],
    whys: whys([deadlineOf(sheet, step.id)]),
    fields,
    buttonRows: endRows({ sheet, ink }, [
      ink.button(short(words), press({ sheet }, step, 'book', search === 'first' ? {} : { x: search })),
      ...(search !== 'first' ? [] : [ink.button('Other times', press({ sheet }, step, 'times', { x: 'more' }))]),
      caseButton({ sheet, ink }),
    ]),
  });
}

function aboveTimes(page: TimesPage, found: boolean): string {
  const { offered, search, step } = page;
  if (search === 'past') return 'Choose a day and a time. The reason is kept.';
  if (offered.diariesUnread) return 'The diaries could not be read. These are times in office hours.';
  if (!found) return blockerWords(page);
  return step.with.filter((target) => target.startsWith('role/')).length === 2
    ? 'You are both free:'
    : 'You are all free:';
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function blockerWords({ sheet, offered }: TimesPage): string {
  const texts = offered.blockers.slice(0, 8).map(({ start, person, kind }) => {
    const role = Object.entries(sheet.status.named).find(([, id]) => id === person.id)?.[0];
    const who = role ? (sheet.protocol.council.roles[role]?.name ?? person.name) : person.name;
    return `${writeShortDay(dayOf(start))}, ${timeOf(start)}: ${who} ${kind === 'outside-hours' ? 'not working then' : kind}.`;
  });
  return texts.length > 0 ? texts.join(' ') : 'There is no time on which all are free.';
}

// ---- texts -------------------------------------------------------------------------------------------------------

/** Everything that the opening asked, as one text to select and copy into the council's own system (story A15). */
const LONGEST_NOTE = 9000;

export function noteText(sheet: CaseSheet): string {
  const { protocol } = sheet;
  const lines: string[] = [`${sheet.case.reference}: ${protocol.title}`];
  for (const page of protocol.opening.pages) {
    const answers = recordedAnswers(sheet, sourceOf(page, protocol.opening.sends));
    const prefixes = page.each === 'children' ? sheet.case.children.map((child) => `${child}.`) : [''];
    for (const [index, prefix] of prefixes.entries()) {
      const own = Object.values(page.fields).flatMap((field) => {
        const text = writeAnswer(field, answers[`${prefix}${field.id}`], protocol.council, sheet.people);
        return text ? [`${field.label}: ${text}`] : [];
      });
      if (own.length > 0) lines.push('', page.each === 'children' ? `Child ${index + 1}` : pageTitle(page), ...own);
    }
  }
  const note = lines.join('\n');
  return note.length <= LONGEST_NOTE ? note : `${note.slice(0, LONGEST_NOTE)}…`;
}

/** Long answers whole: one of them (`c1.reasons`), or all of a child's (`c4`). */
export function wholeText(sheet: CaseSheet, key: string): Frame | undefined {
  const { protocol } = sheet;
  const child = /^c\d+$/.test(key);
  const id = key.replace(/^c\d+\./, '');
  for (const page of protocol.opening.pages) {
    const fields = child
      ? page.each === 'children'
        ? Object.values(page.fields)
        : []
      : [page.fields[id]].filter((field) => field !== undefined);
    if (fields.length === 0) continue;
    const answers = recordedAnswers(sheet, sourceOf(page, protocol.opening.sends));
    const prefix = child ? `${key}.` : key.slice(0, key.length - id.length);
    const block = blockOf('', fields, answers, sheet, cutting(), { id: 'whole', prefix, only: LONGEST_WHOLE });
    return frame({
      title: title({ sheet }, child ? `child ${key.slice(1)}` : (fields[0]?.label ?? '')),
      blocks: [block],
    });
  }
  return undefined;
}

/** Three such texts in any script are one card. */
const LONGEST_WHOLE = 2500;
