/** Handed to an element's constructor instead of input when it comes back from storage: these values are taken as they are. */
export class Restored {
  readonly values: Readonly<Record<string, unknown>>
  /** The element that took the values; undefined when a constructor kept them to itself. */
  taken: object | undefined = undefined
  /** What keeps a restored entity from being changed before it is handed out. */
  guard: { readOnly: string | undefined } | undefined = undefined

  constructor(values: Readonly<Record<string, unknown>>) {
    this.values = values
  }
}
