/** The experiment from the faces to the report: trains, measures, and keeps what is done. */
import { existsSync } from 'node:fs';
import packageJson from '../../../package.json';
import type { TrainableKind, TrainingEvent, TrainingSettings } from '../../contract';
import { saveJson } from '../files';
import { loadDataset, splitDataset, splitRows, type Images } from '../images';
import { writeFaces } from '../images/synthetic/write';
import { MANIFEST, openModel } from '../models';
import { resumeTraining, RunControl, train, unfinishedRun } from '../runs';
import { throwIfCancelled, type Watch } from '../scheduling/watch';
import { fitPca, type ImagePca } from '../scores';
import { findingsOf } from './findings';
import { ExperimentFolder } from './folder';
import { measure, type Measured, STAGES } from './measure';
import { betaAt, keyOf, KINDS, nameOf, type Plan, type Setting, type Training, trainingsOf } from './plan';
import { writeReport } from './report';
import { type Experiment, type Run, summarise } from './summary';

/** Progress weighs each training by what it costs. */
export interface ExperimentWatch extends Watch<[what: string]> {
  /** A sentence, at every finished training. */
  onNote?(text: string): void;
}

/** The faces that all models are measured on have a seed that no training has. */
const TEST_SEED = 2 ** 30;
/** Share of the work of a training that is the training itself; the rest is measuring. */
const TRAINING_SHARE = 0.75;

/**
 * Runs the plan in `out`: `results.json`, `report.md`, figures, and what they came from: faces, models, scores. What an
 * interrupted call has finished there is not done again.
 * @throws UserError `bad-settings` when `out` holds other things or another plan, and as training and scoring;
 * `cancelled`: what is finished stays
 */
export async function runExperiment(out: string, plan: Plan, watch: ExperimentWatch = {}): Promise<Experiment> {
  const folder = await ExperimentFolder.open(out, plan);
  for (const name of ['faces', 'models', 'scores'] as const) await folder.shelf(name);
  const runs = await new Runner(folder, plan, watch).all();
  const summaryAt = (setting: Setting, kind: TrainableKind) =>
    summarise(runs.filter((run) => run.kind === kind && keyOf(run.setting) === keyOf(setting)));
  const models = Object.fromEntries(KINDS.map((kind) => [kind, summaryAt(plan.main, kind)])) as Experiment['models'];
  const grid = plan.grid.flatMap((setting) => KINDS.map((kind) => summaryAt(setting, kind)));
  const experiment: Experiment = {
    plan,
    version: packageJson.version,
    models,
    grid,
    findings: findingsOf(models, grid),
    seconds: runs.reduce((sum, { seconds }) => sum + seconds.training + seconds.scoring, 0),
  };
  await saveJson(folder.at('results.json'), experiment);
  await writeReport(folder, experiment, runs);
  return experiment;
}

class Runner {
  readonly #folder: ExperimentFolder;
  readonly #plan: Plan;
  readonly #watch: ExperimentWatch;
  #doneWork = 0;
  readonly #trainings: Training[];
  readonly #totalWork: number;
  readonly #tests = new Map<number, Images>();
  #pca: { key: string; fitted: ImagePca } | null = null;

  constructor(folder: ExperimentFolder, plan: Plan, watch: ExperimentWatch) {
    this.#folder = folder;
    this.#plan = plan;
    this.#watch = watch;
    this.#trainings = trainingsOf(plan);
    this.#totalWork = this.#trainings.reduce((sum, training) => sum + workOf(training), 0);
  }

  async all(): Promise<Run[]> {
    const runs: Run[] = [];
    for (const [i, training] of this.#trainings.entries()) {
      const what = `${i + 1} of ${this.#trainings.length}: ${titleOf(training)}`;
      const report = (share: number, doing: string) =>
        this.#watch.onProgress?.(this.#doneWork + share * workOf(training), this.#totalWork, `${what}, ${doing}`);
      let before = true;
      const scored = await this.#folder.once(nameOf(training), async () => {
        before = false;
        return this.#trainAndMeasure(training, report);
      });
      runs.push({ ...training, ...scored });
      this.#doneWork += workOf(training);
      const { reconstructionMse, inBetween } = scored.scores;
      if (before) continue;
      this.#watch.onNote?.(
        `${what}: MSE ${reconstructionMse.value.toPrecision(3)}, in between ${inBetween.value.toPrecision(3)} ` +
          `(${scored.seconds.training.toFixed(0)} s of training, ${scored.seconds.scoring.toFixed(0)} s of measuring)`,
      );
    }
    return runs;
  }

  async #trainAndMeasure(
    training: Training,
    report: (share: number, doing: string) => void,
  ): Promise<Measured & Pick<Run, 'seconds'>> {
    const { setting, seed } = training;
    const { signal } = this.#watch;
    const drawing = (done: number, total: number) => report(0, `drawing faces (${done} of ${total})`);
    const faces = await this.#faces(setting, setting.images, seed, drawing);
    const test = await this.#test(setting, drawing);
    const out = this.#folder.at('models', nameOf(training));
    await this.#trained(training, faces, out, report);

    const from = performance.now();
    report(TRAINING_SHARE, 'measuring');
    const pca = await this.#pcaOf(training, faces);
    const model = await openModel(out);
    try {
      let stages = 0;
      const onStage = () => report(TRAINING_SHARE + ((1 - TRAINING_SHARE) * ++stages) / STAGES, 'measuring');
      const measured = await measure(model, pca, test, this.#plan, { seed, signal, onStage });
      const seconds = { training: model.source!.manifest.training.seconds!, scoring: secondsSince(from) };
      return { ...measured, seconds };
    } finally {
      await model.release();
    }
  }

  /** Trains the model at `out`, unless it is there; an unfinished run is continued. */
  async #trained(
    training: Training,
    images: string,
    out: string,
    report: (share: number, doing: string) => void,
  ): Promise<void> {
    const { signal } = this.#watch;
    throwIfCancelled(signal);
    // the folder is this plan's, and models are put in their place whole
    if (existsSync(this.#folder.at('models', nameOf(training), MANIFEST))) return;
    const control = new RunControl();
    const cancel = () => control.cancel();
    signal?.addEventListener('abort', cancel);
    const onEvent = (event: TrainingEvent) => {
      if (event.event !== 'progress') return;
      const { step, steps, imagesPerSecond } = event;
      report((TRAINING_SHARE * step) / steps, `training, ${imagesPerSecond.toFixed(0)} images/s`);
    };
    try {
      const unfinished = await unfinishedRun(out);
      if (unfinished?.step) await resumeTraining(out, { control, onEvent });
      else await train(this.#settingsOf(training, images, out), { control, onEvent });
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  #settingsOf({ kind, setting, seed }: Training, images: string, out: string): TrainingSettings {
    const { batchSize, learningRate, codeWeight, validation } = this.#plan;
    const { imageSize, width, latentSize, steps } = setting;
    const count = splitRows(setting.images, seed, validation).training.length;
    return {
      kind,
      images,
      out,
      name: nameOf({ kind, setting, seed }),
      imageSize,
      latentSize,
      epochs: (steps * batchSize) / count,
      batchSize,
      beta: betaAt(this.#plan, imageSize),
      learningRate,
      seed,
      // drawn in their places, and no variants of them: their number is what is compared
      align: false,
      // kinds are compared as their objectives leave them: a fit to the codes would serve an AE as well
      tuning: { width, codeWeight, validation, whiten: false, mirror: false, shift: 0, crop: 0, colour: 0 },
    };
  }

  /** A folder of drawn faces; its path. */
  async #faces(
    { imageSize: size }: Setting,
    count: number,
    seed: number,
    onProgress: (done: number, total: number) => void,
  ): Promise<string> {
    const folder = this.#folder.at('faces', `${size}px-${count}faces-seed${seed}`);
    if (!existsSync(folder))
      await writeFaces(folder, { count, seed, size }, { onProgress, signal: this.#watch.signal });
    return folder;
  }

  async #test(setting: Setting, onProgress: (done: number, total: number) => void): Promise<Images> {
    const { imageSize: size } = setting;
    let images = this.#tests.get(size);
    if (!images) {
      const folder = await this.#faces(setting, this.#plan.testImages, TEST_SEED + this.#plan.seed, onProgress);
      images = await loadDataset(folder, { size, align: false, signal: this.#watch.signal });
      this.#tests.set(size, images);
    }
    return images;
  }

  /** PCA of the faces that `training` is trained on; the kinds share it, and ask for it one after the other. */
  async #pcaOf({ setting, seed }: Training, faces: string): Promise<ImagePca> {
    const key = `${faces} ${setting.latentSize}`;
    if (this.#pca?.key !== key) {
      const { signal } = this.#watch;
      const dataset = await loadDataset(faces, { size: setting.imageSize, align: false, signal });
      const { training } = await splitDataset(dataset, seed, this.#plan.validation, { signal });
      this.#pca = { key, fitted: await fitPca(training, setting.latentSize, { signal }) };
    }
    return this.#pca.fitted;
  }
}

const workOf = ({ setting: { imageSize, steps } }: Training): number => imageSize ** 2 * steps;

const titleOf = ({ kind, setting, seed }: Training): string =>
  `${kind.toUpperCase()}, ${setting.latentSize} latents, ${setting.images} faces of ${setting.imageSize} pixels, seed ${seed}`;

const secondsSince = (from: number): number => (performance.now() - from) / 1000;
