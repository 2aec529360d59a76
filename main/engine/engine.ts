/** The engine as windows see it: the requests of the contract over models, images and runs. */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { type EngineApi, type ModelId, type ScoreStage, UserError, type WindowApi } from '../contract';
import { Family } from './beta-family/family';
import { cloudOf } from './explore/cloud';
import { encodeFiles } from './explore/encode';
import { neighboursOf } from './explore/neighbours';
import { OpenModel } from './explore/open-model';
import { tracePath } from './explore/paths';
import { trainingFilm } from './explore/training-film';
import { film } from './exports/film';
import { holesCsv, holesNpy } from './exports/holes';
import { png } from './exports/png';
import { listFolder } from './folders';
import { Bookmarks } from './home/bookmarks';
import { FaceGroups } from './home/face-groups';
import { Library, type Places } from './home/library';
import { inspectFolder } from './images';
import { facesFolder } from './images/synthetic/drawing';
import { compareAll, openModel } from './models';
import { discardRun, graphicsCard, Runs, unfinishedRunsIn } from './runs';
import { Priority } from './scheduling/priority';
import { Scoring } from './scores/scoring';

/** Codes decoded by one request: more would keep others waiting for long. */
const MOST_CODES = 4096;

export interface Engine {
  /** The engine for one window. `dispose` when the window has gone: it closes its models; training goes on. */
  connect(window: WindowApi): EngineApi & { dispose(): void };
  /** Ends everything, training included. */
  dispose(): void;
}

/** One engine a process: windows share the training runs and the list of models, and each has its own open models. */
export function createEngine(places: Places): Engine {
  const library = new Library(places);
  const bookmarks = new Bookmarks(places.home);
  const groups = new FaceGroups(places.home);
  const scoring = new Scoring();
  const family = new Family(path.join(places.models, 'beta-family'));
  const windows = new Set<WindowApi>();
  const priority = new Priority();
  const runs = new Runs({
    library: library.folder,
    emit(id, event) {
      for (const window of windows) {
        window.onTraining(id, event);
        if (event.event === 'done') window.onModelsChanged();
      }
    },
  });

  function connect(window: WindowApi) {
    windows.add(window);
    const open = new Map<ModelId, OpenModel>();
    let inspection = new AbortController();
    let drawing = new AbortController();

    const find = (id: ModelId): OpenModel => {
      const found = open.get(id);
      if (!found) throw new UserError('not-found', 'This model is not open any more. Open it again.');
      return found;
    };

    return {
      listModels: () => library.list(),

      async openModel(file, layout) {
        const model = await openModel(path.resolve(file), layout);
        const id = randomUUID();
        open.set(id, new OpenModel(model, priority));
        try {
          if (await library.remember(model.card)) for (const each of windows) each.onModelsChanged();
        } catch (error) {
          // A full disk must not keep a person from looking at a model.
          console.warn(`The model just opened could not be remembered: ${(error as Error).message}`);
        }
        return { id, card: model.card };
      },

      async closeModel(id) {
        const { close } = find(id);
        open.delete(id);
        await close();
      },

      async cloud(id) {
        const { model, geometry, closing } = find(id);
        const onProgress = (done: number, total: number) => window.onCloudProgress(id, done, total);
        return cloudOf(model, geometry, { onProgress, signal: closing.signal });
      },

      frame: async (id, choice) => find(id).geometry.frame(choice, (share) => window.onFrameProgress(id, share)),

      standingLatest: async (id, code) => find(id).standingLatest(code),

      async decode(id, codes) {
        const { model } = find(id);
        if (codes.length > MOST_CODES * model.card.latentSize) {
          throw new UserError('bad-settings', `At most ${MOST_CODES} codes can be decoded at a time.`);
        }
        return priority.urgent(() => model.decodePixels(codes));
      },

      decodeLatest: async (id, code) => find(id).decodeLatest(code),

      compare: async (id, paths) => compareAll(find(id).model.source?.manifest ?? null, paths),

      boundLatest: async (id, code) => find(id).boundLatest(code),

      holeScale: async (id) => {
        const { holes, closing } = find(id);
        return holes.scale(closing.signal);
      },

      holeLatest: async (id, code) => find(id).holeLatest(code),

      async holeMap(id, request) {
        const opened = find(id);
        opened.mapping.abort();
        opened.mapping = new AbortController();
        return opened.holes.map(request, {
          signal: AbortSignal.any([opened.mapping.signal, opened.closing.signal]),
          onProgress: (done, total, map) => window.onHoles(id, done, total, map),
        });
      },

      cancelHoleMap: async (id) => find(id).mapping.abort(),

      holeFile: async (map, format) => (format === 'csv' ? holesCsv(map) : holesNpy(map)),

      async encodeFiles(id, paths) {
        const { model, closing } = find(id);
        const { codes, skipped } = await encodeFiles(model, '', paths, { signal: closing.signal });
        return { codes, skipped };
      },

      async png(id, code, size) {
        return png(await find(id).model.decodePixels(code), 0, size);
      },

      async tracePath(id, kind, stops, frames) {
        const opened = find(id);
        const signal = AbortSignal.any([opened.pathing.signal, opened.closing.signal]);
        return tracePath(opened.model, kind, stops, frames, {
          signal,
          onProgress: (share, codes) => window.onPathProgress(id, kind, share, codes),
        });
      },

      async cancelPaths(id) {
        const opened = find(id);
        opened.pathing.abort();
        opened.pathing = new AbortController();
      },

      async film(id, codes, format, fps) {
        const { model, closing } = find(id);
        return film(model, codes, format, fps, closing.signal);
      },

      neighbours: async (id, code, count) => neighboursOf(find(id).model, code, count),

      faceGroups: async (id) => groups.of(find(id).model),
      keepFaceGroups: async (id, list) => groups.keep(find(id).model, list),
      bookmarks: async (id) => bookmarks.of(find(id).model.card),
      keepBookmarks: async (id, list) => bookmarks.keep(find(id).model.card, list),

      async trainingFilm(id) {
        const { model, geometry } = find(id);
        return trainingFilm(model, await geometry.principal());
      },

      scores: async (id) => scoring.known(find(id).model),

      async score(id, folder) {
        const { model, closing } = find(id);
        const onProgress = (stage: ScoreStage, done: number, total: number) =>
          window.onScoreProgress(id, stage, done, total);
        return scoring.score(model, folder, { onProgress, signal: closing.signal });
      },

      cancelScore: async (id) => scoring.cancel(find(id).model),

      samples: (id, from, count, seed) => scoring.samples(find(id).model, from, count, seed),

      betaFamily: (seed) => priority.urgent(() => family.look(seed)),

      listFolder,

      async inspectFolder(folder, size, align) {
        inspection.abort(); // the window shows one report at a time
        inspection = new AbortController();
        const onProgress = (done: number, total: number) => window.onFolderProgress(folder, done, total);
        return inspectFolder(folder, { size, align, onProgress, signal: inspection.signal });
      },

      async syntheticFaces(count, seed, size) {
        drawing.abort();
        drawing = new AbortController();
        const onProgress = (done: number, total: number) => window.onFacesProgress(done, total);
        return facesFolder(places.home, { count, seed, size }, { onProgress, signal: drawing.signal });
      },

      cancelSyntheticFaces: async () => drawing.abort(),

      graphicsCard,
      startTraining: (settings) => runs.start(settings),
      pauseTraining: async (id) => runs.pause(id),
      resumeTraining: async (id) => runs.resume(id),
      stopTraining: async (id) => runs.stop(id),
      cancelTraining: async (id) => runs.cancel(id),
      runs: async () => runs.snapshots(),
      unfinishedRuns: async () => unfinishedRunsIn(await library.neighbourhoods()),
      continueTraining: (out, changes) => runs.continue(path.resolve(out), changes),
      discardTraining: (out) => discardRun(path.resolve(out)),

      dispose() {
        windows.delete(window);
        inspection.abort();
        drawing.abort();
        for (const { close } of open.values()) void close();
        open.clear();
      },
    } satisfies EngineApi & { dispose(): void };
  }

  return { connect, dispose: () => runs.dispose() };
}
