/** What became of a meeting's time that those whom it concerns are told in a message of their own. */
import type { MeetStep } from '../../protocol/types.ts';
import { partOf } from '../facts.ts';
import { limitPassed } from '../held-back.ts';
import type { Meeting } from '../meeting.ts';
import type { DiaryNews, Effect, RecordedFact } from '../types.ts';
import type { Change } from './change.ts';

/** An edit of a card rings no bell. Once for each event, and not again for what was so before. */
export function diaryNews(
  { after, facts, calendar, now }: Change,
  step: MeetStep,
  was: Meeting | undefined,
  is: Meeting,
): Effect[] {
  const diary = (what: DiaryNews, by: RecordedFact): Effect => ({
    key: `${after.case.id}/${step.id}/diary/${what}/${by.seq}`,
    kind: 'diary',
    step: step.id,
    what,
    by: by.seq,
  });
  const found: Effect[] = [];
  const fresh = (fact: RecordedFact | undefined): fact is RecordedFact =>
    fact !== undefined && facts.some(({ seq }) => seq === fact.seq);
  const { booking, lost, noTime } = is;
  if (fresh(lost) && partOf(lost) === 'cancelled' && was?.booking) found.push(diary('lost', lost));
  if (fresh(noTime) && noTime.answers.passed !== undefined) found.push(diary('lost', noTime));
  if (booking === undefined) return found;
  const past = limitPassed(after.reading, step, booking.start, calendar, now) !== undefined;
  if (past && booking.inOutlook && booking.kept === undefined && fresh(booking.by)) {
    found.push(diary('past-limit', booking.by));
  }
  if (past && fresh(booking.kept)) found.push(diary('kept', booking.kept));
  for (const { by } of booking.declined ?? []) if (fresh(by)) found.push(diary('declined', by));
  return found;
}
