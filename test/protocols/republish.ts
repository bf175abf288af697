/**
 * Writes the hashes of all editions into src/protocols/published.yaml. Only until the first release: afterwards a changed pathway
 * gets the next edition instead. Run it with: node test/protocols/republish.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashOfEdition, PROTOCOLS_FOLDER, readProtocols, writeFault } from '../../src/adapters/protocol-files/load.ts';

const file = join(PROTOCOLS_FOLDER, 'published.yaml');
const { protocols, faults } = readProtocols();
if (faults.length > 0) throw new Error(faults.map(writeFault).join('\n'));
const head = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('#'))
  .join('\n');
const lines = protocols.map(
  (each) => `  - { pathway: ${each.id}, edition: ${each.edition}, sha256: ${hashOfEdition(each)} }`,
);
writeFileSync(file, `${head}\npublished:\n${lines.sort().join('\n')}\n`);
