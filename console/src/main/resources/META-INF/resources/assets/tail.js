// Reads topics along. Holds what has come since it was last drawn, and no more of it than can be shown.
import {query} from './api.js';

const RATE_MS = 2000;

export class Tail {
  isStarted = false;
  paused = false;
  caughtUp = false;
  matched = 0;
  perSecond = 0;
  waiting = 0;
  trouble = null;
  #lines = [];
  #cleared = false;
  #source = null;
  #request = null;
  #cursor = null;
  #times = [];
  #keep;

  constructor({keep}) {
    this.#keep = keep;
  }

  start(request) {
    this.isStarted = true;
    this.#request = request;
    this.#open(request.from);
  }

  #open(from) {
    const source = new EventSource(`/topics/tail${query({...this.#request, from})}`);
    this.#source = source;
    source.addEventListener('records', event => this.#came(event, JSON.parse(event.data)));
    source.addEventListener('position', event => this.#reached(event, JSON.parse(event.data)));
    source.addEventListener('trouble', event => {
      this.trouble = JSON.parse(event.data).detail;
    });
    source.addEventListener('error', () => this.#failed(source));
  }

  #came(event, {records, caughtUp}) {
    this.#reached(event, {caughtUp});
    this.matched += records.length;
    this.#lines.push(...records);
    if (this.#lines.length > this.#keep) this.#lines.splice(0, this.#lines.length - this.#keep);
    const now = performance.now();
    this.#times.push([now, records.length]);
  }

  #reached(event, {caughtUp}) {
    this.trouble = null;
    if (caughtUp) this.caughtUp = true;
    if (event.lastEventId) this.#cursor = event.lastEventId;
  }

  /** The browser goes on by itself after a lost connection, not after a refusal: then what was wrong is asked for. */
  async #failed(source) {
    if (source !== this.#source) return;
    if (source.readyState !== EventSource.CLOSED) {
      this.trouble ??= 'The connection was lost. Trying again; nothing is skipped.';
      return;
    }
    try {
      const answer = await fetch(source.url, {signal: AbortSignal.timeout(3000)});
      this.trouble = answer.ok ? 'Reading ended.' : (await answer.json()).detail;
      answer.body?.cancel().catch(() => {});
    } catch {
      this.trouble = 'The console does not answer. Trying again.';
    }
    setTimeout(() => source === this.#source && !this.paused && this.#open(this.#cursor ? `cursor:${this.#cursor}` : this.#request.from), 3000);
  }

  /** Reading stops, and goes on later from exactly here: nothing piles up meanwhile. */
  pause() {
    this.paused = true;
    this.waiting = 0;
    this.#source?.close();
  }

  resume() {
    this.paused = false;
    this.#open(this.#cursor ? `cursor:${this.#cursor}` : this.#request.from);
  }

  clear() {
    this.#lines = [];
    this.#cleared = true;
    this.matched = 0;
  }

  /** Compares the topics' ends with where reading paused. */
  ends(topics) {
    if (!this.paused || !this.#cursor) return;
    const next = new Map();
    for (const part of this.#cursor.split(';')) {
      const colon = part.lastIndexOf(':');
      for (const pair of part.slice(colon + 1).split(',')) next.set(`${part.slice(0, colon)}:${pair.split('=')[0]}`, Number(pair.split('=')[1]));
    }
    this.waiting = topics.flatMap(topic => topic.partitions.map(each => Math.max(0, each.end - (next.get(`${topic.topic}:${each.partition}`) ?? each.end)))).reduce((a, b) => a + b, 0);
  }

  /** What is to be drawn, once. */
  take() {
    const now = performance.now();
    this.#times = this.#times.filter(([at]) => now - at < RATE_MS);
    this.perSecond = this.#times.reduce((sum, [, n]) => sum + n, 0) / (RATE_MS / 1000);
    const taken = {lines: this.#lines, cleared: this.#cleared};
    this.#lines = [];
    this.#cleared = false;
    return taken;
  }

  stop() {
    this.#source?.close();
    this.#source = null;
  }
}
