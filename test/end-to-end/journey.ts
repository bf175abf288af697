/**
 * Replays a journey of the examples in chat: each fact is recorded by somebody who may, on a card that the bot shows to them, with
 * the journey's answers and made-up ones for whatever else is asked. What the program does by itself (mails, bookings) is waited for.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Example, ExampleFact } from '../../src/adapters/protocol-files/examples.ts';
import { fieldsAsked, fieldsOf, stepOfFact } from '../../src/domain/case/steps.ts';
import type { Answer as Given } from '../../src/domain/case/types.ts';
import type { Field, Protocol, RoleId, Step } from '../../src/domain/protocol/types.ts';
import { type Answer, type Answers, type Button, buttonsOf, type Json } from './card.ts';
import { type Persona, persona, type Seen } from './person.ts';
import type { Product, Staff } from './product.ts';

/** What the signed part of a button says. Read, never written: a client cannot make one. */
interface Pressed {
  readonly a: string;
  readonly c?: string;
  readonly s?: string;
  readonly p?: string;
  readonly x?: string;
  readonly g?: string;
}

export interface Played {
  readonly reference: string;
  /** The case as whoever opened it sees it in the end. */
  readonly card: Seen;
  readonly opener: Persona;
}

const DAY = 86_400_000;
const WEEK = 7 * DAY;
const LONGEST_WAIT = 5 * WEEK;

export class JourneyStuck extends Error {}

/** @param as how a person acts: over the sandbox's API, or at its page */
export async function playJourney(
  product: Product,
  protocols: (id: string) => Protocol,
  pathway: string,
  example: Example,
  as: (product: Product, name: string) => Persona = persona,
): Promise<Played> {
  return new Player(product, protocols, pathway, example, (name) => as(product, name)).play();
}

class Player {
  readonly product: Product;
  readonly protocols: (id: string) => Protocol;
  readonly example: Example;
  readonly as: (name: string) => Persona;
  protocol: Protocol;
  reference = '';
  /** Milliseconds between the example's time and the sandbox's. */
  shift = 0;
  /** Who plays which role on this case. */
  readonly cast = new Map<RoleId, Staff>();
  team: string | undefined;
  readonly rungs = new Map<string, number>();
  opener: Persona | undefined;
  /** Facts that a later press records as well: what became of a meeting and what is decided stand on one card. */
  readonly left: ExampleFact[] = [];
  /** How often each fact has come in the journey so far. */
  readonly wanted = new Map<string, number>();

  constructor(
    product: Product,
    protocols: (id: string) => Protocol,
    pathway: string,
    example: Example,
    as: (name: string) => Persona,
  ) {
    this.product = product;
    this.protocols = protocols;
    this.example = example;
    this.as = as;
    this.protocol = protocols(pathway);
  }

  async play(): Promise<Played> {
    const opening = this.openingFacts();
    await this.begin(opening);
    await this.open(opening);
    for (const fact of this.example.facts) {
      if (opening.has(fact)) this.wanted.set(fact.name, 1);
      else await this.record(fact);
    }
    await this.product.quiet();
    const missing = this.left.filter(({ name }) => !this.isRecorded(name, 1));
    if (missing.length > 0) throw new JourneyStuck(`Never recorded: ${missing.map(({ name }) => name).join(', ')}.`);
    const opener = this.opener as Persona;
    return { reference: this.reference, opener, card: await opener.say(`case ${this.reference}`) };
  }

  // ---- time --------------------------------------------------------------------------------------------------------

  /** The same day of the week as in the example, some weeks on: the clock of the sandbox only goes forward. */
  async begin(opening: ReadonlySet<ExampleFact>): Promise<void> {
    const last = [...opening].at(-1) ?? this.example.facts[0];
    if (!last) throw new JourneyStuck('A journey has facts.');
    const now = Date.parse(await this.product.now());
    const then = momentOf(last.at);
    const weeks = Math.max(0, Math.ceil((now - then) / WEEK));
    this.shift = weeks * WEEK;
    await this.product.moveClock({ to: new Date(Math.max(now + 60_000, then + this.shift)).toISOString() });
  }

  async until(moment: number): Promise<void> {
    const now = Date.parse(await this.product.now());
    if (moment - now < 60_000) return;
    if (moment - now > LONGEST_WAIT) {
      // A year of mornings tells no more than a month of them: the rest of the journey comes that much sooner, by whole weeks.
      const weeks = Math.ceil((moment - now - LONGEST_WAIT) / WEEK);
      this.shift -= weeks * WEEK;
      return this.until(moment - weeks * WEEK);
    }
    await this.product.moveClock({ to: new Date(moment).toISOString() });
  }

  // ---- people ------------------------------------------------------------------------------------------------------

  private staffOf(role: RoleId): readonly Staff[] {
    const { council } = this.protocol;
    const all = this.product.people.filter((each) => each.council === council.id && each.role === role);
    const ofTeam = all.filter(
      ({ team }) => this.team !== undefined && team.includes(council.teams[this.team]?.name ?? '?'),
    );
    return council.roles[role]?.held === 'team' && ofTeam.length > 0 ? ofTeam : all;
  }

  /** Who records for a role, the likeliest first. */
  private whoFor(roles: readonly RoleId[]): readonly Staff[] {
    const found = roles.flatMap((role) => {
      const cast = this.cast.get(role);
      const own = [
        ...(cast ? [cast] : []),
        ...(cast && this.protocol.council.roles[role]?.held === 'named' ? [] : this.staffOf(role)),
      ];
      const stand = this.protocol.council.roles[role]?.recordedBy ?? [];
      // Somebody outside leads: then those inside who record for them.
      return [...own, ...stand.flatMap((each) => this.whoFor([each]))];
    });
    return [...new Map(found.map((each) => [each.aadObjectId, each])).values()];
  }

  /** Whoever else is in the case's team: a small team has one person in two roles. */
  private colleagues(): readonly Staff[] {
    const { council } = this.protocol;
    const name = this.team === undefined ? undefined : council.teams[this.team]?.name;
    return name === undefined
      ? []
      : this.product.people.filter((each) => each.council === council.id && each.team.includes(name));
  }

  /** Whether one of each role has to say the same. */
  private isJoint(step: Step, part: string | undefined): boolean {
    if (step.kind === 'decide') return step.joint;
    if (step.kind !== 'resolve' || part === undefined || !(part in step.outcomes)) return false;
    const rung = step.rungs[Math.min(this.rungs.get(step.id) ?? 0, step.rungs.length - 1)];
    return rung?.joint === true && rung.by.length > 1;
  }

  private rolesFor(step: Step, part: string | undefined): readonly RoleId[] {
    if (step.kind === 'resolve') {
      const at = this.rungs.get(step.id) ?? 0;
      const rung = step.rungs[Math.min(at, step.rungs.length - 1)];
      return rung && rung.by.length > 0 ? rung.by : [...step.by, ...step.rungs.flatMap(({ by }) => by)];
    }
    if (step.kind === 'meet') {
      const there = step.with.flatMap((target) => (target.startsWith('role/') ? [target.slice(5)] : []));
      return part !== undefined && part in step.outcomes
        ? [...step.by, step.organiser, ...there]
        : [step.organiser, ...step.by, ...there];
    }
    return step.by;
  }

  // ---- the opening -------------------------------------------------------------------------------------------------

  /** Facts that the opening's pages record. */
  private openingFacts(): ReadonlySet<ExampleFact> {
    const { opening } = this.protocol;
    const names = new Set(
      opening.pages.flatMap(({ records }) =>
        'step' in records ? [records.step] : 'fact' in records ? [records.fact, `${records.fact}.expected`] : [],
      ),
    );
    names.add(opening.sends);
    const found = new Set<ExampleFact>();
    for (const fact of this.example.facts) {
      if (!names.has(fact.name)) continue;
      names.delete(fact.name);
      found.add(fact);
    }
    return found;
  }

  private async open(facts: ReadonlySet<ExampleFact>): Promise<void> {
    const { opening, direction } = this.protocol;
    const [staff] = this.whoFor(opening.by);
    if (!staff) throw new JourneyStuck(`Nobody in the sandbox may open ${this.protocol.id}.`);
    const role = opening.by.find((each) => this.staffOf(each).includes(staff));
    if (role) this.cast.set(role, staff);
    const opener = this.as(staff.name);
    this.opener = opener;
    let start = await opener.say(direction.replace('-', ' '));
    const left = this.reads(start).find(({ read }) => read.a === 'delete-draft');
    if (left) {
      await opener.press(start, left.button);
      start = await opener.say(direction.replace('-', ' '));
    }
    let card = await this.pressed(opener, start, ({ a, x }) => a === 'begin' && x === this.protocol.id, {});
    for (let turns = 0; turns < 40; turns += 1) {
      const found = this.reads(card).find(({ read }) => read.a === 'send' || read.a === 'page-save');
      if (!found) break;
      const page = opening.pages.find(({ id }) => id === found.read.g?.split('.')[0]);
      if (!page) throw new JourneyStuck(`No page is called ${found.read.g}.`);
      const given = this.answersFor(page.records, facts);
      const before = found.read.g;
      card = await opener.press(card, found.button, await this.fillIn(found.button, page.fields, given));
      const again = this.reads(card).find(({ read }) => read.a === found.read.a && read.g === before);
      if (again) throw new JourneyStuck(`The page "${page.id}" was not taken:\n${card.words}`);
    }
    const { referencePrefix } = this.protocol.council;
    const reference = new RegExp(`${referencePrefix}-[A-Z0-9]{4}`).exec(card.words)?.[0];
    if (!reference) throw new JourneyStuck(`Nothing was opened:\n${card.words}`);
    this.reference = reference;
    await this.product.quiet();
  }

  private answersFor(
    records: Protocol['opening']['pages'][number]['records'],
    facts: ReadonlySet<ExampleFact>,
  ): Readonly<Record<string, Given>> {
    const name = 'step' in records ? records.step : 'fact' in records ? records.fact : this.protocol.opening.sends;
    const fact = [...facts].find((each) => each.name === name || each.name === `${name}.expected`);
    if (!fact) return {};
    return 'form' in records ? fact.answers : { at: fact.at, ...fact.answers };
  }

  // ---- one fact ----------------------------------------------------------------------------------------------------

  private async record(fact: ExampleFact): Promise<void> {
    const times = (this.wanted.get(fact.name) ?? 0) + 1;
    this.wanted.set(fact.name, times);
    if (this.isRecorded(fact.name, times)) return;
    await this.until(momentOf(fact.at) + this.shift);
    const of = stepOfFact(this.protocol, fact.name);
    if (!of) throw new JourneyStuck(`${this.protocol.id} has no step for "${fact.name}".`);
    const { step, part } = of;
    if (isPrograms(step, part) || this.isOffer(step)) return this.product.quiet();
    if (step.kind === 'meet' && part === 'booked') return this.book(step);
    if (step.kind === 'meet') await this.beyondMeeting(step);
    const people = [...this.whoFor(this.rolesFor(step, part)), ...this.colleagues()];
    const joint = this.isJoint(step, part);
    const tries: string[] = [];
    let done = 0;
    for (const staff of people) {
      const who = this.as(staff.name);
      const outcome = await this.tries(who, step, part, fact);
      if (outcome === undefined) {
        done += 1;
        await this.product.quiet();
        if (!joint) break;
      } else tries.push(`${staff.name} (${staff.role}): ${outcome}`);
    }
    if (done === 0 && step.kind === 'meet' && part === 'held') {
      this.left.push(fact);
      return;
    }
    if (done === 0) throw new JourneyStuck(`Nobody could record ${fact.name}.\n${tries.join('\n')}`);
    if (step.kind === 'resolve' && part === 'not-agreed') this.rungs.set(step.id, (this.rungs.get(step.id) ?? 0) + 1);
    const moves = movesOf(step, part);
    if (moves !== undefined) this.protocol = this.protocols(moves);
  }

  /** Whether the log has the fact so often. Only names are read there: what they mean to people is read off the cards. */
  private isRecorded(name: string, times: number): boolean {
    return this.timesRecorded(name) >= times;
  }

  private timesRecorded(name: string): number {
    const db = new DatabaseSync(join(this.product.dataDir, 'stepwise.sqlite'), { readOnly: true });
    try {
      const names = [
        name,
        ...(name.includes('.') ? [] : [`${name}.held`, `${name}.named`, `${name}.given`, `${name}.sent`]),
      ];
      const rows = db
        .prepare('select e.fact as fact from events e join cases c on c.id = e.case_id where c.reference = ?')
        .all(this.reference) as { fact: string | null }[];
      // Of one name so often: a mail that was pressed and went is one mail, not two.
      return Math.max(...names.map((each) => rows.filter(({ fact }) => fact === each).length));
    } finally {
      db.close();
    }
  }

  /** The invitation is the offer: booking the meeting that stands after it carries it out. */
  private isOffer(step: Step): boolean {
    const steps = Object.values(this.protocol.steps);
    const next = steps[steps.findIndex(({ id }) => id === step.id) + 1];
    return step.kind === 'send' && next?.kind === 'meet' && next.after.join() === step.after.join();
  }

  /** @returns why not, where this person finds no way */
  private async tries(
    who: Persona,
    step: Step,
    part: string | undefined,
    fact: ExampleFact,
  ): Promise<string | undefined> {
    const wanted = (read: Pressed, verb: string) =>
      read.a === verb &&
      read.s === step.id &&
      (part === undefined ? true : (read.p ?? '') === part || read.p === undefined);
    let card = await who.say(`case ${this.reference}`);
    const looked: string[] = [];
    for (let turns = 0; turns < 8; turns += 1) {
      const reads = this.reads(card);
      const exact = (verb: string) =>
        reads.find(({ read }) => wanted(read, verb) && read.p === part) ?? reads.find(({ read }) => wanted(read, verb));
      const doing = exact('do');
      if (doing) {
        const after = await this.press(who, card, doing.button, step, part, fact);
        if (after !== undefined) return after;
        return undefined;
      }
      const next = exact('choose') ?? exact('step') ?? exact('open');
      looked.push(card.headings[0] ?? '');
      if (!next) {
        const post = turns === 0 ? await this.cardOf(who, step) : undefined;
        if (post === undefined)
          return `no button for ${step.id}${part ? `.${part}` : ''} on ${looked.join(' > ')}:\n${card.words}`;
        card = post;
        continue;
      }
      const before = this.timesRecorded(fact.name);
      const then = await who.press(card, next.button, await this.fillIn(next.button, {}, {}));
      // What asks nothing is recorded by the press itself, whether or not it does the step: a family that does not agree.
      const recorded = this.timesRecorded(fact.name) > before;
      if (recorded || /^Done: /m.test(then.headings[0] ?? then.words)) return undefined;
      if (then.words === card.words && then.notice === '')
        return `pressing [${next.button.title}] changed nothing:\n${card.words}`;
      card = then;
    }
    return `went in circles: ${looked.join(' > ')}`;
  }

  /** The card of the step that the bot has posted to this person. */
  private async cardOf(who: Persona, step: Step): Promise<Seen | undefined> {
    const chat = await who.chat();
    return chat.findLast((card) => this.reads(card).some(({ read }) => read.s === step.id));
  }

  private async press(
    who: Persona,
    card: Seen,
    button: Button,
    step: Step,
    part: string | undefined,
    fact: ExampleFact,
  ): Promise<string | undefined> {
    const fields = { ...fieldsOf(this.protocol, step), ...fieldsAsked(step, part) };
    const answers = await this.fillIn(button, fields, { ...fact.answers });
    let after = await who.press(card, button, answers);
    const token = tokenOf(button);
    // Late, or past a gate that a reason passes: asked once more, with a field for it.
    for (let turns = 0; turns < 2; turns += 1) {
      const again = buttonsOf(after.card).find((each) => samePress(each, token));
      if (!again || !/to fix|needs fixing/i.test(after.words)) break;
      after = await who.press(after, again, await this.fillIn(again, fields, { ...fact.answers }, true));
    }
    const still = buttonsOf(after.card).find((each) => samePress(each, token));
    if (still && /to fix|needs fixing|Not yet/i.test(after.words)) return `it was not taken:\n${after.words}`;
    if (/^(Not yet|Nothing changed|You asked for this)/m.test(after.words)) return `refused:\n${after.words}`;
    this.note(step, fact, button, answers);
    return undefined;
  }

  /** Who was named, and which team: they play from now on. */
  private note(step: Step, fact: ExampleFact, button: Button, answers: Answers): void {
    const { council } = this.protocol;
    for (const field of Object.values(fieldsOf(this.protocol, step))) {
      // One that was picked stands in a list of one.
      const [value] = [answers[idOf(button, field.id) ?? ''] ?? fact.answers[field.id]].flat();
      if (typeof value !== 'string') continue;
      if (field.type === 'team') {
        this.team =
          Object.entries(council.teams).find(([id, { name }]) => id === value || name === value)?.[0] ?? this.team;
      }
      if (field.type === 'person' && field.role) {
        const staff = this.product.people.find(({ aadObjectId }) => aadObjectId === value);
        if (staff) this.cast.set(field.role, staff);
        // Named for another role than the one out of which they are chosen: a family support worker who leads.
        if (staff && step.kind === 'assign') this.cast.set(step.fills, staff);
      }
    }
  }

  // ---- meetings ----------------------------------------------------------------------------------------------------

  /** Booked by somebody, if the program has not done it by itself. */
  private async book(step: Extract<Step, { kind: 'meet' }>): Promise<void> {
    await this.product.quiet();
    if (await this.meeting(step)) return;
    const tries: string[] = [];
    for (const staff of this.whoFor([...step.by, step.organiser])) {
      const who = this.as(staff.name);
      let card: Seen | undefined = await who.say(`case ${this.reference}`);
      for (let turns = 0; turns < 6 && card; turns += 1) {
        const reads = this.reads(card);
        const own = (verb: string) => reads.find(({ read }) => read.a === verb && read.s === step.id);
        const booking = own('book');
        if (booking) {
          let after = await who.press(card, booking.button, await this.fillIn(booking.button, {}, {}, true));
          const again = this.reads(after).find(({ read }) => read.a === 'book' && read.s === step.id);
          // Past the limit: what got in the way is asked.
          if (again && /to fix|needs fixing|Give the reason/i.test(after.words))
            after = await who.press(after, again.button, await this.fillIn(again.button, {}, {}, true));
          await this.product.quiet();
          if (await this.meeting(step)) return;
          tries.push(`${staff.name}: pressing [${booking.button.title}] booked nothing.`);
          break;
        }
        const next = own('times') ?? own('step') ?? own('open');
        if (!next && turns === 0) {
          card = await this.cardOf(who, step);
          continue;
        }
        if (!next) break;
        card = await who.press(card, next.button, {});
      }
      tries.push(`${staff.name} (${staff.role}): ${card?.words ?? 'no card'}`);
    }
    throw new JourneyStuck(`Nobody could book ${step.id}.\n${tries.join('\n')}`);
  }

  /** The next one of the case in the organiser's diary that is of this step. */
  private async meeting(step: Extract<Step, { kind: 'meet' }>): Promise<{ readonly end: string } | undefined> {
    const now = await this.product.now();
    const until = new Date(Date.parse(now) + 400 * DAY).toISOString();
    const from = new Date(Date.parse(now) - 60 * DAY).toISOString();
    for (const staff of this.whoFor([step.organiser])) {
      const diary = await this.as(staff.name).diary(from, until);
      const own = diary.filter(({ subject, isCancelled }) => subject.startsWith(this.reference) && !isCancelled);
      const words = (step.purposes[0] ?? step.title).toLowerCase();
      const found = own.filter(({ subject }) => subject.toLowerCase().includes(words.slice(0, 12)));
      const [next] = found.sort((a, b) => b.start.localeCompare(a.start));
      if (next) return next;
    }
    return undefined;
  }

  private async beyondMeeting(step: Extract<Step, { kind: 'meet' }>): Promise<void> {
    const meeting = await this.meeting(step);
    if (meeting) await this.until(Date.parse(meeting.end) + 20 * 60_000);
  }

  /** Days of the example, as many weeks on as the journey is; times are chosen from those that are offered. */
  private shifted(field: Field | undefined, given: Given | undefined): Given | undefined {
    if (field?.type === 'times') return undefined;
    if (field?.type !== 'date' || typeof given !== 'string') return given;
    return dayText(momentOf(given.slice(0, 10)) + this.shift);
  }

  // ---- filling in --------------------------------------------------------------------------------------------------

  private reads(card: Seen): readonly { readonly button: Button; readonly read: Pressed }[] {
    return buttonsOf(card.card).flatMap((button) => {
      const read = readToken(tokenOf(button));
      return read ? [{ button, read }] : [];
    });
  }

  private async pressed(who: Persona, card: Seen, fits: (read: Pressed) => boolean, answers: Answers): Promise<Seen> {
    const found = this.reads(card).find(({ read }) => fits(read));
    if (!found) throw new JourneyStuck(`${who.name} finds no such button:\n${card.words}`);
    return who.press(card, found.button, answers);
  }

  /** By input id. */
  private async fillIn(
    button: Button,
    fields: Readonly<Record<string, Field>>,
    given: Readonly<Record<string, Given>>,
    withReason = false,
  ): Promise<Answers> {
    const answers: Record<string, Answer> = {};
    const today = (await this.product.now()).slice(0, 10);
    for (const input of button.inputs) {
      const id = String(input.id ?? '');
      const name = fieldName(id);
      const own = given[`${childOf(id)}${name}`] ?? given[name];
      const answer = made(input, fields[name], this.shifted(fields[name], own), today, withReason);
      if (answer !== undefined) answers[id] = answer;
    }
    return answers;
  }
}

// ---- reading -------------------------------------------------------------------------------------------------------

function momentOf(at: string): number {
  if (at.length === 10) return Date.parse(`${at}T10:00:00Z`);
  return Date.parse(/Z|[+-]\d\d:\d\d$/.test(at) ? at : `${at}:00Z`.replace(/:00:00Z$/, ':00Z'));
}

const dayText = (moment: number): string => new Date(moment).toISOString().slice(0, 10);

function isPrograms(step: Step, part: string | undefined): boolean {
  if (part === 'sent') return true;
  if (step.kind === 'send') {
    const toMailbox = step.to.some((target) => target.startsWith('mailbox/'));
    if (step.automatic) return true;
    return part === 'received' && toMailbox;
  }
  return false;
}

function movesOf(step: Step, part: string | undefined): string | undefined {
  const outcomes = { ...('outcomes' in step ? step.outcomes : {}), ...step.moments };
  return (
    (part === undefined ? undefined : outcomes[part]?.movesTo) ??
    (part === undefined || !(part in outcomes) ? step.movesTo : undefined)
  );
}

function tokenOf({ action }: Button): string {
  const data = action.data as { readonly v?: unknown } | undefined;
  return typeof data?.v === 'string' ? data.v : '';
}

function readToken(token: string): Pressed | undefined {
  const [body = ''] = token.split('.');
  if (body === '') return undefined;
  return JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Pressed;
}

/** The same button on the card as it came back, whatever round it is of. */
function samePress(button: Button, token: string): boolean {
  const one = readToken(tokenOf(button));
  const other = readToken(token);
  return one !== undefined && other !== undefined && one.a === other.a && one.s === other.s && one.p === other.p;
}

/** `worker~c1.course` → `course`; `start.date` stays. */
const fieldName = (id: string): string => id.replace(/^[a-z0-9-]+~/, '').replace(/^[ca]\d+\./, '');
const childOf = (id: string): string => /(?:^|~)([ca]\d+\.)/.exec(id)?.[1] ?? '';

function idOf(button: Button, field: string): string | undefined {
  return button.inputs.map(({ id }) => String(id ?? '')).find((id) => fieldName(id) === field);
}

// ---- making up -----------------------------------------------------------------------------------------------------

/** An answer for one input: the journey's own, what stands there, or one that is made up. Optional ones are left alone. */
function made(
  input: Json,
  field: Field | undefined,
  given: Given | undefined,
  today: string,
  withReason: boolean,
): Answer | undefined {
  const label = `${String(input.label ?? '')} ${String(input.title ?? '')}`;
  const optional = /\(optional\)/.test(label) || field?.required === false;
  const standing = typeof input.value === 'string' ? input.value : '';
  const choices = Array.isArray(input.choices) ? (input.choices as readonly Json[]) : [];
  const values = choices.map((choice) => String(choice.value));
  switch (input.type) {
    case 'Input.Toggle':
      return given === undefined ? !optional : given === true || given === 'yes' || given === 'true';
    case 'Input.ChoiceSet': {
      if (given !== undefined && given !== null) {
        const wanted = (Array.isArray(given) ? given : [String(given)]).map((each) =>
          given === true ? 'yes' : given === false ? 'no' : each,
        );
        const known = wanted.filter((each) => values.includes(each));
        if (known.length > 0) return known;
        if (field?.type !== 'person' && field?.type !== 'people' && field?.type !== 'times') return wanted;
      }
      if (optional && !withReason) return undefined;
      if (standing !== '') return standing.split(',');
      if (field?.type === 'confirm-all') return values;
      if (field?.type === 'times') return threeDays(values);
      const likely = choices.filter((choice) => !/^(other|none|nobody|not |no$)/i.test(String(choice.title)));
      const first = String((likely[0] ?? choices[0])?.value ?? '');
      return first === '' ? undefined : [first];
    }
    case 'Input.Date':
      if (typeof given === 'string') return given.slice(0, 10);
      return optional || standing !== '' ? undefined : today;
    case 'Input.Time':
      return optional || standing !== '' ? undefined : '10:00';
    case 'Input.Number':
      return optional ? undefined : '1';
    default: {
      if (typeof given === 'string') return given;
      if (Array.isArray(given)) return given.join('\n');
      if ((optional && !withReason) || standing !== '') return undefined;
      return text(String(input.id ?? ''), field);
    }
  }
}

/** A fresh child each time, so that no family is taken for another's. */
let children = 0;

function text(id: string, field: Field | undefined): string {
  if (field?.type === 'birth-date') return `${(children % 27) + 1} 3 20${10 + (children % 14)}`;
  if (field?.type === 'agencies') return 'Made-up School\nMade-up Surgery';
  if (/^(c\d+\.)?name$/.test(id)) {
    children += 1;
    return `Child ${String.fromCharCode(65 + (children % 26))}${children} Madeup`;
  }
  // A document that a step asks for besides its form has no field of the protocol.
  if (field?.type === 'document' || /(^|[.~])document-/.test(id)) return 'https://files.example/made-up.docx';
  return 'Made up for this test.';
}

/** The last of each of three days, as late as they come: what comes first is over before everybody has agreed. */
function threeDays(values: readonly string[]): readonly string[] {
  const byDay = new Map(values.map((value) => [value.slice(0, 10), value]));
  return [...byDay.values()].sort().slice(-3);
}
