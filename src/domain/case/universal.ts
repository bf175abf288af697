/** Facts of any case, which belong to no step: safety, cover, a family that changed its mind, an ending, and facts of the pathway. */

import { limitOf } from '../due.ts';
import type { Protocol, RoleId } from '../protocol/types.ts';
import { type Day, dayOf, type Instant, isDay, parseDay } from '../time/instant.ts';
import type { Deciding } from './deciding.ts';
import { endingOf, pausedOn, stopOf } from './ending.ts';
import { readForm, split } from './form.ts';
import { readCase } from './reading.ts';
import { everRecorded, recorded } from './recorded.ts';
import * as refusals from './refusals.ts';
import { refuse } from './refusals.ts';
import { own } from './steps.ts';
import {
  type Answers,
  type Case,
  type CaseEvent,
  type Command,
  type FactRecorded,
  PROGRAM,
  type Refusal,
} from './types.ts';

type Recording = Extract<Command, { type: 'fact' }>;

/** Said by anybody, in any state, and never refused: the bot does not stand between a person and safety. */
const NEVER_REFUSED = ['safeguarding.stopped', 'safeguarding.rung', 'safeguarding.mistake'];

export function isSafeguarding(fact: string): boolean {
  return fact.startsWith('safeguarding.');
}

export function recordFact(deciding: Deciding, theCase: Case, command: Recording): CaseEvent[] | Refusal {
  const { commandKey } = deciding;
  const { fact } = command;
  const repeated = everRecorded(theCase).some(
    (each) => each.commandKey === commandKey && (each.fact === fact || each.fact === `${fact}.expected`),
  );
  if (repeated) return [];
  if (NEVER_REFUSED.includes(fact)) return [written(deciding, command, pastOrNow(deciding, command), {})];
  if (isSafeguarding(fact)) return onStop(deciding, theCase, command);
  switch (fact) {
    case 'cover.set':
    case 'cover.left':
      return cover(deciding, theCase, command);
    case 'withdrawn':
      return withdrawn(deciding, theCase, command);
    case 'withdrawn.again':
    case 'case.ended':
      return afterwards(deciding, theCase, command);
    case 'case.paused':
    case 'case.resumed':
    case 'case.reopened':
      return byManager(deciding, theCase, command);
    case 'mail.joined':
    case 'mail.left':
    case 'mail.returned':
    case 'mail.away':
      return byMail(deciding, theCase, command);
    default:
      return ofPathway(deciding, theCase, command);
  }
}

/** Only a manager says how a stopped case goes on. The first who takes it is named; the other is told. */
function onStop(deciding: Deciding, theCase: Case, command: Recording): CaseEvent[] | Refusal {
  const { protocol, actor } = deciding;
  const { tells, rules } = protocol.council.safeguarding;
  if (!['safeguarding.taken', 'safeguarding.restarted', 'safeguarding.ended'].includes(command.fact)) {
    return refuse('unknown', 'There is nothing of that name.');
  }
  if (!holdsOne(actor.roles, tells)) return refusals.notPermitted(protocol, undefined, tells);
  const reading = readCase(protocol, theCase);
  const stop = stopOf(reading);
  if (stop?.why !== 'safety')
    return refuse('not-open', 'This case is not stopped. Your press changed nothing.', { rules });
  if (command.fact === 'safeguarding.taken') {
    const first = reading.facts.filter(({ fact }) => fact === command.fact && stop.taken !== undefined).at(-1);
    if (first !== undefined) {
      return refuse('already-done', 'Another manager is dealing with it already.', { rules, first });
    }
  } else if (!hasReason(command)) return refusals.faulty({ why: 'Say why.' });
  return [written(deciding, command, deciding.now, {})];
}

function cover(deciding: Deciding, theCase: Case, command: Recording): CaseEvent[] | Refusal {
  const { protocol, actor, now } = deciding;
  const { person, cover, until } = command.answers;
  const managers = Object.values(protocol.council.roles).flatMap(({ reportsTo }) => reportsTo ?? []);
  if (person !== actor.person && !holdsOne(actor.roles, managers)) {
    return refuse('not-permitted', 'A manager arranges cover. Ask one of them.');
  }
  const ending = endingOf(readCase(protocol, theCase));
  if (ending !== undefined) return refusals.ended(ending);
  const faults: Record<string, string> = {};
  if (typeof person !== 'string' || person === '') faults.person = 'Choose who is away.';
  if (command.fact === 'cover.left') {
    return Object.keys(faults).length > 0
      ? refusals.faulty(faults)
      : [written(deciding, command, now, { person: person ?? null })];
  }
  if (typeof cover !== 'string' || cover === '' || cover === person) faults.cover = 'Choose who covers.';
  const day = typeof until === 'string' ? asDay(until) : undefined;
  if (day === undefined) faults.until = 'Choose until when.';
  else if (day < dayOf(now)) faults.until = 'Choose a day that is still to come.';
  if (Object.keys(faults).length > 0 || day === undefined) return refusals.faulty(faults);
  return [written(deciding, command, now, { person: person ?? null, cover: cover ?? null, until: day })];
}

/** Whoever on the case hears it says so: an agreement that is gone must not wait for the right person. */
function withdrawn(deciding: Deciding, theCase: Case, command: Recording): CaseEvent[] | Refusal {
  const { protocol, actor } = deciding;
  if (actor.roles.length === 0) return refusals.notPermitted(protocol, undefined, protocol.opening.by);
  const reading = readCase(protocol, theCase);
  const ending = endingOf(reading);
  if (ending !== undefined) return refusals.ended(ending);
  const last = reading.facts.filter(({ fact }) => fact === 'withdrawn' || fact === 'withdrawn.again').at(-1);
  if (last?.fact === 'withdrawn') {
    return refuse('already-done', 'This is recorded already. A manager is deciding.', { first: last });
  }
  return [written(deciding, command, pastOrNow(deciding, command), {})];
}

/** How it goes on when the family changed its mind, and ending a case by hand: the opener's manager, with a reason. */
function afterwards(deciding: Deciding, theCase: Case, command: Recording): CaseEvent[] | Refusal {
  const { protocol, actor, now } = deciding;
  const managers = chiefsOf(protocol, theCase);
  if (!holdsOne(actor.roles, managers)) return refusals.notPermitted(protocol, undefined, managers);
  const reading = readCase(protocol, theCase);
  const ending = endingOf(reading);
  if (ending !== undefined) return refusals.ended(ending);
  const stop = stopOf(reading);
  if (stop?.why === 'safety') return refusals.stopped(stop);
  if (command.fact === 'withdrawn.again' && stop === undefined) {
    return refuse('not-open', 'The family has not changed its mind. Your press changed nothing.');
  }
  if (!hasReason(command)) return refusals.faulty({ why: 'Say why.' });
  const { how } = command.answers;
  return [written(deciding, command, now, typeof how === 'string' ? { how } : {})];
}

/** Managers of the role under which the case was opened; in old logs of every role that may open one. */
export function chiefsOf(protocol: Protocol, { openedAs }: Pick<Case, 'openedAs'>): readonly RoleId[] {
  const chiefs = (roles: readonly RoleId[]) =>
    roles.flatMap((role) => own(protocol.council.roles, role)?.reportsTo ?? []);
  const those = openedAs === undefined ? [] : chiefs([openedAs]);
  return [...new Set(those.length > 0 ? those : chiefs(protocol.opening.by))];
}

/** Nobody is chased for a time, or an ending was a mistake: a manager says so, with the reason. No clock stops. */
function byManager(deciding: Deciding, theCase: Case, command: Recording): CaseEvent[] | Refusal {
  const { protocol, actor, now } = deciding;
  const managers = [...new Set([...chiefsOf(protocol, theCase), ...protocol.council.safeguarding.tells])];
  if (!holdsOne(actor.roles, managers)) return refusals.notPermitted(protocol, undefined, managers);
  const ending = endingOf(readCase(protocol, theCase));
  if (command.fact === 'case.reopened') {
    if (ending === undefined) return refuse('not-open', 'This case has not ended. Your press changed nothing.');
    return hasReason(command) ? [written(deciding, command, now, {})] : refusals.faulty({ why: 'Say why.' });
  }
  if (ending !== undefined) return refusals.ended(ending);
  if (command.fact === 'case.resumed') {
    return pausedOn(theCase.facts, now) === undefined
      ? refuse('not-open', 'This case is not paused. Your press changed nothing.')
      : [written(deciding, command, now, {})];
  }
  const { until } = command.answers;
  const day = typeof until === 'string' ? asDay(until) : undefined;
  const faults: Record<string, string> = {};
  if (day === undefined) faults.until = 'Choose until when.';
  else if (day <= dayOf(now)) faults.until = 'Choose a day that is still to come.';
  if (!hasReason(command)) faults.why = 'Say why.';
  if (Object.keys(faults).length > 0 || day === undefined) return refusals.faulty(faults);
  return [written(deciding, command, now, { until: day })];
}

/**
 * What came in by mail, on a case in any state: it does no step and moves no date. The program writes it down, or somebody with a part
 * in the case or who reads one of the council's mailboxes.
 */
function byMail(deciding: Deciding, theCase: Case, command: Recording): CaseEvent[] | Refusal {
  const { protocol, actor } = deciding;
  const { fact, answers } = command;
  if (actor.person !== PROGRAM && actor.roles.length === 0)
    return refusals.notPermitted(protocol, undefined, protocol.opening.by);
  const { mail, step } = answers;
  if (typeof mail !== 'string' || mail === '') return refuse('unknown', 'Say which mail.');
  const last = everRecorded(theCase).findLast(
    (each) => (each.fact === 'mail.joined' || each.fact === 'mail.left') && each.answers.mail === mail,
  );
  if (fact === 'mail.joined' && last?.fact === 'mail.joined')
    return refuse('already-done', 'This mail is on the case already.', { first: last });
  if (fact === 'mail.left' && last?.fact !== 'mail.joined')
    return refuse('not-open', 'This mail is not on the case. Your press changed nothing.');
  return [written(deciding, command, pastOrNow(deciding, command), { mail, ...(step === undefined ? {} : { step }) })];
}

/** A fact that the pathway names, once or corrected: the last one stands. A date ahead is recorded as expected. */
function ofPathway(deciding: Deciding, theCase: Case, command: Recording): CaseEvent[] | Refusal {
  const { protocol, actor, now, calendar } = deciding;
  const name = command.fact.replace(/\.expected$/, '');
  const spec = own(protocol.facts, name);
  if (spec === undefined) return refuse('unknown', 'There is nothing of that name on this pathway.');
  if (!holdsOne(actor.roles, spec.by))
    return { ...refusals.notPermitted(protocol, undefined, spec.by), rules: spec.rules };
  const reading = readCase(protocol, theCase);
  const ending = endingOf(reading);
  if (ending !== undefined) return refusals.ended(ending);
  const given = { ...command.answers, ...command.personal };
  const read = readForm(spec.form, given, {
    protocol,
    children: theCase.children,
    now,
    limit: (due) => limitOf(protocol, theCase, calendar, due, now),
  });
  const faults: Record<string, string> = { ...read.faults };
  const answered = given.at;
  const at =
    command.at ??
    (typeof answered === 'string' ? asDay(answered) : undefined) ??
    (spec.precision === 'day' ? dayOf(now) : now);
  const future = isDay(at) ? at > dayOf(now) : at > now;
  if (future && !spec.expected) faults.at = 'The date cannot be in the future.';
  if (Object.keys(faults).length > 0) return refusals.faulty(faults);
  const { clear, personal } = split(spec.form, read.answers);
  const { at: _, ...answers } = clear;
  const when = spec.precision === 'day' && !isDay(at) ? dayOf(at) : at;
  // Another date is not another story: what was answered with the earlier one stands, where nothing else is said now.
  const before = reading.facts.findLast(({ fact }) => fact === name || fact === `${name}.expected`);
  const fact = {
    ...command,
    fact: future ? `${name}.expected` : name,
    personal: { ...before?.personal, ...personal },
  };
  return [written(deciding, fact, when, { ...before?.answers, ...answers })];
}

function written(
  deciding: Deciding,
  { fact, personal, answers }: Recording,
  at: Instant | Day,
  clear: Answers,
): FactRecorded {
  // Of what nobody described only the program's own words stay in clear.
  const known = new Set([...Object.keys(clear), 'at']);
  const others = Object.entries(isOfPathway(fact) ? {} : answers).filter(([key]) => !known.has(key));
  const sealed = { ...Object.fromEntries(others), ...personal };
  return recorded(deciding, { fact, at, answers: clear, personal: sealed });
}

const UNIVERSAL = /^(safeguarding\.|cover\.|withdrawn|case\.|mail\.)/;
const isOfPathway = (fact: string): boolean => !UNIVERSAL.test(fact);

function pastOrNow({ now }: Deciding, { at }: Recording): Instant | Day {
  if (at === undefined) return now;
  return (isDay(at) ? at > dayOf(now) : at > now) ? now : at;
}

function hasReason({ answers, personal }: Recording): boolean {
  return Object.entries({ ...answers, ...personal }).some(
    ([key, answer]) => key !== 'how' && key !== 'until' && typeof answer === 'string' && answer.trim() !== '',
  );
}

function holdsOne(held: readonly RoleId[], wanted: readonly RoleId[]): boolean {
  return wanted.some((role) => held.includes(role));
}

function asDay(text: string): Day | undefined {
  try {
    return parseDay(text.slice(0, 10));
  } catch {
    return undefined;
  }
}
