// All runs, newest first. Filters and page are in the address; a page is asked for again when something has happened.
import {get, query as queryOf} from './api.js';
import {h, keyed} from './dom.js';
import {count, money, span} from './format.js';
import {onChange} from './live.js';
import {STATES, empty, head, pill, table, timeOf, trouble} from './parts.js';

const PAGE = 50;
const TYPING_MS = 300;

export const title = () => 'Runs';

export function mount(root, {query, navigate}) {
  const filter = {state: query.get('state') ?? '', namespace: query.get('namespace') ?? '', pipeline: query.get('pipeline') ?? ''};
  const before = query.get('before') ?? '';
  const list = table('Runs', [{title: 'State'}, {title: 'Pipeline'}, {title: 'Runner'}, {title: 'Network'}, {title: 'Boundary', class: 'extra'},
    {title: 'Tasks', number: true}, {title: 'Arrived', number: true}, {title: 'Took', number: true}, {title: 'Estimate', class: 'extra number'}, {title: 'Cost', number: true}, {title: 'Run'}]);
  const problem = h('div');
  const none = h('div');
  const older = h('a.button', {hidden: true}, 'Older');
  const newest = h('a.button', {href: `/console/runs${queryOf(filter)}`, hidden: !before}, 'Newest');

  const go = change => navigate(`/console/runs${queryOf({...filter, ...change})}`, {replace: true});
  const text = (name, label, placeholder) => {
    let timer;
    const input = h('input', {type: 'search', value: filter[name], placeholder, autocomplete: 'off', name, oninput: () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        filter[name] = input.value.trim();
        go({});
      }, TYPING_MS);
    }});
    return h('label', label, input);
  };
  const states = h('nav.choice.states', {'aria-label': 'State'}, ['', ...STATES].map(state =>
    h('a', {href: `/console/runs${queryOf({...filter, state})}`, 'aria-current': state === filter.state ? 'true' : null}, state || 'all')));

  root.append(head('Runs', states),
    h('div.filters', text('pipeline', 'Pipeline', 'exact name'), text('namespace', 'Namespace', 'exact name'),
      h('form', {onsubmit: event => {
        event.preventDefault();
        const id = new FormData(event.target).get('run').trim();
        if (id) navigate(`/console/runs/${id}`);
      }}, h('label', 'Go to a run', h('input', {name: 'run', placeholder: 'its id', autocomplete: 'off', pattern: '[0-9a-f\\-]{36}', title: 'A run’s id is a UUID'})))),
    problem, list.scroll, none, h('div.pager', newest, older));

  // The filter that is being typed in stays where it was.
  const focused = mount.focused;
  if (focused) {
    const input = root.querySelector(`input[name="${focused.name}"]`);
    input?.focus();
    input?.setSelectionRange(focused.at, focused.at);
    mount.focused = null;
  }

  async function refresh() {
    try {
      const {runs, next} = await get(`/runs${queryOf({...filter, before, limit: PAGE})}`);
      keyed(list.body, runs, run => run.run, row);
      list.scroll.hidden = !runs.length;
      none.replaceChildren(...(runs.length ? [] : [h('div.card', empty(Object.values(filter).some(Boolean) || before
        ? ['No run is like that. ', h('a', {href: '/console/runs'}, 'Show all')]
        : ['No run yet. ', h('code', './barecount demo'), ' makes some.']))]));
      older.hidden = !next;
      if (next) older.href = `/console/runs${queryOf({...filter, before: next})}`;
      problem.replaceChildren();
    } catch (failure) {
      problem.replaceChildren(trouble(failure));
    }
  }

  const stop = onChange(refresh);
  return () => {
    const active = document.activeElement;
    if (active?.matches('.filters input[type="search"]')) mount.focused = {name: active.name, at: active.selectionStart};
    stop();
  };
}

function row(run) {
  const took = run.runningAt && run.endedAt ? span(new Date(run.endedAt) - new Date(run.runningAt)) : '–';
  const done = run.succeeded + run.failed;
  const open = () => document.getElementById(`run-${run.run}`).click();
  return h('tr', {'data-row': '', tabindex: '0', onclick: event => event.target.closest('a') || getSelection().toString() || open(), onkeydown: event => event.key === 'Enter' && event.target.matches('tr') && open()},
    h('td', pill(run.state)),
    h('td.name', h('div', h('a', {id: `run-${run.run}`, href: `/console/runs/${run.run}`, tabindex: '-1'}, h('span.quiet', run.namespace ? `${run.namespace} / ` : ''), run.pipeline ?? '–')), run.reason ? h('small', {title: run.reason}, run.reason) : null),
    h('td', run.runnerType ?? '–'), h('td', run.network ?? '–'), h('td.extra', run.boundary ?? '–'),
    h('td.number', run.tasks > 1 && done < run.tasks && !run.endedAt ? `${count(done)} / ${count(run.tasks)}` : count(run.tasks)),
    h('td.number', timeOf(run.arrivedAt)), h('td.number', took), h('td.number.extra', money(run.estimate)), h('td.number', money(run.cost)), h('td', h('span.mono.quiet', {title: run.run}, run.run.slice(-12))));
}
