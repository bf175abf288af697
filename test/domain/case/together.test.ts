/** Who decides, who agrees, who stands in, and who records for somebody outside. */
import type { Council, Step } from '../../../src/domain/protocol/types.ts';
import { ann, cleo, dan, ofTwo } from './opened.ts';
import {
  assign,
  calendar,
  consent,
  council,
  decision,
  field,
  gate,
  ladder,
  outcome,
  pathway,
  record,
} from './pathway.ts';
import { actor, play } from './play.ts';

const dot = actor('dot', 'decider');
const both = actor('bo', 'decider', 'chief');

describe('a decision made together', () => {
  const way = pathway(
    {
      choice: decision(
        { stay: outcome(), close: outcome({ ends: 'closed', lists: { plan: 'paused' }, tells: ['role/asker'] }) },
        { by: ['decider', 'chief'], joint: true, post: 'both' },
      ),
      next: record({ after: ['choice.stay'] }),
    },
    { id: 'madeup/together' },
  );

  test('stays open until one of each role has said the same', () => {
    const it = ofTwo(way).does(dan, 'choice', 'stay');
    expect([it.state('choice'), it.state('next')]).toEqual(['open', 'waiting']);
    expect(it.status.steps.choice?.agreed).toMatchObject([{ role: 'decider', outcome: 'stay', by: { by: 'dan' } }]);
    it.does(cleo, 'choice', 'stay');
    expect([it.state('choice'), it.state('next')]).toEqual(['done', 'open']);
    expect(it.status.steps.choice?.agreed).toBeUndefined();
  });

  test('is open as long as they say different things, and the last word of each counts', () => {
    const it = ofTwo(way).does(dan, 'choice', 'stay').does(cleo, 'choice', 'close');
    expect(it.state('choice')).toBe('open');
    expect(it.status.ended).toBeUndefined();
    it.does(dot, 'choice', 'close');
    expect(it.status.ended?.how).toBe('closed');
  });

  test('brings nothing about while one is missing: no end, no register, nobody told', () => {
    const it = ofTwo(way).does(dan, 'choice', 'close');
    expect([it.status.ended, it.status.lists]).toEqual([undefined, {}]);
    expect(it.effects.filter((effect) => effect.kind === 'card' && effect.step === 'choice' && !effect.edit)).toEqual(
      [],
    );
    it.does(cleo, 'choice', 'close');
    expect(it.status.lists).toMatchObject({ plan: { state: 'paused' } });
    expect(it.effects).toContainEqual(
      expect.objectContaining({ kind: 'card', step: 'choice', audience: { person: 'ann' } }),
    );
  });

  test('is no decision of one person who holds both roles', () => {
    const it = ofTwo(way).does(both, 'choice', 'stay');
    const no = it.refused(both, 'choice', 'stay');
    expect(no).toMatchObject({
      code: 'already-done',
      words: 'This has been said already. Another chief still has to agree.',
    });
    it.does(cleo, 'choice', 'stay');
    expect(it.state('choice')).toBe('done');
  });

  test('says to who has spoken that the other is still to agree', () => {
    const it = ofTwo(way).does(dan, 'choice', 'stay');
    expect(it.refused(dan, 'choice', 'stay').words).toContain('Another chief still has to agree.');
  });

  test('that reopens does so only when it is made', () => {
    const again = pathway({
      form: record(),
      check: decision(
        { good: outcome(), again: outcome({ reopens: ['form'] }) },
        { by: ['decider', 'chief'], joint: true, after: ['form'] },
      ),
    });
    const it = ofTwo(again).does(ann, 'form').does(dan, 'check', 'again');
    expect(it.state('form')).toBe('done');
    it.does(cleo, 'check', 'again');
    expect([it.state('form'), it.state('check')]).toEqual(['open', 'waiting']);
    it.does(ann, 'form').does(cleo, 'check', 'good');
    expect(it.state('check')).toBe('open');
  });

  test('recorded in an old log, before words were counted, stands', () => {
    const it = ofTwo(way).does(dan, 'choice', 'stay');
    const [opening, start, word] = it.events;
    if (word?.type !== 'fact-recorded' || !opening || !start) throw new Error('Three events were expected.');
    expect(word.answers).toEqual({ as: 'decider' });
  });
});

describe('a rung of one role held by team', () => {
  const team = (id: string) => field(id, { type: 'team', error: 'Choose a team.' });
  const four: Council = {
    ...council,
    teams: { ...council.teams, east: { name: 'East', about: 'Right.' }, west: { name: 'West', about: 'Left.' } },
  };
  const way = pathway(
    {
      place: decision({ team: outcome({ asks: { team: team('team') } }) }),
      doubt: record({ form: { 'better-team': team('better-team') } }),
      settle: ladder({
        after: ['doubt'],
        rungs: [
          { title: 'leaders', by: ['leader'], joint: true, final: false, rules: [] },
          { title: 'chiefs', by: ['chief'], joint: false, final: true, rules: [] },
        ],
        outcomes: { settled: outcome({ asks: { team: team('team') } }) },
      }),
      later: record({ after: ['settle'], form: { team: team('team') } }),
    },
    { council: four },
  );
  const north = { ...actor('nia', 'leader'), teams: ['north'] };
  const north2 = { ...actor('nat', 'leader'), teams: ['north'] };
  const south = { ...actor('sam', 'leader'), teams: ['south'] };
  const inDoubt = () =>
    ofTwo(way).does(dan, 'place', 'team', { team: 'north' }).does(ann, 'doubt', undefined, { 'better-team': 'south' });

  test('is agreed by one of each team concerned', () => {
    const it = inDoubt().does(north, 'settle', 'settled', { team: 'south' });
    expect([it.state('settle'), it.status.team]).toEqual(['open', 'north']);
    it.does(south, 'settle', 'settled', { team: 'south' });
    expect([it.state('settle'), it.status.team]).toEqual(['done', 'south']);
  });

  test('may be agreed on a third team, and stays agreed whatever team is named afterwards', () => {
    const it = inDoubt()
      .does(north, 'settle', 'settled', { team: 'east' })
      .does(south, 'settle', 'settled', { team: 'east' });
    expect([it.state('settle'), it.status.team]).toEqual(['done', 'east']);
    it.does(ann, 'later', undefined, { team: 'west' });
    expect([it.state('settle'), it.status.team]).toEqual(['done', 'west']);
  });

  test('is not agreed by two of one team, nor by two who name different teams', () => {
    const it = inDoubt()
      .does(north, 'settle', 'settled', { team: 'south' })
      .does(north2, 'settle', 'settled', { team: 'south' });
    expect(it.state('settle')).toBe('open');
    it.does(south, 'settle', 'settled', { team: 'north' });
    expect(it.state('settle')).toBe('open');
    it.does(south, 'settle', 'settled', { team: 'south' });
    expect(it.state('settle')).toBe('done');
  });

  test('goes up when either does not agree, and what was said below no longer counts', () => {
    const it = inDoubt().does(north, 'settle', 'settled', { team: 'south' }).does(south, 'settle', 'not-agreed');
    expect([it.status.steps.settle?.rung, it.status.steps.settle?.agreed]).toEqual([1, undefined]);
    it.does(cleo, 'settle', 'settled', { team: 'north' });
    expect([it.state('settle'), it.status.team]).toEqual(['done', 'north']);
  });
});

describe('a stand-in', () => {
  const way = pathway({
    approve: decision(
      { yes: outcome(), no: outcome() },
      {
        by: ['decider'],
        standIn: { by: ['leader'], says: 'Another manager may decide where it cannot wait.', rules: ['MAD-7'] },
      },
    ),
  });
  const lou = actor('lou', 'leader');

  test('may decide with a written reason, which is kept', () => {
    const it = ofTwo(way);
    expect(it.refused(lou, 'approve', 'yes')).toMatchObject({
      words: 'Another manager may decide where it cannot wait.',
      rules: ['MAD-7'],
      faults: { reason: 'Give the reason. It is kept.' },
    });
    it.does(lou, 'approve', 'yes', {}, { reason: 'Dan is away until Monday.' });
    expect(it.case.facts.at(-1)).toMatchObject({
      answers: { 'stood-in': true },
      personal: { 'stand-in-reason': 'Dan is away until Monday.' },
    });
  });

  test('is needed for nothing where the decider decides', () => {
    const it = ofTwo(way).does(dan, 'approve', 'yes');
    expect(it.case.facts.at(-1)?.answers).toEqual({});
    expect(ofTwo(way).refused(ann, 'approve', 'yes').words).toBe('Deciders decide this. Ask one of them.');
  });
});

describe('a role that nobody inside holds', () => {
  const outside: Council = {
    ...council,
    roles: {
      ...council.roles,
      teacher: { name: 'teacher', held: 'named', outside: true, recordedBy: ['asker', 'leader'] },
    },
  };
  const way = pathway(
    {
      lead: assign({
        by: ['decider'],
        fills: 'teacher',
        form: { teacher: field('teacher', { type: 'person', role: 'teacher' }) },
      }),
      note: record({ by: ['teacher'] }),
      choice: decision({ on: outcome() }, { by: ['teacher', 'asker'], joint: true }),
    },
    { council: outside },
  );

  test('has its steps recorded by those who record for it, and the fact says for whom', () => {
    const it = ofTwo(way);
    expect(it.effects).toContainEqual(
      expect.objectContaining({ kind: 'card', step: 'note', audience: { person: 'ann' } }),
    );
    expect(it.refused(dan, 'note').code).toBe('not-permitted');
    it.does(ann, 'note');
    expect(it.case.facts.at(-1)).toMatchObject({ by: 'ann', answers: { 'recorded-for': 'teacher' } });
  });

  test('records itself once somebody inside is named', () => {
    const it = ofTwo(way).does(dan, 'lead', undefined, { teacher: 'tom' });
    expect(it.refused(ann, 'note').words).toBe('The teacher of this family does this. Ask them.');
    it.does(actor('tom', 'teacher'), 'note');
    expect(it.state('note')).toBe('done');
  });

  test('may be named on a page of the opening', () => {
    const named = pathway(
      { lead: assign({ by: ['asker'], fills: 'teacher', form: {} }), note: record({ by: ['teacher'] }) },
      {
        council: outside,
        opening: {
          by: ['asker'],
          sends: 'start',
          pages: [
            {
              id: 'who',
              title: 'Who leads?',
              records: { step: 'lead' },
              fields: { account: field('account', { type: 'person', role: 'teacher', required: false }) },
              rules: [],
            },
          ],
        },
      },
    );
    const open = (account?: string) =>
      play(named, calendar).sends(ann, {
        type: 'open',
        reference: 'MAD-2345',
        pathway: named.id,
        children: [],
        pages: { who: account === undefined ? {} : { account } },
      });
    expect(open('tom').status.named.teacher).toBe('tom');
    expect(open().does(ann, 'note').state('note')).toBe('done');
  });

  test('agrees through whoever records for it, beside their own word', () => {
    const it = ofTwo(way).does(ann, 'choice', 'on');
    expect(it.state('choice')).toBe('open');
    it.does(ann, 'choice', 'on');
    expect(it.state('choice')).toBe('done');
  });
});

describe('moments of a consent', () => {
  const way = pathway({
    agreed: consent({
      mayBe: ['overridden', 'not-appropriate'],
      form: { document: field('document', { type: 'document', error: 'Paste the link.' }) },
      moments: {
        refused: outcome({ ends: 'family-said-no', tells: ['role/chief'] }),
        overridden: outcome({ asks: { grounds: field('grounds', { error: 'Say why it cannot wait.' }) } }),
      },
    }),
    next: record({ after: ['agreed'] }),
  });

  test('refused closes the case and tells who is to know', () => {
    const it = ofTwo(way).does(ann, 'agreed', 'refused');
    expect(it.status.ended?.how).toBe('family-said-no');
    expect(it.effects).toContainEqual(expect.objectContaining({ step: 'agreed', audience: { role: 'chief' } }));
  });

  test('overridden counts as given, asks for its grounds and for no signature', () => {
    const it = ofTwo(way);
    expect(it.refused(ann, 'agreed', 'overridden').faults).toEqual({ grounds: 'Say why it cannot wait.' });
    it.does(ann, 'agreed', 'overridden', { grounds: 'A child may be harmed.' });
    expect([it.state('agreed'), it.state('next')]).toEqual(['done', 'open']);
  });

  test('not appropriate counts as given; given asks for what is signed', () => {
    expect(ofTwo(way).does(ann, 'agreed', 'not-appropriate').state('next')).toBe('open');
    expect(ofTwo(way).refused(ann, 'agreed', 'given').faults).toEqual({ document: 'Paste the link.' });
  });
});

describe('a register', () => {
  const withOrder: Council = {
    ...council,
    lists: {
      plan: {
        title: 'Early Help assessments',
        states: ['active', 'paused', 'closed'],
        moves: [
          ['active', 'paused'],
          ['paused', 'active'],
          ['active', 'closed'],
        ],
        rules: ['MAD-5'],
      },
    },
  };
  const way = pathway(
    {
      begin: record({ lists: { plan: 'active' } }),
      pause: record({ lists: { plan: 'paused' } }),
      close: record({ lists: { plan: 'closed' } }),
    },
    { council: withOrder },
  );

  test('has the state that was written last, since it was first written', () => {
    const it = ofTwo(way).at('2026-12-18T10:00').does(ann, 'begin');
    expect(it.status.lists).toEqual({ plan: { state: 'active', since: '2026-12-18T10:00:00.000Z' } });
    expect(it.does(ann, 'pause').status.lists.plan?.state).toBe('paused');
  });

  test('keeps the order of its states, in words that name the present one', () => {
    const it = ofTwo(way).does(ann, 'begin').does(ann, 'pause');
    expect(it.refused(ann, 'close')).toMatchObject({
      code: 'gate',
      rules: ['MAD-5'],
      words: 'On the list “Early Help assessments” this family is “paused”, which cannot become “closed”.',
    });
  });

  test('takes any first state where the family is not on it', () => {
    expect(ofTwo(way).does(ann, 'close').status.lists.plan?.state).toBe('closed');
  });
});

describe('a second case', () => {
  test('is begun for whoever pressed, once, and this one goes on', () => {
    const way = pathway({ look: decision({ back: outcome({ starts: 'madeup/look-back' }) }), other: record() });
    const it = ofTwo(way).does(dan, 'look', 'back');
    expect(it.effects.filter(({ kind }) => kind === 'begin')).toEqual([
      { key: 'case/look/begin/3', kind: 'begin', step: 'look', pathway: 'madeup/look-back', person: 'dan' },
    ]);
    expect([it.status.ended, it.state('other')]).toEqual([undefined, 'open']);
    expect(it.does(ann, 'other').effects.filter(({ kind }) => kind === 'begin')).toEqual([]);
  });

  test('knows the case from which it was begun', () => {
    const way = pathway({ other: record() });
    const it = play(way, calendar).sends(ann, {
      type: 'open',
      reference: 'MAD-2345',
      pathway: way.id,
      children: ['c1'],
      pages: {},
      linked: 'first',
    });
    expect(it.case.linked).toBe('first');
  });
});

describe('a step for each child', () => {
  const way = pathway({
    way: decision({ on: outcome(), off: outcome({ ends: 'left' }) }, { each: 'children' }),
    seen: record({ each: 'children', repeats: true }),
  });

  test('is recorded by itself, and again where it repeats', () => {
    const it = ofTwo(way)
      .does(ann, 'seen', undefined, {}, { child: 'c1' })
      .does(ann, 'seen', undefined, {}, { child: 'c1' });
    expect(it.state('seen')).toBe('open');
    expect(it.does(ann, 'seen', undefined, {}, { child: 'c2' }).state('seen')).toBe('done');
  });

  test('is refused in words for a child that is no longer on the pathway', () => {
    const it = ofTwo(way).does(dan, 'way', 'off', {}, { child: 'c2' });
    expect(it.refused(ann, 'seen', undefined, {}, { child: 'c2' }).words).toBe(
      'This child is no longer on this pathway. Your press changed nothing.',
    );
    expect(it.refused(dan, 'way', 'on', {}, { child: 'c2' }).code).toBe('already-done');
  });
});

describe('a manager', () => {
  const way = pathway({
    first: record(),
    close: record({ ends: 'finished', gates: [gate(['first'])] }),
  });

  test('pauses a case until a day that is to come, and says why; every clock runs on and nothing is refused', () => {
    const it = ofTwo(way);
    expect(
      it.tries(ann, { type: 'fact', fact: 'case.paused', answers: { until: '2027-01-05', why: 'x' } }),
    ).toMatchObject({
      code: 'not-permitted',
    });
    expect(it.tries(cleo, { type: 'fact', fact: 'case.paused', answers: { until: '2026-12-17' } })).toMatchObject({
      faults: { until: 'Choose a day that is still to come.', why: 'Say why.' },
    });
    it.says(cleo, 'case.paused', { until: '2027-01-05', why: 'The family is abroad.' });
    expect(it.case.facts.at(-1)).toMatchObject({
      answers: { until: '2027-01-05' },
      personal: { why: 'The family is abroad.' },
    });
    expect(it.status.paused).toMatchObject({ until: '2027-01-05', by: 'cleo' });
    expect(it.does(ann, 'first').state('first')).toBe('done');
    expect(it.at('2027-01-04T16:00').status.paused).toBeDefined();
    expect(it.at('2027-01-05T08:00').status.paused).toBeUndefined();
  });

  test('resumes it before that day, once', () => {
    const it = ofTwo(way).says(cleo, 'case.paused', { until: '2027-01-05', why: 'Abroad.' }).says(cleo, 'case.resumed');
    expect(it.status.paused).toBeUndefined();
    expect(it.tries(cleo, { type: 'fact', fact: 'case.resumed', answers: {} })).toMatchObject({
      words: 'This case is not paused. Your press changed nothing.',
    });
  });

  test('reopens a case that ended by mistake: what ended it is set aside, all else stands', () => {
    const it = ofTwo(way).does(ann, 'first');
    expect(it.tries(cleo, { type: 'fact', fact: 'case.reopened', answers: { why: 'x' } })).toMatchObject({
      words: 'This case has not ended. Your press changed nothing.',
    });
    it.does(ann, 'close');
    expect(it.tries(cleo, { type: 'fact', fact: 'case.reopened', answers: {} })).toMatchObject({
      faults: { why: 'Say why.' },
    });
    it.says(cleo, 'case.reopened', { why: 'Closed on the wrong family.' });
    expect([it.status.ended, it.state('first'), it.state('close')]).toEqual([undefined, 'done', 'open']);
    expect(it.effects).toContainEqual(expect.objectContaining({ kind: 'card', step: 'close' }));
    expect(it.does(ann, 'close').status.ended?.how).toBe('finished');
  });

  test('reopens what was ended by hand, and what one child had left', () => {
    const each = pathway({ way: decision({ on: outcome(), off: outcome({ ends: 'left' }) }, { each: 'children' }) });
    const byHand = ofTwo(each)
      .says(cleo, 'case.ended', { how: 'moved-away', why: 'x' })
      .says(cleo, 'case.reopened', { why: 'y' });
    expect(byHand.status.ended).toBeUndefined();
    const left = ofTwo(each)
      .does(dan, 'way', 'off', {}, { child: 'c1' })
      .does(dan, 'way', 'off', {}, { child: 'c2' })
      .says(cleo, 'case.reopened', { why: 'The second stays.' });
    expect([left.status.ended, left.state('way')]).toEqual([undefined, 'open']);
  });
});

test('an opening without a page about children makes a case without children, under the role of who opened it', () => {
  const way = pathway({ other: record() }, { opening: { by: ['decider', 'asker'], pages: [], sends: 'start' } });
  const it = play(way, calendar).sends(actor('ann', 'asker', 'leader'), {
    type: 'open',
    reference: 'MAD-2345',
    pathway: way.id,
    children: ['c1'],
    pages: {},
  });
  expect(it.case).toMatchObject({ children: [], openedAs: 'asker' });
  expect(it.status.named).toEqual({ asker: 'ann' });
  expect((way.steps.other as Step).kind).toBe('record');
});
