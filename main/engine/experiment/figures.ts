/** Which numbers are drawn in which chart. */
import type { Estimate } from '../../contract';
import type { Chart, Point } from './charts';
import { svgOf } from './charts';
import type { Scores } from './measure';
import { KINDS, type Setting } from './plan';
import { type Experiment, seriesAlong, type Summary } from './summary';

export interface Figure {
  /** Of the file. */
  name: string;
  title: string;
  bytes: Uint8Array;
}

export async function chartsOf(experiment: Experiment): Promise<Figure[]> {
  const charts = Object.entries(specs(experiment));
  return Promise.all(
    charts.map(async ([name, chart]) => ({
      name: `${name}.svg`,
      title: chart.title,
      bytes: new TextEncoder().encode(await svgOf(chart)),
    })),
  );
}

const seriesOf = ({ kind }: Summary): string => kind.toUpperCase();

/** What the models of a chart are, and what its bars. */
function sample({ setting, intervals, seeds }: Summary): string[] {
  const { imageSize, latentSize, images } = setting;
  const of = intervals === 'seeds' ? `of the mean of ${seeds.length} runs` : 'of one run, images resampled';
  return [`${images} faces of ${imageSize}×${imageSize} pixels, ${latentSize} latents.`, `Bars: 95 % intervals ${of}.`];
}

function gridSample([{ setting, seeds }]: readonly Summary[], testImages: number): string[] {
  return [
    `${setting.imageSize}×${setting.imageSize} pixels, ${testImages} test faces.`,
    `Bars: 95 % intervals of the mean of ${seeds.length} runs.`,
  ];
}

function specs({ models, grid, plan }: Experiment): Record<string, Chart> {
  const all = KINDS.map((kind) => models[kind]);
  // once along the latent sizes, once along the numbers of faces
  const [byLatents, byImages] = [seriesAlong(grid, 'latentSize'), seriesAlong(grid, 'images')];
  const panels = [
    { of: byLatents, panel: `latent size, ${byLatents[0].setting.images} faces`, x: (s: Setting) => s.latentSize },
    { of: byImages, panel: `faces, ${byImages[0].setting.latentSize} latents`, x: (s: Setting) => s.images },
  ].filter(({ of }, i) => i === 0 || of.length > KINDS.length);
  const overGrid = (value: (scores: Scores) => Estimate, series = seriesOf): Point[] =>
    panels.flatMap(({ of, panel, x }) =>
      of.map((one) => ({ x: x(one.setting), panel, series: series(one), estimate: value(one) })),
    );
  const pairs = `${plan.pairs} pairs of faces a factor.`;
  const floor = models.ae.samplingDistance.real;
  const sets = {
    reconstructions: 'reconstructions',
    interpolations: 'midpoints',
    prior: 'N(0, I)',
    mixture: 'mixture',
  } as const;
  const bySet = (of: 'samplingDistance' | 'withinRange'): Point[] =>
    Object.entries(sets).flatMap(([set, label]) =>
      all.map((one) => ({ x: label, series: seriesOf(one), estimate: one[of][set as keyof typeof sets] })),
    );
  return {
    reconstruction: {
      title: 'Reconstruction of faces never seen',
      subtitle: gridSample(grid, plan.testImages),
      xTitle: null,
      yTitle: 'mean squared error',
      points: [
        ...overGrid((s) => s.reconstructionMse),
        ...overGrid(
          (s) => s.pcaMse,
          () => 'PCA',
        ),
      ],
      log: true,
    },
    'in-between': {
      title: 'In between, all factors',
      subtitle: [...gridSample(grid, plan.testImages), pairs],
      xTitle: null,
      yTitle: 'ratio',
      points: overGrid((s) => s.inBetween),
      reference: { value: 1, label: 'as good as anywhere' },
    },
    'in-between-jaw': {
      title: 'In between, faces that differ in the jaw alone',
      subtitle: [...gridSample(grid, plan.testImages), pairs],
      xTitle: null,
      yTitle: 'ratio',
      points: overGrid((s) => s.inBetweenByFactor.jaw),
      reference: { value: 1, label: 'as good as anywhere' },
    },
    'in-between-by-factor': {
      title: 'In between, factor by factor',
      subtitle: [...sample(models.ae), pairs],
      xTitle: 'the one factor in which the two faces differ',
      yTitle: 'ratio',
      points: all.flatMap((one) =>
        Object.entries(one.inBetweenByFactor).map(([factor, estimate]) => ({
          x: factor,
          series: seriesOf(one),
          estimate,
        })),
      ),
      reference: { value: 1, label: 'as good as anywhere' },
    },
    sampling: {
      title: 'Distance of decoded codes to real faces',
      subtitle: sample(models.ae),
      xTitle: 'codes',
      yTitle: 'Fréchet distance',
      points: bySet('samplingDistance'),
      reference: { value: floor.value, label: `real faces among themselves, ${floor.value.toPrecision(3)}` },
      log: true,
    },
    range: {
      title: 'Share of decoded codes within the range of real faces',
      subtitle: sample(models.ae),
      xTitle: 'codes',
      yTitle: 'share, 0..1',
      points: bySet('withinRange'),
      reference: {
        value: models.ae.withinRange.real.value,
        label: `other real faces, ${models.ae.withinRange.real.value.toPrecision(3)}`,
      },
    },
  };
}
