/**
 * Reads `src/protocols/`: a folder for each council with `council.yaml`, `rules.yaml` and its pathways. All faults of all files
 * are found in one go; a bot with a faulty protocol does not start.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Protocols } from '../../application/ports.ts';
import type { Council, CouncilId, PathwayId, Protocol } from '../../domain/protocol/types.ts';
import { loadCalendar } from '../holidays.ts';
import { checkCouncil } from './check-council.ts';
import { checkMoves, checkPathway, type Report } from './check-pathway.ts';
import { compileCouncil, compilePathway } from './compile.ts';
import { didYouMean } from './near.ts';
import * as schema from './schema.ts';
import { type Fault, type Path, readSource, type Source, writeFault } from './source.ts';
import { findings } from './zod-words.ts';

export type { Fault } from './source.ts';
export { writeFault } from './source.ts';

export const PROTOCOLS_FOLDER = fileURLToPath(new URL('../../protocols', import.meta.url));

/** The data has faults. The message lists each as `file:line:col  words`. */
export class InvalidProtocols extends Error {
  readonly faults: readonly Fault[];
  constructor(faults: readonly Fault[]) {
    super(
      `The protocols have ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${faults.map(writeFault).join('\n')}`,
    );
    this.name = 'InvalidProtocols';
    this.faults = faults;
  }
}

/** No such pathway, or not in that edition. The message names what there is. */
export class UnknownPathway extends Error {
  constructor(words: string) {
    super(words);
    this.name = 'UnknownPathway';
  }
}

/** Why a rule is not carried by any pathway. */
export interface ListedRule {
  readonly rule: string;
  readonly as: 'information' | 'beyond';
  readonly why: string;
}

/** How a sentence that can be read in two ways was read (ledger, section 6). */
export interface Ambiguity {
  readonly id: string;
  readonly built: string;
  /** Settings of the council that choose another reading. */
  readonly settings: readonly string[];
  readonly rules: readonly string[];
}

export interface ProtocolFiles {
  /** Newest edition of each pathway first. */
  readonly protocols: readonly Protocol[];
  readonly councils: readonly Council[];
  readonly listed: Readonly<Record<CouncilId, readonly ListedRule[]>>;
  readonly ambiguities: Readonly<Record<CouncilId, readonly Ambiguity[]>>;
  readonly faults: readonly Fault[];
}

/**
 * @param folders default: the protocols that come with the program
 * @param extraHolidays path of the operator's own file of bank holidays (HOLIDAYS_FILE)
 * @param only the councils that are served; absent: all
 * @throws InvalidProtocols
 */
export function loadProtocols(
  folders: string | readonly string[] = PROTOCOLS_FOLDER,
  extraHolidays?: string,
  only?: readonly CouncilId[],
): Protocols {
  const files = readProtocols(folders, only);
  if (files.faults.length > 0) throw new InvalidProtocols(files.faults);
  return protocolsOf(files, extraHolidays);
}

export function protocolsOf(
  { protocols, councils }: Pick<ProtocolFiles, 'protocols' | 'councils'>,
  extraHolidays?: string,
): Protocols {
  const newest = protocols.filter((protocol) =>
    protocols.every((other) => other.id !== protocol.id || other.edition <= protocol.edition),
  );
  return {
    all: () => newest,
    get: (id, version) => {
      const found = newest.find((protocol) => protocol.id === id);
      if (!found) {
        const names = newest.map((protocol) => protocol.id);
        throw new UnknownPathway(
          `No pathway is called "${id}"${didYouMean(id, names)} There are: ${names.join(', ')}.`.replace(
            '" There',
            '". There',
          ),
        );
      }
      if (version === undefined || version === found.version) return found;
      // A published edition does not change (a test holds that), so the edition tells which pathway a case runs under.
      const edition = Number.parseInt(version, 10);
      const older = protocols.find((protocol) => protocol.id === id && protocol.edition === edition);
      if (older) return older;
      throw new UnknownPathway(
        `${id} is not here in edition ${edition}. Cases still run under it: put its file back beside the newer one.`,
      );
    },
    calendar: (council) => {
      const found = councils.find(({ id }) => id === council);
      if (!found)
        throw new UnknownPathway(
          `No council is called "${council}". There are: ${councils.map(({ id }) => id).join(', ')}.`,
        );
      return loadCalendar({ closures: found.closureDays, extraFile: extraHolidays });
    },
  };
}

/** The protocols that come with the program, and beside them those of a folder of the operator's own (PROTOCOLS). */
export function foldersOf(own: string | undefined): readonly string[] {
  return own === undefined || own === '' ? [PROTOCOLS_FOLDER] : [PROTOCOLS_FOLDER, own];
}

/** A council's folder: one below a folder of protocols that has a council.yaml. */
interface CouncilFolder {
  readonly folder: string;
  readonly name: string;
}

/** What was read before, by the bytes it was read from, the latest last: a sandbox and a bot in one process read the same files. */
const readBefore = new Map<string, ProtocolFiles>();
/** All councils, a single one, and somebody's own beside them. */
const MOST_KEPT = 4;

/**
 * Everything that is in the folders, and everything that is wrong with it. Throws only where a folder cannot be read.
 * @param only these councils; absent: all
 * @returns shared with whoever reads the same bytes; nobody changes it
 */
export function readProtocols(
  given: string | readonly string[] = PROTOCOLS_FOLDER,
  only?: readonly CouncilId[],
): ProtocolFiles {
  const councils = (typeof given === 'string' ? [given] : given).flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'council.yaml')))
      .map((entry) => entry.name)
      .filter((name) => only?.includes(name) ?? true)
      .sort()
      .map((name) => ({ folder, name })),
  );
  const bytes = hashOfBytes(councils);
  const files = readBefore.get(bytes) ?? readAnew(councils);
  readBefore.delete(bytes);
  readBefore.set(bytes, files);
  for (const oldest of readBefore.keys()) if (readBefore.size > MOST_KEPT) readBefore.delete(oldest);
  return files;
}

/** sha-256 over the names and bytes of all files that are read. */
function hashOfBytes(councils: readonly CouncilFolder[]): string {
  const hash = createHash('sha256');
  for (const { folder, name } of councils) {
    for (const file of readdirSync(join(folder, name)).filter(isRead).sort()) {
      const bytes = readFileSync(join(folder, name, file));
      hash.update(JSON.stringify([folder, name, file, bytes.length])).update(bytes);
    }
  }
  return hash.digest('hex');
}

/** Examples are for the tests. */
const isRead = (file: string): boolean => file.endsWith('.yaml') && !file.endsWith('.examples.yaml');

function readAnew(folders: readonly CouncilFolder[]): ProtocolFiles {
  const faults: Fault[] = [];
  const protocols: Protocol[] = [];
  const councils: Council[] = [];
  const listed: Record<CouncilId, readonly ListedRule[]> = {};
  const ambiguities: Record<CouncilId, readonly Ambiguity[]> = {};
  const read = folders.map(({ folder, name }) => readCouncil(folder, name, faults));
  checkPrefixes(
    read.flatMap(({ council }) => council ?? []),
    faults,
  );
  const reports = new Map<PathwayId, Report>();
  const ids = read.flatMap(({ pathways }) => pathways.map(({ parts }) => parts.pathway.pathway));
  for (const { council, pathways, rules } of read) {
    if (!council) continue;
    councils.push(council);
    listed[council.id] = rules.listed;
    ambiguities[council.id] = rules.ambiguities;
    for (const { parts, report } of pathways) {
      const pathway = compilePathway(parts, council);
      checkPathway(pathway, ids, report);
      reports.set(pathway.id, report);
      protocols.push({ ...pathway, version: `${pathway.edition}-${hashOf(pathway)}` });
    }
  }
  for (const protocol of protocols) checkMoves(protocol, protocols, reports.get(protocol.id));
  protocols.sort((a, b) => a.id.localeCompare(b.id) || b.edition - a.edition);
  for (const [index, protocol] of protocols.entries()) {
    const before = protocols[index - 1];
    if (before?.id === protocol.id && before.edition === protocol.edition) {
      faults.push({
        file: protocol.council.id,
        line: 1,
        col: 1,
        words: `${protocol.id} stands in two files with edition ${protocol.edition}`,
      });
    }
  }
  return {
    protocols,
    councils,
    listed,
    ambiguities,
    faults: faults.sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.col - b.col),
  };
}

/** A reference names its council by its first part, and a council is there once. */
function checkPrefixes(councils: readonly Council[], faults: Fault[]): void {
  for (const [index, council] of councils.entries()) {
    const first = councils
      .slice(0, index)
      .find(({ id, referencePrefix }) => id === council.id || referencePrefix === council.referencePrefix);
    if (first === undefined) continue;
    const words =
      first.id === council.id
        ? `the council "${council.id}" is there twice`
        : `the reference prefix ${council.referencePrefix} is ${first.name}'s already`;
    faults.push({ file: `${council.id}/council.yaml`, line: 1, col: 1, words });
  }
}

interface ReadPathway {
  readonly parts: {
    readonly pathway: schema.AuthorPathway;
    readonly steps: Record<string, schema.AuthorStep>;
    readonly pages: schema.AuthorPage[];
  };
  readonly report: Report;
}

interface ReadCouncil {
  readonly council: Council | undefined;
  readonly pathways: readonly ReadPathway[];
  readonly rules: RulesOfCouncil;
}

interface RulesOfCouncil {
  readonly listed: readonly ListedRule[];
  readonly ambiguities: readonly Ambiguity[];
}

function readCouncil(folder: string, name: string, faults: Fault[]): ReadCouncil {
  const source = readSource(join(folder, name, 'council.yaml'), `${name}/council.yaml`);
  const author = parse(schema.council, source, faults);
  const council = author && compileCouncil(author);
  if (council) checkCouncil(council, name, reporter(source, faults));

  const rulesFile = join(folder, name, 'rules.yaml');
  const rules = existsSync(rulesFile)
    ? readRules(readSource(rulesFile, `${name}/rules.yaml`), name, council, faults)
    : { listed: [], ambiguities: [] };

  const files = readdirSync(join(folder, name))
    .filter((file) => isRead(file) && file !== 'council.yaml' && file !== 'rules.yaml')
    .sort();
  const drafts = files.map((file) => {
    const source = readSource(join(folder, name, file), `${name}/${file}`);
    return { source, name: file.slice(0, -'.yaml'.length), pathway: parse(schema.pathway, source, faults) };
  });
  const names = drafts.map((draft) => draft.pathway?.pathway.split('/')[1] ?? draft.name);
  for (const [index, each] of (council?.start ?? []).entries())
    if (!names.includes(each))
      report(
        source,
        faults,
        ['start', index],
        `no pathway of this council is called "${each}"${didYouMean(each, names)}`,
      );
  const pathways = drafts.flatMap(({ source, pathway }) => {
    if (!pathway) return [];
    const expected = pathway.pathway.split('/')[0];
    if (expected !== name)
      reporter(source, faults)(['pathway'], `the council "${expected}" stands in the folder "${name}"`);
    return [readSteps(pathway, source, drafts, faults)];
  });
  return { council, pathways: pathways.filter((each) => each !== undefined), rules };
}

interface Draft {
  readonly source: Source;
  readonly name: string;
  readonly pathway: schema.AuthorPathway | undefined;
}

/** Where a part of a pathway stands: in its own file, or in that of the pathway whose step it uses. */
interface Origin {
  readonly source: Source;
  readonly path: Path;
}

/** Steps and pages with those of other pathways taken over (`uses`): of the same name, own words win. */
function readSteps(
  pathway: schema.AuthorPathway,
  source: Source,
  drafts: readonly Draft[],
  faults: Fault[],
): ReadPathway | undefined {
  const before = faults.length;
  const origins = new Map<string, ReadonlyMap<string, Origin>>();

  const takeOver = (
    kind: 'step' | 'page',
    name: string,
    own: Record<string, unknown>,
    path: Path,
  ): Record<string, unknown> => {
    const from = new Map<string, Origin>();
    const { uses, ...rest } = own;
    let merged: Record<string, unknown> = rest;
    if (uses !== undefined) {
      const draft = drafts.find((each) => each.name === uses);
      const base = draft && baseOf(draft, kind, name);
      if (!draft) {
        report(
          source,
          faults,
          [...path, 'uses'],
          `no pathway of this council is called "${String(uses)}"${didYouMean(
            String(uses),
            drafts.map((each) => each.name),
          )}`,
        );
      } else if (!base) {
        report(source, faults, [...path, 'uses'], `"${draft.name}" has no ${kind} "${name}"`);
      } else if ('uses' in base.value) {
        report(
          source,
          faults,
          [...path, 'uses'],
          `the ${kind} "${name}" of "${draft.name}" is itself taken over from "${String(base.value.uses)}": use that`,
        );
      } else {
        merged = { ...base.value, ...rest };
        for (const key of Object.keys(base.value)) from.set(key, { source: draft.source, path: [...base.path, key] });
      }
    }
    for (const key of Object.keys(rest)) from.set(key, { source, path: [...path, key] });
    origins.set(path.join('.'), from);
    return merged;
  };

  const locate = (path: Path): Origin => {
    const depth = path[0] === 'steps' ? 2 : path[0] === 'opening' && path[1] === 'pages' ? 3 : undefined;
    if (depth !== undefined && path.length > depth) {
      const origin = origins.get(path.slice(0, depth).join('.'))?.get(String(path[depth]));
      if (origin) return { source: origin.source, path: [...origin.path, ...path.slice(depth + 1)] };
    }
    return { source, path };
  };
  const locatedReport: Report = (path, words, what) => {
    if (words === undefined) return;
    const origin = locate(path);
    report(origin.source, faults, origin.path, words, what);
  };
  const check = <Value>(schema: Schema<Value>, value: unknown, path: Path): Value | undefined => {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    for (const found of findings(result.error.issues, path))
      locatedReport(found.path, found.words, found.key ? 'key' : undefined);
    return undefined;
  };

  const steps: Record<string, schema.AuthorStep> = {};
  for (const [id, own] of Object.entries(pathway.steps)) {
    const path: Path = ['steps', id];
    const step = check<schema.AuthorStep>(schema.step, takeOver('step', id, own, path), path);
    if (step) steps[id] = step;
  }
  const pages: schema.AuthorPage[] = [];
  for (const [index, own] of pathway.opening.pages.entries()) {
    const path: Path = ['opening', 'pages', index];
    const page = check<schema.AuthorPage>(schema.page, takeOver('page', String(own.id), own, path), path);
    if (page) pages.push(page);
  }
  // Faults of form first: names are looked up once every step can be read.
  return faults.length > before ? undefined : { parts: { pathway, steps, pages }, report: locatedReport };
}

function baseOf(
  draft: Draft,
  kind: 'step' | 'page',
  name: string,
): { readonly value: Record<string, unknown>; readonly path: Path } | undefined {
  if (!draft.pathway) return undefined;
  if (kind === 'step') {
    const value = draft.pathway.steps[name];
    return value && { value, path: ['steps', name] };
  }
  const index = draft.pathway.opening.pages.findIndex((page) => page.id === name);
  const value = draft.pathway.opening.pages[index];
  return value && { value, path: ['opening', 'pages', index] };
}

function readRules(source: Source, name: string, council: Council | undefined, faults: Fault[]): RulesOfCouncil {
  const list = parse(schema.ruleList, source, faults);
  if (!list) return { listed: [], ambiguities: [] };
  const report = reporter(source, faults);
  if (list.council !== name) report(['council'], `the council "${list.council}" stands in the folder "${name}"`);
  for (const [id, { setting }] of Object.entries(list.ambiguities)) {
    for (const [index, each] of setting.entries()) {
      if (council && !(each in council.settings))
        report(
          ['ambiguities', id, 'setting', index],
          `no setting is called "${each}"${didYouMean(each, Object.keys(council.settings))}`,
        );
    }
  }
  return {
    listed: Object.entries(list.rules).flatMap(([rule, entry]) =>
      Object.entries(entry).map(([as, why]) => ({ rule, as: as as ListedRule['as'], why })),
    ),
    ambiguities: Object.entries(list.ambiguities).map(([id, { built, setting, rules }]) => ({
      id,
      built,
      settings: setting,
      rules,
    })),
  };
}

interface Schema<Value> {
  safeParse(
    value: unknown,
  ): { success: true; data: Value } | { success: false; error: { issues: Parameters<typeof findings>[0] } };
}

function parse<Value>(schema: Schema<Value>, source: Source, faults: Fault[]): Value | undefined {
  faults.push(...source.faults);
  if (source.faults.length > 0) return undefined;
  const result = schema.safeParse(source.value);
  if (result.success) return result.data;
  for (const found of findings(result.error.issues))
    report(source, faults, found.path, found.words, found.key ? 'key' : undefined);
  return undefined;
}

function reporter(source: Source, faults: Fault[]): Report {
  return (path, words, what) => {
    if (words !== undefined) report(source, faults, path, words, what);
  };
}

function report(source: Source, faults: Fault[], path: Path, words: string, what?: 'key'): void {
  faults.push({ file: source.file, ...source.at(path, what), words });
}

/** sha-256 of a pathway as the engine reads it: comments and layout of the file do not count, the order of its steps does. */
export function hashOf(pathway: object): string {
  return createHash('sha256').update(canonical(pathway)).digest('hex');
}

/** The part of it that a published edition promises not to change: everything but the council's own data. */
export function hashOfEdition(protocol: Protocol): string {
  const { council: _, version: __, ...pathway } = protocol;
  return hashOf(pathway);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    // The order of steps, pages and fields is part of what a reader sees, so maps keep theirs.
    return `{${Object.entries(value)
      .map(([key, entry]) => `${JSON.stringify(key)}:${canonical(entry)}`)
      .join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

export function pathwayIds(protocols: readonly Protocol[]): readonly PathwayId[] {
  return [...new Set(protocols.map((protocol) => protocol.id))];
}
