/** A step's card in somebody's own chat or in a dialog (class P), by the kind of the step. */
import type { CaseSheet, Viewer } from '../../src/application/sheet.ts';
import { outcomesOf } from '../../src/domain/case/steps.ts';
import type {
  AssignStep,
  DecideStep,
  Field,
  MeetStep,
  RecordStep,
  ResolveStep,
  SendStep,
  Step,
} from '../../src/domain/protocol/types.ts';
import { dayOf, parseInstant, writeInstant, writeShortDay } from '../../src/domain/time/instant.ts';
import { askingOf, decisionAfter, isOver, meetingOf, offeredMeeting } from './asking.ts';
import { answerBlock, type Block, blockOf, type Cutting, childrenOf, cutting, referralBlocks } from './blocks.ts';
import { type Action, type ButtonRow, IMMEDIATE_RISK, type Ink, rows, short } from './buttons.ts';
import { inputsOf } from './fields.ts';
import { type Banner, type Frame, frame } from './frame.ts';
import { openReference, open as openWords, protocolWords } from './privacy.ts';
import { mayAct, mayBook, mayMeet, rolesFor, takesPart } from './rights.ts';
import type { Press, Verb } from './signed.ts';
import { line, titleText } from './text.ts';
import {
  capital,
  caseTitle,
  deadlineOf,
  doneWords,
  dueSentence,
  fill,
  holderSentence,
  isMachines,
  namesOf,
  nextSentence,
  outcomeDone,
  rolePlural,
  whoAndWhen,
  whoDid,
  whys,
} from './words.ts';

/** Which template a frame is meant for. */
export interface StepCard {
  readonly template: 'step' | 'done';
  readonly frame: Frame;
}

export interface Looking {
  readonly sheet: CaseSheet;
  readonly viewer: Viewer;
  readonly ink: Ink;
  readonly banner?: readonly Banner[];
}

/** @returns undefined where the step has nothing to show to this viewer now */
export function stepCard(looking: Looking, stepId: string): StepCard | undefined {
  const { sheet, viewer } = looking;
  const step = sheet.protocol.steps[stepId];
  const view = sheet.status.steps[stepId];
  if (!step || !view) return undefined;
  if (view.state === 'done')
    return mayAct(sheet, step, viewer) || takesPart(step, viewer) ? doneCard(looking, step) : toldCard(looking, step);
  if (view.state !== 'open' || sheet.status.ended || sheet.status.stopped) return undefined;
  const frame = openCard(looking, step);
  return frame && { template: 'step', frame };
}

function openCard(looking: Looking, step: Step): Frame | undefined {
  const { sheet, viewer } = looking;
  const acts = mayAct(sheet, step, viewer);
  if (step.kind === 'meet') {
    const concerns = mayMeet(sheet, step, viewer) || takesPart(step, viewer);
    const stuck = sheet.status.steps[step.id]?.noTime !== undefined && mayBook(sheet, step, viewer);
    return concerns || stuck ? meetCard(looking, step) : undefined;
  }
  if (!acts) return undefined;
  switch (step.kind) {
    case 'send':
      return step.automatic ? undefined : sendCard(looking, step);
    case 'decide':
      return decideCard(looking, step);
    case 'resolve':
      return resolveCard(looking, step);
    case 'assign':
      return assignCard(looking, step);
    case 'record':
      return recordCard(looking, step);
    default:
      return undefined;
  }
}

// ---- the kinds ---------------------------------------------------------------------------------------------------

function decideCard(looking: Looking, step: DecideStep): Frame {
  const { sheet } = looking;
  const { buttons, refusals } = outcomeButtons(looking, step);
  const question = buttons.length > 1 ? [line('What should happen?')] : [];
  return base(looking, step, {
    blocks: referralBlocks(sheet, cut(looking)),
    lines: [...opening(looking, step), ...refusals.map((words) => line(words)), ...question],
    buttonRows: endRows(looking, [...buttons, caseButton(looking)]),
  });
}

/** A button an outcome; one that still waits for something says what, and has none. */
function outcomeButtons(
  looking: Looking,
  step: DecideStep | ResolveStep | MeetStep,
): { buttons: Action[]; refusals: string[] } {
  const { sheet, ink } = looking;
  const blocked = sheet.status.steps[step.id]?.blockedOutcomes ?? {};
  const buttons: Action[] = [];
  const refusals: string[] = [];
  for (const [part, outcome] of Object.entries(outcomesOf(step))) {
    const waits = (blocked[part] ?? []).filter(
      ({ needs }) =>
        !needs.every((ref) => {
          const meeting = meetingOf(sheet.protocol, ref);
          return meeting !== undefined && isOver(sheet, meeting);
        }),
    );
    if (waits.length > 0) refusals.push(`${outcome.button}: not yet. ${waits.map(({ says }) => says).join(' ')}`);
    else buttons.push(ink.button(short(outcome.button), press(looking, step, 'choose', { p: part })));
  }
  return { buttons, refusals };
}

function resolveCard(looking: Looking, step: ResolveStep): Frame {
  const { sheet, ink } = looking;
  const rung = step.rungs[sheet.status.steps[step.id]?.rung ?? 0];
  const notAgreed = step.moments?.['not-agreed'];
  const buttons = [...outcomeButtons(looking, step).buttons];
  if (rung && !rung.final)
    buttons.push(
      ink.button(short(notAgreed?.button ?? 'We do not agree'), press(looking, step, 'choose', { p: 'not-agreed' })),
    );
  return base(looking, step, {
    blocks: viewsOf(looking, step),
    lines: [
      ...opening(looking, step),
      line(rung?.final ? 'Your decision is final.' : `With: ${rung?.title ?? 'the managers'}.`),
    ],
    buttonRows: endRows(looking, [...buttons, caseButton(looking)]),
  });
}

/** Each view under the other: what the first team wrote, then what each rung wrote. */
function viewsOf(looking: Looking, step: ResolveStep): Block[] {
  const { sheet } = looking;
  const cutAt = cut(looking);
  const sources = new Set(step.after.map((ref) => ref.split('.')[0] ?? ''));
  return [...sources, step.id].flatMap((source) => {
    const asked = sheet.protocol.steps[source];
    if (!asked) return [];
    return sheet.case.facts
      .filter(({ fact }) => fact.startsWith(`${source}.`))
      .map((fact, index) => {
        const part = fact.fact.slice(source.length + 1);
        const fields = Object.values(outcomeDone(asked, part)?.asks ?? {});
        return blockOf(
          `${whoDid(sheet, fact.by)}, ${writeInstant(fact.recordedAt)}`,
          fields,
          { ...fact.answers, ...fact.personal },
          sheet,
          cutAt,
          { id: `${source}-${index}` },
        );
      });
  });
}

function assignCard(looking: Looking, step: AssignStep): Frame {
  const { ink } = looking;
  return base(looking, step, {
    blocks: referralBlocks(looking.sheet, cut(looking)),
    buttonRows: endRows(looking, [
      ink.button(short(step.button ?? 'Name'), press(looking, step, 'choose')),
      caseButton(looking),
    ]),
  });
}

function sendCard(looking: Looking, step: SendStep): Frame {
  const { sheet, ink } = looking;
  const meeting = offeredMeeting(sheet.protocol, step);
  const also = meeting && deadlineOf(sheet, meeting.id);
  const title = short(step.button ?? 'Send');
  return base(looking, step, {
    lines: [
      ...opening(looking, step),
      ...(meeting && also ? [line(`${capital(protocolWords(meeting.title))}: ${dueSentence(also, sheet.now)}`)] : []),
    ],
    whys: whys([deadlineOf(sheet, step.id), also]),
    blocks: referralBlocks(sheet, cut(looking)),
    buttonRows: endRows(looking, [
      meeting
        ? ink.button('Show free times', press(looking, meeting, 'times'))
        : ink.button(title, press(looking, step, 'do')),
      ...refusalOf(looking, meeting ?? step),
      caseButton(looking),
    ]),
  });
}

/** The decision's other ways stand beside the offer: "not the right team" needs no consultation. */
function refusalOf(looking: Looking, step: Step): Action[] {
  const { sheet, viewer } = looking;
  const decision = step.kind === 'meet' ? decisionAfter(sheet, step, viewer.roles) : undefined;
  return decision?.kind === 'decide' ? outcomeButtons(looking, decision).buttons : [];
}

function meetCard(looking: Looking, step: MeetStep): Frame {
  const { sheet, ink, viewer } = looking;
  const acts = mayMeet(sheet, step, viewer);
  const owns = mayAct(sheet, step, viewer);
  const view = sheet.status.steps[step.id];
  const booking = view?.booking;
  const move = ink.button(booking ? 'Move it' : 'Other times', press(looking, step, 'times', { x: 'more' }));
  if (!booking) {
    if (view?.noTime)
      return base(looking, step, {
        title: title(looking, 'no shared time yet'),
        lines: [...blockers(looking, step), ...opening(looking, step)],
        buttonRows: endRows(looking, [move, caseButton(looking)]),
      });
    if (step.chooseFrom.length > 0 || step.sessionOf)
      return base(looking, step, {
        lines: [...opening(looking, step), line('A time is being booked.')],
        buttonRows: endRows(looking, [...(acts ? [move] : []), caseButton(looking)]),
      });
    const choose = ink.button('Show free times', press(looking, step, 'times'));
    return base(looking, step, {
      blocks: referralBlocks(sheet, cut(looking)),
      buttonRows: endRows(
        looking,
        owns ? [choose, ...refusalOf(looking, step), caseButton(looking)] : [caseButton(looking)],
      ),
    });
  }
  if (isOver(sheet, step)) return heldCard(looking, step, acts);
  const follow = acts ? followUps(looking, step) : [];
  const when = writeInstant(booking.start);
  return base(looking, step, {
    title: title(looking, `${step.title}, ${when}`),
    lines: [
      line(`${capital(protocolWords(step.title))}: ${when}.${step.place ? ` ${step.place}.` : ''}`),
      line(booking.state === 'asked' ? 'The invitation is being sent.' : 'It is in the diaries of all who attend.'),
      ...(step.chooseFrom.length > 0
        ? [line('The first time offered on which all are free. Please tell the family.')]
        : []),
      ...dueLines(looking, step),
      ...attending(looking, step),
    ],
    buttonRows: endRows(looking, [...follow, ...(acts ? [move] : []), caseButton(looking)]),
  });
}

/** What became of it: the decision that waits for it, its own outcomes, or a plain yes or no. */
function heldCard(looking: Looking, step: MeetStep, acts: boolean): Frame {
  const { sheet, ink, viewer } = looking;
  const booking = sheet.status.steps[step.id]?.booking;
  const when = booking ? line(`It was booked for ${writeInstant(booking.start)}.`) : line('');
  const decision = decisionAfter(sheet, step, viewer.roles);
  const notHeld = ink.button(
    short(step.moments?.['not-held']?.button ?? 'It did not take place'),
    press(looking, step, 'choose', { p: 'not-held' }),
  );
  const own = outcomeButtons(looking, step).buttons;
  const [question, buttons] =
    decision?.kind === 'decide'
      ? [`How did the ${step.title} go?`, outcomeButtons(looking, decision).buttons]
      : own.length > 0
        ? [`What did the ${step.title} decide?`, own]
        : [
            `Did the ${step.title} take place?`,
            [
              ink.button(
                short(step.moments?.held?.button ?? 'It took place'),
                press(looking, step, 'choose', { p: 'held' }),
              ),
            ],
          ];
  return base(looking, step, {
    title: title(looking, question),
    lines: [when, ...dueLines(looking, step), line(holderSentence(sheet, true))],
    buttonRows: endRows(looking, acts ? [...buttons, notHeld, caseButton(looking)] : [caseButton(looking)]),
  });
}

/** Steps without a limit that open once a meeting is booked, offered right there: "the family has been told". */
function followUps(looking: Looking, meeting: MeetStep): Action[] {
  const { sheet, ink, viewer } = looking;
  return Object.values(sheet.protocol.steps)
    .filter(
      (step): step is RecordStep =>
        step.kind === 'record' && step.optional && step.after.includes(`${meeting.id}.booked`),
    )
    .filter((step) => sheet.status.steps[step.id]?.state === 'open' && mayAct(sheet, step, viewer))
    .map((step) => ink.button(short(step.button ?? capital(protocolWords(step.title))), press(looking, step, 'do')));
}

/** Story A13: who is in the way on which date, never with what. */
function blockers(looking: Looking, step: MeetStep) {
  const { sheet } = looking;
  const fact = sheet.status.steps[step.id]?.noTime;
  const listed = fact?.answers.blockers;
  const texts = (Array.isArray(listed) ? listed : []).flatMap((entry: string) => {
    const [start = '', person = '', kind = ''] = entry.split('|');
    if (!/^\d{4}-\d{2}-\d{2}T/.test(start)) return [];
    const role = Object.entries(sheet.status.named).find(([, id]) => id === person)?.[0];
    const who = role
      ? (sheet.protocol.council.roles[role]?.name ?? role)
      : (sheet.people[person]?.name ?? 'a colleague');
    return [
      `${writeShortDay(dayOf(parseInstant(start)))}: ${who} ${kind === 'away' ? 'away' : kind === 'busy' ? 'busy' : 'not working then'}.`,
    ];
  });
  return texts.length > 0 ? [line(texts.join(' '))] : [line('On no offered time are all of them free.')];
}

function attending(looking: Looking, step: MeetStep) {
  const { sheet } = looking;
  const people = step.with.flatMap((target) =>
    target.startsWith('role/') ? (sheet.holders[target.slice('role/'.length)] ?? []).slice(0, 1) : [],
  );
  return people.length > 0
    ? [
        line(
          `With: ${step.with.includes('family') ? `${people.map(({ name }) => name).join(', ')} and the family` : namesOf(people)}.`,
        ),
      ]
    : [];
}

function recordCard(looking: Looking, step: RecordStep): Frame {
  const { sheet, ink } = looking;
  const blocked = sheet.status.steps[step.id]?.blockedBy ?? [];
  const note = step.in ? [ink.button('Show note to copy', press(looking, step, 'note'))] : [];
  if (blocked.length > 0) {
    return base(looking, step, {
      title: title(looking, 'not yet'),
      lines: [
        ...blocked.map(({ says }) => line(says)),
        ...bookedLines(
          looking,
          blocked.flatMap(({ needs }) => needs),
        ),
        ...opening(looking, step),
      ],
      buttonRows: endRows(looking, [
        ink.button('Show what comes first', press(looking, step, 'next')),
        ...note,
        caseButton(looking),
      ]),
    });
  }
  const asking = askingOf(sheet, step, undefined, looking.viewer.roles);
  // What needs a diary or the directory is looked up when it is asked for; the rest is asked at once.
  const needsLooking = asking.main.fields.some(
    ({ type }) => type === 'person' || type === 'people' || type === 'times',
  );
  const titleOf = short(step.button ?? 'Record');
  return base(looking, step, {
    fields: needsLooking ? [] : fieldsOf(looking, asking.main.fields),
    buttonRows: endRows(looking, [
      ink.button(titleOf, press(looking, step, needsLooking ? 'choose' : 'do')),
      ...note,
      caseButton(looking),
    ]),
  });
}

/** Where what comes first is a meeting with a time, the time is said: story A16. */
function bookedLines(looking: Looking, needs: readonly string[]) {
  const { sheet } = looking;
  return needs.flatMap((ref) => {
    const meeting = meetingOf(sheet.protocol, ref);
    const booking = meeting && sheet.status.steps[meeting.id]?.booking;
    return booking ? [line(`The ${meeting.title} is booked for ${writeInstant(booking.start)}.`)] : [];
  });
}

// ---- done, and told ----------------------------------------------------------------------------------------------

function doneCard(looking: Looking, step: Step): StepCard {
  const { sheet, viewer } = looking;
  const fact = sheet.status.steps[step.id]?.doneBy;
  const done = doneWords(sheet, step, fact);
  const who = fact
    ? fact.by === viewer.person
      ? whoAndWhen(sheet, step, fact).replace(/ by [^,]+,/, ' by you,')
      : whoAndWhen(sheet, step, fact)
    : '';
  const sending = sheet.unsent.some((each) => each.kind === 'mail') ? 'The e-mail is being sent.' : '';
  return {
    template: 'done',
    frame: frame({
      banner: looking.banner ?? [],
      title: titleText(caseTitle(sheet, done)),
      lines: [who, sending, nextSentence(sheet, true), holderSentence(sheet, true)]
        .filter((text) => text !== '')
        .map((text) => line(text)),
      buttonRows: endRows(looking, [...laterSteps(looking, step), caseButton(looking)]),
    }),
  };
}

/** What the same person can do next, where it opened by this step. */
function laterSteps(looking: Looking, done: Step): Action[] {
  const { sheet, viewer, ink } = looking;
  const next = Object.values(sheet.protocol.steps).find(
    (step) =>
      step.id !== done.id &&
      sheet.status.steps[step.id]?.state === 'open' &&
      !step.optional &&
      !isMachines(sheet, step) &&
      mayAct(sheet, step, viewer) &&
      sheet.status.steps[step.id]?.blockedBy.length === 0,
  );
  return next && !sheet.status.ended ? [ink.button('Show my next step', press(looking, next, 'step'))] : [];
}

/** To people whom a decision concerns and who did not take it. */
function toldCard(looking: Looking, step: Step): StepCard {
  const { sheet } = looking;
  const view = sheet.status.steps[step.id];
  const words =
    step.kind === 'assign' && sheet.status.named[step.fills]
      ? `${whoDid(sheet, sheet.status.named[step.fills] ?? '')} is the ${sheet.protocol.council.roles[step.fills]?.name ?? step.fills}`
      : doneWords(sheet, step, view?.doneBy);
  const outcome = outcomeDone(step, view?.outcome);
  return {
    template: 'step',
    frame: base(looking, step, {
      title: titleText(`${sheet.case.reference}: ${words}`),
      lines: [
        ...(view?.doneBy ? [line(whoAndWhen(sheet, step, view.doneBy))] : []),
        ...(outcome?.ends
          ? [line('The referral ends here.')]
          : [nextSentence(sheet, true)].filter((text) => text !== '').map((text) => line(text))),
        line(holderSentence(sheet, true)),
      ],
      whys: [],
      blocks: [
        ...answerBlock(sheet, step, view?.outcome, cut(looking)),
        ...(step.kind === 'assign' ? referralBlocks(sheet, cut(looking)) : []),
      ],
      buttonRows: endRows(looking, [
        looking.ink.button('I have read this', press(looking, step, 'seen')),
        ...laterSteps(looking, step),
        caseButton(looking),
      ]),
    }),
  };
}

// ---- pieces ------------------------------------------------------------------------------------------------------

function base(looking: Looking, step: Step, parts: Partial<Frame>): Frame {
  const { sheet } = looking;
  return frame({
    banner: looking.banner ?? [],
    title: title(looking, step.title),
    lines: opening(looking, step),
    whys: whys([deadlineOf(sheet, step.id)]),
    ...parts,
  });
}

export function title({ sheet }: Pick<Looking, 'sheet'>, words: string): string {
  return titleText(openWords`${openReference(sheet)}: ${protocolWords(words)}`);
}

/** A sentence or two, the deadline, the holder. */
function opening(looking: Looking, step: Step) {
  const { sheet } = looking;
  return [
    ...(step.says ? [line(fill(step.says, sheet, { byName: true }))] : []),
    ...dueLines(looking, step),
    line(holderSentence(sheet, true)),
  ];
}

function dueLines({ sheet }: Looking, step: Step) {
  const deadline = deadlineOf(sheet, step.id);
  return deadline ? [line(dueSentence(deadline, sheet.now))] : [];
}

export function fieldsOf({ sheet }: Pick<Looking, 'sheet'>, fields: readonly Field[]) {
  return inputsOf(fields, {
    council: sheet.protocol.council,
    now: sheet.now,
    answers: {},
    faults: {},
    children: childrenOf(sheet),
    datesAreToday: true,
  });
}

/** How often the step has been recorded: a second round's press is another press, and nothing else changes the card. */
export function roundOf({ sheet }: Pick<Looking, 'sheet'>, step: string): number {
  return sheet.case.facts.filter(({ fact }) => fact === step || fact.startsWith(`${step}.`)).length;
}

export function press(
  looking: Pick<Looking, 'sheet'>,
  step: Pick<Step, 'id'>,
  verb: Verb,
  more: Partial<Press> = {},
): Press {
  const { sheet } = looking;
  const since = sheet.status.steps[step.id]?.since ?? sheet.case.openedAt;
  return { a: verb, c: sheet.case.id, s: step.id, n: roundOf(looking, step.id), i: since, ...more };
}

export function caseButton({ sheet, ink }: Pick<Looking, 'sheet' | 'ink'>): Action {
  return ink.button('Show the whole case', { a: 'case', c: sheet.case.id });
}

/** Every card of an open case ends with the one press that needs nothing else. */
export function endRows({ sheet, ink }: Pick<Looking, 'sheet' | 'ink'>, buttons: readonly Action[]): ButtonRow[] {
  const running = !sheet.status.ended && !sheet.status.stopped;
  return rows(
    buttons,
    running
      ? ink.button(IMMEDIATE_RISK, { a: 'stop', c: sheet.case.id, n: roundOf({ sheet }, 'safeguarding') })
      : undefined,
  );
}

function cut(looking: Looking): Cutting {
  const { ink, sheet } = looking;
  return cutting((key) =>
    rows([
      ink.button(/^c\d+$/.test(key) ? `Read child ${key.slice(1)}` : 'Read it all', {
        a: 'text',
        c: sheet.case.id,
        x: key,
      }),
    ]),
  );
}

export function askWhom(sheet: CaseSheet, step: Step): string {
  const [role] = rolesFor(sheet, step);
  const does = step.kind === 'decide' || step.kind === 'resolve' ? 'decide' : 'do';
  return role ? `${rolePlural(sheet, role)} ${does} this. Ask one of them.` : 'This is not yours to do.';
}
