/** Files that ship beside the program: found from the bundle, and from the sources in tests. */
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Reads `name` from the program's own directory or the nearest `dist` above it. */
export async function findAsset(name: string): Promise<Buffer> {
  const tried: string[] = []
  let dir = dirname(fileURLToPath(import.meta.url))
  for (let up = ''; up !== dir; dir = dirname(dir)) {
    up = dir
    for (const path of [join(dir, name), join(dir, 'dist', name)]) {
      tried.push(path)
      const found = await readFile(path).catch(() => null)
      if (found) return found
    }
    if (tried.length > 8) break
  }
  throw new Error(
    `${name} is not in this installation (looked in ${tried.join(', ')}): build or install again`,
  )
}
