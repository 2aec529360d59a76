import type { ImageRequests } from '../../contract';
import { listFolder } from '../folders';
import { inspectFolder } from '../images';
import { facesFolder } from '../images/synthetic/drawing';
import type { Connection } from './connection';

export function imageRequests({ window, home, gone }: Connection): ImageRequests {
  let inspection = new AbortController();
  let drawing = new AbortController();
  return {
    listFolder,

    async inspectFolder(folder, size, align, curation, height) {
      inspection.abort(); // the window shows one report at a time
      inspection = new AbortController();
      const onProgress = (done: number, total: number) => window.onFolderProgress(folder, done, total);
      const signal = AbortSignal.any([inspection.signal, gone]);
      return inspectFolder(folder, { size, height, align, curation, onProgress, signal });
    },

    async syntheticFaces(count, seed, size) {
      drawing.abort();
      drawing = new AbortController();
      const onProgress = (done: number, total: number) => window.onFacesProgress(done, total);
      const signal = AbortSignal.any([drawing.signal, gone]);
      return facesFolder(home, { count, seed, size }, { onProgress, signal });
    },

    cancelSyntheticFaces: async () => drawing.abort(),
  };
}
