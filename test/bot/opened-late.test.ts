/** A case that ought to have been opened earlier: it is opened all the same, and who opens it says what got in the way (CAM-B-02). */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { CaseSheet } from '../../src/application/sheet.ts';
import type { Answers } from '../../src/domain/case/types.ts';
import { buttonsOf, inputsOf, wordsOf } from './check-card.ts';
import { type Answered, openPlay, type Play } from './play.ts';

jest.setTimeout(60_000);

const PATHWAY = 'camden/after-cin-review';
let play: Play;
beforeAll(async () => {
  play = await openPlay();
});
afterAll(() => play?.close());

/** @param review day of the final review. @returns the last page of a draft that lacks nothing */
async function check(review: string): Promise<Answered['card']> {
  const { drafts } = play.at.stepwise;
  const amara = play.at.id('Amara');
  for (const old of await drafts.of(amara)) await drafts.delete(amara, old.id);
  const { id } = await drafts.begin(amara, PATHWAY);
  const pages: Readonly<Record<string, Answers>> = {
    agreement: { who: ['mother'], at: '2026-12-17', how: 'in-person' },
    'review-planned': { at: review },
    'child.1': {
      ...{ name: 'Perpetua Quillfeather', 'birth-date': `27 3 ${review.slice(8, 10) === '15' ? 2014 : 2015}` },
      ...{ mosaic: '4417720', schools: 'Larkspur Primary', 'support-needed': 'Bedtimes', reasons: 'Head-banging' },
    },
    plan: { summary: 'Bedtimes.', outline: 'Weekly visits.', 'way-back': 'If it starts again.' },
    check: { 'agreement-covers-all': true, 'assessment-document': 'https://camden.example/assessment' },
  };
  for (const [page, answers] of Object.entries(pages)) await drafts.save(amara, id, page, answers, 'check');
  const started = (await play.type('Amara', 'step down')).card;
  const [carryOn] = buttonsOf(started).filter(({ title }) => title === 'Carry on');
  return (await play.press('Amara', started, String(carryOn?.title))).card;
}

const sheetOf = async (card: Answered['card']) =>
  (await play.at.stepwise.sheetByReference(/CAM-[0-9A-Z]{4}/.exec(wordsOf(card))?.[0] ?? '')) as CaseSheet;
const asksWhy = (card: Answered['card']) => inputsOf(card).some(({ id }) => id === 'reason~');

test('19 working days before the review the last page asks, keeps what is typed, and sends with it', async () => {
  // It is Thu 17 Dec 2026, 16:20: twenty working days before Fri 15 Jan 2027 was Tue 15 Dec.
  const late = await check('2027-01-15');
  expect(wordsOf(late)).toContain('The limit was Tue 15 Dec 2026. You can still send.');
  expect(inputsOf(late).find(({ id }) => id === 'reason~')?.label).toBe('What got in the way');

  const again = (await play.press('Amara', late, 'Send referral')).card;
  expect(wordsOf(again)).toContain('What got in the way. Give the reason. It is kept.');

  const saved = (await play.press('Amara', again, 'Save for later', { 'reason~': 'No shared time' })).card;
  const back = (await play.press('Amara', saved, 'Carry on')).card;
  expect(inputsOf(back).find(({ id }) => id === 'reason~')?.value).toBe('No shared time');

  const sent = (await play.press('Amara', back, 'Send referral')).card;
  const { case: of } = await sheetOf(sent);
  const request = of.facts.find(({ fact }) => fact === 'request');
  expect(request?.answers.late).toBe(true);
  expect(request?.personal?.['late-reason']).toBe('No shared time');
});

test('on the last day nobody is asked', async () => {
  const intime = await check('2027-01-19');
  expect(asksWhy(intime)).toBe(false);
  const sent = (await play.press('Amara', intime, 'Send referral')).card;
  const { case: of } = await sheetOf(sent);
  expect(of.facts.find(({ fact }) => fact === 'request')?.answers.late).toBeUndefined();
});
