/**
 * The only place that may say no. From a case as it stands and what somebody asks for to the events that follow, or a refusal in
 * words. Pure: who asks, when, and the key of the press are arguments.
 */
import type { Protocol } from '../protocol/types.ts';
import { BeyondCalendar, type Calendar } from '../time/calendar.ts';
import type { Instant } from '../time/instant.ts';
import type { Deciding, Pathways } from './deciding.ts';
import { evolve } from './evolve.ts';
import { openCase, takeUp } from './open.ts';
import { recordStep } from './record.ts';
import { refuse } from './refusals.ts';
import { statusOf } from './status.ts';
import type { Actor, Case, CaseEvent, Command, Refusal } from './types.ts';
import { isSafeguarding, recordFact } from './universal.ts';

/**
 * @param pathways finds another pathway by its id, at its newest version: where a case moves to, or is taken up again
 * @returns events in order, none where this press (the same key and the same fact) has been recorded already; or a refusal
 */
export function decide(
  protocol: Protocol,
  theCase: Case | undefined,
  command: Command,
  actor: Actor,
  now: Instant,
  calendar: Calendar,
  commandKey: string,
  pathways?: Pathways,
): CaseEvent[] | Refusal {
  const deciding: Deciding = { protocol, actor, now, calendar, commandKey, pathways };
  try {
    const decided = route(deciding, theCase, command);
    // A date beyond the known bank holidays is found now, by the person who asks, and not by a card that cannot be drawn.
    if (Array.isArray(decided) && decided.length > 0 && !(command.type === 'fact' && isSafeguarding(command.fact))) {
      const after = decided.reduce<Case | undefined>((before, event) => evolve(before, event), theCase);
      const under = after && (after.pathway === protocol.id ? protocol : pathways?.(after.pathway));
      if (after && under) statusOf(under, after, calendar, now);
    }
    return decided;
  } catch (error) {
    if (error instanceof BeyondCalendar) return refuse('beyond-calendar', error.message);
    throw error;
  }
}

function route(deciding: Deciding, theCase: Case | undefined, command: Command): CaseEvent[] | Refusal {
  if (command.type === 'open') return openCase(deciding, theCase, command);
  if (theCase === undefined) return refuse('unknown', 'There is no such case.');
  if (command.type === 'take-up') return takeUp(deciding, theCase, command);
  if (command.type === 'fact') return recordFact(deciding, theCase, command);
  return recordStep(deciding, theCase, command);
}
