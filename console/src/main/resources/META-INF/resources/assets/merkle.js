// The log's arithmetic, by this browser: RFC 6962 trees, C2SP checkpoints and tiles. Nothing here asks the server whether it is right.
const ENCODER = new TextEncoder();
const LEAF = 0;
const NODE = 1;
export const TILE = 256;
const HASH = 32;

export const sha256 = async bytes => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
export const hex = bytes => Array.from(bytes, each => each.toString(16).padStart(2, '0')).join('');
export const unbase64 = text => Uint8Array.from(atob(text), each => each.charCodeAt(0));
export const base64 = bytes => btoa(String.fromCharCode(...bytes));
export const same = (a, b) => a.length === b.length && a.every((each, i) => each === b[i]);

function joined(prefix, ...parts) {
  const all = new Uint8Array(1 + parts.reduce((sum, part) => sum + part.length, 0));
  all[0] = prefix;
  let at = 1;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export const leafHash = leaf => sha256(joined(LEAF, leaf));
const nodeHash = (left, right) => sha256(joined(NODE, left, right));

/** RFC 6962, section 2.1: neighbours joined level by level, a last one without a neighbour goes up as it is. */
export async function root(hashes) {
  if (!hashes.length) return sha256(new Uint8Array(0));
  let level = hashes;
  while (level.length > 1) {
    const pairs = [];
    for (let i = 0; i + 1 < level.length; i += 2) pairs.push(nodeHash(level[i], level[i + 1]));
    const next = await Promise.all(pairs);
    if (level.length % 2) next.push(level.at(-1));
    level = next;
  }
  return level[0];
}

/** RFC 9162, section 2.1.3.2. */
export async function included(leaf, seq, size, proof, wanted) {
  let at = seq;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      hash = await nodeHash(sibling, hash);
      while (at % 2 === 0 && at !== 0) {
        at = Math.floor(at / 2);
        last = Math.floor(last / 2);
      }
    } else {
      hash = await nodeHash(hash, sibling);
    }
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && same(hash, wanted);
}

/** Of a C2SP verifier key, `origin+hash+base64`. */
export async function keyOf(verifierKey) {
  const [, origin, name, data] = /^(.+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(verifierKey.trim()) ?? [];
  if (!origin) throw new Error('A verifier key looks like origin+hash+base64.');
  const typed = unbase64(data);
  if (typed[0] !== 1 || typed.length !== 33) throw new Error('The verifier key is not one of Ed25519.');
  const hash = (await sha256(joined(0, ENCODER.encode(`${origin}\n`), typed).subarray(1))).subarray(0, 4);
  if (hex(hash) !== name) throw new Error('The verifier key’s name does not fit its bytes.');
  return {origin, hash, raw: typed.subarray(1)};
}

/**
 * The checkpoint in a note and how its signature stands: `valid`, `invalid`, or `unsupported` where this browser knows no Ed25519.
 */
export async function checkpoint(note, key) {
  const split = note.lastIndexOf('\n\n');
  if (split < 0) throw new Error('The checkpoint is no signed note.');
  const body = note.slice(0, split + 1);
  const [origin, size, rootText] = body.split('\n');
  const read = {origin, size: Number(size), root: unbase64(rootText)};
  if (!Number.isSafeInteger(read.size) || read.root.length !== HASH || origin !== key.origin) throw new Error(`The checkpoint is not one of ${key.origin}.`);
  let publicKey;
  try {
    publicKey = await crypto.subtle.importKey('raw', key.raw, 'Ed25519', false, ['verify']);
  } catch {
    return {...read, signature: 'unsupported'};
  }
  for (const line of note.slice(split + 2).split('\n')) {
    if (!line.startsWith(`\u2014 ${key.origin} `)) continue;
    const named = unbase64(line.slice(line.lastIndexOf(' ') + 1));
    if (same(named.subarray(0, 4), key.hash) && await crypto.subtle.verify('Ed25519', publicKey, named.subarray(4), ENCODER.encode(body))) {
      return {...read, signature: 'valid'};
    }
  }
  return {...read, signature: 'invalid'};
}

/** C2SP tlog-tiles: x001/x234/067, and 067.p/8 for a part of one. */
export function tilePath(index, width) {
  let path = String(index % 1000).padStart(3, '0');
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) path = `x${String(rest % 1000).padStart(3, '0')}/${path}`;
  return width === TILE ? path : `${path}.p/${width}`;
}

export function hashesOf(tile) {
  const hashes = [];
  for (let at = 0; at < tile.length; at += HASH) hashes.push(tile.subarray(at, at + HASH));
  return hashes;
}

/** The entries of a bundle, each after its length in two bytes. */
export function leavesOf(bundle) {
  const leaves = [];
  for (let at = 0; at + 2 <= bundle.length;) {
    const length = (bundle[at] << 8) | bundle[at + 1];
    leaves.push(bundle.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return leaves;
}
