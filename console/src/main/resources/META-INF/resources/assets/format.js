// How numbers, times and names read.
const whole = new Intl.NumberFormat('en-GB');
const clock = new Intl.DateTimeFormat('en-GB', {hour: '2-digit', minute: '2-digit', second: '2-digit'});
const minute = new Intl.DateTimeFormat('en-GB', {hour: '2-digit', minute: '2-digit'});
const day = new Intl.DateTimeFormat('en-GB', {day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit'});

export const count = n => (n === null || n === undefined ? '–' : whole.format(n));
export const time = at => clock.format(new Date(at));
export const hour = at => minute.format(new Date(at));
export const millis = at => `${clock.format(new Date(at))}.${String(new Date(at).getMilliseconds()).padStart(3, '0')}`;

/** The time, with its day where that isn't today. */
export function when(at) {
  if (!at) return '–';
  const date = new Date(at);
  return date.toDateString() === new Date().toDateString() ? clock.format(date) : day.format(date);
}

export function span(ms) {
  if (ms === null || ms === undefined || Number.isNaN(ms)) return '–';
  if (ms < 0) ms = 0;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
  return `${Math.floor(seconds / 86400)} d ${Math.round((seconds % 86400) / 3600)} h`;
}

/** One unit only, for what is old anyway. */
export function age(at, now = Date.now()) {
  const seconds = Math.max(0, (now - new Date(at)) / 1000);
  if (seconds < 1) return 'now';
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86400)} d`;
}

/** ISO 8601 as the API writes it (PT1M30.5S), in milliseconds. */
export function duration(text) {
  const parts = /^PT(?:([\d.]+)H)?(?:([\d.]+)M)?(?:([\d.]+)S)?$/.exec(text ?? '');
  return parts ? ((Number(parts[1] ?? 0) * 60 + Number(parts[2] ?? 0)) * 60 + Number(parts[3] ?? 0)) * 1000 : null;
}

/** Four significant digits, never an exponent: a run may cost a millionth. */
export function amount(value) {
  const number = Number(value);
  if (number === 0) return '0';
  const digits = Math.max(0, 3 - Math.floor(Math.log10(Math.abs(number))));
  const text = number.toFixed(Math.min(digits, 12));
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

export const money = m => (m ? `${amount(m.amount)} ${m.currency}` : '–');
export const bytes = n => (n < 1024 ? `${n} B` : n < 1048576 ? `${(n / 1024).toFixed(1)} KiB` : `${(n / 1048576).toFixed(1)} MiB`);
export const shortTopic = topic => topic.replace(/^barecount\./, '');
export const shortType = type => type.replace(/^barecount\./, '');
export const shortId = id => id.slice(-12);
export const shortDigest = digest => (digest ? `${digest.replace(/^sha256:/, '').slice(0, 12)}…` : '–');
export const plural = (n, one, many = `${one}s`) => `${count(n)} ${n === 1 ? one : many}`;
