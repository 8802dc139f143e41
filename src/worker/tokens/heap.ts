/** A binary heap of numbers: gives the least first. */
export class Heap {
  readonly #values: number[] = [];

  /** Puts a number in. */
  push(value: number): void {
    const values = this.#values;
    let place = values.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = values[parent] ?? -Infinity;
      if (above <= value) break;
      values[place] = above;
      place = parent;
    }
    values[place] = value;
  }

  /** Takes the least number out; undefined where there is none. */
  pop(): number | undefined {
    const values = this.#values;
    const least = values[0];
    const last = values.pop();
    if (values.length === 0 || last === undefined) return least;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      const child = (values[left + 1] ?? Infinity) < (values[left] ?? Infinity) ? left + 1 : left;
      const below = values[child] ?? Infinity;
      if (below >= last) break;
      values[place] = below;
      place = child;
    }
    values[place] = last;
    return least;
  }
}
