/** Answers to what somebody typed. In a channel they are of class C: references, dates, counts. */
import type { Person } from '../../src/application/ports.ts';
import { dayOf, type Instant, timeOf, writeDay } from '../../src/domain/time/instant.ts';
import { whenIs } from '../../src/domain/time/phrase.ts';
import { explain } from '../../src/domain/time/reasons.ts';
import { type Action, IMMEDIATE_RISK, rows, short } from '../cards/buttons.ts';
import { drawForPerson } from '../cards/drawing.ts';
import { type Banner, frame } from '../cards/frame.ts';
import { casesFrame, dueFrame, forumsFrame } from '../cards/lists.ts';
import { timeLines } from '../cards/meeting-words.ts';
import { openSheet, protocolWords } from '../cards/privacy.ts';
import { render } from '../cards/render.ts';
import { safetyPanel } from '../cards/safety.ts';
import { startButton } from '../cards/start.ts';
import { line } from '../cards/text.ts';
import { whyByDate } from '../cards/why.ts';
import { capital, deadlineOf, nextSteps } from '../cards/words.ts';
import { type Desk, NOT_YOURS, plain, post, previewOf, say } from './answering.ts';
import { readsMails, waitingCard } from './mails.ts';
import { ownCouncil, startCard } from './starting.ts';
import type { ArrivalTurn, PressTurn, Reply, Turn, TypedTurn } from './turn.ts';
import { understand, type Wish } from './typed.ts';

export async function answerTyped(desk: Desk, turn: TypedTurn, person: Person): Promise<readonly Reply[]> {
  const { danger, wish } = understand(turn.text, desk.stepwise.protocols());
  const rest = await answerWish(desk, turn, person, wish, turn.text);
  return danger ? [await safetyFirst(desk, turn, person), ...rest] : rest;
}

export async function answerWish(
  desk: Desk,
  turn: TypedTurn | PressTurn,
  person: Person,
  wish: Wish,
  typed: string,
): Promise<readonly Reply[]> {
  const { stepwise } = desk;
  const inChannel = turn.surface === 'channel';
  switch (wish.want) {
    case 'start': {
      const card = await startCard(desk, person.id, wish);
      // A referral is of class P from its first page: it is made in the person's own chat.
      return inChannel
        ? [say(plain('Your own chat', 'I have sent it to your own chat.')), post(person.id, card, 'Start here')]
        : [say(card)];
    }
    case 'mine':
      return [say(render('list', casesFrame(await stepwise.casesOf(person.id), stepwise.protocols(), desk.ink)))];
    case 'due':
      return [say(render('list', dueFrame(await stepwise.dueFor(person.id), stepwise.now(), desk.ink)))];
    case 'forums':
      return [say(render('list', forumsFrame(await stepwise.forumsFor(person.id))))];
    case 'mails': {
      // Senders and subjects are of class P.
      const card = await waitingCard(desk, person);
      return inChannel
        ? [say(plain('Your own chat', 'I have sent it to your own chat.')), post(person.id, card, 'Mails that wait')]
        : [say(card)];
    }
    case 'case':
      return showCase(desk, turn, person, wish.reference);
    case 'why':
      return why(desk, person, wish.reference);
    case 'when':
      return [say(await when(desk, person.id, wish.phrase))];
    case 'hello':
      return [say(await welcomeCard(desk, person.id))];
    case 'help':
      return [say(await helpCard(desk, person.id))];
    case 'unknown':
      return [say(await helpCard(desk, person.id, [notUnderstood(typed, wish.nearest)]))];
  }
}

function notUnderstood(typed: string, nearest: string | undefined): Banner {
  const words = typed.length > 80 ? `${typed.slice(0, 80)}…` : typed;
  return {
    title: 'I did not find that.',
    lines: [
      line(
        `I did not find ${words || 'anything'}.${nearest ? ` Did you mean ${nearest}?` : ' If you are stuck, ask your manager.'}`,
      ),
    ],
  };
}

async function safetyFirst(desk: Desk, turn: Turn, person: Person): Promise<Reply> {
  const { stepwise, ink } = desk;
  desk.log.info('danger-word', { place: turn.surface });
  const open = (await stepwise.casesOf(person.id)).filter(({ status }) => status === 'open').slice(0, 3);
  const stops: Action[] = open.map((row) => ink.button(short(`Stop ${row.reference}`), { a: 'stop', c: row.id }));
  const council = await ownCouncil(desk, person.id);
  return say(
    render('safety', {
      safety: [safetyPanel(council)],
      ...frame({
        title: 'Ring first',
        lines: [
          line(
            open.length > 0
              ? 'Typing stops nothing. To stop a case, press its button.'
              : 'Typing stops nothing by itself.',
          ),
        ],
        buttonRows: rows(stops),
      }),
    }),
  );
}

async function showCase(desk: Desk, turn: Turn, person: Person, reference: string): Promise<readonly Reply[]> {
  const { stepwise, ink } = desk;
  const sheet = await stepwise.sheetByReference(reference);
  if (!sheet)
    return [say(plain('I did not find that case', `There is no ${reference} here. Type "my cases" to see yours.`))];
  const viewer = await stepwise.viewer(person.id, sheet);
  if (!stepwise.maySee(viewer, sheet)) return [say(plain(reference, NOT_YOURS))];
  const card = drawForPerson(ink, sheet, 'case', viewer);
  if (!card) return [];
  // Edited in place from here on, like every card of the case.
  const shown = post(person.id, card, previewOf(sheet), (origin) =>
    stepwise.adopt(person.id, sheet.case.id, 'case', origin),
  );
  return turn.surface === 'channel' ? [say(plain(reference, 'Sent to your own chat.')), shown] : [shown];
}

/** Dates and their reasons only: fit for a channel. */
async function why(desk: Desk, person: Person, reference: string): Promise<readonly Reply[]> {
  const { stepwise } = desk;
  const sheet = await stepwise.sheetByReference(reference);
  if (!sheet)
    return [say(plain('I did not find that case', `There is no ${reference} here. Type "my cases" to see yours.`))];
  if (!stepwise.maySee(await stepwise.viewer(person.id, sheet), sheet)) return [say(plain(reference, NOT_YOURS))];
  const open = openSheet(sheet);
  const due = nextSteps(open).flatMap(({ id, title }) => {
    const deadline = deadlineOf(open, id);
    return deadline ? [{ title, deadline }] : [];
  });
  // Of a meeting the times that it had, and that it was moved in Outlook: dates, and no name.
  const meetings = nextSteps(open).flatMap((step) => {
    const lines = timeLines(open, step);
    return lines.length > 0 ? [`${capital(protocolWords(step.title))}: ${lines.join(' ')}`] : [];
  });
  const texts = [...whyByDate(due).slice(0, 6), ...meetings.slice(0, 3)];
  return [say(plain(`Why ${reference}?`, ...(texts.length > 0 ? texts : ['Nothing is due on this case.'])))];
}

async function when(desk: Desk, person: string, phrase: string) {
  const { stepwise } = desk;
  const council = await ownCouncil(desk, person);
  if (!council) return plain('No calendar', 'No council is set up here.');
  const counted = whenIs(phrase, dayOf(stepwise.now()), stepwise.calendar(council.id));
  if (!counted.understood) return plain('I could not count that', counted.refusal);
  return plain(`${writeDay(counted.due)}, ${timeOf(counted.dueAt as Instant)}`, explain(counted.because));
}

// ---- welcome and help --------------------------------------------------------------------------------------------

export async function welcome(desk: Desk, turn: ArrivalTurn): Promise<readonly Reply[]> {
  if (turn.surface === 'channel') return [say(render('welcome-channel', {}))];
  return [say(await welcomeCard(desk, turn.person ?? ''))];
}

async function welcomeCard(desk: Desk, person: string) {
  return render('welcome', { buttonRows: rows(await roleButtons(desk, person)) });
}

async function helpCard(desk: Desk, person: string, banner: readonly Banner[] = []) {
  const [row] = await desk.stepwise.casesOf(person);
  const council = await ownCouncil(desk, person);
  return render('help', {
    ...frame({
      title: 'What would you like to do?',
      banner,
      lines: (await readsMails(desk, person)) ? [line('Type mails to see those that wait in your mailbox.')] : [],
      buttonRows: rows([...(await roleButtons(desk, person))], desk.ink.button(IMMEDIATE_RISK, { a: 'risk' })),
    }),
    example: row?.reference ?? `${council?.referencePrefix ?? 'ABC'}-7K3F`,
  });
}

/** This role's commonest jobs. */
async function roleButtons({ stepwise, ink }: Desk, person: string): Promise<Action[]> {
  const may = await stepwise.startable(person);
  const start = may.length > 0 ? [ink.button(startButton(may), { a: 'start' })] : [];
  return [...start, ink.button('See what waits for me', { a: 'due' }), ink.button('My cases', { a: 'mine' })];
}
