/** Times that a social worker may offer for the visit, while the referral is still a draft: her own diary, up to the limit. */

import { evolve } from '../domain/case/evolve.ts';
import { readDay } from '../domain/case/form.ts';
import type { Case, CaseEvent, PersonId } from '../domain/case/types.ts';
import { limitOf } from '../domain/due.ts';
import type { Due, MeetStep, Protocol } from '../domain/protocol/types.ts';
import { BeyondCalendar } from '../domain/time/calendar.ts';
import type { Counted } from '../domain/time/count.ts';
import { dayOf, type Instant } from '../domain/time/instant.ts';
import { mustHave } from './drafts.ts';
import { WORKER } from './mail/sheet.ts';
import { ownTimes } from './own-times.ts';
import type { Draft } from './ports.ts';
import type { OfferedTimes } from './sheet.ts';

import type { World } from './world.ts';

/** The limit that the offered times must keep to, as far as the draft lets it be known. */
export async function draftLimit(world: World, id: string): Promise<Counted | undefined> {
  const draft = await world.store.draft(id);
  return draft && limitOfDraft(world, draft);
}

function limitOfDraft(world: World, draft: Draft): Counted | undefined {
  const protocol = world.protocols.get(draft.pathway);
  const due = limitOfTimes(protocol);
  const now = world.clock.now();
  if (!due) return undefined;
  try {
    return limitOf(protocol, imagined(protocol, draft, now), world.protocols.calendar(protocol.council.id), due, now);
  } catch (error) {
    // A year mistyped: its own field says so.
    if (error instanceof BeyondCalendar) return undefined;
    throw error;
  }
}

function limitOfTimes({ opening }: Protocol): Due | undefined {
  return opening.pages.flatMap(({ fields }) => Object.values(fields)).find(({ notAfter }) => notAfter)?.notAfter;
}

/** The case that this draft would be as far as its dates go, whatever else is missing. */
function imagined(protocol: Protocol, draft: Draft, now: Instant): Case {
  const base = { recordedAt: now, by: draft.owner, commandKey: 'limit' };
  const opened: CaseEvent = {
    ...base,
    type: 'case-opened',
    reference: '',
    council: protocol.council.id,
    pathway: protocol.id,
    version: protocol.version,
    children: [],
    settings: {},
  };
  const facts = protocol.opening.pages.flatMap(({ id, records }): CaseEvent[] => {
    const typed = draft.pages[id]?.at;
    const at = typeof typed === 'string' ? readDay(typed) : undefined;
    if (!('fact' in records) || at === undefined) return [];
    const fact = at > dayOf(now) ? `${records.fact}.expected` : records.fact;
    return [{ ...base, type: 'fact-recorded', fact, at, answers: {} }];
  });
  return facts.reduce((theCase, event) => evolve(theCase, event), evolve(undefined, opened, draft.id));
}

/**
 * Times on which the person's own diary is free, up to the limit; of a draft that was begun from a mail, that of the worker who made the
 * referral, who will go there.
 * @throws DraftGone
 */
export async function draftFreeTimes(world: World, person: PersonId, id: string): Promise<OfferedTimes> {
  const draft = await mustHave(world, person, id);
  const protocol = world.protocols.get(draft.pathway);
  const limit = limitOfDraft(world, draft);
  const meeting = Object.values(protocol.steps).find(
    (step): step is MeetStep => step.kind === 'meet' && step.chooseFrom.length > 0,
  );
  if (!meeting) return { times: [], blockers: [], limit: limit?.due, diariesUnread: true };
  const { worker } = draft.mail ? (draft.pages[WORKER] ?? {}) : {};
  const other = typeof worker === 'string' && worker !== person ? await world.directory.person(worker) : undefined;
  const calendar = world.protocols.calendar(protocol.council.id);
  const times = await ownTimes(world, other?.id ?? person, { meeting, calendar, limit });
  return other ? { ...times, whose: other } : times;
}
