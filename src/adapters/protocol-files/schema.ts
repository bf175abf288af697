/**
 * The author's form of the protocol data: the words that may stand in `src/protocols/`, and nothing else.
 * `docs/decisions/protocols-are-yaml.md` says why it is closed. `compile.ts` turns it into the form that the engine reads.
 */
import { z } from 'zod';
import { didYouMean } from './near.ts';

export const STEP_KINDS = ['send', 'record', 'consent', 'assign', 'decide', 'meet', 'resolve'] as const;
export const DUE_FORMS = ['within', 'target', 'house', 'notice', 'next', 'every', 'at-once', 'clock'] as const;
const FIELD_TYPES = [
  'text',
  'long-text',
  'date',
  'birth-date',
  'times',
  'yes-no',
  'choice',
  'choices',
  'person',
  'people',
  'team',
  'document',
  'agencies',
  'confirm',
  'confirm-all',
] as const;
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'] as const;
const ROLLS = ['next-working-day', 'previous-working-day'] as const;
const DIRECTIONS = ['step-up', 'step-down', 'step-in', 'step-back'] as const;

/** A map with exactly these words; an unknown one is named, with the nearest known. */
function words<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') {
        const keys = (issue as unknown as { keys: readonly string[] }).keys;
        return keys.map((key) => `no word "${key}" belongs here${didYouMean(key, Object.keys(shape))}`).join('; ');
      }
      return undefined;
    },
  });
}

/** One value may stand for a list of one. */
function many<Item extends z.ZodType>(item: Item) {
  return z.preprocess((value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]), z.array(item));
}

function oneOf<const Options extends readonly [string, ...string[]]>(options: Options) {
  return z.enum(options, {
    error: (issue) => `must be one of ${options.join(', ')}${didYouMean(String(issue.input), options)}`,
  });
}

const text = z.string().trim().min(1, 'must not be empty');
const ref = z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)*$/, 'must be a reference like "front-door.team"');
const rule = z.string().regex(/^[A-Z]{3}-[A-Z]-\d{2}$/, 'must be a ledger rule like CAM-A-14');
const rules = many(rule);
const target = z
  .string()
  .regex(
    /^(family|network|(role|channel|mailbox|outside)\/[a-z0-9-]+)$/,
    'must be family, network, role/x, channel/x, mailbox/x or outside/x',
  );
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time like "10:00"');
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a day like 2026-12-29');
const button = text.max(24, 'a button holds at most 24 characters');
const count = z
  .string()
  .regex(/^\d+ (working days?|days?|weeks?|months?|years?|hours?)$/, 'must be a count like "10 working days"');
const named = <Value extends z.ZodType>(value: Value) =>
  z.record(z.string().regex(/^[a-z0-9-]+$/, 'a name is small letters, digits and hyphens'), value);

const due = z.union([
  ref,
  words({
    within: count.optional(),
    target: count.optional(),
    house: count.optional(),
    notice: count.optional(),
    next: text.optional(),
    every: count.optional(),
    'at-once': ref.optional(),
    clock: text.optional(),
    of: ref.optional(),
    before: ref.optional(),
    section: text.optional(),
    'anchor-is': text.optional(),
    moment: text.optional(),
    late: oneOf(['reason', 'refuse']).optional(),
    roll: oneOf(ROLLS).optional(),
    instead: many(
      words({
        when: ref,
        within: count.optional(),
        target: count.optional(),
        house: count.optional(),
        notice: count.optional(),
        every: count.optional(),
        of: ref.optional(),
        roll: oneOf(ROLLS).optional(),
        rules,
      }),
    ),
    rules,
  }).superRefine((value, context) => {
    const forms = DUE_FORMS.filter((form) => value[form] !== undefined);
    if (forms.length !== 1) {
      context.addIssue({
        code: 'custom',
        message: `a due has exactly one of ${DUE_FORMS.join(', ')}; this one has ${forms.length === 0 ? 'none' : forms.join(' and ')}`,
      });
      return;
    }
    const form = forms[0];
    const anchored = form === 'within' || form === 'target' || form === 'house' || form === 'next' || form === 'every';
    if (anchored && value.of === undefined)
      context.addIssue({ code: 'custom', message: `"${form}" counts from something: "of" is missing` });
    if (!anchored && value.of !== undefined)
      context.addIssue({ code: 'custom', path: ['of'], message: `"${form}" has no "of"` });
    if (form === 'notice' && value.before === undefined)
      context.addIssue({ code: 'custom', message: '"notice" counts back from a meeting: "before" is missing' });
    if (form !== 'notice' && value.before !== undefined)
      context.addIssue({ code: 'custom', path: ['before'], message: `"${form}" has no "before"` });
  }),
]);
export type AuthorDue = z.output<typeof due>;

const option = z.union([
  text,
  words({ id: text.optional(), label: text, about: text.optional(), refuses: text.optional(), rules }),
]);
export type AuthorOption = z.output<typeof option>;

const field = z.preprocess(
  (value) => (typeof value === 'string' ? { type: value } : value),
  words({
    type: oneOf(FIELD_TYPES),
    label: text.optional(),
    hint: text.optional(),
    error: text.optional(),
    required: z.boolean().default(true),
    each: oneOf(['children']).optional(),
    options: z.union([text, z.array(option)]).optional(),
    'at-least': z.number().int().positive().optional(),
    'not-after': due.optional(),
    'not-future': z.boolean().optional(),
    'or-unknown': z.boolean().optional(),
    when: ref.optional(),
    'same-as-first': z.boolean().optional(),
    prefill: many(text),
    role: text.optional(),
    list: text.optional(),
    personal: z.boolean().optional(),
    rules,
  }).superRefine((value, context) => {
    const chooses = value.type === 'choice' || value.type === 'choices' || value.type === 'confirm-all';
    if (chooses && value.options === undefined)
      context.addIssue({ code: 'custom', message: `a ${value.type} needs "options"` });
    if (!chooses && value.options !== undefined)
      context.addIssue({ code: 'custom', path: ['options'], message: `a ${value.type} has no options` });
    if (value['at-least'] !== undefined && value.type !== 'times')
      context.addIssue({ code: 'custom', path: ['at-least'], message: 'only times can be "at-least" so many' });
    if (value.type === 'person' && value.role === undefined)
      context.addIssue({ code: 'custom', message: 'a person is one of a role: "role" is missing' });
  }),
);
export type AuthorField = z.output<typeof field>;

const form = named(field).default({});

const gate = words({
  needs: many(ref),
  forbids: many(ref),
  'at-least': z.number().int().min(2).optional(),
  'not-before': due.optional(),
  when: ref.optional(),
  soft: text.optional(),
  says: text,
  rules,
}).superRefine((value, context) => {
  if (value.needs.length === 0 && value.forbids.length === 0 && value['not-before'] === undefined) {
    context.addIssue({ code: 'custom', message: 'a gate has "needs", "forbids" or "not-before"' });
  }
});
export type AuthorGate = z.output<typeof gate>;

const told = words({ title: text, says: text.optional() });

/** What follows from a step, or from one way in which it came out. */
const consequences = {
  tells: many(target),
  told: told.optional(),
  ends: text.optional(),
  'moves-to': text.optional(),
  starts: text.optional(),
  list: named(text).default({}),
  reopens: many(text),
};

const outcome = words({
  button,
  heading: text.optional(),
  says: text.optional(),
  confirm: button.optional(),
  done: text,
  asks: form,
  gates: many(gate),
  ...consequences,
  rules,
});
export type AuthorOutcome = z.output<typeof outcome>;

const common = {
  title: text,
  says: text.optional(),
  heading: text.optional(),
  owed: text.optional(),
  'when-done': text.optional(),
  button: button.optional(),
  by: many(text),
  after: many(ref),
  unless: many(ref),
  each: oneOf(['children', 'agencies']).optional(),
  optional: z.boolean().default(false),
  repeats: z.boolean().default(false),
  due: many(due),
  gates: many(gate),
  warns: many(words({ when: ref, says: text, rules })),
  form,
  moments: named(outcome).default({}),
  documents: many(z.union([text, words({ 'any-of': many(text), each: oneOf(['children', 'agencies']).optional() })])),
  ...consequences,
  post: oneOf(['channel', 'personal', 'both', 'none']).default('personal'),
  rules,
};

const rung = words({
  title: text,
  by: many(text),
  joint: z.boolean().default(false),
  final: z.boolean().default(false),
  policy: text.optional(),
  rules,
});

export const step = z.discriminatedUnion(
  'kind',
  [
    words({
      ...common,
      kind: z.literal('send'),
      to: many(target),
      copy: many(target),
      done: oneOf(['sent', 'received']).default('sent'),
      automatic: z.boolean().default(false),
      subject: text,
      from: target,
    }),
    words({ ...common, kind: z.literal('record'), in: text.optional() }),
    words({
      ...common,
      kind: z.literal('consent'),
      from: oneOf(['family', 'child', 'parents']).default('family'),
      consent: oneOf(['recorded', 'written']).default('recorded'),
      covers: many(text),
      'may-be': many(oneOf(['not-appropriate', 'overridden'])),
    }),
    words({
      ...common,
      kind: z.literal('assign'),
      fills: text,
      agrees: z.boolean().default(false),
      'may-be': many(oneOf(['none-found'])),
    }),
    words({
      ...common,
      kind: z.literal('decide'),
      'not-by': many(text),
      joint: z.boolean().default(false),
      'stand-in': words({ by: many(text), says: text, rules }).optional(),
      outcomes: named(outcome),
    }),
    words({
      ...common,
      kind: z.literal('meet'),
      purposes: many(text),
      with: many(target),
      invite: many(target),
      'may-come': many(target),
      organiser: text,
      chair: text.optional(),
      notes: text.optional(),
      minutes: z.number().int().positive().default(60),
      'buffer-minutes': z.number().int().nonnegative().default(0),
      place: text.optional(),
      room: z.boolean().default(false),
      'child-attends': z.boolean().default(false),
      online: z.boolean().default(false),
      'prefer-weekday': oneOf(WEEKDAYS).optional(),
      'choose-from': many(ref),
      'planned-on': ref.optional(),
      'session-of': text.optional(),
      question: text.optional(),
      outcomes: named(outcome).default({}),
    }),
    words({
      ...common,
      kind: z.literal('resolve'),
      about: text,
      'by-dialogue': z.boolean().default(false),
      rungs: z.array(rung).min(1),
      outcomes: named(outcome),
    }),
  ],
  {
    error: (issue) => {
      const kind = (issue.input as { kind?: unknown } | undefined)?.kind;
      return kind === undefined
        ? `a step has a "kind": one of ${STEP_KINDS.join(', ')}`
        : `no kind of step is called "${String(kind)}"${didYouMean(String(kind), STEP_KINDS)}`;
    },
  },
);
export type AuthorStep = z.output<typeof step>;

export const page = words({
  id: text,
  title: text,
  short: text.max(17, 'a short name holds at most 17 characters: a button says "Change" before it').optional(),
  says: text.optional(),
  each: oneOf(['children']).optional(),
  records: z.union([words({ step: text }), words({ fact: text }), words({ form: z.literal(true) })], {
    error: 'a page records {step: …}, {fact: …} or {form: true}',
  }),
  fields: named(field),
  refusal: words({ button, title: text, says: text, rules }).optional(),
  rules,
});
export type AuthorPage = z.output<typeof page>;

/** Steps and pages are left raw here: they may take over those of another pathway first (`uses`), and are checked after that. */
const raw = z.record(z.string(), z.unknown());

export const pathway = words({
  pathway: z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, 'must be council/name'),
  edition: z.number().int().positive(),
  title: text,
  button,
  offered: z.boolean().default(true),
  source: text.optional(),
  afterwards: many(text),
  direction: oneOf(DIRECTIONS),
  holder: words({ starts: text, moves: named(ref).default({}), when: text }),
  rules,
  facts: named(
    words({
      title: text,
      precision: oneOf(['day', 'instant']).default('day'),
      expected: z.boolean().default(false),
      by: many(text),
      form,
      rules,
    }),
  ).default({}),
  conditions: named(
    words({
      all: many(ref),
      any: many(ref),
      none: many(ref),
      happened: ref.optional(),
      within: count.optional(),
      of: ref.optional(),
      rules,
    }).superRefine((value, context) => {
      const window = [value.happened, value.within, value.of].filter((part) => part !== undefined).length;
      const lists = value.all.length + value.any.length + value.none.length;
      if (window !== 0 && (window !== 3 || lists > 0))
        context.addIssue({ code: 'custom', message: 'a window has "happened", "within" and "of", and nothing else' });
      if (window === 0 && lists === 0)
        context.addIssue({ code: 'custom', message: 'a condition has "all", "any", "none", or a window' });
      if (value.within !== undefined && /working|hour/.test(value.within))
        context.addIssue({
          code: 'custom',
          path: ['within'],
          message: 'a window is so many days, weeks, months or years long',
        });
    }),
  ).default({}),
  clocks: named(
    due.refine((value) => typeof value === 'string' || value.every === undefined, {
      message: 'a series ("every") stands on its own step: what comes again is that step',
    }),
  ).default({}),
  opening: words({ by: many(text), sends: text, button: button.optional(), pages: z.array(raw) }),
  steps: named(raw),
});
export type AuthorPathway = z.output<typeof pathway>;

/** A standing forum. `weekday`, `from`, `dates`: null or left out is TO BE FILLED IN by the council before it has dates. */
const cycle = words({
  title: text,
  every: z
    .string()
    .regex(
      /^(week|working day|dates|\d+ weeks|\d+ months|month)$/,
      'must be week, 4 weeks, month, 2 months, working day or dates',
    )
    .default('week'),
  weekday: oneOf(WEEKDAYS).nullable().optional(),
  from: day.nullable().optional(),
  dates: z.union([z.array(day), named(z.array(day))]).default([]),
  time,
  minutes: z.number().int().positive(),
  'bank-holiday': oneOf(['skip', 'keep', 'earlier', 'later']),
  'cut-off-working-days': z.number().int().nonnegative(),
  house: z.literal(true).optional(),
  takes: many(ref),
  by: text,
  rules,
});
export type AuthorCycle = z.output<typeof cycle>;

export const council = words({
  council: text,
  name: text,
  'reference-prefix': z.string().regex(/^[A-Z]{3}$/, 'must be three capital letters'),
  'rule-prefixes': many(z.string().regex(/^[A-Z]{3}$/, 'must be three capital letters')),
  services: named(words({ name: text })),
  roles: named(
    words({
      name: text,
      held: oneOf(['group', 'team', 'named']),
      service: text.optional(),
      channel: text.optional(),
      'reports-to': text.optional(),
      outside: z.boolean().optional(),
      'recorded-by': many(text),
    }),
  ),
  teams: named(words({ name: text, about: text, rules })),
  mailboxes: named(
    words({
      name: text,
      /** null: TO BE FILLED IN by the council. */
      address: z.email('must be an e-mail address').nullable(),
      'as-printed': text.optional(),
      /** A role held by a group, with a channel: the program watches the mailbox for it. */
      'watched-by': text.optional(),
      rules,
    }),
  ),
  channels: named(words({ name: text })),
  cycles: named(cycle).default({}),
  settings: named(
    words({
      options: z.array(text).min(2),
      default: text,
      ambiguity: z.string().regex(/^AMB-\d{2}$/, 'must be an ambiguity like AMB-24'),
      about: text.optional(),
      also: named(many(z.string().regex(/^[^=]+=[^=]+$/, 'must be name=value'))).default({}),
    }),
  ).default({}),
  lists: named(
    words({
      title: text,
      states: z.array(text).min(1),
      moves: many(z.string().regex(/^[a-z0-9-]+>[a-z0-9-]+$/, 'must be like active>paused')),
      rules,
    }),
  ).default({}),
  sources: named(
    words({
      title: text,
      version: text,
      note: text.optional(),
      links: many(words({ label: text, url: text })),
      rules,
    }),
  ).default({}),
  safeguarding: words({
    emergency: text,
    team: text,
    daytime: text.nullable(),
    'out-of-hours': text.nullable(),
    lines: many(words({ name: text, number: text, rules })),
    tells: many(text),
    rules,
  }),
  'closure-days': z.array(words({ day, name: text })).default([]),
  start: many(text),
  texts: z.record(z.string(), text).default({}),
  options: named(z.array(option).min(1)).default({}),
});
export type AuthorCouncil = z.output<typeof council>;

/**
 * Rules that no pathway carries, each with the reason; and how each sentence that can be read in two ways was read (ledger, section 6).
 */
export const ruleList = words({
  council: text,
  rules: z.record(
    rule,
    z.union([words({ information: text }), words({ beyond: text })], {
      error: 'a rule here is {information: why} or {beyond: why}',
    }),
  ),
  ambiguities: z
    .record(
      z.string().regex(/^AMB-\d{2}$/, 'must be an ambiguity like AMB-24'),
      words({ built: text, setting: many(text), rules }),
    )
    .default({}),
});
export type RuleList = z.output<typeof ruleList>;
