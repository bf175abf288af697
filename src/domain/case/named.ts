/** The person named for each role of a case: who opened it, for whom it was opened or brought along, and whom the assign steps have named. */

import type { RoleId } from '../protocol/types.ts';
import { partOf } from './facts.ts';
import { personNamed, type Reading } from './reading.ts';
import type { PersonId } from './types.ts';

export function namedOn(reading: Reading): Readonly<Record<RoleId, PersonId>> {
  const { protocol, case: theCase } = reading;
  const { carried, earlier, openedAs, openedBy, openedFor = openedBy } = theCase;
  const moved = earlier.at(-1);
  const named: Record<RoleId, PersonId> = { ...carried.named };
  if (moved === undefined && openedFor !== '') {
    // Old logs do not say under which of the roles it was opened.
    for (const role of openedAs === undefined ? protocol.opening.by : [openedAs])
      if (protocol.council.roles[role]?.held === 'named') named[role] = openedFor;
  }
  const namings = Object.values(protocol.steps).flatMap((step) => {
    const { doneBy } = step.kind === 'assign' ? reading.standing(step) : {};
    return step.kind === 'assign' && doneBy !== undefined ? [{ step, doneBy }] : [];
  });
  for (const { step, doneBy } of namings.sort((one, other) => one.doneBy.seq - other.doneBy.seq)) {
    // Whoever was named before the case moved has been carried along.
    if (doneBy.seq <= (moved?.seq ?? 0)) continue;
    const person = personNamed(protocol, step, doneBy);
    if (person !== undefined) named[step.fills] = person;
    else if (partOf(doneBy) === 'none-found') delete named[step.fills];
  }
  return named;
}
