/** What one takes home: a face, a selection, a path or the view, in a form of one's choice. */
import type { ImageBatch, ModelId, Occasion, Provenance } from '../../../main/contract';
import { codesAt } from '../../../main/engine/space/frames/frame';
import { ease, type Loop, playOrder } from '../../../main/engine/space/paths/play-order';
import { fileName } from '../../formats/file-name';
import { t } from '../../i18n/index.svelte';
import { sentence } from '../../i18n/sentence';
import { encodeVideo, type VideoFormat } from './encode-video';
import { saveFile } from '../../platform/save-file';
import type { Explorer } from '../flight/explorer.svelte';
import type { Flight } from '../flight/flight';
import type { Frames } from '../frames/frames.svelte';
import { framesOf } from '../paths/player.svelte';
import type { Engine } from '../window/engine-client';
import type { Notices } from '../window/notices.svelte';
import {
  endingOf,
  type ExportFormat,
  FORMATS,
  isCodes,
  isCollection,
  isMoving,
  isPicture,
  type Subject,
} from './subject';

/** Faces a side of the plane of faces around a place. */
const PLANE = 7;
/** Frames decoded and enlarged by one request. */
const FRAMES_AT_ONCE = 16;
/** Faces that fit in one file. */
const MOST_FACES = 4096;
/** Faces a second of a flight that a sheet shows. */
const SHEET_FRAMES_A_SECOND = 4;
/** Bytes of a dropped file that are looked through. */
const LARGEST_DROPPED = 2 ** 27;
/** Half a plane is as wide as this share of the cloud's radius. */
const PLANE_SHARE = 0.5;

export class Exports {
  /** What the dialog offers to save; null while it is closed. */
  subject = $state.raw<Subject | null>(null);
  /** What was chosen last for each kind of subject. */
  formats = $state<Record<Subject['kind'], ExportFormat>>({ face: 'png', faces: 'png', flight: 'mp4', view: 'png' });
  /** Pixels of the longer side of a face. */
  size = $state(512);
  /** Pixels across of the view. */
  viewWidth = $state(3840);
  columns = $state(8);
  gap = $state(8);
  fps = $state(30);
  easing = $state<'even' | 'gentle'>('even');
  loop = $state<Loop>('forever');
  /** Done and in all, of what is being written; null while nothing is. */
  progress = $state.raw<{ done: number; total: number } | null>(null);

  readonly #engine: Engine;
  readonly #explorer: Explorer;
  readonly #frames: Frames;
  readonly #notices: Notices;
  #cancelling = new AbortController();

  constructor(engine: Engine, explorer: Explorer, frames: Frames, notices: Notices) {
    this.#engine = engine;
    this.#explorer = explorer;
    this.#frames = frames;
    this.#notices = notices;
  }

  get format(): ExportFormat {
    return this.subject ? this.formats[this.subject.kind] : 'png';
  }

  set format(format: ExportFormat) {
    if (this.subject && FORMATS[this.subject.kind].includes(format)) this.formats[this.subject.kind] = format;
  }

  // ---------------------------------------------------------------- what

  open(subject: Subject): void {
    this.subject = subject;
    if (subject.kind === 'faces') this.columns = subject.columns;
    if (subject.kind === 'flight') this.columns = 8;
  }

  /** Offers what is here: the face first. */
  openHere(): void {
    const face = this.face();
    if (face) this.open(face);
  }

  /** Offers faces of the cloud, at most as many as fit in one file. */
  openFaces(indices: Uint32Array, holds: string): void {
    const faces = this.chosen(indices.subarray(0, MOST_FACES), holds);
    if (faces) this.open(faces);
  }

  close(): void {
    this.cancel();
    this.subject = null;
  }

  /** The face that is seen. */
  face(): Subject | null {
    const { shown } = this.#explorer.live;
    return shown && { kind: 'face', code: shown.code, holds: this.#explorer.placeName };
  }

  /** Faces of the cloud. */
  chosen(indices: Uint32Array, holds: string): Subject | null {
    const { flight } = this.#explorer;
    if (!flight || indices.length === 0) return null;
    const { codes, positions, names } = flight.cloud;
    const d = flight.card.latentSize;
    const rows = (values: Float32Array, width: number) => {
      const some = new Float32Array(indices.length * width);
      indices.forEach((face, i) => some.set(values.subarray(face * width, (face + 1) * width), i * width));
      return some;
    };
    return {
      kind: 'faces',
      codes: rows(codes, d),
      positions: rows(positions, 3),
      names: Array.from(indices, (face) => names?.[face] ?? `face-${face}`),
      holds,
      columns: Math.ceil(Math.sqrt(indices.length)),
    };
  }

  /** A plane of faces around where one is, along the first two axes of the frame, with the hidden part of now. */
  around(): Subject | null {
    const { flight, position, hidden, scene } = this.#explorer;
    if (!flight) return null;
    const step = (2 * PLANE_SHARE * scene.viewpoint.scale.radius) / (PLANE - 1);
    const positions = new Float32Array(3 * PLANE * PLANE);
    const names: string[] = [];
    for (let row = 0; row < PLANE; row++) {
      for (let column = 0; column < PLANE; column++) {
        const [right, up] = [column - (PLANE - 1) / 2, (PLANE - 1) / 2 - row];
        const at = [position[0] + right * step, position[1] + up * step, position[2]];
        positions.set(at, 3 * names.length);
        names.push(`row-${row + 1}_column-${column + 1}`);
      }
    }
    const codes = codesAt(flight.cloud.frame, positions, hidden.now);
    return { kind: 'faces', codes, positions, names, holds: `around_${this.#explorer.placeName}`, columns: PLANE };
  }

  // ---------------------------------------------------------------- back to where it was made

  /** Flies to where a dropped picture or film was made, in its model. @returns whether it says where that is */
  async goBack(file: File): Promise<boolean> {
    if (!/^(image|video)\//.test(file.type) || file.size > LARGEST_DROPPED) return false;
    try {
      const found = await this.#engine.provenance(new Uint8Array(await file.arrayBuffer()));
      if (!found) return false;
      const { made, path } = found;
      const open = this.#explorer.flight?.card.fingerprint === made.model;
      if (!open && path === null) this.#notices.failure(t('exports.otherModel', { model: made.modelName }));
      else if (open || (await this.#explorer.open(path!))) await this.#flyTo(made, file.name);
      return true;
    } catch (error) {
      this.#notices.failure(sentence(error));
      return true;
    }
  }

  async #flyTo({ codes, latentSize, frame }: Provenance, name: string): Promise<void> {
    if (frame) await this.#frames.show(frame);
    this.#explorer.goTo(codes.slice(0, latentSize));
    this.#notices.success(t('exports.back', { name }));
  }

  // ---------------------------------------------------------------- saving

  /** Writes what the dialog shows, as it says. It closes when the file is there; a failure becomes a notice. */
  async save(): Promise<void> {
    if (this.subject && (await this.#save(this.subject, this.format))) this.subject = null;
  }

  /** Saves the face that is seen at once, as PNG of the present size. */
  async saveFace(): Promise<void> {
    const face = this.face();
    if (face) await this.#save(face, 'png');
  }

  /** Saves the open model as one file. */
  async saveModel(): Promise<void> {
    await this.#keep(async ({ id, card }) => ({
      bytes: await this.#engine.bundleModel(id),
      name: fileName(card.name, '', 'latentscape'),
    }));
  }

  #save(subject: Subject, format: ExportFormat): Promise<boolean> {
    return this.#keep(async ({ id, card }) => ({
      bytes: await this.#write(id, subject, format),
      name: fileName(card.name, await this.#holds(subject, format), endingOf(format)),
    }));
  }

  /** @returns whether there is a file */
  async #keep(write: (flight: Flight) => Promise<{ bytes: Uint8Array; name: string }>): Promise<boolean> {
    const { flight } = this.#explorer;
    if (!flight || this.progress) return false;
    this.#cancelling = new AbortController();
    this.progress = { done: 0, total: 0 };
    try {
      const { bytes, name } = await write(flight);
      saveFile(name, bytes);
      this.#notices.success(t('exports.saved', { name }));
      return true;
    } catch (error) {
      if (!this.#cancelling.signal.aborted) this.#notices.failure(t('exports.failed', { reason: sentence(error) }));
      return false;
    } finally {
      this.progress = null;
    }
  }

  cancel(): void {
    if (!this.progress) return;
    this.#cancelling.abort();
    const { flight } = this.#explorer;
    // it may be over by now: then there is nothing to end
    if (flight) void this.#engine.cancelExport(flight.id).catch(() => undefined);
  }

  progressed(id: ModelId, done: number, total: number): void {
    if (this.progress && this.#explorer.flight?.id === id) this.progress = { done, total };
  }

  #write(id: ModelId, subject: Subject, format: ExportFormat): Promise<Uint8Array> {
    if (subject.kind === 'view') return this.#view(id, format);
    const { size, columns, gap } = this;
    const occasion = this.#occasion(subject);
    const codes = this.#codesOf(subject, format);
    if (isCodes(format)) {
      const names = subject.kind === 'faces' ? subject.names : null;
      return this.#engine.codesFile(id, codes, names, format);
    }
    if (isCollection(format) && subject.kind === 'faces') {
      return this.#engine.collection(id, codes, subject.names, subject.positions, format);
    }
    if (isMoving(format)) return this.#moving(id, codes, format, occasion);
    if (!isPicture(format)) throw new Error(`${subject.kind} cannot be saved as ${format}`);
    if (subject.kind === 'face') return this.#engine.picture(id, codes, { format, size }, occasion);
    return this.#engine.contactSheet(id, codes, { format, size: Math.min(size, 1024), columns, gap }, occasion);
  }

  #codesOf(subject: Exclude<Subject, { kind: 'view' }>, format: ExportFormat): Float32Array {
    if (subject.kind === 'face') return subject.code;
    if (subject.kind === 'faces') return subject.codes;
    // a sheet shows one row of a flight after the other, a film all of it
    if (!isMoving(format) && !isCodes(format)) return framesOf(subject.samples, SHEET_FRAMES_A_SECOND);
    return framesOf(subject.samples, this.fps, (share) => ease(share, this.easing));
  }

  #moving(
    id: ModelId,
    codes: Float32Array,
    format: VideoFormat | 'gif' | 'animated-webp',
    occasion: Occasion,
  ): Promise<Uint8Array> {
    const { fps, loop } = this;
    const size = Math.min(1024, this.size);
    if (format === 'mp4' || format === 'webm') return this.#video(id, codes, format, size, occasion);
    const kind = format === 'gif' ? 'gif' : 'webp';
    return this.#engine.movingPicture(id, codes, { format: kind, size, fps, loop }, occasion);
  }

  async #video(
    id: ModelId,
    codes: Float32Array,
    format: VideoFormat,
    size: number,
    occasion: Occasion,
  ): Promise<Uint8Array> {
    const { card } = this.#explorer.flight!;
    const { signal } = this.#cancelling;
    const order = playOrder(codes.length / card.latentSize, this.loop);
    const scale = size / Math.max(card.layout.width, card.layout.height);
    return encodeVideo({
      format,
      width: Math.round(card.layout.width * scale),
      height: Math.round(card.layout.height * scale),
      fps: this.fps,
      frames: this.#enlarged(id, codes, order, size, signal),
      title: card.name,
      packet: await this.#engine.provenancePacket(id, codes, occasion),
      signal,
    });
  }

  async *#enlarged(
    id: ModelId,
    codes: Float32Array,
    order: readonly number[],
    size: number,
    signal: AbortSignal,
  ): AsyncGenerator<ImageData> {
    const d = this.#explorer.flight!.card.latentSize;
    for (let start = 0; start < order.length; start += FRAMES_AT_ONCE) {
      signal.throwIfAborted();
      const some = order.slice(start, start + FRAMES_AT_ONCE);
      const piece = new Float32Array(some.length * d);
      some.forEach((frame, i) => piece.set(codes.subarray(frame * d, (frame + 1) * d), i * d));
      const images = await this.#engine.enlarged(id, piece, size);
      for (let i = 0; i < images.count; i++) {
        yield imageOf(images, i);
        this.progressed(id, start + i + 1, order.length);
      }
    }
  }

  async #view(id: ModelId, format: ExportFormat): Promise<Uint8Array> {
    if (!isPicture(format)) throw new Error(`the view cannot be saved as ${format}`);
    const picture = await this.#explorer.scene.picture(this.viewWidth);
    const png = new Uint8Array(await picture.arrayBuffer());
    return this.#engine.viewPicture(id, png, this.#explorer.code, format, { frame: this.#frames.current });
  }

  #occasion(subject: Subject): Occasion {
    const seed = subject.kind === 'faces' ? subject.seed : undefined;
    return { frame: this.#frames.current, ...(seed === undefined ? {} : { seed }) };
  }

  /** What the file's name says: the place, what distinguishes it from others of the same name, and the size. */
  async #holds(subject: Subject, format: ExportFormat): Promise<string> {
    if (subject.kind === 'view') return `${subject.holds}_${this.viewWidth}px`;
    const digest = await shortDigest(this.#codesOf(subject, format));
    const sized = isPicture(format) || isMoving(format) ? `_${this.size}px` : '';
    const what = isCollection(format) && format !== 'pictures' ? `_${format}` : '';
    return `${subject.holds}_${digest}${what}${sized}`;
  }
}

/** Six letters that differ where codes do. */
export async function shortDigest(codes: Float32Array): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', codes.slice().buffer);
  return Array.from(new Uint8Array(hash).subarray(0, 3), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function imageOf({ width, height, data }: ImageBatch, index: number): ImageData {
  const bytes = width * height * 4;
  return new ImageData(new Uint8ClampedArray(data.slice(index * bytes, (index + 1) * bytes)), width, height);
}
