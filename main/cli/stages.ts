import { throttled } from '../engine/runs/monitoring/running-means';
import { duration } from '../engine/text';
import type { Output } from './output';
import { Remaining } from './remaining';

/** Milliseconds between two progress events. */
const PROGRESS_EVERY = 1000;

/** Tells how far work in stages is: programs by an event a second, people by the bar and the time left. */
export function stages<S extends string>(output: Output): (done: number, total: number, stage: S) => void {
  const remaining = new Remaining();
  const tell = throttled(PROGRESS_EVERY, (done: number, total: number, stage: S, secondsLeft: number | null) =>
    output.event({ event: 'progress', stage, done, total, secondsLeft }),
  );
  return (done, total, stage) => {
    const left = remaining.seconds(done, total, stage);
    tell(done, total, stage, left);
    output.progress(done, total, left === null ? stage : `${stage}, ${duration(left)} left`);
  };
}
