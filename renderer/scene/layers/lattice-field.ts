import {
  BufferAttribute,
  BufferGeometry,
  DataArrayTexture,
  GLSL3,
  LinearFilter,
  Mesh,
  ShaderMaterial,
  Vector2,
} from 'three';
import type { ImageBatch } from '../../../main/contract';
import type { CloudScale } from '../cloud/cloud-scale';
import { Turns } from '../../scheduling/newest';
import { Lattice, type Site } from './lattice';
import type { Palette } from '../palette';
import type { Vec3 } from '../camera/pose';

/**
 * Decodes the faces at scene positions `[n, 3]`, n small. A rejection ends the asking until the next `setLattice`, so
 * the function itself reports what went wrong.
 */
export type DecodePlaces = (positions: Float32Array) => Promise<ImageBatch>;

/** Places with a face at a time: they fill a ball around the camera a little farther than one sees clearly. */
const SLOTS = 216;
/** Distance between places, in sides of a face of the cloud. */
const LATTICE_SPACING = 2.6;
/** Seconds in which a decoded face grows to its size. */
const APPEARING = 0.3;
/** What a batch may take: in flight, so that the face at the reticle is not kept waiting, and at rest. Seconds. */
const BATCH_IN_FLIGHT = 0.016;
const BATCH_AT_REST = 0.12;
const LARGEST_BATCH = 16;
const NEVER = 1e9;

/** A field of faces that do not exist: decoded at the places of a lattice around the camera, round, to be told apart. */
export class LatticeField {
  readonly seen: Mesh<BufferGeometry, ShaderMaterial>;
  readonly pickable: Mesh<BufferGeometry, ShaderMaterial>;
  readonly #lattice: Lattice;
  readonly #decode: DecodePlaces;
  readonly #wake: () => void;
  readonly #uniforms;
  readonly #geometry = new BufferGeometry();
  /** Centre of each slot's face for all its four corners, and when it began to appear (never: far in the future). */
  readonly #centres = new BufferAttribute(new Float32Array(12 * SLOTS), 3);
  readonly #births = new BufferAttribute(new Float32Array(4 * SLOTS).fill(NEVER), 1);
  readonly #closeUp: number;
  #now = 0;
  #lastBirth = -APPEARING;
  #appearing = APPEARING;
  #secondsPerFace = 0.01;
  #flying = false;
  #busy = false;
  #ended = false;
  /** Of faces that are not out of date. */
  readonly #turns = new Turns();
  #current = this.#turns.begin();

  /**
   * @param firstId number of the first slot's face when picked: those below are the cloud's
   * @param wake faces have arrived: a frame is needed
   */
  constructor(
    scale: CloudScale,
    palette: Palette,
    firstId: number,
    multisampled: boolean,
    decode: DecodePlaces,
    wake: () => void,
  ) {
    this.#lattice = new Lattice(SLOTS, LATTICE_SPACING * scale.faceSize);
    this.#closeUp = scale.closeUp;
    this.#decode = decode;
    this.#wake = wake;
    this.#uniforms = {
      faces: { value: null as DataArrayTexture | null },
      faceSize: { value: scale.faceSize },
      now: { value: 0 },
      nearFade: { value: new Vector2(0.35 * scale.closeUp, 0.6 * scale.closeUp) },
      farFade: { value: new Vector2() },
      focal: { value: 1 },
      firstId: { value: firstId },
      space: { value: palette.space },
    };
    const corners = Array.from({ length: SLOTS }, (_, slot) => [0, 1, 2, 0, 2, 3].map((corner) => 4 * slot + corner));
    this.#geometry.setAttribute('position', this.#centres).setAttribute('birth', this.#births).setIndex(corners.flat());
    this.seen = this.#mesh({ EDGE: multisampled ? '0.01' : '0.5' }, multisampled);
    this.pickable = this.#mesh({ PICKING: '' }, false);
  }

  /**
   * Prepares the next frame.
   * @param centre where faces are wanted most: the reticle
   * @param reach distance from the eye to the centre, scene units
   * @param speed of flight, scene units per second
   * @param focal pixels per scene unit at distance 1
   * @param instant appear at once
   * @returns true while faces are still appearing
   */
  step(seconds: number, centre: Vec3, reach: number, speed: number, focal: number, instant: boolean): boolean {
    this.#now += seconds;
    this.#appearing = instant ? 0 : APPEARING;
    // gone before the end of the field, so that its border is never seen
    this.#uniforms.farFade.value.set(reach + 0.2 * this.#closeUp, reach + 1.6 * this.#closeUp);
    this.#uniforms.now.value = this.#now;
    this.#uniforms.focal.value = focal;
    this.#flying = speed > 0;
    if (this.#lattice.gather(centre, speed)) this.#place();
    void this.#ask();
    return this.#now < this.#lastBirth + this.#appearing;
  }

  /** The same places decode to other faces from now on: those seen stay until the new ones are there. */
  renew(): void {
    this.#current = this.#turns.begin();
    this.#lattice.outdate();
  }

  /** Scene position of a picked slot. */
  positionOf(slot: number): Vec3 {
    return [0, 1, 2].map((k) => this.#centres.getComponent(4 * slot, k)) as Vec3;
  }

  dispose(): void {
    this.#ended = true;
    this.#geometry.dispose();
    this.seen.material.dispose();
    this.pickable.material.dispose();
    this.#uniforms.faces.value?.dispose();
  }

  /** Asks for the nearest faces that are missing, one batch at a time. */
  async #ask(): Promise<void> {
    if (this.#busy || this.#ended) return;
    const budget = this.#flying ? BATCH_IN_FLIGHT : BATCH_AT_REST;
    const most = Math.max(1, Math.min(LARGEST_BATCH, Math.round(budget / this.#secondsPerFace)));
    const sites = this.#lattice.undecoded(most);
    if (sites.length === 0) return;
    this.#busy = true;
    const start = performance.now();
    const current = this.#current;
    try {
      const images = await this.#decode(new Float32Array(sites.flatMap((site) => this.#lattice.positionOf(site))));
      const perFace = (performance.now() - start) / 1000 / sites.length;
      this.#secondsPerFace += 0.3 * (perFace - this.#secondsPerFace);
      if (!this.#ended) this.#take(sites, images, current());
    } catch {
      // reported by `decode` itself
      this.#ended = true;
    } finally {
      this.#busy = false;
    }
    if (!this.#ended) this.#wake();
  }

  /** Keeps decoded faces whose sites are still wanted. `fresh`: they have not gone out of date meanwhile. */
  #take(sites: Site[], images: ImageBatch, fresh: boolean): void {
    const texture = this.#textureFor(images);
    const bytes = images.width * images.height * 4;
    sites.forEach((site, i) => {
      if (!this.#lattice.holds(site)) return;
      const isNew = !site.decoded;
      site.decoded = true;
      site.stale = !fresh;
      (texture.image.data as Uint8Array).set(images.data.subarray(i * bytes, (i + 1) * bytes), site.slot * bytes);
      texture.addLayerUpdate(site.slot);
      if (!isNew) return;
      this.#lastBirth = this.#now;
      const birth = this.#now - (APPEARING - this.#appearing);
      for (let corner = 0; corner < 4; corner++) this.#births.setX(4 * site.slot + corner, birth);
    });
    texture.needsUpdate = true;
    this.#births.needsUpdate = true;
  }

  #textureFor({ width, height }: ImageBatch): DataArrayTexture {
    let texture = this.#uniforms.faces.value;
    if (texture) return texture;
    texture = new DataArrayTexture(new Uint8Array(width * height * 4 * SLOTS), width, height, SLOTS);
    texture.magFilter = texture.minFilter = LinearFilter;
    this.#uniforms.faces.value = texture;
    return texture;
  }

  /** Moves slots to the places they were given; those without a face yet stay unseen. */
  #place(): void {
    for (const site of this.#lattice.sites) {
      const [x, y, z] = this.#lattice.positionOf(site);
      for (let corner = 4 * site.slot; corner < 4 * site.slot + 4; corner++) {
        this.#centres.setXYZ(corner, x, y, z);
        if (!site.decoded) this.#births.setX(corner, NEVER);
      }
    }
    this.#centres.needsUpdate = this.#births.needsUpdate = true;
  }

  #mesh(defines: Record<string, string>, alphaToCoverage: boolean): Mesh<BufferGeometry, ShaderMaterial> {
    const material = new ShaderMaterial({
      glslVersion: GLSL3,
      vertexShader,
      fragmentShader,
      uniforms: this.#uniforms,
      defines: { ...defines, APPEARING },
      alphaToCoverage,
    });
    const mesh = new Mesh(this.#geometry, material);
    mesh.frustumCulled = false;
    return mesh;
  }
}

const vertexShader = /* glsl */ `
  uniform float faceSize;
  uniform float now;
  uniform vec2 nearFade;
  uniform vec2 farFade;
  uniform float focal;
  in float birth;
  out vec2 corner;             // −0.5..0.5
  flat out int slot;
  flat out float pixels;
  flat out float fading;

  void main() {
    slot = gl_VertexID / 4;
    int at = gl_VertexID % 4;
    corner = vec2(at == 1 || at == 2, at >= 2) - 0.5;
    vec4 centre = modelViewMatrix * vec4(position, 1.0);
    float away = length(centre.xyz);
    fading = smoothstep(farFade.x, farFade.y, away);
    float age = clamp((now - birth) / APPEARING, 0.0, 1.0);
    float size = faceSize * (1.0 - (1.0 - age) * (1.0 - age)) * smoothstep(nearFade.x, nearFade.y, away);
    size *= 1.0 - fading * fading;
    pixels = size * focal / max(-centre.z, 1e-6);
    gl_Position = projectionMatrix * (centre + vec4(corner * size, 0.0, 0.0));
  }
`;

const fragmentShader = /* glsl */ `
  precision highp sampler2DArray;
  uniform sampler2DArray faces;
  uniform vec3 space;
  uniform int firstId;
  in vec2 corner;
  flat in int slot;
  flat in float pixels;
  flat in float fading;
  out vec4 colour;

  void main() {
    float outside = (length(corner) - 0.5) * pixels;
    #ifdef PICKING
      if (outside > 0.0 || fading > 0.8) discard;
      int id = firstId + slot + 1;
      colour = vec4(id & 255, (id >> 8) & 255, (id >> 16) & 255, (id >> 24) & 255) / 255.0;
    #else
      float coverage = clamp(0.5 - outside, 0.0, 1.0);
      if (coverage < EDGE) discard;
      vec3 shown = texture(faces, vec3(corner.x + 0.5, 0.5 - corner.y, slot)).rgb;
      colour = vec4(mix(shown, space, fading), coverage);
    #endif
  }
`;
