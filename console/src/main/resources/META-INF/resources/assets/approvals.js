// The inbox of those who decide: what waits for people's leave, why, at what cost, and what is new about it.
import {get, query as queryOf} from './api.js';
import {actions, finding, waiting} from './decision.js';
import {h, keyed} from './dom.js';
import {money, plural} from './format.js';
import {onChange} from './live.js';
import {empty, fact, head, runLink, timeOf, trouble} from './parts.js';

const MOST = 100;

export const title = () => 'Approvals';

export function mount(root, {query}) {
  const namespace = query.get('namespace') ?? '';
  const sub = h('span.sub');
  const problem = h('div');
  const list = h('div.stack');
  const none = h('div.card', {hidden: true}, empty('Nothing waits for anybody’s leave.'));
  root.append(head('Approvals', sub), problem, list, none);

  async function refresh() {
    try {
      const {decisions, more} = await get(`/decisions${queryOf({outcome: 'held', namespace, limit: MOST})}`);
      keyed(list, decisions, each => each.run, each => request(each, refresh));
      none.hidden = decisions.length > 0;
      sub.textContent = decisions.length ? `${plural(decisions.length, 'run')}${more ? ' and more' : ''}, the longest waiting first` : '';
      problem.replaceChildren();
    } catch (failure) {
      problem.replaceChildren(trouble(failure));
    }
  }

  return onChange(refresh);
}

function request(decision, refresh) {
  return h('article.card.request', {'data-row': '', tabindex: '-1', 'aria-label': `${decision.namespace} / ${decision.pipeline}`},
    h('div.top', h('h2', h('span.quiet', `${decision.namespace} / `), decision.pipeline), runLink(decision.run)),
    h('dl.facts', fact('Submitted by', decision.submitter ?? '–'), fact('Boundary', decision.boundary), fact('Likely cost', money(decision.estimate?.likely)), fact('At most', money(decision.estimate?.high)),
      fact('Waits since', timeOf(decision.decidedAt)), fact('Denied by itself', timeOf(decision.expiresAt))),
    h('ul.rules', decision.findings.map(finding)), waiting(decision), actions(decision, refresh));
}
