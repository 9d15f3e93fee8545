import type { Problem } from '../../errors.ts'
import { findConfigFile } from './config-file.ts'
import { layersOf } from './file-layers.ts'
import type { Environment } from './placeholders.ts'
import type { Table } from './plain-tables.ts'
import { mergeTables } from './plain-tables.ts'
import { readSection } from './read-section.ts'
import type { ConfigInput } from './schema.ts'
import { CONFIG } from './schema.ts'

export interface ConfigSource {
  /** The folder in which, or above which, the file is. Without it no file is looked for. */
  readonly root?: string | URL | undefined
  /** Given in code, instead of a file. */
  readonly config?: ConfigInput | undefined
  readonly env: Environment
}

export interface LoadedConfig {
  /** What was said, under the names that code uses; defaults and variables are not in it yet. */
  readonly stated: Table
  readonly file: string | undefined
  readonly problems: readonly Problem[]
}

/** Reads the configuration. Throws only when the file itself cannot be read; what is wrong inside it is reported. */
export function loadConfig({ root, config, env }: ConfigSource): LoadedConfig {
  const problems: Problem[] = []
  const report = (problem: Problem): void => void problems.push(problem)
  const file = config === undefined && root !== undefined ? findConfigFile(root) : undefined
  const said = file
    ? layersOf(file.table, file.path, env.PROTEAN_ENV, report)
    : readSection(CONFIG.keys, { ...config }, 'config', { spelling: 'code', where: 'in code', report })
  return { stated: mergeTables(requiredEntries(), said), file: file?.path, problems }
}

function requiredEntries(): Table {
  const named = Object.entries(CONFIG.keys).flatMap(([key, node]): [string, Table][] =>
    node.kind === 'entries' ? [[key, Object.fromEntries(node.required.map((name) => [name, {}]))]] : [],
  )
  return Object.fromEntries(named)
}
