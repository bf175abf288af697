import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { registerAway } from '../../src/sandbox/away-routes.ts';
import { registerClock } from '../../src/sandbox/clock.ts';
import type { Tenant } from '../../src/sandbox/context.ts';
import { type Graph, registerGraph } from '../../src/sandbox/graph/server.ts';
import { personalChat } from '../../src/sandbox/teams/conversations.ts';
import { CHROMIUM_FLAGS, findChromium, NO_CHROMIUM } from '../setup/chromium.ts';
import {
  AISHA,
  AMARA,
  DAWN,
  FRONT_DOOR,
  GRACE,
  type Harness,
  HOSTILE,
  MINA,
  startHarness,
  TOMASZ,
  TWO_COUNCILS,
} from './teams-harness.ts';

const PICTURES = fileURLToPath(new URL('../../screenshots/sandbox-page/', import.meta.url));
/** Both cores may be busy with other tests. */
const PATIENCE = 20_000;

let browser: Browser;
let harness: Harness;
let graph: Graph;
let page: Page;
/** What the page complained of: a refused script, a failed request, an exception. */
let complaints: string[];

const inBrowser = findChromium() === undefined && !process.env.CI ? describe.skip : describe;
if (inBrowser === describe.skip) console.log(NO_CHROMIUM);

/** Pixels from the window's upper edge. A list that is drawn anew in between takes its element away: the new one is asked. */
async function topOf(element: Locator): Promise<number> {
  for (;;) {
    const box = await element.boundingBox({ timeout: PATIENCE });
    if (box) return box.y;
  }
}

inBrowser('The sandbox page', () => {
  beforeAll(async () => {
    const executablePath = findChromium();
    if (executablePath === undefined) throw new Error(NO_CHROMIUM);
    browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
    mkdirSync(PICTURES, { recursive: true });
  }, PATIENCE);
  afterAll(() => browser?.close());

  async function open(more?: Partial<Tenant>): Promise<void> {
    harness = await startHarness((server, context) => {
      graph = registerGraph(server, context);
      registerClock(server, context.clock);
      registerAway(server, context, graph);
    }, more);
    await harness.introduce();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' });
    // Less than the whole test has, so that a failure says what was waited for.
    page.setDefaultTimeout(PATIENCE / 2);
    complaints = [];
    page.on('pageerror', (fault) => complaints.push(fault.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(harness.page);
    await page.locator('html[data-ready]').waitFor();
  }
  async function close(): Promise<void> {
    await page.close();
    graph.stop();
    await harness.stop();
    expect(complaints).toEqual([]);
  }
  async function openWithTwoCouncils(): Promise<void> {
    await close();
    await open(TWO_COUNCILS);
  }
  beforeEach(() => open(), PATIENCE);
  afterEach(close);

  const become = (who: typeof AMARA) => page.getByTestId(`persona-${who.id}`).click();
  const card = () => page.locator('.card').last();
  const openChannel = () => page.getByTestId(`channel-${FRONT_DOOR.channel}`).click();
  const picture = (name: string) => page.screenshot({ path: `${PICTURES}${name}.png`, fullPage: true });
  async function write(text: string): Promise<void> {
    await page.getByTestId('composer').fill(text);
    await page.getByTestId('send').click();
  }
  async function postInFrontDoor(): Promise<void> {
    const chat = encodeURIComponent(personalChat(harness.context.tenant, AMARA).id);
    await harness.api(AMARA, 'POST', `/teams/api/conversations/${chat}/messages`, { text: 'post' });
  }
  // biome-ignore lint/performance/useDomNodeTextContent: what a person sees, hidden parts left out and lines kept apart.
  const words = (shown: Locator) => shown.innerText();
  const widthOfPage = () => page.evaluate('document.documentElement.scrollWidth') as Promise<number>;
  const hasFocus = (locator: Locator) => locator.evaluate((element) => element === element.ownerDocument.activeElement);

  test(
    'starts as the social worker, says that everything is made up, and shows the first of five steps',
    async () => {
      await page.getByText('Everything here is made up', { exact: true }).waitFor();
      expect(await page.title()).toBe('Amara Okafor · Stepwise sandbox');
      expect(await words(page.getByTestId('guide'))).toContain('You are the social worker. Press Step down a family.');
      expect(await words(page.getByTestId('clock-now'))).toBe('Thu 17 Dec 2026, 16:20');
      await picture('start');
    },
    PATIENCE,
  );

  test(
    'puts a dot on everybody who has news, and takes it away when they have read it',
    async () => {
      const dot = page.getByTestId(`persona-${DAWN.id}`).locator('.dot');
      expect(await dot.count()).toBe(0);
      await postInFrontDoor();
      await dot.waitFor();
      await become(DAWN);
      await openChannel();
      await page.getByText('New step down: CAM-7K3F').waitFor();
      await dot.waitFor({ state: 'detached' });
      expect(await page.getByTestId(`persona-${TOMASZ.id}`).locator('.dot').count()).toBe(1);
      await picture('channel');
    },
    PATIENCE,
  );

  test(
    'shows an answer to the one who pressed, and an edit in place to whoever looks',
    async () => {
      await postInFrontDoor();
      await become(DAWN);
      await openChannel();
      await card().getByRole('button', { name: 'Open and decide' }).click();
      await card().getByText('Front-door managers decide this. Ask one of them.').waitFor();
      await page.getByText('Only you see this answer.').waitFor();
      await become(TOMASZ);
      await openChannel();
      await card().getByRole('button', { name: 'Open and decide' }).waitFor();
      await become(DAWN);
      await card().getByText('Front-door managers decide this. Ask one of them.').waitFor();
      await harness.api(TOMASZ, 'POST', `/teams/api/messages/${harness.bot.lastPost.message}/actions`, {
        verb: 'finish',
      });
      await card().getByText('Decided by Tomasz Zielinski.').waitFor();
      expect(await page.getByText('Only you see this answer.').count()).toBe(0);
      await page.getByText('Edited 16:20').waitFor();
    },
    PATIENCE,
  );

  test(
    'names who has news above the list, which is longer than a window, and goes there at one press',
    async () => {
      await page.getByText('No news for others').waitFor();
      await postInFrontDoor();
      const news = page.getByRole('region', { name: 'Who has news' });
      await news.getByRole('button').first().waitFor();
      const names = await news.getByRole('button').evaluateAll((all) => all.map((each) => each.ariaLabel));
      expect(names).toEqual([
        'News for Dawn Ellery, Front-door manager',
        'News for Tomasz Zielinski, Front-door manager',
        'News for Grace Adeyemi, Early Help team manager',
      ]);
      await page.getByRole('button', { name: 'Dawn Ellery, Front-door manager, has news', exact: true }).waitFor();
      await news.getByRole('button', { name: 'News for Dawn Ellery' }).click();
      await card().getByText('New step down: CAM-7K3F').waitFor();
      await page.getByRole('button', { name: 'Dawn Ellery, Front-door manager', exact: true }).waitFor();
    },
    PATIENCE,
  );

  test(
    'says in the list of chats what an edited card is about',
    async () => {
      await postInFrontDoor();
      await become(DAWN);
      const entry = page.getByTestId(`channel-${FRONT_DOOR.channel}`);
      await entry.getByText('CAM-7K3F: new step down').waitFor();
      await harness.api(TOMASZ, 'POST', `/teams/api/messages/${harness.bot.lastPost.message}/actions`, {
        verb: 'finish',
      });
      await entry.getByText('CAM-7K3F: Euston named').waitFor();
    },
    PATIENCE,
  );

  test(
    'keeps an answer in words under the card, also when the card is drawn again, until it is dismissed',
    async () => {
      await postInFrontDoor();
      await become(DAWN);
      await openChannel();
      await card().getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name: 'Delete draft' }).click();
      const outcome = page.getByTestId(`outcome-${harness.bot.lastPost.message}`);
      await outcome.getByText('Saved for later.').waitFor();
      expect(await outcome.getAttribute('role')).toBe('status');
      await harness.api(TOMASZ, 'POST', `/teams/api/messages/${harness.bot.lastPost.message}/actions`, {
        verb: 'finish',
      });
      await card().getByText('Decided by Tomasz Zielinski.').waitFor();
      await outcome.getByText('Saved for later.').waitFor();
      await outcome.getByRole('button', { name: 'Dismiss this answer' }).click();
      expect(await words(outcome)).toBe('');
      expect(await hasFocus(page.getByTestId(`message-${harness.bot.lastPost.message}`))).toBe(true);
    },
    PATIENCE,
  );

  test(
    'keeps what is half typed while other messages come',
    async () => {
      await write('form');
      await card().getByLabel('Name').fill('Half a na');
      const chat = encodeURIComponent(personalChat(harness.context.tenant, AMARA).id);
      await fetch(`${harness.page}/connector/v3/conversations/${chat}/activities`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ type: 'message', text: 'By the way.' }),
      });
      await page.locator('.text').getByText('By the way.').waitFor();
      expect(await card().getByLabel('Name').inputValue()).toBe('Half a na');
    },
    PATIENCE,
  );

  test(
    'points to a message that came below while somebody reads further up',
    async () => {
      for (const nth of [0, 1]) {
        await write('form');
        await page.locator('.card').nth(nth).waitFor();
      }
      await page.locator('.log').evaluate((log) => log.scrollTo(0, 0));
      const chat = encodeURIComponent(personalChat(harness.context.tenant, AMARA).id);
      await fetch(`${harness.page}/connector/v3/conversations/${chat}/activities`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ type: 'message', text: 'By the way.' }),
      });
      const below = page.getByRole('button', { name: 'New message below' });
      await below.click();
      await page.locator('.text').getByText('By the way.').waitFor();
      expect(
        await page
          .locator('.message')
          .last()
          .evaluate((element) => element === element.ownerDocument.activeElement),
      ).toBe(true);
      await below.waitFor({ state: 'hidden' });
    },
    PATIENCE,
  );

  test(
    'types an invented answer into each empty box, changes none that is filled, and presses nothing',
    async () => {
      await write('form');
      await card().getByLabel('Name').fill('My own name');
      await page.getByTestId('fill-in').click();
      const form = card();
      expect(await form.getByLabel('Name').inputValue()).toBe('My own name');
      expect(await form.getByLabel('Date of birth').inputValue()).toBe('14 5 2015');
      expect(await form.getByLabel('When').inputValue()).toBe('2026-12-17');
      expect(await form.getByLabel('In person').isChecked()).toBe(true);
      const days = ['Thu 31 Dec 2026, 14:00', 'Mon 4 Jan 2027, 10:00', 'Tue 5 Jan 2027, 09:30'];
      for (const day of days) expect(await form.getByLabel(day).isChecked()).toBe(true);
      expect(await form.getByRole('checkbox', { checked: true }).count()).toBe(4);
      expect(await form.getByLabel('Another time (optional)').inputValue()).toBe('');
      expect(harness.bot.named('adaptiveCard/action')).toEqual([]);
      await form.getByRole('button', { name: 'Save and continue' }).click();
      await card().getByText('My own name', { exact: true }).waitFor();
      expect(harness.bot.named('adaptiveCard/action')[0]?.value.action.data).toMatchObject({
        how: 'in-person',
        times: '3,4,5',
      });
    },
    PATIENCE,
  );

  test(
    'invents another name, birthday, number and story for each child, and another family for the next referral',
    async () => {
      const invented = async (heading: string) => {
        await write(heading);
        const form = card();
        await form.getByText(heading, { exact: true }).waitFor();
        await page.getByTestId('fill-in').click();
        const labels = ['Name', 'Date of birth', 'MOSAIC number', 'Reasons social care became involved'];
        return Promise.all(labels.map((label) => form.getByLabel(label).inputValue()));
      };
      const children = [];
      for (const number of [1, 2, 3, 4, 5]) children.push(await invented(`Child ${number}`));
      const [first] = children;
      expect(children.map(([name]) => name)).toEqual([
        'Rowan Ashby',
        'Wren Ashby',
        'Ellis Ashby',
        'Sky Ashby',
        'Rowan May Ashby',
      ]);
      for (const column of [0, 1, 2]) expect(new Set(children.map((child) => child[column])).size).toBe(5);
      expect(new Set(children.slice(0, 4).map((child) => child[3])).size).toBe(4);
      const [name, , number] = await invented('Child 1');
      expect(name).toBe('Rowan Fenwick');
      expect(number).not.toBe(first?.[2]);
    },
    PATIENCE,
  );

  test(
    'shows what a person typed as typed, and never as HTML',
    async () => {
      await write('form');
      await card().getByText(HOSTILE, { exact: true }).waitFor();
      expect(await card().locator('a, strong').count()).toBe(0);
      await write('<img src=x onerror=alert(1)> [x](https://example.invalid) **y**');
      await page
        .getByText('<img src=x onerror=alert(1)> [x](https://example.invalid) **y**', { exact: true })
        .first()
        .waitFor();
      expect(await page.locator('.text img').count()).toBe(0);
    },
    PATIENCE,
  );

  test(
    'shows the Markdown that Teams shows, and makes no HTML of the rest',
    async () => {
      const drawn = (await page.evaluate(
        `import('/page/markdown.js').then(({ markdown }) => ['**a** and _b_', '[x](javascript:alert(1))', '[x](https://a.example/?q="><b>)', '<script>1</script>', '- one\\n- two', '\\\\*not\\\\* bold', 'snake_case_name'].map(markdown))`,
      )) as string[];
      expect(drawn).toEqual([
        '<p><strong>a</strong> and <em>b</em></p>',
        '<p>[x](javascript:alert(1))</p>',
        '<p><a href="https://a.example/?q=&quot;&gt;&lt;b&gt;" target="_blank" rel="noopener noreferrer">x</a></p>',
        '<p>&lt;script&gt;1&lt;/script&gt;</p>',
        '<ul><li>one</li><li>two</li></ul>',
        '<p>&#42;not&#42; bold</p>',
        '<p>snake_case_name</p>',
      ]);
    },
    PATIENCE,
  );

  test(
    'opens a dialog that keeps the keyboard inside, and gives it back on closing',
    async () => {
      await postInFrontDoor();
      await become(DAWN);
      await openChannel();
      const opener = card().getByRole('button', { name: 'Show details' });
      await opener.click();
      const dialog = page.getByRole('dialog', { name: 'Decide' });
      await dialog.getByLabel('Note').fill('Call first');
      await picture('dialog');
      await dialog.getByRole('button', { name: 'Name this team' }).click();
      await dialog.getByText('Noted: Call first').waitFor();
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      expect(await hasFocus(opener)).toBe(true);
    },
    PATIENCE,
  );

  test(
    'can be used from the keyboard alone: another person, their channel, a card, its menu',
    async () => {
      await postInFrontDoor();
      await page.getByTestId(`persona-${DAWN.id}`).locator('.dot').waitFor();
      const tabTo = async (target: Locator) => {
        for (let presses = 0; presses < 60; presses += 1) {
          if ((await target.count()) > 0 && (await hasFocus(target))) return;
          await page.keyboard.press('Tab');
        }
        throw new Error(`Sixty presses of Tab did not lead to ${String(target)}.`);
      };
      await tabTo(page.getByTestId(`persona-${AMARA.id}`));
      await page.keyboard.press('ArrowDown');
      expect(await hasFocus(page.getByTestId(`persona-${DAWN.id}`))).toBe(true);
      await page.keyboard.press('Enter');
      await tabTo(page.getByTestId(`channel-${FRONT_DOOR.channel}`));
      await page.keyboard.press('Enter');
      await card().getByText('New step down: CAM-7K3F').waitFor();
      await tabTo(card().getByRole('button', { name: 'More actions' }));
      await page.keyboard.press('Enter');
      expect(await hasFocus(page.getByRole('menuitem', { name: 'Delete draft' }))).toBe(true);
      await page.keyboard.press('Enter');
      await page.getByText('Saved for later.').waitFor();
      const decide = card().getByRole('button', { name: 'Open and decide' });
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Shift+Tab');
      expect(await hasFocus(decide)).toBe(true);
      const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
      expect(outline).toBe('solid');
      await page.keyboard.press('Enter');
      await card().getByText('Front-door managers decide this.').waitFor();
      await page.waitForFunction(`document.activeElement.classList.contains('card')`);
    },
    PATIENCE,
  );

  test(
    'gives a label to every input, on the page and in cards',
    async () => {
      await write('form');
      await card().getByLabel('Name').waitFor();
      const nameless = await page.evaluate(`[...document.querySelectorAll('input, select, textarea')]
      .filter((box) => !(box.labels?.length || box.getAttribute('aria-label') || document.getElementById(box.getAttribute('aria-labelledby')?.split(' ')[0] ?? '')))
      .map((box) => box.outerHTML)`);
      expect(nameless).toEqual([]);
      // A question names all of its choices, and no choice is called by the question.
      const how = card().getByRole('radiogroup', { name: 'How', exact: true });
      expect(await how.getByRole('radio', { name: 'In person', exact: true }).count()).toBe(1);
      const times = card().getByRole('group', { name: 'Times', exact: true });
      expect(await times.getByRole('checkbox').count()).toBe(5);
    },
    PATIENCE,
  );

  test(
    'fits 320 pixels, and 640 as at 200 % zoom, without scrolling sideways',
    async () => {
      for (const width of [320, 640]) {
        await page.setViewportSize({ width, height: 720 });
        await write('form');
        await card().getByLabel('Name').waitFor();
        expect(await widthOfPage()).toBeLessThanOrEqual(width);
        await picture(`narrow-${width}`);
        await page.getByText('Acting as').click();
        await become(DAWN);
        await page.locator('#chats summary').click();
        await openChannel();
        expect(await widthOfPage()).toBeLessThanOrEqual(width);
        await page.getByTestId('tab-outlook').click();
        await page.locator('#box-title').waitFor();
        expect(await widthOfPage()).toBeLessThanOrEqual(width);
        await page.getByTestId('tab-teams').click();
        await page.getByText('Acting as').click();
        await become(AMARA);
      }
    },
    PATIENCE * 2,
  );

  test(
    'has a light, a dark and a high contrast theme in which words stand out from their ground',
    async () => {
      await write('form');
      await card().getByLabel('Name').waitFor();
      for (const theme of ['light', 'dark', 'contrast']) {
        await page.getByLabel('Theme').selectOption(theme);
        await picture(`theme-${theme}`);
        const contrasts = (await page.evaluate(`(() => {
        const canvas = document.createElement('canvas').getContext('2d');
        const rgb = (name) => { canvas.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name).trim(); const hex = canvas.fillStyle; return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255); };
        const light = (c) => c.map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
        const ratio = (a, b) => { const [x, y] = [light(rgb(a)), light(rgb(b))].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
        return [['--text', '--surface'], ['--text', '--bg'], ['--text', '--mine'], ['--text', '--soft'], ['--quiet', '--surface'], ['--quiet', '--bg'], ['--quiet', '--soft'], ['--quiet', '--raised'],
          ['--accent', '--surface'], ['--accent', '--raised'], ['--on-accent', '--accent'], ['--good', '--card-bg-good'], ['--warn', '--card-bg-warning'], ['--bad', '--surface'], ['--bad', '--card-bg-attention'], ['--surface', '--bad']]
          .map(([front, ground]) => [front + ' on ' + ground, ratio(front, ground)]);
      })()`)) as [string, number][];
        expect(contrasts.filter(([, ratio]) => ratio < 4.5)).toEqual([]);
      }
    },
    PATIENCE,
  );

  test(
    'moves the clock, and says no to moving it back',
    async () => {
      await page.getByTestId('clock-hour').click();
      await page.getByTestId('clock-now').getByText('Thu 17 Dec 2026, 17:20').waitFor();
      await page.getByTestId('clock-to').fill('2026-12-18T09:00');
      await page.getByTestId('clock-go').click();
      await page.getByTestId('clock-now').getByText('Fri 18 Dec 2026, 09:00').waitFor();
      await page.getByTestId('clock-to').fill('2026-12-18T08:00');
      await page.getByTestId('clock-go').click();
      await page.getByText('Time only goes forward.').waitFor();
      expect(await words(page.getByTestId('clock-now'))).toBe('Fri 18 Dec 2026, 09:00');
      // The refusal is an answer of 400, of which the browser makes a note.
      complaints = [];
    },
    PATIENCE,
  );

  test(
    'is an Outlook too: a mail is written and read, a meeting moved, accepted and declined',
    async () => {
      await page.getByTestId('tab-outlook').click();
      await page.getByTestId('new-mail').click();
      const form = page.getByRole('dialog', { name: 'New mail' });
      await form.getByLabel('To').fill('EHstepdown@camden.example');
      await form.getByLabel('Subject').fill('Step down referral');
      await form.getByLabel('Text').fill('Two children.\nA plan.');
      await form.getByRole('button', { name: 'Send' }).click();
      await become(DAWN);
      await page.getByTestId('mailbox-EHstepdown@camden.example').click();
      await page.getByRole('button', { name: /Step down referral/ }).click();
      expect(await words(page.getByTestId('mail-open'))).toContain('Two children.\nA plan.');
      await picture('mail');

      await fetch(`${harness.page}/graph/v1.0/users/${AMARA.id}/events`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({
          subject: 'CAM-7K3F Joint visit',
          start: { dateTime: '2026-12-18T10:00:00', timeZone: 'GMT Standard Time' },
          end: { dateTime: '2026-12-18T11:00:00', timeZone: 'GMT Standard Time' },
          attendees: [{ emailAddress: { address: GRACE.mail, name: GRACE.name }, type: 'required' }],
        }),
      });
      await become(AMARA);
      await page.getByTestId(`diary-${AMARA.id}`).click();
      await page.getByRole('button', { name: 'Move: CAM-7K3F Joint visit' }).click();
      await page.getByLabel('New start, London time').fill('2026-12-17T14:30');
      await page.getByRole('dialog').getByRole('button', { name: 'Move' }).click();
      await page.getByText('14:30 to 15:30').waitFor();
      await become(GRACE);
      await page.getByTestId(`diary-${GRACE.id}`).click();
      await page.getByText('14:30 to 15:30').waitFor();
      await page.getByRole('button', { name: 'Accept: CAM-7K3F Joint visit' }).click();
      await page.getByText('You: accepted.').waitFor();
      await page.getByRole('button', { name: 'Decline: CAM-7K3F Joint visit' }).click();
      await picture('diary');
      await become(AMARA);
      await page.getByText('Grace Adeyemi (declined)').waitFor();

      const { done } = (await (await fetch(`${harness.page}/sandbox/guide`)).json()) as { done: boolean[] };
      // A referral that somebody only writes about has not been sent.
      expect(done).toEqual([false, false, true, true, false]);

      const calls = (await (await fetch(`${harness.page}/sandbox/graph-log`)).json()) as {
        by: string;
        method: string;
      }[];
      const byApp = calls.filter(({ by }) => by !== 'page').map(({ method }) => method);
      expect(byApp).toEqual(['POST']);
      expect(calls.length).toBeGreaterThan(5);
    },
    PATIENCE * 2,
  );

  test(
    'lets a person shorten and cancel a meeting, answer in words, be away, and make Graph stumble',
    async () => {
      const book = (start: string) =>
        fetch(`${harness.page}/graph/v1.0/users/${AMARA.id}/events`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', 'x-sandbox-page': 'yes' },
          body: JSON.stringify({
            subject: 'CAM-7K3F Joint visit',
            start: { dateTime: `2026-12-18T${start}:00`, timeZone: 'Europe/London' },
            end: { dateTime: '2026-12-18T11:00:00', timeZone: 'Europe/London' },
            attendees: [{ emailAddress: { address: GRACE.mail, name: GRACE.name }, type: 'required' }],
          }),
        });
      await book('10:00');
      await become(GRACE);
      await page.getByTestId('tab-outlook').click();
      await page.getByTestId(`diary-${GRACE.id}`).click();
      await page.getByRole('button', { name: 'Answer in words: CAM-7K3F Joint visit' }).click();
      const form = page.getByTestId('form');
      await form.getByLabel('Answer', { exact: true }).selectOption('Perhaps');
      await form.getByLabel(/Message to the organiser/).fill('I may be in court.');
      await form.getByRole('button', { name: 'Send' }).click();
      await page.getByText('You: perhaps.').waitFor();
      await become(AMARA);
      await page
        .getByRole('button', { name: /^Tentative: CAM-7K3F Joint visit/ })
        .or(page.getByText('Tentative: CAM-7K3F'))
        .first()
        .click();
      expect(await words(page.getByTestId('mail-open'))).toContain('I may be in court.');

      await page.getByTestId(`diary-${AMARA.id}`).click();
      await page.getByText('Grace Adeyemi (perhaps)').waitFor();
      await page.getByRole('button', { name: 'Move: CAM-7K3F Joint visit' }).click();
      await form.getByLabel('Length in minutes').fill('30');
      await form.getByRole('button', { name: 'Move' }).click();
      await page.getByText('10:00 to 10:30').waitFor();
      await page.getByText('Grace Adeyemi (not answered)').waitFor();
      await picture('diary-organiser');

      await page.getByTestId('away').click();
      await picture('diary-away-form');
      await form.getByRole('button', { name: 'Set away' }).click();
      await page.getByTestId('away-words').waitFor();
      expect(await words(page.getByTestId('away-words'))).toBe(
        'Out of office from Fri 18 Dec 2026, 09:00 to Fri 18 Dec 2026, 17:00.',
      );

      const stumble = page.getByTestId('stumble');
      await stumble.locator('summary').click();
      await stumble.getByLabel('What happens').selectOption('Never answers');
      await stumble.getByLabel('On what').selectOption('Bookings');
      await stumble.getByLabel('How often').fill('2');
      await stumble.getByRole('button', { name: 'Stumble' }).click();
      await stumble.getByText('Bookings: Never answers, 2 left').waitFor();
      for (const theme of ['light', 'dark', 'contrast']) {
        await page.locator('#theme').selectOption(theme);
        await picture(`diary-${theme}`);
      }
      await page.setViewportSize({ width: 375, height: 800 });
      await picture('diary-narrow');
      expect(await widthOfPage()).toBeLessThanOrEqual(375);
      await page.setViewportSize({ width: 1280, height: 900 });
      await stumble.getByRole('button', { name: 'No more' }).click();
      await stumble.getByText('Graph does as it should.').waitFor();

      await page.getByTestId('away').click();
      await page.getByTestId('away-words').waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Cancel: CAM-7K3F Joint visit' }).click();
      await form.getByLabel(/Message to those invited/).fill('The family has moved.');
      await form.getByRole('button', { name: 'Cancel the meeting' }).click();
      await page.getByRole('article', { name: 'CAM-7K3F Joint visit' }).waitFor({ state: 'detached' });
      await become(GRACE);
      await page.getByText('Cancelled by the organiser.').waitFor();
    },
    PATIENCE * 2,
  );

  test(
    'follows the first steps by what happened, one at a time, and can start again',
    async () => {
      const guide = page.getByTestId('guide');
      await write('post');
      await guide.getByRole('button', { name: 'Skip' }).click();
      expect(await words(guide)).toContain('Become the front-door manager.');
      await guide.getByRole('button', { name: 'Become Dawn Ellery' }).click();
      await card().getByRole('button', { name: 'Name this team' }).click();
      await guide.getByText('Become the Early Help manager.').waitFor();
      await guide.getByText('Step 2, Name a team: done.').waitFor();
      await guide.getByRole('button', { name: 'Start again' }).click();
      await guide.getByText('You are the social worker.').waitFor();
      expect(await guide.getByText(': done.').count()).toBe(0);
      await guide.getByRole('button', { name: 'Hide the first steps' }).click();
      await guide.getByRole('button', { name: 'Show the first steps' }).click();
      await guide.getByText('You are the social worker.').waitFor();
    },
    PATIENCE,
  );

  test(
    'lists the people of one council at a time, and becomes somebody of the council that is chosen',
    async () => {
      expect(await page.getByTestId('council').isVisible()).toBe(false);
      await openWithTwoCouncils();
      const picker = page.getByLabel('Council');
      const names = () => page.locator('.person-name').allTextContents();
      expect(await picker.locator('option').allTextContents()).toEqual(['Camden', 'Barnsley']);
      expect(await names()).toEqual([AMARA, DAWN, TOMASZ, GRACE].map(({ name }) => name));
      await picker.focus();
      await page.keyboard.press('ArrowDown');
      await page.getByText('Chat with Aisha Abbot. Only you see it.').waitFor();
      expect(await names()).toEqual([AISHA, MINA].map(({ name }) => name));
      expect(await page.title()).toBe('Aisha Abbot · Stepwise sandbox');
      expect(await hasFocus(picker)).toBe(true);
      await page.keyboard.press('Tab');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.getByText('Chat with Mina Ackroyd. Only you see it.').waitFor();
      await page.reload();
      await page.getByText('Chat with Mina Ackroyd. Only you see it.').waitFor();
      expect(await picker.inputValue()).toBe('barnsley');
      await picture('council-picker');
    },
    PATIENCE * 2,
  );

  test(
    'says which other councils have news, and names only those of the council in view',
    async () => {
      await openWithTwoCouncils();
      const chat = encodeURIComponent(personalChat(harness.context.tenant, MINA).id);
      await fetch(`${harness.page}/connector/v3/conversations/${chat}/activities`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ type: 'message', text: 'A request waits for the panel.' }),
      });
      const picker = page.getByLabel('Council');
      await picker.locator('option', { hasText: 'Barnsley, has news' }).waitFor({ state: 'attached' });
      await page.getByText('There is news in other councils.').waitFor();
      expect(await page.getByText('No news for others').isVisible()).toBe(true);
      await picker.selectOption('barnsley');
      await page.getByRole('button', { name: 'News for Mina Ackroyd, Early Help Panel' }).click();
      await page.locator('.text').getByText('A request waits for the panel.').waitFor();
      await page.getByText('There is news in other councils.').waitFor({ state: 'hidden' });
      expect(await picker.locator('option').allTextContents()).toEqual(['Camden', 'Barnsley']);
    },
    PATIENCE * 2,
  );

  test(
    'keeps the first steps to the council whose story they are, and goes there when they are wanted',
    async () => {
      await openWithTwoCouncils();
      const guide = page.getByTestId('guide');
      await guide.getByText('Try Stepwise in Camden').waitFor();
      await page.getByLabel('Council').selectOption('barnsley');
      const wanted = guide.getByRole('button', { name: 'Show the first steps, in Camden' });
      await wanted.waitFor();
      expect(await words(guide)).toBe('Show the first steps, in Camden');
      await wanted.click();
      await guide.getByText('You are the social worker.').waitFor();
      await page.getByText('Chat with Amara Okafor. Only you see it.').waitFor();
      expect(await page.getByLabel('Council').inputValue()).toBe('camden');
      await guide.getByRole('button', { name: 'Hide the first steps' }).click();
      await page.getByLabel('Council').selectOption('barnsley');
      await guide.getByRole('button', { name: 'Show the first steps, in Camden' }).click();
      await guide.getByText('You are the social worker.').waitFor();
      const { councils, people } = TWO_COUNCILS;
      await close();
      await open({
        councils: (councils ?? []).filter(({ id }) => id === 'barnsley'),
        people: (people ?? []).filter(({ council }) => council === 'barnsley'),
      });
      expect(await page.getByTestId('guide').isVisible()).toBe(false);
    },
    PATIENCE * 2,
  );

  test(
    'keeps the list of people open on a narrow window when a council is chosen from it',
    async () => {
      await openWithTwoCouncils();
      await page.setViewportSize({ width: 360, height: 740 });
      await page.locator('#people summary').click();
      await page.getByLabel('Council').selectOption('barnsley');
      await page.getByText('Acting as Aisha Abbot').waitFor();
      await page.getByText('Chat with Aisha Abbot. Only you see it.').waitFor();
      // The conversation that came below has not taken the list out of sight.
      const aisha = page.getByRole('button', { name: 'Aisha Abbot, Social worker' });
      await aisha.waitFor();
      const top = await topOf(aisha);
      expect(top).toBeGreaterThan(0);
      expect(top).toBeLessThan(700);
      await page.getByRole('button', { name: 'Mina Ackroyd, Early Help Panel' }).click();
      await page.getByText('Chat with Mina Ackroyd. Only you see it.').waitFor();
      expect(await page.getByLabel('Council').isVisible()).toBe(false);
      expect(await widthOfPage()).toBe(360);
    },
    PATIENCE * 2,
  );
});
