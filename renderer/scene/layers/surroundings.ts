import { BufferAttribute, BufferGeometry, GLSL3, Group, LineSegments, Points, ShaderMaterial, Vector3 } from 'three';
import type { Color } from 'three';
import type { Palette } from '../palette';
import type { Vec3 } from '../camera/pose';

const MOTES = 1600;
const RINGS = 6;
const SEGMENTS = 128;
const SPOKES = 12;

/**
 * What keeps one from getting lost where there are no faces: rings on a floor below the cloud say where its middle is
 * and which way is up, and dust that drifts past shows that one moves, and how fast. Too faint to be looked at.
 */
export class Surroundings {
  readonly group = new Group();
  readonly #floor: LineSegments<BufferGeometry, ShaderMaterial>;
  readonly #dust: Points<BufferGeometry, ShaderMaterial>;
  readonly #dustUniforms: DustUniforms;

  constructor(palette: Palette) {
    this.#floor = floor(palette);
    this.#dustUniforms = {
      line: { value: palette.line },
      eye: { value: new Vector3() },
      box: { value: 1 },
      pixelRatio: { value: 1 },
    };
    this.#dust = dust(this.#dustUniforms);
    this.group.add(this.#floor, this.#dust);
  }

  /**
   * @param radius of the cloud, scene units
   * @param reach distance from the eye to the reticle: dust is as fine as one looks closely
   */
  place(eye: Vec3, radius: number, reach: number, pixelRatio: number): void {
    this.#floor.position.y = -1.15 * radius;
    this.#floor.scale.setScalar(radius);
    const uniforms = this.#dustUniforms;
    uniforms.eye.value.set(...eye);
    uniforms.box.value = Math.max(0.8 * radius, 1.5 * reach);
    uniforms.pixelRatio.value = pixelRatio;
  }

  dispose(): void {
    for (const object of [this.#floor, this.#dust]) {
      object.geometry.dispose();
      object.material.dispose();
    }
  }
}

type DustUniforms = {
  line: { value: Color };
  eye: { value: Vector3 };
  box: { value: number };
  pixelRatio: { value: number };
};

/** Rings and spokes on a disc of radius 2 in the xz-plane, fading outwards. */
function floor(palette: Palette): LineSegments<BufferGeometry, ShaderMaterial> {
  const points: number[] = [];
  for (let ring = 1; ring <= RINGS; ring++) {
    const radius = (2 * ring) / RINGS;
    for (let i = 0; i < SEGMENTS; i++) {
      for (const angle of [i, i + 1].map((k) => (2 * Math.PI * k) / SEGMENTS)) {
        points.push(radius * Math.cos(angle), 0, radius * Math.sin(angle));
      }
    }
  }
  for (let spoke = 0; spoke < SPOKES; spoke++) {
    const angle = (2 * Math.PI * spoke) / SPOKES;
    const inner = spoke % 3 === 0 ? 0 : 2 / RINGS;
    for (const radius of [inner, 2]) points.push(radius * Math.cos(angle), 0, radius * Math.sin(angle));
  }
  const geometry = new BufferGeometry().setAttribute('position', new BufferAttribute(new Float32Array(points), 3));
  const material = new ShaderMaterial({
    glslVersion: GLSL3,
    transparent: true,
    depthWrite: false,
    uniforms: { line: { value: palette.line } },
    vertexShader: /* glsl */ `
      out vec2 place;
      void main() {
        place = position.xz;
        gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
      }
    `,
    fragmentShader: /* glsl */ `
      uniform vec3 line;
      in vec2 place;
      out vec4 colour;
      void main() {
        colour = vec4(line, 0.2 * pow(max(0.0, 1.0 - length(place) / 2.02), 0.7));
      }
    `,
  });
  const lines = new LineSegments(geometry, material);
  lines.frustumCulled = false;
  return lines;
}

/** Points that fill a box which always surrounds the eye: those left behind come back ahead. Never before a face. */
function dust(uniforms: DustUniforms): Points<BufferGeometry, ShaderMaterial> {
  // low-discrepancy places (Roberts' R3 sequence) fill the box evenly and the same way every time
  const places = new Float32Array(3 * MOTES);
  const phi = 1.2207440846057596;
  for (let i = 0; i < MOTES; i++) {
    for (let k = 0; k < 3; k++) places[3 * i + k] = (0.5 + (i + 1) / phi ** (k + 1)) % 1;
  }
  const geometry = new BufferGeometry().setAttribute('position', new BufferAttribute(places, 3));
  const material = new ShaderMaterial({
    glslVersion: GLSL3,
    depthWrite: false,
    uniforms,
    vertexShader: /* glsl */ `
      uniform vec3 eye;
      uniform float box;
      uniform float pixelRatio;
      out float strength;
      void main() {
        vec3 around = (fract(position - eye / box) - 0.5) * box;
        float away = length(around) / (0.5 * box);
        strength = smoothstep(1.0, 0.45, away) * smoothstep(0.04, 0.15, away);
        gl_PointSize = pixelRatio * mix(2.6, 1.2, away);
        gl_Position = projectionMatrix * viewMatrix * vec4(eye + around, 1.0);
      }
    `,
    fragmentShader: /* glsl */ `
      uniform vec3 line;
      in float strength;
      out vec4 colour;
      void main() {
        colour = vec4(line, 0.5 * strength);
      }
    `,
  });
  const points = new Points(geometry, material);
  points.frustumCulled = false;
  // before the faces, which then cover it: specks on a face would look like flaws
  points.renderOrder = -1;
  return points;
}
