/** Pieces of a card that show what somebody wrote (class P): question above answer, long answers cut. */
import type { CaseSheet } from '../../src/application/sheet.ts';
import type { Answers } from '../../src/domain/case/types.ts';
import type { Field, Page, Step } from '../../src/domain/protocol/types.ts';
import { dayOf, type Instant } from '../../src/domain/time/instant.ts';
import { askedFields } from './asked.ts';
import type { ButtonRow } from './buttons.ts';
import type { NamedDocuments } from './document-fields.ts';
import { asText, UNKNOWN, writeAnswer } from './fields.ts';
import { PLEASE_CHECK } from './mail-words.ts';
import { bold, type Line, line, type Run, run } from './text.ts';

/** Longer narrative is cut here, with the rest a press away. */
const CUT = 240;
const CUT_OF_MANY = 80;
/** Whole texts that open in place, all together: a card has 28 kB. */
const IN_PLACE = 5000;
const MOST_LONG = 12;
/** Children whose texts are shown in full; of more, a line each. */
export const CHILDREN_IN_FULL = 3;

export interface Long {
  readonly label: string;
  readonly shortId: string;
  readonly short: readonly Run[];
  /** Opens in the place of the short text, by a button of this title. */
  readonly rest: readonly {
    readonly id: string;
    readonly shortId: string;
    readonly title: string;
    readonly lines: readonly Line[];
  }[];
  readonly press: readonly ButtonRow[];
}

export interface Block {
  readonly heading: string;
  readonly lines: readonly Line[];
  readonly long: readonly Long[];
  readonly buttons: readonly ButtonRow[];
}

export interface Cutting {
  /** Characters of whole texts that may still open in place. */
  left: number;
  /** Long texts that the card has room for; with more, each child is a line, and the rest a press away. */
  readonly most: number;
  /** Where a text is too long to open in place: a press that answers with all of it. */
  press(key: string): ButtonRow[];
}

export function cutting(
  press: (key: string) => ButtonRow[] = () => [],
  { left = IN_PLACE, most = MOST_LONG } = {},
): Cutting {
  return { left, most, press };
}

export function blockOf(
  heading: string,
  fields: readonly Field[],
  answers: Answers,
  sheet: Pick<CaseSheet, 'protocol' | 'people'> & { readonly documents?: NamedDocuments },
  cut: Cutting,
  options: {
    readonly prefix?: string;
    readonly buttons?: readonly ButtonRow[];
    /** Cut here, with nothing to open: the card has many children, and each has a page of its own. */
    readonly only?: number;
    /** Ids of fields that came from a mail: said behind each. */
    readonly fromMail?: ReadonlySet<string>;
    readonly id: string;
  },
): Block {
  const lines: Line[] = [];
  const long: Long[] = [];
  for (const field of fields) {
    const key = `${options.prefix ?? ''}${field.id}`;
    const why = asText(answers[`${key}${UNKNOWN}`]).trim();
    const known = writeAnswer(field, answers[key], sheet.protocol.council, sheet.people, answers, sheet.documents);
    const text = known === '' && why !== '' ? `not known: ${why}` : known;
    if (text === '') continue;
    const label = field.label.replace(/\s*\{[a-z-]+\}/g, '');
    const asked = label.endsWith('?') ? `${label} ` : `${label}: `;
    const mark = options.fromMail?.has(field.id) ? ` ${PLEASE_CHECK}` : '';
    if (options.only !== undefined && text.length > options.only)
      lines.push(line(bold(asked), run(`${text.slice(0, options.only).trimEnd()}…`)));
    else if (text.length <= CUT) lines.push(line(bold(asked), run(`${text}${mark}`)));
    else
      long.push(longText(`${label}${mark}`, `${options.id}-${key}`.replaceAll(/[^a-zA-Z0-9-]/g, '-'), text, cut, key));
  }
  return { heading, lines, long, buttons: options.buttons ?? [] };
}

function longText(label: string, id: string, text: string, cut: Cutting, key: string): Long {
  const short = [run(`${text.slice(0, CUT).trimEnd()}…`)];
  const fits = text.length <= cut.left;
  if (fits) cut.left -= text.length;
  return {
    label,
    shortId: `${id}-short`,
    short,
    rest: fits ? [{ id: `${id}-all`, shortId: `${id}-short`, title: 'Read it all', lines: [line(text)] }] : [],
    press: fits ? [] : cut.press(key),
  };
}

/** One of many children in a line: the short answers, cut. The rest is a press away. */
export function crowdedBlock(
  heading: string,
  fields: readonly Field[],
  answers: Answers,
  sheet: Pick<CaseSheet, 'protocol' | 'people'> & { readonly documents?: NamedDocuments },
  options: { readonly prefix?: string; readonly buttons: readonly ButtonRow[] },
): Block {
  const texts = fields
    .filter(({ type }) => type !== 'long-text')
    .map((field) =>
      writeAnswer(
        field,
        answers[`${options.prefix ?? ''}${field.id}`],
        sheet.protocol.council,
        sheet.people,
        answers,
        sheet.documents,
      ),
    )
    .filter((text) => text !== '')
    .map((text) => (text.length <= CUT_OF_MANY ? text : `${text.slice(0, CUT_OF_MANY).trimEnd()}…`));
  return {
    heading: '',
    lines: [line(bold(`${heading}: `), run(`${texts.join('; ')}.`))],
    long: [],
    buttons: options.buttons,
  };
}

/** What the opening asked, page by page: the referral as its reader needs it. */
export function referralBlocks(sheet: CaseSheet, cut: Cutting): Block[] {
  const pages = askedAtOpening(sheet);
  return pages.flatMap(({ page, source }) => {
    const answers = recordedAnswers(sheet, source);
    const fields = Object.values(page.fields);
    if (page.each !== 'children') {
      // The title of the last page tells its writer what to do; a reader needs none.
      const heading = page === sheet.protocol.opening.pages.at(-1) ? '' : pageTitle(page);
      const block = blockOf(heading, fields, answers, sheet, cut, { id: page.id });
      return block.lines.length + block.long.length > 0 ? [block] : [];
    }
    const many = sheet.case.children.length > CHILDREN_IN_FULL || longTexts(sheet) > cut.most;
    return sheet.case.children.flatMap((child, index) => {
      const prefix = `${child}.`;
      if (!Object.keys(answers).some((key) => key.startsWith(prefix))) return [];
      return many
        ? crowdedBlock(`Child ${index + 1}`, fields, answers, sheet, { prefix, buttons: cut.press(child) })
        : blockOf(`Child ${index + 1}`, fields, answers, sheet, cut, { id: child, prefix });
    });
  });
}

/** Pages by which this case was opened: those of its pathway, and of the one that it was on before where their facts still count. */
export function askedAtOpening(sheet: CaseSheet): { readonly page: Page; readonly source: string }[] {
  const before = sheet.case.earlier.flatMap(({ pathway }) => sheet.pathways[pathway] ?? []);
  const pages = [...before, sheet.protocol].flatMap(({ opening }) =>
    opening.pages.map((page) => ({ page, source: sourceOf(page, opening.sends) })),
  );
  const filled = pages.filter(({ source }) =>
    sheet.case.facts.some(({ fact }) => fact === source || fact.startsWith(`${source}.`)),
  );
  // Pathways of one council share pages: the latest one's words.
  return [...new Map(filled.map((each) => [`${each.page.id} ${each.source}`, each])).values()];
}

function longTexts(sheet: CaseSheet): number {
  return [...new Set(askedAtOpening(sheet).map(({ source }) => source))]
    .flatMap((source) => Object.values(recordedAnswers(sheet, source)))
    .filter((answer) => typeof answer === 'string' && answer.length > CUT).length;
}

export function sourceOf(page: Page, sends: string): string {
  return 'step' in page.records ? page.records.step : 'fact' in page.records ? page.records.fact : sends;
}

export function pageTitle(page: Page): string {
  return page.title.replace(/\s*\{[a-z-]+\}/g, '');
}

/** Clear and personal answers of a step or fact, latest first to win, and its date under `at`. */
export function recordedAnswers(sheet: CaseSheet, source: string): Answers {
  const facts = sheet.case.facts.filter(({ fact }) => fact === source || fact.startsWith(`${source}.`));
  const clear = Object.assign({}, ...facts.map(({ answers }) => answers)) as Answers;
  const last = facts.filter(({ fact }) => fact === source || fact === `${source}.expected`).at(-1);
  return {
    ...(last ? { at: last.at.length === 10 ? last.at : dayOf(last.at as Instant) } : {}),
    ...clear,
    ...sheet.personal[source],
  };
}

/** What was answered when a step was done, as its readers may see it. */
export function answerBlock(
  sheet: CaseSheet,
  step: Step,
  part: string | undefined,
  cut: Cutting,
  without: readonly string[] = [],
): Block[] {
  const fields = askedFields(sheet, step, part).filter(
    ({ id, each }) => id !== 'at' && each === undefined && !without.includes(id),
  );
  const block = blockOf('', fields, recordedAnswers(sheet, step.id), sheet, cut, { id: step.id });
  return block.lines.length + block.long.length > 0 ? [block] : [];
}

/** A client may send more than any name is long. */
const LONGEST_NAME = 120;

/**
 * Names of the children, for class P. Empty where the family's key was destroyed. A pathway that the case moved to may ask for them
 * under another name or not at all: what a page for each child says first, the latest of them, then whatever else was written.
 * What is history since the case was taken up again counts its children differently, and says nothing.
 */
export function childrenOf(sheet: CaseSheet): { readonly id: string; readonly name: string; readonly born: string }[] {
  const asked = askedAtOpening(sheet).filter(({ page }) => page.each === 'children');
  const written: readonly Answers[] = [
    ...asked.map(({ source }) => sheet.personal[source] ?? {}).reverse(),
    ...Object.values(sheet.personal),
  ];
  const latest = (key: string) => written.map((answers) => textOf(answers[key])).find((text) => text !== '') ?? '';
  return sheet.case.children.map((id) => ({
    id,
    name: latest(`${id}.name`).slice(0, LONGEST_NAME),
    born: latest(`${id}.birth-date`),
  }));
}

function textOf(answer: Answers[string] | undefined): string {
  return typeof answer === 'string' ? answer : '';
}

/** Whole years on that day. */
export function ageOn(born: string, today: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(born) || born > today) return undefined;
  return Number(today.slice(0, 4)) - Number(born.slice(0, 4)) - (today.slice(5) < born.slice(5) ? 1 : 0);
}
