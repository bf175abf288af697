import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { FAMILY } from '../application/story.ts';
import { buttonsOf, faultsOf, inputsOf, picture, wordsOf } from './check-card.ts';
import { type Answered, openPlay, type Play } from './play.ts';

jest.setTimeout(120_000);

let play: Play;
beforeAll(async () => {
  play = await openPlay();
});
afterAll(() => play.close());

const CHILD = {
  name: 'Perpetua Quillfeather',
  'birth-date': '27 3 2015',
  mosaic: '4417720',
  schools: 'Larkspur Primary',
  'support-needed': 'Help with bedtimes',
  reasons: 'Reports of head-banging',
};
const FRONT_DOOR = '19:fd-step-down@thread.tacv2';
let screens = 0;
let reference = '';

function choicesOf(card: Answered['card'], id: string): string[] {
  const input = inputsOf(card).find((each) => each.id === id);
  return ((input?.choices ?? []) as { value: string }[]).map(({ value }) => value);
}

/** Buttons in the words of the story; whatever a card fills in is left as it is. */
async function press(who: string, card: Answered['card'], button: string, inputs: Record<string, string> = {}) {
  screens += 1;
  return (await play.press(who, card, button, inputs)).card;
}

describe("a family's step down, played on the cards", () => {
  test('a referral of two children takes nine screens, and ends in a case card that claims no more than is so', async () => {
    let card = (await play.type('Amara', 'setp down')).card;
    screens = 1;
    expect(wordsOf(card)).toContain('Is a child in danger now? Ring 999.');
    expect(picture(card)).toMatchSnapshot('start');
    card = await press('Amara', card, 'After an assessment');
    expect(picture(card)).toMatchSnapshot('agreement');
    const refused = (await play.press('Amara', card, 'Not agreed yet')).card;
    expect(wordsOf(refused)).toContain('Talk to the family first');
    card = (await play.press('Amara', refused, 'They have agreed now')).card;
    card = await press('Amara', card, 'Save and continue', { who: 'mother', how: 'in-person' });
    expect(wordsOf(card)).toContain('The assessment');
    card = await press('Amara', card, 'Save and continue', { at: '2026-12-17', 'lead-service': 'early-help' });
    expect(wordsOf(card)).toContain('Visit and closing are due Tue 5 Jan 2027, 17:00.');
    expect(picture(card)).toMatchSnapshot('child 1');
    card = await press('Amara', card, 'Add another child', CHILD);
    expect(wordsOf(card)).toContain('Child 1: \nPerpetua Quillfeather, 11. Complete.');
    expect(picture(card)).toMatchSnapshot('child 2');
    card = await press('Amara', card, 'Save and continue', {
      name: 'Barnaby Quillfeather',
      'birth-date': '2 11 2018',
      mosaic: 'not known, born abroad',
      'same-as-first': 'schools,support-needed,reasons',
    });
    expect(wordsOf(card)).toContain('Help with bedtimes. Reports of head-banging.');
    card = await press('Amara', card, 'Save and continue', {
      outline: 'Weekly visits',
      'way-back': 'If it starts again',
    });
    expect(picture(card)).toMatchSnapshot('times');
    const offered = choicesOf(card, 'times');
    const days = new Map(offered.map((value) => [value.slice(0, 10), value]));
    card = await press('Amara', card, 'Save and continue', { times: [...days.values()].sort().slice(-3).join(',') });
    expect(picture(card)).toMatchSnapshot('check your answers');
    expect(wordsOf(card)).toContain('Goes to: Early Help step-down mailbox. Nobody else.');
    const early = await play.press('Amara', card, 'Send referral', {});
    expect(wordsOf(early.card)).toContain('1 thing to fix');
    const sent = await play.press('Amara', early.card, 'Send referral', { 'agreement-covers-all': 'true' });
    screens += 1;
    reference = /CAM-[0-9A-Z]{4}/.exec(wordsOf(sent.card))?.[0] ?? '';
    expect(reference).not.toBe('');
    expect(wordsOf(sent.card)).toContain('Referral recorded:');
    expect(wordsOf(sent.card)).not.toContain('E-mail sent');
    const again = await play.press('Amara', early.card, 'Send referral', { 'agreement-covers-all': 'true' });
    expect(wordsOf(again.card)).toContain(reference);
    expect(await play.at.stepwise.casesOf(play.at.id('Amara'))).toHaveLength(1);
    expect(screens).toBe(9);
    const now = (await play.type('Amara', `case ${reference.toLowerCase()}`)).card;
    expect(wordsOf(now)).toMatch(/E-mail sent Thu 17 Dec 2026/);
    expect(wordsOf(now)).toContain('Perpetua Quillfeather');
    expect(picture(now)).toMatchSnapshot('case card');
  });

  test('the front door sees a card without names, opens it, and names a team', async () => {
    await play.at.moveTo('2026-12-21', '09:00');
    const post = play.cardOf(FRONT_DOOR, 'Open and decide');
    expect(picture(post)).toMatchSnapshot('screening in the channel');
    expect(wordsOf(post)).toContain(`New step down: ${reference}`);
    const refused = await play.press('Jo', post, 'Open and decide', {}, 'channel');
    expect(wordsOf(refused.card)).toMatch(/Front-door managers decide this. Ask one of them./);
    const inDialog = await play.press('Dawn', post, 'Open and decide', {}, 'dialog');
    expect(inDialog.replies[0]?.do).toBe('dialog');
    const opened = await play.press('Dawn', post, 'Open and decide', {}, 'channel');
    expect(opened.said).toBe('Sent to your own chat.');
    const own = opened.card;
    expect(wordsOf(own)).toContain('What should happen?');
    expect(picture(own)).toMatchSnapshot('screening');
    const page = (await play.press('Dawn', own, 'Choose a team')).card;
    expect(picture(page)).toMatchSnapshot('choose a team');
    const missing = (await play.press('Dawn', page, 'Name this team')).card;
    expect(wordsOf(missing)).toContain('1 thing to fix');
    const done = (await play.press('Dawn', missing, 'Name this team', { team: 'euston' })).card;
    expect(wordsOf(done)).toContain('Euston named.');
    const channel = play.cardOf(FRONT_DOOR, 'Open case');
    expect(wordsOf(channel)).toMatch(/Done: CAM-.{4}: Euston named/);
    expect(picture(channel)).toMatchSnapshot('screening done');
    const old = (await play.press('Dawn', page, 'Name this team', { team: 'kentish-town-east' })).card;
    expect(wordsOf(old)).toMatch(
      /Already decided by Dawn [A-Z]\w+, \d\d:\d\d. Your press changed nothing.|Euston named/,
    );
  });

  test('the manager offers and books the consultation in one press, and accepts with a worker in another', async () => {
    const card = play.cardOf('Grace', 'Show free times');
    expect(picture(card)).toMatchSnapshot('offer');
    const times = (await play.press('Grace', card, 'Show free times')).card;
    expect(picture(times)).toMatchSnapshot('times of the consultation');
    const start = choicesOf(times, 'start')[0] ?? '';
    await play.press('Grace', times, 'Offer and book', { start });
    const sheet = await play.at.stepwise.sheetByReference(reference);
    expect(sheet?.status.steps.offer?.state).toBe('done');
    expect(sheet?.status.steps.consultation?.booking?.state).toBe('booked');
    await play.at.moveTo('2026-12-29', '12:00');
    const asked = play.cardOf('Grace', 'Accept and name worker');
    expect(picture(asked)).toMatchSnapshot('how did the consultation go');
    const page = (await play.press('Grace', asked, 'Accept and name worker')).card;
    expect(picture(page)).toMatchSnapshot('accept');
    const worker = inputsOf(page).find(({ id }) => String(id).endsWith('worker'));
    const done = (await play.press('Grace', page, 'Accept and name worker', { [String(worker?.id)]: play.at.id('Jo') }))
      .card;
    expect(wordsOf(done)).toContain('Accepted');
    const now = await play.at.stepwise.sheetByReference(reference);
    expect([
      now?.status.steps.consultation?.state,
      now?.status.steps.acceptance?.state,
      now?.status.steps.worker?.state,
    ]).toEqual(['done', 'done', 'done']);
  });

  test('closing before the visit is refused with the visit that is booked', async () => {
    const sheet = await play.at.stepwise.sheetByReference(reference);
    expect(sheet?.status.steps['joint-visit']?.booking?.state).toBe('booked');
    const visit = play.cardOf('Amara', 'Family told');
    expect(picture(visit)).toMatchSnapshot('visit booked');
    const told = (await play.press('Amara', visit, 'Family told')).card;
    expect(faultsOf(told)).toEqual([]);
    const start = sheet?.status.steps['joint-visit']?.booking?.start ?? '';
    await play.at.moveTo(start.slice(0, 10), '16:30');
    const held = play.cardOf('Jo', 'It took place');
    expect(picture(held)).toMatchSnapshot('visit held?');
  });

  test('no name of the family stands in a channel or on a locked phone, and every card that was sent is sound', () => {
    for (const sent of play.at.chat.sent) {
      expect(faultsOf(sent.card)).toEqual([]);
      expect(sent.bell.length).toBeLessThanOrEqual(90);
      for (const name of FAMILY) {
        expect(sent.bell).not.toContain(name);
        if (sent.to.startsWith('19:')) expect(JSON.stringify(sent.card)).not.toContain(name);
      }
    }
    expect(play.at.chat.sent.some(({ to }) => to.startsWith('19:'))).toBe(true);
  });

  test('[Immediate risk] is answered with the numbers, and pauses the case for all', async () => {
    const card = (await play.type('Amara', `case ${reference}`)).card;
    expect(buttonsOf(card).at(-1)?.title).toBe('Immediate risk');
    const stopped = (await play.press('Amara', card, 'Immediate risk')).card;
    expect(wordsOf(stopped)).toContain('020 7946 0101');
    expect(wordsOf(stopped)).toContain('stopped for safety');
    expect(wordsOf(stopped)).not.toMatch(/\b(due|overdue|wait)\b/i);
    expect(picture(stopped)).toMatchSnapshot('stopped');
    const manager = play.cardOf('Grace', 'I am dealing with it');
    expect(picture(manager)).toMatchSnapshot('stopped, for a manager');
    const why = (await play.press('Grace', manager, 'Restart')).card;
    const fault = (await play.press('Grace', why, 'Restart the case')).card;
    expect(wordsOf(fault)).toContain('Say why.');
    const on = (await play.press('Grace', fault, 'Restart the case', { why: 'All is well' })).card;
    expect(wordsOf(on)).not.toContain('stopped');
  });
});
