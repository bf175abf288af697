/**
 * Every mail that the pathways send, against a table of our own: which rule asks for it, from whom to whom, and what has to stand in it.
 * The table is written from the protocols as printed, not from the data that carries them out.
 */
import { loadProtocols } from '../../src/adapters/protocol-files/load.ts';
import { addressesOf } from '../../src/application/addresses.ts';
import { attachedTo, documentsOfMail, waitsForDocument } from '../../src/application/mail-documents.ts';
import { writeMail } from '../../src/application/mails.ts';
import type { Directory, Person, StoredDocument } from '../../src/application/ports.ts';
import type { CaseSheet } from '../../src/application/sheet.ts';
import { replay } from '../../src/domain/case/evolve.ts';
import { statusOf } from '../../src/domain/case/status.ts';
import { isMailed } from '../../src/domain/case/steps.ts';
import type { Answers, CaseEvent } from '../../src/domain/case/types.ts';
import type { SendStep } from '../../src/domain/protocol/types.ts';
import { parseInstant } from '../../src/domain/time/instant.ts';

const protocols = loadProtocols();
const now = parseInstant('2026-12-21T11:05:00Z');

/** Where a document leaves an address open the council has filled it in; all others are as printed. */
const FILLED_IN: Readonly<Record<string, string>> = {
  'knowsley/cp-lead': 'cp.lead@knowsley.example',
  'herefordshire/mash': 'mash@herefordshire.example',
  'barnsley/record-of-contact': 'contact@barnsley.example',
};
const directory = { mailbox: (council: string, name: string) => FILLED_IN[`${council}/${name}`] } as Directory;

const CAMDEN = 'EHstepdown@camden.gov.uk';
const BARNSLEY = 'earlyhelp@barnsley.gov.uk';
const HEREFORDSHIRE = 'EarlyHelpAdvancedPractitioners@herefordshire.gov.uk';
const KNOWSLEY_MASH = 'knowsleymash@knowsley.gov.uk';
const KNOWSLEY_DUTY = 'FamilyFirst0-18DutyMailbox@knowsley.gov.uk';

/** Of the family; none of it may stand in a mail to a person, or in any subject. */
const FAMILY = ['Quillfeather', '27 Mar 2015', '4417720', 'head-banging', 'plan.pdf'];

type Facts = Readonly<
  Record<string, { readonly answers?: Answers; readonly personal?: Answers; readonly at?: string }>
>;

const FILES = ['consent.pdf', 'summary.docx', 'plan.pdf', 'form.pdf'] as const;
const file = (name: (typeof FILES)[number]) => `document:${name.replace('.', '-')}`;

interface Row {
  readonly what: string;
  readonly rules: string;
  readonly pathway: string;
  readonly step: string;
  /** A role's holder has its name as address. */
  readonly from: string;
  readonly to: readonly string[];
  readonly copy?: readonly string[];
  readonly subject: string;
  readonly facts: Facts;
  readonly holds: readonly string[];
  readonly attached?: readonly string[];
}

const CHILD: Answers = {
  'c1.name': 'Perpetua Quillfeather',
  'c1.birth-date': '2015-03-27',
  'c1.mosaic': '4417720',
  'c1.schools': 'Larkspur Primary',
  'c1.support-needed': 'Help with bedtimes',
  'c1.reasons': 'Reports of head-banging',
};

const REFERRAL: Facts = {
  agreement: { answers: { who: ['mother'], how: 'in-person' }, at: '2026-12-17' },
  'assessment-completed': { answers: { 'lead-service': 'early-help' }, at: '2026-12-17' },
  request: {
    answers: { times: ['2026-12-30T10:00:00.000Z', '2026-12-31T14:00:00.000Z', '2027-01-04T10:00:00.000Z'] },
    personal: {
      ...CHILD,
      summary: 'Bedtimes are hard.',
      outline: 'A family worker visits each week.',
      'way-back': 'If the head-banging starts again.',
      'assessment-document': file('form.pdf'),
    },
  },
  'request.received': {},
};
const TEAM_NAMED: Facts = { ...REFERRAL, 'front-door.team': { answers: { team: 'euston' } } };
const WORKER_NAMED: Facts = {
  ...TEAM_NAMED,
  'consultation.held': {},
  'acceptance.accepted': {},
  worker: { answers: { worker: 'family-worker', 'c1.course': 'accept' } },
};

/** CAM-A-02: the eight items, child by child. */
const EIGHT = [
  'Perpetua Quillfeather',
  '4417720',
  '27 Mar 2015',
  'Larkspur Primary',
  'Help with bedtimes',
  'Reports of head-banging',
  'Bedtimes are hard.',
  'A family worker visits each week.',
  'If the head-banging starts again.',
  'Wed 30 Dec 2026, 10:00; Thu 31 Dec 2026, 14:00; Mon 4 Jan 2027, 10:00',
  'form.pdf (attached)',
];
/** What every mail to a person says besides its outcome. */
const SAFE = ['If a child is in danger now, ring 999.', 'Open your chat with it and type: case'];

const LEAD: Facts = { lead: { personal: { name: 'Casey Nurse', organisation: 'Made-up School' } } };
const STEP_DOWN_MAIL: Facts = {
  ...LEAD,
  email: {
    personal: {
      'lead-name': 'Casey Nurse',
      'lead-organisation': 'Made-up School',
      'consent-copy': file('consent.pdf'),
      'closing-summary': file('summary.docx'),
      plan: file('plan.pdf'),
    },
  },
};
const stepDownMail = (pathway: string, rules: string): Row => ({
  what: 'step-down e-mail with its three documents',
  rules,
  pathway,
  step: 'email',
  from: 'social-worker',
  to: [BARNSLEY],
  subject: 'Step down to Early Help',
  facts: STEP_DOWN_MAIL,
  holds: [
    'Name of the lead professional: Casey Nurse',
    'Their organisation: Made-up School',
    'Copy of the consent: consent.pdf (attached)',
    'Closing assessment summary: summary.docx (attached)',
    'Step down plan: plan.pdf (attached)',
    'Documents: consent.pdf (attached), summary.docx (attached), plan.pdf (attached)',
  ],
  attached: ['consent.pdf', 'summary.docx', 'plan.pdf'],
});

const withForm = (
  what: string,
  rules: string,
  [pathway, step]: readonly [string, string],
  from: string,
  subject: string,
  form: Answers,
  holds: readonly string[] = [],
  clear: Answers = {},
): Row => ({
  ...{ what, rules, pathway, step, from, subject },
  to: [BARNSLEY],
  facts: { [step]: { personal: form, answers: clear } },
  holds: ['form.pdf (attached)', ...holds],
  attached: ['form.pdf'],
});

const SPECIALIST = 'specialist-lead-professional';
const ASKED_HEREFORDSHIRE = (pathway: string, rules: string): Row => ({
  what: 'request for step down',
  rules,
  pathway,
  step: 'request',
  from: 'social-worker',
  to: [HEREFORDSHIRE],
  subject: 'Step down request',
  facts: { request: {} },
  holds: ['Case MAD-2345'],
});

const QUESTIONS: Answers = { worried: 'Bedtimes.', well: 'School.', needs: 'A routine.' };
const SCREENED: Facts = {
  'step-up-form': { personal: CHILD },
  'approve.approved': {},
  'request.sent': {},
};

const TABLE: readonly Row[] = [
  {
    what: 'referral after an assessment',
    rules: 'CAM-A-02',
    ...{ pathway: 'camden/after-assessment', step: 'request', from: 'social-worker', to: [CAMDEN] },
    subject: 'Step down referral',
    facts: REFERRAL,
    holds: EIGHT,
    attached: ['form.pdf'],
  },
  {
    what: 'referral after a Child in Need review',
    rules: 'CAM-B-03',
    ...{ pathway: 'camden/after-cin-review', step: 'request', from: 'social-worker', to: [CAMDEN] },
    subject: 'Step down referral',
    facts: REFERRAL,
    holds: ['Perpetua Quillfeather', '4417720', 'form.pdf (attached)'],
    attached: ['form.pdf'],
  },
  ...['camden/after-assessment', 'camden/after-cin-review'].flatMap((pathway): Row[] => [
    {
      what: 'the team is named',
      rules: 'CAM-A-12, CAM-B-04',
      ...{ pathway, step: 'front-door-answer', from: CAMDEN, to: ['social-worker'], copy: ['eh-team-manager'] },
      subject: 'Team named',
      facts: TEAM_NAMED,
      holds: ['Euston named.', 'Next: ', ...SAFE],
    },
    {
      what: 'what the panel decided',
      rules: 'CAM-A-27',
      ...{ pathway, step: 'panel-answer', from: CAMDEN, to: ['social-worker'] },
      subject: 'Team named by the panel',
      facts: {
        ...REFERRAL,
        'front-door.panel': { answers: { why: 'complex-family' } },
        'panel.team': { answers: { team: 'euston' } },
      },
      holds: ['Euston', 'Next: ', ...SAFE],
    },
    ...(['front-door', 'panel'] as const).map(
      (by): Row => ({
        what: `feedback to the referrer: no step down, says the ${by}`,
        rules: 'CAM-A-10, CAM-B-22',
        ...{ pathway, step: 'advice-answer', from: CAMDEN, to: ['social-worker'] },
        subject: 'Not a step down',
        facts: {
          ...REFERRAL,
          ...(by === 'panel' ? { 'front-door.panel': { answers: { why: 'complex-family' } } } : {}),
          [`${by}.advice`]: { personal: { advice: 'Ask the school nurse about the head-banging.' } },
        },
        holds: [
          'Advice given.',
          'What was written about it, with the reason, stands beside the decision in Stepwise.',
          'If you are worried about what was decided, talk to your manager',
          ...SAFE,
        ],
      }),
    ),
    {
      what: 'the family is accepted, and who works with them',
      rules: 'CAM-A-17, CAM-B-07',
      ...{ pathway, step: 'acceptance-answer', from: 'eh-team-manager', to: ['social-worker'] },
      subject: 'Family accepted',
      facts: WORKER_NAMED,
      holds: ['Euston has accepted the family. family-worker will work with them.', 'Next: ', ...SAFE],
    },
  ]),
  stepDownMail('barnsley/step-down-with-lead', 'BSC-D-09, BSC-D-11, BSC-L-05'),
  stepDownMail('barnsley/step-down-no-lead', 'BSC-D-09, BSC-D-11, BSC-N-09'),
  stepDownMail('barnsley/step-down-front-door', 'BSC-D-09, BSC-D-11, BSC-F-03'),
  withForm(
    'request for one to one support',
    'BSC-N-01',
    ['barnsley/step-down-no-lead', 'one-to-one'],
    'social-worker',
    'Request for targeted one to one support',
    { request: file('form.pdf') },
    ['It says that it is made under the step down protocol: yes'],
    { 'under-protocol': true },
  ),
  withForm(
    'request for one to one support',
    'BSP-B-13',
    ['barnsley/specialist-step-back', 'one-to-one'],
    SPECIALIST,
    'Request for targeted one to one support',
    { request: file('form.pdf') },
  ),
  withForm(
    'closure notification',
    'BSC-U-14',
    ['barnsley/step-up', 'close-eha'],
    'practitioner',
    'EHA closure notification',
    { 'closure-form': file('form.pdf') },
    ['closed due to step up to Social Care: yes'],
    { reason: true },
  ),
  withForm(
    'closure notification',
    'BSP-G-05',
    ['barnsley/specialist-step-in', 'close-form'],
    'lead-professional',
    'EHA closure notification',
    { 'closure-form': file('form.pdf') },
  ),
  withForm(
    'closure notification',
    'BSP-G-05',
    ['barnsley/specialist-step-back', 'close-form'],
    SPECIALIST,
    'EHA closure notification',
    { 'closure-form': file('form.pdf') },
  ),
  withForm(
    'pause notification',
    'BSP-I-06',
    ['barnsley/specialist-step-in', 'pause-form'],
    'lead-professional',
    'EHA pause notification',
    { notification: file('form.pdf') },
  ),
  withForm(
    'pause notification, begun again',
    'BSP-B-09',
    ['barnsley/specialist-step-back', 'restart-form'],
    SPECIALIST,
    'EHA pause notification, begun again',
    { notification: file('form.pdf') },
    ['The form says: stepped back, assessment begun again: yes'],
    { 'begun-again': true },
  ),
  withForm('UIN request', 'BSP-B-12', ['barnsley/specialist-step-back', 'uin-form'], SPECIALIST, 'EHA UIN request', {
    request: file('form.pdf'),
  }),
  ...[
    ['barnsley/specialist-step-in', 'change-lead'],
    ['barnsley/specialist-step-back', 'new-lead-form'],
  ].map(([pathway = '', step = '']) =>
    withForm('change of lead professional', 'BSP-I-03', [pathway, step], SPECIALIST, 'Change of lead professional', {
      'change-form': file('form.pdf'),
    }),
  ),
  {
    ...withForm(
      'Record of Contact',
      'BSC-U-07',
      ['barnsley/step-up', 'record-of-contact'],
      'practitioner',
      'Record of Contact',
      { 'contact-form': file('form.pdf') },
    ),
    to: ['contact@barnsley.example'],
  },
  ASKED_HEREFORDSHIRE('herefordshire/open-to-early-help', 'HER-A-03'),
  ASKED_HEREFORDSHIRE('herefordshire/not-open', 'HER-B-03'),
  ASKED_HEREFORDSHIRE('herefordshire/from-plan', 'HER-C-03'),
  {
    what: 'notice to those who closed',
    rules: 'HER-F-01',
    ...{ pathway: 'herefordshire/look-back', step: 'notice', from: HEREFORDSHIRE },
    to: ['social-worker', 'social-work-case-manager'],
    subject: 'For your information',
    facts: {},
    holds: ['closed within the last three months without a step down', ...SAFE],
  },
  {
    what: 'referral form to MASH',
    rules: 'HER-E-03',
    ...{ pathway: 'herefordshire/step-up', step: 'marf', from: 'eh-worker', to: ['mash@herefordshire.example'] },
    subject: 'MARF',
    facts: { marf: { personal: { 'document-marf': file('form.pdf') } } },
    holds: ['MARF: form.pdf (attached)'],
    attached: ['form.pdf'],
  },
  {
    what: 'step-up form to MASH',
    rules: 'KNO-U-05',
    ...{ pathway: 'knowsley/planned-step-up', step: 'request', from: 'lead-practitioner', to: [KNOWSLEY_MASH] },
    subject: 'Step-up request',
    facts: SCREENED,
    holds: ['Perpetua Quillfeather'],
  },
  ...[
    ['level-4', 'Level 4 agreed. A step-up TAF is held.'],
    ['advice', 'No step-up TAF. Advice given.'],
  ].map(
    ([outcome = '', words = '']): Row => ({
      what: `feedback to the referrer: ${outcome}`,
      rules: 'KNO-U-06, KNO-U-08',
      ...{
        pathway: 'knowsley/planned-step-up',
        step: 'screening-answer',
        from: KNOWSLEY_MASH,
        to: ['lead-practitioner'],
      },
      subject: 'Answer to the step-up request',
      facts: { ...SCREENED, [`screening.${outcome}`]: { personal: { why: 'Because of the head-banging.' } } },
      holds: [
        words,
        'What was written about it, with the reason, stands beside the decision in Stepwise.',
        'If you are worried about what was decided, talk to your manager',
        ...SAFE,
      ],
    }),
  ),
  {
    what: 'MASH manager hears that the case goes on',
    rules: 'KNO-U-29',
    ...{ pathway: 'knowsley/planned-step-up', step: 'tell-manager', from: 'mash-duty-sw', to: ['mash-team-manager'] },
    copy: ['social-work-team-manager'],
    subject: 'Step-up agreed',
    facts: SCREENED,
    holds: ['The case goes on to the appropriate level', ...SAFE],
  },
  {
    what: 'notice of the final Child in Need meeting',
    rules: 'KNO-S-01, KNO-S-02, KNO-S-03',
    ...{ pathway: 'knowsley/step-down-level-3', step: 'notice', from: 'social-worker' },
    to: [KNOWSLEY_DUTY],
    copy: ['cp.lead@knowsley.example'],
    subject: 'Final Child in Need meeting',
    facts: {
      agreement: { at: '2026-12-17' },
      'meeting-planned.expected': {
        at: '2027-01-13',
        answers: { time: '10:00' },
        personal: { venue: 'Family centre' },
      },
      plan: { personal: { ...CHILD, ...QUESTIONS } },
    },
    holds: [
      'Date: Wed 13 Jan 2027',
      'Time: 10:00',
      'Venue: Family centre',
      'What are we worried about?: Bedtimes.',
      'What is working well?: School.',
      'What needs to happen?: A routine.',
    ],
  },
];

function sheetOf(row: Row, without?: string): { readonly sheet: CaseSheet; readonly step: SendStep } {
  const protocol = protocols.get(row.pathway);
  const base = { recordedAt: now, by: 'somebody', commandKey: 'press' };
  const opened = {
    type: 'case-opened',
    reference: 'MAD-2345',
    council: protocol.council.id,
    pathway: protocol.id,
  } as const;
  const theCase = replay('one', [
    { ...base, ...opened, version: protocol.version, children: ['c1'], settings: {} },
    ...Object.entries(row.facts).map(
      ([fact, { answers = {}, personal, at }]): CaseEvent => ({
        ...{ ...base, type: 'fact-recorded', fact, answers },
        at: (at ?? now) as typeof now,
        ...(personal ? { personal } : {}),
      }),
    ),
  ]);
  const roles = [...Object.keys(protocol.council.roles)];
  const person = (id: string): Person => ({ id, name: id, mail: id });
  const step = protocol.steps[row.step];
  if (step?.kind !== 'send') throw new Error(`${row.pathway} has no mail ${row.step}.`);
  const documents = Object.fromEntries(
    FILES.filter((name) => name !== without).map((name): [string, StoredDocument] => [
      file(name),
      { id: name, owner: 'somebody', name, contentType: '', size: 1, givenAt: now, caseId: 'one' },
    ]),
  );
  const personal: Record<string, Answers> = {};
  for (const [fact, { personal: said }] of Object.entries(row.facts)) {
    const [head = ''] = fact.split('.');
    if (said) personal[head] = { ...personal[head], ...said };
  }
  const sheet: CaseSheet = {
    ...{ protocol, case: theCase, now, personal, documents, pathways: {}, unsent: [] },
    calendar: protocols.calendar(protocol.council.id),
    status: statusOf(protocol, theCase, protocols.calendar(protocol.council.id), now),
    holders: Object.fromEntries(roles.map((role) => [role, [person(role)]])),
    people: Object.fromEntries(roles.map((role) => [role, person(role)])),
  };
  return { sheet, step };
}

const named = TABLE.map((row) => [`${row.pathway} ${row.step}: ${row.what} (${row.rules})`, row] as const);

test.each(named)('%s', (_, row) => {
  const { sheet, step } = sheetOf(row);
  expect(addressesOf(directory, sheet, step)).toEqual({ from: row.from, to: row.to, copy: row.copy ?? [] });
  const { subject, text } = writeMail(sheet, step);
  expect(subject).toBe(`MAD-2345 ${row.subject}`);
  for (const words of row.holds) expect(text).toContain(words);
  expect(text).toContain('If a child is in danger now, ring 999.');
  expect(attachedTo(documentsOfMail(sheet, step)).map(({ name }) => name)).toEqual(row.attached ?? []);
  const toPeople = ![...row.to, ...(row.copy ?? [])].every((address) => address.includes('@'));
  for (const secret of FAMILY) {
    expect(subject).not.toContain(secret);
    if (toPeople) expect(text).not.toContain(secret);
  }
});

test.each(named.filter(([, { attached = [] }]) => attached.length > 0))(
  'does not go while a document is missing, and says which: %s',
  (_, row) => {
    const [missing = ''] = row.attached ?? [];
    const { sheet, step } = sheetOf(row, missing);
    const [first] = documentsOfMail(sheet, step).filter(({ answer }) => answer === file(missing as 'form.pdf'));
    expect(first?.missing).toBe(true);
    expect(waitsForDocument(sheet, step)?.toLowerCase()).toContain(first?.label.toLowerCase());
    const whole = sheetOf(row);
    expect(waitsForDocument(whole.sheet, whole.step)).toBeUndefined();
  },
);

test('no pathway sends a mail that does not stand in the table', () => {
  const known = new Set(TABLE.map(({ pathway, step }) => `${pathway} ${step}`));
  const sent = protocols.all().flatMap(({ id, steps }) =>
    Object.values(steps)
      .filter(isMailed)
      .map((step) => `${id} ${step.id}`),
  );
  expect(sent.filter((each) => !known.has(each))).toEqual([]);
});

test('a notice says the time that a meeting has by now, whatever was planned at first (KNO-S-02)', () => {
  const notice = TABLE.find(({ rules }) => rules.startsWith('KNO-S-01'));
  if (!notice) throw new Error('The notice stands in the table.');
  const booked = { start: '2027-01-14T14:00:00.000Z', end: '2027-01-14T15:00:00.000Z', eventId: 'e1', organiser: 'sw' };
  const { sheet, step } = sheetOf({
    ...notice,
    facts: { ...notice.facts, 'final-meeting.booked': { answers: booked } },
  });
  expect(writeMail(sheet, step).text).toContain('Booked: final Child in Need meeting, Thu 14 Jan 2027, 14:00');
});

test('nothing goes to an address on a domain that is no longer in use, nor to one as a document misprints it', () => {
  for (const row of TABLE) {
    const { sheet, step } = sheetOf(row);
    const { from, to, copy } = addressesOf(directory, sheet, step);
    const retired = Object.values(sheet.protocol.council.mailboxes).flatMap(({ asPrinted }) => asPrinted ?? []);
    for (const address of [from, ...to, ...copy]) {
      expect(retired).not.toContain(address);
      expect(address).not.toMatch(/gcsx/);
    }
  }
});
