/** `stepwise due`: a rule, a plain phrase, or JSON lines of either. */
import { createInterface } from 'node:readline';
import { loadCalendar } from '../adapters/holidays.ts';
import type { Day, Instant } from '../domain/time/instant.ts';
import { dayOf, instantFromMilliseconds, isDay, writeDay, writeInstant } from '../domain/time/instant.ts';
import { whenIs } from '../domain/time/phrase.ts';
import { type Outcome, type Parsed, textOf, textsOf } from './command.ts';
import { isOutcome, readData, readTime } from './data.ts';
import { type DueAnswer, dueOfRule, type NoAnswer } from './due-of-rule.ts';
import { makeRulebook, type Rulebook } from './rulebook.ts';
import { switchOf } from './switches.ts';

const RULE = /^[A-Z]{3}-[A-Z]-\d+$/i;
const TIMES = 'Write a day like 2026-12-18 or a time like 2026-12-18T18:45:00Z.';

export async function dueCommand(parsed: Parsed): Promise<Outcome> {
  if (parsed.values.batch === true) return batch();
  const asked = parsed.positionals.join(' ');
  if (asked === '') return { exit: 2, error: 'Name a rule, or write a phrase in quotes.' };
  const from = textOf(parsed, 'from');
  if (!RULE.test(asked)) return answer(phraseAnswer(asked, from));

  const sent = textOf(parsed, 'sent');
  const given = sent ?? from;
  if (given === undefined) return { exit: 2, error: `${asked} counts from something: --from is missing. ${TIMES}` };
  const time = readTime(given);
  if (time === undefined) return { exit: 2, error: `"${given}" is no date or time. ${TIMES}` };
  const set: Record<string, string> = {};
  for (const text of textsOf(parsed, 'set')) {
    const pair = switchOf(text);
    if (!pair) return { exit: 2, error: `--set takes name=value, not "${text}".` };
    set[pair[0]] = pair[1];
  }
  const data = readData();
  if (isOutcome(data)) return data;
  return answer(dueOfRule(makeRulebook(data), asked.toUpperCase(), { from: time, sent: sent !== undefined, set }));
}

type PhraseAnswer = Omit<DueAnswer, 'rule'> & { readonly phrase: string };

function answer(found: DueAnswer | PhraseAnswer | NoAnswer): Outcome {
  return 'error' in found ? { exit: 1, error: found.error } : { exit: 0, json: found, text: write(found) };
}

function write(found: DueAnswer | PhraseAnswer): string {
  const reasons = found.because.map((reason) => `  ${reason}`);
  if (found.due === null || found.actBy === null)
    return [`${'rule' in found ? found.rule : found.phrase}: no date.`, ...reasons].join('\n');
  const time = (text: string) =>
    isDay(text as Day | Instant) ? `${writeDay(text as Day)}, 17:00` : writeInstant(text as Instant);
  const actBy = found.actBy === found.due ? '' : `  Act by ${time(found.actBy)}`;
  return [`Due ${time(found.due)}${found.projected === true ? ' (may change)' : ''}${actBy}`, ...reasons].join('\n');
}

/** @param from where a phrase without a date counts from */
function phraseAnswer(phrase: string, from?: string): PhraseAnswer | NoAnswer {
  const calendar = loadCalendar({ extraFile: process.env.HOLIDAYS_FILE });
  const today = dayOf(instantFromMilliseconds(Date.now()));
  let read = whenIs(phrase, today, calendar);
  if (!read.understood && from !== undefined) {
    const joined = /\b(after|from|before)\s*$/i.test(phrase) ? `${phrase} ${from}` : `${phrase} after ${from}`;
    read = whenIs(joined, today, calendar);
  }
  if (!read.understood) return { error: read.refusal };
  const hours = /\bhours?\b/i.test(phrase);
  return {
    phrase,
    due: hours ? read.dueAt : read.due,
    actBy: hours ? read.actByAt : read.actBy,
    because: read.because.map(({ text }) => text),
    dueAt: read.dueAt,
    projected: read.projected,
  };
}

/** One answer for each line, in order; a line that cannot be answered gives {"error"}. Blank lines are passed over. */
async function batch(): Promise<Outcome> {
  const data = readData();
  if (isOutcome(data)) return data;
  const book = makeRulebook(data);
  let waiting: string[] = [];
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue;
    waiting.push(JSON.stringify(answerLine(book, line)));
    if (waiting.length >= 500) {
      await print(waiting);
      waiting = [];
    }
  }
  await print(waiting);
  return { exit: 0, text: '' };
}

/** Waits where the reader is slower than we are. */
function print(lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return Promise.resolve();
  return new Promise((resolve) => process.stdout.write(`${lines.join('\n')}\n`, () => resolve()));
}

function answerLine(book: Rulebook, line: string): DueAnswer | PhraseAnswer | NoAnswer {
  let asked: unknown;
  try {
    asked = JSON.parse(line);
  } catch {
    return { error: 'This line is not JSON.' };
  }
  if (asked === null || typeof asked !== 'object' || Array.isArray(asked))
    return { error: 'A line is {"rule" or "phrase", "from"}.' };
  const { rule, phrase, from, sent, set } = asked as Readonly<Record<string, unknown>>;
  if (typeof phrase === 'string') return phraseAnswer(phrase, typeof from === 'string' ? from : undefined);
  if (typeof rule !== 'string') return { error: 'A line has "rule" or "phrase".' };
  const given = typeof sent === 'string' ? sent : from;
  if (typeof given !== 'string') return { error: `${rule} counts from something: "from" is missing.` };
  const time = readTime(given);
  if (time === undefined) return { error: `"${given}" is no date or time. ${TIMES}` };
  const choices =
    set !== null && typeof set === 'object'
      ? Object.entries(set).map(([name, value]) => [name, String(value)] as const)
      : [];
  return dueOfRule(book, rule.trim().toUpperCase(), {
    from: time,
    sent: typeof sent === 'string',
    set: Object.fromEntries(choices),
  });
}
