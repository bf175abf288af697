/** What a mail says that is sent in mid course: what its sender was asked, before what the opening asked. */
import { loadProtocols } from '../../src/adapters/protocol-files/load.ts';
import { writeMail } from '../../src/application/mails.ts';
import type { CaseSheet } from '../../src/application/sheet.ts';
import { replay } from '../../src/domain/case/evolve.ts';
import { statusOf } from '../../src/domain/case/status.ts';
import { parseInstant } from '../../src/domain/time/instant.ts';

const protocols = loadProtocols();
const protocol = protocols.get('barnsley/step-down-with-lead');
const now = parseInstant('2026-12-16T15:00');

function sheetWith(personal: CaseSheet['personal']): CaseSheet {
  const base = { recordedAt: now, by: 'amara', commandKey: 'press' };
  const theCase = replay('one', [
    {
      ...base,
      type: 'case-opened',
      reference: 'BAR-7K3F',
      council: 'barnsley',
      pathway: protocol.id,
      version: protocol.version,
      children: ['c1'],
      settings: {},
    },
    { ...base, type: 'fact-recorded', fact: 'email', at: now, answers: {} },
  ]);
  const status = statusOf(protocol, theCase, protocols.calendar('barnsley'), now);
  return { case: theCase, protocol, status, now, personal, people: {}, holders: {}, unsent: [], cover: [] } as never;
}

test('the e-mail to Early Help names the lead professional with organisation, and where the three papers are (BSC-D-09, BSC-D-11)', () => {
  const step = protocol.steps.email;
  if (step?.kind !== 'send') throw new Error('The e-mail is a send.');
  const { subject, text } = writeMail(
    sheetWith({
      email: {
        'lead-name': 'Casey Nurse',
        'lead-organisation': 'Made-up School',
        'consent-copy': 'https://files.example/consent',
        'closing-summary': 'https://files.example/summary',
        plan: 'https://files.example/plan',
      },
    }),
    step,
  );
  expect(subject).toBe('BAR-7K3F Step down to Early Help');
  expect(text).toContain('Name of the lead professional: Casey Nurse');
  expect(text).toContain('Their organisation: Made-up School');
  for (const paper of ['consent', 'summary', 'plan']) expect(text).toContain(`https://files.example/${paper}`);
});

test('what a person gets a copy of says nothing of the family', () => {
  const step = protocol.steps.email;
  if (step?.kind !== 'send') throw new Error('The e-mail is a send.');
  const { text } = writeMail(sheetWith({ email: { 'lead-name': 'Casey Nurse' } }), {
    ...step,
    copy: ['role/lead-professional'],
  });
  expect(text).toContain('BAR-7K3F');
  expect(text).not.toContain('Casey Nurse');
});
