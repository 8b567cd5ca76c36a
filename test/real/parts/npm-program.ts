/** A native program out of the npm registry, installed once into the project's cache. */
import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

export interface NpmProgram {
  package: string
  version: string
  /** The native program below `node_modules`: a platform's own package brings it. */
  native: string
}

const cache = join(new URL('../../..', import.meta.url).pathname, '.cache')
const FLAGS = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund']

/** Path of the native program. Suites may ask at once: each installs aside, and the first stays. */
export async function installProgram(program: NpmProgram): Promise<string> {
  const name = `${program.package.split('/').at(-1)}-${program.version}`
  const dir = join(cache, name)
  const native = join(dir, 'node_modules', program.native)
  if (await isProgram(native)) return native
  await mkdir(cache, { recursive: true })
  const aside = await mkdtemp(join(cache, `${name}.`))
  try {
    const what = `${program.package}@${program.version}`
    await promisify(execFile)('npm', ['install', '--prefix', aside, ...FLAGS, what])
    await access(join(aside, 'node_modules', program.native), constants.X_OK)
    await rename(aside, dir).catch(async (error: unknown) => {
      if (!(await isProgram(native))) throw error
    })
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
  return native
}

const isProgram = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
