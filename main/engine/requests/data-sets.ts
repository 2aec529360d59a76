import path from 'node:path';
import type { DataSetRequests } from '../../contract';
import { fromHome } from '../files';
import type { Connection } from './connection';

export function dataSetRequests({ dataSets }: Connection): DataSetRequests {
  return {
    dataSets: () => dataSets.all(),
    openDataSet: (folder) => dataSets.open(path.resolve(fromHome(folder))),
    keepDataSet: (id, change) => dataSets.keep(id, change),
    forgetDataSet: (id) => dataSets.forget(id),
    takeBackDataSet: (removal) => dataSets.takeBack(removal),
  };
}
