/** The engine as windows see it: the groups of requests of the contract, composed. */
import path from 'node:path';
import type { EngineApi, WindowApi } from '../contract';
import { Family } from './beta-family/family';
import { Bookmarks } from './home/bookmarks';
import { DataSets } from './home/data-sets';
import { Drops } from './home/drops';
import { FaceGroups } from './home/face-groups';
import { KeptSettings } from './home/app-settings';
import { KeptSession } from './home/kept-session';
import { Library, type Places } from './home/library';
import { Shelf } from './home/shelf';
import { Traits } from './home/traits';
import { Photos } from './home/photos';
import { checked } from './requests/arguments';
import { betaFamilyRequests } from './requests/beta-family';
import { codeRequests } from './requests/codes';
import type { Connection, Services } from './requests/connection';
import { curationRequests } from './requests/curation';
import { dataSetRequests } from './requests/data-sets';
import { dropRequests } from './requests/drops';
import { exportRequests } from './requests/exports';
import { faceRequests } from './requests/faces';
import { frameRequests } from './requests/frames';
import { holeRequests } from './requests/holes';
import { imageRequests } from './requests/images';
import { modelRequests } from './requests/models';
import { newFaceRequests } from './requests/new-faces';
import { OpenModels } from './requests/open-models';
import { pathRequests } from './requests/paths';
import { photoRequests } from './requests/photos';
import { scoreRequests } from './requests/scores';
import { sessionRequests } from './requests/session';
import { settingsRequests } from './requests/settings';
import { traitRequests } from './requests/traits';
import { trainingRequests } from './requests/training';
import { trainingFilmRequests } from './requests/training-film';
import { Estimates, Runs } from './runs';
import { Priority } from './scheduling/priority';
import { Scoring } from './scores/processes/scoring';

export interface Engine {
  /** The engine for one window. `dispose` when the window has gone: it closes its models; training continues. */
  connect(window: WindowApi): EngineApi & { dispose(): void };
  /** Ends everything, training included. */
  dispose(): void;
}

/** One engine a process: windows share the training runs and the list of models, and each has its own open models. */
export function createEngine(places: Places): Engine {
  const windows = new Set<WindowApi>();
  const library = new Library(places);
  const settings = new KeptSettings(places.home);
  void settings.read();
  const shelf = new Shelf(library, places.home);
  void shelf
    .clear()
    .catch((error: Error) => console.warn(`Removed models could not be cleared away: ${error.message}`));
  const modelsChanged = () => {
    for (const window of windows) window.onModelsChanged();
  };
  const runs = new Runs({
    library: library.folder,
    emit(id, event) {
      for (const window of windows) window.onTraining(id, event);
      if (event.event === 'done') modelsChanged();
    },
  });
  const services: Services = {
    home: places.home,
    library,
    shelf,
    bookmarks: new Bookmarks(places.home),
    groups: new FaceGroups(places.home),
    dataSets: new DataSets(places.home),
    drops: new Drops(places.home),
    session: new KeptSession(places.home),
    photos: new Photos(places.home),
    settings,
    traits: new Traits(places.home),
    scoring: new Scoring(),
    family: new Family(path.join(places.models, 'beta-family')),
    priority: new Priority(),
    runs,
    estimates: new Estimates(),
    modelsChanged,
  };

  function connect(window: WindowApi) {
    windows.add(window);
    const open = new OpenModels();
    const gone = new AbortController();
    const connection: Connection = { ...services, window, open, gone: gone.signal };
    const requests: EngineApi = {
      ...betaFamilyRequests(connection),
      ...codeRequests(connection),
      ...curationRequests(connection),
      ...dataSetRequests(connection),
      ...dropRequests(connection),
      ...exportRequests(connection),
      ...faceRequests(connection),
      ...frameRequests(connection),
      ...holeRequests(connection),
      ...imageRequests(connection),
      ...modelRequests(connection),
      ...newFaceRequests(connection),
      ...pathRequests(connection),
      ...photoRequests(connection),
      ...scoreRequests(connection),
      ...sessionRequests(connection),
      ...settingsRequests(connection),
      ...traitRequests(connection),
      ...trainingRequests(connection),
      ...trainingFilmRequests(connection),
    };
    return {
      ...checked(requests),

      dispose() {
        windows.delete(window);
        gone.abort();
        open.closeAll();
      },
    };
  }

  return { connect, dispose: () => runs.dispose() };
}
