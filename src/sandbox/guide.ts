/**
 * How far a first visitor has come through the five steps of the story, read from what is there in mailboxes, channels and
 * diaries. Nothing in the product reports to it, so it looks for the words that a person would see, and is generous.
 */
import type { SandboxContext, Tenant } from './context.ts';
import type { State } from './state.ts';
import { findChannel, findPlace } from './teams/conversations.ts';
import { MESSAGES, type Message, recordsOf } from './teams/records.ts';

/** Only what is read of Graph's documents. */
interface Mail {
  readonly id: string;
  readonly mailbox: string;
  readonly folder: string;
  readonly subject: string;
}
interface DiaryEntry {
  readonly id: string;
  readonly mailbox: string;
  readonly subject: string;
  readonly start: string;
  readonly isOrganizer: boolean;
  readonly isCancelled: boolean;
}

/** Whose story it is. What happens at the other councils of the same tenant ticks nothing. */
const COUNCIL = 'camden';

const MAILS = 'graph-messages';
const EVENTS = 'graph-events';
const CLOCK = 'clock';

/** A case's joint visit: a move is the same event at another time, or another event of the same subject in its place. */
interface Visit {
  /** The subject, which is the case's reference and the kind of meeting. */
  readonly id: string;
  readonly organiser: string;
  readonly start: string;
  /** `order` is of the last move. */
  readonly moved: { readonly order: number } | null;
}
/** Something that the bot said of its own accord, because time had passed. */
interface Told {
  /** The message's id. */
  readonly id: string;
  readonly order: number;
}
/** What was there before the visitor started again, and so counts for nothing. */
interface Ignored {
  readonly id: 'ignored';
  readonly evidence: readonly string[];
}

export interface GuideProgress {
  /** Council id; null where the tenant has no such council, and so there are no first steps. */
  readonly council: string | null;
  /** Steps 1 to 5, in order. */
  readonly done: readonly boolean[];
  /** Object ids of who does each step; null where anybody can. */
  readonly who: readonly (string | null)[];
  /** When the visit that the fourth step is about begins; null before there is one. */
  readonly visit: string | null;
  /** Whom the bot spoke to when the clock was moved at the end: people, and channels as "the Euston channel". */
  readonly told: readonly string[];
}

/**
 * Call once at start: notes as they happen what cannot be seen afterwards, that a visit has moved, and that the bot spoke
 * because the clock was moved.
 * @returns to be called whenever a person does something in Teams: what the bot says next is an answer
 */
export function watchStory({ state, tenant }: SandboxContext): () => void {
  const events = state.collection<DiaryEntry>(EVENTS);
  const clock = state.collection<{ id: string; base: string }>(CLOCK);
  const { messages } = recordsOf(state);
  const { visits, told } = notesOf(state);
  const timeSet = () => clock.get('clock')?.base;
  let shown = timeSet();
  let lastAct = 0;
  let lastMove = 0;

  const noteEvent = (event: DiaryEntry | undefined) => {
    if (!event?.isOrganizer || event.isCancelled || !/joint visit/i.test(event.subject)) return;
    if (!isOfStory(tenant, event.mailbox)) return;
    const { subject: id, start, mailbox: organiser } = event;
    const known = visits.get(id);
    if (!known) visits.put({ id, organiser, start, moved: null });
    else if (known.start !== start) visits.put({ id, organiser, start, moved: { order: state.next() } });
  };
  const noteMessage = (message: Message | undefined) => {
    if (!message || message.author !== null || lastMove < lastAct || message.order < lastMove) return;
    if (!visits.find(({ moved }) => moved !== null && moved.order < lastMove)) return;
    if (!isPlaceOfStory(tenant, message.conversation)) return;
    if (!told.get(message.id)) told.put({ id: message.id, order: message.order });
  };

  for (const event of events.all()) noteEvent(event);
  state.changes.on('change', ({ collection, id, what }) => {
    if (what !== 'put') return;
    if (collection === EVENTS) noteEvent(events.get(id));
    else if (collection === MESSAGES) noteMessage(messages.get(id));
    else if (collection === CLOCK && timeSet() !== shown) {
      shown = timeSet();
      lastMove = state.next();
    }
  });
  return () => {
    lastAct = state.next();
  };
}

export function guideProgress(context: SandboxContext): GuideProgress {
  const ignored = new Set(ignoredOf(context.state).get('ignored')?.evidence ?? []);
  const done = evidence(context, ignored).map((found) => found.some((id) => !ignored.has(id)));
  const { tenant } = context;
  const first = (role: string) =>
    tenant.people.find((person) => person.role === role && person.council === COUNCIL)?.aadObjectId ?? null;
  const visit = notesOf(context.state)
    .visits.filter(({ id }) => !ignored.has(id))
    .at(-1);
  return {
    council: tenant.councils.some(({ id }) => id === COUNCIL) ? COUNCIL : null,
    done,
    who: [
      first('social-worker'),
      first('front-door-manager'),
      managerWithNews(context),
      visit?.organiser ?? first('social-worker'),
      null,
    ],
    visit: visit?.start ?? null,
    told: done[4] ? namesOfTold(context, ignored) : [],
  };
}

/** Forgets nothing of the tenant: only what is there already no longer counts. */
export function restartGuide(context: SandboxContext): void {
  const all = evidence(context, new Set()).flat();
  ignoredOf(context.state).put({ id: 'ignored', evidence: [...new Set(all)] });
}

const ignoredOf = (state: State) => state.collection<Ignored>('guide-ignored');

const notesOf = (state: State) => ({
  visits: state.collection<Visit>('guide-visits'),
  told: state.collection<Told>('guide-told'),
});

/** With the reference of its case: anybody can write a mail about a referral. */
const SENT_FROM_HERE = /^[A-Z]{3}-[A-Z0-9]{4} .*referral/i;

/** Ids of what shows that each step was taken. */
function evidence(context: SandboxContext, ignored: ReadonlySet<string>): string[][] {
  const { state, tenant } = context;
  const boxes = tenant.mailboxes.filter(({ council }) => council === COUNCIL);
  const shared = new Set(boxes.flatMap((mailbox) => [mailbox.id, mailbox.mail]));
  const referrals = state
    .collection<Mail>(MAILS)
    .filter((mail) => shared.has(mail.mailbox) && mail.folder === 'inbox' && SENT_FROM_HERE.test(mail.subject));

  const posts = recordsOf(state).messages.filter((message) => message.author === null && message.deletedAt === null);
  const named = posts.filter((post) => {
    const channel = findChannel(tenant, post.conversation);
    const ours = channel !== undefined && isPlaceOfStory(tenant, channel.id);
    return ours && /front door/i.test(channel.team.name) && saysNamed(post);
  });

  const { visits, told } = notesOf(state);
  const moves = visits
    .all()
    .flatMap(({ id, moved }) => (moved ? [{ id: `${id} ${moved.order}`, order: moved.order }] : []));
  const since = moves.find(({ id }) => !ignored.has(id))?.order;
  const ids = (found: readonly { id: string }[]) => found.map((each) => each.id);
  return [
    ids(referrals),
    ids(named),
    ids(visits.all()),
    ids(moves),
    ids(told.filter(({ order }) => since !== undefined && order > since)),
  ];
}

/** Everybody whom the first of the moments in question brought something. */
function namesOfTold({ state, tenant }: SandboxContext, ignored: ReadonlySet<string>): string[] {
  const { messages } = recordsOf(state);
  const found = notesOf(state)
    .told.filter(({ id }) => !ignored.has(id))
    .flatMap(({ id }) => messages.get(id) ?? []);
  const names = found
    .filter(({ sentAt }) => sentAt === found[0]?.sentAt)
    .flatMap(({ conversation }) => {
      const place = findPlace(tenant, conversation)?.conversation;
      if (!place) return [];
      return place.kind === 'personal' ? place.person.name : `the ${place.channel.name} channel`;
    });
  return [...new Set(names)];
}

/** @param person object id */
const isOfStory = (tenant: Tenant, person: string): boolean =>
  tenant.people.some(({ aadObjectId, council }) => aadObjectId === person && council === COUNCIL);

function isPlaceOfStory(tenant: Tenant, conversation: string): boolean {
  const place = findPlace(tenant, conversation)?.conversation;
  if (!place) return false;
  return place.kind === 'personal'
    ? place.person.council === COUNCIL
    : place.team.members.some((member) => isOfStory(tenant, member));
}

/** "CAM-7K3F: Euston named." counts, "until a team is named" does not. */
function saysNamed(post: Message): boolean {
  const words = JSON.stringify([post.text, post.attachments.map((each) => each.content)]);
  return /\bnamed\b/i.test(words.replaceAll(/\b(no|not|until|once|when)\b[^".]{0,60}\bnamed\b/gi, ''));
}

/** The Early Help manager to whom the bot spoke last, since the visitor chose the team. */
function managerWithNews(context: SandboxContext): string | null {
  const managers = context.tenant.people.filter(
    ({ role, council }) => role === 'eh-team-manager' && council === COUNCIL,
  );
  const channelNews = recordsOf(context.state).messages.filter((message) => message.author === null);
  const latest = (team: string) =>
    Math.max(
      0,
      ...channelNews
        .filter((message) => findChannel(context.tenant, message.conversation)?.channel.name === shortName(team))
        .map((message) => message.order),
    );
  const ranked = managers.map((person) => ({ person, order: latest(person.team) })).sort((a, b) => b.order - a.order);
  return ranked[0]?.person.aadObjectId ?? null;
}

/** People's `team` reads "Early Help Euston", the channel is called "Euston". */
const shortName = (team: string) => team.replace(/^Early Help /, '');
