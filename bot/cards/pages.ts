/** The conversation that opens a case, page by page of one card (story A1 to A7). What is asked comes from the protocol. */
import type { Answers } from '../../src/domain/case/types.ts';
import type { Field, Page } from '../../src/domain/protocol/types.ts';
import { dayOf, writeDay } from '../../src/domain/time/instant.ts';
import { readDate } from '../../src/domain/time/phrase.ts';
import { ageOn, type Block } from './blocks.ts';
import { type Action, inRows, rows, short } from './buttons.ts';
import { checkFrame } from './check-answers.ts';
import {
  comeBack,
  type Drafting,
  faultsOn,
  isCheck,
  knowsLimit,
  limitWhys,
  limitWords,
  pageKeys,
  pageOf,
  risk,
  titleOf,
} from './drafting.ts';
import { asText, blankField, diaryWords, type FieldData, inputsOf } from './fields.ts';
import { errorSummary, type Frame, frame } from './frame.ts';
import { markedInputs } from './from-mail.ts';
import { bold, type Line, line, run } from './text.ts';

/** Long enough for any story, short enough that a page of three such texts stays a card. */
const LONGEST_PREFILL = 2400;

export function pageFrame(drafting: Drafting, key: string): Frame | undefined {
  const { protocol } = drafting;
  const found = pageOf(protocol, key);
  if (!found) return undefined;
  if (isCheck(protocol, key)) return checkFrame(drafting, found.page);
  const { page, child } = found;
  const own = faultsOn(drafting.faults, key);
  const labels = Object.values(page.fields);
  return frame({
    banner: drafting.banner ?? [],
    errors: errorSummary(
      Object.entries(own).map(([field, fault]) => `${titleOf(page, child)}: ${labelOf(labels, field)}. ${fault}`),
    ),
    title: titleOf(page, child),
    lines: [...introLines(drafting, page), ...limitLines(drafting, page)],
    whys: limitWhys(drafting, page),
    blocks: child === undefined ? [] : otherChildren(drafting, page, child),
    fields: fieldsOf(drafting, page, key, own),
    buttonRows: rows(pageButtons(drafting, page, key, child), risk(drafting, key)),
  });
}

function labelOf(fields: readonly Field[], id: string): string {
  return fields.find((field) => field.id === id)?.label ?? id;
}

function fieldsOf(drafting: Drafting, page: Page, key: string, faults: Readonly<Record<string, string>>): FieldData[] {
  const { draft, protocol, now, times, documents } = drafting;
  const stored = draft.pages[key] ?? {};
  const fields = Object.values(page.fields);
  const answers: Answers = {
    ...Object.fromEntries(
      fields.flatMap((field) => (field.prefill.length > 0 ? [[field.id, prefilled(drafting, field)]] : [])),
    ),
    ...stored,
  };
  const all = inputsOf(fields, {
    council: protocol.council,
    now,
    answers,
    faults,
    ...(times ? { times } : {}),
    ...(documents ? { documents } : {}),
    ...(drafting.draft.mail ? { datesAreAsked: true } : {}),
  });
  const inputs = markedInputs(drafting, key, all);
  const same = fields.filter(({ sameAsFirst }) => sameAsFirst);
  if (!key.includes('.') || key.endsWith('.1') || same.length === 0) return inputs;
  const choice = blankField('same-as-first', 'Same as child 1 (optional)', 'many', {
    value: asText(stored['same-as-first']),
    choices: same.map(({ id, label }) => ({ title: label, value: id })),
  });
  const first = inputs.findIndex(({ id }) => id === same[0]?.id);
  // What is taken from the first child need not be typed: said by the label, since a card cannot hide a field.
  const rest = inputs.map((input) =>
    same.some(({ id }) => id === input.id) && input.error === ''
      ? { ...input, hint: input.hint || 'Or tick it above' }
      : input,
  );
  return [...rest.slice(0, first), choice, ...rest.slice(first)];
}

/** Put together from what was written for each child, so that nobody types it twice. */
function prefilled({ draft, protocol }: Drafting, field: Field): string {
  const wanted = field.prefill.map((ref) => ref.split('.').at(-1) ?? ref);
  const pages = pageKeys(protocol, draft.children).map((key) => ({ key, answers: draft.pages[key] ?? {} }));
  const children = pages.filter(({ key }) => key.includes('.'));
  const first = children[0]?.answers ?? {};
  const texts = children.map(({ answers }, index) => {
    const same = asText(answers['same-as-first']).split(',');
    const parts = wanted
      .map((id) => asText(index > 0 && same.includes(id) ? undefined : answers[id]).trim())
      .filter((text) => text !== '');
    const name = asText(answers.name).trim() || `Child ${index + 1}`;
    return parts.length === 0
      ? index > 0 && Object.keys(first).length > 0 && same.some((id) => wanted.includes(id))
        ? `${name}: as for child 1.`
        : ''
      : `${name}: ${parts.map((part) => (/[.!?]$/.test(part) ? part : `${part}.`)).join(' ')}`;
  });
  return texts
    .filter((text) => text !== '')
    .join('\n')
    .slice(0, LONGEST_PREFILL);
}

function pageButtons({ draft, ink, protocol }: Drafting, page: Page, key: string, child: number | undefined): Action[] {
  const here = { d: draft.id, g: key, n: draft.children };
  const keys = pageKeys(protocol, draft.children);
  const before = keys[keys.indexOf(key) - 1];
  const others: Action[] = [];
  if (before) others.push(ink.button('Back', { a: 'goto', d: draft.id, g: before, x: key }));
  if (child !== undefined && draft.children > 1)
    others.push(ink.button(`Remove child ${child}`, { a: 'child-remove', ...here }));
  return [
    ink.button('Save and continue', { a: 'page-save', ...here }),
    ...(page.refusal ? [ink.button(short(page.refusal.button), { a: 'not-agreed', ...here })] : []),
    ...(child === undefined ? [] : [ink.button('Add another child', { a: 'child-add', ...here })]),
    ink.button('Save for later', { a: 'page-later', ...here }),
    ...others,
  ];
}

/** "Child 1: Amina, 11. Complete." above the page of another child. */
function otherChildren(drafting: Drafting, page: Page, child: number): Block[] {
  const { draft, ink } = drafting;
  const others = Array.from({ length: draft.children }, (_, index) => index + 1).filter(
    (number) => number !== child && draft.pages[`${page.id}.${number}`] !== undefined,
  );
  const lines = others.map((number) => childLine(drafting, page, number));
  const changes = others.map((number) =>
    ink.button(`Change child ${number}`, {
      a: 'goto',
      d: draft.id,
      g: `${page.id}.${number}`,
      x: `${page.id}.${child}`,
    }),
  );
  return lines.length > 0 ? [{ heading: '', lines, long: [], buttons: inRows(changes) }] : [];
}

function childLine(drafting: Drafting, page: Page, number: number): Line {
  const answers = drafting.draft.pages[`${page.id}.${number}`] ?? {};
  const missing = Object.keys(faultsOn(drafting.faults, `${page.id}.${number}`)).length;
  const born = readDate(asText(answers['birth-date']), dayOf(drafting.now));
  const age = born.understood ? ageOn(born.day, dayOf(drafting.now)) : undefined;
  const name = asText(answers.name).trim();
  const who = [name, age === undefined ? '' : String(age)].filter((text) => text !== '').join(', ');
  return line(
    bold(`Child ${number}: `),
    run(
      `${who ? `${who}. ` : ''}${missing === 0 ? 'Complete.' : `Needs ${missing} ${missing === 1 ? 'answer' : 'answers'}.`}`,
    ),
  );
}

// ---- limit and times ---------------------------------------------------------------------------------------------

function limitLines(drafting: Drafting, page: Page): Line[] {
  const { limit, now } = drafting;
  if (!knowsLimit(drafting, page) || limit === undefined) return [];
  if (limit.dueAt < now)
    return [line(`The limit was ${writeDay(limit.due)}. You can still send. I will ask what got in the way.`)];
  return [line(limitWords(drafting.protocol, limit))];
}

/** What to do, and on a page of times whether the diary is free: one paragraph. */
function introLines({ times }: Drafting, page: Page): Line[] {
  const asksTimes = times && Object.values(page.fields).some(({ type }) => type === 'times');
  const words = [...(page.says ? [page.says] : []), ...(asksTimes ? [diaryWords(times)] : [])];
  return words.length > 0 ? [line(words.join(' '))] : [];
}

export function refusedFrame(drafting: Drafting, key: string): Frame | undefined {
  const refusal = pageOf(drafting.protocol, key)?.page.refusal;
  if (!refusal) return undefined;
  return frame({
    title: refusal.title,
    lines: [line(refusal.says), line(`Your draft is kept. ${comeBack(drafting)} when they have agreed.`)],
    buttonRows: rows(
      [drafting.ink.button('They have agreed now', { a: 'goto', d: drafting.draft.id, g: key, x: '' })],
      risk(drafting, key),
    ),
  });
}
