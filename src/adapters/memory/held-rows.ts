import type { Row } from '../../ports/table.ts'
import type { RowLayout } from './row-layout.ts'

/** Rows that open transactions have claimed, and that nobody else may claim meanwhile. */
export class HeldRows {
  readonly #holders = new Map<string, object>()

  isFree(layout: RowLayout, id: string, holder?: object): boolean {
    const present = this.#holders.get(keyOf(layout, id))
    return present === undefined || present === holder
  }

  hold(layout: RowLayout, rows: readonly Row[], holder: object): void {
    for (const row of rows) this.#holders.set(keyOf(layout, layout.idOf(row)), holder)
  }

  clear(): void {
    this.#holders.clear()
  }

  release(holder: object): void {
    for (const [key, present] of this.#holders) if (present === holder) this.#holders.delete(key)
  }
}

function keyOf({ schema }: RowLayout, id: string): string {
  return `${schema.name} ${id}`
}
