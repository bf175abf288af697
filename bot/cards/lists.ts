/** Several cases on one card: the channel's digest (class C), and a person's own lists. Ten lines at most; references, never names. */
import type { CaseRow, DeadlineRow } from '../../src/application/ports.ts';
import type { Digest, DigestLine, ForumToCome } from '../../src/application/sheet.ts';
import type { Protocol } from '../../src/domain/protocol/types.ts';
import { type Instant, timeOf } from '../../src/domain/time/instant.ts';
import { type ButtonRow, type Ink, rows, short } from './buttons.ts';
import { OPEN } from './dialogs.ts';
import { blankField, type FieldData } from './fields.ts';
import { type Frame, frame } from './frame.ts';
import { type Bell, bell, NOTHING, type Open, open, openDay, openList, openTime, protocolWords } from './privacy.ts';
import { type OpenLine, openBold, openLine } from './text.ts';
import type { Whys } from './why.ts';
import { capital, countOf } from './words.ts';

/** Lines of a list; the rest is a number. */
export const SHOWN = 10;
/** Up to so many cases have a button each; more are picked from a list. */
const BUTTONS = 2;

export interface DigestFrame {
  readonly title: Open;
  readonly speak: string;
  readonly lines: readonly OpenLine[];
  readonly more: Open;
  readonly done: Open;
  readonly whys: readonly Whys[];
  readonly fields: readonly FieldData[];
  readonly buttonRows: readonly ButtonRow[];
}

const STATES = { overdue: 'overdue', today: 'today', tomorrow: 'tomorrow', 'this-week': 'this week' } as const;

export function digestFrame(digest: Digest, ink: Ink): { readonly frame: DigestFrame; readonly bell: Bell } {
  const { lines } = digest;
  const counts = (Object.keys(STATES) as (keyof typeof STATES)[]).flatMap((state) => {
    const n = lines.filter((each) => each.state === state).length;
    return n > 0 ? [open`${n} ${protocolWords(STATES[state])}`] : [];
  });
  const title = lines.length === 0 ? protocolWords('Nothing is due any more.') : open`Due: ${openList(counts)}.`;
  const shown = lines.slice(0, SHOWN);
  const more = lines.length - shown.length;
  const urgent = counts.slice(0, 2);
  return {
    frame: {
      title,
      speak: title,
      lines: shown.map(digestLine),
      more: more > 0 ? open`${more} more. Open a chat with me and type: due this week` : protocolWords(''),
      done: digest.doneSince > 0 ? open`${digest.doneSince} done since 08:30` : protocolWords(''),
      whys: [],
      ...chooser(shown, ink),
    },
    bell: bell(urgent.length > 0 ? openList(urgent) : title),
  };
}

function digestLine(row: DigestLine): OpenLine {
  const owner =
    row.ownerNames.length > 0 ? open` ${openList(row.ownerNames.map(protocolWords), ' and ')}.` : protocolWords('');
  const state = capital(protocolWords(STATES[row.state]));
  return openLine(
    openBold(open`${state}: `),
    open`${protocolWords(row.reference)}: ${protocolWords(row.title)}. ${dueOf(row, row.state === 'overdue')}${owner}`,
  );
}

function dueOf(row: DeadlineRow, late: boolean): Open {
  const change = row.provisional ? protocolWords(' (may change)') : protocolWords('');
  if (late) return open`Was due ${openDay(row.due)}, ${protocolWords(timeOf(row.dueAt))}.`;
  if (row.actBy !== row.due) return open`Act by ${openDay(row.actBy)} (limit ${openDay(row.due)})${change}.`;
  return open`Due ${openDay(row.due)}, ${protocolWords(timeOf(row.dueAt))}${change}.`;
}

export function chooser(
  rowsOf: readonly { readonly caseId: string; readonly reference: string; readonly step?: string }[],
  ink: Ink,
): { readonly fields: FieldData[]; readonly buttonRows: ButtonRow[] } {
  const cases = [...new Map(rowsOf.map((row) => [row.caseId, row])).values()];
  if (cases.length <= BUTTONS) {
    return {
      fields: [],
      buttonRows: rows(
        cases.map((row) =>
          ink.button(short(`Open ${row.reference}`), { a: OPEN, c: row.caseId, s: row.step ?? 'case' }),
        ),
      ),
    };
  }
  return {
    fields: [
      blankField('case', 'Case', 'pick', {
        hint: 'Choose a case',
        choices: cases.map((row) => ({ title: row.reference, value: row.caseId })),
      }),
    ],
    buttonRows: rows([ink.button('Open', { a: OPEN, s: 'case' })]),
  };
}

export function dueFrame(due: readonly DeadlineRow[], now: Instant, ink: Ink): Frame {
  const shown = due.slice(0, SHOWN);
  const late = due.filter(({ dueAt }) => dueAt < now).length;
  const words =
    due.length === 0
      ? 'Nothing is due from you.'
      : late > 0
        ? `${due.length} due, ${late} of them overdue.`
        : `${due.length} due.`;
  return frame({
    title: words,
    lines: [
      ...shown.map((row) =>
        openLine(
          openBold(open`${protocolWords(row.reference)}: `),
          open`${protocolWords(row.title)}. ${dueOf(row, row.dueAt < now)}`,
        ),
      ),
      ...(due.length > SHOWN ? [openLine(open`${due.length - SHOWN} more.`)] : []),
    ],
    ...chooser(shown, ink),
  });
}

export function casesFrame(cases: readonly CaseRow[], protocols: readonly Protocol[], ink: Ink): Frame {
  const shown = cases.slice(0, SHOWN);
  return frame({
    title: cases.length === 0 ? 'You have no cases here yet.' : `Your cases: ${cases.length}`,
    lines: [
      ...shown.map((row) => {
        const protocol = protocols.find(({ id }) => id === row.pathway);
        const holder = protocol?.council.services[row.holder]?.name ?? row.holder;
        const state =
          row.status === 'open'
            ? open`With ${protocolWords(holder)}.`
            : protocolWords(row.status === 'ended' ? 'Ended.' : 'Paused.');
        return openLine(
          openBold(open`${protocolWords(row.reference)}: `),
          open`${protocolWords(protocol?.title ?? row.pathway)}${row.children > 0 ? open`, ${countOf(row.children, 'child', 'children')}` : NOTHING}. ${state} Since ${openTime(row.openedAt)}.`,
        );
      }),
      ...(cases.length > SHOWN ? [openLine(open`${cases.length - SHOWN} more. Type: case and the reference`)] : []),
    ],
    ...chooser(
      shown.map(({ id, reference }) => ({ caseId: id, reference })),
      ink,
    ),
  });
}

/** When each panel meets next, and how many wait for it. No references: whoever holds the forum has its agenda. */
export function forumsFrame(forums: readonly ForumToCome[]): Frame {
  return frame({
    title: forums.length === 0 ? 'Your council has no panels here.' : 'When they meet next',
    lines: forums.map((forum) => {
      const of = forum.team === undefined ? NOTHING : open` (${protocolWords(forum.team)})`;
      return openLine(openBold(open`${capital(protocolWords(forum.title))}${of}: `), meetsNext(forum));
    }),
  });
}

function meetsNext({ next, why }: ForumToCome): Open {
  if (!next) return protocolWords(why ?? '');
  const { day, begins, waiting, listCloses, after } = next;
  const list = waiting === 0 ? protocolWords('Nothing is on its list.') : open`On its list: ${waiting}.`;
  const closes = after
    ? open` The list is closed: what comes now is for ${openDay(after)}.`
    : listCloses
      ? open` The list closes ${openTime(listCloses)}.`
      : NOTHING;
  return open`${openDay(day)}, ${protocolWords(timeOf(begins))}. ${list}${closes}`;
}
