import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createDrawing } from '../../bot/cards/drawing.ts';
import { render, TEMPLATES, UnboundField } from '../../bot/cards/render.ts';
import { createSigner, pressKey } from '../../bot/cards/signed.ts';
import { whys } from '../../bot/cards/why.ts';
import { editDistance, understand } from '../../bot/turn/typed.ts';
import type { CaseSheet, Digest, DigestLine } from '../../src/application/sheet.ts';
import type { RecordedFact } from '../../src/domain/case/types.ts';
import { parseDay, parseInstant } from '../../src/domain/time/instant.ts';
import { nameTeam, refer } from '../application/story.ts';
import { faultsOf, picture, wordsOf } from './check-card.ts';
import { openPlay, type Play } from './play.ts';

jest.setTimeout(60_000);

const drawing = createDrawing({ signingKey: 'k' });
let play: Play;
let sheet: CaseSheet;
beforeAll(async () => {
  play = await openPlay();
  sheet = await nameTeam(play.at, (await refer(play.at)).case.id);
});
afterAll(() => play.close());

describe('class C and B', () => {
  test('10. When 50 planted names, schools and numbers run through a case, none occurs in a channel or on a locked phone.', () => {
    const planted = Array.from({ length: 50 }, (_, index) => `Plant-${String(index).padStart(2, '0')}-Zephyrine`);
    const personal = Object.fromEntries(planted.map((word, index) => [`c${1 + (index % 2)}.field-${index}`, word]));
    const everywhere = Object.fromEntries(
      Object.keys(sheet.protocol.steps).map((step) => [
        step,
        {
          ...personal,
          'c1.name': planted[0] ?? '',
          'c2.schools': planted[1] ?? '',
          why: planted[2] ?? '',
          advice: planted[3] ?? '',
          short: planted[4] ?? '',
        },
      ]),
    );
    const facts = sheet.case.facts.map(
      (fact): RecordedFact => ({ ...fact, personal: { ...personal, why: planted[5] ?? '' } }),
    );
    const views = Object.fromEntries(
      Object.entries(sheet.status.steps).map(([id, view]) => [
        id,
        { ...view, ...(view.doneBy ? { doneBy: { ...view.doneBy, personal } } : {}) },
      ]),
    );
    const infected: CaseSheet = {
      ...sheet,
      personal: everywhere,
      case: { ...sheet.case, facts },
      status: { ...sheet.status, steps: views },
    };
    let drawn = 0;
    for (const step of [...Object.keys(sheet.protocol.steps), 'case', 'safety']) {
      for (const state of ['open', 'done'] as const) {
        const forced: CaseSheet = {
          ...infected,
          status: {
            ...infected.status,
            steps: { ...views, ...(views[step] ? { [step]: { ...views[step], state } } : {}) },
          },
        };
        for (const stopped of [undefined, { why: 'safety', at: sheet.now, by: sheet.case.openedBy } as const]) {
          const card = drawing.step(stopped ? { ...forced, status: { ...forced.status, stopped } } : forced, step, {
            channel: 'front-door',
          });
          if (!card) continue;
          drawn += 1;
          expect(faultsOf(card.card)).toEqual([]);
          for (const word of [...planted, 'Zephyrine'])
            expect(`${JSON.stringify(card.card)} ${card.bell}`).not.toContain(word);
        }
      }
    }
    expect(drawn).toBeGreaterThan(20);
  });
});

describe('the digest', () => {
  function digest(n: number): Digest {
    const states = ['overdue', 'today', 'tomorrow', 'this-week'] as const;
    const lines = Array.from({ length: n }, (_, index): DigestLine => {
      const reference = `CAM-${String(1000 + index)
        .replaceAll('0', '2')
        .replaceAll('1', '3')}`;
      return {
        caseId: `case-${index}`,
        reference,
        council: 'camden',
        step: 'front-door',
        title: 'answer the social worker',
        dueAt: parseInstant('2026-12-22T17:00:00Z'),
        due: parseDay('2026-12-22'),
        actBy: parseDay('2026-12-22'),
        role: 'front-door-manager',
        owners: ['x'],
        channel: 'front-door',
        kind: 'limit',
        provisional: false,
        state: states[Math.min(3, Math.floor((index * 4) / n))] ?? 'today',
        ownerNames: index % 2 ? ['Dawn Ellery'] : [],
      };
    });
    return {
      council: 'camden',
      channel: 'front-door',
      day: parseDay('2026-12-22'),
      lines,
      doneSince: n === 40 ? 7 : 0,
    };
  }
  for (const n of [1, 5, 40]) {
    test(`of ${n} is one card with at most ten lines and right counts`, () => {
      const { card, bell } = drawing.digest(digest(n));
      expect(faultsOf(card)).toEqual([]);
      expect((wordsOf(card).match(/^(Overdue|Today|Tomorrow|This week): /gm) ?? []).length).toBe(Math.min(n, 10));
      expect(bell.length).toBeLessThanOrEqual(90);
      expect(picture(card)).toMatchSnapshot();
      if (n === 40) {
        expect(wordsOf(card)).toContain('Due: 10 overdue, 10 today, 10 tomorrow, 10 this week.');
        expect(wordsOf(card)).toContain('30 more.');
        expect(wordsOf(card)).toContain('7 done since 08:30');
      }
    });
  }
});

describe('why a date is what it is', () => {
  test('is told once for all that is due then, with the rules of all at the end', () => {
    const [told] = whys(sheet.status.deadlines.filter(({ effective }) => effective));
    for (const { text } of told?.answers ?? []) {
      const counts = text.match(/That day does not count/g) ?? [];
      expect(counts.length).toBe(1);
      expect((text.match(/\bRules? CAM-/g) ?? []).length).toBe(1);
    }
    const last = told?.answers.find(({ id }) => id === 'why-2027-01-05')?.text;
    expect(last).toMatch(/CAM-A-04, .* and CAM-[AM]-\d\d, section 3\.$/);
  });

  test('typed, it has the hour too', async () => {
    const { card } = await play.type('Amara', `why ${sheet.case.reference}`);
    expect(wordsOf(card)).toContain(
      'section 4 in MOSAIC and next actions in MOSAIC, Tue 5 Jan 2027, 17:00: 10 working days from Thu 17 Dec',
    );
  });
});

describe('a worker who is new on the case', () => {
  test('gets the whole referral on one card, however much was written', async () => {
    const long = 'Worries about supervision at home, and much else that was written. '.repeat(37).slice(0, 2400);
    // As much as the inputs of a card take.
    const written = (key: string) =>
      /(support-needed|reasons|summary|outline|way-back)$/.test(key) ? long : long.slice(0, 300);
    const asked = sheet.protocol.opening.pages.flatMap(({ fields }) => Object.values(fields));
    const answers = asked.filter(({ type }) => type === 'long-text' || type === 'text').map(({ id }) => id);
    for (const children of [
      ['c1'],
      ['c1', 'c2'],
      ['c1', 'c2', 'c3'],
      Array.from({ length: 10 }, (_, index) => `c${index + 1}`),
    ]) {
      const keys = ['', ...children.map((child) => `${child}.`)].flatMap((prefix) => answers.map((id) => prefix + id));
      const jo = play.at.id('Jo');
      const crowded: CaseSheet = {
        ...sheet,
        case: { ...sheet.case, children },
        personal: { ...sheet.personal, request: Object.fromEntries(keys.map((key) => [key, written(key)])) },
        status: { ...sheet.status, named: { ...sheet.status.named, 'family-worker': jo } },
      };
      const viewer = await play.at.stepwise.viewer(jo, crowded);
      const card = drawing.step(crowded, 'case', { viewer })?.card;
      expect(wordsOf(card ?? {})).toContain('Worries about supervision');
      expect(faultsOf(card ?? {})).toEqual([]);
      // Short enough for the one who decides, too, whatever a client lets through.
      for (const text of [long, long.repeat(2).slice(0, 4000)]) {
        const request = Object.fromEntries(keys.map((key) => [key, text]));
        const reader = { ...crowded, personal: { ...sheet.personal, request } };
        const grace = await play.at.stepwise.viewer(play.at.id('Grace'), reader);
        expect(faultsOf(drawing.step(reader, 'offer', { viewer: grace })?.card ?? {})).toEqual([]);
        expect(faultsOf(drawing.step(reader, 'case', { viewer })?.card ?? {})).toEqual([]);
      }
    }
  });
});

// A template's own notation, as somebody might type it.
const TYPED = ['$', '{title} "quoted"'].join('');

describe('templates', () => {
  test('each file has a name in the program, and each name a file', () => {
    const files = readdirSync(resolve(import.meta.dirname, '../../adaptive-cards')).filter((name) =>
      name.endsWith('.json'),
    );
    expect(files.map((name) => name.replace('.json', '')).sort()).toEqual([...TEMPLATES].sort());
  });

  test('a field that the data lack is a fault and not a card', () => {
    expect(() => render('plain', { title: 'x', lines: [], buttonRows: [] })).toThrow(UnboundField);
  });

  test('what somebody typed is no template', () => {
    const card = render('plain', {
      title: 'x',
      speak: 'x',
      lines: [{ inlines: [{ type: 'TextRun', text: TYPED }] }],
      buttonRows: [],
    });
    expect(wordsOf(card)).toContain(TYPED);
  });
});

describe('signed presses', () => {
  const signer = createSigner('one key');
  test('what was signed is read back, and nothing else is', () => {
    const token = signer.sign({ a: 'do', c: 'case', s: 'front-door', p: 'team', n: 2 });
    expect(signer.verify(token)).toEqual({ a: 'do', c: 'case', s: 'front-door', p: 'team', n: 2 });
    expect(createSigner('another key').verify(token)).toBeUndefined();
    for (const wrong of ['', 'x', 'a.b', `${token}x`, token.slice(1), `${token}.${token}`, 7, null, undefined])
      expect(signer.verify(wrong)).toBeUndefined();
  });

  test('the same press by the same person has one key; another person has another', () => {
    const token = signer.sign({ a: 'stop', c: 'case' });
    expect(pressKey(token, 'x')).toBe(pressKey(token, 'x'));
    expect(pressKey(token, 'x')).not.toBe(pressKey(token, 'y'));
  });
});

describe('typed text is understood', () => {
  const cases: readonly (readonly [string, object])[] = [
    ['step down', { want: 'start', direction: 'step-down' }],
    ['Setp down', { want: 'start', direction: 'step-down' }],
    ['I want to step a family down, please: stepping down', { want: 'start', direction: 'step-down' }],
    ['step up', { want: 'start', direction: 'step-up' }],
    ['we need to step in', { want: 'start', direction: 'step-in' }],
    ['Stepping back', { want: 'start', direction: 'step-back' }],
    ['Planned step-up', { want: 'start', pathway: 'x/planned' }],
    ['planed step up', { want: 'start', pathway: 'x/planned' }],
    ['start a referral', { want: 'start' }],
    ['my cases', { want: 'mine' }],
    ['case CAM-7K3F', { want: 'case', reference: 'CAM-7K3F' }],
    ['cam-7k3f', { want: 'case', reference: 'CAM-7K3F' }],
    ['why cam 7k3f?', { want: 'why', reference: 'CAM-7K3F' }],
    ['due this week', { want: 'due' }],
    ['agenda', { want: 'forums' }],
    ['When is the next panel?', { want: 'forums' }],
    ['When is 10 working days from 17 Dec?', { want: 'when', phrase: '10 working days from 17 dec' }],
    ['Good morning', { want: 'hello' }],
    ['help', { want: 'help' }],
    ['xyzzy', { want: 'unknown', nearest: undefined }],
  ];
  const pathways = [{ id: 'x/planned', title: 'planned step-up', button: 'Ask for step-up', offered: true }];
  for (const [text, wish] of cases) test(text, () => expect(understand(text, pathways).wish).toEqual(wish));

  test('words of danger show the numbers, in whatever sentence', () => {
    for (const text of ['she is unsafe', 'he is not at risk', 'they HURT him', 'my cases, I think he was hit'])
      expect(understand(text).danger).toBe(true);
    for (const text of ['my cases', 'step down', 'when is 10 working days from 17 Dec', 'the white house'])
      expect(understand(text).danger).toBe(false);
  });

  test('two letters swapped are one slip', () => expect(editDistance('setp down', 'step down')).toBe(1));
});

describe('short cards', () => {
  test('welcome, help and lists are sound and say what they are for', async () => {
    for (const [who, text, words] of [
      ['Amara', 'hello', 'Hello. I am Stepwise, a computer program.'],
      ['Amara', 'help', 'You can also type:'],
      ['Amara', 'my cases', 'Your cases: 1'],
      ['Grace', 'due this week', 'offer of a consultation'],
    ] as const) {
      const { card } = await play.type(who, text);
      expect(wordsOf(card)).toContain(words);
      expect(picture(card)).toMatchSnapshot(`${who}: ${text}`);
    }
  });

  test('a channel is told on arrival that no names are posted there', async () => {
    const [reply] = await play.handler({
      kind: 'arrival',
      person: play.at.id('Dawn'),
      surface: 'channel',
      conversationId: 'c',
      channelId: 'c',
      teamId: 't',
      serviceUrl: 'http://127.0.0.1/',
      remember: [],
    });
    expect(reply?.do === 'send' && wordsOf(reply.card)).toContain('without names');
  });

  test('the note to copy into MOSAIC holds the whole referral', async () => {
    let card = (await play.type('Amara', `case ${sheet.case.reference}`)).card;
    card = (await play.press('Amara', card, 'Show my next step')).card;
    card = (await play.press('Amara', card, 'Show note to copy')).card;
    expect(wordsOf(card)).toContain('If the head-banging starts again.');
    expect(wordsOf(card)).toContain('Perpetua Quillfeather');
  });
});
