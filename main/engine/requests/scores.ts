import type { ScoreRequests, ScoreStage } from '../../contract';
import type { Connection } from './connection';

export function scoreRequests({ open, window, scoring }: Connection): ScoreRequests {
  return {
    boundLatest: async (id, code) => open.find(id).boundLatest(code),

    scores: async (id) => scoring.known(open.find(id).model),

    async score(id, folder) {
      const { model, closing } = open.find(id);
      const onProgress = (done: number, total: number, stage: ScoreStage) =>
        window.onScoreProgress(id, stage, done, total);
      return scoring.score(model, folder, { onProgress, signal: closing.signal });
    },

    cancelScore: async (id) => scoring.cancel(open.find(id).model),

    samples: async (id, from, count, seed) => scoring.samples(open.find(id).model, from, count, seed),
  };
}
