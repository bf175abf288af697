/** The story of a step down after an assessment (Camden, section 3), played with its dates through Christmas 2026. */
import { loadProtocols } from '../../../src/adapters/protocol-files/load.ts';
import type { Command, Refusal } from '../../../src/domain/case/types.ts';
import { explain } from '../../../src/domain/time/count-from.ts';
import { actor, type Play, play, program } from './play.ts';

const protocols = loadProtocols();
const protocol = protocols.get('camden/after-assessment');
const calendar = protocols.calendar('camden');

const amara = actor('amara', 'social-worker');
const priya = actor('priya', 'social-work-team-manager');
const dawn = actor('dawn', 'front-door-manager');
const grace = actor('grace', 'eh-team-manager');
const hugh = actor('hugh', 'eh-team-manager');
const jo = actor('jo', 'family-worker');
const nia = actor('nia', 'duty-manager');
const ruth = actor('ruth', 'service-manager');
const tessa = actor('tessa', 'head-of-service');

const child = (id: string, name: string) => ({
  [`${id}.name`]: name,
  [`${id}.birth-date`]: '27 3 2015',
  [`${id}.mosaic`]: '1234567',
  [`${id}.schools`]: 'Invented Primary',
  [`${id}.support-needed`]: 'Routines at home.',
  [`${id}.reasons`]: 'A fall from the stairs.',
});

const opening: Extract<Command, { type: 'open' }> = {
  type: 'open',
  reference: 'CAM-7K3F',
  pathway: 'camden/after-assessment',
  children: ['c1', 'c2'],
  pages: {
    agreement: { who: ['mother'], at: '2026-12-17', how: 'in-person' },
    assessment: { at: '2026-12-17', 'lead-service': 'early-help' },
    child: { ...child('c1', 'Robin Ashdown'), ...child('c2', 'Kit Ashdown') },
    plan: { summary: 'Needs.', outline: 'Plan.', 'way-back': 'If it gets worse.' },
    times: { times: ['2026-12-30T10:00', '2026-12-31T14:00', '2027-01-04T10:00'] },
    check: { 'agreement-covers-all': true },
  },
};

const referred = (): Play =>
  play(protocol, calendar)
    .at('2026-12-18T18:40')
    .sends(amara, opening)
    .does(program, 'request', 'sent')
    .at('2026-12-18T18:46')
    .does(program, 'request', 'received', {}, { at: '2026-12-18T18:45' });

const teamNamed = (): Play =>
  referred()
    .at('2026-12-21T11:04')
    .does(dawn, 'front-door', 'team', { team: 'euston' })
    .at('2026-12-21T11:05')
    .does(program, 'front-door-answer', 'sent');

const consulted = (): Play =>
  teamNamed()
    .at('2026-12-22T09:10')
    .does(grace, 'offer', undefined, {}, { key: 'offer-and-book' })
    .does(grace, 'consultation', 'booking', { start: '2026-12-23T10:00' }, { key: 'offer-and-book' })
    .does(program, 'consultation', 'booked', { start: '2026-12-23T10:00', eventId: 'e1', organiser: 'grace' })
    .at('2026-12-23T11:00')
    .does(grace, 'consultation', 'held');

const workerNamed = (): Play =>
  consulted()
    .does(grace, 'acceptance', 'accepted', {}, { key: 'accept' })
    .does(
      grace,
      'worker',
      undefined,
      { worker: 'jo', 'c1.course': 'accept', 'c2.course': 'accept' },
      { key: 'accept' },
    );

const visited = (): Play =>
  workerNamed()
    .does(program, 'joint-visit', 'booked', { start: '2026-12-30T10:00', eventId: 'e2', organiser: 'amara' })
    .at('2026-12-30T11:15')
    .does(jo, 'joint-visit', 'held', { 'who-was-there': ['mother', 'children'] });

const recordedInMosaic = (of: Play): Play =>
  of
    .does(amara, 'section-4', undefined, { complete: true, 'next-step': true, at: '2026-12-30' })
    .does(priya, 'next-actions', undefined, { actions: true, 'passed-to': 'eu', at: '2026-12-30' });

describe('the referral', () => {
  test('is sent to the step-down mailbox once, and nothing says it was sent before the mailbox took it', () => {
    const it = play(protocol, calendar).at('2026-12-18T18:40').sends(amara, opening);
    expect(it.effects.filter(({ kind }) => kind === 'mail').map(({ key }) => key)).toEqual(['case/request/mail/4']);
    expect(it.state('request')).toBe('open');
    expect(it.case.facts.map(({ fact, at }) => [fact, at])).toEqual([
      ['agreement', '2026-12-17'],
      ['assessment-completed', '2026-12-17'],
      ['request', '2026-12-18T18:40:00.000Z'],
    ]);
    expect(it.status.holder).toBe('social-care');
    expect(it.status.named['social-worker']).toBe('amara');
  });

  test('keeps names, birth dates and narrative apart from what channels see', () => {
    const request = play(protocol, calendar).at('2026-12-18T18:40').sends(amara, opening).case.facts[2];
    expect(request?.personal?.['c1.name']).toBe('Robin Ashdown');
    expect(request?.personal?.['c1.birth-date']).toBe('2015-03-27');
    expect(JSON.stringify(request?.answers)).not.toMatch(/Ashdown|2015|Primary|stairs/);
    expect(request?.answers.times).toEqual([
      '2026-12-30T10:00:00.000Z',
      '2026-12-31T14:00:00.000Z',
      '2027-01-04T10:00:00.000Z',
    ]);
  });

  test('starts the clock of the answer when it arrives: Fri 18 Dec, 18:45 is answered by Tue 22 Dec', () => {
    const it = referred();
    expect(it.due('front-door')?.due).toBe('2026-12-22');
    expect(it.state('front-door')).toBe('open');
    expect(it.because('front-door')).toContain('2 working days from Fri 18 Dec 2026');
    // 18:45 on a Friday: the card waits for Monday morning.
    const posted = it.effects.find((effect) => effect.kind === 'card' && effect.step === 'front-door');
    expect(posted).toMatchObject({ audience: { channel: 'front-door' }, notBefore: '2026-12-21T08:30:00.000Z' });
  });

  test('shows the visit and the closing by Tue 5 Jan 2027, and why', () => {
    const it = referred();
    const close = it.due('close');
    expect(close?.due).toBe('2027-01-05');
    const why = explain(close?.because ?? []);
    expect(why.startsWith('10 working days from Thu 17 Dec 2026, when the assessment was completed.')).toBe(true);
    expect(why).toContain('Christmas Day (Fri 25 Dec)');
    expect(why).toMatch(/Rules CAM-A-04, CAM-A-18 and CAM-A-28, section 3 p3\.$/);
    expect(explain(it.due('joint-visit')?.because ?? [])).toBe(
      '10 working days from Thu 17 Dec 2026, when the assessment was completed. That day does not count. ' +
        "Nor do 3 weekends, Christmas Day (Fri 25 Dec), the Boxing Day bank holiday (Mon 28 Dec) and New Year's Day (Fri 1 Jan). " +
        'Rule CAM-A-18, section 3 p7.',
    );
    expect(it.state('joint-visit')).toBe('waiting');
  });
});

describe('the front door', () => {
  test('decides on panel at 16:59 for the next day and at 17:01 for the week after', () => {
    const at = (time: string) =>
      referred().at(time).does(dawn, 'front-door', 'panel', { why: 'complex-family', short: 'Many needs.' });
    expect(at('2026-12-21T16:59').due('panel')?.due).toBe('2026-12-22');
    expect(at('2026-12-21T17:01').due('panel')?.due).toBe('2026-12-29');
  });

  test('moves the limit of a panel family to Tue 12 Jan 2027 and asks for new visit times', () => {
    const it = referred()
      .at('2026-12-21T16:59')
      .does(dawn, 'front-door', 'panel', { why: 'complex-family', short: 'Many needs.' });
    expect(it.due('close')?.due).toBe('2027-01-12');
    expect(it.because('close')).toContain('Referred to the panel: 15 working days instead of 10 (CAM-A-24).');
    expect(it.state('new-times')).toBe('open');
    expect(it.effects.filter(({ kind }) => kind === 'book')).toEqual([
      { key: 'case/panel/book/7', kind: 'book', step: 'panel', start: '2026-12-22T10:00:00.000Z' },
    ]);
    expect(
      it.refused(amara, 'new-times', undefined, { times: ['2027-01-11T10:00', '2027-01-12T10:00', '2027-01-13T10:00'] })
        .faults,
    ).toEqual({
      times: 'That is after the limit, Tue 12 Jan 2027.',
    });
    it.does(amara, 'new-times', undefined, { times: ['2027-01-08T10:00', '2027-01-11T10:00', '2027-01-12T10:00'] });
    expect(it.state('new-times')).toBe('done');
  });

  test('books the panel again for the next session when it did not meet', () => {
    const it = referred()
      .at('2026-12-21T16:59')
      .does(dawn, 'front-door', 'panel', { why: 'complex-family', short: 'Many needs.' })
      .does(program, 'panel', 'booked', { start: '2026-12-22T10:00', eventId: 'p1', organiser: 'dawn' })
      .at('2026-12-22T12:00')
      .does(dawn, 'panel', 'not-held');
    expect(it.effects.filter(({ kind }) => kind === 'book')).toMatchObject([{ start: '2026-12-29T10:00:00.000Z' }]);
    expect(it.due('panel')?.due).toBe('2026-12-29');
    expect(it.state('panel')).toBe('open');
  });

  test('tells the social worker within two working days of the panel, counted from the panel itself', () => {
    const it = referred()
      .at('2026-12-21T16:59')
      .does(dawn, 'front-door', 'panel', { why: 'complex-family', short: 'Many needs.' })
      .does(program, 'panel', 'booked', { start: '2026-12-22T10:00', eventId: 'p1', organiser: 'dawn' });
    expect(it.refused(dawn, 'panel', 'team', { team: 'euston' }).words).toBe(
      'Not yet: the Early Help Panel begins Tue 22 Dec 2026, 10:00.',
    );
    it.at('2026-12-23T09:00').does(dawn, 'panel', 'team', { team: 'euston' });
    expect(it.due('panel-answer')?.due).toBe('2026-12-24');
    expect(it.effects.filter(({ kind }) => kind === 'mail').map(({ key }) => key)).toEqual([
      'case/panel-answer/mail/9',
    ]);
    expect(it.refused(amara, 'panel', 'team', { team: 'euston' }).code).toBe('not-permitted');
    it.does(program, 'panel-answer', 'sent');
    expect(it.state('consultation')).toBe('open');
  });

  test('ends the case with advice, and Social Care still holds the family', () => {
    const it = referred()
      .at('2026-12-21T10:00')
      .does(dawn, 'front-door', 'advice', { advice: 'Ask the school first.' });
    expect(it.status.ended?.how).toBe('advice-given');
    expect(it.status.holder).toBe('social-care');
    expect(it.refused(dawn, 'front-door', 'team', { team: 'euston' }).code).toBe('already-done');
    expect(
      it.effects.some(
        (effect) => effect.kind === 'card' && effect.step === 'front-door' && 'person' in effect.audience,
      ),
    ).toBe(true);
  });

  test('names a team: two press different choices, one is recorded, the other reads who was first', () => {
    const it = teamNamed();
    const second = it.refused(actor('tomasz', 'front-door-manager'), 'front-door', 'panel', {
      why: 'complex-family',
      short: 'x',
    });
    expect(second.code).toBe('already-done');
    expect(second.first?.by).toBe('dawn');
    expect(second.words).toBe('Already done Mon 21 Dec 2026, 11:04. Your press changed nothing.');
    expect(it.status.team).toBe('euston');
  });
});

describe('the team', () => {
  test('offers by Tue 22 Dec and consults by Tue 29 Dec', () => {
    const it = teamNamed();
    expect(it.due('offer')?.due).toBe('2026-12-22');
    expect(it.due('consultation')?.due).toBe('2026-12-29');
    expect(it.status.deadlines.filter(({ step }) => step === 'consultation').map(({ due }) => due)).toEqual([
      '2026-12-29',
      '2027-01-05',
    ]);
    const posted = it.allEffects.filter((effect) => effect.kind === 'card' && effect.step === 'offer');
    expect(posted.map((effect) => effect.kind === 'card' && effect.audience)).toEqual([
      { channel: 'team/euston' },
      { role: 'eh-team-manager' },
    ]);
  });

  test('cannot accept before the consultation', () => {
    const no = teamNamed().refused(grace, 'acceptance', 'accepted');
    expect(no.code).toBe('gate');
    expect(no.words).toBe('Not yet: the consultation comes first (CAM-A-16).');
    expect(no.rules).toContain('CAM-A-16');
  });

  test('offers and books with one press, and is asked a quarter of an hour after the end whether it took place', () => {
    const it = teamNamed()
      .at('2026-12-22T09:10')
      .does(grace, 'offer', undefined, {}, { key: 'one' })
      .does(grace, 'consultation', 'booking', { start: '2026-12-23T10:00' }, { key: 'one' });
    expect(it.state('offer')).toBe('done');
    expect(it.effects.filter(({ kind }) => kind === 'book')).toMatchObject([
      { step: 'consultation', start: '2026-12-23T10:00:00.000Z' },
    ]);
    it.does(program, 'consultation', 'booked', {
      start: '2026-12-23T10:00',
      end: '2026-12-23T10:45',
      eventId: 'e1',
      organiser: 'grace',
    });
    expect(it.effects.filter(({ kind }) => kind === 'ask-held')).toMatchObject([
      { notBefore: '2026-12-23T11:00:00.000Z' },
    ]);
    expect(it.refused(grace, 'consultation', 'held').words).toBe(
      'Not yet: the consultation begins Wed 23 Dec 2026, 10:00.',
    );
  });

  test('accepts and names a worker with one press; the first offered date is then looked for', () => {
    const it = workerNamed();
    expect(it.status.named['family-worker']).toBe('jo');
    expect(it.effects.filter(({ kind }) => kind === 'book')).toMatchObject([{ step: 'joint-visit' }]);
    expect(it.state('joint-visit')).toBe('open');
    expect(it.status.holder).toBe('social-care');
  });

  test('that disagrees goes up the ladder while the limit stays; the final team cannot refuse', () => {
    const it = consulted().does(grace, 'acceptance', 'other-team', {
      'better-team': 'families-in-focus',
      why: 'By the threshold document.',
    });
    expect(it.status.team).toBe('euston');
    expect(it.status.teams).toEqual(['euston', 'families-in-focus']);
    expect(it.due('dispute')?.due).toBe('2027-01-05');
    expect(it.status.steps.dispute?.rung).toBe(0);
    expect(it.refused(ruth, 'dispute', 'settled', { team: 'euston' }).code).toBe('not-permitted');
    it.does(hugh, 'dispute', 'not-agreed', { why: 'We see it differently.' });
    expect(it.case.facts.at(-1)?.personal).toEqual({ why: 'We see it differently.' });
    expect(it.status.steps.dispute?.rung).toBe(1);
    expect(it.refused(grace, 'dispute', 'not-agreed', { why: 'Again.' }).code).toBe('not-permitted');
    it.does(ruth, 'dispute', 'not-agreed', { why: 'Still.' });
    expect(it.refused(tessa, 'dispute', 'not-agreed', { why: 'No.' })).toMatchObject({
      code: 'gate',
      words: 'This decision is final: choose one.',
    });
    it.does(tessa, 'dispute', 'settled', { team: 'families-in-focus' });
    expect(it.status.team).toBe('families-in-focus');
    expect(it.due('worker')?.due).toBe('2027-01-05');
    expect(it.refused(hugh, 'acceptance', 'other-team', { 'better-team': 'euston', why: 'No.' }).code).toBe(
      'already-done',
    );
    expect(it.state('worker')).toBe('open');
  });
});

describe('the joint visit', () => {
  test('looks again through the offered dates when another worker is named, and gives the old time back', () => {
    const it = workerNamed()
      .does(program, 'joint-visit', 'booked', { start: '2026-12-30T10:00', eventId: 'e2', organiser: 'amara' })
      .does(grace, 'worker', 'named', { worker: 'kofi', 'c1.course': 'accept', 'c2.course': 'accept' });
    expect(it.effects.filter(({ kind }) => kind === 'unbook')).toMatchObject([{ eventId: 'e2', organiser: 'amara' }]);
    expect(it.effects.filter(({ kind }) => kind === 'book')).toHaveLength(1);
    expect(it.status.steps['joint-visit']?.booking).toBeUndefined();
  });

  test('says who was in the way where no offered time fits', () => {
    const it = workerNamed().does(program, 'joint-visit', 'no-time', { blockers: ['Wed 30 Dec: family worker away'] });
    expect(it.status.steps['joint-visit']?.noTime?.answers.blockers).toEqual(['Wed 30 Dec: family worker away']);
    expect(it.state('joint-visit')).toBe('open');
  });

  test('past its limit asks what got in the way, once', () => {
    const it = workerNamed().does(program, 'joint-visit', 'no-time', {});
    const no = it.refused(amara, 'joint-visit', 'booking', { start: '2027-01-07T10:00' });
    expect(no).toMatchObject({
      code: 'late-reason-needed',
      words: 'The limit was Tue 5 Jan 2027. What got in the way?',
    });
    it.does(amara, 'joint-visit', 'booking', { start: '2027-01-07T10:00' }, { reason: 'No shared time' });
    expect(it.case.facts.at(-1)?.answers.late).toBe(true);
    expect(it.case.facts.at(-1)?.personal).toEqual({ 'late-reason': 'No shared time' });
    it.does(program, 'joint-visit', 'booked', { start: '2027-01-07T10:00', eventId: 'e3', organiser: 'amara' });
    it.at('2027-01-07T11:15').does(amara, 'joint-visit', 'held', { 'who-was-there': ['mother'] });
    expect(it.state('joint-visit')).toBe('done');
  });

  test('on a deadline day that is asked about the day after was still in time', () => {
    const it = workerNamed()
      .does(amara, 'joint-visit', 'booking', { start: '2027-01-05T15:30' })
      .does(program, 'joint-visit', 'booked', { start: '2027-01-05T15:30', eventId: 'e3', organiser: 'amara' });
    expect(it.effects.filter(({ kind }) => kind === 'ask-held')).toMatchObject([
      { notBefore: '2027-01-05T16:45:00.000Z' },
    ]);
    it.at('2027-01-06T09:10').does(jo, 'joint-visit', 'held', { 'who-was-there': ['mother'] });
    expect(it.state('joint-visit')).toBe('done');
    expect(it.due('joint-visit')?.metAt).toBe('2027-01-05T15:30:00.000Z');
  });

  test('that was moved in Outlook is at its new time, and one that was deleted needs a new date', () => {
    const it = workerNamed()
      .does(program, 'joint-visit', 'booked', { start: '2026-12-30T10:00', eventId: 'e2', organiser: 'amara' })
      .does(program, 'joint-visit', 'moved', { start: '2026-12-31T14:00', end: '2026-12-31T15:00', eventId: 'e2' });
    expect(it.status.steps['joint-visit']?.booking?.start).toBe('2026-12-31T14:00:00.000Z');
    expect(it.state('family-told')).toBe('open');
    it.does(program, 'joint-visit', 'cancelled', { eventId: 'e2' });
    expect(it.status.steps['joint-visit']?.booking).toBeUndefined();
    expect(it.state('joint-visit')).toBe('open');
    expect(it.state('family-told')).toBe('waiting');
  });

  test('that did not take place is open again', () => {
    const it = workerNamed()
      .does(program, 'joint-visit', 'booked', { start: '2026-12-30T10:00', eventId: 'e2', organiser: 'amara' })
      .at('2026-12-30T11:15')
      .does(jo, 'joint-visit', 'not-held', { what: 'nobody-at-home' });
    expect(it.state('joint-visit')).toBe('open');
    expect(it.status.steps['joint-visit']?.booking).toBeUndefined();
    expect(it.effects.filter(({ kind }) => kind === 'book')).toEqual([]);
  });
});

describe('closing', () => {
  test('is refused before the visit, and the booked visit is shown', () => {
    const it = workerNamed().does(program, 'joint-visit', 'booked', {
      start: '2026-12-30T10:00',
      eventId: 'e2',
      organiser: 'amara',
    });
    recordedInMosaic(it.at('2026-12-30T09:00'));
    const no = it.refused(amara, 'close', undefined, { at: '2026-12-30' });
    expect(no.code).toBe('gate');
    expect(no.words).toBe('Not yet: the joint visit comes first (CAM-A-08). It is booked for Wed 30 Dec 2026, 10:00.');
    expect(it.status.ended).toBeUndefined();
  });

  test('is not sent in MOSAIC before the front door has named a team', () => {
    const no = referred()
      .at('2026-12-21T09:00')
      .refused(priya, 'next-actions', undefined, { actions: true, 'passed-to': 'eu', at: '2026-12-21' });
    expect(no.words).toBe('Do not send it in MOSAIC yet. The front door has not named the team. (CAM-M-06)');
  });

  test('needs both next actions', () => {
    const no = teamNamed().refused(priya, 'next-actions', undefined, {
      actions: ['step-down-to-early-help-eh'],
      'passed-to': 'eu',
      at: '2026-12-21',
    });
    expect(no.faults).toEqual({ actions: 'Both are needed.' });
  });

  test('moves the family to Early Help in that event; the visit alone does not', () => {
    const it = recordedInMosaic(visited());
    expect(it.status.holder).toBe('social-care');
    it.at('2027-01-04T15:00').does(amara, 'close', undefined, { at: '2027-01-04' });
    expect(it.status.holder).toBe('early-help');
    expect(it.status.ended).toEqual({ how: 'stepped-down', at: '2027-01-04' });
    expect(it.due('close')).toMatchObject({ due: '2027-01-05', metAt: '2027-01-04' });
    expect(it.state('duty-action')).toBe('skipped');
    expect(it.refused(nia, 'duty-action', undefined, {}).code).toBe('ended');
  });

  test('past the limit asks for the reason and keeps it', () => {
    const it = recordedInMosaic(visited()).at('2027-01-07T10:00');
    expect(it.refused(amara, 'close', undefined, { at: '2027-01-06' }).code).toBe('late-reason-needed');
    expect(it.tries(amara, { type: 'record', step: 'close', answers: { at: '2027-01-05' } })).toHaveLength(1);
    it.does(amara, 'close', undefined, { at: '2027-01-06' }, { reason: 'Late decision' });
    expect(it.status.ended?.how).toBe('stepped-down');
  });
});

describe('at any moment', () => {
  test('anybody stops a case for safety; managers hear at once, at night too, and only they restart it', () => {
    const it = teamNamed().at('2026-12-26T03:00').says(actor('anybody'), 'safeguarding.stopped');
    expect(it.status.stopped).toMatchObject({ why: 'safety', by: 'anybody' });
    const urgent = it.effects.filter((effect) => effect.kind === 'card' && effect.urgent === true);
    expect(urgent.map((effect) => effect.kind === 'card' && effect.audience)).toEqual([
      { role: 'social-work-team-manager' },
      { role: 'eh-team-manager' },
    ]);
    expect(urgent.every(({ notBefore }) => notBefore === undefined)).toBe(true);
    expect(it.status.holder).toBe('social-care');
    expect(it.refused(grace, 'offer').words).toContain('Managers are deciding.');
    const no = it.tries(amara, {
      type: 'fact',
      fact: 'safeguarding.restarted',
      answers: { why: 'All well.' },
    }) as Refusal;
    expect(no.code).toBe('not-permitted');
    it.says(priya, 'safeguarding.taken');
    expect(it.status.stopped?.taken).toBe('priya');
    expect((it.tries(grace, { type: 'fact', fact: 'safeguarding.taken', answers: {} }) as Refusal).code).toBe(
      'already-done',
    );
    it.says(priya, 'safeguarding.restarted', { why: 'Checked.' });
    expect(it.status.stopped).toBeUndefined();
    expect(it.case.facts.at(-1)?.answers).toEqual({});
    it.at('2026-12-29T09:00').does(grace, 'offer');
  });

  test('a case that has ended is stopped for safety all the same', () => {
    const it = referred()
      .at('2026-12-21T10:00')
      .does(dawn, 'front-door', 'advice', { advice: 'Ask the school first.' });
    it.says(actor('anybody'), 'safeguarding.stopped').says(actor('anybody'), 'safeguarding.mistake');
    expect(it.status.stopped?.why).toBe('safety');
  });

  test('what Outlook and the mailbox did is recorded while managers decide', () => {
    const it = teamNamed().says(amara, 'safeguarding.stopped');
    expect(it.tries(program, { type: 'record', step: 'offer', part: 'sent', answers: {} })).toHaveLength(1);
  });

  test('a family that changes its mind pauses the case until its manager decides', () => {
    const it = teamNamed().says(amara, 'withdrawn', { who: 'Mother' });
    expect(it.status.stopped?.why).toBe('withdrawn');
    expect(it.effects).toContainEqual(
      expect.objectContaining({ kind: 'card', step: 'case', audience: { role: 'social-work-team-manager' } }),
    );
    expect(it.refused(grace, 'offer').code).toBe('stopped');
    it.says(priya, 'case.ended', { how: 'stays-with-social-care', why: 'They prefer it.' });
    expect(it.status.ended?.how).toBe('stays-with-social-care');
    expect(it.status.holder).toBe('social-care');
  });

  test('cover stands until its day, and not for oneself', () => {
    const it = teamNamed().says(ruth, 'cover.set', { person: 'grace', cover: 'hugh', until: '2026-12-23' });
    expect(it.status.cover).toEqual([{ person: 'grace', cover: 'hugh', until: '2026-12-23' }]);
    expect(it.at('2026-12-24T09:00').status.cover).toEqual([]);
    expect(
      (
        it.tries(ruth, {
          type: 'fact',
          fact: 'cover.set',
          answers: { person: 'grace', cover: 'grace', until: '2027-01-04' },
        }) as Refusal
      ).faults,
    ).toEqual({
      cover: 'Choose who covers.',
    });
  });
});
