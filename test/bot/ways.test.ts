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
    expect(wordsOf(page)).toContain('Next Early Help Panel: Tue 22 Dec 2026.');
    expect(wordsOf(page)).toContain('The limit of Tue 5 Jan 2027 moves to Tue 12 Jan 2027.');
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
    await play.press('Grace', no, 'We do not agree', { why: 'Not ours' });
    const after = await play.at.stepwise.sheet(sheet.case.id);
    expect(after?.status.steps.dispute?.rung).toBe(1);
    const chief = after?.holders['service-manager']?.[0]?.id ?? '';
    const settled = play.cardOf(chief, 'Agreed');
    expect(wordsOf(settled)).toContain('Not ours');
    const agree = (await play.press(chief, settled, 'Agreed')).card;
    const said = (await play.press(chief, agree, 'Record the team', { team: 'euston' })).card;
    // One who manages both teams speaks for both.
    expect(wordsOf(said)).toContain('Team settled: Euston.');
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
    closing = (await play.press('Amara', closing, 'Closed in MOSAIC', { 'reason~': 'No shared time' })).card;
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

  test('15. When no offered date fits, the card names who is busy or away; managers may name somebody else or go past the limit.', async () => {
    play = await openPlay();
    const { id } = await consulted(play);
    const { london } = await import('../application/world.ts');
    await play.at.away(play.at.id('Jo'), london('2026-12-29', '00:00'), london('2027-01-08', '00:00'));
    await accept(play.at, id);
    const own = play.cardOf('Amara', 'Other times');
    expect(wordsOf(own)).toMatch(/CAM-.{4}: no shared time yet/);
    expect(wordsOf(own)).toContain('Wed 30 Dec: family worker away. Thu 31 Dec: family worker away.');
    expect(wordsOf(own)).toContain('Due Tue 5 Jan 2027, 17:00.');
    expect(buttonsOf(own).map(({ title }) => title)).not.toContain('Name another worker');
    const manager = play.cardOf('Grace', 'Name another worker');
    const past = (await play.press('Grace', manager, 'Go past the limit')).card;
    const asked = { 'start.date': '2027-01-11', 'start.time': '10:00' };
    const without = (await play.press('Grace', past, 'Book this time', asked)).card;
    expect(wordsOf(without)).toContain('Give the reason. It is kept.');
    expect(inputsOf(without).find(({ id: input }) => input === 'start.date')?.value).toBe('2027-01-11');
    await play.press('Grace', without, 'Book this time', { ...asked, 'reason~': 'No shared time' });
    const booked = (await play.at.stepwise.sheet(id))?.status.steps['joint-visit']?.booking;
    expect(booked?.start).toBe('2027-01-11T10:00:00.000Z');
  });

  test('another worker can be named for a visit that has no shared time', async () => {
    play = await openPlay();
    const { id } = await consulted(play);
    const { london } = await import('../application/world.ts');
    await play.at.away(play.at.id('Jo'), london('2026-12-29', '00:00'), london('2027-01-08', '00:00'));
    await accept(play.at, id);
    const page = (await play.press('Grace', play.cardOf('Grace', 'Name another worker'), 'Name another worker')).card;
    const worker = play.at.id('Kofi');
    const done = (await play.press('Grace', page, 'Name the worker', { worker })).card;
    expect(wordsOf(done)).toContain('Family worker named');
    expect((await play.at.stepwise.sheet(id))?.status.steps['joint-visit']?.booking?.state).toBe('booked');
  });

  test('a visit that did not take place leads to times, and the card says that it needs a new one', async () => {
    play = await openPlay();
    const { id } = await consulted(play);
    await accept(play.at, id);
    const visit = (await play.at.stepwise.sheet(id))?.status.steps['joint-visit']?.booking;
    await play.at.moveTo(dayOf(visit?.end ?? play.at.now()), '16:45');
    const page = (await play.press('Jo', play.cardOf('Jo', 'It did not'), 'It did not')).card;
    expect(wordsOf(page)).toContain('The joint visit did not take place');
    const what = ((inputsOf(page)[0]?.choices ?? []) as { value: string }[])[0]?.value ?? '';
    const { replies } = await play.press('Jo', page, 'Find a new date', { what });
    const cards = replies.flatMap((reply) => ('card' in reply ? [wordsOf(reply.card)] : []));
    expect(cards[0]).toContain('the joint visit needs a new time');
    expect(cards[1]).toContain('a time for the joint visit');
    expect(wordsOf(play.cardOf('Amara', 'Show free times'))).not.toContain('A time is being booked');
  });

  test('whoever is told reads what it is, what was said and what comes next, and not the referral again', async () => {
    play = await openPlay();
    const sheet = await refer(play.at);
    await play.at.moveTo('2026-12-18', '10:00');
    const opened = (await play.type('Dawn', `case ${sheet.case.reference}`)).card;
    const step = (await play.press('Dawn', opened, 'Show my next step')).card;
    // The question stands right above its buttons, after all that it is about.
    expect(wordsOf(step).indexOf('What should happen?')).toBeGreaterThan(wordsOf(step).indexOf('Larkspur Primary'));
    const page = (await play.press('Dawn', step, 'Give advice')).card;
    await play.press('Dawn', page, 'Send advice', { advice: 'Ring the [school](https://example.invalid) first.' });
    const told = wordsOf(play.cardOf('Amara', 'I have read this'));
    expect(told).toContain(`${sheet.case.reference}: Not a step down: advice from Early Help`);
    expect(told).toContain('Social Care still holds the family.');
    expect(told).toContain('Ring the [school](https://example.invalid) first.');
    expect(told).toContain('The referral ends here.');
    expect(told).toContain('Today: Social Care');
    expect(told).not.toContain('Larkspur Primary');
  });

  test('the team that accepts is named to the social worker with its worker, who alone gets the whole referral', async () => {
    play = await openPlay();
    const { id, reference } = await consulted(play);
    await accept(play.at, id);
    const told = wordsOf(play.cardOf('Amara', 'I have read this'));
    expect(told).toContain(`${reference}: Euston has accepted the family`);
    expect(told).toMatch(/Jo \w+ will work with them\./);
    expect(told).not.toContain('Larkspur Primary');
    expect(wordsOf(play.cardOf('Jo', 'I have read this'))).toContain('Larkspur Primary');
    const bells = play.at.chat.posts().map(({ bell }) => bell);
    expect(bells).toContain(`${reference}: Euston has accepted the family`);
    expect(bells.join()).not.toMatch(/Jo |Amara/);
  });

  test('a team that says no before the talk is not asked for one any more, and the last one reads who decided', async () => {
    play = await openPlay();
    const sheet = await refer(play.at);
    await nameTeam(play.at, sheet.case.id);
    await play.at.moveTo('2026-12-18', '10:00');
    const page = (await play.press('Grace', play.cardOf('Grace', 'Not the right team'), 'Not the right team')).card;
    expect(wordsOf(page)).toContain('First talk to the manager of the team you think fits.');
    await play.press('Grace', page, 'Record the better team', {
      'better-team': 'kentish-town-east',
      why: 'Another team',
    });
    const own = (await play.type('Amara', `case ${sheet.case.reference}`)).card;
    expect(wordsOf(own)).not.toMatch(/consultation,/);
    expect(wordsOf(own)).toContain('settling the team');
    const settle = (await play.press('Grace', play.cardOf('Grace', 'Agreed'), 'Agreed')).card;
    const mine = (await play.press('Grace', settle, 'Record the team', { team: 'kentish-town-east' })).card;
    expect(wordsOf(mine)).toContain('You (Early Help team manager): Agreed, Fri 18 Dec 2026, 10:00.');
    expect(wordsOf(mine)).toContain('Waiting for 1 Early Help team manager.');
    const other = (await play.press('Hugh', play.cardOf('Hugh', 'Agreed'), 'Agreed')).card;
    await play.press('Hugh', other, 'Record the team', { team: 'kentish-town-east' });
    const naming = wordsOf(play.cardOf('Hugh', 'Name the worker'));
    expect(naming).toMatch(/Team settled: Kentish Town East\. Decided by \w+ \w+, .* Please name a family worker\./);
  });
});

async function consulted({ at }: Play) {
  const sheet = await refer(at);
  await nameTeam(at, sheet.case.id);
  await at.moveTo('2026-12-18', '10:00');
  const booked = await bookConsultation(at, sheet.case.id);
  await at.moveTo(dayOf(booked.status.steps.consultation?.booking?.end ?? at.now()), '16:00');
  await perform(at, 'Grace', sheet.case.id, record('consultation', 'held'));
  return sheet.case;
}
