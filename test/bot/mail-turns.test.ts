/** Mails in the front door's mailbox, as they are pressed through in Teams: from the wire to the card, the case, the answer. */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { WORKER } from '../../src/application/mail/sheet.ts';
import { refer } from '../application/story.ts';
import { london, STEP_DOWN } from '../application/world.ts';
import { buttonsOf, inputsOf, wordsOf } from './check-card.ts';
import { type Answered, openPlay, type Play } from './play.ts';

jest.setTimeout(120_000);

const FRONT_DOOR = '19:fd-step-down@thread.tacv2';
/** What no channel and no locked phone may say. */
const PLANTED = ['Wilhelmina', 'Thistlewood', 'Thistle Primary', '5512345', 'Ludmilla', 'outside.invalid', 'A fall'];
const HOSTILE = 'Thistlewood [x](https://example.invalid) **y** <at>All</at>';

const LETTER = `Dear colleagues,

Who agreed: Mother
How they told you: In person
Assessment completed: Thu 17 December 2026
Service in the lead afterwards: Early Help

Child 1: Wilhelmina Thistlewood, born 27/03/2015
MOSAIC no: 5512345
Schools: Thistle Primary
Support needed from Early Help: Routines at home.
Reasons social care became involved:
A fall from the stairs.

Child 2: Otto Thistlewood, born 02/11/2018
MOSAIC no: 5512346
Schools: Thistle Primary
Support needed from Early Help: Routines at home.
Reasons social care became involved: A fall from the stairs.

Outline plan: Weekly visits.
When should the family come back to social care? If it gets worse.

Kind regards
Ludmilla`;

let play: Play;
beforeAll(async () => {
  play = await openPlay({ start: london('2026-12-18', '18:45') });
  // From here on the mailbox is watched: what was in it before is no business of the program's.
  await play.at.settle();
});
afterAll(() => play?.close());

let letters = 0;
async function writes(more: { readonly from?: string; readonly subject?: string; readonly text?: string } = {}) {
  letters += 1;
  const {
    from = 'ludmilla@outside.invalid',
    subject = HOSTILE,
    text = `Please ring me. Thistlewood ${letters}`,
  } = more;
  const root = play.at.sandbox.context.urls.graph.replace(/\/graph$/, '');
  const answer = await fetch(`${root}/sandbox/mail`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'x-sandbox-page': 'yes', Authorization: 'Bearer sandbox' },
    body: JSON.stringify({ from: { name: 'Ludmilla Thistlewood', address: from }, to: [STEP_DOWN], subject, text }),
  });
  if (!answer.ok) throw new Error(await answer.text());
  await play.at.told();
}

const titles = (card: Answered['card']) => buttonsOf(card).map(({ title }) => title);
const value = (card: Answered['card'], id: string) => inputsOf(card).find((input) => input.id === id)?.value;
/** The latest card in the channel. */
const posted = () => play.cardOf(FRONT_DOOR, 'Open');
const opened = async (who = 'Dawn') => (await play.press(who, posted(), 'Open', {}, 'dialog')).card;
const inDialog = async (card: Answered['card'], button: string, inputs: Readonly<Record<string, string>> = {}) =>
  (await play.press('Dawn', card, button, inputs, 'dialog')).card;

describe('a referral that comes by mail on Friday evening', () => {
  let first: Answered['card'];
  test('is a card in the channel on Monday, that says nothing of it', async () => {
    const mail = (await play.at.world.directory.person(play.at.id('Amara')))?.mail ?? '';
    await writes({ from: mail, text: LETTER });
    await play.at.moveTo('2026-12-21', '09:10');
    const words = wordsOf(posted());
    expect(words).toContain('A mail may be a referral');
    expect(words).toContain('Arrived Fri 18 Dec 2026, 18:45. No case found.');
  });

  test('5. is opened by those who read the mailbox; somebody else sees whom to ask, and the post stays as it was', async () => {
    const post = posted();
    for (const surface of ['channel', 'dialog'] as const) {
      const { card, replies } = await play.press('Jo', post, 'Open', {}, surface);
      expect(wordsOf(card)).toContain('Front-door managers read this mailbox. Ask one of them.');
      expect(wordsOf(card)).toContain('A mail may be a referral');
      for (const word of PLANTED) expect(JSON.stringify(card)).not.toContain(word);
      if (surface === 'channel') expect(replies).toMatchObject([{ do: 'answer', edit: false }]);
    }
    const sent = await play.press('Dawn', post, 'Open', {}, 'channel');
    expect(sent.said).toBe('Sent to your own chat.');
    expect(sent.replies).toMatchObject([{ do: 'say' }, { do: 'post', person: play.at.id('Dawn') }]);
    expect(JSON.stringify(posted())).toBe(JSON.stringify(post));
  });

  test('shows what it says and what was read from it', async () => {
    const card = await opened();
    first = card;
    const words = wordsOf(card);
    expect(words).toContain(HOSTILE);
    expect(words).toContain('Anybody can write a From line: check who it is.');
    expect(words).toContain('What I read from it (from the mail, please check)');
    expect(words).toContain('5512345');
    expect(words).toContain("Missing: the family's agreement, 3 visit dates, latest assessment.");
    expect(titles(card)).toEqual([
      'Open a case',
      'Join a case',
      'Ask for what is missing',
      'Not for us',
      'Immediate risk',
    ]);
  });

  test('becomes a case in at most 22 interactions, each value marked until it was changed, counted from Friday', async () => {
    let interactions = 1;
    let card = await opened();
    const does = async (button: string, inputs: Readonly<Record<string, string>> = {}) => {
      interactions += 1 + Object.keys(inputs).length;
      card = await inDialog(card, button, inputs);
      return wordsOf(card);
    };
    await does('Open a case');
    if (titles(card).includes('After an assessment')) await does('After an assessment');
    // Today is nobody's answer to when the family agreed.
    const asked = Object.entries({ how: 'in-person', at: '2026-12-17' }).filter(([id]) => value(card, id) === '');
    expect(asked.map(([id]) => id)).toContain('at');
    await does('Save and continue', Object.fromEntries(asked));
    for (let pages = 0; pages < 8 && !titles(card).includes('Open the case'); pages += 1) {
      const times = inputsOf(card).find(({ id }) => id === 'times');
      const name = value(card, 'name');
      if (name === 'Wilhelmina Thistlewood') {
        expect(wordsOf(card)).toContain('From the mail, please check.');
        const before = wordsOf(card).split('From the mail, please check.').length;
        const { card: saved } = await play.press(
          'Dawn',
          card,
          'Save and continue',
          { name: 'Wilhelmina May Thistlewood' },
          'dialog',
        );
        const back = (await play.press('Dawn', saved, 'Change child 1', {}, 'dialog')).card;
        expect(wordsOf(back).split('From the mail, please check.').length).toBe(before - 1);
        interactions += 2;
        card = saved;
        continue;
      }
      const choices = (times?.choices ?? []) as readonly { readonly value: string }[];
      const days = new Map(choices.map(({ value: start }) => [start.slice(0, 10), start]));
      const chosen = [...days.values()].slice(0, 3).join(',');
      await does('Save and continue', chosen && !value(card, 'times') ? { times: chosen } : {});
      if (chosen) interactions += 2;
    }
    const words = wordsOf(card);
    expect(words).toContain('From a mail that arrived Fri 18 Dec 2026, 18:45. The clock counts from then.');
    expect(words).not.toContain('Goes to:');
    expect(words).toContain('5512345 (from the mail, please check)');
    expect(words).not.toContain('Wilhelmina May Thistlewood (from the mail');
    expect(inputsOf(card).find(({ id }) => id === WORKER)).toMatchObject({
      label: 'Social worker',
      value: play.at.id('Amara'),
    });
    await does('Open the case', { 'agreement-covers-all': 'true' });
    expect(wordsOf(card)).toMatch(/CAM-[0-9A-Z]{4}/);
    expect(interactions).toBeLessThanOrEqual(22);
    await play.at.settle();
    expect(wordsOf(posted())).toMatch(/CAM-[0-9A-Z]{4} opened by Dawn \w+\./);
    const reference = /CAM-[0-9A-Z]{4}/.exec(wordsOf(card))?.[0] ?? '';
    const sheet = await play.at.stepwise.sheetByReference(reference);
    expect(sheet?.status.deadlines.find(({ step }) => step === 'front-door')?.due).toBe('2026-12-22');
    // Whoever made the referral reads the mail on its case.
    const own = (await play.type('Amara', `case ${reference}`)).card;
    expect(wordsOf(own)).toContain('Mails: 1');
    const mail = (await play.press('Amara', own, 'Read the mails')).card;
    expect(wordsOf(mail)).toContain(HOSTILE);
    expect(titles(mail)).not.toContain('Not about this case');
  });

  test('3.5 says to whoever presses an old card that it was opened already, and by whom', async () => {
    for (const button of ['Open a case', 'Join a case', 'Ask for what is missing', 'Not for us']) {
      const words = wordsOf(await inDialog(first, button));
      expect(words).toMatch(/Already opened as CAM-[0-9A-Z]{4} by Dawn \w+, 09:10\. Your press changed nothing\./);
    }
  });

  test('tells its sender, in words that say nothing of the family and that a person has read', async () => {
    const stale = await inDialog(first, 'Open a case');
    const page = await inDialog(stale, 'Tell its sender');
    expect(wordsOf(page)).toContain('A person sends it: you.');
    expect(value(page, 'answer')).toMatch(
      /We have opened a case from it: CAM-[0-9A-Z]{4}\.\nNext: answer the social worker, due Tue/,
    );
    expect(value(page, 'answer')).not.toContain('Thistlewood');
    const sent = await inDialog(page, 'Send this answer');
    expect(wordsOf(sent)).toContain('Recorded. The e-mail is being sent.');
  });
});

describe('a mail that is none', () => {
  test('is joined to the case that is typed, and put back', async () => {
    const { case: of } = await refer(play.at);
    await writes();
    const mail = await opened();
    const letter = await inDialog(mail, 'Not for us');
    const page = await inDialog(mail, 'Join a case');
    expect(wordsOf(await inDialog(page, 'Join this case'))).toContain('Error: Enter the reference of the case.');
    const wrong = await inDialog(page, 'Join this case', { reference: 'CAM-2222' });
    expect(wordsOf(wrong)).toContain('There is no case CAM-2222 in this council.');
    expect(value(wrong, 'reference')).toBe('CAM-2222');
    const joined = await inDialog(wrong, 'Join this case', { reference: ` ${of.reference.toLowerCase()}` });
    expect(wordsOf(joined)).toMatch(new RegExp(`Joined to ${of.reference} by Dawn \\w+\\.`));
    expect(wordsOf(posted())).toMatch(new RegExp(`Joined to ${of.reference} by Dawn \\w+\\.`));

    // The same press again, however often it arrives, is the same answer; another press hears that it is done.
    expect(wordsOf(await inDialog(wrong, 'Join this case', { reference: of.reference }))).toBe(wordsOf(joined));
    const late = await inDialog(letter, 'Set it aside', { why: 'spam', tell: 'false' });
    expect(wordsOf(late)).toMatch(new RegExp(`Already joined to ${of.reference} by Dawn \\w+, 09:10\\.`));

    const back = await inDialog(joined, 'Put it back');
    expect(wordsOf(back)).toContain('It waits again.');
    expect(wordsOf(posted())).toContain('A mail may be a referral');
    const again = await inDialog(await inDialog(back, 'Join a case'), 'Join this case', { reference: of.reference });
    expect(wordsOf(again)).toContain(`Joined to ${of.reference}`);
  });

  test('is read on its case by whoever owes its next step, who can say that it is not about it', async () => {
    const news = play.cardOf('Dawn', 'Read it');
    const mail = (await play.press('Dawn', news, 'Read it')).card;
    expect(wordsOf(mail)).toContain(HOSTILE);
    const left = (await play.press('Dawn', mail, 'Not about this case')).card;
    expect(wordsOf(left)).toContain('The mail is no longer on this case.');
    expect(wordsOf(left)).not.toContain('Mails: ');
    expect(wordsOf((await play.press('Dawn', news, 'Read it')).card)).toContain('This mail is no longer on the case.');
  });

  test('is found by what waits, and set aside with a reason and an answer that a person has read', async () => {
    const list = (await play.type('Dawn', 'waiting mails')).card;
    expect(wordsOf(list)).toContain('Mails that wait: 1');
    expect(wordsOf(list)).toContain(HOSTILE);
    expect(wordsOf((await play.type('Dawn', 'help')).card)).toContain('Type mails');
    expect(wordsOf((await play.type('Amara', 'help')).card)).not.toContain('Type mails');
    expect(wordsOf((await play.type('Amara', 'mails')).card)).toContain('No mail waits in a mailbox that you read.');
    const inChannel = await play.type('Dawn', 'mails', 'channel');
    expect(inChannel.replies.map((reply) => reply.do)).toEqual(['send', 'post']);
    for (const word of PLANTED) expect(JSON.stringify(inChannel.card)).not.toContain(word);

    const mail = (await play.press('Dawn', list, 'Open mail 1')).card;
    const page = (await play.press('Dawn', mail, 'Not for us')).card;
    expect(wordsOf((await play.press('Dawn', page, 'Set it aside')).card)).toContain('Error: Choose why.');
    const choices = inputsOf(page).find(({ id }) => id === 'why')?.choices as readonly { readonly value: string }[];
    expect(choices.map(({ value: id }) => id)).toContain('for-another-team');
    const letter = (
      await play.press('Dawn', page, 'Set it aside', { why: 'for-another-team', note: 'Ring Thistlewood' })
    ).card;
    expect(wordsOf(letter)).toContain('Nothing has been set aside or sent yet.');
    expect(wordsOf(letter)).toContain('ludmilla@outside.invalid');
    expect(wordsOf(letter)).toContain('A person sends it: you.');
    expect(String(value(letter, 'answer'))).toContain('Why: For another team.');
    expect(String(value(letter, 'answer'))).toContain('If you are worried about a child');
    expect(value(letter, 'note')).toBe('Ring Thistlewood');
    const empty = (await play.press('Dawn', letter, 'Set it aside', { answer: ' ' })).card;
    expect(wordsOf(empty)).toContain('Write what its sender is told, or untick it.');
    const aside = (await play.press('Dawn', letter, 'Set it aside', { answer: `${value(letter, 'answer')}\nDawn` }))
      .card;
    expect(wordsOf(aside)).toMatch(/Set aside by Dawn \w+: for another team\./);
    expect(wordsOf(aside)).toContain('Ring Thistlewood');
    expect(wordsOf(posted())).toMatch(/Set aside by Dawn \w+: for another team\./);
    const { card: old } = await play.press('Dawn', mail, 'Join a case');
    expect(wordsOf(old)).toMatch(
      /Already set aside by Dawn \w+, \d\d:\d\d: for another team\. Your press changed nothing\./,
    );
    expect(wordsOf((await play.press('Dawn', aside, 'Put it back')).card)).toContain('It waits again.');
  });

  test('is answered with exactly what is missing, by a person', async () => {
    await writes({
      from: 'else@outside.invalid',
      text: 'Child 1: Wilhelmina Thistlewood, born 27/03/2014\nThistlewood',
    });
    const mail = await opened();
    let page = await inDialog(mail, 'Ask for what is missing');
    if (titles(page).includes('After an assessment')) page = await inDialog(page, 'After an assessment');
    expect(wordsOf(page)).toContain('A person sends it: you.');
    expect(String(value(page, 'answer'))).toContain('- 3 visit dates');
    expect(wordsOf(await inDialog(page, 'Send this answer', { answer: '' }))).toContain('Error: Write the answer.');
    const sent = await inDialog(page, 'Send this answer');
    expect(wordsOf(sent)).toContain('Recorded. The e-mail is being sent.');
    expect(titles(sent)).toContain('Open a case');
    expect(wordsOf(await opened())).toContain('E-mail sent.');
    // The same press again is the same answer; a second answer is another press.
    await inDialog(page, 'Send this answer');
    const waiting = await play.at.stepwise.mails.waiting(play.at.id('Dawn'));
    expect(waiting.map(({ answers }) => answers.length).sort()).toEqual([1, 1]);
  });
});

test('where the sender could not have referred, whoever opens the case chooses for whom; a draft is carried on from its mail', async () => {
  await writes({ from: 'third@outside.invalid' });
  const mail = await opened();
  const page = await inDialog(await inDialog(mail, 'Open a case'), 'After an assessment');
  const later = await inDialog(page, 'Save for later');
  expect(wordsOf(later)).toContain('Type "mails" and open its mail to carry on');
  const begun = await opened();
  expect(wordsOf(begun)).toContain('You have begun a draft from it.');
  const dawn = play.at.id('Dawn');
  const draft = (await play.at.stepwise.drafts.of(dawn)).find(({ mail: from }) => from !== undefined);
  await play.at.stepwise.drafts.save(dawn, draft?.id ?? '', 'check', {}, 'check');

  const check = await inDialog(begun, 'Carry on');
  expect(value(check, WORKER)).toBe('');
  expect(wordsOf(check)).not.toContain('Choose the worker');
  const refused = await inDialog(check, 'Open the case');
  expect(wordsOf(refused)).toContain('Social worker. Choose the worker who made the referral.');
  expect(wordsOf(refused)).toContain('Error: Choose the worker who made the referral.');
  const choices = inputsOf(refused).find(({ id }) => id === WORKER)?.choices as readonly { readonly value: string }[];
  expect(choices.map(({ value: id }) => id)).toContain(play.at.id('Amara'));
  expect(choices.map(({ value: id }) => id)).not.toContain(dawn);
  const chosen = await inDialog(refused, 'Open the case', { [WORKER]: play.at.id('Amara') });
  expect(value(chosen, WORKER)).toBe(play.at.id('Amara'));
  expect(wordsOf(chosen)).not.toContain('Choose the worker');
});

test('the line of the day in the channel opens those that wait, for whoever presses', async () => {
  await play.at.moveTo('2026-12-22', '08:31');
  const line = play.cardOf(FRONT_DOOR, 'Show waiting');
  expect(wordsOf(line)).toMatch(/Mails since .*: \d+\n= \d+ joined \+ \d+ opened \+ \d+ set aside \+ \d+ waiting\./);
  expect(wordsOf(line)).not.toContain('cannot account');
  const { card, said } = await play.press('Dawn', line, 'Show waiting', {}, 'channel');
  expect(said).toBe('Sent to your own chat.');
  expect(wordsOf(card)).toContain('Mails that wait: 3');
  expect(wordsOf((await play.press('Jo', line, 'Show waiting', {}, 'channel')).card)).toContain('No mail waits');
});

test('a mail that may say that a child is at risk begins with whom to ring, on every card of it', async () => {
  await writes({ text: 'I think that Wilhelmina is not safe tonight.' });
  const top = (card: Answered['card']) => wordsOf(card).split('\n').slice(1, 3);
  const whom = ['Please read it now. It may say that a child is at risk.', 'Is a child in danger now? Ring 999.'];
  expect(top(posted())).toEqual(whom);
  const mail = await opened();
  expect(top(mail)).toEqual(whom);
  const ring = await inDialog(mail, 'Immediate risk');
  expect(wordsOf(ring)).toContain('Ring first');
  expect(wordsOf(await inDialog(ring, 'Open the mail'))).toContain('not safe tonight');
});

test('10. nothing that was planted in a mail stands in a channel, on a locked phone or in the log', () => {
  const people = new Set(play.at.sandbox.context.tenant.people.map(({ id }) => id));
  expect(play.at.chat.sent.some(({ to }) => !people.has(to))).toBe(true);
  for (const { to, card, bell } of play.at.chat.sent) {
    const seen = `${people.has(to) ? '' : JSON.stringify(card)} ${bell}`;
    for (const word of PLANTED) expect(seen).not.toContain(word);
  }
  for (const word of PLANTED) expect([...play.logged, ...play.at.logged].join('\n')).not.toContain(word);
});
