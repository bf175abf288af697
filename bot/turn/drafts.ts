/** Presses on a draft: everything typed is kept first, right or wrong; then the page is checked and the next one shown. */
import { type MailSheet, WORKER } from '../../src/application/mail/sheet.ts';
import type { Draft } from '../../src/application/ports.ts';
import type { CaseSheet } from '../../src/application/sheet.ts';
import type { Answers } from '../../src/domain/case/types.ts';
import type { Protocol } from '../../src/domain/protocol/types.ts';
import { capital } from '../../src/domain/wording.ts';
import { REASON } from '../cards/asking.ts';
import { rows } from '../cards/buttons.ts';
import { comeBack, type Drafting, isCheck, pageKeys, pageOf } from '../cards/drafting.ts';
import { drawForPerson } from '../cards/drawing.ts';
import { answersFrom } from '../cards/fields.ts';
import type { Banner } from '../cards/frame.ts';
import { frame } from '../cards/frame.ts';
import { workerFrom } from '../cards/from-mail.ts';
import { plainFrame } from '../cards/notices.ts';
import { mustAccept, OVERLAP_WHY } from '../cards/overlap.ts';
import { pageFrame, refusedFrame } from '../cards/pages.ts';
import { render } from '../cards/render.ts';
import { safetyPanel } from '../cards/safety.ts';
import { line } from '../cards/text.ts';
import { answer, type Desk, originOf, type Pressed, plain } from './answering.ts';
import type { Reply } from './turn.ts';

export async function pressOnDraft(pressed: Pressed): Promise<readonly Reply[]> {
  const { desk, person, press } = pressed;
  const { stepwise } = desk;
  if (press.a === 'begin') {
    const may = (await stepwise.startable(person.id)).some(({ id }) => id === press.x);
    if (!may || !press.x) return answer(pressed, plain('This is not yours to start', whoStarts(desk, press.x)));
    return show(pressed, await stepwise.drafts.begin(person.id, press.x));
  }
  const draft = press.d ? await stepwise.drafts.get(person.id, press.d) : undefined;
  if (!draft) return gone(pressed);
  switch (press.a) {
    case 'begin-anew':
      await stepwise.drafts.delete(person.id, draft.id);
      return show(pressed, await stepwise.drafts.begin(person.id, draft.pathway));
    case 'delete-draft':
      await stepwise.drafts.delete(person.id, draft.id);
      return answer(pressed, plain('Draft deleted', `Nothing of it is kept. ${again(desk, draft)} to start again.`));
    case 'carry-on':
      return show(pressed, draft);
    default:
      return onPage(pressed, await keep(pressed, draft));
  }
}

/** What is on the page that was pressed, before anything else is looked at. */
async function keep({ desk, turn, person, press }: Pressed, draft: Draft): Promise<Draft> {
  const from = press.a === 'goto' ? press.x : press.g;
  const protocol = desk.stepwise.protocol(draft.pathway);
  const found = from ? pageOf(protocol, from) : undefined;
  if (!from || !found || (found.child !== undefined && found.child > draft.children)) return draft;
  const answers: Answers = {
    ...answersFrom(turn.data, Object.values(found.page.fields), []),
    ...(typeof turn.data['same-as-first'] === 'string' ? { 'same-as-first': turn.data['same-as-first'] } : {}),
  };
  const { drafts } = desk.stepwise;
  let kept = Object.keys(answers).length === 0 ? draft : await drafts.save(person.id, draft.id, from, answers);
  const why = turn.data[REASON];
  const worker = turn.data[WORKER];
  if (kept.mail && isCheck(protocol, from) && typeof worker === 'string')
    kept = await keepWorker(desk, person.id, kept, worker);
  return isCheck(protocol, from) && typeof why === 'string' ? drafts.sayWhyLate(person.id, draft.id, why.trim()) : kept;
}

/** For whom the case is opened: somebody who may have made the referral, or nobody yet. */
async function keepWorker({ stepwise }: Desk, person: string, draft: Draft, typed: string): Promise<Draft> {
  if (typed === (draft.pages[WORKER]?.worker ?? '')) return draft;
  const said = workerFrom(typed, await stepwise.mails.workers(draft.pathway));
  return stepwise.drafts.save(person, draft.id, WORKER, { ...said });
}

async function onPage(pressed: Pressed, draft: Draft): Promise<readonly Reply[]> {
  const { desk, person, press } = pressed;
  const { drafts } = desk.stepwise;
  const protocol = desk.stepwise.protocol(draft.pathway);
  const key = press.g ?? draft.page;
  const child = pageOf(protocol, key)?.child;
  switch (press.a) {
    case 'page-save': {
      if (Object.keys(await drafts.faults(person.id, draft.id, key)).length > 0)
        return show(pressed, draft, key, { pressed: true });
      const keys = pageKeys(protocol, draft.children);
      return goto(pressed, draft, keys[keys.indexOf(key) + 1] ?? key);
    }
    case 'goto':
      return goto(pressed, draft, key);
    case 'child-add': {
      if (Object.keys(await drafts.faults(person.id, draft.id, key)).length > 0)
        return show(pressed, draft, key, { pressed: true });
      // The number that the card was drawn with: pressed twice it is one more child, not two.
      const more =
        press.n === draft.children ? await drafts.setChildren(person.id, draft.id, draft.children + 1) : draft;
      return goto(pressed, more, `${key.split('.')[0]}.${more.children}`);
    }
    case 'child-remove': {
      const fewer =
        press.n === draft.children && draft.children > 1 && child
          ? await drafts.setChildren(person.id, draft.id, draft.children - 1, child)
          : draft;
      return goto(pressed, fewer, `${key.split('.')[0]}.${Math.min(child ?? 1, fewer.children)}`);
    }
    case 'page-later':
      return answer(
        pressed,
        render(
          'plain',
          plainFrame(
            'Saved',
            [`Nothing has been sent. ${again(desk, draft)} to carry on, today or another day.`],
            [desk.ink.button('Carry on', { a: 'carry-on', d: draft.id })],
          ),
        ),
      );
    case 'not-agreed': {
      const refused = refusedFrame(await drafting(pressed, draft, key), key);
      return refused ? answer(pressed, render('page', refused)) : show(pressed, draft, key);
    }
    case 'risk':
      return answer(pressed, riskCard(pressed, draft));
    case 'overlap-accepted':
      return acceptOverlap(pressed, draft);
    case 'send':
      return send(pressed, draft);
    default:
      return show(pressed, draft);
  }
}

/** A child is on another case already: the person has seen it, and says why this is a case of its own. */
async function acceptOverlap(pressed: Pressed, draft: Draft): Promise<readonly Reply[]> {
  const { desk, person, turn } = pressed;
  const typed = typeof turn.data[OVERLAP_WHY] === 'string' ? turn.data[OVERLAP_WHY].trim() : '';
  if (typed === '') return show(pressed, draft, undefined, { overlapWhy: { typed, fault: 'Say why.' } });
  const overlaps = await desk.stepwise.drafts.overlaps(person.id, draft.id);
  const shown = overlaps.map(({ reference }) => reference);
  return show(pressed, await desk.stepwise.drafts.acceptOverlap(person.id, draft.id, shown, typed));
}

/** How to come back to it. */
function again({ stepwise }: Desk, draft: Draft): string {
  return comeBack({ protocol: stepwise.protocol(draft.pathway), draft });
}

function whoStarts({ stepwise }: Desk, pathway: string | undefined): string {
  const protocol = stepwise.protocols().find(({ id }) => id === pathway);
  const roles = (protocol?.opening.by ?? []).map((role) => `${protocol?.council.roles[role]?.name ?? role}s`);
  if (roles.length === 0) return 'There is no such pathway here.';
  const names = roles.join(' and ');
  return `${capital(names)} start this. Ask one of them.`;
}

/** The page of a draft that the person was on last. */
export function showDraft(pressed: Pressed, draft: Draft): Promise<readonly Reply[]> {
  return show(pressed, draft);
}

type More = Pick<Drafting, 'pressed' | 'banner' | 'overlapWhy'>;

async function goto(pressed: Pressed, draft: Draft, key: string): Promise<readonly Reply[]> {
  return show(pressed, await pressed.desk.stepwise.drafts.save(pressed.person.id, draft.id, key, {}, key), key);
}

async function show(
  pressed: Pressed,
  draft: Draft,
  key: string = draft.page,
  more: More = {},
): Promise<readonly Reply[]> {
  const on = await drafting(pressed, draft, key, more);
  const drawn = pageFrame(on, key) ?? pageFrame(on, pageKeys(on.protocol, draft.children)[0] ?? '');
  if (!drawn) throw new Error(`The pathway ${draft.pathway} has no opening page.`);
  return answer(pressed, render('page', drawn), capital(on.protocol.title));
}

async function drafting({ desk, person }: Pressed, draft: Draft, key: string, more: More = {}): Promise<Drafting> {
  const { stepwise, ink } = desk;
  const protocol = stepwise.protocol(draft.pathway);
  const page = pageOf(protocol, key)?.page;
  const asksTimes = Object.values(page?.fields ?? {}).some(({ type }) => type === 'times');
  const asksDocuments = Object.values(page?.fields ?? {}).some(({ type }) => type === 'document');
  const all = await stepwise.drafts.faults(person.id, draft.id);
  // A page is told its faults when it was pressed, not when it is first opened; the last page and the other children's lines always.
  const faults =
    more.pressed || isCheck(protocol, key)
      ? all
      : Object.fromEntries(Object.entries(all).filter(([fault]) => !onPageKey(fault, key)));
  return {
    protocol,
    draft,
    now: stepwise.now(),
    ink,
    limit: await stepwise.drafts.limit(draft.id),
    faults,
    ...(asksDocuments || isCheck(protocol, key) ? { documents: await stepwise.documents.of(person.id) } : {}),
    ...(asksTimes ? { times: await stepwise.drafts.freeTimes(person.id, draft.id) } : {}),
    ...(isCheck(protocol, key) ? await overlapsOf(desk, person.id, draft) : {}),
    ...(isCheck(protocol, key) ? await lateOf(desk, person.id, draft) : {}),
    ...(isCheck(protocol, key) ? await mailOf(desk, person.id, draft) : {}),
    ...more,
  };
}

async function lateOf({ stepwise }: Desk, person: string, draft: Draft): Promise<Partial<Drafting>> {
  const late = await stepwise.drafts.late(person, draft.id);
  return late ? { late } : {};
}

/** When the mail came that the draft was begun from, and who may have sent it. */
async function mailOf({ stepwise }: Desk, person: string, draft: Draft): Promise<Pick<Drafting, 'fromMail'>> {
  const mail = draft.mail && (await stepwise.mails.read(person, draft.mail.id));
  if (!mail) return {};
  const protocol = stepwise.protocol(draft.pathway);
  const { receivedAt } = mail.entry;
  return {
    fromMail: { receivedAt, isSent: isWhatIsSent(protocol, mail), workers: await stepwise.mails.workers(protocol.id) },
  };
}

/** Whether what the opening sends goes to the mailbox that the mail came to. */
function isWhatIsSent({ council, opening, steps }: Protocol, { entry, mailboxName }: MailSheet): boolean {
  const sends = steps[opening.sends];
  const box = Object.values(council.mailboxes).find(({ name }) => name === mailboxName);
  const addresses = [entry.mailbox, box?.address ?? entry.mailbox].map((address) => address.toLowerCase());
  return (
    sends?.kind === 'send' &&
    sends.to.some((target) => {
      const to = council.mailboxes[target.replace(/^mailbox\//, '')];
      return to !== undefined && (to === box || addresses.includes((to.address ?? '').toLowerCase()));
    })
  );
}

/** Looked for where it can still be helped: before anything is sent. A case that is taken up again is no other case. */
async function overlapsOf({ stepwise }: Desk, person: string, draft: Draft): Promise<Partial<Drafting>> {
  const titles = new Map(stepwise.protocols().map(({ id, title }) => [id, title]));
  return {
    overlaps: await stepwise.drafts.overlaps(person, draft.id),
    titleOf: (pathway) => titles.get(pathway) ?? (pathway.split('/')[1] ?? pathway).replaceAll('-', ' '),
  };
}

function onPageKey(fault: string, key: string): boolean {
  const [id, number] = key.split('.');
  return fault.startsWith(number ? `${id}.c${number}.` : `${id}.`);
}

async function send(pressed: Pressed, draft: Draft): Promise<readonly Reply[]> {
  const { desk, person, press, turn, key } = pressed;
  // Somebody may have opened a case of the same child since this page was drawn.
  const found = await overlapsOf(desk, person.id, draft);
  if (mustAccept({ draft, ...found })) return show(pressed, draft);
  const performed = await desk.stepwise.send(person.id, draft.id, key, originOf(turn));
  if (!performed.ok) {
    const beside = ['faults', 'late-reason-needed'].includes(performed.refusal.code);
    const banner: Banner[] = beside ? [] : [{ title: performed.refusal.words, lines: [] }];
    return show(pressed, draft, press.g ?? draft.page, { pressed: true, banner });
  }
  return theCase(pressed, performed.sheet, []);
}

/** The draft is a case now, or is gone: an old page shows what became of it. */
async function gone(pressed: Pressed): Promise<readonly Reply[]> {
  const { press } = pressed;
  if (press.d) {
    const again = press.a === 'send';
    const replies = await sent(
      pressed,
      press.d,
      again
        ? []
        : [{ title: 'Nothing changed.', lines: [line('This form has been sent. Here is the case as it is now.')] }],
    );
    if (replies.length > 0) return replies;
  }
  return answer(pressed, plain('This draft is no longer here', 'It was deleted. Type "help" to start again.'));
}

async function sent(pressed: Pressed, caseId: string, banner: readonly Banner[]): Promise<readonly Reply[]> {
  const { desk, person } = pressed;
  const sheet = await desk.stepwise.sheet(caseId);
  return sheet?.case.openedBy === person.id ? theCase(pressed, sheet, banner) : [];
}

/** What the draft became: a case of its own, or one that is taken up again, whoever opened that. */
async function theCase(pressed: Pressed, sheet: CaseSheet, banner: readonly Banner[]): Promise<readonly Reply[]> {
  const { desk, person } = pressed;
  const viewer = await desk.stepwise.viewer(person.id, sheet);
  const card = drawForPerson(desk.ink, sheet, 'case', viewer, banner);
  return card ? answer(pressed, card) : [];
}

/** Before there is a case nothing is stopped: the numbers, and the way back. Only that it was pressed is noted. */
function riskCard({ desk, person }: Pressed, draft: Draft) {
  desk.log.info('immediate-risk', { where: 'draft', person: person.id });
  const { council } = desk.stepwise.protocol(draft.pathway);
  return render('safety', {
    safety: [safetyPanel(council)],
    ...frame({
      title: 'Ring first',
      lines: [line('Everything you typed is kept.')],
      buttonRows: rows([desk.ink.button('Carry on', { a: 'carry-on', d: draft.id })]),
    }),
  });
}
