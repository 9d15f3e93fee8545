import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { Configuration } from '../../../src/domain/config/configuration.ts'
import type { ConfigSource } from '../../../src/domain/config/load-config.ts'
import type { Settings } from '../../../src/domain/config/schema.ts'
import type { Problem } from '../../../src/errors.ts'
import { ConfigurationError } from '../../../src/errors.ts'

/** A folder with these files, removed after the test; deep enough for nothing above it to be found. */
export function project(files: Record<string, string>): string {
  const top = mkdtempSync(join(tmpdir(), 'protean-config-'))
  onTestFinished(() => rmSync(top, { recursive: true }))
  const root = join(top, 'a', 'b', 'c')
  mkdirSync(root, { recursive: true })
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  return root
}

/** The configuration of a domain whose `domain.toml` says this. */
export function fromToml(text: string, env: ConfigSource['env'] = {}): Configuration {
  return new Configuration({ root: project({ 'domain.toml': text }), env })
}

export function settingsOf(text: string, env: ConfigSource['env'] = {}): Settings {
  return fromToml(text, env).freeze()
}

export function inCode(config: object = {}, env: ConfigSource['env'] = {}): Configuration {
  return new Configuration({ config, env })
}

/** What `freeze` objects to. */
export function problemsOf(configuration: Configuration): readonly Problem[] {
  try {
    configuration.freeze()
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems
    throw error
  }
  return []
}

/** Code and element of each problem, for short assertions. */
export function complaints(configuration: Configuration): string[] {
  return problemsOf(configuration).map(({ code, element }) => `${code} ${element}`)
}
