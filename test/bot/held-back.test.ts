/** A mail that waits for one of the documents that the protocol demands says so on the cards of whoever sent it (BSC-D-09). */
import { createInk } from '../../bot/cards/buttons.ts';
import { drawForPerson } from '../../bot/cards/drawing.ts';
import { createSigner } from '../../bot/cards/signed.ts';
import { loadProtocols } from '../../src/adapters/protocol-files/load.ts';
import { waitsForDocument } from '../../src/application/mail-documents.ts';
import type { CaseSheet } from '../../src/application/sheet.ts';
import { forced, NOW, person, sheetOf } from './any-sheet.ts';
import { wordsOf } from './check-card.ts';

const protocols = loadProtocols();
const ink = createInk(createSigner('a key of the tests'));
const viewer = { person: person.id, name: person.name, roles: ['social-worker'], teams: [] };

function sent(given: Record<string, string>): CaseSheet {
  const opened = sheetOf(protocols, protocols.get('barnsley/step-down-with-lead'));
  const done = forced(opened, 'email', 'done');
  const sheet: CaseSheet = {
    ...forced({ ...opened, case: done.case }, 'email', 'open'),
    personal: { email: { 'lead-name': 'Casey Nurse', 'lead-organisation': 'Made-up School', ...given } },
    documents: {
      'document:plan': {
        id: 'plan',
        owner: person.id,
        name: 'plan.pdf',
        contentType: '',
        size: 1,
        givenAt: NOW,
        caseId: 'case',
      },
    },
  };
  const step = sheet.protocol.steps.email;
  const why = step?.kind === 'send' ? waitsForDocument(sheet, step) : undefined;
  const mail = { key: 'mail', kind: 'mail', step: 'email', attempts: 1, withdrawable: false } as const;
  return { ...sheet, unsent: [{ ...mail, ...(why ? { why } : {}) }] };
}

const LINKS = { 'consent-copy': 'https://files.example/consent', plan: 'document:plan' };

test('which one is missing stands on the card of the mail and on the case, by its label and not by its name', () => {
  const sheet = sent({ ...LINKS, 'closing-summary': 'document:gone' });
  for (const about of ['email', 'case']) {
    const words = wordsOf(drawForPerson(ink, sheet, about, viewer) ?? {});
    expect(words).toContain('Closing assessment summary: not here any more, and the protocol lets nothing go without.');
    expect(words).not.toContain('is being sent');
    expect(words).not.toContain('plan.pdf');
  }
});

test('one that was never given is missing as well: erased with the rest, or not said on any path', () => {
  const words = wordsOf(drawForPerson(ink, sent({ plan: 'document:plan' }), 'email', viewer) ?? {});
  expect(words).toContain('Copy of the consent and closing assessment summary: not here any more');
});

test('with all three it is being sent', () => {
  const sheet = sent({ ...LINKS, 'closing-summary': 'https://files.example/summary' });
  expect(wordsOf(drawForPerson(ink, sheet, 'email', viewer) ?? {})).toContain('The e-mail is being sent.');
});
