/** Requests that become outdated while they wait. */
import { setImmediate } from 'node:timers/promises';

/**
 * Wraps `work` so that only the newest request runs: one overtaken before it starts resolves to null.
 * One runs at a time.
 */
export function latestOnly<Input, Output>(
  work: (input: Input) => Promise<Output>,
): (input: Input) => Promise<Output | null> {
  interface Request {
    input: Input;
    resolve(output: Output | null): void;
    reject(error: unknown): void;
  }
  let waiting: Request | null = null;
  let running = false;

  async function run(): Promise<void> {
    running = true;
    while (waiting) {
      // Requests that have arrived while the last one blocked the process are read now, and may replace this one.
      await setImmediate();
      const { input, resolve, reject }: Request = waiting;
      waiting = null;
      await work(input).then(resolve, reject);
    }
    running = false;
  }

  return (input) =>
    new Promise((resolve, reject) => {
      waiting?.resolve(null);
      waiting = { input, resolve, reject };
      if (!running) void run();
    });
}
