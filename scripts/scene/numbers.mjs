/** The value below which a share of the values lies, by linear interpolation. @param {number[]} values @param {number} share */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return round(sorted[below] + (at - below) * (sorted[above] - sorted[below]));
}

/** Three decimals: more were never measured. @param {number} value */
export const round = (value) => Math.round(value * 1000) / 1000;
