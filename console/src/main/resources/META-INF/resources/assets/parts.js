// What several pages are made of.
import {h, s} from './dom.js';
import {count, shortId, when} from './format.js';

export const STATES = ['queued', 'running', 'failing', 'cancelling', 'succeeded', 'failed', 'cancelled', 'denied', 'rejected'];
export const ENDED = new Set(['succeeded', 'failed', 'cancelled', 'denied', 'rejected']);

export function pill(state) {
  return h('span.pill', {'data-state': state}, h('i', {'aria-hidden': 'true'}), state);
}

export function head(title, ...aside) {
  return h('div.head', h('h1', title), ...aside);
}

export function card(title, ...content) {
  const id = `card-${title.toLowerCase().replace(/[^a-z]+/g, '-')}`;
  return h('section.card', {'aria-labelledby': id}, h('h2', {id}, title), ...content);
}

export function runLink(run, text = shortId(run)) {
  return h('a.mono', {href: `/console/runs/${run}`, title: run}, text);
}

export function timeOf(at) {
  return at ? h('time', {datetime: at, title: new Date(at).toISOString()}, when(at)) : '–';
}

/** A term and what it is, for definition lists. */
export function fact(name, ...value) {
  return h('div.fact', h('dt', name), h('dd', ...value));
}

export function empty(...content) {
  return h('p.empty', ...content);
}

export function copyable(text, shown = text) {
  const button = h('button.copy.mono', {
    type: 'button', title: `Copy ${text}`, 'aria-label': `Copy ${text}`,
    onclick: async () => {
      await navigator.clipboard.writeText(text);
      button.dataset.copied = '';
      setTimeout(() => delete button.dataset.copied, 1200);
    },
  }, shown);
  return button;
}

/** A table that scrolls by itself on a narrow screen. The body is found as table.tBodies[0]. */
export function table(label, columns, className = '') {
  const body = h('tbody');
  const element = h('table', h('caption.visually-hidden', label),
    h('thead', h('tr', columns.map(column => h('th', {scope: 'col', class: column.number ? 'number' : column.class}, column.title)))), body);
  const scroll = h('div.scroll', {tabindex: '0', role: 'region', 'aria-label': `${label}, table`}, element);
  if (className) scroll.classList.add(className);
  return {scroll, body};
}

export function icon(kind) {
  const paths = {
    yes: 'M4 10.5l4 4 8-9', no: 'M5 5l10 10M15 5L5 15', advise: 'M10 5v6M10 14.5v.5', none: 'M5 10h10',
  };
  return s('svg.icon', {viewBox: '0 0 20 20', 'aria-hidden': 'true'}, s('path', {d: paths[kind]}));
}

/** A signed envelope carries its content in base64: it is shown readable, and named so. */
function opened(name, value) {
  if (!value || typeof value.payload !== 'string' || typeof value.payloadType !== 'string') return value;
  try {
    const content = JSON.parse(new TextDecoder('utf-8', {fatal: true}).decode(Uint8Array.from(atob(value.payload), each => each.charCodeAt(0))));
    const {payload, ...rest} = value;
    return {...rest, [`payload, ${payload.length} characters of base64, decoded`]: content};
  } catch {
    return value;
  }
}

/** JSON with colours: keys, texts, numbers. */
export function json(value) {
  const text = JSON.stringify(value, opened, 2) ?? '';
  const pre = h('pre.json', {tabindex: '0', role: 'region', 'aria-label': 'JSON'});
  const token = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null|-?\d[\d.eE+-]*)\b/g;
  let from = 0;
  for (const match of text.matchAll(token)) {
    pre.append(text.slice(from, match.index));
    if (match[2]) pre.append(h('b', match[1]), match[2]);
    else pre.append(h(match[1] ? 'q' : 'em', match[0]));
    from = match.index + match[0].length;
  }
  pre.append(text.slice(from));
  return pre;
}

/** Asks, and tells what was typed; null if it was left. */
export function ask({title, text, label, action, most, tone = 'danger'}) {
  return new Promise(resolve => {
    const input = h('textarea', {rows: '3', required: true, maxlength: String(most), name: 'answer'});
    const dialog = h('dialog', {'aria-labelledby': 'ask-title'},
      h('form', {method: 'dialog', onsubmit: event => {
        event.preventDefault();
        if (input.value.trim()) dialog.close(input.value.trim());
      }},
      h('h2', {id: 'ask-title'}, title), h('p', text), h('label', label, input),
      h('div.actions', h('button', {type: 'button', onclick: () => dialog.close()}, 'Leave it'), h(`button.${tone}`, {type: 'submit'}, action))));
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue || null);
    });
    document.body.append(dialog);
    dialog.showModal();
    input.focus();
  });
}

export function trouble(failure) {
  return h('p.trouble', {role: 'alert'}, `${failure.title ? `${failure.title}. ` : ''}${failure.message}`);
}

export function tabs(label, items, current, href) {
  return h('nav.tabs', {'aria-label': label}, items.map(item =>
    h('a', {href: href(item.id), 'aria-current': item.id === current ? 'page' : null}, item.title,
      item.count === undefined ? null : h('span.badge', count(item.count)))));
}
