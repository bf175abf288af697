/** The case at a glance (story 3.6): who holds the family, each step with its owner, date and why. */
import type { CaseSheet, Viewer } from '../../src/application/sheet.ts';
import { isMailed, outcomesOf } from '../../src/domain/case/steps.ts';
import type { Step } from '../../src/domain/protocol/types.ts';
import { dayOf } from '../../src/domain/time/instant.ts';
import { meetingOf } from './asking.ts';
import { ageOn, type Block, childrenOf } from './blocks.ts';
import type { Action, Ink } from './buttons.ts';
import { expectedButtons, expectedLines } from './expected.ts';
import { writeAnswer } from './fields.ts';
import { type Banner, type Frame, frame } from './frame.ts';
import { endRows, press, referralFor, title } from './looking.ts';
import { earlierLines, managersButtons, pausedLines, registerLines } from './managing.ts';
import { otherButtons, possibleBlock } from './possible.ts';
import { openTime, protocolWords } from './privacy.ts';
import { mayAct } from './rights.ts';
import { openStanding } from './standing.ts';
import { bold, type Line, line, titleText } from './text.ts';
import { whys } from './why.ts';
import {
  deadlineOf,
  doneWords,
  dueSentence,
  dueWords,
  holderSentence,
  isMachines,
  nextSteps,
  owingRole,
  ownerName,
} from './words.ts';

const MOST_STEPS = 12;
/** Room for the referral on a card that lists all steps too. */
const BESIDE_STEPS = { left: 2500, most: 7 };

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
}): Frame {
  const shown = shownSteps(sheet);
  const ended = sheet.status.ended;
  const looking = { sheet, viewer, ink };
  const isNew = isNewcomer(sheet, viewer);
  return frame({
    banner: [...banner, ...opened(sheet)],
    title: title({ sheet }, sheet.protocol.title),
    lines: [
      ...(ended ? [line(bold(`${capitalised(ended.how)} ${openTime(ended.at)}.`))] : []),
      ...(sheet.status.stopped ? [line(bold('Paused. Managers are deciding.'))] : []),
      ...pausedLines(sheet),
      ...expectedLines(looking),
      ...earlierLines(sheet),
      line(holderSentence(sheet, true)),
      ...registerLines(sheet),
    ],
    blocks: [
      ...childrenBlock(sheet),
      { ...stepsBlock(sheet, shown), buttons: otherButtons(looking) },
      ...possibleBlock(looking),
      ...(isNew ? referralFor(looking, BESIDE_STEPS) : []),
    ],
    whys: whys(shown.map((step) => deadlineOf(sheet, step.id))),
    buttonRows: endRows({ sheet, ink }, [
      ...(isNew ? [ink.button('I have read this', { a: 'seen', c: sheet.case.id, s: 'case' })] : []),
      ...expectedButtons(looking),
      ...nextButton(sheet, viewer, ink),
      ...heldBackButtons(sheet, viewer, ink),
      ...changedItsMind(sheet, viewer, ink),
      ...managersButtons(looking),
    ]),
  });
}

/** Somebody whom a step has named on the case, and who has to know it: the whole referral goes with it. */
function isNewcomer({ case: { openedBy }, protocol, status }: CaseSheet, viewer: Viewer): boolean {
  if (status.ended || status.stopped || viewer.person === openedBy) return false;
  return Object.values(protocol.steps).some(
    (step) => step.kind === 'assign' && status.named[step.fills] === viewer.person,
  );
}

/** Until the mailbox has the referral, no card says that it was sent; then when (story A8). */
function opened(sheet: CaseSheet): Banner[] {
  const { protocol, status } = sheet;
  const sends = protocol.steps[protocol.opening.sends];
  if (!sends || status.stopped || status.ended) return [];
  // A case that is opened by a record, or that was moved here, has had nothing sent by the program.
  if (sends.kind !== 'send' || !isMailed(sends) || !sheet.case.facts.some(({ fact }) => fact === sends.id)) return [];
  const sent = sheet.case.facts.find(({ fact }) => fact === `${sends.id}.sent`);
  const received = sheet.case.facts.find(({ fact }) => fact === `${sends.id}.received`);
  const arrivals = [`${sends.id}.received`, ...(sends.done === 'sent' ? [sends.id, `${sends.id}.sent`] : [])];
  const [answer] = nextSteps(sheet).filter((step) => step.after.some((ref) => arrivals.includes(ref)));
  const due = answer && deadlineOf(sheet, answer.id);
  if ((received || (sent && sends.done === 'sent')) && !answer) return [];
  const what = capitalised(sends.title);
  if (!sent && !received) {
    const urgent = protocol.council.texts['if-urgent'];
    const struggling = sheet.unsent.some(({ step, attempts }) => step === sends.id && attempts > 1);
    const why = sheet.unsent.find(({ step }) => step === sends.id)?.why;
    return [
      {
        title: titleText(`${what} recorded: ${sheet.case.reference}`),
        lines: [
          line(
            why
              ? why
              : struggling
                ? `The mailbox did not take it. I keep trying; nothing is lost.${urgent ? ` ${urgent}` : ''}`
                : 'The e-mail is being sent. I will tell you when they answer.',
          ),
        ],
      },
    ];
  }
  const role = answer && owingRole(sheet, answer);
  const owed =
    answer && role
      ? `The ${ownerName(sheet, role, false)} will answer${due ? ` ${dueWords(due, sheet.now).replace(/^due/, 'by')}` : ''}. I will tell you when they do.`
      : 'I will tell you when they answer.';
  return [
    {
      title: titleText(`${what} sent: ${sheet.case.reference}`),
      lines: [line(`E-mail sent ${openTime((sent ?? received)?.at ?? sheet.now)}.`), line(owed)],
    },
  ];
}

/** What is done, what is next, what comes later; not what this case will never need. */
function shownSteps(sheet: CaseSheet): Step[] {
  const relevant = Object.values(sheet.protocol.steps).filter((step) => {
    const view = sheet.status.steps[step.id];
    if (!view || view.state === 'not-applicable' || view.state === 'skipped') return false;
    // What only one way of deciding leads to is not announced before it is taken.
    if (view.state === 'waiting') return deadlineOf(sheet, step.id) !== undefined && !isContingent(sheet, step);
    return !step.optional || view.state === 'done';
  });
  const done = relevant.filter(({ id }) => sheet.status.steps[id]?.state === 'done');
  // Of a long history the latest; what is still to do is never left out.
  return relevant.filter(
    (step) =>
      !done.includes(step) ||
      done.indexOf(step) >= done.length - (MOST_STEPS - Math.min(MOST_STEPS - 2, relevant.length - done.length)),
  );
}

function isContingent({ protocol }: CaseSheet, step: Step): boolean {
  return step.after.some((ref) => {
    const [id = '', part = ''] = ref.split('.');
    const before = protocol.steps[id];
    return before !== undefined && part in outcomesOf(before) && Object.keys(outcomesOf(before)).length > 1;
  });
}

function stepsBlock(sheet: CaseSheet, steps: readonly Step[]): Block {
  const ready = new Set(nextSteps(sheet).flatMap(({ id }) => (isHeldBack(sheet, id) ? [] : [id])));
  return {
    heading: 'Steps',
    lines: steps.map((step) => stepLine(sheet, step, ready.has(step.id))),
    long: [],
    buttons: [],
  };
}

/** What it is for waits for a meeting: only the way out of it is open. */
function isHeldBack({ status }: CaseSheet, step: string): boolean {
  return Object.keys(status.steps[step]?.blockedOutcomes ?? {}).length > 0;
}

function stepLine(sheet: CaseSheet, step: Step, ready: boolean): Line {
  const view = sheet.status.steps[step.id];
  if (view?.state === 'done')
    return line(`Done ${view.since ? openTime(view.since) : ''}: ${doneWords(sheet, step, view.doneBy)}`);
  if (view?.state === 'open' && isMachines(sheet, step)) return line(bold('Being sent: '), `${step.title}.`);
  const role = owingRole(sheet, step);
  const who = role ? `, ${ownerName(sheet, role, true)}` : '';
  const deadline = deadlineOf(sheet, step.id);
  const late = deadline && deadline.dueAt < sheet.now;
  const due = deadline ? `, ${dueWords(deadline, sheet.now)}` : '';
  const booked = view?.booking ? `, booked for ${openTime(view.booking.start)}` : '';
  const state = late && ready ? 'Overdue' : ready ? 'Next' : 'Later';
  return line(
    bold(`${state}: `),
    `${protocolWords(step.title)}${who}${booked}${
      late
        ? `, ${dueSentence(deadline, sheet.now)
            .replace(/^Overdue: /, '')
            .replace(/\.$/, '')}`
        : due
    }.`,
    ...openStanding(sheet, step).map((words) => ` ${words}`),
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
  const own = nextSteps(sheet, viewer.roles).find((step) => mayAct(sheet, step, viewer));
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
  return words.charAt(0).toUpperCase() + words.slice(1);
}
