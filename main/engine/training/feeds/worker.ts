/** A thread that prepares what the next step is fed while the runtime computes this one. */
import { workerData } from 'node:worker_threads';
import { Feeds } from './feeds';
import { END, type FeedsJob, NONE, READY, WANTED } from './messages';

const { images, layout, config, shared, control } = workerData as FeedsJob;
const steps = new Int32Array(control);
const feeds = new Feeds(images, layout, config);
const arrays = Object.fromEntries(Object.entries(shared).map(([name, buffer]) => [name, new Float32Array(buffer)]));

Atomics.store(steps, READY, NONE);
for (let made = NONE; ;) {
  Atomics.wait(steps, WANTED, made);
  const step = Atomics.load(steps, WANTED);
  if (step === END) break;
  if (step === made) continue;
  feeds.fill(step, arrays);
  made = step;
  Atomics.store(steps, READY, step);
  Atomics.notify(steps, READY);
}
