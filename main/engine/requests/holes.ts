import type { HoleRequests } from '../../contract';
import { holesCsv, holesNpy } from '../exports/holes';
import type { Connection } from './connection';

export function holeRequests({ open, window, priority }: Connection): HoleRequests {
  return {
    async holeScale(id) {
      const { holes, closing } = open.find(id);
      return holes.scale(closing.signal);
    },

    holeReading: async (id, code) => priority.urgent(() => open.find(id).holes.at(code)),

    async holeMap(id, request) {
      const opened = open.find(id);
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
