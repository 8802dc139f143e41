import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin, ResolvedConfig } from 'vite';
import { installedModels, modelFiles, type AssetFile } from '../node/asset-files.js';
import { serveAssets } from './serve-assets.js';

/** Options of {@link browserReranker}. */
export interface BrowserRerankerPluginOptions {
  /**
   * Which models to serve in development and to emit with the build, by name (`minilm-l6-rerank-en`, …); each comes from an
   * npm package of its own. An empty list for none.
   * @default every one whose package is installed
   */
  models?: readonly string[] | undefined;
}

/** Below the base path of the app, in development and in the build. */
const FOLDER = 'browser-reranker/';

/** The file whose place {@link browserReranker} takes; in `src` it is TypeScript. Vite's names have slashes everywhere. */
const SERVED_MODELS = fileURLToPath(new URL('../served-models', import.meta.url)).replaceAll('\\', '/');

/**
 * The plugin for Vite 5 to 8, and for what is built on Vite (Astro, VitePress, SvelteKit, Nuxt): models are served in development
 * and emitted with the build, `createReranker({ model: 'minilm-l6-rerank-en' })` finds them on every route and under any base path,
 * and Vite's dependency optimiser leaves the package beside its workers. Workers and onnxruntime-web's files are Vite's own work.
 *
 * @example
 * ```js
 * // vite.config.js
 * import { browserReranker } from 'browser-reranker/vite';
 *
 * export default { plugins: [browserReranker()] };
 * ```
 *
 * @throws RerankError, when Vite starts: `invalid-input` for a model that has no package, `not-found` with the line that installs it
 */
export function browserReranker(options: BrowserRerankerPluginOptions = {}): Plugin {
  let config: ResolvedConfig;
  let files: AssetFile[] = [];
  return {
    name: 'browser-reranker',
    config: () => ({ optimizeDeps: { exclude: ['browser-reranker'] } }),
    configResolved(resolved) {
      config = resolved;
      files = modelFiles(options.models ?? installedModels(resolved.root), resolved.root);
    },
    configureServer(server) {
      server.middlewares.use(serveAssets(`${config.base}${FOLDER}`, files));
    },
    load(id, { ssr } = {}) {
      if (ssr || files.length === 0 || id.replace(/\.[jt]s(?:\?.*)?$/, '') !== SERVED_MODELS)
        return undefined;
      if (config.command === 'serve') return `export const SERVED_MODELS = '${config.base}${FOLDER}models/';`;
      // Rollup writes an address that holds wherever the code and the app are served from.
      const references = files.map(({ path, from }) =>
        this.emitFile({ type: 'asset', fileName: FOLDER + path, source: readFileSync(from) }),
      );
      // Of one file, since there are none of folders; Vite 8 gives a path where `base` is one, so no URL may be made of it here.
      const below = files[0]?.path.replace('models/', '') ?? '';
      return `export const SERVED_MODELS = import.meta.ROLLUP_FILE_URL_${references[0]}.slice(0, -${below.length});`;
    },
  };
}
