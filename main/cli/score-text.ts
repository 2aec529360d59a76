/** A report of scores as tables for people. */
import type { Estimate, ReconstructionScores, ScoreReport } from '../contract';
import { estimateText as estimate } from '../engine/text';

type Part<Name extends keyof ScoreReport> = NonNullable<ScoreReport[Name]>;

/**
 * A table for each part of the report that was measured; every number has its 95 % interval.
 * @param model the model's name in the tables
 */
export function scoreText(report: ScoreReport, model: string): string {
  const { reconstruction, bound, mixture, sampling, drift, factors, inBetween } = report;
  const parts = [
    dataText(report),
    reconstruction && table(reconstructionRows(reconstruction, model)),
    bound && table(boundRows(bound)),
    mixture && table(mixtureRows(mixture)),
    sampling && `${table(samplingRows(sampling))}\n${samplingNote(sampling)}`,
    drift && table(driftRows(drift)),
    factors && table(factorRows(factors)),
    inBetween && table(inBetweenRows(inBetween)),
  ];
  return parts.filter((part) => part !== null).join('\n\n');
}

function dataText({ data, reconstruction }: ScoreReport): string {
  if (!data) return 'No images: scores from the codes and networks alone. Intervals are 95 %.';
  const { split, heldOutImages, trainingImages } = data;
  if (!reconstruction) {
    return `${heldOutImages + trainingImages} images. The model has no encoder: reconstructions, bounds, drift and factors are left out. Intervals are 95 %.`;
  }
  const which =
    split === 'training'
      ? 'held out in training'
      : 'a fixed fifth of this folder; the model was trained on another one';
  return `${heldOutImages} images (${which}); PCA fitted to ${trainingImages} others. Intervals are 95 %.`;
}

function reconstructionRows({ model, pca, advantage }: Part<'reconstruction'>, name: string): string[][] {
  const cells = ({ mse, psnr, ssim }: ReconstructionScores) => [
    estimate(mse),
    estimate(psnr),
    ssim ? estimate(ssim) : '–',
  ];
  return [
    ['Reconstruction', 'MSE', 'PSNR in dB', 'SSIM'],
    [name, ...cells(model)],
    [`PCA ${pca.components}`, ...cells(pca)],
    ['PCA − model', estimate(advantage)],
  ];
}

function boundRows(bound: Part<'bound'>): string[][] {
  const { likelihood, samples, latentSize } = bound;
  const name = likelihood.kind === 'bernoulli' ? 'Bernoulli' : `Gaussian, σ = ${likelihood.sigma!.toPrecision(3)}`;
  return [
    ['Bound', `nats per image (${name})`],
    ['E log p(x|z)', estimate(bound.reconstruction)],
    ['KL(q ‖ p)', estimate(bound.kl)],
    ['ELBO', estimate(bound.elbo)],
    [`IWAE ${samples}`, estimate(bound.iwae)],
    ['Gap', estimate(bound.gap)],
    ['Effective samples', estimate(bound.effectiveSamples)],
    ['Active units', `${estimate(bound.activeUnits)} of ${latentSize}`],
  ];
}

function mixtureRows({ components, covariance, heldOut, priorHeldOut }: Part<'mixture'>): string[][] {
  return [
    ['Codes', 'held-out log-density in nats'],
    ['N(0, I)', priorHeldOut.toPrecision(4)],
    [`${components} Gaussians`, `${heldOut.toPrecision(4)} (${covariance} covariance)`],
  ];
}

function samplingRows({ sets, gradientEnergy }: Part<'sampling'>): string[][] {
  return [
    ['Samples', 'Fréchet distance', 'density', 'coverage', 'within range', 'gradient energy'],
    ...Object.entries(sets).map(([name, { frechet, density, coverage, precision }]) => [
      name,
      ...[frechet, density, coverage, precision].map(estimate),
      gradientEnergy?.[name]?.toPrecision(2) ?? '',
    ]),
  ];
}

function samplingNote({ reference, sampleSize, featureSpace }: Part<'sampling'>): string {
  const against = reference === 'images' ? 'real images' : "what the training images' codes decode to";
  return `${sampleSize} per set against ${against}, in ${featureSpace.description}. Compare these numbers only with each other.`;
}

function driftRows(drift: Part<'drift'>): string[][] {
  return [
    ['Drift', 'of codes decoded and encoded, in spreads of real codes'],
    ...Object.entries(drift).flatMap(([name, value]: [string, Estimate | null]) =>
      value ? [[name, estimate(value)]] : [],
    ),
  ];
}

function factorRows({ factors, mig, disentanglement, completeness, informativeness }: Part<'factors'>): string[][] {
  return [
    ['Factors', factors.join(', ')],
    ['MIG', estimate(mig)],
    ['Disentanglement', estimate(disentanglement)],
    ['Completeness', estimate(completeness)],
    ['Prediction error', estimate(informativeness)],
  ];
}

function inBetweenRows({ midpoint, reconstruction, ratio, byFactor }: Part<'inBetween'>): string[][] {
  return [
    ['In between', 'squared error against the true middle of two faces'],
    ['Midpoint', estimate(midpoint)],
    ['Reconstruction', estimate(reconstruction)],
    ['Ratio', estimate(ratio)],
    ...byFactor.map(({ factor, ratio }) => [`  ${factor}`, estimate(ratio)]),
  ];
}

/** Characters that a cell of each column has at least. */
const WIDTHS = [19, 30, 30, 30, 30];

const table = (rows: string[][]): string =>
  rows
    .map((cells) =>
      cells
        .map((cell, i) => cell.padEnd(WIDTHS[i] ?? 0))
        .join('')
        .trimEnd(),
    )
    .join('\n');
