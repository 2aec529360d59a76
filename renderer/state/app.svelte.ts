/** The window's one set of state objects, tied together. */
import { tick, untrack } from 'svelte';
import { prefersReducedMotion } from 'svelte/motion';
import { t } from '../i18n/index.svelte';
import { Beta } from './theory/beta.svelte';
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
import { Lattice } from './flight/lattice.svelte';
import { Frames } from './frames/frames.svelte';
import { Workspace } from './window/workspace.svelte';
import { ModelList } from './models/model-list.svelte';
import { Notices } from './window/notices.svelte';
import { Paths } from './paths/paths.svelte';
import { Player } from './paths/player.svelte';
import { Posterior } from './posterior/posterior.svelte';
import { Scores } from './scores/scores.svelte';
import { Session } from './flight/session.svelte';
import { SyntheticFaces } from './training/synthetic.svelte';
import { Theory } from './theory/theory.svelte';
import { keep, recalled, type TabMemory } from './window/tab-memory';
import { Strips } from './frames/strips.svelte';
import { Tour } from './compare/tour.svelte';
import { Training } from './training/training.svelte';
import { Twin } from './compare/twin.svelte';
import { Unfinished } from './training/unfinished.svelte';
import { Undo } from './window/undo.svelte';

const client = new EngineClient();
export const { engine } = client;

export const notices = new Notices();
export const undo = new Undo();
export const workspace = new Workspace();
export const coveredArea = new CoveredArea();
export const models = new ModelList(engine);
export const session = new Session(engine, models, notices);
export const lattice = new Lattice(session, notices);
export const frames = new Frames(engine, session, undo, notices);
export const strips = new Strips(engine, session, frames);
export const faces = new Faces(engine, session, undo, notices, () => workspace.panel === 'faces');
export const posterior = new Posterior(engine, session);
export const player = new Player(session);
export const paths = new Paths(engine, session, undo, player);
export const journal = new Journal(engine, session, undo, notices);
export const exports = new Exports(engine, session, frames, notices);
export const scores = new Scores(engine, session, notices);
export const theory = new Theory(engine, session);
export const beta = new Beta(engine);
export const twin = new Twin(engine, session, models, notices);
export const draws = new Draws(engine, session, twin);
export const tour = new Tour(session, twin);
export const holes = new Holes(engine, session, twin, notices, () => workspace.panel === 'compare');
export const graphicsCard = new GraphicsCardProbe(engine);
export const training = new Training(engine, notices, () => workspace.panel === 'training');
export const synthetic = new SyntheticFaces(engine, training);
export const theatre = new FilmTheatre(engine, notices, () => prefersReducedMotion.current || workspace.still);
export const unfinished = new Unfinished(
  engine,
  notices,
  (id) => training.show(id),
  (out) => training.active?.settings.out === out,
);

export const connection = new Connection(client, {
  onTraining: (id, event) => {
    void training.event(id, event);
    if (event.event === 'failed' || event.event === 'state') void unfinished.refresh();
  },
  onCloudProgress: (id, done, total) => session.opening.progress(id, done, total),
  onHoles: (id, done, total, map) => holes.progress(id, done, total, map),
  onFrameProgress: (id, share) => frames.progress(id, share),
  onPathProgress: (id, kind, share, codes) => paths.progress(id, kind, share, codes),
  onExportProgress: (id, done, total) => exports.progressed(id, done, total),
  onFolderProgress: (path, done, total) => training.folderProgress(path, done, total),
  onFacesProgress: (done, total) => synthetic.progressed(done, total),
  onScoreProgress: (id, stage, done, total) => scores.progressed(id, stage, done, total),
  onModelsChanged: () => void models.refresh(),
});

engine.onConnected((again) => {
  if (again) notices.success(t('connection.back'));
  void training.reopen().then(() => unfinished.refresh());
  // read before anything else comes to be kept
  const memory = again ? null : recalled();
  const flying = session.reopen().then(async () => {
    // what reacts to another model has done so
    await tick();
    resume(memory);
  });
  // Once there is something to leave: a model that was opened from outside takes the place of the first one.
  if (!again) void flying.then(() => window.latentscape?.onOpenFile((path) => void session.open(path)));
});

/** A tab that is loaded anew goes on where it was. */
function resume(memory: TabMemory | null): void {
  const { flight } = session;
  if (!memory || !flight || memory.model !== flight.card.path) return;
  if (memory.latentSize !== flight.card.latentSize || memory.count !== flight.cloud.count) return;
  session.resume(memory.place);
  frames.resume(memory.frame);
  paths.resume(memory.stops);
  journal.resume(memory.flights, memory.lost);
}

window.addEventListener('pagehide', () => {
  const { flight, place } = session;
  if (!flight || !place) return;
  keep({
    model: flight.card.path,
    latentSize: flight.card.latentSize,
    count: flight.cloud.count,
    place,
    frame: frames.settings,
    stops: paths.stops.map(({ face, code }) => ({ face, code })),
    flights: journal.flights.map(({ name, samples }) => ({ name, samples })),
    lost: 0,
  });
});

// state reacts to state: another model comes in its own frame
$effect.root(() => {
  $effect(() => {
    const { flight } = session;
    if (flight) untrack(() => frames.opened(flight));
  });
});
