/**
 * The scripted person at the sandbox's page: what `persona` does over its API is done here with mouse and keyboard in a browser. Cards are
 * read as data where a journey decides by them; whatever is typed, picked and pressed has to be found on the screen.
 */
import type { Locator } from 'playwright-core';
import type { AtThePage } from './browser.ts';
import { type Answer, type Answers, type Button, buttonsOf, headingsOf, isObject, type Json, wordsOf } from './card.ts';
import { type Persona, persona, type Seen } from './person.ts';
import { type Product, until } from './product.ts';

/** What follows from a press is on the screen within this. */
const SOON = 20_000;

/** A card, as it stood on the screen. */
export interface Met {
  readonly by: string;
  readonly in: 'chat' | 'channel' | 'dialog';
  readonly words: string;
}

export interface Ways {
  /** Every card that somebody was shown, oldest first. */
  readonly met: Met[];
  /** Roles who open a case from the post in their channel, in a dialog, where there is one. */
  readonly fromChannel: readonly string[];
}

const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const escaped = (words: string) => words.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
/** The page marks what has to be filled in. */
const labelled = (label: string) => new RegExp(`^\\s*${escaped(label.trim())}( \\(needed\\))?\\s*$`);
/** The renderer reads a question out as part of its first choice, or of its only one. */
const choiceOf = (label: string, title: string) =>
  new RegExp(`^\\s*(${escaped(label.trim())}( \\(needed\\))?\\s+)?${escaped(title.trim())}\\s*$`);

export function personAtPage(at: AtThePage, product: Product, name: string, ways: Ways): Persona {
  const { page } = at;
  const staff = product.staff(name);
  const api = persona(product, name);
  const dialog = page.getByRole('dialog');
  const message = ({ message: id }: Seen) => page.getByTestId(`message-${id}`);

  /** The page has shown what came of the last press. */
  const settled = () => page.locator('.log:not([aria-busy])').waitFor();

  async function leaveDialog(): Promise<void> {
    if ((await dialog.count()) === 0) return;
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await settled();
  }

  async function be(): Promise<void> {
    await leaveDialog();
    const own = page.getByTestId(`persona-${staff.aadObjectId}`);
    if ((await own.count()) === 1 && (await own.getAttribute('aria-pressed')) === 'true') return;
    await at.become(name);
  }

  async function openChat(): Promise<void> {
    await be();
    await at.openChat();
    await page.getByText(`Chat with ${name}. Only you see it.`).waitFor();
  }

  async function goTo(seen: Seen): Promise<void> {
    if (seen.in === 'dialog' && (await dialog.count()) === 1) return;
    await be();
    if ((await message(seen).count()) > 0) return;
    const channel = page.getByTestId(`channel-${seen.conversation}`);
    if ((await channel.count()) > 0) await channel.click();
    else await openChat();
    await message(seen).waitFor();
  }

  /** Keeps what the screen shows of a card. It may have been changed in place already, once what was asked for is done. */
  async function note(seen: Seen): Promise<Seen> {
    const here = seen.in === 'dialog' ? dialog : message(seen);
    let words = '';
    const shows = ({ headings }: Seen) => headings.every((heading) => words.includes(heading));
    await until(
      `${name} does not see the card "${seen.headings[0]}"`,
      async () => {
        // biome-ignore lint/performance/useDomNodeTextContent: what a person sees, hidden parts left out and lines kept apart.
        words = (await here.innerText()).replaceAll(/\s*\n\s*/g, '\n');
        return shows(seen) || (seen.in === 'message' && shows(await api.again(seen)));
      },
      SOON,
      () => words,
    );
    const inChannel = seen.conversation.includes('@thread');
    ways.met.push({ by: name, in: seen.in === 'dialog' ? 'dialog' : inChannel ? 'channel' : 'chat', words });
    return seen;
  }

  async function hears(words: string): Promise<readonly Seen[]> {
    await product.quiet();
    await openChat();
    const before = new Set((await api.chat()).map((card) => card.message));
    await page.getByTestId('composer').fill(words);
    await page.keyboard.press('Enter');
    product.acted();
    let answers: readonly Seen[] = [];
    await until(
      `no answer to "${words}"`,
      async () => {
        answers = (await api.chat()).filter((card) => !before.has(card.message));
        product.acted();
        return answers.length > 0;
      },
      SOON,
    );
    for (const answer of answers) await message(answer).waitFor();
    await settled();
    const last = answers.at(-1);
    if (last) await note(last);
    return answers;
  }

  /** What the newest post about this case opens, where a channel of this person has one with such a button. */
  async function inDialog(reference: string): Promise<Seen | undefined> {
    await be();
    await page.getByTestId('chat-personal').waitFor();
    for (const { id } of product.channels) {
      if ((await page.getByTestId(`channel-${id}`).count()) === 0) continue;
      const post = (await api.channel(id)).findLast(({ words, card }) => words.includes(reference) && opening(card));
      const button = post && opening(post.card);
      if (post && button) return press(post, button);
    }
    return undefined;
  }

  // ---- filling in and pressing -----------------------------------------------------------------------------------------

  async function fillIn(here: Locator, inputs: readonly Json[], id: string, answer: Answer): Promise<void> {
    const input = inputs.find((each) => each.id === id);
    if (!input) throw new Error(`${name}: nothing on this card is called ${id}.`);
    const label = text(input.label) || text(input.title);
    const same = inputs.filter((each) => (text(each.label) || text(each.title)) === label);
    const nth = same.indexOf(input);
    const choices = list(input.choices);
    if (input.type === 'Input.Toggle') {
      const box = here.getByRole('checkbox', { name: choiceOf(label, text(input.title)) }).nth(nth);
      await box.setChecked(answer === true);
      return;
    }
    if (input.type !== 'Input.ChoiceSet') {
      const box = here.getByLabel(labelled(label)).locator('visible=true').nth(nth);
      await box.fill(String(answer));
      return;
    }
    const wanted = Array.isArray(answer) ? answer : [String(answer)];
    const titles = wanted.map((each) => {
      const found = choices.find((choice) => choice.value === each || choice.title === each);
      if (!found) throw new Error(`${name}: "${each}" cannot be chosen for ${label}.`);
      return text(found.title);
    });
    if (input.style !== 'expanded' && input.isMultiSelect !== true) {
      const box = here.getByRole('combobox', { name: labelled(label) }).nth(nth);
      await box.selectOption({ label: titles[0] ?? '' });
      return;
    }
    const role = input.isMultiSelect === true ? 'checkbox' : 'radio';
    const named = labelled(label);
    const group = here
      .getByRole('group', { name: named })
      .or(here.getByRole('radiogroup', { name: named }))
      .nth(nth);
    for (const title of titles)
      await group
        .getByRole(role, { name: choiceOf(label, title) })
        .first()
        .check();
    if (role === 'radio') return;
    for (const { title } of choices.filter((each) => !titles.includes(text(each.title))))
      await group
        .getByRole(role, { name: choiceOf(label, text(title)) })
        .first()
        .uncheck();
  }

  async function click(here: Locator, card: Json, button: Button): Promise<void> {
    const same = buttonsOf(card).filter(({ title }) => title === button.title);
    const nth = same.findIndex(({ action }) => action === button.action);
    const found = here.getByRole('button', { name: button.title, exact: true }).locator('visible=true');
    if ((await found.count()) > Math.max(0, nth)) return found.nth(Math.max(0, nth)).click();
    await here.getByRole('button', { name: 'More' }).last().click();
    await page.getByRole('menuitem', { name: button.title, exact: true }).click();
  }

  async function press(on: Seen, wanted: string | RegExp | Button, answers: Answers = {}): Promise<Seen> {
    await product.quiet();
    await goTo(on);
    const button =
      typeof wanted === 'object' && 'action' in wanted
        ? wanted
        : buttonsOf(on.card).find(({ title }) => (typeof wanted === 'string' ? title === wanted : wanted.test(title)));
    if (!button) throw new Error(`${name}: there is no button ${wanted} on this card:\n${on.words}`);
    const here = (on.in === 'dialog' ? dialog : message(on)).locator('.card').last();
    for (const [id, answer] of Object.entries(answers)) {
      await fillIn(here, button.inputs, id, answer).catch(async (fault) => {
        throw new Error(`${name} cannot fill in "${id}": ${fault}\n\nThe card:\n${await here.ariaSnapshot()}`);
      });
    }
    const answered = page.waitForResponse(
      (response) =>
        response.request().method() === 'POST' &&
        /\/messages\/[^/]+\/(actions|dialog(\/submit)?)$/.test(response.url()),
    );
    await click(here, on.card, button);
    const response = await answered;
    product.acted();
    const outcome = (await response.json()) as Json;
    if (!response.ok() || outcome.shows === 'problem' || /went wrong/i.test(text(outcome.text)))
      throw new Error(`${name}, pressing ${button.title}: ${JSON.stringify(outcome)}\n\n${on.words}`);
    const inside = outcome.shows === 'dialog';
    if (inside) await dialog.locator('.card:not([aria-busy])').waitFor();
    else if (on.in === 'dialog') await leaveDialog();
    await settled();
    const now = await api.again(on);
    if ((inside || outcome.shows === 'card') && isObject(outcome.card)) {
      const { card } = outcome;
      return note({
        ...now,
        in: inside ? 'dialog' : 'message',
        card,
        words: wordsOf(card),
        headings: headingsOf(card),
        buttons: buttonsOf(card).map(({ title }) => title),
      });
    }
    const notice = outcome.shows === 'message' ? text(outcome.text) : '';
    if (notice !== '' && on.in === 'message')
      await page.getByTestId(`outcome-${on.message}`).getByText(notice).waitFor();
    return { ...now, notice };
  }

  return {
    ...api,
    hears,
    async say(words) {
      const reference = /^case (\S+)$/.exec(words)?.[1];
      const seen =
        reference !== undefined && ways.fromChannel.includes(staff.role) ? await inDialog(reference) : undefined;
      return seen ?? ((await hears(words)).at(-1) as Seen);
    },
    press,
  };
}

const opening = (card: Json) =>
  buttonsOf(card).find(
    ({ action: { data } }) => isObject(data) && isObject(data.msteams) && data.msteams.type === 'task/fetch',
  );
