// Elements without markup in strings: text is always text.
const SVG = 'http://www.w3.org/2000/svg';

function add(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false && child !== '') element.append(child);
  }
  return element;
}

function set(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
  else if (value === true) element.setAttribute(name, '');
  else element.setAttribute(name, value);
}

function isProperties(value) {
  return value !== null && typeof value === 'object' && !(value instanceof Node) && !Array.isArray(value);
}

function make(element, rest) {
  const [first, ...others] = rest;
  if (isProperties(first)) {
    for (const [name, value] of Object.entries(first)) set(element, name, value);
    return add(element, others);
  }
  return add(element, rest);
}

/** h('button.ghost', {type: 'button', onclick}, 'Cancel') */
export function h(what, ...rest) {
  const [tag, ...classes] = what.split('.');
  const element = document.createElement(tag || 'div');
  if (classes.length) element.className = classes.join(' ');
  return make(element, rest);
}

export function s(what, ...rest) {
  const [tag, ...classes] = what.split('.');
  const element = document.createElementNS(SVG, tag);
  if (classes.length) element.setAttribute('class', classes.join(' '));
  return make(element, rest);
}

/**
 * Makes the children those of these items, in order. The element of an item that has not changed stays the one it was, with its focus,
 * its selection and its scroll position.
 */
export function keyed(parent, items, key, render) {
  const before = parent.keyed ?? new Map();
  const after = new Map();
  let place = parent.firstChild;
  for (const item of items) {
    const id = key(item);
    const text = JSON.stringify(item);
    const known = before.get(id);
    const element = known?.text === text ? known.element : render(item);
    if (known && known.element !== element) {
      if (place === known.element) place = known.element.nextSibling;
      known.element.remove();
    }
    after.set(id, {text, element});
    before.delete(id);
    if (place === element) place = element.nextSibling;
    else parent.insertBefore(element, place);
  }
  for (const {element} of before.values()) element.remove();
  parent.keyed = after;
}

/** Replaces the text only if it is another one, so that nothing is read out or selected anew. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
