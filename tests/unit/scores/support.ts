/** Shared by the tests of scores. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A file that tests/data/scores/make.py wrote. */
export function reference<T>(name: string): T {
  return JSON.parse(readFileSync(path.join(import.meta.dirname, `../../data/scores/${name}.json`), 'utf8')) as T;
}
