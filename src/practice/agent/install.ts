/** Puts programs called `codex` and `claude` on the practice host that can be launched there. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ENGINES } from '../../../state/words.ts'
import type { Layout } from '../layout.ts'

const quoted = (text: string): string => `'${text.replaceAll("'", `'"'"'`)}'`

/** `program` is the built program's own entry file. */
export async function installAgents(layout: Layout, program: string, speed: number): Promise<void> {
  await mkdir(layout.agents, { recursive: true, mode: 0o700 })
  for (const engine of ENGINES) {
    const script = join(layout.agents, `${engine}.mjs`)
    const words = JSON.stringify(['practice', 'agent', engine, '--speed', String(speed), '--'])
    const entry = JSON.stringify(pathToFileURL(program).href)
    // The command line stays the engine's own: that is how its process is known.
    await writeFile(
      script,
      `process.argv = [process.argv[0], ${JSON.stringify(program)}, ...${words}, ...process.argv.slice(2)]\nawait import(${entry})\n`,
    )
    const start = `#!/bin/sh\nexec ${quoted(process.execPath)} ${quoted(script)} "$@"\n`
    await writeFile(join(layout.agents, engine), start, { mode: 0o755 })
  }
}
