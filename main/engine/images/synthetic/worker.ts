/** A thread that draws a folder of synthetic faces: drawing would hold up the faces that the engine decodes. */
import { parentPort, workerData } from 'node:worker_threads';
import { UserError } from '../../../contract';
import { type FacesJob, type FacesMessage } from './messages';
import { writeFaces } from './write';

/** Milliseconds between reports of progress. */
const REPORT_EVERY = 100;

const { folder, settings } = workerData as FacesJob;
const port = parentPort!;
const tell = (message: FacesMessage) => port.postMessage(message);

const aborter = new AbortController();
port.on('message', () => aborter.abort());

let reported = 0;
const onProgress = (done: number, total: number) => {
  if (performance.now() - reported < REPORT_EVERY && done < total) return;
  reported = performance.now();
  tell({ done, total });
};

try {
  await writeFaces(folder, settings, { onProgress, signal: aborter.signal });
  tell('written');
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  tell(error.failure);
} finally {
  port.close();
}
