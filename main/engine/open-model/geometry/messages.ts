/** What the engine and its geometry threads say to one another. */
import type { FrameChoice, FramedCloud, Typicality } from '../../../contract';
import type { Codes } from './frames';

/** What a thread is started for: one frame, or the typicality of as many codes as it is asked. */
export type Job = { codes: Codes } & ({ task: 'frame'; choice: FrameChoice } | { task: 'typicality' });

export type FrameMessage = { share: number } | { result: FramedCloud };
export type TypicalityMessage = Typicality;
