import type { WindowApi } from '../../../main/contract';

/** A window that takes no notice of anything. */
export const silent: WindowApi = {
  onTraining() {},
  onCloudProgress() {},
  onFrameProgress() {},
  onHoles() {},
  onPathProgress() {},
  onPhotoProgress() {},
  onExportProgress() {},
  onFolderProgress() {},
  onFacesProgress() {},
  onScoreProgress() {},
  onModelsChanged() {},
};
