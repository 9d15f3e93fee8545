import { afterAll } from 'vitest'

/** Zod keeps a registry and its settings in globals, which no test file may leave behind. */
export function forgetZod(): void {
  afterAll(() => {
    for (const name of Object.getOwnPropertyNames(globalThis)) if (name.startsWith('__zod_')) Reflect.deleteProperty(globalThis, name)
  })
}
