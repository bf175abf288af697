/**
 * Which case a mail belongs to, and how surely. Pure: what a mail refers to is read here, and looked up by whoever asked. Whoever wrote
 * it can have written anything, so what is found joins a mail to a case or proposes one, and decides nothing about it.
 */
import type { CaseId } from '../../domain/case/types.ts';
import type { Confidence, MatchedBy } from '../ports.ts';

/** More references than these in one mail are a list, and no mail about a case. */
const MOST_REFERENCES = 20;
const MOST_NUMBERS = 100;

/** Outlook and phones make other hyphens of the one that was typed. */
const HYPHEN = '[-\\u2010\\u2011\\u2013]';
/** No letter or digit of any script beside it. */
const ALONE = { before: '(?<![\\p{L}\\p{N}])', after: '(?![\\p{L}\\p{N}])' };

/**
 * `CAM-7K3F` wherever it stands, also behind Re: and Fwd:; each once, in order. Read in one go, however long the text.
 * @param prefix of the council whose mailbox it is: other councils' references are words like any other
 */
export function referencesIn(text: string, prefix: string): readonly string[] {
  const found = new Set<string>();
  const reference = new RegExp(`${ALONE.before}${prefix}${HYPHEN}([2-9A-HJKMNP-Z]{4})${ALONE.after}`, 'giu');
  for (const [, code = ''] of text.matchAll(reference)) {
    found.add(`${prefix}-${code.toUpperCase()}`);
    if (found.size === MOST_REFERENCES) break;
  }
  return [...found];
}

/** Numbers that may be a council's own ids of children (MOSAIC): five to ten digits in a row. Each once, in order. */
export function numbersIn(text: string): readonly string[] {
  const found = new Set<string>();
  for (const [number] of text.matchAll(/(?<![\p{L}\p{N}])\d{5,10}(?![\p{L}\p{N}])/gu)) {
    found.add(number);
    if (found.size === MOST_NUMBERS) break;
  }
  return [...found];
}

/** A case that a mail refers to. */
export interface Candidate {
  readonly caseId: CaseId;
  readonly by: Exclude<MatchedBy, 'person' | 'sent-copy'>;
  /** Of a reference: in the subject, not only in the text, where an older mail may be quoted. */
  readonly inSubject?: boolean;
  /** The case has ended: what comes now may be about something new. */
  readonly ended: boolean;
}

export interface Verdict {
  readonly caseId: CaseId;
  readonly by: MatchedBy;
  readonly confidence: Confidence;
}

/** In this order each is looked at; the first that names a case gives the verdict, the others may contradict it. */
const ORDER: readonly ((candidate: Candidate) => boolean)[] = [
  ({ by, inSubject }) => by === 'reference' && inSubject === true,
  ({ by }) => by === 'reference',
  ({ by }) => by === 'conversation',
  ({ by }) => by === 'in-reply-to',
  ({ by }) => by === 'child-id',
];

/**
 * At most one case. Certain by a reference in the subject; likely by one in the text, by the conversation or by what it answers. Only
 * possible by a child's number, where it points to two different cases, to the number of a child who is on none but another one, or to a
 * case that has ended.
 */
export function verdictOn(candidates: readonly Candidate[]): Verdict | undefined {
  const first = ORDER.map((level) => candidates.find(level)).find((found) => found !== undefined);
  if (!first) return undefined;
  const { caseId, by } = first;
  const others = candidates.some((other) => other.by !== 'child-id' && other.caseId !== caseId);
  const children = new Set(candidates.map((other) => other.caseId));
  // A number that stands on several cases says nothing.
  if (by === 'child-id' && children.size > 1) return undefined;
  const numbered = candidates.filter((other) => other.by === 'child-id');
  const otherChild = numbered.length > 0 && numbered.every((other) => other.caseId !== caseId);
  const unsure = first.ended || others || otherChild || by === 'child-id';
  const confidence = unsure ? 'possible' : first.inSubject ? 'certain' : 'likely';
  return { caseId, by, confidence };
}
