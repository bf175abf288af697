/** What is answered when a step is recorded, when it happened, and what of it is personal. */

import { dateOf } from '../due.ts';
import type { Field, Step } from '../protocol/types.ts';
import { type Day, dayOf, type Instant, isDay, writeInstant } from '../time/instant.ts';
import { moment } from './facts.ts';
import { readForm, split } from './form.ts';
import { theStep } from './references.ts';
import * as refusals from './refusals.ts';
import { refuse } from './refusals.ts';
import { own } from './steps.ts';
import type { Trying } from './trying.ts';
import type { Answer, Answers, Refusal } from './types.ts';

export interface ReadAnswers {
  readonly at: Instant | Day;
  /** All of them, for gates that read what is being tried. */
  readonly answers: Answers;
  readonly clear: Answers;
  readonly personal: Answers;
}

export function answersOf(trying: Trying, asked: Readonly<Record<string, Field>>): ReadAnswers | Refusal {
  const { step, part, command, reading, calendar, now, meeting, protocol } = trying;
  const read = readForm(asked, command.answers, {
    protocol,
    children: step.each === 'children' && command.child !== undefined ? [command.child] : trying.case.children,
    now,
    agencies: reading.agencies.names,
    limit: (due) => dateOf(reading, due, calendar, now)?.counted,
  });
  const faults: Record<string, string> = { ...read.faults };
  const { at: answeredAt, ...answers } = read.answers;
  const chosen = typeof answeredAt === 'string' && asked.at?.type === 'date' ? (answeredAt as Day) : command.at;
  const ahead = chosen !== undefined && (isDay(chosen) ? chosen > dayOf(now) : chosen > now);
  if (ahead) faults.at ??= 'The date cannot be in the future.';

  const started = meeting?.booking && meeting.booking.start <= now ? meeting.booking.start : undefined;
  const tookPlace =
    step.kind === 'meet' && part !== undefined && (part === 'held' || own(step.outcomes, part) !== undefined);
  // What is said about a meeting afterwards happened when it began, not when somebody came to press.
  const at = chosen ?? (tookPlace ? (started ?? now) : now);
  if (tookPlace && meeting?.booking && meeting.booking.start > now) {
    return refuse('gate', `Not yet: ${theStep(step)} begins ${writeInstant(meeting.booking.start)}.`, {
      rules: step.rules,
      step: step.id,
    });
  }

  const parts = split(asked, answers);
  const given = Object.fromEntries(Object.entries(command.answers).filter(([key]) => !isField(asked, key)));
  const free = splitFree(asked, given, step);
  if (part === 'booking') {
    const start = moment(command.answers.start);
    if (start === undefined) faults.start = 'Choose a time.';
    else if (start <= now) faults.start = 'Choose a time that is still to come.';
    else free.clear.start = start;
    const end = moment(command.answers.end);
    if (end !== undefined) free.clear.end = end;
  }
  if (Object.keys(faults).length > 0) return refusals.faulty(faults, { step: step.id });
  return {
    at,
    answers,
    clear: { ...free.clear, ...parts.clear },
    personal: { ...free.personal, ...parts.personal },
  };
}

/** Keys that the program writes, and that say nothing about a family. Whatever else nobody described is sealed. */
const CLEAR_KEYS = new Set([
  'start',
  'end',
  'eventId',
  'organiser',
  'messageId',
  'attended',
  'role',
  'blockers',
  'late',
]);

/** Beside these, of a meeting: who cannot come, who is asked besides or left out, which room it has, and what became of an event or of a time. */
const CLEAR_OF_MEETING = new Set([...CLEAR_KEYS, 'person', 'also', 'without', 'how', 'room', 'passed']);

export function splitFree(
  asked: Readonly<Record<string, Field>>,
  given: Answers,
  step?: Pick<Step, 'kind'>,
): { readonly clear: Record<string, Answer>; readonly personal: Record<string, Answer> } {
  const plain = step?.kind === 'meet' ? CLEAR_OF_MEETING : CLEAR_KEYS;
  const clear: Record<string, Answer> = {};
  const personal: Record<string, Answer> = {};
  for (const [key, answer] of Object.entries(given)) {
    if (isField(asked, key) || answer === null || answer === '') continue;
    (plain.has(key) ? clear : personal)[key] =
      plain.has(key) && (key === 'start' || key === 'end') ? (moment(answer) ?? answer) : answer;
  }
  return { clear, personal };
}

function isField(asked: Readonly<Record<string, Field>>, key: string): boolean {
  return own(asked, key) !== undefined || own(asked, key.replace(/^c\d+\./, '')) !== undefined;
}
