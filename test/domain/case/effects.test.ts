/** What follows from a change, and that nothing follows twice. */
import { effects } from '../../../src/domain/case/effects.ts';
import { replay } from '../../../src/domain/case/evolve.ts';
import type { Effect } from '../../../src/domain/case/types.ts';
import { ann, dan, lou, opened } from './opened.ts';
import { assign, calendar, decision, field, gate, meet, outcome, pathway, record, send, within } from './pathway.ts';
import { type Play, program } from './play.ts';

const cards = (of: readonly Effect[], step: string) =>
  of.flatMap((effect) => (effect.kind === 'card' && effect.step === step ? [effect] : []));
const kinds = (of: readonly Effect[], kind: Effect['kind']) => of.filter((effect) => effect.kind === kind);

const screening = pathway({
  screen: decision(
    { team: outcome({ asks: { team: field('team', { type: 'team' }) }, tells: ['role/asker'] }) },
    { after: ['start.received'], post: 'channel', due: [within(2, 'working days', 'start.received')] },
  ),
  start: send({ done: 'received', to: ['mailbox/inbox'], post: 'none' }),
  answer: send({ automatic: true, to: ['role/asker'], by: ['decider'], after: ['screen.team'], post: 'none' }),
  lead: assign({ after: ['screen.team'], post: 'both', tells: ['role/helper'] }),
  visit: meet({ after: ['lead'], with: ['role/asker', 'role/helper', 'family'], chooseFrom: ['start.times'] }),
});

test('a step that opens posts one card in the channel of the role that owes it', () => {
  const it = opened(screening).does(program, 'start', 'received');
  expect(cards(it.effects, 'screen')).toEqual([
    { key: 'case/screen/card/channel/deciders/3', kind: 'card', step: 'screen', audience: { channel: 'deciders' } },
  ]);
});

test('at night, at a weekend and on a bank holiday nothing new is posted before the office opens', () => {
  const at = (time: string) =>
    cards(opened(screening).at(time).does(program, 'start', 'received').effects, 'screen')[0]?.notBefore;
  expect(at('2026-12-17T18:45')).toBe('2026-12-18T08:30:00.000Z');
  expect(at('2026-12-19T12:00')).toBe('2026-12-21T08:30:00.000Z');
  expect(at('2026-12-25T12:00')).toBe('2026-12-29T08:30:00.000Z');
  expect(at('2026-12-17T12:00')).toBeUndefined();
});

test('what is decided changes the card where it stands, tells the person, and mails once', () => {
  const it = opened(screening).does(program, 'start', 'received').does(dan, 'screen', 'team', { team: 'north' });
  expect(cards(it.effects, 'screen')).toEqual([
    {
      key: 'case/screen/card/channel/deciders/4',
      kind: 'card',
      step: 'screen',
      audience: { channel: 'deciders' },
      edit: true,
    },
    { key: 'case/screen/card/person/ann/4', kind: 'card', step: 'screen', audience: { person: 'ann' } },
  ]);
  expect(kinds(it.effects, 'mail')).toEqual([
    { key: 'case/answer/mail/4', kind: 'mail', step: 'answer', mail: 'Request' },
  ]);
  it.does(program, 'answer', 'sent');
  expect(kinds(it.effects, 'mail')).toEqual([]);
});

test('the case card goes to those who are named on it, and is changed in place', () => {
  const it = opened(screening, { at: '2026-12-17T22:00' });
  // Whoever has just pressed is answered at once, at night too.
  expect(cards(it.effects, 'case')).toEqual([
    { key: 'case/case/card/person/ann/2', kind: 'card', step: 'case', audience: { person: 'ann' } },
  ]);
  it.at('2026-12-18T10:00').does(program, 'start', 'received');
  expect(cards(it.effects, 'case')).toMatchObject([{ audience: { person: 'ann' }, edit: true }]);
  it.does(dan, 'screen', 'team', { team: 'north' }).does(lou, 'lead', undefined, { worker: 'wim' });
  expect(cards(it.effects, 'case').map(({ audience, edit }) => [audience, edit])).toEqual([
    [{ person: 'ann' }, true],
    [{ person: 'wim' }, undefined],
  ]);
});

test('a limit that moves changes the open cards that show it, and no other', () => {
  const protocol = pathway(
    { close: record({ after: ['assessed'], due: [within(10, 'working days', 'assessed')] }), other: record() },
    {
      facts: { assessed: { title: 'assessed', precision: 'day', expected: false, by: ['asker'], form: {}, rules: [] } },
    },
  );
  const it = opened(protocol).says(ann, 'assessed', {}, '2026-12-16').says(ann, 'assessed', {}, '2026-12-17');
  expect(cards(it.effects, 'close')).toMatchObject([{ edit: true }]);
  expect(cards(it.effects, 'other')).toEqual([]);
});

test('what a gate holds back is asked for when the gate has passed, and not before', () => {
  const protocol = pathway({ first: record(), last: record({ gates: [gate(['first'])] }) });
  const it = opened(protocol);
  expect(cards(it.effects, 'last')).toEqual([]);
  expect(cards(it.does(ann, 'first').effects, 'last')).toEqual([
    { key: 'case/last/card/person/ann/3', kind: 'card', step: 'last', audience: { person: 'ann' } },
  ]);
});

test('the same change gives the same keys, and no change gives nothing', () => {
  const it = opened(screening).does(program, 'start', 'received');
  const before = replay('case', it.events.slice(0, 2));
  const after = replay('case', it.events);
  expect(effects(screening, before, after, calendar, it.now)).toEqual(it.effects);
  expect(effects(screening, after, after, calendar, it.now)).toEqual([]);
});

const named = (): Play =>
  opened(screening)
    .does(program, 'start', 'received')
    .does(dan, 'screen', 'team', { team: 'north' })
    .does(lou, 'lead', undefined, { worker: 'wim' });

test('a visit out of offered times is looked for when it opens, and both are told when it is booked', () => {
  const it = named();
  expect(kinds(it.effects, 'book')).toEqual([{ key: 'case/visit/book/5', kind: 'book', step: 'visit' }]);
  it.does(program, 'visit', 'booked', { start: '2026-12-22T10:00', eventId: 'e1', organiser: 'ann' });
  expect(cards(it.effects, 'visit').map(({ audience, edit }) => [audience, edit ?? false])).toEqual([
    [{ person: 'wim' }, false],
    [{ person: 'ann' }, true],
  ]);
  expect(kinds(it.effects, 'book')).toEqual([]);
});

test.each([
  ['2026-12-22T10:00', '2026-12-22T11:15'],
  ['2026-12-22T15:45', '2026-12-22T17:00'],
  ['2026-12-22T15:46', '2026-12-23T09:00'],
  ['2026-12-24T16:00', '2026-12-29T09:00'],
  ['2026-12-22T06:30', '2026-12-22T09:00'],
])('a visit at %s is asked about at %s', (start, asked) => {
  const it = named().does(program, 'visit', 'booked', { start, eventId: 'e1', organiser: 'ann' });
  expect(kinds(it.effects, 'ask-held')).toEqual([
    { key: 'case/visit/ask-held/6', kind: 'ask-held', step: 'visit', notBefore: `${asked}:00.000Z` },
  ]);
});

const booked = (): Play =>
  named().does(program, 'visit', 'booked', { start: '2026-12-22T10:00', eventId: 'e1', organiser: 'ann' });

test('a visit that is given another time keeps its event, which is moved there', () => {
  const it = booked().does(ann, 'visit', 'booking', { start: '2026-12-23T10:00' });
  expect([...kinds(it.effects, 'unbook'), ...kinds(it.effects, 'book')]).toEqual([]);
  expect(kinds(it.effects, 'rebook')).toEqual([
    {
      key: 'case/visit/rebook/7',
      kind: 'rebook',
      step: 'visit',
      eventId: 'e1',
      organiser: 'ann',
      start: '2026-12-23T10:00:00.000Z',
    },
  ]);
  expect(it.status.steps.visit?.booking).toMatchObject({
    start: '2026-12-23T10:00:00.000Z',
    state: 'asked',
    eventId: 'e1',
    was: [{ start: '2026-12-22T10:00:00.000Z', end: '2026-12-22T11:00:00.000Z', by: 'ann' }],
  });
  it.does(program, 'visit', 'booked', { start: '2026-12-23T10:00', eventId: 'e1', organiser: 'ann' });
  expect(it.status.steps.visit?.booking).toMatchObject({ start: '2026-12-23T10:00:00.000Z', state: 'booked' });
  expect([...kinds(it.allEffects, 'unbook'), ...kinds(it.allEffects, 'attend')]).toEqual([]);
  expect(kinds(it.effects, 'ask-held')).toMatchObject([{ notBefore: '2026-12-23T11:15:00.000Z' }]);
});

test('where the event that is to be moved is gone, another one takes its place, and none is left in the diaries', () => {
  const it = booked()
    .does(ann, 'visit', 'booking', { start: '2026-12-23T10:00' })
    .does(program, 'visit', 'booked', { start: '2026-12-23T10:00', eventId: 'e2', organiser: 'ann' });
  expect(it.status.steps.visit?.booking).toMatchObject({ state: 'booked', eventId: 'e2' });
  expect(kinds(it.allEffects, 'unbook')).toMatchObject([{ eventId: 'e1' }]);
});

test('an event that Outlook made for a time that was given up meanwhile is taken out again', () => {
  const it = named()
    .does(ann, 'visit', 'booking', { start: '2026-12-22T10:00' })
    .does(ann, 'visit', 'booking', { start: '2026-12-23T10:00' })
    .does(program, 'visit', 'booked', { start: '2026-12-22T10:00', eventId: 'e1', organiser: 'ann' });
  expect(kinds(it.effects, 'unbook')).toMatchObject([{ eventId: 'e1' }]);
  expect(it.status.steps.visit?.booking).toMatchObject({ start: '2026-12-23T10:00:00.000Z', state: 'asked' });
});

test('a case that ends takes its coming meetings out of the diaries, and leaves those that are over', () => {
  const protocol = pathway({ past: meet(), coming: meet(), end: record({ ends: 'over' }) });
  const it = opened(protocol)
    .does(program, 'past', 'booked', { start: '2026-12-17T10:00', eventId: 'e1', organiser: 'ann' })
    .does(program, 'coming', 'booked', { start: '2026-12-22T10:00', eventId: 'e2', organiser: 'ann' })
    .at('2026-12-18T10:00')
    .does(ann, 'end');
  expect(kinds(it.effects, 'unbook')).toMatchObject([{ eventId: 'e2' }]);
});
