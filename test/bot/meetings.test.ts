/** A meeting after it was booked: moved, declined or deleted in Outlook, and what its people press on the cards that they then have. */
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { CaseSheet } from '../../src/application/sheet.ts';
import type { Instant } from '../../src/domain/time/instant.ts';
import {
  accept,
  bookConsultation,
  FAMILY,
  nameTeam,
  press as perform,
  record,
  refer,
  upToTheVisit,
} from '../application/story.ts';
import { london, type Shown } from '../application/world.ts';
import { buttonsOf, faultsOf, inputsOf, wordsOf } from './check-card.ts';
import { type Answered, openPlay, type Play } from './play.ts';

jest.setTimeout(120_000);

type Card = Answered['card'];
const AMARA = 'amara.okafor@camden.example';
const JO = 'jo.marsh@camden.example';
const STEP = 'joint-visit';

let play: Play;
let id = '';
afterEach(async () => {
  for (const { card, bell, to } of play.at.chat.sent) {
    expect(faultsOf(card)).toEqual([]);
    expect(bell.length).toBeLessThanOrEqual(90);
    const open = to.startsWith('19:') ? [JSON.stringify(card), bell] : [bell];
    for (const name of FAMILY) for (const text of open) expect(text).not.toContain(name);
    expect(bell).not.toMatch(/Amara|Okafor|Jo |Marsh|Grace|Kofi/);
  }
  const events = [...(await play.at.meetings(AMARA)), ...(await play.at.meetings(JO))];
  for (const name of FAMILY) expect(JSON.stringify(events)).not.toContain(name);
  await play.close();
});

/** It is Mon 21 Dec 2026, 16:00; the joint visit is booked for Wed 30 Dec, 10:00, and its limit is Tue 5 Jan 2027. */
async function visit(): Promise<void> {
  play = await openPlay({ watching: 'told' });
  id = await upToTheVisit(play.at);
  await play.at.told();
  expect((await booking())?.start).toBe(london('2026-12-30', '10:00'));
}

const sheet = async () => (await play.at.stepwise.sheet(id)) as CaseSheet;
const view = async () => (await sheet()).status.steps[STEP];
const booking = async () => (await view())?.booking;
const parts = async () =>
  (await sheet()).case.facts.flatMap(({ fact }) => (fact.startsWith(`${STEP}.`) ? [fact.slice(STEP.length + 1)] : []));
const titles = (card: Card) => buttonsOf(card).map(({ title }) => String(title));
const press = async (who: string, card: Card, button: string, inputs: Record<string, string> = {}) =>
  (await play.press(who, card, button, inputs)).card;
/** As it is drawn for this person now. */
async function cardFor(who: string): Promise<Card> {
  const now = await sheet();
  const viewer = await play.at.stepwise.viewer(play.at.id(who), now);
  return play.at.world.drawing.step(now, STEP, { viewer })?.card ?? {};
}
async function inChannel(): Promise<{ readonly card: Card; readonly bell: string }> {
  return play.at.world.drawing.step(await sheet(), STEP, { channel: 'any' }) ?? { card: {}, bell: '' };
}
const posts = (channel: RegExp = /^19:/) =>
  play.at.chat.posts().filter(({ to, card }) => channel.test(to) && wordsOf(card).includes('joint visit'));
const saying = (words: string) => posts().filter(({ card }) => wordsOf(card).includes(words));

async function eventOf(mailbox = AMARA): Promise<Shown> {
  const found = (await play.at.meetings(mailbox)).find(({ subject }) => /Joint visit/.test(subject));
  if (!found) throw new Error(`No joint visit stands in the diary of ${mailbox}.`);
  return found;
}
async function moveInOutlook(day: string, time: string): Promise<void> {
  const start = london(day, time);
  const end = new Date(Date.parse(start) + 3_600_000).toISOString();
  await play.at.outlook('PATCH', `/users/${AMARA}/events/${(await eventOf()).id}`, {
    start: { dateTime: start.slice(0, 19), timeZone: 'UTC' },
    end: { dateTime: end.slice(0, 19), timeZone: 'UTC' },
  });
  await play.at.told();
}
async function declineInOutlook(mailbox: string): Promise<void> {
  const { value } = await play.at.outlook<{ value: Shown[] }>('GET', `/users/${mailbox}/events?$top=500`);
  const copy = value.find(({ subject, isOrganizer }) => /Joint visit/.test(subject) && isOrganizer === false);
  await play.at.outlook('POST', `/users/${mailbox}/events/${copy?.id}/decline`, { sendResponse: true });
  await play.at.told();
}
/** Addresses of those invited, as Outlook shows them. */
async function invited(): Promise<readonly string[]> {
  const attendees = (await eventOf()).attendees as readonly { emailAddress: { address: string } }[];
  return attendees.map(({ emailAddress: { address } }) => address.toLowerCase()).sort();
}

describe('a booked visit', () => {
  test('says where it is, with whom, by when; and three buttons are in sight', async () => {
    await visit();
    const card = await cardFor('Jo');
    const words = wordsOf(card);
    expect(words).toMatch(/CAM-.{4}: joint visit, Wed 30 Dec 2026, 10:00/);
    expect(words).toContain('Family home (address in the case).');
    expect(words).toContain('With: Amara Okafor, Jo Marsh and the family.');
    expect(words).toContain('Due Tue 5 Jan 2027, 17:00.');
    expect(titles(card).slice(0, 3)).toEqual(['Move it', 'Cancel it', 'Change who comes']);
    expect(buttonsOf(card).filter(({ mode }) => mode !== 'secondary').length).toBeLessThanOrEqual(4);
  });

  test('can be arranged by those who go and by their managers, and by nobody else', async () => {
    await visit();
    for (const name of ['Amara', 'Jo', 'Grace', 'Priya']) expect(titles(await cardFor(name))).toContain('Cancel it');
    const card = await cardFor('Amara');
    for (const name of ['Dawn', 'Nia']) {
      const { card: shown } = await play.press(name, card, 'Cancel it');
      expect(titles(shown)).not.toContain('Cancel it');
      expect(wordsOf(shown)).not.toContain('Why');
    }
    expect((await booking())?.state).toBe('booked');
  });

  test('is moved from the card: the same event, and the old time is kept on the card, with who moved it and why', async () => {
    await visit();
    const before = (await eventOf()).id;
    const times = await press('Jo', await cardFor('Jo'), 'Move it');
    expect(wordsOf(times)).toContain('Why it is moved (optional)');
    const typed = { start: '', 'start.date': '2026-12-31', 'start.time': '14:00' };
    await press('Jo', times, 'Move it', { ...typed, 'moved~': 'The head-banging came back' });
    await play.at.told();
    expect((await booking())?.start).toBe(london('2026-12-31', '14:00'));
    expect((await eventOf()).id).toBe(before);
    expect(wordsOf(await cardFor('Amara'))).toContain('Before: Wed 30 Dec 2026, 10:00.');
    expect(wordsOf(await cardFor('Amara'))).toMatch(
      /Why it was moved: The head-banging came back\. Recorded by Jo Marsh, /,
    );
    expect(wordsOf(await cardFor('Amara'))).not.toContain('Moved in Outlook');
  });

  test('is cancelled with a reason, which is asked for; the step is open again and says who cancelled it', async () => {
    await visit();
    const page = await press('Amara', await cardFor('Amara'), 'Cancel it');
    expect(wordsOf(page)).toContain('The event is taken out of every diary.');
    expect(wordsOf(page)).toContain('Please tell the family yourself.');
    const fault = await press('Amara', page, 'Cancel it');
    expect(wordsOf(fault)).toContain('1 thing to fix');
    expect(wordsOf(fault)).toContain('Give the reason. It is kept.');
    expect((await booking())?.state).toBe('booked');
    const done = await press('Amara', fault, 'Cancel it', { 'reason~': 'The head-banging came back' });
    await play.at.told();
    expect(wordsOf(done)).toContain('the joint visit needs a new time');
    expect(wordsOf(done)).toContain('Cancelled by Amara Okafor, Mon 21 Dec 2026, 16:00. It needs a new time.');
    expect(titles(done)).toContain('Show free times');
    expect(await booking()).toBeUndefined();
    expect(
      await play.at.meetings(AMARA).then((all) => all.filter(({ subject }) => /Joint visit/.test(subject))),
    ).toEqual([]);
    const { card } = await inChannel();
    expect(wordsOf(card)).toMatch(/CAM-.{4}: joint visit needs a new date, limit Tue 5 Jan 2027\./);
    expect(wordsOf(card)).not.toMatch(/Amara|head-banging/);
  });

  test('pressed twice, it is cancelled once, with the same answer', async () => {
    await visit();
    const page = await press('Amara', await cardFor('Amara'), 'Cancel it');
    const typed = { 'reason~': 'Not needed' };
    const first = wordsOf(await press('Amara', page, 'Cancel it', typed));
    const second = wordsOf(await press('Amara', page, 'Cancel it', typed));
    expect(second).toBe(first);
    expect((await parts()).filter((part) => part === 'cancelled')).toHaveLength(1);
  });

  test('a colleague is asked besides and another one left out, and Outlook has those who come', async () => {
    await visit();
    const page = await press('Amara', await cardFor('Amara'), 'Change who comes');
    expect(wordsOf(page)).toContain('Amara Okafor organises it');
    const stays = inputsOf(page).find(({ id: input }) => input === 'stays~');
    expect(stays?.value).toBe(play.at.id('Jo'));
    const done = await press('Amara', page, 'Change who comes', {
      'besides~': play.at.id('Grace'),
      'reason~': 'She knows the mother',
    });
    await play.at.told();
    expect(wordsOf(done)).toContain('With: Amara Okafor, Jo Marsh, Grace Adeyemi and the family.');
    expect(await invited()).toEqual(expect.arrayContaining(['grace.adeyemi@camden.example', JO]));
    const again = await press('Amara', await cardFor('Amara'), 'Change who comes');
    const less = await press('Amara', again, 'Change who comes', { 'stays~': play.at.id('Jo'), 'reason~': 'Away' });
    await play.at.told();
    expect(wordsOf(less)).toContain('With: Amara Okafor, Jo Marsh and the family.');
    expect(await invited()).not.toContain('grace.adeyemi@camden.example');
  });

  test('people who were not on the page are not invited, whatever a client sends', async () => {
    await visit();
    const page = await press('Amara', await cardFor('Amara'), 'Change who comes');
    await press('Amara', page, 'Change who comes', { 'besides~': 'somebody-else', 'reason~': 'Why not' });
    expect((await booking())?.also).toBeUndefined();
    expect(await parts()).not.toContain('attendees');
  });

  test('an old page says what happened since, and changes nothing', async () => {
    await visit();
    const page = await press('Amara', await cardFor('Amara'), 'Cancel it');
    await moveInOutlook('2026-12-31', '14:00');
    const stale = await press('Amara', page, 'Cancel it', { 'reason~': 'Not needed' });
    expect(wordsOf(stale)).toContain('Nothing changed.');
    expect(wordsOf(stale)).toContain('Since then: Moved in Outlook to Thu 31 Dec 2026, 14:00.');
    expect((await booking())?.start).toBe(london('2026-12-31', '14:00'));
  });
});

describe('moved in Outlook', () => {
  test('18. inside its limit: the cards are edited and the channel is silent', async () => {
    await visit();
    play.at.chat.clear();
    await moveInOutlook('2026-12-31', '14:00');
    expect(play.at.chat.posts()).toEqual([]);
    const words = wordsOf(play.cardOf('Jo', 'Move it'));
    expect(words).toContain('Moved in Outlook to Thu 31 Dec 2026, 14:00. Inside the limit.');
    expect(words).toContain('Before: Wed 30 Dec 2026, 10:00.');
  });

  test('past its limit: those who go are asked, and the channel reads once that it needs a new date', async () => {
    await visit();
    play.at.chat.clear();
    await moveInOutlook('2027-01-07', '10:00');
    for (const name of ['Amara', 'Jo']) {
      const card = play.cardOf(name, 'Keep, and say why');
      const words = wordsOf(card);
      expect(words).toMatch(/CAM-.{4}: joint visit moved past its limit/);
      expect(words).toContain('In Outlook it is now Thu 7 Jan 2027, 10:00. The limit is Tue 5 Jan 2027.');
      expect(words).toContain('The family stays open to Social Care until it has been held.');
      expect(titles(card).slice(0, 3)).toEqual(['Find a time inside it', 'Keep, and say why', 'Put it back']);
    }
    const told = saying('needs a new date, limit Tue 5 Jan 2027.');
    expect(told).toHaveLength(1);
    expect(JSON.stringify(told)).not.toMatch(/Amara|Okafor|Marsh/);
    expect(told[0]?.bell).toMatch(/^CAM-.{4}: joint visit moved past its limit$/);
  });

  test('kept with a reason: the channel reads how far past its limit, and never who or why', async () => {
    await visit();
    await moveInOutlook('2027-01-07', '10:00');
    const page = await press('Jo', play.cardOf('Jo', 'Keep, and say why'), 'Keep, and say why');
    expect(wordsOf(page)).toContain('It is now Thu 7 Jan 2027, 10:00.');
    const fault = await press('Jo', page, 'Keep this time');
    expect(wordsOf(fault)).toContain('Give the reason. It is kept.');
    play.at.chat.clear();
    const done = await press('Jo', fault, 'Keep this time', { 'reason~': 'No shared time' });
    await play.at.told();
    expect(wordsOf(done)).toContain(
      'Moved in Outlook to Thu 7 Jan 2027, 10:00. Past its limit, Tue 5 Jan 2027. The reason is recorded.',
    );
    const told = saying('Reason recorded. New date Thu 7 Jan 2027.');
    expect(told).toHaveLength(1);
    expect(wordsOf(told[0]?.card ?? {})).toMatch(/CAM-.{4}: joint visit 2 working days past its limit\./);
    expect(JSON.stringify(told)).not.toMatch(/Jo Marsh|Amara|No shared time/);
    const late = await press('Amara', page, 'Keep this time', { 'reason~': 'No shared time' });
    expect(wordsOf(late)).toContain('Your press changed nothing.');
    expect((await parts()).filter((part) => part === 'kept')).toHaveLength(1);
  });

  test('put back: the event has the time that it had, at one press', async () => {
    await visit();
    await moveInOutlook('2027-01-07', '10:00');
    const card = play.cardOf('Amara', 'Put it back');
    await press('Amara', card, 'Put it back');
    await play.at.told();
    expect((await booking())?.start).toBe(london('2026-12-30', '10:00'));
    expect((await booking())?.inOutlook).toBeUndefined();
    const start = (await eventOf()).start as { dateTime: string };
    expect(start.dateTime.slice(0, 16)).toBe('2026-12-30T10:00');
    const again = await press('Amara', card, 'Put it back');
    expect(wordsOf(again)).toContain('joint visit, Wed 30 Dec 2026, 10:00');
    const other = await press('Jo', card, 'Put it back');
    expect(wordsOf(other)).toContain('Nothing changed.');
    expect((await parts()).filter((part) => part === 'booking')).toHaveLength(1);
  });

  test('an old card that asks to keep a time says that it has been put back since', async () => {
    await visit();
    await moveInOutlook('2027-01-07', '10:00');
    const card = play.cardOf('Jo', 'Keep, and say why');
    await press('Amara', play.cardOf('Amara', 'Put it back'), 'Put it back');
    await play.at.told();
    const now = await press('Jo', card, 'Keep, and say why');
    expect(wordsOf(now)).toContain('Since then: Booked for Wed 30 Dec 2026, 10:00.');
    expect(await parts()).not.toContain('kept');
  });

  test('moved past its limit twice, it can still be put back to the time inside it', async () => {
    await visit();
    await moveInOutlook('2027-01-07', '10:00');
    await moveInOutlook('2027-01-08', '10:00');
    await press('Amara', play.cardOf('Amara', 'Put it back'), 'Put it back');
    await play.at.told();
    expect(wordsOf(await cardFor('Amara'))).toContain('joint visit, Wed 30 Dec 2026, 10:00');
  });

  test('cannot be put back to a time that has passed', async () => {
    await visit();
    await play.at.moveTo('2026-12-30', '09:00');
    await moveInOutlook('2027-01-07', '10:00');
    expect(titles(await cardFor('Amara'))).toContain('Put it back');
    await play.at.moveTo('2026-12-31', '09:00');
    expect(titles(await cardFor('Amara'))).toEqual(
      expect.arrayContaining(['Find a time inside it', 'Keep, and say why']),
    );
    expect(titles(await cardFor('Amara'))).not.toContain('Put it back');
  });

  test('a time inside the limit is found with two presses', async () => {
    await visit();
    await moveInOutlook('2027-01-07', '10:00');
    const page = await press('Amara', play.cardOf('Amara', 'Find a time inside it'), 'Find a time inside it');
    const [first] = (inputsOf(page).find(({ id: input }) => input === 'start')?.choices ?? []) as { value: Instant }[];
    await press('Amara', page, 'Move it', { start: first?.value ?? '' });
    await play.at.told();
    expect((await booking())?.start).toBe(first?.value);
    expect((await booking())?.pastLimit).toBeUndefined();
    expect((await inChannel()).bell).not.toContain('past');
  });
});

describe('declined in Outlook', () => {
  test('by the family worker: who owns it and who could name another one is asked at once', async () => {
    await visit();
    play.at.chat.clear();
    await declineInOutlook(JO);
    const own = play.cardOf('Amara', 'Go on without');
    expect(wordsOf(own)).toContain('The family worker cannot come. Choose another time, or go on without.');
    expect(titles(own)).not.toContain('Name another worker');
    expect(titles(own).slice(0, 2)).toEqual(['Other times', 'Go on without']);
    const manager = play.cardOf('Grace', 'Name another worker');
    expect(wordsOf(manager)).toContain('The family worker cannot come. Choose a time or a worker.');
    expect(titles(manager).slice(0, 3)).toEqual(['Other times', 'Name another worker', 'Go on without']);
    expect(play.at.chat.posts().map(({ bell }) => bell)).toContainEqual(
      expect.stringMatching(/^CAM-.{4}: the family worker cannot come$/),
    );
    expect(saying('cannot come').filter(({ to }) => to.startsWith('19:'))).toEqual([]);
  });

  test('it goes on without, with a reason, and nobody asks any more', async () => {
    await visit();
    await declineInOutlook(JO);
    const page = await press('Amara', play.cardOf('Amara', 'Go on without'), 'Go on without');
    expect(wordsOf(page)).toContain('The family worker cannot come. The joint visit goes ahead.');
    expect(wordsOf(page)).toContain('Jo Marsh is left out of it.');
    const done = await press('Amara', page, 'Go on without', { 'reason~': 'The family wants it now' });
    await play.at.told();
    expect(wordsOf(done)).not.toContain('cannot come');
    expect(wordsOf(done)).toContain('With: Amara Okafor and the family.');
    expect((await booking())?.without).toEqual([play.at.id('Jo')]);
  });

  test('invited again after it went on without her, she has not said no: nobody reads that she cannot come until she does', async () => {
    await visit();
    await declineInOutlook(JO);
    const page = await press('Amara', await cardFor('Amara'), 'Go on without');
    await press('Amara', page, 'Go on without', { 'reason~': 'Grace goes instead.' });
    await play.at.told();
    const who = await press('Amara', await cardFor('Amara'), 'Change who comes');
    await press('Amara', who, 'Change who comes', { 'besides~': play.at.id('Jo'), 'reason~': 'She is back.' });
    await play.at.told();
    expect(await invited()).toContain(JO);
    const words = wordsOf(await cardFor('Amara'));
    expect(words).toContain('With: Amara Okafor, Jo Marsh and the family.');
    expect(words).not.toContain('cannot come');
    await play.at.moveTo('2026-12-22', '09:30');
    await declineInOutlook(JO);
    expect(wordsOf(await cardFor('Amara'))).toContain('The family worker cannot come.');
  });

  test('cancelled after it went on without her: the next time is looked for and booked with her again', async () => {
    await visit();
    await declineInOutlook(JO);
    const page = await press('Amara', await cardFor('Amara'), 'Go on without');
    await press('Amara', page, 'Go on without', { 'reason~': 'Grace goes instead.' });
    await play.at.told();
    expect(wordsOf(await cardFor('Amara'))).toContain('With: Amara Okafor and the family.');
    const cancel = await press('Amara', await cardFor('Amara'), 'Cancel it');
    const lost = await press('Amara', cancel, 'Cancel it', { 'reason~': 'The family is away.' });
    await play.at.told();
    expect(wordsOf(lost)).toContain('With: Amara Okafor, Jo Marsh and the family.');
    const times = await press('Amara', lost, 'Show free times');
    await press('Amara', times, 'Book and invite', { start: '', 'start.date': '2026-12-31', 'start.time': '14:00' });
    await play.at.told();
    expect(wordsOf(await cardFor('Amara'))).toContain('With: Amara Okafor, Jo Marsh and the family.');
    expect(await invited()).toEqual([JO]);
  });

  test('whoever covers for one of them is named on the card, and is invited', async () => {
    await visit();
    const answers = { person: play.at.id('Amara'), cover: play.at.id('Ben'), until: '2027-01-08' };
    await perform(play.at, 'Priya', id, { type: 'fact', fact: 'cover.set', answers });
    await play.at.told();
    expect(wordsOf(await cardFor('Jo'))).toContain('With: Ben Whitlock, Jo Marsh and the family.');
    expect(await invited()).toEqual(['ben.whitlock@camden.example', JO]);
  });

  test('another worker is named, who is invited in her place', async () => {
    await visit();
    await declineInOutlook(JO);
    const page = await press('Grace', play.cardOf('Grace', 'Name another worker'), 'Name another worker');
    await press('Grace', page, 'Name the worker', { worker: play.at.id('Kofi') });
    await play.at.told();
    expect(wordsOf(await cardFor('Amara'))).not.toContain('cannot come');
    expect(wordsOf(await cardFor('Amara'))).toContain('Kofi Mensah');
  });
});

describe('without a time', () => {
  test('deleted in Outlook: those who go read it, and the channel once', async () => {
    await visit();
    play.at.chat.clear();
    await play.at.outlook('DELETE', `/users/${AMARA}/events/${(await eventOf()).id}`);
    await play.at.told();
    for (const name of ['Amara', 'Jo']) {
      const card = play.cardOf(name, 'Show free times');
      expect(wordsOf(card)).toContain('Taken out of the diary in Outlook. It needs a new time.');
    }
    expect(saying('needs a new date, limit Tue 5 Jan 2027.')).toHaveLength(1);
    const times = await press('Jo', play.cardOf('Jo', 'Show free times'), 'Show free times');
    expect(inputsOf(times).map(({ id: input }) => input)).toContain('start');
  });

  test('the family was taken off the panel in Outlook: its place in the session is booked again at one press', async () => {
    play = await openPlay({ watching: 'told' });
    ({ id } = (await refer(play.at)).case);
    await perform(
      play.at,
      'Dawn',
      id,
      record('front-door', 'panel', { why: 'complex-family', short: 'Four services' }),
    );
    await play.at.told();
    const panel = async () => (await sheet()).status.steps.panel?.booking;
    const start = (await panel())?.start;
    expect(start).toBe(london('2026-12-22', '10:00'));
    const draw = async (who: string): Promise<Card> => {
      const now = await sheet();
      const viewer = await play.at.stepwise.viewer(play.at.id(who), now);
      return play.at.world.drawing.step(now, 'panel', { viewer })?.card ?? {};
    };
    expect(titles(await draw('Dawn'))).not.toContain('Cancel it');
    const mailbox = 'dawn.ellery@camden.example';
    const event = (await play.at.meetings(mailbox)).find(({ subject }) => /Early Help Panel/i.test(subject));
    await play.at.outlook('DELETE', `/users/${mailbox}/events/${event?.id}`);
    await play.at.told();
    expect(await panel()).toBeUndefined();
    const lost = await draw('Dawn');
    expect(wordsOf(lost)).toContain('Taken out of the diary in Outlook. It needs a new time.');
    expect(titles(await draw('Amara'))).not.toContain('Book Tue 22 Dec, 10:00');
    await press('Dawn', lost, 'Book Tue 22 Dec, 10:00');
    await play.at.told();
    expect(await panel()).toMatchObject({ start, state: 'booked' });
  });

  test('a panel sits on its Tuesday: other hours are offered on that day, and no other day', async () => {
    play = await openPlay({ watching: 'told' });
    ({ id } = (await refer(play.at)).case);
    const toPanel = record('front-door', 'panel', { why: 'complex-family', short: 'Four services' });
    await perform(play.at, 'Dawn', id, toPanel);
    await play.at.told();
    const now = await sheet();
    const viewer = await play.at.stepwise.viewer(play.at.id('Dawn'), now);
    const times = await press('Dawn', play.at.world.drawing.step(now, 'panel', { viewer })?.card ?? {}, 'Move it');
    const offered = wordsOf(times).match(/^\w{3} \d+ \w{3} \d{4}, \d\d:\d\d(?= )/gm) ?? [];
    expect(offered.length).toBeGreaterThan(3);
    expect(offered.filter((time) => !time.startsWith('Tue 22 Dec 2026'))).toEqual([]);
  });

  test('Outlook does not take the invitation: the card says so, and when the time has passed those who go are asked for another', async () => {
    await visit();
    const page = await press('Amara', await cardFor('Amara'), 'Cancel it');
    await press('Amara', page, 'Cancel it', { 'reason~': 'The family is away.' });
    await play.at.told();
    await play.at.fault({ match: { method: 'POST', path: '/users/*/events' }, status: 403, times: 500 });
    const times = await press('Amara', await cardFor('Amara'), 'Show free times');
    await press('Amara', times, 'Book and invite', { start: '', 'start.date': '2026-12-22', 'start.time': '11:00' });
    await play.at.moveTo('2026-12-21', '16:30');
    expect(wordsOf(await cardFor('Jo'))).toContain('Outlook has not taken the invitation yet. I keep trying.');
    expect(wordsOf(await cardFor('Jo'))).not.toContain('is being sent');
    play.at.chat.clear();
    await play.at.moveTo('2026-12-22', '14:00');
    for (const name of ['Amara', 'Jo']) {
      const words = wordsOf(play.cardOf(name, 'Other times'));
      expect(words).toContain('the joint visit needs a new time');
      expect(words).toContain('Tue 22 Dec 2026, 11:00 has passed. Outlook had not taken the invitation by then.');
      expect(words).not.toContain('all of them free');
    }
    expect(play.at.chat.posts().map(({ bell }) => bell)).toContainEqual(
      expect.stringMatching(/^CAM-.{4}: the joint visit needs a new time$/),
    );
  });

  test('the worker is away: her manager asks for cover from the card', async () => {
    play = await openPlay();
    ({ id } = (await refer(play.at)).case);
    await nameTeam(play.at, id);
    await bookConsultation(play.at, id);
    await play.at.moveTo('2026-12-21', '16:00');
    await perform(play.at, 'Grace', id, record('consultation', 'held'));
    await play.at.away(play.at.id('Jo'), london('2026-12-29', '00:00'), london('2027-01-08', '00:00'));
    await accept(play.at, id);
    expect((await view())?.noTime).toBeDefined();
    expect(titles(await cardFor('Amara'))).not.toContain('Ask for cover');
    const page = await press('Grace', await cardFor('Grace'), 'Ask for cover');
    expect(wordsOf(page)).toContain('who covers for Jo Marsh?');
    const done = await press('Grace', page, 'Hand over', { cover: play.at.id('Kofi'), until: '2027-01-08' });
    expect(wordsOf(done)).toContain('Kofi Mensah covers until Fri 8 Jan 2027.');
    expect((await sheet()).status.cover).toHaveLength(1);
    expect(titles(await cardFor('Grace'))).not.toContain('Ask for cover');
  });
});
