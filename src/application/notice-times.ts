/**
 * Times for a meeting that wants notice: from the first day that an invitation sent now allows, the weekday that the protocol would
 * rather have first (KNO-U-09, KNO-U-10).
 */
import { readCase } from '../domain/case/reading.ts';
import { earliestFor, noticeAsked } from '../domain/due.ts';
import type { MeetStep } from '../domain/protocol/types.ts';
import { noticeLatestSend } from '../domain/time/count-from.ts';
import { weekdayOf } from '../domain/time/day-number.ts';
import { dayOf, writeDay } from '../domain/time/instant.ts';
import { writeCount } from '../domain/time/reasons.ts';
import type { CaseSheet, NoticeOfTimes, OfferedTime } from './sheet.ts';

/** @returns undefined where the protocol asks for no notice */
export function noticeFor(sheet: CaseSheet, step: MeetStep): NoticeOfTimes | undefined {
  const reading = readCase(sheet.protocol, sheet.case);
  const asked = noticeAsked(reading, step);
  const found = earliestFor(reading, step, sheet.now, sheet.calendar);
  if (!asked || !found) return undefined;
  const { earliest, preferred } = found;
  return {
    count: asked.count,
    earliest: earliest.due,
    ...(preferred && step.preferWeekday ? { preferred: { weekday: step.preferWeekday, day: preferred.due } } : {}),
    because: [...(preferred ?? earliest).because, ...asked.because],
  };
}

/** "First Wednesday with 5 working days' notice.", and of the time offered first until when its invitation must go. */
export function withNotice(
  times: readonly OfferedTime[],
  notice: NoticeOfTimes,
  { calendar }: CaseSheet,
): readonly OfferedTime[] {
  const { count, earliest, preferred } = notice;
  const length = `${writeCount(count).replace(/s$/, "s'").replace(/day$/, "day's")} notice`;
  return times.map((time, index) => {
    const day = dayOf(time.start);
    const weekday = weekdayOf(day);
    const first =
      preferred && weekday === preferred.weekday
        ? day === preferred.day && `First ${preferred.weekday} with ${length}.`
        : day === earliest && `First day with ${length}.`;
    const latest = index === 0 ? noticeLatestSend(day, count, calendar) : undefined;
    return {
      ...time,
      why: [
        ...(first ? [first] : []),
        ...(latest ? [`Invite must go by ${writeDay(latest.due)}, 17:00.`] : []),
        // That it is the first Wednesday says that it is as the protocol prefers.
        ...time.why.filter((why) => !first || !/, as the protocol prefers\.$/.test(why)),
      ],
    };
  });
}
