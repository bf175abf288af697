/** Cards of a meeting: the offer, a time, what became of it; and where there is no time, who is in the way and what can be done. */
import type { MeetStep, RecordStep, SendStep, Step } from '../../src/domain/protocol/types.ts';
import { dayOf, parseInstant, writeInstant, writeShortDay } from '../../src/domain/time/instant.ts';
import { decisionAfter, isOver, offeredMeeting } from './asking.ts';
import { type Action, short } from './buttons.ts';
import { outcomeButtons } from './deciding.ts';
import type { Frame } from './frame.ts';
import { base, caseButton, dueLines, endRows, type Looking, opening, press, referralFor, title } from './looking.ts';
import { protocolWords } from './privacy.ts';
import { managesMeeting, mayAct, mayBook, mayMeet, namingFor } from './rights.ts';
import { line, titleText } from './text.ts';
import { whys } from './why.ts';
import { capital, deadlineOf, holderSentence, namesOf, owedSentence, questionOf } from './words.ts';

export function sendCard(looking: Looking, step: SendStep): Frame {
  const { sheet, ink } = looking;
  const meeting = offeredMeeting(sheet.protocol, step);
  const also = meeting && deadlineOf(sheet, meeting.id);
  const title = short(step.button ?? 'Send');
  return base(looking, step, {
    lines: meeting
      ? [
          line(`${owedSentence(sheet, step, deadlineOf(sheet, step.id))} ${owedSentence(sheet, meeting, also)}`),
          line(holderSentence(sheet, true)),
        ]
      : opening(looking, step),
    whys: whys([deadlineOf(sheet, step.id), also]),
    blocks: referralFor(looking),
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

export function meetCard(looking: Looking, step: MeetStep): Frame {
  const { sheet, ink, viewer } = looking;
  const acts = mayMeet(sheet, step, viewer);
  const owns = mayAct(sheet, step, viewer);
  const view = sheet.status.steps[step.id];
  const booking = view?.booking;
  const move = ink.button(booking ? 'Move it' : 'Other times', press(looking, step, 'times', { x: 'more' }));
  if (!booking) {
    if (view?.noTime) return stuckCard(looking, step);
    if (step.sessionOf === undefined && isLost(looking, step)) return lostCard(looking, step);
    if (step.chooseFrom.length > 0 || step.sessionOf)
      return base(looking, step, {
        lines: [...opening(looking, step), line('A time is being booked.')],
        buttonRows: endRows(looking, [...(acts ? [move] : []), caseButton(looking)]),
      });
    const choose = ink.button('Show free times', press(looking, step, 'times'));
    return base(looking, step, {
      blocks: referralFor(looking),
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
      ...(step.place ? [line(`${step.place}.`)] : []),
      line(booking.state === 'asked' ? 'The invitation is being sent.' : 'It is in the diaries of all who attend.'),
      ...(step.chooseFrom.length > 0 && viewer.roles.includes(step.organiser) ? [line('Please tell the family.')] : []),
      ...dueLines(looking, step),
      ...attending(looking, step),
    ],
    buttonRows: endRows(looking, [...follow, ...(acts ? [move] : []), caseButton(looking)]),
  });
}

/** It had a time, and did not take place or was taken out of the diary. */
function isLost({ sheet }: Looking, step: MeetStep): boolean {
  const last = sheet.case.facts.filter(({ fact }) => fact.startsWith(`${step.id}.`)).at(-1);
  return last?.fact === `${step.id}.not-held` || last?.fact === `${step.id}.cancelled`;
}

function lostCard(looking: Looking, step: MeetStep): Frame {
  const acts = mayBook(looking.sheet, step, looking.viewer);
  return base(looking, step, {
    title: title(looking, `the ${step.title} needs a new time`),
    buttonRows: endRows(looking, [
      ...(acts ? [looking.ink.button('Show free times', press(looking, step, 'times', { x: 'more' }))] : []),
      caseButton(looking),
    ]),
  });
}

/** Story A13: who is in the way, other times; and for managers another worker, or a time past the limit. */
function stuckCard(looking: Looking, step: MeetStep): Frame {
  const { sheet, ink, viewer } = looking;
  const naming = namingFor(sheet, step, viewer);
  const manages = naming !== undefined || managesMeeting(sheet, step, viewer);
  return base(looking, step, {
    title: title(looking, 'no shared time yet'),
    lines: [
      line(`${capital(protocolWords(step.title))}.`),
      ...blockers(looking, step),
      ...dueLines(looking, step),
      line(holderSentence(sheet, true)),
    ],
    buttonRows: endRows(looking, [
      ink.button('Other times', press(looking, step, 'times', { x: 'more' })),
      ...(naming ? [ink.button('Name another worker', press(looking, naming, 'choose', { p: 'named' }))] : []),
      ...(manages ? [ink.button('Go past the limit', press(looking, step, 'times', { x: 'past' }))] : []),
      caseButton(looking),
    ]),
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
  const tookPlace = ink.button(
    short(step.moments?.held?.button ?? 'It took place'),
    press(looking, step, 'choose', { p: 'held' }),
  );
  const buttons =
    decision?.kind === 'decide' ? outcomeButtons(looking, decision).buttons : own.length > 0 ? own : [tookPlace];
  return base(looking, step, {
    title: titleText(questionOf(sheet, step)),
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
