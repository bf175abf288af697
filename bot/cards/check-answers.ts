/** The last page of an opening: all answers, each with its way back; who receives them; and what else stands in the way (story A7). */
import { WORKER } from '../../src/application/mail/sheet.ts';
import type { Answers } from '../../src/domain/case/types.ts';
import type { Field, Page, Protocol } from '../../src/domain/protocol/types.ts';
import { dayOf, writeDay } from '../../src/domain/time/instant.ts';
import { readDate } from '../../src/domain/time/phrase.ts';
import { reasonField } from './ask.ts';
import { type Block, blockOf, CHILDREN_IN_FULL, crowdedBlock, cutting } from './blocks.ts';
import { LONGEST_BUTTON, rows, short } from './buttons.ts';
import { namedDocuments } from './document-fields.ts';
import { type Drafting, faultsOn, limitWhys, limitWords, nameOf, pageKeys, pageOf, risk, titleOf } from './drafting.ts';
import { asText, type FieldData, inputsOf } from './fields.ts';
import { errorSummary, type Frame, frame } from './frame.ts';
import { filledOn, fromMailLines, markedInputs, workerFields, workerLabel } from './from-mail.ts';
import { mustAccept, overlapBlocks, overlapFields } from './overlap.ts';
import { type Line, line } from './text.ts';

export function checkFrame(drafting: Drafting, page: Page): Frame {
  const { protocol, draft, ink } = drafting;
  const keys = pageKeys(protocol, draft.children).filter((key) => key !== page.id);
  const cut = cutting((key) =>
    rows([ink.button('Read it all', back(drafting, keys.find((each) => key.startsWith(each)) ?? keys[0] ?? ''))]),
  );
  const here = { d: draft.id, g: page.id, n: draft.children };
  return frame({
    banner: drafting.banner ?? [],
    errors: errorsOf(drafting, page, keys),
    title: page.title,
    lines: linesOf(drafting),
    whys: limitWhys(drafting, page),
    blocks: [...keys.map((key) => checkBlock(drafting, key, cut)), ...overlapBlocks(drafting)],
    fields: fieldsOf(drafting, page),
    buttonRows: rows(
      [
        mustAccept(drafting)
          ? ink.button('Go on all the same', { a: 'overlap-accepted', ...here })
          : ink.button(sendWords(drafting), { a: 'send', ...here }),
        ink.button('Save for later', { a: 'page-later', ...here }),
      ],
      risk(drafting, page.id),
    ),
  });
}

/** To a page, and from there to this last one again. */
function back({ protocol, draft }: Drafting, key: string) {
  return { a: 'goto', d: draft.id, g: key, x: protocol.opening.pages.at(-1)?.id ?? '' } as const;
}

/** Only what the last page itself asks is wrong at first, and nobody is told off for not having ticked it yet. */
function errorsOf(drafting: Drafting, page: Page, keys: readonly string[]) {
  const { protocol, ink, faults, pressed } = drafting;
  const listed = Object.entries(faults).map(([key, fault]) => ({ key, fault, on: keyOfFault(protocol, key) }));
  const told = listed.filter(({ on }) => pressed === true || on !== page.id);
  const wrong = [...new Set(listed.map(({ on }) => on))].filter((key) => keys.includes(key));
  const fixes = wrong.slice(0, 5).map((key) => ink.button(`Fix ${word(protocol, key)}`, back(drafting, key)));
  return errorSummary(
    [
      ...told.map(({ key, fault, on }) => `${pageWord(protocol, on)}: ${fieldLabel(protocol, on, key)}. ${fault}`),
      ...(lateFault(drafting) ? [`${page.title}: ${LATE_LABEL}. ${lateFault(drafting)}`] : []),
    ],
    fixes.length > 0 ? rows(fixes) : [],
  );
}

function linesOf({ protocol, limit, late, now, fromMail }: Drafting): Line[] {
  const sends = protocol.steps[protocol.opening.sends];
  const past = limit && limit.dueAt < now ? `The limit was ${writeDay(limit.due)}. You can still send.` : undefined;
  return [
    ...fromMailLines(fromMail),
    ...(limit ? [line(past ?? limitWords(protocol, limit))] : []),
    ...(late ? [line(`${late.words.replace(/ What got in the way\?$/, '')} You can still send.`)] : []),
    ...(sends?.kind === 'send' && !fromMail?.isSent
      ? [line(`Goes to: ${sends.to.map((target) => targetName(protocol, target)).join(', ')}. Nobody else.`)]
      : []),
  ];
}

function fieldsOf(drafting: Drafting, page: Page): FieldData[] {
  const { protocol, draft, faults, late, now, pressed, documents } = drafting;
  const own = inputsOf(Object.values(page.fields), {
    council: protocol.council,
    now,
    answers: draft.pages[page.id] ?? {},
    faults: pressed === true ? faultsOn(faults, page.id) : {},
    ...(documents ? { documents } : {}),
  });
  return [
    ...workerFields(drafting),
    ...markedInputs(drafting, page.id, own),
    ...(late ? [reasonField(drafting, late.said, lateFault(drafting))] : []),
    ...overlapFields(drafting),
  ];
}

const LATE_LABEL = 'What got in the way';

/** Said once the page was sent without it. */
function lateFault({ late, pressed }: Drafting): string {
  return pressed && late?.said === '' ? 'Give the reason. It is kept.' : '';
}

function checkBlock(drafting: Drafting, key: string, cut: ReturnType<typeof cutting>): Block {
  const { protocol, draft, ink } = drafting;
  const found = pageOf(protocol, key);
  const fields = Object.values(found?.page.fields ?? {});
  const first = draft.pages[key.replace(/\d+$/, '1')] ?? {};
  const stored = draft.pages[key] ?? {};
  const same = asText(stored['same-as-first'])
    .split(',')
    .filter((id) => id !== '');
  const answers = withDays(
    fields,
    { ...stored, ...Object.fromEntries(same.map((id) => [id, first[id] ?? ''])) },
    drafting,
  );
  const heading = found ? titleOf(found.page, found.child) : key;
  const buttons = rows([ink.button(`Change ${word(protocol, key)}`, back(drafting, key))]);
  const council = { protocol, people: {}, documents: namedDocuments(drafting.documents ?? []) };
  if (found?.child !== undefined && draft.children > CHILDREN_IN_FULL)
    return crowdedBlock(heading, fields, answers, council, { buttons });
  const fromMail = filledOn(drafting, key);
  return blockOf(heading, fields, answers, council, cut, { id: key.replace('.', '-'), buttons, fromMail });
}

/** A birth date is typed in words of anybody's choice; how it is understood is seen here, where it can still be mended. */
function withDays(fields: readonly Field[], answers: Answers, { now }: Pick<Drafting, 'now'>): Answers {
  const days = fields.flatMap(({ id, type }) => {
    const born = type === 'birth-date' ? readDate(asText(answers[id]), dayOf(now)) : undefined;
    return born?.understood ? [[id, born.day]] : [];
  });
  return { ...answers, ...Object.fromEntries(days) };
}

function word(protocol: Protocol, key: string): string {
  const found = pageOf(protocol, key);
  return found ? nameOf(found.page, found.child) : 'the form';
}

function keyOfFault(protocol: Protocol, fault: string): string {
  const [page = '', child = ''] = fault.split('.');
  // Who made the referral is asked on the last page, and is of no page of the protocol.
  if (page === WORKER) return protocol.opening.pages.at(-1)?.id ?? page;
  const each = protocol.opening.pages.find(({ id }) => id === page)?.each;
  return each === 'children' ? `${page}.${child.replace(/^c/, '')}` : page;
}

function pageWord(protocol: Protocol, key: string): string {
  const found = pageOf(protocol, key);
  return found ? titleOf(found.page, found.child) : 'The form';
}

function fieldLabel(protocol: Protocol, key: string, fault: string): string {
  if (fault.startsWith(`${WORKER}.`)) return workerLabel(protocol);
  const id = fault.split('.').at(-1) ?? '';
  return pageOf(protocol, key)?.page.fields[id]?.label ?? 'Please check';
}

function targetName(protocol: Protocol, target: string): string {
  const [kind, name = ''] = target.split('/');
  if (kind === 'mailbox') return protocol.council.mailboxes[name]?.name ?? name;
  return kind === 'role' ? (protocol.council.roles[name]?.name ?? name) : name;
}

/** A record is kept here and goes nowhere. */
export function sendWords({ protocol: { opening, steps }, draft }: Pick<Drafting, 'protocol' | 'draft'>): string {
  const sends = steps[opening.sends];
  if (draft.mail) return 'Open the case';
  if (opening.button) return short(opening.button);
  if (sends?.kind !== 'send') return 'Save and start';
  const words = `Send ${sends.title}`;
  return words.length <= LONGEST_BUTTON ? words : 'Send';
}
