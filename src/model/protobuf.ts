/** A field of a protobuf message: its number, and its value as far as it has bytes. */
export interface ProtobufField {
  /** Field number. */
  tag: number;
  /** Content of a field with a length (message, text, bytes); undefined for numbers of fixed size. */
  bytes: Uint8Array;
  /** Value of a field that is a variable-length integer, else NaN. */
  value: number;
}

const NOTHING = new Uint8Array();

/**
 * Goes through the fields of a message, without copying any. The worker has a library for this; the page reads too little.
 * @throws RangeError where the bytes are no message
 */
export function* protobufFields(message: Uint8Array): Generator<ProtobufField> {
  let at = 0;
  const integer = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message[at++];
      if (byte === undefined || factor > 2 ** 63) throw new RangeError('not a protobuf message');
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  const skip = (size: number): Uint8Array => {
    const end = at + size;
    if (end > message.length) throw new RangeError('not a protobuf message');
    const bytes = message.subarray(at, end);
    at = end;
    return bytes;
  };
  while (at < message.length) {
    const key = integer();
    const field: ProtobufField = { tag: Math.floor(key / 8), bytes: NOTHING, value: Number.NaN };
    if (key % 8 === 0) field.value = integer();
    else if (key % 8 === 1) skip(8);
    else if (key % 8 === 2) field.bytes = skip(integer());
    else if (key % 8 === 5) skip(4);
    else throw new RangeError('not a protobuf message');
    yield field;
  }
}
