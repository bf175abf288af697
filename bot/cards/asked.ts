/**
 * What a step's own card asks: its questions, its documents, and who is named, where the protocol has no field of its own for it.
 * The engine checks it again.
 */
import { effectOfPart, questionsOf } from '../../src/domain/case/steps.ts';
import type { AssignStep, Field, Step } from '../../src/domain/protocol/types.ts';
import type { OpenSheet } from './privacy.ts';

export function askedFields(sheet: OpenSheet, step: Step, part: string | undefined): readonly Field[] {
  const asked = Object.values(questionsOf(sheet.protocol, sheet.case, step, part));
  const whole = effectOfPart(step, part) === 'does' || part === 'held' || (step.kind === 'send' && part === undefined);
  const arrives = step.kind === 'send' && part !== undefined;
  const more = [
    ...(whole && !arrives ? documentFields(step) : []),
    ...(whole && step.kind === 'assign' && part !== 'none-found' ? namingFields(sheet, step, asked) : []),
  ];
  return [...asked, ...more.filter(({ id }) => asked.every((field) => field.id !== id))];
}

const BLANK = { options: [], prefill: [], personal: true, rules: [] } as const;

/** One input a document. Of several that will do any one is enough, which the engine asks for. */
export function documentFields(step: Step): readonly Field[] {
  return step.documents.flatMap(({ anyOf }) =>
    anyOf.map(
      (name): Field => ({
        ...BLANK,
        id: documentId(name),
        type: 'document',
        label: name.charAt(0).toUpperCase() + name.slice(1),
        hint: anyOf.length > 1 ? `At least one of: ${anyOf.join(', ')}` : 'Paste its link',
        error: anyOf.length > 1 ? `Add at least one of: ${anyOf.join(', ')}.` : `Add the ${name}.`,
        required: anyOf.length === 1,
      }),
    ),
  );
}

export function documentId(name: string): string {
  return `document-${name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')}`;
}

/** Somebody out of the directory; from outside, by name and organisation. */
function namingFields({ protocol }: OpenSheet, step: AssignStep, own: readonly Field[]): readonly Field[] {
  const role = protocol.council.roles[step.fills];
  const words = role?.name ?? step.fills;
  const outside = role?.outside === true;
  const fields: Field[] = [];
  if (!own.some(({ type }) => type === 'person'))
    fields.push({
      ...BLANK,
      id: 'person',
      type: 'person',
      role: step.fills,
      label: capital(words),
      error: `Choose the ${words}.`,
      required: !outside,
      personal: false,
    });
  if (outside && !own.some(({ type, id }) => type === 'text' && /name/.test(id))) {
    fields.push(
      {
        ...BLANK,
        id: 'name',
        type: 'text',
        label: 'Their name, if not on the list',
        error: 'Enter their name.',
        required: false,
      },
      { ...BLANK, id: 'organisation', type: 'text', label: 'Their organisation', error: 'Enter it.', required: false },
    );
  }
  if (step.agrees && !own.some(({ id }) => /^agree/.test(id)))
    fields.push({
      ...BLANK,
      id: 'agrees',
      type: 'confirm',
      label: `The ${words} agrees to it`,
      error: 'Ask them first.',
      required: true,
      personal: false,
    });
  return fields;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
