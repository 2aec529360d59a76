/** Threads beside the engine's own. */
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
