/** Times to choose from for a meeting of a case. Class P. */
import type { CaseSheet, NoticeOfTimes, OfferedTimes } from '../../src/application/sheet.ts';
import type { MeetStep } from '../../src/domain/protocol/types.ts';
import { dayOf, timeOf, writeDay, writeInstant, writeShortDay } from '../../src/domain/time/instant.ts';
import { writeCount } from '../../src/domain/time/reasons.ts';
import { reasonField } from './ask.ts';
import { REASON } from './asking.ts';
import { type Ink, short } from './buttons.ts';
import { blankField } from './fields.ts';
import { type Banner, type Frame, frame } from './frame.ts';
import { caseButton, endRows, press, title } from './looking.ts';
import { choiceText, type Line, line } from './text.ts';
import { type Explained, whys } from './why.ts';
import { deadlineOf, offerWords } from './words.ts';

/** `more`: other times inside the limit; `past`: a manager goes past it, with a reason. */
export type Search = 'first' | 'more' | 'past';

/** Why it is not on the weekday that the protocol would rather have (KNO-U-10): a preference, so nobody has to say. No field is called so. */
export const OTHER_WEEKDAY = 'weekday~';

export interface TimesPage {
  readonly sheet: CaseSheet;
  readonly ink: Ink;
  readonly step: MeetStep;
  readonly offered: OfferedTimes;
  readonly search: Search;
  readonly typed: Readonly<Record<string, unknown>>;
  readonly fault: string;
  readonly asksReason: boolean;
  readonly banner?: readonly Banner[];
}

/** Pattern 5: up to three times with their why, the limit, other times; none: who is in the way on which date. */
export function timesFrame(page: TimesPage): Frame {
  const { sheet, ink, step, offered, search } = page;
  const past = search === 'past';
  const found = offered.times.length > 0 && !past;
  const choices = offered.times.map(({ start, why }) => {
    // What goes for all of them stands above the list.
    const notes = why
      .filter((each) => !/^(you are (both|all)|everybody needed is) free\.?$/i.test(each))
      .map((each) => `${each.charAt(0).toLowerCase()}${each.slice(1).replace(/\.$/, '')}`)
      .join('; ');
    return { title: choiceText(`${writeInstant(start)}${notes ? ` (${notes})` : ''}`), value: start as string };
  });
  const start = typeof page.typed.start === 'string' ? page.typed.start : '';
  const fields = [
    ...(found
      ? [
          blankField('start', `Time${page.fault ? ' (needs fixing)' : ''}`, 'one', {
            choices,
            value: start,
            error: page.fault,
          }),
        ]
      : []),
    ...(search !== 'first' || !found
      ? [
          blankField('start.date', `${past ? 'Day' : 'Another day'}${found ? ' (optional)' : ''}`, 'date', {
            value: textOf(page.typed['start.date']),
            error: found ? '' : page.fault,
          }),
          blankField('start.time', `Its time${found ? ' (optional)' : ''}`, 'time', {
            value: textOf(page.typed['start.time']),
          }),
        ]
      : []),
    ...(search === 'more' && offered.notice?.preferred
      ? [
          blankField(OTHER_WEEKDAY, `If not a ${offered.notice.preferred.weekday}: why (optional)`, 'text', {
            value: textOf(page.typed[OTHER_WEEKDAY]),
          }),
        ]
      : []),
    ...(page.asksReason || past
      ? [
          reasonField(
            sheet,
            page.typed[REASON],
            page.asksReason ? 'Give the reason. It is kept.' : '',
            offered.notice && !past ? 'notice' : 'late',
          ),
        ]
      : []),
  ];
  const words = sheet.status.steps[step.id]?.booking ? 'Move it' : offerWords(sheet, step);
  return frame({
    banner: page.banner ?? [],
    title: title(
      { sheet },
      past
        ? `a time past the limit for the ${step.title}`
        : found || offered.diariesUnread
          ? `a time for the ${step.title}`
          : 'no shared time yet',
    ),
    lines: [
      ...(offered.limit ? [line(`Limit ${writeDay(offered.limit)}.`)] : []),
      ...(offered.notice ? noticeLines(offered.notice, search) : []),
      line(aboveTimes(page, found)),
    ],
    whys: whys([deadlineOf(sheet, step.id), ...(offered.notice ? [explained(offered.notice)] : [])]),
    fields,
    buttonRows: endRows({ sheet, ink }, [
      ink.button(short(words), press({ sheet }, step, 'book', search === 'first' ? {} : { x: search })),
      ...(search !== 'first' ? [] : [ink.button('Other times', press({ sheet }, step, 'times', { x: 'more' }))]),
      caseButton({ sheet, ink }),
    ]),
  });
}

/** KNO-U-09, KNO-U-10: from when on, and that sooner is a matter of typing it and saying why. */
function noticeLines({ count, earliest, preferred }: NoticeOfTimes, search: Search): Line[] {
  const rather = preferred ? `, a ${preferred.weekday} where possible` : '';
  return [
    line(
      `An invitation that goes now allows ${writeDay(earliest)} or later: at least ${writeCount(count)} before${rather}.`,
    ),
    ...(search === 'first' ? [] : [line('For shorter notice type day and time. The reason is kept.')]),
  ];
}

function explained({ earliest, preferred, because }: NoticeOfTimes): Explained {
  return { due: preferred?.day ?? earliest, because };
}

function aboveTimes(page: TimesPage, found: boolean): string {
  const { offered, search, step } = page;
  if (search === 'past') return 'Choose a day and a time. The reason is kept.';
  if (offered.diariesUnread) return 'The diaries could not be read. These are times in office hours.';
  if (!found) return blockerWords(page);
  const attend = step.with.flatMap((target) => (target.startsWith('role/') ? [target.slice('role/'.length)] : []));
  const all = new Set([...attend, step.organiser, ...[step.chair, step.notes].filter((role) => role !== undefined)]);
  return all.size === 2 ? 'You are both free:' : 'You are all free:';
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function blockerWords({ sheet, offered }: TimesPage): string {
  const texts = offered.blockers.slice(0, 8).map(({ start, person, kind }) => {
    const role = Object.entries(sheet.status.named).find(([, id]) => id === person.id)?.[0];
    const who = role ? (sheet.protocol.council.roles[role]?.name ?? person.name) : person.name;
    return `${writeShortDay(dayOf(start))}, ${timeOf(start)}: ${who} ${kind === 'outside-hours' ? 'not working then' : kind}.`;
  });
  if (texts.length > 0) return texts.join(' ');
  const { limit, notice } = offered;
  return limit && notice && notice.earliest > limit
    ? 'With that notice no day is left before the limit.'
    : 'There is no time on which all are free.';
}
