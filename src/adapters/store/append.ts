/**
 * The one way in which a case changes: events, what is derived from them, and what is to be carried out, together or not at all.
 */
import type { Append, Appended, MailMove } from '../../application/ports.ts';
import type { CaseId } from '../../domain/case/types.ts';
import { type Key, newKey } from '../sealing.ts';
import { rewriteBookings } from './bookings.ts';
import { headOf, insertCase, rewritePeople, updateCase } from './cases.ts';
import { START_OF_CHAIN } from './chain.ts';
import { casesWithChildren, rewriteChildren } from './child-index.ts';
import { rewriteDeadlines } from './deadlines.ts';
import { deleteDraft } from './drafts.ts';
import { isPersonal, toRow } from './events.ts';
import { keepCaseKey, openCaseKey } from './keys.ts';
import { isForErased, standing, writeLine } from './mail-moves.ts';
import { enqueue, finish } from './outbox.ts';
import { keepEntries } from './registers.ts';
import type { Db, EventsTable } from './tables.ts';
import { rewriteWaiting } from './waiting.ts';

/** @param db a transaction. Each no is given before the first row is written, so that it leaves nothing to undo. */
export async function append(db: Db, masterKey: Key, input: Append): Promise<Appended> {
  const { caseId, expectedSeq, events, row } = input;
  if (row.id !== caseId) throw new Error(`Case ${caseId} was given the row of case ${row.id}.`);
  if (expectedSeq === 0 && events.length === 0) throw new Error(`Case ${caseId} cannot begin without an event.`);

  // Before the sequence: a press that comes a second time was decided on an older state, and is still only a repeat.
  if (await hasCommand(db, input)) return 'repeated';
  const stands = await headOf(db, caseId);
  if ((stands?.seq ?? 0) !== expectedSeq) return 'conflict';

  const key = stands ? await openCaseKey(db, masterKey, caseId) : newKey();
  if (!key && events.some(isPersonal)) return 'erased';
  const mail = input.mail && ofCase(input.mail, caseId);
  // It is personal, and would outlive the family.
  if (mail && (await isForErased(db, mail))) return 'erased';
  const mailStands = mail && (await standing(db, mail));
  if (mail && !mailStands) return 'mail-moved-on';
  if (await isOnAnotherCase(db, masterKey, input)) return 'overlap';
  const rows = chained(input, key, stands?.head ?? START_OF_CHAIN);
  const head = { seq: expectedSeq + rows.length, head: rows.at(-1)?.hash ?? stands?.head ?? START_OF_CHAIN };
  if (stands) {
    if (!(await updateCase(db, row, expectedSeq, head))) return 'conflict';
  } else {
    if (!(await insertCase(db, row, head))) return (await headOf(db, caseId)) ? 'conflict' : 'reference-taken';
    if (key) await keepCaseKey(db, masterKey, caseId, key);
  }

  if (rows.length > 0) await db.insertInto('events').values(rows).execute();
  await rewritePeople(db, row);
  await rewriteDeadlines(db, caseId, input.deadlines);
  await rewriteWaiting(db, caseId, input.waiting ?? []);
  await rewriteBookings(db, caseId, input.bookings ?? []);
  await keepEntries(db, input.lists ?? []);
  if (input.children && key) await rewriteChildren(db, masterKey, row, input.children.named);
  if (mail && mailStands) await writeLine(db, masterKey, mail, mailStands.line);
  await enqueue(db, input.outbox);
  if (input.finishes !== undefined) await finish(db, input.finishes, events.at(-1)?.recordedAt ?? row.updatedAt);
  if (input.draft !== undefined) await deleteDraft(db, input.draft);
  return 'appended';
}

/** Said once is enough: the case that is written is the one that the mail goes to. */
function ofCase(mail: MailMove, caseId: CaseId): MailMove {
  return mail.to === 'joined' || mail.to === 'opened' ? { caseId, ...mail } : mail;
}

/** Looked for in the transaction that writes: of two that are sent at once the second is told. */
async function isOnAnotherCase(db: Db, masterKey: Key, { caseId, row, children }: Append): Promise<boolean> {
  if (!children || children.seen === 'any') return false;
  const seen = new Set([caseId, ...children.seen]);
  const found = await casesWithChildren(db, masterKey, row.council, children.named);
  return found.some((each) => !seen.has(each.caseId));
}

function chained({ caseId, expectedSeq, events }: Append, key: Key | undefined, start: string): EventsTable[] {
  const needed = () => {
    if (!key) throw new Error(`Case ${caseId} has been erased, and something personal was let through to it.`);
    return key;
  };
  let before = start;
  return events.map((event, index) => {
    const row = toRow(caseId, expectedSeq + index + 1, event, needed, before);
    before = row.hash;
    return row;
  });
}

/** One press may append several events under its key, so any one of them tells. */
async function hasCommand(db: Db, { caseId, events }: Append): Promise<boolean> {
  const keys = [...new Set(events.map((event) => event.commandKey))];
  if (keys.length === 0) return false;
  const found = await db
    .selectFrom('events')
    .select('seq')
    .where('case_id', '=', caseId)
    .where('command_key', 'in', keys)
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}
