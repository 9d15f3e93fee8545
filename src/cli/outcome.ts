/** What a command has to say when it has done its work: as text for a person, as data for a program. */
export interface Outcome {
  readonly text: string
  readonly data: Readonly<Record<string, unknown>>
  /** Something was found that should not be: the process ends with 1. */
  readonly hasFindings?: boolean
}
