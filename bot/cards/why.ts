/** Why a date is what it is: opens in place, without the server. Fit for a channel. */
import type { Deadline } from '../../src/domain/case/types.ts';
import { timeOf, writeDay } from '../../src/domain/time/instant.ts';
import { explain } from '../../src/domain/time/reasons.ts';
import { andList, capital } from '../../src/domain/wording.ts';
import { type Open, open, openShortDay, protocolWords } from './privacy.ts';

export interface Whys {
  readonly toggles: readonly Readonly<Record<string, unknown>>[];
  readonly answers: readonly { readonly id: string; readonly text: Open }[];
}

const MOST_DATES = 5;

/** A date and its reasons. */
export type Explained = Pick<Deadline, 'due' | 'because'>;

/** [Why Tue 22 Dec?]: one button and one answer a date, whatever number of steps is due then. */
export function whys(deadlines: readonly (Explained | undefined)[]): Whys[] {
  const byDay = Map.groupBy(
    deadlines.filter((deadline) => deadline !== undefined),
    ({ due }) => due,
  );
  if (byDay.size === 0) return [];
  const shown = [...byDay].slice(0, MOST_DATES);
  return [
    {
      toggles: shown.map(([day]) => ({
        type: 'Action.ToggleVisibility',
        title: open`Why ${openShortDay(day)}?`,
        targetElements: [`why-${day}`],
      })),
      answers: shown.map(([day, due]) => ({ id: `why-${day}`, text: countedOnce(due) })),
    },
  ];
}

/** What is due on each of these dates, and why: for whoever asks in words. */
export function whyByDate(due: readonly { readonly title: string; readonly deadline: Deadline }[]): Open[] {
  return [...Map.groupBy(due, ({ deadline }) => deadline.dueAt).values()].map((same) => {
    const [first] = same;
    const titles = andList(same.map(({ title }) => title));
    const when = first ? `${writeDay(first.deadline.due)}, ${timeOf(first.deadline.dueAt)}` : '';
    const words = `${capital(titles)}, ${when}: `;
    return open`${protocolWords(words)}${countedOnce(same.map(({ deadline }) => deadline))}`;
  });
}

/** The same count is told once, and the rules of all of them stand at the end. */
function countedOnce(deadlines: readonly Explained[]): Open {
  const counts = [...new Set(deadlines.map(({ because }) => explain(because.filter(({ kind }) => kind !== 'rule'))))];
  // One that only says more than another holds it already.
  const told = counts.filter((count) => !counts.some((other) => other !== count && other.startsWith(count)));
  const rules = deadlines.flatMap(({ because }) =>
    because.flatMap(({ kind, text }) => (kind === 'rule' ? [text] : [])),
  );
  return protocolWords([...told, ...joined([...new Set(rules)])].join(' '));
}

const RULE_ID = /\b[A-Z]{3}-[A-Z]-\d{2}\b/g;

/** "Rule CAM-A-18, section 3 p3." and four more like it: their ids, and the sections that they are all from. */
function joined(rules: readonly string[]): string[] {
  if (rules.length < 2) return [...rules];
  const ids = [...new Set(rules.flatMap((text) => text.match(RULE_ID) ?? []))].sort();
  const sections = [...new Set(rules.flatMap((text) => / section (\S+?)[ .]/.exec(text)?.[1] ?? []))];
  const from = sections.length === 1 ? `, section ${sections[0]}` : '';
  return [`${ids.length === 1 ? 'Rule' : 'Rules'} ${andList(ids)}${from}.`];
}
