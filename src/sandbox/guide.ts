/**
 * How far a first visitor has come through the five steps of the story, read from what is there in mailboxes, channels and
 * diaries. Nothing in the product reports to it, so it looks for the words that a person would see, and is generous.
 */
import type { SandboxContext } from './context.ts';
import type { State } from './state.ts';
import { findChannel } from './teams/conversations.ts';
import { type Message, recordsOf } from './teams/records.ts';

/** Only what is read of Graph's documents. */
interface Mail {
  readonly id: string;
  readonly mailbox: string;
  readonly folder: string;
  readonly subject: string;
}
interface DiaryEntry {
  readonly id: string;
  readonly subject?: string;
  readonly start?: unknown;
}

const MAILS = 'graph-messages';
const EVENTS = 'graph-events';

/** A joint visit as it was first booked, and when it was first seen to have moved. */
interface Visit {
  readonly id: string;
  readonly start: string;
  readonly moved: { readonly at: string; readonly order: number } | null;
}
/** What was there before the visitor started again, and so counts for nothing. */
interface Ignored {
  readonly id: 'ignored';
  readonly evidence: readonly string[];
}

/** Anything said by the bot this much later than the move was not an answer to it. */
const LATER = 30 * 60_000;

export interface GuideProgress {
  /** Steps 1 to 5, in order. */
  readonly done: readonly boolean[];
  /** Object ids of who does each step; null where anybody can. */
  readonly who: readonly (string | null)[];
}

/** Call once at start: remembers when each visit was first booked, so that a move can be told from a booking. */
export function watchVisits(context: SandboxContext): void {
  const events = context.state.collection<DiaryEntry>(EVENTS);
  const visits = context.state.collection<Visit>('guide-visits');
  const note = (event: DiaryEntry | undefined) => {
    if (!event || !isJointVisit(event)) return;
    const start = JSON.stringify(event.start ?? null);
    const known = visits.get(event.id);
    if (!known) visits.put({ id: event.id, start, moved: null });
    else if (known.start !== start && known.moved === null) {
      visits.put({ ...known, moved: { at: context.clock.now(), order: context.state.next() } });
    }
  };
  for (const event of events.all()) note(event);
  context.state.changes.on('change', ({ collection, id, what }) => {
    if (collection === EVENTS && what === 'put') note(events.get(id));
  });
}

export function guideProgress(context: SandboxContext): GuideProgress {
  const ignored = new Set(ignoredOf(context.state).get('ignored')?.evidence ?? []);
  const done = evidence(context, ignored).map((found) => found.some((id) => !ignored.has(id)));
  const first = (role: string) => context.tenant.people.find((person) => person.role === role)?.aadObjectId ?? null;
  return { done, who: [first('social-worker'), first('front-door-manager'), managerWithNews(context), null, null] };
}

/** Forgets nothing of the tenant: only what is there already no longer counts. */
export function restartGuide(context: SandboxContext): void {
  const all = evidence(context, new Set()).flat();
  ignoredOf(context.state).put({ id: 'ignored', evidence: [...new Set(all)] });
}

const ignoredOf = (state: State) => state.collection<Ignored>('guide-ignored');

const isJointVisit = (event: DiaryEntry) => /joint visit/i.test(event.subject ?? '');

/** Ids of what shows that each step was taken. */
function evidence(context: SandboxContext, ignored: ReadonlySet<string>): string[][] {
  const { state, tenant } = context;
  const shared = new Set(tenant.mailboxes.flatMap((mailbox) => [mailbox.id, mailbox.mail]));
  const referrals = state
    .collection<Mail>(MAILS)
    .filter((mail) => shared.has(mail.mailbox) && mail.folder === 'inbox' && /referral/i.test(mail.subject));

  const posts = recordsOf(state).messages.filter((message) => message.author === null && message.deletedAt === null);
  const named = posts.filter((post) => {
    const channel = findChannel(tenant, post.conversation);
    return channel !== undefined && /front door/i.test(channel.team.name) && saysNamed(post);
  });

  const visits = state.collection<Visit>('guide-visits').all();
  const moved = visits.filter((visit) => visit.moved !== null);
  const since = moved.find((visit) => !ignored.has(visit.id))?.moved;
  const told = since
    ? posts.filter((post) => Date.parse(post.editedAt ?? post.sentAt) >= Date.parse(since.at) + LATER)
    : [];
  const ids = (found: readonly { id: string }[]) => found.map((each) => each.id);
  // A told post is edited in place again later, so what it stands for is the moment too.
  return [
    ids(referrals),
    ids(named),
    ids(visits),
    ids(moved),
    told.map((post) => `${post.id}@${post.editedAt ?? post.sentAt}`),
  ];
}

/** "CAM-7K3F: Euston named." counts, "until a team is named" does not. */
function saysNamed(post: Message): boolean {
  const words = JSON.stringify([post.text, post.attachments.map((each) => each.content)]);
  return /\bnamed\b/i.test(words.replaceAll(/\b(no|not|until|once|when)\b[^".]{0,60}\bnamed\b/gi, ''));
}

/** The Early Help manager to whom the bot spoke last, since the visitor chose the team. */
function managerWithNews(context: SandboxContext): string | null {
  const managers = context.tenant.people.filter((person) => person.role === 'eh-team-manager');
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
