/** What the front door does about the mails in its mailbox. */
import { createDrawing } from '../../../bot/cards/drawing.ts';
import type { MailDone } from '../../../src/application/mail/sheet.ts';
import { WORKER } from '../../../src/application/mail/sheet.ts';
import type { Draft } from '../../../src/application/ports.ts';
import type { Command, Refusal } from '../../../src/domain/case/types.ts';
import { fill, key, ok, PATHWAY } from '../story.ts';
import { london, openWorld, type TestWorld } from '../world.ts';
import { arrives, BOX } from './waiting-mail.ts';

const FRIDAY = london('2026-12-18', '18:45');
const MONDAY = london('2026-12-21', '09:10');

const LETTER = `Dear colleagues,

Assessment completed: Thu 17 December 2026
Service in the lead afterwards: Early Help

Child 1: Wilhelmina Thistlewood, born 27/03/2015
MOSAIC no: 5512345
Schools: Thistle Primary
Support needed from Early Help: Routines at home.
Reasons social care became involved:
A fall from the stairs.

Outline plan: Weekly visits.
When should the family come back to social care? If it gets worse.

Kind regards
Amara`;

let it: TestWorld;
let dawn: string;
let amara: string;
const desk = () => it.stepwise.mails;
const mine = async (id: string) => {
  const sheet = await desk().read(dawn, id);
  if (!sheet) throw new Error(`Dawn may not read ${id}.`);
  return sheet;
};
const words = (done: MailDone | Refusal): string =>
  'refused' in done ? done.words : done.ok ? 'done' : done.refusal.words;
const begun = (draft: Draft | Refusal): Draft => {
  if ('refused' in draft) throw new Error(draft.words);
  return draft;
};

/** What a mail cannot say, said by whoever opens the case. */
async function complete(draft: string): Promise<void> {
  const { drafts } = it.stepwise;
  const times = [london('2026-12-30', '10:00'), london('2026-12-31', '14:00'), london('2027-01-04', '10:00')];
  await drafts.save(dawn, draft, 'agreement', { who: ['mother'], at: '2026-12-16', how: 'in-person' });
  await drafts.save(dawn, draft, 'plan', { summary: 'Routines.', outline: 'Visits.', 'way-back': 'If it gets worse.' });
  await drafts.save(dawn, draft, 'times', { times });
  await drafts.save(dawn, draft, 'check', { 'agreement-covers-all': true });
}

beforeAll(async () => {
  // Real cards: what the sender of a referral reads in the end is looked at.
  it = await openWorld({ start: MONDAY, drawing: createDrawing({ signingKey: 'a key for these tests' }) });
  dawn = it.id('Dawn');
  amara = it.id('Amara');
});
afterAll(() => it.close());

describe('What a sender writes into the same conversation afterwards', () => {
  const family = 'Child 1: Ottoline Marchbanks, 3/4/2016\nMOSAIC number: 7712345';
  beforeAll(async () => {
    const conversation = 'in-two';
    await arrives(it, { id: 'p1', at: FRIDAY, text: family, conversation });
    await arrives(it, { id: 'p2', at: MONDAY, text: 'Outline plan: Weekly visits for six weeks.', conversation });
    const other = 'Child 1: Barnaby Featherwick, 9/9/2014\nOutline plan: Something else.';
    await arrives(it, { id: 'p3', at: london('2026-12-21', '09:11'), text: other, conversation });
    await arrives(it, { id: 'p4', at: MONDAY, text: 'Outline plan: Mine.', conversation, from: 'x@elsewhere.example' });
  });
  const foundIn = async (id: string) =>
    Object.fromEntries((await mine(id)).pathways[0]?.found.map(({ label, value }) => [label, value]) ?? []);

  test('is read together with the referral, which keeps its clock', async () => {
    for (const id of ['p1', 'p2']) {
      expect(await foundIn(id)).toMatchObject({
        Name: 'Ottoline Marchbanks',
        'Outline plan': 'Weekly visits for six weeks.',
      });
      const [first] = (await mine(id)).pathways;
      expect(first?.together).toEqual({ mails: 2, first: FRIDAY });
      expect(first?.due?.due).toBe(london('2026-12-22', '17:00'));
    }
  });

  test('is not mixed with another family, nor with what somebody else writes', async () => {
    expect(await foundIn('p3')).toMatchObject({ Name: 'Barnaby Featherwick', 'Outline plan': 'Something else.' });
    expect((await mine('p3')).pathways[0]?.together).toBeUndefined();
    expect(await foundIn('p4')).toEqual({ 'Outline plan': 'Mine.' });
  });

  test('is opened from the first of them', async () => {
    const draft = begun(await desk().begin(dawn, 'p2', PATHWAY));
    expect(draft.mail?.id).toBe('p1');
    expect(begun(await desk().begin(dawn, 'p1', PATHWAY)).id).toBe(draft.id);
    await it.stepwise.drafts.delete(dawn, draft.id);
    for (const id of ['p1', 'p2', 'p3', 'p4']) await desk().setAside(dawn, id, 'other', '', undefined, key());
  });
});

describe('A referral that came by mail on Friday evening, looked at on Monday', () => {
  const text = LETTER;
  let sender: string;
  beforeAll(async () => {
    sender = (await it.world.directory.person(amara))?.mail ?? '';
    await arrives(it, {
      ...{ id: 'm1', at: FRIDAY, from: sender.toLowerCase(), text, conversation: 'talk' },
      more: { attachments: [{ name: 'CFA assessment.pdf', contentType: 'application/pdf', size: 10 }] },
    });
    await arrives(it, { id: 'm1-again', at: MONDAY, from: sender.toLowerCase(), conversation: 'talk' });
  });

  test('is shown to those who read the mailbox and to nobody else', async () => {
    expect((await desk().waiting(dawn)).map(({ entry }) => entry.id)).toEqual(['m1', 'm1-again']);
    expect(await desk().waiting(amara)).toEqual([]);
    expect(await desk().read(amara, 'm1')).toBeUndefined();
    expect(words((await desk().begin(amara, 'm1', PATHWAY)) as Refusal)).toBe(
      'Front-door managers read this mailbox. Ask one of them.',
    );
  });

  test('says what was found, what is missing, and that its answer is due on Tuesday', async () => {
    const sheet = await mine('m1');
    expect(sheet.pathways.map(({ protocol }) => protocol.id)).toEqual([PATHWAY, 'camden/after-cin-review']);
    const [first] = sheet.pathways;
    expect(first?.found).toEqual(
      expect.arrayContaining([
        { label: 'Name', value: 'Wilhelmina Thistlewood' },
        { label: 'Date of birth', value: '27 Mar 2015' },
        { label: 'MOSAIC number', value: '5512345' },
        { label: 'Latest assessment', value: 'In the mail: CFA assessment.pdf' },
      ]),
    );
    expect(first?.missing).toEqual(["the family's agreement", '3 visit dates']);
    expect(first?.due).toEqual({ title: 'answer the social worker', due: london('2026-12-22', '17:00') });
  });

  test('becomes a draft of what it says, marked until somebody writes over it', async () => {
    const draft = begun(await desk().begin(dawn, 'm1', PATHWAY));
    expect(draft.pages[WORKER]).toEqual({ worker: amara });
    expect(draft.mail?.filled).toEqual(expect.arrayContaining(['child.1.name', 'child.1.mosaic', 'assessment.at']));
    const saved = await it.stepwise.drafts.save(dawn, draft.id, 'child.1', {
      name: 'Wilhelmina May Thistlewood',
      mosaic: '5512345',
    });
    expect(saved.mail?.filled).not.toContain('child.1.name');
    expect(saved.mail?.filled).toContain('child.1.mosaic');
    expect(begun(await desk().begin(dawn, 'm1', PATHWAY)).id).toBe(draft.id);
    expect((await mine('m1')).begun).toMatchObject({ mine: true, pathway: PATHWAY });
  });

  test('is not opened without the agreement of the family, nor for somebody who could not have referred', async () => {
    const { drafts } = it.stepwise;
    const draft = begun(await desk().begin(dawn, 'm1', PATHWAY));
    const refused = await it.stepwise.send(dawn, draft.id, key());
    expect(refused.ok || refused.refusal.words).toContain('Talk to the family first');
    await drafts.save(dawn, draft.id, WORKER, { worker: it.id('Grace') });
    expect(await drafts.faults(dawn, draft.id)).toMatchObject({
      [`${WORKER}.worker`]: 'Choose the worker who made the referral.',
    });
    expect((await desk().workers(PATHWAY)).map(({ id }) => id)).toContain(amara);
    await drafts.save(dawn, draft.id, WORKER, { worker: amara });
  });

  test('opens a case that counts from Friday, is the social worker’s, and is not mailed again', async () => {
    const { drafts } = it.stepwise;
    const draft = begun(await desk().begin(dawn, 'm1', PATHWAY));
    // The visit is the social worker's: times are offered out of her diary.
    expect((await drafts.freeTimes(dawn, draft.id)).whose?.id).toBe(amara);
    await complete(draft.id);
    expect(await drafts.faults(dawn, draft.id)).toEqual({});
    const sheet = ok(await it.stepwise.send(dawn, draft.id, key()));
    await it.settle();

    expect(sheet.status.deadlines.find(({ step }) => step === 'front-door')?.due).toBe('2026-12-22');
    expect(sheet.status.named['social-worker']).toBe(amara);
    expect(await it.folder(BOX, 'inbox')).toEqual([]);
    expect(it.chat.sent.some(({ to }) => to === amara)).toBe(true);

    const { entry, case: of, doneBy } = await mine('m1');
    expect(entry).toMatchObject({ state: 'opened', caseId: sheet.case.id, by: dawn });
    expect(of?.reference).toBe(sheet.case.reference);
    expect(doneBy?.id).toBe(dawn);
    // What else of the conversation was waiting went with it.
    expect((await mine('m1-again')).entry).toMatchObject({ state: 'joined', caseId: sheet.case.id });
    expect(await desk().waiting(dawn)).toEqual([]);
    expect((await desk().ofCase(amara, sheet)).map((each) => each.entry.id)).toEqual(['m1', 'm1-again']);
  });

  test('is answered: its sender hears of the case, and by when the answer to it is due', async () => {
    const { entry, case: of } = await mine('m1');
    const answer = await desk().draftAnswer(dawn, 'm1', { opened: true });
    expect('refused' in answer ? answer.words : answer.text).toContain(
      `We have opened a case from it: ${of?.reference}.\nNext: answer the social worker, due Tue 22 Dec 2026, 17:00.`,
    );
    expect(words(await desk().sendAnswer(dawn, 'm1', 'We have it.', key()))).toBe('done');
    expect((await mine('m1')).entry).toEqual(entry);
    // That a family is known is not told to whoever writes about it.
    const joined = await desk().draftAnswer(dawn, 'm1-again', { opened: true });
    expect('refused' in joined && joined.words).toContain('has joined it to CAM-');
    expect(words(await desk().sendAnswer(dawn, 'm1-again', 'We have it.', key()))).toContain('has joined it');
  });

  test('is found on its case by its child’s number, and whoever comes second is told who was first', async () => {
    const [row] = await it.store.mails.casesWithChildIds('camden', ['5512345']);
    expect(row?.caseId).toBe((await mine('m1')).entry.caseId);
    expect(words(await desk().setAside(dawn, 'm1', 'spam', '', undefined, key()))).toMatch(
      /^Dawn .* has opened CAM-.* from it, Mon 21 Dec 2026, 09:10\. Your press changed nothing\.$/,
    );
    expect(words(await desk().putBack(dawn, 'm1', key()))).toContain('has opened CAM-');
  });
});

test('The answer to the referral reaches the social worker: outcome, reason, what is next, and what to do if worried', async () => {
  const { entry } = await mine('m1');
  const advice = {
    type: 'record',
    step: 'front-door',
    part: 'advice',
    answers: { advice: 'Try the parenting course.' },
  };
  const pressed = await it.stepwise.perform(dawn, entry.caseId ?? '', [advice as Command], key());
  expect(pressed.ok).toBe(true);
  await it.settle();
  const card = JSON.stringify(
    it.chat.sent.findLast(({ to, card }) => to === amara && JSON.stringify(card).includes('parenting')),
  );
  expect(card).toContain('Not a step down: advice from Early Help');
  expect(card).toContain('The referral ends here.');
  expect(card).toContain('If a child is in danger now, ring 999.');
});

describe('A mail about a case that is there', () => {
  test('is joined by its reference, once, and goes back where it was a mistake', async () => {
    const sheet = ok(await it.stepwise.send(amara, await fill(it), key()));
    await arrives(it, { id: 'm2', at: MONDAY });
    expect(words(await desk().join(dawn, 'm2', 'CAM-9ZZZ', key()))).toBe('There is no case CAM-9ZZZ in this council.');
    const press = key();
    const reference = sheet.case.reference.toLowerCase();
    expect(words(await desk().join(dawn, 'm2', reference, press))).toBe('done');
    expect(words(await desk().join(dawn, 'm2', reference, press))).toBe('done');
    const facts = async () =>
      ((await it.stepwise.sheet(sheet.case.id))?.case.facts ?? []).filter(({ fact }) => fact.startsWith('mail.'));
    expect((await facts()).map(({ fact, by }) => [fact, by])).toEqual([['mail.joined', dawn]]);
    expect((await mine('m2')).entry).toMatchObject({ state: 'joined', matchedBy: 'person', caseId: sheet.case.id });
    // Whoever may see the case may say that it is not about this family.
    expect(words(await desk().putBack(amara, 'm2', key()))).toBe('done');
    expect((await facts()).map(({ fact }) => fact)).toEqual(['mail.joined', 'mail.left']);
    expect((await mine('m2')).entry).toMatchObject({ state: 'waiting', caseId: null });
    expect(words(await desk().setAside(dawn, 'm2', 'For another team', ' Rang them. ', undefined, key()))).toBe('done');
    expect(await mine('m2')).toMatchObject({ entry: { why: 'for-another-team' }, note: 'Rang them.' });
    expect(words(await desk().join(dawn, 'm2', reference, key()))).toContain('has set it aside');
    expect(words(await desk().putBack(dawn, 'm2', key()))).toBe('done');
    expect(words(await desk().setAside(dawn, 'm2', 'never heard of', '', undefined, key()))).toBe('Choose why.');
  });
});

test('A draft of a mail that has been joined to a case meanwhile opens no second one', async () => {
  const family = LETTER.replace('Wilhelmina', 'Ottoline').replace('2015', '2014');
  await arrives(it, { id: 'm6', at: MONDAY, from: (await it.world.directory.person(amara))?.mail ?? '', text: family });
  const draft = begun(await desk().begin(dawn, 'm6', PATHWAY));
  await complete(draft.id);
  const other = ok(await it.stepwise.send(amara, await fill(it), key()));
  expect(words(await desk().join(dawn, 'm6', other.case.reference, key()))).toBe('done');
  const sent = await it.stepwise.send(dawn, draft.id, key());
  expect(sent.ok || sent.refusal.words).toContain(`has joined it to ${other.case.reference}`);
  expect(await it.stepwise.sheet(draft.id)).toBeUndefined();
  expect((await it.store.mails.ofCase(other.case.id)).map(({ id }) => id)).toEqual(['m6']);
});

describe('An answer', () => {
  const drafted = async (id: string, about: Parameters<TestWorld['stepwise']['mails']['draftAnswer']>[2]) => {
    const answer = await desk().draftAnswer(dawn, id, about);
    if ('refused' in answer) throw new Error(answer.words);
    return answer;
  };

  test('asks for exactly what is missing, names nobody, and says what to do if worried', async () => {
    await arrives(it, { id: 'm3', at: MONDAY, from: 'teacher@larkspur.example', text: LETTER });
    const { to, subject, text } = await drafted('m3', { missingFor: PATHWAY });
    expect(to).toBe('teacher@larkspur.example');
    expect(subject).toBe('Your e-mail to: Early Help step-down mailbox');
    const asked = text.split('\n').filter((line) => line.startsWith('- '));
    expect(asked).toEqual(["- the family's agreement", '- 3 visit dates', '- latest assessment']);
    expect(text).toContain('If a child is in danger now, ring 999.');
    expect(text).toContain('\nEarly Help step-down mailbox\nCamden');
    expect(`${subject} ${text}`).not.toMatch(/Thistle|5512345|stairs/);
  });

  test('is sent by a person, once for each press, and no more than three times a day to one sender', async () => {
    const press = key();
    expect(words(await desk().sendAnswer(dawn, 'm3', 'Please send the dates.', press))).toBe('done');
    expect(words(await desk().sendAnswer(dawn, 'm3', 'Please send the dates.', press))).toBe('done');
    expect((await mine('m3')).answers).toHaveLength(1);
    expect(words(await desk().sendAnswer(dawn, 'm3', 'And the assessment.', key()))).toBe('done');
    expect(words(await desk().setAside(dawn, 'm3', 'other', '', 'Not for us.', key()))).toBe('done');
    expect(words(await desk().putBack(dawn, 'm3', key()))).toBe('done');
    const full = 'This sender has had 3 answers in 24 hours. Ring them instead.';
    expect(words(await desk().sendAnswer(dawn, 'm3', 'Hello?', key()))).toBe(full);
    expect((await mine('m3')).noAnswer).toBe(full);
    expect((await mine('m3')).answers.map(({ by }) => by.id)).toEqual([dawn, dawn, dawn]);
  });

  test('that says no gives outcome, reason, next step and the numbers', async () => {
    await arrives(it, { id: 'm4', at: MONDAY, from: 'ann@school.example' });
    const { text } = await drafted('m4', { notForUs: 'for-another-team' });
    expect(text).toContain(
      'We have not opened a case from it.\nWhy: For another team.\nNext: please send it to the team',
    );
    expect(text).toContain('If you are worried about a child:');
  });

  test('that a family is known is said to colleagues, and to nobody else who writes in', async () => {
    await arrives(it, { id: 'm4-known', at: MONDAY, from: 'somebody@home.example' });
    const outside = await drafted('m4-known', { notForUs: 'already-on-a-case' });
    expect(outside.text).toContain('Why: by e-mail we cannot say whether a family is known to us.');
    expect(outside.text).not.toMatch(/already|works with the family\./i);
    await arrives(it, { id: 'm4-colleague', at: MONDAY });
    const inside = await drafted('m4-colleague', { notForUs: 'already-on-a-case' });
    expect(inside.text).toContain('Why: Already on a case.');
    for (const id of ['m4-known', 'm4-colleague']) await desk().setAside(dawn, id, 'other', '', undefined, key());
  });

  test.each([
    [
      'an automatic reply',
      { kind: 'automatic-reply' as const },
      'This is an automatic reply. Nobody would read an answer.',
    ],
    [
      'a bounce',
      { kind: 'bounce' as const },
      'This is a report of a mail that did not arrive. Nobody would read an answer.',
    ],
    ['a list', { kind: 'list' as const }, 'This was sent to a list. It is not answered from here.'],
    [
      'our own mailbox',
      { from: { name: '', address: BOX } },
      'This mail comes from a mailbox of our own. There is nobody to answer.',
    ],
    [
      'a robot that calls itself noreply',
      { from: { name: '', address: 'no-reply@shop.example' } },
      'Nobody reads what is sent to the address that this mail came from.',
    ],
    [
      'a mail that leads its answer elsewhere',
      { replyTo: { name: 'Amara Obi', address: 'amara@elsewhere.example' } },
      'This mail asks for its answer at another address than it came from. Check with the sender by phone first.',
    ],
  ])('is never given to %s', async (name, more, why) => {
    const id = await arrives(it, { id: `m5-${name}`, at: MONDAY, from: 'zoe@school.example', more });
    expect((await mine(id)).noAnswer).toBe(why);
    expect(words(await desk().sendAnswer(dawn, id, 'Hello.', key()))).toBe(why);
    expect(words(await desk().setAside(dawn, id, 'other', '', 'Hello.', key()))).toBe(why);
    expect((await it.store.mails.answersOf(id)).length).toBe(0);
  });
});

test.each([
  ['on Christmas Eve after hours', london('2026-12-24', '18:45'), '2026-12-30'],
  ['on Boxing Day', london('2026-12-26', '11:00'), '2026-12-30'],
  ['in the night in which the clocks go forward, before Easter Monday', london('2027-03-27', '23:59'), '2027-03-31'],
  [
    'half an hour past a midnight of summer, on another day than in Greenwich',
    london('2027-07-01', '00:30'),
    '2027-07-05',
  ],
])('The answer to a mail that arrives %s is due two working days after it', async (name, at, day) => {
  await arrives(it, { id: name, at, text: LETTER.replace('Wilhelmina', name) });
  expect((await mine(name)).pathways[0]?.due?.due).toBe(london(day, '17:00'));
  await desk().setAside(dawn, name, 'other', '', undefined, key());
});
