/** Formulas on each value of some arrays, written once: as nodes of a graph, or as a loop over memory (`loop.ts`). */
import type { Graph, Val } from '../graph';

/** What a formula is made of. An operand is an array, a scalar that applies to all values, or a constant. */
export interface Arithmetic<T> {
  add(x: T, y: T | number): T;
  subtract(x: T, y: T | number): T;
  multiply(x: T, y: T | number): T;
  divide(x: T, y: T | number): T;
  squareRoot(x: T): T;
}

/** Each operation is a node of the graph. */
export const nodes = (g: Graph): Arithmetic<Val> => ({
  add: (x, y) => g.binary('Add', x, y),
  subtract: (x, y) => g.binary('Sub', x, y),
  multiply: (x, y) => g.binary('Mul', x, y),
  divide: (x, y) => g.binary('Div', x, y),
  squareRoot: (x) => g.unary('Sqrt', x),
});
