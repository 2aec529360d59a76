/** The report of scores that a model's manifest keeps. A part that makes no sense is left out, alone. */
import * as v from 'valibot';
import type { ScoreReport } from '../../../contract';

const finite = v.pipe(v.number(), v.finite());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const estimate = v.object({ value: finite, interval: v.nullable(v.tuple([finite, finite])), count });
const estimates = <const Name extends string>(...names: Name[]) =>
  v.object(Object.fromEntries(names.map((name) => [name, estimate])) as Record<Name, typeof estimate>);

const covariance = v.picklist(['full', 'diagonal']);
const reconstruction = { mse: estimate, psnr: estimate, ssim: v.nullable(estimate) };
const parts = {
  data: v.object({
    folder: v.string(),
    split: v.picklist(['training', 'fixed']),
    trainingImages: count,
    heldOutImages: count,
    skipped: count,
  }),
  reconstruction: v.object({
    model: v.object(reconstruction),
    pca: v.object({ ...reconstruction, components: count }),
    advantage: estimate,
  }),
  bound: v.object({
    ...estimates('reconstruction', 'kl', 'elbo', 'iwae', 'gap', 'effectiveSamples', 'activeUnits').entries,
    likelihood: v.variant('kind', [
      v.object({ kind: v.literal('gaussian'), sigma: finite, binarised: v.boolean(), beta: finite }),
      v.object({ kind: v.literal('bernoulli'), sigma: v.null(), binarised: v.boolean(), beta: finite }),
    ]),
    samples: count,
    bySamples: v.array(v.object({ samples: count, bound: estimate })),
    klPerDimension: v.array(finite),
    latentSize: count,
  }),
  mixture: v.object({
    components: count,
    covariance,
    codes: count,
    heldOut: finite,
    priorHeldOut: finite,
    candidates: v.array(v.object({ components: count, covariance, heldOut: finite })),
    seconds: finite,
  }),
  sampling: v.object({
    reference: v.picklist(['images', 'reconstructions']),
    featureSpace: v.object({ description: v.string(), size: count }),
    sampleSize: count,
    replicas: count,
    sets: v.record(v.string(), estimates('frechet', 'density', 'coverage', 'precision')),
    gradientEnergy: v.optional(v.record(v.string(), finite)),
  }),
  drift: v.object({ real: estimate, prior: estimate, mixture: v.nullable(estimate) }),
  factors: v.object({
    ...estimates('mig', 'disentanglement', 'completeness', 'informativeness').entries,
    factors: v.array(v.string()),
  }),
  inBetween: v.object({
    ...estimates('midpoint', 'reconstruction', 'ratio').entries,
    byFactor: v.array(v.object({ factor: v.string(), ratio: estimate })),
  }),
};

/** A part that was not measured is null; one that was not known yet when it was measured is missing. */
const part = <Part extends v.GenericSchema>(schema: Part) => v.fallback(v.nullish(schema, null), null);

export const scoreReport: v.GenericSchema<unknown, ScoreReport> = v.object({
  data: part(parts.data),
  reconstruction: part(parts.reconstruction),
  bound: part(parts.bound),
  mixture: part(parts.mixture),
  sampling: part(parts.sampling),
  drift: part(parts.drift),
  factors: part(parts.factors),
  inBetween: part(parts.inBetween),
  measuredAt: v.string(),
  seconds: v.pipe(finite, v.minValue(0)),
});
