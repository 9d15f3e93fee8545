import type { Dirent, FSWatcher } from 'node:fs'
import { readdirSync, statSync, watch } from 'node:fs'
import { join } from 'node:path'
import type { WatchSources } from './reloader.ts'

const SOURCE = /\.(?:[cm]?[jt]s|toml)$/
/** Folders beside those that begin with a dot. */
const IGNORED = ['node_modules', 'dist', 'coverage']

/**
 * Watches sources and configuration in a folder and those in it. Each folder is watched by itself: Node's own recursive watch looks after every file on Linux, those
 * of `node_modules` included, and systems give only so many watches. Databases and other files that a program writes are no sources.
 */
export function watchSources(root: string): WatchSources {
  return (changed) => {
    const watchers = new Map<string, FSWatcher>()
    const forget = (folder: string) => {
      watchers.get(folder)?.close()
      watchers.delete(folder)
    }
    const follow = (folder: string, isNew: boolean) => {
      if (watchers.has(folder)) return
      let entries: readonly Dirent[]
      try {
        const watcher = watch(folder, { persistent: false }, (_, name) => notice(folder, name))
        watcher.on('error', () => forget(folder))
        watchers.set(folder, watcher)
        entries = readdirSync(folder, { withFileTypes: true })
      } catch {
        // It has gone again already, or is not ours to read.
        forget(folder)
        return
      }
      for (const entry of entries) {
        const path = join(folder, entry.name)
        if (entry.isDirectory() && !isIgnored(entry.name)) follow(path, isNew)
        // Written before the folder was watched: nobody else tells of it.
        else if (isNew && SOURCE.test(entry.name)) changed(path)
      }
    }
    const notice = (folder: string, name: string | null) => {
      if (name === null) return
      const path = join(folder, name)
      if (SOURCE.test(name)) changed(path)
      else if (!isIgnored(name) && isFolder(path)) follow(path, true)
      else forget(path)
    }
    follow(root, false)
    return () => {
      for (const watcher of watchers.values()) watcher.close()
      watchers.clear()
    }
  }
}

function isIgnored(name: string): boolean {
  return name.startsWith('.') || IGNORED.includes(name)
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
