import type { ElementKind } from '../../model/definition.ts'

/** `valueObject` → `value object`. */
export function kindName(kind: ElementKind): string {
  if (kind === 'processManager') return 'process manager'
  return kind === 'valueObject' ? 'value object' : kind
}

/** `['aggregate', 'entity']` → `an aggregate or an entity`. */
export function oneOf(kinds: readonly ElementKind[]): string {
  return kinds.map((kind) => withArticle(kindName(kind))).join(' or ')
}

/** `aggregate` → `an aggregate`. */
export function withArticle(noun: string): string {
  return /^[aeiou]/i.test(noun) ? `an ${noun}` : `a ${noun}`
}
