/** Hole maps as files of numbers. */
import { dump } from 'npyjs';
import type { HoleMap } from '../../contract';
import { shortest } from './codes-file';
import { placesOf } from '../space/holes/grid';

const COLUMNS = ['x', 'y', 'z', 'drift', 'log_density'];

/**
 * One row a point: its place in the frame (scene units), its re-encoding drift `‖E(D(z)) − z‖` and its log-density under
 * the aggregated posterior (nats); what the model cannot give is NaN. Points as in `HoleMap`: x fastest.
 * @returns `[side³, 5]`
 */
function rowsOf(map: HoleMap): Float32Array<ArrayBuffer> {
  const count = map.side ** 3;
  const places = placesOf(
    Uint32Array.from({ length: count }, (_, n) => n),
    map.side,
    map,
  );
  const rows = new Float32Array(count * COLUMNS.length);
  for (let n = 0; n < count; n++) {
    const values = [map.drift?.[n] ?? NaN, map.density?.[n] ?? NaN];
    rows.set([places[3 * n], places[3 * n + 1], places[3 * n + 2], ...values], n * COLUMNS.length);
  }
  return rows;
}

/** As text with a line of column names: `x,y,z,drift,log_density`; the shortest digits that give the same float32 back. */
export function holesCsv(map: HoleMap): Uint8Array {
  const rows = rowsOf(map);
  const lines = [COLUMNS.join(',')];
  for (let start = 0; start < rows.length; start += COLUMNS.length) {
    lines.push(Array.from(rows.subarray(start, start + COLUMNS.length), shortest).join(','));
  }
  return new TextEncoder().encode(lines.join('\n') + '\n');
}

/** As NumPy's .npy: float32 `[side³, 5]`, columns x, y, z, drift, log-density. */
export function holesNpy(map: HoleMap): Uint8Array {
  return new Uint8Array(dump(rowsOf(map), [map.side ** 3, COLUMNS.length]));
}
