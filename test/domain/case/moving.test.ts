/** A case that goes on under another pathway, with everything that was recorded. */
import { decide } from '../../../src/domain/case/decide.ts';
import { replay } from '../../../src/domain/case/evolve.ts';
import type { CaseMoved, Effect, Refusal } from '../../../src/domain/case/types.ts';
import { ann, dan, lou, ofTwo } from './opened.ts';
import {
  assign,
  calendar,
  consent,
  council,
  decision,
  field,
  meet,
  outcome,
  pathway,
  record,
  send,
  within,
} from './pathway.ts';
import { type Play, program } from './play.ts';

/** Looks for somebody to lead; where nobody is found the family goes on to the panel. */
const looking = pathway(
  {
    agreed: consent(),
    talk: meet({ post: 'personal', after: ['agreed'], with: ['role/asker', 'role/helper'] }),
    lead: assign({
      by: ['asker'],
      after: ['agreed'],
      mayBe: ['none-found'],
      tells: ['role/helper'],
      moments: {
        'none-found': outcome({
          asks: { tried: field('tried', { type: 'long-text', error: 'Say who was asked.', personal: true }) },
          movesTo: 'madeup/panel',
          tells: ['role/chief'],
          lists: { plan: 'active' },
        }),
      },
    }),
    close: record({ after: ['lead'], ends: 'finished' }),
  },
  { id: 'madeup/looking' },
);

const panel = pathway(
  {
    agreed: consent(),
    lead: assign({ by: ['asker'], mayBe: ['none-found'] }),
    forum: decision(
      { worker: outcome(), no: outcome({ ends: 'not-taken' }) },
      { after: ['lead.none-found', 'agreed'], post: 'channel', due: [within(5, 'working days', 'lead.none-found')] },
    ),
    first: record({ unless: ['list.plan.paused'] }),
    second: record({ after: ['list.plan.active'] }),
  },
  { id: 'madeup/panel' },
);

const moved = (): Play =>
  ofTwo(looking, panel)
    .does(ann, 'agreed')
    .does(ann, 'talk', 'booking', { start: '2026-12-22T10:00' })
    .does(program, 'talk', 'booked', { start: '2026-12-22T10:00', eventId: 'e1', organiser: 'ann' })
    .at('2026-12-18T10:00')
    .does(ann, 'lead', 'none-found', { tried: 'The school, the nurse.' });

const cards = (of: readonly Effect[], step: string) =>
  of.flatMap((effect) => (effect.kind === 'card' && effect.step === step ? [effect] : []));

describe('a naming that finds nobody', () => {
  test('takes the case to the next pathway, and what was agreed stays agreed', () => {
    const it = moved();
    expect(it.case.pathway).toBe('madeup/panel');
    expect([it.state('agreed'), it.state('lead'), it.state('forum')]).toEqual(['done', 'done', 'open']);
    expect(it.status.ended).toBeUndefined();
    expect(it.due('forum')?.due).toBe('2026-12-29');
  });

  test('asks who was tried, and is refused without it', () => {
    const it = ofTwo(looking, panel).does(ann, 'agreed');
    expect(it.refused(ann, 'lead', 'none-found').faults).toEqual({ tried: 'Say who was asked.' });
    expect(it.case.pathway).toBe('madeup/looking');
  });

  test('is refused in words where the next pathway is not known, and nothing is recorded', () => {
    const it = ofTwo(looking).does(ann, 'agreed');
    const no = it.refused(ann, 'lead', 'none-found', { tried: 'The school.' });
    expect(no).toMatchObject({ code: 'unknown' });
    expect(no.words).toContain('“madeup/panel”, is not known here');
    expect(it.state('lead')).toBe('open');
  });

  test('says who is named, which switches hold and what the registers say, so that the new pathway starts from there', () => {
    const [fact, move] = moved().events.slice(-2);
    expect(fact).toMatchObject({ fact: 'lead.none-found', personal: { tried: 'The school, the nurse.' } });
    expect(move as CaseMoved).toMatchObject({
      type: 'case-moved',
      pathway: 'madeup/panel',
      keeps: true,
      named: { asker: 'ann' },
      settings: { counting: 'calendar', 'list.plan': 'active' },
      lists: { plan: { state: 'active' } },
    });
    expect(moved().status.lists).toMatchObject({ plan: { state: 'active' } });
    expect(moved().status.named).toEqual({ asker: 'ann' });
  });

  test('lets the new pathway read the register as it was at the move', () => {
    const it = moved();
    expect([it.state('first'), it.state('second')]).toEqual(['open', 'open']);
  });

  test('pressed twice, with a slow answer in between, moves once', () => {
    const it = ofTwo(looking, panel)
      .does(ann, 'agreed')
      .does(ann, 'lead', 'none-found', { tried: 'All.' }, { key: 'k' });
    const again = it.tries(ann, { type: 'record', step: 'lead', part: 'none-found', answers: { tried: 'All.' } }, 'k');
    expect(again).toEqual([]);
  });

  test('replays from the log to the same case', () => {
    const it = moved();
    expect(replay('case', it.events)).toEqual(it.case);
  });

  test('does not move again by what was recorded before, and does not end by it', () => {
    const ends = pathway(
      {
        agreed: consent(),
        lead: assign({ by: ['asker'], mayBe: ['none-found'], moments: { 'none-found': outcome({ ends: 'gone' }) } }),
        go: record(),
      },
      { id: 'madeup/panel' },
    );
    const it = ofTwo(looking, ends).does(ann, 'agreed').does(ann, 'lead', 'none-found', { tried: 'All.' });
    expect(it.status.ended).toBeUndefined();
    it.does(ann, 'go');
    expect(it.case.earlier).toHaveLength(1);
  });
});

describe('what follows from a move', () => {
  test('what the outcome says is told, as the case stood on leaving', () => {
    const it = moved();
    const move = it.case.earlier.at(-1)?.seq ?? 0;
    expect(cards(it.effects, 'lead')).toContainEqual({
      key: `case/lead/card/role/chief/${it.case.seq}`,
      kind: 'card',
      step: 'lead',
      audience: { role: 'chief' },
      asOf: move - 1,
    });
  });

  test('questions of the pathway left are edited, and those of the new one are asked', () => {
    const it = moved();
    expect(cards(it.effects, 'talk').every(({ edit, asOf }) => edit === true && asOf !== undefined)).toBe(true);
    expect(cards(it.effects, 'talk')).not.toEqual([]);
    expect(cards(it.effects, 'forum')).toMatchObject([{ audience: { channel: 'deciders' } }]);
    expect(cards(it.effects, 'forum')[0]).not.toHaveProperty('edit');
    expect(cards(it.effects, 'agreed')).toEqual([]);
    expect(cards(it.effects, 'case')).toMatchObject([{ audience: { person: 'ann' }, edit: true }]);
  });

  test('a meeting that was booked for the pathway left is cancelled, once', () => {
    const it = moved();
    const unbooked = it.effects.filter(({ kind }) => kind === 'unbook');
    expect(unbooked).toEqual([
      { key: 'case/talk/unbook/e1', kind: 'unbook', step: 'talk', eventId: 'e1', organiser: 'ann' },
    ]);
    expect(it.does(dan, 'forum', 'worker').effects.filter(({ kind }) => kind === 'unbook')).toEqual([]);
  });

  test('a booking that Outlook answers after the move is recorded, and cancelled', () => {
    const it = ofTwo(looking, panel)
      .does(ann, 'agreed')
      .does(ann, 'talk', 'booking', { start: '2026-12-22T10:00' })
      .does(ann, 'lead', 'none-found', { tried: 'All.' })
      .does(program, 'talk', 'booked', { start: '2026-12-22T10:00', eventId: 'e2', organiser: 'ann' });
    expect(it.case.facts.at(-1)?.fact).toBe('talk.booked');
    expect(it.effects.filter(({ kind }) => kind === 'unbook')).toMatchObject([{ eventId: 'e2', organiser: 'ann' }]);
  });

  test('nothing is asked for twice', () => {
    const it = moved().does(dan, 'forum', 'worker').does(ann, 'first');
    const keys = it.allEffects.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('a mail that was pressed before the move goes out all the same', () => {
    const from = pathway(
      {
        letter: send({ by: ['asker'] }),
        choice: decision({ on: outcome({ movesTo: 'madeup/panel' }) }),
      },
      { id: 'madeup/from' },
    );
    const it = ofTwo(from, panel).does(ann, 'letter').does(dan, 'choice', 'on').does(program, 'letter', 'sent');
    expect(it.case.pathway).toBe('madeup/panel');
    expect(it.case.facts.at(-1)?.fact).toBe('letter.sent');
  });
});

describe('a move', () => {
  test('of a step that the program completes comes with its mail', () => {
    const from = pathway({ letter: send({ movesTo: 'madeup/panel' }) }, { id: 'madeup/from' });
    const it = ofTwo(from, panel).does(ann, 'letter');
    expect(it.case.pathway).toBe('madeup/from');
    expect(it.does(program, 'letter', 'sent').case.pathway).toBe('madeup/panel');
  });

  test('about each child waits until it is said of every child, or the others have left', () => {
    const from = pathway(
      {
        way: decision(
          { on: outcome({ movesTo: 'madeup/panel' }), off: outcome({ ends: 'left' }) },
          { each: 'children' },
        ),
      },
      { id: 'madeup/from' },
    );
    const it = ofTwo(from, panel).does(dan, 'way', 'on', {}, { child: 'c1' });
    expect(it.case.pathway).toBe('madeup/from');
    const leaves = it.tries(dan, { type: 'record', step: 'way', part: 'off', answers: {}, child: 'c2' });
    expect(leaves).toMatchObject([{ fact: 'way.off' }, { pathway: 'madeup/panel', children: ['c1'] }]);
    it.does(dan, 'way', 'on', {}, { child: 'c2' });
    expect(it.case).toMatchObject({ pathway: 'madeup/panel', children: ['c1', 'c2'] });
  });

  test('leaves behind a child that had left before', () => {
    const from = pathway(
      {
        way: decision({ on: outcome(), off: outcome({ ends: 'left' }) }, { each: 'children' }),
        go: record({ movesTo: 'madeup/panel' }),
      },
      { id: 'madeup/from' },
    );
    const it = ofTwo(from, panel).does(dan, 'way', 'off', {}, { child: 'c2' }).does(ann, 'go');
    expect(it.case.children).toEqual(['c1']);
  });

  test('carries the person and the team that only the first pathway named', () => {
    const from = pathway(
      {
        place: decision({ team: outcome({ asks: { team: field('team', { type: 'team' }) } }) }),
        worker: assign(),
        go: record({ movesTo: 'madeup/panel' }),
      },
      { id: 'madeup/from' },
    );
    const it = ofTwo(from, panel)
      .does(dan, 'place', 'team', { team: 'north' })
      .does(lou, 'worker', undefined, { worker: 'wim' })
      .does(ann, 'go');
    expect(it.status.named).toEqual({ asker: 'ann', helper: 'wim' });
    expect([it.status.team, it.status.teams]).toEqual(['north', ['north']]);
  });

  test('asks on the step itself what the opening of the new pathway would have asked', () => {
    const written = field('document', {
      type: 'document',
      error: 'Paste the link of the signed form.',
      personal: true,
    });
    const to = pathway(
      { sharing: consent({ consent: 'written', mayBe: ['overridden'] }), next: record({ after: ['sharing'] }) },
      {
        id: 'madeup/panel',
        opening: {
          by: ['asker'],
          sends: 'start',
          pages: [
            { id: 'sharing', title: 'Sharing', records: { step: 'sharing' }, fields: { document: written }, rules: [] },
          ],
        },
      },
    );
    const from = pathway({ go: record({ movesTo: 'madeup/panel' }) }, { id: 'madeup/from' });
    const it = ofTwo(from, to).does(ann, 'go');
    expect(it.state('sharing')).toBe('open');
    expect(it.refused(ann, 'sharing', 'given').faults).toEqual({ document: 'Paste the link of the signed form.' });
    it.does(ann, 'sharing', 'given', { document: 'https://forms.example/1' });
    expect([it.state('sharing'), it.state('next')]).toEqual(['done', 'open']);
  });

  test('changes nothing for a log of before there were moves', () => {
    const it = ofTwo(looking, panel).does(ann, 'agreed');
    const old = it.events.map((event) => {
      if (event.type !== 'case-opened') return event;
      const { role: _, ...rest } = event;
      return rest;
    });
    expect(replay('case', old).facts).toEqual(it.case.facts);
    const no = decide(
      looking,
      replay('case', old),
      { type: 'record', step: 'close', answers: {} },
      ann,
      it.now,
      calendar,
      'x',
    );
    expect((no as Refusal).words).toBe('Not yet: “lead” comes first.');
    expect(council.id).toBe('madeup');
  });
});
