import { Domain, field } from 'proteanjs'
import { describe, expect, test } from 'vitest'
import { project } from '../modules/project.ts'
import { findingsOf } from './findings.ts'

describe('CROSS_AGGREGATE_REFERENCE', () => {
  test('is about references to other aggregates, from wherever in the aggregate they are', async () => {
    const domain = new Domain('shop')
    domain.aggregate('Customer', { self: field.reference('Customer') })
    domain.aggregate('Order', {
      customerId: field.identifier(),
      customer: field.reference('Customer'),
      others: field.list(field.reference('Customer')),
      lines: field.hasMany('Line'),
    })
    domain.entity('Line', { order: field.reference('Order'), buyer: field.reference('Customer') }, { partOf: 'Order' })
    expect(await findingsOf(domain, 'CROSS_AGGREGATE_REFERENCE')).toEqual([
      'CROSS_AGGREGATE_REFERENCE Order.customer',
      'CROSS_AGGREGATE_REFERENCE Order.others',
      'CROSS_AGGREGATE_REFERENCE Line.buyer',
    ])
  })
})

describe('CIRCULAR_CLUSTER_DEPENDENCY', () => {
  test('is about aggregates that refer to each other, each circle once, at the one declared first', async () => {
    const domain = new Domain('shop')
    domain.aggregate('A', { b: field.reference('B') })
    domain.aggregate('B', { c: field.reference('C'), lines: field.hasMany('Line') })
    domain.aggregate('C', {})
    domain.entity('Line', { a: field.reference('A') }, { partOf: 'B' })
    domain.aggregate('X', { y: field.reference('Y'), a: field.reference('A') })
    domain.aggregate('Y', { z: field.reference('Z') })
    domain.aggregate('Z', { x: field.reference('X') })
    const { diagnostics } = await domain.check()
    const circular = diagnostics.filter(({ code }) => code === 'CIRCULAR_CLUSTER_DEPENDENCY')
    expect(circular.map(({ element, message }) => `${element} ${message}`)).toEqual([
      'A and B refer to each other.',
      'X and Y, Z refer to each other.',
    ])
  })

  test('is not about references that lead on and never back', async () => {
    const domain = new Domain('shop')
    domain.aggregate('A', { b: field.reference('B'), c: field.reference('C') })
    domain.aggregate('B', { c: field.reference('C') })
    domain.aggregate('C', { c: field.reference('C') })
    expect(await findingsOf(domain, 'CIRCULAR_CLUSTER_DEPENDENCY')).toEqual([])
  })
})

describe('INFRA_IMPORT_IN_DOMAIN', () => {
  const CODE = 'INFRA_IMPORT_IN_DOMAIN'

  function domainIn(files: Record<string, string>, checkInfraImports = true): Domain {
    const domain = new Domain('shop', { root: project(files), config: { lint: { checkInfraImports } } })
    domain.aggregate('Order', {})
    domain.aggregate('Stock', {})
    return domain
  }
  const declaring = (imports: string) => ({
    'order.ts': `${imports}\nconst domain = { aggregate: () => class {} }\nexport class Order extends domain.aggregate('Order', {}) {}`,
  })

  test.each([
    "import fs from 'node:fs/promises'",
    "import { request } from 'https'",
    "import 'node:child_process'",
    "export { get } from 'http'",
  ])('is about %s in a module that declares the model', async (line) => {
    expect(await findingsOf(domainIn(declaring(line)), CODE)).toEqual([`${CODE} Order`])
  })

  test.each([
    "import type { Pool } from 'pg'",
    "import path from 'node:path'",
    "import './pg.ts'",
    '// import pg from "pg"',
    "const text = 'from pg'",
  ])('is not about %s', async (line) => {
    expect(await findingsOf(domainIn({ ...declaring(line), 'pg.ts': '' }), CODE)).toEqual([])
  })

  test('is not about a module that declares no model, and only looked for when it is asked for', async () => {
    expect(await findingsOf(domainIn({ 'handler.ts': "import 'node:http'" }), CODE)).toEqual([])
    expect(await findingsOf(domainIn(declaring("import 'node:http'"), false), CODE)).toEqual([])
  })
})

describe('ADAPTER_CALL_IN_DOMAIN', () => {
  function shop(checkAdapterCalls: boolean): Domain {
    const domain = new Domain('shop', { config: { lint: { checkAdapterCalls } } })
    class Loading extends domain.aggregate('Loading', {}) {
      load() {
        return domain.repositoryFor(Loading).count()
      }
    }
    class Fetching extends domain.aggregate('Fetching', {}) {
      load() {
        return fetch('https://example.com')
      }
    }
    class Pure extends domain.aggregate('Pure', { processed: field.boolean() }) {
      process() {
        this.processed = true
      }
    }
    domain.eventHandler('Reactions', { partOf: Loading })
    domain.eventHandler('More', { partOf: Fetching })
    domain.eventHandler('Others', { partOf: Pure })
    return domain
  }

  test('is about behaviour that reads or writes elsewhere, when it is asked for', async () => {
    expect(await findingsOf(shop(true), 'ADAPTER_CALL_IN_DOMAIN')).toEqual([
      'ADAPTER_CALL_IN_DOMAIN Loading',
      'ADAPTER_CALL_IN_DOMAIN Fetching',
    ])
    expect(await findingsOf(shop(false), 'ADAPTER_CALL_IN_DOMAIN')).toEqual([])
  })
})
