/** A meeting without a time: one that it had is gone, or none was found on which all are free (story A13). */
import type { MeetStep } from '../../src/domain/protocol/types.ts';
import { dayOf, instantAt, parseInstant, writeInstant, writeShortDay } from '../../src/domain/time/instant.ts';
import type { Action } from './buttons.ts';
import type { Frame } from './frame.ts';
import { base, caseButton, dueLines, endRows, type Looking, opening, press, title } from './looking.ts';
import { partsThere, withLine } from './meeting-people.ts';
import { lostWords, meetingName, passedUnsent } from './meeting-words.ts';
import { protocolWords } from './privacy.ts';
import { managesMeeting, mayBook, namingFor } from './rights.ts';
import { line } from './text.ts';
import { capital, holderSentence } from './words.ts';

export function lostCard(looking: Looking, step: MeetStep): Frame {
  const { sheet, viewer } = looking;
  const { lost } = sheet.status.steps[step.id] ?? {};
  const cancelled = lost?.fact === `${step.id}.cancelled` ? lost : undefined;
  return base(looking, step, {
    title: title(looking, `the ${meetingName(step)} needs a new time`),
    lines: [
      ...(cancelled ? [line(lostWords(sheet, step, cancelled))] : []),
      ...opening(looking, step),
      ...withLine(looking, step),
      ...partsThere(looking, step),
    ],
    buttonRows: endRows(looking, [
      ...(mayBook(sheet, step, viewer)
        ? [
            ...sessionButton(looking, step),
            looking.ink.button('Show free times', press(looking, step, 'times', { x: 'more' })),
          ]
        : []),
      caseButton(looking),
    ]),
  });
}

/** Where it belongs to a standing forum: its place in the session that the limit names, at one press. */
function sessionButton({ sheet, ink }: Looking, step: MeetStep): Action[] {
  const cycle = step.sessionOf === undefined ? undefined : sheet.protocol.council.cycles[step.sessionOf];
  const session = sheet.status.deadlines.find(
    ({ step: of, kind, metAt }) => of === step.id && kind === 'session' && metAt === undefined,
  );
  if (!cycle || !session) return [];
  const start = instantAt(session.due, cycle.time);
  if (start <= sheet.now) return [];
  const words = `Book ${writeShortDay(session.due)}, ${cycle.time}`;
  return [ink.button(words, press({ sheet }, step, 'arrange', { p: 'session', x: start }))];
}

/** Who is in the way, other times; and for managers another worker, cover for one who is away, or a time past the limit. */
export function stuckCard(looking: Looking, step: MeetStep): Frame {
  const { sheet, ink, viewer } = looking;
  const naming = namingFor(sheet, step, viewer);
  const manages = naming !== undefined || managesMeeting(sheet, step, viewer);
  const passed = passedUnsent(sheet, step);
  return base(looking, step, {
    title: title(looking, passed ? `the ${meetingName(step)} needs a new time` : 'no shared time yet'),
    lines: [
      ...(passed
        ? [line(`${writeInstant(passed)} has passed. Outlook had not taken the invitation by then.`)]
        : [line(`${capital(protocolWords(step.title))}.`), ...blockers(looking, step)]),
      ...dueLines(looking, step),
      line(holderSentence(sheet, true)),
    ],
    buttonRows: endRows(looking, [
      ...(mayBook(sheet, step, viewer)
        ? [ink.button('Other times', press(looking, step, 'times', { x: 'more' }))]
        : []),
      ...(naming ? [ink.button('Name another worker', press(looking, naming, 'choose', { p: 'named' }))] : []),
      ...(manages ? [ink.button('Go past the limit', press(looking, step, 'times', { x: 'past' }))] : []),
      ...(manages ? coverButton(looking, step) : []),
      caseButton(looking),
    ]),
  });
}

interface InTheWay {
  readonly start: string;
  readonly person: string;
  readonly kind: string;
}

function inTheWay({ sheet }: Looking, step: MeetStep): readonly InTheWay[] {
  const listed = sheet.status.steps[step.id]?.noTime?.answers.blockers;
  return (Array.isArray(listed) ? (listed as readonly string[]) : []).flatMap((entry) => {
    const [start = '', person = '', kind = ''] = entry.split('|');
    return /^\d{4}-\d{2}-\d{2}T/.test(start) ? [{ start, person, kind }] : [];
  });
}

/** On which date, never with what. */
function blockers(looking: Looking, step: MeetStep) {
  const { sheet } = looking;
  const texts = inTheWay(looking, step).map(({ start, person, kind }) => {
    const role = Object.entries(sheet.status.named).find(([, id]) => id === person)?.[0];
    const who = role
      ? (sheet.protocol.council.roles[role]?.name ?? role)
      : (sheet.people[person]?.name ?? 'a colleague');
    return `${writeShortDay(dayOf(parseInstant(start)))}: ${who} ${kind === 'away' ? 'away' : kind === 'busy' ? 'busy' : 'not working then'}.`;
  });
  return [line(texts.length > 0 ? texts.join(' ') : 'On no offered time are all of them free.')];
}

/** Of the first who is away and whom nobody covers yet. */
function coverButton(looking: Looking, step: MeetStep): Action[] {
  const { holders, status } = looking.sheet;
  const away = inTheWay(looking, step).find(
    ({ kind, person }) =>
      kind === 'away' &&
      !status.cover.some((each) => each.person === person) &&
      Object.values(holders).some((people) => people.some(({ id }) => id === person)),
  );
  return away ? [looking.ink.button('Ask for cover', press(looking, step, 'cover', { x: away.person }))] : [];
}
