/** Starts the page and keeps it up to date: the server says where something changed, and that is read anew. */
import { teams } from './api.js';
import { leaveChats, loadChats, openConversation, startChats } from './chats.js';
import { showClock, startClock } from './clock.js';
import { leaveConversation, loadConversation, showTyping, startConversation } from './conversation.js';
import { byId, el, soon } from './dom.js';
import { loadGuide, showGuide } from './guide.js';
import { loadOutlook, startOutlook } from './outlook.js';
import { become, showPeople, startPeople } from './people.js';
import { keep, personOf, store } from './store.js';
import { startTabs } from './tabs.js';
import { startTheme } from './theme.js';

async function loadTenant() {
  keep({ tenant: await teams.tenant() });
  showPeople();
}

async function loadTeams() {
  await loadChats();
  await loadConversation();
}

/** One at a time, and once more if something changed meanwhile. */
function inTurn(work) {
  let running = false;
  let again = false;
  return async function run() {
    if (running) {
      again = true;
      return;
    }
    running = true;
    again = false;
    try {
      await work();
    } catch (fault) {
      showProblem(fault);
    }
    running = false;
    if (again) run();
  };
}

const refreshTeams = inTurn(loadTeams);
const refreshPeople = soon(inTurn(loadTenant), 250);
const refreshGuide = soon(inTurn(loadGuide), 400);
const refreshOutlook = soon(
  inTurn(async () => {
    if (store.tab === 'outlook') await loadOutlook();
  }),
);
const teamsSoon = soon(refreshTeams, 60);

function listen() {
  const events = new EventSource('/teams/events');
  const on = (name, work) => events.addEventListener(name, (event) => work(JSON.parse(event.data)));
  on('hello', (reading) => {
    clearProblem();
    showClock(reading);
    refreshTeams();
    refreshPeople();
    refreshGuide();
    refreshOutlook();
  });
  on('teams', () => {
    teamsSoon();
    refreshPeople();
    refreshGuide();
  });
  on('read', () => {
    refreshPeople();
    soonChats();
  });
  on('typing', ({ conversation }) => {
    if (conversation === openConversation()?.id) showTyping();
  });
  on('outlook', () => {
    refreshOutlook();
    refreshGuide();
  });
  on('clock', (reading) => {
    showClock(reading);
    refreshGuide();
  });
  events.onerror = () => showProblem(new Error('The sandbox does not answer. Trying again.'));
}
const soonChats = soon(inTurn(loadChats), 150);

function showProblem(fault) {
  console.error(fault);
  const known = byId('trouble');
  if (known) known.textContent = fault.message;
  else document.body.prepend(el('p', { id: 'trouble', class: 'trouble', role: 'alert' }, fault.message));
}
const clearProblem = () => byId('trouble')?.remove();

async function start() {
  startTheme();
  startPeople(() => {
    leaveChats();
    leaveConversation();
    refreshTeams();
    refreshOutlook();
    showGuide();
  });
  startChats(() => {
    leaveConversation();
    refreshTeams();
  });
  startConversation(() => {
    teamsSoon();
    refreshPeople();
  });
  startOutlook();
  await loadTenant();
  await startClock(() => {
    teamsSoon();
    refreshPeople();
    refreshOutlook();
    refreshGuide();
  });
  await loadGuide();
  startTabs(() => {
    refreshOutlook();
    showGuide();
  });
  const first = store.tenant.people.find((person) => person.role === 'social-worker') ?? store.tenant.people[0];
  become(personOf(store.acting) ? store.acting : first.id, false);
  await loadTeams();
  document.documentElement.dataset.ready = 'true';
  listen();
}

start().catch(showProblem);
