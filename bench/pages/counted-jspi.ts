import { countPipelines } from './count-pipelines.js';
import '../../src/worker/entry-jspi.js';

countPipelines();
