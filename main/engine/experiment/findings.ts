/** What the numbers say, in sentences: every one depends on the numbers, and says so where they do not tell. */
import type { Estimate, TrainableKind } from '../../contract';
import { estimateText } from '../text';
import type { SetName } from './measure';
import { keyOf, KINDS, type Setting } from './plan';
import { seriesAlong, type Summary } from './summary';

type Models = Record<TrainableKind, Summary>;

/** Of `a` to `b`, as far as their 95 % intervals tell: overlapping ones do not. */
export function compare(a: Estimate, b: Estimate): 'below' | 'above' | 'unclear' {
  if (!a.interval || !b.interval) return 'unclear';
  if (a.interval[1] < b.interval[0]) return 'below';
  return a.interval[0] > b.interval[1] ? 'above' : 'unclear';
}

/** Midpoints whose error is at most this many times the model's own are as good as anywhere. */
const AS_GOOD = 1.1;

/**
 * @param models at the headline's setting
 * @param grid all kinds at each of some settings
 */
export function findingsOf(models: Models, grid: readonly Summary[]): string[] {
  return [
    reconstruction(models),
    inBetween(models, 'jaw'),
    inBetween(models, null),
    midpointError(models),
    overGrid(grid),
    ...alongGrid(grid),
    priorSamples(models),
    ...KINDS.map((kind) => repair(models, kind)),
    range(models),
    drift(models),
  ];
}

const nameOf = (kind: TrainableKind): string => kind.toUpperCase();
const list = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
const each = (models: Models, of: (summary: Summary) => Estimate): string =>
  KINDS.map((kind) => `${nameOf(kind)} ${estimateText(of(models[kind]))}`).join(', ');

function reconstruction(models: Models): string {
  const beside = (kind: TrainableKind) => {
    const { interval } = models[kind].advantageOverPca;
    if (interval && interval[0] > 0) return 'better than';
    return interval && interval[1] < 0 ? 'worse than' : 'not clearly different from';
  };
  const verdicts = KINDS.map((kind) => `the ${nameOf(kind)} is ${beside(kind)} it`);
  return (
    `Reconstruction of faces never seen, mean squared error: ${each(models, (m) => m.reconstructionMse)}; linear PCA of ` +
    `the same size ${estimateText(models.ae.pcaMse)}: ${list(verdicts)}.${shortOfPca(models)}`
  );
}

/** What every other number has to be read with. */
function shortOfPca(models: Models): string {
  const short = KINDS.filter((kind) => (models[kind].advantageOverPca.interval?.[1] ?? 0) < 0);
  if (short.length === 0) return '';
  return (
    ` A model behind PCA is not trained to its end, and what is said below of ${list(short.map((kind) => `the ${nameOf(kind)}`))} ` +
    'is said of it as it is: blur widens its distance to real faces, and hides what goes wrong in between.'
  );
}

/** @param factor null: all of them */
function inBetween(models: Models, factor: string | null): string {
  const ratio = (m: Summary) => (factor ? m.inBetweenByFactor[factor] : m.inBetween);
  const where = factor
    ? `Half-way between two faces that differ in the ${factor} alone`
    : `Over all ${Object.keys(models.ae.inBetweenByFactor).length} factors, one at a time`;
  const good = KINDS.filter((kind) => (ratio(models[kind]).interval?.[1] ?? Infinity) <= AS_GOOD);
  const asGood =
    good.length > 0
      ? ` For ${list(good.map((kind) => `the ${nameOf(kind)}`))} that is about as good as anywhere (at most ${AS_GOOD}).`
      : '';
  return (
    `${where}, the error is so many times the model's own reconstruction error of the true middle: ${each(models, ratio)}. ` +
    `${aeAgainstVae(ratio(models.ae), ratio(models.vae), 'ratio')}${asGood}`
  );
}

/** Of numbers of which the theory expects the AE's to be the larger. */
function aeAgainstVae(ae: Estimate, vae: Estimate, what: string): string {
  switch (compare(ae, vae)) {
    case 'above':
      return `The AE's ${what} is larger than the VAE's, as theory has it.`;
    case 'below':
      return `The AE's ${what} is smaller than the VAE's, against what theory suggests.`;
    case 'unclear':
      return `The AE's ${what} and the VAE's cannot be told apart: their intervals overlap.`;
  }
}

/** A ratio flatters a model that reconstructs badly: the error itself is reported too. */
function midpointError(models: Models): string {
  const verdict = {
    below: "the AE's midpoints are nearer to the true middle than the VAE's",
    above: "the VAE's midpoints are nearer to the true middle than the AE's",
    unclear: 'neither kind is clearly nearer to the true middle',
  }[compare(models.ae.midpointMse, models.vae.midpointMse)];
  return `The error of those midpoints itself: ${each(models, (m) => m.midpointMse)}; ${verdict}.`;
}

const settingText = ({ latentSize, images }: Setting): string => `${latentSize} latents and ${images} faces`;

function overGrid(grid: readonly Summary[]): string {
  const pairs = grid
    .filter(({ kind }) => kind === 'ae')
    .map((ae) => ({
      ae,
      vae: grid.find(({ kind, setting }) => kind === 'vae' && keyOf(setting) === keyOf(ae.setting))!,
    }));
  const by = { above: [] as string[], below: [] as string[], unclear: [] as string[] };
  for (const { ae, vae } of pairs) by[compare(ae.inBetween, vae.inBetween)].push(settingText(ae.setting));
  const part = (where: string[], verdict: string): string[] =>
    where.length > 0 ? [`${verdict} in ${where.length} (${where.join('; ')})`] : [];
  const parts = [
    ...part(by.above, "clearly above the VAE's"),
    ...part(by.below, "clearly below the VAE's"),
    ...part(by.unclear, "not to be told from the VAE's"),
  ];
  return `At ${pairs.length === 1 ? 'the one setting' : `the ${pairs.length} settings`} of the grid, the AE's in-between ratio is ${list(parts)}.`;
}

/** How the in-between ratio changes with the latent size, and with the number of faces. */
function alongGrid(grid: readonly Summary[]): string[] {
  const along = (by: 'latentSize' | 'images', unit: string) => {
    const series = seriesAlong(grid, by);
    const [least, most] = [series[0].setting[by], series.at(-1)!.setting[by]];
    if (least === most) return [];
    const changes = KINDS.map((kind) => {
      const at = (value: number) => series.find((one) => one.kind === kind && one.setting[by] === value)!.inBetween;
      const verb = { above: 'rises', below: 'falls', unclear: 'does not clearly change' }[compare(at(most), at(least))];
      return `${nameOf(kind)} ${verb}, ${estimateText(at(least))} to ${estimateText(at(most))}`;
    });
    return [`From ${least} to ${most} ${unit} the in-between ratio of the ${changes.join('; of the ')}.`];
  };
  return [...along('latentSize', 'latents'), ...along('images', 'faces')];
}

function priorSamples(models: Models): string {
  const of = (m: Summary) => m.samplingDistance.prior;
  return (
    `Codes drawn from N(0, I), decoded: Fréchet distance to real faces ${each(models, of)}; real faces among ` +
    `themselves ${estimateText(models.ae.samplingDistance.real)}. ${aeAgainstVae(of(models.ae), of(models.vae), 'distance')}`
  );
}

function repair(models: Models, kind: TrainableKind): string {
  const { prior, mixture } = models[kind].samplingDistance;
  const vae = models.vae.samplingDistance.prior;
  const change = {
    below: 'brings its samples nearer to real faces',
    above: 'takes its samples further from real faces',
    unclear: 'does not clearly change its samples',
  }[compare(mixture, prior)];
  const beside = {
    below: "nearer than the VAE's prior samples",
    above: "still further than the VAE's prior samples",
    unclear: "about as near as the VAE's prior samples",
  }[compare(mixture, vae)];
  return (
    `A mixture fitted to the codes of the ${nameOf(kind)} ${change}: from ${estimateText(prior)} to ` +
    `${estimateText(mixture)}${kind === 'vae' ? '' : `, ${beside}`}.`
  );
}

function range(models: Models): string {
  const share = (set: SetName) => each(models, (m) => m.withinRange[set]);
  const ae = models.ae.withinRange;
  const verdict = {
    below: 'Random codes of the AE decode into the range of real faces less often than those of the VAE',
    above: 'Random codes of the AE decode into the range of real faces more often than those of the VAE',
    unclear: 'How often random codes decode into the range of real faces does not tell the AE from the VAE',
  }[compare(ae.prior, models.vae.withinRange.prior)];
  return (
    `${verdict}: the shares are, from the prior, ${share('prior')}; from the mixture ${share('mixture')}; ` +
    `midpoints of two faces ${share('interpolations')}; real faces ${estimateText(ae.real)}.`
  );
}

function drift(models: Models): string {
  const verdicts = KINDS.map((kind) => {
    const { prior, real } = models[kind].drift;
    const verdict = {
      above: 'further from their places than codes of real faces',
      below: 'nearer to their places than codes of real faces',
      unclear: 'about as far from their places as codes of real faces',
    }[compare(prior, real)];
    return `${nameOf(kind)} ${estimateText(prior)} against ${estimateText(real)} of real faces: ${verdict}`;
  });
  return `Decoded and encoded again, codes from the prior come back so far off, in spreads of real codes: ${verdicts.join('; ')}.`;
}
