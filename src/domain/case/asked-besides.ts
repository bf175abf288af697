/** What a step asks although its form has no field for it: its documents, and who is named. */
import type { AssignStep, Field, Protocol, Step } from '../protocol/types.ts';
import { capital, orList } from '../wording.ts';
import { own } from './own.ts';

const BLANK = { options: [], prefill: [], personal: true, rules: [] } as const;

/** One field a document; where one of several will do, one field for all of them. */
export function documentFields({ documents }: Pick<Step, 'documents'>): readonly Field[] {
  return documents.map(({ anyOf, each }): Field => {
    const names = orList(anyOf);
    return {
      ...BLANK,
      id: `document-${slug(anyOf[0] ?? '')}`,
      type: 'document',
      label: capital(names),
      hint: 'Paste its link',
      error: anyOf.length > 1 ? `Add at least one: ${names}.` : `Add this: ${names}.`,
      required: true,
      ...(each === 'children' ? { each } : {}),
    };
  });
}

/**
 * Somebody inside is chosen out of the directory; somebody from outside is written down, with an organisation. That they agree to it is
 * confirmed. Only what the form has no field of its own for.
 */
export function namingFields(
  { council }: Pick<Protocol, 'council'>,
  step: AssignStep,
  form: readonly Field[],
): readonly Field[] {
  const role = own(council.roles, step.fills);
  const words = role?.name ?? step.fills;
  const asksWho = form.some(({ type, id }) => type === 'person' || (type === 'text' && /name/.test(id)));
  const person: Field = {
    ...BLANK,
    id: 'person',
    type: 'person',
    role: step.fills,
    label: capital(words),
    error: `Choose the ${words}.`,
    required: true,
    personal: false,
  };
  const outside: readonly Field[] = [
    { ...BLANK, id: 'name', type: 'text', label: 'Their name', error: 'Enter their name.', required: true },
    {
      ...BLANK,
      id: 'organisation',
      type: 'text',
      label: 'Their organisation',
      error: 'Enter their organisation.',
      required: true,
    },
  ];
  const agrees: Field = {
    ...BLANK,
    id: 'agrees',
    type: 'confirm',
    label: `The ${words} agrees to it`,
    error: 'Ask them first.',
    required: true,
    personal: false,
  };
  return [
    ...(asksWho ? [] : role?.outside === true ? outside : [person]),
    ...(step.agrees && !form.some(({ id }) => id.startsWith('agree')) ? [agrees] : []),
  ];
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}
