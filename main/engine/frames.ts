/** The frames of a cloud that a person can choose. */
import { type Frame, type FrameChoice, UserError } from '../contract';
import { toScene } from './space/frame';
import { attributesFrame, facesFrame, latentsFrame } from './space/linear';
import { principalFrame } from './space/principal';

/**
 * The chosen frame of `codes`, `[count, latentSize]`, and their positions in it.
 * @throws UserError `bad-settings` when the codes do not have what was chosen
 */
export function frameOf(
  codes: Float32Array,
  latentSize: number,
  choice: FrameChoice,
): { frame: Frame; positions: Float32Array } {
  check(choice, codes.length / latentSize, latentSize);
  const frame = build(codes, latentSize, choice);
  return { frame, positions: toScene(codes, frame) };
}

function build(codes: Float32Array, latentSize: number, choice: FrameChoice): Frame {
  switch (choice.kind) {
    case 'principal':
      return principalFrame(codes, latentSize);
    case 'latents':
      return latentsFrame(codes, latentSize, choice.latents);
    case 'faces':
      return facesFrame(codes, latentSize, choice.faces);
    case 'attributes':
      return attributesFrame(codes, latentSize, choice.directions);
  }
}

function check(choice: FrameChoice, count: number, latentSize: number): void {
  const bad = (sentence: string) => new UserError('bad-settings', sentence);
  const among = (numbers: readonly number[], end: number) =>
    numbers.every((n) => Number.isInteger(n) && n >= 0 && n < end) && new Set(numbers).size === numbers.length;
  if (choice.kind === 'latents' && !(choice.latents.length === 3 && among(choice.latents, Math.max(3, latentSize)))) {
    throw bad(`A frame needs three different latents of the ${latentSize} that this model has.`);
  }
  if (choice.kind === 'faces' && !(choice.faces.length === 4 && among(choice.faces, count))) {
    throw bad(`A frame needs four different faces of the ${count} in this cloud.`);
  }
  if (choice.kind === 'attributes') {
    const { directions } = choice;
    const fine = directions.every(
      (one) => one.length === latentSize && one.every(Number.isFinite) && one.some(Boolean),
    );
    if (directions.length < 1 || directions.length > 3 || !fine) {
      throw bad(`A frame needs one to three directions of ${latentSize} numbers each, none of them all zeros.`);
    }
  }
}
