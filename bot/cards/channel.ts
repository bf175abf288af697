/**
 * What a channel sees of a case (class C): reference, step, team, dates, who decided. Drawn from an `OpenSheet`, in words of type `Open`,
 * so that nothing of the family can get here. Every button that shows more opens in a dialog or the person's own chat.
 */
import { outcomesOf } from '../../src/domain/case/steps.ts';
import type { DecideStep, ResolveStep, Step } from '../../src/domain/protocol/types.ts';
import { isOver, offeredMeeting } from './asking.ts';
import { type Action, type ButtonRow, IMMEDIATE_RISK, type Ink, rows, short } from './buttons.ts';
import { OPEN } from './dialogs.ts';
import { agenciesByNumber } from './each.ts';
import { type OpenBanner, type OpenFrame, openFrame } from './frame.ts';
import { waitsFor } from './joint.ts';
import { openNews } from './meeting-words.ts';
import { NOTHING, type Open, type OpenSheet, open, openReference, openTime, protocolWords } from './privacy.ts';
import { openStanding } from './standing.ts';
import { type OpenLine, openLine } from './text.ts';
import { whys } from './why.ts';
import {
  capital,
  caseTitle,
  childrenFirst,
  countOf,
  deadlineOf,
  doneWords,
  fill,
  headingOf,
  nextSentence,
  owedSentence,
  owingRole,
  questionOf,
  rolePlural,
  teamName,
  whoAndWhen,
} from './words.ts';

export interface ChannelCard {
  readonly template: 'post' | 'done';
  readonly frame: OpenFrame & { readonly blocks: readonly never[] };
}

export interface Posting {
  readonly sheet: OpenSheet;
  readonly ink: Ink;
  readonly banner?: readonly OpenBanner[];
}

export function channelCard(posting: Posting, stepId: string): ChannelCard | undefined {
  const { sheet } = posting;
  if (stepId === 'case' || stepId === 'safety') return ofCase(posting);
  const step = sheet.protocol.steps[stepId];
  const view = sheet.status.steps[stepId];
  if (!step || !view) return undefined;
  if (view.state === 'done') return doneCard(posting, step);
  if (sheet.status.stopped || sheet.status.ended) return ofCase(posting);
  if (view.state !== 'open') return undefined;
  return { template: 'post', frame: openStep(posting, step) };
}

function openStep(posting: Posting, step: Step): OpenFrame & { readonly blocks: readonly never[] } {
  const { sheet } = posting;
  const booking = sheet.status.steps[step.id]?.booking;
  const deadline = deadlineOf(sheet, step.id);
  const meeting = offeredMeeting(sheet.protocol, step);
  const also = meeting && deadlineOf(sheet, meeting.id);
  const news = openNews(sheet, step);
  return openFrame({
    banner: posting.banner ?? [],
    title: news?.title ?? titleOf(sheet, step),
    lines: [
      ...(news?.lines ?? []).map((words) => openLine(words)),
      openLine(
        open`${childrenFirst(sheet)}${owedSentence(sheet, step, deadline)}`,
        ...(meeting ? [open` ${owedSentence(sheet, meeting, also)}`] : []),
      ),
      ...(step.says ? [openLine(fill(step.says, sheet))] : []),
      ...(booking && !news
        ? [
            openLine(
              open`${protocolWords(booking.state === 'booked' ? 'Booked for' : 'Being booked for')} ${openTime(booking.start)}.`,
            ),
          ]
        : []),
      ...[agenciesByNumber(sheet, step), ...openStanding(sheet, step)]
        .filter((words) => words !== NOTHING)
        .map((words) => openLine(words)),
      ...withWhom(sheet, step),
    ],
    whys: whys([deadline, also]),
    buttonRows: buttonsOf(posting, step),
  });
}

/** The first step after the opening's own mail is what the channel has waited for: "New step down: CAM-7K3F". */
function titleOf(sheet: OpenSheet, step: Step): Open {
  const reference = openReference(sheet);
  if (answersOpening(sheet, step))
    return open`New ${protocolWords(sheet.protocol.direction.replaceAll('-', ' '))}: ${reference}`;
  return step.kind === 'meet' && isOver(sheet, step) ? questionOf(sheet, step) : headingOf(sheet, step);
}

/** The first of those that somebody does; a case that came from another pathway is not new. */
function answersOpening({ protocol, case: { earlier } }: OpenSheet, step: Step): boolean {
  const { sends } = protocol.opening;
  const opened = [sends, `${sends}.sent`, `${sends}.received`];
  const first = Object.values(protocol.steps).find(
    (each) => each.kind !== 'send' && each.after.some((ref) => opened.includes(ref)),
  );
  return earlier.length === 0 && first?.id === step.id;
}

function withWhom(sheet: OpenSheet, step: Step): OpenLine[] {
  if (step.kind === 'resolve') {
    const rung = step.rungs[sheet.status.steps[step.id]?.rung ?? 0];
    const about = step.about === 'team' ? protocolWords('Team being settled. ') : NOTHING;
    return rung ? [openLine(open`${about}With: ${protocolWords(rung.title)}.`), ...waiting(sheet, step)] : [];
  }
  if (step.kind === 'decide' && step.joint) return waiting(sheet, step);
  const role = owingRole(sheet, step);
  return role ? [openLine(open`${rolePlural(sheet, role)}.`)] : [];
}

/** Whose word is still missing; never what the others have said. */
function waiting(sheet: OpenSheet, step: DecideStep | ResolveStep): OpenLine[] {
  const words = waitsFor(sheet, step);
  return words === undefined ? [] : [openLine(words)];
}

function buttonsOf(posting: Posting, step: Step): ButtonRow[] {
  const { sheet, ink } = posting;
  const opens = (title: string, part?: string): Action =>
    ink.button(short(title), {
      a: OPEN,
      c: sheet.case.id,
      s: step.id,
      n: round(sheet, step.id),
      i: since(sheet, step.id),
      ...(part ? { p: part } : {}),
    });
  const asksOutcome = step.kind === 'meet' && isOver(sheet, step);
  const outcomes = asksOutcome
    ? Object.entries(outcomesOf(step)).map(([part, outcome]) => opens(outcome.button, part))
    : [];
  const notHeld =
    asksOutcome && outcomes.length > 0
      ? [opens(step.moments?.['not-held']?.button ?? 'It did not take place', 'not-held')]
      : [];
  const own =
    outcomes.length > 0
      ? [...outcomes, ...notHeld]
      : [opens(step.kind === 'decide' ? (step.button ?? 'Open and decide') : 'Open')];
  return endRows(posting, own);
}

function endRows({ sheet, ink }: Posting, buttons: readonly Action[]): ButtonRow[] {
  const running = !sheet.status.ended && !sheet.status.stopped;
  return rows(
    buttons,
    running ? ink.button(IMMEDIATE_RISK, { a: 'stop', c: sheet.case.id, n: round(sheet, 'safeguarding') }) : undefined,
  );
}

/** Final for everybody: who decided, when, what comes next. */
function doneCard(posting: Posting, step: Step): ChannelCard {
  const { sheet, ink } = posting;
  const fact = sheet.status.steps[step.id]?.doneBy;
  const next = nextSentence(sheet, false);
  return {
    template: 'done',
    frame: openFrame({
      banner: posting.banner ?? [],
      title: caseTitle(sheet, doneWords(sheet, step, fact)),
      lines: [
        ...(fact ? [openLine(whoAndWhen(sheet, step, fact))] : []),
        ...stateLines(sheet),
        ...(next === NOTHING ? [] : [openLine(next)]),
      ],
      buttonRows: endRows(posting, [ink.button('Open case', { a: OPEN, c: sheet.case.id, s: 'case' })]),
    }),
  };
}

function stateLines(sheet: OpenSheet): OpenLine[] {
  if (sheet.status.stopped) return [openLine(protocolWords('Paused, managers deciding.'))];
  return sheet.status.ended ? [openLine(open`${ended(sheet)}.`)] : [];
}

function ended(sheet: OpenSheet): Open {
  return capital(protocolWords((sheet.status.ended?.how ?? '').replaceAll('-', ' ')));
}

function ofCase(posting: Posting): ChannelCard | undefined {
  const { sheet, ink } = posting;
  const { stopped } = sheet.status;
  const openCase = ink.button('Open case', { a: OPEN, c: sheet.case.id, s: 'case' });
  if (stopped) {
    return {
      template: 'post',
      frame: openFrame({
        title: caseTitle(
          sheet,
          protocolWords(stopped.why === 'safety' ? 'paused. Please ring the manager.' : 'paused, manager deciding.'),
        ),
        lines: [openLine(open`Since ${openTime(stopped.at)}. Nobody will be chased on this case.`)],
        buttonRows: rows([openCase]),
      }),
    };
  }
  if (sheet.status.ended) {
    return {
      template: 'post',
      frame: openFrame({
        title: caseTitle(sheet, open`${protocolWords(ended(sheet).toLowerCase())}.`),
        lines: [
          openLine(
            open`${openTime(sheet.status.ended.at)}.${sheet.case.children.length > 0 ? open` ${countOf(sheet.case.children.length, 'child', 'children')}.` : NOTHING}`,
          ),
        ],
        buttonRows: rows([openCase]),
      }),
    };
  }
  const again = sheet.case.facts
    .filter(({ fact }) => fact === 'safeguarding.restarted' || fact === 'withdrawn.again')
    .at(-1);
  const next = nextSentence(sheet, false);
  if (!again) return undefined;
  return {
    template: 'post',
    frame: openFrame({
      title: caseTitle(sheet, protocolWords('goes on.')),
      lines: [
        openLine(open`Since ${openTime(again.recordedAt)}. Team: ${teamName(sheet)}.`),
        ...(next === NOTHING ? [] : [openLine(next)]),
      ],
      buttonRows: endRows(posting, [openCase]),
    }),
  };
}

function round(sheet: OpenSheet, step: string): number {
  return sheet.case.facts.filter(({ fact }) => fact === step || fact.startsWith(`${step}.`)).length;
}

function since(sheet: OpenSheet, step: string): string {
  return sheet.status.steps[step]?.since ?? sheet.case.openedAt;
}
