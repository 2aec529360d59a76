/** Threads and processes beside the engine's own. */
import { type ChildProcess, fork } from 'node:child_process';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/**
 * Starts the module `name` in the folder of the module at `from` (`import.meta.url`) as a thread.
 * @param workerData what the thread finds under that name
 */
export function startThread(from: string, name: string, workerData: unknown): Worker {
  const compiled = from.endsWith('.js');
  const script = new URL(`./${name}${compiled ? '.js' : '.ts'}`, from);
  // run from the sources, as tests do, it is compiled on the way
  const worker = compiled
    ? new Worker(script, { workerData })
    : new Worker(`import('tsx/esm/api').then((tsx) => (tsx.register(), import('${script.href}')))`, {
        workerData,
        eval: true,
      });
  worker.unref();
  return worker;
}

/**
 * Starts the module `name` in the folder of the module at `from` (`import.meta.url`) as a process. Messages keep typed
 * arrays as they are.
 */
export function startProcess(from: string, name: string): ChildProcess {
  const compiled = from.endsWith('.js');
  return fork(fileURLToPath(new URL(`./${name}${compiled ? '.js' : '.ts'}`, from)), [], {
    serialization: 'advanced',
    execArgv: compiled ? [] : ['--import', 'tsx'], // run from the sources, as tests do
  });
}

/** Lets the window go first: called by a process that computes for long. @param who begins the sentence if that fails */
export function giveWay(who: string): void {
  try {
    os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL);
  } catch (error) {
    console.error(`${who} at normal priority:`, (error as Error).message);
  }
}

/** How often a process looks whether the one that started it is still there. */
const LOOK_EVERY_MS = 500;

/**
 * Ends this process when the one that started it is gone, however that went, and whatever this one is computing: its own
 * thread may be in one run of a network that never ends, so another one looks.
 */
export function endWithParent(): void {
  const watch = `
    const parent = process.ppid;
    setInterval(() => {
      try {
        if (process.ppid !== parent) throw new Error();
        process.kill(parent, 0);
      } catch {
        process.kill(process.pid, 'SIGKILL');
      }
    }, ${LOOK_EVERY_MS});`;
  new Worker(watch, { eval: true }).unref();
}
