/** Training as the window sees it: what to train, and the runs there are, each as far as it has come. */
import type { DataSet, DataSetChanges, FolderReport, RunId, TrainingEvent, Tuning } from '../../../main/contract';
import { t } from '../../i18n/index.svelte';
import type { Notices } from '../window/notices.svelte';
import { advance, isActive, type Run } from './run';
import { sentence, words } from '../../i18n/sentence';
import { ADVERSARIAL, DEFAULT_CHOICES, problems, withPreset, type Choices, type Preset } from './settings';
import { trainedAs, type TrainedAs } from '../models/trained-as';
import { Curating } from './curation.svelte';
import { DataSetList } from './data-sets.svelte';
import { Turns } from '../../scheduling/newest';
import type { Engine } from '../window/engine-client';

export class Training {
  runs = $state.raw<Run[]>([]);
  /** The run shown; null shows the form for a new one. */
  shown = $state<RunId | null>(null);

  folder = $state<string | null>(null);
  report = $state.raw<FolderReport | null>(null);
  reportFailure = $state<string | null>(null);
  /** How far looking at the folder has come; null when nobody is looking. */
  looking = $state.raw<{ done: number; total: number } | null>(null);

  choices = $state<Choices>({ ...DEFAULT_CHOICES });
  preset = $state<Preset | 'custom'>('good');
  starting = $state(false);

  readonly run = $derived(this.runs.find((run) => run.id === this.shown) ?? null);
  /** The run that is under way, if any; the newest when there are several. */
  readonly active = $derived(this.runs.findLast((run) => isActive(run.state)) ?? null);
  readonly problems = $derived(problems(this.choices, this.report?.imageCount ?? null, this.report?.grey ? 1 : 3));

  readonly #looks = new Turns();
  readonly #starts = new Turns();
  readonly #engine: Engine;
  #aligned = false;
  /** The name was typed by a person: folder and kind no longer change it. */
  #named = false;
  readonly #notices: Notices;
  readonly #watched: () => boolean;

  /** @param watched whether the run shown is on the screen now */
  constructor(engine: Engine, notices: Notices, watched: () => boolean) {
    this.#engine = engine;
    this.#notices = notices;
    this.dataSets = new DataSetList(engine, notices);
    this.#watched = watched;
  }

  /** Runs live in the engine: a window that opens, or finds its engine again, asks for all there are. */
  async reopen(): Promise<void> {
    try {
      const snapshots = await this.#engine.runs();
      this.runs = snapshots.map((snapshot) => ({ ...snapshot, preparing: null }));
      if (!this.run) this.shown = this.active?.id ?? this.runs.at(-1)?.id ?? null;
    } catch (error) {
      this.#notices.failure(sentence(error));
    }
    if (this.folder && !this.report) await this.look();
  }

  // ---------------------------------------------------------------- what to train

  /**
   * Takes another folder of images and looks at it.
   * @param aligned its faces lie on one another already
   */
  async chooseFolder(path: string, aligned = false): Promise<void> {
    if (aligned !== this.#aligned) this.choices.align = !aligned;
    this.#aligned = aligned;
    this.folder = path;
    this.choices.curation = undefined;
    this.dataSet = null;
    this.changes = null;
    this.report = null;
    this.shown = null;
    this.#suggestName();
    await this.#openDataSet(path);
    await this.look();
    if (this.report && this.preset !== 'custom') this.choosePreset(this.preset);
  }

  /** The folder as it is kept; null until that is known. */
  dataSet = $state.raw<DataSet | null>(null);
  /** What has changed in it since it was opened before; null: nothing, or it was not. */
  changes = $state.raw<DataSetChanges | null>(null);
  readonly dataSets: DataSetList;

  renameDataSet(name: string): void {
    if (name.trim() !== '') void this.#keep({ name: name.trim() });
  }

  async #openDataSet(path: string): Promise<void> {
    try {
      const { dataSet, changes } = await this.#engine.openDataSet(path);
      if (path !== this.folder) return;
      this.dataSet = dataSet;
      this.choices.curation = dataSet.curation ?? undefined;
      this.changes = changes && changes.added + changes.missing + changes.changed > 0 ? changes : null;
      this.#suggestName();
    } catch {
      // what is wrong with the folder is said where it is looked at
    }
  }

  async #keep(change: Partial<Pick<DataSet, 'name' | 'curation'>>): Promise<void> {
    if (!this.dataSet) return;
    try {
      this.dataSet = await this.#engine.keepDataSet(this.dataSet.id, change);
      this.#suggestName();
    } catch (error) {
      this.#notices.failure(sentence(error));
    }
  }

  /** The folder while it is looked through image by image; null when it is not. */
  curating = $state.raw<Curating | null>(null);

  curate(): void {
    if (!this.folder) return;
    const { imageSize, imageHeight, align, curation } = this.choices;
    this.curating = new Curating(this.#engine, { path: this.folder, imageSize, imageHeight, align, curation });
    void this.curating.look();
  }

  /** @param use what was decided; else it is forgotten */
  endCurating(use: boolean): void {
    const { curating } = this;
    this.curating = null;
    curating?.close();
    if (!use || !curating) return;
    this.choices.curation = curating.decided;
    void this.#keep({ curation: curating.decided ?? null });
    this.choices.align = curating.cropping === 'face';
    void this.look();
  }

  /** Looks at the folder as training would see it now; a later call overtakes an earlier one. */
  async look(): Promise<void> {
    if (!this.folder) return;
    const current = this.#looks.begin();
    this.looking = { done: 0, total: 0 };
    this.reportFailure = null;
    try {
      const report = await this.#engine.inspectFolder(
        this.folder,
        this.choices.imageSize,
        this.choices.align,
        $state.snapshot(this.choices.curation),
        this.choices.imageHeight,
      );
      if (current()) this.report = report;
    } catch (error) {
      if (!current()) return;
      this.report = null;
      this.reportFailure = sentence(error);
    } finally {
      if (current()) this.looking = null;
    }
  }

  folderProgress(path: string, done: number, total: number): void {
    if (this.curating) this.curating.progress(done, total);
    else if (this.looking && path === this.folder) this.looking = { done, total };
  }

  chooseKind(trained: TrainedAs<Choices['kind']>): void {
    this.choices.kind = trained === 'vae-gan' ? 'vae' : trained;
    this.tune({ adversarial: trained === 'vae-gan' ? ADVERSARIAL : 0 });
    this.#suggestName();
    if (this.preset !== 'custom') this.choosePreset(this.preset);
  }

  /** Goes on from a model of ours, whose networks the run then has; null begins with a network of its own. */
  async startFrom(path: string | null): Promise<void> {
    const current = this.#starts.begin();
    if (path === null) {
      this.choices.from = undefined;
      if (this.preset !== 'custom') this.choosePreset(this.preset);
      return;
    }
    try {
      const { imageSize, imageHeight, latentSize, motif, ...network } = await this.#engine.startingNetwork(path);
      if (!current()) return;
      const { preset } = this;
      this.change({ from: path, imageSize, imageHeight, latentSize, motif });
      this.preset = preset;
      this.tune({ ...network, linearStart: 0 });
    } catch (error) {
      if (current()) this.#notices.failure(sentence(error));
    }
  }

  choosePreset(preset: Preset): void {
    this.preset = preset;
    const { imageCount = 1000, smallestSide } = this.report ?? {};
    this.change(withPreset($state.snapshot(this.choices), preset, imageCount, smallestSide));
    this.preset = preset;
  }

  /** Changes choices one by one: they are no preset's any more. */
  change(choices: Partial<Choices>): void {
    const seenAnew =
      ('imageSize' in choices && choices.imageSize !== this.choices.imageSize) ||
      ('imageHeight' in choices && choices.imageHeight !== this.choices.imageHeight) ||
      (choices.align ?? this.choices.align) !== this.choices.align;
    Object.assign(this.choices, choices);
    this.preset = 'custom';
    if (seenAnew) void this.look();
  }

  /** Finer settings, which no preset decides. */
  tune(tuning: Partial<Tuning>): void {
    this.choices.tuning = { ...this.choices.tuning, ...tuning };
  }

  rename(name: string): void {
    this.choices.name = name;
    this.#named = name.trim() !== '';
  }

  /** A name that says what and how, and makes the AE and VAE of one folder counterparts. */
  #suggestName(): void {
    if (this.#named) return;
    const last = this.folder?.split(/[/\\]/).filter(Boolean).at(-1);
    const folder = this.dataSet?.name ?? last ?? t('training.defaultName');
    this.choices.name = `${folder} ${trainedAs(this.choices).toUpperCase()}`;
  }

  // ---------------------------------------------------------------- runs

  async start(): Promise<void> {
    if (!this.folder || this.starting) return;
    this.starting = true;
    try {
      const settings = { ...$state.snapshot(this.choices), name: this.choices.name.trim(), images: this.folder };
      const id = await this.#engine.startTraining(settings);
      // events may have come before the answer
      if (!this.runs.some((run) => run.id === id)) await this.#refresh();
      this.shown = id;
      this.#named = false;
    } catch (error) {
      this.#notices.failure(t('training.startFailed', { reason: sentence(error) }));
    } finally {
      this.starting = false;
    }
  }

  /** Looks at a run that was started elsewhere. */
  async show(id: RunId): Promise<void> {
    await this.#refresh();
    this.shown = id;
  }

  pause = (id: RunId) => this.#act(() => this.#engine.pauseTraining(id));
  resume = (id: RunId) => this.#act(() => this.#engine.resumeTraining(id));
  stop = (id: RunId) => this.#act(() => this.#engine.stopTraining(id));
  cancel = (id: RunId) => this.#act(() => this.#engine.cancelTraining(id));

  /** Ends a run, keeping what it learned, and shows the form with its choices but for `change`. */
  async again({ id, settings }: Run, change: Partial<Tuning>): Promise<void> {
    await this.stop(id);
    const { images, out: _, ...choices } = settings;
    this.choices = { ...choices, tuning: { ...choices.tuning, ...change } };
    this.preset = 'custom';
    this.shown = null;
    if (images !== this.folder) await this.chooseFolder(images);
  }

  async #act(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.#notices.failure(t('run.actionFailed', { reason: sentence(error) }));
    }
  }

  /** Called with every event of every run. */
  async event(id: RunId, event: TrainingEvent): Promise<void> {
    const run = this.runs.find((candidate) => candidate.id === id);
    if (!run) {
      // a run that another window started, or one whose start has not been answered yet
      await this.#refresh();
      return;
    }
    const next = advance(run, event);
    this.runs = this.runs.map((candidate) => (candidate.id === id ? next : candidate));
    // said where it is looked at already
    if (this.shown === id && this.#watched()) return;
    const { name } = run.settings;
    if (event.event === 'done') this.#notices.success(t('run.doneToast', { name }));
    if (event.event === 'failed') this.#notices.failure(t('run.failedToast', { name, reason: words(event) }));
  }

  async #refresh(): Promise<void> {
    try {
      const snapshots = await this.#engine.runs();
      this.runs = snapshots.map((snapshot) => ({ ...snapshot, preparing: null }));
    } catch (error) {
      this.#notices.failure(sentence(error));
    }
  }
}
