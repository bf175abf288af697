/** Plays a case through the engine as the application does: decide, evolve, and what follows, at times that the test says. */
import { decide } from '../../../src/domain/case/decide.ts';
import { effects } from '../../../src/domain/case/effects.ts';
import { evolve } from '../../../src/domain/case/evolve.ts';
import { statusOf } from '../../../src/domain/case/status.ts';
import type {
  Actor,
  Answers,
  Case,
  CaseEvent,
  CaseStatus,
  Command,
  Deadline,
  Effect,
  Refusal,
} from '../../../src/domain/case/types.ts';
import { PROGRAM } from '../../../src/domain/case/types.ts';
import type { Protocol } from '../../../src/domain/protocol/types.ts';
import type { Calendar } from '../../../src/domain/time/calendar.ts';
import { type Day, type Instant, parseInstant } from '../../../src/domain/time/instant.ts';

export const program: Actor = { person: PROGRAM, roles: [] };
export const actor = (person: string, ...roles: string[]): Actor => ({ person, roles });

export interface Play {
  /** London wall clock, `2026-12-18T18:30`. Stays until the next one. */
  at(time: string): Play;
  /** Throws where it is refused. */
  does(
    who: Actor,
    step: string,
    part?: string,
    answers?: Answers,
    more?: { at?: string; reason?: string; child?: string; key?: string },
  ): Play;
  /** Throws where it is not refused. */
  refused(
    who: Actor,
    step: string,
    part?: string,
    answers?: Answers,
    more?: { at?: string; reason?: string; child?: string; key?: string },
  ): Refusal;
  says(who: Actor, fact: string, answers?: Answers, at?: string): Play;
  tries(who: Actor, command: Command, key?: string): CaseEvent[] | Refusal;
  sends(who: Actor, command: Command): Play;
  readonly status: CaseStatus;
  readonly case: Case;
  readonly events: readonly CaseEvent[];
  readonly now: Instant;
  /** What followed from the last thing that was done. */
  readonly effects: readonly Effect[];
  readonly allEffects: readonly Effect[];
  due(step: string): Deadline | undefined;
  state(step: string): string | undefined;
  because(step: string): string;
}

/** @param others pathways to which the case may move */
export function play(first: Protocol, calendar: Calendar, id = 'case', others: readonly Protocol[] = []): Play {
  const pathways = (name: string) => [first, ...others].find((each) => each.id === name);
  let protocol = first;
  let now = parseInstant('2026-12-17T09:00');
  let current: Case | undefined;
  let presses = 0;
  let last: readonly Effect[] = [];
  const events: CaseEvent[] = [];
  const all: Effect[] = [];

  function tries(who: Actor, command: Command, key?: string): CaseEvent[] | Refusal {
    presses += 1;
    return decide(protocol, current, command, who, now, calendar, key ?? `press-${presses}`, pathways);
  }

  function sends(who: Actor, command: Command, key?: string): Play {
    const decided = tries(who, command, key);
    if (!Array.isArray(decided))
      throw new Error(
        `${JSON.stringify(command)} was refused: ${decided.code}: ${decided.words} ${JSON.stringify(decided.faults ?? {})}`,
      );
    const before = current;
    for (const event of decided) {
      events.push(event);
      current = evolve(current, event, id);
    }
    const was = protocol;
    if (current) {
      protocol = pathways(current.pathway) ?? protocol;
      last = effects(protocol, before, current, calendar, now, was);
    }
    all.push(...last);
    return me;
  }

  type More = { at?: string; reason?: string; child?: string; key?: string } | undefined;
  const record = (step: string, part: string | undefined, answers: Answers, more: More): Command => ({
    type: 'record',
    step,
    answers,
    ...(part === undefined ? {} : { part }),
    ...(more?.at === undefined ? {} : { at: timeOf(more.at) }),
    ...(more?.reason === undefined ? {} : { reason: more.reason }),
    ...(more?.child === undefined ? {} : { child: more.child }),
  });

  const mustBeOpen = (): Case => {
    if (current === undefined) throw new Error('No case is open.');
    return current;
  };

  const me: Play = {
    at(time) {
      now = parseInstant(time);
      return me;
    },
    does: (who, step, part, answers = {}, more) => sends(who, record(step, part, answers, more), more?.key),
    refused(who, step, part, answers = {}, more) {
      const decided = tries(who, record(step, part, answers, more), more?.key);
      if (Array.isArray(decided)) throw new Error(`${step}.${part ?? ''} was not refused.`);
      return decided;
    },
    says: (who, fact, answers = {}, at) =>
      sends(who, { type: 'fact', fact, answers, ...(at === undefined ? {} : { at: timeOf(at) }) }),
    tries,
    sends,
    get status() {
      return statusOf(protocol, mustBeOpen(), calendar, now);
    },
    get case() {
      return mustBeOpen();
    },
    get events() {
      return events;
    },
    get now() {
      return now;
    },
    get effects() {
      return last;
    },
    get allEffects() {
      return all;
    },
    due: (step) => me.status.deadlines.find((deadline) => deadline.step === step && deadline.effective),
    state: (step) => me.status.steps[step]?.state,
    because: (step) => (me.due(step)?.because ?? []).map(({ text }) => text).join(' '),
  };
  return me;
}

const timeOf = (text: string): Instant | Day => (text.includes('T') ? parseInstant(text) : (text as Day));
