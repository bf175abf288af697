/** The page behind a button: what a step or an outcome asks. Class P. */
import type { StoredDocument } from '../../src/application/ports.ts';
import type { CaseSheet, OfferedTimes } from '../../src/application/sheet.ts';
import { takesFiles } from '../../src/domain/case/document.ts';
import type { Answers } from '../../src/domain/case/types.ts';
import type { Field, Protocol, Step } from '../../src/domain/protocol/types.ts';
import { writeDay } from '../../src/domain/time/instant.ts';
import { type Asking, asksWhen, HAPPENED, REASON, type Section } from './asking.ts';
import { childrenOf } from './blocks.ts';
import type { Ink } from './buttons.ts';
import { consequences } from './consequences.ts';
import { forWhom, OF, ofField, openInstances } from './each.ts';
import { diaryWords, type FieldData, type FieldWorld, fieldWithFault, inputsOf } from './fields.ts';
import { foreseen } from './foresight.ts';
import { type Banner, errorSummary, type Frame, frame } from './frame.ts';
import { endRows, press, saidBefore, title, whenField } from './looking.ts';
import { choiceText, type Line, line } from './text.ts';
import { wayOf } from './ways.ts';
import { whys } from './why.ts';
import { deadlineOf, dueSentence, fill } from './words.ts';

/** Why a reason is asked: past a limit (AMB-42), with less notice than is owed, past a gate that may be passed, or in the place of whoever should decide. */
export type Reason = 'late' | 'notice' | 'gate' | 'stand-in';

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
  /** What the person has dropped into the chat, newest first. */
  readonly documents?: readonly StoredDocument[];
  readonly reason: Reason | undefined;
  /** What is wrong with the reason itself. */
  readonly reasonFault?: string;
  readonly banner?: readonly Banner[];
}

export function askFrame(page: AskPage): Frame {
  const { sheet, ink, asking, faults, reason, typed } = page;
  const { step, part } = asking.main;
  const way = wayOf(step, part);
  const fields = asking.sections.flatMap((section) => sectionFields(page, section));
  const x = reason === undefined ? {} : { x: reason };
  return frame({
    banner: page.banner ?? [],
    errors: errorSummary([
      ...Object.entries(faults).map(([key, fault]) => `${labelOf(page, key)}. ${fault}`),
      ...(page.reasonFault ? [`${REASONS[reason ?? 'late']}. ${page.reasonFault}`] : []),
    ]),
    title: title({ sheet }, way.heading),
    lines: [
      ...(openInstances(sheet, step).length === 1 ? forWhom(sheet, step) : []),
      ...(way.says ? [line(fill(way.says, sheet, { byName: true }))] : []),
      ...timesLine(page),
      ...dueLine(sheet, step),
      ...foreseen(sheet, step, part).map((words) => line(words)),
      ...consequences(sheet, step, part).map((words) => line(words)),
      ...nobodyToChoose(page),
    ],
    whys: whys([deadlineOf(sheet, step.id)]),
    fields: [
      ...ofField(sheet, step, { typed: typed[OF], fault: faults.child ?? '' }),
      ...fields,
      ...(reason === undefined ? [] : [reasonField(sheet, typed[REASON], page.reasonFault ?? '', reason)]),
    ],
    buttonRows: endRows({ sheet, ink }, [
      ink.button(way.confirm, press({ sheet }, step, 'do', { ...(part ? { p: part } : {}), ...x })),
      ink.button('Back', press({ sheet }, step, 'step')),
    ]),
  });
}

function sectionFields(page: AskPage, section: Section): FieldData[] {
  const { sheet, typed } = page;
  const faulty = page.faultyStep === undefined || page.faultyStep === section.step.id;
  const answers: Answers = {
    ...saidBefore(sheet, section),
    ...Object.fromEntries(
      Object.entries(typed).flatMap(([id, value]) =>
        id.startsWith(section.prefix) && typeof value === 'string' ? [[id.slice(section.prefix.length), value]] : [],
      ),
    ),
  };
  const inputs = inputsOf(section.fields, {
    council: sheet.protocol.council,
    now: sheet.now,
    answers,
    faults: faulty ? page.faults : {},
    people: page.people,
    ...(page.times ? { times: page.times } : {}),
    ...(page.documents && takesFiles(section.step) ? { documents: page.documents } : {}),
    named: sheet.documents ?? {},
    children: childrenOf(sheet),
    prefix: section.prefix,
    datesAreToday: true,
  });
  const asksDay = section === page.asking.main && asksWhen(sheet, section);
  return asksDay ? [whenField(sheet, typed[HAPPENED], faulty ? page.faults.at : ''), ...inputs] : inputs;
}

/** A group that nobody is in yet is its administrator's to fill; from outside somebody may be named all the same. */
function nobodyToChoose({ sheet, asking, people }: AskPage): Line[] {
  const empty = asking.sections
    .flatMap(({ fields }) => fields)
    .filter(({ type, role }) => type === 'person' && role !== undefined && (people[role] ?? []).length === 0);
  return empty.flatMap(({ role = '', required }) => {
    const of = sheet.protocol.council.roles[role];
    if (!required || of?.outside) return [];
    return [line(`Nobody is listed as ${of?.name ?? role} yet. Ask whoever looks after Stepwise to add them.`)];
  });
}

function labelOf({ asking: { sections } }: AskPage, key: string): string {
  if (key === 'child') return sections[0]?.step.each === 'agencies' ? 'For which agencies' : 'For which children';
  const id = key.split('.').at(-1) ?? key;
  const field = sections.flatMap(({ fields }) => fields).find((each) => each.id === id);
  const child = /^c(\d+)\./.exec(key)?.[1];
  const own = id === 'at' ? 'When' : 'Please check';
  const label = field?.label.replace(/\{[a-z-]+\}/g, '').trim() ?? own;
  return child ? `Child ${child}${label ? `: ${label}` : ''}` : label;
}

const REASONS: Readonly<Record<Reason, string>> = {
  late: 'What got in the way',
  gate: 'Why go on all the same',
  notice: 'Why, and with whom it was agreed',
  'stand-in': 'Why it cannot wait',
};

export function reasonField(
  { protocol }: { readonly protocol: Protocol },
  value: unknown,
  error: string,
  reason: Reason = 'late',
): FieldData {
  const listed: readonly Field['options'][number][] = protocol.council.options['late-reasons'] ?? [];
  const label = REASONS[reason];
  const given = typeof value === 'string' ? value : '';
  if (listed.length === 0 || reason !== 'late') return fieldWithFault(REASON, label, 'long', error, { value: given });
  return fieldWithFault(REASON, label, 'pick', error, {
    value: given,
    hint: 'Choose',
    choices: listed.map((option) => ({ title: choiceText(option.label), value: option.label })),
  });
}

/** Beside the instruction of the step whether the times are free ones. */
function timesLine({ asking, sheet, times }: AskPage): Line[] {
  const { says } = asking.main.step;
  if (!times) return [];
  return [
    line([...(says ? [fill(says, sheet, { byName: true })] : []), diaryWords(times)].join(' ')),
    ...(times.limit ? [line(`Limit ${writeDay(times.limit)}.`)] : []),
  ];
}

function dueLine(sheet: CaseSheet, step: Step): Line[] {
  const deadline = deadlineOf(sheet, step.id);
  return deadline ? [line(dueSentence(deadline, sheet.now))] : [];
}
