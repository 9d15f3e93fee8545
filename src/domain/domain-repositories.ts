import type { ProcessManager } from '../handlers/process-manager.ts'
import type { EventSourcedAggregate, Projection, Stored } from '../model/element-class.ts'
import type { Constructor } from '../model/element-ref.ts'
import type { EventSourcedRepository } from '../unit-of-work/history/event-sourced-repository.ts'
import type { ReadView } from '../unit-of-work/read-view.ts'
import type { Repository } from '../unit-of-work/repository.ts'
import { runInUnitOfWork } from '../unit-of-work/run-in-unit-of-work.ts'
import { DomainProcesses } from './domain-processes.ts'
import type { Repositories } from './repositories.ts'

/** What a domain offers for reading and writing objects. */
export abstract class DomainRepositories extends DomainProcesses {
  protected abstract readonly repositories: Repositories

  /** The repository of an aggregate or projection, or the custom one that the class is. */
  repositoryFor<R extends { readonly query: object }>(repository: new () => R): R
  repositoryFor<T extends EventSourcedAggregate>(element: Constructor<T>): EventSourcedRepository<T>
  repositoryFor<T extends Stored>(element: Constructor<T>): Repository<T>
  repositoryFor(cls: Constructor): unknown {
    return this.repositories.for(cls)
  }

  /** A base class for a repository with queries of its own: `class OrderRepository extends domain.repository(Order) { … }`. */
  repository<T extends EventSourcedAggregate>(element: Constructor<T>): new () => EventSourcedRepository<T>
  repository<T extends Stored>(element: Constructor<T>): new () => Repository<T>
  repository(element: Constructor): unknown {
    return this.repositories.baseFor(element)
  }

  /** Reading a projection or the processes of a process manager, and nothing else. */
  viewFor<T extends Projection | ProcessManager>(element: Constructor<T>): ReadView<T> {
    return this.repositories.viewFor(element)
  }

  /**
   * Takes snapshots of an event-sourced aggregate now: of all there are, or of the one with this identity. Gives how many. Never needed: they are taken by
   * themselves, in the background, as events are saved.
   */
  async createSnapshots(aggregate: Constructor<EventSourcedAggregate>, id?: string): Promise<number> {
    return this.runtime().histories.takeSnapshots(this.repositories.eventSourced(aggregate), id)
  }

  /** Runs `body` in a unit of work: one transaction, committed when it returns and given up when it throws. Joins one that is open already. */
  unitOfWork<Result>(body: () => Promise<Result>): Promise<Result> {
    return runInUnitOfWork(this.runtime(), body)
  }
}
