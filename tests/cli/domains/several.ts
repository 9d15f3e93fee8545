import { Domain } from 'proteanjs'

export const shop = new Domain('Shop')
export const billing = new Domain('Billing')
export const notADomain = 7
