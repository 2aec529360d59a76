/** Arrays one after the other; a single one that is not empty is handed back as it is. */
export function joined(...parts: readonly Float32Array[]): Float32Array {
  const some = parts.filter(({ length }) => length > 0);
  if (some.length <= 1) return some[0] ?? parts[0] ?? new Float32Array(0);
  const all = new Float32Array(some.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of some) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
