/** Who listens to what: handlers by type. */

/** @template {Record<string, any>} Events */
export class Emitter {
  #handlers = /** @type {Map<keyof Events, Set<(value: any) => void>>} */ (new Map());

  /**
   * @template {keyof Events} T
   * @param {T} type
   * @param {(value: Events[T]) => void} handler
   * @returns {() => void} stops listening
   */
  on(type, handler) {
    const handlers = this.#handlers.get(type) ?? new Set();
    this.#handlers.set(type, handlers.add(handler));
    return () => void handlers.delete(handler);
  }

  /**
   * @template {keyof Events} T
   * @param {T} type
   * @param {Events[T]} value
   */
  emit(type, value) {
    for (const handler of [...(this.#handlers.get(type) ?? [])]) handler(value);
  }
}
