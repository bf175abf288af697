/** Reads what was typed and picked into answers, and names every fault at once, beside its field and in the protocol's words. */
import type { Due, Field, Protocol, Ref } from '../protocol/types.ts';
import { type Day, dayOf, type Instant, parseDay, parseInstant, writeDay } from '../time/instant.ts';
import { documentId, isLink, NOT_A_DOCUMENT } from './document.ts';
import { holds } from './facts.ts';
import { own } from './steps.ts';
import type { Answer, Answers, ChildId } from './types.ts';

export interface Asking {
  readonly protocol: Protocol;
  readonly children: readonly ChildId[];
  /** The whole page is asked for each child: keys are `c1.name`. */
  readonly perChild?: boolean;
  readonly now: Instant;
  /** Agencies named on the case so far: a name that comes again keeps its id, so that what was recorded about it stays its own. */
  readonly agencies?: Readonly<Record<ChildId, string>>;
  /** The end of a limit, or undefined where it is not known yet. */
  limit(due: Due): { readonly due: Day; readonly dueAt: Instant } | undefined;
}

export interface Answered {
  /** Read into their own form: days as `2015-03-27`, moments in UTC, options by id. */
  readonly answers: Answers;
  /** By the key of the answer. */
  readonly faults: Readonly<Record<string, string>>;
}

export function readForm(fields: Readonly<Record<string, Field>>, given: Answers, asking: Asking): Answered {
  const answers: Record<string, Answer> = {};
  const faults: Record<string, string> = {};
  for (const field of Object.values(fields)) {
    for (const child of asking.perChild || field.each === 'children' ? asking.children : [undefined]) {
      if (field.when !== undefined && !isAsked(field.when, fields, { ...given, ...answers }, asking, child)) continue;
      const key = child === undefined ? field.id : `${child}.${field.id}`;
      const read = readField(field, givenFor(field, given, asking, child), asking, own(given, `${key}.unknown`));
      if ('fault' in read) faults[key] = read.fault;
      else if (field.type === 'agencies')
        Object.assign(answers, namedAgencies(key, read.answer, asking.agencies ?? {}));
      else if (read.answer !== undefined) answers[key] = read.answer;
    }
  }
  return { answers, faults };
}

/** Personal answers are sealed in the store; the rest runs the clock and fills what channels see. */
export function split(
  fields: Readonly<Record<string, Field>>,
  answers: Answers,
): { readonly clear: Answers; readonly personal: Answers } {
  const clear: Record<string, Answer> = {};
  const personal: Record<string, Answer> = {};
  for (const [key, answer] of Object.entries(answers)) {
    const field = own(fields, key) ?? own(fields, key.replace(/^c\d+\./, ''));
    (field === undefined || field.personal ? personal : clear)[key] = answer;
  }
  return { clear, personal };
}

/** `form.field.option`, or shorter `field.option`; about a field asked for each child: of this child, or of any. */
function isAsked(
  when: Ref,
  fields: Readonly<Record<string, Field>>,
  given: Answers,
  asking: Asking,
  child: ChildId | undefined,
): boolean {
  const [id = '', option] = when.replace(/^form\./, '').split('.');
  const field = own(fields, id);
  const each = asking.perChild || field?.each === 'children';
  const keys = !each ? [id] : (child === undefined ? asking.children : [child]).map((one) => `${one}.${id}`);
  return keys.some((key) => {
    const answer = field ? readField(field, own(given, key), asking) : { answer: own(given, key) };
    return 'answer' in answer && holds(answer.answer, option);
  });
}

/** From the second child on a field may be taken from the first: the list under `c2.same-as-first` names it. */
function givenFor(field: Field, given: Answers, asking: Asking, child: ChildId | undefined): Answer | undefined {
  if (child === undefined) return own(given, field.id);
  const first = asking.children[0];
  const same = listOf(own(given, `${child}.same-as-first`));
  if (field.sameAsFirst === true && first !== undefined && child !== first && same.includes(field.id)) {
    return own(given, `${first}.${field.id}`);
  }
  return own(given, `${child}.${field.id}`);
}

type Read = { readonly answer: Answer | undefined } | { readonly fault: string };

function readField(field: Field, value: Answer | undefined, asking: Asking, unknownBecause?: Answer): Read {
  if (
    field.orUnknown === true &&
    typeof unknownBecause === 'string' &&
    unknownBecause.trim() !== '' &&
    isEmpty(value)
  ) {
    return { answer: `not known: ${unknownBecause.trim()}` };
  }
  if (isEmpty(value)) return field.required ? { fault: field.error } : { answer: undefined };
  switch (field.type) {
    case 'text':
    case 'long-text':
    case 'person':
      return readText(field, value);
    case 'document':
      return readDocument(value);
    case 'date':
    case 'birth-date':
      return readDate(field, value, asking);
    case 'times':
      return readTimes(field, value, asking);
    case 'yes-no':
      if (value === true || value === 'true' || value === 'yes') return { answer: 'yes' };
      if (value === false || value === 'false' || value === 'no') return { answer: 'no' };
      return { fault: field.error };
    case 'choice': {
      const option = typeof value === 'string' ? optionOf(field, value) : undefined;
      return chosen(field, option === undefined ? undefined : [option], option);
    }
    case 'choices': {
      const options = listOf(value).map((one) => optionOf(field, one));
      const known = options.filter((one) => one !== undefined);
      return chosen(field, known.length === options.length ? known : undefined, known);
    }
    case 'people':
      return { answer: listOf(value) };
    case 'agencies':
      return { answer: namesOf(value) };
    case 'team':
      return typeof value === 'string' && own(asking.protocol.council.teams, value)
        ? { answer: value }
        : { fault: field.error };
    case 'confirm': {
      const ticked = value === true || value === 'true' || value === 'yes';
      return ticked || !field.required ? { answer: ticked } : { fault: field.error };
    }
    case 'confirm-all': {
      if (value === true || value === 'true') return { answer: field.options.map(({ id }) => id) };
      const ticked = listOf(value).map((one) => optionOf(field, one));
      return field.options.every(({ id }) => ticked.includes(id))
        ? { answer: field.options.map(({ id }) => id) }
        : { fault: field.error };
    }
  }
}

/** An option that is refused says so itself, beside the field (KNO-G-02). */
function chosen(field: Field, options: readonly string[] | undefined, answer: Answer | undefined): Read {
  if (options === undefined) return { fault: field.error };
  const refused = field.options.find(({ id, refuses }) => refuses !== undefined && options.includes(id));
  return refused?.refuses === undefined ? { answer } : { fault: refused.refuses };
}

/** One name a line, as typed; or a list. "None" is an answer: there are no agencies. */
function namesOf(value: Answer | undefined): string[] {
  const lines = Array.isArray(value) ? value : typeof value === 'string' ? value.split(/\r?\n/) : [];
  const names = lines
    .map((line: string) =>
      line
        .replace(/^\s*(?:[-*•]|\d+[.)])\s+/, '')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .filter((name: string) => name !== '' && !/^(none|no|nobody|no agencies|n\/?a|-)\.?$/i.test(name));
  const seen = new Map(names.map((name: string) => [name.toLowerCase(), name]));
  return [...seen.values()];
}

/** In clear only that there are so many; `a1.agency` holds a name and is personal. */
function namedAgencies(
  key: string,
  answer: Answer | undefined,
  known: Readonly<Record<ChildId, string>>,
): Record<string, Answer> {
  if (!Array.isArray(answer)) return {};
  const idOf = new Map(Object.entries(known).map(([id, name]) => [name.toLowerCase(), id]));
  let last = Math.max(0, ...Object.keys(known).map((id) => Number(id.slice(1))));
  const found: Record<string, Answer> = {};
  const ids = answer.map((name: string) => {
    last += idOf.has(name.toLowerCase()) ? 0 : 1;
    const id = idOf.get(name.toLowerCase()) ?? `a${last}`;
    found[`${id}.agency`] = name;
    return id;
  });
  return { [key]: ids, ...found };
}

function readText(field: Field, value: Answer | undefined): Read {
  if (typeof value !== 'string') return { fault: field.error };
  const text = value.trim();
  // AMB-48: "not known" is an answer only with its reason.
  if (field.orUnknown === true && /^(not known|unknown|n\/?a|none|-|\?)[\s.,:;]*$/i.test(text))
    return { fault: field.error };
  return { answer: text };
}

function readDocument(value: Answer | undefined): Read {
  const text = typeof value === 'string' ? value.trim() : '';
  return documentId(text) !== undefined || isLink(text) ? { answer: text } : { fault: NOT_A_DOCUMENT };
}

function readDate(field: Field, value: Answer | undefined, asking: Asking): Read {
  const day = typeof value === 'string' ? readDay(value) : undefined;
  if (day === undefined) return { fault: field.error };
  const today = dayOf(asking.now);
  if (field.type === 'birth-date') {
    if (day > today) return { fault: 'That is in the future.' };
    if (Number(day.slice(0, 4)) < Number(today.slice(0, 4)) - OLDEST) return { fault: field.error };
  } else if (field.notFuture === true && day > today) return { fault: 'The date cannot be in the future.' };
  const limit = limitOn(field, asking);
  if (limit !== undefined && day > limit.due) return { fault: `That is after the limit, ${writeDay(limit.due)}.` };
  return { answer: day };
}

/** Nobody on a referral is older; a year mistyped is. */
const OLDEST = 120;

function readTimes(field: Field, value: Answer | undefined, asking: Asking): Read {
  const times = new Set<Instant>();
  for (const text of listOf(value)) {
    try {
      times.add(parseInstant(text));
    } catch {
      return { fault: field.error };
    }
  }
  const sorted = [...times].sort();
  if (sorted.some((time) => time <= asking.now)) return { fault: 'Choose times that are still to come.' };
  const limit = limitOn(field, asking);
  if (limit !== undefined && sorted.some((time) => time > limit.dueAt)) {
    return { fault: `That is after the limit, ${writeDay(limit.due)}.` };
  }
  if (new Set(sorted.map(dayOf)).size < (field.atLeast ?? 1)) return { fault: field.error };
  return { answer: sorted };
}

/** A limit that has passed already binds no date any more: the referral may still go (story A3), and the reason is asked later. */
function limitOn(field: Field, asking: Asking): { readonly due: Day; readonly dueAt: Instant } | undefined {
  const limit = field.notAfter && asking.limit(field.notAfter);
  return limit && limit.dueAt > asking.now ? limit : undefined;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** `27 3 2015`, `27/03/2015`, `27 March 2015` or `2015-03-27`: day, month, year, as staff write it. */
export function readDay(text: string): Day | undefined {
  const iso = /^\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:T.*)?\s*$/.exec(text);
  const british = /^\s*(\d{1,2})(?:st|nd|rd|th)?[\s./-]+(\d{1,2}|[A-Za-z]{3,9})[\s./,-]+(\d{4})\s*$/.exec(text);
  const [year, month, date] = iso
    ? [iso[1], iso[2], iso[3]]
    : british
      ? [british[3], monthOf(british[2] ?? ''), british[1]]
      : [];
  if (year === undefined || month === undefined || date === undefined) return undefined;
  try {
    return parseDay(`${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`);
  } catch {
    return undefined;
  }
}

function monthOf(text: string): string | undefined {
  if (/^\d+$/.test(text)) return text;
  const index = MONTHS.indexOf(text.slice(0, 3).toLowerCase());
  return index < 0 ? undefined : String(index + 1);
}

function optionOf(field: Field, value: string): string | undefined {
  if (field.options.length === 0) return value;
  const wanted = value.trim().toLowerCase();
  return field.options.find(({ id, label }) => id === value || label.toLowerCase() === wanted)?.id;
}

/** A list as such, or as a card's set of choices sends it: joined by commas. */
function listOf(value: Answer | undefined): string[] {
  const list = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : [];
  return [...new Set(list.map((one: string) => one.trim()).filter((one: string) => one !== ''))];
}

function isEmpty(value: Answer | undefined): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    (typeof value === 'string' && value.trim() === '') ||
    (Array.isArray(value) && value.length === 0)
  );
}
