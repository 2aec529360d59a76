/** One trained model, measured on faces that no model of the experiment has seen. */
import type { Estimate } from '../../contract';
import type { Images } from '../images';
import { pickImages } from '../images';
import { type Model, priorCodes } from '../models';
import {
  codesToFit,
  encodeImages,
  fitToCodes,
  type ImagePca,
  likelihoodOf,
  midpoints,
  mixtureCodes,
  scoreBound,
  scoreDrift,
  scoreInBetween,
  scoreReconstruction,
  scoreSampling,
  spreadOf,
} from '../scores';
import type { Plan } from './plan';

/** What codes are decoded and compared with real faces, and those faces among themselves as the floor. */
export const SETS = ['real', 'reconstructions', 'interpolations', 'prior', 'mixture'] as const;
export type SetName = (typeof SETS)[number];

/** What was measured of a model, or of several that differ in their seed alone. */
export interface Scores {
  /** Of test faces: mean squared error per value in 0..1, PSNR in dB, SSIM. */
  reconstructionMse: Estimate;
  psnr: Estimate;
  ssim: Estimate;
  /** The same error of linear PCA with as many components, and PCA's minus the model's, face by face. */
  pcaMse: Estimate;
  advantageOverPca: Estimate;
  /** Error of decoded midpoints over the model's own of the true middles, pair by pair; the two errors. */
  inBetween: Estimate;
  inBetweenByFactor: Record<string, Estimate>;
  midpointMse: Estimate;
  middleMse: Estimate;
  /** Fréchet distance to real faces, and shares: of those within the range of real ones, of real ones covered. */
  samplingDistance: Record<SetName, Estimate>;
  withinRange: Record<SetName, Estimate>;
  coverage: Record<SetName, Estimate>;
  /** ‖E(D(z)) − z‖ over the spread of the training faces' codes. */
  drift: Record<'real' | 'prior' | 'mixture', Estimate>;
  /** Components of the fitted mixture. */
  components: Estimate;
  /** Of a VAE, in nats per face: the bound, the tighter one by importance weighting, the KL term; active latents. */
  bound: Record<'elbo' | 'iwae' | 'kl' | 'activeUnits', Estimate> | null;
}

/** Codes from the mixture that the report shows. */
export const SHOWN = 16;

export interface Measured {
  scores: Scores;
  /** The first `SHOWN` codes drawn from the mixture, `[SHOWN, latentSize]`: fitting it again would take long. */
  fromMixture: number[];
}

const DRIFT_CODES = 256;

/**
 * @param pca of the training faces
 * @param seed names the codes drawn
 * @param onStage told when one of `STAGES` stages is over
 * @throws UserError `cancelled`
 */
export async function measure(
  model: Model,
  pca: ImagePca,
  test: Images,
  { importanceSamples, boundImages, pairs, replicas }: Plan,
  { seed, signal, onStage }: { seed: number; signal?: AbortSignal; onStage?(): void },
): Promise<Measured> {
  const { latentSize: d, imageSize, channels } = model.card;
  const watch = { signal };
  const stage = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work;
    onStage?.();
    return result;
  };
  const networks = {
    latentSize: d,
    imageSize,
    channels,
    encode: (images: Float32Array) => model.encode(images),
    decode: (codes: Float32Array) => model.decode(codes),
  };
  const trained = model.codes!;

  const { model: ours, pca: linear, advantage } = await stage(scoreReconstruction(model, pca, test, watch));
  const { mixture, facts } = await stage(fitToCodes(codesToFit(trained, model.logVar), d, watch));
  const known = (await encodeImages(model, test, watch)).mu;
  const sets = {
    reconstructions: known,
    interpolations: midpoints(known, d),
    prior: priorCodes(d, test.count, seed),
    mixture: mixtureCodes(mixture, test.count, seed),
  };
  const sampling = await stage(scoreSampling(networks, test, sets, { replicas, ...watch }));
  if (!sampling) throw new Error(`${test.count} test faces are too few to compare samples with.`);
  const quality = (of: 'frechet' | 'precision' | 'coverage') =>
    Object.fromEntries(SETS.map((name) => [name, sampling.sets[name][of]])) as Record<SetName, Estimate>;

  const spread = spreadOf(trained, d);
  const driftOf = (codes: Float32Array) => scoreDrift(networks, codes.subarray(0, DRIFT_CODES * d), spread, watch);
  const drift = {
    real: await driftOf(known),
    prior: await driftOf(sets.prior),
    mixture: await driftOf(sets.mixture),
  };
  onStage?.();
  const between = await stage(scoreInBetween(networks, pairs, watch));
  const scores: Scores = {
    reconstructionMse: ours.mse,
    psnr: ours.psnr,
    ssim: ours.ssim!,
    pcaMse: linear.mse,
    advantageOverPca: advantage,
    inBetween: between.ratio,
    inBetweenByFactor: Object.fromEntries(between.byFactor.map(({ factor, ratio }) => [factor, ratio])),
    midpointMse: between.midpoint,
    middleMse: between.reconstruction,
    samplingDistance: quality('frechet'),
    withinRange: quality('precision'),
    coverage: quality('coverage'),
    drift,
    components: { value: facts.components, interval: null, count: 1 },
    bound: await stage(boundOf()),
  };
  return { scores, fromMixture: Array.from(sets.mixture.subarray(0, SHOWN * d)) };

  async function boundOf(): Promise<Scores['bound']> {
    if (model.card.kind !== 'vae') return null;
    const likelihood = likelihoodOf(model.source!.manifest, model.card.path);
    const some = pickImages(
      test,
      Array.from({ length: Math.min(boundImages, test.count) }, (_, n) => n),
    );
    const { elbo, iwae, kl, activeUnits } = await scoreBound(networks, likelihood, some, {
      samples: importanceSamples,
      ...watch,
    });
    return { elbo, iwae, kl, activeUnits };
  }
}

/** How often `measure` tells that a stage is over. */
export const STAGES = 6;
