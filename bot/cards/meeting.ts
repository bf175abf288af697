/** Cards of a meeting: a time, what became of it; and where there is no time, who is in the way and what can be done. */
import type { MeetStep, RecordStep, Step } from '../../src/domain/protocol/types.ts';
import { dayOf, parseInstant, writeInstant, writeShortDay } from '../../src/domain/time/instant.ts';
import { askedFields } from './asked.ts';
import { decisionAfter, isOver } from './asking.ts';
import { type Action, short } from './buttons.ts';
import { outcomeButtons } from './deciding.ts';
import type { Frame } from './frame.ts';
import { base, caseButton, dueLines, endRows, type Looking, opening, press, referralFor, title } from './looking.ts';
import { protocolWords } from './privacy.ts';
import { managesMeeting, mayAct, mayBook, mayMeet, namingFor } from './rights.ts';
import { standingLines } from './standing.ts';
import { type Line, line, titleText } from './text.ts';
import { wayOf } from './ways.ts';
import { capital, holderSentence, namesOf, ownerName, questionOf, roleName } from './words.ts';

/** The decision's other ways stand beside the offer: "not the right team" needs no consultation. */
export function otherWays(looking: Looking, step: Step): Action[] {
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
  if (looking.turned === 'held' && acts) return heldCard(looking, step, acts);
  const tookPlace = acts ? [ink.button('It has taken place', press(looking, step, 'step', { x: 'held' }))] : [];
  if (!booking) {
    if (view?.noTime) return stuckCard(looking, step);
    if (step.sessionOf === undefined && isLost(looking, step)) return lostCard(looking, step);
    if (step.chooseFrom.length > 0 || step.sessionOf)
      return base(looking, step, {
        // A forum whose day nobody has set has no time to book.
        lines: [
          ...opening(looking, step),
          ...(view?.noDate ? [] : [line('A time is being booked.')]),
          ...rolesThere(looking, step),
        ],
        buttonRows: endRows(looking, [
          ...(acts && !view?.noDate ? [move] : []),
          ...(step.chooseFrom.length > 0 ? [] : tookPlace),
          caseButton(looking),
        ]),
      });
    const choose = ink.button('Show free times', press(looking, step, 'times'));
    return base(looking, step, {
      lines: [...opening(looking, step), ...rolesThere(looking, step), ...comesFirst(looking, step)],
      blocks: referralFor(looking),
      buttonRows: endRows(
        looking,
        owns
          ? [choose, ...otherWays(looking, step), ...tookPlace, caseButton(looking)]
          : [...tookPlace, caseButton(looking)],
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
      ...declinedLines(looking, step),
      ...dueLines(looking, step),
      ...standingLines(looking, step),
      ...attending(looking, step),
      ...rolesThere(looking, step),
      ...comesFirst(looking, step),
    ],
    buttonRows: endRows(looking, [
      ...follow,
      ...(acts ? [move] : []),
      ...(acts && step.moments?.declined
        ? [ink.button(wayOf(step, 'declined').button, press(looking, step, 'choose', { p: 'declined' }))]
        : []),
      caseButton(looking),
    ]),
  });
}

/** Gates hold back what is said of a meeting afterwards, not the arranging of it: who arranges it reads them in time. */
function comesFirst({ sheet }: Looking, step: MeetStep): Line[] {
  return (sheet.status.steps[step.id]?.blockedBy ?? []).map(({ says }) => line(says));
}

/** Who leads it and who writes it down, where the protocol says so. */
function rolesThere({ sheet }: Looking, step: MeetStep): Line[] {
  const words = [
    ...(step.chair ? [`Chair: ${ownerName(sheet, step.chair, true)}.`] : []),
    ...(step.notes ? [`Notes: ${ownerName(sheet, step.notes, true)}.`] : []),
  ];
  return words.length > 0 ? [line(words.join(' '))] : [];
}

/** "The family worker cannot come. Choose a time or a worker." (story X2): who has declined the time that stands. */
function declinedLines({ sheet }: Looking, step: MeetStep): Line[] {
  const booked = sheet.case.facts.findLast(({ fact }) => BOOKINGS.some((part) => fact === `${step.id}.${part}`));
  const declined = sheet.case.facts.filter(
    ({ fact, seq }) => fact.startsWith(`${step.id}.declined`) && seq > (booked?.seq ?? 0),
  );
  const roles = new Set(
    declined.flatMap(({ fact, answers }) => {
      const role = fact.split('.')[2] ?? answers.role;
      return typeof role === 'string' ? [role] : [];
    }),
  );
  if (declined.length === 0) return [];
  const who =
    roles.size === 0 ? 'Somebody' : `The ${[...roles].map((role) => roleName(sheet, role)).join(' and the ')}`;
  return [line(`${who} cannot come. Move it, or go on without.`)];
}

const BOOKINGS = ['booking', 'booked', 'moved'];

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
  const unseen = looking.turned === 'held';
  const notHeld = ink.button(wayOf(step, 'not-held').button, press(looking, step, 'choose', { p: 'not-held' }));
  const own = outcomeButtons(looking, step);
  const tookPlace = ink.button(wayOf(step, 'held').button, press(looking, step, 'choose', { p: 'held' }));
  const others = decision?.kind === 'decide' && !unseen ? outcomeButtons(looking, decision) : undefined;
  const { buttons, refusals } = others ?? own;
  const ways = buttons.length > 0 || refusals.length > 0 ? buttons : [tookPlace];
  return base(looking, step, {
    title: titleText(questionOf(sheet, step)),
    lines: [
      ...(unseen ? [] : [when]),
      ...comesFirst(looking, step),
      ...(others ? [] : refusals.map((words) => line(words))),
      ...dueLines(looking, step),
      ...standingLines(looking, step),
      ...rolesThere(looking, step),
      line(holderSentence(sheet, true)),
    ],
    buttonRows: endRows(
      looking,
      acts
        ? [...ways, ...(unseen ? [ink.button('Back', press(looking, step, 'step'))] : [notHeld]), caseButton(looking)]
        : [caseButton(looking)],
    ),
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
    .map((step) =>
      ink.button(
        short(step.button ?? capital(protocolWords(step.title))),
        press(looking, step, askedFields(sheet, step, undefined).length > 0 ? 'choose' : 'do'),
      ),
    );
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
  const holders = step.with.flatMap((target) =>
    target.startsWith('role/') ? (sheet.holders[target.slice('role/'.length)] ?? []).slice(0, 1) : [],
  );
  // Who holds two roles comes once.
  const people = [...new Map(holders.map((person) => [person.id, person])).values()];
  return people.length > 0
    ? [
        line(
          `With: ${step.with.includes('family') ? `${people.map(({ name }) => name).join(', ')} and the family` : namesOf(people)}.`,
        ),
      ]
    : [];
}
