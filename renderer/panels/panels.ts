import type { Component } from 'svelte';
import type { PanelName } from '../state/window/areas';
import ComparePanel from './compare/ComparePanel.svelte';
import ExportsPanel from './exports/ExportsPanel.svelte';
import FacesPanel from './faces/FacesPanel.svelte';
import FramesPanel from './frames/FramesPanel.svelte';
import ModelsPanel from './models/ModelsPanel.svelte';
import MyPhotoPanel from './my-photo/MyPhotoPanel.svelte';
import NewFacesPanel from './new-faces/NewFacesPanel.svelte';
import PathsPanel from './paths/PathsPanel.svelte';
import PosteriorPanel from './posterior/PosteriorPanel.svelte';
import ScoresPanel from './scores/ScoresPanel.svelte';
import SettingsPanel from './settings/SettingsPanel.svelte';
import TheoryPanel from './theory/TheoryPanel.svelte';
import TraitsPanel from './traits/TraitsPanel.svelte';
import TrainingPanel from './training/TrainingPanel.svelte';

/** What each panel holds. Its area and its place there are those of `AREAS`, its name is `panels.<name>`. */
export const panels: Record<PanelName, Component> = {
  frames: FramesPanel,
  faces: FacesPanel,
  paths: PathsPanel,
  'new-faces': NewFacesPanel,
  'my-photo': MyPhotoPanel,
  traits: TraitsPanel,
  exports: ExportsPanel,
  training: TrainingPanel,
  compare: ComparePanel,
  theory: TheoryPanel,
  posterior: PosteriorPanel,
  scores: ScoresPanel,
  models: ModelsPanel,
  settings: SettingsPanel,
};
