/** What is read out of a mail, and what is left for a person because it could be something else. */
import { loadProtocols } from '../../../src/adapters/protocol-files/load.ts';
import { readFields } from '../../../src/application/mail/read-fields.ts';
import { dayIn, momentsIn } from '../../../src/application/mail/read-times.ts';

const protocol = loadProtocols().get('camden/after-assessment');
const read = (text: string, ...names: readonly string[]) =>
  readFields(protocol, {
    text,
    attachments: names.map((name) => ({ name, contentType: 'application/pdf', size: 1 })),
  });

describe('Days and times', () => {
  test.each([
    ['27/3/2015', '2015-03-27'],
    ['27 March 2015', '2015-03-27'],
    ['27th March, 2015', '2015-03-27'],
    ['2015-03-27', '2015-03-27'],
    ['27.03.2015 (11)', '2015-03-27'],
    ['Thu 17 December 2026', '2026-12-17'],
    ['Friday 17 December 2026', undefined],
    ['27/3/15', undefined],
    ['31 February 2015', undefined],
    ['around Easter 2015', undefined],
  ])('%s', (text, day) => expect(dayIn(text)).toBe(day));

  test.each([
    ['Wed 30 Dec 2026, 10:00; 31/12/2026 2pm', ['2026-12-30T10:00:00.000Z', '2026-12-31T14:00:00.000Z']],
    ['4 January 2027 at 9.30am', ['2027-01-04T09:30:00.000Z']],
    ['1 July 2027 10:00', ['2027-07-01T09:00:00.000Z']],
    ['Tue 30 Dec 2026 10:00', undefined],
    ['30 Dec 2026 2.30', undefined],
    ['30/12/2026, 31/12/2026', undefined],
    ['any morning', []],
  ])('%s', (text, moments) => expect(momentsIn(text)).toEqual(moments));
});

describe('Labelled lines', () => {
  test('of several children, as people write them', () => {
    expect(
      read(
        'Child 1: Robin Ashdown, DOB 27/03/2015\nMOSAIC no: 1234567\n\nCHILD 2\n* name - Kit Ashdown\nDate of Birth:\t2 May 2018\nMosaic Number: not known, new here',
      ),
    ).toMatchObject({
      children: 2,
      pages: {
        'child.1': { name: 'Robin Ashdown', 'birth-date': '2015-03-27', mosaic: '1234567' },
        'child.2': { name: 'Kit Ashdown', 'birth-date': '2018-05-02', mosaic: 'not known, new here' },
      },
    });
  });

  test('of children without a number begin anew with each name', () => {
    expect(read('Name: Robin\nDOB: 27/3/2015\nName: Kit\nDOB: 2/5/2018\n').pages).toEqual({
      'child.1': { name: 'Robin', 'birth-date': '2015-03-27' },
      'child.2': { name: 'Kit', 'birth-date': '2018-05-02' },
    });
  });

  test('may run over several lines, up to the next label', () => {
    const { pages } = read('Outline plan:\nWeekly visits.\nA parenting course.\nAssessment completed: 17/12/2026');
    expect(pages).toEqual({
      plan: { outline: 'Weekly visits.\nA parenting course.' },
      assessment: { at: '2026-12-17' },
    });
  });

  test.each([
    ['a name that may be anybody’s', 'Name: Amara Obi\nTeam: South'],
    ['a bare "when"', 'When: 17/12/2026'],
    ['what is said twice and differently', 'Assessment completed: 17/12/2026\nAssessment completed: 18/12/2026'],
    ['a word for a number', 'Child 1\nMOSAIC number: see attached'],
    ['a service that is not on the list', 'Service in the lead afterwards: Early Hlep'],
    ['what is quoted', '> Outline plan: old'],
    ['what stands under the signature', 'Kind regards\nOutline plan: of somebody else'],
    ['what is only announced', 'Outline plan: TBC'],
    ['what nobody but the person may confirm', 'The agreement covers all the children and is on record: yes'],
  ])('say nothing where it is %s', (_, text) => expect(read(text).pages).toEqual({}));

  test('end where somebody else’s label begins', () => {
    const { pages } = read('Outline plan: Weekly visits.\nWhat the plan has achieved: Everything.\nMore.');
    expect(pages).toEqual({ plan: { outline: 'Weekly visits.' } });
  });

  test('of a referral that was passed on are read below its head', () => {
    const text = 'For you.\nKind regards\n\n-----Original Message-----\nFrom: Amara\nOutline plan: Weekly visits.';
    expect(read(text).pages).toEqual({ plan: { outline: 'Weekly visits.' } });
  });
});

test('An attachment is the paper that its name says, where only one is', () => {
  expect(read('', 'Ashdown CFA Assessment.pdf', 'photo.jpg').attached).toEqual({
    'check.assessment-document': 'Ashdown CFA Assessment.pdf',
  });
  expect(read('', 'assessment 1.pdf', 'assessment 2.pdf').attached).toEqual({});
  expect(read('Latest assessment: https://camden.example/a').pages).toEqual({
    check: { 'assessment-document': 'https://camden.example/a' },
  });
});

test('However hostile, a mail of the greatest length is read within a second', () => {
  const pieces = ['a:', 'Child 1 ', ' ', 'Name: x\n', '(', 'Visit times:\n', '1/1/2026 ', 'Outline plan:\nx\n', '> '];
  for (const piece of pieces) {
    const started = performance.now();
    read(piece.repeat(Math.ceil(100_000 / piece.length)));
    expect([piece, performance.now() - started < 1000]).toEqual([piece, true]);
  }
});
