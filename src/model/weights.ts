import { RerankError } from '../errors.js';
import type { ExternalFile } from '../protocol.js';
import type { Device, Dtype, RerankerOptions } from '../types.js';
import { externalParts } from './external-data.js';
import type { Manifest } from './manifest.js';
import type { ModelSource } from './source.js';

/** What says which weights a folder has. */
interface Folder {
  manifest: Manifest | undefined;
  source: Pick<ModelSource, 'known'>;
}

/** Which weights the caller wants. */
export type WeightOptions = Pick<RerankerOptions, 'dtype' | 'file'>;

/**
 * Where the weights of each dtype may lie, in the order in which they are looked for. A plain folder lists nothing, so a name that
 * is not there costs a request; the first of each are what Transformers.js and optimum write, then come those of
 * sentence-transformers and of the Hub's converters.
 */
const WEIGHT_PATHS: Readonly<Record<Dtype, readonly string[]>> = {
  fp32: ['onnx/model.onnx', 'model.onnx', 'onnx/model_O3.onnx', 'onnx/model_O2.onnx', 'onnx/model_O1.onnx'],
  fp16: ['onnx/model_fp16.onnx', 'model_fp16.onnx', 'onnx/model_O4.onnx'],
  q8: [
    'onnx/model_quantized.onnx',
    'onnx/model_qint8_avx512_vnni.onnx',
    'onnx/model_int8.onnx',
    'onnx/model_uint8.onnx',
    'onnx/model_qint8_arm64.onnx',
    'onnx/model_qint8_avx512.onnx',
    'onnx/model_qint8_avx2.onnx',
    'onnx/model_quint8_avx2.onnx',
    'model_quantized.onnx',
  ],
  w8: ['onnx/model_w8.onnx'],
  q4: ['onnx/model_q4.onnx', 'onnx/model_bnb4.onnx'],
  q4f16: ['onnx/model_q4f16.onnx'],
};

/** Where a caller has not said what there is, only this many names of a dtype are tried. */
const MOST_GUESSES: Partial<Record<Dtype, number>> = { fp32: 2, fp16: 1, q8: 3 };

/**
 * The weights that a folder has by its manifest or the catalogue, or that it may have where nothing says so.
 * @throws RerankError `invalid-input` for a file that is none, or whose dtype nobody says
 */
export function offeredWeights(
  { manifest, source }: Folder,
  { dtype = 'auto', file }: WeightOptions,
): { dtype: Dtype; devices?: readonly Device[] | undefined }[] {
  const listed = Object.entries(manifest?.files ?? {});
  if (file !== undefined) {
    const entry = listed.find(([path]) => path === file)?.[1];
    return [{ dtype: dtypeOf(file, entry?.dtype, dtype), devices: entry?.devices }];
  }
  if (manifest) return listed.flatMap(([, { dtype, devices }]) => (dtype ? [{ dtype, devices }] : []));
  const known = (Object.keys(source.known) as Dtype[]).map((dtype) => ({ dtype }));
  if (known.length > 0 && (dtype === 'auto' || source.known[dtype])) return known;
  // A plain folder lists nothing: these three are usual, and a caller who names another knows that it is there.
  const usual = ['fp32', 'fp16', 'q8'] as const;
  return (dtype === 'auto' ? usual : [dtype]).map((dtype) => ({ dtype }));
}

/** Paths at which the weights of a dtype may lie, in the order in which they are to be tried. */
export function weightPaths(
  { manifest, source }: Folder,
  dtype: Dtype,
  { dtype: wanted = 'auto', file }: WeightOptions,
): readonly string[] {
  if (file !== undefined) return [file];
  const listed = Object.entries(manifest?.files ?? {}).find(([, file]) => file.dtype === dtype);
  const path = listed?.[0] ?? source.known[dtype]?.path;
  if (path !== undefined) return [path];
  return WEIGHT_PATHS[dtype].slice(0, wanted === 'auto' ? (MOST_GUESSES[dtype] ?? 1) : undefined);
}

/** Bytes of the weights of a dtype as manifest or catalogue know them before a download; undefined where neither does. */
export function weightBytes(
  { manifest, source }: Folder,
  dtype: Dtype,
  { file }: WeightOptions,
): number | undefined {
  if (file !== undefined) return manifest?.files[file]?.bytes;
  const listed = Object.values(manifest?.files ?? {}).find((entry) => entry.dtype === dtype);
  return listed?.bytes ?? source.known[dtype]?.approximateBytes;
}

/** How a file is stored, as its manifest, the caller or its name say. */
function dtypeOf(file: string, listed: Dtype | undefined, wanted: Dtype | 'auto'): Dtype {
  const inside = typeof file === 'string' && !file.split('/').includes('..');
  if (!inside || !/^[^/\\:?#%][^\\:?#%]*\.onnx$/.test(file)) {
    throw new RerankError(
      'invalid-input',
      `file is ${JSON.stringify(file)}; expected the path of a .onnx file in the model's folder.`,
    );
  }
  if (listed) return listed;
  if (wanted !== 'auto') return wanted;
  const name = file.split('/').at(-1) ?? '';
  const found = Object.entries(WEIGHT_PATHS).find(([, paths]) =>
    paths.some((path) => path.split('/').at(-1) === name),
  );
  if (found) return found[0] as Dtype; // a key of that table
  throw new RerankError(
    'invalid-input',
    `The name of the file ${file} does not tell how its weights are stored: say it with the option dtype.`,
  );
}

/** Reads a file of the model's folder. */
type Read = (file: string) => Promise<Uint8Array>;

/**
 * Reads the first of some graphs that is there.
 * @param isAbsent - whether an error says that a file is not there
 * @throws RerankError what `read` throws; when none is there, the first's own error, with the names that were tried
 */
export async function readGraph(
  paths: readonly string[],
  read: Read,
  isAbsent: (error: unknown) => error is RerankError,
): Promise<{ path: string; graph: Uint8Array }> {
  let first: RerankError | undefined;
  for (const path of paths) {
    try {
      return { path, graph: await read(path) };
    } catch (error) {
      if (!isAbsent(error)) throw error;
      first ??= error;
    }
  }
  const others = paths.slice(1).join(', ');
  throw new RerankError(
    first?.code ?? 'not-found',
    `${first?.message ?? 'No weights were named.'}${others && ` Nor is any of ${others} there.`}`,
    { cause: first },
  );
}

/**
 * Reads the files in which a graph keeps weights outside itself.
 * @param isAbsent - whether an error says that a file is not there
 * @throws RerankError `not-found` naming a file that is missing, `invalid-data` for one that is too short
 */
export function readExternalData(
  { path, graph }: { path: string; graph: Uint8Array },
  read: Read,
  isAbsent: (error: unknown) => error is RerankError,
): Promise<ExternalFile[]> {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return Promise.all(
    externalParts(graph, path).map(async ({ location, end }) => {
      let bytes: Uint8Array;
      try {
        bytes = await read(folder + location);
      } catch (cause) {
        if (!isAbsent(cause)) throw cause;
        throw new RerankError(
          'not-found',
          `${path} keeps weights in ${folder}${location}, which is not there: ${cause.message} Publish the folder as a whole.`,
          { cause },
        );
      }
      if (bytes.length >= end) return { location, bytes };
      throw new RerankError(
        'invalid-data',
        `${folder}${location} has ${bytes.length} bytes, but ${path} reads up to byte ${end}: one of both is not whole.`,
      );
    }),
  );
}
