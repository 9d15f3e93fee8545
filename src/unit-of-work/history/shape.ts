import { createHash } from 'node:crypto'
import type { ElementDefinition } from '../../model/definition.ts'
import type { ElementRef } from '../../model/element-ref.ts'
import type { FieldSpec } from '../../model/field-spec.ts'

const shapes = new WeakMap<ElementDefinition, string>()

/**
 * A stamp of everything that decides what state an aggregate's events lead to, as far as it can be seen: its fields and their defaults, those of what it
 * contains, and the text of the functions that apply events. It says nothing of functions that those call.
 */
export function shapeOf(definition: ElementDefinition): string {
  let shape = shapes.get(definition)
  if (shape === undefined) {
    const text = JSON.stringify([fieldsOf(definition, []), definition.applies.source, defaultsHook(definition)])
    shape = createHash('sha256').update(text).digest('hex').slice(0, 32)
    shapes.set(definition, shape)
  }
  return shape
}

function fieldsOf(definition: ElementDefinition, path: readonly ElementDefinition[]): unknown {
  if (path.includes(definition)) return definition.name
  return [...definition.fields].map(([name, spec]) => [name, fieldOf(definition, spec, [...path, definition])])
}

function fieldOf(owner: ElementDefinition, spec: FieldSpec, path: readonly ElementDefinition[]): unknown {
  const { kind, settings, rule } = spec
  const isHeld = spec.isAssociation || kind === 'valueObject'
  const target = isHeld && rule.target !== undefined ? (owner.scope.target(rule.target as ElementRef) as ElementDefinition) : undefined
  return [
    kind,
    settings.identifier === true,
    typeof settings.default === 'function' ? String(settings.default) : settings.default,
    rule.item === undefined ? null : fieldOf(owner, rule.item, path),
    target === undefined ? null : [target.name, fieldsOf(target, path), defaultsHook(target)],
  ]
}

function defaultsHook({ cls }: ElementDefinition): string {
  return String((cls.prototype as { defaults?: unknown }).defaults)
}
