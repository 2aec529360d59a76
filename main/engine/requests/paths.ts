import type { PathRequests } from '../../contract';
import { tracePath } from '../open-model/paths';
import type { Connection } from './connection';

export function pathRequests({ open, window, bookmarks, priority }: Connection): PathRequests {
  const turn = () => priority.turn();
  return {
    async tracePath(id, kind, stops, frames) {
      const opened = open.find(id);
      const signal = AbortSignal.any([opened.pathing.signal, opened.closing.signal]);
      return tracePath(opened.model, kind, stops, frames, {
        signal,
        turn,
        onProgress: (done, total, codes) => window.onPathProgress(id, kind, done / total, codes),
      });
    },

    async cancelPaths(id) {
      const opened = open.find(id);
      opened.pathing.abort();
      opened.pathing = new AbortController();
    },

    bookmarks: async (id) => bookmarks.of(open.find(id).model.card),
    keepBookmarks: async (id, list) => bookmarks.keep(open.find(id).model.card, list),
  };
}
