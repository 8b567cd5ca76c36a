/** A launcher on the practice host that names a model which its profile bans. Nothing runs it. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** From the host's home. */
export const LAUNCHERS = 'ops/*.sh'
export const BANNED_MODEL = '*-spark'

const SCRIPT = `#!/bin/sh
# Reviews what the lanes left overnight.
set -eu
cd "$HOME/work"
exec codex exec --json --model gpt-5.5-spark - < "$HOME/ops/review.txt"
`

export async function layLauncher(home: string): Promise<void> {
  const path = join(home, 'ops', 'nightly-review.sh')
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, SCRIPT, { mode: 0o755 })
}
