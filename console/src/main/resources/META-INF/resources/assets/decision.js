// What was decided on a run, why, and what people may say of it.
import {post} from './api.js';
import {h} from './dom.js';
import {money, plural, shortDigest} from './format.js';
import {ask, copyable, empty, icon, runLink, timeOf} from './parts.js';

const REASON_MAX = 500;
const VERDICTS = {
  permitted: ['t-succeeded', 'yes', 'Permitted'], denied: ['t-denied', 'no', 'Denied'],
  held: ['t-queued', 'advise', 'Held'], revoked: ['t-denied', 'no', 'Revoked'],
};

/** @param submission of a run that nothing is decided on */
export function decisionOf(decision, policies, submission, refresh) {
  if (!decision) {
    if (submission?.status !== 'rejected') return [empty('Not decided yet.')];
    return [h('p.verdict.t-rejected', icon('no'), h('b', 'Rejected at intake'), ' before governance was asked: the manifest is wrong.'),
      h('ul.rules', (submission.violations ?? []).map(each => h('li.rule.t-rejected', icon('no'), h('div', h('b.mono', each.code), h('p', each.message), h('p.quiet', each.pointer, each.line ? `, line ${each.line}, column ${each.column}` : '', '. ', each.hint)))))];
  }
  const [tone, sign, word] = VERDICTS[decision.outcome];
  const same = policies.digest === decision.policySet;
  const spoken = new Set(decision.findings.map(finding => finding.rule));
  const silent = same ? policies.sets.flatMap(set => set.rules).filter(rule => !spoken.has(rule.id)) : [];
  return [
    h(`p.verdict.${tone}`, icon(sign), h('b', word), ' ', timeOf(decision.decidedAt),
      decision.expiresAt ? h('span.quiet', decision.outcome === 'held' ? ' · denied by itself at ' : ' · permit holds until ', timeOf(decision.expiresAt)) : null,
      h('span.quiet', ' · policy set ', h('span.mono', {title: decision.policySet}, shortDigest(decision.policySet)), same ? ' (the present one)' : ' (not the present one)')),
    decision.revoked ? h('p.reason', `Taken back by ${decision.revoked.by}: ${decision.revoked.reason}`) : null,
    waiting(decision),
    h('ul.rules', decision.findings.map(finding),
      silent.length ? h('li', h('details', h('summary', `${plural(silent.length, 'rule')} had nothing against it`), h('ul.rules.silent', silent.map(rule =>
        h('li.rule.t-succeeded', icon('yes'), h('div', h('a.mono', {href: `/console/governance#${rule.id}`}, rule.id), h('p.quiet', rule.rationale))))))) : null),
    approvals(decision),
    decision.suggestion ? h('div.suggestion', h('h3', 'This would pass'), h('p', h('code', decision.suggestion.path), ' = ', h('code', decision.suggestion.change)),
      h('p.quiet', `at about ${money(decision.suggestion.estimate.likely)} a run, instead of ${money(decision.estimate?.likely)}. The rules were asked.`)) : null,
    actions(decision, refresh),
  ].filter(Boolean);
}

export function finding(each) {
  const deny = each.level === 'deny';
  return h(`li.rule.${deny ? 't-denied' : 't-queued'}`, icon(deny ? 'no' : 'advise'), h('div',
    h('p', h('a.mono', {href: `/console/governance#${each.rule}`}, each.rule), h('span.quiet', ` ${each.level}, ask ${each.owner}`)),
    h('p', each.message),
    h('dl.found', h('div', h('dt', 'Where'), h('dd.mono', each.path)), h('div', h('dt', 'Found'), h('dd', each.found)), h('div', h('dt', 'Allowed'), h('dd', each.allowed)))));
}

/** Whose leave a held run waits for, and what is other than when its pipeline last passed. */
export function waiting(decision) {
  if (!decision.waiting) return null;
  const {quorums, since, binding} = decision.waiting;
  return h('div.waiting',
    h('ul', quorums.map(each => h('li', each.missing ? `Waits for ${each.missing} more of ${each.roles.join(', ')}` : 'Enough have approved', h('span.quiet', ` · rule ${each.rule}`)))),
    since ? changes(since) : h('p.quiet', 'No run of this pipeline was permitted before.'),
    h('p.quiet', 'An approval is of ', copyable(binding, shortDigest(binding)), ': manifest, rules, boundary and estimate as they are shown here.'));
}

function changes(since) {
  if (!since.changes.length) return h('p', 'Nothing differs from ', runLink(since.run), ', which was permitted ', timeOf(since.decidedAt), '.');
  const value = each => (each === null || each === undefined ? 'nothing' : typeof each === 'string' ? each : JSON.stringify(each));
  return h('div', h('p', 'Since ', runLink(since.run), ' was permitted, ', timeOf(since.decidedAt), ':'),
    h('ul.changes', since.changes.map(each => h('li', h('span.mono', each.path), ' ', h('del', value(each.before)), ' ', h('ins', value(each.after))))));
}

function approvals(decision) {
  return decision.approvals?.length ? h('ul.rules', decision.approvals.map(each => h('li.rule.t-succeeded', icon('yes'), h('div',
    h('p', h('b', each.by), h('span.quiet', ` (${each.roles.join(', ')}) approved `, timeOf(each.at))), h('p', each.reason))))) : null;
}

/** What may be said of it. Whether this reader may, is the platform's to say. */
export function actions(decision, refresh) {
  const problem = h('p.trouble', {role: 'alert', hidden: true});
  const act = (verb, dialog, body) => async () => {
    const reason = await ask({...dialog, label: 'Reason, kept in the ledger', most: REASON_MAX});
    if (!reason) return;
    try {
      await post(`/decisions/${decision.run}/${verb}`, {reason, ...body});
      problem.hidden = true;
      await refresh();
    } catch (failure) {
      problem.hidden = false;
      problem.textContent = failure.message;
    }
  };
  const name = decision.pipeline;
  if (decision.outcome === 'held') {
    return h('div.decide', h('div.actions',
      h('button', {type: 'button', onclick: act('refuse', {title: `Refuse ${name}?`, text: 'The run is denied, and its submitter is told why.', action: 'Refuse the run'})}, 'Refuse'),
      h('button.primary', {type: 'button', onclick: act('approve', {title: `Approve ${name}?`, text: `It may then run once, in ${decision.boundary}, at about ${money(decision.estimate?.likely)}.`, action: 'Approve the run', tone: 'primary'}, {binding: decision.waiting.binding})}, 'Approve')), problem);
  }
  if (decision.outcome !== 'permitted') return null;
  return h('details.decide', h('summary', 'Take the permit back'), h('p.quiet', 'What is queued does not start, what is out is told to end.'),
    h('div.actions', h('button.danger', {type: 'button', onclick: act('revoke', {title: `Revoke the permit of ${name}?`, text: 'Nothing of this run starts any more. This can’t be undone.', action: 'Revoke the permit'})}, 'Revoke')), problem);
}
