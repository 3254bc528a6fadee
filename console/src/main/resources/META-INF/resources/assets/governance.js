// What decisions are made from at present: rules, boundaries, prices; and the pipelines that are registered.
import {get, query as queryOf} from './api.js';
import {h} from './dom.js';
import {duration, shortDigest, span} from './format.js';
import {copyable, empty, fact, head, table, tabs, timeOf, trouble} from './parts.js';

const VIEWS = {policies, boundaries, prices, pipelines};

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

async function pipelines(content) {
  const known = await get('/pipelines');
  if (!known.length) {
    content.append(h('div.card', empty('No pipeline is registered. A manifest is registered by PUT to /pipelines/NAMESPACE/NAME; a submission may also bring its own.')));
    return;
  }
  const rows = table('Pipelines', [{title: 'Pipeline'}, {title: 'Version'}, {title: 'Registered', number: true}, {title: 'Runs'}]);
  rows.body.append(...known.map(each => h('tr', h('td', h('span.quiet', `${each.namespace} / `), h('b', each.name)), h('td', copyable(each.version, shortDigest(each.version))), h('td.number', timeOf(each.registeredAt)),
    h('td', h('a', {href: `/console/runs${queryOf({namespace: each.namespace, pipeline: each.name})}`}, 'Its runs')))));
  content.append(rows.scroll);
}
