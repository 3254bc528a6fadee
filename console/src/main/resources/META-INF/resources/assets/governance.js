// What decisions are made from at present: rules, boundaries, prices; and the pipelines that are registered.
import {get, query as queryOf} from './api.js';
import {h} from './dom.js';
import {count, duration, money, shortDigest, span} from './format.js';
import {copyable, empty, fact, head, table, tabs, timeOf, trouble} from './parts.js';

const VIEWS = {policies, boundaries, prices, budgets, pipelines};

export const title = () => 'Governance';

export function mount(root, {query}) {
  const view = VIEWS[query.get('view')] ? query.get('view') : 'policies';
  const content = h('div.stack');
  root.append(head('Governance', h('span.sub', 'as loaded now: changed in files, by those who own them')),
    tabs('Views', Object.keys(VIEWS).map(id => ({id, title: id[0].toUpperCase() + id.slice(1)})), view, id => `/console/governance${queryOf({view: id === 'policies' ? '' : id})}`), content);
  VIEWS[view](content, query).catch(failure => content.replaceChildren(trouble(failure)));
  return () => {};
}

async function policies(content) {
  const {digest, sets} = await get('/policies');
  content.append(h('p.quiet', 'Policy set ', copyable(digest, shortDigest(digest)), ', named so by every permit given under it. One deny is enough to deny; what can’t be evaluated denies.'));
  for (const set of sets) {
    content.append(h('h2', set.name), h('div.cards', set.rules.map(rule => h('article.card.rule-card', {id: rule.id, tabindex: '-1'},
      h('div.top', h('h3.mono', rule.id), h('span.pill', {class: `pill t-${rule.level === 'deny' ? 'denied' : 'queued'}`}, h('i', {'aria-hidden': 'true'}), rule.level)),
      h('p', rule.rationale),
      h('dl.cel', rule.match ? h('div', h('dt', 'Where'), h('dd', h('code', rule.match))) : null, h('div', h('dt', 'Must hold'), h('dd', h('code', rule.condition))), h('div', h('dt', 'Field'), h('dd', h('code', rule.path)))),
      h('p.quiet.foot', 'Owner: ', rule.owner)))));
  }
  const named = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named) {
    named.scrollIntoView({block: 'center'});
    named.focus();
    named.dataset.named = '';
  }
}

async function boundaries(content) {
  const known = await get('/boundaries');
  if (!known.length) content.append(h('div.card', empty('No boundary is known: nothing may run.')));
  content.append(h('div.cards', known.map(({digest, boundary: b}) => h('article.card',
    h('div.top', h('h2', b.name), h('span.pill.t-accent', h('i', {'aria-hidden': 'true'}), b.model)),
    h('dl.facts', fact('Region', b.region ?? '–'), fact('VPC', b.vpc ? h('span.mono', b.vpc) : '–'), fact('Subnets', list(b.subnets)), fact('Security groups', list(b.securityGroups)), fact('Endpoints', list(b.endpoints)),
      fact('Egress to', b.egress?.allow?.length ? list(b.egress.allow) : 'nobody'), fact('Runners', b.allowedRunners.join(', ') || 'none')),
    h('p.quiet.foot', 'Owner: ', b.owner, ' · version ', copyable(digest, shortDigest(digest)))))));
}

const list = values => (values?.length ? h('ul.mono', values.map(each => h('li', each))) : '–');

async function prices(content) {
  const {digest, priceBook: book} = await get('/prices');
  const items = table('Prices', [{title: 'Item'}, {title: `Price in ${book.currency}`, number: true}, {title: 'At least', number: true}, {title: 'Read in', number: true}, {title: 'Source'}]);
  items.body.append(...book.items.map(each => h('tr', h('td.mono', each.item), h('td.number', each.price), h('td.number', duration(each.minimum) ? span(duration(each.minimum)) : '–'), h('td.number', each.date ?? '–'), h('td.quiet', each.source ?? '–'))));
  content.append(h('p.quiet', `${book.name}, ${book.date}, version `, copyable(digest, shortDigest(digest)), '. A permit pins the tariff that its estimate was made with: a later price changes no run that was decided.'), items.scroll);
}

async function budgets(content) {
  const [known, spent, estimates] = await Promise.all([get('/budgets'), get('/spend'), get('/estimates')]);
  content.append(h('h2', 'Budgets'));
  if (known.length) {
    const rows = table('Budgets', [{title: 'Budget'}, {title: 'Pays for'}, {title: 'Period'}, {title: 'Limit', number: true}, {title: 'Spent', number: true}, {title: 'Reserved', number: true}, {title: 'Left', number: true}, {title: 'Used'}]);
    rows.body.append(...known.map(each => h('tr', h('td', h('b', each.budget.name)), h('td', [each.budget.namespace, each.budget.costCenter].filter(Boolean).join(', ') || 'everything'), h('td', each.period),
      h('td.number', money(each.budget.limit)), h('td.number', money(each.spent)), h('td.number', money(each.reserved)), h('td.number', money(each.left)), h('td', used(each)))));
    content.append(rows.scroll, h('p.quiet', 'A run reserves its highest estimate as it is permitted, and settles what it did cost when it ends: runs permitted together can’t overspend together.'));
  } else {
    content.append(h('div.card', empty('No budget is declared: nothing limits what all runs together may cost.')));
  }
  content.append(h('h2', 'Spent in the last 30 days'));
  const sums = table('Spend', [{title: 'Namespace'}, {title: 'Cost centre'}, {title: 'Runs', number: true}, {title: 'Spent', number: true}]);
  sums.body.append(...spent.map(each => h('tr', h('td', each.namespace), h('td', each.costCenter ?? '–'), h('td.number', count(each.runs)), h('td.number', money(each.spent)))));
  content.append(spent.length ? sums.scroll : h('div.card', empty('No run has ended yet.')));
  if (!estimates.length) return;
  content.append(h('h2', 'Estimates and what came of them'));
  const accuracy = table('Estimates', [{title: 'Pipeline'}, {title: 'Runner'}, {title: 'Runs', number: true}, {title: 'Estimated', number: true}, {title: 'Actual', number: true}, {title: 'Median error', number: true}, {title: 'Nine of ten within', number: true}]);
  accuracy.body.append(...estimates.map(each => h('tr', h('td', h('span.quiet', `${each.namespace} / `), each.pipeline), h('td', each.runner), h('td.number', count(each.runs)), h('td.number', money(each.likely)), h('td.number', money(each.actual)),
    h('td.number', percent(each.medianError)), h('td.number', percent(each.p90Error)))));
  content.append(accuracy.scroll);
}

const percent = part => `${Math.round(part * 100)} %`;

function used({budget, spent, reserved}) {
  const limit = Number(budget.limit.amount);
  const part = value => (limit > 0 ? Math.min(100, (100 * Number(value?.amount ?? 0)) / limit) : 0);
  const fills = [['succeeded', part(spent)], ['queued', part(reserved)]].filter(([, width]) => width > 0);
  return h('div.meter', {role: 'img', 'aria-label': `${Math.round(part(spent))} % spent, ${Math.round(part(reserved))} % reserved`}, fills.map(([tone, width]) => {
    const fill = h(`i.t-${tone}`);
    fill.style.flexGrow = String(width);
    return fill;
  }), rest(100 - fills.reduce((sum, [, width]) => sum + width, 0)));
}

function rest(width) {
  const fill = h('i');
  fill.style.flexGrow = String(Math.max(0, width));
  return fill;
}

async function pipelines(content) {
  const {pipelines: known, next} = await get('/pipelines?limit=500');
  if (!known.length) {
    content.append(h('div.card', empty('No pipeline is registered. A manifest is registered by PUT to /pipelines/NAMESPACE/NAME; a submission may also bring its own.')));
    return;
  }
  const rows = table('Pipelines', [{title: 'Pipeline'}, {title: 'Version'}, {title: 'Registered', number: true}, {title: 'Runs'}]);
  rows.body.append(...known.map(each => h('tr', h('td', h('span.quiet', `${each.namespace} / `), h('b', each.name), each.deprecation ? h('span.quiet', {title: each.deprecation.reason}, ' deprecated') : ''), h('td', copyable(each.version, shortDigest(each.version))), h('td.number', timeOf(each.registeredAt)),
    h('td', h('a', {href: `/console/runs${queryOf({namespace: each.namespace, pipeline: each.name})}`}, 'Its runs')))));
  content.append(rows.scroll);
  if (next) {
    content.append(h('p.quiet', `The first ${known.length}. All: ./barecount pipeline list`));
  }
}
