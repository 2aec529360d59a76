import {
  BufferAttribute,
  BufferGeometry,
  Color,
  DynamicDrawUsage,
  GLSL3,
  Group,
  Mesh,
  Points,
  ShaderMaterial,
  Vector2,
} from 'three';
import type { WebGLRenderer } from 'three';
import type { CloudScale } from './cloud-scale';
import { cloudFragmentShader, cloudVertexShader } from './cloud-shader';
import { Move } from './move';
import type { Palette } from '../palette';
import { SheetTexture, type SheetEvents, type Sheets } from './texture-atlas';
import { Visibility, type View } from './visibility';

/** Seconds in which a new cloud appears. */
const APPEARING = 0.7;
/** Faces up to this side are drawn as points, pixels: a quarter of the work for the vertex shader. */
const LARGEST_DOT = 24;
/** Faces up to this side are drawn in one colour, pixels. */
const LARGEST_SPECK = 3;
/** Size of faces that step back, as a share, and the time constant of doing so in seconds. */
const BACK = 0.22;
const STEPPING_BACK = 0.12;
/** Colours of marks at most. */
const MARKS = 16;
/** CSS pixels: far faces stay visible as specks. */
const SMALLEST_FACE = 2;

/**
 * All faces of a data set at their positions, in three draw calls whatever their number: large ones as squares, small
 * ones as points, and the smallest as points of one colour. Not instances of one square: graphics drivers are slow at many
 * instances of very few vertices, and software renderers hopeless.
 */
export class Cloud {
  /** What is seen. */
  readonly seen: Group;
  /** Its twin that writes face numbers, for picking. */
  readonly pickable: Group;
  readonly #squares: BufferGeometry;
  readonly #dots: BufferGeometry;
  readonly #specks: BufferGeometry;
  readonly #marks: BufferAttribute;
  /** Corners of the part of each face that may be seen, shares of the face from its left and its bottom. */
  readonly #cuts: BufferAttribute;
  /** Mean colour of each face, at the first of its corners. */
  readonly #means: BufferAttribute;
  readonly #materials: ShaderMaterial[] = [];
  readonly #visibility: Visibility;
  readonly #sheets: SheetTexture;
  readonly #uniforms: ReturnType<typeof uniformsFor>;
  readonly #renderer: WebGLRenderer;
  /** Centres of the faces as they are drawn, `[count, 3]`. */
  readonly #positions: Float32Array;
  readonly #vertices: BufferAttribute;
  #scale: CloudScale;
  /** The faces are on their way to other places. */
  #move: Move | null = null;
  #age = 0;
  /** Share of their full size that faces have and are to have. */
  #size = 1;
  #wantedSize = 1;

  /**
   * @param positions `[count, 3]`
   * @param multisampled graphics hardware draws, and smooths edges itself
   */
  constructor(
    positions: Float32Array,
    sheets: Sheets,
    scale: CloudScale,
    palette: Palette,
    renderer: WebGLRenderer,
    multisampled: boolean,
    events: SheetEvents,
  ) {
    this.#renderer = renderer;
    this.#scale = scale;
    this.#positions = positions.slice();
    this.#visibility = new Visibility(this.#positions);
    this.#sheets = new SheetTexture(sheets, renderer.capabilities.maxTextureSize, multisampled, events);
    this.#uniforms = uniformsFor(this.#sheets, sheets, scale, palette);
    this.#vertices = new BufferAttribute(new Float32Array(4 * positions.length), 3).setUsage(DynamicDrawUsage);
    this.#placeCorners();
    this.#marks = new BufferAttribute(new Uint8Array((4 * positions.length) / 3), 1);
    this.#cuts = new BufferAttribute(new Uint8Array((8 * positions.length) / 3), 2, true).setUsage(DynamicDrawUsage);
    this.#squares = geometryOf(this.#vertices, this.#marks, (6 * positions.length) / 3).setAttribute('cut', this.#cuts);
    this.#dots = geometryOf(this.#vertices, this.#marks, positions.length / 3);
    this.#means = new BufferAttribute(new Uint8Array((16 * positions.length) / 3), 4, true);
    this.#specks = geometryOf(this.#vertices, this.#marks, positions.length / 3).setAttribute('mean', this.#means);
    this.seen = this.#group({ EDGE: multisampled ? '0.01' : '0.5' }, multisampled);
    this.pickable = this.#group({ PICKING: '' }, false);
  }

  /**
   * Prepares the next frame.
   * @param reach distance from the eye to the reticle, scene units
   * @param instant appear at once
   * @returns true while there is more to show: the cloud still appears or changes
   */
  step(seconds: number, view: View, reach: number, pixelRatio: number, instant: boolean): boolean {
    const u = this.#uniforms;
    if (this.#move) {
      this.#scale = this.#move.step(instant ? Infinity : seconds, this.#positions);
      this.#placeCorners();
      if (this.#move.done) this.#move = null;
    }
    const { faceSize, closeUp, radius } = this.#scale;
    this.#age = instant ? APPEARING : Math.min(APPEARING, this.#age + seconds);
    const lag = (this.#wantedSize - this.#size) * (instant ? 0 : Math.exp(-seconds / STEPPING_BACK));
    this.#size = Math.abs(lag) < 0.005 ? this.#wantedSize : this.#wantedSize - lag;
    u.grow.value = 1 - (1 - this.#age / APPEARING) ** 3;
    u.faceSize.value = faceSize * this.#size;
    u.nearFade.value.set(0.55 * closeUp, 0.9 * closeUp);
    u.fog.value.set(0.9 * reach, 0.5 * radius + 0.6 * reach);
    u.focal.value = view.focal;
    u.pixelRatio.value = pixelRatio;
    u.fewestPixels.value = Math.max(1, SMALLEST_FACE * pixelRatio);
    this.#upload();

    this.#visibility.find(
      view,
      {
        face: u.faceSize.value * u.grow.value,
        goneWithin: u.nearFade.value.x,
        wholeBeyond: u.nearFade.value.y,
        fewestPixels: u.fewestPixels.value * u.grow.value,
        cutFrom: LARGEST_DOT,
      },
      [u.selected.value, u.highlighted.value],
    );
    this.#takeVisible();
    return this.#move !== null || this.#age < APPEARING || this.#size !== this.#wantedSize;
  }

  /**
   * Has the faces move to other places.
   * @param positions `[count, 3]`
   */
  moveTo(positions: Float32Array, scale: CloudScale): void {
    this.#move = new Move(this.#positions.slice(), positions, this.#scale, scale);
  }

  /** Makes the faces small, to mark where the data are and leave room for others, or large again. */
  stepBack(back: boolean): void {
    this.#wantedSize = back ? BACK : 1;
  }

  select(face: number | null): void {
    this.#uniforms.selected.value = face ?? -1;
  }

  highlight(face: number | null): void {
    this.#uniforms.highlighted.value = face ?? -1;
  }

  /**
   * Gives faces borders.
   * @param marks `[count]`, 0 none, 255 grey, else one more than the number of its colour; null: none at all
   * @param colours as the display takes them, at most 16
   */
  mark(marks: Uint8Array | null, colours: readonly Color[]): void {
    const corners = this.#marks.array as Uint8Array;
    for (let corner = 0; corner < corners.length; corner++) corners[corner] = marks ? marks[corner >> 2] : 0;
    this.#marks.needsUpdate = true;
    colours.forEach((colour, i) => this.#uniforms.markColours.value[i].copy(colour));
  }

  /** Leaves faces out, 1 for each that is not to be seen; null: none. Those are not picked either. */
  hide(hidden: Uint8Array | null): void {
    this.#visibility.hidden = hidden;
  }

  get hidden(): Uint8Array | null {
    return this.#visibility.hidden;
  }

  /** The graphics context came back empty: load the thumbnails again. */
  reload(): void {
    this.#sheets.restart();
  }

  dispose(): void {
    this.#squares.dispose();
    this.#dots.dispose();
    this.#specks.dispose();
    for (const material of this.#materials) material.dispose();
    this.#sheets.dispose();
  }

  /** Puts the thumbnails in place that are due. */
  #upload(): void {
    for (const { first, means } of this.#sheets.upload(this.#renderer)) {
      const faces = Math.min(means.length / 4, this.#positions.length / 3 - first);
      for (let i = 0; i < faces; i++) this.#means.array.set(means.subarray(4 * i, 4 * i + 4), 16 * (first + i));
      this.#means.addUpdateRange(16 * first, 16 * faces);
      this.#means.needsUpdate = true;
    }
  }

  /** Each face's centre for all four of its corners; the shader spreads them. */
  #placeCorners(): void {
    const [centres, vertices] = [this.#positions, this.#vertices.array];
    for (let i = 0, v = 0; i < centres.length; i += 3) {
      for (let corner = 0; corner < 4; corner++, v += 3) {
        vertices[v] = centres[i];
        vertices[v + 1] = centres[i + 1];
        vertices[v + 2] = centres[i + 2];
      }
    }
    this.#vertices.needsUpdate = true;
  }

  #group(defines: Record<string, string>, alphaToCoverage: boolean): Group {
    const shared = {
      glslVersion: GLSL3,
      vertexShader: cloudVertexShader,
      fragmentShader: cloudFragmentShader,
      uniforms: this.#uniforms,
      alphaToCoverage,
    };
    defines = { ...defines, MARKS: String(MARKS) };
    const material = (kind: Record<string, string>) => {
      const made = new ShaderMaterial({ ...shared, defines: { ...defines, ...kind } });
      this.#materials.push(made);
      return made;
    };
    const objects = [
      new Mesh(this.#squares, material({})),
      new Points(this.#dots, material({ DOTS: '' })),
      new Points(this.#specks, material({ DOTS: '', SPECKS: '' })),
    ];
    // what is outside the picture is left out face by face
    for (const object of objects) object.frustumCulled = false;
    return new Group().add(...objects);
  }

  /** Points the geometries at the visible faces, nearest first: what is behind them need not be shaded. */
  #takeVisible(): void {
    const { faces, pixels, count } = this.#visibility;
    const { selected, highlighted } = this.#uniforms;
    const squares = this.#squares.index!;
    const dots = this.#dots.index!;
    const specks = this.#specks.index!;
    let s = 0;
    let d = 0;
    let p = 0;
    let [firstCut, lastCut] = [Infinity, -1];
    for (let k = 0; k < count; k++) {
      const face = faces[k];
      const first = 4 * face;
      if (pixels[k] <= LARGEST_DOT && face !== selected.value && face !== highlighted.value) {
        if (pixels[k] <= LARGEST_SPECK) specks.array[p++] = first;
        else dots.array[d++] = first;
        continue;
      }
      this.#cut(face, k);
      if (face < firstCut) firstCut = face;
      if (face > lastCut) lastCut = face;
      squares.array[s++] = first;
      squares.array[s++] = first + 1;
      squares.array[s++] = first + 2;
      squares.array[s++] = first;
      squares.array[s++] = first + 2;
      squares.array[s++] = first + 3;
    }
    for (const [geometry, used] of [
      [this.#squares, s],
      [this.#dots, d],
      [this.#specks, p],
    ] as const) {
      geometry.setDrawRange(0, used);
      geometry.index!.clearUpdateRanges();
      geometry.index!.addUpdateRange(0, used);
      geometry.index!.needsUpdate = true;
    }
    if (lastCut < 0) return;
    this.#cuts.clearUpdateRanges();
    this.#cuts.addUpdateRange(8 * firstCut, 8 * (lastCut - firstCut + 1));
    this.#cuts.needsUpdate = true;
  }

  /** Takes over the part of a face that may be seen, rounded outwards, as the corners given to the shader. */
  #cut(face: number, k: number): void {
    const { cuts } = this.#visibility;
    const left = Math.floor(255 * cuts[4 * k]);
    const top = Math.ceil(255 * (1 - cuts[4 * k + 1]));
    const right = Math.ceil(255 * cuts[4 * k + 2]);
    const bottom = Math.floor(255 * (1 - cuts[4 * k + 3]));
    this.#cuts.array.set([left, bottom, right, bottom, right, top, left, top], 8 * face);
  }
}

function geometryOf(vertices: BufferAttribute, marks: BufferAttribute, indices: number): BufferGeometry {
  const index = new BufferAttribute(new Uint32Array(indices), 1).setUsage(DynamicDrawUsage);
  return new BufferGeometry().setAttribute('position', vertices).setAttribute('mark', marks).setIndex(index);
}

function uniformsFor(texture: SheetTexture, sheets: Sheets, scale: CloudScale, palette: Palette) {
  const { width, height, tile } = texture.layout;
  return {
    faceSize: { value: scale.faceSize },
    grow: { value: 0 },
    nearFade: { value: new Vector2() },
    fewestPixels: { value: 1 },
    fog: { value: new Vector2() },
    focal: { value: 1 },
    pixelRatio: { value: 1 },
    selected: { value: -1 },
    highlighted: { value: -1 },
    thumbnails: { value: texture.texture },
    tileSize: { value: new Vector2(tile / width, tile / height) },
    columns: { value: sheets.columns },
    perSheet: { value: sheets.perSheet },
    tilePixels: { value: tile },
    smallestLevel: { value: texture.smallestLevel },
    markColours: { value: Array.from({ length: MARKS }, () => new Color()) },
    space: { value: palette.space },
    accent: { value: palette.accent },
  };
}
