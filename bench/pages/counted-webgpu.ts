import { countPipelines } from './count-pipelines.js';
import '../../src/worker/entry-webgpu.js';

countPipelines();
