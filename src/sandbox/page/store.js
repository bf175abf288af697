/** What the page knows about itself: who acts, what is open. Kept in the browser, so that a reload changes nothing. */

const kept = JSON.parse(localStorage.getItem('sandbox') ?? '{}');

export const store = {
  acting: kept.acting ?? '',
  /** Conversation last open, by person. */
  open: kept.open ?? {},
  tab: kept.tab ?? 'teams',
  /** Mailbox or diary last open, by person. */
  box: kept.box ?? {},
  theme: kept.theme ?? 'auto',
  /** Council whose people are listed. */
  council: kept.council ?? '',
  /** Whether the visitor has become or done anything yet. */
  begun: kept.begun ?? false,
  /** Invented families typed in so far, so that no two referrals are of the same children. */
  families: kept.families ?? 0,
  guide: kept.guide ?? { hidden: false, skipped: [] },
  /** From the server. */
  tenant: { people: [], councils: [], mailboxes: [], bot: { name: 'Stepwise' } },
  /** The sandbox's time, ISO. */
  now: '',
};

export function keep(changes) {
  Object.assign(store, changes);
  const { acting, open, tab, box, theme, council, begun, families, guide } = store;
  localStorage.setItem('sandbox', JSON.stringify({ acting, open, tab, box, theme, council, begun, families, guide }));
}

export const personOf = (id) => store.tenant.people.find((person) => person.id === id);
export const actingPerson = () => personOf(store.acting);
