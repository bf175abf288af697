/**
 * A template and its data become a card. Templates are read once, when the program starts: one that cannot be read stops it there. What
 * is bound in them is parsed when a template is first used, since that takes a good part of a start; `stepwise check` and
 * the tests go through all of them.
 */
import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import templating from 'adaptivecards-templating';
import type { AdaptiveCard } from '../../src/application/ports.ts';

const { GlobalSettings, Template } = templating;

/** Our own ceiling. A bot's message may be larger, a connector's may not (graph/facts.md, section 6). */
export const LARGEST_CARD = 28 * 1024;

export const TEMPLATES = [
  'away',
  'case',
  'digest',
  'done',
  'escalation',
  'help',
  'list',
  'mail',
  'note',
  'page',
  'plain',
  'post',
  'safety',
  'start',
  'step',
  'stopped',
  'welcome',
  'welcome-channel',
] as const;
export type TemplateName = (typeof TEMPLATES)[number];

const folder = new URL('../../adaptive-cards/', import.meta.url);
const texts = new Map(TEMPLATES.map((name) => [name, withParts(read(name))]));
const parsed = new Map<TemplateName, InstanceType<typeof Template>>();

function parsedOf(name: TemplateName): InstanceType<typeof Template> {
  const template = parsed.get(name) ?? new Template(texts.get(name));
  parsed.set(name, template);
  return template;
}

/** Paths that a template asks for and the data lack, of the expansion under way. Expansion is synchronous, so one list is enough. */
let unbound: string[] = [];
GlobalSettings.getUndefinedFieldValueSubstitutionString = (path: string) => {
  unbound.push(path);
  return ' ';
};

/** @throws UnboundField, CardTooLarge: faults of ours, found by the tests before a reader meets them */
export function render(name: TemplateName, data: object): AdaptiveCard {
  unbound = [];
  const card = parsedOf(name).expand({ $root: data }) as AdaptiveCard;
  if (unbound.length > 0) throw new UnboundField(name, unbound);
  const bytes = Buffer.byteLength(JSON.stringify(card));
  if (bytes > LARGEST_CARD) throw new CardTooLarge(name, bytes);
  return card;
}

export class UnboundField extends Error {
  constructor(template: string, paths: readonly string[]) {
    super(`The template ${template} asks for ${[...new Set(paths)].join(', ')}, which its data lack.`);
    this.name = 'UnboundField';
  }
}

export class CardTooLarge extends Error {
  constructor(template: string, bytes: number) {
    super(`A card from the template ${template} has ${bytes} bytes; ${LARGEST_CARD} are allowed.`);
    this.name = 'CardTooLarge';
  }
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
}

/** `{"$part": "fields"}` in a list stands for what is in parts/fields.json. */
function withParts(node: unknown): unknown {
  if (Array.isArray(node)) {
    return node.flatMap((each) => {
      const part = (each as { $part?: string } | null)?.$part;
      return part === undefined ? [withParts(each)] : (withParts(read(`parts/${part}`)) as unknown[]);
    });
  }
  if (node === null || typeof node !== 'object') return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, withParts(value)]));
}
