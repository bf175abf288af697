/** The case at a glance (story 3.6): who holds the family, each step with its owner, date and why. */
import type { CaseSheet, Viewer } from '../../src/application/sheet.ts';
import type { Step } from '../../src/domain/protocol/types.ts';
import { dayOf } from '../../src/domain/time/instant.ts';
import { capital } from '../../src/domain/wording.ts';
import { meetingOf } from './asking.ts';
import { ageOn, type Block, childrenOf } from './blocks.ts';
import type { Action, Ink } from './buttons.ts';
import { stepsBlocks, stepsToDo } from './case-steps.ts';
import { expectedButtons, expectedLines } from './expected.ts';
import { writeAnswer } from './fields.ts';
import { type Banner, type Frame, frame } from './frame.ts';
import { endRows, press, referralFor, title } from './looking.ts';
import { mailsOf } from './mail-list.ts';
import { earlierLines, managersButtons, pausedLines, registerLines } from './managing.ts';
import { openedBanner } from './opened.ts';
import { othersBlock, possibleBlock } from './possible.ts';
import { openTime } from './privacy.ts';
import { mayAct, ownNextSteps } from './rights.ts';
import { bold, line } from './text.ts';
import { whys } from './why.ts';
import { deadlineOf, holderSentence } from './words.ts';

/** Room for the referral on a card that lists all steps too. */
const BESIDE_STEPS = { left: 2500, most: 7 };

export interface CaseFrame extends Frame {
  /** Below the steps and the reasons for their dates. */
  readonly after: readonly { readonly blocks: readonly Block[] }[];
}

export function caseFrame({
  sheet,
  viewer,
  ink,
  banner = [],
}: {
  readonly sheet: CaseSheet;
  readonly viewer: Viewer;
  readonly ink: Ink;
  readonly banner?: readonly Banner[];
}): CaseFrame {
  const toDo = stepsToDo(sheet, viewer);
  const ended = sheet.status.ended;
  const looking = { sheet, viewer, ink };
  const isNew = isNewcomer(sheet, viewer);
  const mails = mailsOf(sheet);
  const after = [
    ...othersBlock(looking),
    ...possibleBlock(looking),
    ...(isNew ? referralFor(looking, BESIDE_STEPS) : []),
  ];
  const drawn = frame({
    banner: [...banner, ...openedBanner(sheet, viewer)],
    title: title({ sheet }, sheet.protocol.title),
    lines: [
      ...(ended ? [line(bold(`${capitalised(ended.how)} ${openTime(ended.at)}.`))] : []),
      ...(sheet.status.stopped ? [line(bold('Paused. Managers are deciding.'))] : []),
      ...pausedLines(sheet),
      ...expectedLines(looking),
      ...earlierLines(sheet),
      line(holderSentence(sheet, true)),
      ...registerLines(sheet),
      ...(mails > 0 ? [line(`Mails: ${mails}`)] : []),
    ],
    blocks: [...childrenBlock(sheet), ...stepsBlocks(looking, toDo)],
    whys: whys(toDo.map((step) => deadlineOf(sheet, step.id))),
    buttonRows: endRows({ sheet, ink }, [
      ...(isNew ? [ink.button('I have read this', { a: 'seen', c: sheet.case.id, s: 'case' })] : []),
      ...expectedButtons(looking),
      ...nextButton(sheet, viewer, ink),
      ...heldBackButtons(sheet, viewer, ink),
      ...changedItsMind(sheet, viewer, ink),
      ...(mails > 0 ? [ink.button('Read the mails', { a: 'mail-of', c: sheet.case.id })] : []),
      ...managersButtons(looking),
    ]),
  });
  return { ...drawn, after: after.length > 0 ? [{ blocks: after }] : [] };
}

/** Somebody whom a step has named on the case, and who has to know it: the whole referral goes with it. */
function isNewcomer({ case: { openedBy }, protocol, status }: CaseSheet, viewer: Viewer): boolean {
  if (status.ended || status.stopped || viewer.person === openedBy) return false;
  return Object.values(protocol.steps).some(
    (step) => step.kind === 'assign' && status.named[step.fills] === viewer.person,
  );
}

function childrenBlock(sheet: CaseSheet): Block[] {
  const children = childrenOf(sheet);
  if (children.every(({ name }) => name === '')) return [];
  const today = dayOf(sheet.now);
  const assigns = Object.values(sheet.protocol.steps).flatMap((step) =>
    Object.values(step.form)
      .filter(({ each, type }) => each === 'children' && type === 'choice')
      .map((field) => ({ step, field })),
  );
  const lines = children.map(({ id, name, born }) => {
    const age = ageOn(born, today);
    const courses = assigns.flatMap(({ step, field }) => {
      const answers = {
        ...Object.assign(
          {},
          ...sheet.case.facts.filter(({ fact }) => fact.split('.')[0] === step.id).map(({ answers }) => answers),
        ),
        ...sheet.personal[step.id],
      };
      const text = writeAnswer(field, answers[`${id}.${field.id}`], sheet.protocol.council, sheet.people);
      return text ? [text] : [];
    });
    return line(
      name || 'A child',
      [
        age === undefined ? '' : `, ${age}`,
        ...courses.map((course) => `, ${course.charAt(0).toLowerCase()}${course.slice(1)}`),
        '.',
      ].join(''),
    );
  });
  return [{ heading: lines.length === 1 ? 'Child' : 'Children', lines: lines.slice(0, 12), long: [], buttons: [] }];
}

function nextButton(sheet: CaseSheet, viewer: Viewer, ink: Ink): Action[] {
  const [own] = ownNextSteps(sheet, viewer);
  return own ? [ink.button('Show my next step', press({ sheet }, own, 'step'))] : [];
}

/** Owed, and a meeting that is booked comes first: pressing says so, and when it is (story A16, pattern 4.10). */
function heldBackButtons(sheet: CaseSheet, viewer: Viewer, ink: Ink): Action[] {
  const { protocol, status } = sheet;
  if (status.ended || status.stopped) return [];
  const waitsForBooked = (step: Step) =>
    (status.steps[step.id]?.blockedBy ?? []).some(({ needs }) =>
      needs.some((ref) => status.steps[meetingOf(protocol, ref)?.id ?? '']?.booking !== undefined),
    );
  return Object.values(protocol.steps)
    .filter((step) => step.button !== undefined && waitsForBooked(step) && mayAct(sheet, step, viewer))
    .map((step) => ink.button(step.button ?? step.title, press({ sheet }, step, 'step')));
}

/** What rests on the family's agreement can lose it; where none was asked for there is none to take back. */
function changedItsMind(sheet: CaseSheet, viewer: Viewer, ink: Ink): Action[] {
  if (
    sheet.status.ended ||
    sheet.status.stopped ||
    !Object.values(sheet.protocol.steps).some(({ kind }) => kind === 'consent') ||
    !sheet.protocol.opening.by.some((role) => viewer.roles.includes(role))
  )
    return [];
  return [
    ink.button('Family changed its mind', {
      a: 'family-left',
      c: sheet.case.id,
      s: 'case',
      n: sheet.case.facts.filter(({ fact }) => fact.startsWith('withdrawn')).length,
    }),
  ];
}

function capitalised(how: string): string {
  const words = how.replaceAll('-', ' ');
  return capital(words);
}
