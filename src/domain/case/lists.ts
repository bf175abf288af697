/** The family's entries in the council's registers, as the case writes them, and which state may follow which. */
import type { Step } from '../protocol/types.ts';
import { broughtAbout } from './in-force.ts';
import type { Reading } from './reading.ts';
import { spaced } from './references.ts';
import { refuse } from './refusals.ts';
import { consequencesOf, own } from './steps.ts';
import type { CaseStatus, Refusal } from './types.ts';

/** The latest state wins, and stands since it was first written. */
export function listsOn({ protocol, case: theCase, facts }: Reading): CaseStatus['lists'] {
  const since = theCase.earlier.at(-1)?.seq ?? 0;
  const found: Record<string, CaseStatus['lists'][string]> = { ...theCase.carried.lists };
  for (const fact of facts) {
    if (fact.seq <= since) continue;
    for (const [list, state] of Object.entries(broughtAbout(protocol, theCase, facts, fact)?.lists ?? {}))
      if (found[list]?.state !== state) found[list] = { state, since: fact.at };
  }
  return found;
}

/** A register's own order of states is kept: what is closed does not become paused. */
export function wrongMove(reading: Reading, step: Step, part: string | undefined): Refusal | undefined {
  const { council } = reading.protocol;
  const present = listsOn(reading);
  // A mail writes the register when it has gone; whether it may is known when it is pressed.
  const ahead = step.kind === 'send' && part === undefined ? step.done : part;
  for (const [list, state] of Object.entries(consequencesOf(step, ahead).lists)) {
    const register = own(council.lists, list);
    const from = own(present, list)?.state ?? own(reading.case.settings, `list.${list}`);
    if (register === undefined || from === undefined || from === state || register.moves.length === 0) continue;
    if (register.moves.some(([before, after]) => before === from && after === state)) continue;
    const words = `On the list “${register.title}” this family is “${spaced(from)}”, which cannot become “${spaced(state)}”.`;
    return refuse('gate', words, { rules: register.rules, step: step.id });
  }
  return undefined;
}
