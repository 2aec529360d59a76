// What a tree of processes uses, as the operating system counts it.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Ticks of a second in which Linux counts processor time: fixed for programs since 2.6. */
const TICKS = 100;
/** Rest is this long with less processor time than that, milliseconds and seconds. */
export const REST_MS = 1000;
const RESTING = 0.2;

/**
 * Every process below these, themselves included. None where `ps` is missing.
 * @param {(number | undefined)[]} roots
 * @returns {number[]}
 */
export function treeOf(...roots) {
  let all;
  try {
    all = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' });
  } catch {
    return [];
  }
  const pairs = all
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const family = roots.filter((pid) => pid !== undefined);
  for (const pid of family) family.push(...pairs.filter(([, parent]) => parent === pid).map(([child]) => child));
  return family;
}

/**
 * Processor time used so far, seconds; null where the system does not say it finely enough.
 * @param {number[]} pids
 */
export function cpuSeconds(pids) {
  if (process.platform !== 'linux' || pids.length === 0) return null;
  let ticks = 0;
  for (const pid of pids) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // the name in brackets may hold anything: count from behind it
      const [, , , , , , , , , , , user, system] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      ticks += Number(user) + Number(system);
    } catch {
      // it has ended meanwhile
    }
  }
  return ticks / TICKS;
}

/**
 * Returns when processes have rested for `REST_MS`, after a minute at most; after ten seconds where the system does not say
 * what they do.
 * @param {number[]} pids
 */
export async function untilRest(pids) {
  for (let seconds = 0; seconds < 60; seconds++) {
    const before = cpuSeconds(pids);
    if (before === null) return sleep(10_000);
    await sleep(REST_MS);
    if (Number(cpuSeconds(pids)) - before < RESTING) return;
  }
}

/**
 * Memory held, megabytes, pages that processes share counted once; null where the system does not say.
 * @param {number[]} pids
 */
export function megabytes(pids) {
  if (process.platform !== 'linux' || pids.length === 0) return null;
  let kilobytes = 0;
  for (const pid of pids) {
    try {
      kilobytes += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch {
      // it has ended meanwhile
    }
  }
  return Math.round(kilobytes / 1000);
}
