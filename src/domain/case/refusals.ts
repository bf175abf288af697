/** The engine's no, in words for its reader: what comes first, and under which rule (story 4.10). Never a name of a family. */
import type { Protocol, RoleId, RuleId, Step } from '../protocol/types.ts';
import { type Day, type Instant, isDay, writeDay, writeInstant } from '../time/instant.ts';
import { andList, capital } from '../wording.ts';
import { lower, theStep } from './references.ts';
import type { BlockedGate, Booking, CaseStatus, RecordedFact, Refusal } from './types.ts';

type Code = Refusal['code'];

export function refuse(
  code: Code,
  words: string,
  more: Partial<Omit<Refusal, 'refused' | 'code' | 'words'>> = {},
): Refusal {
  return { refused: true, code, words, rules: [], ...more };
}

export const writeTime = (time: Instant | Day): string => (isDay(time) ? writeDay(time) : writeInstant(time));

/** "Front-door managers decide this. Ask one of them." */
export function notPermitted(protocol: Protocol, step: Step | undefined, roles: readonly RoleId[]): Refusal {
  const verb = step?.kind === 'decide' || step?.kind === 'resolve' ? 'decide' : 'do';
  const [only] = roles;
  const about = step === undefined ? {} : { rules: step.rules, step: step.id };
  if (roles.length === 1 && only !== undefined && protocol.council.roles[only]?.held === 'named') {
    const name = protocol.council.roles[only].name;
    return refuse(
      'not-permitted',
      `The ${name} of this family ${verb === 'do' ? 'does' : 'decides'} this. Ask them.`,
      about,
    );
  }
  const names = roles.map((role) => `${protocol.council.roles[role]?.name ?? role}s`);
  const who = andList(names);
  return refuse(
    'not-permitted',
    who === '' ? 'Nobody decides this here. The program records it.' : `${capital(who)} ${verb} this. Ask one of them.`,
    about,
  );
}

export function alreadyDone(step: Step, first: RecordedFact): Refusal {
  return refuse('already-done', `Already done ${writeTime(first.recordedAt)}. Your press changed nothing.`, {
    rules: step.rules,
    step: step.id,
    first,
  });
}

/** "Not yet: the joint visit comes first (CAM-A-08). It is booked for Wed 30 Dec 2026, 10:00." */
export function gated(step: Step, blocked: readonly BlockedGate[], booking: Booking | undefined): Refusal {
  const sentences = blocked.map(({ says, rules }) => withRules(says, rules));
  const [first = '', ...rest] = sentences;
  const opening =
    /\b(not|yet)\b/i.test(first.split('.')[0] ?? '') && /^(do not|not)\b/i.test(first)
      ? first
      : `Not yet: ${lower(first)}`;
  const booked = booking ? ` It is booked for ${writeInstant(booking.start)}.` : '';
  return refuse('gate', `${opening}${booked}${rest.map((text) => ` ${text}`).join('')}`, {
    rules: [...new Set(blocked.flatMap(({ rules }) => rules))],
    step: step.id,
  });
}

function withRules(says: string, rules: readonly RuleId[]): string {
  if (rules.length === 0 || rules.some((rule) => says.includes(rule))) return says;
  const text = says.replace(/\.$/, '');
  // A text of several sentences keeps its own end; the rule follows it.
  return text.includes('. ') ? `${says} (${rules.join(', ')})` : `${text} (${rules.join(', ')}).`;
}

export function comesFirst(step: Step, first: readonly Step[]): Refusal {
  const names = first.map(named);
  const what = names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
  const words = what === '' ? `Not yet: something else comes before ${named(step)}.` : `Not yet: ${what} comes first.`;
  return refuse('not-open', words, { rules: step.rules, step: step.id });
}

export function notApplicable(step: Step): Refusal {
  const words = `${capital(named(step))} is not needed: this case took another way.`;
  return refuse('not-open', words, { rules: step.rules, step: step.id });
}

/** A noun stands with its article, a task as it is called on the card. */
export function named(step: Step): string {
  return step.kind === 'meet' || step.kind === 'consent' ? theStep(step) : `“${step.title}”`;
}

export function ended(at: NonNullable<CaseStatus['ended']>): Refusal {
  return refuse(
    'ended',
    `This case ended ${writeTime(at.at)} (${at.how.replaceAll('-', ' ')}). Your press changed nothing.`,
  );
}

export function stopped(at: NonNullable<CaseStatus['stopped']>): Refusal {
  return at.why === 'safety'
    ? refuse('stopped', 'Managers are deciding. This case was stopped for safety, and nobody is chased on it.')
    : refuse('stopped', 'Managers are deciding. The family changed its mind.');
}

export function faulty(
  faults: Readonly<Record<string, string>>,
  more: Partial<Omit<Refusal, 'refused' | 'code' | 'words'>> = {},
): Refusal {
  const count = Object.keys(faults).length;
  return refuse('faults', count === 1 ? '1 thing to fix.' : `${count} things to fix.`, { ...more, faults });
}
