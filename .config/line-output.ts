/** Puts `src/console/line-output.ts` in the place of Ink's own buffer, wherever Ink is bundled. */
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'esbuild'

const OURS = fileURLToPath(new URL('../src/console/line-output.ts', import.meta.url))

export const lineOutput: Plugin = {
  name: 'line-output',
  setup(build) {
    let isReplaced = false
    build.onResolve({ filter: /^\.\/output\.js$/ }, ({ importer }) => {
      if (!importer.endsWith('/ink/build/renderer.js')) return undefined
      isReplaced = true
      return { path: OURS }
    })
    build.onEnd(() => {
      if (isReplaced) return {}
      return { errors: [{ text: 'this Ink has no build/output.js to replace' }] }
    })
  },
}
