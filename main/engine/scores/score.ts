/** All scores of a model: on a folder of images, or from its codes alone. */
import { UserError, type ScoreReport, type ScoreStage } from '../../contract';
import type { Images } from '../images';
import type { Model } from '../models';
import type { Watch } from '../scheduling/watch';
import { scoreBound } from './likelihood/bound';
import { decodeImages, encodeImages, midpoints, mixtureCodes, randomRows, type Encoded } from './codes/codes';
import { loadScoredImages, type ScoredImages } from './data';
import { scoreDrift, spreadOf } from './codes/drift';
import { readFactors, scoreFactors, type Labelled } from './codes/factors';
import { IN_BETWEEN_FACTORS, scoreInBetween, type Synthetic } from './codes/in-between';
import { likelihoodOf } from './likelihood/likelihood';
import { codesToFit, FEWEST_CODES, fitToCodes, type FittedMixture } from './samples/mixture';
import { fitPca } from './reconstruction/pca';
import { scoreReconstruction } from './reconstruction/reconstruction';
import { MOST_SAMPLES, scoreSampling } from './samples/samples';

export interface ScoreOptions extends Watch<[what: ScoreStage]> {
  /** Importance samples an image, 1 to 5000. */
  importanceSamples?: number;
  /** Told which images are scored, before they are. */
  onImages?: (images: ScoredImages) => void;
}

export const DEFAULT_IMPORTANCE_SAMPLES = 64;
const MOST_IMPORTANCE_SAMPLES = 5000;
/** Codes whose drift is measured. */
const DRIFT_CODES = 256;
/** Pairs of faces a factor. */
const PAIRS = 24;
/** Names the draws from prior and mixture. */
const SEED = 0;

export interface Scored {
  report: ScoreReport;
  /** The mixture of its codes; null for a model of too few images. */
  fitted: FittedMixture | null;
}

/**
 * What needs an encoder is null for a model without one.
 * @param folder of images; null: none, and only what codes and networks tell. Samples are then compared with what the
 * training images' codes decode to.
 * @throws UserError as `loadScoredImages`; `bad-settings`, `cancelled`
 */
export async function scoreModel(
  model: Model,
  folder: string | null,
  { importanceSamples = DEFAULT_IMPORTANCE_SAMPLES, onImages, onProgress, signal }: ScoreOptions = {},
): Promise<Scored> {
  if (!Number.isInteger(importanceSamples) || importanceSamples < 1 || importanceSamples > MOST_IMPORTANCE_SAMPLES) {
    throw new UserError('bad-settings.importance-samples', { most: MOST_IMPORTANCE_SAMPLES, count: importanceSamples });
  }
  const from = performance.now();
  const during = (what: ScoreStage): Watch => ({
    signal,
    onProgress: (done, total) => onProgress?.(done, total, what),
  });
  const d = model.card.latentSize;
  const watch = {
    signal,
    onProgress: (done: number, total: number, what: string) => onProgress?.(done, total, what as ScoreStage),
  };
  const data = folder === null ? null : await loadScoredImages(model, folder, watch);
  if (data) onImages?.(data);

  /** Images that can be encoded. */
  const seen = model.card.canEncode ? data : null;

  const training = await trainingCodes(model, data, during('encoding'));
  const heldOut = seen && (await encodeImages(model, seen.heldOut, during('encoding')));
  const reconstruction = seen && (await reconstructions(model, seen, during));
  const bound =
    seen && training && (await boundOf(model, seen, training, importanceSamples, during('computing bounds')));

  const toFit = training && codesToFit(training.mu, training.logVar);
  const fitted =
    !toFit || toFit.length / d < FEWEST_CODES ? null : await fitToCodes(toFit, d, during('fitting a mixture'));
  const all = training && (heldOut ? concatenated(training.mu, heldOut.mu) : training.mu);
  const known = all && randomRows(all, d, MOST_SAMPLES);
  const count = Math.max(DRIFT_CODES, known ? known.length / d : Math.min(MOST_SAMPLES, joinedCount(data)));
  const drawn = {
    prior: await model.draw(count, SEED),
    ...(fitted && { mixture: mixtureCodes(fitted.mixture, count, SEED) }),
  };
  const real = data ? joined(data) : await decodeImages(model, known!, during('comparing samples'));
  const sets = {
    ...(seen && known && { reconstructions: known }),
    interpolations: midpoints(known ?? drawn.prior, d),
    ...drawn,
  };
  const sampling = await scoreSampling(model, real, sets, during('comparing samples'));
  return {
    fitted,
    report: {
      data: data && {
        folder: data.folder,
        split: data.split,
        trainingImages: data.training.count,
        heldOutImages: data.heldOut.count,
        skipped: data.skipped,
      },
      reconstruction,
      bound,
      mixture: fitted?.facts ?? null,
      sampling: sampling && { reference: data ? 'images' : 'reconstructions', ...sampling },
      drift:
        model.card.canEncode && training ? await driftOf(model, training.mu, drawn, during('measuring drift')) : null,
      inBetween: seen && (await inBetweenOf(model, seen, during('drawing faces in between'))),
      factors: seen && training && heldOut && (await factorsOf(seen, d, training.mu, heldOut.mu)),
      measuredAt: new Date().toISOString(),
      seconds: (performance.now() - from) / 1000,
    },
  };
}

/** A mixture of the codes that the model brings. @throws UserError as `scoreModel`, `no-images` when there are too few */
export async function fitMixture(
  model: Model,
  { onProgress, signal }: Watch<[ScoreStage]> = {},
): Promise<FittedMixture> {
  const watch = {
    signal,
    onProgress: (done: number, total: number) => onProgress?.(done, total, 'fitting a mixture'),
  };
  const codes = await trainingCodes(model, null, watch);
  return fitToCodes(codesToFit(codes!.mu, codes!.logVar), model.card.latentSize, watch);
}

/** The training images' codes: of the folder, or those the model brings; null where the folder alone has to do. */
async function trainingCodes(model: Model, data: ScoredImages | null, watch: Watch): Promise<Encoded | null> {
  if (data && model.card.canEncode) return encodeImages(model, data.training, watch);
  if (model.codes && model.codes.length >= 2 * model.card.latentSize) return { mu: model.codes, logVar: model.logVar };
  if (data) return null;
  throw new UserError('bad-model.no-codes-to-score', { path: model.card.path });
}

async function reconstructions(model: Model, data: ScoredImages, during: (what: ScoreStage) => Watch) {
  const pca = await fitPca(data.training, model.card.latentSize, during('fitting linear PCA'));
  const measured = await scoreReconstruction(model, pca, data.heldOut, during('reconstructing'));
  return { ...measured, pca: { ...measured.pca, components: pca.count } };
}

async function boundOf(model: Model, data: ScoredImages, { logVar }: Encoded, samples: number, watch: Watch) {
  if (!logVar || !model.source) return null;
  const likelihood = likelihoodOf(model.source.manifest, model.card.path);
  // of a folder that it was not trained on, the model has seen nothing
  const unseen = data.split === 'fixed' ? joined(data) : data.heldOut;
  const { files } = model.source.manifest;
  return scoreBound(model, likelihood, unseen, { samples, networks: JSON.stringify(files), ...watch });
}

const joinedCount = (data: ScoredImages | null) => (data ? data.training.count + data.heldOut.count : 0);

function joined({ training, heldOut }: ScoredImages): Images {
  const pixels = new Uint8Array(training.pixels.length + heldOut.pixels.length);
  pixels.set(training.pixels);
  pixels.set(heldOut.pixels, training.pixels.length);
  return { ...training, count: training.count + heldOut.count, pixels };
}

function concatenated(a: Float32Array, b: Float32Array): Float32Array {
  const both = new Float32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

async function driftOf(
  model: Model,
  codes: Float32Array,
  drawn: { prior: Float32Array; mixture?: Float32Array },
  { signal, onProgress }: Watch,
) {
  const d = model.card.latentSize;
  const spread = spreadOf(codes, d);
  const sets = [codes, drawn.prior, ...(drawn.mixture ? [drawn.mixture] : [])];
  const some = sets.map((set) => set.subarray(0, DRIFT_CODES * d));
  const total = some.reduce((sum, set) => sum + set.length / d, 0);
  let before = 0;
  const estimates = [];
  for (const set of some) {
    const watch = { signal, onProgress: (done: number) => onProgress?.(before + done, total) };
    estimates.push(await scoreDrift(model, set, spread, watch));
    before += set.length / d;
  }
  const [real, prior, mixture = null] = estimates;
  return { real, prior, mixture };
}

/** Where the images are synthetic faces, as they were drawn: others can be drawn between them. */
async function inBetweenOf(model: Model, data: ScoredImages, watch: Watch) {
  const factors = await readFactors(data.folder);
  const areSynthetic = factors !== null && IN_BETWEEN_FACTORS.every((name) => factors.names.includes(name));
  if (!areSynthetic || model.faces) return null;
  const synthetic: Synthetic = {
    ...model.card,
    encode: (images) => model.encode(images),
    decode: (codes) => model.decode(codes),
  };
  return scoreInBetween(synthetic, PAIRS, watch);
}

/** Scores on known factors, where `factors.csv` lies beside the images and names enough of them. */
async function factorsOf(data: ScoredImages, d: number, training: Float32Array, heldOut: Float32Array) {
  const factors = await readFactors(data.folder);
  if (!factors) return null;
  const labelled = (files: string[], codes: Float32Array): Labelled => {
    const rows = files.flatMap((file, n) => (factors.byFile.has(file) ? [n] : []));
    const kept = new Float32Array(rows.length * d);
    rows.forEach((n, to) => kept.set(codes.subarray(n * d, (n + 1) * d), to * d));
    const values = factors.names.map((_, k) => Float64Array.from(rows, (n) => factors.byFile.get(files[n])![k]));
    return { codes: kept, values };
  };
  const [fitted, others] = [labelled(data.trainingFiles, training), labelled(data.heldOutFiles, heldOut)];
  if (fitted.codes.length / d < 2 || others.codes.length === 0) return null;
  return scoreFactors(factors.names, d, fitted, others);
}
