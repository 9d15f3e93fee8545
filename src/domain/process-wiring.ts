import type { DeclaredCorrelation } from '../handlers/correlation.ts'
import { addressOf, correlatedFields } from '../handlers/correlation.ts'
import type { HandlerGroup } from '../handlers/handler-group.ts'
import type { HandlerMap } from '../handlers/handler-map.ts'
import type { ProcessEntry } from '../handlers/process-manager.ts'
import type { ElementDefinition } from '../model/definition.ts'
import { nearest } from '../util/nearest.ts'
import type { Report } from './check/problem-log.ts'
import { checkExternal, lookUp } from './check/references.ts'
import type { Registry } from './registry.ts'

const OPTIONS = ['correlate', 'start', 'end']
/** Kinds of fields that hold a text which can be an identity; whole numbers are the only others. */
const TEXTUAL: ReadonlySet<string> = new Set(['identifier', 'auto', 'string', 'text', 'status'])

/** Wires the handlers of a process manager, and reports whatever would keep an event from finding its process. */
export function wireProcess(registry: Registry, map: HandlerMap, group: HandlerGroup, report: Report): void {
  const process = group.process as ElementDefinition
  const entries = group.entries as ProcessEntry[]
  const taken = new Set<ElementDefinition>()
  const keys = new Set<string>()
  for (const entry of entries) {
    const target = targetOf(registry, group, entry, report)
    if (target === undefined) continue
    const say = sayer(group, report)
    if (taken.has(target)) {
      say('HANDLER_DUPLICATE', `handles ${target.name}, which it handles already.`, 'Keep one of the two: a process answers an event once.')
      continue
    }
    taken.add(target)
    checkOptions(entry, target, say)
    const key = checkCorrelation(process, target, entry.options.correlate, say)
    if (key !== undefined) keys.add(key)
    const correlate = entry.options.correlate as DeclaredCorrelation
    const processOf = (event: object) => addressOf(correlate, process.identifier as string, event)?.id
    map.addEvent(target, { group, target, run: entry.run, processOf })
  }
  checkBeginning(process, entries, keys, sayer(group, report))
}

type Say = (code: string, message: string, fix: string) => void

function sayer(group: HandlerGroup, report: Report): Say {
  return (code, message, fix) => report({ code, element: group.name, message, fix })
}

function targetOf(
  registry: Registry,
  group: HandlerGroup,
  { target, declared }: ProcessEntry,
  report: Report,
): ElementDefinition | undefined {
  const reference = {
    element: group.name,
    via: 'this.handle()',
    ref: target,
    kinds: ['event'],
    code: 'HANDLER_TARGET',
    allowsForeign: true,
  } as const
  const event = lookUp(registry, reference, report)
  if (event === undefined) return undefined
  checkExternal(registry, group, event, report)
  if (typeof declared === 'function') return event
  sayer(group, report)(
    'HANDLER_FUNCTION_MISSING',
    `handles ${event.name} with something that is not a function.`,
    `Write this.handle(${event.name}, { correlate: '…' }, async (process, event) => { … }).`,
  )
  return undefined
}

function checkOptions({ options }: ProcessEntry, event: ElementDefinition, say: Say): void {
  for (const [option, value] of Object.entries(options)) {
    if (!OPTIONS.includes(option)) {
      const meant = nearest(option, OPTIONS)
      const fix = meant === undefined ? `Options of this.handle() are ${OPTIONS.join(', ')}.` : `Did you mean ${meant}?`
      say('OPTION_UNKNOWN', `has no option ${option} where it handles ${event.name}.`, fix)
    } else if (option !== 'correlate' && value !== undefined && typeof value !== 'boolean')
      say('OPTION_INVALID', `has { ${option}: ${JSON.stringify(value)} } where it handles ${event.name}.`, `${option} is true or false.`)
  }
}

/** Gives the field of the process by which the event finds it, where it is found by a field. */
function checkCorrelation(process: ElementDefinition, event: ElementDefinition, correlate: unknown, say: Say): string | undefined {
  const at = `where it handles ${event.name}`
  const write = "Write { correlate: 'orderId' } with a field of both, or { correlate: { orderId: 'reference' } } with one of each."
  if (correlate === undefined) {
    say('PROCESS_UNCORRELATED', `does not say which process is meant ${at}.`, write)
    return undefined
  }
  if (typeof correlate === 'function') return undefined
  if (!isCorrelation(correlate)) {
    say(
      'PROCESS_CORRELATION_INVALID',
      `correlates in an unknown way ${at}.`,
      `${write} For several fields together, give a function that makes one text of them.`,
    )
    return undefined
  }
  const [own, other] = correlatedFields(correlate) as readonly [string, string]
  const ownField = checkField(process, own, at, say)
  const otherField = checkField(event, other, at, say)
  if (ownField === undefined || otherField === undefined) return undefined
  const fits = TEXTUAL.has(ownField) ? TEXTUAL.has(otherField) : ownField === 'integer' && otherField === 'integer'
  if (!fits) {
    say(
      'PROCESS_FIELD_MISMATCH',
      `correlates ${own}, a field.${ownField}(), with ${event.name}.${other}, a field.${otherField}(), ${at}.`,
      'Correlate by identifiers or other short texts, or by whole numbers.',
    )
  }
  return own
}

function isCorrelation(correlate: unknown): correlate is Exclude<DeclaredCorrelation, (event: object) => unknown> {
  if (typeof correlate === 'string') return true
  if (typeof correlate !== 'object' || correlate === null) return false
  const values = Object.values(correlate)
  return values.length === 1 && typeof values[0] === 'string'
}

/** The kind of a field. */
function checkField({ kind, name, fields }: ElementDefinition, field: string, at: string, say: Say): string | undefined {
  const spec = fields.get(field)
  if (spec !== undefined) return spec.kind
  const known = [...fields.keys()].filter((other) => !other.startsWith('_'))
  const meant = nearest(field, known)
  say(
    kind === 'event' ? 'PROCESS_EVENT_FIELD_UNKNOWN' : 'PROCESS_FIELD_UNKNOWN',
    `correlates by ${name}.${field} ${at}, which is not a field.`,
    meant === undefined ? `Fields of ${name} are ${known.join(', ')}.` : `Did you mean ${meant}?`,
  )
  return undefined
}

/** A process begins with an event, and has one identity however an event finds it. */
function checkBeginning(process: ElementDefinition, entries: readonly ProcessEntry[], keys: ReadonlySet<string>, say: Say): void {
  if (!entries.some(({ options }) => options.start === true)) {
    say(
      'PROCESS_NO_START',
      'is a process manager that no event starts.',
      'Add { start: true } to the handler of the event that a process begins with.',
    )
  }
  const { identifier } = process
  const isOwn = identifier !== undefined && identifier !== 'id'
  const all = isOwn ? new Set([...keys, identifier]) : keys
  if (all.size < 2) return
  say(
    'PROCESS_CORRELATION_MIXED',
    `finds its processes by several of its fields: ${[...all].join(', ')}.`,
    `A process has one identity: correlate all events with ${isOwn ? identifier : 'the same field'}, as in { ${isOwn ? identifier : [...all][0]}: '<field of the event>' }.`,
  )
}
