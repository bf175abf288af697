/** docs/new-council.md, followed word for word: its files are written, its commands are run, and a family steps down there in chat. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { jest } from '@jest/globals';
import { readExamples } from '../../src/adapters/protocol-files/examples.ts';
import { foldersOf, loadProtocols } from '../../src/adapters/protocol-files/load.ts';
import { expectExample } from '../protocols/expect-example.ts';
import { playJourney } from './journey.ts';
import { FOLDER, writeMadeUpCouncil } from './made-up-council.ts';
import { type Product, ROOT, startProduct } from './product.ts';

jest.setTimeout(120_000);

const { page, folder: own, remove } = writeMadeUpCouncil();
const commands = [...page.matchAll(/```sh\n(.*?)```/gs)]
  .flatMap(([, text = '']) => text.split('\n'))
  .filter((line) => line.includes('npx stepwise'));
const protocols = loadProtocols(foldersOf(own));
const { files, faults } = readExamples(join(own, 'madeup'));
const examples = files.flatMap((file) => file.examples);

afterAll(remove);

test('the page has files and commands', () => {
  expect(faults).toEqual([]);
  expect(examples.length).toBeGreaterThan(4);
  expect(commands.length).toBeGreaterThan(4);
});

test.each(commands)('%s', async (command) => {
  const { PATH = '', HOME = '' } = process.env;
  const { stdout } = await promisify(execFile)('sh', ['-c', command.replaceAll(FOLDER, own)], {
    cwd: ROOT,
    env: { PATH: `${join(ROOT, 'node_modules/.bin')}:${PATH}`, HOME },
  });
  expect(stdout).toMatch(/in order|Madeup|madeup|Tue 22 Dec 2026|referral|answer/);
});

test.each(examples.map((example) => [example.name, example] as const))('its example: %s', (_, example) => {
  expectExample(protocols.get('madeup/step-down'), example, protocols.calendar('madeup'), protocols.all());
});

describe('in chat', () => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct({
      start: '2026-12-14T09:00:00Z',
      environment: { PROTOCOLS: own, COUNCILS: 'madeup' },
    });
  });
  afterAll(() => product?.stop());

  test.each(examples.filter(({ journey }) => journey).map((example) => [example.name, example] as const))(
    '%s',
    async (_, example) => {
      const { reference, card } = await playJourney(product, (id) => protocols.get(id), 'madeup/step-down', example);
      expect(reference).toMatch(/^MUP-/);
      expect(card.words.toLowerCase()).toContain((example.ended ?? '?').replaceAll('-', ' '));
    },
  );
});
