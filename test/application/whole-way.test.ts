/** A family steps down, from the draft to the closed case, in the dates of the story. */
import type { CaseSheet } from '../../src/application/sheet.ts';
import { writeDay, writeInstant } from '../../src/domain/time/instant.ts';
import { plain } from './drawing.ts';
import {
  accept,
  bookConsultation,
  FAMILY,
  fill,
  key,
  nameTeam,
  ok,
  press,
  record,
  refer,
  upToTheVisit,
} from './story.ts';
import { openWorld, type Shown, STEP_DOWN, type TestWorld } from './world.ts';

let at: TestWorld;
beforeEach(async () => {
  at = await openWorld();
});
afterEach(() => at.close());

const content = (mail: Shown | undefined) => (mail?.body as { content: string } | undefined)?.content ?? '';
const due = ({ status }: CaseSheet, step: string) => {
  const deadline = status.deadlines.find((each) => each.step === step && each.effective);
  return deadline && writeDay(deadline.due);
};

test('the whole way: who gets which card, mail and invitation, and when', async () => {
  await at.moveTo('2026-12-18', '18:45');
  let sheet = await refer(at);
  const { id, reference } = sheet.case;
  expect(due(sheet, 'front-door')).toBe('Tue 22 Dec 2026');
  expect(due(sheet, 'joint-visit')).toBe('Tue 5 Jan 2027');
  // Friday evening: the referral is in the mailbox, and nothing is posted before Monday.
  expect(at.posts()).toEqual([]);
  const [mail] = await at.folder(STEP_DOWN, 'inbox');
  expect(mail?.subject).toBe(`${reference} Step down referral`);
  const received = sheet.case.facts.find(({ fact }) => fact === 'request.received');
  expect(Date.parse(received?.at ?? '')).toBe(Date.parse(mail?.receivedDateTime as string));

  await at.moveTo('2026-12-21', '11:04');
  expect(at.posts()).toEqual([
    'Mon 21 Dec 2026, 08:30 #front-door digest',
    'Mon 21 Dec 2026, 08:30 #front-door mail-line',
    'Mon 21 Dec 2026, 08:30 Amara case',
    'Mon 21 Dec 2026, 08:30 #front-door front-door',
  ]);

  at.chat.clear();
  sheet = await nameTeam(at, id);
  expect(at.posts().map((line) => line.slice(23))).toEqual([
    '#euston offer',
    'Grace offer',
    'Amara section-4',
    'Priya next-actions',
    'Amara front-door',
  ]);
  expect(due(sheet, 'offer')).toBe('Tue 22 Dec 2026');
  expect(due(sheet, 'consultation')).toBe('Tue 29 Dec 2026');
  const [answer] = await at.folder('amara.okafor@camden.example', 'inbox');
  const [copied] = await at.folder('grace.adeyemi@camden.example', 'inbox');
  expect([answer?.subject, copied?.subject]).toEqual([`${reference} Team named`, `${reference} Team named`]);
  expect(content(answer)).toContain('Euston named.');
  expect(content(answer)).toContain('Next: offer of a consultation, due Tue 22 Dec 2026, 17:00.');

  at.chat.clear();
  sheet = await bookConsultation(at, id);
  expect(at.posts()).toEqual(['Mon 21 Dec 2026, 11:04 Amara consultation']);
  expect(at.stands('#euston', 'offer')?.state).toBe('done');
  const consultation = sheet.status.steps.consultation?.booking;
  expect(consultation?.state).toBe('booked');

  at.chat.clear();
  await at.moveTo('2026-12-21', '16:00');
  // 45 minutes from 12:00, and a quarter of an hour.
  expect(at.posts()).toEqual([
    'Mon 21 Dec 2026, 13:00 Grace consultation',
    'Mon 21 Dec 2026, 13:00 Amara consultation',
  ]);
  await press(at, 'Grace', id, record('consultation', 'held'));

  at.chat.clear();
  sheet = await accept(at, id);
  expect(at.posts().map((line) => line.slice(23))).toEqual([
    'Amara joint-visit',
    'Amara worker',
    'Jo case',
    'Jo joint-visit',
  ]);
  const visit = sheet.status.steps['joint-visit']?.booking;
  expect(visit && writeInstant(visit.start)).toBe('Wed 30 Dec 2026, 10:00');

  const [hers] = (await at.meetings('amara.okafor@camden.example')).filter(({ subject }) => /visit/.test(subject));
  const [his] = (await at.meetings('jo.marsh@camden.example')).filter(({ subject }) => /visit/.test(subject));
  for (const event of [hers, his]) {
    expect(event).toMatchObject({
      subject: `${reference} Joint visit`,
      sensitivity: 'private',
      location: { displayName: 'Family home (address in the case)' },
      start: { dateTime: '2026-12-30T10:00:00.0000000', timeZone: 'UTC' },
      end: { dateTime: '2026-12-30T11:00:00.0000000', timeZone: 'UTC' },
    });
  }
  expect(hers).toMatchObject({ organizer: { emailAddress: { address: 'amara.okafor@camden.example' } } });

  await press(at, 'Amara', id, record('section-4', undefined, { complete: true, 'next-step': true, at: '2026-12-21' }));
  await press(
    at,
    'Priya',
    id,
    record('next-actions', undefined, { actions: true, 'passed-to': 'eu', at: '2026-12-21' }),
  );
  at.chat.clear();
  await at.moveTo('2026-12-30', '12:00');
  expect(at.posts().filter((line) => line.endsWith(' joint-visit'))).toEqual([
    'Wed 30 Dec 2026, 11:15 Amara joint-visit',
    'Wed 30 Dec 2026, 11:15 Jo joint-visit',
  ]);
  sheet = await press(at, 'Amara', id, record('joint-visit', 'held', { 'who-was-there': ['mother', 'children'] }));
  // The visit alone does not move the family.
  expect(sheet.status.holder).toBe('social-care');
  expect(at.posts().at(-1)).toBe('Wed 30 Dec 2026, 12:00 Amara close');

  sheet = await press(at, 'Amara', id, record('close', undefined, { at: '2026-12-30' }));
  expect(sheet.status.holder).toBe('early-help');
  expect(sheet.status.ended).toEqual({ how: 'stepped-down', at: '2026-12-30' });
  expect(at.stands('Jo', 'case')).toMatchObject({ holder: 'early-help', ended: 'stepped-down' });

  at.chat.clear();
  await at.moveTo('2027-01-15', '12:00');
  expect(at.posts()).toEqual([]);
  expect(at.logged).toEqual([]);
  expect(await at.store.verifyChains()).toBeUndefined();
}, 60_000);

test('the referral carries the eight items, child by child, and nothing but the reference stands in its subject', async () => {
  await at.moveTo('2026-12-18', '18:45');
  const { case: theCase } = await refer(at);
  const [mail] = await at.folder(STEP_DOWN, 'inbox');
  expect(content(mail).split('\n')).toEqual([
    `Case ${theCase.reference}: step down after assessment.`,
    '',
    'From: Amara Okafor, social worker',
    '',
    'Has the family agreed?',
    '  Who agreed: Mother',
    '  When: Thu 17 Dec 2026',
    '  How: In person',
    '',
    'The assessment',
    '  Date it was, or will be, completed: Thu 17 Dec 2026',
    '  Service in the lead afterwards: Early Help',
    '',
    'Child 1',
    '  Name: Perpetua Quillfeather',
    '  Date of birth: 27 Mar 2015',
    '  MOSAIC number: 4417720',
    '  Schools: Larkspur Primary',
    '  Support needed from Early Help: Help with bedtimes',
    '  Reasons social care became involved: Reports of head-banging',
    '',
    'Child 2',
    '  Name: Barnaby Quillfeather',
    '  Date of birth: 2 Nov 2018',
    '  MOSAIC number: not known, born abroad',
    '  Schools: Larkspur Primary',
    '  Support needed from Early Help: Help with bedtimes',
    '  Reasons social care became involved: Reports of head-banging',
    '',
    'Plan, and the way back',
    '  Summary of concerns and needs: Help with bedtimes. Reports of head-banging.',
    '  Outline plan: A family worker visits each week.',
    '  When should the family come back to social care?: If the head-banging starts again.',
    '',
    'Visit times',
    '  Times: Wed 30 Dec 2026, 10:00; Thu 31 Dec 2026, 14:00; Mon 4 Jan 2027, 10:00',
    '',
    '  Latest assessment: https://camden.example/assessment',
    '  The agreement covers all the children and is on record: yes',
    '',
    'Documents: Latest assessment (link https://camden.example/assessment )',
    '',
    'Next: answer the social worker, within 2 working days of the arrival of this mail.',
    '',
    'If a child is in danger now, ring 999. If a child may be at risk of significant harm, ring the Multi-Agency Safeguarding Hub (MASH): 020 7946 0101. Evenings and weekends: 020 7946 0199. You need no form for that.',
  ]);
  expect(mail).toMatchObject({
    from: { emailAddress: { address: 'amara.okafor@camden.example' } },
    toRecipients: [{ emailAddress: { address: STEP_DOWN } }],
    ccRecipients: [],
  });
});

test('a family never shows in a channel, a notification, a subject, a diary or any mail but the referral', async () => {
  await at.moveTo('2026-12-18', '12:00');
  const {
    case: { id },
  } = await refer(at);
  await nameTeam(at, id);
  const booked = await bookConsultation(at, id);
  await at.moveTo(booked.status.steps.consultation?.booking?.end.slice(0, 10) ?? '', '16:59');
  await press(at, 'Grace', id, record('consultation', 'held'));
  await accept(at, id);

  const everybody = at.sandbox.context.tenant.people.map(({ mail }) => mail);
  const open: string[] = [];
  for (const { to, card, bell } of at.chat.sent) {
    open.push(bell);
    if (to.startsWith('19:')) open.push(JSON.stringify(card));
  }
  for (const address of [...everybody, STEP_DOWN]) {
    const mails = [...(await at.folder(address, 'inbox')), ...(await at.folder(address, 'sentitems'))];
    open.push(...mails.map(({ subject }) => subject));
    open.push(...mails.filter(({ subject }) => !/referral$/.test(subject)).map(content));
    open.push(JSON.stringify(await at.meetings(address)));
  }
  open.push(...at.logged);
  expect(open.length).toBeGreaterThan(40);
  for (const word of FAMILY) expect(open.filter((text) => text.includes(word))).toEqual([]);
});

test('sentence 6: when the family has not agreed, no mail, card or invite about them exists in Early Help', async () => {
  const draft = await fill(at, 'Amara', { agreement: undefined });
  const performed = await at.stepwise.send(at.id('Amara'), draft, key());
  expect(performed).toMatchObject({
    ok: false,
    refusal: { code: 'gate', rules: expect.arrayContaining(['CAM-G-04']) },
  });
  await at.moveTo('2026-12-22', '12:00');
  expect(at.posts()).toEqual([]);
  expect(await at.folder(STEP_DOWN, 'inbox')).toEqual([]);
  expect(await at.stepwise.drafts.get(at.id('Amara'), draft)).toBeDefined();
});

test('sentence 11: a referral that arrives Fri 18 Dec 2026, 18:45 is answered by Tue 22 Dec 2026, 17:00 on every surface, and Why names the days skipped', async () => {
  await at.moveTo('2026-12-18', '18:45');
  const {
    case: { id },
  } = await refer(at);
  await at.moveTo('2026-12-21', '09:00');
  expect(at.stands('#front-door', 'front-door')).toMatchObject({
    due: 'Tue 22 Dec 2026, 17:00',
    why: expect.stringContaining('the weekend (Sat 19 Dec and Sun 20 Dec)'),
  });
  expect(at.stands('#front-door', 'digest')?.lines).toEqual([
    expect.stringMatching(/^tomorrow CAM-.{4} answer the social worker Tue 22 Dec 2026$/),
  ]);
  expect(at.stands('Amara', 'case')?.steps).toContain('front-door open Tue 22 Dec 2026, 17:00');
  for (const by of ['Dawn', 'Tomasz', 'Tessa']) {
    const rows = await at.stepwise.dueFor(at.id(by));
    expect(rows.map(({ caseId, step, due }) => [caseId, step, due])).toContainEqual([id, 'front-door', '2026-12-22']);
  }
  expect((await at.stepwise.dueFor(at.id('Jo'))).length).toBe(0);
});

test('sentence 16: closing before the visit leaves the family open and shows the booked visit', async () => {
  const id = await upToTheVisit(at);
  const performed = await at.stepwise.perform(
    at.id('Amara'),
    id,
    [record('close', undefined, { at: '2026-12-21' })],
    key(),
  );
  expect(performed).toMatchObject({
    ok: false,
    refusal: {
      code: 'gate',
      words: expect.stringContaining(
        'the joint visit comes first (CAM-A-08). It is booked for Wed 30 Dec 2026, 10:00.',
      ),
    },
  });
  expect(performed.sheet?.status.ended).toBeUndefined();
  expect(performed.sheet?.status.holder).toBe('social-care');
});

test('sentence 17: when Social Care closes, the holder moves in that event, on every card; the visit alone does not move it', async () => {
  const id = await upToTheVisit(at);
  await at.moveTo('2026-12-30', '12:00');
  await press(at, 'Jo', id, record('joint-visit', 'held', { 'who-was-there': ['mother'] }));
  const holders = () => {
    const last = new Map(at.chat.sent.map(({ to, activityId, card }) => [`${to} ${activityId}`, plain(card)]));
    const ofTheCase = [...last.values()].filter(({ reference }) => reference !== undefined);
    return new Set(ofTheCase.map(({ holder }) => holder));
  };
  expect(holders()).toEqual(new Set(['social-care']));
  await press(at, 'Amara', id, record('close', undefined, { at: '2026-12-30' }));
  expect(holders()).toEqual(new Set(['early-help']));
});

test('somebody without the right is refused, and nothing changes', async () => {
  const {
    case: { id },
  } = await refer(at);
  at.chat.clear();
  const performed = await at.stepwise.perform(
    at.id('Jo'),
    id,
    [record('front-door', 'team', { team: 'euston' })],
    key(),
  );
  expect(performed).toMatchObject({
    ok: false,
    refusal: { code: 'not-permitted', words: 'Front-door managers decide this. Ask one of them.' },
  });
  await at.settle();
  expect(at.chat.sent).toEqual([]);
});

test('who may open the family: those with a part in the case, and nobody else of the council', async () => {
  const sheet = await refer(at);
  const may = async (name: string) => {
    const now = (await at.stepwise.sheet(sheet.case.id)) as CaseSheet;
    return at.stepwise.maySee(await at.stepwise.viewer(at.id(name), now), now);
  };
  const seen = async () => {
    const names = ['Amara', 'Ben', 'Priya', 'Dawn', 'Grace', 'Hugh', 'Jo', 'Kofi', 'Nia', 'Wendy'];
    const answers = await Promise.all(names.map(may));
    return names.filter((_, index) => answers[index]);
  };
  expect(await seen()).toEqual(['Amara', 'Priya', 'Dawn']);
  await nameTeam(at, sheet.case.id);
  expect(await seen()).toEqual(['Amara', 'Priya', 'Dawn', 'Grace']);
  ok(
    await at.stepwise.perform(
      at.id('Grace'),
      sheet.case.id,
      [record('acceptance', 'other-team', { 'better-team': 'kentish-town-east', why: 'Threshold.' })],
      key(),
    ),
  );
  expect(await seen()).toEqual(['Amara', 'Priya', 'Dawn', 'Grace', 'Hugh']);
});
