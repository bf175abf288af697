/** What an author is told who makes a mistake: where it stands, what is wrong, what was perhaps meant. All of it at once. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  InvalidProtocols,
  loadProtocols,
  PROTOCOLS_FOLDER,
  readProtocols,
  UnknownPathway,
  writeFault,
} from '../../src/adapters/protocol-files/load.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

interface Change {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

function changed(...changes: readonly Change[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'protocols-'));
  folders.push(folder);
  cpSync(join(PROTOCOLS_FOLDER, 'camden'), join(folder, 'camden'), { recursive: true });
  // A council of its own: what another pathway takes over would be told of as well.
  if (changes.every(({ file }) => file !== 'after-cin-review.yaml'))
    rmSync(join(folder, 'camden', 'after-cin-review.yaml'));
  for (const { file, from, to } of changes) {
    const path = join(folder, 'camden', file);
    const text = readFileSync(path, 'utf8');
    if (!text.includes(from)) throw new Error(`${file} has no "${from}": the test is out of date`);
    writeFileSync(path, text.replace(from, to));
  }
  return folder;
}

/** Faults, each with the text of the line at which it points. */
function faultsAfter(...changes: readonly Change[]) {
  const folder = changed(...changes);
  return readProtocols(folder).faults.map((fault) => {
    const line = readFileSync(join(folder, fault.file), 'utf8').split('\n')[fault.line - 1] ?? '';
    return { file: fault.file, words: fault.words, at: line.slice(fault.col - 1), written: writeFault(fault) };
  });
}

const PATHWAY = 'after-assessment.yaml';

const mistakes: readonly {
  readonly mistake: string;
  readonly file?: string;
  readonly from: string;
  readonly to: string;
  readonly words: string | RegExp;
  /** What stands where the fault points. */
  readonly at: string;
}[] = [
  {
    mistake: 'a step that is called nothing like it',
    from: 'after: joint-visit.booked',
    to: 'after: joint-vist.booked',
    words: 'no step is called "joint-vist"; did you mean "joint-visit"?',
    at: 'joint-vist.booked',
  },
  {
    mistake: 'an outcome that a step has not',
    from: 'any: [front-door.team, panel-answer]',
    to: 'any: [front-door.teem, panel-answer]',
    words: 'the step "front-door" has no outcome, moment or field "teem"; did you mean "team"?',
    at: 'front-door.teem',
  },
  {
    mistake: 'a pathway to start with that there is none of',
    file: 'council.yaml',
    from: 'closure-days: []',
    to: 'closure-days: []\nstart: [after-assesment]',
    words: 'no pathway of this council is called "after-assesment"; did you mean "after-assessment"?',
    at: 'after-assesment]',
  },
  {
    mistake: 'a window in working days',
    from: 'any: [front-door.team, panel-answer]',
    to: 'happened: front-door.team, within: 5 working days, of: request',
    words: 'a window is so many days, weeks, months or years long',
    at: '5 working days, of: request, rules: [CAM-M-06] }',
  },
  {
    mistake: 'a series among the clocks',
    from: '    within: 10 working days\n    of: assessment-completed',
    to: '    every: 6 weeks\n    of: assessment-completed',
    words: 'a series ("every") stands on its own step: what comes again is that step',
    at: 'every: 6 weeks',
  },
  {
    mistake: 'a moment that a kind of step has not',
    from: 'needs: joint-visit.held',
    to: 'needs: joint-visit.received',
    words: /^the step "joint-visit" has no outcome, moment or field "received"/,
    at: 'joint-visit.received',
  },
  {
    mistake: 'an answer that is not among the options',
    from: 'when: form.action.taf-review',
    to: 'when: form.action.taf-revue',
    words: 'the field "action" has no answer "taf-revue"; did you mean "taf-review"?',
    at: 'form.action.taf-revue',
  },
  {
    mistake: 'a role that nobody has',
    from: 'by: front-door-manager\n    after: request.received',
    to: 'by: front-door-manger\n    after: request.received',
    words: 'no role is called "front-door-manger"; did you mean "front-door-manager"?',
    at: 'front-door-manger',
  },
  {
    mistake: 'a mailbox that the council has not',
    from: 'to: mailbox/step-down',
    to: 'to: mailbox/stepdown',
    words: 'no mailbox is called "stepdown"; did you mean "step-down"?',
    at: 'mailbox/stepdown',
  },
  {
    mistake: 'a standing meeting that the council has not',
    from: 'session-of: eh-panel',
    to: 'session-of: eh-panle',
    words: 'no cycle is called "eh-panle"; did you mean "eh-panel"?',
    at: 'eh-panle',
  },
  {
    mistake: 'a clock that is not there',
    from: 'fills: family-worker\n    by: eh-team-manager\n    after: team-settled\n    due: step-down-limit',
    to: 'fills: family-worker\n    by: eh-team-manager\n    after: team-settled\n    due: stepdown-limit',
    words: 'no clock is called "stepdown-limit"; did you mean "step-down-limit"?',
    at: 'stepdown-limit',
  },
  {
    mistake: 'a word that does not belong there',
    from: 'automatic: true',
    to: 'automatick: true',
    words: 'no word "automatick" belongs here; did you mean "automatic"?',
    at: 'automatick: true',
  },
  {
    mistake: 'a kind of step that there is not',
    from: 'kind: resolve',
    to: 'kind: resolves',
    words: 'no kind of step is called "resolves"; did you mean "resolve"?',
    at: 'resolves',
  },
  {
    mistake: 'a button that no phone shows whole',
    from: 'button: Accept and name worker',
    to: 'button: Accept the family and name a worker',
    words: 'a button holds at most 24 characters',
    at: 'Accept the family and name a worker',
  },
  {
    mistake: 'a count that cannot be counted',
    from: 'within: 5 working days',
    to: 'within: five working days',
    words: 'must be a count like "10 working days"',
    at: 'five working days',
  },
  {
    mistake: 'hours from something whose hour nobody knows',
    from: 'within: 10 working days\n    of: assessment-completed',
    to: 'within: 24 hours\n    of: assessment-completed',
    words: 'hours cannot be counted from "assessment-completed": only its day is known',
    at: '24 hours',
  },
  {
    mistake: 'a deadline under no rule',
    from: 'section: 3 p13, rules: [CAM-A-27] }',
    to: 'section: 3 p13 }',
    words: 'a deadline names no ledger rule: "rules" is missing',
    at: '{ within: 2 working days',
  },
  {
    mistake: 'a gate under no rule',
    from: 'says: The joint visit comes first (CAM-A-08)., rules: [CAM-A-08] }',
    to: 'says: The joint visit comes first. }',
    words: 'a gate names no ledger rule: "rules" is missing',
    at: '{ needs: joint-visit.held',
  },
  {
    mistake: "another council's rule",
    from: 'section: 3 p6, rules: [CAM-A-14]',
    to: 'section: 3 p6, rules: [KNO-U-09]',
    words: 'KNO-U-09 is no rule of Camden',
    at: 'KNO-U-09',
  },
  {
    mistake: 'a page whose button nobody could read',
    from: 'confirm: Send advice',
    to: 'confirm: Send this advice to the social worker',
    words: 'a button holds at most 24 characters',
    at: 'Send this advice to the social worker',
  },
  {
    mistake: 'what those are told who are told, without a title',
    from: 'told: { title: "{team} named", says: The team will offer you a consultation. }',
    to: 'told: { text: "{team} named", says: The team will offer you a consultation. }',
    words: /^no word "text" belongs here|title/,
    at: '{ text',
  },
  {
    mistake: 'an outcome that leads nowhere',
    file: 'after-step-down.yaml',
    from: 'says: The family did not engage. No concerns go on. }\n        ends: closed\n',
    to: 'says: The family did not engage. No concerns go on. }\n',
    words: 'the outcome "close" leads nowhere: no step comes after it and it does not end the case',
    at: 'close:',
  },
  {
    mistake: 'a step that waits for what comes after it',
    from: 'after: front-door.panel\n    purposes',
    to: 'after: panel-answer\n    purposes',
    words: '"panel" can never open: "panel-answer" can never come about',
    at: 'after: panel-answer',
  },
  {
    mistake: 'a gate that waits for what waits for it',
    from: 'needs: joint-visit.held, says: The joint visit comes first (CAM-A-08)., rules: [CAM-A-08]',
    to: 'needs: after-all, says: After all, rules: [CAM-A-08]',
    words: /^no step, fact or condition is called "after-all"/,
    at: 'after-all',
  },
  {
    mistake: 'a list of options that the council has not',
    from: 'options: who-agreed',
    to: 'options: who-agread',
    words: /^no list of options is called "who-agread"; did you mean "who-agreed"\?/,
    at: 'who-agread',
  },
  {
    mistake: 'a ladder without an end',
    from: 'by: head-of-service, final: true',
    to: 'by: head-of-service',
    words: 'the last rung must be final, or name the policy that decides',
    at: '{ title: heads of service',
  },
  {
    mistake: 'a field without a type',
    from: 'note: { type: long-text, label: Note',
    to: 'note: { label: Note',
    words: /^must be one of text, long-text/,
    at: '{ label: Note',
  },
  {
    mistake: 'a mail address that is none',
    file: 'council.yaml',
    from: 'address: EHstepdown@camden.gov.uk',
    to: 'address: EHstepdown.camden.gov.uk',
    words: 'must be an e-mail address',
    at: 'EHstepdown.camden.gov.uk',
  },
  {
    mistake: 'a mailbox that a role reads which the council has not',
    file: 'council.yaml',
    from: 'watched-by: front-door-manager',
    to: 'watched-by: front-dor-manager',
    words: 'no role is called "front-dor-manager"; did you mean "front-door-manager"?',
    at: 'front-dor-manager',
  },
  {
    mistake: 'a mailbox that is read by one person of each case',
    file: 'council.yaml',
    from: 'watched-by: front-door-manager',
    to: 'watched-by: social-worker',
    words: /^a mailbox is read by a role that is held by a group and has a channel/,
    at: 'social-worker',
  },
  {
    mistake: 'a role that reports to itself',
    file: 'council.yaml',
    from: 'head-of-service: { name: head of service, held: group, service: early-help }',
    to: 'head-of-service: { name: head of service, held: group, service: early-help, reports-to: head-of-service }',
    words: '"head-of-service" reports to itself in the end',
    at: 'head-of-service }',
  },
  {
    mistake: 'a channel that the council has not',
    file: 'council.yaml',
    from: 'channel: social-work, reports-to',
    to: 'channel: socialwork, reports-to',
    words: 'no channel is called "socialwork"; did you mean "social-work"?',
    at: 'socialwork',
  },
  {
    mistake: 'a default that is not among the options',
    file: 'council.yaml',
    from: 'default: contact',
    to: 'default: contacts',
    words: '"contacts" is none of its options; did you mean "contact"?',
    at: 'contacts',
  },
  {
    mistake: 'the same word twice',
    from: 'title: referral\n',
    to: 'title: referral\n    title: again\n',
    words: 'the same word stands twice in one place',
    at: 'title: again',
  },
  {
    mistake: 'a step taken over from a pathway that is not there',
    file: 'after-cin-review.yaml',
    from: 'duty-action: { uses: after-assessment }',
    to: 'duty-action: { uses: after-assesment }',
    words: 'no pathway of this council is called "after-assesment"; did you mean "after-assessment"?',
    at: 'after-assesment',
  },
];

test.each(mistakes)('$mistake is named with its line and column', ({ file = PATHWAY, from, to, words, at }) => {
  const faults = faultsAfter({ file, from, to });
  const found = faults.filter((fault) => (typeof words === 'string' ? fault.words === words : words.test(fault.words)));
  expect(faults.length === 0 ? 'no fault was found' : faults.map(({ written }) => written)).not.toHaveLength(0);
  expect(found.length > 0 ? 'named' : faults.map(({ written }) => written)).toBe('named');
  expect(found[0]?.file).toBe(`camden/${file}`);
  expect(found.some((fault) => fault.at.startsWith(at)) ? at : found.map((fault) => fault.at)).toBe(at);
});

test('a mail whose arrival nobody would notice is named', () => {
  const faults = faultsAfter({ file: 'council.yaml', from: '    watched-by: front-door-manager\n', to: '' });
  const words = 'nobody would notice that it is received: give the mailbox "step-down" a "watched-by" in council.yaml';
  expect(faults).toMatchObject([{ file: `camden/${PATHWAY}`, words, at: 'received' }]);
});

test('all faults of all files are told at once', () => {
  const folder = changed(
    { file: PATHWAY, from: 'after: joint-visit.booked', to: 'after: joint-vist.booked' },
    {
      file: PATHWAY,
      from: 'by: eh-team-manager\n    after: team-settled',
      to: 'by: eh-team-manger\n    after: team-settled',
    },
    { file: 'council.yaml', from: 'default: contact', to: 'default: contacts' },
  );
  const load = () => loadProtocols(folder);
  expect(load).toThrow(InvalidProtocols);
  expect(load).toThrow(/3 faults:\ncamden\/after-assessment\.yaml:\d+:\d+ {2}no .*\n.*"joint-vist".*|3 faults/s);
  expect(readProtocols(folder).faults).toHaveLength(3);
});

test('a deadlock through gates is found, although every name names something', () => {
  const faults = faultsAfter(
    {
      file: PATHWAY,
      from: 'post: none\n    rules: [CAM-A-12, CAM-A-13]',
      to: 'post: none\n    gates: { needs: close, says: Close first., rules: [CAM-A-08] }\n    rules: [CAM-A-12, CAM-A-13]',
    },
    {
      file: PATHWAY,
      from: '- { needs: section-4, says',
      to: '- { needs: front-door-answer, says: The answer comes first., rules: [CAM-A-12] }\n      - { needs: section-4, says',
    },
  );
  expect(faults.map(({ words }) => words)).toEqual(
    expect.arrayContaining([
      '"front-door-answer" can never be done: its gate waits for "close", which waits for it',
      '"close" can never be done: its gate waits for "front-door-answer", which waits for it',
    ]),
  );
});

describe('the protocols that come with the program', () => {
  const protocols = loadProtocols();

  test('say which pathway was meant when a name is near', () => {
    expect(() => protocols.get('camden/after-assesment')).toThrow(UnknownPathway);
    expect(() => protocols.get('camden/after-assesment')).toThrow('did you mean "camden/after-assessment"?');
  });

  test('keep a running case under its edition, although the council has changed its own data since', () => {
    const { version, edition } = protocols.get('camden/after-assessment');
    expect(version).toMatch(/^1-[0-9a-f]{64}$/);
    expect(protocols.get('camden/after-assessment', `${edition}-of-another-day`).version).toBe(version);
    expect(() => protocols.get('camden/after-assessment', '7-x')).toThrow('put its file back');
  });

  test('keep what is personal out of what is not', () => {
    const pathway = protocols.get('camden/after-assessment');
    const fields = pathway.opening.pages.flatMap((page) =>
      Object.values(page.fields).map((field) => ({ page, field })),
    );
    expect(fields.filter(({ page, field }) => page.each === 'children' && !field.personal)).toEqual([]);
    expect(
      fields.filter(
        ({ field }) => ['text', 'long-text', 'birth-date', 'document'].includes(field.type) && !field.personal,
      ),
    ).toEqual([]);
  });

  test('use no word on a button or in a question that blames', () => {
    const blames = /\b(failed|refused|breach|invalid|denied|submit|click here)\b/i;
    expect(wordsOf(protocols.all()).filter((words) => blames.test(words))).toEqual([]);
  });
});

const READ = new Set(
  'label button says title error hint done heading confirm about refuses question owed whenDone name'.split(' '),
);

/** What people read: not the names by which the data speaks of itself. */
function wordsOf(value: unknown, key = ''): string[] {
  if (typeof value === 'string') return READ.has(key) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((each) => wordsOf(each, key));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, each]) => wordsOf(each, name));
}
