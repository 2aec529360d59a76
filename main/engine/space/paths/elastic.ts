/** A chain of points that springs hold together. */

/**
 * The moves of the inner points of a chain, both ends held, that minimise
 * `½ Σ (δ_b − δ_a)ᵀ K (δ_b − δ_a) + ½ damping Σ ‖δ‖² − Σ force·δ`: a spring between neighbours a and b is as stiff as the mean
 * `K` of what both have. By conjugate gradients (Hestenes & Stiefel 1952; Nocedal & Wright 2006, algorithm 5.2), which need
 * no factors of the block-tridiagonal system and stop once the rest is a thousandth.
 * @param stiffness of each inner point, positive semidefinite, `[m, m]`
 * @param forces on each, `[m]`
 * @returns the move of each, `[m]`
 */
export function settle(
  stiffness: readonly Float64Array[],
  forces: readonly Float64Array[],
  damping: number,
): Float64Array[] {
  const moves = forces.map((force) => new Float64Array(force.length));
  const rest = forces.map((force) => force.slice());
  let direction = forces.map((force) => force.slice());
  let squares = product(rest, rest);
  const enough = 1e-6 * squares;
  const most = 4 * forces.length * forces[0].length;
  for (let i = 0; i < most && squares > enough; i++) {
    const pull = pulled(stiffness, direction, damping);
    const share = squares / product(direction, pull);
    moves.forEach((move, n) => addTo(move, direction[n], share));
    rest.forEach((left, n) => addTo(left, pull[n], -share));
    const before = squares;
    squares = product(rest, rest);
    direction = rest.map((left, n) => left.map((value, k) => value + (squares / before) * direction[n][k]));
  }
  return moves;
}

/** What the springs answer to moves. */
function pulled(stiffness: readonly Float64Array[], moves: readonly Float64Array[], damping: number): Float64Array[] {
  const last = moves.length - 1;
  const m = moves[0].length;
  const held = new Float64Array(m);
  const pull = moves.map((move) => move.map((value) => damping * value));
  for (let a = -1; a <= last; a++) {
    const [left, right] = [stiffness[Math.max(0, a)], stiffness[Math.min(last, a + 1)]];
    const [from, to] = [moves[a] ?? held, moves[a + 1] ?? held];
    const stretch = to.map((value, k) => (value - from[k]) / 2);
    for (let row = 0, at = 0; row < m; row++) {
      let sum = 0;
      for (let k = 0; k < m; k++, at++) sum += (left[at] + right[at]) * stretch[k];
      if (a >= 0) pull[a][row] -= sum;
      if (a < last) pull[a + 1][row] += sum;
    }
  }
  return pull;
}

function product(a: readonly Float64Array[], b: readonly Float64Array[]): number {
  return a.reduce((total, row, n) => row.reduce((sum, value, k) => sum + value * b[n][k], total), 0);
}

function addTo(to: Float64Array, by: Float64Array, factor: number): void {
  for (let k = 0; k < to.length; k++) to[k] += factor * by[k];
}
