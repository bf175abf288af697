/** What a date counts from is said in a clause after "when": made from the short texts of the protocol data. */
import { loadProtocols } from '../../../src/adapters/protocol-files/load.ts';
import { doneAsClause, isTask, taskAsClause } from '../../../src/domain/case/clauses.ts';
import { explainReference } from '../../../src/domain/case/references.ts';
import { partsOf } from '../../../src/domain/case/steps.ts';
import type { Protocol } from '../../../src/domain/protocol/types.ts';
import { ann, opened } from './opened.ts';
import { condition, decision, ladder, meet, outcome, pathway, record, send, within } from './pathway.ts';
import { program } from './play.ts';

test.each([
  ['Social worker told which team.', 'the social worker was told which team'],
  ['Social worker told what the panel decided.', 'the social worker was told what the panel decided'],
  ['Referral sent.', 'the referral was sent'],
  ['New visit times offered.', 'the new visit times were offered'],
  ['The family has agreed.', 'the family has agreed'],
  ['The family was told the date.', 'the family was told the date'],
  ['Family and professionals told.', 'the family and professionals were told'],
  ['Section 4 complete in MOSAIC.', 'section 4 was complete in MOSAIC'],
  ['Closed in MOSAIC.', 'it was closed in MOSAIC'],
  ["Duty manager's next action chosen.", "the duty manager's next action was chosen"],
  ['Early Help Assessment begun.', 'the Early Help Assessment was begun'],
  ['Early Help e-mailed.', 'Early Help was e-mailed'],
  ['Child and Family Assessment decided.', 'the Child and Family Assessment was decided'],
  ['Allocated social worker named.', 'the allocated social worker was named'],
  ['Advanced Practitioner answered the invitation.', 'the Advanced Practitioner answered the invitation'],
  ['Team accepted the family.', 'the team accepted the family'],
  ['Family agreed.', 'the family agreed'],
  ['Visit date agreed.', 'the visit date was agreed'],
  ['Nobody found to lead.', 'nobody was found to lead'],
  ['MASH rung.', 'MASH was rung'],
  ['A difference of view is recorded. The managers talk.', 'a difference of view is recorded'],
])('the note "%s" becomes: %s', (note, clause) => {
  expect(doneAsClause(note)).toBe(clause);
});

test.each(['On the allocations list.', 'No step up.', '{team} named.', 'does it need screening?', ''])(
  'of "%s" no clause is made up',
  (note) => {
    expect(doneAsClause(note)).toBeUndefined();
  },
);

test.each([
  ['tell the family the date', 'the family was told the date'],
  ['tell the social worker which team', 'the social worker was told which team'],
  ['tell the family of the waiting list', 'the family was told of the waiting list'],
  ['ask the Advanced Practitioner for help', 'the Advanced Practitioner was asked for help'],
  ["send the chair's report", "the chair's report was sent"],
  ['share the plan with the family', 'the plan was shared with the family'],
  ['make the referrals that were recommended', 'the referrals that were recommended were made'],
  ['review the file and the threshold', 'the file and the threshold were reviewed'],
  ['decide on the step down', 'the step down was decided on'],
  ['decide whether Social Care goes on', 'it was decided whether Social Care goes on'],
  ['add to the allocations list', 'it was added to the allocations list'],
  ['meet the family together', 'the family was met together'],
])('the task "%s", done: %s', (task, clause) => {
  expect(isTask(task)).toBe(true);
  expect(taskAsClause(task)).toBe(clause);
});

test.each([
  'answer of Social Care',
  'request for step down',
  'plan to step down',
  'end of the payment',
  'help with the planning',
  'talk',
])('the thing "%s" is no task', (title) => {
  expect(isTask(title)).toBe(false);
});

describe('a reference', () => {
  const way = pathway(
    {
      told: record({ title: 'tell the family' }),
      noted: record({ title: 'tell the family', whenDone: 'The family knows.' }),
      talk: record({ title: 'talk with the family after the review' }),
      papers: record({ title: 'papers for the social worker' }),
      sent: send({ title: 'send the report', done: 'received', whenDone: 'Report sent.' }),
      letter: send({ title: 'referral', done: 'received', whenDone: 'Referral sent.' }),
      answer: decision({ yes: outcome({ done: 'Advice given.' }) }, { title: 'answer the social worker' }),
      view: decision({ yes: outcome({ done: 'Agreed.' }) }, { title: "the partner agency's view" }),
      needed: decision({ yes: outcome(), no: outcome() }, { title: 'is a review meeting needed?' }),
      team: ladder({ title: 'settling the team', outcomes: { settled: outcome({ done: 'Team settled.' }) } }),
      visit: meet({ title: 'joint visit' }),
    },
    {
      conditions: {
        'team-confirmed': condition({ any: ['answer.yes', 'view.yes'] }),
        'ready-to-close': condition({ all: ['told', 'visit.held'] }),
        'in-time': condition({
          window: { happened: 'letter.received', within: { n: 3, unit: 'months' }, of: 'visit' },
        }),
      },
    },
  );

  test.each([
    ['told', 'the family was told'],
    ['noted', 'the family knows'],
    ['talk', '“talk with the family after the review” was done'],
    ['talk.opened', 'it was time to talk with the family after the review'],
    ['papers', 'the papers for the social worker were recorded'],
    ['sent', 'the report was sent'],
    ['sent.received', 'the report was received'],
    ['letter', 'the referral was received'],
    ['letter.sent', 'the referral was sent'],
    ['answer', 'the social worker was answered'],
    ['answer.yes', 'the decision was “Advice given”'],
    ['answer.opened', 'it was time to answer the social worker'],
    ['view', "the partner agency's view was given"],
    ['view.yes', "the partner agency's view ended with “Agreed”"],
    ['needed', '“is a review meeting needed?” was answered'],
    ['team', '“settling the team” came to an end'],
    ['team.not-agreed', 'no agreement was reached on “settling the team”'],
    ['visit.opened', 'it was time for the joint visit'],
    ['visit.not-held', 'the joint visit did not take place'],
    ['visit.no-time', 'no shared time was found for the joint visit'],
    ['team-confirmed', 'the team was confirmed'],
    ['ready-to-close', 'the family was told and the joint visit was held'],
    ['in-time', 'the referral was received, within 3 months after the joint visit was held'],
    ['case.reopened', 'the case was opened again'],
  ])('%s is told as: when %s', (ref, clause) => {
    expect(explainReference(way, ref)).toBe(clause);
  });
});

test('a date that counts from a condition says what made it true', () => {
  const protocol = pathway(
    {
      plan: record({ title: 'share the plan with the family' }),
      consent: record({ whenDone: 'The family has agreed.' }),
      list: record({ after: ['plan-and-consent'], due: [within(24, 'hours', 'plan-and-consent')] }),
      start: send(),
    },
    { conditions: { 'plan-and-consent': condition({ all: ['plan', 'consent'] }) } },
  );
  const it = opened(protocol)
    .does(program, 'start', 'sent')
    .does(ann, 'consent')
    .at('2026-12-17T15:00')
    .does(ann, 'plan');
  expect(it.because('list')).toMatch(
    /^24 hours from Thu 17 Dec 2026, 15:00, when the plan was shared with the family\./,
  );
});

const protocols = loadProtocols().all();

test.each(protocols.map((protocol) => [protocol.id, protocol] as const))(
  'whatever %s may refer to is told in plain words',
  (_, protocol) => {
    const clauses = referencesOf(protocol).map((ref) => [ref, explainReference(protocol, ref)] as const);
    const odd = clauses.filter(
      ([ref, clause]) =>
        clause === undefined ||
        clause.includes('undefined') ||
        // No id of the data, no article twice, no end of a sentence.
        (ref.includes('.') && clause.includes(ref)) ||
        /\b(the the|the a|the an|the your|the their)\b|\.$/.test(clause),
    );
    expect(odd).toEqual([]);
  },
);

/** Moments of a meeting on which no pathway rests. */
const ARRANGING = ['booking', 'kept', 'accepted', 'attendees'];

function referencesOf(protocol: Protocol): readonly string[] {
  const steps = Object.values(protocol.steps).flatMap((step) => [
    step.id,
    `${step.id}.opened`,
    ...partsOf(step)
      .filter((part) => part !== '' && !(step.kind === 'meet' && ARRANGING.includes(part)))
      .map((part) => `${step.id}.${part}`),
  ]);
  return [...steps, ...Object.keys(protocol.conditions), ...Object.keys(protocol.facts)];
}
