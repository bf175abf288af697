/** The examples beside a pathway: read here, run by the tests. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Answers } from '../../domain/case/types.ts';
import { type Fault, readSource } from './source.ts';
import { findings } from './zod-words.ts';

const time = z.string();
const value = z.union([z.string(), z.boolean(), z.array(z.string())]);
const fact = z.union([time, z.object({ at: time }).catchall(value)]);
const facts = z.preprocess(
  (given) => (Array.isArray(given) ? given : Object.entries(given ?? {}).map(([name, entry]) => ({ [name]: entry }))),
  z.array(z.record(z.string(), fact)),
);
const names = z.array(z.string()).optional();

const file = z.strictObject({
  pathway: z.string(),
  examples: z.array(
    z.strictObject({
      name: z.string(),
      facts,
      settings: z.record(z.string(), z.string()).default({}),
      now: time,
      open: names,
      done: names,
      later: names,
      due: z.record(z.string(), time).optional(),
      /** Targets and house rules that are listed beside a limit and do not hide it. */
      target: z.record(z.string(), time).optional(),
      provisional: names,
      refused: z.record(z.string(), z.string()).optional(),
      allowed: names,
      reason: names,
      rung: z.record(z.string(), z.string()).optional(),
      holder: z.string().optional(),
      team: z.string().optional(),
      ended: z.string().optional(),
      /** Pathway under which the case went on (`moves-to`). */
      moved: z.string().optional(),
      /** A whole way from the opening to an end, replayed in chat by a test. */
      journey: z.boolean().default(false),
    }),
  ),
});

export type Example = Omit<z.output<typeof file>['examples'][number], 'facts'> & {
  readonly facts: readonly ExampleFact[];
};

export interface ExampleFact {
  readonly name: string;
  /** A day, or a moment; without an offset London time. */
  readonly at: string;
  readonly answers: Answers;
}

export interface ExampleFile {
  readonly file: string;
  readonly pathway: string;
  readonly examples: readonly Example[];
}

/** All `*.examples.yaml` of a council's folder. */
export function readExamples(folder: string): {
  readonly files: readonly ExampleFile[];
  readonly faults: readonly Fault[];
} {
  const faults: Fault[] = [];
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.examples.yaml'))
    .sort()
    .flatMap((name): ExampleFile[] => {
      const source = readSource(join(folder, name), name);
      faults.push(...source.faults);
      if (source.faults.length > 0) return [];
      const read = file.safeParse(source.value);
      if (!read.success) {
        for (const found of findings(read.error.issues))
          faults.push({ file: name, ...source.at(found.path), words: found.words });
        return [];
      }
      const examples = read.data.examples.map((example) => ({ ...example, facts: example.facts.flatMap(factsOf) }));
      return [{ file: name, pathway: read.data.pathway, examples }];
    });
  return { files, faults };
}

function factsOf(entry: Readonly<Record<string, z.output<typeof fact>>>): readonly ExampleFact[] {
  return Object.entries(entry).map(([name, given]) => {
    if (typeof given === 'string') return { name, at: given, answers: {} };
    const { at, ...answers } = given;
    return { name, at, answers: answers as Answers };
  });
}
