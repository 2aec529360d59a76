import { BufferAttribute, BufferGeometry, DoubleSide, GLSL3, Mesh, ShaderMaterial, Vector2, Vector3 } from 'three';
import type { Vec3 } from '../camera/pose';

/** Length of a bracket's arms, as a share of the half side. */
const ARM = 0.34;
const FEWEST_PIXELS = 26;
/** Half the width of a stroke, and the darkening around it that keeps it legible over a bright face. CSS pixels. */
const STROKE = 0.8;
const HALO = 1.2;

/**
 * Four corner brackets around the place that is decoded. They lie in the space, at the size a face would have there,
 * so they say how far away the place is; never so small that they are lost.
 */
export class Reticle {
  readonly mesh: Mesh<BufferGeometry, ShaderMaterial>;
  readonly #uniforms = {
    focus: { value: new Vector3() },
    halfPixels: { value: 1 },
    /** Drawing-buffer pixels for a CSS pixel of a stroke's width. */
    strokeScale: { value: 1 },
    viewport: { value: new Vector2(1, 1) },
  };

  constructor() {
    const material = new ShaderMaterial({
      glslVersion: GLSL3,
      transparent: true,
      depthTest: false,
      depthWrite: false,
      side: DoubleSide,
      uniforms: this.#uniforms,
      vertexShader: /* glsl */ `
        uniform vec3 focus;
        uniform float halfPixels;
        uniform float strokeScale;
        uniform vec2 viewport;
        in vec2 outwards;
        in float tint;
        out float shade;
        void main() {
          shade = tint;
          vec4 centre = projectionMatrix * viewMatrix * vec4(focus, 1.0);
          vec2 pixels = position.xy * halfPixels + outwards * strokeScale;
          gl_Position = centre + vec4(pixels * 2.0 / viewport * centre.w, 0.0, 0.0);
        }
      `,
      fragmentShader: /* glsl */ `
        in float shade;
        out vec4 colour;
        void main() {
          colour = vec4(vec3(shade), mix(0.4, 0.85, shade));
        }
      `,
    });
    this.mesh = new Mesh(brackets(), material);
    this.mesh.frustumCulled = false;
    this.mesh.renderOrder = 1;
  }

  /**
   * @param facePixels side of a face at the focus, drawing-buffer pixels
   * @param width, height of the drawing buffer
   */
  place(focus: Vec3, facePixels: number, width: number, height: number, pixelRatio: number): void {
    this.#uniforms.focus.value.set(...focus);
    this.#uniforms.halfPixels.value = Math.max(FEWEST_PIXELS * pixelRatio, 1.24 * facePixels) / 2;
    // where pixels are few, a stroke narrower than one would fall between them
    this.#uniforms.strokeScale.value = Math.max(pixelRatio, 0.5 / STROKE);
    this.#uniforms.viewport.value.set(width, height);
  }

  dispose(): void {
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
  }
}

/** Strokes as thin rectangles, dark and wide below, bright and narrow on top: lines of GL are one pixel wide. */
function brackets(): BufferGeometry {
  const places: number[] = [];
  const outwards: number[] = [];
  const tints: number[] = [];
  const stroke = (from: [number, number], to: [number, number], width: number, tint: number) => {
    const low = [Math.min(from[0], to[0]), Math.min(from[1], to[1])];
    const high = [Math.max(from[0], to[0]), Math.max(from[1], to[1])];
    for (const [right, top] of [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 0],
      [1, 1],
      [0, 1],
    ]) {
      places.push(right ? high[0] : low[0], top ? high[1] : low[1], 0);
      outwards.push(right ? width : -width, top ? width : -width);
      tints.push(tint);
    }
  };
  for (const [width, tint] of [
    [STROKE + HALO, 0],
    [STROKE, 1],
  ]) {
    for (const x of [-1, 1]) {
      for (const y of [-1, 1]) {
        stroke([x, y], [x * (1 - ARM), y], width, tint);
        stroke([x, y], [x, y * (1 - ARM)], width, tint);
      }
    }
  }
  return new BufferGeometry()
    .setAttribute('position', new BufferAttribute(new Float32Array(places), 3))
    .setAttribute('outwards', new BufferAttribute(new Float32Array(outwards), 2))
    .setAttribute('tint', new BufferAttribute(new Float32Array(tints), 1));
}
