/**
 * A person at the sandbox page in a real browser, by what can be seen: roles, names and words. Counts what the person does,
 * and keeps a picture of every card under screenshots/<test>/.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Locator, type Page } from 'playwright-core';
import { CHROMIUM_FLAGS, findChromium, NO_CHROMIUM } from '../setup/chromium.ts';
import { type Product, ROOT } from './product.ts';

/** What follows from a press is on the page within this. */
const SOON = 30_000;
const QUICKLY = { timeout: 4_000 };

/** Tests that need a browser: left out with a sentence where there is none, and a failure where that must not be. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (findChromium() !== undefined) {
    describe(name, tests);
    return;
  }
  if (process.env.CI) {
    test(`${name}: a browser is here`, () => {
      throw new Error(NO_CHROMIUM);
    });
    return;
  }
  console.log(NO_CHROMIUM);
  describe.skip(name, tests);
}

/** What a person has done so far. */
export interface Count {
  /** Buttons and links pressed, options picked and ticked. */
  presses: number;
  /** Fields typed into. */
  typed: number;
  /** Different cards met on the way. */
  screens: number;
}

export interface AtThePage {
  readonly page: Page;
  readonly count: Count;
  /** Starts counting from nothing. */
  countAnew(): void;
  become(name: string): Promise<void>;
  openChat(): Promise<void>;
  openChannel(name: string): Promise<void>;
  say(words: string): Promise<void>;
  /** The newest card with this heading or these words, once it is there. Counts as a screen, and is kept as a picture. */
  card(words: string | RegExp): Promise<OnCard>;
  /** What a press in a channel opened: a dialog, or a card in the own chat, which is then gone to. */
  opened(words: string | RegExp): Promise<OnCard>;
  closeDialog(): Promise<void>;
  /** `to`: as typed into the page, London time, `2026-12-21T09:00`. */
  moveClock(how: 'hour' | 'day' | 'next' | { readonly to: string }): Promise<void>;
  picture(name: string, of?: Locator): Promise<void>;
  close(): Promise<void>;
}

export interface OnCard {
  readonly at: Locator;
  words(): Promise<string>;
  press(button: string | RegExp): Promise<void>;
  /** A radio button, a check box or an entry of a list. */
  pick(choice: string | RegExp, of?: string): Promise<void>;
  type(label: string, words: string): Promise<void>;
  /** Picked from a calendar, which is one press. */
  date(label: string, day: string): Promise<void>;
}

/** A browser with one page in it. Pictures go to screenshots/<folder>/; faults of the page come up when it is closed. */
export async function openBrowser(address: string, folder: string, viewport = { width: 1280, height: 1000 }) {
  const browser = await chromium.launch({
    executablePath: findChromium() ?? '',
    headless: true,
    args: CHROMIUM_FLAGS,
  });
  const context = await browser.newContext({ viewport, locale: 'en-GB', timezoneId: 'Europe/London' });
  const page = await context.newPage();
  page.setDefaultTimeout(SOON);
  const faults: string[] = [];
  page.on('pageerror', (fault) => faults.push(String(fault)));
  await page.addInitScript({ path: join(ROOT, 'test/end-to-end/in-page.js') });
  await page.goto(address);
  const pictures = join(ROOT, 'screenshots', folder);
  rmSync(pictures, { recursive: true, force: true });
  mkdirSync(pictures, { recursive: true });
  let shot = 0;
  const count: Count = { presses: 0, typed: 0, screens: 0 };

  async function picture(name: string, of: Locator | Page = page): Promise<void> {
    shot += 1;
    const file = `${String(shot).padStart(2, '0')}-${name.replaceAll(/[^a-zA-Z0-9]+/g, '-').slice(0, 50)}.png`;
    // A card is scrolled inside the page: the window is made as tall as it takes to see the whole of it.
    const size = page.viewportSize();
    const height = of === page ? 0 : ((await (of as Locator).boundingBox(QUICKLY))?.height ?? 0);
    const tall = size !== null && height > size.height - 500;
    if (tall) await page.setViewportSize({ width: size.width, height: Math.ceil(height) + 500 });
    await of.screenshot({ path: join(pictures, file), animations: 'disabled', ...QUICKLY });
    if (tall) await page.setViewportSize(size);
  }

  /** Waits for the card, counts it as a screen and keeps its picture. */
  async function meet(at: Locator, words: string | RegExp): Promise<OnCard> {
    await at.waitFor({ state: 'visible' });
    count.screens += 1;
    const name = typeof words === 'string' ? words : words.source;
    // A card that is being replaced while it is taken is taken again; a picture is no part of what is tested.
    await picture(name, at).catch(() => picture(name, at).catch(() => undefined));
    return onCard(page, at, count);
  }
  return { browser, page, count, faults, picture, meet };
}

/** In the page: what was pressed has been answered, so that whoever lets the product come to rest does so after the press and not before. */
function nothingAsked(): boolean {
  return (globalThis as unknown as { readonly inPage: { readonly asking: number } }).inPage.asking === 0;
}

function onCard(page: Page, at: Locator, count: Count): OnCard {
  return {
    at,
    // biome-ignore lint/performance/useDomNodeTextContent: what a person sees, hidden parts left out and lines kept apart.
    words: () => at.innerText(),
    async press(button) {
      count.presses += 1;
      const exactly = typeof button === 'string' ? { exact: true } : {};
      const found = at.getByRole('button', { name: button, ...exactly });
      if ((await found.count()) === 0) {
        // Teams keeps what is not in sight behind three dots; a person presses those first.
        count.presses += 1;
        await at.getByRole('button', { name: 'More' }).last().click();
        await page.getByRole('menuitem', { name: button, ...exactly }).click();
      } else await found.first().click();
      await page.waitForFunction(nothingAsked);
    },
    async pick(choice, of) {
      count.presses += 1;
      const list = of === undefined ? undefined : at.getByRole('combobox', { name: of });
      if (list && (await list.count()) > 0) {
        const titles = await list.getByRole('option').allTextContents();
        const title = titles.find((each) => (typeof choice === 'string' ? each.startsWith(choice) : choice.test(each)));
        await list.selectOption({ label: title ?? String(choice) });
        return;
      }
      const group =
        of === undefined ? at : at.getByRole('group', { name: of }).or(at.getByRole('radiogroup', { name: of }));
      const inside = of !== undefined && (await group.count()) > 0 ? group.first() : at;
      const box = inside.getByRole('radio', { name: choice }).or(inside.getByRole('checkbox', { name: choice }));
      await box.first().check();
    },
    async type(label, words) {
      count.typed += 1;
      await at.getByLabel(label, { exact: true }).fill(words);
    },
    async date(label, day) {
      count.presses += 1;
      await at.getByLabel(label, { exact: true }).fill(day);
    },
  };
}

/** Times that stand by themselves on a line: what can be chosen, and not what is said about a limit. */
export function timesIn(words: string): readonly string[] {
  return [...words.matchAll(/^\w{3} \d{1,2} \w{3} \d{4}, \d\d:\d\d/gm)].map(([time]) => time);
}

/** Turns the diary to the next week, however that is pressed, and waits until that week is there. */
export async function turnToWeekAfter(page: Page, press: () => Promise<void>): Promise<void> {
  const title = page.getByText(/^Week of /);
  const before = (await title.textContent()) ?? '';
  await press();
  await title.filter({ hasNotText: before }).waitFor();
}

const byWords = (inside: Locator, words: string | RegExp) => inside.filter({ hasText: words });

export async function openPage(
  product: Product,
  folder: string,
  viewport?: { width: number; height: number },
): Promise<AtThePage> {
  const { browser, page, count, faults, picture, meet } = await openBrowser(product.urls.page, folder, viewport);

  /** Lists are drawn anew when there is news: a click that falls between is lost, and a person clicks again. */
  async function choose(id: string, mark: 'aria-pressed' | 'aria-current'): Promise<void> {
    const chosen = page.locator(`[data-testid="${id}"][${mark}="true"]`);
    for (let tries = 0; tries < 5; tries += 1) {
      await page.getByTestId(id).click();
      if (
        await chosen.waitFor(QUICKLY).then(
          () => true,
          () => false,
        )
      )
        return;
    }
    throw new Error(`${id} was clicked, and nothing came of it.`);
  }
  /** Messages are drawn all at once, after what was on the page before has gone. */
  const drawn = () => page.locator('.log:not([aria-busy]) [data-testid^="message-"]').first().waitFor();

  return {
    page,
    count,
    countAnew() {
      Object.assign(count, { presses: 0, typed: 0, screens: 0 });
    },
    async become(name) {
      const { aadObjectId, council } = product.staff(name);
      const picker = page.getByTestId('council');
      // Only people of the chosen council are listed.
      if ((await picker.count()) > 0 && (await picker.inputValue()) !== council) await picker.selectOption(council);
      await choose(`persona-${aadObjectId}`, 'aria-pressed');
    },
    async openChat() {
      await choose('chat-personal', 'aria-current');
      await page.getByText(/^Chat with .*\. Only you see it\.$/).waitFor();
      await drawn();
    },
    async openChannel(name) {
      const team = product.teams.find((each) => each.name === name);
      const channel =
        product.channels.find((each) => each.name === name && each.name !== 'Step down') ??
        product.channels.find((each) => each.team === team?.id);
      await choose(`channel-${channel?.id}`, 'aria-current');
      await page.getByText('Everybody in the team sees it.').waitFor();
      await drawn();
    },
    async say(words) {
      count.typed += 1;
      count.presses += 1;
      const messages = page.locator('[data-testid^="message-"]');
      const before = await messages.count();
      await page.getByTestId('composer').fill(words);
      await page.getByTestId('send').click();
      // What was said, and the answer.
      await messages.nth(before + 1).waitFor();
    },
    async card(words) {
      return meet(byWords(page.locator('[data-testid^="message-"]'), words).last(), words);
    },
    async opened(words) {
      const dialog = page.getByRole('dialog');
      const sent = page.getByText('Sent to your own chat');
      await dialog.or(sent).first().waitFor();
      if ((await dialog.count()) > 0) return meet(byWords(dialog, words).last(), words);
      await page.getByTestId('chat-personal').click();
      return meet(byWords(page.locator('[data-testid^="message-"]'), words).last(), words);
    },
    async closeDialog() {
      const close = page.getByRole('dialog').getByRole('button', { name: /^(Close|Done)$/ });
      if ((await close.count()) > 0) await close.first().click();
    },
    async moveClock(how) {
      // While the clock is on its way another press is not heard.
      const rest = page.locator('.clock-form:not([aria-busy="true"])');
      await rest.waitFor();
      const before = await product.now();
      if (typeof how === 'object') {
        await page.getByTestId('clock-to').fill(how.to);
        await page.getByTestId('clock-go').click();
      } else await page.getByTestId(`clock-${how}`).click();
      await page.waitForFunction(
        async (was) => ((await (await fetch('/clock')).json()) as { now: string }).now !== was,
        before,
      );
      await rest.waitFor();
    },
    picture: (name, of) => picture(name, of ?? page),
    async close() {
      await browser.close();
      if (faults.length > 0) throw new Error(`The page had faults:\n${faults.join('\n')}`);
    },
  };
}
