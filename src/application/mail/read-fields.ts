/**
 * What a mail says in the words of a pathway's own form: labelled lines as the program's own mails print them, and what the names of its
 * attachments tell. Nothing is guessed: what can be read in two ways, or is said twice and differently, is left for a person. Whoever
 * opens the case checks every value, and the form's own reading comes after this one.
 *
 * A mail of a stranger may be anything: each line is looked at once, and no pattern here takes longer than its line is long.
 */
import { isLink } from '../../domain/case/document.ts';
import type { Answers } from '../../domain/case/types.ts';
import type { Field, Page, Protocol } from '../../domain/protocol/types.ts';
import type { ReadMail } from '../ports.ts';
import { dayIn, momentsIn } from './read-times.ts';

/** Answers by page as a draft keeps them, `child.1` for a child's. */
export interface FieldsRead {
  readonly pages: Readonly<Record<string, Answers>>;
  readonly children: number;
  /** Papers that came with it, by their names: by `page.field`. A form takes a paper itself and not its name, so they stand in no answer. */
  readonly attached: Readonly<Record<string, string>>;
}

/** As on a referral; a mail that names more is read by a person. */
const MOST_CHILDREN = 12;
const LONGEST_LABEL = 60;
const LONGEST_ANSWER = 4000;
const MOST_LINES = 5000;

interface Place {
  readonly page: Page;
  readonly field: Field;
}

export function readFields(protocol: Protocol, mail: Pick<ReadMail, 'text' | 'attachments'>): FieldsRead {
  const found = new Found();
  readLines(protocol, mail.text, found);
  const attached = documentsIn(protocol, mail.attachments).map(
    ({ page, field, name }) => [`${page.id}.${field.id}`, name] as const,
  );
  return { ...found.done(), attached: Object.fromEntries(attached) };
}

/** What was said so far; said twice and differently is not said. */
class Found {
  readonly #answers = new Map<string, Map<string, string | null>>();
  #child = 0;
  #children = 1;

  get child(): number {
    return this.#child;
  }

  /** What is said from now on is said of this child. */
  set child(number: number) {
    this.#child = number;
    this.#children = Math.max(this.#children, number);
  }

  say(page: string, field: string, answer: string): void {
    const said = this.#answers.get(page) ?? new Map<string, string | null>();
    this.#answers.set(page, said);
    const before = said.get(field);
    said.set(field, before === undefined || before === answer ? answer : null);
  }

  has(page: string, field: string): boolean {
    return this.#answers.get(page)?.has(field) ?? false;
  }

  get empty(): boolean {
    return this.#answers.size === 0;
  }

  done(): Pick<FieldsRead, 'pages' | 'children'> {
    const pages = [...this.#answers].flatMap(([page, said]) => {
      const sure = [...said].flatMap(([field, answer]) => (answer === null ? [] : [[field, answer] as const]));
      return sure.length === 0 ? [] : [[page, Object.fromEntries(sure)] as const];
    });
    return { pages: Object.fromEntries(pages), children: this.#children };
  }
}

const CHILD = /^child (\d{1,2})(?:'s)?\b(.*)$/i;
/** From here on somebody signs, or an older mail is quoted. */
const SIGNED =
  /^(?:--|_{5,}|(?:kind |best |warm |many )?(?:regards|wishes|thanks)|thanks|thank you|yours (?:sincerely|faithfully))[\s,.!]{0,3}$/i;
const FORWARDED =
  /^(?:-{2,} ?(?:forwarded|original) message ?-{0,}|begin forwarded message:?|(?:from|sent): .{1,200})$/i;

function readLines(protocol: Protocol, text: string, found: Found): void {
  const places = placesOf(protocol);
  const childPage = protocol.opening.pages.find(({ each }) => each === 'children');
  const headings = new Map(
    protocol.opening.pages.flatMap((page) =>
      [page.title, page.short ?? ''].map((title) => [plain(title), page.id] as const),
    ),
  );
  const lines = text.split('\n', MOST_LINES).map((line) => line.replaceAll('\u00a0', ' ').trim());
  let page: string | undefined;
  let over = false;
  let numbered = false;
  /** "Name:" says nothing by itself; above a date of birth it is a child's. */
  const pageOfNext = (next: string | undefined) => {
    const part = labelled(next ?? '');
    return part && placeOf(places, part.label, undefined)?.page.id;
  };
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (FORWARDED.test(line.slice(0, 220))) {
      // A referral that was passed on stands below; under an answer of ours stand our own words.
      over = !found.empty;
      continue;
    }
    if (SIGNED.test(line.slice(0, 60))) over = true;
    if (over || line === '' || line.startsWith('>')) continue;

    const [, number, rest = ''] = childPage ? (CHILD.exec(line.slice(0, 300)) ?? []) : [];
    let said = line;
    if (childPage && number !== undefined && Number(number) >= 1 && Number(number) <= MOST_CHILDREN) {
      numbered = true;
      found.child = Number(number);
      page = childPage.id;
      said = rest.replace(/^[\s:.\-–]{1,4}/, '').trim();
      if (said === '') continue;
      if (!said.includes(':')) {
        introduced(childPage, Number(number), said, found);
        continue;
      }
      const part = labelled(said);
      const place = part && placeOf(places, part.label, childPage.id);
      const value = place && answerIn(place.field, part.value);
      if (place && value !== undefined) found.say(`${childPage.id}.${number}`, place.field.id, value);
      continue;
    }
    const heading = headings.get(plain(said.slice(0, LONGEST_LABEL)));
    if (heading !== undefined && !places.has(plain(said))) {
      page = heading;
      continue;
    }
    const part = labelled(said);
    const place = part && (placeOf(places, part.label, page) ?? placeOf(places, part.label, pageOfNext(lines[at + 1])));
    if (!part || !place) continue;
    page = place.page.id;
    const taken = takeLines(part.value, lines, at + 1, places, place.field, headings);
    at = taken.last;
    const value = answerIn(place.field, taken.text);
    if (value === undefined) continue;
    if (place.page.each !== 'children') found.say(place.page.id, place.field.id, value);
    else {
      const [first] = Object.keys(place.page.fields);
      const next = !numbered && place.field.id === first && found.has(`${place.page.id}.${found.child}`, first);
      if (found.child === 0 || (next && found.child < MOST_CHILDREN)) found.child += 1;
      found.say(`${place.page.id}.${found.child}`, place.field.id, value);
    }
  }
}

/** "Child 1: Robin Ashdown, 27/3/2015": a name, and a date of birth where one stands behind it. */
function introduced(page: Page, number: number, said: string, found: Found): void {
  const [name = '', ...more] = said.split(',').map((part) => part.trim());
  const key = `${page.id}.${number}`;
  if (page.fields.name && /^\p{L}[\p{L}' .-]{1,80}$/u.test(name)) found.say(key, 'name', name);
  const born = Object.values(page.fields).find(({ type }) => type === 'birth-date');
  const days = more.flatMap((part) => dayIn(part.replace(/^(?:date of birth|d\.?o\.?b\.?|born)[: ]{0,3}/i, '')) ?? []);
  if (born && days.length === 1) found.say(key, born.id, days[0] as string);
}

/** Up to the first colon, tab, question mark or spaced dash; a label longer than any of ours is prose. */
function labelled(line: string): { readonly label: string; readonly value: string } | undefined {
  const [, label = '', value = ''] =
    /^[-*•\d.) ]{0,6}([^:\t]{2,60}?)(?::|\t|\?| [-–] )(.*)$/.exec(line.slice(0, 5000)) ?? [];
  return label === '' ? undefined : { label, value: value.trim() };
}

/** A label that is none of this form's: what stands behind it is not what was said before it. */
const LABEL = /^\p{Lu}[^:.,;]{1,45}:(?: |$)/u;

/** What follows on the next lines belongs to it, up to an empty line, another label or heading: only for what may be long. */
function takeLines(
  first: string,
  lines: readonly string[],
  next: number,
  places: ReadonlyMap<string, readonly Place[]>,
  { type }: Field,
  headings: ReadonlyMap<string, string>,
): { readonly text: string; readonly last: number } {
  const many = type === 'long-text' || type === 'times';
  const taken = first === '' ? [] : [first];
  let at = next;
  let length = first.length;
  for (; at < lines.length && (many || taken.length === 0); at += 1) {
    const line = lines[at] ?? '';
    if (line === '' && taken.length === 0 && at === next) continue;
    if (line === '' || line.startsWith('>') || CHILD.test(line) || SIGNED.test(line.slice(0, 60))) break;
    const part = labelled(line);
    if (part && ((places.get(plain(part.label))?.length ?? 0) > 0 || LABEL.test(line.slice(0, LONGEST_LABEL)))) break;
    if (headings.has(plain(line.slice(0, LONGEST_LABEL)))) break;
    length += line.length;
    if (length > LONGEST_ANSWER) break;
    taken.push(line);
  }
  return { text: taken.join('\n'), last: at - 1 };
}

/** Labels of one word that mean nothing without their page. */
const VAGUE = ['when', 'how', 'who', 'why', 'what', 'where', 'date', 'times', 'name', 'note', 'in short'];

/** The one place that a label names; where it could be several, the one on the page that the line before was on. */
function placeOf(
  places: ReadonlyMap<string, readonly Place[]>,
  label: string,
  page: string | undefined,
): Place | undefined {
  const words = plain(label);
  const named = places.get(words) ?? [];
  const here = named.filter((place) => place.page.id === page);
  if (here.length === 1) return here[0];
  return named.length === 1 && !VAGUE.includes(words) ? named[0] : undefined;
}

/** By every way in which somebody may write a label of ours. Fields that a person decides or confirms are not read. */
function placesOf(protocol: Protocol): ReadonlyMap<string, readonly Place[]> {
  const all = protocol.opening.pages.flatMap((page) =>
    Object.values(page.fields)
      .filter(({ type }) => READ.includes(type))
      .flatMap((field) => [...new Set(labelsOf(protocol, page, field))].map((label) => ({ label, page, field }))),
  );
  return Map.groupBy(all, ({ label }) => label);
}

const READ: readonly Field['type'][] = [
  'text',
  'long-text',
  'date',
  'birth-date',
  'times',
  'choice',
  'choices',
  'yes-no',
  'document',
];

function labelsOf({ facts }: Protocol, page: Page, field: Field): readonly string[] {
  const label = plain(field.label);
  const labels = [label, plain(field.id.replaceAll('-', ' '))];
  if (field.type === 'birth-date') labels.push('date of birth', 'dob', 'd o b', 'born');
  if (field.type === 'times')
    labels.push(plain(page.title), plain(page.title).replace(/times$/, 'dates'), 'provisional dates');
  if (/ number$/.test(label)) labels.push(label.replace(/number$/, 'no'), label.replace(/number$/, 'id'));
  if (page.each === 'children')
    labels.push(`child s ${label}`, `childs ${label}`, `child ${label}`, `${label} of child`, `${label} of the child`);
  const fact = 'fact' in page.records ? facts[page.records.fact] : undefined;
  if (fact && field.id === 'at') labels.push(plain(fact.title), `date ${plain(fact.title)}`);
  return labels.filter((each) => each !== 'at');
}

/** Letters and digits, small, one space between. */
function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** As somebody would have typed or picked it. undefined: not sure. */
function answerIn(field: Field, text: string): string | undefined {
  const value = text.trim();
  if (value === '' || /^(?:none yet|n\/?a|tbc|to be confirmed|unknown|\?+|-)$/i.test(value)) return undefined;
  switch (field.type) {
    case 'date':
    case 'birth-date':
      return dayIn(value);
    case 'times': {
      const moments = momentsIn(value);
      return moments === undefined || moments.length === 0 ? undefined : moments.join(',');
    }
    case 'choice':
      return optionIn(field, value);
    case 'choices': {
      const options = value.split(/[;,\n]| and /).map((each) => optionIn(field, each));
      return options.every((option) => option !== undefined) ? options.join(',') : undefined;
    }
    case 'document':
      return isLink(value) ? value : undefined;
    case 'yes-no':
      return /^yes\b/i.test(value) ? 'yes' : /^no\b/i.test(value) ? 'no' : undefined;
    case 'text':
      // A number is digits, or "not known" with its reason; a sentence about it is neither.
      if (/ number$/i.test(field.label) && !/^(?:[a-z]{0,3}[- ]?\d{3,14}|not known\b.{5,300})$/i.test(value))
        return undefined;
      return value.split('\n')[0]?.slice(0, 500);
    default:
      return value;
  }
}

function optionIn(field: Field, value: string): string | undefined {
  const wanted = plain(value);
  const found = field.options.filter((option) => plain(option.label) === wanted);
  return found.length === 1 ? found[0]?.id : undefined;
}

/** Words that say nothing of what a document is. */
const EMPTY_WORDS = [
  'latest',
  'paper',
  'papers',
  'form',
  'document',
  'request',
  'written',
  'copy',
  'final',
  'with',
  'their',
  'which',
];

/** A document field and the one attachment whose name says that it is it. Of two that could be, neither. */
function documentsIn(
  { opening }: Protocol,
  attachments: ReadMail['attachments'],
): readonly (Place & { readonly name: string })[] {
  const pages = opening.pages.filter(({ each }) => each === undefined);
  const fields = pages.flatMap((page) =>
    Object.values(page.fields).flatMap((field) => (field.type === 'document' ? [{ page, field }] : [])),
  );
  const names = attachments.slice(0, 50).map(({ name }) => name.slice(0, 200));
  const pairs = fields.flatMap((place) => {
    const words = plain(place.field.label)
      .split(' ')
      .filter((word) => word.length > 3 && !EMPTY_WORDS.includes(word));
    return names
      .filter((name) =>
        plain(name)
          .split(' ')
          .some((word) => words.includes(word)),
      )
      .map((name) => ({ ...place, name }));
  });
  const alone = ({ field, name }: (typeof pairs)[number]) =>
    pairs.filter((each) => each.field === field || each.name === name).length === 1;
  return pairs.filter(alone);
}
