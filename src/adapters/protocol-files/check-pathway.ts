/**
 * Faults that a schema cannot see: names that name nothing, steps that never open, outcomes that lead nowhere, rules left out.
 * Everything is looked at before anything is reported, so that an author mends a file once.
 */
import type { Due, Field, Gate, Outcome, Protocol, RuleId, SendStep, Step } from '../../domain/protocol/types.ts';
import { MISSING_LIST } from './compile.ts';
import { faultOfName, faultOfReference, faultOfTarget, fieldsOf, hasHour, outcomesOf } from './names.ts';
import { reachOf } from './reach.ts';
import type { Path } from './source.ts';

type Pathway = Omit<Protocol, 'version'>;
export type Report = (path: Path, words: string | undefined, what?: 'key') => void;

/** @param pathways ids of all pathways of all councils, for `moves-to` */
export function checkPathway(pathway: Pathway, pathways: readonly string[], report: Report): void {
  const { council } = pathway;
  const roles = Object.keys(council.roles);
  const services = Object.keys(council.services);
  const role = (path: Path, name: string | undefined) =>
    name !== undefined && report(path, faultOfName('role', name, roles));
  const service = (path: Path, name: string) => report(path, faultOfName('service', name, services));
  const reference = (path: Path, ref: string, own?: Readonly<Record<string, Field>>) =>
    report(path, faultOfReference(ref, pathway, own));
  const named = (path: Path, what: string, rules: readonly RuleId[]) => {
    if (rules.length === 0) report(path, `${what} names no ledger rule: "rules" is missing`, 'key');
    for (const [index, rule] of rules.entries()) {
      if (!council.rulePrefixes.some((prefix) => rule.startsWith(`${prefix}-`)))
        report([...path, 'rules', index], `${rule} is no rule of ${council.name}`);
    }
  };

  const due = (path: Path, value: Due) => {
    if (value.form === 'clock') {
      const fault = faultOfName('clock', value.clock, Object.keys(pathway.clocks));
      report(path, fault);
      if (!fault && value.rules.length === 0 && pathway.clocks[value.clock]?.rules.length === 0)
        named(path, 'a deadline', []);
      return;
    }
    named(path, 'a deadline', value.rules);
    const anchor = value.form === 'notice' ? value.before : value.of;
    reference([...path, value.form === 'notice' ? 'before' : value.form === 'at-once' ? 'at-once' : 'of'], anchor);
    if (value.form === 'next')
      report([...path, 'next'], faultOfName('cycle', value.cycle, Object.keys(council.cycles)));
    if (
      'count' in value &&
      value.count.unit === 'hours' &&
      !(value.form === 'notice' && value.count.n === 0) &&
      !hasHour(anchor, pathway)
    ) {
      report([...path, value.form], `hours cannot be counted from "${anchor}": only its day is known`);
    }
    for (const [index, entry] of value.instead.entries()) {
      reference([...path, 'instead', index, 'when'], entry.when);
      if (entry.of !== undefined) reference([...path, 'instead', index, 'of'], entry.of);
      // A setting's option needs no rule of its own: it is another reading of the rule that stands on the due.
      if (!entry.when.startsWith('setting.')) named([...path, 'instead', index], 'another count', entry.rules);
    }
  };
  const gate = (path: Path, value: Gate) => {
    named(path, 'a gate', value.rules);
    for (const [index, ref] of value.needs.entries()) reference([...path, 'needs', index], ref);
    for (const [index, ref] of value.forbids.entries()) reference([...path, 'forbids', index], ref);
    if (value.when !== undefined) reference([...path, 'when'], value.when);
    if (value.notBefore) due([...path, 'not-before'], value.notBefore);
    role([...path, 'soft'], value.soft);
  };
  const form = (path: Path, fields: Readonly<Record<string, Field>>) => {
    for (const [id, field] of Object.entries(fields)) {
      if (field.when !== undefined) reference([...path, id, 'when'], field.when, fields);
      if (field.notAfter) due([...path, id, 'not-after'], field.notAfter);
      role([...path, id, 'role'], field.role);
      if (field.list !== undefined)
        report([...path, id, 'list'], faultOfName('list', field.list, Object.keys(council.lists)));
      const missing = field.options.find((option) => option.id === MISSING_LIST);
      if (missing) {
        report([...path, id, 'options'], faultOfName('list of options', missing.label, Object.keys(council.options)));
      }
    }
  };
  const targets = (path: Path, values: readonly string[]) => {
    for (const [index, value] of values.entries()) report([...path, index], faultOfTarget(value, council));
  };
  const steps = (path: Path, ids: readonly string[]) => {
    for (const [index, id] of ids.entries())
      report([...path, index], faultOfName('step', id, Object.keys(pathway.steps)));
  };
  const movesTo = (path: Path, id: string | undefined) =>
    id !== undefined && report(path, faultOfName('pathway', id, pathways));
  const lists = (path: Path, values: Readonly<Record<string, string>>) => {
    for (const [name, state] of Object.entries(values)) {
      const register = council.lists[name];
      report([...path, name], register ? undefined : faultOfName('list', name, Object.keys(council.lists)));
      if (register && !register.states.includes(state))
        report([...path, name], faultOfName(`state of the list "${name}"`, state, register.states));
    }
  };
  const outcome = (path: Path, value: Outcome) => {
    form([...path, 'asks'], value.asks);
    for (const [index, each] of value.gates.entries()) gate([...path, 'gates', index], each);
    targets([...path, 'tells'], value.tells);
    movesTo([...path, 'moves-to'], value.movesTo);
    movesTo([...path, 'starts'], value.starts);
    lists([...path, 'list'], value.lists);
    steps([...path, 'reopens'], value.reopens);
  };

  /** Its arrival is seen by the program only where it reads the mailbox: elsewhere the clock of the answer would never start. */
  const arrives = (path: Path, { to }: SendStep) => {
    const boxes = to.filter((target) => target.startsWith('mailbox/')).map((target) => target.slice('mailbox/'.length));
    const watched = boxes.some((name) => council.mailboxes[name]?.watchedBy !== undefined);
    if (boxes.some((name) => council.mailboxes[name] !== undefined) && !watched)
      report(
        [...path, 'done'],
        `nobody would notice that it is received: give the mailbox "${boxes[0]}" a "watched-by" in council.yaml`,
      );
  };

  // ---- the whole
  service(['holder', 'starts'], pathway.holder.starts);
  for (const { to, on } of pathway.holder.moves) {
    service(['holder', 'moves', to], to);
    reference(['holder', 'moves', to], on);
  }
  named(['rules'], 'the pathway', pathway.rules);
  for (const [index, id] of pathway.afterwards.entries()) movesTo(['afterwards', index], id);
  if (pathway.source !== undefined)
    report(['source'], faultOfName('source', pathway.source, Object.keys(council.sources)));
  for (const [id, fact] of Object.entries(pathway.facts)) {
    named(['facts', id], `the fact "${id}"`, fact.rules);
    for (const [index, name] of fact.by.entries()) role(['facts', id, 'by', index], name);
    form(['facts', id, 'form'], fact.form);
  }
  for (const [id, condition] of Object.entries(pathway.conditions)) {
    for (const key of ['all', 'any', 'none'] as const) {
      for (const [index, ref] of condition[key].entries()) reference(['conditions', id, key, index], ref);
    }
    if (condition.window) {
      reference(['conditions', id, 'happened'], condition.window.happened);
      reference(['conditions', id, 'of'], condition.window.of);
      named(['conditions', id], 'a window', condition.rules);
    }
  }
  for (const [id, clock] of Object.entries(pathway.clocks)) due(['clocks', id], clock);

  // ---- the opening
  for (const [index, name] of pathway.opening.by.entries()) role(['opening', 'by', index], name);
  const sends = pathway.steps[pathway.opening.sends];
  if (sends?.kind !== 'send' && sends?.kind !== 'record') {
    report(
      ['opening', 'sends'],
      sends
        ? `"${sends.id}" is no send and no record`
        : faultOfName('step', pathway.opening.sends, Object.keys(pathway.steps)),
    );
  }
  const formFields = Object.assign(
    {},
    ...pathway.opening.pages.filter((page) => 'form' in page.records).map((page) => page.fields),
  ) as Readonly<Record<string, Field>>;
  for (const [index, page] of pathway.opening.pages.entries()) {
    const path: Path = ['opening', 'pages', index];
    named(path, `the page "${page.id}"`, page.rules);
    if ('step' in page.records)
      report([...path, 'records', 'step'], faultOfName('step', page.records.step, Object.keys(pathway.steps)));
    if ('fact' in page.records)
      report([...path, 'records', 'fact'], faultOfName('fact', page.records.fact, Object.keys(pathway.facts)));
    form([...path, 'fields'], page.fields);
    for (const [id, field] of Object.entries(page.fields)) {
      for (const [at, name] of field.prefill.entries()) {
        report([...path, 'fields', id, 'prefill', at], faultOfName('field', name, Object.keys(formFields)));
      }
    }
  }

  // ---- the steps
  for (const step of Object.values(pathway.steps)) {
    const path: Path = ['steps', step.id];
    if (rulesOf(step).length === 0) named(path, `the step "${step.id}"`, []);
    else if (step.rules.length > 0) named(path, `the step "${step.id}"`, step.rules);
    if (step.by.length === 0 && step.kind !== 'meet' && step.kind !== 'resolve')
      report(path, `nobody owes "${step.id}": "by" is missing`, 'key');
    for (const [index, name] of step.by.entries()) role([...path, 'by', index], name);
    for (const [index, ref] of step.after.entries()) reference([...path, 'after', index], ref);
    for (const [index, ref] of step.unless.entries()) reference([...path, 'unless', index], ref);
    for (const [index, each] of step.due.entries()) due([...path, 'due', index], each);
    for (const [index, each] of step.gates.entries()) gate([...path, 'gates', index], each);
    for (const [index, each] of step.warns.entries()) reference([...path, 'warns', index, 'when'], each.when);
    form([...path, 'form'], step.form);
    targets([...path, 'tells'], step.tells);
    movesTo([...path, 'moves-to'], step.movesTo);
    movesTo([...path, 'starts'], step.starts);
    lists([...path, 'list'], step.lists);
    steps([...path, 'reopens'], step.reopens);
    for (const [id, each] of Object.entries(step.moments ?? {})) {
      if (!MOMENTS_THAT_ASK[step.kind].includes(id)) {
        report([...path, 'moments', id], `a ${step.kind} has no moment "${id}" that asks anything`, 'key');
      }
      outcome([...path, 'moments', id], each);
    }
    for (const [id, each] of Object.entries(outcomesOf(step))) {
      named([...path, 'outcomes', id], `the outcome "${id}"`, each.rules);
      outcome([...path, 'outcomes', id], each);
    }
    switch (step.kind) {
      case 'send':
        targets([...path, 'to'], step.to);
        targets([...path, 'copy'], step.copy);
        targets([...path, 'from'], [step.from]);
        if (step.done === 'received') arrives(path, step);
        break;
      case 'assign':
        role([...path, 'fills'], step.fills);
        break;
      case 'decide':
        steps([...path, 'not-by'], step.notBy);
        for (const [index, name] of (step.standIn?.by ?? []).entries()) role([...path, 'stand-in', 'by', index], name);
        break;
      case 'meet':
        role([...path, 'organiser'], step.organiser);
        role([...path, 'chair'], step.chair);
        role([...path, 'notes'], step.notes);
        targets([...path, 'with'], step.with);
        targets([...path, 'invite'], step.invite);
        targets([...path, 'may-come'], step.mayCome);
        for (const [index, ref] of step.chooseFrom.entries()) reference([...path, 'choose-from', index], ref);
        if (step.plannedOn !== undefined) reference([...path, 'planned-on'], step.plannedOn);
        if (step.sessionOf !== undefined)
          report([...path, 'session-of'], faultOfName('cycle', step.sessionOf, Object.keys(council.cycles)));
        break;
      case 'resolve':
        for (const [index, rung] of step.rungs.entries()) {
          named([...path, 'rungs', index], 'a rung', rung.rules);
          for (const [at, name] of rung.by.entries()) role([...path, 'rungs', index, 'by', at], name);
        }
        if (step.rungs.at(-1)?.final !== true && step.rungs.at(-1)?.policy === undefined) {
          report(
            [...path, 'rungs', step.rungs.length - 1],
            'the last rung must be final, or name the policy that decides',
          );
        }
        break;
    }
  }

  checkReach(pathway, report);
}

/** A case that goes on under another pathway keeps its facts by name, so a name must mean the same there. */
export function checkMoves(protocol: Protocol, all: readonly Protocol[], report: Report | undefined): void {
  const targets = Object.values(protocol.steps).flatMap((step) =>
    [step, ...Object.values(outcomesOf(step)), ...Object.values(step.moments ?? {})].flatMap(
      ({ movesTo }) => movesTo ?? [],
    ),
  );
  for (const id of new Set(targets)) {
    const target = all.find((each) => each.id === id);
    for (const step of Object.values(target?.steps ?? {})) {
      const own = protocol.steps[step.id];
      if (own && own.kind !== step.kind)
        report?.(
          ['steps', step.id],
          `"${step.id}" is a ${own.kind} here and a ${step.kind} in ${id}, to which a case may move: give one of them another name`,
          'key',
        );
    }
  }
}

const MOMENTS_THAT_ASK: Readonly<Record<Step['kind'], readonly string[]>> = {
  send: ['received'],
  record: [],
  consent: ['given', 'refused', 'withdrawn', 'overridden', 'not-appropriate'],
  assign: ['none-found'],
  decide: [],
  meet: ['held', 'not-held', 'declined'],
  resolve: ['not-agreed'],
};

/** What a step carries out: its own rules, and those of all that stands in it. */
export function rulesOf(step: Step): readonly RuleId[] {
  const outcomes = [...Object.values(outcomesOf(step)), ...Object.values(step.moments ?? {})];
  return [
    ...step.rules,
    ...step.due.flatMap(rulesOfDue),
    ...step.gates.flatMap((gate) => gate.rules),
    ...step.warns.flatMap((warn) => warn.rules),
    ...Object.values(step.form).flatMap(rulesOfField),
    ...outcomes.flatMap((outcome) => [
      ...outcome.rules,
      ...outcome.gates.flatMap((gate) => gate.rules),
      ...Object.values(outcome.asks).flatMap(rulesOfField),
    ]),
    ...(step.kind === 'decide' ? (step.standIn?.rules ?? []) : []),
    ...(step.kind === 'resolve' ? step.rungs.flatMap((rung) => rung.rules) : []),
  ];
}

export function rulesOfDue(due: Due): readonly RuleId[] {
  return [...due.rules, ...due.instead.flatMap((entry) => entry.rules)];
}

export function rulesOfField(field: Field): readonly RuleId[] {
  return [
    ...field.rules,
    ...field.options.flatMap((option) => option.rules ?? []),
    ...(field.notAfter ? rulesOfDue(field.notAfter) : []),
  ];
}

function checkReach(pathway: Pathway, report: Report): void {
  const reach = reachOf(pathway);
  const used = usedReferences(pathway);
  for (const step of Object.values(pathway.steps)) {
    const path: Path = ['steps', step.id];
    if (!reach.opens.has(step.id)) {
      const missing = step.after.filter((ref) => !reach.canBe(ref) && faultOfReference(ref, pathway) === undefined);
      // A name that names nothing has been reported where it stands.
      if (missing.length > 0)
        report([...path, 'after'], `"${step.id}" can never open: ${list(missing)} can never come about`, 'key');
      continue;
    }
    if (!reach.done.has(step.id)) {
      const missing = step.gates
        .flatMap((gate) => gate.needs)
        .filter((ref) => !reach.canBe(ref) && faultOfReference(ref, pathway) === undefined);
      if (missing.length > 0)
        report(
          [...path, 'gates'],
          `"${step.id}" can never be done: its gate waits for ${list(missing)}, which waits for it`,
          'key',
        );
    }
    for (const [id, outcome] of Object.entries(outcomesOf(step))) {
      const leads =
        outcome.ends !== undefined ||
        outcome.movesTo !== undefined ||
        outcome.starts !== undefined ||
        Object.keys(outcome.lists).length > 0 ||
        outcome.reopens.length > 0 ||
        used.has(step.id) ||
        used.has(`${step.id}.${id}`);
      if (!leads)
        report(
          [...path, 'outcomes', id],
          `the outcome "${id}" leads nowhere: no step comes after it and it does not end the case`,
          'key',
        );
    }
  }
  for (const id of Object.keys(pathway.conditions)) {
    if (!used.has(id)) report(['conditions', id], `nothing uses the condition "${id}"`, 'key');
  }
  for (const id of Object.keys(pathway.clocks)) {
    if (!usedClocks(pathway).has(id)) report(['clocks', id], `nothing uses the clock "${id}"`, 'key');
  }
  const endings = Object.values(pathway.steps).some(
    (step) =>
      reach.done.has(step.id) &&
      [step, ...Object.values(outcomesOf(step)), ...Object.values(step.moments ?? {})].some(
        (part) => part.ends !== undefined || part.movesTo !== undefined,
      ),
  );
  if (!endings) report(['steps'], 'no step that can be done ends the case', 'key');
}

function list(refs: readonly string[]): string {
  return refs.map((ref) => `"${ref}"`).join(', ');
}

/** Every reference that something waits for, forbids, counts from or moves on. */
function usedReferences(pathway: Pathway): ReadonlySet<string> {
  const refs: string[] = [...pathway.holder.moves.map((move) => move.on)];
  const fromDue = (due: Due) => {
    if ('of' in due) refs.push(due.of);
    if ('before' in due) refs.push(due.before);
    for (const entry of due.instead) refs.push(entry.when, ...(entry.of === undefined ? [] : [entry.of]));
  };
  for (const condition of Object.values(pathway.conditions))
    refs.push(
      ...condition.all,
      ...condition.any,
      ...condition.none,
      ...(condition.window ? [condition.window.happened, condition.window.of] : []),
    );
  for (const clock of Object.values(pathway.clocks)) fromDue(clock);
  for (const step of Object.values(pathway.steps)) {
    refs.push(...step.after, ...step.unless);
    for (const due of step.due) fromDue(due);
    const gates = [...step.gates, ...Object.values(outcomesOf(step)).flatMap((outcome) => outcome.gates)];
    for (const gate of gates)
      refs.push(...gate.needs, ...gate.forbids, ...(gate.when === undefined ? [] : [gate.when]));
    for (const warn of step.warns) refs.push(warn.when);
  }
  return new Set(refs);
}

function usedClocks(pathway: Pathway): ReadonlySet<string> {
  const steps = Object.values(pathway.steps);
  const gates = steps.flatMap((step) => [
    ...step.gates,
    ...Object.values(outcomesOf(step)).flatMap((outcome) => outcome.gates),
  ]);
  const dues = [
    ...steps.flatMap((step) => step.due),
    ...gates.flatMap((gate) => (gate.notBefore ? [gate.notBefore] : [])),
  ];
  const fields = [
    ...pathway.opening.pages.flatMap((page) => Object.values(page.fields)),
    ...Object.values(pathway.steps).flatMap((step) => Object.values(fieldsOf(pathway, step))),
  ];
  return new Set(
    [...dues, ...fields.flatMap((field) => (field.notAfter ? [field.notAfter] : []))].flatMap((due) =>
      due.form === 'clock' ? [due.clock] : [],
    ),
  );
}
