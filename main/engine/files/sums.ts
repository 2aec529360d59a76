/**
 * SHA256SUMS, as `sha256sum` writes and checks it: how a folder whose files say nothing of themselves is known again,
 * file by file.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FolderKind } from './folder';
import { unchanged } from './sha256';

export const SUMS = 'SHA256SUMS';

/** A kind of folder that keeps the sums of its files beside them. @param named whether another file may be called so */
export function kindWithSums(what: FolderKind['what'], named: (name: string) => boolean): FolderKind {
  return {
    what,
    named: (name) => name === SUMS || named(name),
    async ours(folder, names) {
      if (!names.includes(SUMS)) return new Set();
      const sums = parse(await readFile(join(folder, SUMS), 'utf8').catch(() => ''));
      return sums ? (await unchanged(folder, names, sums)).add(SUMS) : new Set();
    },
    seal: {
      name: SUMS,
      content: (sums) => new TextEncoder().encode([...sums].map(([name, sum]) => `${sum}  ${name}\n`).join('')),
    },
  };
}

/** Sums by name; null when some line is not one. */
function parse(text: string): Record<string, string> | null {
  const lines = text.split('\n').filter((line) => line !== '');
  const pairs = lines.map((line) => /^([0-9a-f]{64}) {2}(.+)$/.exec(line));
  if (!pairs.every((pair) => pair !== null)) return null;
  return Object.fromEntries(pairs.map(([, sum, name]) => [name, sum]));
}
