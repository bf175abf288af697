/** Opening a case: every page checked, every fault named at once, then the case, its agreement, its facts and its first send together. */
import { limitOf } from '../due.ts';
import type { Page, RoleId, Step } from '../protocol/types.ts';
import { BeyondCalendar } from '../time/calendar.ts';
import { type Day, dayOf, type Instant } from '../time/instant.ts';
import { capital } from '../wording.ts';
import type { Deciding } from './deciding.ts';
import { endingOf } from './ending.ts';
import { evolve } from './evolve.ts';
import { readForm, split } from './form.ts';
import { blockedGates } from './gates.ts';
import { needsReason, openedLate } from './held-back.ts';
import { movedTo, namedBy, notHere } from './moving.ts';
import { readCase } from './reading.ts';
import { pressedBefore } from './recorded.ts';
import { alreadyDone, comesFirst, faulty, gated, notPermitted, refuse } from './refusals.ts';
import { own } from './steps.ts';
import type { Answers, Case, CaseEvent, ChildId, Command, FactRecorded, Refusal } from './types.ts';

export function openCase(
  deciding: Deciding,
  theCase: Case | undefined,
  command: Extract<Command, { type: 'open' }>,
): CaseEvent[] | Refusal {
  const { protocol, actor, now, commandKey } = deciding;
  if (theCase !== undefined) {
    if (pressedBefore(theCase, commandKey)) return [];
    const sends = own(protocol.steps, protocol.opening.sends);
    const [first] = theCase.facts;
    return first && sends ? alreadyDone(sends, first) : refuse('already-done', 'This case is open already.');
  }
  if (command.pathway !== protocol.id) return refuse('unknown', 'There is no such pathway.');
  const notFrom = command.mail && notReadHere(deciding, command.mail);
  if (notFrom !== undefined) return notFrom;
  const worker = command.mail?.worker;
  return begin(deciding, undefined, command, ({ role, children, settings }) => ({
    type: 'case-opened',
    recordedAt: now,
    by: actor.person,
    commandKey,
    reference: command.reference,
    council: protocol.council.id,
    pathway: protocol.id,
    version: protocol.version,
    children,
    settings,
    role,
    ...(command.linked === undefined ? {} : { linked: command.linked }),
    ...(worker === undefined || worker === actor.person ? {} : { worker }),
  }));
}

type FromMail = NonNullable<Extract<Command, { type: 'open' }>['mail']>;

/** From proves nothing: a mail opens a case only where somebody who reads its mailbox has read it, and says whose referral it is. */
function notReadHere({ protocol, actor, now }: Deciding, mail: FromMail): Refusal | undefined {
  const { name, watchedBy } = own(protocol.council.mailboxes, mail.mailbox) ?? {};
  if (watchedBy === undefined || !actor.roles.includes(watchedBy)) {
    const readers = protocol.council.roles[watchedBy ?? '']?.name;
    return refuse(
      'not-permitted',
      readers
        ? `${capital(readers)}s open a case from a mail to the ${name}. Ask one of them.`
        : 'Nobody reads that mailbox.',
    );
  }
  if (!protocol.opening.by.includes(mail.as)) return refuse('unknown', 'Choose the worker who made the referral.');
  return mail.receivedAt > now ? refuse('unknown', 'A mail cannot arrive in the future.') : undefined;
}

/** Whether what the opening sends goes to the mailbox that the mail came to: then the mail is what it sends. */
function arrived(sends: Step, mail: FromMail | undefined): Instant | undefined {
  return mail !== undefined && sends.kind === 'send' && sends.to.includes(`mailbox/${mail.mailbox}`)
    ? mail.receivedAt
    : undefined;
}

/** An ended case comes back under another pathway: what was recorded is history, who is named on it and its team stay. */
export function takeUp(
  deciding: Deciding,
  theCase: Case,
  command: Extract<Command, { type: 'take-up' }>,
): CaseEvent[] | Refusal {
  const { protocol, actor, commandKey, pathways } = deciding;
  if (pressedBefore(theCase, commandKey)) return [];
  if (!protocol.afterwards.includes(command.pathway))
    return refuse('unknown', 'This case cannot be taken up again in that way.');
  const reading = readCase(protocol, theCase);
  if (endingOf(reading) === undefined)
    return refuse('not-open', 'This case has not ended. Only a case that has ended is taken up again.');
  const target = pathways?.(command.pathway);
  if (target === undefined) return notHere(command.pathway);
  const moved = movedTo(deciding, reading, target, false);
  return begin({ ...deciding, protocol: target }, theCase, command, ({ role, children, settings }) => ({
    ...moved,
    settings: { ...moved.settings, ...settings },
    named: { ...moved.named, ...namedBy(target, role, actor.person) },
    role,
    children,
  }));
}

interface Beginning {
  readonly role: RoleId;
  readonly children: readonly ChildId[];
  readonly settings: Readonly<Record<string, string>>;
}

/** The pages of the protocol's opening, checked and recorded after the event that begins it. */
function begin(
  deciding: Deciding,
  before: Case | undefined,
  command: Pick<Extract<Command, { type: 'open' }>, 'children' | 'pages' | 'reason' | 'mail'>,
  beginning: (of: Beginning) => CaseEvent,
): CaseEvent[] | Refusal {
  const { protocol, actor, now, calendar, commandKey } = deciding;
  const sends = own(protocol.steps, protocol.opening.sends);
  if (sends === undefined) return refuse('unknown', 'There is no such pathway.');
  const role = command.mail?.as ?? protocol.opening.by.find((each) => actor.roles.includes(each));
  if (role === undefined) {
    const refusal = notPermitted(protocol, undefined, protocol.opening.by);
    const names = protocol.opening.by.map((each) => `${protocol.council.roles[each]?.name ?? each}s`).join(' and ');
    return { ...refusal, words: `${capital(names)} start this. Ask one of them.` };
  }

  const asksChildren = protocol.opening.pages.some(({ each }) => each === 'children');
  const children = asksChildren ? command.children : [];
  const base = { recordedAt: now, by: actor.person, commandKey };
  const first = beginning({ role, children, settings: settingsOf(deciding, children, command.pages) });
  const events: CaseEvent[] = [first];
  let tentative = evolve(before, first);
  const add = (fact: FactRecorded): void => {
    events.push(fact);
    tentative = evolve(tentative, fact);
  };

  const faults: Record<string, string> = {};
  const clear: Record<string, Answers[string]> = {};
  const personal: Record<string, Answers[string]> = {};
  let refusal: Refusal | undefined;
  if (asksChildren && children.length === 0) faults.children = 'Add at least one child.';

  for (const page of protocol.opening.pages) {
    const given = own(command.pages, page.id) ?? {};
    const step = 'step' in page.records ? own(protocol.steps, page.records.step) : undefined;
    // An agreement that need not be asked for is left out by leaving its page empty.
    if (step?.kind === 'consent' && step.optional && isBlank(given)) continue;
    const read = readForm(page.fields, given, {
      protocol,
      children,
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
    if (step?.kind === 'consent' && Object.keys(given).length === 0) refusal ??= notAgreed(deciding, page);
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
  const arrivedAt = arrived(sends, command.mail);
  const sentAt = arrivedAt ?? now;
  const late = openedLate(reading, sends, calendar, sentAt);
  const reason = command.reason?.trim() ?? '';
  if (late !== undefined && reason === '') return needsReason({ step: sends }, late);
  const sealed = { ...personal, ...(late === undefined ? {} : { 'late-reason': reason }) };
  add({
    ...base,
    type: 'fact-recorded',
    fact: sends.id,
    at: sentAt,
    answers: { ...clear, ...(late === undefined ? {} : { late: true }) },
    ...(Object.keys(sealed).length > 0 ? { personal: sealed } : {}),
  });
  // T0: the clock counts from the arrival of the mail, not from the moment at which somebody looked.
  for (const moment of arrivedAt === undefined ? [] : ['sent', 'received'])
    add({ ...base, type: 'fact-recorded', fact: `${sends.id}.${moment}`, at: sentAt, answers: {} });
  if (command.mail) {
    const { id: mail, receivedAt } = command.mail;
    add({ ...base, type: 'fact-recorded', fact: 'mail.joined', at: receivedAt, answers: { mail } });
  }
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

/**
 * Settings as they are now, so that a later change of a switch does not move the dates of a running case; and the state of the
 * family's entry in a register, where a page asks for it.
 */
function settingsOf(
  { protocol, now }: Deciding,
  children: readonly ChildId[],
  pages: Readonly<Record<string, Answers>>,
): Readonly<Record<string, string>> {
  const { settings, lists } = protocol.council;
  const told = protocol.opening.pages.flatMap((page) => {
    const asks = Object.values(page.fields).filter(({ list }) => list !== undefined);
    if (asks.length === 0) return [];
    const given = own(pages, page.id) ?? {};
    const { answers } = readForm(page.fields, given, { protocol, children, now, limit: () => undefined });
    return asks.flatMap(({ id, list = '' }) => {
      const state = answers[id];
      const known = typeof state === 'string' && own(lists, list)?.states.includes(state) === true;
      return known ? [[`list.${list}`, state] as const] : [];
    });
  });
  return Object.fromEntries([...Object.entries(settings).map(([name, setting]) => [name, setting.default]), ...told]);
}

/** Ticks that nobody set and fields that nobody touched say nothing. */
function isBlank(given: Answers): boolean {
  return Object.values(given).every(
    (answer) => answer === null || answer === false || answer === '' || (Array.isArray(answer) && answer.length === 0),
  );
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
