/** Feeds of the next step, made by a thread of their own while the runtime blocks this one. */
import { startThread } from '../../scheduling/start';
import type { ImageLayout } from '../ops/convolution';
import type { Images } from './batches';
import type { Arrays, FeedsConfig } from './feeds';
import { END, type FeedsJob, NONE, NOT_STARTED, READY, WANTED } from './messages';

/** Milliseconds after which feeds that are in the making are not waited for: the thread may have ended. */
const PATIENCE = 500;

export class FeedsAhead {
  readonly #steps: Int32Array;
  readonly #shared: Arrays;

  /**
   * Images in shared memory are not copied.
   * @param fed what a step is fed, of the lengths that are to be filled
   */
  constructor(images: Images, layout: ImageLayout, config: FeedsConfig, fed: Arrays) {
    const control = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
    this.#steps = new Int32Array(control);
    this.#steps.set([NONE, NOT_STARTED]);
    const shared = Object.fromEntries(
      Object.entries(fed).map(([name, { byteLength }]) => [name, new SharedArrayBuffer(byteLength)]),
    );
    this.#shared = Object.fromEntries(Object.entries(shared).map(([name, buffer]) => [name, new Float32Array(buffer)]));
    const job: FeedsJob = { images, layout, config, shared, control };
    startThread(import.meta.url, 'worker', job).on('error', (error) => {
      this.#steps.set([NONE, NOT_STARTED]);
      console.error('The training thread prepares its own images, for the thread beside it ended:', error.message);
    });
  }

  /** Has the feeds of a step made. Those made before are gone then. */
  ask(step: number): void {
    Atomics.store(this.#steps, WANTED, step);
    Atomics.notify(this.#steps, WANTED);
  }

  /** Copies what `step` is fed to `arrays`. @returns false where it was not asked for, or the thread is not there */
  take(step: number, arrays: Arrays): boolean {
    if (Atomics.load(this.#steps, WANTED) !== step) return false;
    for (;;) {
      const ready = Atomics.load(this.#steps, READY);
      if (ready === step) break;
      if (ready === NOT_STARTED) return false;
      if (Atomics.wait(this.#steps, READY, ready, PATIENCE) === 'timed-out') return false;
    }
    for (const [name, values] of Object.entries(this.#shared)) arrays[name].set(values);
    return true;
  }

  end(): void {
    this.ask(END);
  }
}
