/**
 * A draft that comes from a case begins with what is known of it: page by page and child by child, where the new pathway asks for the
 * same under the same name. What a family agrees to, what somebody confirms and times to come are asked anew.
 */
import { agenciesNamed } from '../domain/case/agencies.ts';
import type { Answer, Answers, Case, ChildId, RecordedFact } from '../domain/case/types.ts';
import type { Field, Page, PathwayId, Protocol } from '../domain/protocol/types.ts';
import { dayOf, type Instant, isDay } from '../domain/time/instant.ts';
import type { Draft } from './ports.ts';

/** A pathway that the case is or was on, and what was recorded of it then. */
interface Source {
  readonly protocol: Protocol;
  readonly facts: readonly RecordedFact[];
  readonly children: readonly ChildId[];
}

export function prefilled(
  target: Protocol,
  of: Case,
  protocolOf: (pathway: PathwayId, version: string) => Protocol,
): Pick<Draft, 'pages' | 'children'> {
  const sources = sourcesOf(of, protocolOf);
  const pages: Record<string, Answers> = {};
  for (const page of target.opening.pages) {
    if (isAgreement(target, page)) continue;
    const keys =
      page.each === 'children' ? of.children.map((child, index) => [child, `${page.id}.${index + 1}`] as const) : [];
    for (const [child, key] of page.each === 'children' ? keys : ([[undefined, page.id]] as const)) {
      const answers = answersFor(target, page, child, sources);
      if (Object.keys(answers).length > 0) pages[key] = answers;
    }
  }
  return { pages, children: Math.max(1, of.children.length) };
}

/** The latest first. In the course of a journey the facts of an earlier pathway stand among the present ones. */
function sourcesOf(of: Case, protocolOf: (pathway: PathwayId, version: string) => Protocol): readonly Source[] {
  const { facts, children } = of;
  const earlier = of.earlier.map(
    (each): Source => ({
      protocol: protocolOf(each.pathway, each.version),
      facts: each.facts.length > 0 ? each.facts : facts.filter(({ seq }) => seq < each.seq),
      children,
    }),
  );
  return [{ protocol: protocolOf(of.pathway, of.version), facts, children }, ...earlier.reverse()];
}

function isAgreement({ steps }: Protocol, { records }: Page): boolean {
  return 'step' in records && steps[records.step]?.kind === 'consent';
}

/** From the latest pathway whose opening had this page and was filled in: two rounds are never mixed. */
function answersFor(target: Protocol, page: Page, child: ChildId | undefined, sources: readonly Source[]): Answers {
  for (const source of sources) {
    const same = source.protocol.opening.pages.find(({ id, each }) => id === page.id && each === page.each);
    if (!same || isAgreement(source.protocol, same)) continue;
    const recorded = recordedFor(source, same);
    const answers = Object.fromEntries(
      Object.values(page.fields).flatMap((field) => {
        const asked = same.fields[field.id];
        if (!asked || asked.type !== field.type) return [];
        return typedAs(target, source, field, recorded, child === undefined ? field.id : `${child}.${field.id}`);
      }),
    );
    if (Object.keys(answers).length > 0) return answers;
  }
  return {};
}

/** Clear and personal answers of what the page was recorded as; the day of a fact under `at`. */
function recordedFor({ protocol, facts }: Source, { records }: Page): Answers {
  const name = 'step' in records ? records.step : 'fact' in records ? records.fact : protocol.opening.sends;
  const own = facts.filter(({ fact }) => fact === name || fact === `${name}.expected`);
  const last = own.at(-1);
  return {
    ...(last && 'fact' in records ? { at: dayOfTime(last.at) } : {}),
    ...Object.assign({}, ...own.map(({ answers, personal }) => ({ ...answers, ...personal }))),
  };
}

function dayOfTime(at: RecordedFact['at']): string {
  return isDay(at) ? at : dayOf(at as Instant);
}

const ASKED_ANEW: readonly Field['type'][] = ['confirm', 'confirm-all', 'times'];
const NOT_KNOWN = /^not known: /;

/** As it would have been typed; nothing where it was not answered, or with something that cannot be chosen here. */
function typedAs(
  { council }: Protocol,
  source: Source,
  field: Field,
  recorded: Answers,
  key: string,
): readonly (readonly [string, Answer])[] {
  const answer = recorded[key];
  if (answer === undefined || answer === null || ASKED_ANEW.includes(field.type)) return [];
  if (field.type === 'agencies') {
    const { names } = agenciesNamed(source.protocol, source.facts);
    const ids = Array.isArray(answer) ? (answer as readonly string[]) : [];
    return [[field.id, ids.flatMap((id) => names[id] ?? []).join('\n')]];
  }
  if (field.options.length > 0) {
    const chosen = (Array.isArray(answer) ? (answer as readonly string[]) : [String(answer)]).filter((id) =>
      field.options.some((option) => option.id === id && option.refuses === undefined),
    );
    if (chosen.length === 0) return [];
    return [[field.id, Array.isArray(answer) ? chosen : (chosen[0] as string)]];
  }
  if (field.type === 'team') return council.teams[String(answer)] ? [[field.id, answer]] : [];
  if (field.type === 'birth-date' && typeof answer === 'string' && NOT_KNOWN.test(answer))
    return field.orUnknown ? [[`${field.id}.unknown`, answer.replace(NOT_KNOWN, '')]] : [];
  return [[field.id, answer]];
}
