import { SpannedPlaces } from './spanned-places.js';
import type { TextTokenizer } from './text-tokenizer.js';
import { modelType, type TokenizerJson } from './tokenizer-json.js';

/** White space to every tokenizer; BERT's normaliser drops the others that JavaScript calls so. */
const SPACE = /[^\S\v\f\uFEFF]/;
/** What may stand in a run of white space that some tokenizers make one token of. */
const RUN = /[\s\x85]/;
/** Punctuation since long, as tables of any age have it: BERT's pre-tokeniser makes each a word of its own. */
const PUNCTUATION = /[!-/:-@[-`{-~\u2013\u2014\u2018-\u201F\u2026\u3001\u3002\uFF01\uFF0C\uFF1A\uFF1B\uFF1F]/;
/** Words of their own where the normaliser sets them apart. */
const IDEOGRAPH = /[\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAFF]/;
/** Long runs of white space that every tokenizer of BERT's kind reads as one space. */
const SPACES = /[ \t\r\n]{64,}/g;
/** Letters and digits always leave something behind, whatever a normaliser strips. */
const KEPT = /[\p{L}\p{N}]/gu;

/** Characters that a place is looked for in, back from where one is wanted. */
const REACH = 4096;
/** The same where each place takes a look at the vocabulary. */
const SPANNED_REACH = 512;

/**
 * Finds places where a text can be cut so that the tokens before stay the same whatever follows: before white space;
 * for BERT's words before punctuation and ideographs; else between letters that no piece of the vocabulary joins.
 */
export class TextCuts {
  readonly #tokenizer: TextTokenizer;
  readonly #isBoundary: (character: string) => boolean;
  /** For each code unit 1 where it begins something that no token reaches into; made when it is needed. */
  #boundaries: Uint8Array | undefined;
  readonly #spanned: SpannedPlaces | undefined;
  /** Longest word of a WordPiece tokenizer: a longer one is a single unknown token. */
  readonly #longestWord: number;

  /** @param json - the tokenizer as it runs, see `readTokenizer` */
  constructor(json: TokenizerJson, tokenizer: TextTokenizer) {
    this.#tokenizer = tokenizer;
    const model = json.model ?? {};
    const words = isBertLike(json) && modelType(model) === 'WordPiece';
    const ideographs =
      words && (json.normalizer as { handle_chinese_chars?: boolean } | null)?.handle_chinese_chars;
    const isBoundary: (character: string) => boolean = words
      ? (character) =>
          SPACE.test(character) ||
          PUNCTUATION.test(character) ||
          (ideographs === true && IDEOGRAPH.test(character))
      : (character) => SPACE.test(character);
    // An added token of letters would stand within a word, and end it.
    const whole = tokenizer.addedContents.every((content) => Array.from(content).some(isBoundary));
    this.#longestWord = words && whole ? (model.max_input_chars_per_word ?? 100) : Infinity;
    const joins =
      (modelType(model) === 'Unigram' || modelType(model) === 'BPE') && model.ignore_merges !== true;
    this.#spanned = joins ? new SpannedPlaces(json) : undefined;
    // Tokens may reach across spaces: then only two cuts that agree tell.
    const crosses =
      json.pre_tokenizer == null || JSON.stringify(json.pre_tokenizer).includes('"split":false');
    this.#isBoundary = (character) => !crosses && isBoundary(character);
  }

  #begins(text: string, place: number): boolean {
    this.#boundaries ??= Uint8Array.from({ length: 2 ** 16 }, (_, code) =>
      Number(this.#isBoundary(String.fromCharCode(code))),
    );
    return this.#boundaries[text.charCodeAt(place)] === 1;
  }

  /** The last place to cut at or before `limit`; undefined where none is found. */
  before(text: string, limit: number): number | undefined {
    const least = Math.max(1, limit - REACH);
    for (let place = limit; place >= least; place--) {
      if (!this.#begins(text, place)) continue;
      // White space stays together: some tokenizers make one token of it.
      while (place > 0 && RUN.test(text.charAt(place)) && RUN.test(text.charAt(place - 1))) place--;
      if (place > 0 && !this.#insideAdded(text, place)) return place;
    }
    const spanned = this.#spanned;
    if (!spanned) return undefined;
    for (let place = limit; place >= Math.max(1, limit - SPANNED_REACH); place--) {
      const free = spanned.isFree(text, place, (part) => this.#tokenizer.normalise(part));
      if (free && !this.#insideAdded(text, place)) return place;
    }
    return undefined;
  }

  /**
   * The same text for the tokenizer, without what counts for nothing: the rest of a word that is a single unknown token
   * for its length, and of long white space, where words are all that counts.
   */
  shorten(text: string): string {
    const most = this.#longestWord * 10;
    if (text.length <= most) return text;
    const parts: string[] = [];
    let begin = 0;
    const take = (end: number) => {
      const head = text.slice(begin, begin + most);
      const counted = end - begin > most && (head.match(KEPT)?.length ?? 0) > this.#longestWord + 1;
      if (end > begin) parts.push(counted ? head : text.slice(begin, end));
      begin = end;
    };
    for (let place = 0; place < text.length; place++) {
      if (this.#begins(text, place)) take(place);
    }
    take(text.length);
    return parts.join('').replace(SPACES, ' ');
  }

  #insideAdded(text: string, place: number): boolean {
    return this.#tokenizer.addedContents.some((content) => {
      const from = Math.max(0, place - content.length + 1);
      const around = text.slice(from, place + content.length - 1);
      // Normalised ones are found in another form of the text, of much the same length.
      return around.toLowerCase().includes(content.toLowerCase());
    });
  }
}

function isBertLike({ normalizer, pre_tokenizer }: TokenizerJson): boolean {
  const type = (step: unknown) => (step as { type?: unknown } | null | undefined)?.type;
  return (
    type(pre_tokenizer) === 'BertPreTokenizer' &&
    [undefined, 'BertNormalizer'].includes(type(normalizer) as undefined)
  );
}
