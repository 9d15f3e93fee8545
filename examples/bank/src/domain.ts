import { Domain } from 'proteanjs'

/** `init()` imports every module of `src`, so that whatever one of them declares is wired. */
export const domain = new Domain('bank', { root: new URL('..', import.meta.url) })
