/**
 * From events to a case. Total: any list of events replays, also one written by an older program, so nothing here may refuse.
 * What a fact means is read from the protocol later (`reading.ts`), never stored.
 */
import type { Instant } from '../time/instant.ts';
import type { Case, CaseEvent, CaseId, CaseMoved } from './types.ts';

const NEVER = '1970-01-01T00:00:00.000Z' as Instant;

/** @param id of the case, needed only for its first event */
export function evolve(before: Case | undefined, event: CaseEvent, id: CaseId = before?.id ?? ''): Case {
  const at = before ?? blank(id);
  const seq = at.seq + 1;
  if (event.type === 'case-moved') return moved(at, event, seq);
  if (event.type === 'fact-recorded') return { ...at, seq, facts: [...at.facts, { ...event, seq }] };
  // A case is opened once; a second opening is counted and changes nothing.
  if (before !== undefined && before.openedAt !== NEVER) return { ...at, seq };
  return {
    ...at,
    seq,
    reference: event.reference,
    council: event.council,
    pathway: event.pathway,
    version: event.version,
    openedAt: event.recordedAt,
    openedBy: event.by,
    children: event.children,
    settings: event.settings,
    ...(event.role === undefined ? {} : { openedAs: event.role }),
    ...(event.linked === undefined ? {} : { linked: event.linked }),
    ...(event.worker === undefined ? {} : { openedFor: event.worker }),
  };
}

function moved(at: Case, event: CaseMoved, seq: number): Case {
  const { pathway, version, settings, named, team, lists, role, children } = event;
  return {
    ...at,
    seq,
    pathway,
    version,
    settings,
    ...(role === undefined ? {} : { openedAs: role }),
    ...(children === undefined ? {} : { children }),
    carried: { named, ...(team === undefined ? {} : { team }), ...(lists === undefined ? {} : { lists }) },
    earlier: [
      ...at.earlier,
      { pathway: at.pathway, version: at.version, until: event.recordedAt, seq, facts: event.keeps ? [] : at.facts },
    ],
    facts: event.keeps ? at.facts : [],
  };
}

export function replay(id: CaseId, events: readonly CaseEvent[]): Case {
  return events.reduce<Case>((theCase, event) => evolve(theCase, event), blank(id));
}

function blank(id: CaseId): Case {
  return {
    id,
    reference: '',
    council: '',
    pathway: '',
    version: '',
    openedAt: NEVER,
    openedBy: '',
    children: [],
    settings: {},
    carried: { named: {} },
    earlier: [],
    facts: [],
    seq: 0,
  };
}
