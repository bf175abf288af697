/** Faults of the card templates: JSON, version, parts that are not there, `${…}` that cannot be read. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import adaptive from 'adaptive-expressions';

export function faultsOfCards(folder: string, name: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.json'))
    .sort();
  return files.flatMap((file) => faultsOfCard(join(folder, file), `${name}/${file}`, folder, file.includes('/')));
}

function faultsOfCard(path: string, shown: string, folder: string, part: boolean): readonly string[] {
  const text = readFileSync(path, 'utf8');
  let card: unknown;
  try {
    card = JSON.parse(text);
  } catch (error) {
    return [
      `${shown}:${lineOf(text, error)}  this is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    ];
  }
  const faults: string[] = [];
  const line = (piece: string) => {
    const at = text.indexOf(JSON.stringify(piece).slice(1, -1));
    return at < 0 ? 1 : text.slice(0, at).split('\n').length;
  };
  const version = (card as { version?: unknown } | null)?.version;
  if (!part && version !== '1.5')
    faults.push(`${shown}:1:1  a card has "version": "1.5", the highest that Teams draws everywhere`);
  const walk = (value: unknown): void => {
    if (typeof value === 'string') {
      for (const [whole, expression = ''] of value.matchAll(/\$\{([^}]*)\}/g)) {
        const fault = faultOfExpression(expression);
        if (fault !== undefined) faults.push(`${shown}:${line(whole)}:1  "${whole}" cannot be read: ${fault}`);
      }
    } else if (Array.isArray(value)) value.forEach(walk);
    else if (value !== null && typeof value === 'object') {
      const { $part } = value as { $part?: unknown };
      if (typeof $part === 'string' && !existsSync(join(folder, 'parts', `${$part}.json`))) {
        faults.push(`${shown}:${line($part)}:1  no part is called "${$part}"`);
      }
      Object.values(value).forEach(walk);
    }
  };
  walk(card);
  return faults;
}

function faultOfExpression(text: string): string | undefined {
  try {
    adaptive.Expression.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }
}

function lineOf(text: string, error: unknown): string {
  const at = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
  return `${text.slice(0, Number(at ?? 0)).split('\n').length}:1`;
}
