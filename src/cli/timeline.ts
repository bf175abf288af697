/** `stepwise timeline`: a case that exists only on this line of the terminal, read by the real engine. */
import { faultOfReference } from '../adapters/protocol-files/names.ts';
import { replay } from '../domain/case/evolve.ts';
import { statusOf } from '../domain/case/status.ts';
import { compareTimes, type Time } from '../domain/case/times.ts';
import { type CaseEvent, type Deadline, PROGRAM, type StepView } from '../domain/case/types.ts';
import type { Protocol, Step } from '../domain/protocol/types.ts';
import { BeyondCalendar } from '../domain/time/calendar.ts';
import { explain } from '../domain/time/count-from.ts';
import { type Instant, instantAt, isDay, parseInstant, writeDay, writeInstant } from '../domain/time/instant.ts';
import { type Outcome, type Parsed, pairOf, textOf, textsOf } from './command.ts';
import { findPathway, isOutcome, readData, readTime } from './data.ts';

export function timeline(parsed: Parsed): Outcome {
  const data = readData();
  if (isOutcome(data)) return data;
  const protocol = findPathway(data, parsed.positionals[0]);
  if (isOutcome(protocol)) return protocol;

  const facts: { name: string; at: Time }[] = [];
  for (const text of textsOf(parsed, 'fact')) {
    const pair = pairOf(text);
    const at = pair && readTime(pair[1]);
    if (!pair || at === undefined) return { exit: 2, error: `--fact takes name=<date or time>, not "${text}".` };
    const fault = faultOfReference(pair[0], protocol);
    const derived = pair[0] in protocol.conditions || /^(setting|list|form)\./.test(pair[0]);
    if (fault !== undefined || derived)
      return { exit: 1, error: `"${pair[0]}" cannot be recorded: ${fault ?? 'it follows from other facts'}` };
    facts.push({ name: pair[0], at });
  }
  facts.sort((a, b) => compareTimes(a.at, b.at));
  const settings: Record<string, string> = {};
  for (const text of textsOf(parsed, 'set')) {
    const pair = pairOf(text);
    const setting = pair && protocol.council.settings[pair[0]];
    if (!pair || !setting?.options.includes(pair[1]))
      return { exit: 2, error: `--set takes setting=option, not "${text}".` };
    settings[pair[0]] = pair[1];
  }
  const givenNow = textOf(parsed, 'now');
  const readNow = givenNow === undefined ? undefined : readTime(givenNow);
  if (givenNow !== undefined && readNow === undefined) return { exit: 2, error: `"${givenNow}" is no date or time.` };
  const known = facts.filter(({ name }) => !name.endsWith('.expected'));
  const now = momentOf(readNow ?? (known.at(-1) ?? facts.at(-1))?.at ?? parseInstant(new Date().toISOString()));

  const theCase = replay('timeline', eventsOf(protocol, facts, settings, now));
  try {
    const status = statusOf(protocol, theCase, data.protocols.calendar(protocol.council.id), now);
    const rows = Object.values(protocol.steps).map((step) =>
      rowOf(
        protocol,
        step,
        status.steps[step.id],
        status.deadlines.filter((each) => each.step === step.id),
      ),
    );
    const json = {
      pathway: protocol.id,
      now,
      holder: status.holder,
      ...(status.ended ? { ended: status.ended } : {}),
      steps: rows,
    };
    return { exit: 0, json, text: write(protocol, now, status.holder, rows, status.ended?.how) };
  } catch (error) {
    if (error instanceof BeyondCalendar) return { exit: 1, error: error.message };
    throw error;
  }
}

function momentOf(time: Time): Instant {
  return isDay(time) ? instantAt(time, '17:00') : time;
}

export function eventsOf(
  protocol: Protocol,
  facts: readonly { readonly name: string; readonly at: Time }[],
  settings: Readonly<Record<string, string>>,
  now: Instant,
): readonly CaseEvent[] {
  const first = [now, ...facts.map(({ at }) => momentOf(at))].sort()[0] ?? now;
  const base = { recordedAt: first, by: PROGRAM };
  return [
    {
      ...base,
      type: 'case-opened',
      commandKey: 'open',
      reference: '',
      council: protocol.council.id,
      pathway: protocol.id,
      version: protocol.version,
      children: ['c1'],
      settings,
    },
    ...facts.map(
      ({ name, at }, index): CaseEvent => ({
        ...base,
        type: 'fact-recorded',
        commandKey: `fact-${index}`,
        fact: name,
        at,
        // A booking says when the meeting is; here its time is the fact's.
        answers: /\.(booking|booked)$/.test(name) ? { start: momentOf(at), end: momentOf(at) } : {},
      }),
    ),
  ];
}

interface Row {
  readonly step: string;
  readonly title: string;
  readonly kind: string;
  readonly state: string;
  readonly since?: string;
  readonly outcome?: string;
  readonly owner: readonly string[];
  readonly due: string | null;
  readonly dueAt: string | null;
  readonly actBy: string | null;
  readonly because: readonly string[];
  readonly rules: readonly string[];
  readonly provisional: boolean;
  /** All clocks of the step; the one above is the earliest. */
  readonly deadlines: readonly {
    readonly due: string;
    readonly dueAt: string;
    readonly actBy: string;
    readonly kind: string;
    readonly effective: boolean;
    readonly rules: readonly string[];
    readonly because: readonly string[];
  }[];
  readonly blockedBy: readonly string[];
  readonly why: string;
}

function rowOf(protocol: Protocol, step: Step, view: StepView | undefined, deadlines: readonly Deadline[]): Row {
  const effective = deadlines.find((each) => each.effective) ?? deadlines[0];
  const owners =
    step.by.length > 0
      ? step.by
      : step.kind === 'resolve'
        ? (step.rungs[view?.rung ?? 0]?.by ?? [])
        : step.kind === 'meet'
          ? [step.organiser]
          : [];
  return {
    step: step.id,
    title: step.title,
    kind: step.kind,
    state: view?.state ?? 'waiting',
    ...(view?.since === undefined ? {} : { since: view.since }),
    ...(view?.outcome === undefined ? {} : { outcome: view.outcome }),
    owner: owners.map((role) => protocol.council.roles[role]?.name ?? role),
    due: effective?.due ?? null,
    dueAt: effective?.dueAt ?? null,
    actBy: effective?.actBy ?? null,
    because: effective?.because.map(({ text }) => text) ?? [],
    rules: effective?.rules ?? step.rules,
    provisional: effective?.provisional ?? false,
    deadlines: deadlines.map(({ due, dueAt, actBy, kind, effective, rules, because }) => ({
      due,
      dueAt,
      actBy,
      kind,
      effective,
      rules,
      because: because.map(({ text }) => text),
    })),
    blockedBy: view?.blockedBy.map(({ says }) => says) ?? [],
    why: effective === undefined ? '' : explain(effective.because),
  };
}

const STATES: Readonly<Record<string, string>> = { 'not-applicable': '-', waiting: 'later' };

function write(
  protocol: Protocol,
  now: Instant,
  holder: string,
  rows: readonly Row[],
  ended: string | undefined,
): string {
  const holderName = protocol.council.services[holder]?.name ?? holder;
  const head = `${protocol.council.name}: ${protocol.title}, as it stands ${writeInstant(now)}. With ${holderName}.${ended === undefined ? '' : ` Ended: ${ended.replaceAll('-', ' ')}.`}`;
  const width = Math.max(...rows.map(({ title }) => title.length));
  const owner = Math.max(...rows.map((row) => row.owner.join(', ').length));
  const lines = rows.flatMap((row) => {
    const asked = row.state === 'open' || row.state === 'waiting';
    const due =
      row.due === null || row.dueAt === null
        ? ''
        : `due ${writeInstant(row.dueAt as Instant)}${row.provisional ? ' (provisional)' : ''}`;
    const since = row.state === 'done' && row.since !== undefined ? writeTime(row.since) : '';
    const line = `${(STATES[row.state] ?? row.state).padEnd(7)} ${row.title.padEnd(width)}  ${row.owner.join(', ').padEnd(owner)}  ${asked ? due : since}`;
    const notes = [
      ...(asked && row.actBy !== null && row.actBy !== row.due ? [`act by ${writeTime(row.actBy)}`] : []),
      ...(asked ? row.blockedBy : []),
    ];
    return [line.trimEnd(), ...notes.map((note) => `        ${note}`)];
  });
  // Several steps end with one clock: its reasons are said once.
  const reasons = new Map<string, string>();
  for (const row of rows) {
    if (row.due === null || (row.state !== 'open' && row.state !== 'waiting')) continue;
    const because = row.why.replace(/ Rules? [^.]*\.$/, '');
    const names = reasons.get(`${writeTime(row.due)}: ${because}`);
    reasons.set(`${writeTime(row.due)}: ${because}`, names === undefined ? row.title : `${names}, ${row.title}`);
  }
  const why = [...reasons].map(([because, names]) => `  ${because} (${names})`);
  return [head, '', ...lines, ...(why.length === 0 ? [] : ['', 'Why:', ...why])].join('\n');
}

function writeTime(time: string): string {
  const read = time as Time;
  return isDay(read) ? writeDay(read) : writeInstant(read);
}
