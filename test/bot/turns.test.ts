import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { FAMILY, fill, key, nameTeam, ok } from '../application/story.ts';
import { buttonsOf, faultsOf, inputsOf, wordsOf } from './check-card.ts';
import { openPlay, type Play } from './play.ts';

jest.setTimeout(120_000);

const FRONT_DOOR = '19:fd-step-down@thread.tacv2';
const CHILD = {
  name: 'Perpetua Quillfeather',
  'birth-date': '27 3 2015',
  mosaic: '4417720',
  schools: 'Larkspur Primary',
  'support-needed': 'Help',
  reasons: 'Reasons',
};

let play: Play;
beforeAll(async () => {
  play = await openPlay();
});
afterAll(() => play.close());

/** The same family again: somebody has seen it, and goes on. */
async function refer({ at }: Play) {
  const amara = at.id('Amara');
  const id = await fill(at);
  const shown = (await at.stepwise.drafts.overlaps(amara, id)).map(({ reference }) => reference);
  if (shown.length > 0) await at.stepwise.drafts.acceptOverlap(amara, id, shown, 'Another household');
  const sheet = ok(await at.stepwise.send(amara, id, key()));
  await at.settle();
  return (await at.stepwise.sheet(sheet.case.id)) ?? sheet;
}

async function toChildPage() {
  const start = (await play.type('Amara', 'step down')).card;
  const begin = buttonsOf(start).some(({ title }) => title === 'Start a new one')
    ? 'Start a new one'
    : 'After an assessment';
  let card = (await play.press('Amara', start, begin)).card;
  card = (await play.press('Amara', card, 'Save and continue', { who: 'mother', how: 'in-person' })).card;
  return (await play.press('Amara', card, 'Save and continue', { at: '2026-12-17', 'lead-service': 'early-help' }))
    .card;
}

describe('the form', () => {
  test('7. When a page has three faults, all are named at the top and beside their fields, and every typed word is still there.', async () => {
    const page = await toChildPage();
    const { card } = await play.press('Amara', page, 'Save and continue', {
      ...CHILD,
      name: '',
      'birth-date': '31 2 2015',
      mosaic: 'not known',
      reasons: 'She slept badly',
    });
    const words = wordsOf(card);
    expect(words).toContain('3 things to fix');
    for (const fault of [
      "Enter the child's name.",
      'Write it like 27 3 2015.',
      'Enter the number, or say why it is not known.',
    ]) {
      expect(words).toContain(`Error: ${fault}`);
    }
    const value = (id: string) => inputsOf(card).find((input) => input.id === id);
    expect(value('birth-date')).toMatchObject({ value: '31 2 2015', label: 'Date of birth (needs fixing)' });
    expect(value('reasons')).toMatchObject({ value: 'She slept badly' });
    expect(value('schools')).toMatchObject({ value: 'Larkspur Primary', label: 'Schools' });
  });

  test('8. When [Save for later] is pressed on a half-filled page, "step down" next day offers all that was typed.', async () => {
    const page = await toChildPage();
    const { card: saved } = await play.press('Amara', page, 'Save for later', { name: 'Half Typed' });
    expect(wordsOf(saved)).toContain('Nothing has been sent.');
    const start = (await play.type('Amara', 'step down')).card;
    expect(wordsOf(start)).toContain('You have a draft from Thu 17 Dec 2026, 16:20');
    const { card } = await play.press('Amara', start, 'Carry on');
    expect(inputsOf(card).find(({ id }) => id === 'name')).toMatchObject({ value: 'Half Typed' });
  });

  test('a child added by one press that arrives four times is one child', async () => {
    const page = await toChildPage();
    for (let copy = 0; copy < 4; copy += 1) await play.press('Amara', page, 'Add another child', CHILD);
    const [draft] = await play.at.stepwise.drafts.of(play.at.id('Amara'));
    expect(draft?.children).toBe(2);
  });

  test('6. When the family has not agreed, no mail, card or invite about them exists in Early Help.', async () => {
    const start = (await play.type('Amara', 'step down')).card;
    const { card: first } = await play.press('Amara', start, 'Start a new one');
    const { card } = await play.press('Amara', first, 'Not agreed yet');
    expect(wordsOf(card)).toContain(
      'Early Help may only be contacted with their agreement (CAM-G-04). Nothing has been sent.',
    );
    expect(buttonsOf(card).map(({ title }) => title)).toEqual(['They have agreed now', 'Immediate risk']);
    expect(play.at.chat.sent).toEqual([]);
  });

  test('31. When a name is written as Markdown, every card shows it as typed and draws nothing of it.', async () => {
    const name = '[x](https://example.invalid) **y** <at>All</at>';
    const page = await toChildPage();
    const { card } = await play.press('Amara', page, 'Add another child', { ...CHILD, name });
    expect(wordsOf(card)).toContain(name);
    const read: string[] = [];
    JSON.stringify(card, (_key, value: unknown) => {
      const node = value as { type?: string; text?: string; title?: string } | null;
      if (node?.type === 'TextBlock') read.push(String(node.text));
      if (node && typeof node === 'object' && typeof node.title === 'string') read.push(node.title);
      return value;
    });
    expect(read.join('\n')).not.toContain('](https');
    expect(faultsOf(card)).toEqual([]);
  });

  test('the longest of texts for twelve children still fit on every card', async () => {
    const id = play.at.id('Amara');
    const [draft] = await play.at.stepwise.drafts.of(id);
    if (!draft) throw new Error('No draft.');
    const long = 'Wörter '.repeat(350);
    await play.at.stepwise.drafts.setChildren(id, draft.id, 12);
    for (let child = 1; child <= 12; child += 1) {
      await play.at.stepwise.drafts.save(id, draft.id, `child.${child}`, {
        ...CHILD,
        'support-needed': long,
        reasons: long,
        schools: long.slice(0, 290),
      });
    }
    await play.at.stepwise.drafts.save(id, draft.id, 'plan', { outline: long, 'way-back': long }, 'plan');
    const start = (await play.type('Amara', 'step down')).card;
    const plan = (await play.press('Amara', start, 'Carry on')).card;
    const times = (await play.press('Amara', plan, 'Save and continue')).card;
    const chosen = (inputsOf(times).find(({ id: input }) => input === 'times')?.choices ?? []) as { value: string }[];
    const check = (
      await play.press('Amara', times, 'Save and continue', { times: chosen.map(({ value }) => value).join(',') })
    ).card;
    expect(wordsOf(check)).toContain('Check your answers');
    const sent = (await play.press('Amara', check, 'Send referral', { 'agreement-covers-all': 'true' })).card;
    expect(wordsOf(sent)).toContain('Referral');
    for (const each of play.at.chat.sent) expect(faultsOf(each.card)).toEqual([]);
    await play.at.moveTo('2026-12-18', '09:00');
    const own = await play.press('Dawn', play.cardOf(FRONT_DOOR, 'Open and decide'), 'Open and decide', {}, 'dialog');
    expect(wordsOf(own.card)).toContain('What should happen?');
  });
});

describe('presses', () => {
  test('5. When somebody without the right presses a channel card, only they see why, and the post stays as it was.', async () => {
    const sheet = await refer(play);
    const post = play.cardOf(FRONT_DOOR, 'Open and decide');
    const before = play.at.chat.sent.length;
    const refused = await play.press('Jo', post, 'Open and decide', {}, 'channel');
    expect(refused.replies).toMatchObject([{ do: 'answer', edit: false }]);
    expect(wordsOf(refused.card)).toContain('Front-door managers decide this. Ask one of them.');
    for (const name of FAMILY) expect(JSON.stringify(refused.card)).not.toContain(name);
    expect(play.at.chat.sent.length).toBe(before);
    expect((await play.at.stepwise.sheet(sheet.case.id))?.case.seq).toBe(sheet.case.seq);
  });

  test('1. When X presses an approval that Y has already given, X sees who decided and when, and nothing changes.', async () => {
    const sheet = await refer(play);
    const opened = (await play.type('Dawn', `case ${sheet.case.reference}`)).card;
    const step = (await play.press('Dawn', opened, 'Show my next step')).card;
    const page = (await play.press('Dawn', step, 'Choose a team')).card;
    const decided = await nameTeam(play.at, sheet.case.id, 'euston', 'Dawn');
    const other = (await play.press('Dawn', page, 'Name this team', { team: 'kentish-town-east' })).card;
    expect(wordsOf(other)).toMatch(/Already decided by Dawn \w+, \d\d:\d\d\. Your press changed nothing\./);
    expect((await play.at.stepwise.sheet(sheet.case.id))?.case.seq).toBe(decided.case.seq);
  });

  test('4. When a card of an earlier step is pressed, it says what happened since and becomes the present card.', async () => {
    const sheet = await refer(play);
    const opened = (await play.type('Dawn', `case ${sheet.case.reference}`)).card;
    const step = (await play.press('Dawn', opened, 'Show my next step')).card;
    await nameTeam(play.at, sheet.case.id);
    const { card } = await play.press('Dawn', step, 'Choose a team');
    expect(wordsOf(card)).toContain('Nothing changed.');
    expect(wordsOf(card)).toMatch(
      /This card is from \w+ \d+ Dec 2026\. Since then: Euston named\. Dawn \w+, \d\d:\d\d\./,
    );
    expect(wordsOf(card)).toContain('Done: ');
  });

  test('3. When one press arrives four times under four ids, there is one event and four equal answers.', async () => {
    const sheet = await refer(play);
    const opened = (await play.type('Dawn', `case ${sheet.case.reference}`)).card;
    const page = (
      await play.press('Dawn', (await play.press('Dawn', opened, 'Show my next step')).card, 'Choose a team')
    ).card;
    const answers = [];
    for (let copy = 0; copy < 4; copy += 1)
      answers.push(
        wordsOf((await play.press('Dawn', page, 'Name this team', { team: 'euston' })).card).replaceAll(
          /The e-mail is being sent\.\n/g,
          '',
        ),
      );
    expect(answers.slice(1)).toEqual([answers[0], answers[0], answers[0]]);
    const facts = (await play.at.stepwise.sheet(sheet.case.id))?.case.facts.filter(
      ({ fact }) => fact === 'front-door.team',
    );
    expect(facts).toHaveLength(1);
  });

  test('a card that somebody has changed is refused in words and logged', async () => {
    const sheet = await refer(play);
    const { card } = await play.type('Amara', `case ${sheet.case.reference}`);
    const forged = JSON.parse(
      JSON.stringify(card).replaceAll(
        /"v":"([^".]+)\.([^"]+)"/g,
        (_all, body: string, signature: string) =>
          `"v":"${Buffer.from(JSON.stringify({ a: 'case', c: 'another' })).toString('base64url') || body}.${signature}"`,
      ),
    );
    const answered = await play.press('Amara', forged, 'Immediate risk');
    expect(wordsOf(answered.card)).toContain('This card cannot be used');
    expect(play.logged.join()).toContain('card-refused');
    expect((await play.at.stepwise.sheet(sheet.case.id))?.status.stopped).toBeUndefined();
  });

  test('a person whom the directory does not know is told so, and learns nothing', async () => {
    const { card } = await play.type('aaaaaaaa-0000-4000-8000-000000000000', 'my cases');
    expect(wordsOf(card)).toContain('I do not know you yet');
  });

  test('a colleague without a part in the case cannot open it', async () => {
    const sheet = await refer(play);
    const outsider = play.at.sandbox.context.tenant.people.find(
      ({ role, team }) => role === 'eh-team-manager' && team !== 'euston',
    ) ?? { id: '' };
    const { card } = await play.type(outsider.id, `case ${sheet.case.reference}`);
    expect(wordsOf(card)).toContain('You have no part in this case');
    for (const name of FAMILY) expect(JSON.stringify(card)).not.toContain(name);
  });
});

describe('typed text', () => {
  test('21. When "I think she is unsafe, also book the visit" is typed, the safety panel comes first.', async () => {
    const { replies } = await play.type('Amara', 'I think she is unsafe, also book the visit');
    const cards = replies.flatMap((reply) => ('card' in reply ? [wordsOf(reply.card)] : []));
    expect(cards[0]).toContain('Is a child in danger now? Ring 999.');
    expect(cards[0]).toMatch(/Stop CAM-/);
    expect(cards).toHaveLength(2);
    expect(cards[1]).toMatch(/due/);
  });

  test('when is 10 working days from 17 Dec', async () => {
    const { card } = await play.type('Amara', 'When is 10 working days from 17 Dec?');
    expect(wordsOf(card)).toContain('Tue 5 Jan 2027');
    expect(wordsOf(card)).toContain('Christmas Day');
  });

  test('why a case is due when it is, fit for a channel', async () => {
    const sheet = await refer(play);
    const { card } = await play.type('Amara', `why ${sheet.case.reference}`, 'channel');
    expect(wordsOf(card)).toContain('CAM-A-14');
    for (const name of FAMILY) expect(JSON.stringify(card)).not.toContain(name);
  });

  test('what is not understood is said as it was typed, with the nearest thing that is', async () => {
    const { card } = await play.type('Amara', 'mai casis');
    expect(wordsOf(card)).toContain('I did not find mai casis. Did you mean my cases?');
    const near = (await play.type('Amara', 'my casse')).card;
    expect(wordsOf(near)).toContain('Your cases');
  });

  test('a referral asked for in a channel is made in the own chat', async () => {
    const { replies } = await play.type('Amara', 'step down', 'channel');
    expect(replies.map((reply) => reply.do)).toEqual(['send', 'post']);
  });
});
