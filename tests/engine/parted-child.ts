/** An engine of a ledger in a process of its own, until it is killed. */
import { Domain, Engine } from 'proteanjs'
import { declareLedger } from '../support/ledger-domain.ts'
import type { PartedPlaces } from './parted-ledger.ts'
import { partedConfig } from './parted-ledger.ts'

const places = JSON.parse(process.argv[2] ?? '') as PartedPlaces
const domain = new Domain('ledger', { config: partedConfig(places) })
declareLedger(domain, places.sequentialBy === undefined ? {} : { sequentialBy: places.sequentialBy })
await domain.init()
await new Engine(domain, { name: `pid-${process.pid}` }).run()
