import {
  BufferGeometry,
  type Color,
  DoubleSide,
  GLSL3,
  Group,
  InstancedBufferAttribute,
  InstancedMesh,
  Matrix4,
  Points,
  BufferAttribute,
  ShaderMaterial,
  SphereGeometry,
} from 'three';
import type { Ellipsoid } from '../../../main/engine/space/frames/ellipsoid';
import type { Palette } from '../palette';
import type { Layer } from '../flight-scene';

/** Shells of each ellipsoid, in standard deviations, and how dense each looks. */
const SHELLS = [
  { sigmas: 1, strength: 1 },
  { sigmas: 2, strength: 0.45 },
];

/**
 * Posteriors as translucent shells of one and two standard deviations: bright at the rim, clear in the middle, so that
 * faces and other shells are seen through them. Where shells cross, their light adds up: overlap is what glows.
 */
export class Ellipsoids implements Layer {
  readonly object = new Group();
  readonly #mesh: InstancedMesh<SphereGeometry, ShaderMaterial>;
  readonly #draws: Points<BufferGeometry, ShaderMaterial>;

  /** @param ellipsoids the first is the one that matters: in the accent colour, the others quieter */
  constructor(ellipsoids: readonly Ellipsoid[], palette: Palette) {
    const count = ellipsoids.length * SHELLS.length;
    const geometry = new SphereGeometry(1, 64, 40);
    this.#mesh = new InstancedMesh(geometry, shellMaterial(), count);
    const tints = new Float32Array(4 * count);
    ellipsoids.forEach(({ centre, root: l }, n) => {
      const tint = n === 0 ? palette.accent : palette.line;
      SHELLS.forEach(({ sigmas, strength }, s) => {
        const at = n * SHELLS.length + s;
        const [x, y, z] = centre;
        const scaled = l.map((value) => value * sigmas);
        const m = new Matrix4();
        m.set(
          scaled[0], scaled[1], scaled[2], x,
          scaled[3], scaled[4], scaled[5], y,
          scaled[6], scaled[7], scaled[8], z,
          0, 0, 0, 1,
        ); // prettier-ignore
        this.#mesh.setMatrixAt(at, m);
        tints.set([tint.r, tint.g, tint.b, strength * (n === 0 ? 1 : 0.8)], 4 * at);
      });
    });
    geometry.setAttribute('tint', new InstancedBufferAttribute(tints, 4));
    this.#mesh.frustumCulled = false;
    // after the faces, whose depth still hides what lies behind them
    this.#mesh.renderOrder = 2;
    this.#draws = new Points(new BufferGeometry(), drawMaterial(palette.accent));
    this.#draws.frustumCulled = false;
    this.#draws.renderOrder = 3;
    this.#draws.visible = false;
    this.object.add(this.#mesh, this.#draws);
  }

  /** Shows draws from the first posterior as points. @param positions `[count, 3]`, the last one being looked at */
  setDraws(positions: Float32Array): void {
    this.#draws.geometry.dispose();
    const current = new Float32Array(positions.length / 3);
    current[current.length - 1] = 1;
    this.#draws.geometry = new BufferGeometry()
      .setAttribute('position', new BufferAttribute(positions, 3))
      .setAttribute('current', new BufferAttribute(current, 1));
    this.#draws.visible = positions.length > 0;
  }

  dispose(): void {
    for (const object of [this.#mesh, this.#draws]) {
      object.geometry.dispose();
      object.material.dispose();
    }
    this.#mesh.dispose();
  }
}

/** Light falls off from the rim, as in a soap bubble; both sides are drawn, and nothing is written to the depth. */
function shellMaterial(): ShaderMaterial {
  return new ShaderMaterial({
    glslVersion: GLSL3,
    transparent: true,
    depthWrite: false,
    side: DoubleSide,
    vertexShader: /* glsl */ `
      in vec4 tint;
      out vec3 facing;
      out vec3 towards;
      out vec4 shade;
      void main() {
        mat4 place = modelViewMatrix * instanceMatrix;
        vec4 seen = place * vec4(position, 1.0);
        // the normal of an ellipsoid is that of the sphere by the inverse transpose; flat ones have none to give
        mat3 linear = mat3(place);
        facing = abs(determinant(linear)) > 1e-9 ? transpose(inverse(linear)) * position : linear * position;
        towards = -seen.xyz;
        shade = tint;
        gl_Position = projectionMatrix * seen;
      }
    `,
    fragmentShader: /* glsl */ `
      in vec3 facing;
      in vec3 towards;
      in vec4 shade;
      out vec4 colour;
      void main() {
        float across = abs(dot(normalize(facing), normalize(towards)));
        float rim = pow(1.0 - across, 2.5);
        colour = vec4(shade.rgb, shade.a * (0.035 + 0.42 * rim));
      }
    `,
  });
}

function drawMaterial(accent: Color): ShaderMaterial {
  return new ShaderMaterial({
    glslVersion: GLSL3,
    transparent: true,
    depthWrite: false,
    uniforms: { accent: { value: accent } },
    vertexShader: /* glsl */ `
      in float current;
      out float chosen;
      void main() {
        chosen = current;
        gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
        gl_PointSize = mix(6.0, 13.0, current);
      }
    `,
    fragmentShader: /* glsl */ `
      uniform vec3 accent;
      in float chosen;
      out vec4 colour;
      void main() {
        float away = length(gl_PointCoord - 0.5) * 2.0;
        if (away > 1.0) discard;
        colour = vec4(mix(accent, vec3(1.0), chosen), 1.0 - smoothstep(0.6, 1.0, away));
      }
    `,
  });
}
