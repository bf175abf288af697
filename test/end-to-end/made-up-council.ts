/** The files of docs/new-council.md, written to a place of their own. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from './product.ts';

/** As the page calls it. */
export const FOLDER = 'my-protocols';

export interface MadeUpCouncil {
  readonly page: string;
  /** What PROTOCOLS is set to. */
  readonly folder: string;
  remove(): void;
}

export function writeMadeUpCouncil(): MadeUpCouncil {
  const page = readFileSync(join(ROOT, 'docs/new-council.md'), 'utf8');
  const place = mkdtempSync(join(tmpdir(), 'stepwise-new-council-'));
  for (const [, file = '', text = ''] of page.matchAll(/```yaml (\S+)\n(.*?)```/gs)) {
    mkdirSync(dirname(join(place, file)), { recursive: true });
    writeFileSync(join(place, file), text);
  }
  return { page, folder: join(place, FOLDER), remove: () => rmSync(place, { recursive: true, force: true }) };
}
