import type { WindowApi } from '../../../main/contract';

/** A window that takes no notice of anything. */
export const silent: WindowApi = {
  onTraining() {},
  onCloudProgress() {},
  onFrameProgress() {},
  onHoles() {},
  onPathProgress() {},
  onExportProgress() {},
  onFolderProgress() {},
  onFacesProgress() {},
  onScoreProgress() {},
  onModelsChanged() {},
};
