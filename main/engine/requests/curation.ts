import path from 'node:path';
import { type CurationRequests, UserError } from '../../contract';
import { fromHome, safeParts } from '../files';
import { curateFolder, pictureOf, UnreadableImage } from '../images';
import type { Connection } from './connection';

export function curationRequests({ window, gone }: Connection): CurationRequests {
  let curating = new AbortController();
  return {
    async curateFolder(folder, size, align, crop, height) {
      curating.abort(); // the window shows one folder at a time
      curating = new AbortController();
      const onProgress = (done: number, total: number) => window.onFolderProgress(folder, done, total);
      const signal = AbortSignal.any([curating.signal, gone]);
      return curateFolder(path.resolve(fromHome(folder)), { size, height, align, crop, onProgress, signal });
    },

    async imageIn(folder, file) {
      try {
        safeParts(file); // refuses what leads out of the folder
        return await pictureOf(path.join(path.resolve(fromHome(folder)), file));
      } catch (error) {
        if (!(error instanceof UnreadableImage)) throw error;
        throw new UserError('bad-image.unusable', { file, reason: error.reason });
      }
    },

    cancelCuration: async () => curating.abort(),
  };
}
