/** What every card must satisfy, whoever drew it: read by Microsoft's own parser, small enough, labelled, no Markdown of anybody's. */
import { Buffer } from 'node:buffer';
import { createRequire } from 'node:module';

type Json = Readonly<Record<string, unknown>>;

const cards = createRequire(import.meta.url)('adaptivecards/dist/adaptivecards.js') as {
  AdaptiveCard: new () => {
    parse(json: unknown, context: unknown): void;
    validateProperties(): { validationEvents: { message: string }[] };
  };
  SerializationContext: new () => { eventCount: number; getEventAt(index: number): { message: string } };
};

/** @returns everything that is wrong with the card, in words; empty when nothing is */
export function faultsOf(card: Json): string[] {
  const faults: string[] = [];
  const context = new cards.SerializationContext();
  const parsed = new cards.AdaptiveCard();
  parsed.parse(card, context);
  for (let index = 0; index < context.eventCount; index += 1)
    faults.push(`parser: ${context.getEventAt(index).message}`);
  for (const { message } of parsed.validateProperties().validationEvents) faults.push(`validation: ${message}`);

  const bytes = Buffer.byteLength(JSON.stringify(card));
  if (bytes > 28 * 1024) faults.push(`${bytes} bytes`);
  if (card.version !== '1.5') faults.push(`version ${String(card.version)}`);
  if (typeof card.speak !== 'string') faults.push('nothing to speak');

  const ids = new Set<string>();
  const targets: string[] = [];
  walk(card, (node) => {
    const type = String(node.type ?? '');
    if (typeof node.id === 'string') {
      if (ids.has(node.id)) faults.push(`id ${node.id} twice`);
      ids.add(node.id);
    }
    if (type.startsWith('Input.') && (typeof node.label !== 'string' || node.label.trim() === ''))
      faults.push(`${String(node.id)} has no label`);
    if (type === 'Input.ChoiceSet' && (node.choices as Json[]).length === 0)
      faults.push(`${String(node.id)} has nothing to choose`);
    if (type === 'TextBlock' && node.wrap !== true) faults.push(`"${String(node.text)}" does not wrap`);
    if (type === 'FactSet') faults.push('a FactSet reads Markdown');
    if (type === 'Image' && !node.altText) faults.push('an image without words');
    if (type.startsWith('Action.')) {
      const title = String(node.title ?? '');
      if (title.length === 0 || title.length > 24) faults.push(`button "${title}" has ${title.length} characters`);
      if (/click here|^submit$|^ok$/i.test(title)) faults.push(`button "${title}"`);
      if (Array.isArray(node.targetElements)) targets.push(...(node.targetElements as string[]));
    }
    for (const key of ['text', 'title', 'label', 'placeholder'] as const) {
      if (type !== 'TextRun' && typeof node[key] === 'string' && /\$\{/.test(node[key]))
        faults.push(`unbound: ${node[key]}`);
    }
  });
  for (const target of targets) if (!ids.has(target)) faults.push(`nothing has the id ${target}`);
  return faults;
}

export function walk(node: unknown, visit: (node: Json) => void): void {
  if (Array.isArray(node)) for (const each of node) walk(each, visit);
  else if (node !== null && typeof node === 'object') {
    const json = node as Json;
    // What a fallback says is what the action says.
    if (typeof json.type === 'string') visit(json);
    for (const [key, value] of Object.entries(json)) if (key !== 'fallback') walk(value, visit);
  }
}

/** All that a reader can see or hear, without the signed data. */
export function wordsOf(card: Json): string {
  const words: string[] = [];
  walk(card, (node) => {
    for (const key of ['text', 'title', 'label', 'placeholder', 'value', 'speak'] as const)
      if (typeof node[key] === 'string' && node[key] !== '') words.push(node[key]);
    if (Array.isArray(node.choices)) words.push(...(node.choices as { title: string }[]).map(({ title }) => title));
  });
  return words.join('\n');
}

export function buttonsOf(card: Json): Json[] {
  const buttons: Json[] = [];
  walk(card, (node) => {
    if (node.type === 'Action.Execute' || node.type === 'Action.Submit') buttons.push(node);
  });
  return buttons;
}

export function inputsOf(card: Json): Json[] {
  const inputs: Json[] = [];
  walk(card, (node) => {
    if (String(node.type).startsWith('Input.')) inputs.push(node);
  });
  return inputs;
}

/** The card as it would be reviewed: without signatures, and with one reference for all. */
export function picture(card: Json): unknown {
  return JSON.parse(
    JSON.stringify(card, (key, value: unknown) =>
      key === 'data' || key === 'fallback' || key === '$schema' ? undefined : value,
    )
      .replaceAll(/CAM-[0-9A-Z]{4}/g, 'CAM-7K3F')
      .replaceAll(/C A M, (\w ){3}\w/g, 'C A M, 7 K 3 F'),
  );
}
