import { type ExportRequests, UserError } from '../../contract';
import { codesFile } from '../exports/codes-file';
import { collection } from '../exports/collection';
import { flightFilm } from '../exports/flight-film';
import { contactSheet, enlarged, picture, pictureFrom } from '../exports/picture';
import { decodeProvenance, encodeProvenance, provenanceOf } from '../exports/provenance';
import { decodeAll } from '../models';
import type { OpenModel } from '../open-model/open-model';
import type { Watch } from '../scheduling/watch';
import type { Connection } from './connection';

/** Faces in one file; a film's are limited by its own function. */
const MOST_FACES = 4096;
/** Frames of a film decoded by one request: more would keep others waiting for long. */
const MOST_FRAMES_AT_ONCE = 64;

export function exportRequests({ open, window, library, priority }: Connection): ExportRequests {
  const watchOf = (id: string, opened: OpenModel): Watch => {
    opened.exporting.abort(); // the window writes one file at a time
    opened.exporting = new AbortController();
    return {
      signal: AbortSignal.any([opened.exporting.signal, opened.closing.signal]),
      turn: () => priority.turn(),
      onProgress: (done, total) => window.onExportProgress(id, done, total),
    };
  };
  const checkCount = (codes: Float32Array, { model }: OpenModel) => {
    if (codes.length <= MOST_FACES * model.latentSize) return;
    throw new UserError('bad-settings.too-many-faces', { most: MOST_FACES });
  };

  return {
    async picture(id, code, options, occasion) {
      const { model } = open.find(id);
      const packet = encodeProvenance(provenanceOf(model.card, code, occasion));
      return picture(await priority.urgent(() => model.decodePixels(code)), 0, options, packet);
    },

    async viewPicture(id, png, code, format, occasion) {
      const { model } = open.find(id);
      return pictureFrom(png, format, encodeProvenance(provenanceOf(model.card, code, occasion)));
    },

    async contactSheet(id, codes, options, occasion) {
      const opened = open.find(id);
      checkCount(codes, opened);
      const images = await decodeAll(opened.model, codes, watchOf(id, opened));
      return contactSheet(images, options, encodeProvenance(provenanceOf(opened.model.card, codes, occasion)));
    },

    async movingPicture(id, codes, options, occasion) {
      const opened = open.find(id);
      const packet = encodeProvenance(provenanceOf(opened.model.card, codes, occasion));
      return flightFilm(opened.model, codes, options, packet, watchOf(id, opened));
    },

    async codesFile(id, codes, names, format) {
      return codesFile(codes, open.find(id).model.latentSize, names, format);
    },

    async collection(id, codes, names, positions, format) {
      const opened = open.find(id);
      checkCount(codes, opened);
      const watch = watchOf(id, opened);
      const images = await decodeAll(opened.model, codes, watch);
      return collection({ images, codes, latentSize: opened.model.latentSize, names, positions }, format, watch);
    },

    async enlarged(id, codes, size) {
      const { model } = open.find(id);
      if (codes.length > MOST_FRAMES_AT_ONCE * model.latentSize) {
        throw new UserError('bad-settings.too-many-frames', { most: MOST_FRAMES_AT_ONCE });
      }
      await priority.turn();
      return enlarged(await model.decodePixels(codes), size);
    },

    cancelExport: async (id) => open.find(id).exporting.abort(),

    async provenancePacket(id, codes, occasion) {
      return encodeProvenance(provenanceOf(open.find(id).model.card, codes, occasion));
    },

    async provenance(picture) {
      const made = decodeProvenance(picture);
      return made && { made, path: await library.pathOf(made.model) };
    },
  };
}
