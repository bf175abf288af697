/**
 * What a reference of the protocol data names, in words. Whether it is true on a case is `Reading.truth` (reading.ts):
 * true with a time, false when it can no longer come, unknown until then.
 */
import type { Field, Protocol, Ref, Step } from '../protocol/types.ts';
import { fieldsOf, outcomesOf, own, partsOf } from './steps.ts';

/** Facts of any case that a reference may name. */
const UNIVERSAL: Readonly<Record<string, string>> = {
  withdrawn: 'the family withdrew its agreement',
  'withdrawn.again': 'the family agreed again',
  'safeguarding.stopped': 'the case was stopped for safety',
  'case.ended': 'the case was ended',
};

/**
 * A clause that fits after "when": `the referral was received`. Undefined where the reference names nothing, which the loader reports.
 * @param within the step whose own answers a reference `form.field.option` reads
 */
export function explainReference(protocol: Protocol, ref: Ref, within?: Step): string | undefined {
  const [head = '', ...rest] = ref.split('.');
  const [one, two] = rest;
  if (rest.some((part) => part === '')) return undefined;
  switch (head) {
    case 'setting': {
      const setting = own(protocol.council.settings, one ?? '');
      if (rest.length !== 2 || two === undefined || !setting?.options.includes(two)) return undefined;
      return `the council's setting “${spaced(one ?? '')}” is “${spaced(two)}”`;
    }
    case 'list': {
      const list = own(protocol.council.lists, one ?? '');
      if (rest.length !== 2 || two === undefined || !list?.states.includes(two)) return undefined;
      return `the family was on the list “${spaced(one ?? '')}” as “${spaced(two)}”`;
    }
    case 'form': {
      if (rest.length === 0 || (within === undefined && own(protocol.steps, 'form'))) break;
      const fields = within ? fieldsOf(protocol, within) : allFields(protocol);
      return fieldClause(own(fields, one ?? ''), rest.slice(1));
    }
  }
  if (own(protocol.conditions, head) !== undefined) return rest.length === 0 ? conditionClause(head) : undefined;
  const step = own(protocol.steps, head);
  if (step !== undefined) return stepClause(protocol, step, rest);
  const fact = own(protocol.facts, head);
  if (fact !== undefined) {
    if (rest.length === 0) return titleClause(fact.title);
    if (one === 'expected' && rest.length === 1) return fact.expected ? expectedClause(fact.title) : undefined;
    const pages = protocol.opening.pages.filter(({ records }) => 'fact' in records && records.fact === head);
    const fields = Object.assign({}, fact.form, ...pages.map((page) => page.fields));
    return fieldClause(own(fields, one ?? ''), rest.slice(1));
  }
  return own(UNIVERSAL, ref);
}

function stepClause(protocol: Protocol, step: Step, rest: readonly string[]): string | undefined {
  const [part, more] = rest;
  const it = theStep(step);
  if (part === undefined) return doneClause(step);
  if (step.kind === 'meet' && (part === 'attended' || part === 'absent' || part === 'declined')) {
    const role = own(protocol.council.roles, more ?? '');
    return role && rest.length === 2
      ? `the ${role.name} ${part === 'attended' ? 'came to' : part === 'absent' ? 'was not at' : 'declined'} ${it}`
      : undefined;
  }
  const field = own(fieldsOf(protocol, step), part);
  const isPart = partsOf(step).includes(part);
  if (!isPart && field !== undefined) return fieldClause(field, rest.slice(1));
  if (part === 'open' || part === 'opened') return rest.length === 1 ? `${it} was begun` : undefined;
  if (rest.length > 1) return undefined;
  if (step.kind === 'meet' && part === 'starts') return `${it} begins`;
  if (!isPart || part === 'booking') return undefined;
  const outcome = own(outcomesOf(step), part);
  if (outcome !== undefined) return outcomeClause(step, part);
  return MOMENTS[part] === undefined ? `${it} was ${spaced(part)}` : `${it} ${MOMENTS[part]}`;
}

const MOMENTS: Readonly<Record<string, string>> = {
  'no-time': 'found no shared time',
  'not-held': 'did not take place',
  'not-agreed': 'was not agreed',
  'none-found': 'found nobody',
};

function doneClause(step: Step): string {
  const it = theStep(step);
  switch (step.kind) {
    case 'send':
      return `${it} was ${step.done}`;
    case 'record':
      return `${it} was recorded`;
    case 'consent':
      return `${it} was given`;
    case 'assign':
      return `${it} was named`;
    case 'decide':
      return `${it} was decided`;
    case 'meet':
      return `${it} was held`;
    case 'resolve':
      return `${it} was settled`;
  }
}

/** `the front door decided: refer to panel`, from the words that its card shows when it is done. */
function outcomeClause(step: Step, part: string): string {
  return `${theStep(step)} ended with “${outcomeWords(step, part)}”`;
}

/** `Referred to panel`: what the card says of an outcome, where it names no one, else the words of its button. */
export function outcomeWords(step: Step, part: string): string {
  const outcome = own(outcomesOf(step), part);
  if (outcome === undefined) return spaced(part);
  const words = outcome.done.includes('{') || outcome.done === '' ? outcome.button : outcome.done;
  return words.replace(/\.$/, '');
}

function fieldClause(field: Field | undefined, rest: readonly string[]): string | undefined {
  if (field === undefined || rest.length > 1) return undefined;
  const [option] = rest;
  if (option === undefined) return `“${field.label}” was answered`;
  const label = field.options.find(({ id }) => id === option)?.label;
  const plain =
    (field.type === 'yes-no' && (option === 'yes' || option === 'no')) ||
    (field.type === 'confirm' && option === 'yes');
  if (label === undefined && !plain) return undefined;
  return `“${field.label}” was answered with “${label ?? option}”`;
}

function conditionClause(name: string): string {
  const words = name.split('-');
  const last = words.at(-1) ?? '';
  return words.length > 1 && last.endsWith('ed')
    ? `the ${words.slice(0, -1).join(' ')} was ${last}`
    : `“${spaced(name)}” came about`;
}

/** `assessment completed` and `the assessment was completed` both become `the assessment was completed`. */
function titleClause(title: string): string {
  const words = title.replace(/\.$/, '');
  if (/\b(was|were|is|are|has|have|had|did)\b/.test(words)) return words;
  const past = /^(?:the )?(.+) (\w+(?:ed|ent|eld|en))$/.exec(words);
  return past ? `the ${past[1]} was ${past[2]}` : `this was recorded: ${words}`;
}

function expectedClause(title: string): string {
  return titleClause(title).replace(/ (was|were|is|has been) /, ' is expected to be ');
}

/** `the consultation`: a step's title, which the data writes as inside a sentence. */
export function theStep(step: Step): string {
  return /^(the|a|an|your|their) /.test(step.title) ? step.title : `the ${step.title}`;
}

export function spaced(id: string): string {
  return id.replaceAll('-', ' ');
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A sentence put behind a colon. Only words that are never a name lose their capital: "Early Help" and "MOSAIC" keep it. */
export function lower(text: string): string {
  return /^(The|A|An|This|That|It|You|Your|Their|Both|Each|Every|No)\b/.test(text)
    ? text.charAt(0).toLowerCase() + text.slice(1)
    : text;
}

function allFields(protocol: Protocol): Readonly<Record<string, Field>> {
  return Object.assign({}, ...Object.values(protocol.steps).map((step) => fieldsOf(protocol, step)));
}
