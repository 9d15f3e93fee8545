/** How an event finds its process, once `init()` has found nothing wrong with it: a field of both, `{ processField: 'eventField' }`, or a function. */
export type DeclaredCorrelation = string | Readonly<Record<string, string>> | ((event: object) => unknown)

/** The field of the process and that of the event which have to agree; undefined where a function decides. */
export function correlatedFields(correlate: DeclaredCorrelation): readonly [processField: string, eventField: string] | undefined {
  if (typeof correlate === 'function') return undefined
  if (typeof correlate === 'string') return [correlate, correlate]
  return Object.entries(correlate)[0]
}

/** What an event says about the process that it belongs to. */
export interface ProcessAddress {
  /** Identity of the process. */
  readonly id: string
  /** What a new process begins with. */
  readonly values: Readonly<Record<string, unknown>>
}

/** The process that an event belongs to; undefined where it belongs to none. */
export function addressOf(correlate: DeclaredCorrelation, identifier: string, event: object): ProcessAddress | undefined {
  const fields = correlatedFields(correlate)
  const value = fields === undefined ? (correlate as (event: object) => unknown)(event) : (event as Record<string, unknown>)[fields[1]]
  if (value === undefined || value === null || value === '') return undefined
  const id = String(value)
  if (fields === undefined) return { id, values: { [identifier]: id } }
  return { id, values: { [identifier]: id, [fields[0]]: value } }
}
