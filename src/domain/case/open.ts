/** Opening a case: every page checked, every fault named at once, then the case, its agreement, its facts and its first send together. */
import { limitOf } from '../due.ts';
import type { Page } from '../protocol/types.ts';
import { BeyondCalendar } from '../time/calendar.ts';
import { type Day, dayOf, type Instant } from '../time/instant.ts';
import type { Deciding } from './deciding.ts';
import { evolve } from './evolve.ts';
import { readForm, split } from './form.ts';
import { blockedGates } from './gates.ts';
import { readCase } from './reading.ts';
import { alreadyDone, comesFirst, faulty, gated, notPermitted, refuse } from './refusals.ts';
import { own } from './steps.ts';
import type { Answers, Case, CaseEvent, CaseOpened, Command, FactRecorded, RecordedFact, Refusal } from './types.ts';

export function openCase(
  deciding: Deciding,
  theCase: Case | undefined,
  command: Extract<Command, { type: 'open' }>,
): CaseEvent[] | Refusal {
  const { protocol, actor, now, calendar, commandKey } = deciding;
  const sends = own(protocol.steps, protocol.opening.sends);
  if (theCase !== undefined) {
    if (theCase.facts.some((fact) => fact.commandKey === commandKey)) return [];
    const [first] = theCase.facts;
    return first && sends
      ? alreadyDone(sends, first as RecordedFact)
      : refuse('already-done', 'This case is open already.');
  }
  if (command.pathway !== protocol.id || sends === undefined) return refuse('unknown', 'There is no such pathway.');
  if (!protocol.opening.by.some((role) => actor.roles.includes(role))) {
    const refusal = notPermitted(protocol, undefined, protocol.opening.by);
    const names = protocol.opening.by.map((role) => `${protocol.council.roles[role]?.name ?? role}s`).join(' and ');
    return { ...refusal, words: `${names.charAt(0).toUpperCase()}${names.slice(1)} start this. Ask one of them.` };
  }

  const base = { recordedAt: now, by: actor.person, commandKey };
  const opened: CaseOpened = {
    ...base,
    type: 'case-opened',
    reference: command.reference,
    council: protocol.council.id,
    pathway: protocol.id,
    version: protocol.version,
    children: command.children,
    settings: Object.fromEntries(
      Object.entries(protocol.council.settings).map(([name, setting]) => [name, setting.default]),
    ),
  };
  const events: CaseEvent[] = [opened];
  let tentative = evolve(undefined, opened);
  const add = (fact: FactRecorded): void => {
    events.push(fact);
    tentative = evolve(tentative, fact);
  };

  const faults: Record<string, string> = {};
  const clear: Record<string, Answers[string]> = {};
  const personal: Record<string, Answers[string]> = {};
  let refusal: Refusal | undefined;
  if (command.children.length === 0) faults.children = 'Add at least one child.';

  for (const page of protocol.opening.pages) {
    const given = own(command.pages, page.id) ?? {};
    const read = readForm(page.fields, given, {
      protocol,
      children: command.children,
      perChild: page.each === 'children',
      now,
      limit: (due) => knownLimit(() => limitOf(protocol, tentative, calendar, due, now)),
    });
    for (const [key, fault] of Object.entries(read.faults)) faults[`${page.id}.${key}`] = fault;
    const parts = split(page.fields, read.answers);
    if ('form' in page.records) {
      Object.assign(clear, parts.clear);
      Object.assign(personal, parts.personal);
      continue;
    }
    // The family is asked first: without a word on its agreement nothing else matters (CAM-G-04).
    if ('step' in page.records && Object.keys(given).length === 0) refusal ??= notAgreed(deciding, page);
    const at = typeof read.answers.at === 'string' ? (read.answers.at as Day) : undefined;
    const fact = factOf(deciding, page, at, parts);
    if ('fault' in fact) faults[`${page.id}.at`] ??= fact.fault;
    else if (Object.keys(read.faults).length === 0) {
      const outside = beyond(() => limitsOf(evolve(tentative, { ...base, ...fact })));
      if (outside !== undefined) faults[`${page.id}.at`] = outside;
      else add({ ...base, ...fact });
    }
  }
  if (refusal !== undefined) return { ...refusal, faults };
  if (Object.keys(faults).length > 0) return faulty(faults, { step: sends.id });

  const reading = readCase(protocol, tentative);
  if (reading.standing(sends).state !== 'open') {
    const missing = sends.after.flatMap((ref) => own(protocol.steps, ref.split('.')[0] ?? '') ?? []);
    return comesFirst(sends, missing);
  }
  const blocked = blockedGates(reading, sends, sends.gates, calendar, now);
  if (blocked.length > 0) return gated(sends, blocked, undefined);
  add({
    ...base,
    type: 'fact-recorded',
    fact: sends.id,
    at: now,
    answers: clear,
    ...(Object.keys(personal).length > 0 ? { personal } : {}),
  });
  return events;

  function limitsOf(theCase: Case): void {
    for (const clock of Object.values(protocol.clocks)) limitOf(protocol, theCase, calendar, clock, now);
  }

  /** A year mistyped is said beside its field, and not as an error of the calendar. */
  function beyond(count: () => void): string | undefined {
    try {
      count();
      return undefined;
    } catch (error) {
      if (!(error instanceof BeyondCalendar)) throw error;
      return `Check the year. Bank holidays are known from ${calendar.from.slice(0, 4)} to ${calendar.to.slice(0, 4)}.`;
    }
  }
}

function knownLimit<T>(count: () => T | undefined): T | undefined {
  try {
    return count();
  } catch (error) {
    if (error instanceof BeyondCalendar) return undefined; // its own field has the fault
    throw error;
  }
}

type Fact = Omit<FactRecorded, 'recordedAt' | 'by' | 'commandKey'>;

function factOf(
  { protocol, now }: Deciding,
  page: Page,
  at: Day | undefined,
  { clear, personal }: { readonly clear: Answers; readonly personal: Answers },
): Fact | { readonly fault: string } {
  const { at: _, ...answers } = clear;
  const rest = { answers, ...(Object.keys(personal).length > 0 ? { personal } : {}) };
  const when: Instant | Day = at ?? now;
  const future = at !== undefined && at > dayOf(now);
  if ('step' in page.records) {
    if (future) return { fault: 'The date cannot be in the future.' };
    return { type: 'fact-recorded', fact: page.records.step, at: when, ...rest };
  }
  const name = 'fact' in page.records ? page.records.fact : '';
  if (!future) return { type: 'fact-recorded', fact: name, at: when, ...rest };
  if (own(protocol.facts, name)?.expected !== true) return { fault: 'The date cannot be in the future.' };
  return { type: 'fact-recorded', fact: `${name}.expected`, at: when, ...rest };
}

function notAgreed({ protocol }: Deciding, page: Page): Refusal {
  const step = 'step' in page.records ? own(protocol.steps, page.records.step) : undefined;
  const words = page.refusal ? `${page.refusal.title}. ${page.refusal.says}` : 'Not yet: this comes first.';
  const rules = [...new Set([...(page.refusal?.rules ?? []), ...page.rules, ...(step?.rules ?? [])])];
  return refuse('gate', words, { rules, ...(step === undefined ? {} : { step: step.id }) });
}
