/** Presses on a case: who may, what it asks, what is recorded, and the card as it stands afterwards. */
import type { CaseSheet, Viewer } from '../../src/application/sheet.ts';
import { partsOf } from '../../src/domain/case/steps.ts';
import type { Command, Refusal } from '../../src/domain/case/types.ts';
import type { RoleId, Step } from '../../src/domain/protocol/types.ts';
import {
  type Day,
  dayOf,
  type Instant,
  instantAt,
  isDay,
  parseInstant,
  timeOf,
  writeDay,
  writeInstant,
} from '../../src/domain/time/instant.ts';
import { askFrame, noteText, timesFrame, wholeText } from '../cards/ask.ts';
import { askingOf, commandsOf, offerOf } from '../cards/asking.ts';
import { rows } from '../cards/buttons.ts';
import { drawForChannel, drawForPerson } from '../cards/drawing.ts';
import type { Banner } from '../cards/frame.ts';
import { handOverFrame, plainFrame } from '../cards/notices.ts';
import { openSheet, protocolWords } from '../cards/privacy.ts';
import { render } from '../cards/render.ts';
import { mayAct, mayBook, mayMeet, takesPart } from '../cards/rights.ts';
import { askWhom, caseButton, press as pressOf, roundOf } from '../cards/steps.ts';
import { doneWords, nextSteps, owingRole, whoDid } from '../cards/words.ts';
import { answer, answerPrivately, NOT_YOURS, openFor, originOf, type Pressed, plain } from './answering.ts';
import { pressOnSafety } from './safety.ts';
import type { Reply } from './turn.ts';

export interface OnCase extends Pressed {
  readonly sheet: CaseSheet;
  readonly viewer: Viewer;
}

const SAFETY = ['stop', 'rung', 'mistake', 'taken', 'restart', 'end', 'family-left', 'family-again', 'stay'];

export async function pressOnCase(pressed: Pressed): Promise<readonly Reply[]> {
  const { desk, person, press, turn } = pressed;
  // A list of cases sends the chosen one as an input: who may see it is asked all the same.
  const chosen = typeof turn.data.case === 'string' ? turn.data.case : undefined;
  const caseId = press.c ?? chosen;
  if (!caseId)
    return answerPrivately(
      pressed,
      plain('Choose a case first', 'Pick one from the list, then press Open.'),
      'Stepwise',
    );
  const opened = await openFor(desk, person.id, caseId);
  if (!opened)
    return answerPrivately(pressed, plain('This case is not here', 'Type "my cases" to see yours.'), 'Stepwise');
  const on: OnCase = { ...pressed, sheet: opened.sheet, viewer: opened.viewer };
  if (press.a === 'stop') return pressOnSafety(on);
  if (!opened.mayOpen) return notPermitted(on);
  if (SAFETY.includes(press.a)) return pressOnSafety(on);
  switch (press.a) {
    case 'open':
      return open(on);
    case 'case':
      return show(on, 'case');
    case 'step':
      return show(on, press.s ?? 'case');
    case 'choose':
      return choose(on);
    case 'do':
      return record(on);
    case 'times':
      return times(on, '', false);
    case 'book':
      return book(on);
    case 'text': {
      const whole = wholeText(opened.sheet, press.x ?? '');
      return whole
        ? answer(on, render('step', { ...whole, buttonRows: rows([caseButton({ sheet: on.sheet, ink: desk.ink })]) }))
        : show(on, 'case');
    }
    case 'note':
      return answer(
        on,
        render('note', {
          ...plainFrame(`${on.sheet.case.reference}: note to copy`, [], [backTo(on)]),
          note: noteText(on.sheet),
        }),
      );
    case 'seen':
      return answer(
        on,
        render(
          'plain',
          plainFrame(
            `${on.sheet.case.reference}: read`,
            [`Read ${writeInstant(on.sheet.now)}.`],
            [caseButton({ sheet: on.sheet, ink: desk.ink })],
          ),
        ),
      );
    case 'next':
      return next(on);
    case 'cover':
      return cover(on);
    case 'cover-left':
      return coverLeft(on);
    default:
      return show(on, 'case');
  }
}

// ---- opening -----------------------------------------------------------------------------------------------------

async function open(on: OnCase): Promise<readonly Reply[]> {
  const { desk, press, sheet, viewer, person, turn } = on;
  const step = press.s ? sheet.protocol.steps[press.s] : undefined;
  const open = step && sheet.status.steps[step.id]?.state === 'open' && !sheet.status.stopped && !sheet.status.ended;
  if (step && open && !mayAct(sheet, step, viewer) && !takesPart(step, viewer)) return notPermitted(on);
  if (step && open && press.p && partsOf(step).includes(press.p)) return choose(on);
  const stepId = step ? step.id : 'case';
  const card = drawForPerson(desk.ink, sheet, stepId, viewer) ?? drawForPerson(desk.ink, sheet, 'case', viewer);
  if (!card) return show(on, 'case');
  const shown = drawForPerson(desk.ink, sheet, stepId, viewer) ? stepId : 'case';
  if (turn.surface === 'chat') return show(on, shown);
  return answerPrivately(on, card, sheet.case.reference, (origin) =>
    desk.stepwise.adopt(person.id, sheet.case.id, shown, origin),
  );
}

/** Only into the answer to the press: the post in the channel stays as it is for everybody else (story A9). */
function notPermitted(on: OnCase): readonly Reply[] {
  const { desk, press, sheet, turn } = on;
  const step = press.s ? sheet.protocol.steps[press.s] : undefined;
  const words = step ? askWhom(sheet, step) : NOT_YOURS;
  const public_ =
    step && turn.surface === 'channel' && turn.answeredIn === 'card'
      ? drawForChannel(desk.ink, sheet, step.id, [{ title: protocolWords(words), lines: [] }])
      : undefined;
  if (public_) return [{ do: 'answer', card: public_, edit: false }];
  return answerPrivately(on, plain(sheet.case.reference, words), sheet.case.reference);
}

/** The card of a step as it stands now, or of the case where the step has nothing to show. */
async function show(on: OnCase, stepId: string, banner: readonly Banner[] = []): Promise<readonly Reply[]> {
  const { desk, sheet, viewer, person, turn } = on;
  const step = drawForPerson(desk.ink, sheet, stepId, viewer, banner);
  const shown = step ? stepId : 'case';
  const card = step ?? drawForPerson(desk.ink, sheet, 'case', viewer, banner);
  if (!card) throw new Error('A case always has a card.');
  const origin = originOf(turn);
  // The message now bears this card: from here on it is edited in place like any that was posted.
  if (origin) await desk.stepwise.adopt(person.id, sheet.case.id, shown, origin);
  return answerPrivately(on, card, sheet.case.reference);
}

async function next(on: OnCase): Promise<readonly Reply[]> {
  const { sheet, viewer } = on;
  const own = nextSteps(sheet).find((step) => mayAct(sheet, step, viewer) || takesPart(step, viewer));
  return show(on, own?.id ?? 'case');
}

// ---- asking and recording ----------------------------------------------------------------------------------------

async function choose(
  on: OnCase,
  again: { readonly refusal?: Refusal; readonly banner?: readonly Banner[] } = {},
): Promise<readonly Reply[]> {
  const { desk, press, sheet, viewer } = on;
  const step = sheet.protocol.steps[press.s ?? ''];
  if (!step) return show(on, 'case');
  const view = sheet.status.steps[step.id];
  if (view?.state !== 'open' || sheet.status.stopped || sheet.status.ended) return nothingChanged(on, step);
  if (!(step.kind === 'meet' ? mayMeet(sheet, step, viewer) : mayAct(sheet, step, viewer))) return notPermitted(on);
  const asking = askingOf(sheet, step, press.p, viewer.roles);
  const fields = asking.sections.flatMap((section) => section.fields);
  const asksReason =
    again.refusal?.code === 'late-reason-needed' ||
    again.refusal?.faults?.reason !== undefined ||
    typeof on.turn.data.reason === 'string';
  if (fields.length === 0 && !asksReason) return record(on);
  const page = {
    sheet,
    ink: desk.ink,
    asking,
    typed: again.refusal ? on.turn.data : {},
    faults: again.refusal?.faults ?? {},
    faultyStep: again.refusal?.step,
    people: await peopleFor(
      on,
      fields.flatMap((field) =>
        (field.type === 'person' || field.type === 'people') && field.role ? [field.role] : [],
      ),
    ),
    ...(fields.some(({ type }) => type === 'times') ? await timesOf(on, step) : {}),
    asksReason,
    banner: again.banner ?? [],
  };
  return answerPrivately(on, render('page', askFrame(page)), sheet.case.reference);
}

async function peopleFor({ desk, sheet }: OnCase, roles: readonly RoleId[]) {
  const lists = await Promise.all(
    [...new Set(roles)].map(async (role) => [role, await desk.stepwise.candidates(sheet, role)] as const),
  );
  return Object.fromEntries(lists);
}

/** New times are for the meeting that is chosen from them: its diaries and its limit. */
async function timesOf({ desk, sheet }: OnCase, step: Step) {
  const meeting = Object.values(sheet.protocol.steps).find(
    (each) => each.kind === 'meet' && each.chooseFrom.some((ref) => ref.startsWith(`${step.id}.`)),
  );
  return meeting ? { times: await desk.stepwise.timesFor(sheet, meeting.id, true) } : {};
}

async function record(on: OnCase): Promise<readonly Reply[]> {
  const { press, sheet, viewer } = on;
  const step = sheet.protocol.steps[press.s ?? ''];
  if (!step || (press.p !== undefined && !partsOf(step).includes(press.p))) return show(on, 'case');
  return perform(on, step, commandsOf(sheet, askingOf(sheet, step, press.p, viewer.roles), on.turn.data), (refusal) =>
    choose(on, { refusal }),
  );
}

/** @param again what is shown where something typed has to be put right */
async function perform(
  on: OnCase,
  step: Step,
  commands: readonly Command[],
  again: (refusal: Refusal) => Promise<readonly Reply[]>,
): Promise<readonly Reply[]> {
  const { desk, person, sheet, key } = on;
  const performed = await desk.stepwise.perform(person.id, sheet.case.id, commands, key);
  if (performed.ok)
    return show(
      { ...on, sheet: performed.sheet, viewer: await desk.stepwise.viewer(person.id, performed.sheet) },
      step.id,
    );
  const { refusal } = performed;
  const now: OnCase = performed.sheet ? { ...on, sheet: performed.sheet } : on;
  switch (refusal.code) {
    case 'faults':
    case 'late-reason-needed':
      return again(refusal);
    case 'gate':
      // A gate that a written reason passes asks for it; any other says what comes first.
      return refusal.faults?.reason ? again(refusal) : show(now, step.id, [{ title: refusal.words, lines: [] }]);
    case 'already-done':
      return show(now, step.id, [already(now.sheet, step, refusal)]);
    case 'not-open':
    case 'ended':
    case 'stopped':
      return nothingChanged(now, step, refusal.words);
    case 'not-permitted':
      return show(now, 'case', [{ title: refusal.words, lines: [] }]);
    default:
      // "Not yet: … comes first": with the step itself, so that the way forward is in sight.
      return show(now, step.id, [{ title: refusal.words, lines: [] }]);
  }
}

/** "Already approved by {manager}, 11:20. Your press changed nothing." (story 3.5) */
function already(sheet: CaseSheet, step: Step, { first }: Refusal): Banner {
  if (!first) return { title: 'Already done. Your press changed nothing.', lines: [] };
  const open = openSheet(sheet);
  const words = doneWords(open, step, first).replace(/\.$/, '');
  const verb = step.kind === 'decide' || step.kind === 'resolve' ? 'decided' : 'done';
  return {
    title: `Already ${verb} by ${whoDid(open, first.by)}, ${when(first.recordedAt, sheet.now)}. Your press changed nothing.`,
    lines: [{ inlines: [{ type: 'TextRun', text: `${words}.` }] }],
  };
}

/** X4: an old card says what happened since, and becomes the present one. */
function nothingChanged(on: OnCase, step: Step, words = ''): Promise<readonly Reply[]> {
  const { sheet, press } = on;
  const open = openSheet(sheet);
  const from = press.i
    ? `This card is from ${press.i.length === 10 ? writeDay(press.i as Day) : writeDay(dayOf(parseInstant(press.i)))}.`
    : '';
  const fact = sheet.status.steps[step.id]?.doneBy ?? sheet.case.facts.at(-1);
  const about = fact ? sheet.protocol.steps[fact.fact.split('.')[0] ?? ''] : undefined;
  const since =
    fact && about
      ? `Since then: ${doneWords(open, about, fact)} ${whoDid(open, fact.by)}, ${when(fact.recordedAt, sheet.now)}.`
      : '';
  const texts = [from, since || words].filter((text) => text !== '').join(' ');
  return show(on, step.id, [
    { title: 'Nothing changed.', lines: texts ? [{ inlines: [{ type: 'TextRun', text: texts }] }] : [] },
  ]);
}

function when(at: Instant | Day, now: Instant): string {
  if (isDay(at)) return writeDay(at);
  return dayOf(at) === dayOf(now) ? timeOf(at) : writeInstant(at);
}

// ---- times -------------------------------------------------------------------------------------------------------

async function times(on: OnCase, fault: string, asksReason: boolean): Promise<readonly Reply[]> {
  const { desk, press, sheet, viewer } = on;
  const step = sheet.protocol.steps[press.s ?? ''];
  if (step?.kind !== 'meet') return show(on, 'case');
  if (sheet.status.steps[step.id]?.state !== 'open' || sheet.status.stopped || sheet.status.ended)
    return nothingChanged(on, step);
  if (!mayBook(sheet, step, viewer)) return notPermitted(on);
  const more = press.x === 'more';
  const offered = await desk.stepwise.timesFor(sheet, step.id, more);
  const page = { sheet, ink: desk.ink, step, offered, more, typed: on.turn.data, fault, asksReason };
  return answerPrivately(on, render('page', timesFrame(page)), sheet.case.reference);
}

async function book(on: OnCase): Promise<readonly Reply[]> {
  const { press, sheet, turn, viewer } = on;
  const step = sheet.protocol.steps[press.s ?? ''];
  if (step?.kind !== 'meet') return show(on, 'case');
  const start = startOf(turn.data);
  if (!start) return times(on, 'Choose a time.', false);
  const reason =
    typeof turn.data.reason === 'string' && turn.data.reason.trim() !== '' ? { reason: turn.data.reason.trim() } : {};
  const offer = offerOf(sheet, step);
  const commands: Command[] = [
    ...(offer && mayAct(sheet, offer, viewer) ? [{ type: 'record', step: offer.id, answers: {} } as const] : []),
    { type: 'record', step: step.id, part: 'booking', answers: { start }, ...reason },
  ];
  return perform(on, step, commands, (refusal) =>
    times(
      on,
      refusal.code === 'late-reason-needed' ? '' : (Object.values(refusal.faults ?? {})[0] ?? refusal.words),
      refusal.code === 'late-reason-needed' || 'reason' in turn.data,
    ),
  );
}

function startOf(data: Readonly<Record<string, unknown>>): Instant | undefined {
  const { start, 'start.date': date, 'start.time': time } = data;
  try {
    if (typeof date === 'string' && typeof time === 'string' && date !== '' && time !== '')
      return instantAt(date as Day, time.slice(0, 5));
    return typeof start === 'string' && start !== '' ? parseInstant(start) : undefined;
  } catch {
    // Written by a client: what is no time is no choice.
    return undefined;
  }
}

// ---- cover ---------------------------------------------------------------------------------------------------

async function cover(on: OnCase): Promise<readonly Reply[]> {
  const { desk, press, sheet, turn } = on;
  if (press.p === 'do') {
    const [person = '', until = '', ...cases] = (press.x ?? '').split('|');
    const answers = {
      person,
      cover: typeof turn.data.cover === 'string' ? turn.data.cover : '',
      until: until || (typeof turn.data.until === 'string' ? turn.data.until : ''),
    };
    let last: CaseSheet | undefined;
    for (const id of cases.length > 0 ? cases : [sheet.case.id]) {
      const performed = await desk.stepwise.perform(
        on.person.id,
        id,
        [{ type: 'fact', fact: 'cover.set', answers }],
        on.key,
      );
      if (!performed.ok) {
        const { refusal } = performed;
        if (refusal.code === 'faults' && press.s) return handOver(on, refusal.faults ?? {}, answers.until);
        const words = refusal.faults ? Object.values(refusal.faults).join(' ') : refusal.words;
        return answer(on, render('plain', plainFrame('Not handed over yet', [words], [pressAgain(on)])));
      }
      last = performed.sheet;
    }
    const name = (await desk.stepwise.person(answers.cover))?.name ?? 'Your colleague';
    return answer(
      on,
      plain(
        'Done: handed over',
        `${name} covers until ${/^\d{4}-\d{2}-\d{2}$/.test(answers.until) ? writeDay(answers.until as Day) : 'then'}.`,
        ...(last ? [] : []),
      ),
    );
  }
  return handOver(on, {}, '');
}

/** The card of an absence knows its candidates; pressed without one it is simply pressed again. */
function pressAgain({ desk, sheet }: OnCase) {
  return caseButton({ sheet, ink: desk.ink });
}

async function handOver(
  on: OnCase,
  faults: Readonly<Record<string, string>>,
  until: string,
): Promise<readonly Reply[]> {
  const { desk, press, sheet } = on;
  const step = sheet.protocol.steps[press.s ?? ''];
  const role = step && owingRole(sheet, step);
  const [owner] = role ? (sheet.holders[role] ?? []) : [];
  if (!step || !role || !owner) return show(on, 'case');
  const candidates = (await desk.stepwise.candidates(sheet, role))
    .map(({ person }) => person)
    .filter(({ id }) => id !== owner.id);
  const hand = { ...pressOf({ sheet }, step, 'cover'), p: 'do', x: owner.id, n: roundOf({ sheet }, 'cover') };
  return answerPrivately(
    on,
    render('page', handOverFrame(sheet, owner, candidates, hand, desk.ink, faults, until)),
    sheet.case.reference,
  );
}

async function coverLeft(on: OnCase): Promise<readonly Reply[]> {
  const { desk, press } = on;
  const [person = '', ...cases] = (press.x ?? '').split('|');
  for (const id of cases) {
    const performed = await desk.stepwise.perform(
      on.person.id,
      id,
      [{ type: 'fact', fact: 'cover.left', answers: { person } }],
      on.key,
    );
    if (!performed.ok) return answer(on, plain('Nothing changed', performed.refusal.words));
  }
  return answer(on, plain('Done: left as it is', 'Nobody covers. The dates stay as they are.'));
}

function backTo({ desk, sheet, press }: OnCase) {
  const step = press.s ? sheet.protocol.steps[press.s] : undefined;
  return step ? desk.ink.button('Back', pressOf({ sheet }, step, 'step')) : caseButton({ sheet, ink: desk.ink });
}
