/** `stepwise docs`: the pages of docs/protocols, made from the data; written, or compared with what is there. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Outcome, Parsed } from './command.ts';
import { type CouncilPage, writeCouncilPage, writeIndex } from './council-page.ts';
import { type Data, isOutcome, readData } from './data.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = join(ROOT, 'docs', 'protocols');

export function docs(parsed: Parsed): Outcome {
  const data = readData();
  if (isOutcome(data)) return data;
  const pages = pagesOf(data);
  const stale = [...staleIn(pages), ...strangers(pages)];
  if (parsed.values.write === true) {
    mkdirSync(FOLDER, { recursive: true });
    for (const name of strangers(pages)) rmSync(join(FOLDER, name));
    for (const [name, text] of Object.entries(pages)) writeFileSync(join(FOLDER, name), text);
    return {
      exit: 0,
      json: { written: stale },
      text: stale.length === 0 ? 'Nothing had changed.' : `Written: ${stale.join(', ')}`,
    };
  }
  const text =
    stale.length === 0
      ? 'docs/protocols is as the data is.'
      : `Stale in ${relative(ROOT, FOLDER)}: ${stale.join(', ')}. Run: npx stepwise docs --write`;
  return { exit: stale.length === 0 ? 0 : 1, json: { stale }, text };
}

/** File name → text. */
export function pagesOf(data: Data): Readonly<Record<string, string>> {
  const protocols = data.protocols.all();
  const titleOf = (id: string) => protocols.find((protocol) => protocol.id === id)?.title;
  const pages: readonly CouncilPage[] = data.files.councils.map((council) => ({
    council,
    protocols: protocols.filter((protocol) => protocol.council.id === council.id),
    listed: data.files.listed[council.id] ?? [],
    ambiguities: data.files.ambiguities[council.id] ?? [],
    titleOf,
  }));
  return {
    'README.md': writeIndex(pages),
    ...Object.fromEntries(pages.map((page) => [`${page.council.id}.md`, writeCouncilPage(page)])),
  };
}

export function staleIn(pages: Readonly<Record<string, string>>, folder: string = FOLDER): readonly string[] {
  return Object.entries(pages).flatMap(([name, text]) => {
    const file = join(folder, name);
    return existsSync(file) && readFileSync(file, 'utf8') === text ? [] : [name];
  });
}

/** Pages of councils that are gone. */
function strangers(pages: Readonly<Record<string, string>>): readonly string[] {
  return existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith('.md') && !(name in pages)) : [];
}
