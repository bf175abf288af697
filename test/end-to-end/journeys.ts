/**
 * Every pathway, played to each of its ends in chat: scripted people read cards and press buttons, against the bot as it is deployed
 * (its HTTP server, Microsoft's SDK), with the sandbox as Teams, Outlook and Graph. Two test files share the councils, so that both
 * cores have something to do.
 */
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { readExamples } from '../../src/adapters/protocol-files/examples.ts';
import { loadProtocols, PROTOCOLS_FOLDER } from '../../src/adapters/protocol-files/load.ts';
import { playJourney } from './journey.ts';
import { type Product, startProduct } from './product.ts';

const FILES = 2;

/** @param file 0 or 1: every other council */
export function testJourneys(file: number): void {
  jest.setTimeout(120_000);
  const protocols = loadProtocols();
  const councils = [...new Set(protocols.all().map(({ council }) => council.id))].filter(
    (_, index) => index % FILES === file,
  );

  describe.each(councils)('%s', (council) => {
    const journeys = readExamples(join(PROTOCOLS_FOLDER, council))
      .files.flatMap(({ pathway, examples }) =>
        examples
          .filter(({ journey }) => journey)
          .map((example) => ({ pathway, example, title: `${pathway}: ${example.name}` })),
      )
      .filter(({ pathway }) => protocols.get(pathway).offered);
    let product: Product;

    beforeAll(async () => {
      product = await startProduct({ start: '2026-10-05T09:00:00Z', environment: { COUNCILS: council } });
    });
    afterAll(() => product?.stop());

    test.each(journeys)('$title', async ({ pathway, example }) => {
      const { card } = await playJourney(product, (id) => protocols.get(id), pathway, example);
      if (example.ended) expect(card.words.toLowerCase()).toContain(example.ended.replaceAll('-', ' '));
      if (example.moved) expect(card.words).toContain(protocols.get(example.moved).title);
    });
  });
}
