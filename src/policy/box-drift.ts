/** Whether the agent's configuration that a run meets is the one that its image was made with. */
import type { Mount } from '../../adapters/box.ts'
import type { Engine } from '../../state/words.ts'
import { coverOf } from './box-mounts.ts'

const FILES: Readonly<Record<Engine, readonly string[]>> = {
  codex: ['config.toml', 'AGENTS.md'],
  claude: ['settings.json', 'CLAUDE.md'],
}

export interface ConfigFile {
  name: string
  /** In the image. */
  baked: string
  /** On the host: what is mounted over it, or else what runs outside of boxes meet. */
  onHost: string
}

/** `home` is the agent's own in the box, `hostHome` that of the host. */
export const configFiles = (
  engine: Engine,
  home: string,
  hostHome: string,
  mounts: readonly Mount[],
): ConfigFile[] =>
  FILES[engine].map(name => {
    const baked = `${home}/${name}`
    const over = coverOf(baked, mounts)
    const onHost =
      over === null ? `${hostHome}/${name}` : over.source + baked.slice(over.target.length)
    return { name, baked, onHost }
  })

/** Names of the files that differ; one that only the image has is no drift. */
export const driftOf = (
  files: readonly ConfigFile[],
  baked: Readonly<Record<string, string>>,
  onHost: Readonly<Record<string, string | null>>,
): string[] =>
  files.flatMap(file => {
    const here = onHost[file.onHost] ?? null
    return here === null || here === baked[file.baked] ? [] : [file.name]
  })
