// The platform's API, as any program uses it.

export class Refused extends Error {
  constructor(status, problem, path) {
    super(problem?.detail ?? `${path} answered ${status}`);
    this.status = status;
    this.title = problem?.title;
  }
}

async function problemOf(answer) {
  try {
    return await answer.json();
  } catch {
    return null;
  }
}

export async function get(path, signal) {
  const answer = await fetch(path, {headers: {accept: 'application/json'}, signal});
  if (!answer.ok) throw new Refused(answer.status, await problemOf(answer), path);
  return answer.json();
}

/** Null where there is no such thing (yet). */
export async function find(path, signal) {
  try {
    return await get(path, signal);
  } catch (failure) {
    if (failure.status === 404) return null;
    throw failure;
  }
}

export async function post(path, body) {
  const answer = await fetch(path, {
    method: 'POST', headers: {'content-type': 'application/json', accept: 'application/json'}, body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Refused(answer.status, await problemOf(answer), path);
  return answer.json();
}

export function query(parameters) {
  const set = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== null && each !== undefined && each !== '' && each !== false) set.append(name, each);
    }
  }
  const text = set.toString();
  return text ? `?${text}` : '';
}
