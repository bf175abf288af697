/** What each word of the vocabulary does, on made-up pathways. */

import { explainReference } from '../../../src/domain/case/references.ts';
import type { Refusal } from '../../../src/domain/case/types.ts';
import { ann as asker, cleo as chief, dan as decider, lou as leader, opened, truth } from './opened.ts';
import {
  assign,
  calendar,
  condition,
  consent,
  decision,
  field,
  gate,
  ladder,
  meet,
  outcome,
  pathway,
  record,
  send,
  within,
} from './pathway.ts';
import { actor, play, program } from './play.ts';

describe('a step', () => {
  const way = pathway({
    choice: decision({ yes: outcome(), no: outcome() }),
    next: record({ after: ['choice.yes'] }),
    other: record({ after: ['choice.no'] }),
    never: record({ unless: ['choice.yes'] }),
    maybe: record({ after: ['choice.yes'], optional: true, due: [within(1, 'working days', 'choice.yes')] }),
  });

  test('waits until what it comes after is true, and is not needed when that can no longer come', () => {
    const it = opened(way);
    expect([it.state('next'), it.state('other'), it.state('never')]).toEqual(['waiting', 'waiting', 'open']);
    it.does(decider, 'choice', 'yes');
    expect([it.state('next'), it.state('other'), it.state('never')]).toEqual([
      'open',
      'not-applicable',
      'not-applicable',
    ]);
    expect(it.refused(asker, 'other').words).toBe('“other” is not needed: this case took another way.');
  });

  test('that waits is refused in words that name what comes first', () => {
    const no = opened(way).refused(asker, 'next');
    expect(no).toMatchObject({ code: 'not-open', words: 'Not yet: “choice” comes first.' });
  });

  test('stays done although what it came after has since become false', () => {
    const protocol = pathway({
      agreed: consent(),
      work: record({ after: ['agreed'] }),
      later: record({ after: ['agreed'] }),
    });
    const it = opened(protocol).does(asker, 'agreed').does(asker, 'work').does(asker, 'agreed', 'withdrawn');
    expect(it.state('work')).toBe('done');
    expect(it.state('later')).toBe('not-applicable');
    it.does(asker, 'agreed', 'given');
    expect(it.state('later')).toBe('open');
  });

  test('that is optional owes nothing: no date', () => {
    const it = opened(way).does(decider, 'choice', 'yes');
    expect(it.state('maybe')).toBe('open');
    expect(it.due('maybe')).toBeUndefined();
  });

  test('that repeats may be recorded again; any other says when it was done', () => {
    const protocol = pathway({ attempt: record({ repeats: true }), once: record() });
    const it = opened(protocol).does(asker, 'attempt').does(asker, 'attempt').does(asker, 'once');
    expect(it.case.facts.filter(({ fact }) => fact === 'attempt')).toHaveLength(2);
    expect(it.refused(asker, 'once').code).toBe('already-done');
  });

  test('open when the case ends is skipped; what had not begun never applied', () => {
    const protocol = pathway({
      open: record(),
      waiting: record({ after: ['open'] }),
      last: record({ ends: 'finished' }),
    });
    const it = opened(protocol).does(asker, 'last');
    expect(it.status.ended?.how).toBe('finished');
    expect([it.state('open'), it.state('waiting'), it.state('last')]).toEqual(['skipped', 'not-applicable', 'done']);
    expect(it.refused(asker, 'open').words).toBe(
      'This case ended Thu 17 Dec 2026, 09:00 (finished). Your press changed nothing.',
    );
  });

  test('reopened sets aside what lies between, and keeps agreements', () => {
    const protocol = pathway({
      agreed: consent(),
      form: record({ after: ['agreed'] }),
      beside: record({ after: ['form'] }),
      check: decision({ good: outcome(), again: outcome({ reopens: ['form'] }) }, { after: ['form'] }),
    });
    const it = opened(protocol)
      .does(asker, 'agreed')
      .does(asker, 'form')
      .does(asker, 'beside')
      .does(decider, 'check', 'again');
    expect([it.state('agreed'), it.state('form'), it.state('check'), it.state('beside')]).toEqual([
      'done',
      'open',
      'waiting',
      'done',
    ]);
    it.does(asker, 'form').does(decider, 'check', 'good');
    expect(it.status.steps.check?.outcome).toBe('good');
  });

  test('for each child is done when it is done for every child', () => {
    const protocol = pathway({ seen: record({ each: 'children' }), after: record({ after: ['seen'] }) });
    const it = opened(protocol, { children: ['c1', 'c2'] }).does(asker, 'seen', undefined, {}, { child: 'c1' });
    expect([it.state('seen'), it.state('after')]).toEqual(['open', 'waiting']);
    expect(it.refused(asker, 'seen').faults).toEqual({ child: 'Choose which child.' });
    expect(it.refused(asker, 'seen', undefined, {}, { child: 'c1' }).code).toBe('already-done');
    it.does(asker, 'seen', undefined, {}, { child: 'c2' });
    expect([it.state('seen'), it.state('after')]).toEqual(['done', 'open']);
  });

  test('for each child counts those still on the pathway, and the case ends with the last', () => {
    const protocol = pathway({
      fate: decision({ stays: outcome(), leaves: outcome({ ends: 'left' }) }, { each: 'children' }),
      after: record({ after: ['fate.stays'] }),
    });
    const it = opened(protocol, { children: ['c1', 'c2'] }).does(decider, 'fate', 'leaves', {}, { child: 'c1' });
    expect(it.status.ended).toBeUndefined();
    expect(it.state('after')).toBe('waiting');
    const stays = it.tries(decider, { type: 'record', step: 'fate', part: 'leaves', answers: {}, child: 'c2' });
    expect(stays).toHaveLength(1);
    it.does(decider, 'fate', 'stays', {}, { child: 'c2' });
    expect(it.state('after')).toBe('open');
  });

  test('a case without a child is not opened', () => {
    const no = play(way, calendar).tries(asker, {
      type: 'open',
      reference: 'MAD-2345',
      pathway: way.id,
      children: [],
      pages: {},
    });
    expect((no as Refusal).faults).toEqual({ children: 'Add at least one child.' });
  });
});

describe('a condition', () => {
  const protocol = pathway(
    {
      one: record({ repeats: true }),
      two: record(),
      three: decision({ no: outcome(), yes: outcome() }),
      both: record({ after: ['all-of'], due: [within(1, 'working days', 'all-of')] }),
      either: record({ after: ['any-of'], due: [within(1, 'working days', 'any-of')] }),
      without: record({ after: ['none-of'] }),
    },
    {
      conditions: {
        'all-of': condition({ all: ['one', 'two'] }),
        'any-of': condition({ any: ['one', 'two'] }),
        'none-of': condition({ none: ['two'] }),
        no: condition({ any: ['three.yes'] }),
      },
    },
  );

  test('of all counts from the latest of its members', () => {
    const it = opened(protocol).at('2026-12-17T10:00').does(asker, 'one');
    expect(truth(it, protocol, 'all-of').is).toBe('unknown');
    it.at('2026-12-21T10:00').does(asker, 'two');
    expect(it.due('both')?.due).toBe('2026-12-22');
  });

  test('of any counts from the first to arrive: a second route does not move the date', () => {
    const it = opened(protocol).at('2026-12-17T10:00').does(asker, 'one');
    expect(it.due('either')?.due).toBe('2026-12-18');
    it.at('2026-12-21T10:00').does(asker, 'two');
    expect(it.due('either')?.due).toBe('2026-12-18');
  });

  test('of any is false when every member can no longer come', () => {
    const it = opened(protocol).does(decider, 'three', 'no');
    expect(truth(it, protocol, 'no').is).toBe('false');
  });

  test('of none reads what is not known as absent', () => {
    const it = opened(protocol);
    expect(it.state('without')).toBe('open');
    it.does(asker, 'two');
    expect(it.state('without')).toBe('not-applicable');
  });
});

describe('a reference', () => {
  const protocol = pathway(
    {
      agreed: consent({ mayBe: ['not-appropriate'] }),
      talk: meet({ form: { attended: field('attended', { type: 'choices' }) } }),
      lead: assign({ mayBe: ['none-found'], by: ['asker'] }),
      tone: record({
        form: {
          tone: field('tone', {
            type: 'choice',
            options: [
              { id: 'warm', label: 'Warm' },
              { id: 'cool', label: 'Cool' },
            ],
          }),
        },
      }),
    },
    { facts: { seen: { title: 'family seen', precision: 'day', expected: true, by: ['asker'], form: {}, rules: [] } } },
  );

  test('to a consent is true when given or not appropriate, false when refused', () => {
    expect(truth(opened(protocol).does(asker, 'agreed', 'not-appropriate'), protocol, 'agreed').is).toBe('true');
    const refused = opened(protocol).does(asker, 'agreed', 'refused');
    expect(truth(refused, protocol, 'agreed').is).toBe('false');
    expect(truth(refused, protocol, 'agreed.refused').is).toBe('true');
  });

  test('to who came to a meeting reads what was answered when it was held', () => {
    const it = opened(protocol).does(asker, 'talk', 'held', { attended: ['asker'] });
    expect(truth(it, protocol, 'talk.attended.asker').is).toBe('true');
    expect(truth(it, protocol, 'talk.attended.helper').is).toBe('false');
    expect(truth(it, protocol, 'talk.absent.helper').is).toBe('true');
  });

  test('to a naming that found nobody is false, and the other way round', () => {
    const it = opened(protocol).does(asker, 'lead', 'none-found');
    expect(truth(it, protocol, 'lead').is).toBe('false');
    expect(truth(it, protocol, 'lead.none-found').is).toBe('true');
  });

  test('to an answer is true for that option and false for another', () => {
    const it = opened(protocol);
    expect(truth(it, protocol, 'tone.tone.warm').is).toBe('unknown');
    it.does(asker, 'tone', undefined, { tone: 'Warm' });
    expect(truth(it, protocol, 'tone.tone.warm').is).toBe('true');
    expect(truth(it, protocol, 'tone.tone.cool').is).toBe('false');
  });

  test('to a setting is always known', () => {
    const it = opened(protocol);
    expect(truth(it, protocol, 'setting.counting.calendar').is).toBe('true');
    expect(truth(it, protocol, 'setting.counting.working').is).toBe('false');
  });

  test('in a circle is answered with unknown, not for ever', () => {
    const circle = pathway({ a: record({ after: ['b'] }), b: record({ after: ['a'] }) });
    const it = opened(circle);
    expect([it.state('a'), it.state('b')]).toEqual(['waiting', 'waiting']);
  });

  test.each([
    ['agreed', 'the agreed was given'],
    ['talk.held', 'the talk was held'],
    ['talk.starts', 'the talk begins'],
    ['talk.attended.helper', 'the helper came to the talk'],
    ['seen', 'the family was seen'],
    ['seen.expected', 'the family is expected to be seen'],
    ['tone.tone.cool', '“tone” was answered with “Cool”'],
    ['setting.counting.working', "the council's setting “counting” is “working”"],
    ['list.plan.paused', 'the family was on the list “plan” as “paused”'],
  ])('%s is explained as "%s"', (ref, words) => {
    expect(explainReference(protocol, ref)).toBe(words);
  });

  test.each([
    'nothing',
    'talk.sung',
    'talk.attended.nobody',
    'tone.tone.loud',
    'setting.counting.maybe',
    'list.plan.lost',
    'seen.never',
    'agreed.',
    'toString',
  ])('%s names nothing', (ref) => {
    expect(explainReference(protocol, ref)).toBeUndefined();
  });
});

describe('a gate', () => {
  test('that needs something shows the step as owed and refuses it', () => {
    const protocol = pathway({
      visit: meet(),
      close: record({ gates: [gate(['visit.held'], { says: 'The visit comes first.', rules: ['MAD-8'] })] }),
    });
    const it = opened(protocol);
    expect(it.state('close')).toBe('open');
    expect(it.status.steps.close?.blockedBy).toEqual([
      { says: 'The visit comes first.', rules: ['MAD-8'], needs: ['visit.held'] },
    ]);
    expect(it.refused(asker, 'close').words).toBe('Not yet: the visit comes first (MAD-8).');
    it.does(asker, 'visit', 'held').does(asker, 'close');
    expect(it.state('close')).toBe('done');
  });

  test('that forbids refuses while it is so, and only when its condition is', () => {
    const protocol = pathway({
      alarm: record(),
      off: record({ gates: [gate([], { forbids: ['alarm'], when: 'setting.counting.calendar' })] }),
      on: record({ gates: [gate([], { forbids: ['alarm'], when: 'setting.counting.working' })] }),
    });
    const it = opened(protocol).does(asker, 'alarm');
    expect(it.refused(asker, 'off').code).toBe('gate');
    it.does(asker, 'on');
  });

  test('that is soft passes with the written reason of its role, and with no other', () => {
    const protocol = pathway({
      first: record(),
      second: record({ by: ['asker', 'chief'], gates: [gate(['first'], { soft: 'chief' })] }),
    });
    const it = opened(protocol);
    expect(it.refused(asker, 'second', undefined, {}, { reason: 'I want to.' }).code).toBe('gate');
    expect(it.refused(chief, 'second').faults).toEqual({ reason: 'Give the reason. It is kept.' });
    it.does(chief, 'second', undefined, {}, { reason: 'It cannot wait.' });
    expect(it.case.facts.at(-1)).toMatchObject({
      answers: { 'gate-passed': true },
      personal: { 'gate-reason': 'It cannot wait.' },
    });
  });

  test('that names a first day refuses the day before and lets pass on the day', () => {
    const protocol = pathway({
      begin: record(),
      end: record({
        after: ['begin'],
        gates: [gate([], { notBefore: within(14, 'days', 'begin'), says: 'Two weeks come first.' })],
      }),
    });
    const it = opened(protocol).does(asker, 'begin');
    expect(it.at('2026-12-30T10:00').refused(asker, 'end').words).toBe(
      'Not yet: Two weeks come first. Not before Thu 31 Dec 2026. (MAD-G)',
    );
    it.at('2026-12-31T10:00').does(asker, 'end');
  });

  test('that reads the answers being given lets the right ones pass', () => {
    const protocol = pathway({
      form: record({
        form: { own: field('own', { type: 'yes-no' }) },
        gates: [gate(['yes-said'], { when: 'form.own.yes', says: 'Their manager agrees first.' })],
      }),
      'yes-said': record(),
    });
    const it = opened(protocol);
    expect(it.refused(asker, 'form', undefined, { own: 'yes' }).code).toBe('gate');
    it.does(asker, 'form', undefined, { own: 'no' });
  });
});

describe('who may', () => {
  const protocol = pathway({
    ask: record(),
    approve: decision(
      { approved: outcome(), declined: outcome() },
      { by: ['decider', 'asker'], notBy: ['ask'], after: ['ask'] },
    ),
  });

  test('decide: not the person who asked for it', () => {
    const it = opened(protocol).does(asker, 'ask');
    expect(it.refused(asker, 'approve', 'approved')).toMatchObject({
      code: 'not-permitted',
      words: 'You asked for this, so somebody else decides it.',
    });
    it.does(decider, 'approve', 'approved');
  });

  test('do a step: only those who hold its role, and they are named', () => {
    const no = opened(protocol).refused(actor('zoe'), 'approve', 'approved');
    expect(no.words).toBe('Deciders and askers decide this. Ask one of them.');
    expect(opened(protocol).refused(decider, 'ask').words).toBe('The asker of this family does this. Ask them.');
  });

  test('the program records what it saw, and decides nothing', () => {
    const it = opened(protocol).does(asker, 'ask');
    expect(it.refused(program, 'approve', 'approved').code).toBe('not-permitted');
    expect(it.refused(program, 'ask').code).toBe('not-permitted');
  });
});

describe('a ladder', () => {
  const protocol = pathway({
    quarrel: ladder({
      rungs: [
        { title: 'both', by: ['decider'], joint: true, final: false, rules: [] },
        { title: 'chiefs', by: ['chief'], joint: false, final: false, rules: [] },
        { title: 'outside', by: [], joint: false, final: true, policy: 'Policy', rules: [] },
      ],
      outcomes: { settled: outcome() },
      due: [within(10, 'working days', 'start.sent')],
    }),
  });

  test('goes up rung by rung, and a rung outside is recorded by those who took it there', () => {
    const it = opened(protocol);
    expect(it.refused(chief, 'quarrel', 'not-agreed').code).toBe('not-permitted');
    it.does(decider, 'quarrel', 'not-agreed').does(chief, 'quarrel', 'not-agreed');
    expect(it.status.steps.quarrel?.rung).toBe(2);
    it.does(chief, 'quarrel', 'settled');
    expect(it.state('quarrel')).toBe('done');
  });

  test('does not stop its clock', () => {
    const it = opened(protocol).does(program, 'start', 'sent');
    const before = it.due('quarrel')?.due;
    expect(it.at('2026-12-18T10:00').does(decider, 'quarrel', 'not-agreed').due('quarrel')?.due).toBe(before);
  });
});

describe('the holder', () => {
  test('is one service at every moment: the latest move that came true', () => {
    const protocol = pathway(
      { give: record(), back: record({ after: ['give'] }) },
      {
        holder: {
          starts: 'social-care',
          moves: [
            { to: 'early-help', on: 'give' },
            { to: 'social-care', on: 'back' },
          ],
          when: '',
        },
      },
    );
    const it = opened(protocol);
    expect(it.status.holder).toBe('social-care');
    expect(it.at('2026-12-18T09:00').does(asker, 'give').status.holder).toBe('early-help');
    expect(it.at('2026-12-18T09:00').does(asker, 'back').status.holder).toBe('social-care');
  });
});

describe('a person named', () => {
  test('is the last one, and another naming says so', () => {
    const protocol = pathway({ lead: assign() });
    const it = opened(protocol).does(leader, 'lead', undefined, { worker: 'wim' });
    expect(it.status.named).toEqual({ asker: 'ann', helper: 'wim' });
    expect(it.refused(leader, 'lead', undefined, { worker: 'vic' }).code).toBe('already-done');
    expect(it.does(leader, 'lead', 'named', { worker: 'vic' }).status.named.helper).toBe('vic');
  });
});

describe('a send', () => {
  test('to a mailbox is done when it has gone, not when it was pressed', () => {
    const it = opened(pathway({ letter: send() })).does(asker, 'letter');
    expect(it.state('letter')).toBe('open');
    expect(it.refused(asker, 'letter').code).toBe('already-done');
    expect(it.does(program, 'letter', 'sent').state('letter')).toBe('done');
    expect(it.refused(program, 'letter', 'sent').code).toBe('already-done');
  });

  test('to a role by hand is done by the press', () => {
    expect(
      opened(pathway({ word: send({ to: ['role/chief'] }) }))
        .does(asker, 'word')
        .state('word'),
    ).toBe('done');
  });
});
