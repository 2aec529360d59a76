/** A geometry thread: what would hold up the faces that the engine decodes is computed here. */
import { parentPort, workerData } from 'node:worker_threads';
import { TypicalityEstimator } from '../../space/holes/typicality';
import { framed } from './frames';
import type { FrameMessage, Job, TypicalityMessage } from './messages';

/** Milliseconds between reports of progress. */
const REPORT_EVERY = 100;

const job = workerData as Job;
const port = parentPort!;

if (job.task === 'frame') {
  let reported = performance.now();
  const tell = (message: FrameMessage) => port.postMessage(message);
  const result = framed(job.codes, job.choice, (share) => {
    if (performance.now() - reported < REPORT_EVERY) return;
    reported = performance.now();
    tell({ share });
  });
  tell({ result });
} else {
  const { codes, latentSize, logVar, data } = job.codes;
  const estimator = new TypicalityEstimator(codes, latentSize, logVar, data);
  port.on('message', (code: Float32Array) => port.postMessage(estimator.of(code) satisfies TypicalityMessage));
}
