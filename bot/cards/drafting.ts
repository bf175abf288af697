/** A draft being written, page by page: what its pages and the last one, which shows all the answers, are drawn from. */
import type { Draft, Overlap, Person, StoredDocument } from '../../src/application/ports.ts';
import type { OfferedTimes } from '../../src/application/sheet.ts';
import type { Page, Protocol } from '../../src/domain/protocol/types.ts';
import type { Counted } from '../../src/domain/time/count.ts';
import { type Instant, timeOf, writeDay, writeShortDay } from '../../src/domain/time/instant.ts';
import { explain } from '../../src/domain/time/reasons.ts';
import { capital } from '../../src/domain/wording.ts';
import { type Action, IMMEDIATE_RISK, type Ink, LONGEST_BUTTON } from './buttons.ts';
import type { Banner } from './frame.ts';
import { protocolWords } from './privacy.ts';
import type { Whys } from './why.ts';

export interface Drafting {
  readonly protocol: Protocol;
  readonly draft: Draft;
  readonly now: Instant;
  readonly ink: Ink;
  readonly limit: Counted | undefined;
  /** By `page.field` or `child.c1.field`. */
  readonly faults: Readonly<Record<string, string>>;
  readonly times?: OfferedTimes;
  /** What the person has dropped into the chat, newest first. */
  readonly documents?: readonly StoredDocument[];
  readonly banner?: readonly Banner[];
  /** Open cases on which a child of the draft is already: asked before it is sent. */
  readonly overlaps?: readonly Overlap[];
  /** Title of a pathway. */
  readonly titleOf?: (pathway: string) => string;
  /** What was typed beside an overlap, and what is wrong with it. */
  readonly overlapWhy?: { readonly typed: string; readonly fault: string };
  /** It is past its limit: in words, and what was typed of why. */
  readonly late?: { readonly words: string; readonly said: string };
  /** Of a draft that was begun from a mail, on its last page. */
  readonly fromMail?: FromMail;
  /** The last page was sent: only then is it told what it lacks itself. */
  readonly pressed?: boolean;
}

/** The mail that a draft was begun from. */
export interface FromMail {
  readonly receivedAt: Instant;
  /** The mail is what the opening would send: it is not sent again, and the clock counts from its arrival. */
  readonly isSent: boolean;
  /** Who may have made the referral. */
  readonly workers: readonly Person[];
}

/** Keys of the draft's pages in order; a page for each child has its number: `child.2`. */
export function pageKeys(protocol: Protocol, children: number): string[] {
  return protocol.opening.pages.flatMap((page) =>
    page.each === 'children' ? Array.from({ length: children }, (_, index) => `${page.id}.${index + 1}`) : [page.id],
  );
}

export function pageOf(
  protocol: Protocol,
  key: string,
): { readonly page: Page; readonly child: number | undefined } | undefined {
  const [id = '', number] = key.split('.');
  const page = protocol.opening.pages.find((each) => each.id === id);
  return page && { page, child: number === undefined ? undefined : Number(number) };
}

/** The last page shows all answers and sends. */
export function isCheck(protocol: Protocol, key: string): boolean {
  return protocol.opening.pages.at(-1)?.id === key;
}

/** Faults of one page, by the key of the answer on it. */
export function faultsOn(faults: Readonly<Record<string, string>>, key: string): Record<string, string> {
  const [id, number] = key.split('.');
  const prefix = number ? `${id}.c${number}.` : `${id}.`;
  return Object.fromEntries(
    Object.entries(faults).flatMap(([field, fault]) =>
      field.startsWith(prefix) ? [[field.slice(prefix.length), fault]] : [],
    ),
  );
}

export function titleOf(page: Page, child: number | undefined): string {
  return page.title.replace('{number}', String(child ?? '')).trim();
}

/** A page's name in the few characters of a button: "the agreement", "visit times", "child 2". */
export function nameOf(page: Page, child: number | undefined): string {
  const title = titleOf(page, child).replace(/[?.]$/, '');
  // A word all in capitals keeps them.
  const words = page.short ?? (/^[A-Z]{2}/.test(title) ? title : `${title.charAt(0).toLowerCase()}${title.slice(1)}`);
  return words.length <= LONGEST_NAME ? words : firstWords(words);
}

/** Behind "Change " on a button. */
const LONGEST_NAME = LONGEST_BUTTON - 'Change '.length;

function firstWords(words: string): string {
  return words
    .slice(0, LONGEST_NAME + 1)
    .replace(/[,;:]?\s+\S*$/, '')
    .slice(0, LONGEST_NAME);
}

export function risk({ ink, draft }: Drafting, key: string): Action {
  return ink.button(IMMEDIATE_RISK, { a: 'risk', d: draft.id, g: key });
}

/** How a draft is come back to: by what is typed, or by its mail. */
export function comeBack({ protocol, draft }: Pick<Drafting, 'protocol' | 'draft'>): string {
  return draft.mail ? 'Type "mails" and open its mail' : `Type "${protocolDirection({ protocol })}"`;
}

/** What brings a draft back: "step down". */
function protocolDirection({ protocol }: Pick<Drafting, 'protocol'>): string {
  return protocol.direction.replaceAll('-', ' ');
}

/** From the page after the one whose date the limit counts from. */
export function knowsLimit({ protocol, limit }: Drafting, page: Page): boolean {
  const pages = protocol.opening.pages;
  const dated = pages.findIndex(({ records }) => 'fact' in records);
  return limit !== undefined && pages.indexOf(page) > dated;
}

/** "Visit and closing are due Tue 5 Jan 2027, 17:00.": what this date is the limit of. */
export function limitWords(protocol: Protocol, limit: Counted): string {
  const by = `due ${writeDay(limit.due)}, ${timeOf(limit.dueAt)}.`;
  const asked = protocol.opening.pages.flatMap(({ fields }) => Object.values(fields)).find(({ notAfter }) => notAfter);
  const clock = asked?.notAfter?.form === 'clock' ? asked.notAfter.clock : undefined;
  const owing = Object.values(protocol.steps).filter(({ due }) =>
    due.some((each) => each.form === 'clock' && each.clock === clock),
  );
  const meetings = owing.filter((step) => step.kind === 'meet' && step.sessionOf === undefined);
  const meeting = meetings.find((step) => step.kind === 'meet' && step.chooseFrom.length > 0) ?? meetings[0];
  const closes = owing.some(({ ends }) => ends !== undefined);
  const words = [...(meeting ? [meeting.title.split(' ').at(-1) ?? ''] : []), ...(closes ? ['closing'] : [])];
  const [first = 'the limit'] = words;
  const subject = words.length > 1 ? words.join(' and ') : first;
  return `${capital(subject)} ${words.length > 1 ? 'are' : 'is'} ${by}`;
}

export function limitWhys(drafting: Drafting, page: Page): Whys[] {
  const { limit } = drafting;
  if (!knowsLimit(drafting, page) || limit === undefined) return [];
  return [
    {
      toggles: [
        {
          type: 'Action.ToggleVisibility',
          title: `Why ${writeShortDay(limit.due)}?`,
          targetElements: [`why-${limit.due}`],
        },
      ],
      answers: [{ id: `why-${limit.due}`, text: protocolWords(explain(limit.because)) }],
    },
  ];
}
