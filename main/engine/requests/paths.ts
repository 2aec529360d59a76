import type { PathRequests } from '../../contract';
import { tracePath } from '../open-model/paths';
import type { Connection } from './connection';

const MOST_STOPS = 1000;

export function pathRequests({ open, window, bookmarks, priority }: Connection): PathRequests {
  const turn = () => priority.turn();
  return {
    async tracePath(id, kind, stops, frames) {
      const opened = open.findFor(id, stops, 2, MOST_STOPS);
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
    changeBookmarks: async (id, change) => bookmarks.change(open.find(id).model.card, change),
  };
}
