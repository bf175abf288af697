/** The steps of a case on its own card: what was done, what is next and whose it is, what comes later. Class P. */
import type { CaseSheet, Viewer } from '../../src/application/sheet.ts';
import { inForce } from '../../src/domain/case/in-force.ts';
import { isSeries, occurrencesOf } from '../../src/domain/case/series.ts';
import { outcomesOf } from '../../src/domain/case/steps.ts';
import type { Step } from '../../src/domain/protocol/types.ts';
import { type Day, dayOf, isDay, writeDay } from '../../src/domain/time/instant.ts';
import type { Block, Long } from './blocks.ts';
import { agenciesLeft } from './each.ts';
import type { Looking } from './looking.ts';
import { meetingLines } from './meeting-words.ts';
import { openTime, protocolWords } from './privacy.ts';
import { ownNextSteps } from './rights.ts';
import { openStanding } from './standing.ts';
import { bold, type Line, line, run } from './text.ts';
import { deadlineOf, doneWords, dueSentence, dueWords, isMachines, nextSteps, owingRole, ownerName } from './words.ts';

/** On one card; of a long history the latest, and what is still to do is never left out. */
const MOST_STEPS = 12;
const FEWEST_DONE = 2;
/** Earlier ones that open in place: a card has 28 kB. */
const MOST_EARLIER = 40;

interface Done {
  readonly day: Day | undefined;
  readonly line: Line;
}

/** What is still to be done, in the order of the card: the reader's own first. */
export function stepsToDo(sheet: CaseSheet, viewer: Viewer): readonly Step[] {
  const ready = readySteps(sheet, viewer);
  const left = Object.values(sheet.protocol.steps).filter((step) => isToDo(sheet, step));
  const own = ownNextSteps(sheet, viewer).filter((step) => ready.has(step.id) && left.includes(step));
  return [...own, ...left.filter((step) => !own.includes(step))];
}

export function stepsBlocks({ sheet, viewer }: Pick<Looking, 'sheet' | 'viewer'>, toDo: readonly Step[]): Block[] {
  const ready = readySteps(sheet, viewer);
  const done = doneLines(sheet);
  const room = Math.max(FEWEST_DONE, MOST_STEPS - toDo.length);
  const shown = done.slice(Math.max(0, done.length - room));
  const lines = [...shown.map((each) => each.line), ...toDo.map((step) => stepLine(sheet, step, ready.has(step.id)))];
  const long = earlierSteps(done.slice(0, done.length - shown.length));
  // In the order of their days: the earlier ones stand above.
  return long.length === 0
    ? [{ heading: 'Steps', lines, long, buttons: [] }]
    : [
        { heading: 'Steps', lines: [], long, buttons: [] },
        { heading: '', lines, long: [], buttons: [] },
      ];
}

/** "7 earlier steps", which open in place. */
function earlierSteps(earlier: readonly Done[]): Long[] {
  if (earlier.length === 0) return [];
  const first = earlier.map(({ day }) => day).find((day) => day !== undefined);
  const [most, more] = [earlier.slice(-MOST_EARLIER), earlier.length - MOST_EARLIER];
  return [
    {
      label: earlier.length === 1 ? '1 earlier step' : `${earlier.length} earlier steps`,
      shortId: 'earlier-short',
      short: [run(first === undefined ? 'Done before these.' : `The first on ${writeDay(first)}.`)],
      rest: [
        {
          id: 'earlier-all',
          shortId: 'earlier-short',
          title: 'Show all',
          lines: [...(more > 0 ? [line(`${more} more before these.`)] : []), ...most.map((each) => each.line)],
        },
      ],
      press: [],
    },
  ];
}

/** What may be done now, whoever does it; for the reader also what a written reason lets pass. */
function readySteps(sheet: CaseSheet, viewer: Viewer): ReadonlySet<string> {
  const steps = [...ownNextSteps(sheet, viewer), ...nextSteps(sheet)];
  return new Set(steps.filter((step) => !isHeldBack(sheet, step)).map(({ id }) => id));
}

/** What it is for waits for a meeting: only the way out of it is open. A ladder that has begun is talked about at once. */
function isHeldBack({ status }: CaseSheet, step: Step): boolean {
  return step.kind !== 'resolve' && Object.keys(status.steps[step.id]?.blockedOutcomes ?? {}).length > 0;
}

/** Not what this case will never need, nor what is never owed. */
function isToDo(sheet: CaseSheet, step: Step): boolean {
  const view = sheet.status.steps[step.id];
  if (!view || step.optional) return false;
  // What only one way of deciding leads to is not announced before it is taken.
  if (view.state === 'waiting') return deadlineOf(sheet, step.id) !== undefined && !isContingent(sheet, step);
  return view.state === 'open';
}

function isContingent({ protocol }: CaseSheet, step: Step): boolean {
  return step.after.some((ref) => {
    const [id = '', part = ''] = ref.split('.');
    const before = protocol.steps[id];
    return before !== undefined && part in outcomesOf(before) && Object.keys(outcomesOf(before)).length > 1;
  });
}

/** In the order in which it was done; of a series each time. */
function doneLines(sheet: CaseSheet): readonly Done[] {
  const facts = inForce(sheet.protocol, sheet.case);
  const done = Object.values(sheet.protocol.steps).flatMap((step) => {
    const view = sheet.status.steps[step.id];
    const times = isSeries(step)
      ? occurrencesOf(
          step,
          facts.filter(({ fact }) => fact.split('.')[0] === step.id),
        )
      : [];
    if (times.length > 0) return times.map(({ at, by, done }) => doneLine(sheet, step, at, done ?? by));
    return view?.state === 'done' ? [doneLine(sheet, step, view.since, view.doneBy)] : [];
  });
  return done.sort(({ day: one = '' }, { day: other = '' }) => (one < other ? -1 : one > other ? 1 : 0));
}

function doneLine(
  sheet: CaseSheet,
  step: Step,
  at: Parameters<typeof openTime>[0] | undefined,
  fact: Parameters<typeof doneWords>[2],
): Done {
  const day = at === undefined || isDay(at) ? at : dayOf(at);
  return { day, line: line(`Done${at === undefined ? '' : ` ${openTime(at)}`}: ${doneWords(sheet, step, fact)}`) };
}

function stepLine(sheet: CaseSheet, step: Step, ready: boolean): Line {
  const view = sheet.status.steps[step.id];
  if (view?.state === 'open' && isMachines(sheet, step)) {
    const why = sheet.unsent.find((each) => each.kind === 'mail' && each.step === step.id)?.why;
    return why ? line(bold('Not sent yet: '), `${step.title}. ${why}`) : line(bold('Being sent: '), `${step.title}.`);
  }
  const role = owingRole(sheet, step);
  const who = role ? `, ${ownerName(sheet, role, true)}` : '';
  const deadline = deadlineOf(sheet, step.id);
  const late = deadline !== undefined && deadline.dueAt < sheet.now;
  const booked = view?.booking ? `, booked for ${openTime(view.booking.start)}` : '';
  const state = ready ? (late ? 'Overdue' : 'Next') : 'Later';
  const due = deadline === undefined ? '' : `, ${late ? wasDue(sheet, deadline) : dueWords(deadline, sheet.now)}`;
  return line(
    bold(`${state}: `),
    `${protocolWords(step.title)}${agenciesLeft(sheet, step)}${who}${booked}${due}.`,
    ...[...openStanding(sheet, step), ...meetingLines(sheet, step)].map((words) => ` ${words}`),
  );
}

/** The word before the line says already that it is overdue. */
function wasDue(sheet: CaseSheet, deadline: Parameters<typeof dueSentence>[0]): string {
  return dueSentence(deadline, sheet.now)
    .replace(/^Overdue: /, '')
    .replace(/\.$/, '');
}
