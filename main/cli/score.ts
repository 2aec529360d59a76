import type { Estimate, ReconstructionScores, ScoreReport } from '../contract';
import { scoreModel } from '../engine/scores';
import type { Output } from './output';
import { withModel } from './with-model';

/** `score M DIR`: programs get one `scores` object, people a table. */
export async function score(model: string, folder: string, output: Output): Promise<void> {
  await withModel(model, async (open) => {
    const report = await scoreModel(open, folder, {
      onProgress: (done, total, what) => output.progress(done, total, what),
    });
    output.clear();
    output.event({ event: 'scores', ...report });
    output.say(asText(report, open.card.kind.toUpperCase()));
  });
}

/** Every number with its 95 % interval. */
function asText({ data, reconstruction }: ScoreReport, kind: string): string {
  const split =
    data.split === 'training'
      ? 'held out in training'
      : 'a fixed fifth of the folder, which is not the one the model was trained on';
  const { model, pca, advantage } = reconstruction;
  return [
    `${data.heldOutImages} images (${split}); PCA fitted to ${data.trainingImages} others.`,
    '',
    row('Reconstruction', 'MSE', 'PSNR in dB', 'SSIM'),
    row(kind, ...reconstructionCells(model)),
    row(`PCA ${pca.components}`, ...reconstructionCells(pca)),
    row('PCA − model', estimate(advantage)),
  ].join('\n');
}

const reconstructionCells = ({ mse, psnr, ssim }: ReconstructionScores): string[] => [
  estimate(mse),
  estimate(psnr),
  ssim ? estimate(ssim) : '–',
];

const WIDTHS = [16, 30, 26];
const row = (...cells: string[]): string =>
  cells
    .map((cell, i) => cell.padEnd(WIDTHS[i] ?? 0))
    .join('')
    .trimEnd();

function estimate({ value, interval }: Estimate): string {
  const text = (n: number) => n.toPrecision(3);
  return interval ? `${text(value)} (${text(interval[0])} to ${text(interval[1])})` : text(value);
}
