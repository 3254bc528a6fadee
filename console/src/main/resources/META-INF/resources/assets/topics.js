// Topics: their records as they come, how far behind their readers are, and what could not be processed.
import {get, query as queryOf} from './api.js';
import {h, keyed, say} from './dom.js';
import {bytes, count, millis, plural, shortTopic, shortType} from './format.js';
import {copyable, empty, fact, head, json, table, tabs, trouble} from './parts.js';
import {Tail} from './tail.js';

const SHOWN_MAX = 1000;
const DRAW_MS = 150;
const LOOK_MS = 2000;
const TYPING_MS = 350;
const STARTS = [['', 'Last 200'], ['PT5M', 'Last 5 minutes'], ['PT1H', 'Last hour'], ['PT24H', 'Last 24 hours'], ['beginning', 'The beginning']];

export const title = () => 'Topics';

export function mount(root, {query, navigate}) {
  const view = query.get('view') ?? 'records';
  const bar = tabs('Views', [{id: 'records', title: 'Records'}, {id: 'lag', title: 'Consumer lag'}, {id: 'dead', title: 'Dead letters'}], view, id => `/console/topics${id === 'records' ? '' : `?view=${id}`}`);
  const actions = h('div.actions.push');
  root.append(head('Topics', actions), bar);
  if (view === 'lag') return lag(root);
  return records(root, actions, query, navigate, view === 'dead');
}

function poll(look) {
  let timer;
  let stopped = false;
  const turn = async () => {
    if (!document.hidden) await look();
    if (!stopped) timer = setTimeout(turn, LOOK_MS);
  };
  turn();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

function records(root, actions, query, navigate, dead) {
  const names = ['run', 'pipeline', 'namespace', 'type', 'text'];
  const filter = Object.fromEntries(names.map(name => [name, query.get(name) ?? '']));
  filter.denied = query.get('denied') === 'true';
  filter.from = query.get('from') ?? '';
  filter.topic = query.getAll('topic');
  if (dead) filter.view = 'dead';
  const go = change => navigate(`/console/topics${queryOf({...filter, ...change})}`, {replace: true});

  const chips = h('div.chips', {role: 'group', 'aria-label': 'Topics'});
  const problem = h('div');
  const status = h('p.tail-status.quiet');
  const list = table(dead ? 'Dead letters' : 'Records', dead
    ? [{title: 'Time'}, {title: 'Topic'}, {title: 'Stage'}, {title: 'Cause'}, {title: 'Key', class: 'extra'}, {title: 'Place', number: true}]
    : [{title: 'Time', class: 'time'}, {title: 'Topic', class: 'topic'}, {title: 'Type', class: 'type'}, {title: 'Namespace', class: 'extra namespace'}, {title: 'Run or key', class: 'run'}, {title: 'Place', class: 'number place'}, {title: 'Value', class: 'value'}], 'tail');
  if (!dead) list.scroll.classList.add('even');
  const none = h('div');
  const detail = h('aside.card.record', {'aria-label': 'Record', hidden: true});
  const pause = h('button.primary', {type: 'button', onclick: () => (tail.paused ? tail.resume() : tail.pause())}, 'Pause');
  actions.append(h('button', {type: 'button', onclick: () => {
    tail.clear();
    draw();
  }}, 'Clear'), pause);

  const input = (name, label, placeholder) => {
    let timer;
    const field = h('input', {type: 'search', value: filter[name], placeholder, autocomplete: 'off', name, oninput: () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        filter[name] = field.value.trim();
        go({});
      }, TYPING_MS);
    }});
    return h('label', label, field);
  };
  const offset = /^offset:(\d+)$/.exec(filter.from)?.[1] ?? '';
  const starts = STARTS.some(([id]) => id === filter.from) ? STARTS : [...STARTS, [filter.from, offset ? `Offset ${offset}` : filter.from.startsWith('cursor:') ? 'A cursor' : filter.from]];
  const start = h('select', {onchange: event => go({from: event.target.value})}, starts.map(([id, name]) => h('option', {value: id, selected: id === filter.from}, name)));
  const at = h('input', {type: 'search', name: 'at', placeholder: 'offset, or date and time', autocomplete: 'off', onchange: event => {
    const text = event.target.value.trim();
    if (/^\d+$/.test(text)) go({from: `offset:${text}`});
    else if (text && !Number.isNaN(new Date(text).getTime())) go({from: new Date(text).toISOString()});
    else event.target.setCustomValidity(text ? 'An offset such as 1200, or a time such as 2026-01-31 14:05' : '');
    event.target.reportValidity();
  }, oninput: event => event.target.setCustomValidity('')});
  const denied = h('input', {type: 'checkbox', checked: filter.denied, onchange: event => go({denied: event.target.checked})});

  const fields = dead
    ? [input('text', 'Text', 'in key, headers or value'), h('label', 'From', start)]
    : [input('text', 'Text', 'in key, headers or value'), input('type', 'Type', 'runs.failed'), input('run', 'Run', 'its id'), input('pipeline', 'Pipeline', 'exact name'), input('namespace', 'Namespace', 'exact name'),
      h('label', 'From', start), h('label', 'From exactly', at), h('label.check', denied, 'Refusals only')];
  root.append(chips, h('div.filters', fields), problem, status, h('div.tail-split', h('div.stack', list.scroll, none), detail));
  const focused = mount.focused;
  if (focused) {
    const field = root.querySelector(`input[name="${focused.name}"]`);
    field?.focus();
    field?.setSelectionRange(focused.at, focused.at);
    mount.focused = null;
  }

  let selected = null;
  const rows = new Map();

  function open(line, row) {
    if (selected) selected.removeAttribute('aria-selected');
    selected = row;
    row.setAttribute('aria-selected', 'true');
    detail.hidden = false;
    detail.replaceChildren(...recordOf(line, () => {
      detail.hidden = true;
      row.removeAttribute('aria-selected');
      selected = null;
      row.focus();
    }));
    if (matchMedia('(max-width: 90rem)').matches) detail.scrollIntoView({block: 'nearest'});
  }

  function rowOf(line) {
    const row = h('tr', {'data-row': '', tabindex: '0', onclick: event => event.target.closest('a') || open(line, row), onkeydown: event => event.key === 'Enter' && event.target === row && open(line, row)},
      dead ? deadCells(line) : cells(line));
    return row;
  }

  /** The newest first; rows that are there stay as they are. */
  function draw() {
    const fresh = tail.take();
    if (fresh.cleared) {
      rows.clear();
      list.body.replaceChildren();
    }
    const first = list.body.firstChild;
    const part = document.createDocumentFragment();
    for (const line of fresh.lines.reverse()) part.append(rowOf(line));
    list.body.insertBefore(part, first);
    while (list.body.childElementCount > SHOWN_MAX) list.body.lastChild.remove();
    const shown = list.body.childElementCount;
    list.scroll.hidden = !shown;
    none.replaceChildren(...(shown ? [] : [h('div.card', empty(tail.caughtUp
      ? (dead ? 'No dead letter: every record could be processed.' : 'Nothing there yet. What comes appears here by itself.') : 'Reading …'))]));
    say(pause, tail.paused ? 'Resume' : 'Pause');
    const state = tail.paused ? 'Paused' : tail.caughtUp ? 'Live' : 'Catching up';
    say(status, `${state}. ${plural(tail.matched, 'record')} ${tail.matched > shown ? `matched, the latest ${count(shown)} shown` : 'shown'}${tail.perSecond >= 1 ? `, ${count(Math.round(tail.perSecond))} a second` : ''}.${tail.paused && tail.waiting ? ` ${plural(tail.waiting, 'record')} came to these topics since; none is skipped.` : ''}`);
    problem.replaceChildren(...(tail.trouble ? [h('p.trouble', {role: 'alert'}, tail.trouble)] : []));
  }

  let topics = [];
  const wanted = () => (filter.topic.length ? filter.topic : topics.filter(each => each.deadLetters === dead).map(each => each.topic));
  const tail = new Tail({keep: SHOWN_MAX});
  const stopPolling = poll(async () => {
    try {
      ({topics} = await get('/topics'));
      keyed(chips, topics.filter(each => each.deadLetters === dead).map(each => ({topic: each.topic, records: each.records, on: filter.topic.includes(each.topic)})), each => each.topic, each =>
        h('button.chip', {type: 'button', 'aria-pressed': String(each.on), onclick: () => go({topic: each.on ? filter.topic.filter(one => one !== each.topic) : [...filter.topic, each.topic]})},
          shortTopic(each.topic).replace('.dlq', ''), h('span.badge', count(each.records))));
      if (!tail.isStarted) tail.start({...filter, view: null, topic: wanted(), from: filter.from || 'last:200'});
      tail.ends(topics);
    } catch (failure) {
      problem.replaceChildren(trouble(failure));
    }
  });
  const drawing = setInterval(draw, DRAW_MS);
  const space = event => {
    if (event.key !== ' ' || event.target.closest('input, select, textarea, button, a, dialog, summary')) return;
    event.preventDefault();
    if (tail.paused) tail.resume();
    else tail.pause();
  };
  document.addEventListener('keydown', space);
  return () => {
    const active = document.activeElement;
    if (active?.matches('.filters input[type="search"]')) mount.focused = {name: active.name, at: active.selectionStart};
    document.removeEventListener('keydown', space);
    stopPolling();
    clearInterval(drawing);
    tail.stop();
  };
}

const place = line => `${line.partition}@${line.offset}`;

function cells(line) {
  const type = line.headers.ce_type ? shortType(line.headers.ce_type) : '–';
  const kind = type.split('.').at(-1);
  const tone = {denied: 'denied', rejected: 'rejected', failed: 'failed', succeeded: 'succeeded', permitted: 'succeeded', cancelled: 'cancelled', stopped: 'cancelled', running: 'running', started: 'running'}[kind] ?? 'queued';
  return [h('td.time', h('time', {datetime: line.at, title: line.at}, millis(line.at))), h('td', shortTopic(line.topic)), h(`td.type.t-${tone}`, kind === type ? type : kind), h('td.extra', line.headers.ce_namespace || '–'),
    h('td.mono', line.run ? h('a', {href: `/console/runs/${line.run}`, title: line.run, tabindex: '-1'}, line.run.slice(-12)) : (line.key ?? '–')), h('td.number.mono.quiet', place(line)),
    h('td.value.mono', (line.value ?? line.base64 ?? '').slice(0, 240))];
}

function deadCells(line) {
  return [h('td.time', h('time', {datetime: line.at, title: line.at}, millis(line.at))), h('td', shortTopic(line.topic).replace('.dlq', '')), h('td', line.headers['dead-letter-stage'] ?? '–'), h('td.wrap', line.headers['dead-letter-reason'] ?? '–'), h('td.extra.mono', line.key ?? '–'), h('td.number.mono.quiet', place(line))];
}

function recordOf(line, close) {
  let value = h('pre.json', line.value ?? (line.base64 ? `not text, base64: ${line.base64}` : 'no value'));
  try {
    if (line.value && !line.cut) value = json(JSON.parse(line.value));
  } catch { /* it is shown as the text that it is */ }
  const whole = `/topics/${line.topic}/${line.partition}/${line.offset}`;
  return [h('div.top', h('h2', line.headers.ce_type ? shortType(line.headers.ce_type) : shortTopic(line.topic)), h('button.ghost', {type: 'button', onclick: close}, 'Close')),
    h('dl.facts', fact('Topic', line.topic), fact('Partition, offset', place(line)), fact('Time', line.at), fact('Key', line.key ? copyable(line.key) : '–'), fact('Size', bytes(line.bytes)),
      line.run ? fact('Run', h('a.mono', {href: `/console/runs/${line.run}`}, line.run)) : null),
    line.headers['dead-letter-reason'] ? h('p.reason.t-failed', h('b', `${line.headers['dead-letter-stage']}: `), line.headers['dead-letter-reason']) : null,
    line.cut ? h('p.notice', `Only the beginning is shown here. `, h('a', {href: whole, target: '_blank'}, 'The whole record')) : null,
    h('h3', 'Value'), value, h('h3', 'Headers'), h('dl.headers', Object.entries(line.headers).map(([name, text]) => h('div', h('dt.mono', name), h('dd.mono', text))))].filter(Boolean);
}

function lag(root) {
  const groups = table('Consumer groups', [{title: 'Group'}, {title: 'State'}, {title: 'Topic'}, {title: 'Behind', number: true}]);
  const lengths = table('Topics', [{title: 'Topic'}, {title: 'Partitions', number: true}, {title: 'Records kept', number: true}, {title: 'Offsets by partition', class: 'extra'}]);
  const problem = h('div');
  root.append(problem, h('div.split', h('section.card.flush', {'aria-labelledby': 'c-groups'}, h('h2', {id: 'c-groups'}, 'Consumer groups'), h('p.quiet', 'Records that a group has not acknowledged yet. The console itself reads without a group.'), groups.scroll),
    h('section.card.flush', {'aria-labelledby': 'c-lengths'}, h('h2', {id: 'c-lengths'}, 'Topics'), lengths.scroll)));
  return poll(async () => {
    try {
      const found = await get('/topics');
      keyed(groups.body, found.groups.flatMap(group => Object.entries(group.byTopic).map(([topic, behind], i) => ({group: group.group, state: group.state, topic, behind, first: i === 0}))), each => `${each.group} ${each.topic}`, each =>
        h('tr', h('td', each.first ? h('b', each.group) : ''), h('td.quiet', each.first ? each.state.toLowerCase() : ''), h('td', shortTopic(each.topic)), h('td.number', h('span.lag', {'data-behind': each.behind ? '' : null}, each.behind ? count(each.behind) : '0'))));
      keyed(lengths.body, found.topics, each => each.topic, each => h('tr', h('td', h('a', {href: `/console/topics?${each.deadLetters ? 'view=dead&' : ''}topic=${each.topic}`}, shortTopic(each.topic))), h('td.number', each.partitions.length), h('td.number', count(each.records)),
        h('td.mono.quiet.extra', each.partitions.map(one => `${one.begin}–${one.end}`).join('  '))));
      problem.replaceChildren();
    } catch (failure) {
      problem.replaceChildren(trouble(failure));
    }
  });
}
