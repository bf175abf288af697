/** What a mail refers to, and which case it belongs to. Pure: no mailbox, no store. */
import { type Candidate, numbersIn, referencesIn, verdictOn } from '../../../src/application/mail/match.ts';
import { mentionsDanger } from '../../../src/domain/danger.ts';

describe('references in a mail', () => {
  test.each([
    ['RE: CAM-7K3F Step down referral', ['CAM-7K3F']],
    ['Fwd: cam-7k3f', ['CAM-7K3F']],
    ['(CAM-7K3F), CAM-9PQR; and CAM-7K3F again', ['CAM-7K3F', 'CAM-9PQR']],
    ['CAM\u20117K3F as a phone writes it, CAM\u20139PQR as Outlook does', ['CAM-7K3F', 'CAM-9PQR']],
    ['WEBCAM-7K3F, CAM-7K3FX, CAM-7K3, CAM-10IL, CAM 7K3F, KNO-7K3F', []],
    ['Éléa: écam-7K3F', []],
    ['', []],
  ])('%s', (text, found) => {
    expect(referencesIn(text, 'CAM')).toEqual(found);
  });

  test('of a mail that is a list of cases twenty are looked at', () => {
    const letters = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
    const many = [...letters].map((letter) => `CAM-7K3${letter}`).join(' ');
    expect(referencesIn(many, 'CAM')).toHaveLength(20);
  });
});

test('numbers of children are five to ten digits that stand alone', () => {
  expect(numbersIn('MOSAIC 4417720, tel 02079460101, 4417720 again, AB12345, 1234, (99887)')).toEqual([
    '4417720',
    '99887',
  ]);
});

test('a hundred thousand letters that nearly are something are read in a moment', () => {
  const near = [
    'CAM-7K3'.repeat(15_000),
    'CAM-'.repeat(25_000),
    '1'.repeat(100_000),
    `injur${'i'.repeat(100_000)}`,
    'self-self '.repeat(10_000),
    'threa'.repeat(20_000),
    '> \n'.repeat(33_000),
  ];
  const began = performance.now();
  for (const text of near) {
    referencesIn(text, 'CAM');
    numbersIn(text);
    mentionsDanger(text);
  }
  // Each alone would take minutes, were it more than linear.
  expect(performance.now() - began).toBeLessThan(2_000);
});

describe('the case that a mail belongs to', () => {
  const one = (by: Candidate['by'], caseId = 'a', more: Partial<Candidate> = {}): Candidate => ({
    caseId,
    by,
    ended: false,
    ...more,
  });
  const inSubject = { inSubject: true };

  test.each<[string, readonly Candidate[], unknown]>([
    ['nothing', [], undefined],
    ['a reference in the subject', [one('reference', 'a', inSubject)], ['a', 'reference', 'certain']],
    ['a reference in the text', [one('reference')], ['a', 'reference', 'likely']],
    ['the conversation', [one('conversation')], ['a', 'conversation', 'likely']],
    ['what it answers', [one('in-reply-to')], ['a', 'in-reply-to', 'likely']],
    ["a child's number", [one('child-id')], ['a', 'child-id', 'possible']],
    ["a child's number that stands on two cases", [one('child-id'), one('child-id', 'b')], undefined],
    [
      'all of them, of one case',
      [one('child-id'), one('in-reply-to'), one('conversation'), one('reference', 'a', inSubject)],
      ['a', 'reference', 'certain'],
    ],
    [
      'a reference and a child of another case',
      [one('reference'), one('child-id', 'b')],
      ['a', 'reference', 'possible'],
    ],
    [
      'a reference and a child who is on that case and another',
      [one('reference'), one('child-id', 'b'), one('child-id')],
      ['a', 'reference', 'likely'],
    ],
    [
      'two references',
      [one('reference', 'a', inSubject), one('reference', 'b', inSubject)],
      ['a', 'reference', 'possible'],
    ],
    [
      'a reference in the conversation of another case',
      [one('reference', 'a', inSubject), one('conversation', 'b')],
      ['a', 'reference', 'possible'],
    ],
    ['a case that has ended', [one('reference', 'a', { ...inSubject, ended: true })], ['a', 'reference', 'possible']],
  ])('by %s', (_name, candidates, expected) => {
    const verdict = verdictOn(candidates);
    expect(verdict && [verdict.caseId, verdict.by, verdict.confidence]).toEqual(expected);
  });
});
