/** A family that comes back after the end, on the same case under another pathway. */
import { replay } from '../../../src/domain/case/evolve.ts';
import type { Command, Effect } from '../../../src/domain/case/types.ts';
import type { Page } from '../../../src/domain/protocol/types.ts';
import { ann, cleo, dan, lou, ofTwo, opened } from './opened.ts';
import { assign, childPage, condition, decision, field, gate, outcome, pathway, record } from './pathway.ts';
import { actor, type Play } from './play.ts';

const bea = actor('bea', 'asker');

const was = pathway(
  {
    place: decision({ team: outcome({ asks: { team: field('team', { type: 'team' }) }, lists: { plan: 'active' } }) }),
    worker: assign(),
    visit: record(),
    close: record({ ends: 'stepped-down', lists: { plan: 'paused' } }),
  },
  { id: 'madeup/was', afterwards: ['madeup/again'] },
);

const why: Page = {
  id: 'why',
  title: 'Why again?',
  records: { fact: 'back' },
  fields: {
    at: field('at', { type: 'date' }),
    state: field('state', {
      type: 'choice',
      options: [
        { id: 'active', label: 'Active' },
        { id: 'paused', label: 'Paused' },
      ],
      list: 'plan',
    }),
  },
  rules: [],
};

const again = pathway(
  {
    visit: record({ after: ['back'] }),
    other: record({ after: ['list.plan.active'] }),
    gone: record({ after: ['paused'] }),
  },
  {
    id: 'madeup/again',
    conditions: { paused: condition({ all: ['list.plan.paused'] }) },
    facts: {
      back: { title: 'family came back', precision: 'day', expected: false, by: ['asker'], form: {}, rules: [] },
    },
    opening: { by: ['asker'], sends: 'start', pages: [why, childPage] },
  },
);

type TakeUp = Extract<Command, { type: 'take-up' }>;
const takeUp = (pages: TakeUp['pages'] = { why: { at: '2027-02-01', state: 'active' } }): TakeUp => ({
  type: 'take-up',
  pathway: 'madeup/again',
  children: ['c1'],
  pages,
});

const running = (): Play =>
  ofTwo(was, again)
    .does(dan, 'place', 'team', { team: 'north' })
    .does(lou, 'worker', undefined, { worker: 'wim' })
    .does(ann, 'visit');
const ended = (): Play => running().does(ann, 'close').at('2027-02-01T10:00');
const cards = (of: readonly Effect[], step: string) =>
  of.flatMap((effect) => (effect.kind === 'card' && effect.step === step ? [effect] : []));

describe('a case that has ended', () => {
  test('is taken up again on the pathway that its own names, opened like a new one', () => {
    const it = ended().sends(bea, takeUp());
    expect(it.case).toMatchObject({
      reference: 'MAD-2345',
      pathway: 'madeup/again',
      openedAs: 'asker',
      children: ['c1'],
    });
    expect(it.status.ended).toBeUndefined();
    expect([it.state('visit'), it.state('other'), it.state('gone')]).toEqual(['open', 'open', 'not-applicable']);
    expect(it.case.facts.map(({ fact }) => fact)).toEqual(['back', 'start']);
  });

  test('keeps who is named and the team; whoever takes it up is named instead of who opened it', () => {
    const it = ended().sends(bea, takeUp());
    expect(it.status.named).toEqual({ asker: 'bea', helper: 'wim' });
    expect(it.status.team).toBe('north');
    expect(it.status.lists).toMatchObject({ plan: { state: 'paused' } });
  });

  test('begins its steps on the day on which it is taken up, not when it was first opened', () => {
    const it = ended().sends(bea, takeUp());
    expect(it.status.steps.start?.since).toBe('2027-02-01T10:00:00.000Z');
  });

  test('keeps cover, and nothing else that was said of it', () => {
    const it = running()
      .says(cleo, 'cover.set', { person: 'wim', cover: 'vic', until: '2027-03-01' })
      .says(cleo, 'case.paused', { until: '2027-03-01', why: 'Waiting.' })
      .does(ann, 'close')
      .at('2027-02-01T10:00')
      .sends(bea, takeUp());
    expect(it.status.cover).toMatchObject([{ person: 'wim', cover: 'vic' }]);
    expect(it.status.paused).toBeUndefined();
  });

  test('names every fault of the pages, and changes nothing', () => {
    const no = ended().tries(bea, takeUp({ why: {} }));
    expect(no).toMatchObject({ code: 'faults', faults: { 'why.at': 'Enter at.', 'why.state': 'Enter state.' } });
  });

  test('keeps the gates of the opening', () => {
    const strict = pathway(
      { first: record() },
      {
        id: 'madeup/again',
        steps: {
          ...again.steps,
          start: { ...again.steps.start, gates: [gate(['visit'], { says: 'A visit comes first.' })] } as never,
        },
        opening: { by: ['asker'], sends: 'start', pages: [] },
      },
    );
    const it = opened(was, { others: [strict] })
      .does(ann, 'visit')
      .does(ann, 'close');
    expect(it.tries(ann, takeUp({}))).toMatchObject({ code: 'gate', words: 'Not yet: a visit comes first (MAD-G).' });
  });

  test('is refused to who may not open it, and where its pathway does not lead there', () => {
    expect(ended().tries(cleo, takeUp())).toMatchObject({
      code: 'not-permitted',
      words: 'Askers start this. Ask one of them.',
    });
    expect(ended().tries(bea, { ...takeUp(), pathway: 'madeup/else' })).toMatchObject({ code: 'unknown' });
    expect(running().tries(ann, takeUp())).toMatchObject({
      code: 'not-open',
      words: 'This case has not ended. Only a case that has ended is taken up again.',
    });
  });

  test('taken up twice by one press is taken up once, and an old press does nothing new', () => {
    const it = running().does(ann, 'close', undefined, {}, { key: 'old' }).at('2027-02-01T10:00');
    it.sends(bea, takeUp());
    const { commandKey } = it.case.facts.at(-1) ?? { commandKey: '' };
    expect(it.tries(bea, takeUp(), commandKey)).toEqual([]);
    expect(it.tries(ann, { type: 'record', step: 'close', answers: {} }, 'old')).toEqual([]);
    expect(replay('case', it.events)).toEqual(it.case);
  });

  test('asks and tells everybody anew: what stood in the chats belongs to the first time', () => {
    const it = ended().sends(bea, takeUp());
    expect(cards(it.effects, 'visit').every(({ edit }) => edit === undefined)).toBe(true);
    expect(cards(it.effects, 'visit')).toMatchObject([{ audience: { person: 'bea' } }]);
    expect(cards(it.effects, 'case').map(({ audience, edit }) => [audience, edit])).toEqual([
      [{ person: 'bea' }, undefined],
      [{ person: 'wim' }, undefined],
    ]);
    const keys = it.allEffects.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
