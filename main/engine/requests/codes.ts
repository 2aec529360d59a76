import type { CodeRequests } from '../../contract';
import { encodeFiles } from '../open-model/encode-files';
import type { Connection } from './connection';

/** Codes decoded by one request: more would keep others waiting for long. */
const MOST_CODES = 4096;

export function codeRequests({ open, priority }: Connection): CodeRequests {
  return {
    async decode(id, codes) {
      const { model } = open.findFor(id, codes, 1, MOST_CODES);
      return priority.urgent(() => model.decodePixels(codes));
    },

    async decodeLive(id, code) {
      const { live } = open.findFor(id, code);
      return priority.urgent(() => live.decode(code));
    },

    async encodeFiles(id, paths) {
      const { model, closing } = open.find(id);
      const { codes, skipped } = await encodeFiles(model, '', paths, { signal: closing.signal });
      return { codes, skipped };
    },
  };
}
