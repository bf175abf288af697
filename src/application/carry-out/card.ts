/**
 * The cards of a case. What a card says is drawn when it is sent, from the case as it stands then, so that a question that has been
 * answered meanwhile is never asked.
 */
import type { Audience, Effect, FactRecorded } from '../../domain/case/types.ts';
import type { StepId } from '../../domain/protocol/types.ts';
import { isOfficeTime, nextOfficeMoment } from '../../domain/time/office-hours.ts';
import { Later } from '../later.ts';
import type { ClaimedItem, Drawn } from '../ports.ts';
import { readSheet, readSheetOnLeaving, readSheetWith } from '../read-case.ts';
import type { CaseSheet } from '../sheet.ts';
import type { World } from '../world.ts';
import { draw, edit, journeyOf, type Place, postKey, postNew, readPostKey, type Topic } from './post.ts';

const SAFETY = 'safety';

export async function carryOutCard(
  world: World,
  item: ClaimedItem,
  effect: Extract<Effect, { kind: 'card' }>,
): Promise<void> {
  const present = await readSheet(world, item.caseId as string);
  const sheet =
    effect.asOf === undefined ? present : await readSheetOnLeaving(world, item.caseId as string, effect.asOf);
  if (!present || !sheet) return;
  const mayPost = effect.urgent === true || isOfficeTime(sheet.now, sheet.calendar);
  const safety = effect.step === 'case' && effect.urgent === true;
  const topic = safety ? `${SAFETY}.${lastStop(sheet)}` : effect.step;
  let waits = false;
  for (const place of placesOf(sheet, effect.audience)) {
    const drawn = await draw(world, sheet, safety ? SAFETY : effect.step, place);
    if (!drawn) continue;
    const key = postKey(journeyOf(present.case), topic, place);
    const post = await world.store.post(key);
    if (post) await edit(world, post, drawn, sheet.now);
    else if (mayPost) await postNew(world, { ...about(sheet), key, place, drawn });
    else waits = true;
  }
  if (waits) throw new Later(nextOfficeMoment(sheet.now, sheet.calendar));
}

/** Every card of the case that is not final yet, wherever it stands, made to show the present. */
export async function carryOutRedraw(world: World, item: ClaimedItem, since?: number): Promise<void> {
  const sheet = await readSheet(world, item.caseId as string);
  if (!sheet) return;
  for (const post of await world.store.postsOf(sheet.case.id)) {
    const stands = readPostKey(post.key);
    // Cards of a journey that has ended stay as they ended, when the case is taken up again.
    if (!stands || stands.journey !== journeyOf(sheet.case) || isFinal(sheet, stands.topic, since)) continue;
    const drawn = await drawAgain(world, sheet, stands.topic, stands.place);
    if (drawn) await edit(world, post, drawn, sheet.now);
  }
}

/** Whether its step was done before the change for which cards are drawn again. */
function isFinal({ status }: CaseSheet, topic: Topic, since: number | undefined): boolean {
  const [head = '', step] = topic.split('.');
  const view = status.steps[step ?? head];
  return since !== undefined && view?.state === 'done' && (view.doneBy?.seq ?? since + 1) <= since;
}

/** A manager's card about an overdue step stays as it is while the step is open, and becomes the step's once it is not. */
async function drawAgain(world: World, sheet: CaseSheet, topic: Topic, place: Place): Promise<Drawn | undefined> {
  const [head, step] = topic.split('.');
  if (head === 'begin') return undefined; // the draft's own from the first press on
  if (topic === 'case' || head === 'unsent' || head === 'resumed') return draw(world, sheet, 'case', place);
  if (head === 'expected' && step !== undefined && sheet.protocol.facts[step]) return draw(world, sheet, step, place);
  if (head === SAFETY) return draw(world, sheet, SAFETY, place);
  if (!sheet.protocol.steps[step ?? topic]) return drawLeft(world, sheet, step ?? topic, place);
  if (step === undefined) return draw(world, sheet, topic, place);
  if (head === 'escalation' && sheet.status.steps[step]?.state === 'open') return undefined;
  return draw(world, sheet, step, place);
}

/** Of a step of a pathway that the case has left: a question that was open becomes the case, anything else stays as it was. */
async function drawLeft(world: World, sheet: CaseSheet, step: StepId, place: Place): Promise<Drawn | undefined> {
  const left = await readSheetWith(world, sheet.case.id, step);
  return left?.status.steps[step]?.state === 'open' ? draw(world, sheet, 'case', place) : undefined;
}

export function about({ case: { id, council }, now }: CaseSheet) {
  return { council, caseId: id, now };
}

/** When the case was stopped for safety, the last time that it was: a second press while it is stopped is no second stop. */
function lastStop(sheet: CaseSheet): string {
  let stoppedAt = '';
  let stands = false;
  for (const { fact, recordedAt } of sheet.case.facts as readonly FactRecorded[]) {
    if (fact === 'safeguarding.stopped' && !stands) stoppedAt = recordedAt;
    if (fact === 'safeguarding.stopped') stands = true;
    if (fact === 'safeguarding.restarted' || fact === 'safeguarding.ended') stands = false;
  }
  return stoppedAt;
}

function placesOf(sheet: CaseSheet, audience: Audience): readonly Place[] {
  if (!('role' in audience)) return [audience];
  return (sheet.holders[audience.role] ?? []).map(({ id }) => ({ person: id }));
}
