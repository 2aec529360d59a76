import { Color, Group } from 'three';
import { Line2 } from 'three/addons/lines/Line2.js';
import { LineGeometry } from 'three/addons/lines/LineGeometry.js';
import { LineMaterial } from 'three/addons/lines/LineMaterial.js';
import type { Layer } from '../flight-scene';

export interface PathLine {
  /** `[n, 3]`, at least two. */
  positions: Float32Array;
  /** CSS. */
  colour: string;
  /** The one that stands out. */
  chosen: boolean;
}

/** Ways through the space, as lines as wide as a pen's, seen faintly through the faces before them. */
export class PathLines implements Layer {
  readonly object = new Group();

  constructor(lines: readonly PathLine[]) {
    for (const { positions, colour, chosen } of lines) {
      for (const behind of [true, false]) {
        const geometry = new LineGeometry();
        geometry.setPositions(positions);
        const material = new LineMaterial({
          // the scene writes display values, as the thumbnails are
          color: new Color().setStyle(colour).convertLinearToSRGB().getHex(),
          linewidth: chosen ? 4 : 2.5,
          transparent: true,
          opacity: (chosen ? 1 : 0.7) * (behind ? 0.28 : 1),
          depthTest: !behind,
          depthWrite: false,
        });
        const line = new Line2(geometry, material);
        line.frustumCulled = false;
        line.renderOrder = chosen ? 5 : 4;
        this.object.add(line);
      }
    }
  }

  dispose(): void {
    for (const line of this.object.children as Line2[]) {
      line.geometry.dispose();
      line.material.dispose();
    }
  }
}
