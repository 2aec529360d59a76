// Ours against PyTorch: contestants take turns of a few steps, so that a slow moment of the machine hits them all.
import { spawn } from 'node:child_process';
import os from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../root.mjs';
import { say } from '../setup.mjs';
import { findTorch } from './find.mjs';

/** @typedef {(steps: number) => Promise<number[]>} Contestant milliseconds of each step */

export const AS_WRITTEN = 'as written';
/** As many threads as ours. */
export const THREADS = os.availableParallelism();
/** OpenBLAS, in builds that have it, must not start its own inside of PyTorch's. */
const FAIR = { OMP_NUM_THREADS: String(THREADS), OPENBLAS_NUM_THREADS: '1' };
/** Freed memory stays with the process: PyTorch is up to a seventh faster without the page faults. */
const TUNED = { MALLOC_MMAP_THRESHOLD_: String(2 ** 30), MALLOC_TRIM_THRESHOLD_: String(2 ** 32) };

const SCREENING_TURNS = 3;
const TURNS = 6;
/** PyTorch's formulations that take part in all turns, beside the one as everyone writes it. */
const FINALISTS = 3;

/**
 * @param {() => Promise<unknown>} work
 * @returns {Contestant}
 */
export const timed = (work) => async (steps) => {
  const times = [];
  for (let i = 0; i < steps; i++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return times;
};

/**
 * PyTorch's formulations are screened first; the best, and the one as everyone writes it, then race with ours.
 * @param {string} workload a name that bench.py knows
 * @param {[name: string, Contestant][]} own
 * @param {number} steps a turn, the first of which is not counted
 * @returns the version of PyTorch and its best formulation, null where there is none, and the median of each contestant
 */
export async function race(workload, own, steps) {
  const torch = await pytorch(workload);
  const { asWritten, formulations } = torch;
  /** @type {Map<string, number[]>} */
  const times = new Map();
  /** @param {[string, Contestant][]} contestants @param {number} turns */
  const run = async (contestants, turns) => {
    for (let turn = 0; turn < turns; turn++) {
      for (const [name, contestant] of contestants) {
        const [, ...counted] = await contestant(steps); // the first warms the caches
        times.set(name, [...(times.get(name) ?? []), ...counted]);
      }
    }
  };
  /** @type {[string, Contestant][]} */
  let finalists;
  try {
    for (const [, contestant] of own) await contestant(steps);
    if (asWritten) say(`Comparing ${formulations.length + 1} formulations of PyTorch with ours…`);
    await run(formulations, SCREENING_TURNS);
    // By the fastest of few steps: a median of so few may be that of a busy moment.
    const fastest = (/** @type {string} */ name) => Math.min(...(times.get(name) ?? []));
    finalists = formulations.sort(([a], [b]) => fastest(a) - fastest(b)).slice(0, FINALISTS);
    times.clear();
    await run(asWritten ? [...own, [AS_WRITTEN, asWritten], ...finalists] : own, TURNS);
  } finally {
    torch.end();
  }
  const milliseconds = Object.fromEntries([...times].map(([name, values]) => [name, median(values)]));
  const theirs = [...finalists.map(([name]) => name), ...(asWritten ? [AS_WRITTEN] : [])];
  const best = theirs.sort((a, b) => milliseconds[a] - milliseconds[b]).at(0) ?? null;
  return { version: torch.version, best, milliseconds };
}

/** @param {number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2;
}

/** PyTorch as it comes, and every other formulation with its memory allocator tuned. @param {string} workload */
async function pytorch(workload) {
  const { python, version, reason } = findTorch();
  /** @type {[string, Contestant][]} */
  const none = [];
  if (!python) {
    say(`PyTorch is not compared: ${reason}.`);
    return { version: null, asWritten: null, formulations: none, end: () => {} };
  }
  const plain = await startTorch(python, workload, {});
  const tuned = await startTorch(python, workload, TUNED);
  say(`Setting up PyTorch ${version}; compiling takes a minute…`);
  await plain.run(AS_WRITTEN)(1);
  const formulations = [];
  for (const name of tuned.formulations) {
    try {
      await tuned.run(name)(2);
      formulations.push(/** @type {[string, Contestant]} */ ([`${name}, tuned allocator`, tuned.run(name)]));
    } catch (error) {
      say(`PyTorch, ${name}: ${/** @type {Error} */ (error).message}`);
    }
  }
  const end = () => [plain, tuned].forEach((process) => process.end());
  return { version, asWritten: plain.run(AS_WRITTEN), formulations, end };
}

/**
 * @param {string} python
 * @param {string} workload
 * @param {Record<string, string>} environment
 */
async function startTorch(python, workload, environment) {
  const process_ = spawn(python, [join(root, 'scripts/torch/bench.py'), workload], {
    env: { ...process.env, ...FAIR, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let complaint = '';
  process_.stderr.setEncoding('utf8').on('data', (text) => (complaint = (complaint + text).slice(-1000)));
  process_.on('exit', (code, signal) => (complaint += ` (${signal ?? `exit code ${code}`})`));
  const lines = createInterface(process_.stdout)[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`PyTorch ended unexpectedly: ${complaint.trim()}`);
    return JSON.parse(value);
  };
  /** @type {{ formulations: string[] }} */
  const { formulations } = await answer();
  /** @param {string} name @returns {Contestant} */
  const run = (name) => async (steps) => {
    process_.stdin.write(`${name} ${steps}\n`);
    const times = await answer();
    if ('error' in times) throw new Error(times.error);
    return times;
  };
  return { formulations, run, end: () => process_.stdin.end() };
}
