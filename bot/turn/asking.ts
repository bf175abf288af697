/** A press that asks for something: its page, and what is recorded when that comes back filled in. */
import { partsOf } from '../../src/domain/case/steps.ts';
import type { Refusal } from '../../src/domain/case/types.ts';
import type { RoleId, Step } from '../../src/domain/protocol/types.ts';
import { askFrame, type Reason } from '../cards/ask.ts';
import { askingOf, asksWhen, commandsOf, REASON, reasonTyped } from '../cards/asking.ts';
import { openInstances } from '../cards/each.ts';
import type { Banner } from '../cards/frame.ts';
import { render } from '../cards/render.ts';
import { mayAct, mayMeet, standsIn } from '../cards/rights.ts';
import { answer, post, previewOf } from './answering.ts';
import { times } from './booking.ts';
import { leftBehind, nothingChanged, notPermitted, type OnCase, perform, show } from './on-case.ts';
import type { Reply } from './turn.ts';

export async function choose(
  on: OnCase,
  again: { readonly refusal?: Refusal; readonly banner?: readonly Banner[] } = {},
): Promise<readonly Reply[]> {
  const { desk, press, sheet, viewer } = on;
  const step = sheet.protocol.steps[press.s ?? ''];
  if (!step) return leftBehind(on);
  const open = sheet.status.steps[step.id]?.state === 'open' || mayFollow(on, step);
  if (!open || sheet.status.stopped || sheet.status.ended) return nothingChanged(on, step);
  const may = step.kind === 'meet' ? mayMeet(sheet, step, viewer) : mayAct(sheet, step, viewer);
  if (!may && !standsIn(sheet, step, viewer)) return notPermitted(on);
  const asking = askingOf(sheet, step, press.p, viewer.roles);
  const fields = asking.sections.flatMap((section) => section.fields);
  const reason = reasonFor(on, step, again.refusal);
  const asks =
    fields.length > 0 || openInstances(sheet, step).length > 1 || asksWhen(sheet, asking.main) || reason !== undefined;
  if (!asks) return record(on);
  const page = {
    sheet,
    ink: desk.ink,
    asking,
    typed: again.refusal ? on.turn.data : {},
    ...faultsIn(again.refusal, reason, on.turn.data),
    faultyStep: again.refusal?.step,
    people: await peopleFor(
      on,
      fields.flatMap((field) =>
        (field.type === 'person' || field.type === 'people') && field.role ? [field.role] : [],
      ),
    ),
    ...(fields.some(({ type }) => type === 'times') ? await timesOf(on, step) : {}),
    ...(fields.some(({ type }) => type === 'document')
      ? { documents: await desk.stepwise.documents.of(on.person.id) }
      : {}),
    reason,
    banner: again.banner ?? [],
  };
  return answer(on, render('page', askFrame(page)), sheet.case.reference);
}

/** Asked where the engine wants it; and from whoever decides in somebody's place at once, since it always does then. */
function reasonFor(
  { press, sheet, viewer, turn }: OnCase,
  step: Step,
  refusal: Refusal | undefined,
): Reason | undefined {
  if (standsIn(sheet, step, viewer)) return 'stand-in';
  if (refusal?.code === 'late-reason-needed') return 'late';
  if (refusal?.code === 'gate' && refusal.faults?.reason !== undefined) return 'gate';
  if (typeof turn.data[REASON] !== 'string') return undefined;
  return press.x === 'gate' ? 'gate' : 'late';
}

/** A field of the protocol may be called as the reason is: which of the two is wrong follows from what was refused. */
function faultsIn(refusal: Refusal | undefined, reason: Reason | undefined, typed: Readonly<Record<string, unknown>>) {
  const { reason: ofReason, ...others } = refusal?.faults ?? {};
  const meant = reason !== undefined && (refusal?.code !== 'faults' || (reason === 'stand-in' && !reasonTyped(typed)));
  return meant && ofReason !== undefined
    ? { faults: others, reasonFault: ofReason }
    : { faults: refusal?.faults ?? {}, reasonFault: '' };
}

async function peopleFor({ desk, sheet }: OnCase, roles: readonly RoleId[]) {
  const lists = await Promise.all(
    [...new Set(roles)].map(async (role) => [role, await desk.stepwise.candidates(sheet, role)] as const),
  );
  return Object.fromEntries(lists);
}

/** New times are for the meeting that is chosen from them, up to its limit: out of the own diary, as in the referral. */
async function timesOf({ desk, sheet, viewer }: OnCase, step: Step) {
  const meeting = Object.values(sheet.protocol.steps).find(
    (each) => each.kind === 'meet' && each.chooseFrom.some((ref) => ref.startsWith(`${step.id}.`)),
  );
  return meeting ? { times: await desk.stepwise.ownTimes(viewer.person, sheet, meeting.id) } : {};
}

export async function record(on: OnCase): Promise<readonly Reply[]> {
  const { press, sheet, viewer } = on;
  const step = sheet.protocol.steps[press.s ?? ''];
  if (!step || (press.p !== undefined && !partsOf(step).includes(press.p))) return leftBehind(on);
  const commands = commandsOf(sheet, askingOf(sheet, step, press.p, viewer.roles), on.turn.data);
  const again = (refusal: Refusal) => choose(on, { refusal });
  return needsNewTime(step, press.p)
    ? perform(on, step, commands, again, (now) => newTime(now, step))
    : perform(on, step, commands, again);
}

/**
 * The card of the meeting stays where it was asked, and is edited when the diary has heard; the times to choose from are a message of
 * their own, which nothing edits while somebody chooses.
 */
async function newTime(now: OnCase, step: Step): Promise<readonly Reply[]> {
  const on: OnCase = { ...now, press: { ...now.press, x: 'more' } };
  if (now.turn.surface !== 'chat') return times(on, '', false);
  const [page] = await times(on, '', false);
  const shown = await show(now, step.id);
  return page && 'card' in page ? [...shown, post(now.person.id, page.card, previewOf(now.sheet))] : shown;
}

/** Done, and done again: somebody else is named, an agreement is taken back, something is recorded another time. */
function mayFollow({ press, sheet }: OnCase, step: Step): boolean {
  if (sheet.status.steps[step.id]?.state !== 'done') return false;
  return (
    step.repeats ||
    (step.kind === 'assign' && press.p === 'named') ||
    (step.kind === 'consent' && press.p === 'withdrawn')
  );
}

/** What did not take place needs a new time, and the same person is there to choose it; a session has its own next date. */
function needsNewTime(step: Step, part: string | undefined): boolean {
  return step.kind === 'meet' && part === 'not-held' && step.sessionOf === undefined;
}
