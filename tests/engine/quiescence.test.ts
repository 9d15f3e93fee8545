import { Engine } from 'proteanjs'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Ledger } from '../support/ledger.ts'
import { makeLedger } from '../support/ledger.ts'
import { makeShop } from '../support/shop.ts'

let ledger: Ledger

beforeEach(() => {
  ledger = makeLedger()
})

describe('an engine in test mode', () => {
  test('handles commands, the events that they lead to, and what those lead to, until nothing is left (R4.45)', async () => {
    const { domain, Enter, balanceOf, work } = ledger
    await domain.init()
    await domain.process(new Enter({ account: 'a', amount: 5 }))
    await domain.process(new Enter({ account: 'a', amount: 7 }))
    await domain.process(new Enter({ account: 'b', amount: 1 }))
    expect(await balanceOf('a')).toEqual([])
    const engine = await work()
    expect(await balanceOf('a')).toEqual([5, 7])
    expect(await balanceOf('b')).toEqual([1])
    expect(engine.failures).toEqual([])
    expect(engine.exitCode).toBe(0)
  })

  test('goes on from where the one before has stopped', async () => {
    const { domain, booked, enter, work } = ledger
    await domain.init()
    await enter('a', 1)
    await work()
    await work()
    expect(booked).toEqual(['a:1'])
    await enter('a', 2)
    await work()
    expect(booked).toEqual(['a:1', 'a:2'])
  })

  test('returns when there is nothing to do', async () => {
    await ledger.domain.init()
    const engine = await ledger.work()
    expect(engine.failures).toEqual([])
  })

  test('reads on over many pages', async () => {
    const { domain, booked, enter, work } = ledger
    domain.config.server.messagesPerTick = 3
    await domain.init()
    for (let index = 0; index < 25; index += 1) await enter(`a${index % 4}`, index)
    await work()
    expect(booked).toHaveLength(25)
  })

  test('leaves alone what was handled at once, before the commit returned (R1.11)', async () => {
    const { domain, booked, enter, work } = ledger
    domain.config.eventProcessing = 'sync'
    await domain.init()
    await enter('a', 1)
    expect(booked).toEqual(['a:1'])
    await work()
    expect(booked).toEqual(['a:1'])
  })

  test('runs several functions of one handler in one unit of work', async () => {
    const shop = makeShop()
    const { domain, Stock, OrderPlaced, PlaceOrder } = shop
    domain.config.eventProcessing = 'async'
    const calls: string[] = []
    domain
      .eventHandler('Both', { partOf: Stock })
      .handle(OrderPlaced, async ({ sku }) => {
        calls.push('first')
        await domain.repositoryFor(Stock).add(new Stock({ sku, left: 1 }))
      })
      .handle(OrderPlaced, async () => {
        calls.push('second')
        throw new Error('no')
      })
    await domain.init()
    await domain.process(new PlaceOrder({ customerId: 'c', sku: 's' }))
    const engine = new Engine(domain, { testMode: true })
    await engine.run()
    expect(calls).toEqual(['first', 'second'])
    expect(await domain.repositoryFor(Stock).find('s')).toBeUndefined()
    expect(engine.exitCode).toBe(1)
  })

  test('gives a handler of every event each event once, and no command', async () => {
    const { domain, enter, work } = ledger
    const seen: string[] = []
    domain.eventHandler('Audit', { streamCategory: '$all' }).handle('any', async (_, message) => void seen.push(message.type))
    await domain.init()
    await enter('a', 1)
    await work()
    expect(seen).toEqual(['Ledger.Entered.v1', 'Ledger.Booked.v1'])
  })

  test('cannot be run twice at a time', async () => {
    await ledger.domain.init()
    const engine = new Engine(ledger.domain, { testMode: true })
    const running = engine.run()
    await expect(engine.run()).rejects.toMatchObject({ code: 'ENGINE_RUNNING' })
    await running
  })

  test('needs a domain that is initialised', async () => {
    await expect(new Engine(ledger.domain, { testMode: true }).run()).rejects.toMatchObject({ code: 'DOMAIN_NOT_INITIALIZED' })
  })
})
