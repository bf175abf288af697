/** docs/protocols is what the data say today. */
import { readProtocols } from '../../src/adapters/protocol-files/load.ts';
import { readData } from '../../src/cli/data.ts';
import { pagesOf, staleIn } from '../../src/cli/docs.ts';
import { carriedByCouncil, carriedByPathway } from '../../src/cli/rules-carried.ts';
import { stepwise } from './run-stepwise.ts';

const data = readData();
if ('exit' in data) throw new Error(data.error);
const pages = pagesOf(data);

test('the pages are as the data are; if not, run: npx stepwise docs --write', () => {
  expect(staleIn(pages)).toEqual([]);
});

test('the command says so too, and no longer when a page is stale', async () => {
  expect((await stepwise(['docs'])).exit).toBe(0);
  expect(staleIn({ ...pages, 'camden.md': 'something else' })).toEqual(['camden.md']);
}, 20_000);

describe.each(readProtocols().councils.map((council) => [council.id, council] as const))(
  'the page of %s',
  (id, council) => {
    const page = pages[`${id}.md`] ?? '';
    const protocols = data.protocols.all().filter((protocol) => protocol.council.id === id);

    test('has every rule that is carried, every one that is not with its reason, and every setting', () => {
      const rules = [...protocols.flatMap(carriedByPathway), ...carriedByCouncil(council)].map(({ rule }) => rule);
      expect(rules.filter((rule) => !page.includes(`| ${rule} |`))).toEqual([]);
      const listed = data.files.listed[id] ?? [];
      expect(listed.filter(({ rule }) => !page.includes(`| ${rule} |`))).toEqual([]);
      expect(Object.keys(council.settings).filter((setting) => !page.includes(`\`${setting}\``))).toEqual([]);
    });

    test('draws every pathway, and each table has as many cells in a row as in its head', () => {
      expect(page.split('```mermaid').length - 1).toBe(protocols.length);
      let head = 0;
      for (const line of page.split('\n')) {
        const cells = line.startsWith('| ') ? line.split(/(?<!\\)\|/).length : 0;
        if (cells > 0 && head > 0) expect([line, cells]).toEqual([line, head]);
        head = cells;
      }
    });
  },
);
