import path from 'node:path';
import type { TrainingRequests } from '../../contract';
import { fromHome } from '../files';
import { discardRun, graphicsCard, networkOf, openStartingModel, unfinishedRunsIn } from '../runs';
import type { Connection } from './connection';

export function trainingRequests({ runs, estimates, library }: Connection): TrainingRequests {
  return {
    graphicsCard,
    startingNetwork: async (model) => {
      const { manifest } = await openStartingModel(fromHome(model));
      return { ...networkOf(manifest), motif: manifest.training.motif };
    },
    estimateRun: (planned, count, channels) => estimates.run(planned, count, channels),
    startTraining: (settings) => runs.start(settings),
    pauseTraining: async (id) => runs.pause(id),
    resumeTraining: async (id) => runs.resume(id),
    stopTraining: async (id) => runs.stop(id),
    cancelTraining: async (id) => runs.cancel(id),
    runs: async () => runs.snapshots(),
    unfinishedRuns: async () => unfinishedRunsIn(await library.neighbourhoods()),
    continueTraining: (out, changes) => runs.continue(path.resolve(out), changes),
    discardTraining: (out) => discardRun(path.resolve(out)),
  };
}
