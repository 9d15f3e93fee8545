import type { Problem } from '../../errors.ts'
import { isPlainObject } from '../../util/plain.ts'
import { referenceProblems } from './cross-checks.ts'
import type { Environment } from './placeholders.ts'
import { expand, hasPlaceholder } from './placeholders.ts'
import type { Table } from './plain-tables.ts'
import { copyOf, deepFreeze, mapTable } from './plain-tables.ts'
import { BUILT_IN, inferredProvider, providerProblem } from './providers.ts'
import { invalidValue, readSection } from './read-section.ts'
import type { Settings } from './schema.ts'
import { CONFIG } from './schema.ts'
import type { Entries, Leaf, Node, Section } from './schema-nodes.ts'
import { spellPath } from './spelling.ts'
import { accepts, expectation, fromText } from './value-rules.ts'

export interface Resolution {
  /** Complete, but only to be used when there are no problems. */
  readonly settings: Settings
  readonly problems: readonly Problem[]
}

interface Settling {
  readonly env: Environment
  readonly file: string | undefined
  /** A profile, not the schema, gives the defaults of subscriptions. */
  readonly profiled: boolean
  /** The section belongs to a provider that works in process, and ignores what belongs to a connection. */
  readonly inProcess: boolean
  report(problem: Problem): void
}

/** From what was stated to what is in force: variables put in, values checked, defaults filled in, all of it frozen. Leaves `stated` as it is. */
export function settle(stated: Table, env: Environment, file?: string): Resolution {
  const problems: Problem[] = []
  const report = (problem: Problem): void => void problems.push(problem)
  const known = readSection(CONFIG.keys, stated, 'config', { spelling: 'code', where: 'in code', report })
  const profiled = isPlainObject(known.server) && known.server.defaultSubscriptionProfile !== undefined
  const settings = settleKeys(CONFIG, known, [], { env, file, profiled, inProcess: false, report }) as unknown as Settings
  return deepFreeze({ settings, problems: [...problems, ...referenceProblems(settings)] })
}

function settleKeys({ keys }: Section, known: Table, path: readonly string[], settling: Settling): Table {
  return mapTable(keys, (node, key) => settleNode(node as Node, known[key], [...path, key], settling))
}

function settleNode(node: Node, known: unknown, path: readonly string[], settling: Settling): unknown {
  if (node.kind === 'entries') return settleEntries(node, (known ?? {}) as Table, path, settling)
  if (node.kind !== 'section') return settleLeaf(node, known, path, settling)
  if (known === undefined && node.optional) return undefined
  const settle = node.adapter === undefined ? settleKeys : settleAdapter
  return settle(node, (known ?? {}) as Table, path, settling)
}

function settleEntries({ entry, required }: Entries, known: Table, path: readonly string[], settling: Settling): Table {
  for (const name of required.filter((name) => known[name] === undefined)) {
    settling.report({
      code: 'CONFIG_MISSING_ENTRY',
      element: label([...path, name]),
      message: 'is missing, and it serves every element that names no other.',
      fix: `Keep \`${path.join('.')}.${name}\`, or leave \`${path.join('.')}\` alone to get the one in memory.`,
    })
  }
  return mapTable(known, (value, name) => settleNode(entry, value, [...path, name], settling))
}

function settleAdapter(section: Section, known: Table, path: readonly string[], settling: Settling): Table {
  const kind = section.adapter ?? 'databases'
  const stated = typeof known.provider === 'string' ? expand(known.provider, settling.env, () => undefined) : undefined
  const { inProcess } = BUILT_IN[kind]
  const settled = settleKeys(section, known, path, { ...settling, inProcess: stated === inProcess })
  const uri = (settled.databaseUri ?? settled.uri) as string | undefined
  const problem = providerProblem(kind, settled.provider as string | undefined, uri, label(path))
  if (problem) settling.report(problem)
  return { ...settled, provider: settled.provider ?? inferredProvider(kind, uri) ?? inProcess }
}

function settleLeaf(leaf: Leaf, known: unknown, path: readonly string[], settling: Settling): unknown {
  const otherwise = leaf.unlessProfile && settling.profiled ? undefined : leaf.default
  if (known === undefined) return otherwise
  if (!hasPlaceholder(known)) return copyOf(known)
  const problems: Problem[] = []
  const value = withVariables(leaf, known, path, settling, problems)
  if (problems.length === 0 && !accepts(leaf, value))
    problems.push(invalidValue(label(path), expectation(leaf), value, origin(path, settling)))
  if (problems.length === 0) return value
  if (!(settling.inProcess && leaf.connection)) problems.forEach(settling.report)
  return otherwise
}

function withVariables(leaf: Leaf, value: unknown, path: readonly string[], settling: Settling, problems: Problem[]): unknown {
  if (Array.isArray(value)) return value.map((item, index) => withVariables(leaf, item, [...path, String(index)], settling, problems))
  if (isPlainObject(value)) return mapTable(value, (item, key) => withVariables(leaf, item, [...path, key], settling, problems))
  if (typeof value !== 'string' || !hasPlaceholder(value)) return value
  const text = expand(value, settling.env, (variable) => {
    problems.push({
      code: 'CONFIG_UNRESOLVED_ENV_VAR',
      element: label(path),
      message: `needs the environment variable ${variable}, which is not set (${origin(path, settling)}).`,
      fix: `Set ${variable}, or give a default: \${${variable}|default}.`,
    })
  })
  return fromText(leaf.kind !== 'bag' ? leaf.kind : leaf.of === 'integer' ? 'integer' : 'string', text)
}

function label(path: readonly string[]): string {
  return ['config', ...path].join('.')
}

/** A value with a placeholder nearly always comes from the file, so it is named as it is written there. */
function origin(path: readonly string[], { file }: Settling): string {
  return file === undefined ? 'in code' : `\`${spellPath(path, CONFIG, 'file')}\` in ${file}`
}
