/**
 * What the window remembers of a flight: the model, the place, the frame, the path, the recorded flights, the open panel and what
 * faces are coloured by.
 * A tab remembers its own over a reload; the engine keeps the newest of all over a restart of the app.
 */
import type { FrameChoice } from '../../../main/contract';
import { keepInTab, recallInTab } from '../../platform/tab';
import type { Pose } from '../../scene/camera/pose';
import type { Coloured } from '../faces/face-sets';
import type { Table } from '../faces/table';
import type { PanelName } from './areas';

export type View = Omit<Pose, 'focus'>;

/** Where one is; `face`: at exactly that face of the cloud. */
export interface Place {
  code: Float32Array;
  anchor: number | null;
  face: number | null;
  view: View;
  /** How wide the cloud is in its frame. */
  radius: number;
}

export interface FrameSettings {
  kind: FrameChoice['kind'];
  latents: [number, number, number];
  faces: [number, number, number, number];
  attributes: { name: string; withIt: number[]; without: number[] }[];
}

export interface KeptFlight {
  name: string;
  samples: { time: number; code: Float32Array; view: View }[];
}

export interface SessionMemory {
  /** Path of the model, and the shape of its codes: one trained anew in its place is another. */
  model: string;
  latentSize: number;
  count: number;
  place: Place;
  frame: FrameSettings;
  stops: { face: number | null; code: Float32Array }[];
  flights: KeptFlight[];
  /** Flights that had no room. */
  lost: number;
  panel: PanelName | null;
  /** What faces are coloured by, and the table that was opened for it. */
  coloured: Coloured;
  table: Table | null;
}

const NAME = 'session';

/** Keeps it in this tab, with as many of the newest flights as there is room for. @returns whether anything is kept */
export function keep(memory: SessionMemory): boolean {
  for (let flights = memory.flights; ; flights = flights.slice(1)) {
    const lost = memory.lost + memory.flights.length - flights.length;
    if (keepInTab(NAME, written({ ...memory, flights, lost }))) return true;
    if (flights.length === 0) return false;
  }
}

/** What was kept in this tab; null where that is nothing, or cannot be read. */
export function recalled(): SessionMemory | null {
  return read(recallInTab(NAME));
}

/** Recorded flights are long and never change: each is written once. */
const flightTexts = new WeakMap<object, string>();

export function written({ flights, ...rest }: SessionMemory): string {
  const texts = flights.map(({ name, samples }) => {
    const text = flightTexts.get(samples) ?? JSON.stringify(samples, writeCodes);
    flightTexts.set(samples, text);
    return `{"name":${JSON.stringify(name)},"samples":${text}}`;
  });
  return `${JSON.stringify(rest, writeCodes).slice(0, -1)},"flights":[${texts.join()}]}`;
}

/** The other way; null where there is nothing, or it cannot be read. */
export function read(text: string | null): SessionMemory | null {
  if (text === null) return null;
  try {
    return JSON.parse(text, readCodes) as SessionMemory;
  } catch {
    return null;
  }
}

const MARK = 'float32:';

/** Codes as the bytes that they are: short, and the same to the last bit. */
function writeCodes(_: string, value: unknown): unknown {
  if (!(value instanceof Float32Array)) return value;
  const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  let text = '';
  for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i]);
  return MARK + btoa(text);
}

function readCodes(_: string, value: unknown): unknown {
  if (typeof value !== 'string' || !value.startsWith(MARK)) return value;
  const bytes = Uint8Array.from(atob(value.slice(MARK.length)), (character) => character.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}
