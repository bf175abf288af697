/** The commands, each with its own file, read only when it is asked for: `due` must not wait for what `start` needs. */
import type { Command } from './command.ts';

export const COMMANDS: Readonly<Record<string, Command>> = {
  start: {
    usage: 'start',
    about: 'starts the bot; without credentials the sandbox, on this machine alone',
    options: {},
    run: async () => (await import('./start.ts')).start(),
  },
  playground: {
    usage: 'playground [--as <name or id>] [--port <number>]',
    about: "opens Microsoft's Agents Playground on the running bot, as one of the sandbox's people",
    options: { as: { type: 'string' }, port: { type: 'string' } },
    run: async (parsed) => (await import('./playground.ts')).playground(parsed),
  },
  protocols: {
    usage: 'protocols [--json]',
    about: 'lists councils and pathways, with their steps and the ledger rules that they carry',
    options: {},
    run: async () => (await import('./protocols.ts')).protocols(),
  },
  due: {
    usage:
      'due <RULE-ID> --from <date or time> [--set name=value] · due "10 working days after 17 Dec 2026" · due --batch',
    about: [
      'says when something is due, and why',
      'A rule counts from what its protocol names: for a notice before a meeting, --from is the meeting, and the answer is the',
      'last day to send; with --sent instead it is the sending, and the answer is the first day for the meeting.',
      'Times without an offset are London time. --set chooses a reading (setting=option, AMB-18=option, or the switch as the',
      'ledger prints it: unit=workingDays, clearDays), a course (step=outcome) or the day of a forum (weekday=Tuesday, from=<date>).',
      '--batch reads JSON lines {"rule" or "phrase", "from"} and writes one line for each.',
    ].join('\n'),
    options: {
      from: { type: 'string' },
      sent: { type: 'string' },
      set: { type: 'string', multiple: true },
      batch: { type: 'boolean' },
    },
    run: async (parsed) => (await import('./due.ts')).dueCommand(parsed),
  },
  timeline: {
    usage: 'timeline <council>/<pathway> --fact <name>=<date or time> … [--now <time>] [--set name=value] [--json]',
    about: [
      'shows every step of a case with these facts: state, owner, due, and why',
      'A fact is a step, a step.outcome, a step.moment, or a date that the pathway asks for (name.expected: not yet).',
      'step.field.answer is an answer given with the step; a1.step (c1.step) is a step done for one agency (child) alone.',
      'Agencies that a fact names are two, a1 and a2. Where a fact moves the case it goes on under the next pathway.',
    ].join('\n'),
    options: {
      fact: { type: 'string', multiple: true },
      set: { type: 'string', multiple: true },
      now: { type: 'string' },
    },
    run: async (parsed) => (await import('./timeline.ts')).timeline(parsed),
  },
  docs: {
    usage: 'docs [--write]',
    about: 'says whether docs/protocols is as the data is; with --write makes it so',
    options: { write: { type: 'boolean' } },
    run: async (parsed) => (await import('./docs.ts')).docs(parsed),
  },
  draw: {
    usage: 'draw <council>/<pathway>',
    about: 'draws a pathway as a Mermaid flowchart',
    options: {},
    run: async (parsed) => (await import('./draw.ts')).drawCommand(parsed),
  },
  check: {
    usage: 'check [--go-live] [--folder <protocols>]',
    about: [
      'looks for faults in protocols, bank holidays, cards, manifest and settings',
      'It lists what each council has to fill in before it goes live (a fault with --go-live), and the readings it may change.',
    ].join('\n'),
    options: { 'go-live': { type: 'boolean' }, folder: { type: 'string' } },
    run: async (parsed) => (await import('./check.ts')).check(parsed),
  },
  doctor: {
    usage: 'doctor',
    about: 'asks the running bot what works, what does not, and what to do',
    options: {},
    run: async () => (await import('./doctor.ts')).doctor(),
  },
};
