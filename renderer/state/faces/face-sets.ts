/** Sets of faces as ascending numbers: small, quick to compare, and what crosses to the engine. */

/** The mark of faces without colour, see `cloud-shader.ts`. */
export const GREY = 255;

export const NONE = new Uint32Array();

export function union(a: Uint32Array, b: Uint32Array): Uint32Array {
  return Uint32Array.from(new Set([...a, ...b])).sort();
}

/** What is in `a` and not in `b`. */
export function without(a: Uint32Array, b: Uint32Array): Uint32Array {
  const left = new Set(b);
  return a.filter((face) => !left.has(face));
}

/**
 * The faces a person asks for: by number (`12`, `#12`, `10-20`) or by a part of the file's name, in any case.
 * Several asked for, between commas or blanks, are put together. Null: nothing was asked for, so all of them.
 * @param names lower case; null where they are not known
 */
export function search(query: string, count: number, names: readonly string[] | null): Uint32Array | null {
  const words = query
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
  if (words.length === 0) return null;
  const found = new Set<number>();
  for (const word of words) {
    const range = /^#?(\d+)(?:[-–](\d+))?$/.exec(word);
    if (range) {
      const last = Math.min(count - 1, Number(range[2] ?? range[1]));
      for (let face = Number(range[1]); face <= last; face++) found.add(face);
    }
    names?.forEach((name, face) => {
      if (name.includes(word)) found.add(face);
    });
  }
  return Uint32Array.from(found).sort();
}

/** What is shown in colour, the rest being grey: all groups, one by its id, or a column. Null: nothing is grey. */
export type Coloured = 'all' | { group: string } | { column: string } | null;

/**
 * The number of a mark for each face: 1 + the group's colour, the last of several groups winning; `selected` for those
 * selected, `GREY` for those that step back. Null when no face has any.
 */
export function marksOf(
  count: number,
  groups: readonly { id: string; colour: number; faces: Uint32Array }[],
  selection: Uint32Array,
  selected: number,
  coloured: Coloured = null,
): Uint8Array | null {
  if (selection.length === 0 && groups.length === 0) return null;
  const one = typeof coloured === 'object' && coloured && 'group' in coloured ? coloured.group : null;
  const shown = one === null ? groups : groups.filter(({ id }) => id === one);
  const marks = new Uint8Array(count);
  // a group that is gone leaves nothing grey
  if (coloured && shown.length > 0) marks.fill(GREY);
  for (const { colour, faces } of shown) for (const face of faces) marks[face] = colour + 1;
  for (const face of selection) marks[face] = selected;
  return marks;
}

/**
 * 1 for each face that is not to be seen: those of hidden groups, and all but `only`. Null when all are.
 * @param only null: all
 */
export function hiddenOf(
  count: number,
  groups: readonly { hidden: boolean; faces: Uint32Array }[],
  only: Uint32Array | null,
): Uint8Array | null {
  if (!only && !groups.some(({ hidden }) => hidden)) return null;
  const hidden = new Uint8Array(count).fill(only ? 1 : 0);
  for (const face of only ?? NONE) hidden[face] = 0;
  for (const group of groups) if (group.hidden) for (const face of group.faces) hidden[face] = 1;
  return hidden;
}

/** The mean place of faces. @param positions `[count, 3]` */
export function centreOf(faces: Uint32Array, positions: Float32Array): [number, number, number] {
  const sum: [number, number, number] = [0, 0, 0];
  for (const face of faces) for (let k = 0; k < 3; k++) sum[k] += positions[3 * face + k];
  return sum.map((value) => value / faces.length) as [number, number, number];
}
