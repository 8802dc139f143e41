import * as library from '../../src/index.js';

// Tests reach the library through this; the page has nothing else.
Object.assign(window, {
  library,
  gpuOnly: () => import('./gpu-only.js'),
  remote: () => import('../../src/remote/index.js'),
  searchRoom: () => import('./search.js'),
});
