/** Numbers of faces when one face goes and those after it move up by one, and when it comes back. */

/** Puts back what named a face that is there again, under this number. */
export type FaceIsBack = (face: number) => Promise<void>;

export const withoutFace = (numbers: readonly number[], face: number): number[] =>
  numbers.filter((one) => one !== face).map((one) => (one > face ? one - 1 : one));

/** @param named whether it was among them; ascending numbers stay so */
export function withFace(numbers: readonly number[], face: number, named: boolean): number[] {
  const moved = numbers.map((one) => (one >= face ? one + 1 : one));
  const place = moved.findIndex((one) => one > face);
  return named ? moved.toSpliced(place < 0 ? moved.length : place, 0, face) : moved;
}
