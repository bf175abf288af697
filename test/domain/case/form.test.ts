/** What is typed and picked becomes answers, or faults beside the fields. */
import { readForm, split } from '../../../src/domain/case/form.ts';
import type { Answers } from '../../../src/domain/case/types.ts';
import type { Field } from '../../../src/domain/protocol/types.ts';
import { parseInstant } from '../../../src/domain/time/instant.ts';
import { field, pathway } from './pathway.ts';

const read = (fields: readonly Field[], given: Answers, agencies: Readonly<Record<string, string>> = {}) =>
  readForm(Object.fromEntries(fields.map((each) => [each.id, each])), given, {
    protocol: pathway({}),
    children: ['c1'],
    now: parseInstant('2026-12-17T09:00'),
    agencies,
    limit: () => undefined,
  });

describe('an option that is refused', () => {
  const level = [
    { id: 'level-2', label: 'Level 2' },
    { id: 'level-4', label: 'Level 4', refuses: 'A step down from Level 4 goes to the CP lead first (KNO-G-02).' },
  ];
  const to = field('to', { type: 'choice', options: level });
  const several = field('several', { type: 'choices', options: level });

  test('is a fault beside the field, in its own words', () => {
    const words = 'A step down from Level 4 goes to the CP lead first (KNO-G-02).';
    expect(read([to], { to: 'level-4' }).faults).toEqual({ to: words });
    expect(read([to], { to: 'Level 4' }).faults).toEqual({ to: words });
    expect(read([several], { several: 'level-2,level-4' }).faults).toEqual({ several: words });
  });

  test('leaves the others free, and something that is no option the ordinary fault', () => {
    expect(read([to], { to: 'level-2' })).toEqual({ answers: { to: 'level-2' }, faults: {} });
    expect(read([several], { several: ['level-2'] }).answers).toEqual({ several: ['level-2'] });
    expect(read([to], { to: 'level-9' }).faults).toEqual({ to: 'Enter to.' });
    expect(read([several], { several: 'level-9' }).faults).toEqual({ several: 'Enter several.' });
  });

  test('opens no question that depends on it', () => {
    const why = field('why', { when: 'form.to.level-4' });
    expect(read([to, why], { to: 'level-4' }).faults).not.toHaveProperty('why');
  });
});

test('a field that tells the state of a register is read like any other', () => {
  const eha = field('eha', {
    type: 'choice',
    list: 'eha',
    options: [
      { id: 'active', label: 'Active' },
      { id: 'none', label: 'None' },
    ],
  });
  expect(read([eha], { eha: 'Active' })).toEqual({ answers: { eha: 'active' }, faults: {} });
  expect(read([eha], {}).faults).toEqual({ eha: 'Enter eha.' });
});

describe('agencies', () => {
  const agencies = field('agencies', { type: 'agencies' });

  test('are one name a line: a comma is part of a name, and bullets and numbers are not', () => {
    const { answers } = read([agencies], { agencies: ' - School,  pastoral team\r\n2) GP\n\n• Housing ' });
    expect(answers).toEqual({
      agencies: ['a1', 'a2', 'a3'],
      'a1.agency': 'School, pastoral team',
      'a2.agency': 'GP',
      'a3.agency': 'Housing',
    });
  });

  test('keep their id when they are named again, in whatever case', () => {
    const { answers } = read([agencies], { agencies: ['gp', 'Police'] }, { a1: 'School', a2: 'GP' });
    expect(answers).toEqual({ agencies: ['a2', 'a3'], 'a2.agency': 'gp', 'a3.agency': 'Police' });
  });

  test('none at all is said, not left out, where somebody has to answer', () => {
    expect(read([agencies], { agencies: 'none' })).toEqual({ answers: { agencies: [] }, faults: {} });
    expect(read([agencies], { agencies: ' ' }).faults).toEqual({ agencies: 'Enter agencies.' });
    expect(read([{ ...agencies, required: false }], { agencies: '' })).toEqual({ answers: {}, faults: {} });
  });

  test('are sealed by name, and stand in clear by number', () => {
    const { answers } = read([agencies], { agencies: 'School' });
    expect(split({ agencies }, answers)).toEqual({
      clear: { agencies: ['a1'] },
      personal: { 'a1.agency': 'School' },
    });
  });
});

describe('a document', () => {
  const plan = field('plan', { type: 'document', personal: true });
  const answered = (given: string) => read([plan], { plan: given });

  test('is one that was given to the program, or a link that is opened with the reader’s own rights', () => {
    for (const given of [
      'document:k3_F-9',
      'https://made-up.sharepoint.com/:w:/s/team/plan?e=1',
      ' https://files.example/plan ',
    ])
      expect(answered(given)).toEqual({ answers: { plan: given.trim() }, faults: {} });
  });

  test('is nothing else: words, a way without a seal, something that would run, a file of one machine, a name made up', () => {
    const others = [
      'on my desk',
      'http://files.example/plan',
      'javascript:alert(1)',
      'file:///C:/plan.docx',
      'https://',
      'https://files.example/plan two',
      'document:',
      'document:../../etc',
      'document:one two',
      `https://files.example/${'x'.repeat(2000)}`,
    ];
    for (const given of others)
      expect([given, answered(given).faults.plan]).toEqual([given, expect.stringContaining('https://')]);
  });

  test('is asked for by its own words where it is missing, and never shown in a channel', () => {
    expect(answered('').faults).toEqual({ plan: 'Enter plan.' });
    expect(split({ plan }, { plan: 'document:k3' })).toEqual({ clear: {}, personal: { plan: 'document:k3' } });
  });
});
