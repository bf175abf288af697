/**
 * Stands before the package `yaml` in the tests (jest.config.json): the same package, which reads a text once for all the test files
 * of a worker. jest loads every module anew for each file, and each would read the same protocols again. Values come back as
 * the package gave them; whoever asks a document for anything else (where a thing stands) has it really read.
 */
import { isDeepStrictEqual } from 'node:util';
import yaml from 'yaml-itself';

export * from 'yaml-itself';

/** What JSON writes of a text's value, by the text and how it was read; false where there are faults, or JSON would not bring it back. */
const read = globalThis[Symbol.for('stepwise.yaml-read')];

const AS_JS = { maxAliasCount: -1 };

function written(document) {
  if (document.errors.length > 0 || document.warnings.length > 0) return false;
  const value = document.toJS(AS_JS);
  const text = JSON.stringify(value);
  return text !== undefined && isDeepStrictEqual(JSON.parse(text), value) && text;
}

export function parseDocument(text, options) {
  const { lineCounter: _, ...how } = options;
  const key = JSON.stringify([how, text]);
  const known = read.get(key);
  if (!known) {
    const document = yaml.parseDocument(text, options);
    if (known === undefined) read.set(key, written(document));
    return document;
  }
  let whole;
  return {
    errors: [],
    toJS: () => JSON.parse(known),
    get contents() {
      whole ??= yaml.parseDocument(text, options);
      return whole.contents;
    },
  };
}
