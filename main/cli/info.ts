import type { ModelCard, ScoreReport, TrainingFacts } from '../contract';
import type { LayoutOptions } from './layout';
import type { Output } from './output';
import { counted, duration, estimateText as estimate } from '../engine/text';
import { withModel } from './with-model';

/** `info M`: the model's card and the scores kept with it. Opening it verifies its files. */
export async function info(path: string, layout: LayoutOptions, output: Output): Promise<void> {
  await withModel(
    path,
    async ({ card, codes, source }) => {
      const codeCount = (codes?.length ?? 0) / card.latentSize;
      const scores = source?.manifest.scores.report ?? null;
      output.event({ event: 'info', ...card, codes: codeCount, scores });
      output.say(
        table([
          ...rows(card),
          ['Codes', codeCount > 0 ? `${codeCount} of training images` : 'none'],
          ...(scores ? scoreRows(scores) : []),
          ...(card.about?.limits ?? []).map(({ en }, i): [string, string] => [i === 0 ? 'Limits' : '', en]),
        ]),
      );
    },
    layout,
  );
}

/** What says most: all of a report is what `score` prints. Intervals hold 95 %. */
function scoreRows({ reconstruction, sampling, bound }: ScoreReport): [string, string][] {
  const rows: [string, string][] = [];
  if (reconstruction) {
    const { model, pca } = reconstruction;
    rows.push(['Held-out MSE', estimate(model.mse)], [`… of PCA ${pca.components}`, estimate(pca.mse)]);
  }
  for (const name of ['prior', 'mixture', 'real']) {
    const quality = sampling?.sets[name];
    if (quality) rows.push([`Fréchet, ${name}`, estimate(quality.frechet)]);
  }
  if (bound) rows.push(['Active units', `${estimate(bound.activeUnits)} of ${bound.latentSize}`]);
  return rows;
}

const KINDS: Record<ModelCard['kind'], string> = {
  ae: 'autoencoder (AE)',
  vae: 'variational autoencoder (VAE)',
  rae: 'regularised autoencoder (RAE)',
  decoder: 'decoder only',
};

function rows({
  name,
  kind,
  latentSize,
  channels,
  canEncode,
  layout,
  found,
  about,
  facts,
}: ModelCard): [string, string][] {
  const { width, height, order, range, extraInputs } = layout;
  const extra = Object.entries(extraInputs).map(([input, value]) => `${input} = ${value}`);
  return [
    ['Name', name],
    ['Kind', KINDS[kind]],
    ['Latent size', String(latentSize)],
    ['Images', `${width}×${height}, ${channels === 1 ? 'grey' : 'RGB'}`],
    ['Can encode', canEncode ? 'yes' : 'no'],
    [
      'Decoder output',
      `${order}, ${range}${layout.colours === 'BGR' ? ', BGR' : ''}${layout.alpha ? ', with alpha' : ''}`,
    ],
    ...(found?.alike ? ([['Note', 'every code tried gives the same picture']] satisfies [string, string][]) : []),
    ...(extra.length > 0 ? ([['Other inputs', extra.join(', ')]] satisfies [string, string][]) : []),
    ...(about ? ([['Images from', about.images.en]] satisfies [string, string][]) : []),
    ...(facts ? factRows(facts) : []),
  ];
}

const share = (of: number | undefined) => (of ? `${Math.round(100 * of)} % of the run` : undefined);

function factRows({ data, images, heldOut, leftOut, aligned, seconds, ...facts }: TrainingFacts): [string, string][] {
  const rows: [string, string | undefined][] = [
    ['Trained on', `${data} (${number(images)} images, ${number(heldOut)} held out)`],
    ['Images skipped', leftOut > 0 ? number(leftOut) : undefined],
    ['Faces aligned', aligned === undefined ? undefined : aligned ? 'yes' : 'no'],
    ['Network', networkText(facts)],
    ['Parameters', number(facts.parameters)],
    ['Likelihood', facts.likelihood],
    ['KL weight β', number(facts.beta)],
    ['Against a discriminator', share(facts.adversarial)],
    ['Started as PCA', share(facts.linearStart)],
    ['Epochs', number(facts.epochs)],
    ['Steps', number(facts.steps)],
    ['Batch size', number(facts.batchSize)],
    ['Learning rate', number(facts.learningRate)],
    ['Seed', facts.seed?.toString()],
    ['Training time', seconds === undefined ? undefined : duration(seconds)],
    ['Images per second', number(facts.imagesPerSecond)],
    ['Validation MSE', facts.validationMse?.toPrecision(3)],
  ];
  return rows.filter((row): row is [string, string] => row[1] !== undefined);
}

function networkText({
  network,
  width,
  residualBlocks,
}: Pick<TrainingFacts, 'network' | 'width' | 'residualBlocks'>): string | undefined {
  if (network !== 'convolutional') return network;
  const blocks = residualBlocks ? `, ${counted(residualBlocks, 'residual block')} per level` : '';
  return `${network}, ${width}${blocks}`;
}

/** Whole numbers to the last digit, others to the fourth. */
const number = (value: number | undefined): string | undefined =>
  value?.toLocaleString('en', { maximumSignificantDigits: Number.isInteger(value) ? 21 : 4 });

function table(rows: [string, string][]): string {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${value}`).join('\n');
}
