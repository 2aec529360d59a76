import { BufferAttribute, BufferGeometry, DataArrayTexture, GLSL3, Mesh, ShaderMaterial, Vector2 } from 'three';
import type { WebGLRenderer } from 'three';
import type { CloudScale } from './cloud-scale';
import { cloudFragmentShader, cloudVertexShader } from './cloud-shader';
import type { Palette } from './palette';
import { SheetTexture, type Sheets } from './sheets';

/** Seconds in which a new cloud appears. */
const APPEARING = 0.7;

/** All faces of a data set at their positions: one draw call, whatever their number. */
export class Cloud {
  /** What is seen, and its twin that writes face numbers. */
  readonly mesh: Mesh;
  readonly pickable: Mesh;
  readonly #sheets: SheetTexture;
  readonly #uniforms: ReturnType<typeof uniformsFor>;
  readonly #renderer: WebGLRenderer;
  readonly #scale: CloudScale;
  #age = 0;

  /**
   * @param positions `[count, 3]`
   * @param multisampled the canvas smooths edges itself
   */
  constructor(
    positions: Float32Array,
    sheets: Sheets,
    scale: CloudScale,
    palette: Palette,
    renderer: WebGLRenderer,
    multisampled: boolean,
  ) {
    this.#renderer = renderer;
    this.#scale = scale;
    this.#sheets = new SheetTexture(sheets, renderer.capabilities.maxTextureSize);
    this.#uniforms = uniformsFor(this.#sheets, sheets, scale, palette);
    const geometry = squaresAt(positions);
    const shared = {
      glslVersion: GLSL3,
      vertexShader: cloudVertexShader,
      fragmentShader: cloudFragmentShader,
      uniforms: this.#uniforms,
    };
    const seen = new ShaderMaterial({
      ...shared,
      alphaToCoverage: multisampled,
      defines: { EDGE: multisampled ? '0.01' : '0.5' },
    });
    const picked = new ShaderMaterial({ ...shared, defines: { PICKING: '' } });
    this.mesh = new Mesh(geometry, seen);
    this.pickable = new Mesh(geometry, picked);
    // most of the cloud is in view most of the time: not worth bounds that would have to be kept up to date
    this.mesh.frustumCulled = this.pickable.frustumCulled = false;
  }

  /**
   * Prepares the next frame.
   * @param reach distance from the eye to the reticle, scene units
   * @param focal pixels per scene unit at distance 1
   * @param instant appear at once
   * @returns true while the cloud is still appearing or loading
   */
  step(seconds: number, reach: number, focal: number, instant: boolean): boolean {
    const u = this.#uniforms;
    this.#age = instant ? APPEARING : Math.min(APPEARING, this.#age + seconds);
    u.grow.value = 1 - (1 - this.#age / APPEARING) ** 3;
    u.nearFade.value.set(0.4 * this.#scale.closeUp, 0.85 * this.#scale.closeUp);
    u.fog.value.set(0.8 * reach, 1.8 * this.#scale.radius);
    u.focal.value = focal;
    if (!this.#sheets.complete) this.#sheets.uploadNext(this.#renderer);
    // the smaller versions are made after the last sheet
    u.smallestLevel.value = this.#sheets.complete ? levelsOf(this.#sheets.layout.tile) : 0;
    return this.#age < APPEARING || !this.#sheets.complete;
  }

  select(face: number | null): void {
    this.#uniforms.selected.value = face ?? -1;
  }

  highlight(face: number | null): void {
    this.#uniforms.highlighted.value = face ?? -1;
  }

  /** The graphics context came back empty: load the thumbnails again. */
  reload(): void {
    this.#sheets.restart();
  }

  dispose(): void {
    this.mesh.geometry.dispose();
    (this.mesh.material as ShaderMaterial).dispose();
    (this.pickable.material as ShaderMaterial).dispose();
    this.#sheets.dispose();
  }
}

/**
 * Four vertices a face, all at its centre; the shader spreads them. Plain indexed triangles, not instances: graphics
 * drivers (and software renderers a hundredfold) are slow at many instances of very few vertices.
 */
function squaresAt(positions: Float32Array): BufferGeometry {
  const count = positions.length / 3;
  const centres = new Float32Array(12 * count);
  const triangles = new Uint32Array(6 * count);
  for (let face = 0; face < count; face++) {
    const centre = positions.subarray(3 * face, 3 * face + 3);
    for (let corner = 0; corner < 4; corner++) centres.set(centre, 12 * face + 3 * corner);
    const first = 4 * face;
    triangles.set([first, first + 1, first + 2, first, first + 2, first + 3], 6 * face);
  }
  return new BufferGeometry()
    .setAttribute('position', new BufferAttribute(centres, 3))
    .setIndex(new BufferAttribute(triangles, 1));
}

/** Smaller versions that still hold a few pixels of each face; below that neighbours run into one another. */
function levelsOf(tile: number): number {
  return Math.max(0, Math.floor(Math.log2(tile / 3)));
}

function uniformsFor(texture: SheetTexture, sheets: Sheets, scale: CloudScale, palette: Palette) {
  const { width, height, tile } = texture.layout;
  return {
    faceSize: { value: scale.faceSize },
    grow: { value: 0 },
    nearFade: { value: new Vector2() },
    fog: { value: new Vector2() },
    focal: { value: 1 },
    selected: { value: -1 },
    highlighted: { value: -1 },
    thumbnails: { value: texture.texture as DataArrayTexture },
    tileSize: { value: new Vector2(tile / width, tile / height) },
    columns: { value: sheets.columns },
    perSheet: { value: sheets.perSheet },
    tilePixels: { value: tile },
    smallestLevel: { value: 0 },
    space: { value: palette.space },
    accent: { value: palette.accent },
  };
}
