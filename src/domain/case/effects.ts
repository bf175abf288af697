/**
 * What follows from a change: mails, cards, invitations, questions to ask later. Data, found by comparing the case before and
 * after, so that what did not change is not said again. Keys are made of the case, the step and the number of the event, so that the
 * same change gives the same keys whoever works it out.
 */
import type { Protocol } from '../protocol/types.ts';
import type { Calendar } from '../time/calendar.ts';
import { type Instant, instantAt } from '../time/instant.ts';
import { caseCards, goneCards, stepCards, tells } from './effects/cards.ts';
import { type Change, consequences, leftBy, type Moment, momentOf } from './effects/change.ts';
import { mails } from './effects/mails.ts';
import { ASK_IN_THE_MORNING, bookedTooLate, leftMeetings, meetings } from './effects/meetings.ts';
import { safety } from './effects/safety.ts';
import { expectedOn } from './expected.ts';
import { nextTimes } from './next-time.ts';
import { readCase } from './reading.ts';
import { statusOf } from './status.ts';
import { own, stepOfFact } from './steps.ts';
import { type Case, type Effect, PROGRAM } from './types.ts';

/**
 * @param protocol that the case is under now
 * @param was that it was under before, where it has moved
 * @throws BeyondCalendar where a date would rest on bank holidays that are not known
 */
export function effects(
  protocol: Protocol,
  before: Case | undefined,
  after: Case,
  calendar: Calendar,
  now: Instant,
  was: Protocol = protocol,
): Effect[] {
  const moment = (under: Protocol, theCase: Case): Moment => ({
    protocol: under,
    case: theCase,
    status: statusOf(under, theCase, calendar, now),
    reading: readCase(under, theCase),
  });
  const left = before && leftBy(before, after);
  const change: Change = {
    calendar,
    now,
    before: before && moment(was, before),
    leaving: left && moment(was, left),
    after: moment(protocol, after),
    facts: after.facts.filter(({ seq }) => seq > (before?.seq ?? 0)),
  };
  const steps = Object.values(protocol.steps);
  const gone = left === undefined ? [] : Object.values(was.steps).filter(({ id }) => !own(protocol.steps, id));
  const all = [
    ...safety(change),
    ...mails(change),
    ...steps.flatMap((step) => (step.kind === 'meet' ? meetings(change, step) : [])),
    ...gone.flatMap((step) => (step.kind === 'meet' ? leftMeetings(change, step) : [])),
    ...bookedTooLate(change),
    ...steps.flatMap((step) => stepCards(change, step)),
    ...gone.flatMap((step) => goneCards(change, step)),
    ...tells(change),
    ...caseCards(change),
    ...expectedDays(change),
    ...nextTimes(after.id, protocol, change.before?.status, change.after.status, calendar),
    ...begins(change),
  ];
  // A card that two reasons ask for is asked for once; the stronger reason came first.
  return [...new Map([...all].reverse().map((effect) => [effect.key, effect])).values()].reverse();
}

/** On the morning of the day that is expected now, and was not before. */
function expectedDays({ before, after }: Change): Effect[] {
  return expectedOn(after.reading)
    .filter(({ seq }) => seq > (before?.case.seq ?? 0))
    .map(({ fact, day, seq }) => ({
      key: `${after.case.id}/${fact}/expected/${seq}`,
      kind: 'expected',
      fact,
      day,
      notBefore: instantAt(day, ASK_IN_THE_MORNING),
    }));
}

/** A second, linked case: its draft is laid before whoever pressed; of a mail, before whoever sent it. */
function begins(change: Change): Effect[] {
  const { after, facts } = change;
  return facts.flatMap((fact) => {
    const moment = momentOf(change, fact);
    const step = stepOfFact(moment.protocol, fact.fact)?.step.id ?? '';
    const pressed = moment.case.facts.filter(({ fact: each, by }) => each.split('.')[0] === step && by !== PROGRAM);
    const person = fact.by === PROGRAM ? pressed.at(-1)?.by : fact.by;
    return (consequences(moment, fact)?.starts ?? []).flatMap((pathway): Effect[] =>
      person === undefined
        ? []
        : [{ key: `${after.case.id}/${step}/begin/${fact.seq}`, kind: 'begin', step, pathway, person }],
    );
  });
}
