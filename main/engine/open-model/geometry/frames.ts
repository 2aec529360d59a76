/** The frames of a cloud that a person can choose. */
import { type Frame, type FrameChoice, type FramedCloud, UserError } from '../../../contract';
import { toScene } from '../../space/frames/frame';
import { hiddenCoordinates } from '../../space/frames/hidden';
import { layOut } from '../../space/frames/umap';
import { attributesFrame, facesFrame, latentsFrame } from '../../space/frames/linear';
import { principalFrame } from '../../space/frames/principal';
import { random } from '../../maths/random';

/** The codes of a cloud. */
export interface Codes {
  /** `[count, latentSize]` */
  codes: Float32Array;
  /** ln σ² of their posteriors, as large; null where codes are points. */
  logVar: Float32Array | null;
  latentSize: number;
  /** Whether they come from data, not from a prior. */
  data: boolean;
  /** Further faces that may be chosen, `[n, latentSize]`. */
  photos?: Float32Array;
}

/**
 * The cloud in a frame that `checkChoice` has let pass.
 * @param onProgress share done, now and then
 */
export function framed(
  { codes, logVar, latentSize, photos }: Codes,
  choice: FrameChoice,
  onProgress?: (share: number) => void,
): FramedCloud {
  const within = (frame: Frame, positions: Float32Array = toScene(codes, frame)): FramedCloud => ({
    frame,
    positions,
    hidden: hiddenCoordinates(frame, codes, latentSize, logVar),
  });
  switch (choice.kind) {
    case 'principal':
      return within(principalFrame(codes, latentSize, onProgress));
    case 'latents':
      return within(latentsFrame(codes, latentSize, choice.latents));
    case 'faces':
      return within(facesFrame(codes, latentSize, choice.faces, photos));
    case 'attributes':
      return within(attributesFrame(codes, latentSize, choice.directions));
    case 'layout': {
      const draws = random(0, 'layout');
      const { frame, positions } = layOut(codes, latentSize, () => draws.uniform(), onProgress);
      return within(frame, positions);
    }
  }
}

/** @throws UserError `bad-settings` when the codes do not have what was chosen */
export function checkChoice(choice: FrameChoice, { codes, latentSize, photos }: Codes): void {
  const count = (codes.length + (photos?.length ?? 0)) / latentSize;
  const among = (numbers: readonly number[], end: number) =>
    numbers.every((n) => Number.isInteger(n) && n >= 0 && n < end) && new Set(numbers).size === numbers.length;
  if (choice.kind === 'latents' && !(choice.latents.length === 3 && among(choice.latents, Math.max(3, latentSize)))) {
    throw new UserError('bad-settings.latents', { latentSize });
  }
  if (choice.kind === 'faces' && !(choice.faces.length === 4 && among(choice.faces, count))) {
    throw new UserError('bad-settings.faces', { count });
  }
  if (choice.kind === 'attributes') {
    const { directions } = choice;
    const fine = directions.every(
      (one) => one.length === latentSize && one.every(Number.isFinite) && one.some(Boolean),
    );
    if (directions.length < 1 || directions.length > 3 || !fine) {
      throw new UserError('bad-settings.directions', { latentSize });
    }
  }
}
