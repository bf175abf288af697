/** Fields of the protocol as inputs of a card, and what came back in them as answers. Checking is the engine's (story.md, pattern 6). */
import type { StoredDocument } from '../../src/application/ports.ts';
import type { OfferedTimes } from '../../src/application/sheet.ts';
import type { Answer, Answers } from '../../src/domain/case/types.ts';
import type { Council, Field, RoleId } from '../../src/domain/protocol/types.ts';
import {
  type Day,
  dayOf,
  type Instant,
  instantAt,
  NotATime,
  parseInstant,
  writeDay,
  writeInstant,
  writeShortDay,
} from '../../src/domain/time/instant.ts';
import { documentChoices, documentFrom, LINK, type NamedDocuments, writeDocument } from './document-fields.ts';
import { choiceText, type Line } from './text.ts';

export interface Choice {
  readonly title: string;
  readonly value: string;
}

export interface FieldData {
  readonly id: string;
  readonly label: string;
  readonly input: 'text' | 'long' | 'date' | 'time' | 'one' | 'pick' | 'many' | 'tick';
  readonly value: string;
  readonly hint: string;
  readonly error: string;
  readonly note: string;
  readonly choices: readonly Choice[];
  /** A line above it, where somebody's words belong to the question. */
  readonly about: readonly Line[];
}

export interface FieldWorld {
  readonly council: Council;
  readonly now: Instant;
  readonly answers: Answers;
  /** By the key of the answer. */
  readonly faults: Readonly<Record<string, string>>;
  readonly people?: Readonly<
    Record<
      RoleId,
      readonly { readonly person: { readonly id: string; readonly name: string }; readonly awayUntil?: Day }[]
    >
  >;
  readonly times?: OfferedTimes;
  /** What the person has dropped into the chat, newest first. Absent: only links are taken here. */
  readonly documents?: readonly StoredDocument[];
  /** Documents that answers name already. */
  readonly named?: NamedDocuments;
  /** Names of the children by id, for what is asked of each. Class P. */
  readonly children?: readonly { readonly id: string; readonly name: string }[];
  /** In front of each input's id, where one card asks for several steps. */
  readonly prefix?: string;
  /** Dates of steps are mostly today; a date of the past is typed. */
  readonly datesAreToday?: boolean;
  /** Somebody else has written what is filled in: the day on which a family agreed is never taken to be the day on which that is read. */
  readonly datesAreAsked?: boolean;
}

const MOST_EXPANDED = 5;

export function blankField(
  id: string,
  label: string,
  input: FieldData['input'],
  more: Partial<FieldData> = {},
): FieldData {
  return { id, label, input, value: '', hint: '', error: '', note: '', choices: [], about: [], ...more };
}

/** One that may come back with a fault: the label says so too, for whoever hears the card instead of seeing it. */
export function fieldWithFault(
  id: string,
  label: string,
  input: FieldData['input'],
  fault: string,
  more: Partial<FieldData> = {},
): FieldData {
  return blankField(id, labelWithFault(label, fault), input, { ...more, error: fault });
}

function labelWithFault(label: string, fault: string): string {
  return fault ? `${label} (needs fixing)` : label;
}

function isMostlyToday({ notFuture }: Field, { datesAreAsked, datesAreToday }: FieldWorld): boolean {
  return !datesAreAsked && (notFuture === true || datesAreToday === true);
}

/** Why somebody does it: kept with the fact. */
export function whyField(value: string, fault: string): FieldData {
  return fieldWithFault('why', 'Why', 'long', fault, { value });
}

/** @example asked for each child a field becomes one input a child, with the child's name above it */
export function inputsOf(fields: readonly Field[], world: FieldWorld): FieldData[] {
  return fields.flatMap((field) => {
    if (field.each !== 'children') return oneInput(field, field.id, fill(field.label), [], world);
    return (world.children ?? []).flatMap((child, index) => {
      const own = field.label.includes('{child}') ? `Child ${index + 1}` : `${field.label}: child ${index + 1}`;
      return oneInput(
        field,
        `${child.id}.${field.id}`,
        own,
        [{ inlines: [{ type: 'TextRun', text: child.name || `Child ${index + 1}`, weight: 'Bolder' }] }],
        world,
      );
    });
  });
}

function fill(label: string): string {
  return label.replace(/\s*\{[a-z-]+\}/g, '').trim();
}

function oneInput(field: Field, key: string, label: string, about: readonly Line[], world: FieldWorld): FieldData[] {
  const id = `${world.prefix ?? ''}${key}`;
  const fault = world.faults[key] ?? '';
  const given = asText(world.answers[key]);
  const optional = !field.required && field.when === undefined ? ' (optional)' : '';
  const base = { hint: field.hint ?? '', error: fault, about };
  const labelled = labelWithFault(`${label}${optional}`, fault);
  const make = (input: FieldData['input'], more: Partial<FieldData> = {}) => [
    blankField(id, labelled, input, { ...base, value: given, ...more }),
  ];
  const choices = choicesOf(field, world);
  if (choices) return choices.length === 0 ? [] : make(...choiceInput(field, choices, given));
  switch (field.type) {
    case 'long-text':
      return make('long');
    case 'date':
      return make('date', {
        value: given || (isMostlyToday(field, world) ? dayOf(world.now) : ''),
        note: base.hint,
      });
    case 'confirm':
      return make('tick', { value: given === 'true' ? 'true' : 'false', note: base.hint });
    case 'times':
      return timesInputs(field, id, labelled, given, world, fault);
    case 'document':
      return documentInputs(field, key, id, labelled, given, world, fault);
    case 'agencies':
      return make('long', { hint: base.hint || 'One on each line' });
    default:
      return [...make('text'), ...whyUnknown(field, key, id, world)];
  }
}

/** What can be chosen; undefined where something is written instead. */
function choicesOf(field: Field, world: FieldWorld): readonly Choice[] | undefined {
  switch (field.type) {
    case 'choice':
    case 'choices':
    case 'confirm-all':
      return field.options.map(({ id, label, about }) => ({
        title: choiceText(about ? `${label}: ${about}` : label),
        value: id,
      }));
    case 'yes-no':
      return [
        { title: 'Yes', value: 'yes' },
        { title: 'No', value: 'no' },
      ];
    case 'team':
      return Object.entries(world.council.teams).map(([value, team]) => ({
        title: choiceText(`${team.name}: ${team.about}`),
        value,
      }));
    case 'person':
    case 'people':
      return (world.people?.[field.role ?? ''] ?? []).map(({ person, awayUntil }) => ({
        title: choiceText(awayUntil ? `${person.name} (away until ${writeShortDay(awayUntil)})` : person.name),
        value: person.id,
      }));
    default:
      return undefined;
  }
}

const SEVERAL: readonly Field['type'][] = ['choices', 'confirm-all', 'people'];

function choiceInput(
  field: Field,
  choices: readonly Choice[],
  given: string,
): [input: FieldData['input'], more: Partial<FieldData>] {
  const note = field.hint ?? '';
  if (SEVERAL.includes(field.type)) return ['many', { choices, note }];
  // For each child the first way is the usual one.
  const value = field.each === 'children' && given === '' ? (choices[0]?.value ?? '') : given;
  return [choices.length <= MOST_EXPANDED ? 'one' : 'pick', { choices, value, hint: 'Choose', note }];
}

const DROP = 'Drop the file into our chat, or paste its link';

function documentInputs(
  field: Field,
  key: string,
  id: string,
  label: string,
  given: string,
  world: FieldWorld,
  error: string,
): FieldData[] {
  const { documents, named = {} } = world;
  const typed = asText(world.answers[`${key}${LINK}`]) || (given.startsWith('https:') ? given : '');
  if (!documents) return [blankField(id, label, 'text', { value: typed, hint: field.hint ?? '', error })];
  const choices = documentChoices(documents, named, given, field.required).map((choice) => ({
    ...choice,
    title: choiceText(choice.title),
  }));
  if (choices.length === 0) return [blankField(id, label, 'text', { value: typed, hint: DROP, error })];
  return [
    blankField(id, label, choices.length <= MOST_EXPANDED ? 'one' : 'pick', {
      choices,
      value: choices.some(({ value }) => value === given) ? given : '',
      hint: 'Choose',
      error,
    }),
    blankField(`${id}${LINK}`, 'Or the link of it (optional)', 'text', { value: typed, hint: DROP }),
  ];
}

/** What cannot be written as text has a place of its own for "not known", which is an answer with its reason only (AMB-48). */
function whyUnknown(field: Field, key: string, id: string, world: FieldWorld): FieldData[] {
  if (field.orUnknown !== true || field.type !== 'birth-date') return [];
  const value = asText(world.answers[`${key}${UNKNOWN}`]);
  return [blankField(`${id}${UNKNOWN}`, 'If not known, why (optional)', 'text', { value })];
}

/** Behind the key of an answer that is not known: why not. */
export const UNKNOWN = '.unknown';

/**
 * What needs a diary, the directory or the documents at hand is looked up when it is asked for; the rest is asked at once.
 * @param files false where only links are taken
 */
export function fieldsLookedUp(fields: readonly Field[], files = true): boolean {
  return fields.some(
    ({ type }) => type === 'person' || type === 'people' || type === 'times' || (files && type === 'document'),
  );
}

/** Whether the times on a page are free ones, for the one who offers them. */
export function diaryWords({ times, diariesUnread, whose }: OfferedTimes): string {
  const diary = whose ? `The diary of ${whose.name}` : 'Your diary';
  if (diariesUnread) return `${diary} could not be read. These are times in office hours.`;
  if (times.length === 0) return `${diary} has no free time before the limit. Type times below.`;
  if (!times.some(isBusy)) return `${diary} is free.`;
  return whose ? `${diary}: times on which it is busy say so.` : 'Times on which your diary is busy say so.';
}

function isBusy({ why }: OfferedTimes['times'][number]): boolean {
  return why.some((each) => /busy/i.test(each));
}

/** Times on which the diary is free, those chosen before among them, and one that is typed. */
function timesInputs(
  field: Field,
  id: string,
  label: string,
  given: string,
  world: FieldWorld,
  error: string,
): FieldData[] {
  const chosen = given === '' ? [] : given.split(',');
  const offered = world.times?.times.map(({ start }) => start as string) ?? [];
  const last = world.times?.limit;
  // In the order in which they are offered: those that can most likely be kept come first.
  const all = [...new Set([...offered, ...[...chosen].sort()])];
  const choices = all.flatMap((value) => {
    const start = readTime(value);
    if (!start) return [];
    // That a time is free goes for the whole list; only what is different about one is said beside it.
    const found = world.times?.times.find((time) => time.start === start);
    const notes = [
      found && isBusy(found) ? (world.times?.whose ? 'busy' : 'your diary is busy') : '',
      dayOf(start) === last ? 'last day' : '',
    ]
      .filter((each) => each !== '')
      .join(', ');
    return [{ title: choiceText(`${writeInstant(start)}${notes ? ` (${notes})` : ''}`), value }];
  });
  const many = choices.length > 0 ? [blankField(id, label, 'many', { value: chosen.join(','), choices, error })] : [];
  return [
    ...many,
    blankField(`${id}.date`, 'Another day (optional)', 'date', { error: many.length > 0 ? '' : error }),
    blankField(`${id}.time`, 'Its time (optional)', 'time', { note: field.hint ?? '' }),
  ];
}

function readTime(text: string): Instant | undefined {
  try {
    return parseInstant(text);
  } catch (error) {
    if (error instanceof NotATime) return undefined;
    throw error;
  }
}

export function asText(answer: Answer | undefined): string {
  if (answer === undefined || answer === null) return '';
  if (typeof answer === 'string') return answer;
  return typeof answer === 'boolean' ? String(answer) : answer.join(',');
}

/**
 * What was typed into the inputs of these fields, as answers under their keys. Nothing is judged: the engine says what is wrong.
 * A field whose input did not come back is left out, so that what an earlier page holds stays.
 */
export function answersFrom(
  data: Readonly<Record<string, unknown>>,
  fields: readonly Field[],
  children: readonly string[],
  prefix = '',
): Answers {
  const answers: Record<string, Answer> = {};
  for (const field of fields) {
    for (const key of field.each === 'children' ? children.map((child) => `${child}.${field.id}`) : [field.id]) {
      const id = `${prefix}${key}`;
      if (field.type === 'times') {
        const times = timesFrom(data, id);
        if (times) answers[key] = times;
      } else if (field.type === 'document') {
        const document = documentFrom(data[id], data[`${id}${LINK}`]);
        if (document !== undefined) answers[key] = typed(document);
      } else if (Object.hasOwn(data, id)) answers[key] = typed(data[id]);
      if (Object.hasOwn(data, `${id}${UNKNOWN}`)) answers[`${key}${UNKNOWN}`] = typed(data[`${id}${UNKNOWN}`]);
    }
  }
  return answers;
}

/** As typed, without what a card cannot carry: nobody's story needs more, and a client's limit is no limit. */
const LONGEST_ANSWER = 4000;

function typed(value: unknown): string {
  if (typeof value === 'string') return value.slice(0, LONGEST_ANSWER);
  return typeof value === 'boolean' || typeof value === 'number' ? String(value) : '';
}

function timesFrom(data: Readonly<Record<string, unknown>>, id: string): readonly string[] | undefined {
  if (!Object.hasOwn(data, id) && !Object.hasOwn(data, `${id}.date`)) return undefined;
  const times = typed(data[id])
    .split(',')
    .filter((each) => each !== '');
  const day = typed(data[`${id}.date`]);
  const time = typed(data[`${id}.time`]);
  if (/^\d{4}-\d{2}-\d{2}$/.test(day) && /^\d{2}:\d{2}/.test(time)) {
    try {
      times.push(instantAt(day as Day, time.slice(0, 5)));
    } catch (error) {
      if (!(error instanceof NotATime)) throw error;
    }
  }
  return [...new Set(times)].sort();
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** An answer as a reader sees it. */
export function writeAnswer(
  field: Field,
  answer: Answer | undefined,
  council: Council,
  people: Readonly<Record<string, { readonly name: string }>> = {},
  /** All answers of the same fact: an agency's name stands under its own key. */
  named: Answers = {},
  documents: NamedDocuments = {},
): string {
  if (answer === undefined || answer === null || answer === '') return '';
  const text = asText(answer);
  switch (field.type) {
    case 'choice':
    case 'choices':
    case 'confirm-all':
      return text
        .split(',')
        .map((id) => field.options.find((option) => option.id === id)?.label ?? id)
        .join(', ');
    case 'team':
      return council.teams[text]?.name ?? text;
    case 'person':
    case 'people':
      return text
        .split(',')
        .map((id) => people[id]?.name ?? 'a colleague')
        .join(', ');
    case 'confirm':
      return text === 'true' ? 'Yes' : 'No';
    case 'yes-no':
      return text === 'yes' || text === 'true' ? 'Yes' : 'No';
    case 'times':
      return text
        .split(',')
        .flatMap((each) => readTime(each) ?? [])
        .map(writeInstant)
        .join('; ');
    case 'date':
      return DAY.test(text) ? writeDay(text as Day) : text;
    case 'agencies':
      return text
        .split(/[\n,]/)
        .map((each) => each.trim())
        .filter((each) => each !== '')
        .map((each) => asText(named[`${each}.agency`]) || each)
        .join(', ');
    case 'document':
      return writeDocument(answer, text, documents);
    case 'birth-date':
      // Nobody wants to know the weekday of a birth.
      return DAY.test(text) ? writeDay(text as Day).replace(/^\w+ /, '') : text;
    default:
      return text;
  }
}
