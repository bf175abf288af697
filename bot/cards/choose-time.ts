/** Times to choose from for a meeting of a case. Class P. */
import { comingTo } from '../../src/application/attendees.ts';
import type { CaseSheet, NoticeOfTimes, OfferedTimes, Unseen, Viewer } from '../../src/application/sheet.ts';
import type { MeetStep } from '../../src/domain/protocol/types.ts';
import { type Day, dayOf, type Instant, parseInstant, writeDay, writeInstant } from '../../src/domain/time/instant.ts';
import { writeCount } from '../../src/domain/time/reasons.ts';
import { andList, capital } from '../../src/domain/wording.ts';
import { reasonField } from './ask.ts';
import { REASON } from './asking.ts';
import { type Action, type Ink, short } from './buttons.ts';
import { blankField, type FieldData } from './fields.ts';
import { type Banner, type Frame, frame } from './frame.ts';
import { calledIn, inTheWay } from './in-the-way.ts';
import { caseButton, endRows, press, title } from './looking.ts';
import { meetingName } from './meeting-words.ts';
import { managesMeeting, namingFor } from './rights.ts';
import { type Line, line, titleText } from './text.ts';
import { type Explained, whys } from './why.ts';
import { deadlineOf, offerWords, roleName } from './words.ts';

/** `more`: other times inside the limit; `short`: with less notice than is asked for; `past`: past the limit. The last two with a reason. */
export type Search = 'first' | 'more' | 'short' | 'past';

export function searchAsked(asked: string | undefined): Search {
  return asked === 'more' || asked === 'short' || asked === 'past' ? asked : 'first';
}

/** Why it is not on the weekday that the protocol would rather have (KNO-U-10): a preference, so nobody has to say. No field is called so. */
export const OTHER_WEEKDAY = 'weekday~';

/** Why a booked meeting is moved inside its limit: nobody has to say. No field is called so. */
export const WHY_MOVED = 'moved~';

export interface TimesPage {
  readonly sheet: CaseSheet;
  readonly viewer: Viewer;
  readonly ink: Ink;
  readonly step: MeetStep;
  readonly offered: OfferedTimes;
  readonly search: Search;
  readonly typed: Readonly<Record<string, unknown>>;
  readonly fault: string;
  readonly asksReason: boolean;
  readonly banner?: readonly Banner[];
}

/** Pattern 5: up to three times with their why, the limit, other times; none: who is in the way on which date, and what can be done. */
export function timesFrame(page: TimesPage): Frame {
  const { sheet, ink, step, offered, search } = page;
  if (offered.waitsFor) return notYetFrame(page, offered.waitsFor);
  const found = showsTimes(page);
  const words = sheet.status.steps[step.id]?.booking ? 'Move it' : offerWords(sheet, step);
  return frame({
    banner: page.banner ?? [],
    title: title({ sheet }, headingOf(page)),
    lines: [
      ...(offered.limit ? [line(`Limit ${writeDay(offered.limit)}.`)] : []),
      ...(offered.notice ? noticeLines(offered.notice, search) : []),
      ...unseenLines(page),
      ...(offered.noRooms ? [line('The council has listed no room: a Teams link instead.')] : []),
      ...aboveTimes(page).map((text) => line(text)),
      ...pastLimitLine(page, found),
    ],
    whys: whys([deadlineOf(sheet, step.id), ...(offered.notice ? [explained(offered.notice)] : [])]),
    fields: [...(found ? [choiceField(page)] : []), ...typedFields(page, found), ...reasonFields(page)],
    buttonRows: endRows({ sheet, ink }, [
      ink.button(short(words), press({ sheet }, step, 'book', search === 'first' ? {} : { x: search })),
      ...waysOn(page, found),
      caseButton({ sheet, ink }),
    ]),
  });
}

/** Pattern 10: no times are offered for half of the people, and what comes first is a press away. */
function notYetFrame({ sheet, viewer, ink, step, offered, banner = [] }: TimesPage, roles: readonly string[]): Frame {
  const naming = namingFor(sheet, step, viewer);
  const open = naming && sheet.status.steps[naming.id]?.state === 'open' ? naming : undefined;
  const who = andList(roles.map((role) => `the ${roleName(sheet, role)}`));
  return frame({
    banner,
    title: title({ sheet }, `no time yet for the ${meetingName(step)}`),
    lines: [
      ...(offered.limit ? [line(`Limit ${writeDay(offered.limit)}.`)] : []),
      line(
        `${capital(who)} ${roles.length === 1 ? 'has' : 'have'} not been named yet. Times are offered once everybody is known.`,
      ),
    ],
    whys: whys([deadlineOf(sheet, step.id)]),
    buttonRows: endRows({ sheet, ink }, [
      ...(open ? [ink.button(short(open.button ?? 'Name a worker'), press({ sheet }, open, 'step'))] : []),
      caseButton({ sheet, ink }),
    ]),
  });
}

function headingOf(page: TimesPage): string {
  const { step, search, offered } = page;
  if (search === 'past') return `a time past the limit for the ${meetingName(step)}`;
  if (search === 'short') return `a time at shorter notice for the ${meetingName(step)}`;
  return showsTimes(page) || offered.diariesUnread ? `a time for the ${meetingName(step)}` : 'no shared time yet';
}

function showsTimes({ offered, search }: TimesPage): boolean {
  return offered.times.length > 0 && (search === 'first' || search === 'more');
}

function choiceField({ offered, typed, fault }: TimesPage): FieldData {
  const choices = offered.times.map(({ start, why, room }) => {
    const notes = why.map((each) => asNote(each, room?.name)).join('; ');
    // Not cut: it is all our own words. The room that was seen to be free is booked with the time.
    return { title: titleText(`${writeInstant(start)} (${notes})`), value: room ? `${start} ${room.mail}` : start };
  });
  return blankField('start', `Time${fault ? ' (needs fixing)' : ''}`, 'one', {
    choices,
    value: textOf(typed.start),
    error: fault,
  });
}

/** A sentence beside others in brackets; names keep their capital. */
function asNote(sentence: string, room: string | undefined): string {
  const words = sentence.replace(/\.$/, '');
  return words === room || /^[A-Z][a-z]+day\b/.test(words)
    ? words
    : `${words.charAt(0).toLowerCase()}${words.slice(1)}`;
}

function typedFields(page: TimesPage, found: boolean): FieldData[] {
  const { search, typed, fault, offered } = page;
  const other = search === 'more' || (search === 'first' && !found);
  const asked = search !== 'first' || !found;
  const label = other ? 'Another day' : 'Day';
  return [
    ...(asked
      ? [
          blankField('start.date', `${label}${found ? ' (optional)' : ''}`, 'date', {
            value: textOf(typed['start.date']),
            error: found ? '' : fault,
          }),
          blankField('start.time', `Its time${found ? ' (optional)' : ''}`, 'time', {
            value: textOf(typed['start.time']),
          }),
        ]
      : []),
    ...(offered.notice?.preferred && (asked || offered.times.some(isOnOtherDay(offered.notice)))
      ? [
          blankField(OTHER_WEEKDAY, `If not a ${offered.notice.preferred.weekday}: why (optional)`, 'text', {
            value: textOf(typed[OTHER_WEEKDAY]),
          }),
        ]
      : []),
  ];
}

function isOnOtherDay({ preferred }: NoticeOfTimes): (time: OfferedTimes['times'][number]) => boolean {
  return ({ why }) => why.some((each) => each.endsWith(`, not a ${preferred?.weekday}.`));
}

/** Asked at once where it is plain that there must be one; else where a time was chosen that wants one. */
function reasonFields({ sheet, step, offered, search, typed, asksReason }: TimesPage): FieldData[] {
  if (!asksReason && search !== 'short' && search !== 'past')
    return sheet.status.steps[step.id]?.booking
      ? [blankField(WHY_MOVED, 'Why it is moved (optional)', 'text', { value: textOf(typed[WHY_MOVED]) })]
      : [];
  const start = startTyped(typed);
  const isShort = offered.notice !== undefined && start !== undefined && dayOf(start) < offered.notice.earliest;
  if (search === 'short' || (search !== 'past' && (isShort || (offered.notice !== undefined && start === undefined))))
    return [
      blankField(REASON, `Agreed with${asksReason ? ' (needs fixing)' : ''}`, 'long', {
        hint: 'With whom the shorter notice was agreed, and why. It is kept.',
        value: textOf(typed[REASON]),
        error: asksReason ? 'Say who agreed.' : '',
      }),
    ];
  return [reasonField(sheet, typed[REASON], asksReason ? 'Give the reason. It is kept.' : '', 'late')];
}

/** What else can be done. Where a time was found, other ones; where none was, whatever changes who has to come, or by when. */
function waysOn(page: TimesPage, found: boolean): Action[] {
  const { sheet, viewer, ink, step, offered, search } = page;
  const to = (words: string, x: Search) => ink.button(words, press({ sheet }, step, 'times', { x }));
  const other = search === 'more' ? [] : [to('Other times', 'more')];
  const shorter = offered.notice && search !== 'short' ? [to('Shorter notice', 'short')] : [];
  if (found || search === 'short' || search === 'past') return [...other, ...(search === 'past' ? [] : shorter)];
  const naming = namingFor(sheet, step, viewer);
  return [
    ...other,
    ...(naming ? [ink.button('Name another worker', press({ sheet }, naming, 'choose', { p: 'named' }))] : []),
    ...(offered.mayBeCovered ? [ink.button('Ask for cover', press({ sheet }, step, 'cover'))] : []),
    ...(maySetLimitAside(sheet, step, viewer) && offered.limit ? [to('Go past the limit', 'past')] : []),
    ...shorter,
  ];
}

/** KNO-U-09, KNO-U-10: from when on, and how sooner. */
function noticeLines({ count, earliest, preferred }: NoticeOfTimes, search: Search): Line[] {
  const rather = preferred ? `, a ${preferred.weekday} where possible` : '';
  return [
    line(
      `An invitation that goes now allows ${writeDay(earliest)} or later: at least ${writeCount(count)} before${rather}.`,
    ),
    ...(search === 'more' ? [line('For shorter notice type day and time. The reason is kept.')] : []),
  ];
}

function explained({ earliest, preferred, because }: NoticeOfTimes): Explained {
  return { due: preferred?.day ?? earliest, because };
}

function aboveTimes(page: TimesPage): readonly string[] {
  const { sheet, offered, search, step } = page;
  if (search === 'past') return ['Choose a day and a time. The reason is kept.'];
  if (search === 'short') return ['Choose a day and a time, and say who agreed to it. It is kept.'];
  if (offered.diariesUnread) return ['The diaries could not be read. These are times in office hours.'];
  if (showsTimes(page)) {
    if (offered.unseen?.some(({ target }) => target === undefined))
      return ['Those whose diaries are visible are free:'];
    return [FREE[comingTo(sheet, step).required.length] ?? 'You are all free:'];
  }
  const texts = inTheWay(sheet, step, offered);
  if (texts.length > 0) return [texts.join(' ')];
  const { limit, notice } = offered;
  return [
    limit && notice && notice.earliest > limit
      ? 'With that notice no day is left before the limit.'
      : 'There is no time on which all are free.',
  ];
}

/** Whoever has no button for it reads that the fields take such a day too. */
function pastLimitLine({ sheet, viewer, step, offered, search }: TimesPage, found: boolean): Line[] {
  const typed = !found && !offered.diariesUnread && (search === 'first' || search === 'more');
  if (!typed || !offered.limit || maySetLimitAside(sheet, step, viewer)) return [];
  return [line('For a day past the limit type day and time. The reason is kept.')];
}

function maySetLimitAside(sheet: CaseSheet, step: MeetStep, viewer: Viewer): boolean {
  return namingFor(sheet, step, viewer) !== undefined || managesMeeting(sheet, step, viewer);
}

const FREE: Readonly<Record<number, string>> = { 1: 'You are free:', 2: 'You are both free:' };
const TARGETS: Readonly<Record<string, string>> = { family: 'the family', network: 'the professionals' };

/** Story K4: who is not in the council's own diaries has to be asked, and keeps nobody from choosing. */
function unseenLines({ sheet, step, offered }: TimesPage): Line[] {
  const names = (offered.unseen ?? []).map((each) => unseenName(sheet, step, each));
  return names.length > 0 ? [line(`${capital(andList(names))}: Diary not visible. Please ask.`)] : [];
}

function unseenName(sheet: CaseSheet, step: MeetStep, { person, role, target }: Unseen): string {
  if (target !== undefined) return TARGETS[target] ?? target;
  const called = role === undefined ? person && calledIn(sheet, step, person.id) : roleName(sheet, role);
  return called ? `the ${called}` : (person?.name ?? 'a colleague');
}

/** The time that was chosen, or typed as day and time; typed goes first. */
export function startTyped(data: Readonly<Record<string, unknown>>): Instant | undefined {
  const { start, 'start.date': date, 'start.time': time } = data;
  try {
    if (typeof date === 'string' && typeof time === 'string' && date !== '' && time !== '')
      return parseInstant(`${date as Day}T${time.slice(0, 5)}`);
    const [chosen = ''] = typeof start === 'string' ? start.split(' ') : [];
    return chosen === '' ? undefined : parseInstant(chosen);
  } catch {
    // Written by a client: what is no time is no choice.
    return undefined;
  }
}

/** The room that was offered with the time that was chosen. */
export function roomTyped(data: Readonly<Record<string, unknown>>): string | undefined {
  const { start, 'start.date': date } = data;
  if (typeof start !== 'string' || (typeof date === 'string' && date !== '')) return undefined;
  return start.split(' ')[1];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
