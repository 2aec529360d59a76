import {
  Color,
  CustomBlending,
  Data3DTexture,
  GLSL3,
  HalfFloatType,
  LinearFilter,
  Matrix4,
  Mesh,
  OneFactor,
  OneMinusSrcAlphaFactor,
  PlaneGeometry,
  RedFormat,
  Scene,
  ShaderMaterial,
  Vector3,
  WebGLRenderTarget,
} from 'three';
import type { PerspectiveCamera, ShaderMaterialParameters, WebGLRenderer } from 'three';
import type { Vec3 } from '../camera/pose';

/** Thickness of a fog over a cube of the scene. */
export interface FogVolume {
  centre: Vec3;
  /** Half the cube's side, scene units. */
  radius: number;
  /** Values a side. */
  side: number;
  /** `[side³]`, x fastest; the first and the last along an axis lie on the cube's faces. 0: clear. */
  thickness: Uint8Array<ArrayBuffer>;
  /** Optical depth of the thickest fog over the cube's radius. */
  depth: number;
  /** Of the thinnest and the thickest fog. */
  colours: [Color, Color];
}

/** The fog is drawn with this many pixels fewer each way: it has no edges to lose, and the processor may be drawing. */
const COARSER = 7;
/** Samples along each line of sight. */
const STEPS = 28;
/** What lies farther behind the reticle is not shown, in radii of the cube: all of the fog at once is one even haze. */
const SLICE = 0.7;

/**
 * Volumetric fog, marched through in a small picture of its own (emission and absorption, front to back; Max 1995,
 * “Optical Models for Direct Volume Rendering”) and laid behind the faces, which stay as clear as they are. The cube is cut
 * open at the reticle: what is seen is a slice of it, which moves with the flight.
 */
export class Fog {
  /** Lays the small picture over the whole view; first of all things. */
  readonly mesh: Mesh<PlaneGeometry, ShaderMaterial>;
  readonly #target = new WebGLRenderTarget(1, 1, { type: HalfFloatType, depthBuffer: false });
  readonly #marching = {
    volume: { value: null as Data3DTexture | null },
    side: { value: 1 },
    centre: { value: new Vector3() },
    radius: { value: 1 },
    depth: { value: 1 },
    eye: { value: new Vector3() },
    ahead: { value: new Vector3() },
    reach: { value: 1 },
    unproject: { value: new Matrix4() },
    thin: { value: new Color() },
    thick: { value: new Color() },
  };
  readonly #laying = { picture: { value: this.#target.texture }, strength: { value: 0 } };
  readonly #march: Mesh<PlaneGeometry, ShaderMaterial>;
  readonly #scene = new Scene();
  readonly #plane = new PlaneGeometry(2, 2);
  #texture: Data3DTexture | null = null;
  #wanted = 0;

  constructor() {
    this.#target.texture.minFilter = this.#target.texture.magFilter = LinearFilter;
    this.#march = new Mesh(this.#plane, marching(this.#marching));
    this.mesh = new Mesh(this.#plane, laying(this.#laying));
    this.#march.frustumCulled = this.mesh.frustumCulled = false;
    this.mesh.renderOrder = -2;
    this.mesh.visible = false;
    this.#scene.add(this.#march);
  }

  /** Shows this fog; null: none. */
  set(volume: FogVolume | null): void {
    this.#wanted = volume ? 1 : 0;
    if (!volume) return;
    const { centre, radius, side, thickness, depth, colours } = volume;
    this.#texture?.dispose();
    const texture = new Data3DTexture(thickness, side, side, side);
    texture.format = RedFormat;
    texture.minFilter = texture.magFilter = LinearFilter;
    // rows of any length
    texture.unpackAlignment = 1;
    texture.needsUpdate = true;
    this.#texture = texture;
    const u = this.#marching;
    u.volume.value = texture;
    u.side.value = side;
    u.radius.value = radius;
    u.depth.value = depth;
    u.centre.value.set(...centre);
    u.thin.value = colours[0];
    u.thick.value = colours[1];
  }

  /** There is fog, or it is coming. */
  get shown(): boolean {
    return this.#wanted > 0;
  }

  /**
   * Prepares the next frame: draws the small picture.
   * @param reach distance from the eye to the reticle, scene units
   * @param instant comes and goes at once
   * @returns true while it is still coming or going
   */
  step(seconds: number, renderer: WebGLRenderer, camera: PerspectiveCamera, reach: number, instant: boolean): boolean {
    const { strength } = this.#laying;
    const left = (this.#wanted - strength.value) * (instant ? 0 : Math.exp(-seconds / 0.25));
    strength.value = Math.abs(left) < 0.01 ? this.#wanted : this.#wanted - left;
    this.mesh.visible = strength.value > 0 && this.#texture !== null;
    if (!this.mesh.visible) return false;

    const { width, height } = renderer.domElement;
    this.#target.setSize(Math.max(1, Math.ceil(width / COARSER)), Math.max(1, Math.ceil(height / COARSER)));
    const u = this.#marching;
    u.eye.value.copy(camera.position);
    camera.getWorldDirection(u.ahead.value);
    u.reach.value = reach;
    u.unproject.value.multiplyMatrices(camera.matrixWorld, camera.projectionMatrixInverse);
    renderer.setRenderTarget(this.#target);
    renderer.render(this.#scene, camera);
    renderer.setRenderTarget(null);
    return strength.value !== this.#wanted;
  }

  dispose(): void {
    this.#texture?.dispose();
    this.#target.dispose();
    this.#plane.dispose();
    this.#march.material.dispose();
    this.mesh.material.dispose();
  }
}

const vertexShader = /* glsl */ `
  out vec2 place;
  void main() {
    place = position.xy;
    gl_Position = vec4(position.xy, 0.0, 1.0);
  }
`;

function marching(uniforms: ShaderMaterialParameters['uniforms']): ShaderMaterial {
  return new ShaderMaterial({
    glslVersion: GLSL3,
    depthTest: false,
    depthWrite: false,
    uniforms,
    vertexShader,
    fragmentShader: /* glsl */ `
      precision highp sampler3D;
      uniform sampler3D volume;
      uniform float side;
      uniform vec3 centre;
      uniform float radius;
      uniform float depth;
      uniform vec3 eye;
      uniform vec3 ahead;
      uniform float reach;
      uniform mat4 unproject;
      uniform vec3 thin;
      uniform vec3 thick;
      in vec2 place;
      out vec4 colour;
      void main() {
        vec4 far = unproject * vec4(place, 1.0, 1.0);
        vec3 ray = normalize(far.xyz / far.w - eye);
        // where the line of sight enters and leaves the cube, in its radii
        vec3 from = (eye - centre) / radius;
        vec3 a = (-1.0 - from) / ray;
        vec3 b = (1.0 - from) / ray;
        vec3 first = min(a, b);
        vec3 last = max(a, b);
        // and the slice that begins at the reticle
        float slope = max(dot(ray, ahead), 1e-3);
        float cut = reach / radius / slope;
        float end = cut + ${SLICE.toFixed(2)} / slope;
        float enter = max(cut, max(first.x, max(first.y, first.z)));
        float leave = min(end, min(last.x, min(last.y, last.z)));
        colour = vec4(0.0);
        if (leave <= enter) return;
        float stride = (leave - enter) / float(${STEPS});
        float through = 1.0;
        vec3 sum = vec3(0.0);
        for (int i = 0; i < ${STEPS}; i++) {
          vec3 p = from + ray * (enter + (float(i) + 0.5) * stride);
          float t = texture(volume, (0.5 * p + 0.5) * (side - 1.0) / side + 0.5 / side).r;
          // thins out towards the cube's rim, beyond which nothing is known
          t *= smoothstep(1.0, 0.85, length(p));
          float behind = smoothstep(end, cut, enter + (float(i) + 0.5) * stride);
          float stopped = 1.0 - exp(-depth * behind * t * sqrt(t) * stride);
          sum += through * stopped * mix(thin, thick, t);
          through *= 1.0 - stopped;
        }
        colour = vec4(sum, 1.0 - through);
      }
    `,
  });
}

function laying(uniforms: ShaderMaterialParameters['uniforms']): ShaderMaterial {
  return new ShaderMaterial({
    glslVersion: GLSL3,
    // not `transparent`: those are drawn after the faces
    depthTest: false,
    depthWrite: false,
    blending: CustomBlending,
    blendSrc: OneFactor,
    blendDst: OneMinusSrcAlphaFactor,
    uniforms,
    vertexShader,
    fragmentShader: /* glsl */ `
      uniform sampler2D picture;
      uniform float strength;
      in vec2 place;
      out vec4 colour;
      void main() {
        colour = strength * texture(picture, 0.5 * place + 0.5);
      }
    `,
  });
}

/** As `renderer/styles/tokens.css` has them for the legend. */
const COLOURS = { drift: ['#6d3f9e', '#ff8a6b'], density: ['#1f6f61', '#a5f5df'] } as const;

/** Colours of the thinnest and thickest fog, as the display takes them. */
export function fogColours(measure: keyof typeof COLOURS): [Color, Color] {
  const [thin, thick] = COLOURS[measure].map((css) => new Color().setStyle(css).convertLinearToSRGB());
  return [thin, thick];
}
