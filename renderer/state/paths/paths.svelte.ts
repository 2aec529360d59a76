/** Ways through chosen faces: which stops, what the engine found, and flying along one. */
import type { ImageBatch, LatentPath, ModelId, PathKind } from '../../../main/contract';
import { toScene } from '../../../main/engine/space/frames/frame';
import type { PathLine } from '../../scene/layers/path-lines';
import type { Player, Sample } from './player.svelte';
import { sentence } from '../../i18n/sentence';
import { sameFaces } from '../flight/carry-over';
import type { Explorer } from '../flight/explorer.svelte';
import type { Flight } from '../flight/flight';
import type { Undo } from '../window/undo.svelte';
import { Turns } from '../../scheduling/newest';
import type { Engine } from '../window/engine-client';

/** A place that a path leads through. */
export interface Stop {
  key: number;
  /** Number of the face there; null for another place. */
  face: number | null;
  code: Float32Array;
}

/** What each kind of path looks like in the space and in the panel. */
export const PATH_COLOURS: Record<PathKind, string> = {
  straight: '#7fb2ff',
  spherical: '#ffc46b',
  smooth: '#d7a1ff',
  geodesic: '#74e0c2',
};

/** Codes of a path: enough for a smooth flight and an honest length. */
const FRAMES = 49;
const SECONDS_A_LEG = 4;

export class Paths {
  stops = $state.raw<readonly Stop[]>([]);
  /** What lies at stops that are no faces of the data, by their keys. */
  pictures = $state.raw<Readonly<Record<number, ImageBatch>>>({});
  found = $state.raw<Partial<Record<PathKind, LatentPath>>>({});
  /** What is being worked on, and how far that is. */
  working = $state.raw<{ kind: PathKind; share: number; codes: Float32Array | null } | null>(null);
  failure = $state<string | null>(null);
  chosen = $state<PathKind>('straight');

  /** Through two stops a smooth curve is their straight line. */
  readonly kinds = $derived<PathKind[]>(
    this.stops.length > 2 ? ['straight', 'spherical', 'smooth', 'geodesic'] : ['straight', 'spherical', 'geodesic'],
  );
  readonly #explorer: Explorer;
  readonly #undo: Undo;
  readonly #player: Player;
  /** The model whose stops these are. */
  #flight: Flight | null = null;
  /** Stops in models that were flown before, by path. */
  readonly #left: Record<string, readonly Stop[] | undefined> = {};
  readonly #turns = new Turns();
  #current = this.#turns.begin();
  readonly #engine: Engine;
  #keys = 0;

  constructor(engine: Engine, explorer: Explorer, undo: Undo, player: Player) {
    this.#engine = engine;
    this.#explorer = explorer;
    this.#undo = undo;
    this.#player = player;
  }

  /** Adds a face, or the place where one is. */
  add(face: number | null = null): void {
    const { flight } = this.#explorer;
    if (!flight) return;
    const d = flight.card.latentSize;
    const code = face === null ? this.#explorer.code : flight.cloud.codes.slice(face * d, (face + 1) * d);
    this.#change([...this.stops, { key: this.#keys++, face, code }]);
  }

  remove(stop: Stop): void {
    this.#change(this.stops.filter((other) => other !== stop));
  }

  clear(): void {
    this.#change([]);
  }

  /**
   * Another model is flown: there again are the stops that were left in it, or those of the model before that are faces of
   * this one as well.
   */
  enter(flight: Flight): void {
    const before = this.#flight;
    if (before) this.#left[before.card.path] = this.stops;
    this.#flight = flight;
    this.pictures = {};
    const { codes, count, photos } = flight.cloud;
    const d = flight.card.latentSize;
    const known = this.#left[flight.card.path];
    const shared = before && sameFaces(before.cloud, flight.cloud) ? this.stops : [];
    const stops = known ?? shared.filter(({ face }) => face !== null && face < count - photos.length);
    this.#set(
      stops
        .map((stop) => (stop.face === null ? stop : { ...stop, code: codes.slice(stop.face * d, (stop.face + 1) * d) }))
        .filter(({ code }) => code.length === d),
    );
  }

  /** The stops that were left in the same model. */
  resume(stops: readonly Omit<Stop, 'key'>[]): void {
    this.#set(stops.map((stop) => ({ ...stop, key: this.#keys++ })));
  }

  /** The same model was opened once more: what was found goes with the engine that found it, the stops stay. */
  reopened(): void {
    if (this.stops.length > 0) this.#set(this.stops);
  }

  #change(stops: readonly Stop[]): void {
    const before = this.stops;
    this.#undo.make({ what: 'stops', redo: () => this.#set(stops), undo: () => this.#set(before) });
  }

  #set(stops: readonly Stop[]): void {
    this.stops = stops;
    this.found = {};
    this.cancel();
    void this.#draw();
    void this.#traceAll();
  }

  /** Draws what lies at the stops that have no picture yet. */
  async #draw(): Promise<void> {
    const current = this.#current;
    const { flight } = this.#explorer;
    const missing = this.stops.filter(({ key, face }) => face === null && !(key in this.pictures));
    try {
      for (const { key, code } of flight ? missing : []) {
        const picture = await this.#engine.decode(flight!.id, code);
        if (!current()) return;
        this.pictures = { ...this.pictures, [key]: picture };
      }
    } catch (error) {
      if (current()) this.failure = sentence(error);
    }
  }

  async #traceAll(): Promise<void> {
    const current = this.#current;
    for (const kind of this.kinds) {
      // the shortest way takes a while: somebody has to ask for it
      if (kind !== 'geodesic' && current()) await this.trace(kind);
    }
  }

  /** Has the engine find a path of this kind. */
  async trace(kind: PathKind): Promise<void> {
    const { flight } = this.#explorer;
    if (!flight || this.stops.length < 2) return;
    const current = this.#current;
    const d = flight.card.latentSize;
    const stops = new Float32Array(this.stops.length * d);
    this.stops.forEach(({ code }, k) => stops.set(code, k * d));
    this.working = { kind, share: 0, codes: null };
    this.failure = null;
    try {
      const path = await this.#engine.tracePath(flight.id, kind, stops, FRAMES);
      if (current()) this.found = { ...this.found, [kind]: path };
    } catch (error) {
      if (current()) this.failure = sentence(error);
    } finally {
      if (current()) this.working = null;
    }
  }

  progress(id: ModelId, kind: PathKind, share: number, codes: Float32Array): void {
    if (id === this.#explorer.flight?.id && this.working?.kind === kind) this.working = { kind, share, codes };
  }

  /** Ends the work that is going on. */
  cancel(): void {
    this.#current = this.#turns.begin();
    const { flight } = this.#explorer;
    // nothing is lost when it fails: the engine forgets its work with the model
    if (this.working && flight) this.#engine.cancelPaths(flight.id).catch(() => {});
    this.working = null;
  }

  /** The moments of a flight along a path. */
  flightAlong(kind: PathKind): Sample[] {
    const path = this.found[kind];
    const { scene, flight } = this.#explorer;
    if (!path || !flight) return [];
    const d = flight.card.latentSize;
    const view = { ...scene.viewpoint.pose, reach: 1.6 * scene.viewpoint.scale.closeUp };
    const seconds = SECONDS_A_LEG * (this.stops.length - 1);
    return Array.from({ length: FRAMES }, (_, n) => ({
      time: (seconds * n) / (FRAMES - 1),
      code: path.codes.slice(n * d, (n + 1) * d),
      view: { yaw: view.yaw, pitch: view.pitch, reach: view.reach },
    }));
  }

  fly(kind: PathKind): void {
    const samples = this.flightAlong(kind);
    this.chosen = kind;
    if (samples.length > 0) this.#player.play(kind, samples);
  }

  /** What is drawn in the space. */
  readonly lines = $derived.by((): PathLine[] => {
    const frame = this.#explorer.flight?.cloud.frame;
    if (!frame) return [];
    const line = (kind: PathKind, codes: Float32Array) => ({
      positions: toScene(codes, frame),
      colour: PATH_COLOURS[kind],
      chosen: kind === this.chosen,
    });
    const lines = Object.values(this.found).map(({ kind, codes }) => line(kind, codes));
    const { working } = this;
    return working?.codes ? [...lines, line(working.kind, working.codes)] : lines;
  });
}
