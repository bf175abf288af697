/** A case opened from a mail: by whoever reads the mailbox, for the worker who wrote it, counted from its arrival. */
import { loadProtocols } from '../../../src/adapters/protocol-files/load.ts';
import { decide } from '../../../src/domain/case/decide.ts';
import { effects } from '../../../src/domain/case/effects.ts';
import { replay } from '../../../src/domain/case/evolve.ts';
import { statusOf } from '../../../src/domain/case/status.ts';
import { type CaseEvent, type Command, PROGRAM, type Refusal } from '../../../src/domain/case/types.ts';
import { instantAt, parseDay } from '../../../src/domain/time/instant.ts';
import { actor } from './play.ts';

const protocols = loadProtocols();
const protocol = protocols.get('camden/after-assessment');
const calendar = protocols.calendar('camden');
const monday = instantAt(parseDay('2026-12-21'), '09:10');
const friday = instantAt(parseDay('2026-12-18'), '18:45');
const dawn = actor('dawn', 'front-door-manager');

type Open = Extract<Command, { type: 'open' }>;
const mail: NonNullable<Open['mail']> = {
  id: 'm1',
  mailbox: 'step-down',
  receivedAt: friday,
  worker: 'amara',
  as: 'social-worker',
};
const opening: Open = {
  type: 'open',
  reference: 'CAM-7K3F',
  pathway: 'camden/after-assessment',
  children: ['c1'],
  pages: {
    agreement: { who: ['mother'], at: '2026-12-16', how: 'in-person' },
    assessment: { at: '2026-12-17', 'lead-service': 'early-help' },
    child: {
      'c1.name': 'Robin Ashdown',
      'c1.birth-date': '27 3 2015',
      'c1.mosaic': '1234567',
      'c1.schools': 'Invented Primary',
      'c1.support-needed': 'Routines at home.',
      'c1.reasons': 'A fall from the stairs.',
    },
    plan: { summary: 'Needs.', outline: 'Plan.', 'way-back': 'If it gets worse.' },
    times: { times: ['2026-12-30T10:00', '2026-12-31T14:00', '2027-01-04T10:00'] },
    check: { 'agreement-covers-all': true },
  },
  mail,
};
const decided = (command: Command, by = dawn, on = protocol) =>
  decide(on, undefined, command, by, monday, calendar, 'press');
const events = (of: CaseEvent[] | Refusal): CaseEvent[] => {
  if ('refused' in of) throw new Error(of.words);
  return of;
};
const words = (of: CaseEvent[] | Refusal) => ('refused' in of ? of.words : 'allowed');

describe('A mail of Friday evening that is opened on Monday', () => {
  const written = events(decided(opening));
  const theCase = replay('case', written);
  const status = statusOf(protocol, theCase, calendar, monday);

  test('is answered by Tuesday: the two working days count from its arrival', () => {
    const answer = status.deadlines.find(({ step }) => step === 'front-door');
    expect(answer?.due).toBe('2026-12-22');
    expect(status.steps.request).toMatchObject({ state: 'done' });
    expect(theCase.facts.find(({ fact }) => fact === 'request.received')).toMatchObject({ at: friday, by: 'dawn' });
  });

  test('is the case of the worker who wrote it, opened by who reads the mailbox', () => {
    expect(theCase).toMatchObject({ openedBy: 'dawn', openedFor: 'amara', openedAs: 'social-worker' });
    expect(status.named['social-worker']).toBe('amara');
  });

  test('is not mailed to the mailbox that it came from, and the worker is told', () => {
    const following = effects(protocol, undefined, theCase, calendar, monday);
    expect(following.filter(({ kind }) => kind === 'mail')).toEqual([]);
    expect(following).toContainEqual(
      expect.objectContaining({ kind: 'card', step: 'case', audience: { person: 'amara' } }),
    );
  });

  test('needs the agreement of the family as ever', () => {
    const { agreement: _, ...rest } = opening.pages;
    expect(words(decided({ ...opening, pages: rest }))).toContain('Talk to the family first');
  });

  test('is opened by nobody who does not read the mailbox, and for nobody who could not have referred', () => {
    expect(words(decided(opening, actor('grace', 'eh-team-manager')))).toBe(
      'Front-door managers open a case from a mail to the Early Help step-down mailbox. Ask one of them.',
    );
    expect(words(decided({ ...opening, mail: { ...mail, as: 'family-worker' } }))).toBe(
      'Choose the worker who made the referral.',
    );
    expect(words(decided({ ...opening, mail: { ...mail, mailbox: 'nothing' } }))).toBe('Nobody reads that mailbox.');
  });
});

test('Without a mail a referral is opened and mailed as before, and its opening event says nothing more', () => {
  const { mail: _, ...usual } = opening;
  const written = events(decided(usual, actor('amara', 'social-worker')));
  expect(written[0]).not.toHaveProperty('worker');
  const theCase = replay('case', written);
  expect(theCase.openedFor).toBeUndefined();
  expect(effects(protocol, undefined, theCase, calendar, monday).filter(({ kind }) => kind === 'mail')).toHaveLength(1);
});

test('A pathway that does not begin with a mail to the box begins now, for the worker, and asks for what it asks', () => {
  const other = protocols.get('camden/after-step-down');
  const from = { ...mail, worker: 'jo', as: 'family-worker' };
  const refusal = decided({ ...opening, pathway: other.id, pages: {}, mail: from }, dawn, other);
  expect(refusal).toMatchObject({ refused: true, code: 'faults' });
});

describe('What comes in by mail', () => {
  const theCase = replay('case', events(decided(opening)));
  const program = { person: PROGRAM, roles: [] };
  const mailFact = (
    fact: string,
    on = theCase,
    by: { person: string; roles: readonly string[] } = program,
    key = fact,
  ) =>
    decide(protocol, on, { type: 'fact', fact, answers: { mail: 'm2', step: 'request' } }, by, monday, calendar, key);

  test('joins a case, leaves it, comes back or finds nobody, and does no step', () => {
    const joined = replay('case', [...events(decided(opening)), ...events(mailFact('mail.joined'))]);
    expect(statusOf(protocol, joined, calendar, monday)).toEqual(statusOf(protocol, theCase, calendar, monday));
    expect(joined.facts.at(-1)).toMatchObject({ fact: 'mail.joined', answers: { mail: 'm2', step: 'request' } });
    expect(words(mailFact('mail.joined', joined, program, 'again'))).toBe('This mail is on the case already.');
    expect(words(mailFact('mail.left', joined, dawn))).toBe('allowed');
    expect(words(mailFact('mail.left'))).toBe('This mail is not on the case. Your press changed nothing.');
    expect(words(mailFact('mail.returned'))).toBe('allowed');
    expect(words(mailFact('mail.away'))).toBe('allowed');
  });

  test('is put on a case by nobody without a part in it', () => {
    expect(mailFact('mail.joined', theCase, { person: 'eve', roles: [] })).toMatchObject({ code: 'not-permitted' });
  });
});
