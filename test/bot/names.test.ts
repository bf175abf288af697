/** Whoever reads a case reads its children's names, also when it goes on under another pathway that asks for them elsewhere. */
import { join, resolve } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { childrenOf, sourceOf } from '../../bot/cards/blocks.ts';
import { loadProtocols } from '../../src/adapters/protocol-files/load.ts';
import type { CaseSheet } from '../../src/application/sheet.ts';
import type { Answers, CaseEvent, CaseMoved, FactRecorded } from '../../src/domain/case/types.ts';
import type { Protocol } from '../../src/domain/protocol/types.ts';
import { fact, key, ok, press, upToTheVisit } from '../application/story.ts';
import { openWorld, type TestWorld } from '../application/world.ts';
import { wordsOf } from './check-card.ts';
import { openPlay } from './play.ts';

jest.setTimeout(60_000);

const FOLDER = join(resolve(import.meta.dirname, '../..'), 'src/protocols');
const protocols = loadProtocols(FOLDER);
const NAMES: Answers = {
  'c1.name': 'Perpetua Quillfeather',
  'c1.birth-date': '2015-03-27',
  'c2.name': 'Barnaby Quillfeather',
};

/** What the page for each child is recorded as. */
function recordedAs(protocol: Protocol): string {
  const page = protocol.opening.pages.find(({ each }) => each === 'children');
  return page ? sourceOf(page, protocol.opening.sends) : '';
}

/** Pathways that a case goes on under from this one, by what is recorded on it. */
function goesOnAs({ steps }: Protocol): string[] {
  return Object.values(steps).flatMap((step) => [
    ...('movesTo' in step && step.movesTo ? [step.movesTo] : []),
    ...[
      ...('outcomes' in step ? Object.values(step.outcomes) : []),
      ...('moments' in step ? Object.values(step.moments ?? {}) : []),
    ].flatMap(({ movesTo }) => (movesTo ? [movesTo] : [])),
  ]);
}

const moves = protocols.all().flatMap((from) => [...new Set(goesOnAs(from))].map((to) => [from.id, to] as const));

/** A case that was opened on one pathway with two children, and goes on under another. */
async function movedCase(at: TestWorld, from: string, to: string, source?: string): Promise<CaseSheet> {
  const [before, after] = [at.world.protocols.get(from), at.world.protocols.get(to)];
  const base = { recordedAt: at.now(), by: 'x' };
  const reference = `${before.council.referencePrefix}-2222`;
  const opened: CaseEvent = {
    ...{ ...base, type: 'case-opened', commandKey: 'open', reference, council: before.council.id, pathway: from },
    ...{ version: before.version, children: ['c1', 'c2'], settings: {} },
  };
  const asked: FactRecorded = {
    ...{ ...base, type: 'fact-recorded', commandKey: 'ask', fact: source ?? recordedAs(before), at: at.now() },
    ...{ answers: {}, personal: NAMES },
  };
  const moved: CaseMoved = {
    ...{ ...base, type: 'case-moved', commandKey: 'move', pathway: to, version: after.version, keeps: true },
    ...{ settings: {}, named: {}, children: ['c1', 'c2'] },
  };
  await at.store.append({
    ...{ caseId: 'moved', expectedSeq: 0, events: [opened, asked, moved], deadlines: [], outbox: [] },
    row: {
      ...{ id: 'moved', reference, council: before.council.id, pathway: to, status: 'open', holder: '', team: null },
      ...{ children: 2, openedAt: at.now(), updatedAt: at.now(), people: [] },
    },
  });
  return (await at.stepwise.sheet('moved')) as CaseSheet;
}

const named = (sheet: CaseSheet) => childrenOf(sheet).map(({ name, born }) => [name, born]);
const BOTH = [
  ['Perpetua Quillfeather', '2015-03-27'],
  ['Barnaby Quillfeather', ''],
];

describe('a case that goes on under another pathway keeps its children’s names', () => {
  test('there are pathways that a case goes on under', () => {
    expect(moves.length).toBeGreaterThan(0);
  });

  test.each(moves)('%s goes on as %s', async (from, to) => {
    const at = await openWorld({ protocols: { folder: FOLDER, council: from.split('/')[0] ?? '' } });
    try {
      expect(named(await movedCase(at, from, to))).toEqual(BOTH);
    } finally {
      await at.close();
    }
  });

  test('also when the page that asked for them has another name by now', async () => {
    const [from, to] = moves[0] ?? ['', ''];
    const at = await openWorld({ protocols: { folder: FOLDER, council: from.split('/')[0] ?? '' } });
    try {
      expect(named(await movedCase(at, from, to, 'what-it-was-called'))).toEqual(BOTH);
    } finally {
      await at.close();
    }
  });
});

test('a case that is taken up again after its end shows its children’s names, as its new pages have them', async () => {
  const play = await openPlay();
  try {
    const { at } = play;
    const { case: of } = await press(at, 'Priya', await upToTheVisit(at), fact('case.ended', {}, { why: 'All done.' }));
    const { drafts } = at.stepwise;
    const jo = at.id('Jo');
    const draft = await drafts.begin(jo, 'camden/after-step-down', { case: of.id, how: 'take-up' });
    await drafts.save(jo, draft.id, 'step-down', { at: '2026-12-18', from: 'assessment' });
    await drafts.save(jo, draft.id, 'what-happened', { team: 'euston', what: ['not-engaging'], note: 'No answer.' });
    await drafts.save(jo, draft.id, 'child.2', { ...draft.pages['child.2'], name: 'Barnaby Larkspur' });
    ok(await at.stepwise.send(jo, draft.id, key()));
    await at.settle();
    const { card } = await play.type('Jo', `case ${of.reference}`);
    expect(wordsOf(card)).toContain('Perpetua Quillfeather');
    expect(wordsOf(card)).toContain('Barnaby Larkspur');
    expect(wordsOf(card)).not.toContain('Barnaby Quillfeather');
  } finally {
    await play.close();
  }
});
