import type { Dtype } from '../types.js';

/** A file on the Hub as far as it is known: its path, its size, and its hash where that is published. */
export interface KnownFile {
  /** Path within the repository. */
  path: string;
  /** Size in bytes, as the Hub shows it (rounded to a tenth of a megabyte); for choices, not for checks. */
  approximateBytes: number;
  /** sha256 of the content, in hex. */
  sha256?: string;
}

/** A model that has a name of its own here. */
export type CatalogueEntry =
  | {
      /** On the Hub. */
      kind: 'hub';
      /** `owner/name`. */
      repository: string;
      /** Commit that the hashes belong to. */
      revision: string;
      /** The weights by dtype. */
      files: Partial<Record<Dtype, KnownFile>>;
    }
  | {
      /** Carried by this package, under `public/models`. */
      kind: 'bundled';
      /** Folder below the models' folder. */
      folder: string;
    };

/** The model that {@link createReranker} takes when none is named. */
export const DEFAULT_MODEL = 'ms-marco-MiniLM-L6-v2';

const megabytes = (size: number) => size * 1e6;

/** Revisions, sizes and hashes as the Hub lists them; a file without a hash has none published that we know. */
function msMarco(
  name: string,
  revision: string,
  [fp32, fp16, q8]: [number, number, number],
  sha256: Partial<Record<Dtype, string>> = {},
): CatalogueEntry {
  const file = (dtype: Dtype, path: string, size: number): KnownFile => ({
    path,
    approximateBytes: megabytes(size),
    ...(sha256[dtype] && { sha256: sha256[dtype] }),
  });
  return {
    kind: 'hub',
    repository: `Xenova/ms-marco-${name}`,
    revision,
    files: {
      fp32: file('fp32', 'onnx/model.onnx', fp32),
      fp16: file('fp16', 'onnx/model_fp16.onnx', fp16),
      q8: file('q8', 'onnx/model_quantized.onnx', q8),
    },
  };
}

/** Every name that {@link RerankerOptions.model} knows beside Hub ids and URLs. */
export const CATALOGUE: Readonly<Record<string, CatalogueEntry>> = {
  'ms-marco-TinyBERT-L2-v2': msMarco(
    'TinyBERT-L-2-v2',
    '4e5107bf542eb7622fa286ab20f4b3bed2bfb6fb',
    [17.6, 8.84, 4.5],
  ),
  'ms-marco-MiniLM-L2-v2': msMarco(
    'MiniLM-L-2-v2',
    '0aaa54468ff92d61ab92df1845543a9bf5921846',
    [62.5, 31.3, 15.8],
    {
      fp16: 'f9e201fe2fb0fb599980df6d657f4b370705ab750f00add1c991ff23a204d55c',
    },
  ),
  'ms-marco-MiniLM-L4-v2': msMarco(
    'MiniLM-L-4-v2',
    'fe8d6077e59fdc76f7d67dcf6157c24cf43b652f',
    [76.8, 38.5, 19.5],
    {
      fp16: '9ed87a768b2d6d204674c2278199c8cd353a0fdacfb3bb1acad464c42cbdd576',
      q8: 'ff4b58e869a5c4ec0c6691caf045bc0e294b3cc34b9f015d8a5fc8d6aeb3b2d3',
    },
  ),
  'ms-marco-MiniLM-L6-v2': msMarco(
    'MiniLM-L-6-v2',
    'fec3517fe1016cfeee39338ef98ba76fc449dbcc',
    [91, 45.6, 23.1],
    {
      fp16: 'a8b79f5c22bc717c0082cb30424365f59d6689b86cfa0c4b293832acf158c66f',
      q8: 'e9d8ebf845c413e981c175bfe49a3bfa9b3dcce2a3ba54875ee5df5a58639fbe',
    },
  ),
  'ms-marco-MiniLM-L12-v2': msMarco(
    'MiniLM-L-12-v2',
    'e04b920da17733eae4f09d5a9395a8b15981a77e',
    [134, 67.1, 34.2],
    {
      q8: 'c5551b3e446396364913c5ad79e9c8411a76d26523b7d87232052ae6c0d0c7fd',
    },
  ),
  'minilm-l6-rerank-en': { kind: 'bundled', folder: 'minilm-l6-rerank-en' },
  'minilm-l3-rerank-en': { kind: 'bundled', folder: 'minilm-l3-rerank-en' },
};
