// What is going on: runs, refusals, spend, ledger, agents, and whether the stages keep up.
import {find, get} from './api.js';
import {area, bars, legend, ranking} from './charts.js';
import {h, keyed, say} from './dom.js';
import {age, amount, count, hour, money, plural, shortTopic, span, time} from './format.js';
import {onActivity, onChange, watchWindow} from './live.js';
import {empty, head, pill, table, timeOf, trouble} from './parts.js';

const WINDOWS = {PT1H: 'hour', PT6H: '6 hours', PT24H: '24 hours'};
const SERIES = ['succeeded', 'failed', 'cancelled', 'denied', 'rejected'].map(key => ({key, name: key}));

export const title = () => 'Overview';

function tile(name, tone, href) {
  const value = h('b', '–');
  const note = h('small');
  const element = h(href ? 'a.tile' : 'div.tile', {href, class: `tile ${tone ? `t-${tone}` : ''}`}, h('span', name), value, note);
  return {element, show(main, small = '') {
    say(value, main);
    say(note, small);
  }};
}

function part(name, title, aside, content) {
  return h('section', {class: `card a-${name}${content.matches('.scroll') ? ' flush' : ''}`, 'aria-labelledby': `c-${name}`}, h('div.top', h('h2', {id: `c-${name}`}, title), aside), content);
}

const compact = new Intl.NumberFormat('en-GB', {notation: 'compact', maximumFractionDigits: 1});

export function mount(root, {query}) {
  const range = WINDOWS[query.get('window')] ? query.get('window') : 'PT1H';
  watchWindow(range);
  const tiles = {
    running: tile('Running', 'running', '/console/runs?state=running'),
    queued: tile('Queued', 'queued', '/console/runs?state=queued'),
    succeeded: tile('Succeeded', 'succeeded', '/console/runs?state=succeeded'),
    failed: tile('Failed', 'failed', '/console/runs?state=failed'),
    denied: tile('Denied', 'denied', '/console/runs?state=denied'),
    spend: tile('Spent', null),
    ledger: tile('Ledger entries', null, '/console/ledger'),
    checkpoint: tile('Checkpoint', null, '/console/ledger'),
  };
  const ended = bars({name: 'Runs that ended', series: SERIES, tick: n => (Number.isInteger(n) ? count(n) : ''), value: count, nothing: `No run ended in the last ${WINDOWS[range]}`});
  const inWork = area({name: 'Runs in work', label: 'in work', tone: 'running', tick: n => (Number.isInteger(n) ? count(n) : ''), value: count});
  const rate = area({name: 'Records per second', label: 'records/s', tick: n => compact.format(n), value: n => (n < 10 ? n.toFixed(1) : count(Math.round(n)))});
  const spend = bars({name: 'Spend', series: [{key: 'spent', name: 'spent', tone: 'accent'}], tick: amount, value: n => `${amount(n)} USD`, nothing: 'Nothing was spent'});
  const denials = h('div.fill');
  const latest = table('Latest runs', [{title: 'State'}, {title: 'Pipeline'}, {title: 'Runner'}, {title: 'Tasks', number: true}, {title: 'Ended', number: true}, {title: 'Took', number: true}, {title: 'Cost, USD', number: true}]);
  const agents = h('ul.rows');
  const stages = h('ul.rows');
  const problem = h('div');
  const rateNow = h('b');

  root.append(
    head('Overview', h('nav.choice.push', {'aria-label': 'Time shown'}, Object.entries(WINDOWS).map(([id, name]) =>
      h('a', {href: id === 'PT1H' ? '/' : `/?window=${id}`, 'aria-current': id === range ? 'true' : null}, name.replace('hour', id === 'PT1H' ? '1 hour' : 'hour'))))),
    problem,
    h('div.tiles', Object.values(tiles).map(each => each.element)),
    h('div.board',
      part('ended', 'Runs ended', legend(SERIES), ended.element),
      part('denials', 'Denials by rule', null, denials),
      part('work', 'Runs in work', null, inWork.element),
      part('rate', 'Records per second', h('span.quiet', 'last 10 minutes, ', rateNow), rate.element),
      part('spend', 'Spend', h('span.quiet', 'USD'), spend.element),
      part('latest', 'Latest runs', h('a', {href: '/console/runs'}, 'All runs'), latest.scroll),
      part('agents', 'Agents', null, agents),
      part('stages', 'Stages', h('a', {href: '/console/topics?view=lag'}, 'Lag in detail'), stages)));

  function showActivity({activity, rates, complete}) {
    const sum = key => activity.steps.reduce((total, step) => total + step[key], 0);
    const usd = step => Number(step.cost.USD ?? 0);
    tiles.running.show(count(activity.running));
    tiles.queued.show(count(activity.queued), activity.oldestQueuedAt ? `oldest ${age(activity.oldestQueuedAt)}` : 'nothing waits');
    const last = `last ${WINDOWS[range]}`;
    tiles.succeeded.show(count(sum('succeeded')), last);
    tiles.failed.show(count(sum('failed')), last);
    tiles.denied.show(count(sum('denied')), last);
    const spent = activity.steps.reduce((total, step) => total + usd(step), 0);
    tiles.spend.show(amount(spent), `USD, ${last}`);
    const step = step => `${hour(step.at)} – ${hour(new Date(new Date(step.at).getTime() + (new Date(activity.steps[1].at) - new Date(activity.steps[0].at))))}`;
    const axis = {time: each => hour(each.at), title: step};
    ended.show(activity.steps, axis);
    inWork.show(activity.steps.map(each => ({at: each.at, value: each.inWork})), axis);
    spend.show(activity.steps.map(each => ({at: each.at, spent: usd(each)})), axis);
    rate.show(rates.map(each => ({at: each.at, value: each.perSecond})), {time: each => hour(each.at), title: each => time(each.at)});
    const now = rates.at(-1)?.perSecond ?? 0;
    say(rateNow, `now ${now === 0 ? '0' : now < 10 ? now.toFixed(1) : count(Math.round(now))}`);
    denials.replaceChildren(activity.denials.length
      ? ranking(activity.denials.map(each => ({name: each.rule, count: each.count, href: `/console/governance#${each.rule}`})), 'denied')
      : empty(`No run was denied in the last ${WINDOWS[range]}.`));
    if (!complete) tiles.running.show(count(activity.running), 'still reading the topics');
  }

  async function showRest() {
    try {
      const [{runs}, stats, known, topics] = await Promise.all([
        get('/ledger/runs?limit=12'), find('/ledger/stats'), get('/agents'), get('/topics')]);
      if (!runs.length) {
        latest.body.keyed = undefined;
        latest.body.replaceChildren(h('tr', h('td', {colspan: '7'}, empty('No run yet. ', h('code', './barecount demo'), ' makes some.'))));
      } else {
        if (!latest.body.keyed) latest.body.replaceChildren();
        keyed(latest.body, runs.map(({run, state, pipeline, runner, tasks, startedAt, endedAt, cost}) => ({run, state, pipeline, runner, tasks, startedAt, endedAt, cost})), each => each.run, row);
      }
      if (stats) {
        tiles.ledger.show(count(stats.size), stats.lag ? `${plural(stats.lag, 'record')} behind` : 'all records are in');
        tiles.checkpoint.show(age(stats.checkpointAt), 'since it was signed');
      }
      keyed(agents, known, each => each.id, each => h('li',
        h('span.grow', h('b', each.id), h('small', each.capabilities ? `${each.capabilities.free} free, egress: ${each.capabilities.egress}` : each.rights.boundaries.join(', '))), h('span.quiet', each.lastSeen ? (age(each.lastSeen) === 'now' ? 'heard now' : `heard ${age(each.lastSeen)} ago`) : 'not heard yet'), state(each.state)));
      if (!known.length) agents.replaceChildren(h('li.quiet', 'No agent is known. ./barecount agent token makes one known.'));
      keyed(stages, topics.groups, each => each.group, each => h('li', h('span.grow', h('b', each.group), h('small', Object.keys(each.byTopic).map(shortTopic).join(', '))),
        h('span.lag', {'data-behind': each.lag > 0 ? '' : null}, each.lag ? `${count(each.lag)} behind` : 'up to date')));
      problem.replaceChildren();
    } catch (failure) {
      problem.replaceChildren(trouble(failure));
    }
  }

  const stops = [onActivity(showActivity), onChange(showRest)];
  return () => stops.forEach(stop => stop());
}

function state(name) {
  const tone = {ready: 'succeeded', silent: 'queued', draining: 'denied', revoked: 'failed', 'air-gap': 'queued'}[name];
  return h(`span.pill.t-${tone}`, h('i', {'aria-hidden': 'true'}), name);
}

function row(run) {
  return h('tr', h('td', run.state ? pill(run.state) : '–'), h('td', h('a', {href: `/console/runs/${run.run}`}, run.pipeline ?? '–')), h('td', run.runner ?? '–'),
    h('td.number', count(run.tasks)), h('td.number', timeOf(run.endedAt)), h('td.number', run.startedAt && run.endedAt ? span(new Date(run.endedAt) - new Date(run.startedAt)) : '–'), h('td.number', run.cost?.currency === 'USD' ? amount(run.cost.amount) : money(run.cost)));
}
