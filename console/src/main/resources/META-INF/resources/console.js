// The overview: reads the ledger's audit records, as any program could, every two seconds while the page is seen.
const REFRESH_MS = 2000;
const SHOWN_MAX = 100;
const STATES = ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'denied', 'rejected'];
const byId = id => document.getElementById(id);

function cell(text, className) {
  const td = document.createElement('td');
  td.textContent = text ?? '';
  if (className) td.className = className;
  return td;
}

const money = m => m ? `${m.amount} ${m.currency}` : '';

function row(run) {
  const tr = document.createElement('tr');
  const state = cell(run.state, `state ${run.state}`);
  if (run.reason) {
    const reason = document.createElement('span');
    reason.className = 'reason';
    reason.textContent = run.reason;
    state.append(reason);
  }
  const link = document.createElement('a');
  link.href = `/ledger/runs/${run.run}`;
  link.textContent = run.run.slice(-12);
  link.title = run.run;
  const id = document.createElement('td');
  id.append(link);
  tr.append(state, cell(run.pipeline), cell(run.namespace), cell(run.runner), cell(run.provider), cell(run.network),
    cell(run.boundary), cell(run.tasks, 'number'), cell(money(run.estimate?.likely), 'number'), cell(money(run.cost), 'number'),
    cell(run.entries, 'number'), id);
  return tr;
}

async function json(path) {
  const answer = await fetch(path, {headers: {accept: 'application/json'}});
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return answer.json();
}

async function refresh() {
  try {
    const [{runs}, stats] = await Promise.all([json(`/ledger/runs?limit=${SHOWN_MAX}`), json('/ledger/stats')]);
    byId('ledger').textContent = `Ledger: ${stats.size.toLocaleString()} entries, root ${stats.root}`;
    byId('runs').replaceChildren(...runs.map(row));
    byId('empty').hidden = runs.length > 0;
    byId('states').replaceChildren(...STATES.map(state => {
      const li = document.createElement('li');
      const count = document.createElement('strong');
      count.textContent = runs.filter(run => run.state === state).length;
      li.append(count, state);
      return li;
    }));
    byId('trouble').hidden = true;
  } catch (failure) {
    byId('trouble').textContent = `Not up to date: ${failure.message}. Trying again.`;
    byId('trouble').hidden = false;
  }
}

async function live() {
  if (!document.hidden) await refresh();
  setTimeout(live, REFRESH_MS);
}
live();
