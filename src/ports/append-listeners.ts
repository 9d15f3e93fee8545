/** Who wants to hear of appends. Tells them in a later microtask, so that no listener runs within a commit or can make one fail. */
export class AppendListeners {
  readonly #listeners = new Set<{ readonly call: (categories: readonly string[]) => void }>()
  readonly #untold = new Set<string>()

  get isEmpty(): boolean {
    return this.#listeners.size === 0
  }

  add(call: (categories: readonly string[]) => void): () => void {
    const listener = { call }
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  notify(categories: Iterable<string>): void {
    if (this.isEmpty) return
    if (this.#untold.size === 0) queueMicrotask(() => this.#tell())
    for (const category of categories) this.#untold.add(category)
  }

  #tell(): void {
    const categories = [...this.#untold]
    this.#untold.clear()
    for (const listener of [...this.#listeners]) {
      if (!this.#listeners.has(listener)) continue
      try {
        listener.call(categories)
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : new Error(String(error)))
      }
    }
  }
}
