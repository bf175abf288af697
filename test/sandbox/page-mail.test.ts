/** The page's Outlook: mail written as oneself and as somebody outside, with files; answered, passed on, and pasted as it was sent. */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';
import { registerClock } from '../../src/sandbox/clock.ts';
import { type Graph, registerGraph } from '../../src/sandbox/graph/server.ts';
import { CHROMIUM_FLAGS, findChromium, NO_CHROMIUM } from '../setup/chromium.ts';
import { AMARA, DAWN, type Harness, startHarness } from './teams-harness.ts';

const PICTURES = fileURLToPath(new URL('../../screenshots/sandbox-page/', import.meta.url));
const PATIENCE = 20_000;
const BOX = 'EHstepdown@camden.example';

const inBrowser = findChromium() === undefined && !process.env.CI ? describe.skip : describe;
if (inBrowser === describe.skip) console.log(NO_CHROMIUM);

inBrowser('Mail on the sandbox page', () => {
  let browser: Browser;
  let harness: Harness;
  let graph: Graph;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    const executablePath = findChromium();
    if (executablePath === undefined) throw new Error(NO_CHROMIUM);
    browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
    mkdirSync(PICTURES, { recursive: true });
    harness = await startHarness((server, context) => {
      graph = registerGraph(server, context);
      registerClock(server, context.clock);
    });
    await harness.introduce();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' });
    page.setDefaultTimeout(PATIENCE / 2);
    page.on('pageerror', (fault) => complaints.push(fault.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(harness.page);
    await page.locator('html[data-ready]').waitFor();
    await page.getByTestId('tab-outlook').click();
  }, PATIENCE * 2);
  afterAll(async () => {
    await browser?.close();
    graph.stop();
    await harness.stop();
    expect(complaints).toEqual([]);
  });

  const dialog = (name: string) => page.getByRole('dialog', { name, exact: true });
  const openBox = () => page.getByTestId(`mailbox-${BOX}`).click();
  const openMail = (subject: string) => page.getByRole('button', { name: subject }).first().click();
  const reading = () => page.getByTestId('mail-open');
  const gone = (name: string) => dialog(name).waitFor({ state: 'detached' });
  const picture = (name: string) => page.screenshot({ path: `${PICTURES}${name}.png`, fullPage: true });
  const newest = async (who: string): Promise<Record<string, unknown>> => {
    const list = `/graph/v1.0/users/${who}/mailFolders/inbox/messages?$top=1`;
    const { value } = (await (await fetch(`${harness.page}${list}`)).json()) as { value: Record<string, unknown>[] };
    return value[0] ?? {};
  };

  test(
    'an example referral fills the form in, with its dates or without, and is sent as it stands',
    async () => {
      await page.getByTestId('new-mail').click();
      const form = dialog('New mail');
      await form.getByRole('button', { name: 'Example referral, dates missing' }).click();
      const text = form.getByLabel('Text');
      expect(await text.inputValue()).toContain(
        "Child's name: Robin Larkin\nDate of birth: 14 May 2015\nMOSAIC number:",
      );
      expect(await text.inputValue()).not.toContain('Provisional dates');
      await form.getByRole('button', { name: 'Example referral', exact: true }).click();
      expect(await text.inputValue()).toContain('Provisional dates: Fri 18 Dec 2026, 10:00; Mon 21 Dec 2026, 14:00;');
      expect(await form.getByLabel('To').inputValue()).toBe(BOX);
      await picture('mail-new');
      await form.getByLabel('Attachments').setInputFiles([
        { name: 'assessment.pdf', mimeType: 'application/pdf', buffer: Buffer.from('The assessment') },
        { name: 'plan.docx', mimeType: 'application/octet-stream', buffer: Buffer.alloc(3000) },
      ]);
      await form.getByRole('button', { name: 'Send' }).click();
      await gone('New mail');
      await openBox();
      await openMail('Step down referral');
      await reading().getByText('assessment.pdf (14 bytes)').waitFor();
      await reading().getByText('plan.docx (2.9 KB)').waitFor();
      await reading().getByText('From Amara Okafor to').waitFor();
      await picture('mail-referral');
    },
    PATIENCE * 2,
  );

  test(
    'somebody outside writes, is answered, and the answer is in their conversation',
    async () => {
      await page.getByTestId('new-mail').click();
      const form = dialog('New mail');
      expect(await form.getByLabel('Who outside').isVisible()).toBe(false);
      await form.getByLabel('From').selectOption('Somebody outside the council');
      await form.getByLabel('Who outside').fill('Head Teacher <head@school.example>');
      await form.getByLabel('To').fill(BOX);
      await form.getByLabel('Subject').fill('Worried about a pupil');
      await form.getByLabel('Text').fill('Whom do I ask?');
      await form.getByRole('button', { name: 'Send' }).click();
      await gone('New mail');
      await openMail('Worried about a pupil');
      await reading().getByText('From Head Teacher to').waitFor();
      await reading().getByRole('button', { name: 'Reply', exact: true }).click();
      const reply = dialog('Reply');
      expect(await reply.getByLabel('To').inputValue()).toBe('head@school.example');
      await reply.getByLabel('Text').fill('Please ring the duty desk.');
      await reply.getByRole('button', { name: 'Send' }).click();
      await gone('Reply');
      const [sent] = (await (await fetch(`${harness.page}/sandbox/outside`)).json()) as {
        to: { address: string };
        subject: string;
        headers: { name: string; value: string }[];
      }[];
      const { internetMessageId } = await newest(BOX);
      expect(sent).toMatchObject({ to: { address: 'head@school.example' }, subject: 'Re: Worried about a pupil' });
      expect(sent?.headers).toContainEqual({ name: 'In-Reply-To', value: internetMessageId });
      await page.getByTestId('outside-outside').click();
      await page.getByText('Re: Worried about a pupil').click();
      await page.getByText('Please ring the duty desk.').waitFor();
      await picture('mail-outside');
      await openBox();
      await reading().getByRole('button', { name: 'Forward' }).click();
      await dialog('Forward').getByLabel('To').fill(DAWN.mail);
      await dialog('Forward').getByRole('button', { name: 'Send' }).click();
      await gone('Forward');
      expect((await newest(DAWN.mail)).subject).toBe('FW: Worried about a pupil');
    },
    PATIENCE * 2,
  );

  test(
    'a raw mail is delivered as it is, and its HTML is shown as words only',
    async () => {
      await page.getByTestId('paste-mail').click();
      const form = dialog('Paste a raw mail');
      await form.getByRole('button', { name: 'Deliver' }).click();
      await form.getByText('Paste a mail, or choose a file.').waitFor();
      const html =
        '<p>Hello</p><script>document.title = "taken over"</script><img src="https://tracker.example/x.gif">';
      await form
        .getByLabel('The mail, headers and all')
        .fill(`From: x@outside.example\nSubject: Pasted\nContent-Type: text/html\n\n${html}`);
      await picture('mail-raw');
      await form.getByRole('button', { name: 'Deliver' }).click();
      await gone('Paste a raw mail');
      await openMail('Pasted');
      await page.getByLabel('Text of the mail').getByText('Hello').waitFor();
      expect(await page.getByLabel('Text of the mail').textContent()).toBe('Hello');
      expect(await page.title()).toBe(`${AMARA.name} · Stepwise sandbox`);
    },
    PATIENCE * 2,
  );

  test(
    'fits a narrow window, and can be done without a mouse',
    async () => {
      await page.setViewportSize({ width: 375, height: 740 });
      await page.getByTestId('new-mail').focus();
      await page.keyboard.press('Enter');
      await dialog('New mail').getByLabel('From').selectOption('Somebody outside the council');
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375);
      await picture('mail-new-narrow');
      await page.keyboard.press('Escape');
      await gone('New mail');
      await openMail('Step down referral');
      await reading().getByText('assessment.pdf').waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375);
      await picture('mail-narrow');
    },
    PATIENCE * 2,
  );
});
