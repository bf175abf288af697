/** The whole case on one card, and what its steps' cards say: whose is next, of which agency it is, what was done long ago. */
import { describe, expect, test } from '@jest/globals';
import { createInk } from '../../bot/cards/buttons.ts';
import { createDrawing } from '../../bot/cards/drawing.ts';
import { pageFrame } from '../../bot/cards/pages.ts';
import { possibleFrame } from '../../bot/cards/possible.ts';
import { render } from '../../bot/cards/render.ts';
import { askWhom } from '../../bot/cards/rights.ts';
import { createSigner } from '../../bot/cards/signed.ts';
import { loadProtocols } from '../../src/adapters/protocol-files/load.ts';
import type { AdaptiveCard, Draft } from '../../src/application/ports.ts';
import type { CaseSheet } from '../../src/application/sheet.ts';
import type { Deadline, RecordedFact, StepView } from '../../src/domain/case/types.ts';
import { parseDay, parseInstant } from '../../src/domain/time/instant.ts';
import { forced, NOW, sheetOf } from './any-sheet.ts';
import { buttonsOf, faultsOf, walk, wordsOf } from './check-card.ts';

const protocols = loadProtocols();
const ink = createInk(createSigner('k'));
const drawing = createDrawing({ signingKey: 'k' });
const sheetFor = (pathway: string) => sheetOf(protocols, protocols.get(pathway));
const viewer = (...roles: string[]) => ({ person: 'reader', name: 'Sam Green', roles });

function cardOf(sheet: CaseSheet, step: string, ...roles: string[]): AdaptiveCard {
  const card = drawing.step(sheet, step, { viewer: viewer(...roles) })?.card;
  if (!card) throw new Error(`${step} has no card for ${roles.join()}.`);
  expect(faultsOf(card)).toEqual([]);
  return card;
}

/** Every paragraph as one line of text. */
function paragraphs(card: AdaptiveCard): string[] {
  const found: string[] = [];
  walk(card, (node) => {
    if (node.type !== 'RichTextBlock') return;
    found.push((node.inlines as { text: string }[]).map(({ text }) => text).join(''));
  });
  return found;
}

function fact(name: string, seq: number, at: string): RecordedFact {
  const recordedAt = parseInstant(`${at}T10:00:00Z`);
  return { type: 'fact-recorded', seq, recordedAt, by: 'x', commandKey: 'x', fact: name, at: recordedAt, answers: {} };
}

const due = (step: string, day: string): Deadline =>
  ({
    ...{ step, kind: 'limit', due: parseDay(day), actBy: parseDay(day), effective: true, rules: [] },
    ...{ dueAt: parseInstant(`${day}T17:00:00Z`), actByAt: parseInstant(`${day}T17:00:00Z`) },
    ...{ because: [], provisional: false, projected: false, late: 'allowed' },
  }) as unknown as Deadline;

const withDeadlines = (sheet: CaseSheet, ...deadlines: Deadline[]): CaseSheet => ({
  ...sheet,
  status: { ...sheet.status, deadlines },
});

describe('what is next', () => {
  // The Advanced Practitioner asks for agreements without a date; the meeting of somebody else has one.
  const from = sheetFor('herefordshire/from-plan');
  const open = ['taf', 'mag-consent'].reduce((at, step) => forced(at, step, 'open'), from);
  const sheet = withDeadlines(open, due('taf', '2027-01-20'));

  test("stands first where it is the reader's own, whatever of somebody else's is due sooner", () => {
    const next = (...roles: string[]) =>
      paragraphs(cardOf(sheet, 'case', ...roles)).filter((text) => /^Next: /.test(text));
    expect(next('advanced-practitioner')[0]).toMatch(/^Next: .*Multi Agency Group/);
    expect(next('lead-practitioner')[0]).toMatch(/^Next: TAF/);
    expect(next('advanced-practitioner').some((text) => /^Next: TAF/.test(text))).toBe(true);
  });

  test("is the reader's own on the card of a step that is done, too", () => {
    const done = forced(sheet, 'mag-consent', 'done', 'given');
    const both = forced(forced(done, 'finish', 'open'), 'share-consent', 'open');
    const words = paragraphs(cardOf(both, 'mag-consent', 'advanced-practitioner')).find((text) => /^Next: /.test(text));
    expect(words).not.toMatch(/^Next: TAF/);
    const others = paragraphs(cardOf(both, 'mag-consent', 'eh-worker')).find((text) => /^Next: /.test(text));
    expect(others ?? 'Next: TAF').toMatch(/^Next: TAF/);
  });

  test('is a ladder that has begun, though some of its ends still wait for something', () => {
    const ladder = forced(sheetFor('knowsley/planned-step-up'), 'disagree', 'open');
    const view = ladder.status.steps.disagree as StepView;
    const waits = {
      remain: [{ says: 'Notes come first.', needs: ['minutes'], rules: [] }],
    } as unknown as StepView['blockedOutcomes'];
    const begun: CaseSheet = {
      ...ladder,
      status: { ...ladder.status, steps: { ...ladder.status.steps, disagree: { ...view, blockedOutcomes: waits } } },
    };
    const words = paragraphs(cardOf(begun, 'case', 'team-manager'));
    expect(words.some((text) => text.startsWith('Next: taking the concern further'))).toBe(true);
    expect(words.some((text) => text.startsWith('Later: taking the concern further'))).toBe(false);
  });
});

describe('what was done', () => {
  const from = sheetFor('herefordshire/from-plan');
  const steps = Object.values(from.protocol.steps).filter(({ id, optional }) => id !== 'taf' && !optional);

  test('is counted where it is long ago, and opens in place', () => {
    const sheet = steps.reduce((at, { id }) => forced(at, id, 'done'), from);
    const card = cardOf(sheet, 'case', 'social-worker');
    const earlier = steps.length - 12;
    expect(earlier).toBeGreaterThan(1);
    expect(wordsOf(card)).toContain(`${earlier} earlier steps`);
    const toggles: string[] = [];
    let hidden = 0;
    walk(card, (node) => {
      if (node.type === 'Action.ToggleVisibility' && node.title === 'Show all')
        toggles.push(...(node.targetElements as string[]));
      if (node.id === 'earlier-all') hidden = (node.items as unknown[]).length;
    });
    expect(toggles).toContain('earlier-all');
    expect(hidden).toBe(earlier);
    expect(paragraphs(card).filter((text) => text.startsWith('Done ')).length).toBe(steps.length);
  });

  test('has every meeting of a series that was held, in the order of its days', () => {
    const facts = [fact('taf.held', 5, '2026-10-01'), fact('taf.held', 7, '2026-11-12')];
    const open = forced(from, 'taf', 'open');
    const sheet = { ...open, case: { ...open.case, facts } };
    expect(paragraphs(cardOf(sheet, 'case', 'lead-practitioner')).filter((text) => text.startsWith('Done '))).toEqual([
      'Done Thu 1 Oct 2026, 11:00: The TAF meeting took place.',
      'Done Thu 12 Nov 2026, 10:00: The TAF meeting took place.',
    ]);
  });
});

describe('who answers', () => {
  test('has not answered yet once it is overdue, and answers by a day before', () => {
    const sent = [
      fact('request', 2, '2026-12-01'),
      fact('request.sent', 3, '2026-12-01'),
      fact('request.received', 4, '2026-12-01'),
    ];
    const open = forced(sheetFor('camden/after-assessment'), 'front-door', 'open');
    const at = (day: string) =>
      wordsOf(
        cardOf(
          withDeadlines({ ...open, case: { ...open.case, facts: sent } }, due('front-door', day)),
          'case',
          'social-worker',
        ),
      );
    expect(at('2026-12-03')).toContain(
      'The front-door manager has not answered yet. The answer was due Thu 3 Dec 2026, 17:00.',
    );
    expect(at('2026-12-22')).toContain(
      'The front-door manager will answer by Tue 22 Dec 2026, 17:00. I will tell you when they do.',
    );
    expect(at('2026-12-03')).not.toMatch(/will answer overdue/);
  });
});

describe('a step that is done for each agency', () => {
  const base = sheetFor('herefordshire/from-plan');
  const named: CaseSheet = {
    ...base,
    personal: { needs: { 'a1.agency': 'Larkspur Primary', 'a2.agency': 'Hornbeam Surgery' } },
  };
  const instances = (...states: ('open' | 'done')[]): CaseSheet => {
    const sheet = forced(named, 'share-consent', 'open');
    const view = sheet.status.steps['share-consent'] as StepView;
    const each = states.map((state, index) => ({ of: `a${index + 1}` as const, state }));
    return {
      ...sheet,
      status: {
        ...sheet.status,
        agencies: each.map(({ of }) => of),
        steps: { ...sheet.status.steps, 'share-consent': { ...view, instances: each } },
      },
    } as CaseSheet;
  };

  test('says which, by name to whoever asks them, also where there is one only', () => {
    expect(paragraphs(cardOf(instances('open'), 'share-consent', 'advanced-practitioner'))).toContain(
      'For: Larkspur Primary.',
    );
    expect(paragraphs(cardOf(instances('done', 'open'), 'share-consent', 'advanced-practitioner'))).toContain(
      'For: Hornbeam Surgery.',
    );
    expect(paragraphs(cardOf(instances('open', 'open'), 'share-consent', 'advanced-practitioner'))).toContain(
      'For: Larkspur Primary and Hornbeam Surgery.',
    );
    expect(paragraphs(cardOf(instances('done', 'open'), 'case', 'advanced-practitioner')).join('\n')).toMatch(
      /Next: .* \(Hornbeam Surgery\)/,
    );
  });

  test('says which by its number in a channel, and never by name', () => {
    const post = (sheet: CaseSheet) => JSON.stringify(drawing.step(sheet, 'share-consent', { channel: 'x' })?.card);
    expect(post(instances('done', 'open'))).toContain('For agency 2 of 2.');
    expect(post(instances('open', 'open'))).toContain('For 2 agencies.');
    for (const name of ['Larkspur', 'Hornbeam']) expect(post(instances('done', 'open'))).not.toContain(name);
  });
});

describe('what is possible and never owed', () => {
  test('is said where the button does not say it', () => {
    const sheet = forced(sheetFor('knowsley/planned-step-up'), 'agency-concern', 'open');
    expect(paragraphs(cardOf(sheet, 'case', 'lead-practitioner'))).toContain(
      'Record it: another agency takes it further.',
    );
    const back = forced(sheetFor('barnsley/specialist-step-back'), 'child-consent', 'open');
    const roles = Object.keys(back.protocol.council.roles);
    expect(buttonsOf(cardOf(back, 'case', ...roles)).map(({ title }) => title)).toContain("The child's own consent");
  });

  test('is never a bare [Record it] without a word of what', () => {
    for (const protocol of protocols.all()) {
      const roles = Object.keys(protocol.council.roles);
      const all = Object.keys(protocol.steps).reduce(
        (at, step) => forced(at, step, 'open'),
        sheetOf(protocols, protocol),
      );
      const card = render('page', possibleFrame({ sheet: all, viewer: viewer(...roles), ink }));
      for (const { title } of buttonsOf(card))
        if (/^Record (it|their|what)/.test(String(title)))
          expect(paragraphs(card).some((text) => text.startsWith(`${String(title)}: `))).toBe(true);
    }
  });
});

test('whoever holds two roles at a meeting is named once', () => {
  const open = forced(sheetFor('herefordshire/from-plan'), 'taf', 'open');
  const [start, end] = [parseInstant('2026-12-21T10:00:00Z'), parseInstant('2026-12-21T11:00:00Z')];
  const view = { ...open.status.steps.taf, booking: { state: 'booked', start, end } } as StepView;
  const sheet = { ...open, status: { ...open.status, steps: { ...open.status.steps, taf: view } } };
  const [line] = paragraphs(cardOf(sheet, 'taf', 'lead-practitioner')).filter((text) => text.startsWith('With: '));
  expect(line?.match(/Sam Green/g)).toHaveLength(1);
});

describe('the last page before sending', () => {
  const words = (typed: string) => {
    const protocol = protocols.get('camden/after-assessment');
    const pages = { 'child.1': { name: 'Perpetua Quillfeather', 'birth-date': typed } };
    const draft: Draft = { id: 'd', owner: 'x', pathway: protocol.id, updatedAt: NOW, pages, children: 1, page: '' };
    const drafting = { protocol, draft, now: NOW, ink, limit: undefined, faults: {} };
    return paragraphs(render('page', pageFrame(drafting, 'check') ?? {}));
  };

  test('shows a birth date as it is understood, so that day and month in a wrong order are seen', () => {
    expect(words('27 3 2015')).toContain('Date of birth: 27 Mar 2015');
    expect(words('4 3 2013')).toContain('Date of birth: 4 Mar 2013');
  });

  test('keeps what was typed where it cannot be read', () => {
    expect(words('27 13 2015')).toContain('Date of birth: 27 13 2015');
    expect(words('spring 2015')).toContain('Date of birth: spring 2015');
  });
});

test('no button of a whole case is cut off', () => {
  for (const protocol of protocols.all()) {
    const roles = Object.keys(protocol.council.roles);
    const sheet = sheetOf(protocols, protocol);
    const open = Object.keys(protocol.steps).reduce((at, step) => forced(at, step, 'open'), sheet);
    for (const of of [roles, ...roles.map((role) => [role])])
      for (const { title } of buttonsOf(cardOf(open, 'case', ...of))) expect(title).not.toMatch(/…$/);
  }
});

test('whoever manages another team reads whose step it is', () => {
  const sheet = sheetFor('camden/after-assessment');
  const at: CaseSheet = { ...sheet, status: { ...sheet.status, team: 'euston', teams: ['euston'] } };
  const words = Object.values(sheet.protocol.steps).map((step) => askWhom(at, step));
  expect(words).toContain('Early Help team managers of Euston decide this. Ask one of them.');
  expect(words).toContain('Front-door managers decide this. Ask one of them.');
});
