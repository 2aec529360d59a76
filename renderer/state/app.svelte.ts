/** The window's one set of state objects, tied together. */
import { untrack } from 'svelte';
import { prefersReducedMotion } from 'svelte/motion';
import type { WindowApi } from '../../main/contract';
import { t } from '../i18n/index.svelte';
import { Beta } from './theory/beta.svelte';
import { Card } from './training/card.svelte';
import { Draws } from './compare/draws.svelte';
import { Covered } from './window/covered.svelte';
import { Connection } from './window/connection.svelte';
import { Holes } from './compare/holes.svelte';
import { Faces } from './faces/faces.svelte';
import { FilmTheatre } from './film/film.svelte';
import { Journal } from './paths/journal.svelte';
import { Lattice } from './flight/lattice.svelte';
import { Frames } from './frames/frames.svelte';
import { Layout } from './window/layout.svelte';
import { ModelList } from './models/model-list.svelte';
import { Notices } from './window/notices.svelte';
import { Paths } from './paths/paths.svelte';
import { Player } from './paths/player.svelte';
import { Posterior } from './posterior/posterior.svelte';
import { Scores } from './scores/scores.svelte';
import { Session } from './flight/session.svelte';
import { SyntheticFaces } from './training/synthetic.svelte';
import { Theory } from './theory/theory.svelte';
import { Strips } from './frames/strips.svelte';
import { Tour } from './compare/tour.svelte';
import { Training } from './training/training.svelte';
import { Twin } from './compare/twin.svelte';
import { Unfinished } from './training/unfinished.svelte';
import { Undo } from './window/undo.svelte';

export const notices = new Notices();
export const models = new ModelList();
export const session = new Session(models, notices);
export const scores = new Scores(session, notices);
export const lattice = new Lattice(session, notices);
export const theory = new Theory(session);
export const beta = new Beta();
export const undo = new Undo();
export const frames = new Frames(session, undo, notices);
export const strips = new Strips(session, frames);
export const player = new Player(session);
export const paths = new Paths(session, undo, player);
export const journal = new Journal(session, undo, notices);
export const posterior = new Posterior(session);
export const layout = new Layout();
export const covered = new Covered();
export const card = new Card();
export const twin = new Twin(session, models, notices);
export const draws = new Draws(session, twin);
export const tour = new Tour(session, twin);
export const holes = new Holes(session, twin, notices, () => layout.panel === 'compare');
export const training = new Training(notices, () => layout.panel === 'training');
export const synthetic = new SyntheticFaces(training);

export const theatre = new FilmTheatre(notices, () => prefersReducedMotion.current || layout.still);

export const unfinished = new Unfinished(
  notices,
  (id) => training.show(id),
  (out) => training.active?.settings.out === out,
);

const fromEngine: WindowApi = {
  onTraining: (id, event) => {
    void training.event(id, event);
    if (event.event === 'failed' || event.event === 'state') void unfinished.refresh();
  },
  onCloudProgress: (id, done, total) => session.cloudProgress(id, done, total),
  onHoles: (id, done, total, map) => holes.progress(id, done, total, map),
  onFrameProgress: (id, share) => frames.progress(id, share),
  onPathProgress: (id, kind, share, codes) => paths.progress(id, kind, share, codes),
  onFolderProgress: (path, done, total) => training.folderProgress(path, done, total),
  onFacesProgress: (done, total) => synthetic.progressed(done, total),
  onScoreProgress: (id, stage, done, total) => scores.progressed(id, stage, done, total),
  onModelsChanged: () => void models.refresh(),
};

let connections = 0;

export const connection = new Connection(fromEngine, (engine) => {
  if (connections++ > 0) notices.success(t('connection.back'));
  card.connected(engine);
  twin.connected(engine);
  draws.connected(engine);
  theatre.connected(engine);
  holes.connected(engine);
  synthetic.connected(engine);
  scores.connected(engine);
  void training.connected(engine).then(() => unfinished.connected(engine));
  theory.connected(engine);
  beta.connected(engine);
  frames.connected(engine);
  strips.connected(engine);
  paths.connected(engine);
  journal.connected(engine);
  posterior.connected(engine);
  const flying = session.connected(engine);
  // Once there is something to leave: a model that was opened from outside takes the place of the first one.
  if (connections === 1) void flying.then(() => window.latentscape?.onOpenFile((path) => void session.open(path)));
});

export const faces = new Faces(
  session,
  undo,
  notices,
  () => connection.engine,
  () => layout.panel === 'faces',
);

// state reacts to state: another model comes in its own frame
$effect.root(() => {
  $effect(() => {
    const { flight } = session;
    if (flight) untrack(() => frames.opened(flight));
  });
});
