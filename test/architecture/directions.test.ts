/**
 * Who may import whom (docs: design, section 2). Read from the imports themselves, so that the drawing and the code cannot part.
 * What it guards against: a Teams word in the engine, a wall clock in a decision, a council's name in code that serves all councils.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

interface Source {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

function filesUnder(folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = `${folder}/${name}`;
    if (path === 'src/sandbox/page' || path === 'src/web/page') return [];
    return statSync(join(root, path)).isDirectory() ? filesUnder(path) : /\.(ts|js)$/.test(name) ? [path] : [];
  });
}

function read(path: string): Source {
  const text = readFileSync(join(root, path), 'utf8');
  const found = [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)|(?:^|\n)import\s+'([^']+)'/g,
    ),
  ];
  const imports = found.map((match) => {
    const specifier = (match[1] ?? match[2] ?? match[3]) as string;
    return specifier.startsWith('.') ? relative(root, resolve(root, path, '..', specifier)) : specifier;
  });
  return { path, text, imports };
}

const sources = ['bot', 'src'].flatMap(filesUnder).map(read);
const under = (folder: string) => sources.filter(({ path }) => path.startsWith(`${folder}/`));
const breaches = (files: readonly Source[], allowed: (specifier: string, file: Source) => boolean) =>
  files.flatMap((file) =>
    file.imports
      .filter((specifier) => !allowed(specifier, file))
      .map((specifier) => `${file.path} imports ${specifier}`),
  );

describe('the domain', () => {
  const domain = under('src/domain');

  test('imports nothing but itself, and luxon in the one file that converts between zones and days', () => {
    expect(
      breaches(
        domain,
        (specifier, file) =>
          specifier.startsWith('src/domain/') || (specifier === 'luxon' && file.path === 'src/domain/time/instant.ts'),
      ),
    ).toEqual([]);
  });

  test('reads no wall clock, no random source and no environment', () => {
    const told = domain.flatMap(({ path, text }) =>
      [
        /\bDate\.now\b/,
        /\bnew Date\(\)/,
        /\bMath\.random\b/,
        /\bprocess\./,
        /\bDateTime\.(now|local)\(/,
        /\bperformance\./,
      ]
        .filter((word) => word.test(text))
        .map((word) => `${path}: ${word}`),
    );
    expect(told).toEqual([]);
  });
});

test('the application layer knows the domain and its own ports, no adapter, no library, no Node module', () => {
  expect(breaches(under('src/application'), (specifier) => /^src\/(domain|application)\//.test(specifier))).toEqual([]);
});

test('adapters know the domain, the ports and each other, and no use case', () => {
  const files = under('src/adapters');
  expect(
    breaches(
      files,
      (specifier) =>
        !specifier.startsWith('bot/') &&
        !specifier.startsWith('src/sandbox/') &&
        (!specifier.startsWith('src/application/') || specifier === 'src/application/ports.ts'),
    ),
  ).toEqual([]);
});

test('only bot/host.ts imports the Bot Framework', () => {
  const users = sources
    .filter(({ imports }) => imports.some((specifier) => /^botbuilder|^botframework/.test(specifier)))
    .map(({ path }) => path);
  expect(users).toEqual(['bot/host.ts']);
});

test('nothing of the product imports the sandbox', () => {
  const product = sources.filter(({ path }) => !path.startsWith('src/sandbox/'));
  expect(breaches(product, (specifier) => !specifier.startsWith('src/sandbox/'))).toEqual([]);
});

test('the sandbox imports nothing of the product but time, and the councils for whom it makes up people, so that it cannot share its mistakes', () => {
  expect(
    breaches(
      under('src/sandbox'),
      (specifier) =>
        !/^(src|bot)\//.test(specifier) ||
        specifier.startsWith('src/sandbox/') ||
        specifier.startsWith('src/domain/time/') ||
        specifier === 'src/adapters/holidays.ts' ||
        specifier === 'src/adapters/protocol-files/load.ts' ||
        specifier === 'src/domain/protocol/types.ts',
    ),
  ).toEqual([]);
});

test('everything that knows Teams is in bot/, and src/ does not import it', () => {
  expect(breaches(under('src'), (specifier) => !specifier.startsWith('bot/'))).toEqual([]);
});

test('the environment is read in one place of the product, and in the processes that start it', () => {
  const readers = sources.filter(({ text }) => /\bprocess\.env\b/.test(text)).map(({ path }) => path);
  expect(
    readers.filter(
      (path) =>
        path !== 'src/config.ts' &&
        !path.startsWith('src/cli/') &&
        path !== 'src/sandbox/main.ts' &&
        !path.startsWith('src/sandbox/settings'),
    ),
  ).toEqual([]);
});

test('no council is named in code that serves them all', () => {
  const councils = readdirSync(join(root, 'src/protocols')).filter(
    (name) => statSync(join(root, 'src/protocols', name)).isDirectory() && name !== 'bank-holidays',
  );
  const general = [...under('src/domain'), ...under('src/application'), ...under('bot'), ...under('src/cli')];
  const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '');
  const named = general.flatMap(({ path, text }) =>
    councils
      .filter((council) => new RegExp(`\\b${council}\\b`, 'i').test(withoutComments(text)))
      .map((council) => `${path}: ${council}`),
  );
  expect(councils.length).toBeGreaterThan(0);
  expect(named).toEqual([]);
});

test('no file imports itself in a circle', () => {
  const graph = new Map(
    sources.map(({ path, imports }) => [path, imports.filter((specifier) => /^(bot|src)\//.test(specifier))]),
  );
  const state = new Map<string, 'open' | 'done'>();
  const circles: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      circles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
      return;
    }
    state.set(path, 'open');
    for (const next of graph.get(path) ?? []) walk(next, [...trail, path]);
    state.set(path, 'done');
  };
  for (const path of graph.keys()) walk(path, []);
  expect(circles).toEqual([]);
});
