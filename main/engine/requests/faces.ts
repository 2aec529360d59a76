import type { FaceRequests } from '../../contract';
import { cloudOf } from '../open-model/cloud';
import { neighboursOf } from '../open-model/neighbours';
import { noPhotos, ownPhotosOf } from '../open-model/photos/own-photos';
import type { Connection } from './connection';

export function faceRequests({ open, window, groups, library, photos }: Connection): FaceRequests {
  return {
    async cloud(id) {
      const opened = open.find(id);
      const { model, geometry, closing } = opened;
      opened.photos = await ownPhotosOf(model, photos).catch((error: Error) => {
        // the model opens all the same; what is kept stays where it is
        console.warn(`The photos kept with this model could not be read: ${error.message}`);
        return noPhotos();
      });
      const onProgress = (done: number, total: number) => window.onCloudProgress(id, done, total);
      const cloud = await cloudOf(model, geometry, opened.photos, { onProgress, signal: closing.signal });
      if (!model.source?.folder) {
        await library
          .keepMosaic(model.card, cloud.thumbnails, cloud.count - cloud.photos.length)
          .catch((error: Error) => {
            console.warn(`The picture of the model for its list could not be kept: ${error.message}`);
          });
      }
      return cloud;
    },

    typicality: async (id, code) => open.findFor(id, code).geometry.typicality(code),
    neighbours: async (id, code, count) => neighboursOf(open.findFor(id, code), code, count),

    faceGroups: async (id) => groups.of(open.find(id)),
    changeFaceGroups: async (id, change) => groups.change(open.find(id), change),
  };
}
