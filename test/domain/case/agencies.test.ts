/** Steps that are done for each agency that was named on the case (HER-D-02). */
import { ann, dan, opened, truth } from './opened.ts';
import { condition, consent, decision, field, gate, outcome, pathway, record, within } from './pathway.ts';

const agencies = field('agencies', { type: 'agencies', required: false, label: 'Agencies, one a line' });

const way = pathway({
  plan: record({ form: { agencies }, repeats: true }),
  share: consent({ each: 'agencies', after: ['plan'] }),
  shared: record({ each: 'agencies', after: ['share'], due: [within(2, 'working days', 'share')] }),
  close: record({ after: ['shared'] }),
  worried: record({ after: ['share.refused'] }),
});
const named = (names: string | readonly string[]) => opened(way).does(ann, 'plan', undefined, { agencies: names });

describe('agencies', () => {
  test('are typed one a line: in clear only that there are so many, their names are sealed', () => {
    const it = named('Barnsley College, pastoral team\n- Dr Patel\n\n2. dr patel');
    expect(it.case.facts.at(-1)).toMatchObject({
      answers: { agencies: ['a1', 'a2'] },
      personal: { 'a1.agency': 'Barnsley College, pastoral team', 'a2.agency': 'dr patel' },
    });
    expect(it.status.agencies).toEqual(['a1', 'a2']);
  });

  test('may come as a list too', () => {
    expect(named(['School', 'GP']).status.agencies).toEqual(['a1', 'a2']);
  });

  test('named again keep what was recorded about them, and a new one gets a place of its own', () => {
    const it = named('School\nGP').does(ann, 'share', 'given', {}, { child: 'a2' });
    it.does(ann, 'plan', undefined, { agencies: 'Health visitor\ngp' });
    expect(it.status.agencies).toEqual(['a3', 'a2']);
    expect(it.status.steps.share?.instances?.map(({ of, state }) => [of, state])).toEqual([
      ['a3', 'open'],
      ['a2', 'done'],
    ]);
  });

  test('"none" is an answer, and nothing typed changes nothing', () => {
    const it = named('School');
    expect(it.does(ann, 'plan').status.agencies).toEqual(['a1']);
    expect(it.does(ann, 'plan', undefined, { agencies: 'None' }).status.agencies).toEqual([]);
  });
});

describe('a step for each agency', () => {
  test('stands for each of them, and is done when it is done for all', () => {
    const it = named('School\nGP');
    expect(it.state('share')).toBe('open');
    it.does(ann, 'share', 'given', {}, { child: 'a1' });
    expect(it.case.facts.at(-1)).toMatchObject({ fact: 'share.given', child: 'a1' });
    expect(it.status.steps.share?.instances).toMatchObject([
      { of: 'a1', state: 'done', doneBy: { fact: 'share.given' } },
      { of: 'a2', state: 'open' },
    ]);
    expect(it.state('share')).toBe('open');
    expect([truth(it, way, 'share').is, truth(it, way, 'share', 'a1').is]).toEqual(['unknown', 'true']);
    it.does(ann, 'share', 'given', {}, { child: 'a2' });
    expect([it.state('share'), truth(it, way, 'share').is]).toEqual(['done', 'true']);
  });

  test('opens for one as soon as what it waits for has come for that one', () => {
    const it = named('School\nGP').does(ann, 'share', 'given', {}, { child: 'a1' });
    expect(it.status.steps.shared?.instances?.map(({ state }) => state)).toEqual(['open', 'waiting']);
    it.does(ann, 'shared', undefined, {}, { child: 'a1' });
    expect(it.refused(ann, 'shared', undefined, {}, { child: 'a2' }).code).toBe('not-open');
  });

  test('an agency with which the family will not share is left out: the rest goes on, as one has said no', () => {
    const it = named('School\nGP').does(ann, 'share', 'given', {}, { child: 'a1' });
    it.does(ann, 'share', 'refused', {}, { child: 'a2' });
    expect(it.status.steps.shared?.instances?.map(({ state }) => state)).toEqual(['open', 'not-applicable']);
    expect(truth(it, way, 'share').is).toBe('false');
  });

  test('where no agency was named is satisfied: nothing is owed, and what comes after it opens', () => {
    const it = opened(way);
    expect([it.state('share'), truth(it, way, 'share').is]).toEqual(['waiting', 'unknown']);
    it.does(ann, 'plan');
    expect([it.state('share'), it.state('shared'), it.state('close')]).toEqual([
      'not-applicable',
      'not-applicable',
      'open',
    ]);
    expect(it.status.steps.share?.instances).toEqual([]);
    expect(truth(it, way, 'share').is).toBe('true');
    // None has agreed, but none has refused either.
    expect(truth(it, way, 'share.refused').is).toBe('false');
    expect(it.state('worried')).toBe('not-applicable');
    expect(it.due('shared')).toBeUndefined();
  });

  test('wants to know which', () => {
    const it = named('School');
    expect(it.refused(ann, 'share', 'given').faults).toEqual({ child: 'Choose which agency.' });
    expect(it.refused(ann, 'share', 'given', {}, { child: 'c1' }).faults).toEqual({ child: 'Choose which agency.' });
  });

  test('is skipped where the case ends before it was done', () => {
    const protocol = pathway({
      plan: record({ form: { agencies } }),
      share: consent({ each: 'agencies', after: ['plan'] }),
      end: record({ ends: 'over' }),
    });
    const it = opened(protocol).does(ann, 'plan', undefined, { agencies: 'School\nGP' });
    it.does(ann, 'share', 'given', {}, { child: 'a1' }).does(ann, 'end');
    expect(it.status.steps.share?.instances?.map(({ state }) => state)).toEqual(['done', 'skipped']);
  });

  test('a gate on it reads the agency that it is about', () => {
    const protocol = pathway({
      plan: record({ form: { agencies } }),
      share: consent({ each: 'agencies', after: ['plan'] }),
      tell: record({
        each: 'agencies',
        after: ['plan'],
        gates: [gate(['share'], { says: 'The family agrees first.' })],
      }),
    });
    const it = opened(protocol).does(ann, 'plan', undefined, { agencies: 'School\nGP' });
    expect(it.status.steps.tell?.blockedBy).toHaveLength(1);
    it.does(ann, 'share', 'given', {}, { child: 'a1' });
    // It may be done for one of them.
    expect(it.status.steps.tell?.blockedBy).toEqual([]);
    it.does(ann, 'tell', undefined, {}, { child: 'a1' });
    expect(it.refused(ann, 'tell', undefined, {}, { child: 'a2' }).code).toBe('gate');
  });
});

describe('a step for each child', () => {
  const protocol = pathway(
    {
      fate: decision({ stays: outcome(), leaves: outcome({ ends: 'left' }) }, { each: 'children' }),
      seen: record({ each: 'children', after: ['fate.stays'] }),
      plan: record({ form: { agencies } }),
      told: record({ each: 'agencies', after: ['plan', 'all-decided'] }),
    },
    { conditions: { 'all-decided': condition({ all: ['fate'] }) } },
  );

  test('says how each stands; a child that has left owes nothing more', () => {
    const it = opened(protocol, { children: ['c1', 'c2', 'c3'] });
    it.does(dan, 'fate', 'leaves', {}, { child: 'c1' }).does(dan, 'fate', 'stays', {}, { child: 'c2' });
    expect(it.status.steps.fate?.instances).toMatchObject([
      { of: 'c1', state: 'done', outcome: 'leaves' },
      { of: 'c2', state: 'done', outcome: 'stays' },
      { of: 'c3', state: 'open' },
    ]);
    expect(it.status.steps.seen?.instances?.map(({ state }) => state)).toEqual(['not-applicable', 'open', 'waiting']);
  });

  test('is waited for by one for each agency until it is done for every child', () => {
    const it = opened(protocol, { children: ['c1', 'c2'] }).does(ann, 'plan', undefined, { agencies: 'School' });
    it.does(dan, 'fate', 'stays', {}, { child: 'c1' });
    expect(it.state('told')).toBe('waiting');
    it.does(dan, 'fate', 'stays', {}, { child: 'c2' });
    expect(it.state('told')).toBe('open');
  });
});
