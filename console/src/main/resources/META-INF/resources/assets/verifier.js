// Checks the whole log in this browser. What it finds are values; showing them is the page's.
import {TILE, base64, checkpoint, hashesOf, hex, keyOf, leafHash, leavesOf, root, same, tilePath, unbase64} from './merkle.js';

const AT_ONCE = 4;

async function bytes(path, signal) {
  const answer = await fetch(path, {signal});
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: the log can’t be read.`);
  return new Uint8Array(await answer.arrayBuffer());
}

function tilesOf(size) {
  const tiles = [];
  for (let first = 0; first < size; first += TILE) tiles.push({index: first / TILE, first, width: Math.min(TILE, size - first)});
  return tiles;
}

async function inParallel(items, work, signal) {
  let next = 0;
  await Promise.all(Array.from({length: AT_ONCE}, async () => {
    while (next < items.length) {
      signal.throwIfAborted();
      await work(items[next++]);
    }
  }));
}

/** What this browser has seen of a log before: its key and its newest verified checkpoint. */
export const memory = {
  read(origin) {
    try {
      return JSON.parse(localStorage.getItem(`log ${origin}`));
    } catch {
      return null;
    }
  },
  write: (origin, seen) => localStorage.setItem(`log ${origin}`, JSON.stringify(seen)),
  forget: origin => localStorage.removeItem(`log ${origin}`),
};

/**
 * Verifies signature, tree and every entry, and that the log still begins with what was verified here before.
 *
 * @param onProgress({done, size}) as entries are checked
 * @returns {checkpoint, entries, altered: [{seq, lost}], faults: [text], remembered}
 */
export async function verify({verifierKey, onProgress, signal}) {
  const key = await keyOf(verifierKey);
  const seen = memory.read(key.origin);
  const faults = [];
  if (seen && seen.verifierKey !== verifierKey) {
    faults.push(`The log is signed by another key than the one that was seen here on ${new Date(seen.at).toLocaleString('en-GB')}.`);
  }
  const answer = await fetch('/ledger/checkpoint', {signal});
  if (!answer.ok) throw new Error(`The ledger answered ${answer.status}: there is no checkpoint to check.`);
  const signed = await checkpoint(await answer.text(), key);
  if (signed.signature === 'invalid') faults.push('The checkpoint’s signature does not verify: it was not signed by this key.');

  const tiles = tilesOf(signed.size);
  const hashes = new Array(signed.size);
  const altered = [];
  let done = 0;
  await inParallel(tiles, async tile => {
    const path = tilePath(tile.index, tile.width);
    const [tree, bundle] = await Promise.all([bytes(`/ledger/tile/0/${path}`, signal), bytes(`/ledger/tile/entries/${path}`, signal)]);
    hashesOf(tree).forEach((hash, i) => { hashes[tile.first + i] = hash; });
    const leaves = leavesOf(bundle);
    const computed = await Promise.all(leaves.map(leafHash));
    for (let i = 0; i < tile.width; i++) {
      if (!computed[i] || !hashes[tile.first + i] || !same(computed[i], hashes[tile.first + i])) altered.push({seq: tile.first + i, lost: !leaves[i]?.length});
    }
    done += tile.width;
    onProgress({done, size: signed.size});
  }, signal);

  const computedRoot = await root(hashes);
  if (!same(computedRoot, signed.root)) faults.push('The tree’s root is not the one that was signed: hashes in the tree were changed.');
  if (seen?.size > signed.size) faults.push(`The log has ${signed.size} entries, but had ${seen.size} when it was verified here: entries were removed.`);
  else if (seen && !same(await root(hashes.slice(0, seen.size)), unbase64(seen.root))) faults.push(`The first ${seen.size} entries are not those that were verified here before: the log was rewritten.`);
  altered.sort((a, b) => a.seq - b.seq);
  if (!faults.length && !altered.length) memory.write(key.origin, {verifierKey, size: signed.size, root: base64(signed.root), at: new Date().toISOString()});
  return {checkpoint: {...signed, root: hex(signed.root)}, entries: signed.size, altered, faults, remembered: seen};
}
