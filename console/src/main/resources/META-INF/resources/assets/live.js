// One stream of what happens, shared by all parts of the page; closed while nobody looks, so that tabs don't use up connections.
const listeners = new Set();
const states = new Set();
let source = null;
let range = 'PT1H';
let last = null;
const QUIET_MS = 4000;

function tellState(state) {
  for (const listener of states) listener(state);
}

function open() {
  if (source || document.hidden) return;
  source = new EventSource(`/live?window=${range}`);
  source.addEventListener('open', () => tellState('live'));
  source.addEventListener('activity', event => {
    last = JSON.parse(event.data);
    tellState(last.known ? 'live' : 'broker');
    for (const listener of listeners) listener(last);
  });
  source.addEventListener('error', () => {
    tellState('away');
    if (source?.readyState === EventSource.CLOSED) {
      source = null;
      setTimeout(open, 2000);
    }
  });
}

function close() {
  source?.close();
  source = null;
}

export function watchWindow(window) {
  if (window === range) return;
  range = window;
  last = null;
  close();
  open();
}

/** Called at once with what is known, then about once a second while something happens. */
export function onActivity(listener) {
  listeners.add(listener);
  if (last) listener(last);
  return () => listeners.delete(listener);
}

/**
 * Calls at once, then when a record has come to any topic since: at most once a second, and every few seconds even if none has. Never
 * twice at a time.
 */
export function onChange(refresh) {
  let seen = last?.records ?? -1;
  let ranAt = 0;
  let busy = false;
  let again = false;
  let stopped = false;
  const run = async () => {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    ranAt = performance.now();
    try {
      await refresh();
    } finally {
      busy = false;
    }
    if (again && !stopped) {
      again = false;
      run();
    }
  };
  const stop = onActivity(live => {
    if (live.records === seen && performance.now() - ranAt < QUIET_MS) return;
    seen = live.records;
    if (ranAt) run();
  });
  run();
  return () => {
    stopped = true;
    stop();
  };
}

export function onState(listener) {
  states.add(listener);
}

document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()));
addEventListener('pagehide', close);
addEventListener('pageshow', open);
open();
