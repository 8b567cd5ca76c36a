/** The built program as another build of it would be: of another version, or another protocol. */
import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { scratch } from '../../setup/scratch.ts'
import { PROGRAM } from './operator.ts'

const DIST = dirname(PROGRAM)
const VERSION = /"\d+\.\d+\.\d+\+[0-9a-f]{8}"/g
const PROTOCOL = /^var PROTOCOL = \d+;$/gm

/** Copies `dist` and changes what it says of itself. Returns the copy's program. */
export function otherBuild(change: { version?: string; protocol?: number }): string {
  const dir = scratch()
  cpSync(DIST, join(dir, 'dist'), { recursive: true })
  // What is not bundled is found from the copy too.
  symlinkSync(join(DIST, '..', 'node_modules'), join(dir, 'node_modules'))
  const files = readdirSync(join(dir, 'dist'), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.js') || name.endsWith('.cjs'))
    .map(name => join(dir, 'dist', name))
  const replace = (what: RegExp, by: string) => {
    const found = files.filter(file => {
      const text = readFileSync(file, 'utf8')
      const changed = text.replaceAll(what, by)
      if (changed !== text) writeFileSync(file, changed)
      return changed !== text
    })
    if (found.length === 0) throw new Error(`dist/ holds no ${what}`)
  }
  if (change.version !== undefined) replace(VERSION, JSON.stringify(change.version))
  if (change.protocol !== undefined) replace(PROTOCOL, `var PROTOCOL = ${change.protocol};`)
  return join(dir, 'dist', 'main.js')
}
