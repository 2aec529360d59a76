/** The engine as windows see it: the requests of the contract over models, images and runs. */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import {
  type EngineApi,
  type FaceBound,
  type HoleReading,
  type ImageBatch,
  type ModelId,
  type Standing,
  type ScoreStage,
  UserError,
  type WindowApi,
} from '../contract';
import { Family } from './beta-family/family';
import { Bookmarks } from './bookmarks';
import { FaceGroups } from './face-groups';
import { cloudCodes, cloudOf } from './cloud';
import { encodeFiles } from './encode';
import { film } from './exports/film';
import { trainingFilm } from './film';
import { holesCsv, holesNpy } from './exports/holes';
import { png } from './exports/png';
import { listFolder } from './folders';
import { Geometry } from './geometry';
import { Holes } from './holes';
import { inspectFolder } from './images';
import { facesFolder } from './images/synthetic/drawing';
import { latestOnly } from './latest';
import { NearestPoints } from './space/nearest-points';
import { Library, type Places } from './library';
import { compareAll, type Model, openModel } from './models';
import { tracePath } from './paths';
import { Priority } from './priority';
import { discardRun, graphicsCard, Runs, unfinishedRunsIn } from './runs';
import { faceBound } from './scores';
import { Scoring } from './scoring';

/** Importance samples for the face one looks at: a fraction of a second. */
const FACE_SAMPLES = 64;

/** Codes decoded by one request: more would keep others waiting for long. */
const MOST_CODES = 4096;

/** Found by one request: more would be no neighbours. */
const MOST_NEIGHBOURS = 200;

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

      async neighbours(id, code, count) {
        const { model } = find(id);
        const { latentSize } = model.card;
        if (code.length !== latentSize || !Number.isInteger(count) || count < 1 || count > MOST_NEIGHBOURS) {
          throw new UserError('bad-settings', `At most ${MOST_NEIGHBOURS} neighbours of a code of this model.`);
        }
        const search = new NearestPoints(cloudCodes(model), latentSize, count);
        search.find(code, 0);
        const { indices, squares, found } = search;
        return {
          faces: Uint32Array.from(indices.subarray(0, found)),
          distances: Float32Array.from(squares.subarray(0, found), Math.sqrt),
        };
      },
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

/** A model as one window has it open. */
class OpenModel {
  /** Aborted when the model is closed: what is still computed for it ends. */
  readonly closing = new AbortController();
  /** Aborted when the paths that are being traced are no longer wanted. */
  pathing = new AbortController();
  readonly decodeLatest: (code: Float32Array) => Promise<ImageBatch | null>;
  readonly boundLatest: (code: Float32Array) => Promise<FaceBound | null>;
  readonly holes: Holes;
  readonly holeLatest: (code: Float32Array) => Promise<HoleReading | null>;
  readonly geometry: Geometry;
  readonly standingLatest: (code: Float32Array) => Promise<Standing | null>;
  /** Aborted when the hole map that is being measured is no longer wanted. */
  mapping = new AbortController();

  constructor(
    readonly model: Model,
    priority: Priority,
  ) {
    this.decodeLatest = latestOnly((code) => priority.urgent(() => model.decodePixels(code)));
    this.boundLatest = latestOnly((code) => faceBound(model, code, FACE_SAMPLES));
    this.holes = new Holes(model, priority);
    this.holeLatest = latestOnly((code) => priority.urgent(() => this.holes.at(code)));
    const { latentSize } = model.card;
    this.geometry = new Geometry({
      codes: cloudCodes(model),
      logVar: model.logVar,
      latentSize,
      data: model.codes !== null,
    });
    this.standingLatest = latestOnly((code) => this.geometry.standing(code));
  }

  readonly close = async (): Promise<void> => {
    this.closing.abort();
    this.geometry.dispose();
    await this.model.release();
  };
}
