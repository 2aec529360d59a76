/** The report's tables, in Markdown. */
import type { Estimate } from '../../contract';
import { estimateText } from '../text';
import { KINDS } from './plan';
import type { Experiment, Summary } from './summary';

/** @param rows the first one is the head */
export const table = (rows: readonly (readonly string[])[]): string =>
  [rows[0], rows[0].map(() => '---'), ...rows.slice(1)].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** A column for each kind of model: everything that was measured of it. */
export function headline(models: Experiment['models']): string {
  const row = (title: string, of: (summary: Summary) => Estimate | undefined) => [
    title,
    ...KINDS.map((kind) => {
      const found = of(models[kind]);
      return found ? estimateText(found) : '–';
    }),
  ];
  return table([
    ['', ...KINDS.map((kind) => kind.toUpperCase())],
    row('reconstruction, MSE', (m) => m.reconstructionMse),
    row('the same by PCA', (m) => m.pcaMse),
    row('reconstruction, PSNR in dB', (m) => m.psnr),
    row('reconstruction, SSIM', (m) => m.ssim),
    row('in between, all factors', (m) => m.inBetween),
    row('in between, jaw', (m) => m.inBetweenByFactor.jaw),
    row('error at the midpoint, MSE', (m) => m.midpointMse),
    row('Fréchet distance, N(0, I)', (m) => m.samplingDistance.prior),
    row('Fréchet distance, mixture', (m) => m.samplingDistance.mixture),
    row('Fréchet distance, real faces', (m) => m.samplingDistance.real),
    row('within range, N(0, I)', (m) => m.withinRange.prior),
    row('within range, mixture', (m) => m.withinRange.mixture),
    row('within range, midpoints', (m) => m.withinRange.interpolations),
    row('within range, real faces', (m) => m.withinRange.real),
    row('coverage, N(0, I)', (m) => m.coverage.prior),
    row('coverage, mixture', (m) => m.coverage.mixture),
    row('drift, real faces', (m) => m.drift.real),
    row('drift, N(0, I)', (m) => m.drift.prior),
    row('drift, mixture', (m) => m.drift.mixture),
    row('ELBO, nats', (m) => m.bound?.elbo),
    row('KL term, nats', (m) => m.bound?.kl),
    row('active latents', (m) => m.bound?.activeUnits),
  ]);
}

/** A row for each kind of model at each setting of the grid. */
export function gridTable(grid: readonly Summary[]): string {
  return table([
    [
      'kind',
      'latents',
      'faces',
      'MSE',
      'PCA',
      'in between',
      'jaw',
      'N(0, I)',
      'mixture',
      'within range, N(0, I)',
      'mixture',
    ],
    ...grid.map((one) => [
      one.kind.toUpperCase(),
      String(one.setting.latentSize),
      String(one.setting.images),
      ...[
        one.reconstructionMse,
        one.pcaMse,
        one.inBetween,
        one.inBetweenByFactor.jaw,
        one.samplingDistance.prior,
        one.samplingDistance.mixture,
        one.withinRange.prior,
        one.withinRange.mixture,
      ].map(estimateText),
    ]),
  ]);
}
