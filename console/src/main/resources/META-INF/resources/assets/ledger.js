// The ledger: its entries, and their verification by this browser's own computation.
import {find, get, query as queryOf} from './api.js';
import {h, keyed, say} from './dom.js';
import {count, plural, shortTopic, shortType, span, when} from './format.js';
import {onChange} from './live.js';
import {checkpoint, included, keyOf, leafHash, same, unbase64} from './merkle.js';
import {copyable, empty, fact, head, icon, json, table, timeOf, trouble} from './parts.js';
import {memory, verify} from './verifier.js';

const PAGE = 50;

export const title = ({match}) => (match[1] ? `Entry ${match[1]}` : 'Ledger');

export function mount(root, {match, query, navigate}) {
  const run = query.get('run') ?? '';
  const key = {value: null};
  const problem = h('div');
  root.append(head('Ledger', h('span.sub', 'every event, in one order, under one signature')), problem);
  const check = checker(key);
  const detail = h('div');
  const from = query.get('from');
  const list = table('Entries', [{title: 'Entry', number: true}, {title: 'Time'}, {title: 'Topic'}, {title: 'Type'}, {title: 'Run'}, {title: 'Place', number: true}], 'entries');
  const none = h('div');
  const pager = h('div.pager');
  const filter = h('form.filters', {onsubmit: event => {
    event.preventDefault();
    const form = new FormData(event.target);
    const seq = form.get('seq').trim();
    navigate(seq ? `/console/ledger/${seq}` : `/console/ledger${queryOf({run: form.get('run').trim()})}`);
  }}, h('label', 'Entries of a run', h('input', {name: 'run', value: run, type: 'search', placeholder: 'its id', autocomplete: 'off', pattern: '[0-9a-f\\-]{36}', title: 'A run’s id is a UUID'})),
  h('label', 'Go to an entry', h('input', {name: 'seq', type: 'search', inputmode: 'numeric', placeholder: 'its number', autocomplete: 'off', pattern: '\\d{1,15}', title: 'A number'})), h('button.visually-hidden', {type: 'submit'}, 'Show'));
  root.append(h('div.split.ledger', h('div.stack', filter, detail, list.scroll, none, pager), check.element));

  if (match[1]) showEntry(Number(match[1]), detail, key);

  async function refresh() {
    try {
      const stats = await find('/ledger/stats');
      if (!key.value) key.value = await get('/ledger/key');
      check.stats(stats, key.value);
      // Newest first, without a run's filter: pages count down from the end.
      const size = stats?.size ?? 0;
      const start = run ? Number(from ?? 0) : from === null ? Math.max(0, size - PAGE) : Number(from);
      const limit = run || from !== null || size >= PAGE ? PAGE : Math.max(1, size);
      const page = await get(`/ledger/entries${queryOf({run, from: String(start), limit})}`);
      const entries = run ? page.entries : page.entries.reverse();
      keyed(list.body, entries, each => each.seq, each => row(each, match[1], navigate, run));
      list.scroll.hidden = !entries.length;
      none.replaceChildren(...(entries.length ? [] : [h('div.card', empty(run ? 'The ledger holds nothing of this run (yet).' : 'The ledger is empty.'))]));
      const link = (name, href) => h('a.button', {href}, name);
      pager.replaceChildren(...(run
        ? [from ? link('First', `/console/ledger${queryOf({run})}`) : null, page.next !== undefined && page.next !== null ? link('Later', `/console/ledger${queryOf({run, from: String(page.next)})}`) : null]
        : [from !== null ? link('Newest', '/console/ledger') : null, start > 0 ? link('Older', `/console/ledger?from=${Math.max(0, start - PAGE)}`) : null]).filter(Boolean));
      problem.replaceChildren();
    } catch (failure) {
      problem.replaceChildren(trouble(failure));
    }
  }
  const stop = onChange(refresh);
  return () => {
    stop();
    check.stop();
  };
}

function row(each, current, navigate, run) {
  const href = `/console/ledger/${each.seq}${run ? `?run=${run}` : ''}`;
  return h('tr', {'data-row': '', tabindex: '0', 'aria-selected': String(each.seq) === current ? 'true' : null, onclick: event => event.target.closest('a') || navigate(href), onkeydown: event => event.key === 'Enter' && event.target.matches('tr') && navigate(href)},
    h('td.number', h('a', {href, tabindex: '-1'}, each.seq)), h('td', timeOf(each.time)), h('td', shortTopic(each.topic)), h('td', each.type ? shortType(each.type) : '–'),
    h('td', each.run ? h('a.mono', {href: `/console/runs/${each.run}`, title: each.run, tabindex: '-1'}, each.run.slice(-12)) : '–'), h('td.number.mono.quiet', `${each.partition}@${each.offset}`));
}

async function showEntry(seq, place, key) {
  const verdict = h('p.verdict', {role: 'status'}, 'Checking its place in the tree …');
  place.replaceChildren(h('section.card', {'aria-label': `Entry ${seq}`}, h('div.top', h('h2', `Entry ${count(seq)}`), h('a', {href: `/console/ledger${location.search}`}, 'Close')), verdict));
  try {
    const proven = await get(`/ledger/entries/${seq}`);
    key.value ??= await get('/ledger/key');
    const entry = proven.entry;
    place.firstChild.append(h('dl.facts', fact('Topic', entry.topic), fact('Partition, offset', `${entry.partition}@${entry.offset}`), fact('Type', entry.headers?.ce_type ?? '–'), fact('About', entry.headers?.ce_subject ?? entry.key ?? '–'),
      fact('Leaf hash', copyable(proven.leafHash, `${proven.leafHash.slice(0, 16)}…`))), json(entry.data ?? entry));
    const leaf = await leafHash(unbase64(proven.leaf));
    const signed = await checkpoint(proven.checkpoint, await keyOf(key.value.verifierKey));
    const isIn = await included(leaf, seq, signed.size, proven.proof.map(unbase64), signed.root);
    const isSigned = signed.signature !== 'invalid';
    const good = isIn && isSigned && same(leaf, unhex(proven.leafHash));
    verdict.className = `verdict ${good ? 't-succeeded' : 't-failed'}`;
    verdict.replaceChildren(icon(good ? 'yes' : 'no'), h('b', good ? 'In the log' : 'Altered'), h('span', good
      ? ` as this browser computed it: ${plural(proven.proof.length, 'hash', 'hashes')} lead from its bytes to the root over ${plural(signed.size, 'entry', 'entries')}${signed.signature === 'valid' ? ', and the root is signed' : ''}.`
      : isSigned ? ' Its bytes do not lead to the signed root: this entry is not what was recorded.' : ' The checkpoint’s signature does not verify.'));
  } catch (failure) {
    verdict.replaceChildren(trouble(failure));
  }
}

const unhex = text => Uint8Array.from(text.match(/../g) ?? [], each => parseInt(each, 16));

/** The card that verifies everything. */
function checker(key) {
  const shield = h('p.shield', {role: 'status', 'data-verdict': 'none'});
  const progress = h('progress', {max: '1', value: '0', hidden: true, 'aria-label': 'Entries verified'});
  const findings = h('div.findings');
  const facts = h('dl.facts.one');
  const start = h('button.primary', {type: 'button', disabled: true}, 'Verify in this browser');
  let running = null;
  let about = null;

  const verdict = (kind, name, ...text) => {
    shield.dataset.verdict = kind;
    shield.replaceChildren(...[kind === 'good' ? icon('yes') : kind === 'bad' ? icon('no') : null, h('b', name), h('span', ...text)].filter(Boolean));
  };
  verdict('none', 'Not verified yet', 'Nothing is taken from the server but bytes: hashes, tree and signature are computed here.');

  start.addEventListener('click', async () => {
    if (running) {
      running.abort();
      return;
    }
    running = new AbortController();
    say(start, 'Stop');
    progress.hidden = false;
    findings.replaceChildren();
    verdict('busy', 'Verifying …', '');
    const began = performance.now();
    try {
      const result = await verify({verifierKey: key.value.verifierKey, signal: running.signal, onProgress: ({done, size}) => {
        progress.value = done / size;
        verdict('busy', 'Verifying …', `${count(done)} of ${plural(size, 'entry', 'entries')}`);
      }});
      tell(result, performance.now() - began);
    } catch (failure) {
      if (failure.name === 'AbortError') verdict('none', 'Stopped', 'Nothing can be said of entries that were not looked at.');
      else verdict('bad', 'Not verified', failure.message);
    } finally {
      running = null;
      progress.hidden = true;
      say(start, 'Verify again');
      showFacts();
    }
  });

  function tell({altered, faults, entries, checkpoint: signed, remembered}, took) {
    if (!altered.length && !faults.length) {
      verdict('good', `${plural(entries, 'entry', 'entries')} verified`, `in ${span(took)}, ${signed.signature === 'valid' ? 'under a valid signature' : 'but this browser knows no Ed25519: the signature was not checked'}${remembered ? `, and the log goes on from what was verified here ${when(remembered.at)}` : ''}.`);
      return;
    }
    verdict('bad', altered.length ? `${plural(altered.length, 'entry', 'entries')} altered` : 'The log does not verify', altered.length ? `of ${count(entries)}: their bytes are not those that were recorded.` : 'See below.');
    findings.replaceChildren(...faults.map(text => h('p.trouble', text)), ...(altered.length ? [h('ul.altered', altered.slice(0, 50).map(({seq, lost}) => h('li', h('a', {href: `/console/ledger/${seq}`}, `Entry ${count(seq)}`), lost ? ' is gone' : ' was changed')), altered.length > 50 ? h('li', `and ${count(altered.length - 50)} more`) : null)] : []));
  }

  function showFacts() {
    if (!about) return;
    const {stats, known} = about;
    const seen = memory.read(known.origin);
    facts.replaceChildren(...[
      fact('Log', known.origin), fact('Entries', count(stats?.size ?? 0)), fact('Records not in yet', stats?.lag === undefined || stats.lag === null ? 'not known' : count(stats.lag)),
      fact('Checkpoint signed', timeOf(stats?.checkpointAt)), fact('Root', stats ? copyable(stats.root, `${stats.root.slice(0, 16)}…`) : '–'), fact('Key', copyable(known.verifierKey, known.keyId)),
      fact('Seen by this browser', seen ? [h('span', `${plural(seen.size, 'entry', 'entries')}, ${when(seen.at)} `), h('button.copy', {type: 'button', onclick: () => {
        memory.forget(known.origin);
        showFacts();
      }}, 'forget')] : 'never'),
    ]);
  }

  return {
    element: h('section.card.check', {'aria-labelledby': 'c-check'}, h('h2', {id: 'c-check'}, 'Verification'), shield, progress, findings, h('div', start), facts,
      h('p.quiet', 'An auditor who does not trust this page compares the key with the one that was handed over, and checks a run’s proof offline with ', h('code', './barecount verify'), '.')),
    stats(stats, known) {
      const text = JSON.stringify([stats, known]);
      start.disabled = !stats;
      if (about?.text === text) return;
      about = {stats, known, text};
      showFacts();
    },
    stop: () => running?.abort(),
  };
}
