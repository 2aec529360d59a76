/** Layouts of codes in the scene by UMAP (McInnes, Healy & Melville 2018). */
import { UMAP } from 'umap-js';
import type { LayoutFrame } from '../../../contract';
import { evenly, evenRows } from '../../maths/evenly';
import { omittedByLayout } from './hidden';
import { blend, SOUGHT } from './scattered-interpolation';
import { latentsFrame } from './linear';
import { NearestPoints } from '../../maths/nearest-points';
import { principalFrame } from './principal';
import { toScene } from './frame';

/** Codes laid out by UMAP itself; more are placed between those. About half a minute's work. */
const MOST_LAID_OUT = 8000;
/** UMAP's own defaults: how many neighbours make up a neighbourhood, and how closely points may be packed. */
const NEIGHBOURS = 15;
const MIN_DIST = 0.1;
/** Shares of the work, as measured: searching neighbours, optimising, placing the rest. */
const SEARCHED = 0.15;
const OPTIMISED = 0.8;
/** Codes between two reports of progress. */
const CODES_A_REPORT = 64;
/** Groups of laid-out codes among which neighbours of the others are looked for, and how many of them. */
const GROUPS = 128;
const GROUPS_SEARCHED = 8;

/**
 * Lays out codes in three dimensions. UMAP lays out at most `most` of them, evenly chosen; the others are placed between
 * their nearest neighbours among these (found group by group, so that now and then a near one is missed). The layout is
 * turned to its own principal axes and has the usual size of a cloud.
 * @param codes `[count, latentSize]`
 * @param random uniform in 0..1; the same numbers give the same layout
 * @param onProgress share done, now and then
 * @returns positions of all codes, `[count, 3]`, and the frame, which holds those that UMAP laid out
 */
export function layOut(
  codes: Float32Array,
  latentSize: number,
  random: () => number,
  onProgress: (share: number) => void = () => {},
  most = MOST_LAID_OUT,
): { frame: LayoutFrame; positions: Float32Array } {
  const count = codes.length / latentSize;
  const chosen = evenly(count, most);
  const laidOut = new Float32Array(chosen.length * latentSize);
  chosen.forEach((n, k) => laidOut.set(codes.subarray(n * latentSize, (n + 1) * latentSize), k * latentSize));
  const places = upright(embed(laidOut, latentSize, random, onProgress));
  const frame: LayoutFrame = {
    kind: 'layout',
    codes: laidOut,
    positions: places,
    omitted: omittedByLayout(laidOut, places, latentSize),
  };
  if (chosen.length === count) return { frame, positions: places.slice() };
  return { frame, positions: placeRest(codes, latentSize, frame, chosen, onProgress) };
}

/** UMAP's layout, `[n, 3]`. */
function embed(
  codes: Float32Array,
  latentSize: number,
  random: () => number,
  onProgress: (share: number) => void,
): Float32Array<ArrayBuffer> {
  const count = codes.length / latentSize;
  // too few for neighbourhoods: there is nothing to unfold
  if (count < 5) return toScene(codes, latentsFrame(codes, latentSize, [0, 1, 2]));
  const neighbours = Math.min(NEIGHBOURS, count - 1);
  const umap = new UMAP({ nComponents: 3, nNeighbors: neighbours, minDist: MIN_DIST, random });
  const indices: number[][] = [];
  const distances: number[][] = [];
  const search = new NearestPoints(codes, latentSize, neighbours);
  for (let n = 0; n < count; n++) {
    search.find(codes, n * latentSize);
    indices.push([...search.indices]);
    distances.push(Array.from(search.squares, Math.sqrt));
    if (n % CODES_A_REPORT === 0) onProgress((SEARCHED * n) / count);
  }
  // each point counts as the first of its own neighbours
  umap.setPrecomputedKNN(indices, distances);
  const epochs = umap.initializeFit(indices);
  for (let epoch = 1; epoch <= epochs; epoch++) {
    umap.step();
    onProgress(SEARCHED + ((OPTIMISED - SEARCHED) * epoch) / epochs);
  }
  return Float32Array.from(umap.getEmbedding().flat());
}

/** A layout centred, turned so that it is widest along x, then y, and scaled to the usual size of a cloud. */
function upright(places: Float32Array): Float32Array<ArrayBuffer> {
  return toScene(places, principalFrame(places, 3));
}

function placeRest(
  codes: Float32Array,
  latentSize: number,
  frame: LayoutFrame,
  chosen: Int32Array,
  onProgress: (share: number) => void,
): Float32Array<ArrayBuffer> {
  const count = codes.length / latentSize;
  const positions = new Float32Array(count * 3);
  const groups = groupsOf(frame.codes, latentSize);
  const nearGroups = new NearestPoints(groups.centres, latentSize, GROUPS_SEARCHED);
  const search = new NearestPoints(frame.codes, latentSize, SOUGHT);
  for (let n = 0, k = 0; n < count; n++) {
    if (n % CODES_A_REPORT === 0) onProgress(OPTIMISED + ((1 - OPTIMISED) * n) / count);
    if (n === chosen[k]) {
      positions.set(frame.positions.subarray(3 * k, 3 * k + 3), 3 * n);
      k++;
      continue;
    }
    nearGroups.find(codes, n * latentSize);
    const among = Array.from(nearGroups.indices, (g) => groups.members[g]).flat();
    search.find(codes, n * latentSize, -1, among);
    blend(search, frame.positions, 3, positions, 3 * n);
  }
  return positions;
}

/** Codes gathered around some of them, evenly chosen: the numbers of those nearest to each. */
function groupsOf(codes: Float32Array, latentSize: number): { centres: Float32Array; members: number[][] } {
  const centres = evenRows(codes, latentSize, GROUPS);
  const members = Array.from({ length: centres.length / latentSize }, (): number[] => []);
  const nearest = new NearestPoints(centres, latentSize, 1);
  for (let n = 0; n < codes.length / latentSize; n++) {
    nearest.find(codes, n * latentSize);
    members[nearest.indices[0]].push(n);
  }
  return { centres, members };
}
