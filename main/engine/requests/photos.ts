import { type KeptPhoto, type PhotoRequests, UserError } from '../../contract';
import type { FaceIsBack } from '../home/without-face';
import { reopenPhoto } from '../images/photo';
import type { OpenModel } from '../open-model/open-model';
import { batchOf, imageOf } from '../open-model/photos/encode';
import { lookAt, project } from '../open-model/photos/look';
import type { StoredPhoto } from '../open-model/photos/stored';
import { frameFor, ownPhotosOf } from '../open-model/photos/own-photos';
import type { Connection } from './connection';

export function photoRequests({
  open,
  window,
  photos,
  groups,
  traits,
  bookmarks,
  priority,
}: Connection): PhotoRequests {
  const renew = (opened: OpenModel): AbortSignal => {
    opened.projecting.abort();
    opened.projecting = new AbortController();
    return AbortSignal.any([opened.projecting.signal, opened.closing.signal]);
  };
  /** What takes back that a photo was forgotten, by its id. */
  const forgotten = new Map<string, { putBack: () => Promise<void>; named: FaceIsBack[] }>();
  const rowOf = ({ photos: { entries } }: OpenModel, photo: string) => entries.findIndex(({ id }) => id === photo);
  const described = async (
    { model, facesTrainedOn }: OpenModel,
    photo: StoredPhoto,
    row: number,
  ): Promise<KeptPhoto> => {
    const stored = await reopenPhoto(await photos.file(model, photo));
    const original = await imageOf(model, stored, await frameFor(model, stored, photo));
    return { id: photo.id, name: photo.name, face: facesTrainedOn + row, original: batchOf(model, original) };
  };

  return {
    async lookAtPhoto(id, file, name) {
      const opened = open.find(id);
      renew(opened);
      const { looked, shown } = await lookAt(opened.model, file, name);
      opened.looked = looked;
      return shown;
    },

    async projectPhoto(id, frame) {
      const opened = open.find(id);
      const { model, looked, geometry } = opened;
      const signal = renew(opened);
      if (!looked) throw new UserError('not-found.photo');
      const projection = await project(model, looked, frame, {
        signal,
        turn: () => priority.turn(),
        onProgress: (done, total) => window.onPhotoProgress(id, done / total),
      });
      return { ...projection, typicality: await geometry.typicality(projection.code) };
    },

    cancelPhoto: async (id) => open.find(id).projecting.abort(),

    async keepPhoto(id, name) {
      const opened = open.find(id);
      const { model, looked } = opened;
      if (!looked?.projected) throw new UserError('not-found.photo');
      const kept = await photos.add(model, looked.photo.file, { name, ...looked.projected });
      opened.photos = await ownPhotosOf(model, photos);
      return described(
        opened,
        kept,
        opened.photos.entries.findIndex((photo) => photo.id === kept.id),
      );
    },

    async photos(id) {
      const opened = open.find(id);
      return Promise.all(opened.photos.entries.map((photo, row) => described(opened, photo, row)));
    },

    async forgetPhoto(id, photo) {
      const opened = open.find(id);
      const { model, facesTrainedOn } = opened;
      const row = rowOf(opened, photo);
      if (row < 0) return;
      const putBack = await photos.forget(model, opened.photos.entries[row]);
      opened.photos = await ownPhotosOf(model, photos);
      const face = facesTrainedOn + row;
      const named = [
        await groups.withoutFace(opened, face),
        await traits.withoutFace(opened, face),
        await bookmarks.withoutFace(model.card, face),
      ];
      forgotten.set(photo, { putBack, named });
    },

    async takeBackPhoto(id, photo) {
      const opened = open.find(id);
      const known = forgotten.get(photo);
      if (!known) throw new UserError('not-found.photo');
      await known.putBack();
      forgotten.delete(photo);
      opened.photos = await ownPhotosOf(opened.model, photos);
      const face = opened.facesTrainedOn + rowOf(opened, photo);
      for (const isBack of known.named) await isBack(face);
    },
  };
}
