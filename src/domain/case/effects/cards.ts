/** Cards: posted where a question is new, edited where what they say has changed. */
import type { Step, StepId } from '../../protocol/types.ts';
import { isOfficeTime, nextOfficeMoment } from '../../time/office-hours.ts';
import { roleOf, stepOfFact } from '../steps.ts';
import type { Audience, Effect, PersonId } from '../types.ts';
import { audiencesOf, name, people } from './audiences.ts';
import { asOf, type Change, consequences, isTakenUp, type Moment, momentOf, viewIn } from './change.ts';

export function stepCards(change: Change, step: Step): Effect[] {
  const { after } = change;
  const before = isTakenUp(change) ? undefined : change.before;
  if (face(before, step.id) === face(after, step.id)) return [];
  const was = viewIn(before, step.id)?.state;
  const is = viewIn(after, step.id)?.state;
  // What a gate still holds back is nobody's to do yet: its card is posted when the last gate has passed.
  const held = (moment: Moment | undefined) => (viewIn(moment, step.id)?.blockedBy.length ?? 0) > 0;
  const shown = (was === 'open' && !held(before)) || was === 'done';
  if (is !== 'open' && was !== 'open') return [];
  const had = shown ? audiencesOf(before, step.id) : [];
  const have = audiencesOf(after, step.id);
  const same = new Set(had.map(name));
  // Whoever was asked sees what became of it; only whoever is asked now gets a message.
  const asked = is === 'open' && !held(after) ? have : [];
  return [
    ...asked.filter((audience) => !same.has(name(audience))).map((audience) => card(change, step.id, audience)),
    ...had.map((audience) => card(change, step.id, audience, { edit: true })),
  ];
}

/** A question of a pathway that the case has left is asked no longer: whoever has its card sees that. */
export function goneCards(change: Change, step: Step): Effect[] {
  const { before, leaving } = change;
  if (viewIn(before, step.id)?.state !== 'open' || leaving === undefined || isTakenUp(change)) return [];
  return audiencesOf(before, step.id).map((audience) =>
    card(change, step.id, audience, { edit: true, ...asOf(change, leaving) }),
  );
}

/** What a card of the step says, as far as it can change. */
function face(moment: Moment | undefined, step: StepId): string {
  const view = viewIn(moment, step);
  if (moment === undefined || view === undefined) return '';
  const { status } = moment;
  const due = status.deadlines.find((deadline) => deadline.step === step && deadline.effective);
  return JSON.stringify([
    view.state,
    view.outcome,
    view.rung,
    view.booking,
    view.noTime?.seq,
    view.last?.seq,
    view.agreed?.map(({ by }) => by.seq),
    view.instances?.map(({ of, state, outcome }) => [of, state, outcome]),
    view.blockedBy.map(({ says }) => says),
    Object.keys(view.blockedOutcomes),
    view.state === 'open' ? [due?.dueAt, due?.provisional, status.stopped] : [],
    audiencesOf(moment, step),
  ]);
}

/** `tells` of an outcome, a moment or a step: the person gets the card of that step, as it ended. */
export function tells(change: Change): Effect[] {
  return change.facts.flatMap((fact) => {
    const moment = momentOf(change, fact);
    const { protocol, status } = moment;
    const step = stepOfFact(protocol, fact.fact)?.step.id ?? '';
    return (consequences(moment, fact)?.tells ?? []).flatMap((target) => {
      if (target.startsWith('channel/'))
        return [card(change, step, { channel: target.slice('channel/'.length) }, asOf(change, moment))];
      return people(protocol, status, roleOf(target)).map((audience) =>
        card(change, step, audience, asOf(change, moment)),
      );
    });
  });
}

/** The card of the whole case, for everybody who is named on it. */
export function caseCards(change: Change): Effect[] {
  const { before, after, facts } = change;
  if (before && story(before) === story(after)) return [];
  // Whoever was on it before it ended is told that it is back.
  const had = new Set(before && !isTakenUp(change) ? Object.values(before.status.named) : []);
  const actors = new Set<PersonId>(facts.map(({ by }) => by));
  return [...new Set(Object.values(after.status.named))].map((person) =>
    // Whoever has just pressed is answered now, at night too.
    card(change, 'case', { person }, { edit: had.has(person), atOnce: actors.has(person) }),
  );
}

function story({ status, case: { facts, pathway } }: Moment): string {
  const { steps, holder, team, named, stopped, ended, deadlines, cover, paused, lists } = status;
  const states = Object.values(steps).map(({ state, outcome, booking, rung, noTime, last, agreed, instances }) => [
    state,
    outcome,
    booking,
    rung,
    noTime?.seq,
    last?.seq,
    agreed?.map(({ by }) => by.seq),
    instances?.map((each) => [each.of, each.state, each.outcome]),
  ]);
  const dates = deadlines.map(({ step, dueAt, provisional, metAt }) => [step, dueAt, provisional, metAt]);
  const sent = facts.filter(({ fact }) => fact.endsWith('.sent')).length;
  return JSON.stringify([pathway, states, holder, team, named, stopped, ended, dates, cover, paused, lists, sent]);
}

export function card(
  { after, now, calendar }: Change,
  step: StepId | 'case',
  audience: Audience,
  options: {
    readonly edit?: boolean;
    readonly urgent?: boolean;
    readonly atOnce?: boolean;
    readonly asOf?: number;
  } = {},
): Effect {
  const { edit = false, urgent = false, atOnce = false, asOf } = options;
  // Nothing new is posted at night, at a weekend or on a bank holiday but a safety stop; an edit rings no bell.
  const waits = !edit && !urgent && !atOnce && !isOfficeTime(now, calendar);
  return {
    key: `${after.case.id}/${step}/card/${name(audience)}/${after.case.seq}`,
    kind: 'card',
    step,
    audience,
    ...(edit ? { edit } : {}),
    ...(urgent ? { urgent } : {}),
    ...(asOf === undefined ? {} : { asOf }),
    ...(waits ? { notBefore: nextOfficeMoment(now, calendar) } : {}),
  };
}
