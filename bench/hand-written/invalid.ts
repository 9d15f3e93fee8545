export interface Issue {
  readonly path: string
  readonly message: string
}

/** Every problem at once. */
export class Invalid extends Error {
  readonly issues: readonly Issue[]

  constructor(issues: readonly Issue[]) {
    super(issues.map(({ path, message }) => `${path} ${message}`).join(', '))
    this.issues = issues
  }
}
