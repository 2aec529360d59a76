/** Synthetic faces as a data set of the app: drawn when they are first asked for, then kept. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../../contract';
import { throwIfCancelled } from '../../scheduling/watch';
import { startThread } from '../../scheduling/start';
import type { ImageWatch } from '../each';
import { FACTORS_FILE } from './factors';
import type { FacesMessage } from './messages';
import { checkFaces, type FacesSettings } from './write';

/**
 * The folder of these faces below `home`, drawn in a thread unless it is there.
 * @throws UserError as `writeFaces`
 */
export async function facesFolder(home: string, settings: FacesSettings, watch: ImageWatch): Promise<string> {
  checkFaces(settings);
  const { count, seed, size } = settings;
  const folder = path.join(home, 'datasets', `Synthetic faces ${count}, seed ${seed}, ${size} px`);
  // A folder of faces is put in its place whole.
  if (!existsSync(path.join(folder, FACTORS_FILE))) await drawInThread(folder, settings, watch);
  return folder;
}

function drawInThread(folder: string, settings: FacesSettings, { onProgress, signal }: ImageWatch): Promise<void> {
  throwIfCancelled(signal);
  return new Promise((resolve, reject) => {
    const worker = startThread(import.meta.url, 'worker', { folder, settings });
    const cancel = () => worker.postMessage('cancel');
    signal?.addEventListener('abort', cancel);
    const end = (error?: UserError) => {
      signal?.removeEventListener('abort', cancel);
      if (error) reject(error);
      else resolve();
    };
    worker.on('message', (message: FacesMessage) => {
      if (message === 'written') end();
      else if ('done' in message) onProgress?.(message.done, message.total, 'drawing faces');
      else end(UserError.of(message));
    });
    const died = (how: string) => end(new UserError('process-died.drawing', { how }));
    worker.on('error', (error) => died(error.message));
    worker.on('exit', (code) => died(`exit code ${code}`)); // after "written" this says nothing any more
  });
}
