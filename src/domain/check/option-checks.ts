import type { HandlerKind } from '../../handlers/handler-group.ts'
import type { ElementDefinition } from '../../model/definition.ts'
import { nearest } from '../../util/nearest.ts'
import type {
  ApplicationServiceOptions,
  CommandHandlerOptions,
  DomainServiceOptions,
  EventHandlerOptions,
  ProjectorOptions,
  QueryHandlerOptions,
  SubscriberOptions,
} from '../handler-options.ts'
import type { DeclaredService } from '../registry.ts'
import { isIndex } from './index-checks.ts'
import { withArticle } from './kind-names.ts'
import type { Report } from './problem-log.ts'

/** What the value of an option must be. */
interface Expectation {
  readonly says: string
  readonly accepts: (value: unknown) => boolean
}

type Options = Readonly<Record<string, unknown>>
/** Every option of an interface: one that is added there has to be added here. */
type OptionTable<Declared> = Readonly<Record<keyof Declared, Expectation>>

const BOOLEAN: Expectation = { says: 'true or false', accepts: (value) => typeof value === 'boolean' }
const TEXT: Expectation = { says: 'a text that is not empty', accepts: isText }
const TEXTS: Expectation = { says: 'a list of texts', accepts: (value) => Array.isArray(value) && value.every(isText) }
const NAMES: Expectation = { says: 'a name or a list of names', accepts: (value) => isText(value) || TEXTS.accepts(value) }
const REFERENCE: Expectation = {
  says: 'a class, a name or a function that returns the class',
  accepts: (value) => isText(value) || typeof value === 'function',
}
const REFERENCES: Expectation = { says: 'a list of classes or names', accepts: Array.isArray }
const SECONDS: Expectation = { says: 'a number of seconds above 0', accepts: (value) => Number.isFinite(value) && Number(value) > 0 }
const INDEXES: Expectation = {
  says: "a list of { fields: ['…'], name?, unique?, descending?, include?, where? }",
  accepts: (value) => Array.isArray(value) && value.every(isIndex),
}

/** Which options an element has is checked where it is declared; what they mean does not depend on its kind. */
const OF_ELEMENTS: Readonly<Record<string, Expectation>> = {
  abstract: BOOLEAN,
  cache: TEXT,
  eventSourced: BOOLEAN,
  externallyPopulated: BOOLEAN,
  factEvents: BOOLEAN,
  indexes: INDEXES,
  lenient: BOOLEAN,
  orderBy: TEXTS,
  provider: TEXT,
  published: BOOLEAN,
  renamedFrom: NAMES,
  schemaName: TEXT,
  streamCategory: TEXT,
  suppressChecks: TEXTS,
}

const COMMAND_HANDLER: OptionTable<CommandHandlerOptions> = { partOf: REFERENCE, timeout: SECONDS, suppressChecks: TEXTS }
const EVENT_HANDLER: OptionTable<EventHandlerOptions> = {
  partOf: REFERENCE,
  streamCategory: TEXT,
  sequentialBy: TEXT,
  suppressChecks: TEXTS,
}
const PROJECTOR: OptionTable<ProjectorOptions> = {
  projectorFor: REFERENCE,
  aggregates: REFERENCES,
  sequentialBy: TEXT,
  suppressChecks: TEXTS,
}
const QUERY_HANDLER: OptionTable<QueryHandlerOptions> = { partOf: REFERENCE, suppressChecks: TEXTS }
const APPLICATION_SERVICE: OptionTable<ApplicationServiceOptions> = { partOf: REFERENCE, suppressChecks: TEXTS }
const SUBSCRIBER: OptionTable<SubscriberOptions> = { stream: TEXT, broker: TEXT, suppressChecks: TEXTS }
const DOMAIN_SERVICE: OptionTable<DomainServiceOptions> = { partOf: REFERENCES, suppressChecks: TEXTS }

const OF_FUNCTIONS: Readonly<
  Record<Exclude<HandlerKind, 'process manager'> | DeclaredService['kind'] | 'subscriber', Readonly<Record<string, Expectation>>>
> = {
  'command handler': COMMAND_HANDLER,
  'event handler': EVENT_HANDLER,
  projector: PROJECTOR,
  'query handler': QUERY_HANDLER,
  'application service': APPLICATION_SERVICE,
  'domain service': DOMAIN_SERVICE,
  subscriber: SUBSCRIBER,
}

export function checkElementOptions({ name, options }: ElementDefinition, report: Report): void {
  checkValues(name, options, OF_ELEMENTS, report)
}

/** Whether an element can be laid out in a table. */
export function hasUsableOptions({ options }: ElementDefinition): boolean {
  const { indexes, schemaName } = options
  return (indexes === undefined || INDEXES.accepts(indexes)) && (schemaName === undefined || TEXT.accepts(schemaName))
}

/** Handlers and services: their names, that they have no other options than these, and what the options are. */
export function checkFunctionOptions(
  { kind, name, options }: { readonly kind: keyof typeof OF_FUNCTIONS; readonly name: string; readonly options: Options },
  report: Report,
): void {
  if (!isText(name)) {
    report({
      code: 'HANDLER_NAME_INVALID',
      element: `${withArticle(kind)} without a name`,
      message: 'has no name.',
      fix: 'Give it a persistent name as its first argument.',
    })
  }
  const known = OF_FUNCTIONS[kind]
  for (const option of Object.keys(options)) {
    if (Object.hasOwn(known, option)) continue
    const meant = nearest(option, Object.keys(known))
    report({
      code: 'OPTION_UNKNOWN',
      element: name,
      message: `has no option ${option}.`,
      fix: meant === undefined ? `Options of ${withArticle(kind)} are ${Object.keys(known).join(', ')}.` : `Did you mean ${meant}?`,
    })
  }
  checkValues(name, options, known, report)
}

/** References are looked up, and then one to nothing is reported with why. */
function checkValues(name: string, options: Options, known: Readonly<Record<string, Expectation>>, report: Report): void {
  for (const [option, value] of Object.entries(options)) {
    const expected = Object.hasOwn(known, option) ? known[option] : undefined
    if (expected === undefined || value === undefined || expected === REFERENCE || expected.accepts(value)) continue
    report({
      code: 'OPTION_INVALID',
      element: name,
      message: `has { ${option}: ${shown(value)} }.`,
      fix: `${option} is ${expected.says}.`,
    })
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== ''
}

function shown(value: unknown): string {
  return typeof value === 'function' ? `the function ${value.name}` : (JSON.stringify(value) ?? String(value))
}
