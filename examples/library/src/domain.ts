import { Domain } from 'proteanjs'

export const domain = new Domain('library', { root: new URL('..', import.meta.url) })
