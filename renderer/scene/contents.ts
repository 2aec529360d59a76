import type { PerspectiveCamera, Scene, WebGLRenderer } from 'three';
import { UserError } from '../../main/contract';
import type { Pose, Vec3 } from './camera/pose';
import type { Viewpoint } from './camera/viewpoint';
import { Cloud } from './cloud/cloud';
import type { CloudScale } from './cloud/cloud-scale';
import type { View } from './cloud/visibility';
import type { SceneCloud } from './flight-scene';
import { Fog, type FogVolume } from './layers/fog';
import { LatticeField, type DecodePlaces } from './layers/lattice-field';
import { raw, type Palette } from './palette';

export interface ContentsEvents {
  /** Something else is to be seen: a frame is needed. */
  change(): void;
  /** Some faces cannot be shown: their sheet of thumbnails is no readable image. */
  failed(error: unknown): void;
}

/** What the contents are drawn for. */
interface Frame {
  seconds: number;
  view: View;
  pose: Pose;
  camera: PerspectiveCamera;
  pixelRatio: number;
  viewpoint: Pick<Viewpoint, 'speed' | 'reducedMotion'>;
}

/** What there is to see in the space: the cloud of faces, and what it makes room for, a lattice of decoded faces or fog. */
export class Contents {
  readonly #scene: Scene;
  readonly #renderer: WebGLRenderer;
  readonly #multisampled: boolean;
  readonly #palette: Palette;
  readonly #on: ContentsEvents;
  readonly #fog = new Fog();
  #cloud: Cloud | null = null;
  #lattice: LatticeField | null = null;
  #scale: CloudScale | null = null;
  #positions: Float32Array = new Float32Array();

  /** @param multisampled graphics hardware draws, and smooths edges itself */
  constructor(scene: Scene, renderer: WebGLRenderer, multisampled: boolean, palette: Palette, on: ContentsEvents) {
    this.#scene = scene;
    this.#renderer = renderer;
    this.#multisampled = multisampled;
    this.#palette = palette;
    this.#on = on;
    scene.add(this.#fog.mesh);
  }

  /** Null before the first one, and where it has no faces. */
  get cloud(): Cloud | null {
    return this.#cloud;
  }

  /** Where the faces are, or will be once they have moved, `[count, 3]`. */
  get positions(): Float32Array {
    return this.#positions;
  }

  /** What writes the numbers of its faces: those of the cloud, then those of the lattice. */
  get pickable() {
    return [this.#cloud, this.#lattice].flatMap((faces) => faces?.pickable ?? []);
  }

  /**
   * Shows these faces instead of any before; lattice, marks and hidden faces end with those.
   * @throws UserError `bad-model` when the numbers do not fit together
   */
  setCloud(cloud: SceneCloud, scale: CloudScale): void {
    check(cloud);
    this.#dropCloud();
    const { count, positions } = cloud;
    this.#scale = scale;
    this.#positions = positions;
    if (count === 0) return;
    const events = { ready: () => this.#on.change(), failed: (error: unknown) => this.#on.failed(error) };
    this.#cloud = new Cloud(positions, cloud, scale, this.#palette, this.#renderer, this.#multisampled, events);
    this.#scene.add(this.#cloud.seen);
    this.#makeRoom();
  }

  /**
   * Moves the same faces to other places, eased. The lattice ends.
   * @param positions `[count, 3]`, finite
   */
  moveTo(positions: Float32Array, scale: CloudScale): void {
    if (!this.#cloud) return;
    this.#dropLattice();
    this.#makeRoom();
    this.#scale = scale;
    this.#positions = positions;
    this.#cloud.moveTo(positions, scale);
  }

  /**
   * Fills the space around the camera with faces decoded at the places of a lattice, and makes the cloud's own faces small;
   * null: no longer. Ends with the cloud.
   */
  setLattice(decode: DecodePlaces | null): void {
    this.#dropLattice();
    if (decode && this.#cloud && this.#scale) {
      const faces = this.#positions.length / 3;
      const change = () => this.#on.change();
      this.#lattice = new LatticeField(this.#scale, this.#palette, faces, this.#multisampled, decode, change);
      this.#scene.add(this.#lattice.seen);
    }
    this.#makeRoom();
    this.#on.change();
  }

  /** The places of the lattice decode to other faces from now on. */
  renewLattice(): void {
    this.#lattice?.renew();
    this.#on.change();
  }

  /** Where a face of the lattice is; null without a lattice. */
  latticePosition(face: number): Vec3 | null {
    return this.#lattice?.positionOf(face) ?? null;
  }

  /** Fills a part of the space with fog and makes the cloud's faces small, which would hide it. null: no longer. */
  setFog(fog: FogVolume | null): void {
    this.#fog.set(fog);
    this.#makeRoom();
    this.#on.change();
  }

  /**
   * Gives faces of the cloud coloured borders, until the next cloud.
   * @param marks `[count]`, 0 none, 255 grey, else one more than the number of its colour; null: none at all
   * @param colours as style sheets write them, at most 16
   */
  setMarks(marks: Uint8Array | null, colours: readonly string[]): void {
    this.#cloud?.mark(marks, colours.map(raw));
    this.#on.change();
  }

  /** Leaves faces of the cloud out, 1 for each that is not to be seen, until the next cloud; null: none. */
  setHidden(hidden: Uint8Array | null): void {
    this.#cloud?.hide(hidden);
    this.#on.change();
  }

  /** Prepares the next frame; true while something still appears, moves or clears. */
  step({ seconds, view, pose, camera, pixelRatio, viewpoint }: Frame): boolean {
    const { focus, reach } = pose;
    const instant = viewpoint.reducedMotion;
    const loading = this.#cloud?.step(seconds, view, reach, pixelRatio, instant) ?? false;
    const decoding = this.#lattice?.step(seconds, focus, reach, viewpoint.speed, view.focal, instant) ?? false;
    const clearing = this.#fog.step(seconds, this.#renderer, camera, reach, instant);
    return loading || decoding || clearing;
  }

  /** The graphics context came back empty. */
  reload(): void {
    this.#cloud?.reload();
  }

  dispose(): void {
    this.#dropCloud();
    this.#fog.dispose();
  }

  /** Faces of the cloud are small while something else is looked at. */
  #makeRoom(): void {
    this.#cloud?.stepBack(this.#lattice !== null || this.#fog.shown);
  }

  #dropLattice(): void {
    if (this.#lattice) this.#scene.remove(this.#lattice.seen);
    this.#lattice?.dispose();
    this.#lattice = null;
  }

  #dropCloud(): void {
    this.#dropLattice();
    if (this.#cloud) this.#scene.remove(this.#cloud.seen);
    this.#cloud?.dispose();
    this.#cloud = null;
  }
}

function check({ count, positions, sheets, tile, columns, perSheet }: SceneCloud): void {
  const fits =
    positions.length === 3 * count &&
    positions.every(Number.isFinite) &&
    [tile, columns, perSheet].every((n) => Number.isInteger(n) && n > 0) &&
    sheets.length === Math.ceil(count / perSheet);
  if (fits) return;
  throw new UserError('bad-model.cloud-parts', { count, sheets: sheets.length });
}
