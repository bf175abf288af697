/**
 * Events to rows and back. What is personal leaves this file only as ciphertext.
 */
import type { StoredEvent } from '../../application/ports.ts';
import type { Answers, CaseEvent, CaseId, CaseMoved, CaseOpened } from '../../domain/case/types.ts';
import { type Key, type Place, seal, unseal } from '../sealing.ts';
import { hashOf } from './chain.ts';
import { openCaseKey } from './keys.ts';
import type { Db, EventsTable } from './tables.ts';

/** @param prevHash hash of the event before it, or START_OF_CHAIN */
export function toRow(caseId: CaseId, seq: number, event: CaseEvent, key: () => Key, prevHash: string): EventsTable {
  const personal = personalOf(event);
  const row = {
    case_id: caseId,
    seq,
    type: event.type,
    fact: event.type === 'fact-recorded' ? event.fact : null,
    at: event.type === 'fact-recorded' ? event.at : null,
    recorded_at: event.recordedAt,
    by: event.by,
    child: (event.type === 'fact-recorded' ? event.child : undefined) ?? null,
    command_key: event.commandKey,
    clear: JSON.stringify(clearPart(event)),
    sealed: personal === undefined ? null : seal(key(), JSON.stringify(personal), placeOf(caseId, seq)),
    prev_hash: prevHash,
  };
  return { ...row, hash: hashOf(row) };
}

function personalOf(event: CaseEvent): Answers | undefined {
  return event.type === 'fact-recorded' ? event.personal : undefined;
}

/** Whether it can only be written with the case's key. */
export function isPersonal(event: CaseEvent): boolean {
  return personalOf(event) !== undefined;
}

/** @throws WillNotOpen where a ciphertext was changed or moved */
export async function eventsOf(db: Db, masterKey: Key, caseId: CaseId): Promise<readonly StoredEvent[]> {
  const key = await openCaseKey(db, masterKey, caseId);
  const rows = await db.selectFrom('events').selectAll().where('case_id', '=', caseId).orderBy('seq').execute();
  return rows.map((row) => ({ caseId, seq: row.seq, hash: row.hash, event: fromRow(row, key) }));
}

type Bare<Event> = Omit<Event, 'type' | 'recordedAt' | 'by' | 'commandKey'>;

function clearPart(event: CaseEvent): object {
  if (event.type === 'fact-recorded') return { answers: event.answers };
  const { type: _, recordedAt: __, by: ___, commandKey: ____, ...rest } = event;
  return rest;
}

function fromRow(row: EventsTable, key: Key | undefined): CaseEvent {
  const base = { recordedAt: row.recorded_at, by: row.by, commandKey: row.command_key };
  if (row.type === 'case-opened')
    return { type: 'case-opened', ...base, ...(JSON.parse(row.clear) as Bare<CaseOpened>) };
  if (row.type === 'case-moved') return { type: 'case-moved', ...base, ...(JSON.parse(row.clear) as Bare<CaseMoved>) };
  if (row.fact === null || row.at === null) throw new Error(`Event ${row.seq} of case ${row.case_id} is no fact.`);
  return {
    type: 'fact-recorded',
    ...base,
    fact: row.fact,
    at: row.at,
    ...(row.child === null ? {} : { child: row.child }),
    answers: (JSON.parse(row.clear) as { answers: Answers }).answers,
    ...(row.sealed === null || key === undefined ? {} : { personal: opened(row, row.sealed, key) }),
  };
}

function opened(row: EventsTable, sealed: Uint8Array, key: Key): Answers {
  return JSON.parse(unseal(key, sealed, placeOf(row.case_id, row.seq)).toString('utf8')) as Answers;
}

function placeOf(caseId: CaseId, seq: number): Place {
  return ['event', caseId, seq];
}
