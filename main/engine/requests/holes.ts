import { type HoleMapArguments, type HoleRequests, UserError } from '../../contract';
import { holesCsv, holesNpy } from '../exports/holes';
import type { Connection } from './connection';

/** @throws UserError `bad-settings` for a frame of another model's codes */
function checkFrame({ frame, hidden }: HoleMapArguments, latentSize: number): void {
  const fits =
    frame.kind === 'layout'
      ? frame.positions.length > 0 && frame.codes.length * 3 === frame.positions.length * latentSize
      : frame.origin.length === latentSize && frame.axes.length === 3 * latentSize;
  if (fits && (hidden === undefined || hidden.length === latentSize)) return;
  throw new UserError('bad-settings.hole-frame', { latentSize });
}

export function holeRequests({ open, window, priority }: Connection): HoleRequests {
  return {
    async holeScale(id) {
      const { holes, closing } = open.find(id);
      return holes.scale(closing.signal);
    },

    holeReading: async (id, code) => priority.urgent(() => open.findFor(id, code).holes.at(code)),

    async holeMap(id, request) {
      const opened = open.find(id);
      checkFrame(request, opened.model.card.latentSize);
      opened.mapping.abort();
      opened.mapping = new AbortController();
      return opened.holes.map(request, {
        signal: AbortSignal.any([opened.mapping.signal, opened.closing.signal]),
        onProgress: (done, total, map) => window.onHoles(id, done, total, map),
      });
    },

    cancelHoleMap: async (id) => open.find(id).mapping.abort(),

    holeFile: async (map, format) => (format === 'csv' ? holesCsv(map) : holesNpy(map)),
  };
}
