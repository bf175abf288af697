/** What may be started, by the way it leads; and the list of a forum. Drawn alone, without a case. */
import { describe, expect, test } from '@jest/globals';
import { createInk } from '../../bot/cards/buttons.ts';
import { createDrawing } from '../../bot/cards/drawing.ts';
import { render } from '../../bot/cards/render.ts';
import { createSigner } from '../../bot/cards/signed.ts';
import { type Direction, startFrame, startTitle } from '../../bot/cards/start.ts';
import { loadProtocols } from '../../src/adapters/protocol-files/load.ts';
import type { Draft } from '../../src/application/ports.ts';
import type { Agenda } from '../../src/application/sheet.ts';
import { parseDay, parseInstant } from '../../src/domain/time/instant.ts';
import { buttonsOf, faultsOf, picture, wordsOf } from './check-card.ts';

const ink = createInk(createSigner('k'));
const camden = loadProtocols().get('camden/after-assessment');
const pathway = (n: number, direction: Direction, council = camden.council) => ({
  ...camden,
  council,
  id: `${council.id}/p${n}`,
  title: `pathway ${n}`,
  button: `Start pathway ${n}`,
  direction,
});
const start = (protocols: readonly (typeof camden)[], drafts: readonly Draft[] = []) =>
  render(
    'start',
    startFrame({
      protocols,
      drafts: drafts.flatMap((draft) => {
        const protocol = protocols.find(({ id }) => id === draft.pathway);
        return protocol ? [{ draft, protocol }] : [];
      }),
      council: camden.council,
      starters: [],
      ink,
    }),
  );

describe('the start card', () => {
  const nine = [
    ...[1, 2, 3, 4].map((n) => pathway(n, 'step-down')),
    ...[5, 6, 7].map((n) => pathway(n, 'step-up')),
    pathway(8, 'step-in'),
    pathway(9, 'step-back'),
  ];

  test('groups what may be started by the way it leads, with six buttons in sight and the rest under More', () => {
    const card = start(nine);
    expect(faultsOf(card)).toEqual([]);
    const words = wordsOf(card);
    for (const heading of ['Step down', 'Step up', 'Other']) expect(words.split('\n')).toContain(heading);
    const begin = buttonsOf(card).filter(({ verb }) => verb === 'begin');
    expect(begin.map(({ title }) => title)).toEqual(nine.map(({ button }) => button));
    expect(begin.map(({ mode }) => mode ?? 'primary')).toEqual([
      ...Array(6).fill('primary'),
      ...Array(3).fill('secondary'),
    ]);
    expect(buttonsOf(card).at(-1)?.title).toBe('Immediate risk');
    expect(picture(card)).toMatchSnapshot('of every direction');
  });

  test('lists the pathways as the council does, and what it does not list after these', () => {
    const ordered = { ...camden.council, start: ['p3', 'p1'] };
    const card = start([1, 2, 3].map((n) => pathway(n, 'step-down', ordered)));
    const begin = buttonsOf(card).filter(({ verb }) => verb === 'begin');
    expect(begin.map(({ title }) => title)).toEqual(['Start pathway 3', 'Start pathway 1', 'Start pathway 2']);
  });

  test('names each way in its title, or the one there is', () => {
    expect(startTitle(nine)).toBe('Step down, step up, step in or step back');
    expect(startTitle(nine.slice(0, 2))).toBe('Step down a family');
    expect(startTitle(nine.slice(4, 6))).toBe('Step up a family');
    expect(startTitle(nine.slice(0, 6))).toBe('Step down or step up');
  });

  test('of several councils says whose each is', () => {
    const other = { ...camden.council, id: 'elsewhere', name: 'Elsewhere' };
    const words = wordsOf(start([pathway(1, 'step-down'), pathway(2, 'step-down', other)])).split('\n');
    expect(words).toContain('Camden: step down');
    expect(words).toContain('Elsewhere: step down');
  });

  test('has every draft in hand first, each with its own buttons, and still offers the others', () => {
    const draft = (n: number): Draft => ({
      id: `d${n}`,
      owner: 'amara',
      pathway: `camden/p${n}`,
      updatedAt: parseInstant('2026-12-17T16:20:00Z'),
      pages: { agreement: { who: ['mother'] } },
      children: n,
      page: 'agreement',
    });
    const card = start(nine.slice(0, 5), [draft(1), draft(2)]);
    expect(faultsOf(card)).toEqual([]);
    const words = wordsOf(card);
    expect(words).toContain('You have a draft from Thu 17 Dec 2026, 16:20: agreement and 1 child.');
    expect(words).toContain('You have a draft from Thu 17 Dec 2026, 16:20: agreement and 2 children.');
    expect(buttonsOf(card).filter(({ title }) => title === 'Carry on')).toHaveLength(2);
    expect(buttonsOf(card).map(({ title }) => title)).toEqual(expect.arrayContaining(['Start pathway 3']));
    expect(buttonsOf(card).map(({ title }) => title)).not.toContain('Start pathway 1');
  });
});

describe("a forum's list", () => {
  const drawing = createDrawing({ signingKey: 'k' });
  const agenda = (n: number): Agenda => ({
    council: 'camden',
    cycle: 'eh-panel',
    title: 'Early Help Panel',
    day: parseDay('2026-12-22'),
    begins: parseInstant('2026-12-22T10:00:00Z'),
    listCloses: parseInstant('2026-12-21T17:00:00Z'),
    lines: Array.from({ length: n }, (_, index) => ({
      caseId: `case-${index}`,
      reference: `CAM-7K3${'FGHJKMNPQRST'[index] ?? 'F'}`,
      pathway: 'camden/after-assessment',
      what: index === 0 ? 'Early Help Assessment' : 'the panel decides',
      ...(index === 0 ? { entry: { list: 'eha', state: 'paused', since: parseDay('2026-12-14'), fresh: true } } : {}),
    })),
    came: 1,
    went: 0,
  });

  test('says when it is, what waits for it and until when it takes more', () => {
    const { card, bell } = drawing.agenda(agenda(2));
    expect(faultsOf(card)).toEqual([]);
    expect(bell).toBe('Early Help Panel, Tue 22 Dec: 2 cases');
    const words = wordsOf(card);
    expect(words).toContain('Early Help Panel: Tue 22 Dec 2026, 10:00');
    expect(words).toContain('Early Help Assessment, paused since Mon 14 Dec 2026 (new).');
    expect(words).toContain('What comes after Mon 21 Dec 2026, 17:00 is on the next list.');
    expect(words).toContain('Since it was posted: 1 came.');
    expect(picture(card)).toMatchSnapshot('of two');
  });

  test('has ten lines at most, and says so when nothing is left', () => {
    expect(wordsOf(drawing.agenda(agenda(12)).card)).toContain('2 more.');
    expect(wordsOf(drawing.agenda(agenda(0)).card)).toContain('Nothing is on its list.');
  });
});
