/** Threads that answer one job after the other, as many as there are cores. */
import type { Message } from '../../contract';
import os from 'node:os';
import { parentPort, type TransferListItem, type Worker } from 'node:worker_threads';
import { startThread } from './start';

/** What a thread sends back: its answer, or the reason why there is none (an expected one; anything else ends the thread). */
export type Answer<Result> = { result: Result } | { refused: Message };

/** A thread's own side: answers each job. @param transfer what of an answer moves instead of being copied */
export function answerJobs<Job, Result>(
  answer: (job: Job) => Promise<Answer<Result>>,
  transfer: (result: Result) => TransferListItem[] = () => [],
): void {
  const port = parentPort!;
  port.on('message', (job: Job) => {
    void answer(job).then((given) => port.postMessage(given, 'result' in given ? transfer(given.result) : []));
  });
}

interface Waiting<Job, Result> {
  job: Job;
  transfer: TransferListItem[];
  resolve(answer: Answer<Result>): void;
  reject(error: Error): void;
}

interface Thread<Job, Result> {
  worker: Worker;
  /** What it works on. */
  current: Waiting<Job, Result> | null;
}

export class Pool<Job, Result> {
  readonly #from: string;
  readonly #name: string;
  readonly #waiting: Waiting<Job, Result>[] = [];
  readonly #threads = new Set<Thread<Job, Result>>();

  /**
   * @param from `import.meta.url` of the module in whose folder the thread's module lies
   * @param name of that module
   */
  constructor(from: string, name: string) {
    this.#from = from;
    this.#name = name;
  }

  /** Rejects when the thread dies of the job; the next one gets a new thread. */
  run(job: Job, transfer: TransferListItem[] = []): Promise<Answer<Result>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ job, transfer, resolve, reject });
      this.#next();
    });
  }

  #next(): void {
    if (this.#waiting.length === 0) return;
    const thread = this.#idle();
    if (!thread) return;
    thread.current = this.#waiting.shift()!;
    thread.worker.ref();
    thread.worker.postMessage(thread.current.job, thread.current.transfer);
  }

  #idle(): Thread<Job, Result> | null {
    for (const thread of this.#threads) if (!thread.current) return thread;
    return this.#threads.size < os.availableParallelism() ? this.#start() : null;
  }

  #start(): Thread<Job, Result> {
    const thread: Thread<Job, Result> = { worker: startThread(this.#from, this.#name, null), current: null };
    this.#threads.add(thread);
    const finish = (settle: (job: Waiting<Job, Result>) => void) => {
      const { current } = thread;
      thread.current = null;
      thread.worker.unref(); // one that waits for work keeps no process alive
      if (current) settle(current);
      this.#next();
    };
    const died = (error: Error) => {
      this.#threads.delete(thread);
      finish(({ reject }) => reject(error));
    };
    thread.worker.on('message', (answer: Answer<Result>) => finish(({ resolve }) => resolve(answer)));
    thread.worker.on('error', died);
    thread.worker.on('exit', () => died(new Error('a thread ended without an answer')));
    return thread;
  }
}
