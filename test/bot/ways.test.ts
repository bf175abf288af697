import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { dayOf } from '../../src/domain/time/instant.ts';
import { accept, bookConsultation, FAMILY, nameTeam, press as perform, record, refer } from '../application/story.ts';
import { buttonsOf, faultsOf, inputsOf, wordsOf } from './check-card.ts';
import { openPlay, type Play } from './play.ts';

jest.setTimeout(120_000);

let play: Play;
afterEach(async () => {
  for (const sent of play.at.chat.sent) {
    expect(faultsOf(sent.card)).toEqual([]);
    expect(sent.bell.length).toBeLessThanOrEqual(90);
    for (const name of FAMILY) if (sent.to.startsWith('19:')) expect(JSON.stringify(sent.card)).not.toContain(name);
  }
  await play.close();
});

describe('other ways through a step down', () => {
  test('the panel decides, and the social worker is asked for new times inside fifteen working days', async () => {
    play = await openPlay();
    const sheet = await refer(play.at);
    await play.at.moveTo('2026-12-18', '10:00');
    const opened = (await play.type('Dawn', `case ${sheet.case.reference}`)).card;
    const step = (await play.press('Dawn', opened, 'Show my next step')).card;
    const page = (await play.press('Dawn', step, 'Refer to panel')).card;
    const fault = (await play.press('Dawn', page, 'Refer to panel', { why: 'complex-family' })).card;
    expect(wordsOf(fault)).toContain('Say why the panel should see this family.');
    expect(inputsOf(fault).find(({ id }) => id === 'why')?.value).toBe('complex-family');
    await play.press('Dawn', fault, 'Refer to panel', { short: 'Four services already' });
    const asked = play.cardOf('Amara', 'Offer new times');
    const times = (await play.press('Amara', asked, 'Offer new times')).card;
    const choices = (inputsOf(times).find(({ id }) => id === 'times')?.choices ?? []) as { value: string }[];
    expect(choices.length).toBeGreaterThan(2);
    const days = [...new Map(choices.map(({ value }) => [value.slice(0, 10), value])).values()].slice(0, 3);
    await play.press('Amara', times, 'Offer new times', { times: days.join(',') });
    const now = (await play.type('Amara', `case ${sheet.case.reference}`)).card;
    expect(wordsOf(now)).toContain('due Tue 12 Jan 2027, 17:00');
    await play.at.moveTo('2026-12-22', '11:00');
    const decide = (
      await play.press('Dawn', (await play.type('Dawn', `case ${sheet.case.reference}`)).card, 'Show my next step')
    ).card;
    expect(buttonsOf(decide).map(({ title }) => title)).toEqual(
      expect.arrayContaining(['Record the team', 'Advice instead', 'Panel did not meet']),
    );
    const team = (await play.press('Dawn', decide, 'Record the team')).card;
    const done = (await play.press('Dawn', team, 'Record the team', { team: 'euston' })).card;
    expect(wordsOf(done)).toContain('The panel chose Euston.');
  });

  test('a team that disagrees says why, and the ladder is climbed on the same card', async () => {
    play = await openPlay();
    const sheet = await refer(play.at);
    await nameTeam(play.at, sheet.case.id);
    await play.at.moveTo('2026-12-18', '10:00');
    const card = play.cardOf('Grace', 'Not the right team');
    const page = (await play.press('Grace', card, 'Not the right team')).card;
    await play.press('Grace', page, 'Record the better team', {
      'better-team': 'kentish-town-east',
      why: 'The head-banging needs another team',
    });
    const own = play.cardOf('Grace', 'We do not agree');
    expect(wordsOf(own)).toContain('The head-banging needs another team');
    expect(wordsOf(own)).toContain('With: team managers.');
    const no = (await play.press('Grace', own, 'We do not agree')).card;
    await play.press('Grace', no, 'Pass it on', { why: 'Not ours' });
    const after = await play.at.stepwise.sheet(sheet.case.id);
    expect(after?.status.steps.dispute?.rung).toBe(1);
    const chief = after?.holders['service-manager']?.[0]?.id ?? '';
    const settled = play.cardOf(chief, 'Agreed');
    expect(wordsOf(settled)).toContain('Not ours');
    const agree = (await play.press(chief, settled, 'Agreed')).card;
    const done = (await play.press(chief, agree, 'Record the team', { team: 'euston' })).card;
    expect(wordsOf(done)).toContain('Team settled: Euston.');
  });

  test('16. When closing is pressed before the visit, the family stays open and the booked visit is shown; past the limit it closes with a reason.', async () => {
    play = await openPlay();
    const sheet = await refer(play.at);
    const { id, reference } = sheet.case;
    await nameTeam(play.at, id);
    await play.at.moveTo('2026-12-18', '10:00');
    const booked = await bookConsultation(play.at, id);
    await play.at.moveTo(dayOf(booked.status.steps.consultation?.booking?.end ?? play.at.now()), '16:00');
    await perform(play.at, 'Grace', id, record('consultation', 'held'));
    await accept(play.at, id);
    const visit = (await play.at.stepwise.sheet(id))?.status.steps['joint-visit']?.booking;
    expect(visit?.state).toBe('booked');
    const early = (await play.press('Amara', (await play.type('Amara', `case ${reference}`)).card, 'Show my next step'))
      .card;
    expect(faultsOf(early)).toEqual([]);
    const drawn = play.at.world.drawing.step((await play.at.stepwise.sheet(id)) ?? sheet, 'close', {
      viewer: await play.at.stepwise.viewer(play.at.id('Amara'), sheet),
    });
    expect(wordsOf(drawn?.card ?? {})).toContain('The joint visit comes first (CAM-A-08).');
    expect(wordsOf(drawn?.card ?? {})).toMatch(/The joint visit is booked for \w+ \d+ \w+ \d{4}, \d\d:\d\d\./);
    await play.at.moveTo(dayOf(visit?.end ?? play.at.now()), '16:45');
    const held = play.cardOf('Jo', 'It took place');
    const who = (await play.press('Jo', held, 'It took place')).card;
    await play.press('Jo', who, 'It took place', { 'who-was-there': 'mother,children' });
    const today = dayOf(play.at.now());
    await perform(
      play.at,
      'Amara',
      id,
      record('section-4', undefined, { complete: true, 'next-step': true, at: today }),
    );
    const actions =
      (await play.at.stepwise.sheet(id))?.protocol.steps['next-actions']?.form.actions?.options.map(
        (option) => option.id,
      ) ?? [];
    await perform(play.at, 'Priya', id, record('next-actions', undefined, { actions, 'passed-to': 'eu', at: today }));
    await play.at.moveTo('2027-01-07', '10:00');
    let closing = (await play.press('Amara', (await play.type('Amara', `case ${reference}`)).card, 'Show my next step'))
      .card;
    expect(wordsOf(closing)).toContain('Closed on');
    closing = (await play.press('Amara', closing, 'Closed in MOSAIC')).card;
    // Past the limit: not refused, but what got in the way is asked on the same card, and the date is still there.
    expect(wordsOf(closing)).toContain('What got in the way (needs fixing)');
    expect(inputsOf(closing).find(({ id: input }) => input === 'at')?.value).toBe('2027-01-07');
    expect((await play.at.stepwise.sheet(id))?.status.ended).toBeUndefined();
    closing = (await play.press('Amara', closing, 'Closed in MOSAIC', { reason: 'No shared time' })).card;
    expect(wordsOf(closing)).toContain('Today: Early Help');
    expect((await play.at.stepwise.sheet(id))?.status.ended?.how).toBe('stepped-down');
  });

  test('24. When steps are due, the digest is one card; and an owner who does nothing is escalated to the manager.', async () => {
    play = await openPlay();
    await refer(play.at);
    await play.at.moveTo('2026-12-24', '09:00');
    const channel = play.at.chat.posts().filter(({ to }) => to === '19:fd-step-down@thread.tacv2');
    expect(channel.some(({ bell }) => /overdue|today/.test(bell))).toBe(true);
    const escalated = play.at.chat.posts().filter(({ card }) => wordsOf(card).includes('may need your help'));
    expect(escalated.length).toBeGreaterThan(0);
    expect(wordsOf(escalated[0]?.card ?? {})).toMatch(/Overdue: was due Mon 21 Dec 2026, 17:00\./);
  });

  test('19. When an owner is away, cover is asked for before the due date, and no card says why they are away.', async () => {
    play = await openPlay();
    const sheet = await refer(play.at);
    await nameTeam(play.at, sheet.case.id);
    const { london } = await import('../application/world.ts');
    await play.at.away(play.at.id('Amara'), london('2026-12-21', '00:00'), london('2027-01-07', '00:00'));
    await play.at.moveTo('2026-12-18', '09:30');
    const card = play.cardOf('Priya', 'Hand over');
    expect(wordsOf(card)).toMatch(/Amara \w+ is away until Wed 6 Jan 2027/);
    const cover = ((inputsOf(card)[0]?.choices ?? []) as { value: string }[])[0]?.value ?? '';
    const done = (await play.press('Priya', card, 'Hand over', { cover })).card;
    expect(wordsOf(done)).toContain('Done: handed over');
    expect((await play.at.stepwise.sheet(sheet.case.id))?.status.cover).toHaveLength(1);
  });
});
