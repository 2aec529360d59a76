/** The report: Markdown, with its figures as files beside it. */
import { save, saveFolder } from '../files';
import { duration, numberText } from '../text';
import { chartsOf, type Figure } from './figures';
import { type ExperimentFolder, FIGURES, FIGURES_FOLDER } from './folder';
import { betaAt, KINDS, type Setting } from './plan';
import { PAIRS, picturesOf } from './pictures';
import type { Experiment, Run, Summary } from './summary';
import { gridTable, headline, table } from './tables';

/** @param runs those of the headline's setting at least @throws UserError as writing */
export async function writeReport(
  folder: ExperimentFolder,
  experiment: Experiment,
  runs: readonly Run[],
): Promise<void> {
  const [charts, pictures] = [await chartsOf(experiment), await picturesOf(folder, experiment.plan, runs)];
  await saveFolder(folder.at(FIGURES), FIGURES_FOLDER, async (write) => {
    for (const { name, bytes } of [...charts, ...pictures]) await write(name, bytes);
  });
  await save(folder.at('report.md'), new TextEncoder().encode(reportOf(experiment, charts, pictures)));
}

const image = ({ name, title }: Figure): string => `![${title}](${FIGURES}/${name})`;

function settingText({ imageSize, width, latentSize, images, steps }: Setting): string {
  return `${images} faces of ${imageSize}×${imageSize} pixels, ${latentSize} latents, ${width} networks, ${steps} steps`;
}

function intervalsText({ intervals, seeds }: Summary): string {
  return intervals === 'seeds'
    ? `Means over ${seeds.length} runs, each with faces and initial weights of its own, with the 95 % interval of the mean (Student's t).`
    : 'One run each; 95 % intervals over resampled images, pairs of faces or sets of codes, which say nothing of other runs.';
}

function reportOf(experiment: Experiment, charts: readonly Figure[], pictures: readonly Figure[]): string {
  const { plan, models, grid, findings, seconds, version } = experiment;
  const chart = (name: string) => image(charts.find((figure) => figure.name === `${name}.svg`)!);
  const pictured = (name: string) => image(pictures.find((figure) => figure.name === `${name}.png`)!);
  return [
    '# What lies between faces, and what random codes decode to',
    `An AE, a VAE and a RAE on synthetic faces whose factors are known, so that the true face between any two can be ` +
      `drawn. Made by \`npm run -s experiment -- --${plan.mode} --seed ${plan.seed}\` with Latentscape ${version}: ` +
      `${duration(seconds)} of training and measuring.`,
    '## Findings',
    findings.map((finding) => `- ${finding}`).join('\n'),
    'Two numbers are called different where their 95 % intervals do not overlap, which is stricter than a test at 5 %.',
    '## The three kinds',
    `${settingText(models.ae.setting)}. ${intervalsText(models.ae)}`,
    headline(models),
    '## In between',
    `Two faces differ in one factor alone, one with the least of it and one with the most. Their codes' midpoint is decoded ` +
      `and compared with the true face in the middle; the ratio is that squared error over the one of the model's own ` +
      `reconstruction of the true middle. At 1, in between is as good as anywhere.`,
    chart('in-between-jaw'),
    chart('in-between'),
    chart('in-between-by-factor'),
    'Faces that differ in the jaw alone, as drawn, and what the midpoint of the outer two decodes to:',
    table([
      ['', `the first ${PAIRS} pairs`],
      ['pointed jaw', pictured('jaw-least')],
      ['square jaw', pictured('jaw-most')],
      ['**true middle**', pictured('jaw-middle')],
      ...KINDS.map((kind) => [`${kind.toUpperCase()}, midpoint`, pictured(`jaw-${kind}`)]),
    ]),
    '## Random codes',
    `Codes from the prior N(0, I), and from a Gaussian mixture fitted to the codes of the training faces, decoded and ` +
      `compared as sets with faces that no model has seen. *Fréchet distance* in fixed random convolutional features: these ` +
      `numbers compare with one another only. *Within range*: the share of decoded codes that lie no further from some real ` +
      `face than its fifth nearest real neighbour (improved precision, Kynkäänniemi et al. 2019, equation 2; random features ` +
      `as in Naeem et al. 2020, section 3.3). *Coverage*: the share of real faces with a decoded code that near (Naeem et al. ` +
      `2020, equation 4).`,
    chart('sampling'),
    chart('range'),
    table([
      ['', 'N(0, I)', 'mixture'],
      ...KINDS.map((kind) => [kind.toUpperCase(), pictured(`prior-${kind}`), pictured(`mixture-${kind}`)]),
    ]),
    '## Reconstruction, and the grid',
    chart('reconstruction'),
    gridTable(grid),
    intervalsText(grid[0]),
    '## How it was done',
    method(experiment),
    '',
  ].join('\n\n');
}

function method({ plan, models, grid }: Experiment): string {
  const { seed, batchSize, learningRate, codeWeight, testImages, pairs, replicas, boundImages, importanceSamples } =
    plan;
  const sizes = [...new Set([models.ae, ...grid].map(({ setting }) => setting.imageSize))];
  const betas = sizes.map((size) => `${betaAt(plan, size)} at ${size} pixels`).join(', ');
  const all = [...grid, ...KINDS.map((kind) => models[kind])];
  const floor = models.ae.samplingDistance.real;
  const seconds = (part: 'training' | 'scoring') =>
    [...new Map(all.map((one) => [`${one.kind} ${JSON.stringify(one.setting)}`, one.seconds[part]])).values()].reduce(
      (a, b) => a + b,
      0,
    );
  return [
    `- Seeds from ${seed} on decide faces, initial weights, order and noise; the three kinds have the same ones, the same ` +
      `network and as many steps of ${batchSize} images, learning rate ${learningRate}, and no augmentation.`,
    `- The VAE's loss is the sum of squared errors + β·KL with β = ${betas}, which takes β/2 for the variance of a value; the ` +
      `RAE's has ${codeWeight}·½‖z‖² instead.`,
    `- ${testImages} test faces, the same for all models of a size, were drawn from another seed; the faces in between from yet another. ` +
      `${pairs} pairs a factor.`,
    `- Sets are compared ${testImages / 2} against ${testImages / 2}, over ${replicas} splits; real against real is the floor, ` +
      `${numberText(floor.value)} here.`,
    `- Bounds: ${boundImages} test faces, ${importanceSamples} importance samples each.`,
    `- ${duration(seconds('training'))} of training, ${duration(seconds('scoring'))} of measuring. \`results.json\` has every number; ` +
      '`models/` holds the models, which the app opens.',
  ].join('\n');
}
