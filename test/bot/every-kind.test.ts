/** A made-up council whose pathways use every kind of step and word, played in chat from the first page to its ends. */
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { CaseSheet } from '../../src/application/sheet.ts';
import { buttonsOf, faultsOf, inputsOf, wordsOf } from './check-card.ts';
import { type Answered, openPlay, type Play } from './play.ts';

jest.setTimeout(120_000);

type Card = Answered['card'];
const FAMILY = ['Perpetua Quillfeather', 'Barnaby Quillfeather', 'Quillfeather', 'Larkspur Academy', 'Head-banging'];
const folder = resolve(import.meta.dirname, 'every-kind');

let play: Play;
let reference = '';
beforeAll(async () => {
  play = await openPlay({ protocols: { folder, council: 'anyshire' } });
});
afterAll(() => play?.close());

/** The first of the made-up people who plays a role. */
function who(role: string, nth = 0): string {
  const found = play.at.sandbox.context.tenant.people.filter((person) => person.role === role)[nth];
  if (!found) throw new Error(`Nobody is a ${role}.`);
  return found.id;
}
const press = async (role: string, card: Card, button: string, inputs: Record<string, string> = {}) =>
  (await play.press(who(role), card, button, inputs)).card;
const titles = (card: Card) => buttonsOf(card).map(({ title }) => String(title));
const labels = (card: Card) => inputsOf(card).map(({ label }) => String(label));
const input = (card: Card, id: string) => inputsOf(card).find((each) => each.id === id);
const choices = (card: Card, id: string) =>
  ((input(card, id)?.choices ?? []) as { title: string; value: string }[]).map(({ title }) => title);
async function caseOf(role: string): Promise<Card> {
  return (await play.type(who(role), `case ${reference}`)).card;
}
async function sheet(): Promise<CaseSheet> {
  const found = await play.at.stepwise.sheetByReference(reference);
  if (!found) throw new Error('No case.');
  return found;
}
const state = async (step: string) => (await sheet()).status.steps[step]?.state;
/** The card of a step, as the case card leads to it. */
async function stepOf(role: string, step: string): Promise<Card> {
  const whole = await caseOf(role);
  const button = buttonsOf(whole).find(({ data }) => {
    const [body = ''] = String((data as { v: string }).v).split('.');
    return (JSON.parse(Buffer.from(body, 'base64url').toString()) as { s?: string }).s === step;
  });
  if (!button) throw new Error(`The case card leads ${role} to: ${titles(whole).join(', ')}.\n${wordsOf(whole)}`);
  return press(role, whole, String(button.title));
}

async function fillIn(name: string, born: Record<string, string>): Promise<Card> {
  const worker = 'social-worker';
  let card = (await play.type(who(worker), 'step down')).card;
  const again = titles(card).includes('Start a new one') ? 'Start a new one' : 'Step down, all kinds';
  card = await press(worker, card, again);
  card = await press(worker, card, 'Save and continue', { who: 'mother' });
  card = await press(worker, card, 'Save and continue', {
    at: '2026-12-16',
    kind: 'review',
    assessment: 'active',
    lead: 'yes',
    agencies: 'Larkspur Academy\nHealth visiting',
  });
  card = await press(worker, card, 'Add another child', { name, ...born });
  return press(worker, card, 'Save and continue', {
    name: 'Barnaby Quillfeather',
    'birth-date.unknown': 'not born yet',
  });
}

describe('the start', () => {
  test('is grouped by the way it leads, with the numbers of the own council first', async () => {
    const { card } = await play.type(who('social-worker'), 'hello');
    expect(titles(card)).toContain('Step down or step up');
    const start = (await play.type(who('social-worker'), 'start')).card;
    const words = wordsOf(start);
    expect(words.indexOf('Ring 999')).toBeLessThan(words.lastIndexOf('Step down or step up'));
    expect(words).toContain('Ring the Anyshire safeguarding hub: 020 7946 0101.');
    expect(words).toContain('Police: 101.');
    expect(titles(start)).toEqual(['Step down, all kinds', 'Look at a family again', 'Immediate risk']);
    const lines = words.split('\n').slice(words.split('\n').lastIndexOf('Step down or step up') + 1);
    expect(lines.filter((each) => each !== '')).toEqual([
      'Which point are you at?',
      'Step down',
      'Step down, all kinds',
      'Step up',
      'Look at a family again',
      'Immediate risk',
    ]);
  });

  test('is narrowed by what is typed: a direction, a title or nearly its title', async () => {
    const up = (await play.type(who('social-worker'), 'step up')).card;
    expect(wordsOf(up)).toContain('Step up a family');
    expect(titles(up)).toEqual(['Look at a family again', 'Immediate risk']);
    const named = (await play.type(who('social-worker'), 'step down with evrything')).card;
    expect(titles(named)).toEqual(['Step down, all kinds', 'Immediate risk']);
  });

  test('says who starts it to somebody who does not', async () => {
    const { card } = await play.type(who('manager'), 'step down');
    expect(wordsOf(card)).toContain('Social workers start this. Ask one of them.');
  });
});

describe('the opening', () => {
  test('an option that is refused says why beside its field', async () => {
    const worker = 'social-worker';
    const start = (await play.type(who(worker), 'step down')).card;
    let card = await press(worker, start, 'Step down, all kinds');
    card = await press(worker, card, 'Save and continue', { who: 'mother' });
    card = await press(worker, card, 'Save and continue', { at: '2026-12-16', kind: 'none', assessment: 'active' });
    expect(wordsOf(card)).toContain('Error: A meeting has to decide it first.');
    expect(wordsOf(card)).toContain('Error: Name them or write none.');
  });

  test('a birth date that nobody knows has its reason, agencies are named one a line, and the last button is the protocol’s', async () => {
    const card = await fillIn('Perpetua Quillfeather', { 'birth-date': '27 3 2015' });
    expect(titles(card)).toContain('Send the request');
    expect(wordsOf(card)).toContain('Larkspur Academy, Health visiting');
    expect(wordsOf(card)).toContain('not born yet');
    const sent = await press('social-worker', card, 'Send the request', { why: 'Head-banging' });
    reference = /ANY-[0-9A-Z]{4}/.exec(wordsOf(sent))?.[0] ?? '';
    expect(reference).not.toBe('');
    expect((await sheet()).status.agencies).toHaveLength(2);
  });

  test('a child who is on an open case already is said before anything is sent, and passed with a reason', async () => {
    const card = await fillIn('Perpetua Quillfeather', { 'birth-date': '27 3 2015' });
    expect(wordsOf(card)).toContain(
      `Child 1 is already on ${reference} (step down with everything, since Thu 17 Dec 2026).`,
    );
    expect(titles(card)).toEqual(expect.arrayContaining([`Open ${reference}`, 'Go on all the same']));
    expect(titles(card)).not.toContain('Send the request');
    const fault = await press('social-worker', card, 'Go on all the same', { why: 'Typed already' });
    expect(wordsOf(fault)).toContain('Error: Say why.');
    expect(input(fault, 'why')?.value).toBe('Typed already');
    const on = await press('social-worker', fault, 'Go on all the same', { 'overlap-why~': 'Another household' });
    expect(wordsOf(on)).toContain('You go on all the same: Another household');
    expect(titles(on)).toContain('Send the request');
    await press('social-worker', (await play.type(who('social-worker'), 'step down')).card, 'Delete draft');
  });
});

describe('its steps', () => {
  test('somebody may decide for another who is away, with a reason', async () => {
    await play.at.moveTo('2026-12-18', '10:00');
    const card = await stepOf('other-manager', 'approve');
    const asked = titles(card).includes('Agree') ? card : await press('other-manager', card, 'Decide for them');
    expect(titles(asked)).toEqual(expect.arrayContaining(['Agree', 'Do not agree', 'Back']));
    const page = await press('other-manager', asked, 'Agree');
    expect(labels(page)).toEqual(['What has to happen', 'Why it cannot wait']);
    const fault = await press('other-manager', page, 'Agree', { oversight: 'Weekly calls' });
    expect(wordsOf(fault)).toContain('Error: Give the reason. It is kept.');
    await press('other-manager', fault, 'Agree', { 'reason~': 'The manager is ill' });
    expect(await state('approve')).toBe('done');
  });

  test('a consent for each child is one card: all that is the same in one press', async () => {
    let card = await stepOf('social-worker', 'child-consent');
    expect(wordsOf(card)).toContain('Ask the child');
    card = await press('social-worker', card, 'They agree');
    expect(choices(card, 'of~')).toEqual(['Perpetua Quillfeather', 'Barnaby Quillfeather']);
    const none = await press('social-worker', card, 'They agree');
    expect(wordsOf(none)).toContain('Choose which child.');
    const one = await press('social-worker', none, 'They agree', { 'of~': 'c1' });
    expect(wordsOf(one)).toMatch(/Perpetua Quillfeather: .*\n?Barnaby Quillfeather: \nstill to do\./s);
    const young = await press('social-worker', one, 'Too young to ask');
    expect(labels(young)).toEqual(['Why']);
    await press('social-worker', young, 'Too young to ask', { why: 'Two years old' });
    expect(await state('child-consent')).toBe('done');
  });

  test('an agreement in writing is asked for each agency, by name, with its document', async () => {
    let card = await stepOf('social-worker', 'share-consent');
    expect(wordsOf(card)).toContain('It covers: sharing the plan. It has to be in writing.');
    card = await press('social-worker', card, 'They agree');
    expect(choices(card, 'of~')).toEqual(['Larkspur Academy', 'Health visiting']);
    const fault = await press('social-worker', card, 'They agree', { 'of~': 'a1,a2' });
    expect(wordsOf(fault)).toContain('Error: Add the signed form.');
    const done = await press('social-worker', fault, 'They agree', { document: 'https://anyshire.example/form' });
    expect(await state('share-consent')).toBe('done');
    expect(wordsOf(done)).toContain('Done: ');
  });

  test('two decide together: each reads who has said what, and for whom it waits', async () => {
    const mine = await press('social-worker', play.cardOf(who('social-worker'), 'Go on together'), 'Go on together');
    expect(wordsOf(mine)).toMatch(/You \(social worker\): Go on together, Fri 18 Dec 2026, 10:\d\d\./);
    expect(wordsOf(mine)).toContain('Waiting for the Early Help manager.');
    const other = play.cardOf(who('early-help-manager'), 'Go on together');
    const page = await press('early-help-manager', other, 'Close the assessment');
    expect(wordsOf(page)).not.toContain('Done: ');
    expect(await state('choice')).toBe('open');
    await press('early-help-manager', await stepOf('early-help-manager', 'choice'), 'Go on together');
    expect(await state('choice')).toBe('done');
  });

  test('somebody from outside is named by name and organisation, and has agreed', async () => {
    const card = await stepOf('social-worker', 'lead');
    expect(titles(card)).toEqual(expect.arrayContaining(['Name the lead', 'Nobody found']));
    const page = await press('social-worker', card, 'Name the lead');
    expect(labels(page)).toEqual(expect.arrayContaining(['Their name', 'Their organisation']));
    await press('social-worker', page, 'Name the lead', {
      name: 'Ms Larkspur',
      organisation: 'Larkspur Academy',
      agrees: 'true',
    });
    expect(await state('lead')).toBe('done');
  });

  test('what the program cannot mail is sent by hand, with its documents; that it arrived is said by a person', async () => {
    const card = await stepOf('social-worker', 'handover');
    expect(wordsOf(card)).toContain('Send it yourself, then press Sent.');
    expect(wordsOf(card)).toContain('Goes to: the family.');
    expect(labels(card)).toEqual(
      expect.arrayContaining(['Closing summary or sustainability plan', 'Consent form', 'When']),
    );
    const fault = await press('social-worker', card, 'Sent', { 'document-consent-form': 'https://anyshire.example/1' });
    expect(wordsOf(fault)).toContain('Add at least one: closing summary or sustainability plan.');
    const sent = await press('social-worker', fault, 'Sent', {
      'document-closing-summary': 'https://anyshire.example/2',
    });
    expect(titles(sent)).toContain('It has arrived');
    expect(wordsOf(sent)).toMatch(/Sent Fri 18 Dec 2026/);
    expect(await state('handover')).toBe('open');
  });

  test('a mail that a person sends goes when it is pressed, and writes the register', async () => {
    const card = await stepOf('social-worker', 'notice');
    expect(wordsOf(card)).toContain('Goes to: Early Help mailbox.');
    await press('social-worker', card, 'Send', { needs: 'Bedtimes' });
    expect(await state('notice')).toBe('done');
    expect(wordsOf(await caseOf('social-worker'))).toMatch(/Early Help Assessment: active since Fri 18 Dec 2026/);
  });

  test('what a role outside owes is recorded by whoever may, who reads for whom', async () => {
    const card = await stepOf('early-help-manager', 'first-contact');
    expect(wordsOf(card)).toContain('You record it for the lead professional.');
    await press('early-help-manager', card, 'Record', { at: '2026-12-18' });
    expect(await state('first-contact')).toBe('done');
  });

  test('a series says how often, by when, who leads it and who writes; held once it is open again', async () => {
    const card = await stepOf('social-worker', 'taf');
    expect(wordsOf(card)).toContain('Every 6 weeks.');
    expect(wordsOf(card)).toMatch(/Chair: .+\. Notes: .+\./);
    const times = await press('social-worker', card, 'Show free times');
    const [first] = ((input(times, 'start')?.choices ?? []) as { value: string }[]).map(({ value }) => value);
    await press('social-worker', times, 'Book and invite', { start: first ?? '' });
    const booked = await stepOf('social-worker', 'taf');
    const declined = await press('social-worker', booked, 'Somebody cannot come');
    await press('social-worker', declined, 'Somebody cannot come', { role: 'early-help-manager' });
    const now = await stepOf('social-worker', 'taf');
    expect(wordsOf(now)).toContain('The Early Help manager cannot come. Choose another time, or go on without.');
    await play.at.moveTo((first ?? '').slice(0, 10), '16:30');
    const page = await press('social-worker', await stepOf('social-worker', 'taf'), 'It took place');
    expect(labels(page)).toEqual(['Who came']);
    await press('social-worker', page, 'It took place', { attended: 'social-worker,family' });
    expect(await state('taf')).toBe('open');
    const next = await stepOf('social-worker', 'taf');
    expect(wordsOf(next)).toContain('Every 6 weeks. Last held Fri 18 Dec 2026');
    expect(wordsOf(next)).toContain('Due Fri 29 Jan 2027, 17:00.');
  });

  test('a forum whose day nobody has set says so, and its outcome is recorded all the same', async () => {
    const card = await stepOf('early-help-manager', 'forum');
    expect(wordsOf(card)).toContain('The council has not set the day of');
    const asked = await press('early-help-manager', card, 'It has taken place');
    expect(titles(asked)).toEqual(expect.arrayContaining(['Allocate', 'Not allocated']));
    const page = await press('early-help-manager', asked, 'Allocate');
    await press('early-help-manager', page, 'Allocate');
    expect(await state('forum')).toBe('done');
  });

  test('what may be done at any time is offered and never owed, and may be done again', async () => {
    const card = await caseOf('social-worker');
    expect(wordsOf(card)).toContain('Also possible, and never owed:');
    expect(titles(card)).toEqual(expect.arrayContaining(['Put a date off', 'Begin a second case']));
    expect(wordsOf(card)).not.toMatch(/Next: \nput a date off/);
    const off = await press('social-worker', await press('social-worker', card, 'Put a date off'), 'Put a date off', {
      why: 'Holidays',
    });
    expect(titles(off)).toContain('Record another');
  });

  test('a difference is settled by the two managers together, or leaves the program by a policy that is named', async () => {
    const card = await press('manager', await caseOf('manager'), 'I do not agree');
    expect(wordsOf(card)).toContain('Waiting for the social work manager and the Early Help manager.');
    const page = await press('manager', card, 'We do not agree');
    const after = titles(page).includes('It stays as decided') ? page : await press('manager', page, 'We do not agree');
    expect(wordsOf(after)).toContain(
      'This now goes by the differences policy: https://policies.anyshire.example/differences.',
    );
    expect(titles(after)).toEqual(expect.arrayContaining(['Nobody objects', 'It stays as decided']));
    expect(titles(after)).not.toContain('We do not agree');
  });

  test('closing waits for two visits, then asks why it goes on before the papers have arrived', async () => {
    const early = await stepOf('social-worker', 'visit');
    expect(titles(early)).toContain('Record a visit');
    const first = await press('social-worker', early, 'Record a visit', { at: '2026-12-18', note: 'Head-banging' });
    expect(titles(first)).toContain('Record another');
    const second = await press('social-worker', first, 'Record another');
    await press('social-worker', second, 'Record a visit', { at: '2026-12-18', note: 'Better' });
    const card = await stepOf('social-worker', 'close');
    expect(wordsOf(card)).toContain('The handover papers have not arrived. You may go on with a written reason.');
    const page = await press('social-worker', card, 'Record closed', { at: '2026-12-18' });
    expect(labels(page)).toEqual(['Closed on', 'Why go on all the same (needs fixing)']);
    const done = await press('social-worker', page, 'Record closed', { 'reason~': 'They moved away' });
    expect(wordsOf(done)).toContain('Stepped down');
    expect((await sheet()).status.ended?.how).toBe('stepped-down');
  });
});

describe('beside and after it', () => {
  test('a second case is begun: its draft, filled in, lies before whoever pressed', async () => {
    await press('manager', await press('manager', await caseOf('manager'), 'Reopen'), 'Reopen', { why: 'By mistake' });
    const card = await stepOf('social-worker', 'second-child');
    expect(wordsOf(card)).toContain('A second case is begun beside it: look at a family again.');
    await press('social-worker', card, 'Begin a second case');
    const begun = play.cardOf(who('social-worker'), 'Carry on');
    expect(wordsOf(begun)).toContain(`Its form is filled in from ${reference}. Nothing has been sent.`);
    const page = await press('social-worker', begun, 'Carry on');
    expect(wordsOf(page)).toContain('Has the family agreed?');
    const check = await press('social-worker', page, 'Save and continue', { at: '2026-12-18' });
    expect(wordsOf(check)).not.toMatch(/Child 1/);
    expect(titles(check)).toContain('Save and start');
    const started = await press('social-worker', check, 'Save and start', { worry: 'Head-banging' });
    const second = /ANY-[0-9A-Z]{4}: look at a family again/.exec(wordsOf(started))?.[0].slice(0, 8) ?? '';
    expect(second).not.toBe(reference);
    expect(wordsOf(started)).not.toMatch(/e-mail|0 children/i);
    const post = play.at.chat.sent.findLast(({ to, bell }) => to.startsWith('19:') && bell.includes(second));
    expect(wordsOf(post?.card ?? {})).toContain(`New step up: ${second}`);
  });

  test('where nobody is found to lead, the case goes on as another pathway, whose opening questions its own cards ask', async () => {
    const card = await fillIn('Wilhelmina Brackenbury', { 'birth-date': '1 2 2016' });
    const sent = await press('social-worker', card, 'Send the request', { why: 'Other worries' });
    reference = /ANY-[0-9A-Z]{4}/.exec(wordsOf(sent))?.[0] ?? '';
    const agree = await press('manager', await stepOf('manager', 'approve'), 'Agree');
    await press('manager', agree, 'Agree', { oversight: 'Weekly calls' });
    const all = await press('social-worker', await stepOf('social-worker', 'child-consent'), 'They agree');
    await press('social-worker', all, 'They agree', { 'of~': 'c1,c2' });
    await press('social-worker', await stepOf('social-worker', 'choice'), 'Go on together');
    await press('early-help-manager', await stepOf('early-help-manager', 'choice'), 'Go on together');
    const page = await press('social-worker', await stepOf('social-worker', 'lead'), 'Nobody found');
    expect(labels(page)).toEqual(['Whom you asked']);
    await press('social-worker', page, 'Nobody found', { tried: 'School and health' });
    const nobody = await stepOf('social-worker', 'nobody');
    expect(wordsOf(nobody)).toContain('The case then goes on as: look at a family again.');
    const moved = await press('social-worker', nobody, 'Record');
    expect(wordsOf(moved)).toContain(`${reference} goes on as: look at a family again.`);
    expect(wordsOf(moved)).toContain('Until Fri 18 Dec: step down with everything.');
    expect(wordsOf(moved)).toContain('Wilhelmina Brackenbury');
    const heard = await press('social-worker', await stepOf('social-worker', 'heard'), 'They agree');
    expect(labels(heard)).toEqual(['When']);
    await press('social-worker', heard, 'They agree', { at: '2026-12-18' });
    const worry = await stepOf('social-worker', 'worry');
    expect(labels(worry)).toEqual(['What worries you']);
    await press('social-worker', worry, 'Record', { worry: 'Nobody leads' });
    const ended = await press('manager', await stepOf('manager', 'decide'), 'Stay as it is');
    expect(wordsOf(ended)).toContain('Stays Fri 18 Dec 2026');
  });

  test('an ended case is taken up again under another pathway, by those who may open it', async () => {
    const first = await fillIn('Ottoline Ferncastle', { 'birth-date': '3 4 2017' });
    const sent = await press('social-worker', first, 'Send the request', { why: 'Other worries' });
    reference = /ANY-[0-9A-Z]{4}/.exec(wordsOf(sent))?.[0] ?? '';
    await press('manager', await stepOf('manager', 'approve'), 'Do not agree');
    expect((await sheet()).status.ended?.how).toBe('not-stepped-down');
    const may = await press('manager', await caseOf('manager'), 'Take up again');
    expect(wordsOf(may)).toContain('Social workers and Early Help managers take it up again. Ask one of them.');
    const draft = await press('social-worker', await caseOf('social-worker'), 'Take up again');
    expect(wordsOf(draft)).toContain('Has the family agreed?');
    const check = await press('social-worker', draft, 'Save and continue', { at: '2026-12-18' });
    const back = await press('social-worker', check, 'Save and start', { worry: 'It got worse' });
    expect(wordsOf(back)).toContain(`${reference}: look at a family again`);
    expect((await sheet()).case.earlier.map(({ pathway }) => pathway)).toEqual(['anyshire/everything']);
    expect((await sheet()).status.ended).toBeUndefined();
  });

  test('my cases shows each by the title of its pathway', async () => {
    const { card } = await play.type(who('social-worker'), 'my cases');
    expect(wordsOf(card)).toContain('look at a family again');
    expect(wordsOf(card)).not.toContain('0 children');
  });
});

describe('a manager', () => {
  test('sets an ending aside, pauses and lets go on', async () => {
    await press('manager', await stepOf('manager', 'decide'), 'Stay as it is');
    const ended = await caseOf('manager');
    const why = await press('manager', ended, 'Reopen');
    const fault = await press('manager', why, 'Reopen');
    expect(wordsOf(fault)).toContain('Error: Say why.');
    const open = await press('manager', fault, 'Reopen', { why: 'Closed by mistake' });
    expect((await sheet()).status.ended).toBeUndefined();
    const page = await press('manager', open, 'Pause');
    const missing = await press('manager', page, 'Pause', { why: 'Abroad' });
    expect(wordsOf(missing)).toContain('Error: Choose until when.');
    const paused = await press('manager', missing, 'Pause', { until: '2027-01-11' });
    expect(wordsOf(paused)).toContain(
      'Paused until Mon 11 Jan 2027. Nobody is reminded until then; every date runs on.',
    );
    const on = await press('manager', paused, 'Go on now');
    expect(wordsOf(on)).not.toContain('Paused until');
    expect(titles(on)).toContain('Pause');
  });
});

describe('privacy', () => {
  test('no name of the family stands in a channel or on a locked phone, and every card is sound', () => {
    expect(play.at.chat.sent.length).toBeGreaterThan(5);
    for (const sent of play.at.chat.sent) {
      expect(faultsOf(sent.card)).toEqual([]);
      expect(sent.bell.length).toBeLessThanOrEqual(90);
      for (const name of FAMILY) {
        expect(sent.bell).not.toContain(name);
        if (sent.to.startsWith('19:')) expect(JSON.stringify(sent.card)).not.toContain(name);
      }
    }
  });
});
