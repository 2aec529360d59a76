/** The window's one set of state objects, tied together. */
import { tick, untrack } from 'svelte';
import { prefersReducedMotion } from 'svelte/motion';
import { UserError } from '../../main/contract';
import { callImages, t } from '../i18n/index.svelte';
import { sentence } from '../i18n/sentence';
import { AppSetup } from './window/app-settings.svelte';
import { Beta } from './theory/beta.svelte';
import { RunEstimates } from './training/estimates.svelte';
import { GraphicsCardProbe } from './training/graphics-card.svelte';
import { Draws } from './compare/draws.svelte';
import { CoveredArea } from './window/covered-area.svelte';
import { Connection } from './window/connection.svelte';
import { EngineClient } from './window/engine-client';
import { Holes } from './compare/holes.svelte';
import { Exports } from './exports/exports.svelte';
import { Faces } from './faces/faces.svelte';
import { FilmTheatre } from './training-film/theatre.svelte';
import { Journal } from './paths/journal.svelte';
import { Drops } from './drops/drops.svelte';
import { Lattice } from './flight/lattice.svelte';
import { Frames } from './frames/frames.svelte';
import { PANELS } from './window/areas';
import { Workspace } from './window/workspace.svelte';
import { ModelList } from './models/model-list.svelte';
import { MyPhoto } from './my-photo/my-photo.svelte';
import { NewFaces } from './new-faces/new-faces.svelte';
import { Notices } from './window/notices.svelte';
import { Paths } from './paths/paths.svelte';
import { Player } from './paths/player.svelte';
import { Posterior } from './posterior/posterior.svelte';
import { Scores } from './scores/scores.svelte';
import { Explorer } from './flight/explorer.svelte';
import { SyntheticFaces } from './training/synthetic.svelte';
import { Theory } from './theory/theory.svelte';
import { keep, read, recalled, type SessionMemory, written } from './window/session-memory';
import { Strips } from './frames/strips.svelte';
import { Tour } from './compare/tour.svelte';
import { Mixing } from './traits/mixing.svelte';
import { Traits } from './traits/traits.svelte';
import { Training } from './training/training.svelte';
import { Twin } from './compare/twin.svelte';
import { Unfinished } from './training/unfinished.svelte';
import { Undo } from './window/undo.svelte';

/** From a change until it is kept, milliseconds. */
const KEPT_AFTER = 1000;

const client = new EngineClient();
export const { engine } = client;

export const notices = new Notices();
export const undo = new Undo();
export const workspace = new Workspace();
export const coveredArea = new CoveredArea();
export const models = new ModelList(engine, notices);
export const explorer = new Explorer(engine, models, notices);
export const lattice = new Lattice(explorer, notices);
export const frames = new Frames(engine, explorer, undo, notices);
export const strips = new Strips(engine, explorer, frames);
export const faces = new Faces(engine, explorer, undo, notices, () => workspace.panel === 'faces');
export const posterior = new Posterior(engine, explorer);
export const player = new Player(explorer);
export const paths = new Paths(engine, explorer, undo, player);
export const journal = new Journal(engine, explorer, undo, notices);
export const myPhoto = new MyPhoto(engine, explorer, notices);
export const drops = new Drops(engine);
export const exports = new Exports(engine, explorer, frames, notices);
export const newFaces = new NewFaces(engine, explorer, journal, exports, notices);
export const traits = new Traits(engine, explorer, frames, exports, undo, notices, () => workspace.panel === 'traits');
export const mixing = new Mixing(engine, explorer, faces);
export const scores = new Scores(engine, explorer, notices);
export const theory = new Theory(engine, explorer);
export const beta = new Beta(engine);
export const twin = new Twin(engine, explorer, models, notices);
export const draws = new Draws(engine, explorer, twin);
export const tour = new Tour(engine, explorer, twin, notices);
export const holes = new Holes(engine, explorer, twin, notices, () => workspace.panel === 'compare');
export const graphicsCard = new GraphicsCardProbe(engine);
export const estimates = new RunEstimates(engine);
export const training = new Training(engine, notices, () => workspace.panel === 'training');
export const synthetic = new SyntheticFaces(engine, training);
export const theatre = new FilmTheatre(engine, notices, () => prefersReducedMotion.current || workspace.still);
export const unfinished = new Unfinished(
  engine,
  notices,
  (id) => training.show(id),
  (out) => training.active?.settings.out === out,
);

export const setup = new AppSetup(engine, notices);

export const connection = new Connection(client, {
  onTraining: (id, event) => {
    void training.event(id, event);
    if (event.event === 'failed' || event.event === 'state') void unfinished.refresh();
  },
  onCloudProgress: (id, done, total) => explorer.opening.progress(id, done, total),
  onHoles: (id, done, total, map) => holes.progress(id, done, total, map),
  onFrameProgress: (id, share) => frames.progress(id, share),
  onPhotoProgress: (id, share) => myPhoto.progressed(id, share),
  onPathProgress: (id, kind, share, codes) => paths.progress(id, kind, share, codes),
  onExportProgress: (id, done, total) => exports.progressed(id, done, total),
  onFolderProgress: (path, done, total) => training.folderProgress(path, done, total),
  onFacesProgress: (done, total) => synthetic.progressed(done, total),
  onScoreProgress: (id, stage, done, total) => scores.progressed(id, stage, done, total),
  onModelsChanged: () => void models.refresh(),
});

/** What is remembered was taken up, so that it may be written over. */
let resumed = false;

engine.onConnected((again) => {
  if (again) notices.success(t('connection.back'));
  void setup.load().then(() => setup.settings && training.tune({ device: setup.settings.device }));
  void training.reopen().then(() => unfinished.refresh());
  const flying = again ? explorer.reopen() : begin();
  // Once there is something to leave: a model that was opened from outside takes the place of the first one.
  if (!again) void flying.then(() => window.latentscape?.onOpenFile((path) => void explorer.open(path)));
});

/** A tab that is loaded anew goes on where it was, and the first window after a start where the last one was. */
async function begin(): Promise<void> {
  const memory = recalled() ?? (await kept());
  if (memory && workspace.panel === null) workspace.show(PANELS.find((name) => name === memory.panel) ?? null);
  await explorer.reopen(memory?.model);
  // what reacts to another model has done so
  await tick();
  const { flight } = explorer;
  if (
    flight &&
    memory?.model === flight.card.path &&
    memory.latentSize === flight.card.latentSize &&
    memory.count === flight.cloud.count
  ) {
    explorer.resume(memory.place);
    frames.resume(memory.frame);
    paths.resume(memory.stops);
    journal.resume(memory.flights, memory.lost);
    // what an earlier version of the app kept has none
    faces.coloured = memory.coloured ?? null;
  }
  if (memory?.table) faces.columns.resume(memory.table);
  resumed = true;
}

async function kept(): Promise<SessionMemory | null> {
  try {
    return read(await engine.keptSession());
  } catch (error) {
    notices.failure(t('session.notRead', { reason: sentence(error) }));
    return null;
  }
}

function memory(): SessionMemory | null {
  const { flight, place } = explorer;
  if (!flight || !place || !resumed) return null;
  return {
    model: flight.card.path,
    latentSize: flight.card.latentSize,
    count: flight.cloud.count,
    place,
    frame: frames.settings,
    stops: paths.stops.map(({ face, code }) => ({ face, code })),
    flights: journal.flights.map(({ name, samples }) => ({ name, samples })),
    lost: 0,
    panel: workspace.panel,
    coloured: faces.coloured,
    table: faces.columns.kept,
  };
}

/** Told once: whatever hinders it hinders it again. */
let keepingFailed = false;
function keepForRestart(): void {
  const now = memory();
  if (!now) return;
  engine.keepSession(written(now)).catch((error: unknown) => {
    // an engine that has gone says so itself, and the next one is told
    if (error instanceof UserError && error.code === 'process-died') return;
    if (!keepingFailed) notices.failure(t('session.notKept', { reason: sentence(error) }));
    keepingFailed = true;
  });
}

window.addEventListener('pagehide', () => {
  const now = memory();
  if (!now) return;
  keep(now);
  keepForRestart();
});

// state reacts to state: another model comes in its own frame
$effect.root(() => {
  $effect(() => {
    const { flight } = explorer;
    if (flight) untrack(() => frames.opened(flight));
    callImages(flight?.card.motif ?? 'faces');
  });
  // A crash or a cut cable tells nobody: what a restart would miss is kept soon after each change.
  let soon: ReturnType<typeof setTimeout> | undefined;
  $effect(() => {
    void [explorer.flight, explorer.visits.now, frames.settings, paths.stops, journal.flights, workspace.panel];
    void [faces.coloured, faces.columns.kept];
    soon ??= setTimeout(() => {
      soon = undefined;
      keepForRestart();
    }, KEPT_AFTER);
  });
});
