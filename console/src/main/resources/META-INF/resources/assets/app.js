// The shell: addresses to pages, keys, theme.
import {h} from './dom.js';
import {onState} from './live.js';
import {trouble} from './parts.js';

const ROUTES = [
  [/^\/$/, 'overview', () => import('./overview.js')],
  [/^\/console\/runs$/, 'runs', () => import('./runs.js')],
  [/^\/console\/runs\/([0-9a-f-]{36})$/, 'runs', () => import('./run.js')],
  [/^\/console\/topics$/, 'topics', () => import('./topics.js')],
  [/^\/console\/ledger(?:\/(\d+))?$/, 'ledger', () => import('./ledger.js')],
  [/^\/console\/approvals$/, 'approvals', () => import('./approvals.js')],
  [/^\/console\/governance$/, 'governance', () => import('./governance.js')],
];
const JUMPS = {o: '/', r: '/console/runs', t: '/console/topics', l: '/console/ledger', a: '/console/approvals', g: '/console/governance'};
const main = document.getElementById('main');
let leave = null;
let shown = 0;

export function navigate(href, {replace = false} = {}) {
  if (href === location.pathname + location.search) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', href);
  show();
}

async function show() {
  const turn = ++shown;
  const route = ROUTES.find(([pattern]) => pattern.test(location.pathname));
  for (const link of document.querySelectorAll('[data-page]')) {
    if (link.dataset.page === route?.[1]) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  if (!route) {
    leave?.();
    leave = null;
    document.title = 'Not here · BareCount Runners';
    main.replaceChildren(h('div.head', h('h1', 'Nothing is at this address')), h('p', h('a', {href: '/'}, 'Back to the overview')));
    return;
  }
  const [pattern, , load] = route;
  const page = await load();
  if (turn !== shown) return;
  const samePage = main.page === page;
  leave?.();
  leave = null;
  const root = h('div.page');
  const context = {match: pattern.exec(location.pathname), query: new URLSearchParams(location.search), navigate};
  document.title = `${page.title(context)} · BareCount Runners`;
  main.replaceChildren(root);
  main.page = page;
  if (!samePage) scrollTo(0, 0);
  try {
    leave = page.mount(root, context);
  } catch (failure) {
    root.append(trouble(failure));
    throw failure;
  }
}

document.addEventListener('click', event => {
  const link = event.target.closest('a[href]');
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const url = new URL(link.href);
  const isPage = url.origin === location.origin && (url.pathname === '/' || url.pathname.startsWith('/console/'));
  if (!isPage || link.target || link.hasAttribute('download') || (url.hash && url.pathname === location.pathname)) return;
  event.preventDefault();
  navigate(url.pathname + url.search);
});
addEventListener('popstate', show);

// Keys: g and a letter goes somewhere, / filters, j and k move in lists.
let jumping = 0;
const typing = element => element.closest('input, textarea, select, dialog');

function move(step) {
  const rows = [...main.querySelectorAll('[data-row]')];
  if (!rows.length) return;
  const at = rows.indexOf(document.activeElement.closest('[data-row]'));
  rows[Math.max(0, Math.min(rows.length - 1, at < 0 ? 0 : at + step))].focus();
}

document.addEventListener('keydown', event => {
  if (event.metaKey || event.ctrlKey || event.altKey || typing(event.target)) return;
  if (jumping > Date.now() && JUMPS[event.key]) navigate(JUMPS[event.key]);
  else if (event.key === '/') main.querySelector('input')?.focus();
  else if (event.key === 'j') move(1);
  else if (event.key === 'k') move(-1);
  else if (event.key === '?') showKeys();
  else {
    if (event.key === 'g') jumping = Date.now() + 1500;
    return;
  }
  jumping = 0;
  event.preventDefault();
});

function showKeys() {
  const keys = [['g o', 'Overview'], ['g r', 'Runs'], ['g t', 'Topics'], ['g l', 'Ledger'], ['g a', 'Approvals'], ['g g', 'Governance'], ['/', 'First filter'],
    ['j  k', 'Next, previous row'], ['Enter', 'Open the row'], ['Space', 'Pause or resume a tail'], ['?', 'This list']];
  const dialog = h('dialog.keys', {'aria-labelledby': 'keys-title', onclose: () => dialog.remove()},
    h('form', {method: 'dialog'}, h('h2', {id: 'keys-title'}, 'Keyboard'),
      h('dl', keys.map(([key, what]) => h('div', h('dt', key.split(' ').filter(Boolean).map(each => h('kbd', each))), h('dd', what)))),
      h('div.actions', h('button', {type: 'submit'}, 'Close'))));
  document.body.append(dialog);
  dialog.showModal();
}
document.getElementById('help').addEventListener('click', showKeys);

const dark = matchMedia('(prefers-color-scheme: dark)');
const themeButton = document.getElementById('theme');
function labelTheme() {
  const now = document.documentElement.dataset.theme ?? (dark.matches ? 'dark' : 'light');
  themeButton.setAttribute('aria-label', `Theme: ${now}. Change it`);
  return now;
}
themeButton.addEventListener('click', () => {
  const next = labelTheme() === 'dark' ? 'light' : 'dark';
  document.documentElement.dataset.theme = next;
  localStorage.setItem('theme', next);
  labelTheme();
});
dark.addEventListener('change', labelTheme);
labelTheme();

const SAID = {live: 'Live', broker: 'The broker is away', away: 'Reconnecting'};
onState(state => {
  const live = document.getElementById('live');
  if (live.dataset.state === state) return;
  live.dataset.state = state;
  live.querySelector('span').textContent = SAID[state];
});
show();
