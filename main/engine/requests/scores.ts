import type { ModelId, ScoreRequests, ScoreStage } from '../../contract';
import type { Connection } from './connection';

export function scoreRequests({ open, window, scoring }: Connection): ScoreRequests {
  const watch = (id: ModelId) => ({
    onProgress: (done: number, total: number, stage: ScoreStage) => window.onScoreProgress(id, stage, done, total),
    signal: open.find(id).closing.signal,
  });
  return {
    boundLatest: async (id, code) => open.findFor(id, code).boundLatest(code),

    scores: async (id) => scoring.known(open.find(id).model),

    score: async (id, folder) => scoring.score(open.find(id).model, folder, watch(id)),

    fitMixture: async (id) => scoring.fitMixture(open.find(id).model, watch(id)),

    cancelScore: async (id) => scoring.cancel(open.find(id).model),

    samples: async (id, from, count, seed) => scoring.samples(open.find(id).model, from, count, seed),
  };
}
