/** A meeting between its booking and its beginning: moved, kept, cancelled, declined, and its people changed. One event throughout. */
import type { Effect } from '../../../src/domain/case/types.ts';
import type { Protocol } from '../../../src/domain/protocol/types.ts';
import { ann, cleo as chief, lou, opened } from './opened.ts';
import { assign, decision, meet, outcome, pathway, record, within } from './pathway.ts';
import { actor, type Play, program } from './play.ts';

const wim = actor('wim', 'helper');
const stranger = actor('sam', 'decider');

const kinds = (of: readonly Effect[], kind: Effect['kind']) => of.filter((effect) => effect.kind === kind);
const news = (it: Play) => it.effects.flatMap((effect) => (effect.kind === 'diary' ? [[effect.what, effect.by]] : []));
const inDiaries = (it: Play) => it.effects.filter(({ kind }) => ['book', 'rebook', 'attend', 'unbook'].includes(kind));

/** To be held within four working days of Thu 17 Dec 2026: by Wed 23 Dec 2026. */
const chosen = pathway({
  begin: record(),
  lead: assign({ after: ['begin'] }),
  visit: meet({
    title: 'visit',
    after: ['begin'],
    with: ['role/asker', 'role/helper', 'family'],
    mayCome: ['role/decider'],
    due: [{ ...within(4, 'working days', 'begin'), late: 'reason' }],
  }),
  end: record({ ends: 'over' }),
});

const started = (protocol: Protocol = chosen): Play =>
  opened(protocol).does(ann, 'begin').does(lou, 'lead', undefined, { worker: 'wim' });

const FIRST = '2026-12-21T10:00';
const booked = (it: Play = started()): Play =>
  it
    .does(ann, 'visit', 'booking', { start: FIRST })
    .does(program, 'visit', 'booked', { start: FIRST, eventId: 'e1', organiser: 'ann' });
const booking = (it: Play) => it.status.steps.visit?.booking;
const seen = (start: string, eventId = 'e1') => ({ start, eventId });

describe('moved in Outlook', () => {
  test('inside the limit the case follows, keeps the old time, and nobody gets a message', () => {
    const it = booked().does(program, 'visit', 'moved', seen('2026-12-22T14:00'));
    expect(booking(it)).toMatchObject({
      start: '2026-12-22T14:00:00.000Z',
      end: '2026-12-22T15:00:00.000Z',
      state: 'booked',
      eventId: 'e1',
      inOutlook: { at: '2026-12-17T09:00:00.000Z' },
      was: [{ start: '2026-12-21T10:00:00.000Z', end: '2026-12-21T11:00:00.000Z', by: 'stepwise' }],
    });
    expect(booking(it)?.pastLimit).toBeUndefined();
    expect([...news(it), ...inDiaries(it)]).toEqual([]);
    expect(kinds(it.effects, 'card').every((effect) => effect.kind === 'card' && effect.edit)).toBe(true);
  });

  test('past the limit, those who attend are asked, until somebody says why it stays', () => {
    const it = booked().does(program, 'visit', 'moved', seen('2026-12-29T10:00'));
    expect(booking(it)).toMatchObject({ pastLimit: '2026-12-23' });
    expect(news(it)).toEqual([['past-limit', it.case.seq]]);
    expect(it.refused(ann, 'visit', 'kept').faults).toEqual({ reason: 'Give the reason. It is kept.' });
    expect(it.refused(stranger, 'visit', 'kept', {}, { reason: 'So.' }).code).toBe('not-permitted');
    it.does(wim, 'visit', 'kept', {}, { reason: 'The family is away until then.' });
    expect(booking(it)?.kept).toMatchObject({
      by: 'wim',
      personal: { 'late-reason': 'The family is away until then.' },
    });
    expect(news(it)).toEqual([['kept', it.case.seq]]);
    expect(it.refused(ann, 'visit', 'kept', {}, { reason: 'Again.' }).code).toBe('already-done');
    // When it is held, nobody asks for the reason a second time; the limit stands where it stood.
    expect(it.due('visit')?.due).toBe('2026-12-23');
    it.at('2026-12-29T12:00').does(ann, 'visit', 'held');
    expect(it.state('visit')).toBe('done');
  });

  test('further past the limit it needs a reason again; back inside it needs none', () => {
    const it = booked()
      .does(program, 'visit', 'moved', seen('2026-12-29T10:00'))
      .does(chief, 'visit', 'kept', {}, { reason: 'Family away.' })
      .does(program, 'visit', 'moved', seen('2026-12-30T10:00'));
    expect(news(it)).toEqual([['past-limit', it.case.seq]]);
    expect(booking(it)?.kept).toBeUndefined();
    it.does(program, 'visit', 'moved', seen('2026-12-23T10:00'));
    expect(news(it)).toEqual([]);
    expect(it.refused(ann, 'visit', 'kept', {}, { reason: 'So.' }).words).toBe(
      'Wed 23 Dec 2026, 10:00 is inside the limit. Your press changed nothing.',
    );
  });

  test('put back, the same event is moved again, and no second one is made', () => {
    const it = booked()
      .does(program, 'visit', 'moved', seen('2026-12-29T10:00'))
      .does(ann, 'visit', 'booking', { start: FIRST });
    expect(inDiaries(it)).toMatchObject([{ kind: 'rebook', eventId: 'e1', start: '2026-12-21T10:00:00.000Z' }]);
    expect(booking(it)).toMatchObject({ state: 'asked', eventId: 'e1' });
    expect(booking(it)?.inOutlook).toBeUndefined();
    expect(booking(it)?.was?.map(({ start, by }) => [start, by])).toEqual([
      ['2026-12-21T10:00:00.000Z', 'stepwise'],
      ['2026-12-29T10:00:00.000Z', 'ann'],
    ]);
  });

  test('what is known, of another event, or overtaken by a card changes nothing', () => {
    const it = booked();
    expect(it.refused(program, 'visit', 'moved', seen(FIRST)).code).toBe('already-done');
    expect(it.refused(program, 'visit', 'moved', seen('2026-12-22T10:00', 'e9')).code).toBe('not-open');
    it.does(ann, 'visit', 'booking', { start: '2026-12-22T10:00' });
    // Outlook still shows the old time while it is being moved.
    expect(it.refused(program, 'visit', 'moved', seen(FIRST)).code).toBe('not-open');
    expect(it.refused(program, 'visit', 'moved', seen('2026-12-22T10:00')).code).toBe('already-done');
  });

  test('a meeting that is over is not taken back by tidying the diary', () => {
    const it = booked().at('2026-12-21T12:00');
    expect(it.refused(program, 'visit', 'moved', seen('2026-12-21T09:00')).code).toBe('not-open');
    expect(it.refused(program, 'visit', 'cancelled', { eventId: 'e1', how: 'deleted' }).code).toBe('not-open');
    expect(it.refused(program, 'visit', 'declined', { person: 'wim', eventId: 'e1' }).code).toBe('not-open');
    // Still to come after all, because somebody put it off in Outlook.
    it.does(program, 'visit', 'moved', seen('2026-12-22T09:00'));
    expect(kinds(it.effects, 'ask-held')).toMatchObject([{ notBefore: '2026-12-22T10:15:00.000Z' }]);
  });
});

describe('a time from a card', () => {
  test('that it has already is no new booking', () => {
    expect(booked().refused(ann, 'visit', 'booking', { start: FIRST }).words).toBe(
      'It is booked for Mon 21 Dec 2026, 10:00 already. Your press changed nothing.',
    );
  });

  test('past the limit needs a reason, which its channel is told of, and which is asked once', () => {
    const it = booked();
    expect(it.refused(ann, 'visit', 'booking', { start: '2026-12-29T10:00' }).code).toBe('late-reason-needed');
    it.does(ann, 'visit', 'booking', { start: '2026-12-29T10:00' }, { reason: 'Family away.' });
    expect(news(it)).toEqual([['kept', it.case.seq]]);
    it.does(program, 'visit', 'booked', { start: '2026-12-29T10:00', eventId: 'e1', organiser: 'ann' });
    expect(booking(it)).toMatchObject({ pastLimit: '2026-12-23', kept: { by: 'ann' } });
    expect(news(it)).toEqual([]);
  });

  test('chosen again before Outlook has answered: the late answer to the first one changes nothing', () => {
    const it = booked()
      .does(ann, 'visit', 'booking', { start: '2026-12-22T10:00' })
      .does(ann, 'visit', 'booking', { start: '2026-12-23T10:00' });
    expect(
      it.refused(program, 'visit', 'booked', { start: '2026-12-22T10:00', eventId: 'e1', organiser: 'ann' }).code,
    ).toBe('already-done');
    it.does(program, 'visit', 'booked', { start: '2026-12-23T10:00', eventId: 'e1', organiser: 'ann' });
    expect(booking(it)).toMatchObject({ start: '2026-12-23T10:00:00.000Z', state: 'booked' });
    expect(kinds(it.allEffects, 'unbook')).toEqual([]);
  });
});

describe('cancelled', () => {
  test.each(['cancelled', 'deleted'])(
    'in Outlook (%s): the step is open again, and those who attend are told once',
    (how) => {
      const it = booked().does(program, 'visit', 'cancelled', { eventId: 'e1', how });
      expect(it.state('visit')).toBe('open');
      expect(booking(it)).toBeUndefined();
      expect(it.status.steps.visit?.lost).toMatchObject({ fact: 'visit.cancelled', answers: { how } });
      expect(news(it)).toEqual([['lost', it.case.seq]]);
      expect(inDiaries(it)).toEqual([]);
      expect(it.refused(program, 'visit', 'cancelled', { eventId: 'e1', how }).code).toBe('not-open');
      it.does(ann, 'visit', 'booking', { start: '2026-12-22T10:00' });
      expect(it.status.steps.visit?.lost).toBeUndefined();
      expect(inDiaries(it)).toMatchObject([{ kind: 'book', start: '2026-12-22T10:00:00.000Z' }]);
      expect(booking(it)?.was).toMatchObject([{ start: '2026-12-21T10:00:00.000Z', by: 'ann' }]);
    },
  );

  test('from a card, with the reason: the event is cancelled in Outlook, and the step is open again', () => {
    const it = booked();
    expect(it.refused(wim, 'visit', 'cancelled').faults).toEqual({ reason: 'Give the reason. It is kept.' });
    it.does(wim, 'visit', 'cancelled', {}, { reason: 'The child is ill.' });
    expect(inDiaries(it)).toEqual([
      { key: 'case/visit/unbook/e1', kind: 'unbook', step: 'visit', eventId: 'e1', organiser: 'ann', cancelled: true },
    ]);
    expect(it.status.steps.visit?.lost).toMatchObject({ by: 'wim', personal: { reason: 'The child is ill.' } });
    expect(news(it)).toEqual([['lost', it.case.seq]]);
    // Outlook shows what the program did itself.
    it.does(program, 'visit', 'cancelled', { eventId: 'e1', how: 'cancelled' });
    expect(it.status.steps.visit?.lost).toMatchObject({ by: 'wim' });
    expect(it.effects).toEqual([]);
  });

  test('before Outlook has answered: what it then made is taken out again', () => {
    const it = started()
      .does(ann, 'visit', 'booking', { start: FIRST })
      .does(ann, 'visit', 'cancelled', {}, { reason: 'Not needed yet.' })
      .does(program, 'visit', 'booked', { start: FIRST, eventId: 'e1', organiser: 'ann' });
    expect(booking(it)).toBeUndefined();
    expect(inDiaries(it)).toMatchObject([{ kind: 'unbook', eventId: 'e1' }]);
  });

  test('cannot be what is not booked, or has begun', () => {
    const said = { reason: 'So.' };
    expect(started().refused(ann, 'visit', 'cancelled', {}, said).words).toBe(
      'The visit has no time yet. Your press changed nothing.',
    );
    expect(booked().at('2026-12-21T10:00').refused(ann, 'visit', 'cancelled', {}, said).words).toBe(
      'The visit began Mon 21 Dec 2026, 10:00. Say whether it took place.',
    );
  });

  test('by saying beforehand that it will not take place, or by a decision that reopens what led to it', () => {
    expect(inDiaries(booked().does(ann, 'visit', 'not-held'))).toMatchObject([{ kind: 'unbook', eventId: 'e1' }]);
    const it = booked(
      started(
        pathway({
          begin: record(),
          lead: assign({ after: ['begin'] }),
          visit: meet({ after: ['begin'], with: ['role/asker', 'role/helper'] }),
          again: record({ after: ['visit.booked'], reopens: ['begin'] }),
        }),
      ),
    ).does(ann, 'again');
    expect(booking(it)).toBeUndefined();
    expect(inDiaries(it)).toMatchObject([{ kind: 'unbook', eventId: 'e1' }]);
    // What did not take place when it should have lies in the past, and stays in the diary.
    const past = booked().at('2026-12-21T12:00').does(ann, 'visit', 'not-held');
    expect(inDiaries(past)).toEqual([]);
  });

  test('while a card moves it: the person gets the time that they chose, with another event', () => {
    const it = booked()
      .does(ann, 'visit', 'booking', { start: '2026-12-22T10:00' })
      .does(program, 'visit', 'cancelled', { eventId: 'e1', how: 'deleted' });
    expect(booking(it)).toMatchObject({ start: '2026-12-22T10:00:00.000Z', state: 'asked' });
    expect(booking(it)?.eventId).toBeUndefined();
    expect(news(it)).toEqual([]);
    it.does(program, 'visit', 'booked', { start: '2026-12-22T10:00', eventId: 'e2', organiser: 'ann' });
    expect(booking(it)).toMatchObject({ state: 'booked', eventId: 'e2' });
    expect(kinds(it.allEffects, 'unbook')).toEqual([]);
  });
});

describe('declined', () => {
  const no = (person: string, role: string) => ({ person, role, eventId: 'e1', start: FIRST });

  test('by somebody who must come is raised at once, once, and a later yes takes it back', () => {
    const it = booked().does(program, 'visit', 'declined', no('wim', 'helper'));
    expect(booking(it)?.declined).toMatchObject([{ person: 'wim', role: 'helper' }]);
    expect(news(it)).toEqual([['declined', it.case.seq]]);
    expect(it.state('visit')).toBe('open');
    expect(it.refused(program, 'visit', 'declined', no('wim', 'helper')).code).toBe('already-done');
    it.does(program, 'visit', 'accepted', no('wim', 'helper'));
    expect(booking(it)?.declined).toBeUndefined();
    expect(it.refused(program, 'visit', 'accepted', no('wim', 'helper')).code).toBe('not-open');
    expect(it.refused(ann, 'visit', 'accepted').code).toBe('not-permitted');
  });

  test('by somebody who may come is recorded and raised to nobody', () => {
    const it = booked().does(program, 'visit', 'declined', no('dan', 'decider'));
    expect(booking(it)?.declined).toBeUndefined();
    expect(news(it)).toEqual([]);
  });

  test('of a time that no longer stands says nothing', () => {
    const it = booked().does(program, 'visit', 'declined', no('wim', 'helper'));
    it.does(ann, 'visit', 'booking', { start: '2026-12-22T10:00' });
    expect(booking(it)?.declined).toBeUndefined();
    it.does(program, 'visit', 'booked', { start: '2026-12-22T10:00', eventId: 'e1', organiser: 'ann' });
    expect(it.refused(program, 'visit', 'declined', no('wim', 'helper')).code).toBe('not-open');
  });

  test('and another worker named: it stays at its time, the new one is invited, and has declined nothing', () => {
    const it = booked()
      .does(program, 'visit', 'declined', no('wim', 'helper'))
      .does(lou, 'lead', 'named', { worker: 'wendy' });
    expect(booking(it)).toMatchObject({ start: '2026-12-21T10:00:00.000Z', state: 'booked', eventId: 'e1' });
    expect(booking(it)?.declined).toBeUndefined();
    expect(inDiaries(it)).toMatchObject([{ kind: 'attend', eventId: 'e1', organiser: 'ann' }]);
  });

  test('a step that waits for a decline waits again once it is taken back', () => {
    const it = booked(
      started(
        pathway({
          begin: record(),
          lead: assign({ after: ['begin'] }),
          visit: meet({ after: ['begin'], with: ['role/asker', 'role/helper'] }),
          talk: record({ after: ['visit.declined.helper'] }),
          say: decision({ yes: outcome() }),
        }),
      ),
    ).does(program, 'visit', 'declined', no('wim', 'helper'));
    expect(it.state('talk')).toBe('open');
    it.does(program, 'visit', 'accepted', no('wim', 'helper'));
    expect(it.state('talk')).toBe('waiting');
  });
});

describe('who comes', () => {
  const WHY = { reason: 'The nurse knows the child.' };

  test('is changed from the card, with the reason, and the same event gets other people', () => {
    const it = booked().does(ann, 'visit', 'attendees', { also: ['nell'], without: ['wim'] }, WHY);
    expect(booking(it)).toMatchObject({ also: ['nell'], without: ['wim'], state: 'booked', eventId: 'e1' });
    expect(inDiaries(it)).toEqual([
      { key: `case/visit/attend/${it.case.seq}`, kind: 'attend', step: 'visit', eventId: 'e1', organiser: 'ann' },
    ]);
    expect(it.refused(ann, 'visit', 'attendees', { also: ['nell'], without: ['wim'] }, WHY).code).toBe('already-done');
    it.does(chief, 'visit', 'attendees', { also: [], without: [] }, { reason: 'A mistake.' });
    expect(booking(it)?.also).toBeUndefined();
    expect(inDiaries(it)).toMatchObject([{ kind: 'attend' }]);
  });

  test('cannot leave out the one in whose diary it stands, and needs a reason', () => {
    const it = booked();
    expect(it.refused(ann, 'visit', 'attendees', { without: ['ann'] }).faults).toEqual({
      without: 'The meeting stands in this person’s diary, so they cannot be left out.',
      reason: 'Give the reason. It is kept.',
    });
    expect(it.refused(stranger, 'visit', 'attendees', { also: ['nell'] }, WHY).code).toBe('not-permitted');
  });

  test('changed while Outlook books it: they are invited as soon as it stands', () => {
    const it = started()
      .does(ann, 'visit', 'booking', { start: FIRST })
      .does(ann, 'visit', 'attendees', { also: ['nell'] }, WHY);
    expect(inDiaries(it)).toEqual([]);
    it.does(program, 'visit', 'booked', { start: FIRST, eventId: 'e1', organiser: 'ann' });
    expect(inDiaries(it)).toMatchObject([{ kind: 'attend', eventId: 'e1' }]);
  });

  test('a case that ends takes the meeting out of the diaries, wherever it was moved', () => {
    const it = booked().does(program, 'visit', 'moved', seen('2026-12-22T10:00')).does(ann, 'end');
    expect(inDiaries(it)).toMatchObject([{ kind: 'unbook', eventId: 'e1' }]);
  });
});
