import type { Problem } from '../errors.ts'
import { CAN_GENERATE_CODE } from './code-generation.ts'
import { compileEntity, compileRecord } from './compile.ts'
import { checkDeclaration } from './declaration-checks.ts'
import type { ElementKind } from './definition.ts'
import { DEFINITION, definitionOf, ElementDefinition } from './definition.ts'
import type { Constructor } from './element-ref.ts'
import { EntityBase } from './entity-base.ts'
import { FieldSpec } from './field-spec.ts'
import { identifierRule } from './fields/text-rules.ts'
import { interpretEntity, interpretRecord } from './interpret.ts'
import { markGenerated } from './prepare-class.ts'
import { ProcessManagerBase, processFields } from './process-manager-base.ts'
import { MessageBase, ValueObjectBase } from './record-base.ts'
import type { ModelScope } from './scope.ts'

type Base = new (...args: never[]) => object

const BASES: Readonly<Record<ElementKind, Base>> = {
  aggregate: EntityBase as unknown as Base,
  entity: EntityBase as unknown as Base,
  projection: EntityBase as unknown as Base,
  processManager: ProcessManagerBase as unknown as Base,
  valueObject: ValueObjectBase as unknown as Base,
  event: MessageBase as unknown as Base,
  command: MessageBase as unknown as Base,
  query: MessageBase as unknown as Base,
}

const entityClass = CAN_GENERATE_CODE ? compileEntity : interpretEntity
const recordClass = CAN_GENERATE_CODE ? compileRecord : interpretRecord
const TRACKED: ReadonlySet<ElementKind> = new Set(['aggregate', 'entity', 'projection', 'processManager'])

/**
 * Makes the class that a user's element extends, and its definition. Mistakes in the declaration are reported to the scope, which shows all of
 * them at `init()`; the class is made all the same.
 */
export function declareElement(
  scope: ModelScope,
  kind: ElementKind,
  name: string,
  declared: Readonly<Record<string, unknown>>,
  options: Readonly<Record<string, unknown>>,
): { readonly cls: Constructor; readonly definition: ElementDefinition } {
  const report = (problem: Problem) => scope.report(problem)
  const parentClass = options.extends as Constructor | undefined
  const parent = parentClass === undefined ? undefined : definitionOf(parentClass)
  const own = checkDeclaration(kind, name, declared, options, parent, report)
  const fields = completed(kind, options, new Map([...(parent?.fields ?? []), ...own]))
  const definition = new ElementDefinition(kind, name, scope, fields, options, parent)
  const base = parent === undefined ? BASES[kind] : (parentClass as unknown as Base)
  const cls = TRACKED.has(kind) ? entityClass(definition, base) : recordClass(definition, base)
  Object.defineProperty(cls, 'name', { value: name })
  Object.defineProperty(cls, DEFINITION, { value: definition })
  Object.defineProperty(cls.prototype, DEFINITION, { value: definition })
  definition.meet(cls)
  markGenerated(cls)
  return { cls, definition }
}

/** The fields with those that the framework adds. */
function completed(kind: ElementKind, options: Readonly<Record<string, unknown>>, fields: Map<string, FieldSpec>): Map<string, FieldSpec> {
  if (kind === 'processManager') return processFields(withIdentity(fields))
  if ((kind !== 'aggregate' && kind !== 'entity') || options.abstract === true) return fields
  return withIdentity(fields)
}

/** Aggregates, entities and process managers that declare no identifier get `id`. */
function withIdentity(fields: Map<string, FieldSpec>): Map<string, FieldSpec> {
  if ([...fields.values()].some((spec) => spec.settings.identifier === true)) return fields
  const id = new FieldSpec('auto', { identifier: true, maxLength: 255 }, identifierRule({ maxLength: 255 }))
  return new Map([['id', id], ...fields])
}
