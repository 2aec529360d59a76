import type { Object3D } from 'three';
import { UserError } from '../../main/contract';
import { measureCloud } from './cloud/cloud-scale';
import type { Sheets } from './cloud/texture-atlas';
import { DARK_PALETTE, type Palette } from './palette';
import type { Point } from './pointer/lasso';
import type { Pointer } from './pointer/pointer';
import type { Vec3 } from './camera/pose';
import { Viewpoint, type ViewpointEvents } from './camera/viewpoint';

/** Faces and where they are. */
export interface SceneCloud extends Sheets {
  /** `[count, 3]`, scene units, centred on 0. */
  positions: Float32Array;
}

/** Something drawn in the space beside the faces. */
export interface Layer {
  object: Object3D;
  dispose(): void;
}

/** What a flight needs of the space it goes through. */
export interface FlightScene {
  /** The page's colours, for layers. */
  readonly palette: Palette;
  readonly viewpoint: Viewpoint;
  readonly pointer: Pick<Pointer, 'setSelected' | 'setHighlighted'>;
  setCloud(cloud: SceneCloud): void;
  setPositions(positions: Float32Array, focus: Vec3): void;
  facesInside(polygon: readonly Point[]): Uint32Array;
  add(layer: Layer): () => void;
  invalidate(): void;
  picture(width: number): Promise<Blob>;
}

/** The space before there is one to be seen, or where the browser has no WebGL: flights through it are jumps. */
export class UnseenScene implements FlightScene {
  readonly palette = DARK_PALETTE;
  readonly viewpoint: Viewpoint;
  readonly pointer = { setSelected: () => undefined, setHighlighted: () => undefined };

  constructor(on: Omit<ViewpointEvents, 'change'>) {
    this.viewpoint = new Viewpoint(() => 1, { ...on, change: () => undefined });
    this.viewpoint.reducedMotion = true;
  }

  setCloud({ positions }: SceneCloud): void {
    this.viewpoint.enter(positions, measureCloud(positions));
  }

  setPositions(positions: Float32Array, focus: Vec3): void {
    this.viewpoint.carry(positions, measureCloud(positions), focus, 0);
  }

  facesInside(): Uint32Array {
    return new Uint32Array();
  }

  add(layer: Layer): () => void {
    return () => layer.dispose();
  }

  invalidate(): void {}

  async picture(): Promise<Blob> {
    throw new UserError('no-device.no-3d');
  }
}
