import type { Estimate, ReconstructionScores, ScoreReport } from '../contract';
import { estimateText as estimate } from '../engine/text';
import { keepScores } from '../engine/models';
import { scoreModel } from '../engine/scores';
import type { Output } from './output';
import { withModel } from './with-model';

/** `score M [DIR]`: programs get one `scores` object, people tables. */
export async function score(
  model: string,
  folder: string | undefined,
  { iwae, keep = false }: { iwae: number; keep?: boolean },
  output: Output,
): Promise<void> {
  await withModel(model, async (open) => {
    const { report } = await scoreModel(open, folder ?? null, {
      importanceSamples: iwae,
      onProgress: (done, total, what) => output.progress(done, total, what),
    });
    output.clear();
    if (keep) await keepScores(open, report);
    output.event({ event: 'scores', ...report });
    output.say(asText(report, open.card.kind.toUpperCase()));
  });
}

/** Every number with its 95 % interval. */
function asText(
  { data, reconstruction, bound, mixture, sampling, drift, factors, inBetween }: ScoreReport,
  kind: string,
): string {
  const lines = [
    data
      ? `${data.heldOutImages} images (${
          data.split === 'training'
            ? 'held out in training'
            : 'a fixed fifth of the folder, which is not the one the model was trained on'
        }); PCA fitted to ${data.trainingImages} others. Intervals hold 95 %.`
      : 'No images: scores from the codes and networks alone. Intervals hold 95 %.',
  ];
  const section = (...rows: string[][]) => lines.push('', ...rows.map(row));
  if (reconstruction) {
    const { model, pca, advantage } = reconstruction;
    section(
      ['Reconstruction', 'MSE', 'PSNR in dB', 'SSIM'],
      [kind, ...reconstructionCells(model)],
      [`PCA ${pca.components}`, ...reconstructionCells(pca)],
      ['PCA − model', estimate(advantage)],
    );
  }
  if (bound) {
    const { likelihood, samples, reconstruction: term, kl, elbo, iwae, gap, activeUnits, effectiveSamples } = bound;
    const name = likelihood.kind === 'bernoulli' ? 'Bernoulli' : `Gaussian, σ = ${likelihood.sigma!.toPrecision(3)}`;
    section(
      ['Bound', `nats an image (${name})`],
      ['E log p(x|z)', estimate(term)],
      ['KL(q ‖ p)', estimate(kl)],
      ['ELBO', estimate(elbo)],
      [`IWAE ${samples}`, estimate(iwae)],
      ['Gap', estimate(gap)],
      ['Samples in effect', estimate(effectiveSamples)],
      ['Active units', `${estimate(activeUnits)} of ${bound.latentSize}`],
    );
  }
  if (mixture) {
    section(
      ['Codes', 'held-out log-density in nats'],
      ['N(0, I)', mixture.priorHeldOut.toPrecision(4)],
      [`${mixture.components} Gaussians`, `${mixture.heldOut.toPrecision(4)} (${mixture.covariance} covariance)`],
    );
  }
  if (sampling) {
    section(
      ['Samples', 'Fréchet distance', 'density', 'coverage', 'within range'],
      ...Object.entries(sampling.sets).map(([name, { frechet, density, coverage, precision }]) => [
        name,
        ...[frechet, density, coverage, precision].map(estimate),
      ]),
    );
    const against = sampling.reference === 'images' ? 'real images' : "what the training images' codes decode to";
    lines.push(
      `${sampling.sampleSize} a set against ${against}, in ${sampling.featureSpace.description}: comparable with one another only.`,
    );
  }
  if (drift) {
    section(
      ['Drift', 'of codes decoded and encoded, in spreads of real codes'],
      ...Object.entries(drift).flatMap(([name, value]: [string, Estimate | null]) =>
        value ? [[name, estimate(value)]] : [],
      ),
    );
  }
  if (factors) {
    section(
      ['Factors', factors.factors.join(', ')],
      ['MIG', estimate(factors.mig)],
      ['Disentanglement', estimate(factors.disentanglement)],
      ['Completeness', estimate(factors.completeness)],
      ['Prediction error', estimate(factors.informativeness)],
    );
  }
  if (inBetween) {
    const { midpoint, reconstruction: own, ratio, byFactor } = inBetween;
    section(
      ['In between', 'squared error against the true middle of two faces'],
      ['Midpoint', estimate(midpoint)],
      ['Reconstruction', estimate(own)],
      ['Ratio', estimate(ratio)],
      ...byFactor.map(({ factor, ratio }) => [`  ${factor}`, estimate(ratio)]),
    );
  }
  return lines.join('\n');
}

const reconstructionCells = ({ mse, psnr, ssim }: ReconstructionScores): string[] => [
  estimate(mse),
  estimate(psnr),
  ssim ? estimate(ssim) : '–',
];

const WIDTHS = [19, 30, 30, 30];
const row = (cells: string[]): string =>
  cells
    .map((cell, i) => cell.padEnd(WIDTHS[i] ?? 0))
    .join('')
    .trimEnd();
