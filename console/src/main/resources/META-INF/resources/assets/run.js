// One run: where it stands, why it might run, what it did, where, at what cost, and how an outsider can check that.
import {find, get, post} from './api.js';
import {decisionOf} from './decision.js';
import {h, keyed} from './dom.js';
import {count, duration, millis, money, plural, shortDigest, shortTopic, shortType, span} from './format.js';
import {onChange} from './live.js';
import {ENDED, ask, card, copyable, empty, fact, head, pill, table, timeOf, trouble} from './parts.js';

const ATTEMPTS_MAX = 500;
const EVENTS_MAX = 1000;
const REASON_MAX = 500;

export const title = ({match}) => `Run ${match[1].slice(-12)}`;

export function mount(root, {match, query, navigate}) {
  const run = match[1];
  const parts = {head: h('div'), problem: h('div'), facts: h('section.card', {'aria-label': 'The run'}), decision: card('Decision', h('div')), tasks: card('Tasks', h('div')), network: card('Network', h('div')),
    cost: card('Cost', h('div')), evidence: card('Evidence', h('div')), timeline: card('Timeline', h('ol.timeline'))};
  root.append(parts.head, parts.problem, parts.facts, h('div.split',
    h('div.stack', parts.decision, parts.tasks, parts.network, parts.evidence), h('div.stack', parts.cost, parts.timeline)));
  const shown = new Map();
  /** Draws a part anew only if what it shows is other than before. */
  const draw = (name, data, render) => {
    const text = JSON.stringify(data);
    if (shown.get(name) === text) return;
    shown.set(name, text);
    const target = parts[name].matches('.card') && name !== 'facts' ? parts[name].lastElementChild : parts[name];
    target.replaceChildren(...[render(data)].flat().filter(Boolean));
  };
  let still;
  let events = [];

  async function refresh() {
    try {
      const [status, record, decision, policies, submission] = await Promise.all([find(`/runs/${run}`), find(`/ledger/runs/${run}`), find(`/decisions/${run}`), still?.policies ?? get('/policies'), find(`/submissions/${run}`)]);
      still = {policies};
      if (!status && !record && !submission) {
        parts.head.replaceChildren(head('No such run'), h('p', `Nothing is known of ${run} (yet). `, h('a', {href: '/console/runs'}, 'All runs')));
        return;
      }
      parts.problem.replaceChildren();
      const all = {status, record, decision, submission};
      draw('head', [status?.state, status?.paused, status?.waiting > 0, record?.state, submission?.pipeline], () => heading(run, all, {refresh, navigate, problem: parts.problem}));
      draw('facts', [status, record, submission], () => facts(all));
      draw('decision', [decision, submission], () => decisionOf(decision, policies, submission, refresh));
      draw('cost', [record?.estimate, status?.cost ?? record?.cost, decision?.estimate], () => cost(decision?.estimate ?? record?.estimate, status?.cost ?? record?.cost, record));
      const nothing = ENDED.has(status?.state ?? record?.state) && !record?.attempts;
      for (const name of ['tasks', 'network', 'evidence']) parts[name].hidden = nothing;
      const few = (record?.attempts ?? 0) <= ATTEMPTS_MAX;
      const attempts = few ? await get(`/attempts/${run}`) : null;
      draw('tasks', [status, attempts?.map(each => [each.attempt, each.state, each.reason])], () => tasks(status, attempts, record));
      draw('network', attempts?.map(each => each.evidence?.network), () => network(attempts, record));
      draw('evidence', attempts?.map(each => [each.attempt, each.evidence]), () => evidence(attempts, query.get('attempt')));
      await showEvents(record?.entries ?? 0);
    } catch (failure) {
      parts.problem.replaceChildren(trouble(failure));
    }
  }

  async function showEvents(entries) {
    while (events.length < Math.min(entries, EVENTS_MAX)) {
      const from = events.length ? events.at(-1).seq + 1 : 0;
      const page = await get(`/ledger/entries?run=${run}&from=${from}&limit=500`);
      events = events.concat(page.entries);
      if (page.next === undefined || page.next === null || !page.entries.length) break;
    }
    keyed(parts.timeline.lastElementChild, grouped(events, entries), each => each.key, each => moment(each, events[0].time));
  }

  return onChange(refresh);
}

function heading(run, {status, record, submission}, {refresh, navigate, problem}) {
  const state = status?.state ?? record?.state ?? submission?.status;
  const name = status?.pipeline ?? record?.pipeline ?? submission?.pipeline ?? 'Run';
  const act = (verb, dialog) => async () => {
    const reason = dialog && await ask({...dialog, label: 'Reason, kept in the ledger', most: REASON_MAX});
    if (dialog && !reason) return;
    try {
      const answer = await post(`/runs/${run}/${verb}`, {reason});
      if (verb === 'redrive') navigate(`/console/runs/${answer.run}`);
      else await refresh();
    } catch (failure) {
      problem.replaceChildren(trouble(failure));
    }
  };
  const active = status && !ENDED.has(status.state) && status.state !== 'cancelling' && status.state !== 'failing';
  return h('div.run-head',
    h('p.crumbs', h('a', {href: '/console/runs'}, 'Runs'), ' / ', status?.namespace ?? record?.namespace ?? '–'),
    head(name, state ? pill(state) : null, copyable(run),
      h('span.push'), active ? [
        status.paused ? h('button', {type: 'button', onclick: act('resume')}, 'Resume')
          : h('button', {type: 'button', onclick: act('pause', {title: `Pause ${name}?`, text: 'Nothing more of it starts until it is resumed; what is out goes on.', action: 'Pause the run', tone: 'primary'})}, 'Pause'),
        status.waiting ? h('button', {type: 'button', title: 'Tasks that wait for the time of their retry start as soon as there is room', onclick: act('retry')}, 'Retry now') : null,
        h('button.danger', {type: 'button', onclick: act('cancel', {title: `Cancel ${name}?`, text: 'Its attempts are told to stop; it is said to be cancelled once they have. This can’t be undone.', action: 'Cancel the run'})}, 'Cancel run'),
      ] : null,
      ['failed', 'cancelled'].includes(status?.state) ? h('button', {type: 'button', title: 'What was not done, as a run of its own: validated and decided anew', onclick: act('redrive')}, 'Redrive') : null,
      h('a.button', {href: `/console/topics?run=${run}&from=beginning`}, 'Its records'),
      record?.entries ? h('a.button', {href: `/ledger/runs/${run}/proof`, download: `${run}.proof.json`, title: 'Checked offline by ./barecount verify'}, 'Download proof') : null),
    (status?.reason ?? record?.reason) && state !== 'denied' ? h('p.reason', {'data-state': state}, status?.reason ?? record.reason) : null);
}

function facts({status, record, submission}) {
  const from = record?.startedAt ?? status?.runningAt;
  const to = status?.endedAt ?? record?.endedAt;
  return h('dl.facts',
    fact('Runner', `${status?.runnerType ?? record?.runner ?? '–'}`, record?.provider ? h('span.quiet', ` by ${record.provider}`) : null),
    fact('Network', status?.network ?? record?.network ?? '–'),
    fact('Boundary', status?.boundary ?? record?.boundary ?? '–'),
    fact('Tasks', count(status?.tasks ?? record?.tasks)),
    fact('Attempts', count(record?.attempts ?? 0)),
    fact('Submitted', timeOf(submission?.receivedAt ?? record?.submittedAt), h('span.quiet', ` by ${submission?.submitter ?? record?.submitter ?? '–'}, ${submission?.door ?? record?.door ?? '–'}`)),
    fact('Decided', timeOf(record?.decidedAt)),
    fact('Started', timeOf(from)),
    fact('Ended', timeOf(to)),
    fact('Took', from && to ? span(new Date(to) - new Date(from)) : '–'),
    fact('Ledger entries', count(record?.entries ?? 0)),
    fact('Manifest', record?.manifest ? copyable(record.manifest, shortDigest(record.manifest)) : '–'));
}

function cost(estimate, actual, record) {
  if (!estimate && !actual) return [empty('No estimate.')];
  if (!estimate) return [h('p', 'Cost ', h('b', money(actual)))];
  const high = Math.max(Number(estimate.high.amount), Number(actual?.amount ?? 0));
  const bar = (name, value, tone, note) => {
    const fill = h('i', {class: `t-${tone}`, 'aria-hidden': 'true'});
    fill.style.width = `${high > 0 ? Math.max(value && Number(value.amount) > 0 ? 0.6 : 0, (100 * Number(value?.amount ?? 0)) / high) : 0}%`;
    fill.hidden = !value || Number(value.amount) === 0;
    return h('li', h('span', name, note ? h('small', ` ${note}`) : null), h('b', money(value)), fill);
  };
  return [h('ol.ranking', actual ? bar('Actual', actual, 'accent') : null, bar('Low', estimate.low, 'queued', 'half the expected time'), bar('Likely', estimate.likely, 'queued', span(duration(estimate.perTask)) + ' a task'), bar('High', estimate.high, 'queued', 'every task times out')),
    h('details', h('summary', 'How it is charged'), h('ul.tariff', estimate.tariff.lines.map(line => h('li', h('span.mono', line.item), h('span.quiet',
      `${Number(line.pricePerHour) ? ` ${line.quantity} × ${line.pricePerHour} ${estimate.tariff.currency} an hour, for at least ${span(duration(line.minimum))}` : ''}${Number(line.pricePerAttempt) ? ` ${line.pricePerAttempt} ${estimate.tariff.currency} an attempt` : ''}`)))),
    h('p.quiet', 'Price book ', h('span.mono', {title: estimate.priceBook}, shortDigest(estimate.priceBook)), record?.permit ? '; pinned by the permit' : ''))];
}

/** An attempt that ended is named by how: succeeded, stopped, or the class of its failure. */
const TONES = {succeeded: 'succeeded', stopped: 'cancelled', queued: 'queued', offered: 'queued', pending: 'queued', intended: 'queued', claimed: 'running', carried: 'running', launched: 'running', executing: 'running', doubtful: 'denied'};
const toneOf = state => TONES[state] ?? 'failed';

function tasks(status, attempts, record) {
  if (!status || !record?.tasks) return [empty(ENDED.has(status?.state) ? 'Nothing was started.' : 'No task yet.')];
  const done = [['succeeded', status.succeeded], ['failed', status.failed], ['running', status.outstanding], ['queued', status.waiting]].filter(([, n]) => n);
  const meter = h('div.meter', {role: 'img', 'aria-label': done.map(([name, n]) => `${n} ${name}`).join(', ')}, done.map(([tone, n]) => {
    const part = h(`i.t-${tone}`);
    part.style.flexGrow = String(n);
    return part;
  }));
  const words = h('p.quiet', done.map(([name, n]) => `${count(n)} ${{running: 'out', queued: 'waiting to be tried again'}[name] ?? name}`).join(' · '), ` of ${plural(status.tasks, 'task')}`);
  if (!attempts) {
    return [meter, words, h('p.quiet', `${count(record.attempts)} attempts are too many to be drawn one by one here. Those that are out or wait:`),
      h('ul.grid', (status.attempts ?? []).slice(0, ATTEMPTS_MAX).map(each => cell(each.attempt, each.state === 'waiting' ? 'queued' : 'running', each.state)))];
  }
  const byTask = new Map();
  for (const each of attempts) {
    const [, task] = each.attempt.split('/');
    byTask.set(task, [...(byTask.get(task) ?? []), each]);
  }
  const ordered = [...byTask].sort(([a], [b]) => a - b);
  return [meter, words, h('ol.grid', ordered.map(([task, tries]) => h('li', h('span.quiet', task), tries.sort((a, b) => a.attempt.localeCompare(b.attempt, 'en', {numeric: true})).map(each =>
    cell(each.attempt, toneOf(each.state), each.state, each.reason)))))];
}

function cell(attempt, tone, state, reason) {
  const [, task, number] = attempt.split('/');
  const words = `Task ${task}, attempt ${number}: ${state}${reason ? `, ${reason}` : ''}`;
  return h(`span.cell.t-${tone}`, {title: words, role: 'img', 'aria-label': words});
}

function network(attempts, record) {
  const seen = (attempts ?? []).filter(each => each.evidence?.network);
  if (!seen.length) return [empty(attempts ? 'Nothing ran yet, so there is nothing to compare.' : 'Too many attempts to compare here: the proof has each.')];
  const groups = new Map();
  for (const {attempt, evidence: {network: {requested, applied, observed}}} of seen) {
    const key = JSON.stringify([requested, applied, observed]);
    groups.set(key, [...(groups.get(key) ?? []), attempt]);
  }
  return [...groups].map(([key, which]) => {
    const [requested, applied, observed] = JSON.parse(key);
    return h('div', h('p.quiet', groups.size > 1 || which.length > 1 ? `${plural(which.length, 'attempt')}${which.length <= 8 ? `: ${which.map(each => each.split('/').slice(1).join('/')).join(', ')}` : ''}` : ''),
      h('dl.columns3', [['Requested', requested, 'by the boundary'], ['Applied', applied, 'in the provider’s call'], ['Observed', observed, 'during the run']].map(([name, value, note]) => h('div', h('dt', name, h('small', note)), h('dd', value ?? '–')))));
  });
}

function evidence(attempts, wanted) {
  const told = (attempts ?? []).filter(each => each.evidence).sort((a, b) => a.attempt.localeCompare(b.attempt, 'en', {numeric: true}));
  if (!told.length) return [empty(attempts ? 'No attempt has ended yet.' : 'Too many attempts to list here: the proof has the evidence of each.')];
  return [h('ul.evidence', told.map(({attempt, state, agent, evidence: e, envelope}) => {
    const short = attempt.split('/').slice(1).join('/');
    return h('li', h('details', {open: wanted === short || (told.length === 1)}, h('summary', h('span.mono', short), h(`span.pill.t-${toneOf(state)}`, h('i', {'aria-hidden': 'true'}), state),
      h('span.quiet', `${e.runner ?? agent}, ${e.provider}`), h('span.push.quiet', span(new Date(e.endedAt) - new Date(e.startedAt)), e.exitCode === undefined ? '' : `, exit ${e.exitCode}`)),
    h('div.evidence-body',
      settings('Configuration', ['requested', 'applied'], e.configuration),
      h('dl.facts', Object.entries(e.environment ?? {}).map(([name, value]) => fact(name, value)), fact('log', e.log ? copyable(e.log, shortDigest(e.log)) : 'none'),
        fact('signed by', h('span.mono', envelope?.signatures?.map(each => each.keyid).join(', ') ?? '–')), fact('agent’s own statement', e.agentStatement ? 'signed, attached' : 'none'),
        e.airGap ? fact('carried by file', h('span.mono', e.airGap.bundle)) : null),
      Object.keys(e.outputs ?? {}).length ? h('div', h('h3', 'Outputs'), h('ul.outputs', Object.entries(e.outputs).map(([name, digest]) => h('li', h('span.mono', name), copyable(digest, shortDigest(digest)))))) : null)));
  }))];
}

function settings(name, columns, values) {
  const names = [...new Set(columns.flatMap(column => Object.keys(values?.[column] ?? {})))].sort();
  const list = table(name, [{title: name}, ...columns.map(column => ({title: column}))]);
  list.body.append(...names.map(each => h('tr', h('th', {scope: 'row'}, each), columns.map(column => h('td.wrap.mono', values[column]?.[each] ?? '–')))));
  return list.scroll;
}

/** Neighbours of one type become one line. */
function grouped(events, all) {
  const groups = [];
  for (const event of events) {
    const last = groups.at(-1);
    if (last && last.type === event.type && groups.length > 1) {
      last.count++;
      last.until = event.time;
    } else {
      groups.push({key: event.seq, seq: event.seq, type: event.type ?? '', topic: event.topic, at: event.time, until: event.time, count: 1});
    }
  }
  if (all > events.length && events.length) groups.push({key: 'more', more: all - events.length});
  return groups;
}

const MOMENTS = {'runs.succeeded': 'succeeded', 'executions.succeeded': 'succeeded', 'decisions.permitted': 'succeeded', 'runs.failed': 'failed', 'executions.failed': 'failed', 'decisions.denied': 'denied', 'runs.denied': 'denied',
  'runs.rejected': 'rejected', 'manifests.rejected': 'rejected', 'runs.cancelled': 'cancelled', 'executions.stopped': 'cancelled', 'dispatches.stop': 'cancelled', 'executions.started': 'running', 'runs.running': 'running'};

function moment(each, first) {
  if (each.more) return h('li.more', `and ${count(each.more)} more, in the ledger`);
  const type = shortType(each.type) || shortTopic(each.topic);
  return h('li', {class: `t-${MOMENTS[type] ?? 'queued'}`}, h('time', {datetime: each.at, title: each.at}, millis(each.at)),
    h('a', {href: `/console/ledger/${each.seq}`}, type.replace('.', ' · ')), each.count > 1 ? h('span.badge', `× ${count(each.count)}`) : null, h('span.push.quiet', `+${span(new Date(each.until) - new Date(first))}`));
}
