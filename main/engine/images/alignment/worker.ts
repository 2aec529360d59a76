/** A thread that looks for faces. */
import { answerJobs } from '../../scheduling/pool';
import { fit, type FitJob } from './fit';
import type { Fit } from './search';

answerJobs<FitJob, Fit[]>(async (job) => ({ result: fit(job) }));
