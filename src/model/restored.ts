/** Handed to an element's constructor instead of input when it comes back from storage: these values are taken as they are. */
export class Restored {
  readonly values: Readonly<Record<string, unknown>>

  constructor(values: Readonly<Record<string, unknown>>) {
    this.values = values
  }
}
