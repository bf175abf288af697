/**
 * What a reference may name. The engine reads references three-valued; a reference that names nothing would be unknown for ever,
 * so it is a fault here and never reaches a case.
 */
import type { Council, Field, Outcome, Protocol, Step, StepKind } from '../../domain/protocol/types.ts';
import { didYouMean } from './near.ts';

type Pathway = Omit<Protocol, 'version'>;

const MOMENTS_OF_ALL = ['opened', 'open'];
const MOMENTS: Readonly<Record<StepKind, readonly string[]>> = {
  send: ['sent', 'received'],
  record: [],
  consent: ['given', 'refused', 'withdrawn', 'overridden', 'not-appropriate'],
  assign: ['named', 'none-found'],
  decide: [],
  meet: ['booking', 'booked', 'starts', 'held', 'not-held', 'cancelled', 'moved', 'no-time'],
  resolve: ['not-agreed'],
};
const MOMENTS_WITH_ROLE = ['attended', 'absent', 'declined'];

type Forms = Readonly<Record<string, Field>>;

export function momentsOf(step: Step): readonly string[] {
  return [...MOMENTS[step.kind], ...MOMENTS_OF_ALL];
}

export function outcomesOf(step: Step): Readonly<Record<string, Outcome>> {
  return 'outcomes' in step ? step.outcomes : {};
}

/** All fields whose answers a step's facts carry, those of its opening page among them. */
export function fieldsOf(pathway: Pathway, step: Step): Forms {
  const pages = pathway.opening.pages.filter((page) =>
    'step' in page.records
      ? page.records.step === step.id
      : 'form' in page.records && pathway.opening.sends === step.id,
  );
  return Object.assign(
    {},
    step.form,
    ...pages.map((page) => page.fields),
    ...Object.values(outcomesOf(step)).map((outcome) => outcome.asks),
    ...Object.values(step.moments ?? {}).map((moment) => moment.asks),
  ) as Forms;
}

/**
 * @param own fields of the form in which the reference stands (`form.field.answer`)
 * @returns what is wrong with it, or undefined
 */
export function faultOfReference(ref: string, pathway: Pathway, own: Forms = {}): string | undefined {
  const [head = '', second, third, ...rest] = ref.split('.');
  const { council } = pathway;
  if (head === 'form')
    return second === undefined
      ? 'a reference to the own form names a field'
      : faultOfAnswer(own, second, third, 'this form');
  if (head === 'setting') return faultOfSetting(council, second, third);
  if (head === 'list') return faultOfList(council, second, third);
  const step = pathway.steps[head];
  if (step) return rest.length > 0 ? `"${ref}" has too many parts` : faultOfStepPart(pathway, step, second, third);
  const fact = pathway.facts[head];
  if (fact) {
    if (second === undefined || (second === 'expected' && third === undefined)) return undefined;
    const page = pathway.opening.pages.find((page) => 'fact' in page.records && page.records.fact === head);
    return faultOfAnswer({ ...fact.form, ...page?.fields }, second, third, `the fact "${head}"`);
  }
  if (head in pathway.conditions) return second === undefined ? undefined : `a condition has no parts: "${ref}"`;
  const names = [...Object.keys(pathway.steps), ...Object.keys(pathway.facts), ...Object.keys(pathway.conditions)];
  const what = second === undefined ? 'no step, fact or condition' : 'no step';
  return `${what} is called "${head}"${didYouMean(head, names)}`;
}

function faultOfStepPart(
  pathway: Pathway,
  step: Step,
  part: string | undefined,
  more: string | undefined,
): string | undefined {
  if (part === undefined) return undefined;
  if (MOMENTS_WITH_ROLE.includes(part) && step.kind === 'meet') {
    if (more === undefined) return `"${part}" names a role: "${step.id}.${part}.ROLE"`;
    return more in pathway.council.roles
      ? undefined
      : `no role is called "${more}"${didYouMean(more, Object.keys(pathway.council.roles))}`;
  }
  const outcomes = outcomesOf(step);
  const moments = momentsOf(step);
  if (more === undefined && (part in outcomes || moments.includes(part))) return undefined;
  const fields = fieldsOf(pathway, step);
  if (part in fields) return faultOfAnswer(fields, part, more, `the step "${step.id}"`);
  const known = [...Object.keys(outcomes), ...moments, ...Object.keys(fields)];
  return `the step "${step.id}" has no outcome, moment or field "${part}"${didYouMean(part, known)}`;
}

function faultOfAnswer(fields: Forms, name: string, answer: string | undefined, where: string): string | undefined {
  const field = fields[name];
  if (!field) return `${where} has no field "${name}"${didYouMean(name, Object.keys(fields))}`;
  if (answer === undefined) return undefined;
  const answers =
    field.type === 'yes-no' || field.type === 'confirm' ? ['yes', 'no'] : field.options.map((option) => option.id);
  return answers.includes(answer)
    ? undefined
    : `the field "${name}" has no answer "${answer}"${didYouMean(answer, answers)}`;
}

function faultOfSetting(council: Council, name: string | undefined, option: string | undefined): string | undefined {
  const setting = council.settings[name ?? ''];
  if (!setting) return `no setting is called "${name ?? ''}"${didYouMean(name ?? '', Object.keys(council.settings))}`;
  if (option === undefined || !setting.options.includes(option)) {
    return `the setting "${name}" has no option "${option ?? ''}"${didYouMean(option ?? '', setting.options)}`;
  }
  return undefined;
}

function faultOfList(council: Council, name: string | undefined, state: string | undefined): string | undefined {
  const list = council.lists[name ?? ''];
  if (!list) return `no list is called "${name ?? ''}"${didYouMean(name ?? '', Object.keys(council.lists))}`;
  if (state !== undefined && !list.states.includes(state))
    return `the list "${name}" has no state "${state}"${didYouMean(state, list.states)}`;
  return undefined;
}

/** `role/x` and the like: what is wrong with it, or undefined. */
export function faultOfTarget(target: string, council: Council): string | undefined {
  const [kind, name = ''] = target.split('/');
  if (kind === 'role') return faultOfName('role', name, Object.keys(council.roles));
  if (kind === 'mailbox') return faultOfName('mailbox', name, Object.keys(council.mailboxes));
  if (kind === 'channel') return faultOfName('channel', name, [...Object.keys(council.channels), 'team']);
  return undefined;
}

export function faultOfName(what: string, name: string, names: readonly string[]): string | undefined {
  return names.includes(name) ? undefined : `no ${what} is called "${name}"${didYouMean(name, names)}`;
}

/** Whether a reference is to something whose hour is known, so that hours may be counted from it. */
export function hasHour(ref: string, pathway: Pathway, seen: ReadonlySet<string> = new Set()): boolean {
  const [head = '', part] = ref.split('.');
  const fact = pathway.facts[head];
  if (fact) return fact.precision === 'instant';
  const condition = pathway.conditions[head];
  if (condition) {
    if (seen.has(head)) return true;
    const { all, any, window } = condition;
    return [...all, ...any, ...(window ? [window.happened] : [])].every((member) =>
      hasHour(member, pathway, new Set([...seen, head])),
    );
  }
  const step = pathway.steps[head];
  if (!step) return true;
  if (part !== undefined && momentsOf(step).includes(part)) return true;
  return fieldsOf(pathway, step).at?.type !== 'date';
}
