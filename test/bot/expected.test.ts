/** An assessment that was expected when the family was referred: on its day somebody is asked, and what waits for it opens (AMB-22). */
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { CaseSheet } from '../../src/application/sheet.ts';
import { refer } from '../application/story.ts';
import { buttonsOf, inputsOf, wordsOf } from './check-card.ts';
import { type Answered, openPlay, type Play } from './play.ts';

jest.setTimeout(60_000);

let play: Play;
let id = '';
beforeEach(async () => {
  play = await openPlay();
  // It is Thu 17 Dec 2026, 16:20. The assessment is expected on Fri 18 Dec.
  id = (await refer(play.at, { completed: '2026-12-18' })).case.id;
});
afterEach(() => play.close());

const sheet = async () => (await play.at.stepwise.sheet(id)) as CaseSheet;
const close = async () => (await sheet()).status.deadlines.find(({ step, effective }) => step === 'close' && effective);
const titles = (card: Answered['card']) => buttonsOf(card).map(({ title }) => String(title));
/** New messages to a person that ask whether it was so: when, and the bell. */
const asked = (who: string) =>
  play.at.chat
    .posts()
    .filter(
      ({ to, card }) => to === play.at.id(who) && buttonsOf(card).some(({ title }) => title === 'Yes, on that day'),
    );

test('at nine on the day the social worker is asked, and nobody before; yes opens what waits, and the limit is certain', async () => {
  await play.at.moveTo('2026-12-18', '08:59');
  expect(asked('Amara')).toEqual([]);
  expect((await sheet()).status.steps['next-actions']?.state).toBe('waiting');
  expect((await close())?.provisional).toBe(true);
  await play.at.moveTo('2026-12-18', '09:00');
  const [question] = asked('Amara');
  if (!question) throw new Error('Nobody was asked.');
  expect(question.bell).toMatch(/^CAM-\w{4}: Was the assessment completed on Fri 18 Dec 2026\?$/i);
  expect(titles(question.card)).toEqual(
    expect.arrayContaining(['Yes, on that day', 'On another day', 'Not yet: new date']),
  );

  const said = (await play.press('Amara', question.card, 'Yes, on that day')).card;
  expect(wordsOf(said)).toContain('the assessment was completed on Fri 18 Dec 2026');
  const now = await sheet();
  expect(now.status.steps['next-actions']?.state).toBe('open');
  expect(now.case.facts.at(-1)).toMatchObject({ fact: 'assessment-completed', at: '2026-12-18' });
  expect(await close()).toMatchObject({ due: '2027-01-06', provisional: false });
  // What was answered with the expected date stands: the service in the lead.
  expect(now.case.facts.at(-1)?.answers).toMatchObject({ 'lead-service': 'early-help' });
});

test('on another day: a date that is not in the future, and the limit counts from it', async () => {
  await play.at.moveTo('2026-12-22', '10:00');
  const card = play.cardOf('Amara', 'On another day');
  const page = (await play.press('Amara', card, 'On another day')).card;
  const wrong = (await play.press('Amara', page, 'Save the day', { day: '2026-12-23' })).card;
  expect(wordsOf(wrong)).toContain('The date cannot be in the future.');
  await play.press('Amara', wrong, 'Save the day', { day: '2026-12-21' });
  expect(await close()).toMatchObject({ due: '2027-01-07', provisional: false });
  // The question that was posted has become the answer.
  const edited = play.at.chat.sent.filter(
    ({ to, card }) => to === play.at.id('Amara') && wordsOf(card).includes('21 Dec'),
  );
  expect(edited.some(({ card }) => wordsOf(card).includes('the assessment was completed on Mon 21 Dec 2026'))).toBe(
    true,
  );
});

test('not yet: a new date, on which it is asked anew; the old card confirms nothing any more', async () => {
  await play.at.moveTo('2026-12-18', '09:30');
  const [question] = asked('Amara');
  if (!question) throw new Error('Nobody was asked.');
  const page = (await play.press('Amara', question.card, 'Not yet: new date')).card;
  expect(inputsOf(page).map(({ label }) => label)).toEqual(['New date']);
  const wrong = (await play.press('Amara', page, 'Save the new date', { day: '2026-12-18' })).card;
  expect(wordsOf(wrong)).toContain('Choose a day that is still to come.');
  const later = (await play.press('Amara', wrong, 'Save the new date', { day: '2026-12-23' })).card;
  expect(wordsOf(later)).toContain('expected on Wed 23 Dec 2026');
  expect(await close()).toMatchObject({ due: '2027-01-11', provisional: true });

  const old = (await play.press('Amara', question.card, 'Yes, on that day')).card;
  expect(wordsOf(old)).toContain('Nothing changed.');
  expect((await sheet()).case.facts.some(({ fact }) => fact === 'assessment-completed')).toBe(false);

  await play.at.moveTo('2026-12-23', '09:00');
  expect(asked('Amara')).toHaveLength(2);
});

test('it stands on the case card and in the lists until it is answered; who may not say so is not asked', async () => {
  await play.at.moveTo('2026-12-21', '09:00');
  const reference = (await sheet()).case.reference;
  const whole = (await play.type('Amara', `case ${reference}`)).card;
  expect(wordsOf(whole)).toContain('Was the assessment completed on Fri 18 Dec 2026?');
  const card = (await play.press('Amara', whole, 'Say when it was')).card;
  expect(titles(card)).toContain('Yes, on that day');
  expect(wordsOf((await play.type('Amara', 'due this week')).card)).toContain(
    'say whether the assessment was completed',
  );
  expect(titles((await play.type('Dawn', `case ${reference}`)).card)).not.toContain('Say when it was');
  expect(asked('Dawn')).toEqual([]);

  await play.press('Amara', card, 'Yes, on that day');
  expect(titles((await play.type('Amara', `case ${reference}`)).card)).not.toContain('Say when it was');
  expect(wordsOf((await play.type('Amara', 'due this week')).card)).not.toContain('say whether');
});
