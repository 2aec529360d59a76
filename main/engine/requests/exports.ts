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

/** Faces in one file, frames of a film, codes as numbers. */
const MOST_FACES = 4096;
/** Frames of a film decoded by one request: more would keep others waiting for long. */
const MOST_FRAMES_AT_ONCE = 64;
const MOST_FRAMES = 3600;
const MOST_NUMBERS = 1e6;

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
  const checkNames = (names: readonly string[], count: number) => {
    if (names.length !== count) throw new UserError('bad-settings.names', { names: names.length, codes: count });
  };

  return {
    async picture(id, code, options, occasion) {
      const { model } = open.findFor(id, code);
      const packet = encodeProvenance(provenanceOf(model.card, code, occasion));
      return picture(await priority.urgent(() => model.decodePixels(code)), 0, options, packet);
    },

    async viewPicture(id, png, code, format, occasion) {
      const { model } = open.findFor(id, code);
      return pictureFrom(png, format, encodeProvenance(provenanceOf(model.card, code, occasion)));
    },

    async contactSheet(id, codes, options, occasion) {
      const opened = open.findFor(id, codes, 1, MOST_FACES);
      const images = await decodeAll(opened.model, codes, watchOf(id, opened));
      return contactSheet(images, options, encodeProvenance(provenanceOf(opened.model.card, codes, occasion)));
    },

    async movingPicture(id, codes, options, occasion) {
      const opened = open.findFor(id, codes, 1, MOST_FRAMES);
      const packet = encodeProvenance(provenanceOf(opened.model.card, codes, occasion));
      return flightFilm(opened.model, codes, options, packet, watchOf(id, opened));
    },

    async codesFile(id, codes, names, format) {
      const { latentSize } = open.findFor(id, codes, 1, MOST_NUMBERS).model;
      if (names) checkNames(names, codes.length / latentSize);
      return codesFile(codes, latentSize, names, format);
    },

    async collection(id, codes, names, positions, format) {
      const opened = open.findFor(id, codes, 1, MOST_FACES);
      checkNames(names, codes.length / opened.model.latentSize);
      if (positions.length !== 3 * names.length)
        throw new UserError('bad-settings.positions', { positions: positions.length / 3, codes: names.length });
      const watch = watchOf(id, opened);
      const images = await decodeAll(opened.model, codes, watch);
      return collection({ images, codes, latentSize: opened.model.latentSize, names, positions }, format, watch);
    },

    async enlarged(id, codes, size) {
      const { model } = open.findFor(id, codes, 1, MOST_FRAMES_AT_ONCE);
      await priority.turn();
      return enlarged(await model.decodePixels(codes), size);
    },

    cancelExport: async (id) => open.find(id).exporting.abort(),

    async provenancePacket(id, codes, occasion) {
      return encodeProvenance(provenanceOf(open.findFor(id, codes, 1, MOST_FACES).model.card, codes, occasion));
    },

    async provenance(picture) {
      const made = decodeProvenance(picture);
      return made && { made, path: await library.pathOf(made.model) };
    },
  };
}
