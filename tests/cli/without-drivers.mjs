/** Loaded by a process before all else: what it then imports of the drivers is not there, as where nobody has installed them. */
import { registerHooks } from 'node:module'

registerHooks({
  resolve(specifier, context, next) {
    if (specifier !== 'pg' && specifier !== 'redis') return next(specifier, context)
    throw new Error(`Cannot find package '${specifier}'`)
  },
})
