/** Where engines and orchestrators keep their session files. A table: adding one is a line here. */
import type { PkmConfig, TranscriptSource } from '../../state/config.ts'
import { expandHome } from '../glob.ts'

export type Where = TranscriptSource['where']

/** A kind of session file; its root, which may be a glob, is absolute. */
export interface Source {
  kind: string
  root: string
  /** Glob below a root. */
  files: string
}

const ROLLOUTS = '**/*.{jsonl,jsonl.zst}'

const KNOWN: readonly Source[] = [
  { kind: 'codex', root: '~/.codex/sessions', files: ROLLOUTS },
  { kind: 'codex-archive', root: '~/.codex/archived_sessions', files: ROLLOUTS },
  { kind: 'claude', root: '~/.claude/projects', files: '**/*.jsonl' },
  {
    kind: 'paperclip',
    root: '~/.paperclip/instances/*/companies/*/codex-home/sessions',
    files: ROLLOUTS,
  },
  {
    kind: 'paperclip',
    root: '~/.paperclip/instances/*/companies/*/agents/*/codex-home/sessions',
    files: ROLLOUTS,
  },
  { kind: 'hermes', root: '~/.hermes/sessions', files: '**/*.jsonl' },
  { kind: 'hermes', root: '~/.hermes/profiles/*/sessions', files: '**/*.jsonl' },
  // Hermes moved its sessions into SQLite; the files beside it are of older versions.
  { kind: 'hermes-state', root: '~/.hermes', files: 'state.db' },
  { kind: 'hermes-state', root: '~/.hermes/profiles/*', files: 'state.db' },
]

/** The known sources and the configured ones of one machine. */
export function sourcesOf(config: PkmConfig, where: Where, home: string): Source[] {
  const added = config.sources.filter(source => source.where === where)
  return [...KNOWN, ...added].map(({ kind, root, files }) => ({
    kind,
    root: expandHome(root, home).replace(/(?<=.)\/+$/, ''),
    files,
  }))
}
