/**
 * THE protocol: every request, event and error that crosses between the window (renderer) and the engine, whichever host
 * introduces them. A file a concept: its types, its requests, its events. Types only, plus the one error class that both
 * sides share: the contract may be imported from anywhere and imports nothing.
 *
 * Numbers: images are RGBA bytes, codes are float32 row-major `[count, latentSize]`, positions are scene coordinates
 * `[count, 3]`. Typed arrays cross as typed arrays.
 */
import type { BetaFamilyRequests } from './beta-family';
import type { CodeRequests } from './codes';
import type { CurationRequests } from './curation';
import type { DataSetRequests } from './data-sets';
import type { DropRequests } from './drops';
import type { ExportEvents, ExportRequests } from './exports';
import type { FaceEvents, FaceRequests } from './faces';
import type { FrameEvents, FrameRequests } from './frames';
import type { HoleEvents, HoleRequests } from './holes';
import type { ImageEvents, ImageRequests } from './images';
import type { ModelEvents, ModelRequests } from './models';
import type { NewFaceRequests } from './new-faces';
import type { PathEvents, PathRequests } from './paths';
import type { PhotoEvents, PhotoRequests } from './photos';
import type { ScoreEvents, ScoreRequests } from './scores';
import type { SessionRequests } from './session';
import type { SettingsRequests } from './settings';
import type { TraitRequests } from './traits';
import type { TrainingEvents, TrainingRequests } from './training';
import type { TrainingFilmRequests } from './training-film';

export * from './beta-family';
export * from './codes';
export { english } from './english';
export * from './curation';
export * from './data-sets';
export * from './drops';
export * from './errors';
export * from './exports';
export * from './faces';
export * from './frames';
export * from './holes';
export * from './host';
export * from './images';
export * from './kept';
export * from './messages';
export * from './models';
export * from './motif';
export * from './new-faces';
export * from './paths';
export * from './photos';
export * from './scores';
export * from './session';
export * from './settings';
export * from './traits';
export * from './training';
export * from './training-film';

/** What the window may ask of the engine. Every method rejects with a `Failure`. */
export interface EngineApi
  extends
    ImageRequests,
    ModelRequests,
    CodeRequests,
    CurationRequests,
    DataSetRequests,
    DropRequests,
    ExportRequests,
    FrameRequests,
    FaceRequests,
    HoleRequests,
    NewFaceRequests,
    PathRequests,
    PhotoRequests,
    TrainingRequests,
    TrainingFilmRequests,
    ScoreRequests,
    TraitRequests,
    SessionRequests,
    SettingsRequests,
    BetaFamilyRequests {}

/** What the engine tells the window unasked. */
export interface WindowApi
  extends
    ImageEvents,
    ModelEvents,
    ExportEvents,
    FrameEvents,
    FaceEvents,
    HoleEvents,
    PathEvents,
    PhotoEvents,
    TrainingEvents,
    ScoreEvents {}
