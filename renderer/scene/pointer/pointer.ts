import type { Point } from './lasso';
import { Pointing } from './pointing';

/** A cloud whose faces can be ringed. */
export interface Emphasis {
  /** In the accent colour; null: none. */
  select(face: number | null): void;
  /** In white. */
  highlight(face: number | null): void;
}

export interface PointerEvents {
  /** The pointer is over a face of the cloud, or over none. */
  hover(face: number | null): void;
  /** A face of the cloud was tapped. */
  pick(face: number): void;
  /** A face of the lattice was tapped. */
  pickLattice(face: number): void;
  /** Other faces are ringed now: a frame is needed. */
  change(): void;
}

/** What is pointed at: the face under the pointer, the one tapped, and which faces are ringed. */
export class Pointer {
  #cloud: Emphasis | null = null;
  #faces = 0;
  #hovered: number | null = null;
  #selected: number | null = null;
  #highlighted: number | null = null;
  #passing = false;
  readonly #canvas: { readonly style: { cursor: string } };
  readonly #faceAt: (at: Point) => Promise<number | null>;
  readonly #on: PointerEvents;
  readonly #pointing: Pointing;

  /**
   * @param canvas whose cursor says what a tap would do
   * @param faceAt the number of the face at a point of the canvas, CSS pixels; those of the lattice follow the cloud's
   */
  constructor(
    canvas: { readonly style: { cursor: string } },
    faceAt: (at: Point) => Promise<number | null>,
    on: PointerEvents,
  ) {
    this.#canvas = canvas;
    this.#faceAt = faceAt;
    this.#on = on;
    this.#pointing = new Pointing(
      (x, y) => this.#faceAt({ x, y }),
      (face) => this.#hover(face),
    );
  }

  /** Another cloud of so many faces, or none: nothing of it is ringed. */
  setCloud(cloud: Emphasis | null, faces: number): void {
    this.#cloud = cloud;
    this.#faces = faces;
    this.#selected = this.#highlighted = null;
    if (this.#hovered !== null) this.#on.hover((this.#hovered = null));
  }

  /** Rings a face in the accent colour until told otherwise. */
  setSelected(face: number | null): void {
    this.#selected = face;
    this.#emphasise();
  }

  /** Rings a face in white, as the pointer does when it is over one. */
  setHighlighted(face: number | null): void {
    this.#highlighted = face;
    this.#emphasise();
  }

  /** The pointer is there now, CSS pixels of the canvas; null: nowhere. */
  move(at: Point | null): void {
    this.#pointing.move(at);
  }

  /** The view moves under the pointer: what lies there now is not what lay there, and soon neither. */
  pass(): void {
    if (this.#hovered !== null) this.#hover(null);
    this.#passing = true;
  }

  /** The view has come to rest: there is something under the pointer again. */
  look(): void {
    this.#passing = false;
    this.#pointing.look();
  }

  /** Something is being dragged, or no longer. */
  drag(on: boolean): void {
    this.#canvas.style.cursor = on ? 'grabbing' : '';
  }

  async tap(at: Point): Promise<void> {
    const face = await this.#faceAt(at);
    if (face === null) return;
    if (face < this.#faces) this.#on.pick(face);
    else this.#on.pickLattice(face - this.#faces);
  }

  #hover(face: number | null): void {
    if (this.#passing) return;
    this.#canvas.style.cursor = face === null ? '' : 'pointer';
    // those of the lattice have no number that means anything elsewhere
    if (face !== null && face >= this.#faces) face = null;
    if (face === this.#hovered) return;
    this.#hovered = face;
    this.#emphasise();
    this.#on.hover(face);
  }

  #emphasise(): void {
    this.#cloud?.select(this.#selected);
    this.#cloud?.highlight(this.#hovered ?? this.#highlighted);
    this.#on.change();
  }
}
