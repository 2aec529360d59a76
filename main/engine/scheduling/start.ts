/** Threads and processes beside the engine's own. */
import { type ChildProcess, fork, type StdioOptions } from 'node:child_process';
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
 * @param args what the process finds in `process.argv` from 2 on
 */
export function startProcess(
  from: string,
  name: string,
  { args = [], stdio }: { args?: string[]; stdio?: StdioOptions } = {},
): ChildProcess {
  const compiled = from.endsWith('.js');
  return fork(fileURLToPath(new URL(`./${name}${compiled ? '.js' : '.ts'}`, from)), args, {
    serialization: 'advanced',
    stdio,
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

/** Where a process says that it takes too much memory. */
const MEMORY_PIPE = 4;
/** How often it looks how much it takes. */
const MEASURE_EVERY_MS = 100;

/** As `startProcess`, of a process that calls `endAboveMemory`. @param onTooLarge told before the process ends */
export function startBounded(from: string, name: string, bytes: number, onTooLarge: () => void): ChildProcess {
  const child = startProcess(from, name, {
    args: [String(bytes)],
    stdio: ['inherit', 'inherit', 'inherit', 'ipc', 'pipe'],
  });
  child.stdio[MEMORY_PIPE]!.on('data', onTooLarge);
  child.stdio[MEMORY_PIPE]!.on('error', () => {}); // it ends with the process
  return child;
}

/**
 * Ends this process, which `startBounded` started, once it takes more resident memory than it may: on any system, and
 * whatever its own thread does, for another one looks. Resolves when it has looked for the first time.
 */
export function endAboveMemory(): Promise<void> {
  const bytes = Number(process.argv[2]);
  const watch = `
    const { writeSync } = require('node:fs');
    const { parentPort } = require('node:worker_threads');
    const look = () => {
      if (process.memoryUsage.rss() <= ${bytes}) return;
      writeSync(${MEMORY_PIPE}, 'too large');
      process.kill(process.pid, 'SIGKILL');
    };
    look();
    parentPort.postMessage('looked');
    setInterval(look, ${MEASURE_EVERY_MS});`;
  const worker = new Worker(watch, { eval: true });
  worker.unref();
  return new Promise((resolve) => worker.once('message', () => resolve()));
}
