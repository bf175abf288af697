/** `stepwise timeline`: a case that exists only on this line of the terminal, read by the real engine. */
import { faultOfReference, fieldsOf, momentsOf, outcomesOf } from '../adapters/protocol-files/names.ts';
import { evolve, replay } from '../domain/case/evolve.ts';
import { withMove } from '../domain/case/moving.ts';
import { statusOf } from '../domain/case/status.ts';
import { compareTimes, type Time } from '../domain/case/times.ts';
import {
  type Answer,
  type Answers,
  type Case,
  type ChildId,
  type Deadline,
  type FactRecorded,
  PROGRAM,
  type StepView,
} from '../domain/case/types.ts';
import type { Field, Protocol, Step } from '../domain/protocol/types.ts';
import { BeyondCalendar, type Calendar } from '../domain/time/calendar.ts';
import { explain } from '../domain/time/count-from.ts';
import { dayOf, type Instant, instantAt, isDay, parseInstant, writeDay, writeInstant } from '../domain/time/instant.ts';
import { type Outcome, type Parsed, pairOf, textOf, textsOf } from './command.ts';
import { findPathway, isOutcome, readData, readTime } from './data.ts';
import { readSwitches, switchOf } from './switches.ts';

export function timeline(parsed: Parsed): Outcome {
  const data = readData();
  if (isOutcome(data)) return data;
  const first = findPathway(data, parsed.positionals[0]);
  if (isOutcome(first)) return first;

  const told: Told[] = [];
  for (const text of textsOf(parsed, 'fact')) {
    const pair = pairOf(text);
    const at = pair && readTime(pair[1]);
    if (!pair || at === undefined) return { exit: 2, error: `--fact takes name=<date or time>, not "${text}".` };
    const [, child, name = ''] = /^(?:([ac]\d+)\.)?(.*)$/.exec(pair[0]) ?? [];
    told.push({ name, at, ...(child === undefined ? {} : { child }) });
  }
  told.sort((a, b) => compareTimes(a.at, b.at));
  const settings = settingsAsked(first, textsOf(parsed, 'set'));
  if (isOutcome(settings)) return settings;
  const givenNow = textOf(parsed, 'now');
  const readNow = givenNow === undefined ? undefined : readTime(givenNow);
  if (givenNow !== undefined && readNow === undefined) return { exit: 2, error: `"${givenNow}" is no date or time.` };
  const known = told.filter(({ name }) => !name.endsWith('.expected'));
  const now = momentOf(readNow ?? (known.at(-1) ?? told.at(-1))?.at ?? parseInstant(new Date().toISOString()));

  try {
    const calendar = data.protocols.calendar(first.council.id);
    const played = play(first, told, settings, { now, calendar, all: data.protocols.all() });
    if (isOutcome(played)) return played;
    const { protocol, theCase, moves } = played;
    const status = statusOf(protocol, theCase, calendar, now);
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
      ...(moves.length === 0 ? {} : { moved: moves.map(({ at, from, to }) => ({ at, from: from.id, to: to.id })) }),
      now,
      holder: status.holder,
      settings: { ...defaultsOf(protocol), ...settings },
      ...(status.agencies.length === 0 ? {} : { agencies: status.agencies }),
      ...(Object.keys(status.lists).length === 0 ? {} : { lists: status.lists }),
      ...(status.ended ? { ended: status.ended } : {}),
      steps: rows,
    };
    return {
      exit: 0,
      json,
      text: write(protocol, { now, holder: status.holder, ended: status.ended?.how, moves }, rows),
    };
  } catch (error) {
    if (error instanceof BeyondCalendar) return { exit: 1, error: error.message };
    throw error;
  }
}

interface Told {
  readonly name: string;
  readonly at: Time;
  /** Where a step is done for each child or agency: for which. Absent: for every one. */
  readonly child?: ChildId;
}

interface Move {
  readonly at: Time;
  readonly from: Protocol;
  readonly to: Protocol;
}

function momentOf(time: Time): Instant {
  return isDay(time) ? instantAt(time, '17:00') : time;
}

function defaultsOf({ council }: Protocol): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(council.settings).map(([name, { default: usual }]) => [name, usual]));
}

/** By their own names, or as the ledger prints a switch. A course of the family is a fact here, as it has a date. */
function settingsAsked(protocol: Protocol, texts: readonly string[]): Readonly<Record<string, string>> | Outcome {
  const set: Record<string, string> = {};
  for (const text of texts) {
    const pair = switchOf(text);
    if (!pair) return { exit: 2, error: `--set takes setting=option, not "${text}".` };
    set[pair[0]] = pair[1];
  }
  const read = readSwitches(protocol, set);
  if ('error' in read) return { exit: 1, error: read.error };
  const [course] = Object.entries(read.courses);
  if (course) return { exit: 2, error: `"${course[0]}" has a date: write --fact ${course.join('.')}=<date or time>.` };
  return read.settings;
}

/** The case as the facts make it, going on under other pathways where the data says so. */
function play(
  first: Protocol,
  told: readonly Told[],
  settings: Readonly<Record<string, string>>,
  { now, calendar, all }: { readonly now: Instant; readonly calendar: Calendar; readonly all: readonly Protocol[] },
): { readonly protocol: Protocol; readonly theCase: Case; readonly moves: readonly Move[] } | Outcome {
  const find = (id: string) => all.find((each) => each.id === id);
  const began = [now, ...told.map(({ at }) => momentOf(at))].sort()[0] ?? now;
  const base = { recordedAt: began, by: PROGRAM };
  let protocol = first;
  const moves: Move[] = [];
  let theCase = replay('timeline', [
    {
      ...base,
      type: 'case-opened',
      commandKey: 'open',
      reference: '',
      council: first.council.id,
      pathway: first.id,
      version: first.version,
      children: first.opening.pages.some(({ each }) => each === 'children') ? ['c1'] : [],
      settings,
    },
  ]);
  for (const [index, fact] of factsFrom(first, told, find).entries()) {
    const fault = faultOf(protocol, fact.fact);
    if (fault !== undefined) return { exit: 1, error: fault };
    const recorded: FactRecorded = {
      ...base,
      type: 'fact-recorded',
      commandKey: `fact-${index}`,
      ...fact,
      answers: { ...answersOf(protocol, fact), ...fact.answers },
    };
    const deciding = { now: momentOf(fact.at), actor: { person: PROGRAM, roles: [] }, commandKey: `fact-${index}` };
    const events = withMove({ ...deciding, protocol, calendar, pathways: find }, theCase, recorded);
    if ('refused' in events) return { exit: 1, error: events.words };
    for (const event of events) theCase = evolve(theCase, event);
    const to = find(theCase.pathway);
    if (to !== undefined && to.id !== protocol.id) {
      moves.push({ at: fact.at, from: protocol, to });
      protocol = to;
    }
  }
  return { protocol, theCase, moves };
}

type TheFact = Pick<FactRecorded, 'fact' | 'at' | 'child' | 'answers'>;

/** `outcome.eha-advised.yes` is an answer given with `outcome`, whatever was said of it; without it, it is that step recorded. */
function factsFrom(
  first: Protocol,
  told: readonly Told[],
  find: (id: string) => Protocol | undefined,
): readonly TheFact[] {
  const facts: { fact: string; at: Time; child?: ChildId; answers: Answers }[] = [];
  const given: { readonly head: string; readonly field: string; readonly answer: Answer; readonly told: Told }[] = [];
  for (const each of told) {
    const found = answerIn(first, each) ?? pathwaysAfter(first, find).flatMap((one) => answerIn(one, each) ?? [])[0];
    if (found) given.push({ ...found, told: each });
    else
      facts.push({
        fact: each.name,
        at: each.at,
        answers: {},
        ...(each.child === undefined ? {} : { child: each.child }),
      });
  }
  for (const { head, field, answer, told: each } of given) {
    const mine = facts.filter((fact) => fact.fact.split('.')[0] === head && (fact.child ?? each.child) === each.child);
    const last = mine.at(-1);
    if (last) last.answers = { ...last.answers, [field]: answer };
    else
      facts.push({
        fact: head,
        at: each.at,
        answers: { [field]: answer },
        ...(each.child === undefined ? {} : { child: each.child }),
      });
  }
  return facts.sort((a, b) => compareTimes(a.at, b.at));
}

/** Pathways of the same council, under which the case may go on. */
function pathwaysAfter(first: Protocol, find: (id: string) => Protocol | undefined): readonly Protocol[] {
  const parts = Object.values(first.steps).flatMap((step) => [
    step,
    ...Object.values(outcomesOf(step)),
    ...Object.values(step.moments ?? {}),
  ]);
  return [...new Set(parts.flatMap(({ movesTo }) => movesTo ?? []))].flatMap((id) => find(id) ?? []);
}

function answerIn(
  protocol: Protocol,
  { name, at }: Told,
): { readonly head: string; readonly field: string; readonly answer: Answer } | undefined {
  const [head = '', id = '', answer] = name.split('.');
  const field = formOf(protocol, head)[id];
  if (field === undefined) return undefined;
  const free = field.type === 'person' || (field.type === 'team' && (answer ?? '') in protocol.council.teams);
  if (!free && faultOfReference(name, protocol) !== undefined) return undefined;
  const step = protocol.steps[head];
  if (step && (id in outcomesOf(step) || momentsOf(step).includes(id))) return undefined;
  if (answer !== undefined) return { head, field: id, answer };
  return field.type === 'date' && field.id !== 'at'
    ? { head, field: id, answer: isDay(at) ? at : dayOf(at) }
    : undefined;
}

function formOf(protocol: Protocol, head: string): Readonly<Record<string, Field>> {
  const step = protocol.steps[head];
  if (step) return fieldsOf(protocol, step);
  const pages = protocol.opening.pages.filter(({ records }) => 'fact' in records && records.fact === head);
  return Object.assign({}, protocol.facts[head]?.form, ...pages.map(({ fields }) => fields));
}

function faultOf(protocol: Protocol, name: string): string | undefined {
  if (UNIVERSAL.test(name)) return undefined;
  const fault = faultOfReference(name, protocol);
  const derived = name in protocol.conditions || /^(setting|list|form)\./.test(name);
  if (fault === undefined && !derived) return undefined;
  return `"${name}" cannot be recorded: ${fault ?? 'it follows from other facts'}`;
}

/** Facts that every pathway has (`FactRecorded`). */
const UNIVERSAL = /^(withdrawn|safeguarding\.(stopped|taken|restarted|ended)|case\.(ended|reopened|resumed))$/;

/** A booking says when the meeting is, here at its fact's time. Agencies are two. */
function answersOf(protocol: Protocol, { fact, at }: TheFact): Answers {
  const [head = ''] = fact.split('.');
  const booked = /\.(booking|booked)$/.test(fact) ? { start: momentOf(at), end: momentOf(at) } : {};
  const agencies = Object.values(formOf(protocol, head)).filter(({ type }) => type === 'agencies');
  return { ...booked, ...Object.fromEntries(agencies.map(({ id }) => [id, ['a1', 'a2']])) };
}

interface Row {
  readonly step: string;
  readonly title: string;
  readonly kind: string;
  readonly state: string;
  readonly since?: string;
  readonly outcome?: string;
  /** A series: when it was last held or done. */
  readonly last?: string;
  /** Why it has no date where one is owed. */
  readonly noDate?: string;
  /** Done for each child or agency: how it stands for each. */
  readonly instances?: readonly { readonly of: string; readonly state: string; readonly outcome?: string }[];
  readonly optional: boolean;
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
    ...(view?.last === undefined ? {} : { last: view.last.at }),
    ...(view?.noDate === undefined ? {} : { noDate: view.noDate }),
    ...(view?.instances === undefined
      ? {}
      : {
          instances: view.instances.map(({ of, state, doneBy }) => {
            const part = doneBy?.fact.split('.')[1];
            return { of, state, ...(part === undefined ? {} : { outcome: part }) };
          }),
        }),
    optional: step.optional,
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
  {
    now,
    holder,
    ended,
    moves,
  }: {
    readonly now: Instant;
    readonly holder: string;
    readonly ended: string | undefined;
    readonly moves: readonly Move[];
  },
  rows: readonly Row[],
): string {
  const holderName = protocol.council.services[holder]?.name ?? holder;
  const head = [
    `${protocol.council.name}: ${protocol.title}, as it stands ${writeInstant(now)}. With ${holderName}.${ended === undefined ? '' : ` Ended: ${ended.replaceAll('-', ' ')}.`}`,
    ...moves.map(
      ({ at, from }) => `It was on “${from.title}” until ${writeTime(at)}, and has kept what was recorded there.`,
    ),
  ].join('\n');
  const width = Math.max(...rows.map(({ title }) => title.length));
  const owner = Math.max(...rows.map((row) => row.owner.join(', ').length));
  const lines = rows.flatMap((row) => {
    const asked = row.state === 'open' || row.state === 'waiting';
    const due =
      row.due === null || row.dueAt === null
        ? ''
        : `due ${writeInstant(row.dueAt as Instant)}${row.provisional ? ' (provisional)' : ''}`;
    const since = row.state === 'done' && row.since !== undefined ? writeTime(row.since) : '';
    const state = row.optional && row.state === 'open' ? 'may' : (STATES[row.state] ?? row.state);
    const line = `${state.padEnd(7)} ${row.title.padEnd(width)}  ${row.owner.join(', ').padEnd(owner)}  ${asked ? due : since}`;
    const notes = [
      ...(asked && row.actBy !== null && row.actBy !== row.due ? [`act by ${writeTime(row.actBy)}`] : []),
      ...(asked && row.last !== undefined ? [`last ${writeTime(row.last)}`] : []),
      ...(asked && row.noDate !== undefined ? [row.noDate] : []),
      ...(asked && (row.instances?.length ?? 0) > 1 ? [(row.instances ?? []).map(writeInstance).join(', ')] : []),
      ...(asked ? row.blockedBy : []),
    ];
    return [line.trimEnd(), ...notes.map((note) => `        ${note}`)];
  });
  // Several steps end with one clock: its reasons are said once.
  const reasons = new Map<string, string>();
  for (const row of rows) {
    if (row.due === null || (row.state !== 'open' && row.state !== 'waiting')) continue;
    const because = row.why.replace(/ Rules? [A-Z]{3}-.*\.$/, '');
    const names = reasons.get(`${writeTime(row.due)}: ${because}`);
    reasons.set(`${writeTime(row.due)}: ${because}`, names === undefined ? row.title : `${names}, ${row.title}`);
  }
  const why = [...reasons].map(([because, names]) => `  ${because} (${names})`);
  return [head, '', ...lines, ...(why.length === 0 ? [] : ['', 'Why:', ...why])].join('\n');
}

function writeInstance({ of, state, outcome }: NonNullable<Row['instances']>[number]): string {
  const whose = of.startsWith('a') ? `agency ${of.slice(1)}` : `child ${of.slice(1)}`;
  return `${whose}: ${outcome ?? STATES[state] ?? state}`;
}

function writeTime(time: string): string {
  const read = time as Time;
  return isDay(read) ? writeDay(read) : writeInstant(read);
}
