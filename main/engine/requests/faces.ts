import type { FaceRequests } from '../../contract';
import { cloudOf } from '../open-model/cloud';
import { neighboursOf } from '../open-model/neighbours';
import type { Connection } from './connection';

export function faceRequests({ open, window, groups, library }: Connection): FaceRequests {
  return {
    async cloud(id) {
      const { model, geometry, closing } = open.find(id);
      const onProgress = (done: number, total: number) => window.onCloudProgress(id, done, total);
      const cloud = await cloudOf(model, geometry, { onProgress, signal: closing.signal });
      if (!model.source?.folder) {
        await library.keepMosaic(model.card, cloud.thumbnails, cloud.count).catch((error: Error) => {
          console.warn(`The picture of the model for its list could not be kept: ${error.message}`);
        });
      }
      return cloud;
    },

    typicality: async (id, code) => open.findFor(id, code).geometry.typicality(code),
    neighbours: async (id, code, count) => neighboursOf(open.findFor(id, code).model, code, count),

    faceGroups: async (id) => groups.of(open.find(id).model),
    changeFaceGroups: async (id, change) => groups.change(open.find(id).model, change),
  };
}
